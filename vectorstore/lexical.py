"""The lexical index: BM25 over the terms of passages and of whole documents.

It is derived from the documents in the store, cached on disk under a fingerprint of their ids and rebuilt
when the cache is missing or stale. Passages are known by their position: those of a document stand together,
in reading order.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest import Document, Stage
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from vectorstore.chroma import Store, year_of
from vectorstore.normalise import NORMALISATION, terms
from vectorstore.passages import PASSAGES, headed_text, split_passages
from vectorstore.records import DocumentRecord, FloatVector

# bm25s sets its own logger to DEBUG when imported; a library may not decide that for us.
import bm25s  # isort: skip

logging.getLogger("bm25s").setLevel(logging.WARNING)

Int32s = NDArray[np.int32]

STAGE_CODES: Mapping[Stage | None, int] = {None: 0, "done": 1, "planned": 2}

_ARRAYS = "passages.npz"
_BUILDING = "building-"
_LAYOUT = 1  # raised whenever the cached files would look different
_COLUMNS = ("document", "clause", "start", "end", "number", "year", "stage")
_LAST_NUMBER = re.compile(rf"([{NUMERAL_CHARACTERS}]+|\d+)(?:[条章节编]之[{NUMERAL_CHARACTERS}\d]+|\D{{0,2}})$")


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 scores of all passages and documents.

    Attributes:
        document_ids: In the order in which `document` counts them.
        document: For each passage, the position of its document.
        clause: For each passage, the position of its clause in the document.
        start: For each passage, its offset in the document's text.
        end: For each passage, the offset behind it.
        number: For each passage, the number its clause goes by, 9 for 「二、9」; 0 for none.
        year: For each passage, the year it is filtered by; 0 for none.
        stage: For each passage, 1 for results, 2 for targets, 0 for neither.
        first: For each document, the position of its first passage.
    """

    document_ids: tuple[str, ...]
    document: Int32s
    clause: Int32s
    start: Int32s
    end: Int32s
    number: Int32s
    year: Int32s
    stage: Int32s
    first: Int32s
    _passages: bm25s.BM25
    _documents: bm25s.BM25

    def __len__(self) -> int:
        return len(self.document)

    def passage_scores(self, query_terms: Sequence[str]) -> FloatVector:
        """Return the BM25 score of every passage."""
        return _scores(self._passages, query_terms, len(self.document))

    def document_scores(self, query_terms: Sequence[str]) -> FloatVector:
        """Return the BM25 score of every document."""
        return _scores(self._documents, query_terms, len(self.document_ids))

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a term over passages, ln((N - n + 0.5) / (n + 0.5) + 1)."""
        total = len(self.document)
        position = _vocabulary(self._passages).get(term)
        containing = 0
        if position is not None:
            pointers = self._passages.scores["indptr"]
            containing = int(pointers[position + 1] - pointers[position])
        return float(np.log((total - containing + 0.5) / (containing + 0.5) + 1.0))

    def passage_id(self, position: int) -> str:
        """Return the id of the passage at a position."""
        document = self.document[position]
        return f"{self.document_ids[document]}:{position - self.first[document]}"

    def position(self, passage_id: str) -> int | None:
        """Return the position of a passage, None if its document is not in this index."""
        document_id, _, number = passage_id.rpartition(":")
        low = np.searchsorted(np.asarray(self.document_ids), document_id)
        if low == len(self.document_ids) or self.document_ids[low] != document_id:
            return None
        return int(self.first[low]) + int(number)


def open_lexical(store: Store, records: Sequence[DocumentRecord], cache: Path) -> LexicalIndex:
    """Return the lexical index of the documents recorded, from the cache if it holds it.

    Args:
        store: Where the documents are.
        records: Its records, ordered by id.
        cache: Folder for the derived files of this store.
    """
    folder = cache / content_fingerprint(records)
    if (folder / _ARRAYS).is_file():
        return _load(folder)
    index = build_lexical([store.document(record.id) for record in records])
    _save(index, folder)
    return index


def content_fingerprint(records: Sequence[DocumentRecord]) -> str:
    """Return a name for the indexed content: the same files, read and cut in the same way, have the same."""
    versions = f"{NORMALISATION}.{PASSAGES}.{_LAYOUT}."
    files = ",".join(f"{record.id}:{record.source_sha256}" for record in records)
    return hashlib.sha256((versions + files).encode()).hexdigest()[:16]


def build_lexical(documents: Sequence[Document]) -> LexicalIndex:
    """Index documents; they must be ordered by id."""
    columns: dict[str, list[int]] = {name: [] for name in _COLUMNS}
    first: list[int] = []
    passage_terms: list[list[str]] = []
    document_terms: list[list[str]] = []
    for number, document in enumerate(documents):
        first.append(len(passage_terms))
        document_terms.append(terms(f"{document.title}\n{document.text}"))
        for passage in split_passages(document):
            clause = document.clauses[passage.clause]
            columns["document"].append(number)
            columns["clause"].append(passage.clause)
            columns["start"].append(passage.start)
            columns["end"].append(passage.end)
            columns["number"].append(_number_of(clause.label))
            columns["year"].append(year_of(clause.period, document.published) or 0)
            columns["stage"].append(STAGE_CODES[clause.stage])
            passage_terms.append(terms(headed_text(passage.header, passage.text)))
    arrays = {name: np.array(values, dtype=np.int32) for name, values in columns.items()}
    return LexicalIndex(
        document_ids=tuple(document.id for document in documents),
        first=np.array(first, dtype=np.int32),
        _passages=_index(passage_terms),
        _documents=_index(document_terms),
        **arrays,
    )


def _number_of(label: str) -> int:
    """Return the number a clause goes by, the innermost of its label; 0 if it has none."""
    match = _LAST_NUMBER.search(label)
    return parse_numeral(match[1]) if match else 0


def _index(texts: list[list[str]]) -> bm25s.BM25:
    index = bm25s.BM25(method="lucene")
    if any(texts):
        index.index(texts, show_progress=False)
    return index


def _vocabulary(index: bm25s.BM25) -> dict[str, int]:
    """Return the position of each term; an index of nothing has not even an empty vocabulary."""
    vocabulary: dict[str, int] = getattr(index, "vocab_dict", {})
    return vocabulary


def _scores(index: bm25s.BM25, query_terms: Sequence[str], size: int) -> FloatVector:
    vocabulary = _vocabulary(index)
    known = [vocabulary[term] for term in query_terms if term in vocabulary]
    if not known:
        return np.zeros(size, dtype=np.float32)
    return np.asarray(index.get_scores_from_ids(known), dtype=np.float32)


def _save(index: LexicalIndex, folder: Path) -> None:
    """Write the cache in one step, so that a reader never meets half of it, and drop older ones.

    Several processes may do this at once: each builds in a folder of its own, and the first one done is kept.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=folder.parent))
    if len(index):
        index._passages.save(building / "passages", show_progress=False)
        index._documents.save(building / "documents", show_progress=False)
    np.savez(
        building / _ARRAYS,
        document_ids=np.array(index.document_ids, dtype=np.str_),
        first=index.first,
        **{name: getattr(index, name) for name in _COLUMNS},
    )
    for older in folder.parent.iterdir():
        if older != folder and not older.name.startswith(_BUILDING):
            shutil.rmtree(older, ignore_errors=True)
    try:
        building.replace(folder)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)


def _load(folder: Path) -> LexicalIndex:
    with np.load(folder / _ARRAYS) as arrays:
        columns = {name: arrays[name] for name in arrays.files}
    document_ids = tuple(str(id_) for id_ in columns.pop("document_ids"))
    empty = bm25s.BM25(method="lucene")
    filled = (folder / "passages").is_dir()
    return LexicalIndex(
        document_ids=document_ids,
        _passages=bm25s.BM25.load(folder / "passages", mmap=True) if filled else empty,
        _documents=bm25s.BM25.load(folder / "documents", mmap=True) if filled else empty,
        **columns,
    )
