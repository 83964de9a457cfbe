"""A question's text → what is searched: its terms, the years, stage and clause it names, the answer it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest import Stage
from ingest.headings import without_number
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from vectorstore.normalise import fold, heading_key, terms
from vectorstore.synonyms import Segment, Synonyms, read_synonyms, segment, without_degrees

Asked = Literal["figure", "name", "time", "yes_no", "wording", "account", "text"]
"""What kind of answer a question wants; `account`: what was done, how, under which conditions; `text`: unknown."""

# Words that make a sentence a question, and courtesies. They say how to answer, not what to look for, and
# would count as rare words that no document holds.
_ASKING = re.compile(
    r"请问|请教|请给出|想问|问一下|想知道|想了解|想比较|麻烦|你好|您好|谢谢|告诉我|给我|帮我(?:查|看|找)?(?:一下)?|我想|查一下|一下"
    r"|是多少|有多少|达多少|到多少|多少|第几|好几|几(?=[个所名人项家条次年月日号天位批处届种类岁万千百座])|[几哪](?:点钟?|时)|几[成折寸张件本门辆趟遍分]"
    r"|(?:有|有没有)?(?:什么|啥|哪些|何)?(?:变化|不同|区别|差别)(?:在哪|大吗|是什么|吗|没有)|有(?:什么|啥|哪些|何)(?:变化|不同|区别|差别)"
    r"|什么叫做?|啥叫|(?:是|指)?的?(?:什么|啥)意思|(?:指的?)?是?指什么|指的是(?:什么|谁|哪些)?|怎么界定|允不允许|需不需要|应不应该?"
    r"|(?:都?有|采取了?|做了|出台了?)?(?:哪些|什么|啥|何)(?:样的?)?(?:具体|主要|重点|新)?的?(?:举措|措施|做法|动作|安排|打算|工作)"
    r"|是什么时候|什么时候|什么时间|何时|哪一?[年天]|几时"
    r"|是什么|有什么|什么样的?|做什么|为什么|为何|什么|啥"
    r"|有哪些|是哪些|哪一?[个些所家位种类项几条]|哪里|哪儿|哪|谁"
    r"|怎么样|怎么办|怎么[做写说]?|怎样|如何|咋样?|多大|多高|多长"
    r"|是不是|有没有|能不能|会不会|要不要|可不可以|是否|能否|可否|吗|呢|吧|呀|啊|嘛"
    r"|的?原文|的?原话|的?表述|分别|各自|具体|一共|总共|到底|究竟|目前|现在"
)
# Of what is asked if it is so, 「学校管不管」, 「今年还开吗」, such a verb says hardly anything.
_LIGHT_VERB = re.compile(
    r"(?:还|都|也|要|会|得|有人)*(?P<verb>[管查开出办做搞弄有])(?:[不没](?P=verb)|(?:了|过|的|着)?(?=[吗没么呢啊呀?？]*$))|[都还]有"
)
# A number of this size with a measure word behind it is a count, 「新增2000个学位」, or says of which year's intake
# somebody is, 「2022级公费师范生」.
_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?![\d.%]|\s*[个名所人万亿千百元项次家余多座张本件份套辆亩户台]|级(?!新生))"
)
_TWO_YEARS = re.compile(
    r"(?:[这前近]|前后)?两年(?:来|间)?的?(?=(?:的|各|分别)?(?:情况|进展|数据|数字|对比|变化|目标|成绩|做法))"
)
# When somebody was born or bought a house is no year that the documents are asked about: 「2025年5月才买的房」.
_OWN_HISTORY = re.compile(
    r"(?:19|20)\d{2}年?(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:才|刚|就|以前|之前|以后|之后|前|后|那会儿?)?(?:在[^，,。?？年]{1,8})?"
    r"(?:出生|生的|生人|出版|买|购|毕业|入职|退休|退伍|结婚|领证|参加工作|入的?学|入学的|办的|考的|取得|迁|落户|补[交缴]|没?考[上过]|没录|没报|落榜|复读)"
)
# 「24年」 is 2024年 unless it counts: 近20年来, 连续20年, 20年内, 「贷20年，年利率多少」, 「工作12年」.
_SHORT_YEAR = re.compile(
    r"(?<![\d.第近满了共达续至到个贷缴交干住租龄])(?<![任从]教)(?<!教书)(?<!任职)(?<!上班)([12]\d)年(?!(?<=工作\d\d年)(?:[,。;了的]|$))(?=底|末|度|[^来内以多级制之后前\w]|[\u4e00-\u9fff])(?![来内以多级制之后前]|的时间)"
)
# 「二〇二五年」, 「二四年末」; not 「二三年」, which are two or three.
_WRITTEN_YEAR = re.compile(
    r"(?<![一二三四五六七八九十百千万第])(?:(?P<whole>[一二][〇零九][〇零一二三四五六七八九]{2})"
    r"|二(?P<short>[一二三四五六七八九])(?=年[底末度初]))年"
)
# What happens to a person, not to a place: 「去年做了手术，…」.
_HIS_OWN = (
    "刚[到来进]|手术|住院|毕业|没?考[上过了]|报了|交了|买了|搬|转[到来学]|[结离]婚|生了|评上|入职"
    "|退休|离职|辞|产假|病假"
)
# What an asker tells of himself is no year of the documents: 「我今年拿了国奖，…」, 「孩子今年上小学，…」.
_OWN_NOW = re.compile(
    r"(?P<who>(?:^|(?<=[,，。;；\s]))[^,，。?？]{0,8}"
    r"(?:我们?家?|咱们?家?|孩子|娃|[儿女]儿?子?|闺女|爸|妈|爷爷|奶奶|老公|老婆|爱人)[^,，。?？]{0,4}"
    rf"|(?:^|(?<=[,，。;；\s]))[^,，。?？]{{0,4}}(?=[去前]年[^,，。?？]*(?:{_HIS_OWN})))"
    r"(?:今年|去年|前年)(?P<told>(?:(?!多少|几|什么|哪|怎|吗)[^,，。?？])*[,，。])"
)
# Not inside other words: 证明年龄, 学前年龄段, 过去年份.
_RELATIVE_YEARS = {
    r"今年(?!\d|[一二三四五六七八九十]+周?岁)|本年度?(?!龄)": 0,
    r"(?<!过)去年(?!份|龄)|[上前]一年(?!级|龄)|上年度": -1,
    r"(?<![证声说表])明年(?!龄|限|份)": 1,
    r"(?<![学大以])前年(?!龄|份)": -2,
}
_RELATIVE = re.compile("|".join((*_RELATIVE_YEARS, _TWO_YEARS.pattern)))
_REFERENCE = re.compile(
    rf"第\s*(?P<clause>\d{{1,4}}|[{NUMERAL_CHARACTERS}]{{1,6}})\s*[条点款项]"
    r"|(?P<label>[一二三四五六七八九十]+、\s*(?P<point>\d{1,3}))(?![\d%])"
)
# Words that stand before a document's number and are not part of it: 「根据浙教基〔2024〕5号」.
_NUMBER_NAMES = r"[^\W\da-z_和与及或是第条款的在按据依照请问查找看]"
_DOCUMENT_NUMBER = re.compile(_NUMBER_NAMES + r"{1,12}[〔\[(【](?:19|20)\d{2}[〕\])】]\s*第?\s*\d{1,5}\s*号")
_QUOTED = re.compile(r"[「『“\"]([^「」『』“”\"]{2,60})[」』”\"]")
_SHORTEST_HEADING = 6  # 「学前教育」 heads a clause and stands in a hundred questions
_MOST = 0.6  # share of what is searched that names a clause, at the least
_HARDLY_ELSE = 0.7  # the same where the clause as a whole is meant: 「…」这一条怎么写的
_TITLE = re.compile(r"《([^《》]{2,60})》")
# A law named without 《》: 「职业教育法里怎么规定」, 「教师法说了吗」; not 方法, 违法, 书法.
_LAW = re.compile(
    r"(?:^|[,，。?？;；\s]|根据|按照?|依照?|违反|请问|国家|我国|中华人民共和国|现行的?|规定)"
    r"(?!请问|国家|我国|现行|规定|违反)(?P<law>(?:(?![按据依这那我你他咱的])[\u4e00-\u9fff]){1,15}?(?:条例|(?<![办方做看司执普违立依守合犯用疗说想无设非打学算书语手章技玩写读])(?<!(?<![职高义])教)法))"
    r"(?=里|中|上|规定|说|怎么|咋|要求|对|有没有|有关|关于|[,，]|第|是怎么|允许|禁止|允不允许)"
)

_PLANNED = re.compile(r"目标|计划|打算|准备|力争|要达到|将要?|规划|预计|争取|安排|要求达到|任务|要点[里中]|原定")
_DONE = re.compile(
    r"现在|目前|如今|完成情况|完成了|达到了|实现了|已经?|取得|成效|成绩|总结|结果|做了|做到了|新增了|获得了?|获评|多少了|了多少|了哪些|了几|实际"
)
_NOT_PLANNED = re.compile(r"(?:不要|不是|不看|不含|而非|并非|除了)(?:[^,，。;；?？]{0,4})(?:目标|计划)[数值]?")
_STEERING = re.compile(rf"{_YEAR.pattern}年?|{_PLANNED.pattern}|{_DONE.pattern}")

_KINDS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    ("wording", re.compile(r"原文|原话|原句|怎么(?:写|表述|说|规定)的?|表述|提法|文字是|第\S{1,4}条(?:是|的?内容)")),
    (
        "name",
        re.compile(
            r"谁|哪[一]?[个些所家位]?(?:县|区|市|学校|高校|单位|部门|机构|地方|地区|城市|国家|大学|人|省|园|报)"
            r"|哪里|哪儿|在哪|哪几|哪[两二三]"
        ),
    ),
    ("time", re.compile(r"什么时候|什么时间|何时|几时|哪一?[年天月]|几月|几号|何年|时间是")),
    (
        "figure",
        re.compile(
            r"多少|(?<!没)几(?=[个所名人项家条次年月天位批处届种类岁万千百座%])|百分之|比例|占比|覆盖[面率]|通过率"
            r"|[^\W效功频速]率(?=[是有达到的吗呢?？]|$)|数量|人数|总数|个数|名额|指标|多[大久长]|目标值|规模|学位数?$"
        ),
    ),
    (
        "yes_no",
        re.compile(
            r"吗|([\u4e00-\u9fff])[不没]\1|是不是|有没有|能不能|会不会|要不要|可不可以|是否|能否|可否|[不没]有?$|.不.?\w?$"
        ),
    ),
    (
        "account",
        re.compile(r"如何|怎么|怎样|哪些|有何|何种|抓手|措施|政策|要求|做法|为什么|为何|什么|啥|内容|流程|条件|办法"),
    ),
)
_NAMING_TERMS = 4  # beside 「第9条」 these still name the document rather than a matter: 「工作要点」 has 3
_COMPARES = re.compile(
    r"对比|相比|比较|变化|(?<!占)比[去上]年|差距|两年|下一步|接着|后续|去年.*今年|今年.*去年|(?:现在|目前|已经|做成).*(?:今年|打算|要)|20\d\d.*20\d\d|从.+到.+"
)
# These put side by side what may as well be of one year: 「2024年入学率分别是多少」.
_SEVERAL = re.compile(r"分别|以及")

_HOLDS: dict[Asked, re.Pattern[str]] = {
    "figure": re.compile(r"\d|[一二三四五六七八九十百千万两]+(?:个|所|名|人|项|家|次|年|成|倍|分之)|全覆盖"),
    "time": re.compile(r"(?:19|20)\d{2}(?![\d%])|\d+月|\d+日|\d+时|[春夏秋冬]季|学期|年内|年底|月底|近期|期间"),
}


# How people ask, and how guides and notices head what they are told.
_EXPECTED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"多少钱|几块钱|几元|要钱|交多少|收多少|贵不贵|免费吗"), ("费用", "收费标准", "缴费")),
    (re.compile(r"号码|电话|联系方式|怎么联系|打给"), ("咨询电话", "联系电话", "联系人")),
    (re.compile(r"在哪|去哪|哪里|哪儿|什么地方|怎么走"), ("地址", "地点")),
    (re.compile(r"什么时候|啥时候|几点|几号|哪一?天|何时|几月"), ("时间", "日期")),
    (re.compile(r"带什么|带啥|带哪些|什么材料|哪些材料|准备什么|什么证"), ("材料", "证件")),
    (re.compile(r"找谁|谁负责|负责人|谁管"), ("负责人", "联系人")),
    (re.compile(r"(?:怎么|如何)(?:办理?|申请|报名?|弄|领|交)|哪里办|流程"), ("办理", "申请", "方式")),
    (re.compile(r"(?:时候|哪一?天|几[号月]|何时)[^，,。?？]{0,4}(?:生效|[施实]行|实施|执行|开始用|起用)"), ("起施行",)),
    (re.compile(r"定义|什么叫|啥叫|怎么界定|是?什么意思|指的?是?什么|指的是|^什么是|[,，]什么是"), ("所称", "是指")),
    (re.compile(r"哪些人|什么人|谁能|谁可以|符合什么|什么条件|能不能申请"), ("对象", "条件")),
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question made searchable.

    Attributes:
        question: As it was asked, folded.
        text: The question without the words that only ask, relative years resolved.
        segments: The text cut at everyday phrases, each of these with what it may mean in official words; without
            years and words like 目标, which the headings of a clause answer rather than its words.
        terms: Its terms, in order, without repetition.
        asked: The kind of answer it wants.
        years: The years it names.
        stage: Whether it asks for results or for targets; None if it does not say.
        compares: Whether it wants the years side by side.
        references: Numbers of clauses it names: 9 for 「第9条」 and 「二、9」.
        of_articles: Whether it calls them articles, 「第9条」, not points or chapters.
        labels: Labels of clauses it names in full: 「二、9」.
        titles: What it names in 《》.
        document_numbers: The numbers of documents it names, as `document_number_key` writes them.
        laws: The laws it names without 《》, in full or shortened.
        headings: What may be the heading of a clause, as `heading_key` writes it.
        this_year: What 今年 means; None if no date is known.
        expected: Words by which a document may head what is asked for: 费用 for 「多少钱」.
    """

    question: str
    text: str
    segments: tuple[Segment, ...]
    terms: tuple[str, ...]
    asked: Asked
    years: tuple[int, ...]
    stage: Stage | None
    compares: bool
    references: tuple[int, ...]
    labels: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    document_numbers: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    this_year: int | None = None
    expected: tuple[str, ...] = ()
    of_articles: bool = False

    @property
    def steering_years(self) -> tuple[int, ...]:
        """The years to look in: none where one year is named to be set against another that is not."""
        return () if self.compares and len(self.years) == 1 else self.years

    @property
    def only_refers(self) -> bool:
        """Whether it names a clause, if there is one, and hardly anything else: then the clause as a whole is meant."""
        if self.references:
            rest = self.text
            for name in (*self.titles, *self.laws):
                rest = rest.replace(name, " ")
            return len(terms(rest)) <= _NAMING_TERMS
        return any(len(heading) >= _HARDLY_ELSE * len(heading_key(self.text)) for heading in self.headings)

    @property
    def searches_something(self) -> bool:
        """Whether it has words to look for, or names a clause or a document."""
        return bool(self.terms or self.references or self.titles or self.document_numbers or self.headings)

    @property
    def texts(self) -> tuple[str, ...]:
        """The forms of the question that are searched: as asked, and in official words if they differ."""
        if not self.expected and all(len(segment) == 1 for segment in self.segments):
            return (self.text,)
        official = (word for segment in self.segments for word in segment[1:] or segment)
        return (self.text, " ".join((*official, *self.expected)))


def parse_query(question: str, this_year: int | None, synonyms: Synonyms | None = None) -> Query:
    """Make a question searchable.

    Args:
        question: As it was asked.
        this_year: What 今年 means, by the dates of the documents, not the calendar; None if no date is known.
        synonyms: What everyday phrases may mean; what the file says unless given.
    """
    folded = fold(question)
    text = _SHORT_YEAR.sub(r"20\1年", _WRITTEN_YEAR.sub(_year_in_digits, _OWN_NOW.sub(r"\g<who>\g<told>", folded)))
    if this_year is not None:
        for words, offset in _RELATIVE_YEARS.items():
            text = re.sub(words, f"{this_year + offset}年", text)
    if this_year is not None and _TWO_YEARS.search(text) and not _YEAR.search(text):
        text = f"{this_year - 1}年和{this_year}年{_TWO_YEARS.sub('', text)}"
    document_numbers = tuple(document_number_key(m[0]) for m in _DOCUMENT_NUMBER.finditer(text))
    text = _DOCUMENT_NUMBER.sub(" ", text)
    years = tuple(dict.fromkeys(int(year) for year in _YEAR.findall(_OWN_HISTORY.sub(" ", text))))
    planned = _PLANNED.search(_NOT_PLANNED.sub(" ", text)) is not None
    done = _DONE.search(text) is not None
    named = list(_REFERENCE.finditer(text))
    articles = [m for m in named if m[0].endswith("条")]
    if articles:  # 「第四十五条第二款」 is of one article
        named = [m for m in named if m in articles or m["label"]]
    references = tuple(parse_numeral(m["clause"] or m["point"]) for m in named)
    asked = _kind(folded)
    searched = _REFERENCE.sub(" ", text)
    if asked == "yes_no":
        searched = _LIGHT_VERB.sub(" ", searched)
    searched = _ASKING.sub(" ", searched).strip(" ?？。!！,，")
    return Query(
        question=folded,
        text=searched,
        segments=segment(
            without_degrees(_STEERING.sub(" ", searched).strip() or searched), synonyms or read_synonyms()
        ),
        terms=tuple(dict.fromkeys(terms(searched))),
        asked=asked,
        years=years,
        stage=None if planned == done else "planned" if planned else "done",
        compares=len(years) > 1
        or _COMPARES.search(folded) is not None
        or (not years and _SEVERAL.search(folded) is not None),
        references=references,
        labels=tuple(re.sub(r"\s", "", m["label"]) for m in _REFERENCE.finditer(text) if m["label"]),
        titles=tuple(m[1] for m in _TITLE.finditer(text)),
        document_numbers=document_numbers,
        headings=_headings(folded, searched),
        laws=tuple(dict.fromkeys(match["law"] for match in _LAW.finditer(folded))),
        this_year=this_year,
        of_articles=bool(articles),
        expected=tuple(word for pattern, words in _EXPECTED if pattern.search(folded) for word in words),
    )


def _year_in_digits(written: re.Match[str]) -> str:
    whole = written["whole"] or f"二〇二{written['short']}"
    return f"{parse_numeral(whole)}年"


def without_relative_years(question: str) -> str:
    """Return a question without 今年, 去年 and their like; as it is, though folded, if it has none."""
    return _RELATIVE.sub(" ", fold(question))


def _headings(question: str, searched: str) -> tuple[str, ...]:
    """Return what may be a clause's heading: what stands in quotation marks, and what makes up most of the question."""
    quoted = [heading_key(match[1]) for match in _QUOTED.finditer(question)]
    whole = len(heading_key(searched))
    pieces = [key for piece in searched.split() if len(key := heading_key(piece)) >= _MOST * whole]
    return tuple(dict.fromkeys(key for key in (*quoted, *pieces) if len(key) >= _SHORTEST_HEADING))


def names_law(name: str, title: str) -> bool:
    """Tell whether a law of some title is named, in full or shortened: 职教法 for 职业教育法, not 教育法."""
    if name[-1] not in "法例" or name[-1] not in title:  # cheaper than folding the title
        return False
    bare = re.sub(r"\([^()]*\)$", "", fold(title).removeprefix("中华人民共和国"))
    if bare == name:
        return True
    rest = iter(bare)
    short = len(bare) > len(name) >= _SHORTEST_LAW and bare[0] == name[0] and bare[-1] == name[-1]
    return short and all(letter in rest for letter in name) and len(bare) <= _LONGEST_OF_SHORT * len(name)


_SHORTEST_LAW = 3  # characters
_LONGEST_OF_SHORT = 2.5  # 未成年人保护法 goes by 未保法; a longer title is another's


def document_number_key(number: str) -> str:
    """Return a document's number in the one form in which it is compared: 温教发〔2025〕1号."""
    bare = re.sub(r"[\s第]", "", fold(number))
    return re.sub(r"[\[(【]", "〔", re.sub(r"[\])】]", "〕", bare))


def holds(asked: Asked, text: str) -> bool:
    """Tell whether a text holds the kind of thing that was asked for, as far as its form shows.

    The number of a clause is no figure that answers.
    """
    pattern = _HOLDS.get(asked)
    return pattern is None or pattern.search(without_number(text)) is not None


def _kind(text: str) -> Asked:
    text = _YEAR.sub("", text).strip(" ?？。!！年")
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "text")
