"""Characters → lines of text, spaces set by the distances between characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.pdf.characters import Character

MARKER = re.compile(
    r"第[一二三四五六七八九十百千零〇○\d]{1,7}[编章节条款部篇]|"
    r"[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|"
    r"\d{1,2}[.．、）)](?!\d)|\d{1,2}(?:\.\d{1,2}){1,3}(?![\d%\w])|\[\d{1,3}\]|"
    r"[①-⑳㈠-㈩⑴-⒇]|附件[\d一二三四五六七八九十]{0,2}[:：]?|[•●■◆▪➢]"
)
"""How a paragraph of a list, a clause or a heading begins."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, in points.

    Attributes:
        text: Not empty.
        x0: Where it begins.
        x1: Where it ends.
        baseline: On which it stands, growing downwards.
        size: Of the font of most of its characters.
        lead: Width of its first piece that does not break: a word, or a character and its punctuation.
        hang: Where the text behind its marker begins; `x0` if it has none.
    """

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    lead: float
    hang: float


Row = list[Character]
"""Characters on one baseline, from left to right."""

_SAME_BASELINE = 0.25  # of the size: fonts of one line differ by up to .15, lines are 1.0 apart at least
_SAME_PLACE = 0.5  # of the width: fake bold moves a character by up to .1, two of the same are 1.0 apart
_RAISED_SIZE, _RAISED_SHARE = 0.85, 0.4  # superscripts are .5 to .7 of the size and overlap the line by half or more
_TOUCHING = 1.0  # of the size: how near to the text a superscript stands


def rows_of(characters: Iterable[Character]) -> list[Row]:
    """Return the rows of a page or a cell, downwards; what is drawn twice is there once."""
    rows: list[Row] = []
    for character in sorted(characters, key=lambda c: c.baseline):
        first = rows[-1][0] if rows else None
        if first and character.baseline - first.baseline <= _SAME_BASELINE * min(first.size, character.size):
            rows[-1].append(character)
        else:
            rows.append([character])
    return [_once(sorted(row, key=lambda c: c.x0)) for row in _with_raised(rows)]


def _with_raised(rows: list[Row]) -> list[Row]:
    """Put superscripts and subscripts into the line they belong to."""
    kept: list[Row] = []
    waiting: Row | None = None  # a short row may belong to the one below it
    for row in rows:
        if waiting and _is_raised(waiting, row):
            row += waiting
        elif waiting:
            kept.append(waiting)
        waiting = None
        if kept and _is_raised(row, kept[-1]):
            kept[-1] += row
        elif len(row) <= _MAX_RAISED:
            waiting = row
        else:
            kept.append(row)
    return [*kept, waiting] if waiting else kept


_MAX_RAISED = 12  # characters: 「[25-28]」 and the like, several times in a line


def _is_raised(small: Row, row: Row) -> bool:
    """Tell whether some few small characters stand beside a row, above or below its baseline."""
    if len(small) > _MAX_RAISED or small is row:
        return False
    size = max(c.size for c in row)
    if max(c.size for c in small) > _RAISED_SIZE * size:
        return False
    top, bottom = min(c.top for c in row), max(c.bottom for c in row)
    left, right = min(c.x0 for c in row), max(c.x1 for c in row)
    return all(
        min(c.bottom, bottom) - max(c.top, top) >= _RAISED_SHARE * (c.bottom - c.top)
        and left - _TOUCHING * size <= c.x0 <= right + _TOUCHING * size
        for c in small
    )


def _once(row: Row) -> Row:
    kept = row[:1]
    for character in row[1:]:
        last = kept[-1]
        if character.text != last.text or character.x0 - last.x0 > _SAME_PLACE * (last.x1 - last.x0):
            kept.append(character)
    return kept


# --- text ------------------------------------------------------------------------------------------------------------

_WORD_SPACE = 0.12  # of the size: between Latin letters; a narrow space is .2, less behind a leaning f
_WIDE_SPACE = 0.6  # of the size, at Chinese: in justified lines and beside Latin up to .4, a full space is 1.0
_LETTER_SPACE = 0.2, 2.5  # of the size: 「总　则」 and 「中 南 大 学 文 件」 are words set wide, more is a column
_CLOSERS = "，。、；：！？）》〉」』】〕”’…,.;:!?)]}%％"
_OPENERS = "（《〈「『【〔“‘(["


def line_of(row: Row) -> Line:
    """Return a row as a line."""
    text, starts = _spaced(row)
    size = Counter(round(c.size, 1) for c in row).most_common(1)[0][0]
    marker = MARKER.match(text)
    hang = next((x for place, x in starts if place >= marker.end()), row[0].x0) if marker else row[0].x0
    return Line(text, row[0].x0, row[-1].x1, row[0].baseline, size, _lead(row), hang)


def _spaced(row: Row) -> tuple[str, list[tuple[int, float]]]:
    """Return the text of a row, and where in it each character begins and stands."""
    gaps = [(b.x0 - a.x1) / max(b.size, 1) for a, b in pairwise(row)]
    chinese = [gap for gap, (a, b) in zip(gaps, pairwise(row), strict=True) if not (_is_latin(a) and _is_latin(b))]
    least = min(chinese, default=0.0)
    letter_space = least if _LETTER_SPACE[0] <= least <= _LETTER_SPACE[1] else 0.0
    text, starts = row[0].text, [(0, row[0].x0)]
    for gap, (a, b) in zip(gaps, pairwise(row), strict=True):
        if _is_latin(a) and _is_latin(b):
            text += " " if gap > _WORD_SPACE or b.after_space else ""
        elif gap > letter_space + _WIDE_SPACE or _sets_off(text, gap - letter_space, b):
            text += " "
        starts.append((len(text), b.x0))
        text += b.text
    return text, starts


def _sets_off(text: str, gap: float, character: Character) -> bool:
    """Tell whether a narrow space sets off the number of a heading."""
    if _NUMBER.fullmatch(text):
        return gap > _NUMBER_SPACE
    return character.after_space and text.isdecimal() and len(text) <= _MAX_NUMBER


_NUMBER = re.compile(
    r"\d{1,2}(?:\.\d{1,2})+|[一二三四五六七八九十]{1,3}|第[一二三四五六七八九十百千零〇\d]{1,7}[编章节条]"
)
_NUMBER_SPACE = 0.2  # of the size: word processors put .25 between Latin and Chinese
_MAX_NUMBER = 2  # digits; more are an amount or a year


def _is_latin(character: Character) -> bool:
    return character.text.isascii()


def _lead(row: Row) -> float:
    """Return the width of the first piece of a row that does not break at the end of a line."""
    end = 0
    while end < len(row) - 1 and row[end].text in _OPENERS:
        end += 1
    while end < len(row) - 1 and _holds(row[end], row[end + 1]):
        end += 1
    return row[end].x1 - row[0].x0


def _holds(a: Character, b: Character) -> bool:
    return b.text in _CLOSERS or (_is_latin(a) and _is_latin(b) and not b.after_space)


# --- joining ---------------------------------------------------------------------------------------------------------

_HYPHENATED = re.compile(r"[A-Za-z]-$")
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]*$")  # an address goes on in the next line as it is


def joined(texts: Sequence[str]) -> str:
    """Return lines as one text: a space only between Latin words, a word parted by a hyphen made whole."""
    whole = ""
    for text in texts:
        if not whole:
            whole = text
        elif _HYPHENATED.search(whole) and text[0].islower() and text[0].isascii():
            whole = whole[:-1] + text
        elif whole[-1].isascii() and text[0].isascii() and whole[-1] not in "([/" and not _ADDRESS.search(whole):
            whole += " " + text
        else:
            whole += text
    return whole
