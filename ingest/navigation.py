"""The blocks of a saved page → its body, and what the page says about the publication.

Government pages surround a document with a breadcrumb, a line of publication data and widgets. These are
not words of the document: they leave the text, and the publication data is kept as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ingest.content import Block, Paragraph

_BREADCRUMB = re.compile(
    r"^(您(现在)?(的|所在)?(的)?位置|当前(的)?位置|(您)?所在位置|现在(的)?位置)\s*[:：>]?"
    r"|^\s*(首页|网站首页)?\s*[>＞»›]\s*\S"
    r"|^\s*首页(\s*[>＞»›/]|$)"
)
# A line of nothing but widgets: 「【字体：大 中 小】 打印 关闭」, 「上一篇：…」; 「打印机等设备…」 is a sentence.
# What a widget takes, `*+`, it keeps: tried in all ways, a line of 60 colons would take years.
_WIDGET = (
    r"(?:打\s*印(?:本页|此页)?|关\s*闭(?:窗口|本页)?|返\s*回(?:顶部|首页|列表)?|分\s*享(?:到)?|收\s*藏(?:本页)?"
    r"|字\s*[体号]|扫一扫(?:在手机打开当前页)?|(?:浏览|阅读)次数[:：\s]*+\d*+)"
)
_AROUND = r"[\s:：【】\[\]（）()|｜]"
_WIDGETS = re.compile(
    r"^[\s*A+\-]*[大中小](?:[\s*A+\-]*[大中小])*$"
    rf"|^{_AROUND}*+{_WIDGET}(?:{_WIDGET}|{_AROUND}|[大中小])*+$"
    rf"|^{_AROUND}*+(?:上一[篇条页]|下一[篇条页]|责任编辑|原文链接)\s*[:：]"
    r"|^(?:首页\s*)?[上前]一页[\s\d.…]*(?:[下后]一页)?|^[\s\d]+[下后]一页"
    r"|^(?:北大法宝)?\s*【法宝引证码】"  # the banner of a law database
    r"|版权所有|ICP备\d|公网安备|^网站标识码|^(?:主办|承办|技术支持)(?:单位)?\s*[:：]"  # the foot of a site
    r"|^(?:相关(?:附件|链接|文章|新闻|阅读)|更多)\s*[>＞»]*\s*[:：]?$"
)
_PUBLICATION_FIELD = re.compile(
    r"(?P<name>发布日期|发布时间|更新时间|更新日期|发文日期|成文日期|生成日期|印发日期|发布机构|发文机关|发文机构|信息来源|文章来源|稿源|来源"
    r"|浏览次数|浏览量|浏览(?=字[号体])|阅读次数|阅读量|点击数|点击次数|访问量|字体|字号|作者|责任编辑|文号|发文字号|索引号|名称|文件名称|标题|主题分类"
    r"|主题词|公开方式|公开范围|公开形式|公开类别|公开时限|组配分类|有效性|时效性|效力状态|是否有效|统一编号|信息索引|体裁分类|废止日期|失效日期)"
    r"\s*(?:[:：]|(?<=浏览))"
)
_ALONE = re.compile(
    r"日期|时间|^索引号|^信息索引|^统一编号|分类$|性$|^效力状态|^是否有效"
)  # no line of a document begins so
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_MIN_FIELDS = 2  # one 「来源：」 may be a body line; two such fields on one line are a page's data line
_MAX_FURNITURE_LENGTH = 120  # characters; a longer line is prose whatever it begins with


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart.

    Attributes:
        body: What is left of its blocks.
        fields: What its publication lines say, by the names that they use.
        furniture: The lines that were left out.
    """

    body: tuple[Block, ...]
    fields: Mapping[str, str]
    furniture: tuple[str, ...]

    def field(self, *names: str) -> str | None:
        """Return the value of the first of some fields that has one."""
        return next((value for name in names if (value := self.fields.get(name))), None)


def strip_navigation(blocks: Iterable[Block]) -> Page:
    """Separate the body of a page from its navigation and publication lines."""
    body: list[Block] = []
    furniture: list[str] = []
    fields: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Paragraph) and is_furniture(block.text):
            fields |= {name: value for name, value in _read_publication_line(block.text).items() if value}
            furniture.append(block.text)
        else:
            body.append(block)
    return Page(tuple(body), fields, tuple(furniture))


def parse_date(text: str) -> str | None:
    """Return the first date of `text` as ISO 8601, or None."""
    match = _DATE.search(text)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:  # 2月30日
        return None


def is_furniture(line: str) -> bool:
    """Tell whether a line of a page is no line of the document."""
    if len(line) > _MAX_FURNITURE_LENGTH:
        return False
    return is_publication_line(line) or bool(_BREADCRUMB.search(line) or _WIDGETS.search(line))


def is_publication_line(line: str) -> bool:
    """Tell whether a line of a page says when and by whom the document was published, and nothing else."""
    return bool(_read_publication_line(line))


def _read_publication_line(line: str) -> dict[str, str]:
    marks = list(_PUBLICATION_FIELD.finditer(line))
    if not marks or marks[0].start() > 1 or (len(marks) < _MIN_FIELDS and not _ALONE.search(marks[0]["name"])):
        return {}
    ends = [m.start() for m in marks[1:]] + [len(line)]
    return {m["name"]: line[m.end() : end].strip() for m, end in zip(marks, ends, strict=True)}
