"""Clauses by the label that people say, and those that stand under one."""

from __future__ import annotations

import re

from ingest import Clause, Document, WenceError
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral

_ARTICLE = re.compile(rf"^第(\d+|[{NUMERAL_CHARACTERS}]+)条$")


class UnknownClauseError(WenceError):
    """The document has no such clause."""

    def __init__(self, document: Document, label: str) -> None:
        super().__init__(f"《{document.title}》中没有条款「{label}」。运行 wence show {document.id} 查看全部条款。")


def select_clauses(document: Document, label: str | None) -> list[Clause]:
    """Return the clauses a label names, all for None.

    「二、9」 names the clause, 「9」 and 「第9条」 its last number; 「二」 names the section with its clauses.

    Raises:
        UnknownClauseError: Nothing fits.
    """
    if label is None:
        return list(document.clauses)
    wanted = _plain(label)
    found = [c for c in document.clauses if _plain(c.label) == wanted]
    heads = {c.path for c in found}
    found = [c for c in document.clauses if any(c.path[: len(head)] == head for head in heads)]
    found = found or [c for c in document.clauses if _plain(re.split(r"[、]", c.label)[-1]) == wanted]
    if not found:
        raise UnknownClauseError(document, label)
    return found


def clauses_under(document: Document, clause: Clause) -> list[Clause]:
    """Return the clauses whose headings stand under a clause's own, in reading order."""
    depth = len(clause.path)
    return [other for other in document.clauses if len(other.path) > depth and other.path[:depth] == clause.path]


def _plain(label: str) -> str:
    """Return a label without the marks that people leave out or add."""
    plain = re.sub(r"[\s、，.．()（）]", "", label)
    numbered = _ARTICLE.match(plain)
    return str(parse_numeral(numbered[1])) if numbered else plain
