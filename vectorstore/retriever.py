"""A question → the passages that may answer it, best first.

1. the filters say which documents and years may be found at all;
2. words (BM25), vectors and clause numbers each propose candidates;
3. every candidate gets the same score, a weighted sum of named parts, and can say why it stands where it is;
4. where an account is asked for, a passage brings along those that go on where it ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest import Clause, Document
from vectorstore.chroma import Store, open_store
from vectorstore.embed import Embedder
from vectorstore.lexical import STAGE_CODES, LexicalIndex, open_lexical
from vectorstore.normalise import terms
from vectorstore.passages import headed_text, passage_header
from vectorstore.query import Query, parse_query
from vectorstore.records import DocumentRecord, Filters, FloatVector, Hit
from vectorstore.words import WordVectors

# Candidates that words and vectors propose each.
CANDIDATES = 50

# Weights of the parts of a score, chosen together on the development questions of the Wenzhou document and of
# policy_qa (docs/decisions/0005-fusion.md). Parts are between 0 and 1, year and stage between -1 and 1.
WEIGHTS = {
    "words": 1.0,
    "meaning": 0.5,
    "alike": 0.4,
    "document": 0.5,
    "year": 0.1,
    "stage": 0.05,
    "reference": 1.0,
}

# An account runs over several sentences: up to 4 that follow the best passages in their clause come along if
# they score .3 of what those do. On policy_qa this finds .86 of the answers within 600 characters against .73.
FOLLOWERS = 4
FOLLOWING_SHARE = 0.3
_LED_BY = 12  # passages that may bring others along; later ones stand behind any limit that people read to

Parts = dict[str, float]


@dataclass(frozen=True, slots=True)
class Content:
    """What is indexed at one moment: the documents, ordered by id, and their lexical index."""

    records: tuple[DocumentRecord, ...]
    lexical: LexicalIndex


@dataclass(slots=True)
class Retriever:
    """An open index, ready to be searched from several threads.

    Attributes:
        store: The documents and vectors.
        content: What is indexed; replaced as a whole, so that a search sees one state from start to end.
        words: Vectors of words, for what is said in other words.
        cache: Folder of derived files.
        changing: Held while the content is replaced.
    """

    store: Store
    content: Content
    words: WordVectors
    cache: Path
    changing: Lock = field(default_factory=Lock)

    @property
    def records(self) -> tuple[DocumentRecord, ...]:
        """The documents indexed, ordered by id."""
        return self.content.records

    def refresh(self) -> bool:
        """Take in what other processes added or removed; tell whether anything changed."""
        with self.changing:
            if tuple(self.store.records()) == self.records:
                return False
            self.store = self.store.reopened()
            records = self.store.records()
            self.content = Content(tuple(records), open_lexical(self.store, records, self.cache))
            return True

    def search(self, question: str, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return up to `limit` passages, best first."""
        return self.find(self.understand(question), limit, filters)

    def understand(self, question: str) -> Query:
        """Return a question made searchable; 今年 is the year of the newest document."""
        this_year = max((int(r.published[:4]) for r in self.records if r.published), default=None)
        return parse_query(question, this_year)

    def find(self, query: Query, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return up to `limit` passages for a question that was understood already, best first."""
        scoring = _Scoring(self, query, filters or Filters())
        if not scoring.allowed.any():
            return []
        scoring.score(scoring.candidates())
        return [scoring.hit(position) for position in islice(scoring.order(), limit)]


class _Scoring:
    """The scores of one search, gathered as positions come up."""

    def __init__(self, retriever: Retriever, query: Query, filters: Filters) -> None:
        self.query = query
        self.parts: dict[int, Parts] = {}
        self.totals: dict[int, float] = {}
        self._retriever = retriever
        self._filters = filters
        content = retriever.content
        self._records = content.records
        lexical = self._lexical = content.lexical
        self._passing = np.array([_passes(record, filters) for record in self._records], dtype=bool)
        self.allowed: NDArray[np.bool_] = self._passing[lexical.document] if len(lexical) else np.zeros(0, dtype=bool)
        if filters.year is not None:
            self.allowed &= lexical.year == filters.year
        self._words = np.max([self._word_scores(terms(text)) for text in query.texts], axis=0)
        documents = lexical.document_scores(query.terms)
        self._documents = documents / (documents.max(initial=0.0) or 1.0)
        self._vectors = np.stack([retriever.store.embedder.embed_query(text) for text in query.texts])
        self._sought = retriever.words.sought(query.segments)
        self._meaning: dict[int, float] = {}

    def candidates(self) -> set[int]:
        """Return the positions that words, vectors and clause numbers propose."""
        masked = np.where(self.allowed, self._words, 0.0)
        best = np.argpartition(-masked, min(CANDIDATES, len(masked)) - 1)[:CANDIDATES]
        self._meaning |= self._nearest()
        named = np.flatnonzero(self.allowed & np.isin(self._lexical.number, [n for n in self.query.references if n]))
        positions = {int(p) for p in best if masked[p] > 0} | {p for p in self._meaning if self.allowed[p]}
        likeliest = np.argsort(-self._documents[self._lexical.document[named]], kind="stable")
        return positions | set(named[likeliest[:CANDIDATES]].tolist())

    def score(self, positions: Collection[int]) -> None:
        """Score positions that have no score yet."""
        new = [p for p in sorted(positions) if p not in self.parts]
        self._meaning |= self._similarities([p for p in new if p not in self._meaning])
        alike = self._retriever.words.coverage(self._sought, [self._indexed_text(p) for p in new])
        for position, spoken in zip(new, alike.tolist(), strict=True):
            parts = self._parts(position, spoken)
            self.parts[position] = parts
            self.totals[position] = sum(WEIGHTS[name] * value for name, value in parts.items())

    def order(self) -> Iterable[int]:
        """Return the positions in the order in which they are found."""
        if self.query.only_refers and any(parts["reference"] for parts in self.parts.values()):
            return sorted(self.totals, key=lambda p: (-self.parts[p]["reference"], -self.parts[p]["document"], p))
        if self.query.asked == "account" and not self.query.compares:
            return self.with_followers()
        return self.ranked()

    def ranked(self) -> list[int]:
        """Return the scored positions, best first."""
        return sorted(self.totals, key=lambda p: (-self.totals[p], p))

    def with_followers(self) -> Iterator[int]:
        """Yield the scored positions, best first, each of the best with those that go on where it ends."""
        leaders = self.ranked()
        self.score({f for p in leaders[:_LED_BY] for f in self._followers(p)})
        seen: set[int] = set()
        for leader in self.ranked():
            if leader in seen:
                continue
            seen.add(leader)
            yield leader
            for follower in self._followers(leader):
                if follower in seen or follower not in self.totals:
                    break
                if self.totals[follower] < FOLLOWING_SHARE * self.totals[leader]:
                    break
                seen.add(follower)
                yield follower

    def _followers(self, position: int) -> Iterator[int]:
        """Yield the next passages of the same clause."""
        lexical = self._lexical
        for follower in range(position + 1, min(position + 1 + FOLLOWERS, len(lexical))):
            same_document = lexical.document[follower] == lexical.document[position]
            if not same_document or lexical.clause[follower] != lexical.clause[position]:
                return
            yield follower

    def _parts(self, position: int, alike: float) -> Parts:
        lexical, query = self._lexical, self.query
        return {
            "words": float(self._words[position]),
            "meaning": self._meaning.get(position, 0.0),
            "alike": alike,
            "document": float(self._documents[lexical.document[position]]),
            "year": _agreement(int(lexical.year[position]), query.steering_years),
            "stage": _agreement(int(lexical.stage[position]), (STAGE_CODES[query.stage],) if query.stage else ()),
            "reference": float(int(lexical.number[position]) in query.references),
        }

    def _word_scores(self, asked: Collection[str]) -> FloatVector:
        """Return the BM25 score of every passage as a share of the highest possible, shape (passages,)."""
        distinct = tuple(dict.fromkeys(asked))
        ceiling = sum(self._lexical.rarity(term) for term in distinct) or 1.0
        return self._lexical.passage_scores(distinct) / ceiling

    def _nearest(self) -> dict[int, float]:
        """Return cosine by position of the passages nearest to the question."""
        ids = None if self._passing.all() else [r.id for r, p in zip(self._records, self._passing, strict=True) if p]
        nearest: dict[int, float] = {}
        for vector in self._vectors:
            for id_, cosine in self._retriever.store.nearest(vector, CANDIDATES, ids, self._filters.year):
                position = self._lexical.position(id_)
                if position is not None:
                    nearest[position] = max(cosine, nearest.get(position, -1.0))
        return nearest

    def _similarities(self, positions: Collection[int]) -> dict[int, float]:
        """Return cosine by position of passages that the vectors did not propose."""
        ids = {self._lexical.passage_id(p): p for p in positions}
        vectors = self._retriever.store.vectors(list(ids)) if ids else {}
        return {ids[id_]: float((self._vectors @ vector).max()) for id_, vector in vectors.items()}

    def hit(self, position: int) -> Hit:
        """Return a scored position as a hit."""
        document, clause = self._place(position)
        start, end = int(self._lexical.start[position]), int(self._lexical.end[position])
        why = {name: round(value, 4) for name, value in self.parts[position].items()}
        return Hit(document, clause, start, end, round(self.totals[position], 4), why)

    def _place(self, position: int) -> tuple[Document, Clause]:
        lexical = self._lexical
        document = self._retriever.store.document(lexical.document_ids[lexical.document[position]])
        return document, document.clauses[lexical.clause[position]]

    def _indexed_text(self, position: int) -> str:
        document, clause = self._place(position)
        text = document.text[self._lexical.start[position] : self._lexical.end[position]]
        return headed_text(passage_header(document, clause), text)


def open_retriever(location: str, embedder: Embedder, cache: Path) -> Retriever:
    """Open an index for searching.

    Args:
        location: Folder or address of the index.
        embedder: The model that made it.
        cache: Folder for the files derived from it.

    Raises:
        VectorstoreError: There is no index, or it cannot be used.
    """
    store = open_store(location, embedder)
    records = store.records()
    content = Content(tuple(records), open_lexical(store, records, cache))
    return Retriever(store, content, WordVectors(), cache)


def _agreement(having: int, wanted: Collection[int]) -> float:
    """Return 1 if a passage has what is wanted, -1 if it has another, 0 if either says nothing."""
    if not having or not wanted:
        return 0.0
    return 1.0 if having in wanted else -1.0


def _passes(record: DocumentRecord, filters: Filters) -> bool:
    """Tell whether a document passes the filters that speak of documents."""
    wanted = ((filters.issuer, record.issuer), (filters.region, record.region))
    if not all(value is None or value in (having or "") for value, having in wanted):
        return False
    name = filters.document
    if name is None:
        return True
    return record.id.startswith(name) or name in record.title or name in (record.source, Path(record.source).name)
