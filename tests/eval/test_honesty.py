"""Answers come from the documents: other documents, other answers; no answer in them, none given."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from app.answering import answer_question
from app.settings import PROJECT, Settings
from eval.alterations import altered, emptied, other_figures, other_names, other_years, shuffled
from eval.command import DEFAULT_DATASET
from eval.honesty import Condition, Row, conditions, measure, remembered, unanswered, uncited
from eval.questions import Question, load_dataset
from ingest import Document, list_files, load, parse_document, read_document
from tests.conftest import POLICY
from vectorstore import Retriever

OTHERS = PROJECT.parent / "shared" / "documents" / "enrolment_notices"

# What is asked under each condition, at random, of 2,279 questions. Of other topics 29 of 33 of these are refused, of
# all 1,465 answerable ones .924; of headings alone .963.
ASKED = 48

# Three questions of 37, one of 11: an answer more or less turns on where a sentence was cut, not on what is remembered.
NOISE = 0.1

# Two questions of 14; of all 313 .805 are right among shuffled sentences, before .882.
NOISE_AMONG_SHUFFLED = 0.16

MOVED_RIGHT = 0.2  # none of 11 is right whichever the year; without heed to years it would be .909 as before
KEPT_FOUND = 0.85  # 1.00 of the evidence is found under its own year, whatever stands beside it

# What must be refused: all of it, but for a near miss or a few. A heading with nothing under it is a clause of its own.
REFUSED = {
    "other years, original asked for": 0.87,
    "other names, original asked for": 0.85,
    "headings alone": 0.86,
    "other topics": 0.87,
}
OTHERS_REFUSED = 0.94


@pytest.fixture(scope="module")
def text() -> str:
    return POLICY.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def questions() -> tuple[Question, ...]:
    return load_dataset(DEFAULT_DATASET).questions


@pytest.fixture(scope="module")
def sample(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    return tuple(random.Random(5).sample(questions, ASKED))  # noqa: S311 - a sample, no secret


@pytest.fixture(scope="module")
def rows(text: str, sample: tuple[Question, ...]) -> dict[str, Row]:
    given = [condition for condition in conditions(text, sample) if condition.name != "other figures"]
    return {row.name: row for row in measure(given, Settings(), lambda: None)}


@pytest.mark.parametrize("name", ["figures", "years", "names"])
def test_the_evidence_stands_in_the_altered_document(text: str, questions: tuple[Question, ...], name: str) -> None:
    alteration = {"figures": other_figures(text), "years": other_years, "names": other_names}[name]
    document = parse_document(alteration(text), "", "")
    assert [q.id for q in questions for span in altered(q, alteration).evidence if span not in document.text] == []


def test_figures_are_those_of_the_document(rows: dict[str, Row]) -> None:
    row = rows["other figures, asked for"]
    assert row.right >= row.before - NOISE


@pytest.mark.parametrize("name", ["other years", "other names"])
def test_another_year_or_city_is_answered_as_well(rows: dict[str, Row], name: str) -> None:
    row = rows[name]
    assert row.right >= row.before - NOISE
    assert row.refused >= rows["unaltered"].refused - NOISE


def test_the_year_is_that_of_the_heading(rows: dict[str, Row]) -> None:
    kept, moved = rows["shuffled, under its own year"], rows["shuffled, under another year"]
    assert kept.right >= kept.before - NOISE_AMONG_SHUFFLED
    assert moved.right <= MOVED_RIGHT
    assert kept.found >= KEPT_FOUND


def test_what_the_documents_do_not_answer_is_refused(rows: dict[str, Row]) -> None:
    assert {name: rows[name].refused for name, floor in REFUSED.items() if rows[name].refused < floor} == {}


def test_nothing_is_said_that_is_not_there(rows: dict[str, Row]) -> None:
    faults = [fault for row in rows.values() for fault in (*row.uncited, *row.remembered, *row.crashed)]
    assert faults == []


def test_what_is_not_there_is_seen(retriever: Retriever, wenzhou: Document) -> None:
    answer = answer_question(retriever, "义务教育优质均衡评估目标是多少")
    assert uncited(answer) == set()
    assert uncited(replace(answer, text=f"{answer.text},乐清87%,2031年,《某办法》")) == {
        "乐清",
        "87%",
        "2031",
        "某办法",
    }
    other = other_figures(wenzhou.text)(wenzhou.text)
    assert remembered(answer, wenzhou.text, wenzhou.text) == set()
    assert "90%" in remembered(answer, wenzhou.text, other)


@pytest.mark.skipif(not OTHERS.is_dir(), reason="documents of others are not there")
def test_documents_of_others_do_not_answer(sample: tuple[Question, ...]) -> None:
    documents = {document.id: document for document in map(read_document, map(load, list_files([OTHERS])))}
    given = Condition("others", tuple(documents.values()), unanswered(sample))
    (row,) = measure([given], Settings(), lambda: None)
    assert row.refused >= OTHERS_REFUSED
    assert (row.uncited, row.crashed) == ((), ())


def test_copies_are_altered_throughout(text: str) -> None:
    figures = other_figures(text)
    assert (
        figures("达到90%,过了八成没有,39所,“1+6”,2025年3月,第24条") == "达到92%,过了89%没有,64所,“1+6”,2025年3月,第24条"
    )
    assert other_years("2024年和25年,新锐教师1997名,“十四五”") == "2014年和15年,新锐教师1997名,“十二五”"
    assert other_names("来温州、在温高校、温度、瓯海、瓯江") == "来泉州、在泉高校、温度、洛江、闽江"
    assert sorted(shuffled(text)) == sorted(text)
    assert "39所" not in emptied(text)
    assert "10.加快学前教育普及普惠发展。" in emptied(text)
