"""A question → the passages that may answer it, best first.

1. the filters say which documents and years may be found at all;
2. words (BM25) and vectors each propose candidates;
3. every candidate gets the same score, a weighted sum of named parts, and can say why it stands where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.chroma import Store, open_store
from vectorstore.embed import Embedder
from vectorstore.lexical import LexicalIndex, content_fingerprint, open_lexical
from vectorstore.query import Query, parse_query
from vectorstore.records import DocumentRecord, Filters, FloatVector, Hit

# Candidates each side proposes. At 20 the right passage is missing for 1 question in 100 of the development
# sets, at 50 for none that either side finds at all.
CANDIDATES = 50

# Weights of the parts of a score, chosen together on the development questions (docs/decisions/0005-fusion.md).
# The two similarities lie between 0 and 1.
WEIGHTS = {"words": 1.0, "meaning": 0.5, "document": 0.1, "year": 0.15, "stage": 0.05}

_STAGES = {"done": 1, "planned": 2}


@dataclass(slots=True)
class Retriever:
    """An open index, ready to be searched from several threads.

    Attributes:
        store: The documents and vectors.
        embedder: The model that made the vectors.
        records: The documents indexed, ordered by id.
        lexical: Their lexical index.
        cache: Folder of derived files.
    """

    store: Store
    embedder: Embedder
    records: list[DocumentRecord]
    lexical: LexicalIndex
    cache: Path

    @property
    def fingerprint(self) -> str:
        """A name for the indexed content."""
        return content_fingerprint(self.records)

    @property
    def this_year(self) -> int | None:
        """What 今年 means here: the year of the newest document."""
        return max((int(r.published[:4]) for r in self.records if r.published), default=None)

    def refresh(self) -> bool:
        """Take in what other processes added or removed; tell whether anything changed."""
        records = self.store.records()
        if [r.id for r in records] == [r.id for r in self.records]:
            return False
        self.lexical = open_lexical(self.store, records, self.cache)
        self.records = records
        return True

    def search(self, question: str, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return up to `limit` passages, best first."""
        allowed = self._allowed(filters or Filters())
        if not allowed.any():
            return []
        query = parse_query(question, self.this_year)
        parts = self._score_candidates(query, allowed, filters or Filters())
        totals = {p: sum(WEIGHTS[name] * value for name, value in why.items()) for p, why in parts.items()}
        best = sorted(totals, key=lambda p: (-totals[p], p))[:limit]
        return [self._hit(position, totals[position], parts[position]) for position in best]

    def _allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Return which passages the filters let through, shape (passages,)."""
        documents = np.array([_passes(record, filters) for record in self.records], dtype=bool)
        allowed = documents[self.lexical.document] if len(self.lexical) else np.zeros(0, dtype=bool)
        if filters.year is not None:
            allowed &= self.lexical.year == filters.year
        return allowed

    def _score_candidates(
        self, query: Query, allowed: NDArray[np.bool_], filters: Filters
    ) -> dict[int, dict[str, float]]:
        ceiling = sum(self.lexical.rarity(term) for term in query.terms) or 1.0
        words = self.lexical.passage_scores(query.terms) / ceiling
        documents = self.lexical.document_scores(query.terms)
        documents = documents / (documents.max() or 1.0)
        vector = self.embedder.embed_query(query.text)
        meaning = self._nearest(vector, filters)
        masked = np.where(allowed, words, -1.0)
        by_words = np.argpartition(-masked, min(CANDIDATES, len(masked) - 1))[:CANDIDATES]
        positions = {int(p) for p in by_words if masked[p] > 0} | {p for p in meaning if allowed[p]}
        meaning |= self._similarities(vector, [p for p in positions if p not in meaning])
        return {
            p: {
                "words": float(words[p]),
                "meaning": meaning[p],
                "document": float(documents[self.lexical.document[p]]),
                "year": self._year_match(query, p),
                "stage": self._stage_match(query, p),
            }
            for p in positions
        }

    def _nearest(self, vector: FloatVector, filters: Filters) -> dict[int, float]:
        """Return cosine by position of the passages nearest to a vector."""
        passing = [record.id for record in self.records if _passes(record, filters)]
        ids = None if len(passing) == len(self.records) else passing
        found = self.store.nearest(vector, CANDIDATES, ids, filters.year)
        return {p: cosine for id_, cosine in found if (p := self.lexical.position(id_)) is not None}

    def _similarities(self, vector: FloatVector, positions: Sequence[int]) -> dict[int, float]:
        """Return cosine by position of passages that only the words proposed."""
        ids = {self.lexical.passage_id(p): p for p in positions}
        if not ids:
            return {}
        found = self.store.vectors(list(ids))
        return {p: float(found[id_] @ vector) if id_ in found else 0.0 for id_, p in ids.items()}

    def _year_match(self, query: Query, position: int) -> float:
        """1 if the passage speaks of a year asked for, -1 if of another one, 0 if either says nothing."""
        year = int(self.lexical.year[position])
        if not query.years or not year:
            return 0.0
        return 1.0 if year in query.years else -1.0

    def _stage_match(self, query: Query, position: int) -> float:
        """1 if the passage reports or plans as asked, -1 if it does the other, 0 if either says nothing."""
        stage = int(self.lexical.stage[position])
        if query.stage is None or not stage:
            return 0.0
        return 1.0 if stage == _STAGES[query.stage] else -1.0

    def _hit(self, position: int, score: float, why: dict[str, float]) -> Hit:
        lexical = self.lexical
        document = self.store.document(lexical.document_ids[lexical.document[position]])
        clause = document.clauses[lexical.clause[position]]
        rounded = {name: round(value, 4) for name, value in why.items()}
        return Hit(document, clause, int(lexical.start[position]), int(lexical.end[position]), round(score, 4), rounded)


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
    return Retriever(store, embedder, records, open_lexical(store, records, cache), cache)


def _passes(record: DocumentRecord, filters: Filters) -> bool:
    """Tell whether a document passes the filters that speak of documents."""
    wanted = (
        (filters.document, (record.id, record.title, record.source)),
        (filters.issuer, (record.issuer or "",)),
        (filters.region, (record.region or "",)),
    )
    return all(value is None or any(value in field for field in having) for value, having in wanted)
