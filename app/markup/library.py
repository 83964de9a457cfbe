"""What is indexed → a list to look through; for administrators what they can do with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

from app.citations import STATUS_NAMES
from app.markup.parts import shortened
from app.outline import outline
from app.synonyms_preview import PhraseChange, QuestionChange
from app.terminal import FILE_STATUS_NAMES
from ingest import Document
from vectorstore import DocumentRecord, FileReport, Validity
from vectorstore.corrections import CORRECTABLE
from vectorstore.synonyms import Segment

_LISTED = 500  # documents; more are found by the box above the list, or by asking
_PHRASES = 50  # changed phrases that are shown
_SHOWN_TEXT = 60  # characters of a passage


def library_html(
    records: Sequence[DocumentRecord], known: Mapping[str, Validity], administers: bool, wanted: str = ""
) -> str:
    """Return the list of documents, the newest first.

    Args:
        records: What is indexed.
        known: The legal status, by id, of those of which it is known.
        administers: Whether whoever looks may change them.
        wanted: Words that title, issuer, number or region must hold.
    """
    fitting = [record for record in records if all(word in _about(record) for word in wanted.split())]
    fitting.sort(key=lambda record: record.published or "", reverse=True)
    items = "".join(_record_html(record, known, administers) for record in fitting[:_LISTED])
    more = f"，只列出前 {_LISTED} 份" if len(fitting) > _LISTED else ""
    found = f"其中符合条件的 {len(fitting)} 份" if wanted else ""
    status = "，".join(part for part in (f"共 {len(records)} 份文件", found) if part) + more
    return (
        f"<section class='library' data-ours aria-label='已收录的文件'><form class='find' role='search'>"
        f"<label class='unseen' for='find'>筛选文件</label>"
        f"<input id='find' type='search' value='{escape(wanted)}' placeholder='按标题、机关、文号、地区筛选'>"
        f"<button type='submit'>筛选</button></form><p class='about' role='status'>{status}。</p>"
        f"<ul class='documents'>{items}</ul></section>"
    )


def _about(record: DocumentRecord) -> str:
    return " ".join(filter(None, (record.title, record.issuer, record.document_number, record.region)))


def _record_html(record: DocumentRecord, known: Mapping[str, Validity], administers: bool) -> str:
    validity = known.get(record.id)
    dates = [f"{name} {day}" for name, day in (("发布", record.published), ("施行", record.effective)) if day]
    about = "　".join(filter(None, (record.issuer, record.document_number, *dates, f"{record.clauses} 条")))
    status = STATUS_NAMES[validity.status] if validity else "有效性不详"
    manage = "".join(
        f"<button type='button' data-do='{do}' data-id='{escape(record.id)}' data-name='{escape(record.title)}'>"
        f"{name}</button>"
        for do, name in (("edit", "修改信息"), ("reindex", "重新收录"), ("replace", "替换"), ("remove", "移除"))
    )
    return (
        f"<li><button type='button' class='card' data-document='{escape(record.id)}' data-start='0' data-end='0'>"
        f"<span><b>{escape(record.title)}</b><span class='where'>{escape(about)}</span>"
        f"<span class='status {validity.status if validity else 'unknown'}'>{status}</span></span></button>"
        f"{f'<div class=manage role=group aria-label=管理>{manage}</div>' if administers else ''}</li>"
    )


def locked_html(has_password: bool) -> str:
    """Return what stands in place of the administration for who has not given the password."""
    if not has_password:
        return "<p class='about'>文件由管理员收录。设置 WENCE_ADMIN_PASSWORD 后，可在此页管理文件。</p>"
    return (
        "<details class='administration' data-ours><summary>管理文件</summary><form class='login'>"
        "<label>管理密码<input type='password' name='password' autocomplete='current-password' required></label>"
        "<button type='submit' class='primary'>登录</button></form></details>"
    )


def tools_html(synonyms: str) -> str:
    """Return what administrators work with: files to add, everyday words.

    Args:
        synonyms: The text of the synonyms file.
    """
    return (
        "<section class='administration' data-ours aria-label='管理文件'><div class='tools'>"
        "<label class='file'>上传文件<input type='file' multiple data-upload></label>"
        "<button type='button' data-do='reindex'>全部重新收录</button>"
        "<button type='button' data-do='logout'>退出管理</button></div>"
        "<label class='unseen'>替换用的文件<input type='file' data-upload data-replaces tabindex='-1'></label>"
        "<p class='busy' role='status'></p>"
        "<details class='synonyms'><summary>日常用语词表</summary><form>"
        "<p class='hint'>每行一组：「甲, 乙 =&gt; 丙」表示说甲或乙也可能指丙；"
        "「甲, 乙, 丙」表示可以互换；# 后为注释。</p>"
        f"<label>词表<textarea name='text' rows='12' spellcheck='false'>{escape(synonyms)}</textarea></label>"
        "<label>试问<input name='question' placeholder='输入一个问题，预览改动前后的检索结果'></label>"
        "<div class='tools'><button type='button' data-do='preview'>预览改动</button>"
        "<button type='submit' class='primary'>保存</button></div></form></details></section>"
    )


def previews_html(previews: Sequence[tuple[str, str, Document | str]], replaces: tuple[str, str] | None) -> str:
    """Return how files would be cut into clauses, and what indexes those that can be read.

    Args:
        previews: Where each file was uploaded to, its name, and what reading makes of it or why it cannot be read.
        replaces: Id and title of the document whose place a file is to take; None to add them.
    """
    items = "".join(_preview_html(name, document) for _, name, document in previews)
    files = [{"path": path, "name": name} for path, name, document in previews if isinstance(document, Document)]
    what = f"替换《{shortened(replaces[1])}》" if replaces else f"收录这 {len(files)} 份文件"
    add = (
        f"<button type='button' class='primary' data-do='add' data-files='{escape(json.dumps(files))}' "
        f"data-replaces='{escape(replaces[0]) if replaces else ''}'>{escape(what)}</button>"
    )
    return (
        f"<section class='bench' data-ours aria-label='预览'><h2>预览</h2>{items}<div class='tools'>"
        f"{add if files else ''}<button type='button' data-do='dismiss'>取消</button></div></section>"
    )


def _preview_html(name: str, document: Document | str) -> str:
    if isinstance(document, str):
        return f"<p class='notice' role='alert'>{escape(name)}：{escape(document)}</p>"
    lines = "".join(
        f"<li style='--level:{min(line.level, 4)}'>{escape(line.words)}"
        f"{f' <span class=when>{line.period}年</span>' if line.period else ''}</li>"
        for line in outline(document)
    )
    known = (document.issuer, document.document_number, document.published, document.region)
    about = "　".join(escape(part) for part in known if part) or "未识别出机关、文号和日期"
    return (
        f"<details open><summary><b>{escape(document.title)}</b>"
        f"（{escape(name)}，{len(document.clauses)} 条）</summary>"
        f"<p class='about'>{about}</p><ol class='outline'>{lines}</ol></details>"
    )


def reports_html(reports: Sequence[FileReport]) -> str:
    """Return what became of files."""
    items = "".join(
        f"<li class='{report.status}'><b>{FILE_STATUS_NAMES[report.status]}</b>　"
        f"{escape(report.record.title if report.record else report.source)}"
        f"{f'<span class=where>{escape(report.reason)}</span>' if report.reason else ''}</li>"
        for report in reports
    )
    return f"<section class='bench' data-ours role='status'><ul class='reports'>{items}</ul></section>"


def edit_html(record: DocumentRecord) -> str:
    """Return the form in which what is known of a document is corrected."""
    read = {correction.name: correction.read for correction in record.corrections}
    fields = "".join(
        f"<label>{what.label}<input name='{name}' value='{escape(getattr(record, name) or '')}' "
        f"{f'maxlength={what.longest}' if what.longest else 'type=date'}{' required' if name == 'title' else ''}>"
        f"{_read_html(read[name]) if name in read else ''}</label>"
        for name, what in CORRECTABLE.items()
    )
    return (
        "<section class='bench' data-ours aria-label='修改信息'>"
        f"<h2>修改《{escape(shortened(record.title))}》的信息</h2>"
        f"<form class='edit' data-id='{escape(record.id)}'>{fields}<div class='tools'>"
        "<button type='submit' class='primary'>保存</button>"
        "<button type='button' data-do='dismiss'>取消</button></div></form></section>"
    )


def _read_html(value: str | None) -> str:
    return f"<span class='hint'>文件中读到的是：{escape(value or '（无）')}</span>"


def synonyms_html(changes: Sequence[PhraseChange], asked: QuestionChange | None) -> str:
    """Return what a draft of the synonyms changes.

    Args:
        changes: The phrases that mean something else.
        asked: What it changes for a question; None if none was asked.
    """
    phrases = "".join(
        f"<li><b>{escape(change.phrase)}</b>：{_meanings(change.before)} → {_meanings(change.after)}</li>"
        for change in changes[:_PHRASES]
    )
    more = f"<li>另有 {len(changes) - _PHRASES} 处</li>" if len(changes) > _PHRASES else ""
    found = f"<ul>{phrases}{more}</ul>" if changes else "<p class='about'>词表没有改动。</p>"
    return (
        f"<section class='bench' data-ours role='status'><h2>词表改动</h2>{found}"
        f"{_asked_html(asked) if asked else ''}</section>"
    )


def _asked_html(asked: QuestionChange) -> str:
    rows = "".join(
        f"<tr><td>{_rank(moved.before)}</td><td>{_rank(moved.after)}</td>"
        f"<td>{escape(shortened(moved.hit.text, _SHOWN_TEXT))}"
        f"<span class='where'>{escape(moved.hit.document.title)}</span></td></tr>"
        for moved in asked.hits
    )
    return (
        f"<p class='about'>改动前：{_expansion(asked.before)}。改动后：{_expansion(asked.after)}。</p>"
        "<div class='table' tabindex='0' role='region' aria-label='检索结果的变化'><table><thead><tr>"
        "<th scope='col'>原名次</th><th scope='col'>现名次</th><th scope='col'>段落</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _rank(rank: int | None) -> str:
    return "—" if rank is None else str(rank)


def _meanings(words: Sequence[str]) -> str:
    return escape("、".join(words)) if words else "（无）"


def _expansion(segments: Sequence[Segment]) -> str:
    return escape("；".join(f"{said} ⇒ {'、'.join(meant)}" for said, *meant in segments)) or "没有用到词表"
