"""Where a file holds several documents: what a notice prints, reports beside plans, attachments; and contents lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from ingest.headings import Heading, read_heading
from ingest.metadata import announced_titles, clean_title, is_title
from ingest.numerals import parse_numeral

PART_NAME = re.compile(
    r"(要点|总结|计划|方案|意见|办法|规定|通知|报告|细则|条例|规划|纲要|公告|规则|章程|指南|制度|标准|目录|清单|须知|规范|简章|守则|准则|决定)"
    r"(（[^）]{1,12}）|\([^)]{1,12}\))?$"
)
_NAMES_A_YEAR = re.compile(r"(19|20)\d{2}年")
_ATTACHMENT = re.compile(
    r"附\s*(?P<kind>[件录表])\s*(?P<number>[\d一二三四五六七八九十A-Z]{0,3})\s*(?:[:：、.．—-]|\s|$|(?<=[\dA-Z])(?=[（(]))\s*(?P<title>.*)$"
)
_FILE_NAME = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|zip|rar|et|ofd)\b", re.IGNORECASE)
_LISTED = re.compile(r"^(?:附\s*件|\d{1,2}\s*[.．、])")
_MAX_SIGNATURE = 30  # characters: the issuer's name and the date stand below the list of attachments


class Part(NamedTuple):
    """The beginning of a part.

    Attributes:
        name: What its clauses' paths say.
        prefix: What their labels begin with: 「附件1」; empty for a document printed in full.
        inside: The part that this one is a part of, if any.
    """

    name: str
    prefix: str
    inside: str = ""


def find_parts(lines: Sequence[str], title: str, in_tables: Set[int]) -> dict[int, Part]:
    """Return the parts by the position of their first line; the document itself is none.

    Args:
        lines: Of the document.
        title: The document's.
        in_tables: The lines that are rows of tables.
    """
    announced = announced_titles(title)
    parts: dict[int, Part] = {}
    listed: set[str] = set()
    for i, line in enumerate(lines):
        if i == 0 or i in in_tables or i - 1 in parts and parts[i - 1].prefix and not _ATTACHMENT.match(line):
            continue  # the title of the attachment that the line before announces
        attachment = _ATTACHMENT.match(line)
        if attachment is not None:
            number = attachment["number"]
            below = lines[i + 1 : i + 2]
            has_body = i + 1 in in_tables or number != "" and (attachment["kind"] == "录" or _has_body(lines, i))
            if _opens_attachment(attachment, below, number in listed, has_body):
                parts[i] = Part(_attachment_name(attachment, below), f"附{attachment['kind']}{number}")
            listed |= {number, *_numbers_below(lines, i)}
        elif _is_printed(line, title, announced):
            parts[i] = Part(clean_title(line), "")
    return parts | _empty_attachments(lines, parts)


def _numbers_below(lines: Sequence[str], i: int) -> Iterator[str]:
    """Yield the numbers of the attachments that a list names."""
    head = _LIST_HEAD.match(lines[i])
    if head is not None:
        yield from (str(number) for number in range(1, len(_points(lines, i, head)) + (2 if head["first"] else 1)))


def _empty_attachments(lines: Sequence[str], parts: Mapping[int, Part]) -> dict[int, Part]:
    """Return the attachments of a title only, such as forms that are pictures: right above the next attachment."""
    found: dict[int, Part] = {}
    for i in range(len(lines) - 2, 0, -1):
        below = parts.get(i + 1) or found.get(i + 1)
        attachment = _ATTACHMENT.match(lines[i]) if below is not None and i not in parts else None
        if attachment is None or below is None or _FILE_NAME.search(lines[i]) or not attachment["title"]:
            continue
        prefix = f"附{attachment['kind']}{attachment['number']}"
        if _is_next(prefix, below.prefix):
            found[i] = Part(_attachment_name(attachment, ()), prefix)
    return found


def _is_next(prefix: str, following: str) -> bool:
    """Tell whether 附件2 follows on 附件1; in a list that the attachments follow, 附件1 follows on the last."""
    numbers = [prefix[2:], following[2:]]
    if prefix[:2] != following[:2] or not all(re.fullmatch(r"\d+|[一二三四五六七八九十]+", n) for n in numbers):
        return False
    return parse_numeral(numbers[0]) + 1 == parse_numeral(numbers[1])


def attachment_list(lines: Sequence[str], parts: Mapping[int, Part]) -> set[int]:
    """Return the numbered lines of the lists of attachments below notices: 「附件：1.申报表」 and those that follow."""
    listed: set[int] = set()
    for i, line in enumerate(lines):
        head = _LIST_HEAD.match(line) if i not in parts else None
        if head is None:
            continue
        listed.update(_points(lines, i, head))
    return listed


def _points(lines: Sequence[str], i: int, head: re.Match[str]) -> range:
    """Return the numbered lines below the head of a list of attachments."""
    for expected, j in enumerate(range(i + 1, len(lines)), start=2 if head["first"] else 1):
        heading = read_heading(lines[j])
        if heading is None or heading.family != "1." or heading.number != expected or "。" in lines[j]:
            return range(i + 1, j)
    return range(i + 1, len(lines))


_LIST_HEAD = re.compile(r"[（(]?(?:相关)?附\s*[件表]\s*(?:[:：]?\s*$|[:：]?\s*(?P<first>1\s*[.．、]))")


def find_unnumbered(
    lines: Sequence[str], headings: Mapping[int, Heading], parts: Mapping[int, Part], unheaded: Part | None
) -> dict[int, Part]:
    """Return the unnumbered headings above lists that begin again: 「面向单位的政策」 一、二、 「面向个人的政策」 一、.

    Args:
        lines: Of the document.
        headings: What its lines could open, by position.
        parts: Those found by their titles.
        unheaded: The part that the document begins with, if it does.
    """
    found: dict[int, Part] = {}
    current = unheaded
    top: Heading | None = None  # the outermost family of the current part, and where it stands
    first: int | None = None  # the heading above the part's first list, if there is one
    for i in range(len(lines)):
        if i in parts:
            current, top, first = parts[i], None, None
        heading = headings.get(i)
        if heading is None or top is not None and heading.family != top.family:
            continue
        above = _heading_above(lines, headings, i) if heading.number == 1 else None
        if top is None:
            first = above
        elif heading.number == 1 and top.number > 1 and above is not None and above not in parts:
            for position in (above, first):
                if position is not None and position not in parts:
                    found[position] = _inner(lines[position], current)
        top = heading
    return found


def _heading_above(lines: Sequence[str], headings: Mapping[int, Heading], i: int) -> int | None:
    """Return the line above a list if it names the list; the document's title does not."""
    line = lines[i - 1] if i > 1 else ""
    names = is_title(line) and len(line) <= _MAX_UNNUMBERED and i - 1 not in headings
    return i - 1 if names and not _NO_NAME.search(line) else None


def _inner(line: str, current: Part | None) -> Part:
    name = clean_title(line)
    return Part(name, current.prefix, current.name) if current else Part(name, "")


def names_list(line: str) -> bool:
    """Tell whether a line above a list that begins again within a section names it: 「注意事项：」."""
    name = line.rstrip("：:")
    return is_title(name) and len(name) <= _MAX_UNNUMBERED and not _NO_NAME.search(name) and not _LEADS.search(name)


_LEADS = re.compile(r"如下$|以下|下列|包括$|分别$|^附\s*件|^注$")  # the beginning of a sentence that the list ends
_MAX_UNNUMBERED = 25  # characters
_NO_NAME = re.compile(r"[，。、；？！：:]|\d日$|^各|^http")  # a sentence, a date, whom a notice is sent to, an address


def contents_list(lines: Sequence[str]) -> range:
    """Return the lines of a list of contents, its heading included; an empty range if there is none."""
    start = next((i for i, line in enumerate(lines) if re.sub(r"\s", "", line) == "目录"), None)
    if start is None:
        return range(0)
    names: set[str] = set()
    for i in range(start + 1, len(lines)):
        name = _listed_name(lines[i])
        if name in names or len(name) > _MAX_LISTED or _SENTENCE.search(lines[i]):
            return range(start, i)  # the body begins with the first heading of the list, or with a sentence
        names.add(name)
    return range(start, start + 1)


_MAX_LISTED = 50  # characters
_SENTENCE = re.compile(r"[。；！？]")
_PAGE_NUMBER = re.compile(r"[\s.．…·—\-]*\d*$")


def _listed_name(line: str) -> str:
    """Return what a line of a list of contents names, without dots and page number."""
    return re.sub(r"\s", "", _PAGE_NUMBER.sub("", line))


def _opens_attachment(attachment: re.Match[str], below: Sequence[str], was_listed: bool, has_body: bool) -> bool:
    """Tell whether a line opens an attachment rather than naming it below a notice."""
    title = attachment["title"]
    if _FILE_NAME.search(title) or not below:
        return was_listed and not _FILE_NAME.search(title) and attachment["number"] != ""
    if was_listed or not title:
        return not (_LISTED.match(below[0]) and not was_listed) and not _FILE_NAME.search(below[0])
    if len(title) > _MAX_ATTACHMENT_TITLE or _LISTED.match(title) or _LISTED.match(below[0]):
        return False
    # Behind the list the issuer signs; behind a title there is text.
    return has_body or len(below[0]) > _MAX_SIGNATURE or read_heading(below[0]) is not None


_MAX_ATTACHMENT_TITLE = 60


def _has_body(lines: Sequence[str], i: int) -> bool:
    """Tell whether what stands below an attachment's title is a form or a cover, and not the end of a notice."""
    below = lines[i + 1 : i + 1 + _MIN_BODY]
    return len(below) == _MIN_BODY and not any(_ENDS_A_NOTICE.search(line) or _ATTACHMENT.match(line) for line in below)


_MIN_BODY = 4  # lines: the issuers, the date and a note of a notice are fewer, or the date is among them
_ENDS_A_NOTICE = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月|[〇○零一二三四五六七八九]{4}年|^[（(]?(?:此件|联系|抄送|主动公开|公开方式)"
)


def _attachment_name(attachment: re.Match[str], below: Sequence[str]) -> str:
    mark = re.sub(r"\s", "", attachment[0][: attachment.start("title") - attachment.start()]).rstrip(":：、.．—-")
    title = attachment["title"] or next((line for line in below if is_title(line) and not read_heading(line)), "")
    return f"{mark} {clean_title(title)}".strip()


def _letters(title: str) -> str:
    """Return a title without marks, which pages write in several ways."""
    return re.sub(r"\W", "", title)


def _is_printed(line: str, title: str, announced: Sequence[str]) -> bool:
    """Tell whether a line is the title of a further document in the same file."""
    if not is_title(line) or read_heading(line) is not None:
        return False
    name = clean_title(line)
    if _letters(name) == _letters(title):
        return False  # printed twice, on the page and at the head of the text
    if any(name.endswith(a) for a in announced):
        return True
    return bool(PART_NAME.search(name) and (_NAMES_A_YEAR.search(name) or name[:3] == title[:3]))
