"""What a draft of the synonyms changes, before it is saved: phrases, and what a question finds."""

from __future__ import annotations

from dataclasses import dataclass

from app.answering import check_question
from vectorstore import Hit, Retriever
from vectorstore.synonyms import Segment, Synonyms

_SHOWN = 5  # hits before and after
_LOOKED_AT = 20  # hits among which one that is no longer shown, or was not, is looked for


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """An everyday phrase whose meanings are others.

    Attributes:
        phrase: What people say.
        before: What it may mean in official words by the file; empty if it is added.
        after: The same by the draft; empty if it is removed.
    """

    phrase: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A hit among the first before or after.

    Attributes:
        hit: By the draft, or by the file if the draft does not find it.
        before: Its rank by the file, counted from 1; None if it is not among the first twenty.
        after: Its rank by the draft, likewise.
    """

    hit: Hit
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """What a draft changes for a question.

    Attributes:
        before: The everyday phrases found in it by the file, each followed by the official words it adds.
        after: The same by the draft.
        hits: The first five by either, those of the draft first, in order.
    """

    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    hits: tuple[Moved, ...]


def phrase_changes(file: Synonyms, draft: Synonyms) -> list[PhraseChange]:
    """Return the phrases that mean something else by a draft, in the draft's order, then those it removes."""
    phrases = dict.fromkeys((*draft.meanings, *file.meanings))
    changes = (PhraseChange(p, file.meanings.get(p, ()), draft.meanings.get(p, ())) for p in phrases)
    return [change for change in changes if change.before != change.after]


def question_change(retriever: Retriever, question: str, file: Synonyms, draft: Synonyms) -> QuestionChange:
    """Ask a question by the file and by a draft; searches of other threads go on by the file.

    Raises:
        QuestionError: The question is empty or too long.
        VectorstoreError: The index cannot be used.
    """
    asked = check_question(question)
    before, after = (_ranked(retriever.search(asked, _LOOKED_AT, None, by)) for by in (file, draft))
    shown = dict.fromkeys((*list(after)[:_SHOWN], *list(before)[:_SHOWN]))
    hits = (_moved(place, before, after) for place in shown)
    return QuestionChange(_added(retriever, asked, file), _added(retriever, asked, draft), tuple(hits))


_Place = tuple[str, int]
"""Which document, and where in it: what hits of two searches have in common."""


def _ranked(hits: list[Hit]) -> dict[_Place, tuple[int, Hit]]:
    return {(hit.document.id, hit.start): (rank, hit) for rank, hit in enumerate(hits, start=1)}


def _moved(place: _Place, before: dict[_Place, tuple[int, Hit]], after: dict[_Place, tuple[int, Hit]]) -> Moved:
    was, now = before.get(place), after.get(place)
    hit = (now or before[place])[1]
    return Moved(hit, was[0] if was else None, now[0] if now else None)


def _added(retriever: Retriever, question: str, synonyms: Synonyms) -> tuple[Segment, ...]:
    return tuple(segment for segment in retriever.understand(question, synonyms).segments if len(segment) > 1)
