"""The HTTP interface: the same JSON as the command line, for programs on the same network."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Generator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.answering import MAX_HISTORY, MAX_QUESTION, QuestionError, answer_question, answers, check_question
from app.language_model import LanguageModel
from app.records import Answer
from app.reports import UnknownReportError, page_of, reports
from app.serialise import answer_json, document_json, evaluation_json, growing_json, record_json, search_json
from app.settings import Settings
from ingest import WenceError
from vectorstore import Filters, Retriever, UnknownDocumentError

Text = Annotated[str, Query(max_length=MAX_QUESTION * 10)]  # longer ones get our sentence up to a sane length
History = Annotated[list[str] | tuple[()], Query(max_length=MAX_HISTORY)]
Year = Annotated[int | None, Query(ge=1900, le=2999)]
Name = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=1000)]


def _filters(year: Year = None, document: Name = None, issuer: Name = None, region: Name = None) -> Filters:
    return Filters(year, document, issuer, region)


Chosen = Annotated[Filters, Depends(_filters)]


def _question(question: Text) -> str:
    return check_question(question)


Asked = Annotated[str, Depends(_question)]


def create_api(retriever: Retriever, model: LanguageModel | None = None, settings: Settings | None = None) -> FastAPI:
    """Return a server that answers `/api/ask`, `/api/ask/stream`, `/api/search`, `/api/documents` and `/api/reports`.

    Args:
        retriever: The index.
        model: What writes answers; without one, they are in the documents' own words.
        settings: Where the evaluation reports are kept; without them, none are shown.
    """
    api = FastAPI(title="问策 Wence", docs_url=None, redoc_url=None)

    @api.get("/api/ask")
    def ask(question: Asked, filters: Chosen, history: History = ()) -> dict[str, Any]:
        retriever.refresh()
        return answer_json(answer_question(retriever, question, filters, history, model))

    @api.get("/api/ask/stream", response_class=EventSourceResponse)
    async def ask_stream(question: Asked, filters: Chosen, history: History = ()) -> AsyncIterator[ServerSentEvent]:
        """Send each sentence once it is checked as `sentence`, then the whole answer, which counts, as `answer`."""
        growing = _growing(retriever, question, filters, history, model)
        shown = 0
        try:
            while (answer := await run_in_threadpool(next, growing, None)) is not None:
                for sentence in growing_json(answer, shown):
                    yield ServerSentEvent(event="sentence", data=sentence)
                shown = len(answer.sentences)
                whole = answer
            yield ServerSentEvent(event="answer", data=answer_json(whole))
        except WenceError as error:
            yield ServerSentEvent(event="error", data={"detail": str(error)})
        finally:
            growing.close()  # whoever went away waits for no more of it

    @api.get("/api/search")
    def search(query: Text, filters: Chosen, limit: Limit = 10) -> dict[str, Any]:
        retriever.refresh()
        started = time.perf_counter()
        hits = retriever.search(check_question(query), limit, filters)
        return search_json(query, hits, (time.perf_counter() - started) * 1000)

    @api.get("/api/documents")
    def documents() -> list[dict[str, Any]]:
        retriever.refresh()
        known = retriever.content.validities
        return [record_json(record, known.get(record.id)) for record in retriever.records]

    @api.get("/api/documents/{document_id}")
    def document(document_id: str) -> dict[str, Any]:
        return document_json(retriever.store.document(document_id), retriever.content.validities.get(document_id))

    if settings is not None:
        _show_reports(api, settings)
    _report_errors(api)
    return api


def _growing(
    retriever: Retriever, question: str, filters: Filters, history: History, model: LanguageModel | None
) -> Generator[Answer]:
    retriever.refresh()
    yield from answers(retriever, question, filters, history, model)


_REPORT_HEADERS = {
    "Content-Security-Policy": (
        "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    ),
    "X-Content-Type-Options": "nosniff",
}
"""What a report holds was written by others: its page may filter its rows and reach nothing else."""


def _show_reports(api: FastAPI, settings: Settings) -> None:
    @api.get("/api/reports")
    def listed() -> list[dict[str, Any]]:
        return [evaluation_json(report) for report in reports(settings)]

    @api.get("/api/reports/{name}", response_class=HTMLResponse)
    def shown(name: str) -> HTMLResponse:
        return HTMLResponse(page_of(settings, name), headers=_REPORT_HEADERS)


def _report_errors(api: FastAPI) -> None:
    """Let each error of ours become its sentence and the status that fits."""

    @api.exception_handler(QuestionError)
    def refuse_question(request: Request, error: QuestionError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=422)

    @api.exception_handler(UnknownDocumentError)
    @api.exception_handler(UnknownReportError)
    def refuse_unknown(request: Request, error: WenceError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=404)

    @api.exception_handler(WenceError)
    def report_failure(request: Request, error: WenceError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=503)
