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
    """For each everyday phrase what else it may mean, and the pattern that finds the longest at a place."""

    meanings: Mapping[str, tuple[str, ...]]
    pattern: re.Pattern[str]


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
            meanings.setdefault(phrase, []).extend(other for other in right if other != phrase)
    longest_first = sorted(meanings, key=lambda phrase: (-len(phrase), phrase))
    return Synonyms(
        meanings={phrase: tuple(dict.fromkeys(others)) for phrase, others in meanings.items()},
        pattern=re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"),
    )


def segment(text: str, synonyms: Synonyms) -> tuple[Segment, ...]:
    """Cut a folded question at the everyday phrases it holds, taking the longest that stands at a place."""
    segments: list[Segment] = []
    position = 0
    for match in synonyms.pattern.finditer(text):
        if plain := text[position : match.start()].strip():
            segments.append((plain,))
        segments.append((match[0], *synonyms.meanings[match[0]]))
        position = match.end()
    if plain := text[position:].strip():
        segments.append((plain,))
    return tuple(segments)


def _phrases(side: str) -> list[str]:
    return [phrase for part in side.split(",") if (phrase := part.strip())]
