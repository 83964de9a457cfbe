"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development
questions: those the documents answer, those they do not, and the former again with the answering clause taken
away. What it says is the share of such matches that answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.extraction import Extract

# Of twenty features tried these three together separate best: the passage's own score, the weightiest word it does
# not speak of, and the second weightiest. One word missing where all others are met is a near miss (「…的名单」,
# 「杭州…」); many words missing is everyday wording. Area under the curve by cross-validation on questions as
# asked: .85, without the third .80.
FEATURES = ("score", "missing", "also_missing")

# Printed by `python -m eval.calibrate`.
INTERCEPT = -4.28
WEIGHTS = {"score": 7.27, "missing": -2.49, "also_missing": 3.2}

# Below it the answer is a no. The table `python -m eval.calibrate` prints shows what other values would do.
THRESHOLD = 0.35


def features(found: Extract) -> list[float]:
    """Return the values of `FEATURES` for an extract."""
    of_the_document = 0.5 * found.hit.why["document"]
    return [found.hit.score - of_the_document, found.missing, found.also_missing]


def confidence(found: Extract) -> float:
    """Return the probability that an extract answers; 0 if a figure or a date is asked for and it holds none."""
    if not found.fits:
        return 0.0
    return _logistic(features(found))


def _logistic(values: Sequence[float]) -> float:
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, values, strict=True))
    return 1.0 / (1.0 + math.exp(-total))
