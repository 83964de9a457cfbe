"""What a question names that a passage does not speak of: a year, a place, a name, a school, a number of a series.

Each check gives a reason in words; empty if nothing speaks against the passage.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.extraction import Extract
from app.places import COUNTRY, Place, places_in, region_place
from app.understanding import KINDS_OF_SCHOOL, Understanding
from ingest import Document
from ingest.numerals import parse_numeral
from vectorstore.normalise import fold
from vectorstore.query import names_law
from vectorstore.retriever import COMMON_TITLE

_REACH = 80  # characters before a quotation in which its subject may stand, in the same sentence
_LOCAL = re.compile(r"各地|各县|各市|各区|县\(市、区\)|县(?:市|区)|市域|所有|一律|均")
_SAID_OF_QUOTED = 0.6  # share of a quoted name's pairs of characters that must occur


def _other_year(found: Extract, asked: Understanding) -> str:
    years = asked.query.steering_years
    return "" if not years or speaks_of_year(found, asked) else no_year(asked, found)


_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年|[-./]\d)")
_COMPARED = re.compile(r"(?:较|比|与|同)(?:19|20)\d{2}年|[《〔(（][^》〕)）]*[》〕)）]")


def speaks_of_year(found: Extract, asked: Understanding) -> bool:
    """Tell whether an extract is of one of the years that a question names, or may be."""
    years = asked.query.years
    clause, document = found.hit.clause, found.hit.document
    if clause.period in years or any(str(year) in found.hit.text for year in years):
        return True
    # 「到2018年全市中小学…。建立30所特色学校」: the sentences behind it are of that year, too.
    before = _YEAR.findall(document.text, clause.start, found.hit.start) if clause.period is None else []
    if before and int(before[-1]) in years:
        return True
    if clause.period is not None:
        return False
    if asked.wanted.kind not in ("figure", "day", "when"):
        return True
    # 「2023年秋季筛查显示」 in a document of 2024 is not of that year.
    if said := {int(year) for year in _YEAR.findall(_COMPARED.sub("", found.hit.text))}:
        return any(year in said for year in years)
    if entitled := {int(year) for year in _YEAR.findall(heads_of(found))}:
        return any(year in entitled for year in years)
    published = int(document.published[:4]) if document.published else None
    if published is not None:
        return published in years
    said = {int(year) for year in _YEAR.findall(document.text)}
    return not said or any(year in said for year in years)


def no_year(asked: Understanding, found: Extract) -> str:
    """Return in words that what was found is not of the years that a question names."""
    document, years = found.hit.document, asked.query.years
    named = "、".join(f"{year}年" for year in years)
    known = any(str(year) in document.text for year in years) or any(c.period in years for c in document.clauses)
    return f"找到的段落说的不是{named}" if known else f"原文没有{named}的内容"


def _other_place(found: Extract, asked: Understanding) -> str:
    """Tell which place asked about the extract does not speak of; of 上海市宝山区 only the smaller one matters."""
    for place in asked.places:
        if any(place.holds(other) and place != other for other in asked.places):
            continue
        if not _speaks_of(found, place, asked) and not _governs(found, place, asked):
            if place == COUNTRY:
                return "原文说的不是全国"
            known = place.is_in(found.hit.document.text)
            return f"找到的段落没有说到{place.name}" if known else f"原文没有提到{place.name}"
    return ""


def _speaks_of(found: Extract, place: Place, asked: Understanding) -> bool:
    document = found.hit.document
    if place == COUNTRY:
        return re.search(r"全国|我国|国家|中国", found.text + heads_of(found)) is not None
    region = region_place(document.region)
    # Whose it is is not known, or a heading over the table says it: it speaks of that place somewhere.
    if (region is None or found.is_row) and place.is_in(document.text):
        return True
    if region is not None and place.holds(region):
        return place.code == region.code or asked.wanted.kind != "figure" or _names_level(found, place)
    if asked.wanted.kind in ("figure", "day", "when") and _of_another(found, place, asked):
        return False
    if place.is_in(found.text) or place.is_in(heads_of(found)) or _before(found, place, asked):
        return True
    local = region is None or region.holds(place)
    return asked.wanted.kind == "other" and local and _LOCAL.search(found.text) is not None


_RULES = re.compile(r"(?:条例|办法|规定|细则|规则|法)(?:[(（][^()（）]*[)）])?$")


def _governs(found: Extract, place: Place, asked: Understanding) -> bool:
    """Tell whether a document's rules hold in a place because it is of the larger one: 河南's for 洛阳.

    A regulation holds in all parts, a law in the whole country; another document is meant where the question names the
    larger place apart.
    """
    document = found.hit.document
    if place != COUNTRY and _RULES.search(document.title) and _is_national(document):
        return True
    region = region_place(document.region)
    if region is None or not region.holds(place):
        return False
    apart = region in asked.places and not re.search(f"{region.short}[省市]?(?:的)?{place.short}", asked.query.question)
    return apart or _RULES.search(document.title) is not None


def _is_national(document: Document) -> bool:
    """Tell whether a document is a law of the country, or a regulation of its government."""
    return document.title.startswith(COMMON_TITLE) or (document.issuer or "").startswith(("全国人民代表大会", "国务院"))


def _of_another(found: Extract, place: Place, asked: Understanding) -> bool:
    """Tell whether a fact is of other places than the one asked about: 「新疆教师校长108人」 for 四川.

    One that names none is of those named last before it in its sentence: 「乐清市专门学校建设,确保秋季顺利招生」.
    """
    fact, text = found.fact, found.hit.document.text
    at = text.find(fact, found.hit.start)
    sentence = re.split(r"[。！？!?\n；;]", text[max(found.hit.start, at - _REACH) : at])[-1] if at >= 0 else ""
    for piece in (fact, *reversed(re.split("[，,]", sentence))):
        if named := places_in(piece, asked.wanted.regions):
            return not place.is_in(piece) and not any(p.holds(place) or place.holds(p) for p in named)
    return False


def _names_level(found: Extract, place: Place) -> bool:
    return place.is_in(found.text) or re.search(r"全省|省级|省", found.text) is not None


def _before(found: Extract, place: Place, asked: Understanding) -> bool:
    """Tell whether a place is the last named before the quotation, in its sentence."""
    text = found.hit.document.text
    start = found.spans[0].start
    before = text[max(found.hit.start, start - _REACH) : start]
    at = before.rfind(place.short)
    between = before[at + len(place.short) :]
    if at < 0 or [other for other in places_in(between, asked.wanted.regions) if other != place]:
        return False
    return asked.wanted.kind != "figure" or (
        len(re.findall(r"[，,；;]", between)) <= 1 and not re.search("[)）]", between)
    )


def _other_name(found: Extract, asked: Understanding) -> str:
    said = fold(said_by(found))
    for name in asked.names:
        if re.search(r"(?:局|委员会|医院|公司|集团)$", name) and name in found.hit.document.text:
            continue  # a document speaks of its body in every sentence, though it names it once
        if names_law(name, found.hit.document.title) or _abbreviates(name, said):
            continue
        if name in said or _is_called_otherwise(name, said):
            continue
        if name.endswith("委员会") and name[-_COMMITTEE:] in said:
            continue  # 「二中申诉委员会」 is called 申诉委员会 at its own school
        if len(name) > 3 and _share_of_pairs(name, said) >= _SAID_OF_QUOTED and not _is_exact(name):
            continue
        return f"原文没有提到「{name}」"
    return ""


_COMMITTEE = 5  # characters of its name without the school


def _is_called_otherwise(name: str, text: str) -> bool:
    """Tell whether a text has in full what a question shortens: 县第一中学 for 乐清一中, 卫生健康局 for 卫健局."""
    if named := _ENDS_NUMBERED.fullmatch(name):
        return re.search(_formal(named), text) is not None
    short = _SHORT_OFFICE.search(name)
    return short is not None and re.search("[\u4e00-\u9fff]{0,4}?".join(short[0]) + "(?![面势部])", text) is not None


def _formal(named: re.Match[str]) -> str:
    """Return a pattern for what a school is called that is named by its number: not 统一中考, 十一中, 第一届中学生."""
    number, what = named["number"], named["what"]
    return (
        rf"(?:(?<![一二三四五六七八九十百统同唯]){number}{what}{_NO_OTHER_WORD}"
        rf"|第{number}(?:初级|高级|实验|中心|完全)?{what}学)"
    )


def _abbreviates(name: str, text: str) -> bool:
    """Tell whether a name sums up what a text lists: 「四小」 小科学家、小文学家、小数学家、小工程师."""
    if not _SUMMED_UP.fullmatch(name):
        return False
    return any(listed.count(name[1]) >= parse_numeral(name[0]) for listed in _LISTED.findall(text))


_SUMMED_UP = re.compile(r"[二三四五六七八九十][\u4e00-\u9fff]")
_LISTED = re.compile(r"[^，,。；;：:\n、]+(?:、[^，,。；;：:\n、]+)+")


# A school called by two characters, 双塔小学, or by its number, 岚口一中. Not 能进幼儿园, 中小学, 集中学习, 每小时.
_SCHOOL = re.compile(
    r"(?P<name>(?!第)[\u4e00-\u9fff]{2})(?<!中)"
    r"(?P<what>小学|(?<![集初高职])中学|幼儿园|大学|学院|职业(?:技术)?学校)(?![生阶教校部段习费位])"
)
_BY_NUMBER = r"(?P<number>[一二三四五六七八九十]{1,2})(?P<what>[中小])"
_NO_OTHER_WORD = "(?!全会|[心等间旬央国考午华小学型年个时])"  # behind 一中
_NUMBERED_SCHOOL = re.compile(rf"(?P<name>[\u4e00-\u9fff]{{2}})第?{_BY_NUMBER}{_NO_OTHER_WORD}")
# The same behind the word for a county alone: 县二中.
_NUMBERED_IN_TEXT = re.compile(
    r"(?P<name>[\u4e00-\u9fff](?:[\u4e00-\u9fff]|(?<=[县市区])))(?<![第统同唯一二三四五六七八九十])"
    rf"{_BY_NUMBER}{_NO_OTHER_WORD}"
)
_FORMALLY_NUMBERED = re.compile(r"第(?P<number>[一二三四五六七八九十]{1,2})(?:初级|高级|实验|中心)?(?P<what>中学|小学)")
_SHORT_OFFICE = re.compile(r"[\u4e00-\u9fff]{2,3}(?<![格布结时])[局委办]$")  # 人社局, 住建委
_ENDS_NUMBERED = re.compile(rf"[\u4e00-\u9fff]{{2,}}?第?{_BY_NUMBER}")
_NO_SCHOOL = re.compile(r"(?:[离距]|(?<!南)开|办)$|[里过跟能要会进放选念想拿惠报考请让送读说叫成变一]|科院")
_TOLD = re.compile(
    r"(?:我|娃|孩子|儿子|女儿|闺女)[^,，。?？]*[,，。]"
)  # what an asker tells before asking: where he works


def _other_school(found: Extract, asked: Understanding) -> str:
    """Tell which school is asked about that the whole document does not name."""
    text, question = folded(found.hit.document.text), _TOLD.sub("", asked.query.question)
    for match in _SCHOOL.finditer(question):
        name = match["name"]
        if not (_is_no_name(name) or name in text):
            return f"原文没有提到{match[0]}"
    for match in _NUMBERED_SCHOOL.finditer(question):
        known = _NO_SCHOOL.search(match["name"]) or _NAMES_NONE.search(match["name"])
        if not (known or re.search(_formal(match), text)):
            return f"原文没有提到{match[0]}"
    return ""


_OF_SCHOOLS = ("figure", "day", "when", "contact", "address")


def _of_another_school(found: Extract, asked: Understanding) -> str:
    """Tell which school a fact is of, where another is asked about: 「璧岭一中可提供床位620个」 for 璧岭二中.

    One that names none is of the school named last before it in its line.
    """
    if asked.wanted.kind not in _OF_SCHOOLS or found.is_row:
        return ""
    sought = _schools_in(_TOLD.sub("", asked.query.question))
    if not sought:
        return ""
    if set(sought) & set(_schools_in(fold(heads_of(found)))):
        return ""  # 「本校招生400人」, whatever school stands beside it
    text, fact = folded(found.hit.text), folded(found.fact)
    before = text[: text.find(fact)].rpartition("\n")[2] if fact in text else ""
    named = _schools_in(fact) or _schools_in(before)[-1:]
    if not named or set(sought) & set(named):
        return ""
    return f"原文说的是{named[0]}，不是{sought[0]}"


def _schools_in(text: str) -> list[str]:
    """Return the schools that a text names by two characters or by number, without the place before these."""
    found = [(m.start(), m["name"] + m["what"]) for m in _SCHOOL.finditer(text) if not _is_no_name(m["name"])]
    found += [
        (m.start(), m["number"] + m["what"])
        for m in _NUMBERED_IN_TEXT.finditer(text)
        if not _NO_SCHOOL.search(m["name"])
    ]
    found += [(m.start(), m["number"] + m["what"][0]) for m in _FORMALLY_NUMBERED.finditer(text)]
    return [name for _, name in sorted(found)]


def _is_no_name(name: str) -> bool:
    """Tell whether what stands before 小学 or 中学 says which kind of school it is, or nothing of it."""
    if name in ("实验", "中心", "附属"):
        return True
    return any(pattern.search(name) for pattern in (_NO_SCHOOL, _NAMES_NONE, KINDS_OF_SCHOOL)) or bool(places_in(name))


# Parts of cities and counties, and branches: no list has them all. What stands before one must name it: not 各社区.
_LOCALITY = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2})(?P<what>街道|新城|新区|开发区|分馆|分院|分校|校区|社区|[镇乡村县市]|(?<!小)区)(?![长级域民委志情城别])"
)
_NAMES_NONE = re.compile(
    r"[的在到去来从是有后前请除了拿回能会算候次离里要省市区年月日号个哪每各本全这那该与和及对向把被给由为按不所几多两些同内外跨老城农乡下返家行县市邻上超都门股楼夜社地学片园校景辖郊分宅灾牧矿我你他她它们咱啥么钱住属受搬归建并撤换迁某管办]"
    r"|[镇村]里|街道|社区|乡镇|村居|试点|未来|示范|现代|智慧|美丽|特色|重点|中心|偏远|山[区村乡]|海岛|隔壁|附近|周边|当地|户籍|居住|生活|自然|便民"
)
_SERIAL = re.compile(r"第\s*(\d+)\s*号(?!线|楼|院|窗)")


def _other_locality(found: Extract, asked: Understanding) -> str:
    """Tell which street, town or branch is asked about that the whole document does not name."""
    text = folded(found.hit.document.text)
    for match in _LOCALITY.finditer(asked.query.question):
        # 「均衡县」 is a county of a kind: the word is one of the document's.
        is_word = len(match["what"]) == 1 and (match["name"] in text or _is_common(match[0], found, text))
        known = places_in(match[0], asked.wanted.regions) or (match["what"] == "校区" and match[0][1:] in text)
        if not (is_word or _NAMES_NONE.search(match["name"]) or match[0] in text or known):
            return f"原文没有提到{match[0]}"
    return ""


def _is_common(name: str, found: Extract, text: str) -> bool:
    """Tell whether a text says the end of a name as a word, 「均衡县」, and not of another: 东屏区 beside 西屏区."""
    own = re.search(rf"[\u4e00-\u9fff]{name[1:]}", heads_of(found))
    return name[1:] in text and (own is None or own[0] == name)


def _other_issue(found: Extract, asked: Understanding) -> str:
    """Tell which issue of a series is asked about, 「第15号通告」, that the document neither is nor names."""
    text = folded(found.hit.document.text)
    asked_for = _SERIAL.findall(asked.query.question)
    missing = next((number for number in asked_for if not re.search(rf"(?<!\d){number}\s*号", text)), "")
    return f"原文没有提到第{missing}号" if missing else ""


def _is_exact(name: str) -> bool:
    """Tell whether a name means nothing that is called nearly the same: a body, a law."""
    return _is_body(name) or re.search(r"(?<!办)法$|条例$", name) is not None


def _is_body(name: str) -> bool:
    return re.search(r"(?:大学|学院|中学|小学|学校|幼儿园|医院|公司|局|委员会|[中小])$", name) is not None


def _share_of_pairs(name: str, text: str) -> float:
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs)


@lru_cache(64)  # documents looked at last
def folded(text: str) -> str:
    """Return a document's text as questions are folded."""
    return fold(text)


# Who they are that rules are for; where no word of the whole document means them, it says nothing of them.
_PERSONS = tuple(
    re.compile(words)
    for words in (
        "教师|老师|教职工|教职员|教育工作者|班主任",
        "医生|医师|护士|医务|卫生技术人员",
        "村支书|村主任|村干部|村官|村民委员会|村党|基层群众性自治",
        "私企|老板|企业主|个体户|个体工商户|民营企业|用人单位|企业",
        "国企|国有企业|国有公司|企业|职工",
        "警察|民警|辅警|公安机关",
        "军人|士兵|官兵|军队|部队",
        "律师",
        "退休(?:人员|职工|教师|老师|干部)|离退休|退休",
    )
)


_PUNISHED = re.compile(r"处分|处罚|怎么罚|追责|开除")


def _other_person(found: Extract, asked: Understanding) -> str:
    """Tell whose punishment is asked about of whom the document does not speak: 「村支书赌博」."""
    question = _TOLD.sub("", asked.query.question)
    for words in _PERSONS if _PUNISHED.search(question) else ():
        if (match := words.search(question)) and not words.search(found.hit.document.text):
            return f"原文没有提到{match[0]}"
    return ""


def said_by(found: Extract) -> str:
    """Return what a passage says and what stands above it."""
    head = found.head_of_list.text if found.head_of_list else ""
    return found.hit.text + head + heads_of(found)


def heads_of(found: Extract) -> str:
    """Return what stands above a passage: headings, title, issuer."""
    document, clause = found.hit.document, found.hit.clause
    return "\n".join((*clause.path, document.title, document.issuer or ""))


NAMED = (
    _other_year,
    _other_place,
    _other_name,
    _other_school,
    _of_another_school,
    _other_locality,
    _other_person,
    _other_issue,
)
"""The checks, in the order in which they are made."""
