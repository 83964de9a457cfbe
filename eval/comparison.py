"""Two runs of the same questions held against each other: what differs, and whether chance would do as much."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.reports import RESULTS
from eval.chance import Interval, interval, mcnemar, sign_flip
from eval.records import KIND_NAMES, DatasetError
from eval.scores import SCORES, Unit

Row = Mapping[str, Any]

SIGNIFICANT = 0.05  # the p-value below which a difference is taken for one; the usual convention
_SAME = ("question", "history", "evidence", "answer", "avoid", "missing", "answerable")  # what makes a question itself
_NAMED = 10  # questions that only one run has; of more only the number


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure in two runs, over the questions that both have and it applies to in both.

    Attributes:
        key: Of the measure, in `eval.scores.SCORES`.
        before: Its mean in the first run.
        after: Its mean in the second.
        questions: Over how many questions.
        between: The bootstrap 95 % interval of the difference.
        p: How likely chance alone makes as large a difference: McNemar's exact test of shares, sign flips of means.
        verdict: Whether it is noise, in words.
    """

    key: str
    before: float
    after: float
    questions: int
    between: Interval
    p: float
    verdict: str

    @property
    def difference(self) -> float:
        """What the second run has more."""
        return self.after - self.before

    @property
    def name(self) -> str:
        """The measure as people call it."""
        return SCORES[self.key].name

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return SCORES[self.key].unit


@dataclass(frozen=True, slots=True)
class Change:
    """A question that one run got right and the other did not.

    Attributes:
        id: Of the question.
        kind: What sort it is, as people call it.
        question: As it was asked.
        before: What the first run answered.
        after: What the second did.
    """

    id: str
    kind: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        runs: The two files.
        questions: How many questions both have, the same in all that matters.
        apart: A sentence for each sort of question that only one has or that differs.
        measures: The measures that apply to some of them.
        improved: Questions that only the second run got right.
        broke: Questions that only the first run got right.
    """

    runs: tuple[str, str]
    questions: int
    apart: tuple[str, ...]
    measures: tuple[Compared, ...]
    improved: tuple[Change, ...]
    broke: tuple[Change, ...]


def compare(first: Path, second: Path) -> Comparison:
    """Compare the results of two runs.

    Args:
        first: `results.json` of a run, `figures.json` beside it, or the folder of a report.
        second: That of the run held against it.

    Raises:
        DatasetError: A file cannot be read or is not that, or the runs have no question in common.
    """
    before, after = _read(first), _read(second)
    common = [id_ for id_ in before if id_ in after and _same(before[id_], after[id_])]
    if not common:
        raise DatasetError(f"{first} 与 {second} 没有相同的问题，无法比较。请比较同一问题集的两次评测。")
    pairs = [(before[id_], after[id_]) for id_ in common]
    return Comparison(
        runs=(str(first), str(second)),
        questions=len(common),
        apart=tuple(_apart(before, after)),
        measures=tuple(compared for key in SCORES if (compared := _compared(key, pairs))),
        improved=tuple(_change(a, b) for a, b in pairs if b["correct"] and not a["correct"]),
        broke=tuple(_change(a, b) for a, b in pairs if a["correct"] and not b["correct"]),
    )


def _read(path: Path) -> dict[str, Row]:
    """Return the questions of a run with what they got, by their ids."""
    file = path / RESULTS if path.is_dir() else path
    content = _content(file)
    if isinstance(content, dict) and "results" not in content and "dataset" in content:  # figures say nothing of each
        file = file.with_name(RESULTS)
        content = _content(file)
    rows = content.get("results") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DatasetError(f"{file} 不是评测结果。请给出 wence eval 写出的 {RESULTS}，或它所在的文件夹。")
    for number, row in enumerate(rows, start=1):
        missing = [name for name in ("id", "kind", "correct", "given", "outcome", *_SAME) if name not in row]
        if missing or not isinstance(row.get("scores"), dict):
            named = "、".join(missing) or "scores"
            raise DatasetError(f"{file} 第 {number} 题缺少 {named}，可能由旧版写出或已被改动。请重新评测后再比较。")
    return {str(row["id"]): row for row in rows}


def _content(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(
            f"无法读取评测结果 {file}：{error.strerror}。请给出 wence eval 写出的 {RESULTS}。"
        ) from error
    except ValueError as error:
        raise DatasetError(f"{file} 不是 JSON。请给出 wence eval 写出的 {RESULTS}。") from error


def _same(a: Row, b: Row) -> bool:
    return all(a[name] == b[name] for name in _SAME)


def _apart(before: Mapping[str, Row], after: Mapping[str, Row]) -> list[str]:
    sorts = {
        "只在前一次": [id_ for id_ in before if id_ not in after],
        "只在后一次": [id_ for id_ in after if id_ not in before],
        "两次内容不同": [id_ for id_ in before if id_ in after and not _same(before[id_], after[id_])],
    }
    return [
        f"{sort}的问题 {len(ids)} 题，未予比较：{'、'.join(ids[:_NAMED])}{'等' if len(ids) > _NAMED else ''}。"
        for sort, ids in sorts.items()
        if ids
    ]


def _compared(key: str, pairs: Sequence[tuple[Row, Row]]) -> Compared | None:
    values = [(a["scores"].get(key), b["scores"].get(key)) for a, b in pairs]
    both = [(float(a), float(b)) for a, b in values if a is not None and b is not None]
    differences = [b - a for a, b in both]
    between = interval(differences)
    if between is None:
        return None
    before, after = (round(sum(side) / len(both), 4) for side in zip(*both, strict=True))
    if SCORES[key].unit == "share":
        p = mcnemar([a > 0 for a, _ in both], [b > 0 for _, b in both])
    else:
        p = sign_flip(differences)
    return Compared(key, before, after, len(both), between, p, _verdict(key, after - before, p))


def _verdict(key: str, difference: float, p: float) -> str:
    if not difference:
        return "没有差别"
    if SCORES[key].unit == "milliseconds":  # a machine busier for one run than for the other does as much
        return "随机器忙闲而变，不作判断"
    if p >= SIGNIFICANT:
        return "可能只是偶然"
    return "确有改善" if difference * SCORES[key].better > 0 else "确有变差"


def _change(a: Row, b: Row) -> Change:
    return Change(a["id"], str(KIND_NAMES.get(a["kind"], a["kind"])), a["question"], _given(a), _given(b))


def _given(row: Row) -> str:
    return "未能回答" if row["outcome"] == "failed" else str(row["given"])
