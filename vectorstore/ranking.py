"""What each figure of a passage counts: `ranking.json`, written by `python -m training.tune_ranking`."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vectorstore.features import CIRCUMSTANCES, FEATURES, READINGS
from vectorstore.records import FloatVector

RANKING = Path(__file__).with_name("ranking.json")


class Weights(NamedTuple):
    """Weights in the order of `FEATURES`.

    Attributes:
        of_passages: Where one passage is to answer: what ranks first must be what answers.
        of_accounts: Where several are to give an account: as much of it as can be must stand among the first.
    """

    of_passages: FloatVector
    of_accounts: FloatVector


def read_weights(path: Path = RANKING) -> Weights:
    """Return the weights; a figure that the file does not name counts nothing."""
    said = json.loads(path.read_text(encoding="utf-8"))
    return Weights(
        *(np.array([said[kind].get(name, 0.0) for name in FEATURES], np.float32) for kind in Weights._fields)
    )


def write_weights(weights: Weights, path: Path) -> None:
    """Write weights as a person can read them."""
    said = {
        kind: {name: round(float(weight), 3) for name, weight in zip(FEATURES, values, strict=True)}
        for kind, values in weights._asdict().items()
    }
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def of_words(weights: FloatVector) -> FloatVector:
    """Return the weights with those of `CIRCUMSTANCES` taken out."""
    return _without(weights, CIRCUMSTANCES)


def without_readings(weights: FloatVector) -> FloatVector:
    """Return weights, or figures, with those of `READINGS` taken out."""
    return _without(weights, READINGS)


def _without(weights: FloatVector, names: Collection[str]) -> FloatVector:
    return np.where([name in names for name in FEATURES], 0.0, weights).astype(np.float32)
