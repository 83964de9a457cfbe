"""Words that exclude each other, from `contrasts.txt`, which staff edit and review like code.

A figure of 公办 schools is no answer about 民办 ones, however alike the two sentences are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest import WenceError
from vectorstore.normalise import fold

CONTRASTS = Path(__file__).with_name("contrasts.txt")


class ContrastsError(WenceError):
    """The contrasts file cannot be read."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One set of things of which each excludes the others.

    Attributes:
        meanings: What each word means: numbers of things of the set, several for a word like 中小学.
        pattern: Finds the words, the longest at each place.
    """

    meanings: Mapping[str, frozenset[int]]
    pattern: re.Pattern[str]

    def named(self, text: str) -> dict[str, frozenset[int]]:
        """Return the words of the set that a folded text holds, with what they mean."""
        return {word: self.meanings[word] for word in self.pattern.findall(text)}


@cache
def read_contrasts(path: Path = CONTRASTS) -> tuple[Contrast, ...]:
    """Return the sets of a file, read once.

    Raises:
        ContrastsError: A line is malformed.
    """
    sets: list[dict[str, frozenset[int]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        rule = fold(line.split("#")[0]).strip()
        if not rule:
            continue
        said, equals, parts = rule.partition("=")
        if equals and sets and all(part in sets[-1] for part in parts.split()):
            covered = frozenset[int]().union(*(sets[-1][part] for part in parts.split()))
            sets[-1].update(dict.fromkeys(_words(said), covered))
        elif not equals and len(members := [_words(member) for member in rule.split("|")]) > 1 and all(members):
            sets.append({word: frozenset([i]) for i, words in enumerate(members) for word in words})
        else:
            raise ContrastsError(f"{path.name} 第 {number} 行应为「甲 | 乙」或「丙 = 甲 乙」，现为「{line.strip()}」。")
    return tuple(Contrast(words, _pattern(words)) for words in sets)


@dataclass(frozen=True, slots=True)
class Named:
    """What of one set of things a question names.

    Attributes:
        contrast: The set.
        word: The word that the question says.
        meaning: What all its words of the set mean together.
    """

    contrast: Contrast
    word: str
    meaning: frozenset[int]

    def contrary(self, text: str) -> str:
        """Return the word by which a folded text speaks of other things of the set only; empty if it does not."""
        found = self.contrast.named(text)
        if not found or not self.meaning.isdisjoint(frozenset[int]().union(*found.values())):
            return ""
        return next(iter(found))


def named_in(question: str) -> tuple[Named, ...]:
    """Return what a folded question names of each set of things that exclude each other."""
    found = ((contrast, contrast.named(question)) for contrast in read_contrasts())
    return tuple(
        Named(contrast, next(iter(words)), frozenset[int]().union(*words.values()))
        for contrast, words in found
        if words
    )


def _words(side: str) -> list[str]:
    return [word for part in side.split(",") if (word := part.strip())]


def _pattern(words: Mapping[str, frozenset[int]]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
