"""What is known about a document: title, issuers, number, dates, region, validity; what a title says of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.headings import read_heading
from ingest.navigation import Page, parse_date
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from ingest.tables import BETWEEN_CELLS

_HAN = r"\u3400-\u9fff"
_STRAY_SPACE = re.compile(rf"(?<=[{_HAN}\d，、《》“”（）])\s+(?=[{_HAN}\d，、《》“”（）])")
_DOCUMENT_NUMBER = re.compile(
    rf"(?<![{_HAN}])[{_HAN}]{{1,12}}[〔\[［（(]\s*\d{{4}}\s*[〕\]］）)]\s*第?\s*\d+\s*号(?!文)"
)  # 「关于贯彻国办发〔2015〕71号文件…」 names another document
_ORDER_NUMBER = re.compile(rf"(?:(?<=日)|(?<![{_HAN}]))(?!日)[{_HAN}、]{{2,40}}令\s*第\s*\d+\s*号")
_BODY = (
    r"(?:局|部|厅|委|委员会|院|办|办公室|府|会|处|署|中心|学校|大学|学院|中学|小学|幼儿园|团|公司|行|所|馆|[大支总]队"
    r"|指挥部|领导小组)"
)
_ISSUERS_IN_TITLE = re.compile(
    r"^(?P<issuers>(?!关于)[^《》<>]{2,120}?)(?:等[^关《]{1,12}(?:部门|单位))?(?:关于|印发|转发|批转|公布)"
)
_IS_ISSUER = re.compile(rf"^[^《》<>，。；：,;:\d]{{2,40}}?{_BODY}$")
_SERIAL_NUMBER = re.compile(r"[（(]?(?:19|20)\d{2}年?\s*第\s*\d+\s*号[）)]?")  # of a series of announcements
_EFFECTIVE = re.compile(r"自\s*(\d{4}年\d{1,2}月\d{1,2}日)\s*起\s*(?:施行|实施|执行|生效)")
_AT_ONCE = re.compile(
    r"本(?:法|办法|规定|通知|意见|细则|方案|条例|规则|文件|标准|规范|章程|制度|准则|通告|公告|决定)[^。；\n]{0,6}"
    r"自(?:公布|发布|印发|颁布|下发|发文)之日起\s*(?:施行|实施|执行|生效)"
)
_DAY = (
    r"(?:\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
    r"|[〇○零Ｏ一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_SIGNED_DATE = re.compile(rf"^[（(]?\s*({_DAY})\s*[）)]?$")
# Who signs and when on one line: 「甲市教育局　2022年8月26日」.
_SIGNED = re.compile(rf"^(?P<by>\S+(?:[\s　、]+\S+){{0,4}})[\s　]+(?P<date>{_DAY})$")
_ZEROS = str.maketrans("〇○Ｏ", "零零零")
# Below the title of a notice to the public: 「（甲市卫生健康委员会　2025年3月）」, 「发布单位：甲市教育局」.
_HEAD_ISSUER = re.compile(
    r"^(?:[（(](?P<signed>\S+)[\s　]+(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}日)?[）)]"
    r"|(?:发布|发文|印发|制定)(?:单位|机关|机构|部门)[:：]\s*(?P<named>\S+))$"
)
_MAX_SIGNATURES = 6  # lines above a date that may name who signs

# How the head of a law tells its history: 「2018年12月29日 第十三届全国人民代表大会常务委员会第七次会议…修正」.
_ADOPTED = re.compile(r"(?P<date>\d{4}年\d{1,2}月\d{1,2}日)(?P<by>.*?)(?P<how>通过|修正|修订|公布|发布|批准)")
_HISTORY = re.compile(
    r"^[（(]?\s*\d{4}年\d{1,2}月\d{1,2}日[^。；]{0,200}[。）)]*$"
)  # a line of it, no sentence of a text
_CONGRESS = re.compile(
    r"(?P<place>[^\s第届次]{2,12}?(?:省|市|自治区|州|县))?(?:第[^\s届]{1,4}届)?"
    r"(?P<national>全国)?人民代表大会(?P<standing>常务委员会)?"
)
_HEAD_LINES = 12
# Below the title of a report: 「——2025年1月15日在甲县第十八届人民代表大会第四次会议上」, 「甲县人民政府县长　某某」.
_DELIVERED = re.compile(
    r"^[—－\-（(\s]*(?P<date>\d{4}年\d{1,2}月\d{1,2}日)\s*在(?P<place>[^第\s]{2,16}(?:省|市|自治区|州|县|区))第[^\s届]{1,4}届人民代表大会"
)
_SPEAKER = re.compile(r"^(?P<for>\S{2,16}人民政府)代?[省市县区州]长")

# 「砚陵市漱江区教育局」 is of 砚陵市漱江区, 「温州市学区划分」 and 「上海市中小学」 are of the city.
_REGION = re.compile(
    r"^(?P<region>[^省市县区关于【】（）\d\s]{2,7}?(?:省|市|县|区|自治区|自治州|自治县)(?!场)"
    r"(?:(?!.?(?:主|老|古|中心)城)[^省市县区关于【】（）\d\s学校园社街景小乡山片辖各全直属开发试示]{2,4}?(?:市|县|区|自治州|自治县)(?![域位间划分场])){0,2})"
)
_CENTRAL = re.compile(r"^(?:国务院|教育部|财政部|中共中央|全国|国家|中华人民共和国|[^省市县区学校园]{2,8}部)")
_ANNOUNCED = re.compile(r"印发(?P<things>.+?)的(?:通知|函|公告|决定)")
_SEPARATOR = re.compile(r"[》]?\s*[和、及与]\s*(?=《|\d{4}|\S+?(?:要点|总结|计划|方案|办法|规定|意见))")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page, the title, the head and the closing lines say about a document; None where they say nothing."""

    title: str
    issuer: str | None
    document_number: str | None
    published: str | None
    effective: str | None
    region: str | None
    expires: str | None
    repealed: bool
    repeals: tuple[str, ...]


def read_metadata(text: str, page: Page, about: Mapping[str, str], fallback_title: str) -> Metadata:
    """Return the metadata of a document.

    Args:
        text: Its canonical text; it begins with the title unless it reads like a sentence.
        page: What the page says of the publication.
        about: What the file says of itself.
        fallback_title: The title of a text that does not begin with one; often the name of the file.
    """
    lines = text.split("\n")
    printed = about.get("title") or _printed_title(lines) or fallback_title
    title = clean_title(printed)
    head = lines[:_HEAD_LINES]
    signed = _signature(lines)
    adopted = list(_adoptions(head))
    delivered = next(filter(None, map(_DELIVERED.match, head)), None)
    number = _document_number(head, page)
    issuers = (
        _issuers_in(printed)
        or signed.issuers
        or _issuers_below_title(head)
        or _field_issuers(page, about)
        or next((list(one.by) for one in reversed(adopted) if one.by), [])
        or _order_issuers(number or "")
        or [speaker["for"] for line in head if delivered and (speaker := _SPEAKER.match(line))]
    )
    issuer = "、".join(dict.fromkeys(issuers)) or None
    published = _published(page, about, signed, adopted, fallback_title)
    if published is None and delivered:
        published = parse_date(delivered["date"])
    effective = next((parse_date(m[1]) for m in _EFFECTIVE.finditer(text)), None)
    if effective is None and _AT_ONCE.search(text):
        effective = next((one.date for one in reversed(adopted) if one.is_whole), published)
    return Metadata(
        title=title,
        issuer=issuer,
        document_number=number,
        published=published,
        effective=effective,
        region=_region(title, issuer or "") or (region_of(delivered["place"]) if delivered else None),
        expires=_expiry(text, effective or published),
        repealed=bool(_NOT_VALID.search(page.field("有效性", "时效性", "效力状态", "是否有效") or "")),
        repeals=tuple(repealed_titles(text)),
    )


_MAX_TITLE_LENGTH = 80  # characters; the longest titles of the State Council's notices run to about 70
_MAX_TITLE_LINES = 3
_MIN_TITLE_LENGTH = 8  # characters, of a title that is followed by text on its line; less is a name or a date
_NOT_VALID = re.compile(r"废止|失效|无效|^否")
_LETTERHEAD = re.compile(
    r"^(?:\S{2,30}(?:文件|规章|公告栏)|(?!\S*\d年)\S{2,30}公报|\[\w+\]|附\s*[件页表录]\s*[\d一二三四五六七八九十]*\s*[：:]?|.*签发人.*|.*发电时间.*|抄[报送].*|[_—\-=*]+)$"
)
_ENDS_A_TITLE = re.compile(
    r"(?:要点|总结|计划|方案|意见|办法|规定|通知|报告|细则|条例|规划|纲要|公告|规则|章程|指南|制度|标准|目录|清单|须知|规范|简章|守则|准则"
    r"|决定|通告|通报|批复|函|法|问答|指引|解读|简介|一览表|名单|要求|说明|表|格式|规程|预案|协议书?|声明|手册|大纲|纪要|流程|安排|措施|政策|任务书|公报)(?:（[^）]{1,20}）|\([^)]{1,20}\))?$"
)


def _printed_title(lines: Sequence[str]) -> str | None:
    """Return the title at the head of a text, lines joined, below the letterhead if there is one."""
    for i, line in enumerate(lines[: _MAX_TITLE_LINES + 1]):
        if _LETTERHEAD.match(line) or _DOCUMENT_NUMBER.fullmatch(line.strip()):
            continue
        if i and read_heading(line) is not None:  # what looked like a letterhead is the title: 「统计公报」
            return lines[i - 1] if _ENDS_A_TITLE.search(lines[i - 1]) else None
        title = read_title(line)
        if title is None:
            return None
        return _with_next_lines(line, lines[i + 1 : i + _MAX_TITLE_LINES]) if is_title(line) else title
    return None


def _with_next_lines(line: str, below: Sequence[str]) -> str:
    """Return a title with the lines on which it goes on: until it ends as titles do."""
    joined = line
    for number, following in enumerate(below, start=1):
        if _ENDS_A_TITLE.search(joined) or not is_title(following) or read_heading(following) is not None:
            break
        joined += following
        if _ENDS_A_TITLE.search(joined) and len(joined) <= _MAX_TITLE_LENGTH:
            return joined if number else line
    return line


def read_title(line: str) -> str | None:
    """Return the title that a document's first line is, or begins with where all text is on one line."""
    if is_title(line):
        return clean_title(line)
    lead = line.partition(" ")[0]
    return lead if len(lead) < len(line) and len(lead) >= _MIN_TITLE_LENGTH and is_title(lead) else None


def is_title(line: str) -> bool:
    """Tell whether a line reads like a title: short, no sentence and no row of a table."""
    return (
        0 < len(line) <= _MAX_TITLE_LENGTH
        and BETWEEN_CELLS not in line
        and not re.search(r"[。；;！!]|[，,：:]$", line)
    )


def clean_title(line: str) -> str:
    """Return a title without the spaces that a page's layout put between its characters."""
    return _STRAY_SPACE.sub("", _NAMED.sub("", line)).strip()


_NAMED = re.compile(r"^(?:(?:信息|文件|公文)?名称|标题)\s*[:：]\s*")  # what a page's table of publication data prints


def region_of(text: str) -> str | None:
    """Return the place a name or title begins with: 「温州市」, or 「全国」 for central bodies."""
    if _CENTRAL.match(text):
        return "全国"
    match = _REGION.match(text)
    return match["region"] if match else None


def _region(title: str, issuer: str) -> str | None:
    """Return whose authority a document is of: the issuer's; of a law its title's, which a higher place may approve."""
    first, second = (title, issuer) if "人民代表大会" in issuer else (issuer, title)
    return region_of(first) or region_of(second)


def announced_titles(title: str) -> list[str]:
    """Return what a notice says it prints: 关于印发A和B的通知 → [A, B]."""
    match = _ANNOUNCED.search(title)
    if match is None:
        return []
    if match["things"].endswith("》"):  # 《关于加强和改进…的意见》: the marks tell one title from the next
        return _TITLE_IN_MARKS.findall(match["things"])
    return [t for part in _split_titles(match["things"]) if (t := part.strip("《》 "))]


def _split_titles(things: str) -> Iterator[str]:
    """Yield titles joined by 和 or 、; a word that only holds or joins others, as in 「加强和改进」, ends none."""
    start = 0
    for separator in _SEPARATOR.finditer(things):
        title = things[start : separator.start()]
        if separator[0].startswith("》") or _ENDS_A_TITLE.search(title):
            yield title
            start = separator.end()
    yield things[start:]


_REPEALED = re.compile(r"废止|失效|停止执行")
_TITLE_IN_MARKS = re.compile(r"《([^《》]{1,80}(?:《[^《》]{1,80}》[^《》]{0,80})?)》")
_MAX_REPEAL = 500  # characters of a sentence that are looked at before the word; longer ones are lists of documents
_BETWEEN_TITLE_AND_WORD = 30  # characters: 「…》（2005年发布）同时废止」


def repealed_titles(text: str) -> Iterator[str]:
    """Yield the titles of documents that a text says are repealed: 《…条例》同时废止."""
    done = 0
    for word in _REPEALED.finditer(text):
        start = max(done, word.start() - _MAX_REPEAL)
        sentence = re.split(r"[。；\n]", text[start : word.start()])[-1]
        titles = list(_TITLE_IN_MARKS.finditer(sentence))
        if titles and len(sentence) - titles[-1].end() <= _BETWEEN_TITLE_AND_WORD:
            yield from dict.fromkeys(title[1] for title in titles)
        done = word.end()


def signature_lines(lines: Sequence[str]) -> Iterator[int]:
    """Yield the positions of the lines that sign: dates and numbers that stand alone, and who signs."""
    for i, line in enumerate(lines):
        bare = line.strip()
        if _signed_on(bare):
            yield i
        elif _SIGNED_DATE.match(bare):
            yield from (*_signers_above(lines, i), i)
        elif _HEAD_ISSUER.match(bare) or _DOCUMENT_NUMBER.fullmatch(bare) or _SERIAL_NUMBER.fullmatch(bare):
            yield i


def _signers_above(lines: Sequence[str], date: int) -> range:
    """Return the positions of the lines right above a date that name who signs, or give the document's number."""
    first = date
    while first > max(0, date - _MAX_SIGNATURES):
        if not _DOCUMENT_NUMBER.fullmatch(lines[first - 1].strip()) and not _only_issuers(lines[first - 1].split()):
            break
        first -= 1
    return range(first, date)


@dataclass(frozen=True, slots=True)
class _Signature:
    """Who signs a document below its text, and when."""

    issuers: list[str]
    date: str | None


def _signed_on(line: str) -> _Signature | None:
    """Return who signs and when if a line says both and nothing else."""
    match = _SIGNED.match(line)
    names = _only_issuers(re.split(r"[\s、]+", match["by"])) if match else []
    return _Signature(names, _read_date(match["date"])) if match and names else None


def _signature(lines: Sequence[str]) -> _Signature:
    for i in range(len(lines) - 1, -1, -1):
        if signed := _signed_on(lines[i].strip()):
            return signed
        match = _SIGNED_DATE.match(lines[i])
        date = _read_date(match[1]) if match else None
        if date is None:
            continue
        signers = [name for position in _signers_above(lines, i) for name in lines[position].split()]
        return _Signature([name for name in signers if _IS_ISSUER.match(name)], date)
    return _Signature([], None)


def _read_date(text: str) -> str | None:
    """Return a date in figures or in characters: 二〇二五年三月十一日."""
    year, _, rest = text.translate(_ZEROS).partition("年")
    if year.strip().isdecimal():
        return parse_date(text)
    month, _, day = rest.rstrip("日").partition("月")
    digits = "".join(str(parse_numeral(digit)) for digit in year)
    return parse_date(f"{digits}-{parse_numeral(month)}-{parse_numeral(day)}")


def _only_issuers(names: list[str]) -> list[str]:
    """Return some names if all of them are issuers', none otherwise."""
    return names if all(map(_IS_ISSUER.match, names)) else []


def _issuers_in(title: str) -> list[str]:
    """Return who issues a document by its title: 甲局 乙局关于印发… → [甲局, 乙局]."""
    match = _ISSUERS_IN_TITLE.match(title)
    names = re.split(r"[\s、，]+", match["issuers"].strip()) if match else []
    return _only_issuers(names)


def _issuers_below_title(head: Sequence[str]) -> list[str]:
    """Return who issues a notice by a line below its title."""
    found = next(filter(None, map(_HEAD_ISSUER.match, head)), None)
    names = re.split(r"[、，]", found["signed"] or found["named"]) if found else []
    return _only_issuers(names)


def _field_issuers(page: Page, about: Mapping[str, str]) -> list[str]:
    """Return who the page names as issuer; a newspaper or 「本网」 is a source, no issuer."""
    named = (
        page.field("发文机关", "发文机构", "发布机构", "信息来源", "文章来源", "来源", "稿源")
        or about.get("publisher")
        or ""
    )
    names = re.split(r"[\s、，]+", named)
    return _only_issuers(names)


def _order_issuers(number: str) -> list[str]:
    """Return who issues an order: 中华人民共和国国务院令第431号 → [国务院]."""
    names = "、".join(re.findall(r"([^号]+)令第\d+号", number))
    return [name.removeprefix("中华人民共和国") for name in names.split("、") if name]


_VALID_FOR = re.compile(rf"有效期(?:限)?(?:为)?\s*(?P<years>\d{{1,2}}|[{NUMERAL_CHARACTERS}]{{1,2}})\s*年")
_VALID_UNTIL = re.compile(r"有效期(?:限)?(?:至|截止(?:到)?)\s*(?P<date>\d{4}年\d{1,2}月\d{1,2}日)")
_MAX_TERM = 200  # characters of a sentence before the word; 「本办法自…起施行，有效期…」 has about 30
_SPEAKS_OF_ITSELF = re.compile(r"本(?:办法|规定|通知|意见|细则|方案|条例|规则|文件|标准|指引|通告|公告|决定)")


def _expiry(text: str, start: str | None) -> str | None:
    """Return the last day on which a document is in force, if it says how long: 「本办法自…起施行，有效期5年」."""
    for match in (*_VALID_UNTIL.finditer(text), *_VALID_FOR.finditer(text)):
        sentence = re.split(r"[。\n]", text[max(0, match.start() - _MAX_TERM) : match.start()])[-1]
        if not _SPEAKS_OF_ITSELF.search(sentence):
            continue
        if "date" in match.groupdict():
            return parse_date(match["date"])
        if start is not None:
            return f"{int(start[:4]) + parse_numeral(match['years']):04d}{start[4:]}"
    return None


class _Adoption(NamedTuple):
    """An entry of a law's history.

    Attributes:
        date: When it was adopted or changed.
        by: By whom; empty for a higher congress that approves it, and where it is not said.
        is_whole: Whether the whole text was adopted or put out, and not only some articles changed.
    """

    date: str
    by: tuple[str, ...]
    is_whole: bool


def _adoptions(head: Sequence[str]) -> Iterator[_Adoption]:
    """Yield dates on which a law was adopted or changed, and by whom, but for a higher congress that approves it."""
    for line in head:
        if read_heading(line) is not None:
            return
        for match in _ADOPTED.finditer(line) if _HISTORY.match(line) else ():
            date = parse_date(match["date"])
            if date:
                by = () if match["how"] == "批准" else _adopters(match["by"])
                yield _Adoption(date, by, match["how"] != "修正")


def _adopters(text: str) -> tuple[str, ...]:
    """Return who adopts: a congress or its committee, or those who put out what they agreed on."""
    match = _CONGRESS.search(text)
    if match is not None:
        place = match["national"] or match["place"]
        return (f"{place}人民代表大会{match['standing'] or ''}",) if place else ()
    names = re.split(r"[、\s]+", text.strip())
    return tuple(names) if all(name == "中共中央" or _IS_ISSUER.match(name) for name in names) else ()


def _document_number(head: Sequence[str], page: Page) -> str | None:
    """Return the number of a document: on a line of its own or beside the title, not that of one referred to."""
    short = [line for line in head[:_NUMBER_LINES] if len(line) <= _MAX_NUMBER_LINE and "《" not in line]
    beginning = head[0][:_MAX_TITLE_LENGTH] if "《" not in head[0][:_MAX_TITLE_LENGTH] else ""
    orders = [line for line in short if _HISTORY.match(line) and _ORDER_NUMBER.search(line)]
    if orders:  # the last of a law's history put out the text as it stands
        short = [orders[-1]]
    for text in (page.field("文号", "发文字号") or "", *short, beginning):
        numbers = _DOCUMENT_NUMBER.findall(text)[:1] or _ORDER_NUMBER.findall(text)
        if numbers:
            return re.sub(r"\s", "", "、".join(numbers))
    return None


_MAX_NUMBER_LINE = 60  # characters; a longer line that holds a number is text that refers to a document
_NUMBER_LINES = 5


def _published(
    page: Page, about: Mapping[str, str], signed: _Signature, adopted: Sequence[_Adoption], name: str
) -> str | None:
    """Return the date of publication, or that of signing, or of the last change of a law, or the one in the name."""
    on_page = page.field("发布日期", "发布时间", "更新时间", "更新日期", "发文日期", "成文日期", "生成日期", "印发日期")
    said = parse_date(on_page or "") or parse_date(about.get("published", "")) or signed.date
    return said or max((one.date for one in adopted), default=None) or parse_date(name)
