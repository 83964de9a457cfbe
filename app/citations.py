"""Where a citation is made, and checked: no quotation leaves the program that is not in its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.records import Answer, CheckedSentence, Citation, Outcome, Verdict
from ingest import Document
from ingest.headings import without_number
from vectorstore import Hit, Validity

STAGE_NAMES = {"done": "完成情况", "planned": "目标"}


STATUS_NAMES = {
    "in_force": "现行有效",
    "not_yet_in_force": "尚未施行",
    "superseded": "已有新版本",
    "repealed": "已废止",
    "expired": "已过有效期",
}

OUTCOME_NAMES: dict[Outcome, str] = {"answered": "回答", "not_in_documents": "文件没有回答", "failed": "未能回答"}

VERDICT_NAMES: dict[Verdict, str] = {"exact": "逐字一致", "differs": "有出入", "not_found": "未见出处"}


def cite(hit: Hit, start: int, end: int) -> Citation:
    """Quote `hit.document.text[start:end]`.

    Raises:
        ValueError: The words do not stand inside the clause; citing them under its label would be wrong.
    """
    document, clause = hit.document, hit.clause
    if not clause.start <= start < end <= clause.end:
        raise ValueError(f"[{start}, {end}) is not inside clause {clause.label} [{clause.start}, {clause.end})")
    return Citation(document, clause, document.text[start:end], start, end, hit.score, hit.validity)


def narrow(citation: Citation, start: int, end: int) -> Citation:
    """Return a citation of a part of what another quotes.

    Raises:
        ValueError: The words do not stand inside it.
    """
    if not citation.start <= start < end <= citation.end:
        raise ValueError(f"[{start}, {end}) is not inside [{citation.start}, {citation.end})")
    return replace(citation, quote=citation.document.text[start:end], start=start, end=end)


def widen(citation: Citation, start: int, end: int) -> Citation:
    """Return a citation of a longer stretch of the same clause.

    Raises:
        ValueError: The stretch does not hold the words quoted, or leaves the clause.
    """
    clause = citation.clause
    if not clause.start <= start <= citation.start < citation.end <= end <= clause.end:
        raise ValueError(f"[{start}, {end}) does not hold [{citation.start}, {citation.end}) in clause {clause.label}")
    return replace(citation, quote=citation.document.text[start:end], start=start, end=end)


def source_line(citation: Citation) -> str:
    """Return where a quotation stands, as people write it: 《标题》（发文机关，日期）部分 条款."""
    document, clause = citation.document, citation.clause
    status = status_warning(citation.validity)
    known = (document.issuer, document.document_number, document.published, status)
    about = "，".join(part for part in known if part)
    part = clause.path[1] if len(clause.path) > 1 and clause.path[1][:1] not in clause.label else ""
    page = f"第{clause.page}页" if clause.page else ""
    place = " ".join(word for word in (part, clause.label, page) if word)
    return f"《{document.title}》{f'（{about}）' if about else ''} {place}"


def clause_name(citation: Citation) -> str:
    """Return a clause as people name it, with its heading: 「二、10 加快学前教育普及普惠发展」."""
    clause = citation.clause
    heading = without_number(clause.path[-1]) if len(clause.path) > 1 else ""
    return " ".join(word for word in (clause.label, heading) if word)


def source_name(citation: Citation) -> str:
    """Return which document a quotation is from, with its date and whether it is in force."""
    document = citation.document
    status = STATUS_NAMES[citation.validity.status] if citation.validity else ""
    about = "，".join(part for part in (document.published, status) if part)
    return f"《{document.title}》{f'（{about}）' if about else ''}"


def status_warning(validity: Validity | None) -> str:
    """Return what to warn of before a document is relied on, such as 「已废止」; empty where there is nothing."""
    return "" if validity is None or validity.status == "in_force" else STATUS_NAMES[validity.status]


def statements(document: Document, validity: Validity | None) -> dict[str, tuple[str, str]]:
    """Return what is known of a document itself: what it is called and what it is."""
    known = {
        "issuer": ("发文机关", document.issuer),
        "published": ("发布日期", document.published),
        "number": ("文号", document.document_number),
        "title": ("标题", document.title),
        "status": ("效力状态", STATUS_NAMES[validity.status] if validity else None),
    }
    return {matter: (name, value) for matter, (name, value) in known.items() if value}


def stage_name(citation: Citation) -> str:
    """Return year and stage as people say them: 「2024年（完成情况）」, 「2025年（目标）」; empty if unknown."""
    stage = STAGE_NAMES.get(citation.clause.stage or "", "")
    year = f"{citation.clause.period}年" if citation.clause.period else ""
    return f"{year}（{stage}）" if year and stage else year or stage


def related_name(answer: Answer) -> str:
    """Return what the related clauses of an answer are called: near it, or nearest where there is none."""
    return "相关条款" if answer.citations else "最接近的条款（不是答案）"


def verdicts_line(checked: Sequence[CheckedSentence]) -> str:
    """Return how many sentences of a draft got each verdict, as a sentence."""
    verdicts = [sentence.verdict for sentence in checked]
    counts = "，".join(f"{name} {verdicts.count(verdict)} 句" for verdict, name in VERDICT_NAMES.items())
    return f"共 {len(checked)} 句：{counts}。"
