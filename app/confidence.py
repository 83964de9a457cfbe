"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development questions of
two sets: those that their documents answer, those they do not, and the former again with the answering clause taken
away and among the documents of the other set. The guard (`app.guard`) has looked at places, years, names and things
before. What the model says is the share of such matches that answer.
"""

from __future__ import annotations

import math

from app.extraction import Extract
from app.understanding import Understanding

# Printed by `python -m eval.calibrate` with the notices and policy_qa beside our own questions, those of the first half
# with what was learned without it.
INTERCEPT = -10.58
WEIGHTS = {
    "match": 1.28,
    "document": 4.25,
    "beyond": 1.94,
    "met": 2.74,
    "quoted": 3.19,
    "behind": -1.07,
    "said_less": -1.82,
    "reading": 40.66,
    "figure": -0.41,
    "paraphrase": 1.72,
    "length": 0.04,
    "unfit_figure": -1.23,
    "unfit_name": -1.38,
    "unfit_else": -1.59,
    "behind_unfit": 1.57,
}

# Below it the answer is a no. Of matches not learned from, at .25 and the guard included: the report's questions
# are answered right for .924, refused though answered for .067, near misses refused for .876 (.18: .945, .042, .831;
# .3: .921, .070, .893), those on notices .722, .179, .750 (.745, .135, .679; .705, .208, .776).
THRESHOLD = 0.24

# The same where an account is asked for, 「学前教育有哪些举措」: many passages give one, so none is far ahead or meets
# every word. Of 472 accounts .794 are right, .095 refused, and .713 of 174 near misses refused; with .2 a quarter of
# what policy_qa asks is refused.
THRESHOLD_OF_AN_ACCOUNT = 0.06

# The same where a question goes on from another, or a document is chosen: what it leaves to these is met by nothing. Of
# follow-ups on the report .747 are answered right, .187 refused, .851 of near misses refused (.25: .736, .198, .894).
THRESHOLD_GOING_ON = 0.2

# Both: 「需要什么材料」, of the document spoken of, says next to nothing that could be met. Of 605 follow-ups as
# many are right with it as without, and of 276 near misses two more are answered.
THRESHOLD_OF_AN_ACCOUNT_GOING_ON = 0.015


def threshold(asked: Understanding) -> float:
    """Return how likely an extract must be to answer."""
    if asked.query.asked == "account" and asked.wanted.kind == "other":
        return THRESHOLD_OF_AN_ACCOUNT_GOING_ON if asked.goes_on else THRESHOLD_OF_AN_ACCOUNT
    return THRESHOLD_GOING_ON if asked.goes_on else THRESHOLD


def unfit(found: Extract) -> bool:
    """Tell whether an extract states nothing of the kind asked for, and nothing of another that excludes it either."""
    return not found.fits and found.contrary is None


def features(found: Extract, asked: Understanding) -> dict[str, float]:
    """Return the features of a match, those of `WEIGHTS`; what each is worth: docs/decisions/0025, 0026.

    How new a passage is says nothing of whether it answers, so it is not in `match`: docs/decisions/0012.
    """
    why, met, kind = found.hit.why, found.hit.met, asked.wanted.kind if unfit(found) else None
    return {
        # What the passage says of the question, how its document compares with the best one, and what it says of what
        # the title leaves open: in a short notice each line stands under a title that names half of what is asked.
        "match": found.hit.match,
        "document": why["document"],
        "beyond": found.beyond,
        # How far the question's words are met as the encoder reads both, by all of the passage and by what is quoted.
        "met": why["met"],
        "quoted": met.by(found.spans) if met else why["met"],
        # How far it is behind others, by all that is said for either, by what is quoted, by the encoder's cosine.
        "behind": found.behind,
        "said_less": found.said_less,
        "reading": why["reading"],
        # A figure is sooner another's; a question in other words than the documents', or a long one, is met less.
        "figure": float(asked.query.asked == "figure"),
        "paraphrase": why["paraphrase"],
        "length": float(len(asked.query.question)),
        # Whether nothing of the kind asked for is stated; how far that is behind says less: it was put there for it.
        "unfit_figure": float(kind == "figure"),
        "unfit_name": float(kind == "name"),
        "unfit_else": float(kind not in (None, "figure", "name")),
        "behind_unfit": 0.0 if kind is None else found.behind,
    }


def confidence(found: Extract, asked: Understanding, alone: bool = False) -> float:
    """Return the probability that an extract answers.

    Args:
        found: The extract.
        asked: The question.
        alone: Whether to leave out how far it is behind others: of what may answer beside the best.
    """
    values = features(found, asked)
    if alone:
        values |= {"behind": 0.0, "said_less": 0.0, "reading": 0.0, "behind_unfit": 0.0}
    return _logistic(INTERCEPT + sum(WEIGHTS[name] * value for name, value in values.items()))


def _logistic(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
