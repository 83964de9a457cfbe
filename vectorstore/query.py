"""A question's text → what is searched: its terms, the year and the stage it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest import Stage
from vectorstore.normalise import fold, terms

# Words that make a sentence a question, and courtesies. They say how to answer, not what to look for, and
# would count as rare words that no document holds.
_ASKING = re.compile(
    r"请问|请教|想问|问一下|想知道|想了解|麻烦|你好|您好|谢谢|告诉我|帮我(?:查|看|找)?(?:一下)?|我想|查一下|一下"
    r"|是多少|有多少|达多少|到多少|多少|第几|好几|几(?=[个所名人项家条次年月日号天位批处届种类岁万千百座点时])"
    r"|是什么时候|什么时候|什么时间|何时|哪一?[年天]|几时"
    r"|是什么|有什么|什么样的?|做什么|为什么|为何|什么|啥"
    r"|有哪些|是哪些|哪一?[个些所家位种类项几条]|哪里|哪儿|哪|谁"
    r"|怎么样|怎么办|怎么[做写说]?|怎样|如何|咋样?|多大|多高|多长"
    r"|是不是|有没有|能不能|会不会|要不要|可不可以|是否|能否|可否|吗|呢|吧|呀|啊|嘛"
    r"|分别|各自|具体|一共|总共|到底|究竟|目前|现在"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年|\s*学年|\s|[^\d]|$)(?![.%\d])")
_RELATIVE_YEARS = (
    ("今年", 0),
    ("本年度", 0),
    ("本年", 0),
    ("去年", -1),
    ("上一年", -1),
    ("上年度", -1),
    ("明年", 1),
    ("前年", -2),
)

_PLANNED = re.compile(r"目标|计划|打算|准备|力争|要达到|将要?|规划|预计|争取|安排|要求达到|任务")
_DONE = re.compile(
    r"完成情况|完成了|达到了|实现了|已经?|取得|成效|成绩|总结|结果|做了|新增了|获得了?|获评|多少了|了多少|了哪些|了几|实际"
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question made searchable.

    Attributes:
        text: The question without the words that only ask, relative years resolved.
        terms: Its terms, in order, without repetition.
        years: The years it names.
        stage: Whether it asks for results or for targets; None if it does not say.
    """

    text: str
    terms: tuple[str, ...]
    years: tuple[int, ...]
    stage: Stage | None


def parse_query(question: str, this_year: int | None) -> Query:
    """Make a question searchable.

    Args:
        question: As it was asked.
        this_year: What 今年 means: the year of the newest document, not of the calendar.
    """
    text = fold(question)
    if this_year is not None:
        for word, offset in _RELATIVE_YEARS:
            text = text.replace(word, f"{this_year + offset}年")
    years = tuple(dict.fromkeys(int(year) for year in _YEAR.findall(text)))
    planned, done = _PLANNED.search(text) is not None, _DONE.search(text) is not None
    stage: Stage | None = None if planned == done else "planned" if planned else "done"
    text = _ASKING.sub(" ", text).strip()
    return Query(text, tuple(dict.fromkeys(terms(text))), years, stage)
