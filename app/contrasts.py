"""Words that exclude each other, from `contrasts.txt`, which staff edit and review like code.

A figure of 公办 schools is no answer about 民办 ones, however alike the two sentences are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from ingest import WenceError
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from vectorstore.normalise import fold

CONTRASTS = Path(__file__).with_name("contrasts.txt")


class ContrastsError(WenceError):
    """The contrasts file cannot be read."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One set of things of which each excludes the others.

    Attributes:
        meanings: What each word means: numbers of things of the set, several for a word like 中小学.
        broader: The words that count where a text says them only: it may be of 初二 that says 初中, not the other way.
        pattern: Finds the words, the longest at each place.
    """

    meanings: Mapping[str, frozenset[int]]
    broader: frozenset[str]
    pattern: re.Pattern[str]

    def words_in(self, text: str) -> Iterator[str]:
        """Yield the words of the set that a folded text holds, as often as it does."""
        if any(word in text for word in self.meanings):  # thirty times as quick as looking for the pattern
            yield from (match[0] for match in self.pattern.finditer(text))

    def named(self, text: str) -> dict[str, frozenset[int]]:
        """Return the words of the set that a folded question holds, with what they mean."""
        return {word: self.meanings[word] for word in self.words_in(text) if word not in self.broader}


@cache
def read_contrasts(path: Path = CONTRASTS) -> tuple[Contrast, ...]:
    """Return the sets of a file, read once.

    Raises:
        ContrastsError: A line is malformed.
    """
    sets: list[dict[str, frozenset[int]]] = []
    broader: list[set[str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        rule = fold(line.split("#")[0]).strip()
        if not rule:
            continue
        said, equals, parts = rule.partition(">" if ">" in rule else "=")
        if equals and sets and all(part in sets[-1] for part in parts.split()):
            covered = frozenset[int]().union(*(sets[-1][part] for part in parts.split()))
            sets[-1].update(dict.fromkeys(_words(said), covered))
            broader[-1].update(_words(said) if equals == ">" else ())
        elif not equals and len(members := [_words(member) for member in rule.split("|")]) > 1 and all(members):
            sets.append({word: frozenset([i]) for i, words in enumerate(members) for word in words})
            broader.append(set())
        else:
            raise ContrastsError(
                f"{path.name} 第 {number} 行应为「甲 | 乙」「丙 = 甲 乙」或「丙 > 甲 乙」，现为「{line.strip()}」。"
            )
    return tuple(Contrast(words, frozenset(of), _pattern(words)) for words, of in zip(sets, broader, strict=True))


def of_others(found: Iterable[tuple[str, bool]]) -> str:
    """Return the first of some words; empty as soon as one is of what is asked: of a document the rest is not read.

    Args:
        found: Words of a text, each with whether it is of what is asked.
    """
    first = ""
    for word, is_asked in found:
        if is_asked:
            return ""
        first = first or word
    return first


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
        if self.word in _PARTS_OF_DAY and _CLOCK.search(text):
            return ""  # 「14:00—17:30」 says by itself which part of the day it is
        words, meanings = self.contrast.words_in(text), self.contrast.meanings
        return of_others((word, not self.meaning.isdisjoint(meanings[word])) for word in words)


_PARTS_OF_DAY = {"上午", "早上", "下午", "晚上", "夜间", "夜里"}
_CLOCK = re.compile(r"\d{1,2}(?::\d{2}|[时点])")


def named_in(question: str) -> tuple[Named, ...]:
    """Return what a folded question names of each set of things that exclude each other."""
    found = ((contrast, contrast.named(question)) for contrast in read_contrasts())
    return tuple(
        Named(contrast, next(iter(words)), frozenset[int]().union(*words.values()))
        for contrast, words in found
        if words
    )


def side_by_side(question: str) -> bool:
    """Tell whether a folded question asks about two things that exclude each other: 「小学和初中」, 「公办与民办」."""
    for contrast in read_contrasts():
        found = list(contrast.pattern.finditer(question))
        for one, other in pairwise(found):
            apart = contrast.meanings[one[0]].isdisjoint(contrast.meanings[other[0]])
            if apart and _JOINED.fullmatch(question, one.end(), other.start()):
                return True
    return False


_JOINED = re.compile(r"[生段园校]?(?:和|与|跟|及|、|同|还有)(?:是|在)?")


# Things of a kind that are told apart by their number: 第二剂, 首套, 51路, 三孩, 初级（五级）, 八届.
_ORDINAL = rf"(?:首|(?<!\d)\d{{1,3}}|[{NUMERAL_CHARACTERS}两]{{1,3}})"
_NUMBERED = re.compile(
    rf"(?P<before>(?:第?{_ORDINAL}(?:[、,和及]|[至到~—－-]{{1,2}}))*)第?(?P<number>(?!(?<!第)一[届套批轮期剂针](?!房)|(?<=[哪每掉升降])一[级类档]|(?<=[县市镇乡村])一级(?=的|政府|层面|部门|财政|[,，。?？]|$)){_ORDINAL})(?P<noun>年级|等奖|号线|日票|高级中学|初级中学|实验中学|中心小学|实验小学|中学|小学|幼儿园|人民医院|医院|[孩胎套路级类档批轮期届剂针])(?!次|个?班)"
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a question names by its number among others of a kind.

    Attributes:
        noun: The kind.
        word: The words of the question: 「第二剂」.
        numbers: The numbers that it names.
    """

    noun: str
    word: str
    numbers: frozenset[int]

    def contrary(self, text: str) -> str:
        """Return the words by which a folded text speaks of others of the kind only; empty if it does not."""
        found = _NUMBERED.finditer(text) if self.noun in text else ()
        return of_others((m[0], bool(self.numbers & _numbers(m))) for m in found if m["noun"] == self.noun)


def numbered_in(question: str) -> tuple[Numbered, ...]:
    """Return what a folded question names by its number, one for each kind."""
    found: dict[str, list[re.Match[str]]] = {}
    for match in _NUMBERED.finditer(question):
        found.setdefault(match["noun"], []).append(match)
    return tuple(
        Numbered(noun, matches[0][0], frozenset[int]().union(*map(_numbers, matches)))
        for noun, matches in found.items()
    )


def _numbers(match: re.Match[str]) -> frozenset[int]:
    """Return the numbers that are named: of 「一、二年级」 and 「一二年级」 both, of 「三至六年级」 all four."""
    numbers = set(map(_number, match["number"] if _SIDE_BY_SIDE.fullmatch(match["number"]) else [match["number"]]))
    for written, joint in reversed(_BEFORE.findall(match["before"])):
        number = _number(written)
        numbers |= set(range(number, min(numbers))) if joint in _UP_TO else {number}
    return frozenset(numbers)


_SIDE_BY_SIDE = re.compile("[一二三四五六七八九]{2,3}")
_BEFORE = re.compile(rf"第?({_ORDINAL})([^\w]|[和及至到])")
_UP_TO = tuple("至到~—－-")


def _number(written: str) -> int:
    return 1 if written == "首" else parse_numeral(written)


# A year or some years at the head of a fact, which is of them then: not 「2022年9月以后入职的」, 「2024年起」.
_HEADED_BY_YEARS = re.compile(
    r"\W*(?:其中|截[至止]|[到至]|力争|预计|争取|确保)*(?P<first>(?:19|20)\d{2})"
    r"(?:[至到~—－-]+(?P<last>(?:19|20)\d{2}))?学?年(?!\d|\s*\d{1,2}月|以来|以[前后上]|之[前后]|起|版|级|届|出|入|[前后]|[至到~—－-])"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """The year of which a figure is asked.

    Attributes:
        year: The year.
    """

    year: int

    @property
    def word(self) -> str:
        """The year as texts name it."""
        return f"{self.year}年"

    def contrary(self, text: str) -> str:
        """Return the year of which a folded text is, as its first words say, if that is another; empty otherwise."""
        headed = _HEADED_BY_YEARS.match(text)
        if headed is None or int(headed["first"]) <= self.year <= int(headed["last"] or headed["first"]):
            return ""
        return f"{headed['first']}年"


class Excluding(Protocol):
    """What a question names that excludes others: 公办, 第二剂, 85岁."""

    @property
    def word(self) -> str:
        """The words of the question."""

    def contrary(self, text: str) -> str:
        """Return the words by which a folded text speaks of others only; empty if it does not."""


def excluding_in(question: str) -> tuple[Excluding, ...]:
    """Return all that a folded question names that excludes others; not an age, of which a rule may be about others."""
    return (*named_in(question), *numbered_in(question))


def _words(side: str) -> list[str]:
    return [word for part in side.split(",") if (word := part.strip())]


def _pattern(words: Mapping[str, frozenset[int]]) -> re.Pattern[str]:
    longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    # 「高一级职称」 is of no 高一, 「五大学科」 of no 大学, 「大班额」 of no 大班, 暑托班 of no 托班.
    return re.compile(
        rf"(?:{longest_first})(?<![暑寒晚午日]托班)(?!(?<=[一二三])级(?!部)|(?<=大学)科(?![研技学])|(?<=[大小]班)[额化])"
    )
