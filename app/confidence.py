"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development questions:
those the documents answer, those they do not, and the former again with the answering clause taken away. The guard
(`app.guard`) has looked at places, years, names and kinds of things before. What the model says is the share of such
matches that answer.
"""

from __future__ import annotations

import math

from app.extraction import Extract

# The score of the passage, what the extract says of what was asked, how far it speaks of the thing a figure is asked
# of, and the share of the question that its fact speaks of. Area under the curve by cross-validation, questions as
# asked: .89 behind the guard. With all 35 figures at hand it was .03 more, but then a fifth of policy_qa is refused
# that these keep: that learns the one document.
FEATURES = ("score", "worth", "head", "spoken")

# Printed by `python -m eval.calibrate`.
INTERCEPT = -10.43
WEIGHTS = {"score": 9.55, "worth": 1.3, "head": 0.59, "spoken": 3.84}

# Below it the answer is a no. The table `python -m eval.calibrate` prints shows what other values would do.
THRESHOLD = 0.3


def features(found: Extract) -> list[float]:
    """Return the values of `FEATURES` for an extract."""
    return [found.hit.score, found.worth, found.head, found.spoken]


def confidence(found: Extract) -> float:
    """Return the probability that an extract answers."""
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, features(found), strict=True))
    return _logistic(total)


def _logistic(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
