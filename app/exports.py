"""Conversations and checked drafts → what people take away: Markdown, Word, a table for Excel, plain text.

What Markdown and Word hold is put together once, as paragraphs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.citations import (
    OUTCOME_NAMES,
    VERDICT_NAMES,
    clause_name,
    related_name,
    source_line,
    stage_name,
    verdicts_line,
)
from app.marking import Run, difference_line, marked_sentence
from app.records import Answer, CheckedSentence, Citation
from app.terminal import answer_text
from app.word import Kind, Paragraph, printable, word_file

_TITLE = "问策问答记录"
_CHECK_TITLE = "文稿核对结果"
_VERBATIM = "「」中的文字逐字引自所注明的文件。"
_LINE_END = re.compile(r"[\r\n]+")


def answer_as_text(answer: Answer) -> str:
    """Return an answer with its sources as plain text, to be pasted elsewhere; nothing in it failed the check."""
    return answer_text(replace(answer, sentences=(), related=()))


def conversation_markdown(turns: Sequence[Answer], on: date) -> str:
    """Return a conversation as Markdown.

    Args:
        turns: The answers, oldest first.
        on: The day it is taken away.
    """
    return "\n\n".join(_markdown(paragraph) for paragraph in _conversation(turns, on)) + "\n"


def conversation_docx(turns: Sequence[Answer], on: date) -> bytes:
    """Return a conversation as a Word file.

    Args:
        turns: The answers, oldest first.
        on: The day it is taken away.
    """
    return word_file(_TITLE, _conversation(turns, on))


def draft_csv(checked: Sequence[CheckedSentence]) -> bytes:
    """Return what checking a draft gave as a table that Excel opens: UTF-8 with a byte order mark."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(("序号", "句子", "结论", "差异", "出处", "原文"))
    for number, each in enumerate(checked, start=1):
        cells = (
            each.sentence,
            VERDICT_NAMES[each.verdict],
            "；".join(map(difference_line, each.differences)),
            _source(each.source) if each.source else "",
            each.source.quote if each.source else "",
        )
        rows.writerow((number, *map(_harmless, cells)))
    return table.getvalue().encode("utf-8-sig", "replace")


def draft_docx(name: str, draft: str, checked: Sequence[CheckedSentence], on: date) -> bytes:
    """Return a draft as a Word file in which every sentence shows what checking it gave.

    Args:
        name: The draft's, as its file is called.
        draft: Its whole text.
        checked: Its sentences, in order.
        on: The day it is taken away.
    """
    return word_file(f"{_CHECK_TITLE}：{name}", _checked_draft(name, draft, checked, on))


def _conversation(turns: Sequence[Answer], on: date) -> Iterator[Paragraph]:
    yield _plain("title", _TITLE)
    yield _plain("note", f"导出日期：{on.isoformat()}。{_VERBATIM}")
    for number, answer in enumerate(turns, start=1):
        yield _plain("heading", f"问题 {number}：{answer.question}")
        yield from _answered(answer)


def _answered(answer: Answer) -> Iterator[Paragraph]:
    if answer.asked_for not in ("", answer.question):
        yield _plain("note", f"您问的是：{answer.asked_for}")
    if answer.outcome != "answered":
        yield _plain("subheading", OUTCOME_NAMES[answer.outcome])
    for line in filter(str.strip, _LINE_END.split(_marked_text(answer))):
        yield _plain("text", line)
    if answer.reason:
        yield _plain("text", f"{answer.reason}。")
    if made := _how_it_was_made(answer):
        yield _plain("note", made)
    if answer.citations:
        yield _plain("subheading", "出处")
    for number, citation in enumerate(answer.citations, start=1):
        yield from _cited(f"【{number}】{_source(citation)}", citation)
    if answer.related:
        yield _plain("subheading", related_name(answer))
    for citation in answer.related:
        yield _plain("item", f"{clause_name(citation)}  《{citation.document.title}》")


def _how_it_was_made(answer: Answer) -> str:
    struck = sum(bool(sentence.reason) for sentence in answer.sentences)
    parts = [answer.notice]
    if answer.sentences and not answer.withheld:
        parts.append(f"由语言模型（{answer.model}）撰写，逐句与原文核对")
    if struck:
        parts.append(f"语言模型撰写的内容有 {struck} 句未通过核对，未列入")
    return "".join(f"{part}。" for part in parts if part)


def _marked_text(answer: Answer) -> str:
    """Return the text of an answer with 【1】 behind what its first citation supports, as a written answer has it."""
    if answer.sentences and not answer.withheld:
        return answer.text
    found = ((answer.text.find(citation.quote), citation.quote) for citation in answer.citations)
    ends = [(start + len(quote), number) for number, (start, quote) in enumerate(found, start=1) if start >= 0]
    text = answer.text
    for end, number in sorted(ends, reverse=True):
        text = f"{text[:end]}【{number}】{text[end:]}"
    return text


def _cited(where: str, citation: Citation) -> Iterator[Paragraph]:
    yield _plain("source", where)
    for line in filter(str.strip, _LINE_END.split(f"「{citation.quote}」")):
        yield _plain("quote", line)


def _source(citation: Citation) -> str:
    when = stage_name(citation)
    return f"{source_line(citation)}{f'，{when}' if when else ''}"


def _plain(kind: Kind, text: str) -> Paragraph:
    """Return a paragraph of words as they stand, on one line."""
    return Paragraph(kind, (Run(_LINE_END.sub(" ", text).strip()),))


_PREFIXES: dict[Kind, str] = {"title": "# ", "heading": "## ", "subheading": "### ", "quote": "> ", "item": "- "}
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>|~&#$^]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BEGINS_BLOCK = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])")


def _markdown(paragraph: Paragraph) -> str:
    escaped = _MARKDOWN.sub(r"\\\g<0>", printable(paragraph.text))
    words = _BEGINS_BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)
    return f"{_PREFIXES.get(paragraph.kind, '')}{words}"


# A spreadsheet takes a cell that begins so for a formula; Chinese and Japanese editions take the wide forms, too.
_BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def _harmless(cell: str) -> str:
    """Return the words of a cell as words: never a formula, whoever wrote them."""
    words = printable(cell)
    return f"'{words}" if words.lstrip(" ").startswith(_BEGINS_FORMULA) else words


def _checked_draft(name: str, draft: str, checked: Sequence[CheckedSentence], on: date) -> Iterator[Paragraph]:
    noted = [each for each in checked if each.verdict != "exact" and each.source]
    yield _plain("title", _CHECK_TITLE)
    yield _plain("text", f"文稿：{name}")
    yield _plain("text", verdicts_line(checked))
    yield _plain("note", f"导出日期：{on.isoformat()}。{_VERBATIM}")
    yield Paragraph("note", _LEGEND)
    yield _plain("heading", "文稿")
    yield from _lines(_marked_draft(draft, checked, noted))
    if noted:
        yield _plain("heading", "出处")
    for number, each in enumerate(noted, start=1):
        if each.source:
            near = "" if each.verdict == "differs" else "，最接近的原文"
            yield from _cited(f"[{number}] {VERDICT_NAMES[each.verdict]}{near}：{_source(each.source)}", each.source)


_LEGEND = (
    Run("标注："),
    Run("与原文不同的词语", "differs"),
    Run("、"),
    Run("原文没有的词语", "absent"),
    Run("、"),
    Run("（原文的词语）", "source"),
    Run("、"),
    Run("未见出处的句子", "not_found"),
    Run("。无标注的句子与原文逐字一致。"),
)


def _marked_draft(draft: str, checked: Sequence[CheckedSentence], noted: Sequence[CheckedSentence]) -> Iterator[Run]:
    """Yield all of a draft with what was found of its sentences."""
    position = 0
    numbers = {each.start: number for number, each in enumerate(noted, start=1)}
    for each in checked:
        yield Run(draft[position : each.start])
        yield from marked_sentence(each)
        if each.start in numbers:
            yield Run(f"[{numbers[each.start]}]", "number")
        position = each.end
    yield Run(draft[position:])


def _lines(runs: Iterable[Run]) -> Iterator[Paragraph]:
    """Yield a paragraph for each line that some runs make together, but for those without words."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = _LINE_END.split(run.text)
        lines[-1].append(Run(first, run.mark))
        lines += [[Run(words, run.mark)] for words in others]
    return (Paragraph("text", tuple(line)) for line in lines if any(run.text.strip() for run in line))
