"""A question → what is asked, about which places, years and names. Every part of it can be shown to the asker."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.contrasts import Dated, Excluding, excluding_in
from app.places import Place, places_in, region_place
from app.ranges import sized_in, speaks_of
from app.wanted import Wanted, wanted_of
from vectorstore import Retriever
from vectorstore.normalise import fold
from vectorstore.query import Query, without_relative_years


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question, understood.

    Attributes:
        query: What is searched.
        wanted: The kind of thing that answers.
        places: Places it names, the documents' own region among them.
        names: What it names that must be spoken of: schools and bodies, words in quotation marks, plan periods.
        contrasts: What it names of things that exclude each other.
        sizes: What it names of which a fact may state another: an age, a distance, the year of a figure.
        beside: Whether it is asked together with another question.
        goes_on: Whether what was asked before it, or the document it is asked of, says what it leaves out.
    """

    query: Query
    wanted: Wanted
    places: tuple[Place, ...]
    names: tuple[str, ...]
    contrasts: tuple[Excluding, ...]
    sizes: tuple[Excluding, ...]
    beside: bool = False
    goes_on: bool = False

    def contrary(self, text: str, fact: bool = False) -> tuple[str, str] | None:
        """Return what is asked about and what a text speaks of instead, such as 民办 and 公办; None if nothing.

        Args:
            text: What may answer.
            fact: Whether it states one fact of several, so that one for another age is another's.
        """
        named = self.contrasts or (fact and self.sizes)
        return self.contrary_in(fold(text), fact) if named else None

    def contrary_in(self, folded: str, fact: bool = False) -> tuple[str, str] | None:
        """Return what `contrary` does, of a folded text."""
        named = (*self.contrasts, *self.sizes) if fact else self.contrasts
        return next(((one.word, word) for one in named if (word := one.contrary(folded))), None)

    def names_in(self, text: str) -> bool:
        """Tell whether a text speaks of one of several things that the question names: 第二套."""
        excluding = (*self.contrasts, *self.sizes)
        folded = fold(text) if excluding else ""
        return any(speaks_of(folded, one) for one in excluding)


_SCHOOL = r"(?:大学|学院|中学|小学|学校|幼儿园|医院|公司|集团|局|委员会)"
_NOT_IN_NAMES = (
    r"[^\W\d_a-z的了在是有和与及或等去把被让给对哪这那些今明年前后要能会以将各其该本每全新办建读上为就"
    r"过增设招创扩施到开离距多少几所个支持推动想拿向找跟送进报念当问]"
)
_NAMED_BODY = re.compile(rf"(?P<middle>{_NOT_IN_NAMES}{{0,8}}?)(?P<suffix>{_SCHOOL})(?![生毕们里间长段级位费籍])")
# A longer name than this says what it is: 第一, 实验, 附属; 「督导时发现小学」 is none.
_LONGEST_MIDDLE = 4
_SAYS_WHAT = re.compile(
    r"第[一二三四五六七八九十]|实验|附属|外国语|职业|技术|中心|师范|国际|民族|体育|艺术|科技|理工|九年一贯"
)
_OF_PEOPLE = re.compile(r"子女|居民|儿童|户[籍口]|家庭|人员|年级")
# 「华中科技大学的论文」: a university of its own, where a question or a part of it begins with it.
_UNIVERSITY = re.compile(
    r"(?:(?<=^)|(?<=[,，。?？、;；\s]))(?![今去明前]年)[\u4e00-\u9fff]{2,7}(?:大学|学院)(?![生路城])"
)
_NO_UNIVERSITY = re.compile(
    r"[上考读念办去在进报是到的我你他她孩娃能可想要有没让给被把对和与及或就还也跟同搞院回完转]|直属|部属|老年|开放|重点|名牌|一流|普通|高等|职业学院|本科|各|全|哪|什么|所有|综合"
)

# Before 学校 or 幼儿园 they say which kind of it, not which one.
KINDS_OF_SCHOOL = re.compile(
    r"^[一某][所个]?$|寄宿制?|走读|[全半]日制?|职称|面试|笔试|材料|录取|结果|收费|占比|评估|组织|[一哪几这那两]家|[一二三四]类|特教|直|乡镇|某|什么|小区|住宅|社区|配套|公办|民办|公立|私立|普惠性?|优质|薄弱|重点|普通|高级|初级|[一二三四五]级|中职|高职|乡下|城里|镇上|村里|山区|[省市县区]直|特殊教育|特殊|专门|中等|高等|职业教育|职业|乡村|农村|城区|城市|特色|示范|义务教育|全日制|所有|中(?=小学)|市级|县级|省级|国家级|一流|足球|基础教育|教育"
)
_NUMBERED_SCHOOL = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}(?:中|小|职|高|幼)(?:学|专)?)(?![类等级层批所个名次])")
# 温州小学, 温州学校 mean those of the place; 温州大学 is one.
_PARTS = {"", "区", "市", "县", "市区", "城"}  # 温州市区学校
_GENERIC = {"小学", "学校", "幼儿园", "公司", "集团", "医院"}
_QUOTED = re.compile(r"[“「『\"]([^“”「」『』\"]{2,30})[”」』\"]")
# What somebody means to call a thing is no name that the documents would know.
_MADE_UP = re.compile(r"(?:[起取]名|命名为?|名叫|叫做|改名为?|名称[是为])[^，,。?？]{0,2}$")
_TITLES = re.compile(r"《(?:中华人民共和国)?([^《》]{2,60})》")
_LAW_BEGINS = r"(?:^|[^\u4e00-\u9fff]|中华人民共和国|规定|违反|根据|按照|依据|请问|查)"
_LAWS = re.compile(
    rf"{_LAW_BEGINS}([\u4e00-\u9fff]{{2,16}}(?:法|条例|办法|细则))(?=第[\d一二三四五六七八九十百]{{1,6}}条)"
)
_PLAN = re.compile(r"(?:十[一二三四五六七八]|[十]?三)五(?=[”」』\"末时期间规初]|$)")
_BESIDE = re.compile(r"除了?[^,，。?？]{1,20}(?:以外|之外|外)?[,，]")  # 「除了乐清，还有哪里」 asks of others
_WILD = re.compile(r"什么|几|[×xX*〇○]|某")  # 「小×家」 stands for several names
_CHOICE = re.compile(r"还是|或者?")


def understand(retriever: Retriever, question: str) -> Understanding:
    """Understand a question as far as its words and the indexed documents tell.

    今年 is the year of the newest document of the office that is asked about; of a place that is named, of its own.
    """
    known = regions(retriever)
    folded = fold(question)
    places = places_in(folded, known) if without_relative_years(question) != folded else ()
    years = [
        int(record.published[:4])
        for record in (retriever.records if places else ())
        if record.published and (own := region_place(record.region)) and any(place.holds(own) for place in places)
    ]
    return understand_query(retriever.understand(question, this_year=max(years, default=None)), known)


def regions(retriever: Retriever) -> frozenset[str]:
    """Return the regions of the indexed documents."""
    return retriever.content.regions


def understand_query(query: Query, regions: Collection[str]) -> Understanding:
    """Understand a question that was made searchable already.

    Args:
        query: The question.
        regions: Those of the indexed documents.
    """
    text = _BESIDE.sub("", query.question)
    places = _asked_about(places_in(text, regions), text)
    home = [place for region in regions if (place := region_place(region))]
    wanted = wanted_of(query, regions)
    of_year = [Dated(year) for year in query.steering_years if wanted.kind == "figure" and len(query.years) == 1]
    return Understanding(
        query=query,
        wanted=wanted,
        places=places,
        names=tuple(dict.fromkeys(_names(text, places, home, query.laws))),
        contrasts=excluding_in(text),
        sizes=(*sized_in(text), *of_year),
    )


def _asked_about(places: tuple[Place, ...], text: str) -> tuple[Place, ...]:
    """Return the places without those that askers only come from: 「我是湖南户口，在广东…」."""
    origins = [
        place for place in places if re.search(rf"(?:{place.name}|{place.short})[省市县区]?的?{_COME_FROM}", text)
    ]
    asked = tuple(place for place in places if place not in origins)
    said = any(re.search(rf"我们?(?:家|一家)?(?:都)?是(?:{place.name}|{place.short})", text) for place in origins)
    return asked if asked or said else places


_COME_FROM = r"(?:户口|户籍|籍|(?:居民)?身份证|来的|人(?![才口事民大力员均社]))"


def _is_too_long(middle: str) -> bool:
    """Tell whether what stands before 学校 is no name: 「督导时发现小学」."""
    return len(middle) > _LONGEST_MIDDLE and not _SAYS_WHAT.search(middle)


def _names(text: str, places: Collection[Place], home: Collection[Place], laws: Collection[str]) -> Iterator[str]:
    quoted = [match[1] for match in _QUOTED.finditer(text) if not _MADE_UP.search(text, 0, match.start())]
    if not _CHOICE.search(text):  # 「是“要求”还是“支持”」 names neither
        yield from (name for name in quoted if not _WILD.search(name))
    yield from _TITLES.findall(text)
    yield from _LAWS.findall(text)
    yield from laws
    yield from _PLAN.findall(text)
    yield from (match[0] for match in _UNIVERSITY.finditer(text) if not _NO_UNIVERSITY.search(match[0]))
    for place in places:
        for form in (place.name, place.short):
            at = text.find(form)
            if at < 0:
                continue
            behind = at + len(form)
            body = _NAMED_BODY.match(text, behind)
            if body and _OF_PEOPLE.search(body["middle"]):
                break  # 「天河区随迁子女小学学位」 names no school
            if body and (body[0] == "中小学" or _is_too_long(body["middle"])):
                break
            if body and (own := KINDS_OF_SCHOOL.sub("", body["middle"])) not in _PARTS:
                # Documents of 温州 may leave it out before a name of their own, not another place.
                elsewhere = not any(own_place.holds(place) for own_place in home)
                name = own + body["suffix"] if own == body["middle"] else body[0]
                yield form + body[0] if elsewhere else name
            elif body and not body["middle"] and body["suffix"] not in _GENERIC:
                yield form + body[0]
            elif school := _NUMBERED_SCHOOL.match(text, behind):
                yield form + school[0]
            break
