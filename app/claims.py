"""Text → what it claims that can be looked up: figures, years, dates, numbers of documents and clauses, quotations.

A sentence and the passage it rests on are read in the same way, so that 九成 and 90%, 3.4万 and 34000, 第12条 and
第十二条 are the same claim.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.quantities import Quantity, quantities
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from vectorstore.normalise import fold, in_digits

Figure = tuple[Decimal, str]
"""A value and what it measures: the kind of a quantity, a length of time with its unit."""

_KEPT_TEXTS = 2048  # texts read last: the passages of a conversation are read once

# A mark that opens and is not closed quotes all behind it, one that closes and was not opened all before it.
_QUOTED = re.compile(
    r"“([^“”]+)(?:”|$)|‘([^‘’]+)(?:’|$)|「([^「」]+)(?:」|$)|『([^『』]+)(?:』|$)"
    r"|\"([^\"]+)(?:\"|$)|(?<![a-z])'([^']*[\u4e00-\u9fff][^']*)'|【([^【】]+)】|^([^“”]+)”|^([^「」]+)」"
)
_OTHER_MARKS = str.maketrans({**dict.fromkeys("〝„‟«‹〞»›″", '"'), "‛": "‘"})
_QUOTATION_MARKS = re.compile(r"[“”‘’「」『』\"【】〝〞„‟«»‹›″]")
_TITLE = re.compile(r"《([^《》]+)(?:》|$)|〈([^〈〉]+)〉|<<([^<>]+)>>")
_UNMARKED_TITLE = re.compile(
    r"(?:根据|依据|按照|落实|执行)([\u4e00-\u9fff]{4,30}?(?:办法|条例|细则|规划|纲要|实施方案|指导意见|实施意见))(?=[,，:：规第提要中明]|$)"
)
_ELLIPSIS = re.compile(r"…+|\.{3,}")
_NOT_LETTERS = re.compile(
    r"[\s，,。；;：:、！!？?“”‘’\"'「」『』《》〈〉()（）【】〖〗\[\]〔〕…·*#`]|(?<!\d)\.|\.(?!\d)"
)

_YEAR_AND_NUMBER = r"[〔\[(【〖]?(?:19|20)\d{2}[〕\])】〗]?第?\d+号"
_DOCUMENT_NUMBER = re.compile(rf"[\u4e00-\u9fff]{{2}}{_YEAR_AND_NUMBER}")
_CLAUSE_NUMBER = re.compile(
    r"(?<![\u4e00-\u9fff])[一二三四五六七八九十]{1,3}、(?:\([一二三四五六七八九十]+\)|\d{1,2}(?![\d.%年]))"
)
_NUMBERED = re.compile(r"附件\d{1,3}|第\d+(?:\.\d+)?[号期]")
_PLAN = re.compile(r"十[一二三四五六七八]五")
_NUMERAL = rf"(?:[{NUMERAL_CHARACTERS}]+|\d+)"
_FRACTION = re.compile(
    rf"(?P<whole>(?!百分){_NUMERAL})分之(?P<part>{_NUMERAL})|(?P<half>[一过大]半(?![年天路导])|半数)"
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s，。；、）)]{1,200}|(?<![a-z0-9._-])[a-z0-9._-]{1,64}@[a-z0-9.-]{1,64}"
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:cn|com|net|org|gov|io)\b"
)
_NAMED_TIME = re.compile(
    r"[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年|[一二三四1-4]季度|[上下]半年|世纪末?|财年|凌晨|上午|下午"
)
_RATE = re.compile(r"每(?:一|个)?(天|日|周|月|季度?|年|学期|学年|半年)|([单双半两]月|季度|年度|半年)例会")
_SAME_RATES = {"日": "天", "季度": "季"}
# At the beginning of a line they number it: 1. ① （一） 二、 第一，
_ENUMERATOR = re.compile(
    r"^\s*(?:[-–—•·●▪*]+\s*)?(?:[(（]?\d{1,2}[.、)）](?!\d)|[(（]?[一二三四五六七八九十]{1,3}[)）、]|[①-⑳]"
    r"|第[一二三四五六七八九十](?=[,，、是]))?\s*"
)
_ENUMERATION = re.compile(r"[^，,。；;：:！!？?\n]+")
_IN_BRACKETS = re.compile(r"\([^()]{0,40}\)")  # 县(市、区) lists nothing
_JOINTS = (re.compile("、"), re.compile("[、和]"), re.compile("[、和与及]"))  # 及 joins, but not in 普及
_SPACE_INSIDE = re.compile(r"(?<=[\d\u4e00-\u9fff])[^\S\n]{1,8}(?=[\d\u4e00-\u9fff])")  # 「2020 年 3 月」
_DATED = re.compile(r"[一二三四五六七八九十]{1,3}(?=月[^\W\d]{0,3}日|月(?:份|底|初|前|后)|日(?:前|起|止|[,，。]))")
_INNER_RANK = re.compile(
    r"(?:^|(?<=[；;。]))第[一二三四五六七八九十](?=[,，、是])|两年(?=相|间|分别|都|均)"
)  # 第一，…；第二，…
_AND_A_HALF = re.compile(r"([一二三四五六七八九])成半")
_NOT_COUNTED = re.compile(r"三角(?![钱])|第三方|三农|四川|五一|六一|七一|八一|十一(?=假期|长假|期间)|千方百计|一二三")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text claims that can be looked up.

    Attributes:
        figures: Values with what they measure, years and dates apart.
        ones: Those written 一, which are as often no figure: 一年 is one, 一批 is none.
        years: Years of the calendar.
        dates: Days and months, as in 3月11日.
        rates: How often: what stands behind 每.
        words: Numbers of documents and clauses, plan periods, internet addresses, as letters.
        listed: How many things it lists, each list that joins some by 、 or 和.
    """

    figures: frozenset[Figure]
    ones: frozenset[Figure]
    years: frozenset[int]
    dates: frozenset[str]
    rates: frozenset[str]
    words: frozenset[str]
    listed: frozenset[int]


def letters(folded: str) -> str:
    """Return a folded text without white space and punctuation; decimal points and signs between words stay.

    >>> letters("达到46.4%,“双减”工作。")
    '达到46.4%双减工作'
    """
    return _NOT_LETTERS.sub("", folded)


@lru_cache(_KEPT_TEXTS)
def read_claims(text: str) -> Claims:
    """Return what a text claims; kept for the texts read last."""
    folded = tidy(fold("\n".join(map(without_enumerator, text.split("\n")))))
    words = {
        letters(m[0])
        for pattern in (_DOCUMENT_NUMBER, _CLAUSE_NUMBER, _NUMBERED, _ADDRESS)
        for m in pattern.finditer(folded)
    }
    bare = re.sub(_YEAR_AND_NUMBER, " ", _ADDRESS.sub(" ", _CLAUSE_NUMBER.sub(" ", folded)))
    stated = list(stated_figures(bare))
    rates = (match[1] or match[2] for match in _RATE.finditer(folded))
    return Claims(
        figures=frozenset(f for said, f in stated if f[1] not in ("calendar", "date") and not said.startswith("一")),
        ones=frozenset(figure for said, figure in stated if said.startswith("一")),
        years=frozenset(int(value) for _, (value, kind) in stated if kind == "calendar"),
        dates=frozenset(said for said, (_, kind) in stated if kind == "date"),
        rates=frozenset(_SAME_RATES.get(rate, rate) for rate in rates),
        words=frozenset(words | set(_PLAN.findall(folded)) | set(_NAMED_TIME.findall(folded))),
        listed=frozenset(
            length
            for stretch in _ENUMERATION.findall(_IN_BRACKETS.sub("", folded))
            for joint in _JOINTS
            if (length := len(joint.split(stretch))) > 1
        ),
    )


def stated_figures(folded: str) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of a folded text, each with the words for it there, in digits.

    A share is in percent however it is written, a length of time in months, days or hours.
    """
    for match in _FRACTION.finditer(folded):
        if match["half"]:
            yield match[0], (Decimal(50), "share")
        elif whole := parse_numeral(match["whole"]):
            yield match[0], (round(Decimal(100 * parse_numeral(match["part"])) / whole, 1).normalize(), "share")
    plain = _PLAN.sub(" ", _FRACTION.sub(" ", _NOT_COUNTED.sub(" ", folded)))
    dated = _DATED.sub(lambda match: str(parse_numeral(match[0])), _INNER_RANK.sub("", plain))
    written = in_digits(_AND_A_HALF.sub(r"\1成五", dated.replace("半年", "6个月")))
    for quantity in quantities(written):
        yield written[quantity.start : quantity.end], _figure(quantity, written[quantity.end : quantity.end + 1])


def tidy(folded: str) -> str:
    """Return a folded text without what hides its words: spaces among Chinese characters, characters of no width.

    Numerals of contracts (壹, 拾) become common ones.
    """
    seen = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return _SPACE_INSIDE.sub("", _DOT_INSIDE.sub("", seen)).translate(_FORMAL)


_DOT_INSIDE = re.compile(r"(?<=[\u4e00-\u9fff])[·•](?=[\u4e00-\u9fff])")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千") | {ord("廿"): "二十", ord("卅"): "三十"}


_LENGTHS = {
    "年": ("月", 12), "学年": ("月", 12), "周年": ("月", 12), "天": ("日", 1), "星期": ("周", 1), "学时": ("课时", 1)
}  # fmt: skip
_MEASURES = frozenset("对吨株只头双瓶箱桶幅幢栋架艘棵粒升克斤公顷亩卷幕曲尊匹盆束筐袋包盒罐摞叠排列行路线站桩")


def _figure(quantity: Quantity, behind: str) -> Figure:
    """Return a quantity as a figure.

    Args:
        quantity: What was read.
        behind: The character behind it, which may be a measure word that has no kind of its own.
    """
    value = quantity.value * 10 if quantity.unit == "成" else quantity.value
    if quantity.kind == "money":
        unit = quantity.unit.removesuffix("钱").replace("人民币", "元").replace("块", "元")
        return (value / 10 if unit == "角" else value).normalize(), f"money {'元' if unit == '角' else unit}"
    if quantity.unit == "倍":
        return value.normalize(), "multiple 倍"
    if quantity.kind in ("duration", "years"):
        unit = quantity.unit.removeprefix("个")
        name, times = _LENGTHS.get(unit, (unit, 1))
        return (value * times).normalize(), f"duration {name}"
    if quantity.kind == "count":
        return value.normalize(), f"count {quantity.unit[:1]}"
    if quantity.kind == "plain" and behind in _MEASURES:
        return value.normalize(), f"count {behind}"
    return value.normalize(), quantity.kind


def quoted_words(text: str) -> Iterator[str]:
    """Yield the words that a text puts in quotation marks of any kind, as letters; what stands between …… apart."""
    for match in _QUOTED.finditer(fold(text.translate(_OTHER_MARKS))):
        for part in _ELLIPSIS.split(next(filter(None, match.groups()))):
            if words := letters(part):
                yield words


def titles_in(text: str) -> Iterator[str]:
    """Yield the titles that a text names, in 《》 or behind 根据, as letters."""
    folded = fold(text)
    for match in _TITLE.finditer(folded):
        yield letters(match[1] or match[2] or match[3])
    yield from (match[1] for match in _UNMARKED_TITLE.finditer(folded) if "的" not in match[1])


def without_quotation_marks(text: str) -> str:
    """Return a text whose words are no longer given as a quotation."""
    return _QUOTATION_MARKS.sub("", text)


def without_enumerator(text: str) -> str:
    """Return a line without the number or dot that it begins with."""
    return _ENUMERATOR.sub("", text)


_COUNTED = ("count", "institutions", "people")


def is_same(figure: Figure, other: Figure) -> bool:
    """Tell whether two figures are one: 「3.4万个」 and 「3.4万」, 「10个」 and 「10所」, but not 人 and 人次."""
    (value, kind), (its, its_kind) = figure, other
    if value != its or kind == its_kind:
        return value == its
    loose = {"plain", "count 个"} & {kind, its_kind}
    return bool(loose) and kind.startswith((*_COUNTED, "plain")) and its_kind.startswith((*_COUNTED, "plain"))


def figure_name(figure: Figure) -> str:
    """Return a figure as people read it."""
    value, kind = figure
    unit = "%" if kind == "share" else kind.partition(" ")[2]
    return f"{value:f}{'个月' if unit == '月' else unit}"
