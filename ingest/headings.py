"""One line → the heading it is, if it is one.

Official documents number their parts in two families that may be nested in each other: 编 章 节 条 of laws,
and 一、 （一） 1. （1） ① of notices and plans. Technical rules number them 1 1.1 1.1.1.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral

_N = rf"(?:\d+|[{NUMERAL_CHARACTERS}]+)"  # in one script; 「第10万项」 counts, it does not number
_UNIT = r"[万亿千百%％个元倍名人年月日时分秒所家项级克米吨岁天周]"  # 「2.5万名」 is a figure
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("部分", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*部分)(?=[\s　:：、]|$)")),
    ("编", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*编)(?=[\s　:：]|$|[^的中（])")),
    ("章", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*章)")),
    ("节", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*节)")),
    ("条", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*条(?:之{_N})?)(?=[\s　:：【]|$|(?P<tight>.))")),
    ("一、", re.compile(rf"(?P<mark>(?P<number>[{NUMERAL_CHARACTERS}]+))\s*[、．.]")),
    ("（一）", re.compile(rf"(?P<mark>[（(]\s*(?P<number>[{NUMERAL_CHARACTERS}]+)\s*[）)])")),
    (
        "1.1.1",
        re.compile(
            rf"(?P<mark>\d{{1,2}}[.．]\d{{1,2}}[.．](?P<number>\d{{1,2}}))(?![\d.．])[.．、]?(?!\s*{_UNIT})(?=.)"
        ),
    ),
    ("1.1", re.compile(rf"(?P<mark>\d{{1,2}}[.．](?P<number>\d{{1,2}}))(?![\d.．])[.．、]?(?!\s*{_UNIT})(?=.)")),
    ("1.", re.compile(r"(?P<mark>(?P<number>\d{1,3}))\s*(?:[.．](?!\d)|、)")),
    ("（1）", re.compile(r"(?P<mark>[（(]\s*(?P<number>\d{1,3})\s*[）)])")),
    ("1）", re.compile(r"(?P<mark>(?P<number>\d{1,2})[）)])")),
    ("①", re.compile(r"(?P<mark>(?P<number>[①-⑳]))")),
)
LAW_FAMILIES = ("部分", "编", "章", "节", "条")  # always nested in this order, and above the other family
DECIMAL_FAMILIES = ("1.1", "1.1.1")  # their mark says where they stand: 2.1 is in 2

_MAX_HEADING = 60  # characters; a numbered line up to this length without a sentence end is a heading as a whole
_MAX_LEAD = 45  # characters; 「9.扩大优质教育资源供给。加大…」: a first sentence up to this length names the clause
_SENTENCE_END = re.compile(r"[。；;]")


class Heading(NamedTuple):
    """A paragraph that opens a clause.

    Attributes:
        family: How it is numbered.
        number: Its number.
        mark: The number as it stands, without what separates it from the text.
        text: The words that name the clause.
    """

    family: str
    number: int
    mark: str
    text: str


def read_heading(line: str) -> Heading | None:
    """Return the heading that a line is or begins with; None for running text."""
    found = _read_number(line)
    if found is None:
        return None
    family, match = found
    mark = re.sub(r"\s", "", match["mark"])
    return Heading(family, parse_numeral(match["number"]), mark, _heading_text(line, match.end(), family))


def without_number(text: str) -> str:
    """Return a clause's text or heading without the number it begins with."""
    line = text.lstrip()
    found = _read_number(line)
    return line[found[1].end() :].lstrip() if found else text


def _read_number(line: str) -> tuple[str, re.Match[str]] | None:
    """Return the family of the number that a line begins with, and where it stands."""
    for family, pattern in _FAMILIES:
        match = pattern.match(line)
        if match is None:
            continue
        if match.groupdict().get("tight") and match["tight"] in "的规款项第、，和至或及（(":
            return None  # 「第十条规定的…」 refers to a clause, it does not open one
        return family, match
    return None


def _heading_text(line: str, body: int, family: str) -> str:
    """Return the part of a numbered line that names the clause: all of it, its first sentence or its number."""
    if family == "条":
        return line[:body].strip()
    end = _SENTENCE_END.search(line, body)
    if end is None or end.end() == len(line):
        return line.rstrip("。；;：:") if len(line) <= _MAX_HEADING else line[:body].strip()
    return line[: end.start()] if end.start() - body <= _MAX_LEAD else line[:body].strip()
