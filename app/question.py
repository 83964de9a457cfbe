"""What a question asks for, beyond its words: a figure, a person, a list, yes or no, two years side by side."""

from __future__ import annotations

import re
from typing import Literal

from vectorstore.normalise import fold

Asked = Literal["figure", "name", "time", "yes_no", "wording", "text"]

_WORDING = re.compile(r"原文|原话|原句|怎么(?:写|表述|说)的?|如何表述|(?:的)?表述|文字是|第\S{1,4}条(?:是|的?内容)")
_FIGURE = re.compile(
    r"多少|几(?=[个所名人项家条次年月天位批处届种类岁万千百座%])|比例|占比|覆盖面|覆盖率|通过率|[\u4e00-\u9fff]率(?=[是有达到的吗呢?？]|$)"
    r"|数量|人数|总数|个数|名额|指标|多大|百分之|目标值|规模"
)
_NAME = re.compile(
    r"谁|哪[一]?[个些所家位]?(?:县|区|市|学校|高校|单位|部门|机构|地方|地区|城市|国家|大学|人|省|项|园|期刊|报)|哪里|哪儿|在哪|哪几"
)
_TIME = re.compile(r"什么时候|什么时间|何时|几时|哪一?[年天月]|几月|几号|何年|时间是")
_YES_NO = re.compile(r"吗|是不是|有没有|能不能|会不会|要不要|可不可以|可以不|是否|能否|可否|不$")
_BOTH_YEARS = re.compile(
    r"分别|对比|相比|比较|变化|增长了?多少|提高了?多少|比去年|比上年|比2\d{3}年|和目标|与目标|差距"
)
_FIGURE_AT_END = re.compile(r"(?:占比|比例|率|数量|人数|总数|目标|指标|学位数)$")


def asked_for(question: str) -> Asked:
    """Return what kind of answer a question wants; keywords without a question word may want a figure too."""
    text = fold(question).strip(" ?？。!！")
    if _WORDING.search(text):
        return "wording"
    if _NAME.search(text):
        return "name"
    if _TIME.search(text):
        return "time"
    if _FIGURE.search(text) or _FIGURE_AT_END.search(re.sub(r"\s*20\d{2}年?\s*", "", text)):
        return "figure"
    if _YES_NO.search(text):
        return "yes_no"
    return "text"


def compares_years(question: str) -> bool:
    """Tell whether a question wants the years side by side."""
    return _BOTH_YEARS.search(fold(question)) is not None
