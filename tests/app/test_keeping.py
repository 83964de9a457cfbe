from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from app.answering import answer_question, failed_answer
from app.keeping import kept, restored
from app.records import Answer, Sentence
from app.serialise import answer_json
from app.settings import Settings
from app.writing import NOT_IN_SOURCES, NOT_UPHELD, WRITING
from eval.run import index_documents
from ingest import WenceError, parse_document
from tests.app.test_writing import written
from vectorstore import Retriever

YEARS = "公办园在园幼儿占比2024年和2025年分别是多少"
QUESTIONS = [
    YEARS,
    "职业教育长学制占比2024年和2025年分别是多少",
    "义务教育优质均衡评估目标是多少",
    "2025年新增公办普高学位多少个？总投资是多少？",
    "一级园在园幼儿占比2024年和2025年分别是多少",
    "2025年学前教育有哪些举措",
    "专门学校要不要实现全覆盖",
    "今天天气怎么样",
    "2023年公办园占比是多少",
    "这份文件是谁发的",
    "什么时候发布的",
    "这份文件讲了什么",
    "你收录了哪些文件",
    "你好",
    "一级园占比多少",
    "永嘉通过义务教育优质均衡了吗",
]


@pytest.fixture(scope="module")
def answers(retriever: Retriever) -> list[Answer]:
    plain = [answer_question(retriever, question) for question in QUESTIONS]
    follow_up = answer_question(retriever, "那2024年呢", history=["2025年公办园在园幼儿占比目标是多少"])
    sentences = (
        Sentence("公办园在园幼儿占比2024年达到70.77%。", (1,)),
        Sentence("2025年目标是占比达75%。", (2,), begins_line=True),
        Sentence("学费全免。", (), "原文没有提到“学费”"),
    )
    text = "公办园在园幼儿占比2024年达到70.77%【1】。\n2025年目标是占比达75%【2】。"
    by_model = replace(plain[0], text=text, sentences=sentences, model="m", key=("75%",))
    withheld = replace(
        plain[0],
        sentences=(Sentence("占比达95%。", (), "“95%”不在原文中"),),
        withheld=True,
        notice=f"{NOT_UPHELD}，以下为文件原文",
    )
    failed = failed_answer("甲" * 10, WenceError("问题过长：1200 字，上限为 1000 字。"))
    again = [answer_question(retriever, asked, history=["新增学位多少"]) for asked in ("原文发我", "哪一年的", "出处")]
    return [*plain, follow_up, *again, by_model, withheld, failed]


def through_the_browser(answer: Answer) -> Any:
    return json.loads(json.dumps(kept(answer)))


def test_an_answer_comes_back_as_it_was(answers: Sequence[Answer], retriever: Retriever) -> None:
    for answer in answers:
        assert restored(through_the_browser(answer), retriever) == answer


@pytest.mark.parametrize(
    "text",
    [
        "公办园在园幼儿占比2024年为70.77%，2025年目标为75%【1】。",
        "2024年公办园在园幼儿占比为70.77%【2】。\n2025年的目标是占比达75%【1】。",
        "2025年公办园在园幼儿占比目标为75%【1】，比2024年的70.77%提高4.23个百分点【2】。学费全免【1】。",
        "学费全免【1】。",
        NOT_IN_SOURCES,
    ],
)
def test_what_a_language_model_wrote_comes_back(retriever: Retriever, text: str) -> None:
    answer = written(retriever, YEARS, text)
    assert restored(through_the_browser(answer), retriever) == answer


@pytest.mark.parametrize(
    "text",
    ["公办园占比达75%，教师待遇很差。", "公办园在园幼儿占比2024年达到75%。", "教师待遇很差。", "九" * 4000, "第٣条。"],
)
def test_a_sentence_that_its_source_does_not_support_does_not_come_back(
    answers: Sequence[Answer], retriever: Retriever, text: str
) -> None:
    row = through_the_browser(answers[-3])
    del row["key"]
    assert restored(row, retriever) is not None
    row["sentences"][0]["text"] = text
    assert restored(row, retriever) is None


def test_no_words_of_documents_are_kept_beside_those_of_the_answer(answers: Sequence[Answer]) -> None:
    row = kept(answers[0])
    assert len(json.dumps(row)) < len(json.dumps(answer_json(answers[0]))) + 1500
    assert all(len(place) == 6 for place in row["citations"])
    assert "text" not in kept(answers[-3])  # it follows from the sentences


def at(row: Any, *path: str | int) -> tuple[Any, str | int]:
    for step in path[:-1]:
        row = row[step]
    return row, path[-1]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("form",), 2),
        (("outcome",), "sure"),
        (("outcome",), []),
        (("outcome",), "not_in_documents"),
        (("question",), " "),
        (("question",), "长" * 100_000),
        (("question",), "\ud83d"),
        (("text",), "公办园在园幼儿占比达95%"),
        (("text",), "学费全免"),
        (("text",), None),
        (("notice",), WRITING),
        (("elapsed_ms",), float("nan")),
        (("elapsed_ms",), 10**400),
        (("elapsed_ms",), True),
        (("key",), ["95%"]),
        (("missing",), ["学费全免。"]),
        (("steps",), [["a"]]),
        (("steps",), [["a", "b"]] * 1000),
        (("sentences",), [{"text": "学费全免。", "citations": [], "reason": "", "begins_line": False}]),
        (("sentences",), [{"text": "占比达95%。", "citations": [1], "reason": "", "begins_line": False}]),
        (("sentences",), [{"text": "占比达75%。", "citations": [3], "reason": "", "begins_line": False}]),
        (("citations",), []),
        (("citations", 0, 0), "0" * 16),
        (("citations", 0, 0), {}),
        (("citations", 0, 1), "x"),
        (("citations", 0, 2), -1),
        (("citations", 0, 3), 10**9),
        (("citations", 0, 3), 10**400),
        (("citations", 0, 3), 1.5),
        (("citations", 0, 4), "1"),
        (("citations", 0, 5), "0" * 12),
    ],
    ids=str,
)
def test_what_was_changed_does_not_come_back(
    answers: Sequence[Answer], retriever: Retriever, path: tuple[str | int, ...], value: object
) -> None:
    row = through_the_browser(answers[0])
    holder, name = at(row, *path)
    holder[name] = value
    assert restored(row, retriever) is None


@pytest.mark.parametrize("row", [None, [], "", 1, {}, {"form": 1}, [[]], {"form": 1, "question": "甲"}])
def test_what_never_was_an_answer_is_none(retriever: Retriever, row: object) -> None:
    assert restored(row, retriever) is None


def test_words_that_moved_or_changed_are_gone(settings: Settings, tmp_path: Path) -> None:
    text = "某市教育局通知\n一、收费\n保育费每月300元。\n二、其他\n食堂每日公开菜谱。"
    before = index_documents([parse_document(text, "x.txt", "x")], settings, tmp_path / "before")
    row = through_the_browser(answer_question(before, "保育费每月多少元"))
    assert restored(row, before) is not None
    after = index_documents([parse_document(text.replace("300", "400"), "x.txt", "x")], settings, tmp_path / "after")
    assert restored(row, after) is None


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a JSON value."""
    if path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield from paths(part, (*path, step))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["75%", 1, 2]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=8), parts, max_size=3),
    max_leaves=6,
)


_LONG = 1_000_000  # characters; ten thousand times ten thousand would fill the memory


@effort(deadline=None, max_examples=300)
@given(st.data())
def test_whatever_comes_back_is_none_or_an_answer_that_stands_up(
    answers: Sequence[Answer], retriever: Retriever, data: st.DataObject
) -> None:
    row = copy.deepcopy(through_the_browser(data.draw(st.sampled_from(answers))))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, name = at(row, *data.draw(st.sampled_from(list(paths(row)))))
        old = holder[name]
        if data.draw(st.booleans()):
            del holder[name]
        elif isinstance(old, str) and data.draw(st.booleans()):
            holder[name] = data.draw(st.sampled_from([old * 2, old[1:], old + "99%", (old * 9999)[:_LONG]]))
        else:
            holder[name] = data.draw(_JSON)
        if not row:
            break
    answer = restored(row, retriever)
    if answer is None or answer.outcome == "failed":
        return
    assert bool(answer.citations) == (answer.outcome == "answered")
    for citation in (*answer.citations, *answer.related):
        assert citation.document.text[citation.start : citation.end] == citation.quote
        assert citation.clause in citation.document.clauses
    assert restored(through_the_browser(answer), retriever) == answer
