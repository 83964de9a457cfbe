"""Names of administrative divisions in a text: which provinces, cities and counties it speaks of.

The names are those of `places.tsv`. 「杭州」 is 杭州市 wherever it stands, 「乐清」 is 乐清市; where the short form of
a county is an ordinary word (和平, 新华), it counts only in the city that the documents are from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from vectorstore.regions import parts_of

PLACES = Path(__file__).with_name("places.tsv")

_KEPT_TEXTS = 4096  # the facts of the passages that were found last, in which each question looks for places

_COUNTRY = "全国"
_OF_THE_COUNTRY = re.compile(
    r"全国(?=的|有|一?共|平均|范围|多少|中小学|各地|幼儿园|高校|教师|学生|公办)"
)  # not 全国荣誉, 全国第一
_NATIONS = (
    "阿昌|白|保安|布朗|布依|朝鲜|达斡尔|傣|德昂|东乡|侗|独龙|俄罗斯|鄂伦春|鄂温克|高山|仡佬|哈尼|哈萨克|赫哲|回|基诺|京|景颇|柯尔克孜|拉祜|黎|傈僳|珞巴|满|毛南|门巴"
    "|蒙古|苗|仫佬|纳西|怒|普米|羌|撒拉|畲|水|塔吉克|塔塔尔|土|土家|佤|维吾尔|乌孜别克|锡伯|瑶|彝|裕固|藏|壮|各"
)
_SUFFIX = re.compile(rf"(?:特别行政区|(?:(?:{_NATIONS})族?)*自治[区州县旗]|[省市县区盟]|地区|林区|新区)$")
# Short forms that are ordinary words, or parts of them: 中山大学, 孙中山, 朝阳学校, 大同小异, 白银, 东方之珠.
_WORDS = {"中山", "朝阳", "大同", "安康", "白银", "东方", "通道", "海东", "普洱", "兴安", "黄山", "北海"}
# Short forms of counties that are verbs and nouns of every document: they mean the place in full only.
_EVERYDAY = {
    "新建",
    "合作",
    "互助",
    "平安",
    "安定",
    "公安",
    "共和",
    "同心",
    "富裕",
    "团结",
    "富民",
    "惠民",
    "爱民",
    "利民",
}
_LONE = re.compile(r"^(?:.[县市区]|城区|郊区|矿区|东区|西区|新区|新城区|市中区|城中区|城关区|通道县)$")


_IRREGULAR = {"内蒙古自治区": "内蒙古", "西藏自治区": "西藏"}
# 援川援青, 赴藏, 来浙: the one-character names of provinces count behind a verb of going or helping, or another.
_LETTERS = {
    "四川": "川", "青海": "青", "西藏": "藏", "新疆": "疆", "浙江": "浙", "江苏": "苏", "安徽": "皖", "福建": "闽",
    "江西": "赣", "山东": "鲁", "河南": "豫", "湖北": "鄂", "湖南": "湘", "广东": "粤", "广西": "桂", "贵州": "黔",
    "云南": "滇", "陕西": "陕", "甘肃": "甘", "宁夏": "宁", "上海": "沪", "北京": "京", "重庆": "渝", "天津": "津",
    "河北": "冀", "山西": "晋", "辽宁": "辽", "海南": "琼", "温州": "温",
}  # fmt: skip
_ALL_LETTERS = "".join(_LETTERS.values())
_HELPED = re.compile(rf"[援赴驻]([{_ALL_LETTERS}])")


@dataclass(frozen=True, slots=True)
class Place:
    """A province, city or county, or a region of documents that no list has.

    Attributes:
        code: Its number: two digits of the province, two of the city, two of the county; empty for 全国. Of a region
            that no list has, its name behind a question mark.
        name: In full.
        short: Without the word for what it is.
        is_known: Whether the short form means this place wherever it stands.
    """

    code: str
    name: str
    short: str
    is_known: bool = False

    def is_in(self, text: str) -> bool:
        """Tell whether a text names it."""
        if self.name in text or self.short in text:
            return True
        letter = _LETTERS.get(self.short)
        return (
            letter is not None
            and re.search(f"[援赴来入在驻离抵{_ALL_LETTERS}]{letter}|{letter}[籍商资]", text) is not None
        )

    def holds(self, other: Place) -> bool:
        """Tell whether the other is this place, or a part of it."""
        return other.code.startswith(self.stem)

    @property
    def stem(self) -> str:
        """The digits that it shares with all its parts."""
        return re.sub(r"(?:00)+$", "", self.code)


COUNTRY = Place("", _COUNTRY, _COUNTRY)


@cache
def read_places(path: Path = PLACES) -> tuple[Place, ...]:
    """Return all places of a file, larger ones before their parts, read once."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(Place(code, name, _short(name), is_known=bool(short)) for code, name, *short in rows)


def _short(name: str) -> str:
    short = _SUFFIX.sub("", name)
    return _IRREGULAR.get(name, short if len(short) > 1 else name)


@cache
def region_place(region: str | None) -> Place | None:
    """Return the place that a document's region names, its own if no list has it; None if several are called so."""
    if not region or region == _COUNTRY:
        return None
    *outer, own = parts_of(region)
    named = [place for place in read_places() if place.name == own]
    if not named:
        return Place(f"{_UNLISTED}{region}", own, own if _NO_PROPER_NAME.search(own) else _short(own))
    if len(named) > 1 and outer:  # 北京市朝阳区
        around = region_place("".join(outer))
        named = [place for place in named if around and around.holds(place)]
    return named[0] if len(named) == 1 else None


# Begins the code of a place that no list has, a development zone, a county of a later date; what is behind it is its
# name with what it lies in, so that 砚陵市 holds 砚陵市漱江区.
_UNLISTED = "?"
# Without the word for what it is 农村地区 and 示范区 are no names.
_NO_PROPER_NAME = re.compile("(?:地区|开发区|示范区|实验区|试验区|新区|新城区?|校区|园区|景区)$")


def places_in(text: str, regions: Collection[str] = ()) -> tuple[Place, ...]:
    """Return the places that a text names, in the order of their first mention.

    Args:
        text: Folded or not.
        regions: The regions of the documents at hand; these and their counties are known by their short names.
    """
    return _places_in(text, frozenset(regions))


@lru_cache(_KEPT_TEXTS)
def _places_in(text: str, regions: frozenset[str]) -> tuple[Place, ...]:
    found: dict[Place, int] = {}
    taken: list[tuple[int, int]] = []
    if country := _OF_THE_COUNTRY.search(text):
        found[COUNTRY] = country.start()
    listed, unlisted = _near(regions)
    for place in unlisted:  # first of all: 松原岭县 is not 松原
        form = place.name if place.name in text else place.short
        if (at := text.find(form)) >= 0:
            found[place] = at
            taken.append((at, at + len(form)))
    for match in _pattern().finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            found.setdefault(_by_name()[match[0]], match.start())
            taken.append(match.span())
    for match in _HELPED.finditer(text):
        short = next(short for short, letter in _LETTERS.items() if letter == match[1])
        found.setdefault(_by_name()[short], match.start())
    for place in listed:
        at = text.find(place.short)
        if at >= 0 and not any(start <= at < end for start, end in taken):
            found.setdefault(place, at)
    return tuple(sorted(found, key=found.__getitem__))


def is_place(text: str, regions: Collection[str] = ()) -> bool:
    """Tell whether a text is the name of a place, and nothing else."""
    return any(text in (place.name, place.short) for place in places_in(text, regions))


@cache
def _by_name() -> dict[str, Place]:
    names: dict[str, Place] = {}
    counts: dict[str, int] = {}
    for place in read_places():
        counts[place.name] = counts.get(place.name, 0) + 1
    for place in read_places():
        if counts[place.name] == 1 and not _LONE.search(place.name):
            names[place.name] = place
    for place in read_places():
        is_city = place.code.endswith("00") and len(place.short) > 1 and place.short not in _WORDS
        if is_city or place.is_known:
            names.setdefault(place.short, place)
    return names


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_by_name(), key=len, reverse=True)
    # 其中山区 is not 中山区, 几天津贴 not 天津, 冬天长跑 not 天长, 江山里小区 not 江山.
    return re.compile(
        f"(?<!其)(?!天津贴|(?<=[冬夏春秋每])天长)(?:{'|'.join(map(re.escape, names))})"
        "(?![^省市县区的\\d]{1,2}(?:小区|花园|家园))"
    )


@cache
def _near(regions: frozenset[str]) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Return the counties of the cities that some regions name or lie in, and the regions that are in no list."""
    named = {"".join(parts[:end]) for parts in map(parts_of, regions) for end in range(1, len(parts) + 1)}
    places = [place for region in sorted(named) if (place := region_place(region))]
    unlisted = [place for place in places if place.code.startswith(_UNLISTED) and place.short not in _EVERYDAY]
    counties = _counties({place.code[:4] for place in places if place.code[2:4] != "00"})
    return tuple(counties), tuple(unlisted)


def _counties(cities: Collection[str]) -> Iterator[Place]:
    for place in read_places():
        if (
            place.code[:4] in cities
            and place.code[4:] != "00"
            and len(place.short) > 1
            and place.short not in _EVERYDAY
        ):
            yield place
