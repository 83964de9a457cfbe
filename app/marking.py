"""A checked sentence → its words, each with what was found of them, as the page and Word files show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from app.citations import VERDICT_NAMES
from app.records import CheckedSentence, Difference

Mark = Literal["", "differs", "absent", "not_found", "source", "number"]
"""How words of a draft are marked: they differ from the source, it does not have them, no source was found; words of
the source; the number of a note."""


class Run(NamedTuple):
    """Words that are marked in one way."""

    text: str
    mark: Mark = ""


def marked_sentence(checked: CheckedSentence) -> Iterator[Run]:
    """Yield all of a sentence, with the words of its source where they differ."""
    if checked.verdict == "not_found":
        yield Run(checked.sentence, "not_found")
        yield Run(f"（{VERDICT_NAMES['not_found']}）", "source")
        return
    found = _placed(checked)
    position = 0
    for start, end, difference in found:
        yield Run(checked.sentence[position:start])
        yield Run(checked.sentence[start:end], "differs" if difference.source else "absent")
        if difference.source:
            yield Run(f"（原文：{difference.source}）", "source")
        position = end
    yield Run(checked.sentence[position:])
    placed = [each.difference for each in found]
    if others := [each for each in checked.differences if each not in placed]:
        yield Run(f"（{'；'.join(map(difference_line, others))}）", "source")


def _placed(checked: CheckedSentence) -> list[_Found]:
    """Return where the differing words of a sentence stand, in its order; none twice and none within another.

    Differences come without offsets and not in the order of the sentence: each is looked for once, and stands at the
    first place that is still free.
    """
    found: list[_Found] = []
    for difference in checked.differences:
        for start, end in _occurrences(difference.draft, checked.sentence):
            if all(end <= other.start or other.end <= start for other in found):
                found.append(_Found(start, end, difference))
                break
    return sorted(found, key=lambda each: each.start)


def _occurrences(words: str, sentence: str) -> Iterator[tuple[int, int]]:
    """Return where words stand in a sentence; 5% does not stand in 75%."""
    before = r"(?<![\d.])" if words[:1].isdigit() else ""
    after = r"(?!\.?\d)" if words[-1:].isdigit() else ""
    return (match.span() for match in re.finditer(f"{before}{re.escape(words)}{after}", sentence) if words)


def difference_line(difference: Difference) -> str:
    """Return a difference as a clerk reads it."""
    if not difference.source:
        return f"“{difference.draft}”原文没有"
    if not difference.draft:
        return f"原文另有“{difference.source}”"
    return f"“{difference.draft}”，原文为“{difference.source}”"


class _Found(NamedTuple):
    """Where in a sentence the words of a difference stand."""

    start: int
    end: int
    difference: Difference
