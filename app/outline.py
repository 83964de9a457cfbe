"""A document → the tree of its clauses, line by line, as the command line and the page show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest import Clause, Document, Stage

_OPENING = 30  # characters of a clause without a heading of its own


class OutlineLine(NamedTuple):
    """A clause, or a heading above clauses that has no text of its own.

    Attributes:
        level: How far it is indented: 0 below the title.
        words: The heading, or the opening words of a clause that has none.
        start: Where in the document's text the clause begins, or the first below the heading.
        label: Of the clause; None of a heading alone.
        period: The year the clause speaks of, if its headings say one.
        stage: Whether it reports or plans, if they say so.
    """

    level: int
    words: str
    start: int
    label: str | None = None
    period: int | None = None
    stage: Stage | None = None


def outline(document: Document) -> Iterator[OutlineLine]:
    """Yield a document's clauses in reading order, each below the headings that it does not share with the last."""
    above: tuple[str, ...] = document.clauses[0].path[:1] if document.clauses else ()
    for clause in document.clauses:
        headed = document.text.startswith(clause.path[-1], clause.start) and len(clause.path) > 1
        over = clause.path[:-1] if headed else clause.path
        for depth in range(_shared(above, over), len(over)):
            yield OutlineLine(max(depth - 1, 0), over[depth], clause.start)
        words = clause.path[-1] if headed else _opening(document, clause)
        yield OutlineLine(len(over) - 1, words, clause.start, clause.label, clause.period, clause.stage)
        above = clause.path


def _opening(document: Document, clause: Clause) -> str:
    text = document.text[clause.start : clause.end].replace("\n", " ")
    return f"{text[:_OPENING]}{'…' if len(text) > _OPENING else ''}"


def _shared(above: Sequence[str], path: Sequence[str]) -> int:
    """Return how many headings two paths begin with together."""
    return next((i for i, (a, b) in enumerate(zip(above, path, strict=False)) if a != b), min(len(above), len(path)))
