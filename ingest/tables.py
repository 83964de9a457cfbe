"""Tables of data → lines of text that can be found and quoted, each with the names of its columns.

A cell says nothing alone: 「673」 is the lowest mark of physics for one subject. So every row becomes a line of
its own, in which each cell stands behind the heading of its column:

    专业名称 金融学类 · 文史/历史类最低 630 · 理工/物理类最低 673
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.content import Grid
from ingest.records import Row, Table
from ingest.sentences import Span

BETWEEN_CELLS = " · "

_MAX_HEADING = 30  # characters; longer cells tell something, they do not name a column
_MAX_HEADING_ROWS = 3
_IS_VALUE = re.compile(r"(?=\D*\d)[\d\s.,，%％+\-—–~～至/：:（）()年月日元分名人号]+$")
_IS_SENTENCE = re.compile(r"[。；;！？]")


class TableLines(NamedTuple):
    """A stretch of a table as lines of text.

    Attributes:
        title: The line that names it, from a cell that goes across the whole table; None if there is none.
        table: Its rows, with offsets counted from the first character of `text`.
        text: The lines, without the title.
    """

    title: str | None
    table: Table
    text: str


def lay_out(grid: Grid) -> Iterator[TableLines]:
    """Yield the stretches of a table: rows under the headings of their columns, and under what goes across it."""
    rows = [row for row in grid.rows if any(row)]
    title, above = _leading_title(rows)
    rows = rows[above:]
    marked = _marked_headings(grid, above)
    heading_rows = _heading_rows(rows) if marked is None else marked
    columns = _columns(rows[:heading_rows], len(rows[0]) if rows else 0)
    stretch: list[Sequence[str]] = []
    for row in rows[heading_rows:] or rows:
        if (across := _goes_across(row)) is not None:
            if stretch or title:
                yield _lines(title, columns, stretch)
            title, stretch = across, []
        else:
            stretch.append(row)
    if stretch or title:
        yield _lines(title, columns, stretch)


def row_text(columns: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as a line: every cell that is not empty, behind the heading of its column."""
    pairs = dict.fromkeys((column, cell) for column, cell in zip(columns, cells, strict=True) if cell)
    return BETWEEN_CELLS.join(f"{column} {cell}" if column and column != cell else cell for column, cell in pairs)


class Cell(NamedTuple):
    """A cell of a row in the text.

    Attributes:
        span: Where it stands, with the heading of its column.
        column: That heading; empty if there is none.
        text: Its own words.
    """

    span: Span
    column: str
    text: str


def cells_in(text: str, table: Table, row: Row) -> list[Cell]:
    """Return the cells of a row as they stand in its line; those that are empty or repeated do not stand there."""
    filled = dict.fromkeys((column, cell) for column, cell in zip(table.columns, row.cells, strict=True) if cell)
    spans = cell_spans(text, row)
    if len(spans) != len(filled):  # a cell holds the mark between cells itself
        return [Cell(Span(row.start, row.end), "", text[row.start : row.end])]
    return [Cell(span, *pair) for span, pair in zip(spans, filled, strict=True)]


def cell_spans(text: str, row: Row) -> list[Span]:
    """Return where the cells of a row stand in its line, each with the heading of its column; empty ones do not."""
    ends = []
    end = text.find(BETWEEN_CELLS, row.start, row.end)
    while end >= 0:
        ends.append(end)
        end = text.find(BETWEEN_CELLS, end + len(BETWEEN_CELLS), row.end)
    starts = [row.start, *(end + len(BETWEEN_CELLS) for end in ends)]
    return [Span(start, end) for start, end in zip(starts, [*ends, row.end], strict=True)]


def _lines(title: str | None, columns: tuple[str, ...], rows: Sequence[Sequence[str]]) -> TableLines:
    lines: list[Row] = []
    start = 0
    texts = [row_text(columns, row) for row in rows]
    for text, row in zip(texts, rows, strict=True):
        lines.append(Row(start, start + len(text), tuple(row)))
        start += len(text) + 1
    return TableLines(title, Table(columns, tuple(lines)), "\n".join(texts))


def _goes_across(row: Sequence[str]) -> str | None:
    """Return the text of a single cell merged over the whole row."""
    return row[0] if len(row) > 1 and row[0] and len(set(row)) == 1 and not _IS_VALUE.match(row[0]) else None


def _leading_title(rows: Sequence[Sequence[str]]) -> tuple[str | None, int]:
    """Return what the merged rows at the top of a table name it, and how many they are."""
    titles: list[str] = []
    for row in rows[:-1]:
        across = _goes_across(row)
        if across is None:
            break
        titles.append(across)
    return " ".join(titles) or None, len(titles)


def _marked_headings(grid: Grid, above: int) -> int | None:
    """Return how many rows the file marks as headings below the title; None if it marks the title alone, or nothing."""
    if grid.heading_rows is None:
        return None
    marked = sum(map(any, grid.rows[: grid.heading_rows]))
    return None if 0 < marked <= above else marked - min(above, marked)


def _heading_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows at the top name the columns, where the file does not say: 0 for a table without."""
    count = 0
    for row in rows[:_MAX_HEADING_ROWS]:
        if len(rows) - count < 2 or not _names_columns(row):  # a heading needs a row below it
            break
        count += 1
        if not _continues(row, rows[count]):
            break
    return count


def _names_columns(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    if len(filled) < max(2, (len(row) + 1) // 2):
        return False
    return all(
        len(cell) <= _MAX_HEADING and not _IS_VALUE.match(cell) and not _IS_SENTENCE.search(cell) for cell in filled
    )


def _continues(row: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether a row of headings goes on below: a heading merged over columns is told apart there.

    A heading that reaches down through both rows is repeated in the row below.
    """
    merged = [i for i in range(1, len(row)) if row[i] and row[i] == row[i - 1]]
    return (
        bool(merged)
        and any(below[i] != below[i - 1] for i in merged)
        and any(a == b for a, b in zip(row, below, strict=True) if a)
    )


def _columns(headings: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """Return the heading of each column: the words above it from the top down, each once."""
    return tuple("".join(dict.fromkeys(row[i] for row in headings if row[i])) for i in range(width))
