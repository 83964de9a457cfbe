"""The last look at an answer: no figure, year, document number or named title leaves that is not in what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app import support
from app.grounds import together
from app.records import Answer
from app.sources import grounds_of
from app.wording_checks import is_lead
from ingest import WenceError
from vectorstore.normalise import fold

_FIGURE = re.compile(r"\d+(?:\.\d+)?%?")
_NAMED = re.compile(r"《([^《》]+)》|([^\W\d_]{1,12}〔\d{4}〕\d+号)")


class UnsupportedError(WenceError):
    """An answer says something that its citations do not; a fault of the program, never of the asker."""


def verify(answer: Answer, derived: Iterable[str] = ()) -> Answer:
    """Return the answer as it is.

    Args:
        answer: What is about to be shown.
        derived: Figures worked out from those that are quoted.

    Raises:
        UnsupportedError: It quotes what is not in a document, or says what no quotation holds.
    """
    for citation in answer.citations:
        if citation.document.text[citation.start : citation.end] != citation.quote:
            raise UnsupportedError(f"引文与原文不符：{citation.quote}")
    if bool(answer.citations) != (answer.outcome == "answered"):
        raise UnsupportedError("答案没有出处，或拒答带有出处。")
    if answer.sentences and not answer.withheld:
        _verify_sentences(answer, tuple(derived))
    elif missing := unsupported(answer, derived):
        raise UnsupportedError(f"答案中的「{missing}」不在引文中。")
    return answer


def _verify_sentences(answer: Answer, derived: Sequence[str]) -> None:
    """Look once more for what each sentence that a model wrote claims, in what it cites."""
    for sentence in answer.sentences:
        if sentence.reason or (not sentence.citations and is_lead(sentence.text)):
            continue
        cited = [grounds_of(answer.citations[number - 1]) for number in sentence.citations]
        if not cited or support.not_there(sentence.text, together(cited), derived):
            raise UnsupportedError(f"答案中的「{sentence.text}」不在引文中。")


def unsupported(answer: Answer, derived: Iterable[str] = ()) -> str:
    """Return a figure or a named document of an answer that is neither cited nor asked; empty if there is none."""
    known = [fold(answer.question), fold(answer.asked_for), *derived]
    for citation in answer.citations:
        known += [fold(citation.quote), fold(citation.document.title), str(citation.clause.period or "")]
        known += [
            citation.document.published or "",
            fold(citation.document.document_number or ""),
            fold(citation.clause.label),
        ]
    said = "\n".join(known)
    figures = set(_FIGURE.findall(said))
    text = fold(answer.text)
    figure = next((found for found in _FIGURE.findall(text) if found not in figures), "")
    named = (match[1] or match[2] for match in _NAMED.finditer(text))
    return figure or next((name for name in named if name not in said), "")
