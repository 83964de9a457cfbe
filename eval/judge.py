"""How faithful answers are, in the judgement of a language model: optional, and labelled as judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.language_model import LanguageModel, LanguageModelError
from app.prompts import read_prompt
from app.records import Answer
from app.sources import harmless

_YES, _NO = "是", "否"


def judge(model: LanguageModel, answer: Answer) -> bool | None:
    """Return whether a model finds an answer faithful to what it cites; None if it does not say."""
    quotations = "\n".join(harmless(citation.quote) for citation in answer.citations)
    messages = read_prompt("judge").fill(
        quotations=quotations, question=harmless(answer.asked_for), answer=harmless(answer.text)
    )
    try:
        verdict = "".join(model.stream(messages)).rsplit("</think>", 1)[-1].strip(" \n“”。.")
    except LanguageModelError:
        return None
    return {_YES: True, _NO: False}.get(verdict[:1])


def judged(model: LanguageModel, answers: Sequence[Answer]) -> dict[str, float | int | None]:
    """Return the share of answers that a model finds faithful, and of how many it said so."""
    verdicts = list(_verdicts(model, answers))
    share = round(sum(verdicts) / len(verdicts), 4) if verdicts else None
    return {"faithful": share, "judged": len(verdicts), "of": len(answers)}


def _verdicts(model: LanguageModel, answers: Sequence[Answer]) -> Iterator[bool]:
    for answer in answers:
        if (verdict := judge(model, answer)) is not None:
            yield verdict
