"""Rows and tables of a page → lines and tables in reading order: the left column, then the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.pdf.characters import Page
from ingest.readers.pdf.lines import Line, Row, line_of, rows_of
from ingest.readers.pdf.tables import Table

WHOLE, LEFT, RIGHT = 0, 1, 2
"""The columns: the whole width of a page, or one of two."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line or a table and where it stands.

    Attributes:
        page: Counted from 1.
        column: One of `WHOLE`, `LEFT` and `RIGHT`.
        content: What stands there.
    """

    page: int
    column: int
    content: Line | Table


@dataclass(frozen=True, slots=True)
class Layout:
    """A page in reading order.

    Attributes:
        number: Counted from 1.
        width: In points.
        height: In points.
        items: Its lines and tables.
    """

    number: int
    width: float
    height: float
    items: list[Placed]


def laid_out(page: Page, tables: Iterable[Table]) -> Layout:
    """Return the lines and tables of a page in reading order."""
    rows = rows_of(page.characters)
    gutter = _gutter(rows)
    items: list[tuple[float, int, Line | Table]] = [
        (table.top, _side(table.x0, table.x1, gutter), table) for table in tables
    ]
    for row in rows:
        for column, part in _parts(row, gutter):
            items.append((row[0].baseline, column, line_of(part)))
    items.sort(key=lambda item: item[0])
    placed = [Placed(page.number, column, content) for _, column, content in _in_bands(items)]
    return Layout(page.number, page.width, page.height, placed)


def _in_bands(items: Iterable[tuple[float, int, Line | Table]]) -> Iterable[tuple[float, int, Line | Table]]:
    """Read the columns between two items of the whole width one after the other."""
    band: list[tuple[float, int, Line | Table]] = []
    for item in items:
        if item[1] == WHOLE:
            yield from sorted(band, key=lambda i: i[1])
            yield item
            band = []
        else:
            band.append(item)
    yield from sorted(band, key=lambda i: i[1])


def _side(x0: float, x1: float, gutter: float | None) -> int:
    if gutter is None or x0 < gutter < x1:
        return WHOLE
    return LEFT if x1 <= gutter else RIGHT


def _parts(row: Row, gutter: float | None) -> Iterable[tuple[int, Row]]:
    """Part a row at the gutter, if nothing stands in it."""
    column = _side(row[0].x0, row[-1].x1, gutter)
    if gutter is None or column != WHOLE:
        return [(column, row)]
    left = [c for c in row if (c.x0 + c.x1) / 2 < gutter]
    right = row[len(left) :]
    if right[0].x0 - left[-1].x1 < _MIN_GUTTER * row[0].size:
        return [(WHOLE, row)]
    return [(LEFT, left), (RIGHT, right)]


# --- gutter ----------------------------------------------------------------------------------------------------------

_MIN_GUTTER = 1.2  # of the size: gutters are 2.0, the widest spaces within justified lines 1.0
_STEP = 3.0  # points
_MIDDLE = 0.3, 0.7  # of the width of the text
_MIN_ROWS = 5  # fewer rows side by side are signatures or a list
_MIN_SHARE = 0.6  # of the rows at a gutter that it parts; the others are titles and tables
_MIN_FULL_SHARE = 0.5  # of the rows left of it that reach it; a list of two columns is ragged
_DENSE = 0.75  # of a row's width covered by characters: a row of a table is mostly space
_FULL = 1.5  # of the size
_MIN_COLUMN = 10  # times the size


def _gutter(rows: Sequence[Row]) -> float | None:
    """Return the middle of the white strip between two columns of running text; None if there is none."""
    if len(rows) < _MIN_ROWS:
        return None
    left, right = min(row[0].x0 for row in rows), max(row[-1].x1 for row in rows)
    spaces = [_spaces(row) for row in rows]
    steps = int((_MIDDLE[1] - _MIDDLE[0]) * (right - left) / _STEP)
    places = [left + _MIDDLE[0] * (right - left) + step * _STEP for step in range(steps)]
    votes = [sum(any(a < x < b for a, b in found) for found in spaces) for x in places]
    most = max(votes, default=0)
    if most < _MIN_ROWS:
        return None
    best = [x for x, vote in zip(places, votes, strict=True) if vote == most]
    gutter = best[len(best) // 2]
    spanning = sum(row[0].x0 < gutter < row[-1].x1 for row in rows)
    return gutter if most >= _MIN_SHARE * spanning and _is_text(rows, gutter) else None


def _spaces(row: Row) -> list[tuple[float, float]]:
    return [(a.x1, b.x0) for a, b in pairwise(row) if b.x0 - a.x1 >= _MIN_GUTTER * b.size]


def _is_text(rows: Sequence[Row], gutter: float) -> bool:
    """Tell running text left of a gutter from the first column of a list."""
    parted = [row for row in rows if any(a < gutter < b for a, b in _spaces(row))]
    parts = [[c for c in row if c.x1 <= gutter] for row in parted]
    dense = sum(sum(c.x1 - c.x0 for c in part) >= _DENSE * (part[-1].x1 - part[0].x0) for part in parts)
    if dense < _MIN_FULL_SHARE * len(parts):
        return False
    edge = max(part[-1].x1 for part in parts)
    full = sum(edge - part[-1].x1 <= _FULL * part[-1].size for part in parts)
    longest = max(part[-1].x1 - part[0].x0 for part in parts)
    return full >= _MIN_FULL_SHARE * len(parts) and longest >= _MIN_COLUMN * parts[0][0].size
