"""Copies of a document that say something else, each a function from text to text that questions are changed by, too.

What the text says stays whole and of one piece: a figure, a year or a name becomes the same other one wherever it
stands, so that every question has a right answer again, and another than before.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import product

from eval.questions import Question
from ingest.numerals import parse_numeral
from ingest.sentences import split_sentences

Alteration = Callable[[str], str]
"""A text → the text with something else in it."""

_SEED = 11

# What stands behind a figure. 「1+6」, 「196工程」, 「2.0体系」 are names; 「2至3岁」 says what 托班 and 两岁 say, too.
_UNIT = r"个|万|所|名|人(?!\d)|对|枚|项|余|多|小时|至\d+个|年(?=连续|的培养)"
_FIGURE = re.compile(rf"(?<![\d.+/第\-])\d+(?:\.\d+)?(?:%|(?={_UNIT}|\Z))")
_TENTHS = re.compile(r"([一二三四五六七八九])成(?=没有|了|多|以上|[,，?？。]|\Z)")
_DIGITS = {1: (13, 30), 2: (11, 100), 3: (103, 1000), 4: (3001, 9000), 5: (20001, 100000)}
"""By number of digits, where others are taken from: of one digit hardly any is free; none looks like a year."""

_MOVED = -10  # years: two plans of five, so that 「十四五」 still is the plan of its years
_YEAR = re.compile(r"(?<![\d.])(?:(?:19|20)\d{2}(?![\d名个余])|(?<!第)2\d(?=年))")
_PLANS = {"十四五": "十二五", "十五五": "十三五"}

# Another city of as many districts, cities and counties. It must be a real one: an invented one is no place to the
# program, which knows places from a list (app/places.tsv), and another place would no longer be told from it.
_NAMES = {
    "温州": "泉州", "浙江": "福建", "鹿城": "鲤城", "龙湾": "丰泽", "瓯海": "洛江", "洞头": "泉港", "乐清": "石狮",
    "瑞安": "晋江", "龙港": "南安", "永嘉": "惠安", "平阳": "安溪", "苍南": "永春", "文成": "德化", "泰顺": "金门",
    "瓯": "闽",
}  # fmt: skip
_NAME = re.compile(rf"{'|'.join(_NAMES)}|(?<=[在来])温(?![心度])|温(?=籍|思政)")

_HEADED = re.compile(r"(?:[一二三四五六七八九十]+、|\d+\.)[^。]*。|")


def altered(question: Question, alteration: Alteration) -> Question:
    """Return a question with all its words altered."""

    def each(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(alteration(text) for text in texts)

    return replace(
        question,
        question=alteration(question.question),
        history=each(question.history),
        evidence=each(question.evidence),
        answer=each(question.answer),
        avoid=each(question.avoid),
        missing=each(question.missing),
    )


def other_figures(document: str) -> Alteration:
    """Return what gives every figure of a document another of its form: 46.4% → 63.9%, 3.4万 → 5.8万, 39所 → 52所.

    None of the others stands in the document; of figures of one form the larger stays the larger.
    """
    others = _others(set(_FIGURE.findall(document)))

    def alter(text: str) -> str:
        text = _TENTHS.sub(lambda tenths: others.get(f"{parse_numeral(tenths[1])}0%", tenths[0]), text)
        return _FIGURE.sub(lambda figure: others.get(figure[0], figure[0]), text)

    return alter


def other_years(text: str) -> str:
    """Return a text ten years earlier: years, dates and five-year plans."""
    text = re.sub("|".join(_PLANS), lambda plan: _PLANS[plan[0]], text)
    return _YEAR.sub(lambda year: str(int(year[0]) + _MOVED), text)


def other_names(text: str) -> str:
    """Return a text in which a city and its districts, or whatever is called after it, have another city's names."""
    return _NAME.sub(lambda name: _NAMES.get(name[0], "泉"), text)


def shuffled(document: str) -> str:
    """Return a document whose sentences stand under headings of other sentences; headings stay where they are."""
    lines = [_taken_apart(line) for line in document.split("\n")]
    pool = [sentence for _, sentences in lines for sentence in sentences]
    random.Random(_SEED).shuffle(pool)  # noqa: S311 - nothing is kept secret by it
    dealt = iter(pool)
    return "\n".join(heading + "".join(next(dealt) for _ in sentences) for heading, sentences in lines)


def emptied(document: str) -> str:
    """Return the headings of a document."""
    return "\n".join(_taken_apart(line)[0] for line in document.split("\n"))


def _others(figures: set[str]) -> dict[str, str]:
    """Return for each figure another of its form that is none of them, no two alike."""
    chance = random.Random(_SEED)  # noqa: S311 - nothing is kept secret by it
    alike: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for figure in sorted(figures, key=lambda figure: float(figure.rstrip("%"))):
        alike[_form(figure)].append(figure)
    others: dict[str, str] = {}
    taken = {figure.rstrip("%") for figure in figures}
    for (digits, zeros, decimals), of_one_form in alike.items():
        free = [number for number in _numbers(digits, zeros, decimals) if number not in taken]
        chosen = sorted(chance.sample(free, len(of_one_form)), key=float)
        taken.update(chosen)
        others |= {old: new + "%" * old.endswith("%") for old, new in zip(of_one_form, chosen, strict=True)}
    return others


def _form(figure: str) -> tuple[int, int, int]:
    """Return of a figure the number of digits, of zeros at the end and of decimals; a share stays below 100%."""
    whole, _, decimals = figure.rstrip("%").partition(".")
    zeros = len(whole) - len(whole.rstrip("0")) if len(whole) > 2 else 0
    return (2, 0, len(decimals)) if figure.endswith("%") else (len(whole), zeros, len(decimals))


def _numbers(digits: int, zeros: int, decimals: int) -> list[str]:
    size = 10**zeros
    start, stop = (1, 10) if digits == 1 and decimals else _DIGITS[digits]
    wholes = [str(n) for n in range(start, stop) if n % size == 0 and n % (size * 10)]
    if not decimals:
        return wholes
    return [f"{whole}.{n:0{decimals}}" for whole, n in product(wholes, range(1, 10**decimals)) if n % 10]


def _taken_apart(line: str) -> tuple[str, list[str]]:
    """Return the heading of a line, with its full stop, and the sentences behind it; a line without a stop is one."""
    if "。" not in line:
        return line, []
    match = _HEADED.match(line)
    heading = match[0] if match else ""
    return heading, [line[start:end] for start, end in split_sentences(line, len(heading))]
