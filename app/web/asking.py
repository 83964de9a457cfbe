"""The tab 问答: a question is asked, its answer grows, and is copied, linked, judged, asked again or taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import gradio as gr

from app.answering import answers
from app.examples import example_questions
from app.exports import conversation_docx, conversation_markdown
from app.feedback import Opinion, feedback_on, keep_feedback
from app.markup.asking import form_html
from app.markup.conversation import conversation_html
from app.markup.parts import notice_html
from app.turns import MAX_TURNS, Turn, history_of, kept_turns, read_filters, read_link, restored_turns
from app.web.service import AT_ONCE, Service, download, script, sent
from app.writing import WRITING
from ingest import WenceError
from vectorstore import Filters

_STOPPED = "已停止"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Turns = list[Turn]
Shown = tuple[Turns, str, str]
"""The conversation's turns, its HTML, and a notice."""


def add_asking(page: gr.Blocks, service: Service, source: gr.HTML, downloads: gr.HTML) -> None:
    """Put the tab's components where the page is being built, and let events be answered."""
    turns = gr.State([])
    # Only who uses the browser can read what it keeps; the secret that Gradio wants for it is none.
    kept = gr.BrowserState([], storage_key="wence-conversation", secret="wence")  # noqa: S106
    form = gr.HTML(_form(service), elem_id="ask", js_on_load=script("asking.js"))
    notice = gr.HTML("", elem_id="notice")
    conversation = gr.HTML("", elem_id="conversation", js_on_load=script("conversation.js"))

    def ask(event: gr.EventData, turns: Turns) -> Iterator[Shown]:
        data = sent(event)
        yield from _asked(service, str(data.get("question", "")), read_filters(data), turns)

    def ask_again(event: gr.EventData, turns: Turns) -> Iterator[Shown]:
        turn = _find(turns, event)
        if turn is not None:
            yield from _asked(service, turn.answer.question, turn.filters, turns, turn)

    def stop(event: gr.EventData, turns: Turns) -> tuple[Turns, str]:
        turn = _find(turns, event)
        if turn is not None and turn.answer.notice == WRITING:
            turns[turns.index(turn)] = Turn(replace(turn.answer, notice=_STOPPED), turn.filters)
        return turns, conversation_html(turns)

    def judge(event: gr.EventData, turns: Turns) -> None:
        turn, data = _find(turns, event), sent(event)
        opinion: Opinion = "helpful" if data.get("opinion") == "helpful" else "unhelpful"
        if turn is None:
            return
        history = history_of(turns[turns.index(turn) + 1 :])
        said = feedback_on(turn.answer, opinion, str(data.get("reason", "")), history, service.retriever)
        keep_feedback(service.settings.data, said)
        turns[turns.index(turn)] = replace(turn, opinion=opinion)

    def clear() -> Shown:
        return [], "", ""

    def export(event: gr.EventData, turns: Turns) -> dict[str, str]:
        said, today = [turn.answer for turn in reversed(turns)], date.today()
        if sent(event).get("form") == "docx":
            return download(f"问策问答记录{today}.docx", _WORD, conversation_docx(said, today))
        return download(f"问策问答记录{today}.md", "text/markdown", conversation_markdown(said, today).encode())

    def open_page(rows: Any, request: gr.Request) -> Iterator[tuple[Turns, str, str, Any]]:
        service.retriever.refresh()
        turns = restored_turns(rows, service.retriever)
        yield turns, conversation_html(turns), "", _form(service)
        link = read_link(dict(request.query_params))
        if link and (not turns or (turns[0].answer.asked_for, turns[0].filters) != link):
            for shown in _asked(service, *link, turns):
                yield *shown, gr.skip()

    shown = [turns, conversation, notice]
    settled = []
    for trigger, function in ((form.ask, ask), (conversation.retry, ask_again)):
        settled.append(
            trigger(
                function,
                turns,
                shown,
                api_visibility="private",
                show_progress="hidden",
                concurrency_limit=AT_ONCE,
                trigger_mode="multiple",
            )
        )
    opened = page.load(open_page, kept, [*shown, form], api_visibility="private", show_progress="hidden")
    at_once = {"queue": False, "api_visibility": "private", "show_progress": "hidden"}
    settled.append(conversation.stop(stop, turns, [turns, conversation], cancels=settled, **at_once))
    settled.append(conversation.judge(judge, turns, None, **at_once))
    settled.append(conversation.clear(clear, None, shown, **at_once))
    conversation.export(export, turns, downloads, **at_once)
    for event in (*settled, opened):
        event.then(kept_turns, turns, kept, **at_once)


def _asked(
    service: Service, question: str, filters: Filters, turns: Turns, again: Turn | None = None
) -> Iterator[Shown]:
    """Yield the conversation as an answer in it grows.

    The list is the conversation's own: questions asked meanwhile put their answers into it, too. An answer that was
    stopped, or cleared away, is no longer in it.

    Args:
        service: What answers.
        question: As it was asked.
        filters: Which passages may answer.
        turns: The conversation, newest first; changed.
        again: The turn whose answer is to be replaced; None for a new one.
    """
    try:
        service.retriever.refresh()
        before = turns[turns.index(again) + 1 :] if again else turns
        turn: Turn | None = None
        for answer in answers(service.retriever, question, filters, history_of(before), service.model):
            last = turn or again
            if last is not None and last not in turns:
                return
            turn = Turn(answer, filters) if turn is None else replace(turn, answer=answer)
            turns[:] = [turn if other is last else other for other in turns] if last else [turn, *turns]
            del turns[MAX_TURNS:]
            yield turns, conversation_html(turns), ""
    except WenceError as error:
        yield turns, conversation_html(turns), notice_html(str(error))


def _find(turns: Turns, event: gr.EventData) -> Turn | None:
    return next((turn for turn in turns if turn.id == sent(event).get("turn")), None)


def _form(service: Service) -> str:
    return _form_of(service, service.retriever.content.mark)


@lru_cache(1)
def _form_of(service: Service, mark: str | None) -> str:
    """Return the form for what is indexed; the examples are asked once for each state of the index."""
    retriever = service.retriever
    return form_html(retriever.records, retriever.content.years, example_questions(retriever))
