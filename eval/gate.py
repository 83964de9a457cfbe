"""Figures against the floors in `baseline.json`: a run that falls below one does not pass."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from eval.records import DatasetError
from eval.report import Figures

BASELINE = Path(__file__).parent / "baseline.json"

_TOLERANCE = 0.0001  # figures are rounded to four places


def failures(given: Figures, dataset: Path, baseline: Path = BASELINE) -> list[str]:
    """Return a sentence for each figure below its floor, and for questions that changed.

    Raises:
        DatasetError: The baseline knows no such dataset.
    """
    entry = json.loads(baseline.read_text(encoding="utf-8")).get(given["dataset"])
    if entry is None:
        raise DatasetError(f"{baseline.name} 中没有数据集 {given['dataset']} 的基线。")
    found = []
    if entry["questions_sha256"] != fingerprint(dataset):
        found.append("评测问题已改动，与基线不可比。请核对后更新 baseline.json。")
    for name, floor in entry["at_least"].items():
        value = _value(given, name)
        if value is None or value < floor - _TOLERANCE:
            found.append(f"{name} 为 {value}，低于基线 {floor}。")
    return found


def fingerprint(dataset: Path) -> str:
    """Return a hash of the questions, so that changed questions cannot pass for better code."""
    file = dataset / "questions.jsonl" if dataset.is_dir() else dataset
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _value(given: Figures, name: str) -> float | None:
    value = given
    for key in name.split("."):
        value = value[key]
    return value if isinstance(value, float | int) else None
