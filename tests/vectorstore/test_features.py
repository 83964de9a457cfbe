from typing import Any

import numpy as np
import pytest

from vectorstore import Retriever
from vectorstore.features import FEATURES, Named, featurise
from vectorstore.normalise import terms
from vectorstore.records import Entry
from vectorstore.words import WordVectors


def entry(text: str, header: str = "某市通知", **others: Any) -> Entry:
    words = WordVectors()
    (tokens,) = words.tokens_of_many([text])
    own = words.sum(tokens)
    norms = [float(np.linalg.norm(vector)) for vector in (own, own + words.sum(words.tokens(header)))]
    place = ("a:0", "a", 0, 0, len(text), "一、1", 1, 0, 0, None, "学位", header, text)
    return Entry(*place, " ".join(terms(text)), tokens, *norms)._replace(**others)


def figures(retriever: Retriever, question: str, *entries: Entry) -> list[dict[str, float]]:
    rows = featurise(retriever.sought(retriever.understand(question)), entries, {}, Named())
    return [dict(zip(FEATURES, row.tolist(), strict=True)) for row in rows]


def test_all_lie_between_minus_one_and_one(retriever: Retriever) -> None:
    for question in ("2024年新增多少学位", "娃上学要交钱吗", "？", "𠮷", "第9条"):
        for row in figures(retriever, question, entry("新增学位300个。"), entry("", header=""), entry("𠮷𠮷")):
            assert all(-1.0 <= value <= 1.0001 for value in row.values()), (question, row)


def test_the_words_asked_raise_every_figure_of_words(retriever: Retriever) -> None:
    said, other = figures(retriever, "新增学位多少个", entry("新增学位300个。"), entry("加强食堂管理。"))
    for name in ("words", "covered", "own_covered", "alike", "own_alike", "meaning", "own_meaning"):
        assert said[name] > other[name]
    assert said["unmet"] < other["unmet"]


def test_a_header_counts_for_the_passage_and_not_as_its_own_words(retriever: Retriever) -> None:
    (row,) = figures(retriever, "食堂管理", entry("每学期检查一次。", header="某市通知 食堂管理"))
    assert row["covered"] > 0.9
    assert row["own_covered"] == 0.0


def test_everyday_words_are_met_by_official_ones(retriever: Retriever) -> None:
    official, other = figures(retriever, "民办幼儿园多不多", entry("学前教育公办园占比。"), entry("高校科研经费。"))
    assert official["alike"] > other["alike"]


def test_years_and_stages_agree_or_contradict(retriever: Retriever) -> None:
    rows = figures(retriever, "2024年完成了多少学位", entry("x", year=2024, stage="done"), entry("x", year=2025))
    assert [(row["year"], row["stage"]) for row in rows] == [(1.0, 1.0), (-1.0, 0.0)]


def test_a_newer_document_is_the_likelier_one_unless_a_year_is_asked_for(retriever: Retriever) -> None:
    for question, recent in (("学位有多少", [1.0, 1 / 3, 0.0, 0.0]), ("2024年学位有多少", [0.0] * 4)):
        rows = figures(retriever, question, *(entry("学位", published=year) for year in (2025, 2023, 2001, 0)))
        assert [row["recent"] for row in rows] == pytest.approx(recent)


def test_a_passage_has_the_same_figures_whatever_stands_beside_it(retriever: Retriever) -> None:
    alone = figures(retriever, "新增学位多少个", entry("新增学位300个。"))[0]
    others = [entry(f"第{i}项工作。", id=f"b:{i}", document_id="b") for i in range(30)]
    among = figures(retriever, "新增学位多少个", *others, entry("新增学位300个。"))[-1]
    assert np.allclose(list(alone.values()), list(among.values()), atol=1e-6)
