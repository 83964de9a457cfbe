"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development questions of
two sets: those that their documents answer, those they do not, and the former again with the answering clause taken
away and among the documents of the other set. The guard (`app.guard`) has looked at places, years, names and kinds of
things before. What the model says is the share of such matches that answer.
"""

from __future__ import annotations

import math

from app.extraction import Extract

# What the passage says of the question, how its document compares with the best one, and what the passage says of what
# the document's title leaves open: in a short notice each line stands under a title that names half of what is asked;
# and how far it meets the question's words as the encoder reads both, all of it and what is quoted of it.
# How new a passage is says nothing of whether it answers, so it is not in `match`: docs/decisions/0012.
FEATURES = ("match", "document", "beyond", "met", "quoted")

# Printed by `python -m eval.calibrate` with the notices and policy_qa beside our own questions.
INTERCEPT = -11.41
WEIGHTS = {"match": 3.19, "document": 4.76, "beyond": 2.83, "met": 3.49, "quoted": 4.07}

# Below it the answer is a no. With .15 two more of 1,049 answerable questions not learned from are answered rightly,
# and three more of 476 near misses, and reports of other offices answer more.
THRESHOLD = 0.18


def features(found: Extract) -> list[float]:
    """Return the values of `FEATURES` for an extract."""
    met = found.hit.met
    quoted = met.by(found.spans) if met else found.hit.why["met"]
    return [found.hit.match, found.hit.why["document"], found.beyond, found.hit.why["met"], quoted]


def confidence(found: Extract) -> float:
    """Return the probability that an extract answers."""
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, features(found), strict=True))
    return _logistic(total)


def _logistic(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
