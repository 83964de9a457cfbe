"""Which stretch of a passage answers: a linear model over what each says of the question.

The pieces of a list sentence share what stands at its head, 「补助：小学1250元，初中1500元」: so it counts what a
stretch says with what its sentence said before it, and what its own words say comes on top. Fitted by
`python -m training.train_stretches` on the development questions; each weight is of the logarithm of the odds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app import asking
from app.pieces import beyond_region
from app.runs import Measures, Run, cosines, ends_of_runs, handed_on, over_runs
from app.understanding import Understanding
from ingest.sentences import Span
from vectorstore import Hit
from vectorstore.features import Sought
from vectorstore.records import FloatVector

WEIGHTS = {
    "terms": 2.19,
    "terms_under": 5.86,
    "words_under": 7.40,
    "met": 9.32,
    "met_under": 12.80,
    "cosine": 4.01,
    "characters": -1.20,
    "pieces": -0.94,
    "pieces_told": 1.00,
    "pieces_several": 1.33,
    "head": 1.45,
    "counted": 0.28,
    "spare": -0.53,
    "others": -2.20,
    "named": 1.06,
    "ends": 0.61,
    "place": -0.79,
}
# Not learned, for 「分别是多少」 is asked too seldom: each more of the figures that are asked for.
EACH = 0.3

SENTENCE_ENDS = "。！？!?\n"
_PART_ENDS = SENTENCE_ENDS + "；;"
_LINE = 20  # characters; lengths count by so many
_MANY = 4  # figures; more of those asked for are no better, of others no worse


class Told(NamedTuple):
    """What the pieces of a passage tell.

    Attributes:
        stated: Of each whether it states a thing of the kind asked for.
        fitting: Whether that may answer.
        heads: How far it speaks of what a figure is asked of.
        counted: Whether it counts by the measure word of the question.
        contraries: What of the question it is not of and what it is of instead, if it is.
        elsewhere: Whether it is of other places than those asked about.
    """

    stated: Sequence[bool]
    fitting: Sequence[bool]
    heads: Sequence[float]
    counted: Sequence[bool]
    contraries: Sequence[tuple[str, str] | None]
    elsewhere: Sequence[bool]


class Passage(NamedTuple):
    """A passage, cut up.

    Attributes:
        hit: The passage.
        pieces: Where its pieces stand, in reading order.
        measures: What each says of the question by itself.
        told: What they tell.
    """

    hit: Hit
    pieces: Sequence[Span]
    measures: Measures
    told: Told


def begins(text: str, pieces: Sequence[Span]) -> list[bool]:
    """Return of each piece whether it begins a sentence."""
    return [text[piece.start - 1] in SENTENCE_ENDS for piece in pieces]


def features(passage: Passage, sought: Sought, asked: Understanding) -> dict[str, FloatVector]:
    """Return the features of every run of the pieces of a passage, in the order of `app.runs.over_runs`."""
    hit, pieces, measures, told = passage
    text, wanted, first, last = hit.document.text, asked.wanted, *ends_of_runs(len(pieces))
    new = begins(text, pieces)
    starts, ends = np.array(pieces).T
    covered, matches, heads = measures.covered.astype(np.float32), measures.matches, np.array(told.heads)[:, None]
    met = hit.met
    read = met.within(pieces) if met else np.zeros((len(pieces), 1), dtype=np.float32)
    weights = met.shares if met else np.zeros(1, dtype=np.float32)
    characters, more = (ends[last] - starts[first]) / _LINE, last - first
    several = float(wanted.facts > 1 or asking.asks_several(asked.query.question))
    is_told = float(asked.query.asked in ("account", "yes_no"))
    stated = over_runs(np.array(told.stated, dtype=np.float32), np.add)
    named = np.array([asked.names_in(text[slice(*piece)]) for piece in pieces], dtype=np.float32)
    closing = np.array([text[piece.end - 1] in _PART_ENDS for piece in pieces[:-1]] + [True], dtype=np.float32)
    return {
        # What it says of the terms of the question, of its words, as the encoder reads both, with what is before it.
        "terms": _most(over_runs(covered) @ measures.rarities),
        "terms_under": _most(over_runs(handed_on(covered, new)) @ measures.rarities),
        "words_under": over_runs(handed_on(matches, new)) @ sought.words.shares,
        "met": over_runs(read) @ weights,
        "met_under": over_runs(handed_on(read, new)) @ weights,
        "cosine": cosines(measures),
        # How long it is: an account runs on, and so does what answers two questions at once.
        "characters": characters,
        "pieces": more,
        "pieces_told": more * is_told,
        "pieces_several": more * several,
        # What it states: the thing asked for, counted as asked, beside figures of others, of what was named.
        "head": over_runs(handed_on(heads, new))[:, 0],
        "counted": over_runs(np.array(told.counted, dtype=np.float32)),
        "each": np.minimum(stated, min(wanted.facts, _MANY)) * float(wanted.facts > 1),
        "spare": np.minimum(np.maximum(stated - wanted.facts, 0.0), _MANY),
        "others": over_runs(np.array([contrary is not None for contrary in told.contraries], dtype=np.float32), np.add),
        "named": over_runs(named),
        # Where it stands: a fact that ends its sentence or part is whole, the first of a passage is rather meant.
        "ends": closing[last],
        "place": first / max(1, len(pieces) - 1),
    }


def _most(by_form: NDArray[np.float32]) -> FloatVector:
    most: FloatVector = by_form.max(axis=1)
    return most


def likeliest(runs: Sequence[Run], passage: Passage, sought: Sought, asked: Understanding) -> list[tuple[Run, float]]:
    """Return the runs that may be quoted, the likeliest first, each with how much less likely than that it is.

    All are of the places asked about and state the kind of thing asked for, if any is and does.
    """
    kinds = kind_of_runs(passage, asked)
    best = max(kinds)
    odds = odds_of(features(passage, sought, asked))
    ranked = sorted((i for i, kind in enumerate(kinds) if kind == best), key=lambda i: -odds[i])
    return [(runs[i], odds[ranked[0]] - odds[i]) for i in ranked]


def odds_of(values: Mapping[str, FloatVector]) -> list[float]:
    """Return how likely each run is, given the features of all: the logarithm of the odds, but for what all have."""
    learned = np.stack([values[name] for name in WEIGHTS], axis=1) @ np.array([*WEIGHTS.values()])
    odds: list[float] = (learned + EACH * values["each"]).tolist()
    return odds


def kind_of_runs(passage: Passage, asked: Understanding) -> list[tuple[bool, bool, int]]:
    """Return of every run whether it is of no other place, whether it states what may answer, and how many places."""
    hit, pieces, _, told = passage
    text, places = hit.document.text, beyond_region(hit, asked)
    first, last = ends_of_runs(len(pieces))
    elsewhere, fitting = over_runs(np.array(told.elsewhere)), over_runs(np.array(told.fitting))
    named = [
        sum(place.is_in(text[pieces[f].start : pieces[to].end]) for place in places) if places else 0
        for f, to in zip(first.tolist(), last.tolist(), strict=True)
    ]
    return [
        (not other, fits, count) for other, fits, count in zip(elsewhere.tolist(), fitting.tolist(), named, strict=True)
    ]
