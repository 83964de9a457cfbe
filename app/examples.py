"""Questions to begin with: those of the default document that it really answers, if it is indexed."""

from __future__ import annotations

from vectorstore import Retriever

_EXAMPLES = (
    "义务教育优质均衡评估目标是多少",
    "公办园在园幼儿占比2024年和2025年分别是多少",
    "校园欺凌怎么治理",
    "今年要新增多少普高学位",
)


def example_questions(retriever: Retriever) -> list[str]:
    """Return the example questions that the indexed documents answer."""
    from app.answering import answer_question

    if not retriever.records:
        return []
    return [question for question in _EXAMPLES if answer_question(retriever, question).outcome == "answered"]
