"""A document → its whole text with the words in question marked, and its outline to walk through."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from app.citations import status_warning
from app.outline import outline
from ingest import Document, Table
from ingest.tables import cells_in
from vectorstore import Validity

_BACK = "<button type='button' class='back'>返回</button>"
_OUTLINED = 400  # lines of an outline; a longer one is no help


def source_html(document: Document, start: int, end: int, validity: Validity | None = None) -> str:
    """Return the whole text of a document with `text[start:end]` marked, its tables as tables."""
    known = (document.issuer, document.document_number, document.published)
    about = "　".join(escape(part) for part in known if part)
    warning, title = status_warning(validity), escape(document.title)
    return (
        f"<header data-ours>{_BACK}<p class='unseen' role='status'>已打开《{title}》</p>"
        f"<h2>{title}</h2><p class='about'>{about}</p>"
        f"{f'<p class=notice>{escape(warning)}</p>' if warning else ''}{_outline_html(document)}</header>"
        "<div class='text' data-ours tabindex='0' role='region' aria-label='文件全文'>"
        f"{''.join(_blocks_html(document, start, end))}</div>"
    )


def empty_source_html() -> str:
    """Return what stands in the source's place before anything was opened."""
    return (
        "<div class='empty'><h2>原文</h2>"
        "<p class='about'>点击回答中的编号或出处，这里显示文件全文，并标出所引的文字。</p></div>"
    )


def gone_source_html() -> str:
    """Return what stands in the place of a document that was removed meanwhile."""
    return (
        f"<header data-ours>{_BACK}<h2>原文</h2></header>"
        "<p class='notice' role='alert' data-ours>这份文件已被移除。请重新提问。</p>"
    )


def _outline_html(document: Document) -> str:
    lines = list(outline(document))
    if not document.is_outlined or len(lines) > _OUTLINED:
        return ""
    items = "".join(
        f"<li style='--level:{min(line.level, 4)}'><a href='#' data-offset='{line.start}'>{escape(line.words)}</a></li>"
        for line in lines
    )
    return f"<details class='outline'><summary>目录</summary><nav aria-label='目录'><ol>{items}</ol></nav></details>"


def _blocks_html(document: Document, start: int, end: int) -> Iterator[str]:
    tables = {table.rows[0].start: table for table in document.tables if table.rows}
    position = 0
    while position < len(document.text):
        table = tables.get(position)
        if table is not None:
            yield _table_html(document, table, start, end)
            position = table.rows[-1].end + 1
            continue
        line = _line_at(document.text, position)
        yield f"<p data-offset='{position}'>{_marked(line, start - position, end - position)}</p>"
        position += len(line) + 1


def _table_html(document: Document, table: Table, start: int, end: int) -> str:
    """Return a table with the rows that are quoted marked, and in them the cells."""
    head = "".join(f"<th scope='col'>{escape(column)}</th>" for column in table.columns)
    rows = []
    for row in table.rows:
        quoted = {
            (cell.column, cell.text)
            for cell in (cells_in(document.text, table, row) if row.start < end and start < row.end else ())
            if cell.span.start < end and start < cell.span.end
        }
        cells = "".join(
            f"<td>{f'<mark>{escape(text)}</mark>' if (column, text) in quoted else escape(text)}</td>"
            for column, text in zip(table.columns, row.cells, strict=True)
        )
        rows.append(f"<tr class='quoted'>{cells}</tr>" if quoted else f"<tr>{cells}</tr>")
    heading = f"<thead><tr>{head}</tr></thead>" if any(table.columns) else ""
    return (
        f"<div class='table' tabindex='0' role='region' aria-label='表格' data-offset='{table.rows[0].start}'>"
        f"<table>{heading}<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _line_at(text: str, position: int) -> str:
    end = text.find("\n", position)
    return text[position:] if end < 0 else text[position:end]


def _marked(line: str, start: int, end: int) -> str:
    start, end = max(0, start), min(len(line), end)
    if start >= end:
        return escape(line)
    return f"{escape(line[:start])}<mark>{escape(line[start:end])}</mark>{escape(line[end:])}"
