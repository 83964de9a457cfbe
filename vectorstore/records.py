"""The nouns of finding: `Passage`, `Filters`, `Hit`, and what the index knows of each document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest import Clause, Document, Stage

FloatVector = NDArray[np.float32]
FloatMatrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed: a sentence, or several that only make sense together, never crossing a clause.

    Attributes:
        id: `{document_id}:{number}`, numbered from 0 in reading order.
        clause: Position of its clause in `Document.clauses`.
        start: Offset in `Document.text`.
        end: Offset behind the last character.
        header: Title, heading path and year under which it is found; never shown as part of it.
        text: `Document.text[start:end]`.
    """

    id: str
    clause: int
    start: int
    end: int
    header: str
    text: str


class Entry(NamedTuple):
    """A passage as the lexical index keeps it, with what ranking looks at.

    Attributes:
        id: Of the passage.
        document_id: Of its document.
        clause: Position of its clause in `Document.clauses`.
        start: Offset in `Document.text`.
        end: Offset behind the last character.
        label: Of its clause.
        number: The number its clause goes by, 9 for 「二、9」; 0 for none.
        year: The year it is filtered by; 0 for none.
        published: The year its document was published in; 0 if not known.
        stage: Whether its clause reports or plans.
        heading: The clause's own.
        header: Title, heading path and year.
        text: Its words.
        terms: The terms of its text, joined by spaces.
        tokens: The token numbers of its text.
        own_norm: The length of the sum of their vectors.
        norm: The length of that sum with those of the header.
    """

    id: str
    document_id: str
    clause: int
    start: int
    end: int
    label: str
    number: int
    year: int
    published: int
    stage: Stage | None
    heading: str
    header: str
    text: str
    terms: str
    tokens: list[int]
    own_norm: float
    norm: float


class Correction(NamedTuple):
    """What staff wrote of a document in the place of what was read.

    Attributes:
        name: Which attribute of `ingest.Document` it is.
        read: What the reader found; None if nothing.
        value: What holds instead; None where it is not known.
    """

    name: str
    read: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document's entry in the index, without its text and clauses.

    Attributes:
        clauses: How many it has.
        passages: How many it was cut into.
        coverage: Share of the body's characters that are in a passage.
        sketch: What its text is compared by with other documents'; see `vectorstore.duplicates`.
        source_sha256: Hash of the file, and of how it was read.
        corrections: What staff corrected; the other attributes say it already.

    The others are those of `ingest.Document`.
    """

    id: str
    title: str
    issuer: str | None
    document_number: str | None
    published: str | None
    effective: str | None
    region: str | None
    source: str
    source_sha256: str
    clauses: int
    passages: int
    coverage: float
    sketch: str = ""
    expires: str | None = None
    repealed: bool = False
    repeals: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


Status = Literal["in_force", "not_yet_in_force", "superseded", "repealed", "expired"]


@dataclass(frozen=True, slots=True)
class Validity:
    """The legal status of a document.

    Attributes:
        status: `superseded` by a newer version of itself, `repealed` by another document or by its own words.
        by: The id of the document that took its place, if that is indexed.
    """

    status: Status
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may be found; None lets everything through, a value that fits nothing lets nothing.

    Attributes:
        year: The year the clause speaks of; where none is said, the year of publication.
        document: The id or its beginning, a part of the title, or the name of the source file.
        issuer: A part of the issuer's name.
        region: A part of the region's name.
    """

    year: int | None = None
    document: str | None = None
    issuer: str | None = None
    region: str | None = None


def place(document: Document, clause: Clause) -> dict[str, Any]:
    """Return which clause of which document it is, as JSON and other programs are told."""
    return {
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "clause_id": clause.id,
        "label": clause.label,
        "path": list(clause.path),
    }


@dataclass(frozen=True, slots=True)
class Met:
    """How far each token of a passage meets each of a question's, as the encoder reads both.

    Attributes:
        starts: Where each token of the passage begins, shape (tokens,).
        products: The product of each with each of the question's, shape (tokens, question's tokens).
        shares: What share of the question each of its tokens is, shape (question's tokens,).
    """

    starts: NDArray[np.int32]
    products: FloatMatrix
    shares: FloatVector

    @property
    def as_a_whole(self) -> float:
        """How far the passage meets the question, at most 1."""
        return float(self.products.max(axis=0, initial=-1.0) @ self.shares)

    def by(self, stretches: Sequence[tuple[int, int]]) -> float:
        """Return how far some stretches of the passage together meet the question, at most 1."""
        return float(self.within(stretches).max(axis=0) @ self.shares)

    def moved(self, offset: int) -> Met:
        """Return the same of a passage that begins elsewhere."""
        return replace(self, starts=self.starts + offset)

    def within(self, stretches: Sequence[tuple[int, int]]) -> FloatMatrix:
        """Return how far each stretch of the passage meets each token of the question, shape (stretches, tokens)."""
        met = np.zeros((len(stretches), len(self.shares)), dtype=np.float32)
        for row, (start, end) in zip(met, stretches, strict=True):
            inside = (self.starts >= start) & (self.starts < end)
            if inside.any():
                row[:] = self.products[inside].max(axis=0)
        return met


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        document: Where it stands.
        clause: The clause it belongs to.
        start: Offset in `document.text`.
        end: Offset behind the last character.
        score: Larger is better; comparable within one search.
        why: The parts of the score by name.
        validity: The legal status of the document, if it is known.
        match: The part of the score that comes of what the passage says, whenever and wherever it says it.
        met: How the encoder read it; None if it was not among those that it read.
    """

    document: Document
    clause: Clause
    start: int
    end: int
    score: float
    why: dict[str, float] = field(default_factory=dict)
    validity: Validity | None = None
    match: float = 0.0
    met: Met | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The words found, as they stand in the document."""
        return self.document.text[self.start : self.end]
