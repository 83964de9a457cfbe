"""The learning of weights, on matches small enough to see through."""

import numpy as np
import pytest

from eval.command import DEFAULT_DATASET
from eval.questions import load_dataset
from training.evaluate_static import bm25
from training.matches import DocumentMatch, SpanMatch
from training.pairs import read_rows
from training.train_ranking import Lessons, document_rank, evidence_within, learn, worth
from training.tune_static import EVERYDAY_QUESTIONS
from vectorstore.features import FEATURES

COVERED = FEATURES.index("covered")


def figures(*covered: float) -> np.ndarray:
    rows = np.zeros((len(covered), len(FEATURES)), dtype=np.float32)
    rows[:, COVERED] = covered
    return rows


def weights(covered: float) -> np.ndarray:
    chosen = np.zeros(len(FEATURES))
    chosen[COVERED] = covered
    return chosen


def test_passages_are_read_in_order_up_to_the_limit() -> None:
    match = SpanMatch(figures(0.9, 0.5), 2, ((), ()), ("甲" * 250, "答案"), ("答案",))
    assert evidence_within(match, weights(1.0)) == [False, True, True, True, True]
    assert evidence_within(match, weights(-1.0)) == [True, True, True, True, True]


def test_what_goes_on_where_a_passage_ends_comes_along() -> None:
    match = SpanMatch(figures(0.9, 0.8, 0.3), 2, ((2,), (), ()), ("开头", "甲" * 250, "结尾"), ("开头结尾",))
    assert all(evidence_within(match, weights(1.0)))


def test_a_document_ranks_by_its_best_passage() -> None:
    match = DocumentMatch(figures(0.2, 0.9, 0.5), np.array([0, 0, 1]), np.array([False, True]))
    assert document_rank(match, weights(1.0)) == 2
    assert document_rank(DocumentMatch(match.figures, match.documents, np.array([False, False])), weights(1.0)) == 0


def test_learning_finds_the_figure_that_tells() -> None:
    """The answer is covered less than the rest: the weight of that figure must fall."""
    match = SpanMatch(figures(0.9, 0.1), 2, ((), ()), ("甲" * 2100, "答案"), ("答案",))
    laws = DocumentMatch(figures(0.9, 0.1), np.array([0, 1]), np.array([False, True]))
    lessons = Lessons([match], [match], [match], [laws])
    learned = learn(lessons, seed=1, steps=200)
    assert learned[COVERED] < 0
    assert worth(lessons, learned) > worth(lessons, weights(1.0)) + 1
    assert learned == pytest.approx(learn(lessons, seed=1, steps=200))


def test_the_everyday_questions_are_well_formed_and_none_is_asked_in_the_evaluation() -> None:
    rows = list(read_rows(EVERYDAY_QUESTIONS))
    questions = [question for row in rows for question in row["questions"]]
    assert len({row["passage"] for row in rows}) == len(rows)
    assert len(set(questions)) == len(questions)
    assert not set(questions) & {question.question for question in load_dataset(DEFAULT_DATASET).questions}


def test_bm25_weighs_rare_pairs_and_prefers_short_texts() -> None:
    scores = bm25(["学位"], ["新增学位", "新增食堂", f"新增学位{'和别的' * 30}"])[0]
    assert scores[0] > scores[2] > scores[1] == 0
    assert bm25(["从未见过"], ["新增学位"]).tolist() == [[0.0]]
