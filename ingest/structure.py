"""Canonical text → clauses.

Official documents number their parts in two families that may be nested in each other: 编 章 节 条 of laws,
and 一、 （一） 1. （1） ① of notices and plans. One file may hold several documents, as a notice that prints a
plan does. The text is cut in three steps:

    1. every paragraph is looked at for a heading: a number of one family, or the title of a further part;
    2. the headings are nested: a family already open closes what was opened since, a new one opens inside;
    3. each heading, with the text up to the next one, becomes a clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.metadata import announced_titles, clean_title, is_title, period_of, stage_of
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from ingest.records import Clause, Stage
from ingest.sentences import trim

OPENING_LABEL = "开头"

_N = rf"(?:\d+|[{NUMERAL_CHARACTERS}]+)"  # in one script; 「第10万项」 counts, it does not number
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("编", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*编)")),
    ("章", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*章)")),
    ("节", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*节)")),
    ("条", re.compile(rf"(?P<mark>第\s*(?P<number>{_N})\s*条(?:之{_N})?)(?=[\s　:：【]|$|(?P<tight>.))")),
    ("一、", re.compile(rf"(?P<mark>(?P<number>[{NUMERAL_CHARACTERS}]+))\s*、")),
    ("（一）", re.compile(rf"(?P<mark>[（(]\s*(?P<number>[{NUMERAL_CHARACTERS}]+)\s*[）)])")),
    ("1.", re.compile(r"(?P<mark>(?P<number>\d{1,3}))\s*(?:[.．](?!\d)|、)")),
    ("（1）", re.compile(r"(?P<mark>[（(]\s*(?P<number>\d{1,3})\s*[）)])")),
    ("①", re.compile(r"(?P<mark>(?P<number>[①-⑳]))")),
)
_LAW_FAMILIES = ("编", "章", "节", "条")  # always nested in this order, and above the other family

_MAX_HEADING = 60  # characters; a numbered line up to this length without a sentence end is a heading as a whole
_MAX_LEAD = 45  # characters; 「9.扩大优质教育资源供给。加大…」: a first sentence up to this length names the clause
_MAX_GAP = 3  # a skipped number or two is a slip of the author; a larger jump is a number in running text
_SENTENCE_END = re.compile(r"[。；;]")
_PART_NAME = re.compile(
    r"(要点|总结|计划|方案|意见|办法|规定|通知|报告|细则|条例|规划|纲要|公告|规则|章程|指南|制度|标准|目录|清单)"
    r"(（[^）]{1,12}）|\([^)]{1,12}\))?$"
)
_NAMES_A_YEAR = re.compile(r"(19|20)\d{2}年")
_TELLS_TIME = re.compile(r"(19|20)\d{2}年|回顾|下一步|今后|明年|下阶段")  # of section headings: 「二、下一步工作打算」


class Heading(NamedTuple):
    """A paragraph that opens a clause."""

    family: str
    number: int
    mark: str
    text: str
    start: int


@dataclass(slots=True)
class _Outline:
    """The headings open at the current paragraph, and what their part is called."""

    title: str
    part: str | None
    open: list[Heading] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)

    def enter(self, heading: Heading) -> None:
        """Open a heading inside those it belongs to."""
        while self.open and _closes(heading, self.open):
            closed = self.open.pop()
            if closed.family != heading.family and closed.family not in _LAW_FAMILIES:
                # Numbering may run through (1–24 over four sections) or restart; both are accepted later.
                self.last[closed.family] = max(self.last.get(closed.family, 0), closed.number)
        self.open.append(heading)
        self.last[heading.family] = heading.number

    def expects(self, heading: Heading) -> bool:
        """Tell whether a heading's number can be the next of its family: a start, or close behind the last."""
        last = self.last.get(heading.family, 0)
        if "之" in heading.mark:  # 第二条之一, put in later behind 第二条
            return heading.number == last
        return heading.number == 1 or last < heading.number <= last + _MAX_GAP

    @property
    def path(self) -> tuple[str, ...]:
        return (self.title, *([self.part] if self.part else []), *(h.text for h in self.open))

    @property
    def label(self) -> str:
        label = ""
        for heading in self.open:
            joined = not label or label[-1] in "）)" or heading.mark[0] in "第（(①②③④⑤⑥⑦⑧⑨⑩"
            label += heading.mark if joined else f"、{heading.mark}"
        return label or OPENING_LABEL


def split_clauses(text: str, title: str, document_id: str) -> tuple[Clause, ...]:
    """Cut canonical text into clauses that cover all of it but white space.

    Args:
        text: One paragraph a line.
        title: The document's title, the first heading of every path.
        document_id: Start of every clause's id.
    """
    starts = list(_clause_starts(text, title))
    if len(starts) == 1:
        starts = list(_paragraph_starts(text, title))
    clauses: list[Clause] = []
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    for (start, path, label), end in zip(starts, ends, strict=True):
        span = trim(text, start, end)
        period, stage = _time_of(path)
        clauses.append(Clause(f"{document_id}-{len(clauses) + 1:04d}", path, label, *span, period, stage))
    return tuple(clauses)


_Start = tuple[int, tuple[str, ...], str]  # offset, path, label


def _clause_starts(text: str, title: str) -> Iterator[_Start]:
    announced = announced_titles(title)
    parts = {start: line for start, line in _paragraphs(text) if start > 0 and _is_part(line, title, announced)}
    unheaded = [a for a in announced if not any(a in clean_title(line) for line in parts.values())]
    outline = _Outline(title, unheaded[0] if unheaded else None)
    yield 0, outline.path, OPENING_LABEL
    for start, line in _paragraphs(text):
        if start in parts:
            outline = _Outline(title, clean_title(line))
        elif (heading := _read_heading(line, start)) and outline.expects(heading):
            outline.enter(heading)
        else:
            continue
        yield start, outline.path, outline.label


def _paragraph_starts(text: str, title: str) -> Iterator[_Start]:
    """Without any structure the paragraphs serve."""
    for number, (start, _) in enumerate(_paragraphs(text), start=1):
        yield start, (title,), f"第{number}段"


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _is_part(line: str, title: str, announced: list[str]) -> bool:
    """Tell whether a paragraph is the title of a further document in the same file."""
    if not is_title(line) or _read_heading(line, 0) is not None:
        return False
    name = clean_title(line)
    if name == title:
        return False  # printed twice, on the page and at the head of the text
    if any(name.endswith(a) for a in announced):
        return True
    return bool(_PART_NAME.search(name) and (_NAMES_A_YEAR.search(name) or name[:3] == title[:3]))


def _read_heading(line: str, start: int) -> Heading | None:
    found = _read_number(line)
    if found is None:
        return None
    family, match = found
    mark = re.sub(r"\s", "", match["mark"])
    return Heading(family, parse_numeral(match["number"]), mark, _heading_text(line, match.end(), family), start)


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


def without_number(text: str) -> str:
    """Return a clause's text or heading without the number it begins with."""
    line = text.lstrip()
    found = _read_number(line)
    return line[found[1].end() :].lstrip() if found else text


def _heading_text(line: str, body: int, family: str) -> str:
    """Return the part of a numbered line that names the clause: all of it, its first sentence or its number."""
    if family == "条":
        return line[:body].strip()
    end = _SENTENCE_END.search(line, body)
    if end is None or end.end() == len(line):
        return line.rstrip("。；;：:") if len(line) <= _MAX_HEADING else line[:body].strip()
    return line[: end.start()] if end.start() - body <= _MAX_LEAD else line[:body].strip()


def _closes(heading: Heading, opened: list[Heading]) -> bool:
    """Tell whether `heading` closes the innermost of the headings that are open."""
    innermost = opened[-1]
    if heading.family in _LAW_FAMILIES:
        rank = _LAW_FAMILIES.index(heading.family)
        return innermost.family not in _LAW_FAMILIES or _LAW_FAMILIES.index(innermost.family) >= rank
    return any(h.family == heading.family for h in opened)


def _time_of(path: tuple[str, ...]) -> tuple[int | None, Stage | None]:
    """Return year and stage from the innermost heading that tells them."""
    period: int | None = None
    stage: Stage | None = None
    for depth, heading in reversed(list(enumerate(path))):
        if depth > 0 and not (_PART_NAME.search(heading) or _TELLS_TIME.search(heading)):
            continue
        period = period or period_of(heading)
        stage = stage or stage_of(heading)
    return period, stage
