"""The tab 文件: what is indexed; for administrators, files are added, replaced, corrected, read again and removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.administration import add, correct, keep_upload, preview, reindex, remove, replace
from app.markup.draft import progress_html
from app.markup.library import (
    edit_html,
    library_html,
    locked_html,
    previews_html,
    reports_html,
    synonyms_html,
    tools_html,
)
from app.markup.parts import done_html, notice_html
from app.synonyms_preview import phrase_changes, question_change
from app.web.service import DIRECT, QUEUED, Service, UploadPathError, part, progressing, sent, uploaded
from ingest import Document, WenceError
from vectorstore import FileReport, find_record
from vectorstore.corrections import CORRECTABLE
from vectorstore.synonyms import SYNONYMS, parse_synonyms, read_synonyms, save_synonyms

_MOST_FILES = 50  # a page that shows the outlines of more helps nobody; `wence ingest` takes any number


class NotAdmittedError(WenceError):
    """Somebody asks for what only administrators may do."""


def add_library(tab: gr.Tab, service: Service) -> gr.HTML:
    """Put the tab's components where the page is being built; return the one whose `open` asks for a source."""
    library = _Library(service)
    admitted, wanted = gr.State(False), gr.State("")
    scripts = ("uploads.js", "files.js")
    tools = part(library.locked(), "administration", *scripts)
    bench = part("", "bench", *scripts)
    listed = part(library.listed(False), "library", *scripts)
    for shown in (tools, bench, listed):
        shown.act(library.act, [admitted, wanted], [bench, listed], **DIRECT)
        shown.work(library.work, [admitted, wanted], [bench, listed], **QUEUED)
    listed.find(library.find, admitted, [wanted, listed], **DIRECT)
    tools.login(library.login, None, [admitted, tools, bench, listed], **DIRECT)
    tools.logout(library.logout, None, [admitted, tools, bench, listed], **DIRECT)
    tab.select(library.listed, [admitted, wanted], listed, **DIRECT)
    return listed


Shown = tuple[str, str]
"""The bench, and the list of documents."""

Sent = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Library:
    """What the events of the tab call. A browser may call any of them: each looks who calls."""

    service: Service

    def locked(self) -> str:
        return locked_html(self.service.admission is not None)

    def listed(self, admitted: bool, wanted: str = "") -> str:
        retriever = self.service.retriever
        retriever.refresh()
        return library_html(retriever.records, retriever.content.validities, admitted, wanted)

    def find(self, event: gr.EventData, admitted: bool) -> tuple[str, str]:
        wanted = str(sent(event).get("wanted", ""))
        return wanted, self.listed(admitted, wanted)

    def login(self, event: gr.EventData) -> tuple[bool, str, str, str]:
        try:
            if self.service.admission is None:
                raise NotAdmittedError("没有设置管理密码，此页只供查看。")
            self.service.admission.check(str(sent(event).get("password", "")))
        except WenceError as error:
            return False, self.locked(), notice_html(str(error)), self.listed(False)
        return True, tools_html(SYNONYMS.read_text(encoding="utf-8")), "", self.listed(True)

    def logout(self) -> tuple[bool, str, str, str]:
        return False, self.locked(), "", self.listed(False)

    def act(self, event: gr.EventData, admitted: bool, wanted: str) -> Shown:
        """Do what is done at once."""
        actions = {
            "edit": self._edit,
            "correct": self._correct,
            "remove": self._remove,
            "preview": self._preview_synonyms,
            "save": self._save_synonyms,
            "dismiss": lambda data: "",
        }
        try:
            bench = self._admit(actions, event, admitted)(sent(event))
        except WenceError as error:
            bench = notice_html(str(error))
        return bench, self.listed(admitted, wanted)

    def work(self, event: gr.EventData, admitted: bool, wanted: str) -> Iterator[Shown]:
        """Do what takes its time, and tell how far it is."""
        listed = self.listed(admitted, wanted)
        try:
            works = {"look": self._look, "add": self._add, "reindex": self._reindex}
            for bench in self._admit(works, event, admitted)(sent(event)):
                yield bench, listed
        except WenceError as error:
            bench = notice_html(str(error))
        yield bench, self.listed(admitted, wanted)

    def _admit(self, actions: Mapping[str, Action], event: gr.EventData, admitted: bool) -> Action:
        if not admitted:
            raise NotAdmittedError("请先登录再管理文件。")
        action = actions.get(str(sent(event).get("do")))
        if action is None:
            raise NotAdmittedError("没有这项操作。请刷新页面后重试。")
        return action

    def _look(self, data: Sent) -> Iterator[str]:
        previews: list[tuple[str, str, Document | str]] = []
        files = _files(data)
        for path, name in files:
            yield progress_html("正在读取", len(previews), len(files))
            try:
                previews.append((path, name, preview(self.service.settings, uploaded(path))))
            except WenceError as error:
                previews.append((path, name, str(error)))
        replaces = str(data.get("replaces", ""))
        title = find_record(self.service.retriever.records, replaces).title if replaces else ""
        yield previews_html(previews, (replaces, title) if replaces else None)

    def _add(self, data: Sent) -> Iterator[str]:
        settings, replaces = self.service.settings, str(data.get("replaces", ""))
        paths = [keep_upload(settings, uploaded(path), name) for path, name in _files(data)]
        if replaces and paths:
            yield progress_html("正在替换", 0, 1)
            yield reports_html([replace(settings, replaces, paths[0])])
            return
        yield progress_html("正在收录", 0, len(paths))
        yield from _told("正在收录", progressing(lambda tell: add(settings, paths, lambda d, t, _: tell(d, t))))

    def _reindex(self, data: Sent) -> Iterator[str]:
        chosen = [str(data["id"])] if data.get("id") else None
        settings = self.service.settings
        yield progress_html("正在重新收录", 0, 1 if chosen else len(self.service.retriever.records))
        work = progressing(lambda tell: reindex(settings, chosen, lambda done, total, _: tell(done, total)))
        yield from _told("正在重新收录", work)

    def _remove(self, data: Sent) -> str:
        record = remove(self.service.settings, str(data.get("id", "")))
        return done_html(f"已移除《{record.title}》，原文件未动。")

    def _edit(self, data: Sent) -> str:
        return edit_html(find_record(self.service.retriever.records, str(data.get("id", ""))))

    def _correct(self, data: Sent) -> str:
        values = {name: str(data[name]) for name in CORRECTABLE if name in data}
        record = correct(self.service.settings, str(data.get("id", "")), values)
        return done_html(f"已保存《{record.title}》的信息。")

    def _preview_synonyms(self, data: Sent) -> str:
        file, draft = read_synonyms(), parse_synonyms(str(data.get("text", "")), SYNONYMS.name)
        question = str(data.get("question", "")).strip()
        asked = question_change(self.service.retriever, question, file, draft) if question else None
        return synonyms_html(phrase_changes(file, draft), asked)

    def _save_synonyms(self, data: Sent) -> str:
        save_synonyms(str(data.get("text", "")))
        return done_html("词表已保存，立即生效。")


Action = Callable[[Sent], Any]


def _told(what: str, work: Iterator[tuple[int, int] | list[FileReport]]) -> Iterator[str]:
    for progress in work:
        yield progress_html(what, *progress) if isinstance(progress, tuple) else reports_html(progress)


def _files(data: Sent) -> list[tuple[str, str]]:
    """Return path and name of the files that a browser says it uploaded."""
    files = data.get("files")
    if not isinstance(files, list) or not files:
        raise UploadPathError("没有收到上传的文件。请重新选择文件后再试。")
    if len(files) > _MOST_FILES:
        raise UploadPathError(f"一次最多上传 {_MOST_FILES} 份文件。更多文件请用 wence ingest 收录。")
    return [(str(file.get("path", "")), str(file.get("name", ""))) for file in files if isinstance(file, dict)]
