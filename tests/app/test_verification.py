from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answering import answer_question
from app.records import Answer
from app.verification import UnsupportedError, unsupported, verify
from vectorstore import Retriever


@pytest.fixture
def answered(retriever: Retriever) -> Answer:
    return answer_question(retriever, "公办园在园幼儿占比2024年和2025年分别是多少")


def test_what_is_quoted_and_its_difference_pass(answered: Answer) -> None:
    assert verify(answered, ["4.23"]) is answered


@pytest.mark.parametrize("words", ["76%", "2027年", "3.5", "《学前教育条例》", "温教发〔2024〕3号"])
def test_what_no_quotation_holds_does_not(answered: Answer, words: str) -> None:
    with pytest.raises(UnsupportedError, match="不在引文中"):
        verify(replace(answered, text=f"{answered.text}另有{words}"), ["4.23"])


def test_part_of_a_figure_is_another_figure(answered: Answer) -> None:
    assert unsupported(replace(answered, text="占比达到70%")) == "70%"


def test_a_quotation_that_is_not_in_its_source_does_not_pass(answered: Answer) -> None:
    first, *others = answered.citations
    with pytest.raises(UnsupportedError, match="引文与原文不符"):
        verify(replace(answered, citations=(replace(first, quote="占比达到71%"), *others)), ["4.23"])


def test_an_answer_without_a_citation_does_not_pass(answered: Answer) -> None:
    with pytest.raises(UnsupportedError, match="没有出处"):
        verify(replace(answered, citations=()))


_SUBJECTS = [
    "公办园占比",
    "新增学位",
    "长学制占比",
    "品质校园培育校",
    "特色学科",
    "专门学校",
    "近视率",
    "高考",
    "教师培训",
    "食堂",
]
_YEARS = ["", "2024年", "2025年", "去年", "今年", "2023年", "2024年和2025年", "24年"]
_ASKS = [
    "是多少",
    "有多少所",
    "什么时候",
    "由谁负责",
    "有哪些",
    "怎么做",
    "分别是多少",
    "达到百分之几",
    "名单",
    "呢",
    "在哪里",
]
_PLACES = ["", "温州", "乐清", "杭州", "全省"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_PLACES), st.sampled_from(_YEARS), st.sampled_from(_SUBJECTS), st.sampled_from(_ASKS))
def test_no_question_gets_a_figure_that_is_not_cited(
    retriever: Retriever, place: str, year: str, subject: str, asks: str
) -> None:
    """`answer_question` raises if one does; `python -m eval.figures` asks 100,000."""
    answer = answer_question(retriever, f"{year}{place}{subject}{asks}", history=["公办园2025年占比目标"])
    assert bool(answer.citations) == (answer.outcome == "answered")
