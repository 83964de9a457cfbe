"""Results → figures, for people and scripts, and the report that holds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.citations import clause_name
from app.confidence import THRESHOLD
from app.reports import FIGURES, PAGE, RESULTS
from app.serialise import dumps
from eval.chance import interval
from eval.measures import EVIDENCE_LIMITS, area_under_curve, percentile
from eval.page import page_html
from eval.records import KIND_NAMES
from eval.run import Result
from eval.scores import SCORES, Unit, evidence_within, score_rows

Figures = dict[str, Any]

_RECALL_STEP = 20  # characters; finer than a line of text is read
_SURE_STEPS = 100
_RELIABILITY_BINS = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as people read it: its name, its value with the unit, and a sentence that says what it is."""

    name: str
    value: str
    meaning: str


def figures(dataset: str, results: Sequence[Result]) -> Figures:
    """Return the figures of a run, as `wence eval --json` prints them; shares lie between 0 and 1."""
    answerable = [r for r in results if r.question.answerable]
    times = [r.answer.elapsed_ms for r in results if r.answer]
    given: Figures = {"dataset": dataset, "questions": len(results), **_means(score_rows(results))}
    given["elapsed_ms"] |= {"median": percentile(times, 0.5), "p95": percentile(times, 0.95)}
    return given | {
        "answerable_refused": _share(answerable, _is_refused),
        "unsupported_figures": sum(r.unsupported for r in results),
        "refusal_auc": _refusal_auc(results),
        "reliability": _reliability(results),
        "citation_characters_median": percentile([_cited(r) for r in results if r.answer and r.answer.citations], 0.5),
        "threshold": THRESHOLD,
        "by_kind": _by(results, lambda r: r.question.kind),
        "by_asker": _by(results, lambda r: r.question.asker),
        "by_split": {
            split: _kept_and_refused([r for r in results if r.question.split == split])
            for split in sorted({r.question.split for r in results})
        },
        "sample": _means(score_rows([r for r in results if r.question.sampled])),
    }


def _means(rows: Sequence[Mapping[str, float | None]]) -> Figures:
    """Return the mean of each measure over the questions it applies to, nested as its key says."""
    given: Figures = {}
    for key in SCORES:
        *outer, name = key.split(".")
        place = given
        for group in outer:
            place = place.setdefault(group, {})
        place[name] = _mean([value for row in rows if (value := row[key]) is not None])
    return given


def value_of(given: Figures, name: str) -> float | None:
    """Return a figure by its name, such as `evidence_recall.600`; None if there is no such figure."""
    value: Any = given
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, float | int) else None


def curves(results: Sequence[Result]) -> dict[str, list[dict[str, float | None]]]:
    """Return how evidence recall grows with what is read, and what other thresholds of the confidence would do.

    `refusal` counts by the confidence alone: what a threshold would keep need not be right.
    """
    answerable = [r for r in results if r.question.answerable]
    others = [r for r in results if not r.question.answerable]
    thresholds = [step / _SURE_STEPS for step in range(_SURE_STEPS + 1)]
    return {
        "recall": [
            {"characters": limit, "found": _share(answerable, lambda r, n=limit: evidence_within(r, n))}  # type: ignore[misc]
            for limit in range(0, EVIDENCE_LIMITS[-1] + 1, _RECALL_STEP)
        ],
        "refusal": [
            {
                "threshold": threshold,
                "answerable_kept": _share(answerable, lambda r, t=threshold: _sure(r) >= t),  # type: ignore[misc]
                "unanswerable_refused": _share(others, lambda r, t=threshold: r.answer is not None and _sure(r) < t),  # type: ignore[misc]
            }
            for threshold in thresholds
        ],
    }


def measures(given: Figures) -> list[Measure]:
    """Return the figures of the whole as people read them."""
    found = [
        Measure(score.name, said(value_of(given, key), score.unit), score.meaning) for key, score in SCORES.items()
    ]
    found += _further(given)
    if verdict := given.get("judged_by_model"):
        meaning = (
            f"语言模型认为忠实于引文的答案的比例（判断了 {verdict['judged']} 个，共 {verdict['of']} 个），仅供参考。"
        )
        found.append(Measure("忠实于引文", said(verdict["faithful"], "share"), meaning))
    return found


def _further(given: Figures) -> Iterator[Measure]:
    """Yield the figures that are not means over questions."""
    yield Measure(
        "应答却拒答", said(given["answerable_refused"], "share"), "文件有答案的问题中，没有给出答案的比例，越低越好。"
    )
    yield Measure(
        "拒答曲线下面积",
        said(given["refusal_auc"], "share"),
        "任取一个文件有答案的问题和一个没有的，前者把握更大的可能；50% 等于随意猜测。",
    )
    yield Measure(
        "无出处的数字",
        f"{given['unsupported_figures']} 题",
        "答案中的数字、年份、文号或文件名不在引文中，因而被扣下的题数，应为 0。",
    )
    yield Measure(
        "引文长度中位数",
        said(given["citation_characters_median"], "characters"),
        "一半答案的引文不超过这个长度。",
    )
    times = given["elapsed_ms"]
    yield Measure("用时中位数", said(times["median"], "milliseconds"), "一半问题在这个时间内得到答案。")
    yield Measure("用时 95%", said(times["p95"], "milliseconds"), "每一百个问题有九十五个在这个时间内得到答案。")


def figures_text(given: Figures) -> str:
    """Return the figures as a short table."""
    lines = [f"数据集：{given['dataset']}，{given['questions']} 题"]
    lines += [f"{measure.name}：{measure.value}" for measure in measures(given)]
    if given.get("model"):
        lines.append(f"撰写：{given['model']}")
    if prompts := given.get("prompts"):
        lines.append(f"提示词：{'、'.join(f'{name} {fingerprint}' for name, fingerprint in prompts.items())}")
    if len(given["by_kind"]) > 1:
        lines.append("按类型：")
        for kind, counted in given["by_kind"].items():
            share, (low, high) = said(counted["correct"], "share"), counted["interval"]
            about = f"{counted['questions']} 题，95% 区间 {low:.1%} 至 {high:.1%}"
            lines.append(f"  {KIND_NAMES.get(kind, kind)}：{share}（{about}）")
    return "\n".join(lines)


def write_report(folder: Path, given: Figures, results: Sequence[Result]) -> Path:
    """Write the figures, the results and a self-contained page into a folder; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = curves(results)
    rows = [_row(result) | {"scores": scores} for result, scores in zip(results, score_rows(results), strict=True)]
    body = json.dumps({"figures": given, "curves": drawn, "results": rows}, ensure_ascii=False, indent=1)
    page = page_html(given, measures(given), drawn, rows)
    texts = {RESULTS: body, PAGE: page, FIGURES: dumps(given)}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
    return folder / PAGE


def _row(result: Result) -> dict[str, Any]:
    answer = result.answer
    return asdict(result.question) | {
        "outcome": answer.outcome if answer else "failed",
        "given": answer.text if answer else "",
        "citations": [
            {"title": c.document.title, "clause": clause_name(c), "quote": c.quote}
            for c in (answer.citations if answer else ())
        ],
        "refused_because": answer.reason if answer else "",
        "correct": result.correct,
        "reason": result.reason,
        "evidence_characters": result.needed,
        "sure": round(_sure(result), 4),
        "elapsed_ms": answer.elapsed_ms if answer else None,
    }


def _by(results: Sequence[Result], key: Callable[[Result], str]) -> dict[str, Figures]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return {
        name: {
            "questions": len(group),
            "correct": _share(group, lambda r: r.correct),
            "interval": interval([float(r.correct) for r in group]),
        }
        for name, group in sorted(groups.items())
    }


def _refusal_auc(results: Sequence[Result]) -> float | None:
    """Return how well the confidence tells what the documents answer; a crash stands where it does most harm."""
    kept = [_sure(r) for r in results if r.question.answerable]
    others = [_sure(r) if r.answer else 1.0 for r in results if not r.question.answerable]
    area = area_under_curve(kept, others)
    return None if area is None else round(area, 4)


def _reliability(results: Sequence[Result]) -> list[Figures]:
    """Return ten bins of the confidence, and what came true in each: an answer that is right, or that was to be had.

    Below the threshold no answer was given, and all that is known is whether the documents hold one. What crashed was
    not sure of anything.
    """
    bins: list[list[Result]] = [[] for _ in range(_RELIABILITY_BINS)]
    for result in results:
        if result.answer:
            bins[min(int(_sure(result) * _RELIABILITY_BINS), _RELIABILITY_BINS - 1)].append(result)
    return [
        {
            "from": i / _RELIABILITY_BINS,
            "to": (i + 1) / _RELIABILITY_BINS,
            "questions": len(group),
            "sure": _mean([_sure(r) for r in group]),
            "right": _share(group, lambda r: r.question.answerable and (r.correct or _is_refused(r))),
        }
        for i, group in enumerate(bins)
    ]


def _kept_and_refused(results: Sequence[Result]) -> dict[str, float | int | None]:
    """Return how many questions there are, and which share of either sort was treated as it should be."""
    answerable = [r for r in results if r.question.answerable]
    return {
        "questions": len(results),
        "correct": _share(results, lambda r: r.correct),
        "answer_correct": _share(answerable, lambda r: r.correct),
        "answerable_refused": _share(answerable, _is_refused),
        "unanswerable_refused": _share([r for r in results if not r.question.answerable], lambda r: r.correct),
    }


def _is_refused(result: Result) -> bool:
    return result.answer is None or result.answer.outcome != "answered"


def _sure(result: Result) -> float:
    return result.answer.sure if result.answer else 0.0


def _share(results: Sequence[Result], holds: Callable[[Result], bool]) -> float | None:
    return round(sum(map(holds, results)) / len(results), 4) if results else None


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _cited(result: Result) -> int:
    return sum(len(c.quote) for c in result.answer.citations) if result.answer else 0


def said(value: float | None, unit: Unit) -> str:
    """Return a value with its unit, as people read it."""
    if value is None:
        return "无"
    words = {"characters": f"{value:.0f} 字", "milliseconds": f"{value:.1f} 毫秒"}
    return words.get(unit, f"{value:.1%}")
