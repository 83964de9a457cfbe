"""The chat page: which component stands where, and which function answers which event.

No answer is made here and nothing from outside becomes markup; Gradio's types stay in this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from app.answering import answers
from app.examples import example_questions
from app.language_model import LanguageModel
from app.markup import conversation_html, empty_source_html, notice_html, source_html
from app.records import Answer
from ingest import WenceError
from vectorstore import Retriever

_ASSETS = Path(__file__).parent / "assets"
_SYSTEM_FONTS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
_KEPT_TURNS = 30  # older questions leave the page; the text of a conversation stays small enough to send back

_AT_ONCE = 30  # questions answered at a time; with a language model most of them wait for it

Turns = list[Answer]


def mount_page(server: FastAPI, retriever: Retriever, model: LanguageModel | None = None) -> None:
    """Put the chat page at the root of a server; with a language model, that writes the answers."""
    gr.mount_gradio_app(
        server,
        _page(retriever, model),
        path="/",
        theme=gr.themes.Base(font=_SYSTEM_FONTS, font_mono=_SYSTEM_FONTS, primary_hue="blue"),
        css_paths=_ASSETS / "page.css",
        js="() => { document.documentElement.lang = 'zh-CN' }",
        footer_links=[],
        show_error=True,
        ssr_mode=False,
    )


def _page(retriever: Retriever, model: LanguageModel | None) -> gr.Blocks:
    page: gr.Blocks
    with gr.Blocks(title="问策", analytics_enabled=False, fill_width=True) as page:
        turns = gr.State([])
        gr.HTML(_introduction(retriever, model), elem_id="introduction")
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="ask"):
                notice = gr.HTML("", elem_id="notice")
                with gr.Row(elem_id="question-row"):
                    question = gr.Textbox(
                        placeholder="输入问题，按回车提问",
                        label="问题",
                        show_label=False,
                        lines=1,
                        max_lines=4,
                        autofocus=True,
                        scale=5,
                        elem_id="question",
                    )
                    submit = gr.Button("提问", variant="primary", scale=1, min_width=80)
                with gr.Row(elem_id="examples"):
                    examples = [gr.Button(text, size="sm") for text in example_questions(retriever)]
                conversation = gr.HTML("", elem_id="conversation", js_on_load=_script("conversation.js"))
            with gr.Column(elem_id="source-column"):
                source = gr.HTML(empty_source_html(), elem_id="source", js_on_load=_script("source.js"))

        def ask(text: str, asked: Turns) -> Iterator[tuple[Turns, str, str, str]]:
            # The list is the conversation's own: questions asked meanwhile put their answers into it, too.
            mine: Answer | None = None
            try:
                retriever.refresh()
                history = [turn.question for turn in reversed(asked)]
                for answer in answers(retriever, text, history=history, model=model):
                    asked[:] = [answer, *asked] if mine is None else [answer if t is mine else t for t in asked]
                    del asked[_KEPT_TURNS:]
                    mine = answer
                    yield asked, conversation_html(asked), "", ""
            except WenceError as error:
                yield asked, conversation_html(asked), text, notice_html(str(error))

        def open_source(event: gr.EventData) -> str:
            try:
                document = retriever.store.document(str(event.document))
            except WenceError as error:
                return notice_html(str(error))
            validity = retriever.content.validities.get(document.id)
            return source_html(document, int(event.start), int(event.end), validity)

        outputs = [turns, conversation, question, notice]
        triggers = [(question.submit, question), (submit.click, question), *((each.click, each) for each in examples)]
        for trigger, asked_in in triggers:
            trigger(
                ask,
                [asked_in, turns],
                outputs,
                api_visibility="private",
                show_progress="hidden",
                concurrency_limit=_AT_ONCE,
                trigger_mode="multiple",
            )
        conversation.click(open_source, None, source, api_visibility="private", show_progress="hidden")
    return page


def _introduction(retriever: Retriever, model: LanguageModel | None) -> str:
    count = len(retriever.records)
    known = f"已收录 {count} 份文件" if count else "还没有收录文件，请运行 wence ingest policies"
    written = "语言模型撰写回答，逐句与原文核对" if model else "得到逐字引用的原文和出处"
    return f"<h1>问策</h1><p>向政策文件提问，{written}。{known}。</p>"


def _script(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
