from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering import answer_question
from app.turns import MAX_TURNS, Turn, history_of, kept_turns, link_to, read_filters, read_link, restored_turns
from vectorstore import Filters, Retriever

QUESTION = "公办园在园幼儿占比2025年要达到多少"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["answer", "filters", "x"]), inner),
    max_leaves=8,
)


def test_a_conversation_comes_back_with_filters_and_opinions(retriever: Retriever) -> None:
    first = Turn(answer_question(retriever, QUESTION), Filters(year=2025), "helpful")
    second = Turn(answer_question(retriever, "今天天气怎么样"))
    back = restored_turns(kept_turns([second, first]), retriever)
    assert [(turn.answer, turn.filters, turn.opinion) for turn in back] == [
        (second.answer, second.filters, None),
        (first.answer, first.filters, "helpful"),
    ]
    assert history_of(back) == [QUESTION, "今天天气怎么样"]


@given(st.lists(JSON, max_size=3) | JSON)
def test_whatever_a_browser_sends_is_a_conversation_or_none(retriever: Retriever, rows: object) -> None:
    assert restored_turns(rows, retriever) == []


def test_no_more_turns_come_back_than_a_page_has(retriever: Retriever) -> None:
    rows = kept_turns([Turn(answer_question(retriever, QUESTION))]) * (MAX_TURNS + 5)
    assert len(restored_turns(rows, retriever)) == MAX_TURNS


def test_a_link_asks_the_same_question_by_itself(retriever: Retriever) -> None:
    answer = answer_question(retriever, "那2024年呢", history=[QUESTION])
    link = link_to(Turn(answer, Filters(year=2024, issuer="温州市教育局")))
    assert read_link(dict(parse_qsl(link.removeprefix("?")))) == (
        answer.asked_for,
        Filters(year=2024, issuer="温州市教育局"),
    )
    assert read_link({"q": " "}) is None


@pytest.mark.parametrize("year", ["", "20", "二〇二五", "2025x", "99999", None, [], "-2025"])
def test_what_is_no_year_filters_nothing(year: object) -> None:
    assert read_filters({"year": year, "document": "", "unknown": "x"}) == Filters()
