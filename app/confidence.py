"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development
questions: those the documents answer, those they do not, and the former again with the answering clause taken
away. What it says is the share of such matches that answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.extraction import Extract

# Of eleven features tried, these two together separate best (area under the curve .87 on questions as asked, by
# cross-validation; all eleven .85): the score of the passage, and the weightiest word it does not speak of.
FEATURES = ("score", "missing")

# Printed by `python -m eval.calibrate`.
INTERCEPT = -1.76
WEIGHTS = {"score": 4.48, "missing": -2.08}

# Below it the answer is a no. The table `python -m eval.calibrate` prints shows what other values would do.
THRESHOLD = 0.4


def features(found: Extract) -> list[float]:
    """Return the values of `FEATURES` for an extract."""
    return [found.hit.score, found.missing]


def confidence(found: Extract) -> float:
    """Return the probability that an extract answers."""
    return _logistic(features(found))


def _logistic(values: Sequence[float]) -> float:
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, values, strict=True))
    return 1.0 / (1.0 + math.exp(-total))
