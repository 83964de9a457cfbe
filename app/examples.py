"""Questions to begin with, by who may ask them: such as the indexed documents really answer."""

from __future__ import annotations

from collections.abc import Iterator

from app.answering import answer_question
from ingest import Stage
from ingest.headings import without_number
from vectorstore import Retriever

_EXAMPLES = {
    "家长": ("义务教育优质均衡评估目标是多少", "今年要新增多少普高学位", "校园欺凌怎么治理"),
    "教师": ("教师待遇有哪些保障措施", "今年怎么培养名师名校长", "新增了多少名新锐教师"),
    "工作人员": ("公办园在园幼儿占比2024年和2025年分别是多少", "人工智能教育有哪些任务", "中职学校今年的目标"),
}
_MOST = 2  # for each: what a person reads before asking
_ASKED: dict[Stage | None, str] = {"done": "{}做了哪些工作", "planned": "{}有哪些任务", None: "{}有哪些规定"}
_HEADING = range(6, 25)  # letters of a heading that makes a question
_LOOKED_AT = 12  # headings that are tried


def example_questions(retriever: Retriever) -> dict[str, list[str]]:
    """Return questions that the documents answer, by who may ask them; made of headings where ours do not fit."""
    if not retriever.records:
        return {}
    answered = {asker: [q for q in asked if _is_answered(retriever, q)] for asker, asked in _EXAMPLES.items()}
    if all(answered.values()):
        return {asker: questions[:_MOST] for asker, questions in answered.items()}
    found = [question for question in _from_headings(retriever) if _is_answered(retriever, question)]
    return {"可以这样问": found[: 2 * _MOST]} if found else {}


def _from_headings(retriever: Retriever) -> Iterator[str]:
    """Yield questions made of the headings of the newest documents."""
    newest = sorted(retriever.records, key=lambda record: record.published or "", reverse=True)
    tried = 0
    for record in newest[:_LOOKED_AT]:
        for clause in retriever.store.document(record.id).clauses:
            heading = without_number(clause.path[-1])
            if len(clause.path) > 1 and len(heading) in _HEADING and tried < _LOOKED_AT:
                tried += 1
                yield _ASKED[clause.stage].format(heading)


def _is_answered(retriever: Retriever, question: str) -> bool:
    return answer_question(retriever, question).outcome == "answered"
