"""Questions with their answers → the conversation, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from app.citations import OUTCOME_NAMES, clause_name, related_name, source_line, stage_name
from app.exports import answer_as_text
from app.markup.parts import emphasised, place, shortened
from app.records import Answer, Citation, Sentence
from app.turns import Turn, link_to
from app.writing import WRITING

# Drawn, since not every machine has the characters 👍 and 👎; the second is the first turned round.
_THUMB = (
    "<svg viewBox='0 0 24 24' width='18' height='18' aria-hidden='true' fill='none' stroke='currentColor' "
    "stroke-width='1.8' stroke-linejoin='round'><path d='M7 10.5 11 3c1.6 0 2.6 1.2 2.4 2.8L13 9h5.2c1.4 0 2.3 1.3 "
    "1.9 2.6l-2 6.8c-.3 1-1.1 1.6-2.1 1.6H7zM3 10.5h4V20H3z'/></svg>"
)
_REASONS = ("内容不准确", "回答不完整", "不是我问的", "出处不对", "应当有答案")


def conversation_html(turns: Sequence[Turn]) -> str:
    """Return the questions asked so far with their answers, and what can be done with all of them."""
    if not turns:
        return ""
    tools = (
        "<div class='tools' data-ours role='group' aria-label='对话操作'>"
        "<button type='button' data-do='export' data-form='md'>导出 Markdown</button>"
        "<button type='button' data-do='export' data-form='docx'>导出 Word</button>"
        "<button type='button' data-do='clear'>新对话</button></div>"
    )
    return tools + "".join(map(_turn_html, turns))


def _turn_html(turn: Turn) -> str:
    answer = turn.answer
    written = bool(answer.sentences) and not answer.withheld
    body = _sentences_html(answer) if written else ""
    lines = answer.missing if written else answer.text.split("\n")
    body += "<br>".join(_line_html(line, answer, written) for line in filter(None, lines))
    grows = answer.notice == WRITING
    follows = answer.asked_for not in ("", answer.question)
    cards = "".join(_cards_html(answer.citations))
    return (
        f"<article class='turn {answer.outcome}' data-ours data-turn='{turn.id}' "
        f"aria-label='{escape(answer.question)}'><h2 class='question'>{escape(answer.question)}</h2>"
        f"{f'<p class=understood>您问的是：{escape(answer.asked_for)}</p>' if follows else ''}"
        f"{_filters_html(turn)}<section aria-label='{OUTCOME_NAMES[answer.outcome]}' aria-live='polite'>"
        f"{f'<p class=understood role=status>{escape(answer.notice)}</p>' if answer.notice else ''}"
        f"{'' if answer.citations or grows else f'<p class=outcome>{OUTCOME_NAMES[answer.outcome]}</p>'}"
        f"{f'<p class=answer>{body}</p>' if body else ''}"
        f"{f'<p class=reason>{escape(answer.reason)}。</p>' if answer.reason else ''}"
        f"{f'<div class=cards>{cards}</div>' if cards else ''}{'' if grows else _related_html(answer)}"
        f"{'' if written else _left_out_html(answer)}</section>{_actions_html(turn)}</article>"
    )


def _filters_html(turn: Turn) -> str:
    chosen = turn.filters
    year = f"{chosen.year}年" if chosen.year else None
    known = [part for part in (year, chosen.document, chosen.issuer, chosen.region) if part]
    return f"<p class='understood'>只查：{escape('，'.join(known))}</p>" if known else ""


def _line_html(line: str, answer: Answer, written: bool) -> str:
    """Return a line of an answer with the numbers of the quotations that it is made of."""
    if written:
        return emphasised(line, answer.key)
    ends = {}
    for number, citation in enumerate(answer.citations, start=1):
        at = line.find(citation.quote)
        if at >= 0:
            ends[number] = at + len(citation.quote)
    if not ends:  # a part of a longer quotation
        said = line.rpartition("：")[2]
        whole = (n for n, citation in enumerate(answer.citations, start=1) if said and said in citation.quote)
        ends = {number: len(line) for number in list(whole)[:1]}
    parts = []
    position = 0
    for number, end in sorted(ends.items(), key=lambda item: item[1]):
        parts.append(emphasised(line[position:end], answer.key) + _mark_html(number, answer.citations[number - 1]))
        position = max(position, end)
    return "".join(parts) + emphasised(line[position:], answer.key)


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
            parts.append(f"<span>{emphasised(sentence.text, answer.key)}{marks}</span>")
    return "".join(parts) + ("<br>" if answer.missing else "")


def _struck_html(sentence: Sentence) -> str:
    return f"<del>{escape(sentence.text)}</del><span class='why'>（未采用：{escape(sentence.reason)}）</span>"


def _mark_html(number: int, citation: Citation) -> str:
    name = f"出处{number}：{source_line(citation)}"
    attributes = f"type='button' class='mark' aria-label='{escape(name)}' {place(citation)}"
    return f"<sup><button {attributes}>{number}</button></sup>"


def _left_out_html(answer: Answer) -> str:
    """Return what a language model wrote in vain, for who wants to see it."""
    struck = "".join(f"<li>{_struck_html(sentence)}</li>" for sentence in answer.sentences)
    return f"<details><summary>语言模型撰写但未采用的内容</summary><ul>{struck}</ul></details>" if struck else ""


def _related_html(answer: Answer) -> str:
    """Return the clauses to read on in, or that come nearest where nothing answers, as links and not as citations."""
    if not answer.related:
        return ""
    links = "".join(
        f"<li><button type='button' class='link' title='{escape(source_line(citation))}' {place(citation)}>"
        f"{escape(clause_name(citation))}{f' {when}' if (when := stage_name(citation)) else ''}</button>"
        f"{_elsewhere_html(citation, answer)}</li>"
        for citation in answer.related
    )
    return f"<div class='related'><p>{related_name(answer)}</p><ul>{links}</ul></div>"


def _elsewhere_html(citation: Citation, answer: Answer) -> str:
    """Return the document of a related clause, unless it is the one that the answer quotes."""
    if any(cited.document.id == citation.document.id for cited in answer.citations):
        return ""
    return f"<span class='where'>《{escape(shortened(citation.document.title))}》</span>"


def _cards_html(citations: Sequence[Citation]) -> Iterator[str]:
    """Yield a card for each citation; those of one clause or one table begin with the words they quote."""
    clauses = [citation.clause.id for citation in citations]
    for number, citation in enumerate(citations, start=1):
        alike = clauses.count(citation.clause.id) > 1 or citation.document.row_at(citation.start) is not None
        yield _card_html(number, citation, shortened(citation.quote) if alike else "")


def _card_html(number: int, citation: Citation, words: str) -> str:
    when = stage_name(citation)
    return (
        f"<button type='button' class='card' {place(citation)}>"
        f"<span class='number'>{number}</span><span><b>{escape(citation.clause.label)}</b>"
        f"{f' <span class=when>{escape(when)}</span>' if when else ''}"
        f"{f'<span class=cell>{escape(words)}</span>' if words else ''}"
        f"<span class='where'>{escape(source_line(citation))}</span></span></button>"
    )


def _actions_html(turn: Turn) -> str:
    """Return what can be done with an answer: stop it while it grows; else copy, link, ask again, judge it, see why."""
    if turn.answer.notice == WRITING:
        return "<div class='actions'><button type='button' data-do='stop'>停止</button></div>"
    steps = "".join(f"<li><b>{escape(step.name)}</b>　{escape(step.detail)}</li>" for step in turn.answer.steps)
    return (
        "<div class='actions' role='group' aria-label='对这个回答的操作'>"
        f"<button type='button' data-copy='{escape(answer_as_text(turn.answer))}'>复制</button>"
        f"<button type='button' data-link='{escape(link_to(turn))}'>复制链接</button>"
        "<button type='button' data-do='retry'>重新回答</button>"
        f"{_opinion_html(turn)}<span class='done' role='status'></span></div>"
        f"{f'<details><summary>查看依据</summary><ol>{steps}</ol></details>' if steps else ''}"
    )


def _opinion_html(turn: Turn) -> str:
    """Return the thumbs, and what asks for a reason once one was pressed."""
    thumbs = "".join(
        f"<button type='button' class='thumb' data-opinion='{opinion}' aria-label='{name}' title='{name}' "
        f"aria-pressed='{'true' if turn.opinion == opinion else 'false'}'>{_THUMB}</button>"
        for opinion, name in (("helpful", "有用"), ("unhelpful", "没有用"))
    )
    chips = "".join(f"<button type='button' data-reason='{reason}'>{reason}</button>" for reason in _REASONS)
    return (
        f"{thumbs}<form class='opinion' hidden><p class='thanks' role='status'>谢谢，已记下。可以补充原因：</p>"
        f"<div class='chips'>{chips}</div>"
        "<label>原因<textarea rows='2' maxlength='1000' placeholder='哪里不对，应当怎样'></textarea></label>"
        "<button type='submit'>提交</button></form>"
    )
