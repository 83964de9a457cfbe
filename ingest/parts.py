"""Where a file holds several documents: what a notice prints, reports beside plans, attachments; and contents lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.headings import read_heading
from ingest.metadata import announced_titles, clean_title, is_title

PART_NAME = re.compile(
    r"(要点|总结|计划|方案|意见|办法|规定|通知|报告|细则|条例|规划|纲要|公告|规则|章程|指南|制度|标准|目录|清单|须知|规范|简章|守则|准则|决定)"
    r"(（[^）]{1,12}）|\([^)]{1,12}\))?$"
)
_NAMES_A_YEAR = re.compile(r"(19|20)\d{2}年")
_ATTACHMENT = re.compile(
    r"附\s*(?:件|录|表)\s*(?P<number>[\d一二三四五六七八九十A-Z]{0,3})\s*(?:[:：、.．—-]|\s|$)\s*(?P<title>.*)$"
)
_FILE_NAME = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|zip|rar|et|ofd)\b", re.IGNORECASE)
_LISTED = re.compile(r"^(?:附\s*件|\d{1,2}\s*[.．、])")
_MAX_SIGNATURE = 30  # characters: the issuer's name and the date stand below the list of attachments


class Part(NamedTuple):
    """The beginning of a part.

    Attributes:
        name: What its clauses' paths say.
        prefix: What their labels begin with: 「附件1」; empty for a document printed in full.
    """

    name: str
    prefix: str


def find_parts(lines: Sequence[str], title: str) -> dict[int, Part]:
    """Return the parts by the position of their first line; the document itself is none."""
    announced = announced_titles(title)
    parts: dict[int, Part] = {}
    listed: set[str] = set()
    for i, line in enumerate(lines):
        if i == 0 or i - 1 in parts and parts[i - 1].prefix:
            continue  # the title of the attachment that the line before announces
        attachment = _ATTACHMENT.match(line)
        if attachment is not None:
            number = attachment["number"]
            if _opens_attachment(attachment, lines[i + 1 : i + 3], number in listed):
                parts[i] = Part(_attachment_name(attachment, lines[i + 1 : i + 2]), f"附件{number}")
            listed.add(number)
        elif _is_printed(line, title, announced):
            parts[i] = Part(clean_title(line), "")
    return parts


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


def _opens_attachment(attachment: re.Match[str], below: Sequence[str], was_listed: bool) -> bool:
    """Tell whether a line opens an attachment rather than naming it below a notice."""
    title = attachment["title"]
    if _FILE_NAME.search(title) or not below:
        return False
    if was_listed or not title:
        return not (_LISTED.match(below[0]) and not was_listed) and not _FILE_NAME.search(below[0])
    if len(title) > _MAX_ATTACHMENT_TITLE or _LISTED.match(title) or _LISTED.match(below[0]):
        return False
    # Behind the list the issuer signs; behind a title there is text.
    return len(below[0]) > _MAX_SIGNATURE or read_heading(below[0]) is not None


_MAX_ATTACHMENT_TITLE = 60


def _attachment_name(attachment: re.Match[str], below: Sequence[str]) -> str:
    mark = re.sub(r"\s", "", attachment[0][: attachment.start("title") - attachment.start()]).rstrip(":：、.．—-")
    title = attachment["title"] or next((line for line in below if is_title(line) and not read_heading(line)), "")
    return f"{mark} {clean_title(title)}".strip()


def _is_printed(line: str, title: str, announced: Sequence[str]) -> bool:
    """Tell whether a line is the title of a further document in the same file."""
    if not is_title(line) or read_heading(line) is not None:
        return False
    name = clean_title(line)
    if name == title:
        return False  # printed twice, on the page and at the head of the text
    if any(name.endswith(a) for a in announced):
        return True
    return bool(PART_NAME.search(name) and (_NAMES_A_YEAR.search(name) or name[:3] == title[:3]))
