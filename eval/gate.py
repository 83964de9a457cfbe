"""Figures against the floors in `baseline.json`: a run that falls below one, or rests on other data, does not pass."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.records import DatasetError
from eval.report import Figures, value_of

BASELINE = Path(__file__).parent / "baseline.json"
MARGIN = 0.005  # left below what was reached: five of a thousand questions, what another machine's rounding may turn
_STEP = 0.005  # floors are multiples of it, so that they are read at a glance
_TOLERANCE = 0.0001  # figures are rounded to four places
SAMPLE = "sample."  # the floors of the questions that the tests ask
_FLOORS = (
    "evidence_recall.200",
    "evidence_recall.600",
    "evidence_recall.2000",
    "answer_correct",
    "unanswerable_refused",
    *(f"{SAMPLE}{name}" for name in ("evidence_recall.200", "answer_correct", "unanswerable_refused")),
)
_MUST_STAY = {"questions": "评测问题", "documents": "文件"}  # other data cannot pass for better code
_MAY_CHANGE = {"embedding_model": "向量模型", "prompts": "提示词"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a run: sentences for why it does not pass, and for what else changed."""

    failures: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """What the baseline becomes: the entry of the dataset, what is raised or made anew, and what would be lost."""

    entry: Figures
    said: tuple[str, ...]
    lost: tuple[str, ...]


def check(given: Figures, dataset: Path, baseline: Path = BASELINE, part: str = "") -> Verdict:
    """Hold a run against the floors and fingerprints of its dataset.

    Args:
        given: The figures of the run.
        dataset: Where its questions are.
        baseline: The floors.
        part: What the names of the floors begin with that count, where only a part of the questions was asked.

    Raises:
        DatasetError: The baseline knows no such dataset.
    """
    entry = _entries(baseline).get(given["dataset"])
    if entry is None:
        raise DatasetError(f"{baseline.name} 中没有数据集 {given['dataset']} 的基线。请先用 --update 写入。")
    now = fingerprints(given, dataset)
    failures = [
        f"{name}已改动（基线 {entry[key]}，现为 {now[key]}），与基线不可比。请核对后用 --update 更新。"
        for key, name in _MUST_STAY.items()
        if entry[key] != now[key]
    ]
    if not any(name.startswith(part) for name in entry["at_least"]):
        failures.append(f"{baseline.name} 中没有以 {part} 开头的基线。请先用 --update 写入。")
    failures += [
        f"{name} 为 {value}，低于基线 {floor}。"
        for name, floor in entry["at_least"].items()
        if name.startswith(part) and ((value := value_of(given, name)) is None or value < floor - _TOLERANCE)
    ]
    notes = [
        f"{name}与基线不同：{_changed(entry[key], now[key])}。"
        for key, name in _MAY_CHANGE.items()
        if entry[key] != now[key]
    ]
    return Verdict(tuple(failures), tuple(notes))


def update(given: Figures, dataset: Path, baseline: Path = BASELINE) -> Update:
    """Return what the baseline would become after a run; nothing is written."""
    entry = _entries(baseline).get(given["dataset"], {"at_least": dict.fromkeys(_FLOORS, 0.0), "count": {}})
    count = {"questions": given["questions"], "documents": given["documents"]["count"]}
    lost = [
        f"{_MUST_STAY[key]}由 {entry['count'][key]} 减为 {number}。"
        for key, number in count.items()
        if number < entry["count"].get(key, 0)
    ]
    floors, said = {}, []
    for name, floor in (dict.fromkeys(_FLOORS, 0.0) | entry["at_least"]).items():
        value = value_of(given, name)
        if value is None:
            lost += [f"{name} 不再有数值，基线 {floor} 将删去。"] if floor else []
            continue
        floors[name] = _reached(given, name, value)
        if value >= floor - _TOLERANCE:
            floors[name] = max(floor, floors[name])
        if floors[name] < floor:
            lost.append(f"{name} 为 {value}，基线将由 {floor} 降为 {floors[name]}。")
        elif floors[name] > floor:
            said.append(f"{name} 的基线由 {floor} 升为 {floors[name]}。")
    now = fingerprints(given, dataset)
    said += [f"{name}的指纹已更新。" for key, name in (_MUST_STAY | _MAY_CHANGE).items() if entry.get(key) != now[key]]
    return Update({**now, "count": count, "at_least": floors}, tuple(said), tuple(lost))


def write(name: str, entry: Figures, baseline: Path = BASELINE) -> None:
    """Write the entry of a dataset into the baseline and leave the others as they are."""
    entries = _entries(baseline) | {name: entry}
    baseline.write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def fingerprints(given: Figures, dataset: Path) -> dict[str, Any]:
    """Return what tells that a run rests on other questions, documents, another model or other prompts."""
    return {
        "questions": fingerprint(dataset),
        "documents": given["documents"]["fingerprint"],
        "embedding_model": given["embedding_model"]["fingerprint"],
        "prompts": given["prompts"],
    }


def fingerprint(dataset: Path) -> str:
    """Return a hash of the questions."""
    file = dataset / "questions.jsonl" if dataset.is_dir() else dataset
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _entries(baseline: Path) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads(baseline.read_text(encoding="utf-8"))
    return entries


def _reached(given: Figures, name: str, value: float) -> float:
    """Return the floor for a value that was reached; of a kind with few questions, one of them may still turn."""
    questions = value_of(given, f"{name.rpartition('.')[0]}.questions")
    below = value - max(MARGIN, 1 / questions if questions else 0.0)
    return round(max(0.0, math.floor(below / _STEP + 1e-9) * _STEP), 4)


def _changed(before: Any, now: Any) -> str:
    """Name what changed: of several prompts those that did."""
    return "、".join(_names(before, now)) if isinstance(now, dict) else f"基线 {before}，现为 {now}"


def _names(before: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    yield from (name for name in sorted({*before, *now}) if before.get(name) != now.get(name))
