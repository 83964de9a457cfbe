"""A page of a PDF → its characters and ruling lines in points, the origin at the top left of the text as it is read."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfPage

from ingest.readers.pdf.glyphs import Glyph, glyphs_by_pdfium, glyphs_by_pdfminer
from ingest.readers.pdf.shapes import Shapes


class Character(NamedTuple):
    """What one shape says, usually one character; a ligature says several.

    Attributes:
        text: Not empty, without white space.
        x0: Left edge of its box.
        x1: Right edge.
        top: Upper edge, growing downwards.
        bottom: Lower edge.
        baseline: On which it stands.
        size: Of its font.
        after_space: White space is written before it.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    baseline: float
    size: float
    after_space: bool


class Rule(NamedTuple):
    """A thin straight line, along the text (`top` is about `bottom`) or across it."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Page:
    """What is drawn on a page.

    Attributes:
        number: Counted from 1.
        width: Of the page as its text is read.
        height: Of the page as its text is read.
        characters: The upright ones, as drawn.
        rules: Its ruling lines.
        marks: Text that is turned or off the page.
        unreadable: How many characters say nothing in Unicode.
        pictures: How many pictures are drawn.
        segments: How many lines and curves are drawn.
    """

    number: int
    width: float
    height: float
    characters: list[Character] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    unreadable: int = 0
    pictures: int = 0
    segments: int = 0


def read_page(document: PdfDocument, data: bytes, number: int) -> Page:
    """Return what is drawn on a page.

    Args:
        document: The open file.
        data: Its bytes.
        number: Of the page, counted from 1.
    """
    page = document[number - 1]
    try:
        shapes = Shapes()
        shapes.add_page(page)
        glyphs = glyphs_by_pdfminer(data, number) if shapes.unmeasured else list(glyphs_by_pdfium(page))
        return _upright(number, _box(page), glyphs, shapes)
    finally:
        page.close()


def _box(page: PdfPage) -> tuple[float, float, float, float]:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page.raw, box)
    return box.left, box.bottom, box.right, box.top


_TURN_TOLERANCE = 2  # degrees: what a careless hand or rounding adds


def _upright(number: int, box: tuple[float, float, float, float], glyphs: list[Glyph], shapes: Shapes) -> Page:
    """Turn a page as most of its text is turned, and put aside what stands otherwise."""
    turns = Counter(_quarter(glyph.angle) for glyph in glyphs)
    del turns[None]
    turn = max(turns, key=lambda quarter: turns[quarter], default=0) or 0
    place, width, height = _placing(turn, box)
    page = Page(number, width, height, pictures=shapes.pictures, segments=shapes.segments)
    page.rules = [Rule(*place(*rule)) for rule in shapes.rules]
    marks = []
    spaced = False
    for glyph in glyphs:
        text = _clean(glyph.text)
        if glyph.text and not text:
            spaced = spaced or glyph.text.isspace()
            continue
        if not text or _is_unreadable(text):
            page.unreadable += 1
            continue
        x0, top, x1, bottom = place(glyph.left, glyph.bottom, glyph.right, glyph.top)
        x, baseline, _, _ = place(glyph.x, glyph.y, glyph.x, glyph.y)
        inside = 0 <= (x0 + x1) / 2 <= width and 0 <= (top + bottom) / 2 <= height
        if _quarter(glyph.angle) != turn or not inside:
            marks.append(text)
        else:
            page.characters.append(Character(text, min(x, x0), x1, top, bottom, baseline, glyph.size, spaced))
        spaced = False
    if marks:
        page.marks.append("".join(marks))
    return page


@cache
def _quarter(angle: int) -> int | None:
    """Return the nearest quarter of a turn in degrees; None if none is near."""
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) <= _TURN_TOLERANCE else None


_Place = Callable[[float, float, float, float], tuple[float, float, float, float]]


def _placing(turn: int, box: tuple[float, float, float, float]) -> tuple[_Place, float, float]:
    """Return how a box of the file (left, bottom, right, top) lies on the page as it is read, and the page's size."""
    left, bottom, right, top = box
    if turn == 90:
        return lambda x, y, u, v: (y - bottom, x - left, v - bottom, u - left), top - bottom, right - left
    if turn == 180:
        return lambda x, y, u, v: (right - u, y - bottom, right - x, v - bottom), right - left, top - bottom
    if turn == 270:
        return lambda x, y, u, v: (top - v, right - u, top - y, right - x), top - bottom, right - left
    return lambda x, y, u, v: (x - left, top - v, u - left, top - y), right - left, top - bottom


# CJK radicals that programs on macOS write for the characters they look like; NFKC knows those of U+2F00, not these.
_RADICALS = str.maketrans(
    "⺁⺄⺈⺊⺌⺍⺎⺒⺓⺔⺜⺝⺞⺟⺠⺧⺩⺫⺬⺯⺶⺹⺼⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂乙刀卜小小兀巳幺彑日月歺母民牛王目示糹羊耂肉虎衤覀西见角讠贝车辶辶辶邑钅長长门阝雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)


@cache
def _clean(text: str) -> str:
    """Return text with look-alikes unified, and without white space and what is never seen."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_RADICALS)
    seen = (c for c in text if not c.isspace() and unicodedata.category(c) not in _UNSEEN)
    return "".join(unicodedata.normalize("NFKC", c) if _is_look_alike(ord(c)) else c for c in seen)


_UNSEEN = ("Cc", "Cf")


def _is_look_alike(code: int) -> bool:
    """Tell radicals, compatibility ideographs and Latin ligatures."""
    return any(first <= code <= last for first, last in _LOOK_ALIKES)


_LOOK_ALIKES = (0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFB00, 0xFB06), (0x2F800, 0x2FA1F)


@cache
def _is_unreadable(text: str) -> bool:
    return any(unicodedata.category(character) in ("Co", "Cn") or character == "\ufffd" for character in text)
