"""Records → the HTML of the page. Everything from documents, questions and errors is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from app.citations import clause_name, source_line, stage_name, status_warning
from app.records import Answer, Citation, Sentence
from ingest import Document, Table
from ingest.tables import cells_in
from vectorstore import Validity

_TITLE = {"answered": "回答", "not_in_documents": "文件没有回答", "failed": "未能回答"}


def conversation_html(turns: Sequence[Answer]) -> str:
    """Return the questions asked so far with their answers."""
    return "".join(_turn_html(turn) for turn in turns)


def source_html(document: Document, start: int, end: int, validity: Validity | None = None) -> str:
    """Return the whole text of a document with `text[start:end]` marked, its tables as tables."""
    known = (document.issuer, document.document_number, document.published)
    about = "　".join(escape(part) for part in known if part)
    warning = status_warning(validity)
    return (
        f"<h2>{escape(document.title)}</h2><p class='about'>{about}</p>"
        f"{f'<p class=notice>{escape(warning)}</p>' if warning else ''}"
        f"<div class='text'>{''.join(_blocks_html(document, start, end))}</div>"
    )


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
        yield f"<p>{_marked(line, start - position, end - position)}</p>"
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
    return f"<div class='table' tabindex='0'><table>{heading}<tbody>{''.join(rows)}</tbody></table></div>"


def _line_at(text: str, position: int) -> str:
    end = text.find("\n", position)
    return text[position:] if end < 0 else text[position:end]


def empty_source_html() -> str:
    """Return what stands beside the conversation before a citation was opened."""
    return "<p class='about'>点击回答下方的出处，这里显示文件全文，并标出引用的原文。</p>"


def notice_html(message: str) -> str:
    """Return a sentence for the user that is not an answer."""
    return f"<p class='notice' role='alert'>{escape(message)}</p>" if message else ""


def _turn_html(answer: Answer) -> str:
    cards = "".join(_cards_html(answer.citations))
    steps = "".join(f"<li><b>{escape(step.name)}</b>　{escape(step.detail)}</li>" for step in answer.steps)
    written = bool(answer.sentences) and not answer.withheld
    text = "\n".join(answer.missing) if written else answer.text
    body = _sentences_html(answer) if written else ""
    body += "<br>".join(_emphasised(line, answer.key) for line in filter(None, text.split("\n")))
    follows = answer.asked_for not in ("", answer.question)
    return (
        f"<article class='turn {answer.outcome}'><p class='question'>{escape(answer.question)}</p>"
        f"{f'<p class=understood>您问的是：{escape(answer.asked_for)}</p>' if follows else ''}"
        f"<section aria-label='{_TITLE[answer.outcome]}' aria-live='polite'>"
        f"{f'<p class=understood role=status>{escape(answer.notice)}</p>' if answer.notice else ''}"
        f"{f'<p class=answer>{body}</p>' if body else ''}"
        f"{f'<p class=reason>{escape(answer.reason)}。</p>' if answer.reason else ''}"
        f"{f'<div class=cards>{cards}</div>' if cards else ''}{_related_html(answer)}"
        f"{'' if written else _left_out_html(answer)}"
        f"{f'<details><summary>查看依据</summary><ol>{steps}</ol></details>' if steps else ''}</section></article>"
    )


def _sentences_html(answer: Answer) -> str:
    """Return what a language model wrote: each sentence with its marks, or struck with the reason."""
    parts: list[str] = []
    for sentence in answer.sentences:
        if sentence.begins_line and parts:
            parts.append("<br>")
        if sentence.reason:
            parts.append(_struck_html(sentence))
        else:
            marks = "".join(_mark_html(number, answer.citations[number - 1]) for number in sentence.citations)
            parts.append(f"<span>{_emphasised(sentence.text, answer.key)}{marks}</span>")
    return "".join(parts) + ("<br>" if answer.missing else "")


def _struck_html(sentence: Sentence) -> str:
    return f"<del>{escape(sentence.text)}</del><span class='why'>（未采用：{escape(sentence.reason)}）</span>"


def _mark_html(number: int, citation: Citation) -> str:
    name = f"出处{number}：{source_line(citation)}"
    attributes = f"type='button' class='mark' aria-label='{escape(name)}' {_place(citation)}"
    return f"<sup><button {attributes}>{number}</button></sup>"


def _left_out_html(answer: Answer) -> str:
    """Return what a language model wrote in vain, for who wants to see it."""
    struck = "".join(f"<li>{_struck_html(sentence)}</li>" for sentence in answer.sentences)
    return f"<details><summary>语言模型撰写但未采用的内容</summary><ul>{struck}</ul></details>" if struck else ""


def _related_html(answer: Answer) -> str:
    """Return the clauses to read on in, or that come nearest where nothing answers, as links and not as citations."""
    if not answer.related:
        return ""
    name = "相关条款" if answer.citations else "最接近的条款（不是答案）"
    links = "".join(
        f"<li><button type='button' class='link' title='{escape(source_line(citation))}' {_place(citation)}>"
        f"{escape(clause_name(citation))}{f' {when}' if (when := stage_name(citation)) else ''}</button></li>"
        for citation in answer.related
    )
    return f"<div class='related'><p>{name}</p><ul>{links}</ul></div>"


def _place(citation: Citation) -> str:
    """Return the attributes that say which words of which document to open."""
    return f"data-document='{escape(citation.document.id)}' data-start='{citation.start}' data-end='{citation.end}'"


_SNIPPET = 40  # characters of a quotation that tell it from another of its clause


def _cards_html(citations: Sequence[Citation]) -> Iterator[str]:
    """Yield a card for each citation; those of one clause or one table begin with the words they quote."""
    clauses = [citation.clause.id for citation in citations]
    for number, citation in enumerate(citations, start=1):
        alike = clauses.count(citation.clause.id) > 1 or citation.document.row_at(citation.start) is not None
        yield _card_html(number, citation, _shortened(citation.quote) if alike else "")


def _shortened(words: str) -> str:
    return words if len(words) <= _SNIPPET else f"{words[:_SNIPPET]}……"


def _card_html(number: int, citation: Citation, words: str) -> str:
    when = stage_name(citation)
    return (
        f"<button type='button' class='card' {_place(citation)}>"
        f"<span class='number'>{number}</span><span><b>{escape(citation.clause.label)}</b>"
        f"{f' <span class=when>{escape(when)}</span>' if when else ''}"
        f"{f'<span class=cell>{escape(words)}</span>' if words else ''}"
        f"<span class='where'>{escape(source_line(citation))}</span></span></button>"
    )


def _emphasised(line: str, key: Sequence[str]) -> str:
    """Return an escaped line with the figures that answer in bold."""
    if not key:
        return escape(line)
    figures = re.compile("|".join(map(re.escape, sorted(key, key=len, reverse=True))))
    parts = []
    position = 0
    for match in figures.finditer(line):
        parts += [escape(line[position : match.start()]), f"<strong>{escape(match[0])}</strong>"]
        position = match.end()
    return f"{''.join(parts)}{escape(line[position:])}"


def _marked(line: str, start: int, end: int) -> str:
    start, end = max(0, start), min(len(line), end)
    if start >= end:
        return escape(line)
    return f"{escape(line[:start])}<mark>{escape(line[start:end])}</mark>{escape(line[end:])}"
