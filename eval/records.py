"""The nouns of measuring: a `Dataset` of `Question`s, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from ingest import Document, WenceError

KIND_NAMES = {
    "target_2025": "2025年目标", "fact_2024": "2024年情况", "year_pair": "两年对照", "exact_wording": "原文表述",
    "list": "列举", "measures": "做法措施", "several_passages": "多处合答", "which_document": "所依文件",
    "who_where": "何人何地", "yes_no": "是否", "everyday": "日常说法", "half": "只有一半可答", "span": "原文片段",
    "follow_year": "追问年份", "follow_place": "追问地区", "follow_thing": "追问事物", "follow_attribute": "追问属性",
    "follow_pronoun": "追问指代", "topic_change": "转换话题", "other_year": "其他年份", "other_place": "其他地区",
    "other_entity": "其他单位", "similar_figure": "相近数字", "attribute_absent": "未载事项",
    "unanswerable": "文件未答", "false_premise": "前提有误", "out_of_job": "与文件无关", "chit_chat": "闲聊",
    "figure": "数字", "topic_word": "换题关键词", "new_question": "另起新问", "follow": "追问", "source": "追问出处",
    "more": "追问更多", "about_document": "文件本身", "overview": "概述", "unsorted": "未分类",
}  # fmt: skip
"""The kinds of our questions as people call them; those of other sets keep their names."""

ASKER_NAMES = {"parent": "家长", "teacher": "教师", "staff": "工作人员", "journalist": "记者", "unknown": "未注明"}
"""Who asks, as people call them."""


class DatasetError(WenceError):
    """The evaluation data cannot be used."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right answer is known by.

    Attributes:
        id: Unique in its set.
        question: As it is asked.
        kind: What sort of question it is; figures are reported by kind.
        asker: parent, teacher, staff or journalist.
        evidence: Words of the documents that answer it, verbatim; empty if nothing does.
        answer: What a right answer must hold; empty where only evidence is known.
        avoid: What a right answer must not hold, such as the figure of the other year.
        answerable: Whether the documents answer it.
        history: What the asker had asked before, in order.
        missing: Of a question of two halves, words for the one that the documents do not answer.
        split: `dev` for questions the program may be tuned on, `held_out` for the others.
        origin: Where it comes from: `written` by a person, `feedback`, `draft`, `benchmark`.
        relevant: Names (`Document.source`) of the documents that answer it, where a set says so.
    """

    id: str
    question: str
    kind: str
    asker: str
    evidence: tuple[str, ...]
    answer: tuple[str, ...]
    avoid: tuple[str, ...]
    answerable: bool
    split: str
    history: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    origin: str = "written"
    relevant: tuple[str, ...] = ()

    @property
    def half(self) -> int:
        """Which of two halves it is of, 0 or 1: what is learned from one is judged by the other."""
        return self._number % 2

    @property
    def sampled(self) -> bool:
        """Whether it is of the tenth that the tests ask: all questions take minutes."""
        return self._number % 10 == 0

    @property
    def _number(self) -> int:
        return crc32(self.id.encode())


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions, and the documents they are asked of if the set brings its own."""

    name: str
    questions: tuple[Question, ...]
    documents: tuple[Document, ...] | None
