"""Figures → plots, as SVG that stands inside a page: its title and description say it.

Lengths are units of a picture 480 wide. The page's style sheet sets the colours, `first` and `second` among them; lines
also differ by dashes.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 480
_LEFT, _RIGHT = 62.0, 452.0  # of what is drawn; the figures of the axis stand left of it
_TOP, _BOTTOM = 46.0, 252.0
_HEIGHT = 304
_BAR = 34  # from a bar to the next
_BAR_LEFT, _BAR_RIGHT = 116.0, 326.0  # names left of a bar, its figure right of it
_LONGEST_NAME = 12  # letters, or half as many characters
_STYLES = ("first", "second")
_BINS = 24  # of a histogram at most, the one for all that is longer apart


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot: its name, its points from left to right with shares as height, and where it has dots."""

    name: str
    points: Sequence[tuple[float, float]]
    dots: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on the horizontal axis that a dashed upright names."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its name, what stands behind it, such as the number of questions, and the range it may lie in."""

    name: str
    share: float
    detail: str
    between: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What a plot says in words.

    Attributes:
        id: Unique on the page.
        title: What it shows.
        description: What is seen, for who does not see it.
        axis: What the horizontal axis counts.
    """

    id: str
    title: str
    description: str
    axis: str = ""


def line_plot(words: Words, lines: Sequence[Line], ticks: Sequence[float], marks: Sequence[Mark] = ()) -> str:
    """Return lines of shares over an axis from the first tick to the last."""
    parts = [_share_grid(), _axis([(_along(tick, ticks), f"{tick:g}") for tick in ticks], words.axis)]
    for line, style in zip(lines, _STYLES, strict=False):
        points = " ".join(f"{_along(x, ticks):.1f},{_up(share):.1f}" for x, share in line.points)
        parts.append(f"<polyline class='line {style}' points='{points}'/>")
    parts += [
        f"<circle class='{style}' cx='{_along(x, ticks):.1f}' cy='{_up(share):.1f}' r='4'/>"
        for line, style in zip(lines, _STYLES, strict=False)
        for x, share in line.points
        if x in line.dots
    ]
    parts += [_uprights(marks, ticks, [_BOTTOM - 14] * len(marks)), *_legend([line.name for line in lines])]
    return _svg(words, (0, _HEIGHT), parts)


def histogram(words: Words, values: Sequence[float], marks: Sequence[Mark]) -> str:
    """Return how many values lie where; the last column counts all that lie beyond."""
    step = _step(values)
    counts = [0] * min(_BINS + 1, int(max(values) / step) + 1)
    for value in values:
        counts[min(int(value / step), len(counts) - 1)] += 1
    width = (_RIGHT - _LEFT) / len(counts)
    most = max(counts)
    parts = [
        f"<rect class='first' x='{_LEFT + i * width + 0.5:.1f}' y='{_up(count / most):.1f}' width='{width - 1:.1f}' "
        f"height='{_BOTTOM - _up(count / most):.1f}'/>"
        for i, count in enumerate(counts)
    ]
    every = math.ceil(len(counts) / 6)
    ticks = [(_LEFT + i * width, f"{i * step:g}") for i in range(0, len(counts), every)]
    parts += [
        f"<line class='grid' x1='{_LEFT}' x2='{_RIGHT}' y1='{_BOTTOM}' y2='{_BOTTOM}'/>",
        f"<text x='{_LEFT - 8}' y='{_TOP + 5}' text-anchor='end'>{most} 题</text>",
        f"<text x='{_LEFT - 8}' y='{_BOTTOM + 5}' text-anchor='end'>0</text>",
        _axis(ticks, words.axis),
    ]
    parts.append(_uprights(marks, (0, len(counts) * step), [_TOP + 18 + 24 * i for i in range(len(marks))]))
    return _svg(words, (_TOP - 14, _HEIGHT), parts)


def bar_plot(words: Words, bars: Sequence[Bar]) -> str:
    """Return shares as bars, one below the other."""
    parts = []
    for i, bar in enumerate(bars):
        y = i * _BAR + 8
        width = (_BAR_RIGHT - _BAR_LEFT) * bar.share
        box = f"x='{_BAR_LEFT}' y='{y}' height='16'"
        parts += [
            f"<text x='0' y='{y + 13}'>{escape(_shortened(bar.name))}</text>",
            f"<rect class='track' {box} width='{_BAR_RIGHT - _BAR_LEFT}'/>",
            f"<rect class='first' {box} width='{width:.1f}'/>",
            *_range(bar.between, y + 8),
            f"<text x='{_BAR_RIGHT + 10}' y='{y + 13}'>{bar.share:.1%}</text>",
            f"<text class='quiet' x='{_WIDTH - 12}' y='{y + 13}' text-anchor='end'>{escape(bar.detail)}</text>",
        ]
    return _svg(words, (0, len(bars) * _BAR), parts)


def _range(between: tuple[float, float] | None, y: float) -> Iterator[str]:
    if between is not None:
        low, high = (_BAR_LEFT + (_BAR_RIGHT - _BAR_LEFT) * share for share in between)
        yield f"<path class='range' d='M{low:.1f} {y - 4}v8M{low:.1f} {y}H{high:.1f}M{high:.1f} {y - 4}v8'/>"


def _svg(words: Words, extent: tuple[float, float], parts: Sequence[str]) -> str:
    top, bottom = extent
    named = f"aria-labelledby='{words.id}-title {words.id}-description'"
    return (
        f"<svg role='img' viewBox='0 {top:g} {_WIDTH} {bottom - top:g}' {named}>"
        f"<title id='{words.id}-title'>{escape(words.title)}</title>"
        f"<desc id='{words.id}-description'>{escape(words.description)}</desc>{''.join(parts)}</svg>"
    )


def _along(value: float, ends: Sequence[float]) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (value - ends[0]) / (ends[-1] - ends[0])


def _up(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share


def _share_grid() -> str:
    return "".join(
        f"<line class='grid' x1='{_LEFT}' x2='{_RIGHT}' y1='{_up(share):.1f}' y2='{_up(share):.1f}'/>"
        f"<text x='{_LEFT - 8}' y='{_up(share) + 5:.1f}' text-anchor='end'>{share:.0%}</text>"
        for share in (0, 0.25, 0.5, 0.75, 1)
    )


def _axis(ticks: Sequence[tuple[float, str]], name: str) -> str:
    figures = "".join(f"<text x='{x:.1f}' y='{_BOTTOM + 22}' text-anchor='middle'>{text}</text>" for x, text in ticks)
    return f"{figures}<text x='{_RIGHT}' y='{_BOTTOM + 46}' text-anchor='end'>{escape(name)}</text>"


def _uprights(marks: Sequence[Mark], ends: Sequence[float], heights: Sequence[float]) -> str:
    """Return dashed lines and, in front of them all, their names at the heights given, each where there is room."""
    lines = names = ""
    for mark, y in zip(marks, heights, strict=True):
        x = _along(min(mark.at, ends[-1]), ends)
        at, anchor = (x + 8, "start") if x < (_LEFT + _RIGHT) / 2 else (x - 8, "end")
        lines += f"<line class='mark' x1='{x:.1f}' x2='{x:.1f}' y1='{_TOP}' y2='{_BOTTOM}'/>"
        names += f"<text class='named' x='{at:.1f}' y='{y}' text-anchor='{anchor}'>{escape(mark.name)}</text>"
    return lines + names


def _legend(names: Sequence[str]) -> list[str]:
    width = (_RIGHT - _LEFT) / max(1, len(names))
    parts = []
    for i, (name, style) in enumerate(zip(names, _STYLES, strict=False)):
        x = _LEFT + i * width
        parts.append(
            f"<line class='line {style}' x1='{x:.1f}' x2='{x + 26:.1f}' y1='14' y2='14'/>"
            f"<text x='{x + 34:.1f}' y='19'>{escape(name)}</text>"
        )
    return parts


def _shortened(name: str) -> str:
    """Return a name as far as there is room for it."""
    ends, width = 0, 0
    for character in name:
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        ends += width <= _LONGEST_NAME
    return name if ends == len(name) else f"{name[: ends - 1]}…"


def _step(values: Sequence[float]) -> float:
    """Return a round width of column with which nearly all values fit."""
    usual = sorted(values)[math.ceil(0.99 * len(values)) - 1]
    rough = max(usual, 1e-3) / _BINS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
