"""Ruling lines → tables.

The lines of a table divide the page into a lattice. Two places of the lattice with no line between them are one cell;
what a merged cell says is repeated at each of its places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from ingest.readers.pdf.characters import Character, Page, Rule
from ingest.readers.pdf.lines import joined, line_of, rows_of


@dataclass(frozen=True, slots=True)
class Table:
    """A table of at least two rows and two columns, in points.

    Attributes:
        rows: Rows of cells, all of the same length.
        x0: Left edge.
        x1: Right edge.
        top: Upper edge, growing downwards.
        bottom: Lower edge.
    """

    rows: tuple[tuple[str, ...], ...]
    x0: float
    x1: float
    top: float
    bottom: float


_REACH = 3.0  # points: lines that should meet miss one another by up to the width of a line
_MIN_SIDE = 2  # of rows and of columns: less is a box around text
_MIN_TEXT_SHARE = 0.25  # of the cells: forms to be filled in have text in a third, drawings in fewer


def take_tables(page: Page, max_cells: int) -> list[Table]:
    """Return the tables of a page and take their characters out of it.

    Args:
        page: Loses the characters that stand in tables.
        max_cells: A lattice of more is a drawing.
    """
    tables = []
    for lattice in _lattices(page.rules):
        if lattice.places > max_cells:
            continue
        table, taken = _table_of(lattice, page.characters)
        if table:
            tables.append(table)
            page.characters = [c for c, in_table in zip(page.characters, taken, strict=True) if not in_table]
    return tables


# --- lattices --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Lattice:
    """Lines that meet, their places snapped to one another."""

    along: list[Rule]
    across: list[Rule]
    xs: list[float]
    ys: list[float]

    @property
    def places(self) -> int:
        return (len(self.xs) - 1) * (len(self.ys) - 1)


def _lattices(rules: Sequence[Rule]) -> list[_Lattice]:
    along = _merged([r for r in rules if r.x1 - r.x0 >= r.bottom - r.top and r.x1 - r.x0 > _REACH])
    across = [_turned(r) for r in _merged([_turned(r) for r in rules if _REACH < r.bottom - r.top > r.x1 - r.x0])]
    lattices = []
    for group in _meeting(along, across):
        lines = [r for r in group if r.x1 - r.x0 >= r.bottom - r.top]
        bars = [r for r in group if r.x1 - r.x0 < r.bottom - r.top]
        if len(lines) < _MIN_LINES or not bars:
            continue
        ys = _snapped((r.top + r.bottom) / 2 for r in lines)
        edges = [min(r.x0 for r in lines), max(r.x1 for r in lines)]  # tables are often open at their sides
        xs = _snapped([*((r.x0 + r.x1) / 2 for r in bars), *edges])
        lattices.append(_Lattice(lines, bars, xs, ys))
    return lattices


_MIN_LINES = 3  # above, between and below two rows


def _turned(rule: Rule) -> Rule:
    return Rule(rule.top, rule.x0, rule.bottom, rule.x1)


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Join the pieces of lines along the text: programs draw one for each cell."""
    merged: list[Rule] = []
    level: list[Rule] = []
    for rule in [*sorted(rules, key=lambda r: r.top + r.bottom), None]:
        if rule and level and (rule.top + rule.bottom) / 2 - (level[0].top + level[0].bottom) / 2 <= _REACH:
            level.append(rule)
            continue
        for piece in sorted(level):
            last = merged[-1] if merged and merged[-1].top == level[0].top else None
            if last and piece.x0 - last.x1 <= _REACH:
                merged[-1] = last._replace(x1=max(last.x1, piece.x1))
            else:
                merged.append(Rule(piece.x0, level[0].top, piece.x1, level[0].bottom))
        level = [rule] if rule else []
    return merged


def _meeting(along: list[Rule], across: list[Rule]) -> list[list[Rule]]:
    """Return the groups of lines that meet."""
    group_of = list(range(len(along) + len(across)))

    def root(index: int) -> int:
        while group_of[index] != index:
            group_of[index] = group_of[group_of[index]]
            index = group_of[index]
        return index

    tops = [r.top for r in along]  # sorted
    for number, bar in enumerate(across, len(along)):
        for index in range(bisect_left(tops, bar.top - 2 * _REACH), bisect_right(tops, bar.bottom + _REACH)):
            line = along[index]
            if line.x0 - _REACH <= bar.x1 and bar.x0 <= line.x1 + _REACH and line.bottom >= bar.top - _REACH:
                group_of[root(number)] = root(index)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate([*along, *across]):
        groups.setdefault(root(index), []).append(rule)
    return list(groups.values())


def _snapped(places: Iterable[float]) -> list[float]:
    snapped: list[float] = []
    for place in sorted(places):
        if not snapped or place - snapped[-1] > _REACH:
            snapped.append(place)
    return snapped


# --- cells -----------------------------------------------------------------------------------------------------------


def _table_of(lattice: _Lattice, characters: Sequence[Character]) -> tuple[Table | None, list[bool]]:
    """Return the table of a lattice and which characters stand in it; None if it is a box, a line or a drawing."""
    cells = _cells(lattice)
    height, width = len(lattice.ys) - 1, len(lattice.xs) - 1
    columns = {tuple(cells[row][column] for row in range(height)) for column in range(width)}
    rows = {tuple(row) for row in cells}
    if min(len(rows), len(columns)) < _MIN_SIDE or not _are_rectangles(cells):
        return None, []
    inside: dict[int, list[Character]] = {}
    taken = []
    for character in characters:
        row = bisect_right(lattice.ys, (character.top + character.bottom) / 2) - 1
        column = bisect_right(lattice.xs, (character.x0 + character.x1) / 2) - 1
        found = 0 <= row < height and 0 <= column < width
        taken.append(found)
        if found:
            inside.setdefault(cells[row][column], []).append(character)
    if len(inside) < _MIN_TEXT_SHARE * len({cell for row in cells for cell in row}):
        return None, []
    texts = {cell: joined([line_of(row).text for row in rows_of(found)]) for cell, found in inside.items()}
    kept_rows = _without_repeats(cells)
    kept_columns = _without_repeats(list(zip(*kept_rows, strict=True)))
    grid = tuple(tuple(texts.get(cell, "") for cell in row) for row in zip(*kept_columns, strict=True))
    xs, ys = lattice.xs, lattice.ys
    return Table(grid, xs[0], xs[-1], ys[0], ys[-1]), taken


def _are_rectangles(cells: Sequence[Sequence[int]]) -> bool:
    places: dict[int, list[tuple[int, int]]] = {}
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            places.setdefault(cell, []).append((row, column))
    return all(
        len(found) == (found[-1][0] - found[0][0] + 1) * (max(c for _, c in found) - min(c for _, c in found) + 1)
        for found in places.values()
    )


def _cells(lattice: _Lattice) -> list[list[int]]:
    """Return the number of the cell at each place of a lattice."""
    height, width = len(lattice.ys) - 1, len(lattice.xs) - 1
    below = _covered([_turned(r) for r in lattice.along], lattice.ys, lattice.xs)
    beside = _covered(lattice.across, lattice.xs, lattice.ys)
    cell_of = list(range(height * width))

    def root(place: int) -> int:
        while cell_of[place] != place:
            cell_of[place] = cell_of[cell_of[place]]
            place = cell_of[place]
        return place

    for row, column in product(range(height), range(width)):
        place = row * width + column
        if row + 1 < height and (row + 1, column) not in below:
            cell_of[root(place + width)] = root(place)
        if column + 1 < width and (column + 1, row) not in beside:
            cell_of[root(place + 1)] = root(place)
    return [[root(row * width + column) for column in range(width)] for row in range(height)]


def _covered(rules: Iterable[Rule], places: Sequence[float], steps: Sequence[float]) -> set[tuple[int, int]]:
    """Return which steps of which line of a lattice are drawn, for lines across the text."""
    covered = set()
    for rule in rules:
        line = bisect_right(places, (rule.x0 + rule.x1) / 2) - 1
        for step, (start, end) in enumerate(pairwise(steps)):
            if rule.top - _REACH <= (start + end) / 2 <= rule.bottom + _REACH:
                covered.add((line, step))
    return covered


def _without_repeats(rows: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """Drop rows made up of the same cells as the row before: double lines and stray ends of lines."""
    return [row for index, row in enumerate(rows) if index == 0 or list(row) != list(rows[index - 1])]
