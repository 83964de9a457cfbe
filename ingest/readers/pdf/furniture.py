"""Headers, footers and page numbers: what stands at the edges of the pages and is none of the text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from ingest.readers.pdf.columns import Layout, Placed
from ingest.readers.pdf.lines import Line

_TOP, _BOTTOM = 0.1, 0.12  # of the height: official documents begin at .125 and have page numbers at .095
_SAME_HEIGHT = 4.0  # points: even and odd pages differ by rounding
_MIN_PAGES = 2
_MIN_PAGE_SHARE = 0.2  # a running title stands on the pages of a chapter
_OUTER_LINES = 3  # at each edge

_NUMBERED = re.compile(
    r"[-—–―－─~·•\s]+\d{1,4}[-—–―－─~·•\s]+|第\s?\d{1,4}\s?页(?:\s?[,，/]?\s?共\s?\d{1,4}\s?页)?|"
    r"\d{1,4}\s?/\s?\d{1,4}|[Pp]age\s?\d{1,4}(?:\s?of\s?\d{1,4})?"
)
_BARE = re.compile(r"\d{1,4}|[ivxlcIVXLC]{1,6}")
_PRINTED = re.compile(
    r"(?:https?://|file:///)[!-~]*(?:\s.*)?|\d{4}[/-]\d{1,2}[/-]\d{1,2},?\s?(?:[上下]午)?\s?\d{1,2}:\d{2}.*"
)
_CHANGING = re.compile(r"[\d\s]+")


def without_furniture(layouts: Sequence[Layout]) -> tuple[list[Placed], list[str]]:
    """Return the lines and tables of all pages less what repeats at their edges, and the texts left out."""
    edges = [(layout, item) for layout in layouts for item in _at_edges(layout)]
    repeated = _repeated(edges, len(layouts))
    numbers = _bare_numbers(edges)
    gone = {
        id(item) for _, item in edges if id(item) in repeated or id(item) in numbers or _is_furniture_alone(_text(item))
    }
    items = [item for layout in layouts for item in layout.items]
    left_out = dict.fromkeys(_text(item) for item in items if id(item) in gone)
    return [item for item in items if id(item) not in gone], list(left_out)


def _text(item: Placed) -> str:
    return item.content.text if isinstance(item.content, Line) else ""


def _at_edges(layout: Layout) -> list[Placed]:
    """Return the outermost lines of a page, if they stand near its edges."""
    lines = sorted(
        ((item.content.baseline, item) for item in layout.items if isinstance(item.content, Line)),
        key=lambda pair: pair[0],
    )
    found = []
    for place, (baseline, item) in enumerate(lines):
        at_top = place < _OUTER_LINES and baseline <= _TOP * layout.height
        at_bottom = place >= len(lines) - _OUTER_LINES and baseline >= (1 - _BOTTOM) * layout.height
        if at_top or at_bottom:
            found.append(item)
    return found


def _is_furniture_alone(text: str) -> bool:
    """Tell what is furniture on a single page too."""
    return bool(_NUMBERED.fullmatch(text) or _PRINTED.fullmatch(text))


def _repeated(edges: Sequence[tuple[Layout, Placed]], pages: int) -> set[int]:
    """Return the lines that say the same at the same height on several pages, digits aside."""
    groups: dict[str, list[Placed]] = defaultdict(list)
    for _, item in edges:
        groups[_CHANGING.sub("", _text(item))].append(item)
    repeated = set()
    for text, group in groups.items():
        if not text:
            continue  # bare numbers
        heights = Counter(_height(item) for item in group)
        for item in group:
            alike = sum(heights[_height(item) + step] for step in (-1, 0, 1))
            if alike >= max(_MIN_PAGES, _MIN_PAGE_SHARE * min(pages, _MANY_PAGES)):
                repeated.add(id(item))
    return repeated


_MANY_PAGES = 20  # from here on a running title need not stand on more pages


def _height(item: Placed) -> int:
    return round(item.content.baseline / _SAME_HEIGHT) if isinstance(item.content, Line) else 0


def _bare_numbers(edges: Sequence[tuple[Layout, Placed]]) -> set[int]:
    """Return the bare numbers that count the pages: with the page's number, or all the same distance from it."""
    numbers = [(layout.number, item) for layout, item in edges if _BARE.fullmatch(_text(item))]
    distances = Counter(int(_text(item)) - page for page, item in numbers if _text(item).isdecimal())
    return {
        id(item)
        for page, item in numbers
        if not _text(item).isdecimal() or int(_text(item)) == page or distances[int(_text(item)) - page] >= _MIN_PAGES
    }
