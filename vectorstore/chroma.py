"""The only store: two Chroma collections, `passages` and `documents`.

A document exists when its record in `documents` exists. Adding writes the passages first and the record
last; removing does the opposite. Whatever moment a writer is killed at, readers see whole documents or none:
they ignore passages without a record, and the next writer sweeps them.

The same code runs on an embedded store (a folder) and on a Chroma server (an address). No Chroma type leaves
this module.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import chromadb
import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError, InternalError, NotFoundError
from httpx import HTTPError

from ingest import Document
from vectorstore.embed import Embedder
from vectorstore.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexUnreachableError,
    MissingIndexError,
    UnknownDocumentError,
)
from vectorstore.normalise import NORMALISATION
from vectorstore.passages import PASSAGES, headed_text
from vectorstore.records import DocumentRecord, FloatMatrix
from vectorstore.rows import Prepared, body_of, document_of, passage_metadata, prepare, record_metadata, record_of

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from chromadb.api.types import Where

# Of the 32 nearest among 9,400 passages a search misses 1.3 % with Chroma's own 100, others in each index of the same
# documents; with 400 it misses .1 % and takes half a millisecond more.
_COSINE: CreateCollectionConfiguration = {"hnsw": {"space": "cosine", "ef_search": 400}}

# Writing a row again keeps what the new one does not mention; None takes it out.
_NO_RECORD = dict.fromkeys(field.name for field in fields(DocumentRecord) if field.name != "id")

_DEFAULT_PORT = 8000
_BATCH = 5000  # records a request, where the store takes as many: 2,180 a second; 1,940 with 1,000, 1,460 with 200
_LOCK_SECONDS = 10.0
_CHANGED = "changed"  # in the metadata of `documents`: what `Store.change_mark` returns
_READ_AT_ONCE = 100  # documents a request
_OPENING = Lock()  # Chroma keeps its open clients in a dictionary that `Store.reopened` empties
_KEPT_DOCUMENTS = 512  # parsed documents kept in memory; at 20 kB of text each 30 MB


class Store:
    """Documents and passages of one index.

    Attributes:
        location: Folder or address, as the user names it.
        folder: The folder of an embedded store, None on a server.
    """

    def __init__(self, location: str, client: ClientAPI, embedder: Embedder, create: bool) -> None:
        self.location = location
        self.folder = None if _is_address(location) else Path(location)
        self.embedder = embedder
        self._client = client
        manifest = _manifest(embedder)
        try:
            self._documents = _collection(client, "documents", manifest, create)
            self._passages = _collection(client, "passages", manifest, create)
        except NotFoundError as error:
            raise MissingIndexError(location) from error
        except (ChromaError, ValueError) as error:
            raise IndexUnreachableError(location, str(error)) from error
        _check_manifest(location, self._documents.metadata or {}, manifest)
        self.document = lru_cache(_KEPT_DOCUMENTS)(self._read_document)

    def change_mark(self) -> str | None:
        """Return a mark that is another after every change, by whatever process; None before the first."""
        with self._explained():
            metadata = self._client.get_collection("documents", embedding_function=None).metadata or {}
        mark: str | None = metadata.get(_CHANGED)
        return mark

    def records(self) -> list[DocumentRecord]:
        """Return what is indexed, ordered by id."""
        with self._explained():
            found = self._documents.get(include=["metadatas"])
        metadatas: Sequence[Any] = found["metadatas"] or []
        records = (record_of(id_, metadata) for id_, metadata in zip(found["ids"], metadatas, strict=True))
        return sorted(records, key=lambda record: record.id)

    def documents(self, document_ids: Sequence[str]) -> Iterator[Document]:
        """Yield documents with their text and clauses; those that are gone are left out."""
        for first in range(0, len(document_ids), _READ_AT_ONCE):
            with self._explained():
                found = self._documents.get(
                    ids=list(document_ids[first : first + _READ_AT_ONCE]), include=["documents", "metadatas"]
                )
            rows = zip(found["ids"], found["documents"] or (), found["metadatas"] or (), strict=True)
            for id_, body, metadata in rows:
                yield document_of(record_of(id_, metadata), body)

    def _read_document(self, document_id: str) -> Document:
        """Return one document.

        Raises:
            UnknownDocumentError: There is none with this id.
        """
        for document in self.documents([document_id]):
            return document
        raise UnknownDocumentError(document_id)

    def nearest(
        self, vectors: FloatMatrix, limit: int, document_ids: Collection[str] | None = None, year: int | None = None
    ) -> dict[str, float]:
        """Return the cosines, by id, of the passages nearest to any of some vectors.

        Args:
            vectors: What they are to be near to, shape (vectors, dimension).
            limit: How many for each.
            document_ids: Of these documents only; None for all.
            year: Filed under this year only; None for all.
        """
        conditions: list[Any] = []
        if document_ids is not None:
            conditions.append({"document_id": {"$in": [*document_ids]}})
        if year is not None:
            conditions.append({"year": year})
        where: Where | None = {"$and": conditions} if len(conditions) > 1 else conditions[0] if conditions else None
        with self._explained():
            found = self._passages.query(query_embeddings=vectors, n_results=limit, where=where, include=["distances"])
        cosines: dict[str, float] = {}
        for ids, distances in zip(found["ids"], found["distances"] or (), strict=True):
            for id_, distance in zip(ids, distances, strict=True):
                cosines[id_] = max(1.0 - distance, cosines.get(id_, -1.0))
        return cosines

    def cosines(self, vectors: FloatMatrix, passage_ids: Sequence[str]) -> dict[str, float]:
        """Return of some passages the cosine, by id, with the nearest of some vectors, shape (vectors, dimension)."""
        with self._explained():
            found = self._passages.get(ids=list(passage_ids), include=["embeddings"])
        embeddings = np.asarray(found["embeddings"], dtype=np.float32).reshape(len(found["ids"]), -1)
        return (
            dict(zip(found["ids"], (vectors @ embeddings.T).max(axis=0).tolist(), strict=True)) if found["ids"] else {}
        )

    def reopened(self) -> Store:
        """Return the store as it is now on disk.

        An embedded client keeps its vectors in memory and does not see what another process wrote.
        """
        if self.folder is not None:
            with _OPENING:
                SharedSystemClient.clear_system_cache()
        return open_store(self.location, self.embedder)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write to an embedded store, and sweep what a killed writer left behind.

        A server has no lock that its clients share, so nothing is swept there: passages without a record may be
        another writer's, whose record is still to come. Readers ignore them.

        Raises:
            IndexBusyError: Another process is writing.
        """
        if self.folder is None:
            yield
            return
        from filelock import FileLock, Timeout

        try:
            with FileLock(self.folder / "write.lock", timeout=_LOCK_SECONDS):
                self._sweep()
                yield
        except Timeout as error:
            raise IndexBusyError(self.location) from error

    def add(self, document: Document, source_sha256: str) -> DocumentRecord:
        """Index one document; see `add_all`."""
        prepared = prepare(document, source_sha256)
        self.add_all([prepared])
        return prepared.record

    def add_all(self, new: Sequence[Prepared]) -> None:
        """Index documents, their passages first and their records last; those with the same id are taken out before."""
        if not new:
            return
        with self._explained():
            outdated = self._documents.get(ids=[one.record.id for one in new], include=[])["ids"]
        for document_id in outdated:
            self.remove(document_id)
        vectors = self._add_passages(new)
        ends = np.cumsum([len(one.passages) for one in new])
        centres = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
        for batch in self._batches(len(new)):
            self._documents.add(
                ids=[one.record.id for one in new[batch]],
                embeddings=centres[batch],
                documents=[body_of(one.document) for one in new[batch]],
                metadatas=[record_metadata(one.record) for one in new[batch]],
            )
        self._mark_changed()

    def renew(self, known: Prepared) -> None:
        """Write an indexed document anew whose text and clauses are the same: at no moment is it gone.

        A kill between the two writes leaves vectors that know what the record does not say yet.
        """
        vectors = self._add_passages([known], again=True)
        self._documents.upsert(
            ids=[known.record.id],
            embeddings=vectors.mean(axis=0, keepdims=True),
            documents=[body_of(known.document)],
            metadatas=[_NO_RECORD | record_metadata(known.record)],
        )
        self._mark_changed()

    def remove(self, document_id: str) -> None:
        """Take a document out of the index: its record first, its passages after."""
        self._documents.delete(ids=[document_id])
        self._passages.delete(where={"document_id": document_id})
        self._mark_changed()

    def _mark_changed(self) -> None:
        self.document.cache_clear()
        self._documents.modify(metadata=_manifest(self.embedder) | {_CHANGED: uuid4().hex})

    def _add_passages(self, new: Sequence[Prepared], again: bool = False) -> FloatMatrix:
        """Add the passages of documents, or write them again, and return their vectors, in order."""
        pairs = [(one.document, passage) for one in new for passage in one.passages]
        vectors = self.embedder.embed_passages([headed_text(p.header, p.text) for _, p in pairs])
        # What a killed writer left has been swept from a folder; on a server it may still be there.
        write = self._passages.add if self.folder is not None and not again else self._passages.upsert
        unknown: dict[str, Any] = {"year": None} if again else {}
        for batch in self._batches(len(pairs)):
            write(
                ids=[passage.id for _, passage in pairs[batch]],
                embeddings=vectors[batch],
                documents=[passage.text for _, passage in pairs[batch]],
                metadatas=[unknown | passage_metadata(document, passage) for document, passage in pairs[batch]],
            )
        return vectors

    def _batches(self, count: int) -> Iterator[slice]:
        """Return the parts in which so many records are written."""
        size = min(_BATCH, self._client.get_max_batch_size())
        return (slice(first, first + size) for first in range(0, count, size))

    def _sweep(self) -> None:
        records = self.records()
        expected = sum(record.passages for record in records)
        try:
            if self._passages.count() == expected:
                return
            self._delete_orphans(records)
            whole = self._passages.count() == expected
        except InternalError:  # killed while Chroma wrote its vectors to disk: that file is beyond reading
            whole = False
        if not whole:
            self._rebuild_passages(records)

    def _rebuild_passages(self, records: Sequence[DocumentRecord]) -> None:
        """Make the passages anew from the documents, which hold all that is needed."""
        self._client.delete_collection("passages")
        self._passages = _collection(self._client, "passages", _manifest(self.embedder), create=True)
        for record in records:
            self._add_passages([prepare(self.document(record.id), record.source_sha256)])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what Chroma and the connection say into errors with a sentence for the user."""
        try:
            yield
        except HTTPError as error:
            raise IndexUnreachableError(self.location, str(error)) from error
        except InternalError as error:
            raise IndexDamagedError(self.location) from error

    def _delete_orphans(self, records: Sequence[DocumentRecord]) -> None:
        known = {record.id for record in records}
        metadatas: Sequence[Any] = self._passages.get(include=["metadatas"])["metadatas"] or []
        for orphan in {str(metadata["document_id"]) for metadata in metadatas} - known:
            self._passages.delete(where={"document_id": orphan})


def open_store(location: str, embedder: Embedder, create: bool = False) -> Store:
    """Open the index at a folder or an address.

    Args:
        location: Folder, or `http(s)://host:port` of a Chroma server.
        embedder: The model that made the index, or will make it.
        create: Make an empty index where there is none.

    Raises:
        MissingIndexError: There is none and `create` is false.
        IndexMismatchError: It was made with another model or another reading of text.
        IndexUnreachableError: The server does not answer, or the folder cannot be used.
    """
    if _is_address(location):
        return Store(location, _connect(location), embedder, create)
    if not create and not (Path(location) / "chroma.sqlite3").is_file():
        raise MissingIndexError(location)
    try:
        Path(location).mkdir(parents=True, exist_ok=True)
        with _OPENING:
            client = chromadb.PersistentClient(path=location, settings=Settings(anonymized_telemetry=False))
    except (OSError, ChromaError, ValueError) as error:
        raise IndexUnreachableError(location, str(error)) from error
    return Store(location, client, embedder, create)


def _is_address(location: str) -> bool:
    return location.startswith(("http://", "https://"))


def _connect(location: str) -> ClientAPI:
    address = urlsplit(location)
    try:
        return chromadb.HttpClient(
            host=address.hostname or "localhost",
            port=address.port or _DEFAULT_PORT,
            ssl=address.scheme == "https",
            settings=Settings(anonymized_telemetry=False),
        )
    except (OSError, ChromaError, ValueError) as error:
        raise IndexUnreachableError(location, str(error)) from error


def _collection(client: ClientAPI, name: str, manifest: dict[str, str | int], create: bool) -> ChromaCollection:
    """Return a collection as it is, or make it; get_or_create would write today's manifest over the old one.

    Raises:
        NotFoundError: There is none and `create` is false.
    """
    try:
        return client.get_collection(name, embedding_function=None)
    except NotFoundError:
        if not create:
            raise
    try:
        return client.create_collection(name, metadata=manifest, configuration=_COSINE, embedding_function=None)
    except ChromaError:  # another process was quicker
        return client.get_collection(name, embedding_function=None)


def _manifest(embedder: Embedder) -> dict[str, str | int]:
    return {
        "embedding_model": embedder.name,
        "dimension": embedder.dimension,
        "weights": embedder.fingerprint,
        "normalisation": NORMALISATION,
        "passages": PASSAGES,
    }


_MANIFEST_NAMES = {
    "embedding_model": "向量模型",
    "dimension": "向量维数",
    "weights": "模型权重",
    "normalisation": "文字规范化版本",
    "passages": "切分版本",
}


def _check_manifest(location: str, found: Any, expected: dict[str, str | int]) -> None:
    for key, value in expected.items():
        if found.get(key) != value:
            raise IndexMismatchError(location, _MANIFEST_NAMES[key], found.get(key), value)
