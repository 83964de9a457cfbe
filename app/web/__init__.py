"""The page: which part stands where, and which function answers which event.

No answer is made here and nothing from outside becomes markup; Gradio's types stay in this package.
"""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI

from app.admission import Admission
from app.language_model import LanguageModel
from app.markup.asking import introduction_html
from app.markup.evaluation import evaluation_html
from app.markup.parts import notice_html
from app.markup.source import empty_source_html, gone_source_html, source_html
from app.reports import reports
from app.settings import Settings
from app.web.asking import add_asking
from app.web.checking import add_checking
from app.web.index import ChinesePage
from app.web.library import add_library
from app.web.service import DIRECT, Service, part, script, sent
from ingest import WenceError
from vectorstore import Retriever, UnknownDocumentError

_SYSTEM_FONTS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
_KEPT_UPLOADS = (3600, 86_400)  # seconds: uploads are looked at so often, and kept so long


def mount_page(
    server: FastAPI, retriever: Retriever, model: LanguageModel | None = None, settings: Settings | None = None
) -> None:
    """Put the page at the root of a server.

    Args:
        server: The server.
        retriever: The index.
        model: What writes the answers; without one, they are in the documents' own words.
        settings: Where things are kept, and who administers.
    """
    settings = settings or Settings()
    admission = Admission(settings.admin_password) if settings.admin_password else None
    page = _page(Service(retriever, model, settings, admission))
    gr.mount_gradio_app(
        server,
        page,
        path="/",
        theme=gr.themes.Base(font=_SYSTEM_FONTS, font_mono=_SYSTEM_FONTS, primary_hue="blue"),
        footer_links=[],
        show_error=True,
        ssr_mode=False,
        max_file_size=f"{settings.limits.file_mb}mb",
    )
    page.has_launched = True  # only then does Gradio look whether the paths that a browser sends were uploaded
    server.add_middleware(ChinesePage)


def _page(service: Service) -> gr.Blocks:
    page: gr.Blocks
    with gr.Blocks(title="问策", analytics_enabled=False, fill_width=True, delete_cache=_KEPT_UPLOADS) as page:
        introduction = part(_introduction(service), "introduction")
        downloads = gr.HTML(None, html_template="", elem_id="downloads", js_on_load=script("downloads.js"))
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="work"), gr.Tabs(elem_id="tabs"):
                with gr.Tab("问答", elem_id="asking-tab") as asking_tab:
                    conversation = add_asking(page, asking_tab, service, downloads)
                with gr.Tab("核对", elem_id="checking-tab"):
                    checked = add_checking(service, downloads)
                with gr.Tab("文件", elem_id="library-tab") as library_tab:
                    listed = add_library(library_tab, service)
                with gr.Tab("评测", elem_id="evaluation-tab") as evaluation_tab:
                    evaluation = part(evaluation_html(reports(service.settings)), "evaluation", "reports.js")
            with gr.Column(elem_id="source-column"):
                source = part(empty_source_html(), "source", "source.js")

        def open_source(event: gr.EventData) -> str:
            data = sent(event)
            try:
                document = service.retriever.store.document(str(data.get("document", "")))
                start, end = int(data.get("start", 0)), int(data.get("end", 0))
            except UnknownDocumentError:
                return gone_source_html()
            except WenceError as error:
                return notice_html(str(error))
            except (TypeError, ValueError):
                return empty_source_html()
            return source_html(document, start, end, service.retriever.content.validities.get(document.id))

        for event in (page.load, asking_tab.select):
            event(lambda: _introduction(service), None, introduction, **DIRECT)
        for shown in (conversation, checked, listed):
            shown.open(open_source, None, source, **DIRECT)
        evaluation_tab.select(lambda: evaluation_html(reports(service.settings)), None, evaluation, **DIRECT)
    return page


def _introduction(service: Service) -> str:
    return introduction_html(len(service.retriever.records), service.model is not None)
