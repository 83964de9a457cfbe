"""How sure it is that an extract answers the question.

A logistic model over a few features of the match, fitted by `python -m eval.calibrate` on the development questions of
two sets: those that their documents answer, those they do not, and the former again with the answering clause taken
away and among the documents of the other set. The guard (`app.guard`) has looked at places, years, names and things
before. What the model says is the share of such matches that answer. Where that leaves it in doubt the cross-encoder
reads the extract together with the question (`app.judging`), and a second model, which knows what it says, decides.
"""

from __future__ import annotations

import math

from app.extraction import Extract
from app.understanding import Understanding

# Printed by `python -m eval.calibrate` with the notices and policy_qa beside our own questions, those of the first half
# with what was learned without it.
INTERCEPT = -11.75
WEIGHTS = {
    "match": 1.50,
    "document": 4.99,
    "beyond": 1.64,
    "met": 2.24,
    "quoted": 3.67,
    "behind": -1.22,
    "said_less": -0.53,
    "reading": 43.14,
    "figure": -0.29,
    "paraphrase": 1.54,
    "length": 0.06,
    "unfit_figure": -1.50,
    "unfit_name": -1.33,
    "unfit_else": -1.17,
    "behind_unfit": 1.26,
}

# The same where the cross-encoder has read the extract together with the question.
JUDGED_INTERCEPT = -8.36
JUDGED_WEIGHTS = {
    "match": 0.66,
    "document": 4.69,
    "beyond": 0.99,
    "met": 2.34,
    "quoted": 1.00,
    "behind": -1.15,
    "said_less": -0.18,
    "reading": 36.92,
    "figure": -0.11,
    "paraphrase": 2.32,
    "length": 0.03,
    "unfit_figure": -1.12,
    "unfit_name": -1.25,
    "unfit_else": -0.62,
    "behind_unfit": 1.29,
    "judged": 0.38,
}

# Below it the answer is a no. Of matches not learned from, what is in doubt read by the cross-encoder: of the report's
# questions .956 are answered and .887 of near misses refused (.2: .958, .867; .28: .940, .895), of those on notices
# .826 and .778 (.841, .751; .808, .796).
THRESHOLD = 0.24

# The same where an account is asked for, 「学前教育有哪些举措」: many passages give one, so none is far ahead or meets
# every word. Of 472 accounts .794 are right, .095 refused, and .713 of 174 near misses refused; with .2 a quarter of
# what policy_qa asks is refused.
THRESHOLD_OF_AN_ACCOUNT = 0.06

# The same where a question goes on from another, or a document is chosen: what it leaves to these is met by nothing. Of
# follow-ups on the report .816 are answered and .857 of near misses refused, of those on notices .557 and .717 (.1:
# .829, .714; .557, .650. .2: .816, .905; .506, .750).
THRESHOLD_GOING_ON = 0.14

# Both: 「需要什么材料」, of the document spoken of, says next to nothing that could be met. Of 605 follow-ups as
# many are right with it as without, and of 276 near misses two more are answered.
THRESHOLD_OF_AN_ACCOUNT_GOING_ON = 0.015


def wants_account(asked: Understanding) -> bool:
    """Tell whether a question asks to be told of something, and for no fact."""
    return asked.query.asked == "account" and asked.wanted.kind == "other"


def threshold(asked: Understanding) -> float:
    """Return how likely an extract must be to answer."""
    if wants_account(asked):
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


def judged_confidence(found: Extract, asked: Understanding, judged: float) -> float:
    """Return the probability that an extract answers that the cross-encoder has read.

    Args:
        found: The extract.
        asked: The question.
        judged: What the cross-encoder says: the logarithm of the odds.
    """
    values = features(found, asked) | {"judged": judged}
    return _logistic(JUDGED_INTERCEPT + sum(JUDGED_WEIGHTS[name] * value for name, value in values.items()))


def odds(probability: float) -> float:
    """Return the logarithm of the odds, of probabilities that are never quite 0 or 1."""
    kept = min(max(probability, _TINY), 1.0 - _TINY)
    return math.log(kept / (1.0 - kept))


_TINY = 1e-9


def _logistic(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))
