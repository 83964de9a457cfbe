"""Text → the quantities it states, each with its value and its unit.

「达到46.4%」 states 46.4 of the kind share, 「近17万人次」 170,000 of the kind times. An answer to 「多少钱」 must
state money, and two quantities of one unit can be set against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ingest.numerals import DIGITS, NUMERAL_CHARACTERS, parse_numeral

QuantityKind = Literal[
    "share", "points", "money", "people", "institutions", "times", "calendar", "years", "date", "clock", "duration",
    "age", "rank", "area", "distance", "phone", "grade", "count", "measure", "frequency", "plain",
]  # fmt: skip
"""What a quantity measures; `calendar` is a year of the calendar, `years` a length of time; `count` are things
counted by a measure word without a kind of its own, `measure` is by a unit of physics, `frequency` is how often, said
without a number, `plain` has none."""

# The first that fits decides, so longer units stand before those they begin with.
_UNITS: tuple[tuple[str, QuantityKind], ...] = (
    (r"个百分点|百分点", "points"),
    (r"%|％|折(?![算合页叠旧])|成(?![立果员为长就绩功效本熟])|倍", "share"),
    (r"(?:美|欧|港|日)?元|块钱?|角|人民币", "money"),
    (r"人次|场次|次|轮|趟|届|场(?!所)", "times"),
    (r"个?学时|个?课时|个?小时|分钟|秒|个月|个?学期|个?学年|个?工作日|周年|天|周(?!岁)|星期", "duration"),
    (r"周岁|岁", "age"),
    (r"名|位|人(?!均|次)|个?(?:教师|老师|学生|校长|班主任|家长|博士|硕士|考生|新生|员工|孩子)", "people"),
    (r"所|家|间|个?(?:学校|校区|幼儿园|园区|单位|县|市|区|街道|乡镇|社区|村)", "institutions"),
    (r"亩|平方米|平方公里|公顷|㎡|平米", "area"),
    (r"公里|千米|米(?!色)|里(?!程)|km|m(?![a-z])", "distance"),
    (r"分(?![类层级别批钟为之校布析享工])", "grade"),
    (r"(?:[mkμn]?g|m?l|cfu|[kmgt]b|℃)(?![a-z])(?:/[a-z]+)?", "measure"),
    (r"年(?![级龄])", "years"),
    (r"月(?:份)?(?:\d{1,2}日)?|日|号", "date"),
    (r"[点时](?!间)|[:：]\d{2}", "clock"),
    (r"[个项件条部篇种类批对组套台辆座本册张份门支队枚期处层级款节例块片人床户起]", "count"),
)
_UNIT = re.compile("|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _) in enumerate(_UNITS)), re.IGNORECASE)
_NUMBER = re.compile(
    rf"(?P<percent>百分之[{NUMERAL_CHARACTERS}]+(?:点[{NUMERAL_CHARACTERS}]+)?)"
    rf"|(?P<parts>[{NUMERAL_CHARACTERS}\d]{{1,3}})分之(?P<of_them>[{NUMERAL_CHARACTERS}]{{1,3}})"
    r"|(?P<half>(?<![上下每前后大])半(?=个(?:小时|月|学期|学年)|小时|天|学期|年(?![度级])))"
    rf"|(?P<rank>第\s*(?:\d+|[{NUMERAL_CHARACTERS}]+))"
    r"|(?P<phone>(?<![\d.])(?:0\d{2,3}[-—]?)?\d{7,11}(?![\d.%]))"
    r"|(?P<digits>(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?|(?<=[\u4e00-\u9fff])\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"|(?P<written>(?<![\d.{NUMERAL_CHARACTERS}])[{''.join(DIGITS)}十百千][{NUMERAL_CHARACTERS}]*)"
)
_SCALE = re.compile(r"\s*(?P<scale>[万亿千百十]{1,2})?(?P<about>[余多来几])?(?P<more>[万亿])?\s*")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that a text states.

    Attributes:
        start: Offset in the text.
        end: Offset behind the last character of its unit.
        value: In units: 3.4万个 is 34000.
        unit: As written, empty for none.
        kind: What it measures.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    kind: QuantityKind


def quantities(text: str) -> Iterator[Quantity]:
    """Yield the quantities of a text, folded or not, in reading order.

    >>> [(str(q.value), q.unit, q.kind) for q in quantities("新增学位3.4万个,占比达46.4%,三年")]
    [('34000.0', '个', 'count'), ('46.4', '%', 'share'), ('3', '年', 'years')]
    """
    end = 0
    for match in _NUMBER.finditer(text):
        found = _read(text, match) if match.start() >= end else None
        if found is not None:
            end = found.end
            yield found


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if match["percent"]:
        whole, _, decimals = match[0].removeprefix("百分之").partition("点")
        fraction = "".join(str(parse_numeral(digit)) for digit in decimals)
        return Quantity(start, end, Decimal(f"{parse_numeral(whole)}.{fraction or 0}"), "%", "share")
    if match["parts"]:  # 三分之二 is a share of 66.7 %
        share = 100 * Decimal(parse_numeral(match["of_them"])) / Decimal(parse_numeral(match["parts"]) or 1)
        return Quantity(start, end, round(share, 1), "分之", "share")
    if match["rank"]:
        number = parse_numeral(match["rank"].removeprefix("第").strip())
        return Quantity(start, end, Decimal(number), "", "rank")
    if match["phone"]:
        return Quantity(start, end, Decimal(re.sub(r"\D", "", match[0])), "", "phone")
    if match["written"] == "一" and (
        text[max(0, start - 1) : start] in _WORDS_WITH_ONE or text[end : end + 1] in _NOT_ONE
    ):
        return None
    value = _value(match)
    scaled = _SCALE.match(text, end)
    for part in ("scale", "more"):
        for character in (scaled and scaled[part]) or "":
            value *= _SCALES[character]
    after = scaled.end() if scaled else end
    unit = _UNIT.match(text, after) or _unit_of_range(text, after)
    if unit is None:
        if match["written"]:  # 统一, 一体化, 千校: a number written out counts something, or it is none
            return None
        return Quantity(start, after, value, "", "calendar" if _is_year(match, value) else "plain")
    after = after if unit.start() > after else unit.end()
    kind = _UNITS[int(unit.lastgroup[1:])][1] if unit.lastgroup else "plain"
    return Quantity(start, after, value, unit[0], "calendar" if kind == "years" and _is_year(match, value) else kind)


def _value(match: re.Match[str]) -> Decimal:
    if match["half"]:
        return Decimal("0.5")
    return Decimal(match[0].replace(",", "")) if match["digits"] else Decimal(parse_numeral(match[0]))


def _is_year(match: re.Match[str], value: Decimal) -> bool:
    return match["digits"] is not None and len(match[0]) == len("2025") and _FIRST_YEAR <= value <= _LAST_YEAR


_WORDS_WITH_ONE = tuple("统唯单同专逐进之任某不新这那每另")  # 统一部署, 新一轮 state no quantity
_NOT_ONE = tuple("批些种类套系流线")  # 一批, 一系列
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


_RANGE = re.compile(rf"\s*[-—－~～至到]+\s*第?(?:\d+(?:\.\d+)?|[{NUMERAL_CHARACTERS}]+)[万亿千百余多]*")


def _unit_of_range(text: str, position: int) -> re.Match[str] | None:
    """Return the unit of 「3」 in 「3至4个」, which stands behind the 4."""
    further = _RANGE.match(text, position)
    return _UNIT.match(text, further.end()) if further else None
