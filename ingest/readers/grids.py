"""Cells as files have them → rows of equal length; and whether a table is one of data at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ingest.errors import LimitError
from ingest.limits import Limits

_MAX_SPAN = 200  # columns; the widest statistical tables have about 60, a span of a million is a slip or an attack


class Tally:
    """What the tables of one file come to: refuses what is beyond the limits before it is made."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._cells = self._characters = 0

    def count_cells(self, more: int) -> None:
        """Count the cells of a table, merged ones wherever they reach.

        Raises:
            LimitError: There are too many.
        """
        self._cells += more
        if self._cells > self._limits.cells:
            raise LimitError(self._name, f"有 {self._cells} 个以上的单元格", f" {self._limits.cells} 个", "cells")

    def count_characters(self, rows: Iterable[Iterable[str]]) -> None:
        """Count the text of a table, that of merged cells wherever they reach.

        Raises:
            LimitError: It is too long.
        """
        self._characters += sum(len(cell) for row in rows for cell in row)
        if self._characters > self._limits.characters:
            limit = self._limits.characters
            raise LimitError(self._name, f"表格共 {self._characters} 字", f" {limit} 字", "characters")


class Cell(NamedTuple):
    """A cell, and how far it reaches."""

    text: str
    columns: int = 1
    rows: int = 1


def fill(rows: Iterable[Sequence[Cell]], tally: Tally) -> tuple[tuple[str, ...], ...]:
    """Return rows of equal length, a merged cell repeated wherever it reaches.

    Raises:
        LimitError: There are too many cells.
    """
    filled: list[list[str]] = []
    reaching: dict[int, _Reaching] = {}
    for row in rows:
        texts, reaching = _filled(row, reaching, tally)
        filled.append(texts)
    width = max(map(len, filled), default=0)
    tally.count_cells(width * len(filled) - sum(map(len, filled)))
    return tuple(tuple(texts + [""] * (width - len(texts))) for texts in filled)


class _Reaching(NamedTuple):
    """A cell that reaches down from above, and into how many rows more."""

    text: str
    rows: int


def _filled(
    row: Sequence[Cell], reaching: Mapping[int, _Reaching], tally: Tally
) -> tuple[list[str], dict[int, _Reaching]]:
    """Return the texts of a row, and by column what reaches down from it."""
    texts: list[str] = []
    below: dict[int, _Reaching] = {}
    last = max(reaching, default=-1)
    cells = iter(row)
    while True:
        cell: Cell | None
        above = reaching.get(len(texts))
        if above is not None:
            cell = Cell(above.text, rows=above.rows)
        else:
            cell = next(cells, None)
            if cell is None and len(texts) > last:
                return texts, below
            cell = cell or Cell("")
        columns = min(cell.columns, _MAX_SPAN)
        tally.count_cells(columns)
        for _ in range(columns):
            if cell.rows > 1:
                below[len(texts)] = _Reaching(cell.text, cell.rows - 1)
            texts.append(cell.text)


_LONG_CELL = 200  # characters; a remark in a small table can outweigh all its other cells
_ONE_CELL_SHARE = 0.9


def arranges_page(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table only arranges text.

    It does if it has one row, if no row sets two texts beside each other, or if nearly all text is in one cell.
    """
    if len(rows) < 2 or all(len({cell for cell in row if cell}) < 2 for row in rows):
        return True
    sizes = sorted(len(cell) for cell in {cell for row in rows for cell in row})
    return sizes[-1] > _LONG_CELL and sizes[-1] > _ONE_CELL_SHARE * sum(sizes)
