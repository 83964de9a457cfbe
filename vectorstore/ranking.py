"""What each figure of a passage counts: `ranking.json`, written by `python -m training.train_ranking`."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import numpy as np

from vectorstore.features import CIRCUMSTANCES, FEATURES, READINGS
from vectorstore.records import FloatVector

RANKING = Path(__file__).with_name("ranking.json")


def read_weights(path: Path = RANKING) -> FloatVector:
    """Return the weights in the order of `FEATURES`; a figure that the file does not name counts nothing."""
    weights = json.loads(path.read_text(encoding="utf-8"))["weights"]
    return np.array([weights.get(name, 0.0) for name in FEATURES], dtype=np.float32)


def of_words(weights: FloatVector) -> FloatVector:
    """Return the weights with those of `CIRCUMSTANCES` taken out."""
    return _without(weights, CIRCUMSTANCES)


def without_readings(weights: FloatVector) -> FloatVector:
    """Return weights, or figures, with those of `READINGS` taken out."""
    return _without(weights, READINGS)


def _without(weights: FloatVector, names: Collection[str]) -> FloatVector:
    return np.where([name in names for name in FEATURES], 0.0, weights).astype(np.float32)
