"""Everyday words → official words, from `synonyms.txt`, which staff edit and review like code.

The file is in the synonym format of Solr and Elasticsearch: `a, b => c, d` (who says a or b may mean c or d) and
`a, b, c` (each may mean the others); `#` begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingest import WenceError
from vectorstore.normalise import fold

SYNONYMS = Path(__file__).with_name("synonyms.txt")


class SynonymsError(WenceError):
    """The synonyms file cannot be read."""


@cache
def read_synonyms(path: Path = SYNONYMS) -> Mapping[str, tuple[str, ...]]:
    """Return for each phrase what else it may mean.

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
            meanings.setdefault(phrase, []).extend(other for other in right if other != phrase)
    return {phrase: tuple(dict.fromkeys(others)) for phrase, others in meanings.items()}


Segment = tuple[str, ...]
"""A piece of a question: plain text alone, or an everyday phrase and what it may mean in official words."""


def segment(text: str, meanings: Mapping[str, tuple[str, ...]]) -> tuple[Segment, ...]:
    """Cut a folded question at the everyday phrases it holds, taking the longest that stands at a place."""
    segments: list[Segment] = []
    position = 0
    for match in _pattern(frozenset(meanings)).finditer(text) if meanings else ():
        if plain := text[position : match.start()].strip():
            segments.append((plain,))
        segments.append((match[0], *meanings[match[0]]))
        position = match.end()
    if plain := text[position:].strip():
        segments.append((plain,))
    return tuple(segments)


@cache
def _pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda p: (-len(p), p))))


def _phrases(side: str) -> list[str]:
    return [phrase for part in side.split(",") if (phrase := part.strip())]
