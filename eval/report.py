"""Results → figures, and the figures for people and scripts."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.measures import EVIDENCE_LIMITS, evidence_found, percentile
from eval.run import Result

Figures = dict[str, Any]


def figures(dataset: str, results: Sequence[Result]) -> Figures:
    """Return the figures of a run, as `wence eval --json` prints them; shares lie between 0 and 1."""
    answerable = [r for r in results if r.question.answerable]
    unanswerable = [r for r in results if not r.question.answerable]
    times = [r.answer.elapsed_ms for r in results if r.answer]
    return {
        "dataset": dataset,
        "questions": len(results),
        "evidence_recall": {
            str(limit): _share(answerable, lambda r, n=limit: bool(r.evidence and r.evidence[n]))  # type: ignore[misc]
            for limit in EVIDENCE_LIMITS
        },
        "answer_correct": _share(answerable, lambda r: r.correct),
        "answerable_refused": _share(answerable, _is_refused),
        "unanswerable_refused": _share(unanswerable, lambda r: r.correct),
        "evidence_cited": _share(answerable, _cites_evidence),
        "character_f1": _mean([r.f1 for r in results if r.f1 is not None]),
        "citation_characters_median": percentile([_cited(r) for r in results if r.answer and r.answer.citations], 0.5),
        "elapsed_ms": {"median": percentile(times, 0.5), "p95": percentile(times, 0.95)},
        "by_kind": _by(results, lambda r: r.question.kind),
        "by_asker": _by(results, lambda r: r.question.asker),
        "by_split": {
            split: _kept_and_refused([r for r in results if r.question.split == split])
            for split in sorted({r.question.split for r in results})
        },
    }


def figures_text(given: Figures) -> str:
    """Return the figures as a short table."""
    recall = "  ".join(f"{limit} 字内 {_percent(given['evidence_recall'][str(limit)])}" for limit in EVIDENCE_LIMITS)
    lines = [
        f"数据集：{given['dataset']}，{given['questions']} 题",
        f"依据召回：{recall}",
        f"答案正确：{_percent(given['answer_correct'])}    应答却拒答：{_percent(given['answerable_refused'])}",
        f"依据在引文中：{_percent(given['evidence_cited'])}",
        f"应拒而拒：{_percent(given['unanswerable_refused'])}    字符 F1：{_percent(given['character_f1'])}",
        f"引文长度中位数：{given['citation_characters_median']:.0f} 字    "
        f"用时：中位 {given['elapsed_ms']['median']:.1f} 毫秒，95% {given['elapsed_ms']['p95']:.1f} 毫秒",
    ]
    if given.get("model"):
        lines.append(f"撰写：{given['model']}")
    if verdict := given.get("judged_by_model"):
        lines.append(
            f"忠实于引文（由语言模型判断）：{_percent(verdict['faithful'])}（{verdict['judged']}/{verdict['of']} 题）"
        )
    if prompts := given.get("prompts"):
        lines.append(f"提示词：{'、'.join(f'{name} {fingerprint}' for name, fingerprint in prompts.items())}")
    if len(given["by_kind"]) > 1:
        lines += [
            "按类型：",
            *(f"  {kind}：{_percent(k['correct'])}（{k['questions']} 题）" for kind, k in given["by_kind"].items()),
        ]
    return "\n".join(lines)


def write_report(folder: Path, given: Figures, results: Sequence[Result]) -> Path:
    """Write `results.json` and a self-contained `report.html`; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(result) for result in results]
    body = json.dumps({"figures": given, "results": rows}, ensure_ascii=False, indent=1)
    (folder / "results.json").write_text(body, encoding="utf-8")
    page = folder / "report.html"
    page.write_text(_page(given, rows), encoding="utf-8")
    return page


def _row(result: Result) -> dict[str, Any]:
    answer = result.answer
    return asdict(result.question) | {
        "outcome": answer.outcome if answer else "failed",
        "given": answer.text if answer else "",
        "citations": [f"{c.clause.label}：{c.quote}" for c in answer.citations] if answer else [],
        "correct": result.correct,
        "reason": result.reason,
        "evidence_found": result.evidence,
        "elapsed_ms": answer.elapsed_ms if answer else None,
    }


_STYLE = """body{font:16px/1.6 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1f2933}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #d9e2ec;padding:.5rem;text-align:left;vertical-align:top}
.no{color:#b42318}.yes{color:#067647}pre{white-space:pre-wrap;background:#f5f7fa;padding:1rem}"""


def _page(given: Figures, rows: Sequence[dict[str, Any]]) -> str:
    cells = (
        (row["id"], row["kind"], row["question"], "；".join(row["evidence"]), row["given"], row["reason"] or "正确")
        for row in rows
    )
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in line[:-1])}"
        f"<td class={'yes' if line[-1] == '正确' else 'no'}>{html.escape(line[-1])}</td></tr>"
        for line in cells
    )
    head = "".join(f"<th>{name}</th>" for name in ("编号", "类型", "问题", "依据", "给出的答案", "结果"))
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>问策评测报告</title><style>{_STYLE}</style><h1>问策评测报告</h1>"
        f"<pre>{html.escape(figures_text(given))}</pre><table><tr>{head}</tr>{body}</table></html>"
    )


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


def _cites_evidence(result: Result) -> bool:
    """Tell whether all evidence stands in what an answer quotes; in one piece, however it is cut."""
    quoted = [citation.quote for citation in result.answer.citations] if result.answer else []
    evidence = result.question.evidence
    return bool(evidence) and evidence_found(evidence, quoted, sum(map(len, quoted)))


def _is_refused(result: Result) -> bool:
    return result.answer is None or result.answer.outcome != "answered"


def _share(results: Sequence[Result], holds: Callable[[Result], bool]) -> float | None:
    return round(sum(map(holds, results)) / len(results), 4) if results else None


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _cited(result: Result) -> int:
    return sum(len(c.quote) for c in result.answer.citations) if result.answer else 0


def _percent(share: float | None) -> str:
    return "无" if share is None else f"{share:.1%}"
