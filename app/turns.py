"""A question with its answer, as the page keeps it: in the browser between visits, and in a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from app.feedback import Opinion
from app.keeping import kept, restored
from app.records import Answer
from vectorstore import Filters, Retriever

MAX_TURNS = 30  # older questions leave the page; the text of a conversation stays small enough to send back
_LONGEST_NAME = 200  # characters of a filter's value


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked in the page.

    Attributes:
        answer: What it got.
        filters: Which passages were to answer.
        opinion: What whoever asked said of it; None if nothing.
        id: The same while the answer grows.
    """

    answer: Answer
    filters: Filters = Filters()
    opinion: Opinion | None = None
    id: str = field(default_factory=lambda: uuid4().hex)


def history_of(turns: Sequence[Turn]) -> list[str]:
    """Return the questions of a conversation, whose newest turn comes first, in the order in which they were asked."""
    return [turn.answer.question for turn in reversed(turns)]


def link_to(turn: Turn) -> str:
    """Return the part of an address that asks the question again, standing by itself."""
    chosen = {name: str(value) for name, value in asdict(turn.filters).items() if value is not None}
    return f"?{urlencode({'q': turn.answer.asked_for or turn.answer.question} | chosen)}"


def read_link(parameters: Mapping[str, str]) -> tuple[str, Filters] | None:
    """Return the question and the filters that an address names; None if it names no question."""
    question = parameters.get("q", "").strip()
    return (question, read_filters(parameters)) if question else None


def read_filters(given: Mapping[str, Any]) -> Filters:
    """Return the filters that a browser sends; what is no value of a filter is none."""
    chosen: dict[str, Any] = {}
    for part in fields(Filters):
        value = str(given.get(part.name) or "")[:_LONGEST_NAME]
        if part.name == "year":
            chosen["year"] = int(value) if value.isascii() and value.isdigit() and len(value) == 4 else None
        else:
            chosen[part.name] = value or None
    return Filters(**chosen)


def kept_turns(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return what the browser keeps of a conversation."""
    return [{"answer": kept(turn.answer), "filters": asdict(turn.filters), "opinion": turn.opinion} for turn in turns]


def restored_turns(rows: object, retriever: Retriever) -> list[Turn]:
    """Return the turns that were kept, without those that are no longer what the documents say."""
    turns = []
    for row in rows[:MAX_TURNS] if isinstance(rows, list) else []:
        answer = restored(row.get("answer"), retriever) if isinstance(row, dict) else None
        if answer is None:
            continue
        filters, opinion = row.get("filters"), row.get("opinion")
        known: Opinion | None = opinion if opinion in ("helpful", "unhelpful") else None
        turns.append(Turn(answer, read_filters(filters if isinstance(filters, dict) else {}), known))
    return turns
