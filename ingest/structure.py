"""Canonical text → clauses.

1. every line is looked at: a heading of one of the families, the title of a further part, a row of a table;
2. the headings are nested: a family already open closes what was opened since, a new one opens inside;
3. each heading, with the text up to the next one, becomes a clause; so does each table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.headings import (
    CHAPTER,
    DECIMAL_FAMILIES,
    LABEL,
    LAW_FAMILIES,
    PARAGRAPH,
    QUESTION,
    UNNUMBERED,
    Heading,
    find_chapters,
    find_paragraphs,
    read_heading,
)
from ingest.metadata import announced_titles, clean_title
from ingest.parts import Part, attachment_list, contents_list, find_parts, find_unnumbered, names_list
from ingest.records import Clause, Table
from ingest.sentences import trim
from ingest.times import times_of

OPENING_LABEL = "开头"
_CONTENTS_LABEL = "目录"

_MAX_GAP = 3  # a skipped number or two is a slip of the author; a larger jump is a number in running text
_MAX_REPEATED = 25  # characters; a longer point whose number comes twice is quoted, or of a form
_MAX_CAPTION = 40  # characters


@dataclass(slots=True)
class _Outline:
    """The headings open at the current paragraph, and what their part is called."""

    title: str
    part: Part | None
    open: list[Heading] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)
    earlier: dict[str, int] = field(default_factory=dict)  # where a family stood before it began again

    def enter(self, heading: Heading) -> None:
        """Open a heading inside those it belongs to."""
        if self._resumes(heading):  # what names the list that stands between ends too
            self._leave(UNNUMBERED)
        while self.open and _closes(heading, self.open):
            closed = self.open.pop()
            if closed.family != heading.family and closed.family not in LAW_FAMILIES:
                # Numbering may run through (1–24 over four sections) or restart; both are accepted later.
                self.last[closed.family] = max(self.last.get(closed.family, 0), closed.number)
        self.open.append(heading)
        if heading.family in DECIMAL_FAMILIES:
            self.last[CHAPTER] = int(_numbers(heading)[0])
        if heading.number == 1 and heading.family in self.last:
            self.earlier[heading.family] = max(self.last[heading.family], self.earlier.get(heading.family, 0))
        self.last[heading.family] = heading.number

    def expects(self, heading: Heading) -> bool:
        """Tell whether a heading's number can be the next of its family: a start, or close behind the last."""
        last = self.last.get(heading.family, 0)
        if heading.family == PARAGRAPH:  # counted behind its article
            return bool(self.open)
        if "之" in heading.mark:  # 第二条之一, put in later behind 第二条
            return heading.number == last
        if heading.family in DECIMAL_FAMILIES and not self._reaches(heading):
            return False
        if heading.number == 1 or last < heading.number <= last + _MAX_GAP or self._resumes(heading):
            return True
        # A slip: two points called 三、. Where only the number names a point, it may be one of a form or a quotation.
        return heading.number == last and len(heading.mark) + 1 < len(heading.text) <= _MAX_REPEATED

    def _resumes(self, heading: Heading) -> bool:
        """Tell whether a number goes on behind a list or sample of its own family that began again."""
        before, last = self.earlier.get(heading.family, 0), self.last.get(heading.family, 0)
        return 0 < before == heading.number - 1 != last

    def _leave(self, family: str) -> None:
        """Close the innermost heading of a family, and all inside it."""
        if any(h.family == family for h in self.open):
            while self.open.pop().family != family:
                pass

    def begins_again(self, heading: Heading) -> bool:
        """Tell whether a heading is the first of its family where others of it are open; not in an article."""
        opened = {h.family: h for h in self.open}
        before = opened.get(heading.family)
        return heading.number == 1 and before is not None and before.number > 1 and not opened.keys() & {*LAW_FAMILIES}

    def name_list(self, name: str, first: Heading) -> None:
        """Open an unnumbered heading above a list, beside the list that was open."""
        self._leave(first.family)
        if self.open and self.open[-1].family == UNNUMBERED:
            self.open.pop()
        self.open.append(Heading(UNNUMBERED, 0, name, name))

    def _reaches(self, heading: Heading) -> bool:
        """Tell whether the chapter of a decimal is open or near: 「10.1假期」 below 一、 is a date."""
        chapter = int(_numbers(heading)[0])
        return chapter <= self.last.get(CHAPTER, 0) + _MAX_GAP or chapter in {h.number for h in self.open}

    @property
    def path(self) -> tuple[str, ...]:
        part = (self.part.inside, self.part.name) if self.part else ()
        return (self.title, *filter(None, part), *(h.text for h in self.open))

    @property
    def label(self) -> str:
        label = self.part.prefix if self.part else ""
        for heading in self.open:
            if heading.family in DECIMAL_FAMILIES:
                label = (self.part.prefix if self.part else "") + heading.mark
                continue
            label += heading.mark if _joins(label, heading.mark) else f"、{heading.mark}"
        return label or OPENING_LABEL


_MAX_PREFIX = len("附件10")
_STANDS_APART = ("No", "Ps", "Pi")  # Unicode: circled figures, opening brackets and quotation marks


def _joins(label: str, mark: str) -> bool:
    """Tell whether a mark follows a label without 、 between them: 「一（一）」, 「附件1一」, but 「一、1」."""
    if not label or label[-1] in "）)" or mark[0] == "第" or unicodedata.category(mark[0]) in _STANDS_APART:
        return True
    return label.startswith("附") and len(label) <= _MAX_PREFIX and not (label[-1].isdigit() and mark[0].isdigit())


def split_clauses(text: str, title: str, document_id: str, tables: Sequence[Table] = ()) -> tuple[Clause, ...]:
    """Cut canonical text into clauses that cover all of it but white space.

    Args:
        text: One paragraph or row of a table a line.
        title: The document's title, the first heading of every path.
        document_id: Start of every clause's id.
        tables: Those whose rows are lines of the text.
    """
    starts = list(_clause_starts(text, title, tables))
    if len(starts) == 1:
        starts = list(_paragraph_starts(text, title))
    clauses: list[Clause] = []
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    times = times_of(path for _, path, _ in starts)
    for (start, path, label), end, (period, stage) in zip(starts, ends, times, strict=True):
        span = trim(text, start, end)
        clauses.append(Clause(f"{document_id}-{len(clauses) + 1:04d}", path, label, *span, period, stage))
    return tuple(clauses)


class _Start(NamedTuple):
    """Where a clause begins, and what it is called."""

    offset: int
    path: tuple[str, ...]
    label: str


def _clause_starts(text: str, title: str, tables: Sequence[Table]) -> Iterator[_Start]:
    offsets, lines = zip(*_paragraphs(text), strict=True)
    rows = {row.start: number for number, table in enumerate(tables, start=1) for row in table.rows}
    in_tables = {i for i, offset in enumerate(offsets) if offset in rows}
    contents = contents_list(lines)
    parts = {i: part for i, part in find_parts(lines, title, in_tables).items() if i not in contents}
    skipped = {*contents, *attachment_list(lines, parts), *in_tables}
    headings = _headings(lines, skipped)
    unheaded = _unheaded_part(title, parts)
    parts |= find_unnumbered(lines, headings, parts, unheaded)
    headings |= find_paragraphs(lines, headings, {*parts, *skipped})
    outline = _Outline(title, unheaded)
    yield _Start(0, outline.path, OPENING_LABEL)
    table, start = 0, _Start(0, outline.path, outline.label)  # the table that the line before is a row of; 0 for none
    for i, offset in enumerate(offsets):
        before, table = table, rows.get(offset, 0)
        if table:
            if table != before:
                caption = _caption(lines[i - 1], offsets[i - 1] in rows) if i else None
                yield _Start(offset, (*outline.path, caption or f"表{table}"), f"表{table}")
            continue
        opened = _open(outline, i, lines, headings, parts)
        if opened is not None:
            outline = opened
            start = _Start(offset, outline.path, outline.label)
            yield start
        elif i == contents.start and contents:
            yield _Start(offset, (*outline.path, _CONTENTS_LABEL), _CONTENTS_LABEL)
        elif before:  # what follows a table goes on with what stood before it
            yield _Start(offset, start.path, start.label)


def _headings(lines: Sequence[str], skipped: Set[int]) -> dict[int, Heading]:
    """Return the headings that lines could be, by their position."""
    chapters = find_chapters(lines)
    headings: dict[int, Heading] = {}
    counted = {QUESTION: 0, LABEL: 0}
    for i, line in enumerate(lines):
        heading = None if i in skipped else chapters.get(i) or read_heading(line)
        if heading is not None and heading.family in counted:
            counted[heading.family] += 1
            number = counted[heading.family]
            mark = f"{QUESTION}{number}" if heading.family == QUESTION else heading.mark
            heading = heading._replace(number=number, mark=mark)
        if heading is not None:
            headings[i] = heading
    return headings | _unnumbered_chapters(lines, headings, skipped)


_CHAPTER_NAMES = ("序言", "总则", "附则")  # of laws; where the others are numbered, these may not be


def _unnumbered_chapters(
    lines: Sequence[str], headings: Mapping[int, Heading], skipped: Set[int]
) -> dict[int, Heading]:
    """Return the lines that open a chapter of a law without a number: 「附则」 behind 第七编."""
    families = {heading.family for heading in headings.values()}
    family = next((family for family in LAW_FAMILIES[: LAW_FAMILIES.index("节")] if family in families), None)
    if family is None:
        return {}
    found: dict[int, Heading] = {}
    for i, line in enumerate(lines):
        name = re.sub(r"\s", "", line)
        if name in _CHAPTER_NAMES and i not in skipped:
            found[i] = Heading(family, 1, name, name)
    return found


def _open(
    outline: _Outline, i: int, lines: Sequence[str], headings: Mapping[int, Heading], parts: Mapping[int, Part]
) -> _Outline | None:
    """Return the outline behind a line that opens a part or a clause; None for any other."""
    if i in parts:
        return _Outline(outline.title, parts[i])
    heading, following = headings.get(i), headings.get(i + 1)
    if heading is None and following is not None and outline.begins_again(following) and names_list(lines[i]):
        outline.name_list(lines[i].rstrip("：:"), following)
    elif heading is not None and outline.expects(heading):
        outline.enter(heading)
    else:
        return None
    return outline


def _unheaded_part(title: str, parts: dict[int, Part]) -> Part | None:
    """Return the part that a notice prints without repeating its title."""
    names = [part.name for part in parts.values()]
    unheaded = [a for a in announced_titles(title) if not any(a in clean_title(name) for name in names)]
    return Part(unheaded[0], "") if unheaded else None


def _caption(line: str, is_row: bool) -> str | None:
    """Return the line above a table if it names it."""
    if is_row or len(line) > _MAX_CAPTION or re.search(r"[。；，]", line):
        return None
    return line.rstrip("：:")


def _paragraph_starts(text: str, title: str) -> Iterator[_Start]:
    """Without any structure the paragraphs serve."""
    for number, (start, _) in enumerate(_paragraphs(text), start=1):
        yield _Start(start, (title,), f"第{number}段")


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _closes(heading: Heading, opened: list[Heading]) -> bool:
    """Tell whether `heading` closes the innermost of the headings that are open."""
    innermost = opened[-1]
    if heading.family in LAW_FAMILIES:
        rank = LAW_FAMILIES.index(heading.family)
        return innermost.family not in LAW_FAMILIES or LAW_FAMILIES.index(innermost.family) >= rank
    if heading.family in DECIMAL_FAMILIES:
        return _closes_decimal(heading, opened)
    return any(h.family == heading.family for h in opened)


def _closes_decimal(heading: Heading, opened: Sequence[Heading]) -> bool:
    """Tell whether 3.9.1 closes the innermost heading: all below 3.9, or every decimal that it is not in."""
    decimals = [h for h in opened if h.family in DECIMAL_FAMILIES]
    above = [h for h in decimals if _numbers(heading)[: len(_numbers(h))] == _numbers(h) and h.mark != heading.mark]
    return opened[-1] is not above[-1] if above else bool(decimals)


def _numbers(heading: Heading) -> list[str]:
    return re.split("[.．]", heading.mark)
