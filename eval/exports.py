"""Results → rows as ragas reads them, so that its measures can be taken of our answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.records import NOT_IN_DOCUMENTS
from eval.run import Result


def ragas_rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return results in the form of a single-turn dataset of ragas, one row a question.

    A follow-up is given as it was understood, for such a row has no turns before; the contexts are what was quoted. The
    reference is what a right answer must hold, the evidence where only that is known.
    """
    return [_row(result) for result in results]


def _row(result: Result) -> dict[str, Any]:
    question, answer = result.question, result.answer
    reference = "；".join(question.answer or question.evidence) if question.answerable else NOT_IN_DOCUMENTS
    return {
        "user_input": answer.asked_for if answer and question.history else question.question,
        "response": answer.text if answer else "",
        "retrieved_contexts": [citation.quote for citation in answer.citations] if answer else [],
        "reference": reference,
        "reference_contexts": list(question.evidence),
    }
