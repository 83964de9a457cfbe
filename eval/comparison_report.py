"""A comparison → text, JSON and a page. Everything from outside is escaped here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from eval.comparison import SIGNIFICANT, Change, Compared, Comparison
from eval.page import POLICY, style_sheet
from eval.report import said
from eval.scores import Unit

PAGE = "comparison.html"
_CAUTION = (
    f"检验的 p 值低于 {SIGNIFICANT} 的差别记为确有改善或变差；指标较多，每二十项仍可能有一项出于偶然。"
    "比例用 McNemar 精确检验，平均数用符号随机化检验，区间由自助法得出。"
)
_HEADS = ("指标", "前一次", "后一次", "差别", "95% 区间", "p", "判断")


def comparison_text(found: Comparison) -> str:
    """Return a comparison as people read it in a terminal."""
    lines = [f"前一次：{found.runs[0]}", f"后一次：{found.runs[1]}", f"相同的问题：{found.questions} 题", *found.apart]
    for one in found.measures:
        before, after, difference, between, p, verdict = _cells(one)
        lines.append(f"{one.name}：{before} → {after}，差 {difference}（{between}），p = {p}，{verdict}")
    lines.append(_CAUTION)
    for name, changes in _changes(found):
        lines.append(f"{name}：{len(changes)} 题")
        for change in changes:
            lines.append(f"  {change.id}（{change.kind}）{change.question}")
            lines += [f"    前：{_line(change.before)}", f"    后：{_line(change.after)}"]
    return "\n".join(lines)


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison for scripts."""
    measures = [asdict(one) | {"name": one.name, "difference": one.difference} for one in found.measures]
    return asdict(found) | {"measures": measures}


def write_comparison(folder: Path, found: Comparison) -> Path:
    """Write a self-contained page into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PAGE).write_text(_page_html(found), encoding="utf-8", errors="replace")
    return folder / PAGE


def _page_html(found: Comparison) -> str:
    runs = "".join(
        f"<div><dt>{name}</dt><dd>{escape(run)}</dd></div>"
        for name, run in zip(("前一次", "后一次"), found.runs, strict=True)
    )
    apart = "".join(f"<p>{escape(sentence)}</p>" for sentence in found.apart)
    changes = "".join(_changes_html(name, changes) for name, changes in _changes(found))
    return (
        "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<meta name='color-scheme' content='light dark'>"
        f"<title>问策评测对照</title><style>{style_sheet()}</style></head><body>"
        f"<header><h1>问策评测对照</h1><p>两次评测相同的问题 {found.questions:,} 题</p></header><main>"
        f"<section><h2>对照的评测</h2><dl class='basis'>{runs}</dl>{apart}</section>"
        f"<section><h2>指标</h2>{_measures_html(found.measures)}<p class='quiet'>{escape(_CAUTION)}</p></section>"
        f"{changes}</main></body></html>"
    )


def _measures_html(measures: Sequence[Compared]) -> str:
    heads = "".join(f"<th scope='col'>{name}</th>" for name in _HEADS)
    rows = "".join(
        f"<tr><th scope='row'>{escape(one.name)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(one))}</tr>"
        for one in measures
    )
    table = f"<table class='plain wide'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<div class='scrolled' tabindex='0' role='region' aria-label='各项指标'>{table}</div>"


def _changes_html(name: str, changes: Sequence[Change]) -> str:
    items = "".join(
        f"<li><p class='question'>{escape(one.question)}</p>"
        f"<p class='about'><span>{escape(one.id)}</span><span>{escape(one.kind)}</span></p>"
        f"<p class='given'>前：{escape(one.before)}</p><p class='given'>后：{escape(one.after)}</p></li>"
        for one in changes
    )
    body = f"<ul class='changes'>{items}</ul>" if items else "<p class='quiet'>没有。</p>"
    return f"<section><h2>{name}（{len(changes)} 题）</h2>{body}</section>"


def _changes(found: Comparison) -> Iterator[tuple[str, Sequence[Change]]]:
    yield "由错变对", found.improved
    yield "由对变错", found.broke


def _cells(one: Compared) -> tuple[str, ...]:
    """Return the values of a measure in words: before, after, difference, interval, p and verdict."""
    low, high = one.between
    return (
        said(one.before, one.unit),
        said(one.after, one.unit),
        _signed(one.difference, one.unit),
        f"{_signed(low, one.unit)} 至 {_signed(high, one.unit)}",
        f"{one.p:.4f}",
        one.verdict,
    )


def _signed(difference: float, unit: Unit) -> str:
    sign = "−" if difference < 0 else "+" if difference else ""
    words = f"{100 * abs(difference):.1f} 点" if unit in ("share", "score") else said(abs(difference), unit)
    return f"{sign}{words}"


def _line(text: str) -> str:
    return " ".join(text.split())
