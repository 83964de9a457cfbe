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


def translate(text: str, meanings: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return a folded question with its everyday phrases replaced by official ones; None if it has none.

    The longest phrase that stands at a place is taken.
    """
    if not meanings:
        return None
    translated, count = _pattern(frozenset(meanings)).subn(lambda m: f" {' '.join(meanings[m[0]])} ", text)
    return translated if count else None


@cache
def _pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(phrases, key=lambda p: (-len(p), p))))


def _phrases(side: str) -> list[str]:
    return [phrase for part in side.split(",") if (phrase := part.strip())]
