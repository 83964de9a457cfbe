"""Cells as files have them → rows of equal length; and whether a table is one of data at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MAX_COLUMNS = 200  # the widest statistical tables have about 60; a span of a million is a slip or an attack


class Cell(NamedTuple):
    """A cell, and how far it reaches."""

    text: str
    columns: int = 1
    rows: int = 1


def fill(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    """Return rows of equal length, a merged cell repeated wherever it reaches."""
    filled: list[list[str]] = []
    reaching: dict[int, tuple[str, int]] = {}  # column → text from above, and for how many rows more
    for row in rows:
        texts: list[str] = []
        cells = iter(row)
        below: dict[int, tuple[str, int]] = {}
        while len(texts) < MAX_COLUMNS:
            if len(texts) in reaching:
                text, left = reaching[len(texts)]
                if left > 1:
                    below[len(texts)] = (text, left - 1)
                texts.append(text)
                continue
            cell = next(cells, None)
            if cell is None:
                if not any(column > len(texts) for column in reaching):
                    break
                texts.append("")
                continue
            for _ in range(min(cell.columns, MAX_COLUMNS - len(texts))):
                if cell.rows > 1:
                    below[len(texts)] = (cell.text, cell.rows - 1)
                texts.append(cell.text)
        reaching = below
        filled.append(texts)
    width = max(map(len, filled), default=0)
    return tuple(tuple(texts + [""] * (width - len(texts))) for texts in filled)


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
