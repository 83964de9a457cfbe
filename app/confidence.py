"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development questions of
two sets: those that their documents answer, those they do not, and the former again with the answering clause taken
away and among the documents of the other set. The guard (`app.guard`) has looked at places, years, names and kinds of
things before. What the model says is the share of such matches that answer.
"""

from __future__ import annotations

import math

from app.extraction import Extract
from app.understanding import Understanding

# What the passage says of the question, how its document compares with the best one, and what the passage says of what
# the document's title leaves open: in a short notice each line stands under a title that names half of what is asked;
# how far it meets the question's words as the encoder reads both, all of it and what is quoted of it; how far it is
# behind others, by all that is said for either and by the encoder's cosine. And of the question, since a figure is
# sooner another's and a question in other words than the documents' is met less: whether it asks for a figure, and
# `paraphrase` (`vectorstore.features`). How new a passage is says nothing of whether it answers, so it is not in
# `match`: docs/decisions/0012. Nor is how long a question is: what is short was short of context.
# Of matches not learned from (area under the curve; notices, report, public documents): the first five .80, .90, .81,
# with `behind` .83, .91, .84, with `reading` .84, .90, .85.
FEATURES = ("match", "document", "beyond", "met", "quoted", "behind", "reading", "figure", "paraphrase")

# Printed by `python -m eval.calibrate` with the notices and policy_qa beside our own questions, on one of the halves.
INTERCEPT = -9.61
WEIGHTS = {
    "match": 1.7,
    "document": 3.6,
    "beyond": 1.12,
    "met": 2.9,
    "quoted": 2.76,
    "behind": -1.39,
    "reading": 2.67,
    "figure": -0.32,
    "paraphrase": 1.91,
}

# Below it the answer is a no. Of matches not learned from it keeps .986 of the right ones on the report and .954 on
# notices, and refuses .93 and .72 of the near misses, the guard's included; .12 keeps .993 and .977 and refuses .90
# and .69, .25 keeps .97 and .93 and refuses .93 and .77.
THRESHOLD = 0.18

# The same where an account is asked for, 「学前教育有哪些举措」: many passages give one, so none is far ahead or meets
# every word. Of such matches not learned from it keeps .988 of the right ones, .18 keeps .960.
THRESHOLD_OF_AN_ACCOUNT = 0.06


def threshold(asked: Understanding) -> float:
    """Return how likely an extract must be to answer."""
    account = asked.query.asked == "account" and asked.wanted.kind == "other"
    return THRESHOLD_OF_AN_ACCOUNT if account else THRESHOLD


def features(found: Extract, asked: Understanding) -> list[float]:
    """Return the values of `FEATURES` for an extract."""
    why, met = found.hit.why, found.hit.met
    return [
        found.hit.match,
        why["document"],
        found.beyond,
        why["met"],
        met.by(found.spans) if met else why["met"],
        found.behind,
        why["reading"],
        float(asked.query.asked == "figure"),
        why["paraphrase"],
    ]


def confidence(found: Extract, asked: Understanding, alone: bool = False) -> float:
    """Return the probability that an extract answers.

    Args:
        found: The extract.
        asked: The question.
        alone: Whether to leave out how far it is behind others: of what may answer beside the best.
    """
    values = dict(zip(FEATURES, features(found, asked), strict=True))
    if alone:
        values |= {"behind": 0.0, "reading": 0.0}
    return _logistic(INTERCEPT + sum(WEIGHTS[name] * value for name, value in values.items()))


def _logistic(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
