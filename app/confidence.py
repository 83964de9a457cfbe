"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development
questions: those the documents answer, those they do not, and the former again with the answering clause taken
away. What it says is the share of such matches that answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.extraction import Extract
from app.understanding import Understanding

# How well the passage agrees with the question, and the two weightiest words asked that it does not speak of. One word
# missing where all others are met is a near miss (「…的名单」, 「杭州…」), many are everyday wording. Area under the
# curve by cross-validation, questions as asked: .85. The hit's score in place of agreement gave .79; with its terms
# weighed freely .86, but then a third of policy_qa was refused: that learns the one document.
FEATURES = ("agreement", "missing", "also_missing")
_AGREEMENT = {"covered": 0.3, "alike": 0.4, "meaning": 0.5, "year": 0.1, "stage": 0.05, "reference": 1.0}

# Printed by `python -m eval.calibrate`.
INTERCEPT = -4.80
WEIGHTS = {"agreement": 9.09, "missing": -2.51, "also_missing": 2.84}

# Below it the answer is a no. The table `python -m eval.calibrate` prints shows what other values would do.
THRESHOLD = 0.31


def features(found: Extract, asked: Understanding) -> list[float]:
    """Return the values of `FEATURES` for an extract."""
    agreement = sum(weight * found.hit.why[name] for name, weight in _AGREEMENT.items())
    return [agreement, found.missing, found.also_missing]


def confidence(found: Extract, asked: Understanding) -> float:
    """Return the probability that an extract answers; 0 if a figure or a date is asked for and it holds none."""
    if not found.fits:
        return 0.0
    return _logistic(features(found, asked))


def _logistic(values: Sequence[float]) -> float:
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, values, strict=True))
    return 1.0 / (1.0 + math.exp(-total))
