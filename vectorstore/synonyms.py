"""Everyday words → official words, from `synonyms.txt`, which staff edit and review like code.

The file is in the synonym format of Solr and Elasticsearch: `a, b => c, d` (who says a or b may mean c or d) and
`a, b, c` (each may mean the others); `#` begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest import WenceError
from vectorstore.normalise import fold

SYNONYMS = Path(__file__).with_name("synonyms.txt")


class SynonymsError(WenceError):
    """The synonyms file cannot be read."""


Segment = tuple[str, ...]
"""A piece of a question: plain text alone, or an everyday phrase and what it may mean in official words."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """For each everyday phrase what else it may mean, and the length of the longest phrase."""

    meanings: Mapping[str, tuple[str, ...]]
    longest: int


@cache
def read_synonyms(path: Path = SYNONYMS) -> Synonyms:
    """Return the phrases of a file, read once.

    Raises:
        SynonymsError: A line is malformed.
    """
    meanings: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        rule = fold(line.split("#")[0]).strip()
        if not rule:
            continue
        said, arrow, meant = rule.partition("=>")
        left, right = _phrases(said), _phrases(meant) if arrow else _phrases(said)
        if not left or not right or (not arrow and len(left) == 1):
            raise SynonymsError(
                f"{path.name} 第 {number} 行应为「甲, 乙 => 丙」或「甲, 乙, 丙」，现为「{line.strip()}」。"
            )
        for phrase in left:
            meanings.setdefault(without_degrees(phrase), []).extend(other for other in right if other != phrase)
    return Synonyms(
        meanings={phrase: tuple(dict.fromkeys(others)) for phrase, others in meanings.items()},
        longest=max(map(len, meanings), default=0),
    )


def segment(text: str, synonyms: Synonyms) -> tuple[Segment, ...]:
    """Cut a folded question at the everyday phrases it holds, taking the longest that stands at a place."""
    segments: list[Segment] = []
    plain = position = 0
    while position < len(text):
        phrase = _longest_at(text, position, synonyms)
        if phrase is None:
            position += 1
            continue
        segments.extend(_plain(text[plain:position]))
        segments.append((phrase, *synonyms.meanings[phrase]))
        plain = position = position + len(phrase)
    segments.extend(_plain(text[plain:]))
    return tuple(segments)


def _longest_at(text: str, position: int, synonyms: Synonyms) -> str | None:
    ends = range(min(len(text), position + synonyms.longest), position, -1)
    return next((phrase for end in ends if (phrase := text[position:end]) in synonyms.meanings), None)


def _plain(text: str) -> list[Segment]:
    return [(stripped,)] if (stripped := text.strip()) else []


def _phrases(side: str) -> list[str]:
    return [phrase for part in side.split(",") if (phrase := part.strip())]


_DEGREES = re.compile(
    r"越来越|特别(?=[^是])|非常|有点儿?|老是|总是|实在(?!的)|[很挺]|太(?![极阳空])|真(?=[难贵差多少累烦])"
)


def without_degrees(text: str) -> str:
    """Return a text without the words that only say how much: 「情绪很差」 means what 「情绪差」 means."""
    return _DEGREES.sub("", text)
