"""The tab 核对: a draft is pasted or chosen, checked sentence by sentence, and taken away with its marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import gradio as gr

from app.collation import collate
from app.drafts import Draft, make_draft, read_draft
from app.exports import draft_csv, draft_docx
from app.markup.draft import checked_html, draft_form_html, progress_html
from app.markup.parts import notice_html
from app.records import CheckedSentence
from app.web.service import DIRECT, QUEUED, WORD, Service, download, part, progressing, sent, uploaded
from ingest import PolicyFile, Source, WenceError, load

_PASTED = "粘贴的文稿"


class _Check(NamedTuple):
    """A draft and what checking it gave."""

    draft: Draft
    sentences: list[CheckedSentence]


def add_checking(service: Service, downloads: gr.HTML) -> gr.HTML:
    """Put the tab's components where the page is being built; return the one whose `open` asks for a source."""
    checking = _Checking(service)
    last = gr.State(None)
    form = part(draft_form_html(), "check", "uploads.js", "draft.js")
    result = part("", "checked", "checked.js")
    form.check(checking.check, None, [last, result], **QUEUED)
    result.export(checking.export, last, downloads, **DIRECT)
    return result


@dataclass(frozen=True, slots=True)
class _Checking:
    """What the events of the tab call."""

    service: Service

    def check(self, event: gr.EventData) -> Iterator[tuple[_Check | None, str]]:
        data = sent(event)
        try:
            draft = self._draft(str(data.get("text", "")), str(data.get("path", "")), str(data.get("name", "")))
            self.service.retriever.refresh()
            yield None, progress_html("正在核对", 0, 1)
            for progress in progressing(lambda tell: collate(self.service.retriever, draft.text, tell)):
                if isinstance(progress, tuple):
                    yield None, progress_html("正在核对", *progress)
                else:
                    yield _Check(draft, progress), checked_html(draft.name, draft.text, progress)
        except WenceError as error:
            yield None, notice_html(str(error))

    def _draft(self, text: str, path: str, name: str) -> Draft:
        if not path:
            return make_draft(_PASTED, text)
        limits = self.service.settings.limits
        return read_draft(Source(name, load(PolicyFile(uploaded(path)), limits).data), limits)

    def export(self, event: gr.EventData, last: _Check | None) -> dict[str, str] | None:
        if last is None:
            return None
        (draft, checked), today = last, date.today()
        if sent(event).get("form") == "csv":
            return download(f"文稿核对{today}.csv", "text/csv", draft_csv(checked))
        return download(f"文稿核对{today}.docx", WORD, draft_docx(draft.name, draft.text, checked, today))
