"""Figures → plots, as SVG that stands inside a page: its title and description say it.

Lengths are units of a picture 480 wide. The page's style sheet sets the colours, of `first` and `second` among them; lines
also differ by dashes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 480
_LEFT, _RIGHT = 62.0, 462.0  # of what is drawn; the figures of the axis stand left of it
_TOP, _BOTTOM = 46.0, 252.0
_HEIGHT = 304
_BAR = 34  # from a bar to the next
_BAR_LEFT, _BAR_RIGHT = 142.0, 322.0  # names left of a bar, its figure right of it
_BINS = 24  # of a histogram at most, the one for all that is longer apart


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot: its name, and its points from left to right with shares as height."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on the horizontal axis that a dashed upright names."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its name and what stands behind it, such as the number of questions."""

    name: str
    share: float
    detail: str


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
    for line, style in zip(lines, ("first", "second"), strict=False):
        points = " ".join(f"{_along(x, ticks):.1f},{_up(share):.1f}" for x, share in line.points)
        parts.append(f"<polyline class='line {style}' points='{points}'/>")
    parts += [_upright(_along(mark.at, ticks), mark.name, row) for row, mark in enumerate(marks)]
    return _svg(words, _HEIGHT, [*parts, *_legend([line.name for line in lines])])


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
    end = len(counts) * step
    parts += [_upright(_along(min(m.at, end), (0, end)), m.name, row) for row, m in enumerate(marks)]
    return _svg(words, _HEIGHT, parts)


def bar_plot(words: Words, bars: Sequence[Bar]) -> str:
    """Return shares as bars, one below the other."""
    parts = []
    for i, bar in enumerate(bars):
        y = i * _BAR + 8
        width = (_BAR_RIGHT - _BAR_LEFT) * bar.share
        box = f"x='{_BAR_LEFT}' y='{y}' height='16'"
        parts += [
            f"<text x='{_BAR_LEFT - 10}' y='{y + 13}' text-anchor='end'>{escape(bar.name)}</text>",
            f"<rect class='track' {box} width='{_BAR_RIGHT - _BAR_LEFT}'/>",
            f"<rect class='first' {box} width='{width:.1f}'/>",
            f"<text x='{_BAR_RIGHT + 10}' y='{y + 13}'>{bar.share:.1%}",
            f"<tspan class='quiet'>　{escape(bar.detail)}</tspan></text>",
        ]
    return _svg(words, len(bars) * _BAR, parts)


def _svg(words: Words, height: int, parts: Sequence[str]) -> str:
    return (
        f"<svg role='img' viewBox='0 0 {_WIDTH} {height}' aria-labelledby='{words.id}-title {words.id}-description'>"
        f"<title id='{words.id}-title'>{escape(words.title)}</title>"
        f"<desc id='{words.id}-description'>{escape(words.description)}</desc>{''.join(parts)}</svg>"
    )


def _along(value: float, ticks: Sequence[float]) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (value - ticks[0]) / (ticks[-1] - ticks[0])


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


def _upright(x: float, name: str, row: int) -> str:
    """Return a dashed line with its name beside it, where there is more room, each row below the one before."""
    right = x < (_LEFT + _RIGHT) / 2
    at, anchor = (x + 8, "start") if right else (x - 8, "end")
    y = _TOP + 18 + row * 24
    return (
        f"<line class='mark' x1='{x:.1f}' x2='{x:.1f}' y1='{_TOP}' y2='{_BOTTOM}'/>"
        f"<text class='named' x='{at:.1f}' y='{y}' text-anchor='{anchor}'>{escape(name)}</text>"
    )


def _legend(names: Sequence[str]) -> list[str]:
    width = (_RIGHT - _LEFT) / max(1, len(names))
    parts = []
    for i, (name, style) in enumerate(zip(names, ("first", "second"), strict=False)):
        x = _LEFT + i * width
        parts.append(
            f"<line class='line {style}' x1='{x:.1f}' x2='{x + 26:.1f}' y1='14' y2='14'/>"
            f"<text x='{x + 34:.1f}' y='19'>{escape(name)}</text>"
        )
    return parts


def _step(values: Sequence[float]) -> float:
    """Return a round width of column with which nearly all values fit."""
    usual = sorted(values)[math.ceil(0.99 * len(values)) - 1]
    rough = max(usual, 1e-3) / _BINS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
