"""The tab 问答: a question is asked, its answer grows, and is copied, linked, judged, asked again or taken away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from threading import BoundedSemaphore
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
from app.web.service import DIRECT, QUEUED, WORD, Service, download, part, sent
from app.writing import WRITING
from ingest import WenceError
from vectorstore import Filters

_STOPPED = "已停止"
_FIRST_YEAR, _LAST_YEAR = 1949, 2060  # of clauses; the longest plans reach to the middle of the century

# Answers in the documents' words are nothing but work: more at a time than there are processors hinder each other.
_working = BoundedSemaphore(os.cpu_count() or 1)

Turns = list[Turn]
Shown = tuple[Turns, str, str]
"""The turns of the conversation, its HTML, and a notice."""

Rows = list[dict[str, Any]]
Kept = tuple[Turns, str, str, Rows]
"""The same, and what the browser keeps of it."""


def add_asking(page: gr.Blocks, tab: gr.Tab, service: Service, downloads: gr.HTML) -> gr.HTML:
    """Put the tab's components where the page is being built; return the one whose `open` asks for a source."""
    asking = _Asking(service)
    turns = gr.State([])
    # Only who uses the browser can read what it keeps; the secret that Gradio wants for it is none.
    kept = gr.BrowserState([], storage_key="wence-conversation", secret="wence")  # noqa: S106
    form = part(asking.form(), "ask", "asking.js")
    notice = part("", "notice", "notice.js")
    conversation = part("", "conversation", "conversation.js")
    shown = [turns, conversation, notice]
    if service.model:
        growing = QUEUED | {"trigger_mode": "multiple"}
        asked = [
            form.ask(asking.ask, turns, shown, **growing),
            conversation.retry(asking.ask_again, turns, shown, **growing),
        ]
        conversation.stop(asking.stop, turns, [*shown, kept], cancels=asked, **DIRECT)
        conversation.clear(asking.clear, turns, [*shown, kept], cancels=asked, **DIRECT)
    else:  # an answer does not grow, and comes by the shorter way
        asked = []
        form.ask(asking.answer, turns, [*shown, kept], **DIRECT)
        conversation.retry(asking.answer_again, turns, [*shown, kept], **DIRECT)
        conversation.clear(asking.clear, turns, [*shown, kept], **DIRECT)
    for event in (*asked, page.load(asking.open_page, [kept, turns], [*shown, form], **QUEUED)):
        event.then(kept_turns, turns, kept, **DIRECT)
    conversation.judge(asking.judge, turns, [turns, kept], **DIRECT)
    conversation.export(asking.export, turns, downloads, **DIRECT)
    tab.select(asking.form, None, form, **DIRECT)
    return conversation


@dataclass(frozen=True, slots=True)
class _Asking:
    """What the events of the tab call."""

    service: Service

    def ask(self, event: gr.EventData, turns: Turns) -> Iterator[Shown]:
        data = sent(event)
        yield from self._grown(str(data.get("question", "")), read_filters(data), turns)

    def ask_again(self, event: gr.EventData, turns: Turns) -> Iterator[Shown]:
        turn = _find(turns, event)
        if turn is not None:
            yield from self._grown(turn.answer.question, turn.filters, turns, turn)

    def answer(self, event: gr.EventData, turns: Turns) -> Kept:
        with _working:
            *_, whole = self.ask(event, turns)
        return *whole, kept_turns(turns)

    def answer_again(self, event: gr.EventData, turns: Turns) -> Kept:
        with _working:
            *_, whole = [(turns, conversation_html(turns), ""), *self.ask_again(event, turns)]
        return *whole, kept_turns(turns)

    def stop(self, event: gr.EventData, turns: Turns) -> Kept:
        turn = _find(turns, event)
        if turn is not None and turn.answer.notice == WRITING:
            turns[turns.index(turn)] = Turn(replace(turn.answer, notice=_STOPPED), turn.filters)
        return turns, conversation_html(turns), "", kept_turns(turns)

    def judge(self, event: gr.EventData, turns: Turns) -> tuple[Turns, Rows]:
        turn, data = _find(turns, event), sent(event)
        if turn is not None:
            opinion: Opinion = "helpful" if data.get("opinion") == "helpful" else "unhelpful"
            history = history_of(turns[turns.index(turn) + 1 :])
            reason = str(data.get("reason", ""))
            try:
                said = feedback_on(turn.answer, opinion, reason, history, self.service.retriever)
                keep_feedback(self.service.settings.data, said)
            except WenceError as error:
                gr.Warning(str(error))
            turns[turns.index(turn)] = replace(turn, opinion=opinion)
        return turns, kept_turns(turns)

    def clear(self, turns: Turns) -> Kept:
        turns.clear()  # an answer that is still growing finds itself no longer there, and ends
        return turns, "", "", []

    def export(self, event: gr.EventData, turns: Turns) -> dict[str, str]:
        said, today = [turn.answer for turn in reversed(turns)], date.today()
        if sent(event).get("form") == "docx":
            return download(f"问策问答记录{today}.docx", WORD, conversation_docx(said, today))
        return download(f"问策问答记录{today}.md", "text/markdown", conversation_markdown(said, today).encode())

    def open_page(self, rows: Any, turns: Turns, request: gr.Request) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Bring back the conversation that the browser kept, and ask what the address names.

        Whoever is quick has asked something by then: it stays, above what comes back.
        """
        retriever = self.service.retriever
        retriever.refresh()
        link = read_link(dict(request.query_params))
        if not rows and link is None:
            yield gr.skip(), gr.skip(), gr.skip(), self.form()
            return
        before = restored_turns(rows, retriever)
        turns.extend(before)
        gone = len(rows) - len(before) if isinstance(rows, list) else 0
        notice = f"以前的 {gone} 个回答所引的文件已有变动，不再显示。请重新提问。" if gone > 0 else ""
        yield turns, conversation_html(turns), notice_html(notice), self.form()
        if link and (not turns or (turns[0].answer.asked_for, turns[0].filters) != link):
            for shown in self._grown(*link, turns, alone=True):
                yield *shown, gr.skip()
        else:
            yield turns, conversation_html(turns), gr.skip(), gr.skip()

    def form(self) -> str:
        return _form(self.service, self.service.retriever.content.mark)

    def _grown(
        self, question: str, filters: Filters, turns: Turns, again: Turn | None = None, alone: bool = False
    ) -> Iterator[Shown]:
        """Yield the conversation as an answer in it grows.

        The list is the conversation's own: questions asked meanwhile put their answers into it, too. An answer that
        was stopped, or cleared away, is no longer in it.

        Args:
            question: As it was asked.
            filters: Which passages may answer.
            turns: The conversation, newest first; changed.
            again: The turn whose answer is to be replaced; None for a new one.
            alone: Whether the question stands by itself, whatever was asked before.
        """
        retriever = self.service.retriever
        try:
            retriever.refresh()
            before = turns[turns.index(again) + 1 :] if again else turns
            history = [] if alone else history_of(before)
            turn = again
            for answer in answers(retriever, question, filters, history, self.service.model):
                if turn is not None and turn not in turns:
                    return
                grown = replace(turn, answer=answer, opinion=None) if turn else Turn(answer, filters)
                turns[:] = [grown if other is turn else other for other in turns] if turn else [grown, *turns]
                del turns[MAX_TURNS:]
                turn = grown
                yield turns, conversation_html(turns), ""
        except WenceError as error:
            yield turns, conversation_html(turns), notice_html(str(error))


def _find(turns: Turns, event: gr.EventData) -> Turn | None:
    return next((turn for turn in turns if turn.id == sent(event).get("turn")), None)


@lru_cache(1)
def _form(service: Service, mark: str | None) -> str:
    """Return the form for what is indexed; its examples are asked once for each state of the index."""
    retriever = service.retriever
    years = retriever.content.lexical.years(_FIRST_YEAR, _LAST_YEAR)
    return form_html(retriever.records, years[::-1], example_questions(retriever))
