"""Sizes that a question names, and the ranges by which a text tells its rules apart.

Who asks for 「五天」 of leave is answered by 「4天以上10天以内的，由学生处批准」 and by no other line of that rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.contrasts import Excluding, of_others
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral

_NUMERAL = rf"(?:\d{{1,6}}(?:\.\d{{1,2}})?万?|[{NUMERAL_CHARACTERS}两]{{1,6}})"
_APART = rf"(?<![\d.{NUMERAL_CHARACTERS}])"
_MORE = r"(?P<more>[多几来半])?"  # 「五十多个」, 「四个半月」
_NO_RANGE = r"(?![及以内]|[至到~—-])"
_PERSON = (
    r"(?:(?:姥姥|姥爷|奶奶|爷爷|外婆|外公|公公|婆婆|岳父|岳母|[妈爸爹娘]{1,2}|父亲|母亲|老[人伴]|老太太)(?:今年)?|我今年)"
    r"(?:已经|都|快|也|刚|满)*"
)
# How an asker says what is so of him. Of a year it has to be said that it is a length: not 「2025年」.
_SIZE = {
    "岁": re.compile(  # 「我奶奶今年92了」, 「我妈83，」, 「我今年三十，」
        rf"(?P<who>{_PERSON})?(?<![\d.])(?P<size>\d{{1,3}}|百|[二三四五六七八九]?十[一二三四五六七八九]?)"
        rf"(?(who)(?:周?岁)?(?=了|[,，。]|$)|周?岁)(?![及以]|[至到~—-])"
    ),
    "年": re.compile(
        rf"(?:了|满|有|交|缴|干|工作|连续|还差|快)(?P<size>\d{{1,2}}|[{NUMERAL_CHARACTERS}两]{{1,3}})年(?P<more>半)?"
        rf"(?![级前后内度月底]|以)"
    ),
    "月": re.compile(rf"(?:了|满|有|交|缴|连续|怀孕)(?P<size>{_NUMERAL})个{_MORE}月{_NO_RANGE}"),
    "天": re.compile(  # 「请假五天」, 「回老家五天，这假谁批」
        r"(?:(?:缺勤|请假?|休假?|旷工|旷课|连续|逾期|[来去上住]了|没[来去上])(?:了|过)?|(?=.{0,20}假))"
        rf"{_APART}(?P<size>{_NUMERAL})个?(?:天|日|工作日|教学日){_NO_RANGE}"
    ),
    "节": re.compile(rf"(?:逃|旷|缺)(?:课|了|过)*(?P<size>{_NUMERAL})节{_NO_RANGE}"),
    "周": re.compile(rf"(?:第|[怀孕]了?|[(])(?P<size>{_NUMERAL})周(?!岁|年)"),
    "人": re.compile(
        rf"{_APART}(?P<size>{_NUMERAL}){_MORE}[个名位]?(?:人(?!次)|学生|孩子|娃|职工|员工)(?![及以]|[至到~—-])"
    ),
    "元": re.compile(  # 「三千块红包」, 「挪用了三万多」; not what somebody gets or is to pay
        rf"(?P<got>(?:挪用|贪污|截留|套取|骗|受贿|(?<!招)收)[了取]?)?{_APART}(?<![罚款奖励补助贴])(?P<size>{_NUMERAL})"
        rf"{_MORE}(?:元|块钱?|(?(got)(?<=[百千万多])(?![人名个次天年月位家岁届])|(?!)))(?![及以]|[至到~—-])"
    ),
    "公里": re.compile(rf"{_APART}(?P<size>{_NUMERAL})(?:公里|千米)(?![及以内外]|[至到~—-])"),
    "平方米": re.compile(rf"{_APART}(?P<size>{_NUMERAL})(?:平方米|平米|㎡|平(?=的|房?[子,，]))(?![及以]|[至到~—-])"),
}
_UNITS = {
    "岁": "周?岁",
    "年": "年",
    "月": "个月",
    "天": "个?(?:天|日|工作日|教学日)",
    "节": "(?:节课?|课时)",
    "周": "周(?!岁)",
    "人": "[人名](?!次)",
    "元": "(?:元|块)",
    "公里": "(?:公里|千米)",
    "平方米": "(?:平方米|平米|㎡)",
}
_FROM, _BEYOND, _UNDER, _UP_TO = (
    "年满|已满|满",
    "超过|高于|多于|大于",
    "不[足满到]|未满|低于|少于|小于",
    "不超过|不多于",
)


def _ranges(unit: str, of: str) -> re.Pattern[str]:
    """Return what finds the ranges of a unit: 「35至49节」, 「满3年不足6年」, 「4天以上10天以内」, 「不超过3天」."""
    apart, behind = (_APART + _NO_FINE, _NO_REWARD) if unit == "元" else (_APART, "")

    def bound(name: str) -> str:
        return rf"{apart}第?(?P<{name}>{_NUMERAL}){of}(?:\(含\))?"

    def below(which: str) -> str:
        return (
            rf"(?:(?:{_UNDER}){bound(which + 'under')}|(?:{_UP_TO}){bound(which + 'most')}"
            rf"|{bound(which + 'below')}(?:及?以[下内]|之?以?前))"
        )

    above = (
        rf"(?:(?:{_FROM}){bound('full')}(?:及?以上)?|(?<!不)(?:{_BEYOND}){bound('over')}"
        rf"|{bound('above')}(?:及?以上|之?以?后)(?:\([^()]*\))?)"
    )
    between = rf"{apart}第?(?P<from>{_NUMERAL})(?:{of})?(?:\(含\))?[至到~—－-]+第?(?P<to>{_NUMERAL}){of}"
    return re.compile(rf"(?:{between}|{above}(?:[,，]?{below('then_')})?|{below('')}){behind}")


# What somebody is to pay or to get is no range in which his case lies: 「处五千元以上三万元以下罚款」.
_NO_FINE = r"(?<![处罚款予给上])"
_NO_REWARD = r"(?!的?(?:罚[款金]|奖[励金]|补[助贴]|资助))"
_RANGES = {unit: _ranges(unit, of) for unit, of in _UNITS.items()}


@dataclass(frozen=True, slots=True)
class Sized:
    """An age, a length of time, a distance or the like that a question names.

    Attributes:
        word: The words of the question.
        unit: As it stands in `_SIZE`.
        size: The number; a half more where it is said to be somewhat more.
    """

    word: str
    unit: str
    size: float

    def contrary(self, text: str) -> str:
        """Return the range of which a folded text speaks if this lies in none of them; empty otherwise."""
        return of_others((found[0], self._lies_in(found)) for found in _RANGES[self.unit].finditer(text))

    def lies_in_one_of(self, text: str) -> bool:
        """Tell whether a folded text speaks of a range that it lies in."""
        return any(map(self._lies_in, _RANGES[self.unit].finditer(text)))

    def step(self, text: str) -> tuple[float, str] | None:
        """Return the highest step of a folded text that it has reached, such as 「满3年」 of 4年, with its words."""
        reached = [
            (_number(written), found[0])
            for found in _RANGES[self.unit].finditer(text)
            if self._lies_in(found) and {name for name, value in found.groupdict().items() if value} <= _OPEN
            for written in [found["full"] or found["above"]]
        ]
        return max(reached, default=None)

    def _lies_in(self, found: re.Match[str]) -> bool:
        bounds = {name: _number(written) for name, written in found.groupdict().items() if written}
        return all(_KEPT[name.removeprefix("then_")](self.size, bound) for name, bound in bounds.items())


_OPEN = {"full", "above"}
_KEPT = {
    "from": float.__ge__, "full": float.__ge__, "above": float.__ge__, "over": float.__gt__,
    "to": float.__le__, "most": float.__le__, "below": float.__le__, "under": float.__lt__,
}  # fmt: skip


def _number(written: str) -> float:
    if written[0].isdigit():
        return float(written.removesuffix("万")) * (_MYRIAD if written.endswith("万") else 1)
    return float(parse_numeral(written.replace("两", "二")))


_MYRIAD = 10_000


# The how manieth time somebody does a thing: 「第三回被查到」, 「首次…，再次…，第三次及以上…」.
_TURN = re.compile(rf"第(?P<number>{_NUMERAL})[次回](?P<on>及?以上)?|(?P<first>首次|初次|初犯|头一?[次回])|再次|再犯")


@dataclass(frozen=True, slots=True)
class Turn:
    """The how manieth time of something a question names.

    Attributes:
        word: The words of the question.
        number: The number, from 1.
    """

    word: str
    number: int

    def contrary(self, text: str) -> str:
        """Return the words by which a folded text speaks of other times only; empty if it does not."""
        return of_others((found[0], self._is(found)) for found in _TURN.finditer(text))

    def lies_in_one_of(self, text: str) -> bool:
        """Tell whether a folded text speaks of that time."""
        return any(map(self._is, _TURN.finditer(text)))

    def _is(self, found: re.Match[str]) -> bool:
        return self.number >= _turn(found) if found["on"] else self.number == _turn(found)


def _turn(found: re.Match[str]) -> int:
    return int(_number(found["number"])) if found["number"] else 1 if found["first"] else 2


def sized_in(question: str) -> tuple[Sized | Turn, ...]:
    """Return the sizes that a folded question names, one of each unit, where it names no range, and which time."""
    found = ((unit, pattern.search(question)) for unit, pattern in _SIZE.items() if not _RANGES[unit].search(question))
    turn = _TURN.search(question)
    turns = (Turn(turn[0], _turn(turn)),) if turn and not turn["on"] else ()
    return (*(Sized(_said(match), unit, _size(match)) for unit, match in found if match), *turns)


def _size(match: re.Match[str]) -> float:
    return _number(match["size"]) + (0.5 if match.groupdict().get("more") else 0.0)


def _said(match: re.Match[str]) -> str:
    """Return the words of a size without those before it: 「十二年」 of 「教了十二年」."""
    return match[0] if match.groupdict().get("who") else match[0][match.start("size") - match.start() :]


def speaks_of(text: str, one: Excluding) -> bool:
    """Tell whether a folded text speaks of what a question names, of 4年 also by 「满3年不足6年的」."""
    return one.word in text or (isinstance(one, Sized | Turn) and one.lies_in_one_of(text))
