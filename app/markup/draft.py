"""A checked draft → the whole of it with its marks, a count, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.citations import VERDICT_NAMES, source_line, verdicts_line
from app.marking import Run, marked_sentence
from app.markup.parts import place
from app.records import CheckedSentence

_TAGS = {"differs": "ins", "absent": "ins", "source": "span"}


def draft_form_html() -> str:
    """Return the form in which a draft is pasted or chosen."""
    return (
        "<form id='draft' data-ours><label for='draft-text'>文稿</label>"
        "<textarea id='draft-text' name='text' rows='8' placeholder='粘贴要核对的文稿，或选择文件'></textarea>"
        "<div class='row'><label class='file'>选择文件"
        "<input type='file' name='file' accept='.txt,.md,.docx,.doc,.wps,.rtf,.pdf,.html,.htm,.xlsx,.xls,.csv'></label>"
        "<span class='name' role='status'></span><button type='submit' class='primary'>核对</button></div>"
        "<p class='hint'>逐句与已收录的文件比较。只有标点、全半角不同，不算出入。文稿不会被保存。</p>"
        "<p class='busy' role='status'></p></form>"
    )


def checked_html(name: str, text: str, checked: Sequence[CheckedSentence]) -> str:
    """Return a draft with the verdict on each sentence.

    Args:
        name: What it is called.
        text: All of it.
        checked: Its sentences, in order.
    """
    parts = []
    position = 0
    for sentence in checked:
        parts += [escape(text[position : sentence.start]), _sentence_html(sentence)]
        position = sentence.end
    parts.append(escape(text[position:]))
    paragraphs = "".join(f"<p>{line}</p>" for line in "".join(parts).split("\n") if line.strip())
    counts = {verdict: sum(each.verdict == verdict for each in checked) for verdict in VERDICT_NAMES}
    chips = "".join(
        f"<button type='button' data-verdict='{verdict}' aria-pressed='false' class='{verdict}'>"
        f"{name_} <b>{counts[verdict]}</b></button>"
        for verdict, name_ in VERDICT_NAMES.items()
    )
    return (
        f"<section class='checked' data-ours aria-label='核对结果'><h2>核对结果</h2>"
        f"<p class='about' role='status'>{escape(name)}：{verdicts_line(checked)}</p>"
        f"<div class='tools' role='group' aria-label='只看'>{chips}</div>"
        "<div class='tools' role='group' aria-label='导出'>"
        "<button type='button' data-do='export' data-form='docx'>导出 Word</button>"
        "<button type='button' data-do='export' data-form='csv'>导出 CSV</button></div>"
        f"<div class='sentences'>{paragraphs}</div></section>"
    )


def progress_html(what: str, done: int, total: int) -> str:
    """Return how much of some work is done."""
    return (
        f"<div class='progress' role='status'><label>{escape(what)}：{done}/{total}"
        f"<progress max='{total}' value='{done}'></progress></label></div>"
    )


def _sentence_html(sentence: CheckedSentence) -> str:
    """Return a sentence with what was found of its words; whatever breaks its lines stays outside of tags."""
    name = VERDICT_NAMES[sentence.verdict]
    words = "".join(map(_run_html, marked_sentence(sentence)))
    if sentence.source is None:
        return f"<span class='sentence {sentence.verdict}'>{words}</span>"
    title = f"{name}：{source_line(sentence.source)}"
    return (
        f"<a href='#source' class='sentence {sentence.verdict}' title='{escape(title)}' {place(sentence.source)}>"
        f"{words}<span class='unseen'>（{name}，查看原文）</span></a>"
    )


def _run_html(run: Run) -> str:
    tag = _TAGS.get(run.mark)
    return f"<{tag} class='{run.mark}'>{escape(run.text)}</{tag}>" if tag else escape(run.text)
