"""How faithful answers are, in the judgement of a language model: optional, and labelled as judged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.language_model import LanguageModel, LanguageModelError
from app.prompts import read_prompt
from app.records import Answer
from app.sources import harmless

_VERDICTS = {"是": True, "否": False, "不是": False}  # anything else is none, and counts as not faithful


def judge(model: LanguageModel, answer: Answer) -> bool | None:
    """Return whether a model finds an answer faithful to what it cites; None if it does not say."""
    quotations = "\n".join(harmless(citation.quote) for citation in answer.citations)
    messages = read_prompt("judge").fill(
        quotations=quotations, question=harmless(answer.asked_for), answer=harmless(answer.text)
    )
    try:
        verdict = "".join(model.stream(messages)).rsplit("</think>", 1)[-1]
    except LanguageModelError:
        return None
    return _VERDICTS.get(re.sub(r"^答案[:：]|[\s“”。.]", "", verdict))


def judged(model: LanguageModel, answers: Sequence[Answer]) -> dict[str, float | int | None]:
    """Return the share of answers that a model finds faithful, and how many it judged at all."""
    verdicts = [judge(model, answer) for answer in answers]
    share = round(sum(verdict is True for verdict in verdicts) / len(verdicts), 4) if verdicts else None
    return {"faithful": share, "judged": sum(verdict is not None for verdict in verdicts), "of": len(answers)}
