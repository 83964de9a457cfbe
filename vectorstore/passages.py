"""Document → the passages under which it is indexed.

A passage is a sentence. Long sentences are cut at their semicolons, because a report strings many facts
together; short pieces (a heading, 「主要包括：」) join what follows, because alone they say nothing. A row of a
table is a passage as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ingest import Clause, Document, Row
from ingest.sentences import Span, split_parts, split_sentences
from ingest.tables import cell_spans
from vectorstore.records import Passage

PASSAGES = 3  # raised whenever the same document would be cut or headed differently

# Characters. Swept on development questions, see docs/decisions/0004-passages.md.
LONG_SENTENCE = 120
SHORT_PIECE = 20
MAX_PASSAGE = 300


def split_passages(document: Document) -> list[Passage]:
    """Cut a document into passages, in reading order, covering all its clauses' text but white space."""
    passages: list[Passage] = []
    rows = {row.start: row for table in document.tables for row in table.rows}
    for position, clause in enumerate(document.clauses):
        header = passage_header(document, clause)
        for span, key in (
            _row_pieces(document.text, clause, rows) if clause.start in rows else _plain_pieces(document.text, clause)
        ):
            text = document.text[span.start : span.end]
            name = f"{header} {key}" if key else header
            passages.append(Passage(f"{document.id}:{len(passages)}", position, *span, name, text))
    return passages


def _plain_pieces(text: str, clause: Clause) -> Iterator[tuple[Span, str]]:
    return ((span, "") for span in _pieces(text, clause))


def _row_pieces(text: str, clause: Clause, rows: Mapping[int, Row]) -> Iterator[tuple[Span, str]]:
    """Yield the rows of a table, long ones cut between cells; a piece behind the first is headed by the first cell."""
    start = clause.start
    while start < clause.end:
        row = rows[start]
        key = next((cell for cell in row.cells if cell), "")[:_MAX_KEY]
        for number, span in enumerate(_cut_row(text, row)):
            yield span, key if number else ""
        start = row.end + 1


_MAX_KEY = 40  # characters of a row's first cell that head the row's further pieces


def _cut_row(text: str, row: Row) -> Iterator[Span]:
    if row.end - row.start <= MAX_PASSAGE:
        yield Span(row.start, row.end)
        return
    open_: Span | None = None
    for cell in cell_spans(text, row):
        for piece in [cell] if cell.end - cell.start <= MAX_PASSAGE else _sentences(text, cell):
            if open_ is not None and piece.end - open_.start > MAX_PASSAGE:
                yield open_
                open_ = None
            open_ = Span(open_.start, piece.end) if open_ else piece
    if open_ is not None:
        yield open_


def _sentences(text: str, span: Span) -> Iterator[Span]:
    for sentence in split_sentences(text, *span):
        yield from _cut_overlong(sentence)


def passage_header(document: Document, clause: Clause) -> str:
    """Return title, issuer, heading path and year as one line.

    The issuer stands there if the title does not name it, and what an article announces that its number alone names.
    """
    year = f"{clause.period}年" if clause.period else ""
    parts = (titled(document), *clause.path[1:], announced(document, clause), year)
    return " ".join(part for part in parts if part).replace("\n", " ")


def titled(document: Document) -> str:
    """Return a document's title, and its issuer if that does not name it: what holds for each of its passages."""
    issuer = document.issuer or ""
    return document.title if not issuer or issuer in document.title else f"{document.title} {issuer}"


_ARTICLE = re.compile(r"^第\S{1,8}条(?:之\S{1,3})?$")
_MAX_ANNOUNCED = 60  # characters


def announced(document: Document, clause: Clause) -> str:
    """Return what the article announces of whose list a clause is a part: 「津贴按月计发，标准为：」 of 第三条."""
    if len(clause.path) < 2 or not _ARTICLE.match(clause.path[-2]) or (article := list_head(document, clause)) is None:
        return ""
    text = document.text[article.start : article.end]
    lead = text[len(clause.path[-2]) :].strip() if text.startswith(clause.path[-2]) else ""
    return lead if len(lead) <= _MAX_ANNOUNCED else ""


def list_head(document: Document, clause: Clause) -> Clause | None:
    """Return the clause that ends in a colon and whose list a clause is an item of; None if there is none."""
    above = next((other for other in document.clauses if other.path == clause.path[:-1]), None)
    if above is None or len(clause.path) < 2:
        return None
    return above if document.text[above.start : above.end].rstrip().endswith(("：", ":")) else None


def headed_text(header: str, text: str) -> str:
    """Return a passage's text as it is embedded and matched: under its header, which holds no line break."""
    return f"{header}\n{text}"


def coverage(document: Document, passages: list[Passage]) -> float:
    """Return the share of the body's characters, white space aside, that ended up in a passage.

    The body is the text and what the reader saw and could not place in it.
    """
    covered = sum(_ink(passage.text) for passage in passages)
    return covered / max(1, _ink(document.text) + sum(_ink(words) for words in document.lost))


def _ink(text: str) -> int:
    return len("".join(text.split()))


def _pieces(text: str, clause: Clause) -> Iterator[Span]:
    """Yield the passages of one clause: sentences and parts, the short ones joined with the next."""
    open_: Span | None = None
    for piece in _sentences_and_parts(text, clause):
        if open_ is not None and piece.end - open_.start <= MAX_PASSAGE:
            piece = Span(open_.start, piece.end)
        elif open_ is not None:
            yield open_
        open_ = piece if piece.end - piece.start < SHORT_PIECE else None
        if open_ is None:
            yield piece
    if open_ is not None:
        yield open_


def _sentences_and_parts(text: str, clause: Clause) -> Iterator[Span]:
    for sentence in split_sentences(text, clause.start, clause.end):
        if sentence.end - sentence.start > LONG_SENTENCE:
            yield from (hard for part in split_parts(text, *sentence) for hard in _cut_overlong(part))
        else:
            yield sentence


def _cut_overlong(span: Span) -> Iterator[Span]:
    """Cut what has neither sentence nor part (a table without lines, one long list) at a fixed length."""
    for start in range(span.start, span.end, MAX_PASSAGE):
        yield Span(start, min(start + MAX_PASSAGE, span.end))
