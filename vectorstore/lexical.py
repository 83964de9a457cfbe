"""The lexical index: BM25 over the terms of passages and of whole documents, kept on disk by tantivy.

It is derived from the documents in the store. Opening it compares what it holds with what is recorded, takes in
what came and drops what went; a mark is written last, so that whatever moment this is killed at, the next opening
completes it (docs/decisions/0006-lexical-engine.md).
"""

from __future__ import annotations

import hashlib
import math
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import tantivy
from filelock import FileLock
from tantivy import Occur, Query, Searcher

from ingest import Document
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from vectorstore.chroma import Store
from vectorstore.normalise import NORMALISATION, heading_key, terms, terms_of
from vectorstore.passages import PASSAGES, split_passages
from vectorstore.records import DocumentRecord, Entry, Passage
from vectorstore.rows import year_of
from vectorstore.words import WordVectors

_MARK = "content"
_LAYOUT = 3  # raised whenever the same documents would be stored differently
_HEAP = 64_000_000  # bytes that the writer gathers before it writes a segment
_LAST_NUMBER = re.compile(rf"([{NUMERAL_CHARACTERS}]+|\d+)(?:[条章节编]之[{NUMERAL_CHARACTERS}\d]+|\D{{0,2}})$")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which passages may be found.

    Attributes:
        document_ids: Of these documents only; None for all.
        year: Filed under this year only; None for all.
        excluded: Not of these documents.
    """

    document_ids: Collection[str] | None = None
    year: int | None = None
    excluded: frozenset[str] = frozenset()


EVERYTHING = Allowed()


class LexicalIndex:
    """One state of the lexical index, searched by any number of threads."""

    def __init__(self, passages: tantivy.Index, documents: tantivy.Index) -> None:
        self._passages, self._documents = passages.searcher(), documents.searcher()
        self._passage_schema, self._document_schema = passages.schema, documents.schema

    def __len__(self) -> int:
        return self._passages.num_docs

    def best(self, asked: Mapping[str, float], limit: int, allowed: Allowed = EVERYTHING) -> list[Entry]:
        """Return up to `limit` passages that hold any of the terms asked, each with its weight, by BM25, best first."""
        return self._found(_any_of(self._passage_schema, asked), limit, allowed)

    def entries(self, passage_ids: Collection[str]) -> list[Entry]:
        """Return the passages with these ids, in no order; those not indexed are left out."""
        return self._found(_among(self._passage_schema, passage_ids), len(passage_ids), EVERYTHING)

    def numbered(
        self, number: int, asked: Mapping[str, float], year: int | None, limit: int, allowed: Allowed = EVERYTHING
    ) -> list[Entry]:
        """Return up to `limit` passages of clauses that go by a number, by BM25, a year being worth a common term."""
        schema = self._passage_schema
        wishes = [_any_of(schema, asked)]
        if year is not None:
            wishes.append(Query.const_score_query(Query.term_query(schema, "year", year), 1.0))
        going_by_it = Query.const_score_query(Query.term_query(schema, "number", number), 0.0)
        query = Query.boolean_query([(Occur.Must, going_by_it), *((Occur.Should, wish) for wish in wishes)])
        return self._found(query, limit, allowed)

    def headed(self, headings: Collection[str], limit: int, allowed: Allowed = EVERYTHING) -> list[Entry]:
        """Return up to `limit` passages of clauses that go by a heading, given as `heading_key` writes it."""
        named = [Query.term_query(self._passage_schema, "heading", heading, "basic") for heading in headings]
        return self._found(Query.boolean_query([(Occur.Should, query) for query in named]), limit, allowed)

    def opening(self, limit: int, allowed: Allowed) -> list[Entry]:
        """Return up to `limit` passages of what is allowed, whatever they say."""
        return self._found(Query.all_query(), limit, allowed)

    def document_scores(self, asked: Mapping[str, float], document_ids: Collection[str]) -> dict[str, float]:
        """Return for each of some documents its BM25 score; those that hold no term asked are left out."""
        if not document_ids:
            return {}
        schema = self._document_schema
        among = Query.const_score_query(_among(schema, document_ids), 0.0)
        query = Query.boolean_query([(Occur.Must, _any_of(schema, asked)), (Occur.Must, among)])
        hits = self._documents.search(query, len(document_ids), count=False).hits
        return {_stored(self._documents, address)[0]: score for score, address in hits}

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a term over passages, ln((N - n + 0.5) / (n + 0.5) + 1)."""
        total, containing = self._passages.num_docs, self._passages.doc_freq("terms", term)
        # Deleted passages count among the containing ones until their segment is merged.
        return math.log((max(total - containing, 0) + 0.5) / (containing + 0.5) + 1.0)

    def years(self, first: int, last: int) -> list[int]:
        """Return the years, from one to another, that passages are filed under."""
        return [year for year in range(first, last + 1) if self._passages.doc_freq("year", year)]

    def _found(self, query: Query, limit: int, allowed: Allowed) -> list[Entry]:
        conditions = []
        if allowed.document_ids is not None:
            conditions.append(Query.term_set_query(self._passage_schema, "document", list(allowed.document_ids)))
        if allowed.year is not None:
            conditions.append(Query.term_query(self._passage_schema, "year", allowed.year))
        if conditions or allowed.excluded:
            rules = [(Occur.Must, Query.const_score_query(condition, 0.0)) for condition in conditions]
            if allowed.excluded:
                among = Query.term_set_query(self._passage_schema, "document", list(allowed.excluded))
                rules.append((Occur.MustNot, among))
            query = Query.boolean_query([(Occur.Must, query), *rules])
        if limit == 0 or not len(self):
            return []
        hits = self._passages.search(query, limit, count=False).hits
        return [Entry(*_stored(self._passages, address)) for _, address in hits]


def open_lexical(store: Store, records: Sequence[DocumentRecord], cache: Path, words: WordVectors) -> LexicalIndex:
    """Return the lexical index of the documents recorded, brought up to date if it is not.

    Args:
        store: Where the documents are.
        records: Its records, ordered by id.
        cache: Folder for the derived files of this store.
        words: What finds a passage's words in its text.
    """
    wanted = {_key(record, words): record for record in records}
    mark = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
    try:
        if _is_marked(cache, mark):
            return LexicalIndex(*_open_both(cache))
    except ValueError:  # damaged
        (cache / _MARK).unlink(missing_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "write.lock"):
        if not _is_marked(cache, mark):
            _update(cache, store, wanted, words, mark)
        return LexicalIndex(*_open_both(cache))


def _is_marked(cache: Path, mark: str) -> bool:
    path = cache / _MARK
    return path.is_file() and path.read_text() == mark


def _update(cache: Path, store: Store, wanted: Mapping[str, DocumentRecord], words: WordVectors, mark: str) -> None:
    """Make both indexes hold the documents wanted, and mark them so."""
    (cache / _MARK).unlink(missing_ok=True)
    try:
        _extend(cache, store, wanted, words)
        complete = _is_complete(cache, wanted)
    except ValueError:  # of another layout, or damaged
        complete = False
    if not complete:
        for name in ("passages", "documents"):
            shutil.rmtree(cache / name, ignore_errors=True)
        _extend(cache, store, wanted, words)
    building = cache / f"{_MARK}.new"
    building.write_text(mark)
    building.replace(cache / _MARK)


def _extend(cache: Path, store: Store, wanted: Mapping[str, DocumentRecord], words: WordVectors) -> None:
    """Drop the documents that are not wanted any more and add the new ones; the documents' index is written last."""
    passages, documents = _open_both(cache)
    held = _held(documents)
    new = [record.id for key, record in wanted.items() if key not in held]
    outdated = [document_id for key, document_id in held.items() if key not in wanted]
    keys = {record.id: key for key, record in wanted.items()}
    passage_writer, document_writer = passages.writer(_HEAP, 1), documents.writer(_HEAP, 1)
    for document_id in {*new, *outdated}:  # a new one may be there in part, from a writer that was killed
        passage_writer.delete_documents_by_term("document", document_id)
        document_writer.delete_documents_by_term("id", document_id)
    for document in store.documents(new):
        said = terms(document.title)
        for entry in _entries(document, words):
            own = entry.terms.split(" ")
            said += own
            passage_writer.add_document(_prepared_passage(entry, own))
        document_writer.add_document(_prepared_document(document, said, keys[document.id]))
    for writer in (passage_writer, document_writer):
        writer.commit()
        writer.wait_merging_threads()


def _is_complete(cache: Path, wanted: Mapping[str, DocumentRecord]) -> bool:
    """Tell whether both indexes hold all that is wanted and nothing else."""
    passages, documents = (index.searcher() for index in _open_both(cache))
    return documents.num_docs == len(wanted) and passages.num_docs == sum(r.passages for r in wanted.values())


def _open_both(cache: Path) -> tuple[tantivy.Index, tantivy.Index]:
    """Return the indexes of passages and of documents, empty ones where there are none.

    Raises:
        ValueError: One cannot be read, or has another layout.
    """
    both = []
    for name, schema in (("passages", _passage_schema()), ("documents", _document_schema())):
        folder = cache / name
        folder.mkdir(parents=True, exist_ok=True)
        both.append(tantivy.Index(schema, path=str(folder)))
    return both[0], both[1]


def _passage_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("heading", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("number", indexed=True)
    builder.add_integer_field("year", indexed=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def _document_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def _entries(document: Document, words: WordVectors) -> Iterator[Entry]:
    """Yield what is kept of each passage of a document."""
    published = int(document.published[:4]) if document.published else 0
    passages = split_passages(document)
    for passage, tokens, norms in zip(passages, *_seen_by_words(passages, words), strict=True):
        clause = document.clauses[passage.clause]
        yield Entry(
            id=passage.id,
            document_id=document.id,
            clause=passage.clause,
            start=passage.start,
            end=passage.end,
            label=clause.label,
            number=_number_of(clause.label),
            year=year_of(clause.period, document.published) or 0,
            published=published,
            stage=clause.stage,
            heading=clause.path[-1],
            header=passage.header,
            text=passage.text,
            terms=" ".join(terms(passage.text)),
            tokens=tokens,
            own_norm=norms[0],
            norm=norms[1],
        )


def _prepared_passage(entry: Entry, own: Sequence[str]) -> tantivy.Document:
    return tantivy.Document(
        id=entry.id,
        document=entry.document_id,
        heading=heading_key(entry.heading),
        number=entry.number,
        year=entry.year,
        terms=" ".join((*terms_of(entry.header), *own)),
        stored=_pack(entry),
    )


def _seen_by_words(
    passages: Sequence[Passage], words: WordVectors
) -> tuple[list[list[int]], list[tuple[float, float]]]:
    """Return the token numbers of each passage, and the lengths of its vectors' sum without and with its header's."""
    if not passages:
        return [], []
    tokens = words.tokens_of_many([passage.text for passage in passages])
    headers = {header: words.sum(words.tokens(header)) for header in {passage.header for passage in passages}}
    own = np.stack([words.sum(ids) for ids in tokens])
    both = own + np.stack([headers[passage.header] for passage in passages])
    return tokens, list(zip(*(np.linalg.norm(sums, axis=1).tolist() for sums in (own, both)), strict=True))


def _prepared_document(document: Document, said: Sequence[str], key: str) -> tantivy.Document:
    return tantivy.Document(id=document.id, terms=" ".join(said), stored=_pack((document.id, key)))


def _held(documents: tantivy.Index) -> dict[str, str]:
    """Return the ids of the documents held, by key."""
    searcher = documents.searcher()
    if not searcher.num_docs:
        return {}
    hits = searcher.search(Query.all_query(), searcher.num_docs, count=False).hits
    pairs = (_stored(searcher, address) for _, address in hits)
    return {key: document_id for document_id, key in pairs}


def _key(record: DocumentRecord, words: WordVectors) -> str:
    """Return what an indexed document is known by: the same file, read, corrected, cut and stored in the same way."""
    key = f"{record.id}:{record.source_sha256}:{NORMALISATION}.{PASSAGES}.{_LAYOUT}.{words.fingerprint}"
    return f"{key}:{hashlib.sha256(repr(record.corrections).encode()).hexdigest()}" if record.corrections else key


def _pack(values: Sequence[Any]) -> bytes:
    return orjson.dumps(tuple(values))


def _stored(searcher: Searcher, address: tantivy.DocAddress) -> list[Any]:
    values: list[Any] = orjson.loads(bytes(searcher.doc(address)["stored"][0]))
    return values


def _any_of(schema: tantivy.Schema, asked: Mapping[str, float]) -> Query:
    """Return the query for what holds any of the terms asked, by BM25, each with its weight."""
    terms_asked = ((Query.term_query(schema, "terms", term, "freq"), weight) for term, weight in asked.items())
    wishes = [query if weight == 1.0 else Query.boost_query(query, weight) for query, weight in terms_asked]
    return Query.boolean_query([(Occur.Should, wish) for wish in wishes], minimum_number_should_match=1)


def _among(schema: tantivy.Schema, ids: Collection[str]) -> Query:
    """Return the query for what has one of some ids; for a few dozen twice as quick as tantivy's own for sets."""
    return Query.boolean_query([(Occur.Should, Query.term_query(schema, "id", id_, "basic")) for id_ in ids])


def _number_of(label: str) -> int:
    """Return the number a clause goes by, the innermost of its label; 0 if it has none."""
    match = _LAST_NUMBER.search(label)
    return parse_numeral(match[1]) if match and not label.startswith("表") else 0
