"""What chance alone would do to a figure: intervals by resampling, and tests of two runs on the same questions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

RESAMPLES = 1000  # the ends of a 95 % interval then move by less than half a point
_FLIPS = 10_000  # the least p is a ten-thousandth
_SEED = 20250311  # any; fixed, so that the same results have the same intervals
_ENDS = (2.5, 97.5)

Interval = tuple[float, float]


def interval(values: Sequence[float]) -> Interval | None:
    """Return the bootstrap 95 % interval of a mean; None for no values."""
    if not values:
        return None
    # How often each distinct value is drawn is all that a mean needs to know.
    distinct, counts = np.unique(np.asarray(values, dtype=float), return_counts=True)
    drawn = np.random.default_rng(_SEED).multinomial(len(values), counts / len(values), RESAMPLES)
    low, high = np.percentile(drawn @ distinct / len(values), _ENDS)
    return round(float(low), 4), round(float(high), 4)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """Return the p-value of McNemar's exact test: how likely so uneven a change of verdicts is by chance."""
    changed = [b for a, b in zip(before, after, strict=True) if a != b]
    fewer = min(sum(changed), len(changed) - sum(changed))
    tail = sum(math.comb(len(changed), k) for k in range(fewer + 1)) / 2 ** len(changed)
    return float(min(1.0, 2 * tail))


def sign_flip(differences: Sequence[float]) -> float:
    """Return the p-value of a mean difference: how often one as large comes of differences with signs by chance."""
    given = np.asarray([d for d in differences if d], dtype=float)
    if not len(given):
        return 1.0
    chance = np.random.default_rng(_SEED)
    seen = abs(given.sum()) * (1 - 1e-9)  # the same sum in another order may differ in its last digit
    larger = sum(abs(float(chance.choice((-1.0, 1.0), len(given)) @ given)) >= seen for _ in range(_FLIPS))
    return float((1 + larger) / (1 + _FLIPS))
