"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development questions:
those the documents answer, those they do not, and the former again with the answering clause taken away. The guard
(`app.guard`) has looked at places, years, names and kinds of things before. What the model says is the share of such
matches that answer.
"""

from __future__ import annotations

import math

from app.extraction import Extract

# What the passage says of the question, how its document compares with the best one, what the extract says of what was
# asked, how far it speaks of the thing a figure is asked of, and the share of the question that its fact speaks of.
# Docs: decisions/0012.
FEATURES = ("match", "document", "worth", "head", "spoken")

# Printed by `python -m eval.calibrate`.
INTERCEPT = -13.05
WEIGHTS = {"match": 3.21, "document": 10.12, "worth": 1.19, "head": 0.21, "spoken": 0.17}

# Below it the answer is a no. The table `python -m eval.calibrate` prints shows what other values would do.
THRESHOLD = 0.28


def features(found: Extract) -> list[float]:
    """Return the values of `FEATURES` for an extract."""
    return [found.hit.match, found.hit.why["document"], found.worth, found.head, found.spoken]


def confidence(found: Extract) -> float:
    """Return the probability that an extract answers."""
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, features(found), strict=True))
    return _logistic(total)


def _logistic(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
