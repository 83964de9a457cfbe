"""The text of a saved page → its body, and what the page says about the publication.

Government pages surround a document with a breadcrumb, a line of publication data and widgets. These are
not words of the document: they leave the text, and the publication data is kept as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREADCRUMB = re.compile(
    r"^(您(现在)?(的|所在)?(的)?位置|当前(的)?位置|(您)?所在位置|现在(的)?位置)\s*[:：>]?"
    r"|^\s*(首页|网站首页)?\s*[>＞»›]\s*\S"
    r"|^\s*首页(\s*[>＞»›/]|$)"
)
# A line of nothing but widgets: 「【字体：大 中 小】 打印 关闭」, 「上一篇：…」; 「打印机等设备…」 is a sentence.
_WIDGET = (
    r"(?:打\s*印(?:本页|此页)?|关\s*闭(?:窗口|本页)?|返\s*回(?:顶部|首页|列表)?|分\s*享(?:到)?|收\s*藏(?:本页)?"
    r"|字\s*[体号]|扫一扫(?:在手机打开当前页)?|(?:浏览|阅读)次数[:：\s]*\d*)"
)
_AROUND = r"[\s:：【】\[\]（）()|｜]"
_WIDGETS = re.compile(
    rf"^{_AROUND}*{_WIDGET}(?:{_WIDGET}|{_AROUND}|[大中小])*$|^{_AROUND}*(?:上一[篇条]|下一[篇条]|责任编辑|原文链接)\s*[:：]"
    r"|^(?:北大法宝)?\s*【法宝引证码】"  # the banner of a law database
)
_PUBLICATION_FIELD = re.compile(
    r"(?P<name>发布日期|发布时间|发文日期|成文日期|发布机构|发文机关|信息来源|来源|浏览次数|浏览量|阅读次数|点击数|访问量|字体|字号|作者)"
    r"\s*[:：]"
)
_DATE_FIELDS = ("发布日期", "发布时间", "发文日期", "成文日期")
_ISSUER_FIELDS = ("发文机关", "发布机构", "信息来源", "来源")
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_MIN_FIELDS = 2  # one 「来源：」 may be a body line; two such fields on one line are a page's data line
_MAX_FURNITURE_LENGTH = 120  # characters; a longer line is prose whatever it begins with


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart.

    Attributes:
        body: Paragraphs, one a line, without blank lines, each without white space at its ends.
        published: ISO 8601 date of the publication line.
        publisher: Who the publication line names as source.
    """

    body: str
    published: str | None
    publisher: str | None


def strip_navigation(text: str) -> Page:
    """Separate the body of a page's text from its navigation and publication line."""
    body: list[str] = []
    fields: dict[str, str] = {}
    for line in (raw.strip() for raw in text.split("\n")):
        if not line:
            continue
        if len(line) <= _MAX_FURNITURE_LENGTH:
            found = _read_publication_line(line)
            if found:
                fields |= found
                continue
            if _BREADCRUMB.search(line) or _WIDGETS.search(line):
                continue
        body.append(line)
    published = next((d for name in _DATE_FIELDS if (d := parse_date(fields.get(name, "")))), None)
    publisher = next((v for name in _ISSUER_FIELDS if (v := fields.get(name))), None)
    return Page("\n".join(body), published, publisher)


def parse_date(text: str) -> str | None:
    """Return the first date of `text` as ISO 8601, or None."""
    match = _DATE.search(text)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _read_publication_line(line: str) -> dict[str, str]:
    marks = list(_PUBLICATION_FIELD.finditer(line))
    if not marks or marks[0].start() > 1 or (len(marks) < _MIN_FIELDS and marks[0]["name"] not in _DATE_FIELDS):
        return {}
    ends = [m.start() for m in marks[1:]] + [len(line)]
    return {m["name"]: line[m.end() : end].strip() for m, end in zip(marks, ends, strict=True)}
