"""A question → the kind of thing that answers it, and whether a text states one.

「一个月收费多少」 wants money, 「几月几号」 a day, 「都是哪些学校」 names. A text that holds none of that kind, or only
what the question itself said (「2至3岁托班」 of a question about the 2至3岁托班), does not answer, however near it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from app import asking
from app.contrasts import side_by_side
from app.naming import named_in
from app.quantities import Quantity, QuantityKind, quantities
from ingest.headings import without_number
from vectorstore.query import Query

# What a question wants, as the asker reads it; what is of no particular kind has no name here.
KIND_NAMES = {
    "figure": "数字",
    "contact": "联系方式",
    "address": "地址",
    "day": "日期",
    "when": "时间",
    "reason": "原因",
    "file": "文件",
    "name": "名称",
}
# Not of an address or a document: 「锦工大道118号」, 「31号窗口」, 「第4号令」.
_DAY = r"(?<![\d第路街道巷弄座])\d{1,2}[日号](?![楼窗线院门厅文令机])"
_EXPRESSIONS: dict[str, re.Pattern[str]] = {
    "contact": re.compile(
        r"\d{7,}|\d{3,4}-\d{7,8}|@|https?:|www\.|123\d\d|12345"
        r"|(?:电话|热线|微信|公众号|网址|网站|邮箱)[是为:：]?\s*\S+"
    ),
    "address": re.compile(
        r"[路街道巷弄]\s*\d+\s*号|地址[:：是为]|位于|坐落|选址[在于]|\d+号楼|大道|地块|小区|广场|大厦|超市"
        r"|第?[\d一二三四五六七八九十]+[\u4e00-\u9fff]{0,3}室"
        r"|[\u4e00-\u9fff]{2}(?:(?<![思出道线网铁公马门套电通])路(?![径线由过上])|街(?!道)|店)"  # not 思路
    ),
    "day": re.compile(
        rf"\d{{1,2}}月(?:\d{{1,2}}[日号])?|{_DAY}|[一二三四五六七八九十]{{1,2}}月(?!份?考)|月底|月初"
        r"|[上中下]旬|元旦|春节|国庆|次[日月]|上一?个?月|当月"
    ),
    "when": re.compile(
        rf"(?<![〔\[(（《])(?:19|20)\d{{2}}(?![\d%〕\]])|\d+月|{_DAY}|[春夏秋冬]季|[春秋暑寒]假|学期|学年|年内|年底|月底|近期|期间"
        r"|年前|“?十[三四五六]五”?|\d+年|每[年月周]|起施行|次[日月年]"
        r"|待[^，,。；;]{2,20}[时后]"
        r"|\d{1,2}[:：]\d{2}|\d{1,2}点(?!钟)|周[一二三四五六日末]|星期[一二三四五六日天]|[上下]午|全天"
    ),
    "reason": re.compile(
        r"因(?!材|地|人|素)|由于|为了|以便|旨在|目的|原因|鉴于|(?:^|[，,。；])为[^，,。]{2,30}[，,]|出于|基于|考虑到"
        r"|[(（][^()（）]*(?:未|违|超|不|无|拖欠|擅自|缺)[^()（）]*[)）]"
    ),
    "file": re.compile(r"《[^》]+》|〔\d{4}〕"),
}
_NEAR = 8  # characters before or behind a figure in which what it counts is named
_INSTITUTION = re.compile(r"[校园院馆站店厂]|[中小]学|中心|基地|点|机构|企业|公司|单位")
_WHOLE = re.compile(r"全覆盖|全部|全额|一半|半数|过半|减半|半价|零")  # shares said without a number
_NOTHING = re.compile(r"免[收缴交费除]|全免|不(?:再)?收取?|不予退|不退|不承担")  # sums said without one
# 「能收多少学生」 is answered by 「学位2400个」.
_PLACES_BEFORE = re.compile(r"(?:学位|床位|座位|铺位)$")
_PLACES_BEHIND = re.compile(r"个?(?:学位|床位|座位|铺位)")
_TAKES_IN = re.compile(r"[收装住坐纳招录](?:得?下|得了|进|满)?(?:多少|几)")
_OFTEN = re.compile(
    r"每(?:个|隔)?(?:[两二三四五六半]?(?:年|个?月|周|天|日)|学期|学年|季度|届)|逐[年月日]|按[年月季]|不定期"
)
_FIRST = re.compile(r"首位|首次|首部|首个|唯一|前列|榜首")  # ranks said without one
_IN_WORDS = (("share", _WHOLE), ("money", _NOTHING), ("rank", _FIRST), ("frequency", _OFTEN))
# Measure words that may count the same things; 个 counts anything.
_FAMILIES = (
    "枚块面座", "篇部本册份张", "所家间", "项件条", "批轮期次届场", "门节课", "对双组", "台套辆", "名人位", "支队",
    "处座幢栋",
)  # fmt: skip
_TIMES = {"clock", "duration", "years", "date"}  # of 「几点到几点封路」 nothing is counted
_WHEN_KINDS = {"date", "calendar", "clock"}
_MANY_FACTS = 99
_VERB_AND_NAME = 6  # characters: 「完成柳堰中学」 says no more than 「柳堰中学」
_NOT_LETTERS = re.compile(r"[\W_]+")
_RANKS = ("级", "类", "档", "等")  # 「二级教师」 does not say 「满2年」


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of thing answers a question.

    Attributes:
        kind: figure, contact, address, day, when, reason, file, name or other.
        quantities: For a figure, the kinds of quantity that answer.
        said: Values of the quantities that the question says itself.
        question: As it was asked, folded, without white space and punctuation.
        names: For names, of what: school, body, place, person, official, named or listed.
        regions: Those of the documents, whose counties go by short names.
        facts: How many things of its kind are asked for; many where all of them are.
        head: What the figure is asked of, 学位 of 「多少个学位」; or what is to be known, 材料 of 「什么材料」; empty
            if that is not clear.
        explicit: Whether the head is certain, as it stands behind 「多少个」 or 「什么」.
        measure: The measure word that the question counts by, if any.
        unit: The same if it counts some sort of thing only.
    """

    kind: str
    quantities: frozenset[QuantityKind]
    said: frozenset[Decimal]
    question: str
    names: str
    regions: frozenset[str]
    facts: int
    head: str
    explicit: bool
    measure: str
    unit: str

    def fits(self, text: str, in_table: bool = False) -> bool:
        """Tell whether a text states a thing of the kind wanted that the question does not say itself.

        Args:
            text: A stretch of a document.
            in_table: Whether it is from a table, where the column says what a number without a unit measures, and
                that a cell is a name.
        """
        if self.kind == "figure":
            bare = in_table and any(quantity.kind == "plain" for quantity in quantities(text))
            return bare or any(True for _ in self.stated(text))
        if self.kind == "name":
            return in_table or any(self._is_new(name) for name in named_in(text, self.names, self.regions))
        return self.kind not in _EXPRESSIONS or any(True for _ in self.expressions(text))

    def expressions(self, text: str) -> Iterator[str]:
        """Yield the dates, numbers, file names or reasons of a text that the question does not say."""
        for match in _EXPRESSIONS[self.kind].finditer(without_number(text)):
            only_a_year = self.kind == "when" and re.fullmatch(r"\d{4}", match[0])
            if _letters(match[0]) not in self.question and not (only_a_year and asking.ON_A_DAY.search(self.question)):
                yield match[0]

    def stated(self, text: str) -> Iterator[Quantity]:
        """Yield the quantities of a text that answer, of a kind that is wanted and not those the question says.

        The number of a clause is no figure that answers; offsets are those of the text without it.
        """
        bare = without_number(text)
        for found in quantities(bare):
            wanted = found.kind in self.quantities or self._takes_in(found, bare)
            if wanted and found.value not in self.said and self._counts_alike(found, bare):
                yield found
        for kind, pattern in _IN_WORDS:
            if kind in self.quantities:
                for match in pattern.finditer(bare):
                    yield Quantity(match.start(), match.end(), Decimal(1), match[0], kind)

    @property
    def is_list(self) -> bool:
        """Whether all of several things are asked for: 「哪些」, or what materials, which conditions."""
        return self.facts == _MANY_FACTS or (self.kind == "other" and self.explicit)

    @property
    def is_for_several(self) -> bool:
        """Whether a few things are asked for, not one and not all there are."""
        return 1 < self.facts < _MANY_FACTS

    def counts_by_measure(self, text: str) -> bool:
        """Tell whether a text counts what answers by the very measure word of the question."""
        return bool(self.measure) and any(quantity.unit == self.measure for quantity in self.stated(text))

    def _takes_in(self, found: Quantity, text: str) -> bool:
        """Tell whether a quantity counts the places there are for those whose number is asked."""
        if "people" not in self.quantities or not _TAKES_IN.search(self.question):
            return False
        places = _PLACES_BEFORE.search(text, 0, found.start) or _PLACES_BEHIND.match(text, found.end)
        return found.kind == "count" and places is not None

    def _counts_alike(self, found: Quantity, text: str) -> bool:
        """Tell whether a quantity's measure word may count what the question counts."""
        unit = found.unit
        if unit == "个" and self.measure in ("所", "家"):  # 「特色应用案例100个」 are no schools
            beside = text[max(0, found.start - _NEAR) : found.start], text[found.end : found.end + _NEAR]
            return any(map(_INSTITUTION.search, beside))
        if unit == "级" and "级" not in self.question:  # 「二级园」 says of which sort, not how many
            return False
        if found.kind == "times" and "people" in self.quantities and unit != "人次":
            return False
        if not self.unit or unit in ("", "个", self.unit) or found.kind not in asking.COUNTED:
            return True
        return any(self.unit in family and unit in family for family in _FAMILIES)

    def _is_new(self, name: str) -> bool:
        """Tell whether a name says something that the question did not."""
        letters = _letters(name)
        if not letters or letters in self.question or self.question in letters:
            return False
        return len(letters) < _VERB_AND_NAME or letters[len("完成") :] not in self.question


def wanted_of(query: Query, regions: Collection[str] = ()) -> Wanted:
    """Return what kind of thing answers a question.

    Args:
        query: The question.
        regions: Those of the indexed documents.
    """
    question = query.question
    kind, kinds = _kind_of(question, query)
    # 「2024年和2025年分别是多少」 wants one figure of each year, from different passages.
    compares = len(query.years) > 1
    of_two = not compares and side_by_side(question)
    all_of_them = not compares and (asking.LISTS.search(question) or (asking.EACH.search(question) and not of_two))
    measured = asking.MEASURED.search(question) if kind == "figure" else None
    counted = asking.COUNTED_BY.search(question) if kind == "figure" else None
    head = ""
    counts = kind == "figure" and not kinds <= _TIMES
    if counts or kind == "other":
        head = asking.figure_head(question) if counts else asking.thing_asked(question)
    says_age = kinds == asking.ANY_FIGURE and any(found.kind == "age" for found in quantities(question))
    if says_age or asking.SIZE.search(question):
        kinds -= {"age"}  # 「92岁的老人每月多少」 does not ask how old
    return Wanted(
        kind=kind,
        quantities=kinds,
        said=frozenset(
            found.value
            for found in quantities(question)
            if found.kind not in _WHEN_KINDS and found.unit not in _RANKS and not _is_article(found, question)
        ),
        question=_letters(question),
        names=asking.names_asked(question) if kind == "name" else "",
        regions=frozenset(regions),
        facts=_MANY_FACTS if all_of_them else _facts(question, query, of_two),
        head=head,
        explicit=asking.counts_explicitly(question) if counts else asking.is_attribute(head),
        measure=counted["measure"] if counted else "",
        unit=measured["unit"] if measured else "",
    )


def _kind_of(question: str, query: Query) -> tuple[str, frozenset[QuantityKind]]:
    none: frozenset[QuantityKind] = frozenset()
    if query.asked == "wording" or asking.WHETHER.search(question) or asking.HOW.search(question):
        return "other", none
    if kind := _first(asking.FIRST, question):
        return kind, none
    if asking.ENDS_WHETHER.search(question) and not asking.ASKS_FOR.search(question):
        return "other", none  # 「学费免吗」
    ends = asking.SIZE.sub("", question).rstrip(" ?？。!！呢吗啊呀吧的")
    for pattern, kinds in asking.QUANTITIES:
        if pattern.search(ends):
            return "figure", kinds
    if kind := _first(asking.LAST, question) or ("name" if asking.names_asked(question) else ""):
        return kind, none
    if query.asked == "figure" and not asking.ENDS_WHETHER.search(question):
        return "figure", asking.ANY_FIGURE
    return "other", none


def _facts(question: str, query: Query, of_two: bool) -> int:
    """Return how many things of its kind a question asks for, of each year that it compares."""
    asked = len(re.findall(asking.MANY, question)) + (asking.TWO_COUNTED.search(question) is not None)
    return max(2 if of_two else 1, asked // max(1, len(query.years)))


def _is_article(found: Quantity, question: str) -> bool:
    """Tell whether 一 only says that any is meant: 「一个省要定几所」 may be answered by 「一所」."""
    return question[found.start] == "一"


def _first(kinds: tuple[tuple[str, re.Pattern[str]], ...], question: str) -> str:
    return next((kind for kind, pattern in kinds if pattern.search(question)), "")


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text)
