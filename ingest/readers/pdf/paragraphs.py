"""Lines → paragraphs, tables → grids, over the breaks of columns and pages.

A line goes on in the next one if the next one's first piece would not have found room in it, unless something says
that a paragraph begins: an indent, a number after the end of a sentence, another size of the font, a gap.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from ingest.content import Block, Grid, Paragraph
from ingest.readers.pdf.columns import Placed
from ingest.readers.pdf.lines import MARKER, Line, joined
from ingest.readers.pdf.tables import Table


@dataclass(frozen=True, slots=True)
class _Edges:
    """Of a column, in points."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Set:
    """A line and how it is set in its column, in units of its size."""

    line: Line
    page: int
    column: int
    indent: float
    room: float

    @property
    def is_centred(self) -> bool:
        return self.indent > _CENTRED_INDENT and abs(self.indent - self.room) <= _CENTRED_TOLERANCE


_CENTRED_INDENT = 1.0
_CENTRED_TOLERANCE = 2.0  # a title of two lines is often set by hand with spaces


def blocks_of(items: Sequence[Placed]) -> list[Block]:
    """Return the paragraphs and tables of all pages in reading order."""
    edges = _edges(items)
    lines = [item.content for item in items if isinstance(item.content, Line)]
    body = _body_size(lines)
    writer = _Writer(body, _pitch(items, body))
    for _, page in groupby(items, key=lambda item: item.page):
        text, notes = _without_footnotes(list(page), body)
        for item in text:
            if isinstance(item.content, Table):
                writer.add_table(item.content, item.page)
            else:
                writer.add(_set(item, item.content, edges))
        writer.notes += [_set(item, item.content, edges) for item in notes if isinstance(item.content, Line)]
    writer.close()
    return writer.blocks


def _body_size(lines: Iterable[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _pitch(items: Sequence[Placed], body: float) -> float:
    """Return the usual distance of the baselines of body text."""
    steps = [
        b.content.baseline - a.content.baseline
        for a, b in pairwise(items)
        if isinstance(a.content, Line) and isinstance(b.content, Line) and a.page == b.page and a.column == b.column
    ]
    return median([step for step in steps if 0 < step <= _MAX_PITCH * body] or [0.0])


_MAX_PITCH = 3.0  # times the size: double spacing is 2.6


# --- columns ---------------------------------------------------------------------------------------------------------

_ALIGNED = 0.6  # of the size: lines at one edge
_MIN_LINES = 5  # a column of fewer lines may have none that is full
_MIN_COLUMN = 15  # times the size: one of two columns has 17 at least, a list of names fewer
_ENDING = 1.2  # of the size: a full line may end in half a punctuation mark


def _edges(items: Sequence[Placed]) -> dict[tuple[int, int], _Edges]:
    """Return the edges of each column of each page, by page and column.

    A column with few full lines takes those of another page whose text reaches further, the nearest to its own.
    """
    columns: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for item in items:
        if isinstance(item.content, Line):
            columns[item.page, item.column].append(item.content)
    own = {key: _edges_of(lines) for key, lines in columns.items()}
    known = [(key[1], own[key]) for key, lines in columns.items() if _has_full(lines, own[key])]
    return {key: _best_edges(key[1], edges, known, columns[key][0].size) for key, edges in own.items()}


def _edges_of(lines: Sequence[Line]) -> _Edges:
    """Return where lines begin and end: the outermost place that two lines share."""
    size = median(line.size for line in lines)
    lefts, rights = sorted(line.x0 for line in lines), sorted((line.x1 for line in lines), reverse=True)
    left = next((a for a, b in pairwise(lefts) if b - a <= _ALIGNED * size), lefts[0])
    right = next((a for a, b in pairwise(rights) if a - b <= _ENDING * size), rights[0])
    return _Edges(left, max(right, left + _MIN_COLUMN * size))


def _has_full(lines: Sequence[Line], edges: _Edges) -> bool:
    full = sum(edges.right - line.x1 <= _ENDING * line.size for line in lines)
    return len(lines) >= _MIN_LINES and full >= max(_MIN_FULL, _MIN_FULL_SHARE * len(lines))


_MIN_FULL, _MIN_FULL_SHARE = 3, 0.25


def _best_edges(column: int, own: _Edges, known: Sequence[tuple[int, _Edges]], size: float) -> _Edges:
    wider = [
        edges
        for other, edges in known
        if other == column and edges.left <= own.left + _ALIGNED * size and edges.right >= own.right - _ENDING * size
    ]
    if not wider:
        return own
    return min(wider, key=lambda e: (round(abs(e.left - own.left) / size), e.right))


def _set(item: Placed, line: Line, edges: dict[tuple[int, int], _Edges]) -> _Set:
    column = edges[item.page, item.column]
    size = line.size or 1.0
    return _Set(line, item.page, item.column, (line.x0 - column.left) / size, (column.right - line.x1) / size)


# --- footnotes -------------------------------------------------------------------------------------------------------

_NOTE_SIZE = 0.92  # of the body's: 小五 under 五号 is .86


def _without_footnotes(page: list[Placed], body: float) -> tuple[list[Placed], list[Placed]]:
    """Part the small lines at the foot of a page from its text, if they begin with a number."""
    start = len(page)
    while start and isinstance(line := page[start - 1].content, Line) and line.size <= _NOTE_SIZE * body:
        start -= 1
    while start < len(page) and not _is_note(page[start]):
        start += 1
    return (page[:start], page[start:]) if start else (page, [])


def _is_note(item: Placed) -> bool:
    return isinstance(item.content, Line) and _begins_note(item.content)


def _begins_note(line: Line) -> bool:
    return bool(MARKER.match(line.text)) or line.text[0].isdigit() or line.text[0] in "*※†注"


# --- paragraphs ------------------------------------------------------------------------------------------------------

_INDENT = 0.8  # of the size: first lines are indented by 2.0, blocks by 1.0 at least
_ASIDE = 6.0  # of the size: what begins further in is a title, a signature or a date
_SAME_SIZE = 0.1  # of the size: 小四 and 五号 differ by .14
_LARGER = 1.08  # times the size of the body: 三号 over 小三 is 1.07
_GAP = 1.45  # times the usual distance of the baselines: paragraphs of printed pages are a blank line apart
_TITLE_PITCH = 1.6  # times the size
_ROOM = 0.4  # of the size: what a line may be short of, by rounding and narrowed punctuation
_SENTENCE_ENDS = "。；：！？;:!?….）)”」"
_LEADERS = ("……", "···", "....", "⋯⋯", "----", "────")


class _Writer:
    """Puts lines together; holds the footnotes of a page back until the paragraph that goes over its end is whole.

    Attributes:
        blocks: What is done.
        notes: Lines of footnotes still to come.
    """

    def __init__(self, body: float, pitch: float) -> None:
        self.blocks: list[Block] = []
        self.notes: list[_Set] = []
        self._body = body
        self._pitch = pitch
        self._open: list[_Set] = []

    def add(self, line: _Set) -> None:
        """Go on with the open paragraph, or end it and begin another."""
        if not self._goes_on(self._open, line):
            self._end()
        self._open.append(line)

    def add_table(self, table: Table, page: int) -> None:
        """Add a table, to the last one if it goes on over the page."""
        self._end()
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, Grid) and last.page != page and len(last.rows[0]) == len(table.rows[0]):
            more = table.rows[1:] if table.rows[0] == last.rows[0] else table.rows
            self.blocks[-1] = Grid(last.rows + more, page=last.page)
        else:
            self.blocks.append(Grid(table.rows, page=page))

    def close(self) -> None:
        """End the last paragraph."""
        self._end()

    def _end(self) -> None:
        self._write(self._open)
        self._open = []
        note: list[_Set] = []
        for line in self.notes:
            if note and (_begins_note(line.line) or not self._goes_on(note, line)):
                self._write(note)
                note = []
            note.append(line)
        self._write(note)
        self.notes = []

    def _write(self, lines: Sequence[_Set]) -> None:
        if lines:
            self.blocks.append(Paragraph(joined([s.line.text for s in lines]), lines[0].page))

    def _goes_on(self, paragraph: Sequence[_Set], line: _Set) -> bool:
        """Tell whether a paragraph goes on in a line."""
        if not paragraph:
            return False
        last = paragraph[-1]
        if abs(last.line.size - line.line.size) > _SAME_SIZE * last.line.size or self._is_apart(last, line):
            return False
        if line.is_centred and (last.is_centred or last.room < _ALIGNED) and line.line.size >= _LARGER * self._body:
            return True
        return _is_full(last, line) and not _begins(paragraph, line)

    def _is_apart(self, last: _Set, line: _Set) -> bool:
        if (last.page, last.column) != (line.page, line.column):
            return False
        step = line.line.baseline - last.line.baseline
        is_title = last.line.size > _LARGER * self._body
        usual = _TITLE_PITCH * last.line.size if is_title else max(self._pitch, _LARGER * last.line.size)
        return step > _GAP * usual


def _is_full(last: _Set, line: _Set) -> bool:
    """Tell whether the first piece of a line would have found no room at the end of the line before."""
    if last.indent > _ASIDE and last.indent - line.indent > _INDENT:
        return False
    if last.line.text[-1].isdigit() and any(leader in last.line.text for leader in _LEADERS):
        return False  # an entry of a table of contents
    return last.room * last.line.size < line.line.lead + _ROOM * line.line.size


def _begins(paragraph: Sequence[_Set], line: _Set) -> bool:
    """Tell whether a paragraph begins with a line that follows a full one."""
    first, last = paragraph[0], paragraph[-1]
    if MARKER.match(line.line.text) and last.line.text[-1] in _SENTENCE_ENDS:
        return True
    if line.indent < _INDENT:
        return False
    if abs(line.line.x0 - first.line.hang) <= _INDENT * line.line.size and first.line.hang > first.line.x0:
        return False  # hanging: under the text behind the number
    if len(paragraph) > 1:
        return line.indent - last.indent >= _INDENT  # the block is indented as a whole
    return line.indent - last.indent > -_INDENT
