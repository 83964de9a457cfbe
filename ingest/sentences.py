"""Text → sentences, and sentences → the parts of a list that can stand alone.

Both return offsets into the text given. Nothing is lost: the spans cover every character but the white
space between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of text, start inclusive, end exclusive, in characters."""

    start: int
    end: int


# Ends of sentences: the ideographic and full-width marks and their ASCII twins, which government pages mix.
# The full stop "." is not among them: in Chinese text it stands in numbers and numbering.
_SENTENCE_END = re.compile(r"[。！？!?…]+[”’」』）)\]】》\"']*|\n+")
_PART_END = re.compile(r"[；;]")
_OPENING, _CLOSING = "（(《“「『【[", "）)》”」』】]"


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]`; a line break ends a sentence."""
    stop = len(text) if end is None else end
    return cut(text, start, stop, (m.end() for m in _SENTENCE_END.finditer(text, start, stop)))


def split_parts(text: str, start: int, end: int) -> list[Span]:
    """Return the parts of the sentence `text[start:end]` between semicolons that stand outside brackets."""
    marks = (m.end() for m in _PART_END.finditer(text, start, end) if bracket_depth(text, start, m.start()) == 0)
    return cut(text, start, end, marks)


def bracket_depth(text: str, start: int, position: int) -> int:
    """Return how many brackets or quotation marks opened since `start` are still open at `position`."""
    depth = 0
    for character in text[start:position]:
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
    return depth


def cut(text: str, start: int, end: int, cuts: Iterable[int]) -> list[Span]:
    """Return the stretches of `text[start:end]` between ascending offsets, trimmed, without empty ones."""
    spans = []
    for offset in (*cuts, end):
        span = trim(text, start, offset)
        if span.start < span.end:
            spans.append(span)
        start = offset
    return spans


def trim(text: str, start: int, end: int) -> Span:
    """Return the span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
