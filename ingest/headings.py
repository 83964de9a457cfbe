"""One line → the heading it is, if it is one.

Official documents number their parts in two families that may be nested in each other: 编 章 节 条 of laws,
and 一、 （一） 1. （1） ① of notices and plans. Technical rules number them 1 1.1 1.1.1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral

_N = rf"(?:\d+|[{NUMERAL_CHARACTERS}]+)"  # in one script; 「第10万项」 counts, it does not number
# What makes a decimal a figure: 「2.5万名」, 「3.5%」. A word that only begins like a unit does not: 「1.1名称」.
_UNIT = (
    r"(?:[万亿千百%％‰元倍秒克米吨岁亩℃]|个(?![人体性])|公[里顷斤]|平方|小时|分(?=[钟之以的，。、])"
    r"|年(?=[以内的来，。、])|人(?=[次以的，。、])|名(?![称单录额义])|所(?=[高学院，。、])|家(?![庭长校乡教具访])"
    r"|项(?!目)|级(?!别)|天(?!然)|周(?![期边围末])|月(?![度考]))"
)
# What follows the number of a clause that is referred to: 「第十条规定的…」, 「第三条第二款所称…」, 「第五条（二）项」;
# 「第五条（适用范围）」 opens one.
_REFERS = (
    r"(?:[的第、，和至或及款项]|规定|所[称列述规指]|中[的所规]|等[的规]"
    rf"|[（(]\s*(?:\d+|[{NUMERAL_CHARACTERS}]+)\s*[）)])"
)
# 「三、四年级学生…」 counts on; 「（一）、（二）项所列…」 and 「（三）项规定…」 refer.
_COUNTS_ON = r"(?!\s*[一二三四五六七八九十]{1,3}(?:年级|月|季度|等奖|孩|产业))"
_LISTS = rf"(?!\s*(?:[、，和至或及到—－~～-]\s*[（(]\s*[\d{NUMERAL_CHARACTERS}]+\s*[）)]|项(?!目)|款(?![项额式])))"
# 「2.5万」 is a figure; 「1.2025年起…」 and 「3.12月底前…」 are points that begin with a date.
_NO_FIGURE = r"(?!\d(?!\d?\s*月|\d{3}\s*年))"


def _decimal(depth: int) -> re.Pattern[str]:
    above = r"\d{1,2}[.．]" * (depth - 1)
    return re.compile(rf"(?P<mark>{above}(?P<number>\d{{1,2}}))(?![\d.．])[.．、]?(?!\s*{_UNIT})(?=.)")


QUESTION = "问"  # counted, since 「问：…」 has no number
LABEL = "【】"  # 「【申请材料】」 of a guide; counted, too
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("部分", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*部分)(?=[\s　:：、]|$)")),
    ("编", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*编)(?=[\s　:：]|$|[^的中（])")),
    ("章", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*章)(?!{_REFERS})")),
    ("节", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*节)(?!{_REFERS}|课)")),
    ("条", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*条(?:之{_N})?)(?!{_REFERS})")),
    ("一、", re.compile(rf"(?P<mark>(?P<number>[{NUMERAL_CHARACTERS}]+))\s*[、．.]{_COUNTS_ON}")),
    ("（一）", re.compile(rf"(?P<mark>[（(]\s*(?P<number>[{NUMERAL_CHARACTERS}]+)\s*[）)]|(?P<sign>[㈠-㈩])){_LISTS}")),
    ("1.1.1.1", _decimal(4)),
    ("1.1.1", _decimal(3)),
    ("1.1", _decimal(2)),
    ("01", re.compile(r"(?P<mark>0(?P<number>[1-9]))(?=[\s　]|$)")),
    ("1.", re.compile(rf"(?P<mark>(?P<number>\d{{1,3}}))\s*(?:[.．]{_NO_FIGURE}|、(?!\d+号))|(?P<sign>[⒈-⒛])")),
    ("（1）", re.compile(rf"(?P<mark>[（(]\s*(?P<number>\d{{1,3}})\s*[）)]|(?P<sign>[⑴-⒇])){_LISTS}")),
    ("1）", re.compile(r"(?P<mark>(?P<number>\d{1,2})[）)])")),
    ("①", re.compile(r"(?P<sign>[①-⑳])")),
    (QUESTION, re.compile(r"(?P<mark>[问Q])[:：]")),
    (LABEL, re.compile(r"(?P<mark>【[^【】]{2,12}】)")),
)
LAW_FAMILIES = ("部分", "编", "章", "节", "条", "款")  # always nested in this order, and above the other family
PARAGRAPH = "款"  # of an article, counted: behind a list only, since before it the article's own clause has them
UNNUMBERED = "注"  # 「注意事项：」 above a list that begins again
CHAPTER = "1"  # of technical rules, above 1.1; only its sections tell it from any line that begins with a number
DECIMAL_FAMILIES = (CHAPTER, "1.1", "1.1.1", "1.1.1.1")  # their mark says where they stand: 2.1 is in 2

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
    mark = re.sub(r"\s", "", match.groupdict().get("mark") or match["sign"])
    return Heading(family, _number(match.groupdict()), mark, _heading_text(line, match.end(), family))


def _number(found: Mapping[str, str | None]) -> int:
    """Return the number of a heading; 0 for a question or label, which has none."""
    if sign := found.get("sign"):
        return int(unicodedata.numeric(sign))
    return parse_numeral(number) if (number := found.get("number")) else 0


_CHAPTER_LINE = re.compile(r"(?P<mark>\d{1,2})(?:[\s　]+|(?=[\u3400-\u9fff]))(?P<name>[^\d\s.．、:：)）%％].{0,30})$")
_DECIMAL = re.compile(r"(?P<chapter>\d{1,2})[.．](?P<section>\d{1,2})(?!\d)")


def find_chapters(lines: Sequence[str]) -> dict[int, Heading]:
    """Return the chapters of technical rules by the position of their line: 「3 要求」 with 3.1 as the next decimal."""
    chapters: dict[int, Heading] = {}
    below: tuple[str, str] | None = None  # the first decimal that follows
    for i in range(len(lines) - 1, -1, -1):
        decimal = _DECIMAL.match(lines[i])
        if decimal is not None:
            below = decimal["chapter"], decimal["section"]
            continue
        match = _CHAPTER_LINE.match(lines[i])
        if match is not None and below == (match["mark"], "1") and not _SENTENCE_END.search(lines[i]):
            chapters[i] = Heading(CHAPTER, int(match["mark"]), match["mark"], lines[i])
            below = None  # the nearest line is the chapter, one farther off a date or a count
    return chapters


def find_paragraphs(lines: Sequence[str], headings: Mapping[int, Heading], parts: Container[int]) -> dict[int, Heading]:
    """Return the paragraphs of articles that stand behind a list: 「第五条…：（一）…；（二）…。」, then 「前款…」.

    They belong to the article and not to the last point of its list, and are cited as 第二款.
    """
    found: dict[int, Heading] = {}
    article: _Article | None = None
    for i, line in enumerate(lines):
        heading = headings.get(i)
        if heading is not None and heading.family == "条":
            article = _Article(0 if line.strip() == heading.text else 1)
        elif i in parts or heading is not None and heading.family in LAW_FAMILIES:
            article = None
        elif article is not None and heading is not None:
            article.add_point(heading, line)
        elif article is not None and article.add_paragraph(lines[i - 1], line, headings.get(i + 1)):
            mark = f"第{_CHINESE[article.paragraphs]}款"
            found[i] = Heading(PARAGRAPH, article.paragraphs, mark, mark)
    return found


_CHINESE = ("", *"一二三四五六七八九十", *(f"十{digit}" for digit in "一二三四五六七八九"))


@dataclass(slots=True)
class _Article:
    """What was read of an article.

    Attributes:
        paragraphs: How many.
        family: Of the points of its list; empty before the first.
        list_ends: Whether the last line is the last point of a list: its end is a full stop, that of others is not.
        behind: Whether the last line is a paragraph behind a list.
    """

    paragraphs: int
    family: str = ""
    listed: bool = False
    list_ends: bool = False
    behind: bool = False

    def add_point(self, heading: Heading, line: str) -> None:
        """Take a point of a list."""
        if not self.family or self.behind:
            self.family, self.listed = heading.family, False
        self.list_ends = self.listed and line.endswith("。")
        self.listed = self.listed or line.endswith(("；", ";"))
        self.behind = False

    def add_paragraph(self, before: str, line: str, following: Heading | None) -> bool:
        """Take a line that has no number; tell whether it is a paragraph behind a list."""
        if not before.endswith(("。", "：", ":")) or not line.endswith(("。", "：", ":")):
            return False  # a line of a paragraph, a signature
        again = following is not None and following.number == 1 and following.family == self.family
        is_next = self.paragraphs + 1 < len(_CHINESE) and (not self.family or self.behind or self.list_ends or again)
        if is_next:
            self.paragraphs += 1
            self.behind = bool(self.family)
        self.list_ends = False
        return is_next and self.behind


def without_number(text: str) -> str:
    """Return a clause's text or heading without the number it begins with."""
    line = text.lstrip()
    found = _read_number(line)
    return line[found[1].end() :].lstrip() if found else text


def _read_number(line: str) -> tuple[str, re.Match[str]] | None:
    """Return the family of the number that a line begins with, and where it stands."""
    for family, pattern in _FAMILIES:
        match = pattern.match(line)
        if match is not None:
            return family, match
    return None


def _heading_text(line: str, body: int, family: str) -> str:
    """Return the part of a numbered line that names the clause: all of it, its first sentence or its number."""
    if family in ("条", LABEL):
        return line[:body].strip()
    end = _SENTENCE_END.search(line, body)
    if end is None or end.end() == len(line):
        return line.rstrip("。；;：:") if len(line) <= _MAX_HEADING else _lead(line, body)
    if end.start() - body <= _MAX_LEAD:
        return line[: end.start()]
    return _lead(line, body)


def _lead(line: str, body: int) -> str:
    """Return the number of a line and the words that a colon or space sets apart: 「4.3题名：题名是…」."""
    lead = _LEAD.match(line, body)
    return line[: lead.end()] if lead else line[:body].strip()


_LEAD = re.compile(r"[\s　]*[^\s　，。；;：:、？！]{2,15}(?=[：:\s　])")
