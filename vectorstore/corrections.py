"""What staff correct of what was read about a document: its title, who issued it, its number, dates and region.

Text and clauses stay as they were read, but for the title at the head of every clause's path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ingest import Clause, Document
from ingest.times import times_of
from vectorstore.errors import CorrectionError
from vectorstore.records import Correction, DocumentRecord


@dataclass(frozen=True, slots=True)
class Correctable:
    """Something that may be corrected.

    Attributes:
        label: What users call it.
        longest: Characters it may have; 0 for a date.
    """

    label: str
    longest: int = 0


# More than that is a paragraph pasted by mistake; several issuers joined by 、 may take some lines.
CORRECTABLE: Mapping[str, Correctable] = {
    "title": Correctable("标题", 300),
    "issuer": Correctable("发文机关", 300),
    "document_number": Correctable("文号", 100),
    "published": Correctable("发布日期"),
    "effective": Correctable("施行日期"),
    "expires": Correctable("有效期至"),
    "region": Correctable("地区", 40),
}
"""What may be corrected, by the attribute of `ingest.Document`."""


def merged(record: DocumentRecord, changes: Mapping[str, str | None]) -> tuple[Correction, ...]:
    """Return a document's corrections behind further ones; a value that is as it was read is none.

    Args:
        record: What is known of the document.
        changes: By attribute what holds instead; None or empty where it is not known. Values that are as they are
            count as no change.

    Raises:
        CorrectionError: A value cannot be taken over.
    """
    corrections = {correction.name: correction for correction in record.corrections}
    for name, given in changes.items():
        if name not in CORRECTABLE:
            raise CorrectionError(f"「{name}」不能更正。可以更正：{'、'.join(c.label for c in CORRECTABLE.values())}。")
        known: str | None = getattr(record, name)
        value = (given or "").strip() or None
        if value == known:
            continue
        _check(name, value)
        read = corrections[name].read if name in corrections else known
        corrections[name] = Correction(name, read, value)
    return tuple(corrections[name] for name in CORRECTABLE if name in corrections and _differs(corrections[name]))


def renewed(corrections: Sequence[Correction], document: Document) -> tuple[Correction, ...]:
    """Return corrections as they are behind a new reading of the document's file."""
    return tuple(correction._replace(read=getattr(document, correction.name)) for correction in corrections)


def corrected(document: Document, values: Mapping[str, str | None]) -> Document:
    """Return a document with other values; with another title, its clauses are headed by that.

    Year and stage of a clause follow from its headings, the title among them.
    """
    changed: dict[str, Any] = {**values}
    if title := values.get("title"):
        changed["clauses"] = _headed(document.clauses, document.title, title)
    return replace(document, **changed)


_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Unicode: what controls, shapes or breaks lines, halves of characters


def visible(text: str) -> str:
    """Return a text without line breaks and characters that nobody sees."""
    return "".join(character for character in text if unicodedata.category(character) not in _INVISIBLE)


def _headed(clauses: Sequence[Clause], before: str, title: str) -> tuple[Clause, ...]:
    """Return clauses under another title; those of a further part have their own."""
    paths = [(title, *clause.path[1:]) if clause.path[:1] == (before,) else clause.path for clause in clauses]
    return tuple(
        replace(clause, path=path, period=period, stage=stage)
        for clause, path, (period, stage) in zip(clauses, paths, times_of(paths), strict=True)
    )


def _differs(correction: Correction) -> bool:
    return correction.value != correction.read


_DATE = re.compile(r"(?:19|2\d)\d{2}-\d{2}-\d{2}", re.ASCII)


def _check(name: str, value: str | None) -> None:
    """Raise a CorrectionError if a value cannot be taken over."""
    what = CORRECTABLE[name]
    if value is None:
        if name == "title":
            raise CorrectionError("标题不能为空。请填写文件的标题。")
    elif what.longest:
        _check_text(what, value)
    elif not _is_date(value):
        raise CorrectionError(
            f"{what.label}应为「2025-03-11」形式的日期，现为「{value[:_SHOWN]}」。请改正；不清楚时留空。"
        )


_SHOWN = 20  # characters of a wrong value that an error repeats


def _check_text(what: Correctable, value: str) -> None:
    if len(value) > what.longest:
        raise CorrectionError(f"{what.label}过长：{len(value)} 字，上限 {what.longest} 字。请缩短后重试。")
    if visible(value) != value:
        raise CorrectionError(f"{what.label}中有换行或不可见的字符。请在一行内重新输入。")


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
