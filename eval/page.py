"""Figures and rows → the page of a report: one file that asks for no other. Everything from outside is escaped here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.measures import EVIDENCE_LIMITS
from eval.plots import Bar, Line, Mark, Words, bar_plot, histogram, line_plot
from eval.records import ASKER_NAMES, KIND_NAMES

if TYPE_CHECKING:
    from eval.report import Measure

Row = Mapping[str, Any]

_ASSETS = Path(__file__).parent / "assets"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_VERDICTS = {
    "right": ("✓", "答对"),
    "refused": ("✓", "应拒而拒"),
    "wrong": ("✗", "答错"),
    "withheld": ("✗", "应答却拒答"),
    "invented": ("✗", "应拒却答"),
    "failed": ("✗", "未能回答"),
}
"""How a question ended, with the sign and the words for it."""
_RIGHT = ("right", "refused")
_COLUMNS = ("题目", "应有", "给出的答案", "结果")


def page_html(given: Row, measures: Sequence[Measure], curves: Mapping[str, Sequence[Row]], rows: Sequence[Row]) -> str:
    """Return the page.

    Args:
        given: The figures of the run and what it rests on.
        measures: The figures as people read them.
        curves: What `eval.report.curves` returns.
        rows: The questions with what they got.
    """
    style, script = style_sheet(), (_ASSETS / "report.js").read_text(encoding="utf-8")
    subtitle = "，".join((f"数据集 {given['dataset']}", f"{given['questions']:,} 题", *_when(given)))
    return (
        "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<meta name='color-scheme' content='light dark'>"
        f"<title>问策评测报告</title><style>{style}</style>"
        "<noscript><style>.filters{display:none}</style></noscript></head><body>"
        f"<header><h1>问策评测报告</h1><p>{_text(subtitle)}</p>{_NAVIGATION}</header><main>"
        f"{_measures_html(measures)}{_plots_html(given, curves, rows)}{_basis_html(given)}{_questions_html(rows)}"
        f"</main><script>{script}</script></body></html>"
    )


def style_sheet() -> str:
    """Return the style of the pages of an evaluation."""
    return (_ASSETS / "report.css").read_text(encoding="utf-8")


_NAVIGATION = (
    "<nav aria-label='本页内容'><a href='#measures'>指标</a><a href='#plots'>图表</a>"
    "<a href='#basis'>评测条件</a><a href='#questions'>逐题结果</a></nav>"
)


def _when(given: Row) -> Iterator[str]:
    if "when" in given:
        when = datetime.fromisoformat(given["when"])
        yield f"{when.year}年{when.month}月{when.day}日 {when:%H:%M}"


def _measures_html(measures: Sequence[Measure]) -> str:
    cards = "".join(
        f"<div><dt>{_text(m.name)}</dt><dd class='value'>{_text(m.value)}</dd><dd>{_text(m.meaning)}</dd></div>"
        for m in measures
    )
    return f"<section id='measures'><h2>指标</h2><dl class='measures'>{cards}</dl></section>"


def _basis_html(given: Row) -> str:
    terms = "".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in _basis(given))
    return f"<section id='basis'><h2>评测条件</h2><dl class='basis'>{terms}</dl></section>"


def _basis(given: Row) -> Iterator[tuple[str, str]]:
    """Yield when a run was made and what it rests on, as far as it is known."""
    yield from (("评测时间", when) for when in _when(given))
    yield "数据集", f"{given['dataset']}，{given['questions']:,} 题"
    if documents := given.get("documents"):
        titles = "".join(f"《{title}》" for title in documents["titles"])
        more = "等" if documents["count"] > len(documents["titles"]) else ""
        yield "文件", f"{titles}{more}，共 {documents['count']:,} 份，指纹 {documents['fingerprint']}"
    if embedder := given.get("embedding_model"):
        yield "向量模型", f"{embedder['name']}，指纹 {embedder['fingerprint']}"
    yield "语言模型", given.get("model") or "未使用，答案取自文件原文"
    if prompts := given.get("prompts"):
        yield "提示词", "，".join(f"{name} {fingerprint}" for name, fingerprint in prompts.items())
    yield "把握阈值", f"{given['threshold']:.2f}，低于此值不作回答"


def _plots_html(given: Row, curves: Mapping[str, Sequence[Row]], rows: Sequence[Row]) -> str:
    plots = [
        *_recall_html(curves["recall"]),
        *_refusal_html(curves["refusal"], given["threshold"]),
        *_times_html(given, [row["elapsed_ms"] for row in rows if row["elapsed_ms"] is not None]),
        *_shares_html("kind", "各类问题的答对比例", given["by_kind"], KIND_NAMES),
        *_shares_html("asker", "各类提问人的答对比例", given["by_asker"], ASKER_NAMES),
        *_reliability_html(given["reliability"], given["threshold"]),
    ]
    return f"<section id='plots'><h2>图表</h2><div class='plots'>{''.join(plots)}</div></section>"


def _recall_html(points: Sequence[Row]) -> Iterator[str]:
    found = {point["characters"]: point["found"] for point in points}
    if None in found.values():
        return
    said = "，".join(f"{limit} 字内 {found[limit]:.1%}" for limit in EVIDENCE_LIMITS)
    words = Words("recall", "检索到的字数与找到依据的比例", said, "检索结果的前若干字")
    svg = line_plot(words, [Line("找到全部依据", tuple(found.items()), EVIDENCE_LIMITS)], (0, 500, 1000, 1500, 2000))
    yield _figure(words, svg, f"读到检索结果的前若干字时，已找到全部依据的问题所占比例：{said}。")


def _refusal_html(points: Sequence[Row], threshold: float) -> Iterator[str]:
    names = {"answerable_kept": "应答的问题作答", "unanswerable_refused": "应拒的问题拒答"}
    lines = [
        Line(name, [(point["threshold"], point[key]) for point in points])
        for key, name in names.items()
        if points[0][key] is not None
    ]
    if not lines:
        return
    now = "，".join(f"{line.name} {dict(line.points)[threshold]:.1%}" for line in lines)
    words = Words("refusal", "把握阈值与作答、拒答", f"现用阈值 {threshold:.2f}：{now}", "把握阈值")
    svg = line_plot(words, lines, (0, 0.25, 0.5, 0.75, 1), [Mark(threshold, f"现用 {threshold:.2f}")])
    yield _figure(words, svg, f"提高阈值，应拒的问题拒答得更多，应答的问题作答得更少。现用 {threshold:.2f}：{now}。")


def _reliability_html(bins: Sequence[Row], threshold: float) -> Iterator[str]:
    filled = [one for one in bins if one["questions"]]
    if not filled:
        return
    points = [(one["sure"], one["right"]) for one in filled]
    lines = [Line("实际属实", points, [sure for sure, _ in points]), Line("与把握相符", [(0, 0), (1, 1)])]
    said = "；".join(f"把握 {one['sure']:.2f}，属实 {one['right']:.1%}" for one in filled)
    words = Words("reliability", "把握与实际", said, "把握")
    svg = line_plot(words, lines, (0, 0.25, 0.5, 0.75, 1), [Mark(threshold, f"现用 {threshold:.2f}")])
    caption = "把握相近的问题中实际属实的比例：作答的，答案正确；未作答的，文件其实有答案。越近虚线越可信。"
    yield _figure(words, svg, caption, _bins_html(filled))


def _bins_html(bins: Sequence[Row]) -> str:
    heads = "".join(f"<th scope='col'>{name}</th>" for name in ("把握", "平均", "属实", "题数"))
    rows = "".join(
        f"<tr><th scope='row'>{one['from']:.1f}–{one['to']:.1f}</th><td>{one['sure']:.2f}</td>"
        f"<td>{one['right']:.1%}</td><td>{one['questions']:,}</td></tr>"
        for one in bins
    )
    return f"<table class='plain'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _times_html(given: Row, times: Sequence[float]) -> Iterator[str]:
    if not times:
        return
    marks = [Mark(given["elapsed_ms"][key], name) for key, name in (("median", "中位数"), ("p95", "95%"))]
    named = [Mark(mark.at, f"{mark.name} {mark.at:.1f} 毫秒") for mark in marks]
    said = "，".join(mark.name for mark in named)
    words = Words("times", "用时分布", said, "毫秒")
    yield _figure(words, histogram(words, times, named), f"每题从提问到给出答案的时间，最后一格含更长的：{said}。")


def _shares_html(id_: str, title: str, groups: Row, names: Mapping[str, str]) -> Iterator[str]:
    bars = [
        Bar(names.get(name, name), group["correct"], f"{group['questions']} 题", tuple(group["interval"]))
        for name, group in sorted(groups.items(), key=lambda item: item[1]["correct"])
    ]
    if not bars:
        return
    said = "；".join(f"{bar.name} {bar.share:.1%}（{bar.detail}）" for bar in bars)
    words = Words(id_, title, said)
    yield _figure(words, bar_plot(words, bars), "答对，或者该拒答时拒答；从低到高排列。细线为 95% 区间。")


def _figure(words: Words, svg: str, caption: str, table: str = "") -> str:
    said = f"<figcaption>{_text(caption)}</figcaption>"
    return f"<figure id='plot-{words.id}'><h3>{words.title}</h3>{svg}{said}{table}</figure>"


def _questions_html(rows: Sequence[Row]) -> str:
    heads = "".join(f"<th role='columnheader' scope='col'>{name}</th>" for name in _COLUMNS)
    body = "".join(_row_html(row) for row in rows)
    return (
        f"<section id='questions'><h2>逐题结果</h2>{_filters_html(rows)}"
        f"<table role='table'><thead role='rowgroup'><tr role='row'>{heads}</tr></thead>"
        f"<tbody role='rowgroup'>{body}</tbody></table><p id='none' hidden>没有符合条件的问题。</p></section>"
    )


def _filters_html(rows: Sequence[Row]) -> str:
    kinds = {kind: KIND_NAMES.get(kind, kind) for kind in sorted({str(row["kind"]) for row in rows})}
    askers = {asker: ASKER_NAMES.get(asker, asker) for asker in sorted({str(row["asker"]) for row in rows})}
    occurring = set(map(_verdict, rows))
    ended = {verdict: words for verdict, (_, words) in _VERDICTS.items() if verdict in occurring}
    return (
        "<div class='filters' role='search' aria-label='筛选问题'>"
        "<label class='wide'>文字"
        "<input id='text' type='search' placeholder='问题、答案、引文中的文字' autocomplete='off'></label>"
        f"{_choice('kind', '类型', kinds)}{_choice('asker', '提问人', askers)}"
        f"{_choice('verdict', '结果', {'yes': '正确的', 'no': '不正确的'} | ended)}"
        f"<button id='clear' type='button'>清除筛选</button><output id='count'>共 {len(rows):,} 题</output></div>"
    )


def _choice(id_: str, name: str, values: Mapping[str, str]) -> str:
    options = "".join(f"<option value='{_text(value)}'>{_text(words)}</option>" for value, words in values.items())
    return f"<label>{name}<select id='{id_}'><option value=''>全部</option>{options}</select></label>"


def _row_html(row: Row) -> str:
    verdict = _verdict(row)
    right = "yes" if verdict in _RIGHT else "no"
    cells = (_asked_html(row), _expected_html(row), _given_html(row), _ended_html(row, verdict, right))
    named = zip(_COLUMNS, cells, strict=True)
    body = "".join(f"<td role='cell' data-name='{name}'>{cell}</td>" for name, cell in named)
    about = f"data-kind='{_text(row['kind'])}' data-asker='{_text(row['asker'])}' data-verdict='{right} {verdict}'"
    return f"<tr role='row' {about}>{body}</tr>"


def _verdict(row: Row) -> str:
    if row["outcome"] == "failed":
        return "failed"
    if row["outcome"] == "answered":
        return ("right" if row["correct"] else "wrong") if row["answerable"] else "invented"
    return "withheld" if row["answerable"] else "refused"


def _asked_html(row: Row) -> str:
    before = "".join(f"<p class='quiet'>此前问：{_text(question)}</p>" for question in row["history"])
    kind, asker = KIND_NAMES.get(row["kind"], row["kind"]), ASKER_NAMES.get(row["asker"], row["asker"])
    return f"{before}<p class='question'>{_text(row['question'])}</p>{_about_html(row['id'], kind, asker)}"


def _expected_html(row: Row) -> str:
    if not row["answerable"]:
        return "<p>文件没有答案，应当拒答</p>"
    lines = [f"<p>{_text(*row['answer'])}</p>"] if row["answer"] else []
    lines += [f"<p class='quiet'>{_text(span)}</p>" for span in row["evidence"]]
    for name, key in (("不应有", "avoid"), ("应说明未答", "missing")):
        if row[key]:
            lines.append(f"<p class='quiet'>{name}：{_text(*row[key])}</p>")
    return "".join(lines)


def _given_html(row: Row) -> str:
    text = f"<p class='given'>{_text(row['given'])}</p>"
    if row["refused_because"]:
        text += f"<p class='quiet'>{_text(row['refused_because'])}</p>"
    if not row["citations"]:
        return text
    quotes = "".join(
        f"<blockquote>{_text(cited['quote'])}<footer>《{_text(cited['title'])}》{_text(cited['clause'])}</footer>"
        "</blockquote>"
        for cited in row["citations"]
    )
    return f"{text}<details><summary>引文 {len(row['citations'])} 条</summary>{quotes}</details>"


def _ended_html(row: Row, verdict: str, right: str) -> str:
    sign, words = _VERDICTS[verdict]
    reason = f"<p>{_text(row['reason'])}</p>" if row["reason"] else ""
    about = [f"把握 {row['sure']:.2f}"]
    if row["elapsed_ms"] is not None:
        about.append(f"{row['elapsed_ms']:.1f} 毫秒")
    if row["evidence_characters"] is not None:
        about.append(f"依据在前 {row['evidence_characters']} 字")
    elif row["evidence"]:
        about.append("未找到全部依据")
    return f"<p class='{right}'><b aria-hidden='true'>{sign}</b> {words}</p>{reason}{_about_html(*about)}"


def _about_html(*words: object) -> str:
    return f"<p class='about'>{''.join(f'<span>{_text(word)}</span>' for word in words)}</p>"


def _text(*words: object) -> str:
    """Return words as text of a page, 、 between several."""
    return escape("、".join(map(str, words)))
