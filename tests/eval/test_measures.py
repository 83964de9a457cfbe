import math
import random

import pytest

from eval.measures import (
    RANKS,
    answer_correct,
    area_under_curve,
    character_f1,
    characters_needed,
    evidence_found,
    exact_match,
    percentile,
    ranking_measures,
    relevant_passages,
)


@pytest.mark.parametrize(
    ("evidence", "retrieved", "limit", "found"),
    [
        pytest.param(["丙丁"], ["甲乙", "丙丁"], 4, True, id="at-the-limit"),
        pytest.param(["丙丁"], ["甲乙", "丙丁"], 3, False, id="cut-at-the-limit"),
        pytest.param(["甲 乙", "丁"], ["甲\n乙", "丙 丁"], 4, True, id="white-space-ignored"),
        pytest.param(["甲乙", "戊"], ["甲乙丙丁"], 10, False, id="every-span-counts"),
    ],
)
def test_evidence_is_found_within_the_limit(evidence: list[str], retrieved: list[str], limit: int, found: bool) -> None:
    assert evidence_found(evidence, retrieved, limit) is found


def test_what_must_be_read_ends_with_the_last_span_of_evidence() -> None:
    assert characters_needed(["丁", "甲乙"], ["甲 乙", "丙丁", "戊"]) == 4
    assert characters_needed(["甲", "己"], ["甲乙"]) is None


@pytest.mark.parametrize(
    ("answer", "expected", "avoid", "correct"),
    [
        ("通过率达到90%", ["90%"], ["100%"], True),
        ("通过率达到９０％", ["90%"], [], True),
        ("达到100%、90%", ["90%"], ["100%"], False),
        ("达到100%", ["0%"], [], False),
        ("学位3.45万个", ["3.4"], [], False),
        ("“优教强城”", ["「优教强城」"], [], True),
        ("7:30—17:00  10千伏", ["17:00"], [], True),
        ("没有", ["90%"], [], False),
    ],
)
def test_an_answer_is_right_if_it_holds_all_and_avoids_all(
    answer: str, expected: list[str], avoid: list[str], correct: bool
) -> None:
    assert answer_correct(answer, expected, avoid) is correct


def test_character_f1_is_that_of_the_longest_common_run() -> None:
    assert character_f1("达到90%", "达到90%。") == 1.0
    assert character_f1("甲乙丙丁", "乙丙") == pytest.approx(2 * 0.5 * 1.0 / 1.5)
    assert character_f1("甲", "乙") == 0.0
    assert character_f1("", "乙") == 0.0


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.95) == 1.0
    assert percentile([], 0.5) == 0.0


def test_a_passage_is_relevant_if_it_holds_a_span_or_lies_in_one() -> None:
    passages = ["前甲 乙后", "乙", "甲丙", "", " 丁"]
    assert relevant_passages(["甲\n乙", "丁戊"], passages) == (True, True, False, False, True)


def test_rankings_are_measured_as_their_definitions_say() -> None:
    chance = random.Random(7)  # noqa: S311 - nothing is kept secret by it
    rankings = [
        ([chance.random() < 0.15 for _ in range(chance.randint(0, 60))], chance.choice((0, 0, 3))) for _ in range(300)
    ]
    for (ranks, unfound), measured in zip(rankings, ranking_measures(rankings), strict=True):
        for k in RANKS:
            first, known = ranks[:k], sum(ranks) + unfound
            best = sum(1 / math.log2(n + 2) for n in range(min(k, known)))
            gain = sum(1 / math.log2(n + 2) for n, relevant in enumerate(first) if relevant)
            assert measured[f"recall_{k}"] == pytest.approx(sum(first) / max(1, known), abs=1e-12)
            assert measured[f"mrr_{k}"] == pytest.approx(1 / (first.index(True) + 1) if any(first) else 0, abs=1e-12)
            assert measured[f"ndcg_{k}"] == pytest.approx(gain / best if best else 0, abs=1e-12)
    assert ranking_measures([]) == []


def test_the_area_under_the_curve_counts_pairs() -> None:
    assert area_under_curve([0.9, 0.5], [0.5, 0.1]) == (1 + 1 + 0.5 + 1) / 4
    assert area_under_curve([], [0.1]) is None


def test_an_exact_match_ignores_punctuation_only() -> None:
    assert exact_match("达到90%。", "达到90%")
    assert not exact_match("应达到90%", "达到90%")
