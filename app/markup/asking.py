"""The form in which a question is asked: the box, what it may be restricted to, and questions to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from app.markup.parts import options_html
from vectorstore import DocumentRecord


def form_html(records: Sequence[DocumentRecord], years: Sequence[int], examples: Mapping[str, Sequence[str]]) -> str:
    """Return the form.

    Args:
        records: What is indexed.
        years: The years that its clauses are filed under.
        examples: Questions by who may ask them.
    """
    choices = (
        ("year", "年度", [(str(year), f"{year}年") for year in years]),
        ("document", "文件", [(record.id, record.title) for record in records]),
        ("issuer", "发文机关", _named({record.issuer for record in records})),
        ("region", "地区", _named({record.region for record in records})),
    )
    selects = "".join(
        f"<label>{name}<select name='{field}'><option value=''>全部</option>{options_html(values)}</select></label>"
        for field, name, values in choices
    )
    groups = "".join(
        f"<li><h2>{escape(asker)}</h2><ul>{''.join(map(_example_html, questions))}</ul></li>"
        for asker, questions in examples.items()
    )
    return (
        "<form id='question' data-ours><div class='box'>"
        "<textarea name='question' rows='1' aria-label='问题' placeholder='输入问题，按回车提问' autofocus></textarea>"
        "<button type='submit' class='primary'>提问</button></div>"
        f"<details class='filters'><summary>筛选<span class='chosen'></span></summary><div>{selects}</div></details>"
        "<p class='busy' role='status'></p></form>"
        f"{f'<ul id=examples data-ours aria-label=可以这样问>{groups}</ul>' if groups else ''}"
    )


def introduction_html(documents: int, written: bool) -> str:
    """Return the head of the page: what it is, how much it knows, and how it looks.

    Args:
        documents: How many documents are indexed.
        written: Whether a language model writes the answers.
    """
    known = f"已收录 {documents} 份文件" if documents else "还没有收录文件，请运行 wence ingest policies"
    how = "语言模型撰写回答，逐句与原文核对" if written else "得到逐字引用的原文和出处"
    return (
        f"<div><h1>问策</h1><p>向政策文件提问，{how}。{known}。</p></div>"
        "<div class='look' role='group' aria-label='显示'>"
        "<button type='button' data-size aria-label='字号：标准' title='字号'>字</button>"
        "<button type='button' data-theme aria-label='深色' aria-pressed='false' title='深色'>◐</button></div>"
    )


def _named(names: set[str | None]) -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(name for name in names if name)]


def _example_html(question: str) -> str:
    return f"<li><button type='button' data-question='{escape(question)}'>{escape(question)}</button></li>"
