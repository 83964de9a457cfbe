"""A source file → a `Document`: the way of `ingest` from end to end."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import PurePath
from typing import NamedTuple

from ingest.content import Block, Content, Paragraph, Source
from ingest.errors import EmptyFileError
from ingest.limits import Limits
from ingest.metadata import read_metadata
from ingest.navigation import strip_navigation
from ingest.readers import format_of, read_content
from ingest.readers.text import decode
from ingest.records import Document, Row, Table
from ingest.structure import split_clauses
from ingest.tables import lay_out

READING = 6  # raised whenever the same file would be read differently; indexed files are then read again

_DEFAULT_LIMITS = Limits()


def read_document(source: Source, limits: Limits = _DEFAULT_LIMITS) -> Document:
    """Read one policy file.

    Args:
        source: The file.
        limits: How much of the machine it may take.

    Raises:
        ReadError: The file is empty, of an unknown format, too large or unreadable.
    """
    content = read_content(source, limits)
    if not strip_navigation(content.blocks).body:
        raise EmptyFileError(source.name)
    return make_document(content, source.name, PurePath(source.name).stem)


def read_text_of(source: Source, limits: Limits = _DEFAULT_LIMITS) -> str:
    """Return all the text of a file, whatever it is: of a text file as it is, of others a paragraph or row a line.

    Raises:
        ReadError: The file is empty, of an unknown format, too large or unreadable.
    """
    if format_of(source) == "text":
        return decode(source, limits)
    text = _lay_out(read_content(source, limits).blocks).text
    if not text:
        raise EmptyFileError(source.name)
    return text


def parse_document(text: str, source: str, fallback_title: str) -> Document:
    """Turn plain text into a Document.

    Args:
        text: One paragraph a line, navigation included; its body must not be empty.
        source: Where it was read from.
        fallback_title: The title of a text that does not begin with one.
    """
    lines = (line.strip() for line in text.split("\n"))
    return make_document(Content(tuple(Paragraph(line) for line in lines if line)), source, fallback_title)


def make_document(content: Content, source: str, fallback_title: str) -> Document:
    """Turn the content of a file into a Document.

    Args:
        content: What the reader found; some of it must be body.
        source: Where it was read from.
        fallback_title: The title of a text that does not begin with one.
    """
    page = strip_navigation(content.blocks)
    laid_out = _lay_out(page.body)
    text = laid_out.text
    metadata = read_metadata(text, page, content.about, fallback_title)
    document_id = hashlib.sha256(text.encode()).hexdigest()[:16]
    clauses = split_clauses(text, metadata.title, document_id, laid_out.tables)
    return Document(
        id=document_id,
        **asdict(metadata),
        source=source,
        text=text,
        clauses=tuple(replace(c, page=laid_out.page_at(c.start)) for c in clauses),
        tables=laid_out.tables,
        lost=content.lost,
    )


class _LaidOut(NamedTuple):
    """Blocks as text: one paragraph or row a line; and where in it the tables and pages are."""

    text: str
    tables: tuple[Table, ...]
    starts: tuple[int, ...]
    pages: tuple[int | None, ...]

    def page_at(self, offset: int) -> int | None:
        return self.pages[bisect_right(self.starts, offset) - 1]


def _lay_out(blocks: Iterable[Block]) -> _LaidOut:
    lines: list[str] = []
    tables: list[Table] = []
    starts: list[int] = []
    pages: list[int | None] = []
    position = 0

    def add(text: str) -> None:
        nonlocal position
        lines.append(text)
        position += len(text) + 1

    for block in blocks:
        starts.append(position)
        pages.append(block.page)
        if isinstance(block, Paragraph):
            add(block.text)
            continue
        for title, table, text in lay_out(block):
            if title:
                add(title)
            if text:
                tables.append(_moved(table, position))
                add(text)
    return _LaidOut("\n".join(lines), tuple(tables), tuple(starts), tuple(pages))


def _moved(table: Table, by: int) -> Table:
    """Return a table with its offsets counted from an earlier character."""
    return Table(table.columns, tuple(Row(start + by, end + by, cells) for start, end, cells in table.rows))
