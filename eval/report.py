"""Results → figures, for people and scripts, and the report that holds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.citations import clause_name
from app.confidence import THRESHOLD
from app.reports import FIGURES, PAGE, RESULTS
from app.serialise import dumps
from eval.measures import EVIDENCE_LIMITS, evidence_found, percentile
from eval.page import page_html
from eval.records import KIND_NAMES
from eval.run import Result

Figures = dict[str, Any]

_RECALL_STEP = 20  # characters; finer than a line of text is read
_SURE_STEPS = 100


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as people read it: its name, its value with the unit, and a sentence that says what it is."""

    name: str
    value: str
    meaning: str


def figures(dataset: str, results: Sequence[Result]) -> Figures:
    """Return the figures of a run, as `wence eval --json` prints them; shares lie between 0 and 1."""
    answerable = [r for r in results if r.question.answerable]
    unanswerable = [r for r in results if not r.question.answerable]
    times = [r.answer.elapsed_ms for r in results if r.answer]
    return {
        "dataset": dataset,
        "questions": len(results),
        "evidence_recall": {str(limit): _recall(answerable, limit) for limit in EVIDENCE_LIMITS},
        "answer_correct": _share(answerable, lambda r: r.correct),
        "answerable_refused": _share(answerable, _is_refused),
        "unanswerable_refused": _share(unanswerable, lambda r: r.correct),
        "evidence_cited": _share(_with_evidence(answerable), _cites_evidence),
        "character_f1": _mean([r.f1 for r in results if r.f1 is not None]),
        "citation_characters_median": percentile([_cited(r) for r in results if r.answer and r.answer.citations], 0.5),
        "elapsed_ms": {"median": percentile(times, 0.5), "p95": percentile(times, 0.95)},
        "threshold": THRESHOLD,
        "by_kind": _by(results, lambda r: r.question.kind),
        "by_asker": _by(results, lambda r: r.question.asker),
        "by_split": {
            split: _kept_and_refused([r for r in results if r.question.split == split])
            for split in sorted({r.question.split for r in results})
        },
    }


def curves(results: Sequence[Result]) -> dict[str, list[dict[str, float | None]]]:
    """Return how evidence recall grows with what is read, and what other thresholds of the confidence would do.

    `refusal` counts by the confidence alone: what a threshold would keep need not be right.
    """
    answerable = [r for r in results if r.question.answerable]
    others = [r for r in results if not r.question.answerable]
    thresholds = [step / _SURE_STEPS for step in range(_SURE_STEPS + 1)]
    return {
        "recall": [
            {"characters": limit, "found": _recall(answerable, limit)}
            for limit in range(0, EVIDENCE_LIMITS[-1] + 1, _RECALL_STEP)
        ],
        "refusal": [
            {
                "threshold": threshold,
                "answerable_kept": _share(answerable, lambda r, t=threshold: _sure(r) >= t),  # type: ignore[misc]
                "unanswerable_refused": _share(others, lambda r, t=threshold: _sure(r) < t),  # type: ignore[misc]
            }
            for threshold in thresholds
        ],
    }


def measures(given: Figures) -> list[Measure]:
    """Return the figures of the whole as people read them."""
    found = [
        Measure(
            f"{limit} 字内找到依据",
            _percent(given["evidence_recall"][str(limit)]),
            f"文件有答案的问题中，检索结果的前 {limit} 字已含全部依据的比例。",
        )
        for limit in EVIDENCE_LIMITS
    ]
    time = given["elapsed_ms"]
    found += [
        Measure(
            "答案正确", _percent(given["answer_correct"]), "文件有答案的问题中，应有的都说到、不应有的都没有的比例。"
        ),
        Measure(
            "应答却拒答", _percent(given["answerable_refused"]), "文件有答案的问题中，没有给出答案的比例，越低越好。"
        ),
        Measure("应拒而拒", _percent(given["unanswerable_refused"]), "文件没有答案的问题中，如实说明没有的比例。"),
        Measure("依据在引文中", _percent(given["evidence_cited"]), "文件有答案的问题中，引文含有全部依据的比例。"),
        Measure("字符 F1", _percent(given["character_f1"]), "答案与依据的文字重合程度，一字不差为 100%。"),
        Measure("引文长度", f"{given['citation_characters_median']:.0f} 字", "一半答案的引文不超过这个长度。"),
        Measure("用时中位数", f"{time['median']:.1f} 毫秒", "一半问题在这个时间内得到答案。"),
        Measure("用时 95%", f"{time['p95']:.1f} 毫秒", "每一百个问题有九十五个在这个时间内得到答案。"),
    ]
    if verdict := given.get("judged_by_model"):
        meaning = (
            f"语言模型认为忠实于引文的答案的比例（判断了 {verdict['judged']} 个，共 {verdict['of']} 个），仅供参考。"
        )
        found.append(Measure("忠实于引文", _percent(verdict["faithful"]), meaning))
    return found


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
            share = _percent(counted["correct"])
            lines.append(f"  {KIND_NAMES.get(kind, kind)}：{share}（{counted['questions']} 题）")
    return "\n".join(lines)


def write_report(folder: Path, given: Figures, results: Sequence[Result]) -> Path:
    """Write the figures, the results and a self-contained page into a folder; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, drawn = [_row(result) for result in results], curves(results)
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


def _by(results: Sequence[Result], key: Callable[[Result], str]) -> dict[str, dict[str, float | int | None]]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return {
        name: {"questions": len(group), "correct": _share(group, lambda r: r.correct)}
        for name, group in sorted(groups.items())
    }


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


def _recall(results: Sequence[Result], limit: int) -> float | None:
    return _share(_with_evidence(results), lambda r: r.needed is not None and r.needed <= limit)


def _with_evidence(results: Sequence[Result]) -> list[Result]:
    """Return the results of questions with evidence; of others only the documents that answer are known."""
    return [result for result in results if result.question.evidence]


def _cites_evidence(result: Result) -> bool:
    """Tell whether all evidence stands in what an answer quotes; in one piece, however it is cut."""
    quoted = [citation.quote for citation in result.answer.citations] if result.answer else []
    return evidence_found(result.question.evidence, quoted, sum(map(len, quoted)))


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


def _percent(share: float | None) -> str:
    return "无" if share is None else f"{share:.1%}"
