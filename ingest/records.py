"""The nouns of reading: a `Document` and the `Clause`s it is made of.

Offsets are counted in characters of `Document.text`, start inclusive, end exclusive, everywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, NamedTuple

Stage = Literal["done", "planned"]


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest unit with a heading or number of its own.

    The clauses of a document stand in reading order and do not overlap; a section's clause ends where its
    first sub-clause begins.

    Attributes:
        id: The same in every run as long as the text is the same.
        path: Headings from the document's title down to this clause's own.
        label: The clause as people name it, such as 「二、9」 or 「第三章第十二条」.
        start: Offset of the first character in `Document.text`.
        end: Offset behind the last character in `Document.text`.
        period: The year the clause speaks of, if its headings or title say one.
        stage: `done` where results are reported, `planned` where targets are set.
        page: Page in the source file, counted from 1, where the format has pages.
    """

    id: str
    path: tuple[str, ...]
    label: str
    start: int
    end: int
    period: int | None = None
    stage: Stage | None = None
    page: int | None = None


class Row(NamedTuple):
    """A row of a table.

    Attributes:
        start: Offset of the first character in `Document.text`.
        end: Offset behind the last character.
        cells: One a column, as the file has them; empty where it has none.
    """

    start: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data. In the text each of its rows is a line that names every cell's column.

    Attributes:
        columns: The headings of the columns; empty strings where there are none.
        rows: In reading order, without the headings.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document as it was read: canonical text, what is known about it, its clauses.

    Attributes:
        id: First 16 hexadecimal digits of the SHA-256 of `text`.
        title: The title without the line breaks and stray spaces of the page.
        issuer: 发文机关; several are joined by 「、」.
        document_number: 文号, such as 「温教发〔2025〕1号」.
        published: 发布日期 or 成文日期, ISO 8601.
        effective: 施行日期, ISO 8601.
        region: The place whose authority issued it, such as 「温州市」; 「全国」 for central bodies.
        source: Where it was read from.
        text: The body, without the navigation of the page, one paragraph a line.
        clauses: In reading order.
        tables: In reading order; their rows are lines of the text.
        lost: Words of the body that the reader saw and could not place in the text.
        expires: The last day it is in force by its own words, ISO 8601.
        repealed: Whether the file says of itself that it is no longer in force.
        repeals: Titles of the documents that its text says are repealed.
    """

    id: str
    title: str
    issuer: str | None
    document_number: str | None
    published: str | None
    effective: str | None
    region: str | None
    source: str
    text: str
    clauses: tuple[Clause, ...]
    tables: tuple[Table, ...] = ()
    lost: tuple[str, ...] = ()
    expires: str | None = None
    repealed: bool = False
    repeals: tuple[str, ...] = ()

    @property
    def is_outlined(self) -> bool:
        """Whether headings or numbers cut it into clauses; if not, its paragraphs serve."""
        return len(self.clauses) > 1 and not self.clauses[-1].label.endswith("段")

    def row_at(self, offset: int) -> tuple[Table, int] | None:
        """Return the table whose row stands at an offset, and the row's position in it; None outside of tables."""
        for table in self.tables:
            if table.rows and table.rows[0].start <= offset < table.rows[-1].end:
                return table, bisect_right(table.rows, offset, key=lambda row: row.start) - 1
        return None
