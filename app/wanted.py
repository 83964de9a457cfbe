"""A question → the kind of thing that answers it, and whether a text states one.

「一个月收费多少」 wants money, 「几月几号」 a day, 「都是哪些学校」 names. A text that holds none of that kind, or only what the
question itself said (「2至3岁托班」 of a question about the 2至3岁托班), does not answer, however near it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.places import places_in
from app.quantities import Quantity, QuantityKind, quantities
from ingest.headings import without_number
from vectorstore.query import Query

_COUNTED: frozenset[QuantityKind] = frozenset({"count", "institutions", "people", "times", "plain", "grade", "points"})
_FIGURES: frozenset[QuantityKind] = _COUNTED | {"share", "money", "duration", "age", "area", "distance"}

_SHARE_WORDS = r"占比|比例|比率|比重|百分比|占有率|(?<![效功频速汇税利心概])率(?!先|全|领|队|真)"
_PEOPLE = r"人(?!次|均)|名(?!校|师|称|单|字|额|录|次)|位(?!置|于)"
_PERSONS = r"(?:老师|教师|学生(?!会|成长)|校长|考生|家长|班主任|幼儿(?!园)|孩子|毕业生|博士(?!学?位?点)|硕士(?!学?位?点|专)|市民|员工|人员|专家|新生|医生|干部)"
_MANY = r"(?:多少|好?(?<!哪)几(?![十百千万]|分之))"
_MONEY = (
    rf"{_MANY}(?:钱|元|块钱|块(?=[吧吗呢啊?？]|$)|万元|亿元)|(?:学|杂|费|餐|保教|托育|住宿|培训|报名|体检)费|(?:收费|费用|价格|价钱|工资|月薪|年薪|奖金|预算|金额|总?投资|资金|经费|拨款"
    r"|补贴|补助|津贴|罚款)(?:标准)?(?:总?额)?(?:分别|各|大概|每年|一年|一个月)?(?:是|为|有|要|给|发|达到?|定)?(?:多少|几|怎么收|多大|多高|贵)"
    rf"|(?:花|交|收|发|给|奖|罚|补)(?:了|费)?{_MANY}(?!个|所|名|人|位|次|篇|本|张)|贵不贵|规模(?:有|是)?多大|规模(?:有|是)?多少万?元"
)

# What a question wants by its words, the first that fits; the kinds of quantity that answer it.
_QUANTITIES: tuple[tuple[str, frozenset[QuantityKind]], ...] = (
    (rf"{_MONEY}", frozenset({"money"})),
    (rf"(?:排名?第|位居第?|居第|排第|排在第|第){_MANY}(?:位|名)?(?![批轮届条章节期次部所个家])|(?:名次|排名|位次)(?:是|如何|怎么样|多少|呢|$)", frozenset({"rank"})),
    (rf"第{_MANY}[批轮届条章节期次部个]", frozenset({"rank"})),
    (rf"{_MANY}个?百分点", frozenset({"points", "share"})),
    (rf"百分之(?:几|多少)|{_MANY}成(?![立果员为长就绩])|{_MANY}%", frozenset({"share"})),
    (rf"{_MANY}(?:周?岁)|多大(?:年龄|岁数)?(?=[能可才的就]|$)|年龄(?:是|要求|限制)?(?:多少|多大)", frozenset({"age"})),
    (rf"{_MANY}点(?:钟|半|开始|放学|上学|结束)?(?![^吗呢啊?？]*分)|什么时[刻辰]", frozenset({"clock"})),
    (rf"{_MANY}(?:分钟|个?小时|个?学时|个?课时|个?月(?!份)|天|周|个?学期|个?工作日|个?学年)|多久|多长时间|期限", frozenset({"duration", "years", "date"})),
    (rf"(?<![第到从在]){_MANY}年(?!级|前)", frozenset({"years", "duration"})),
    (rf"{_MANY}(?:平方|亩|公顷)|面积(?:是|有|多)", frozenset({"area"})),
    (rf"多远|{_MANY}(?:公里|千米|米)", frozenset({"distance"})),
    (rf"{_MANY}分(?!钟|之|别|类|校|园)|分数线|录取线|加{_MANY}分", frozenset({"grade"})),
    (rf"{_MANY}(?:人次|场次|次|轮|回|趟|届|场)", frozenset({"times", "count"})),
    (rf"(?:{_SHARE_WORDS})[^。?？]{{0,20}}(?:多少|几|多高|多大)(?![个所名人项家])|{_MANY}的?(?:{_SHARE_WORDS})|占(?:了|到|全部|总数的)?{_MANY}(?![个所名人项家])", frozenset({"share", "points"})),
    (rf"{_MANY}(?:所|家|间|个?[^，,。?？\d]{{0,6}}(?:学校|幼儿园|园区|县|区|街道|乡镇|社区|单位|企业|高校|名校|点)(?!长))", frozenset({"institutions", "count"})),
    (rf"{_MANY}(?:{_PEOPLE}|个人|个?[^，,。?？\d]{{0,6}}{_PERSONS})|人数|总人次|人次(?:是|有|数|$)", frozenset({"people", "times"})),
    (rf"(?:{_SHARE_WORDS})[^，,。]{{0,8}}$", frozenset({"share", "points"})),
    (rf"{_MANY}多?[个项件条部篇种类批对组套台辆座本册张份门支队枚块处层级款片户顶扇艘把双](?!月|之)", _COUNTED),
)  # fmt: skip
_QUANTITIES_FOUND = tuple((re.compile(pattern), kinds) for pattern, kinds in _QUANTITIES)

_WHETHER = re.compile(r"会不会|是不是|是否|能不能|能否|可不可以|可否|要不要|有没有|用不用")
_ENDS_WHETHER = re.compile(r"(?:吗|没有?|[么不否])[呢啊呀]?[?？。！!]?$")
# Measure words that may count the same things; 个 counts anything.
_FAMILIES = (
    "枚块面座",
    "篇部本册份张",
    "所家间",
    "项件条",
    "批轮期次届场",
    "门节课",
    "对双组",
    "台套辆",
    "名人位",
    "支队",
    "处座幢栋",
)
_MEASURED = re.compile(
    r"(?:多少|(?<!哪)几)(?P<unit>[枚块面座篇部本册份张项件条批轮期届门节对双组台套辆支队处幢栋])(?![钱元])"
)
_CONTACT_WORDS = r"(?:电话|联系方式|热线|邮箱|微信号|公众号|网址|网站|链接)(?:号码?)?"
_CONTACT = re.compile(
    rf"{_CONTACT_WORDS}(?:分别)?(?:是|呢|多少|有吗|给我|告诉|几|哪)|(?:什么|哪个?|多少){_CONTACT_WORDS}"
    rf"|^(?!.*(?:什么|多少|哪|谁|几|怎|如何)).*{_CONTACT_WORDS}[?？吗呢]*$"
)
_ADDRESS = re.compile(r"地址|哪条路|哪条街|什么路(?!子)|几号楼|选址|在哪(?:里|儿)?(?:办公|上课)|位置|几楼|地点")
_DAY = re.compile(
    r"几月几[号日]|几[号日](?!楼)|哪一?天|哪几天|什么日期|日期|截止(?:时间|到)?(?:是|什么|哪|几)|哪一?日|几月份?|哪个?月"
)
_WHEN = re.compile(r"什么时[候间]|啥时候?|何时|几时|时间(?:是|安排|表|呢|$)|多会儿|(?:哪|何)一?年|时间点")
_REASON = re.compile(r"为什么|为何|为啥|怎么会|原因|凭什么|咋会")
_FILE = re.compile(
    r"(?:什么|哪[个份部些]?)(?:上级|政策|具体)?(?:的)?(?:文件|条例|法律|通知|行动方案)(?!中|里)|文件名|文件依据|依据是什么"
    r"|(?:依据|根据|按照|出台|印发|制定|落实|发布|参照)(?:的|了)?(?:是)?(?:什么|哪[个份部些]?|啥)(?:文件|办法|方案|条例|意见|规定|通知)"
    r"|(?:是|哪[个份]?)(?:哪[个份部]?)?上级文件"
)
_LIST = re.compile(
    r"哪些|有哪[几]?|哪几|哪[两二三四五六七八九十]|名单|清单|分别(?:是|叫|为|有)|包括什么|列[出全一]|逐一|全部|都有(?:什么|啥|谁)|各?叫什么"
)
_WHICH = r"(?:哪(?:一|几|些|[两二三四五六七八九十\d]+)?[个所家位座本名类种]?|(?:是|叫)?(?:什么|啥)|分到几个)"
_WHICH_ONES = r"(?:哪(?:一|几|些|[两二三四五六七八九十\d]+)?[个所家位座]?)"  # 「什么学校」 asks for a kind of school
# What kind of names a question wants, the first that fits; what may stand between 哪些 and the noun is short.
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("school", re.compile(rf"{_WHICH_ONES}[^，,。?？的]{{0,4}}(?:学校|高校|大学|中学|小学|幼儿园|名校|园(?!区)|校(?!长|区))|(?:学校|幼儿园|高校|名校|基地校|培育校|[园校])[,，]?(?:的)?(?:都)?(?:名单|叫(?:什么|啥)|有哪些|是哪|名称)|哪(?:一|几)?所")),
    ("body", re.compile(rf"{_WHICH}[^，,。?？的]{{0,4}}(?:部门|单位|处室|科室|机构|公司|企业|报(?:纸|社)|杂志|媒体|期刊|平台|组织|基金会)(?!化)|谁(?:来)?(?:负责|牵头|管|主管|承担|主办|开发)|(?:责任|牵头|主管|主办|承办)(?:部门|单位|处室)|哪家(?!单位)")),
    ("place", re.compile(rf"{_WHICH}(?:县|市|区|地方|地区|城市|国家|省|乡镇|街道|村|地)|哪里|哪儿|(?:在|去|到)哪(?!一?步|个?阶段|[一个]?年|种)|哪些地|县\(市、区\)名单")),
    ("person", re.compile(r"谁|(?:哪|几)[一两二三四五六七八九十几]?位|哪(?:一|几|些)?(?:个|名)?(?:人|老师|教师|校长|学生|代表)(?!数)")),
    ("named", re.compile(rf"叫(?:什么|啥)|名(?:字|称)(?:是|叫|呢|$)|什么名|名单|{_WHICH}[^，,。?？的]{{0,3}}(?:名称|品牌)")),
    ("listed", re.compile(rf"{_WHICH_ONES}[^，,。?？的]{{0,3}}(?:专业|项目|活动|课程|案例|奖项?|称号|荣誉|学科|工程|行动)|(?:分别|都|各)是(?:什么|啥)(?:专业|项目|活动|课程|学科|奖项?|称号)|(?:专业|项目|活动|课程|案例|称号|荣誉|学科|清单|品牌|工程|对象|种类|类型)(?:主要|具体|都|分别|一共)?(?:包括|包含|有|是|为|分为)(?:哪些|什么|哪几)|哪[几两二三四五六七八九十\d]+[个项类种张条块本份大门]")),
)  # fmt: skip

_EXPRESSES: dict[str, re.Pattern[str]] = {
    "contact": re.compile(r"\d{7,}|\d{3,4}-\d{7,8}|@|https?:|www\.|(?:电话|热线|微信|公众号|网址|网站|邮箱)[是为:：]?\s*\S+|123\d\d|12345"),
    "address": re.compile(r"[路街道巷弄]\s*\d+\s*号|地址[:：是为]|位于|坐落|选址[在于]|\d+号楼|大道|地块|小区|广场|大厦|[\u4e00-\u9fff]{2}(?:(?<![思出道线网铁公马门套电通])路(?![径线由过上])|街(?!道))|超市|[\u4e00-\u9fff]{2}店"),
    "day": re.compile(r"\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}[日号]|[一二三四五六七八九十]{1,2}月(?!份?考)|月底|月初|[上中下]旬|元旦|春节|国庆"),
    "when": re.compile(
        r"(?:19|20)\d{2}(?![\d%])|\d+月|\d+[日号](?!楼)|[春夏秋冬]季|[春秋暑寒]假|学期|学年|年内|年底|月底|近期|期间|年前|“?十[三四五六]五”?|\d+年|每[年月周]|起施行"
    ),
    "reason": re.compile(r"因(?!材|地|人|素)|由于|为了|以便|旨在|目的|原因|鉴于|为[^，,。]{2,30}(?:[，,]|，)|出于|基于|考虑到"),
    "file": re.compile(r"《[^》]+》|〔\d{4}〕"),
}  # fmt: skip

_QUOTED_NAME = re.compile(r"《([^《》]{2,60})》|[“「『\"]([^“”「」『』\"]{2,30})[”」』\"]")
_ENUMERATED = re.compile(r"[^，,。；;：:！!？?\n、]{1,40}(?:、[^，,。；;：:！!？?\n、]{1,40})+")
_HAN = r"[\u4e00-\u9fff]"
_BODY = re.compile(
    rf"{_HAN}{{1,14}}?(?:局|委员会|部门|政府|办公室|厅|中心|联盟|公司|研究院|医院|报社|杂志|处室|党委|工委|协会|基金会|机关|教育部|国务院|工作部|小组|科学院)"
    rf"|{_HAN}{{0,10}}(?:大学|学院)(?!生|生们)"
)
_ELSEWHERE = re.compile(rf"[国境](?:\([国境]\))?外|海外|市域|市本级|各地|各县|全市|{_HAN}{{2,3}}(?:乡|镇|街道|村|社区)")
_GROUP = re.compile(rf"{_HAN}{{2,10}}(?:企业|机构|人员|行业)")
_SOMEWHERE = re.compile(
    rf"(?:网站|https?:|www\.|app|小程序|公众号|平台|专栏|窗口|大厅|现场)|(?:[在到于至]){_HAN}{{2,12}}(?:路|街|镇|园|店|场|厅|馆|站|院|楼|中心|窗口)"
)
# A school of its own: the name of a place, a part of the country or a number stands before what it is.
_SCHOOL = re.compile(
    rf"(?:[东西南北中]{{2}}|第[一二三四五六七八九十]+|实验|附属|中国|国防){_HAN}{{0,8}}(?:大学|学院|中学|小学|学校|幼儿园)"
    rf"|(?!在|各|所|支持|推动|鼓励){_HAN}{{2,8}}(?:大学|学院)(?!生)"
)
_LOCAL_SCHOOL = re.compile(rf"[市县区]?{_HAN}{{0,8}}?(?:大学|学院|中学|小学|学校|幼儿园|[一二三四五六七八九十]中)")
_PERSON = re.compile(rf"(?:代表|教师|老师|校长|同志|学生|局长|书记|主任|中学|大学){_HAN}{{2,3}}(?=[、，,。获在为])")
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of thing answers a question.

    Attributes:
        kind: figure, contact, address, day, when, reason, file, name or other.
        quantities: For a figure, the kinds of quantity that answer.
        lists: Whether all of several things are wanted.
        said: Values of the quantities that the question says itself.
        question: As it was asked, folded, without white space and punctuation.
        names: For names, of what: school, body, place, person, named (anything that has one) or listed (several things).
        head: For a figure, the words for what is counted or measured: 学位 of 「多少个学位」; empty if not clear.
        unit: The measure word that the question counts by; empty if none, or one that counts anything.
        facts: How many things of its kind are asked for; many where all of them are.
        regions: Those of the documents, whose counties go by short names.
    """

    kind: str
    quantities: frozenset[QuantityKind]
    lists: bool
    said: frozenset[Decimal]
    question: str
    names: str = ""
    regions: frozenset[str] = frozenset()
    facts: int = 1
    head: str = ""
    unit: str = ""

    def fits(self, text: str, in_table: bool = False) -> bool:
        """Tell whether a text states a thing of the kind wanted that the question does not say itself.

        Args:
            text: A stretch of a document.
            in_table: Whether it is from a table, where the column says what a number without a unit measures.
        """
        if self.kind == "figure":
            bare = in_table and any(quantity.kind == "plain" for quantity in quantities(text))
            return bare or any(True for _ in self.stated(text))
        if self.kind == "name":
            return any(True for _ in self._new_names(text))
        return self.kind not in _EXPRESSES or any(True for _ in self.expressions(text))

    def expressions(self, text: str) -> Iterator[str]:
        """Yield the dates, numbers, file names or reasons of a text that the question does not say."""
        for match in _EXPRESSES[self.kind].finditer(without_number(text)):
            if _letters(match[0]) not in self.question:
                yield match[0]

    def stated(self, text: str) -> Iterator[Quantity]:
        """Yield the quantities of a text that answer, of a kind that is wanted and not those the question says.

        The number of a clause is no figure that answers; offsets are those of the text without it.
        """
        bare = without_number(text)
        for found in quantities(bare):
            if found.kind in self.quantities and found.value not in self.said and self._counts_alike(found.unit):
                yield found
        if "share" in self.quantities:
            for match in re.finditer(r"全覆盖|全部|一半|半数|过半|零", bare):
                yield Quantity(match.start(), match.end(), Decimal(1), match[0], "share")
        if "rank" in self.quantities:
            for match in re.finditer(r"首位|首次|首部|首个|唯一|前列|榜首", bare):
                yield Quantity(match.start(), match.end(), Decimal(1), match[0], "rank")

    def _counts_alike(self, unit: str) -> bool:
        """Tell whether a measure word may count what the question counts."""
        if not self.unit or unit in ("", "个", self.unit):
            return True
        return any(self.unit in family and unit in family for family in _FAMILIES)

    def _new_names(self, text: str) -> Iterator[str]:
        """Yield what a text names of the kind wanted; it may yield the same name in several forms."""
        found: list[str] = []
        quoted = [match[1] or match[2] for match in _QUOTED_NAME.finditer(text)]
        if self.names == "named" or (self.names == "listed" and len(quoted) > 1):
            found += quoted
        if self.names in ("named", "person"):
            found += [match[0] for match in _PERSON.finditer(text)]
        if self.names == "body":
            found += [match[0] for match in _GROUP.finditer(text)]
        if self.names in ("body", "person"):
            found += [match[0] for match in _BODY.finditer(text)]
        if self.names == "place":
            found += [match[0] for match in _SOMEWHERE.finditer(text)]
            found += quoted
            found += [place.short for place in places_in(text, self.regions)]
            found += [match[0] for match in _ELSEWHERE.finditer(text)]
        if self.names in ("school", "place"):
            found += [match[0] for match in _SCHOOL.finditer(text)]
            found += [name for name in self._local_schools(text)]
        if self.names in ("named", "listed"):
            found += [item for match in _ENUMERATED.finditer(text) for item in match[0].split("、")[:-1]]
        return (name for name in found if self._is_new(name))

    def _local_schools(self, text: str) -> Iterator[str]:
        for place in places_in(text, self.regions):
            for start in (m.end() for m in re.finditer(re.escape(place.short), text)):
                if school := _LOCAL_SCHOOL.match(text, start):
                    yield place.short + school[0]

    def _is_new(self, item: str) -> bool:
        """Tell whether a name says something that the question did not."""
        letters = _letters(item)
        return bool(letters) and letters not in self.question and not (self.question and self.question in letters)


def wanted_of(query: Query, regions: Collection[str] = ()) -> Wanted:
    """Return what kind of thing answers a question."""
    question = query.question
    said = frozenset(found.value for found in quantities(question) if found.kind not in _WHEN_KINDS)
    kind, kinds = _kind_of(question, query)
    names = _names_of(question) if kind == "name" else ""
    lists = _LIST.search(question) is not None
    facts = _MANY_FACTS if lists or _EACH.search(question) else max(1, len(re.findall(_MANY, question)))
    measured = _MEASURED.search(question)
    return Wanted(
        kind=kind,
        quantities=kinds,
        lists=lists,
        said=said,
        question=_letters(question),
        names=names,
        regions=frozenset(regions),
        facts=facts,
        head=_head(question) if kind == "figure" else _thing(question) if kind == "other" else "",
        unit=measured["unit"] if measured and kind == "figure" else "",
    )


_MEASURE = r"[个所名位家间项条件次枚块对部篇份门支座台人户张本套批轮场届年岁元分种类点处层级]"
_COUNTED_BEHIND = re.compile(
    rf"(?:{_MANY}(?:万|亿)?(?:{_MEASURE}|来)?(?P<head>(?:(?![的了呢啊吗呀吧才能就可以要来])[\u4e00-\u9fff]){{2,8}})|(?P<rate>[\u4e00-\u9fff]{{0,4}}(?:{_SHARE_WORDS})))"
)
_NOT_HEAD = re.compile(
    r"\([^()]*\)|(?:(?:19|20)\d{2}|[12]\d)年?[底末度]?|今年|去年|明年|前年|上年|本年"
    r"|一共|总共|共计|目前|现在|大概|实际|已经|打算|准备|力争|计划|目标(?:数|值)?|任务数?|完成情况|完成数|总数|数量|分别|各自|连着|连续"
)
_SAID_OF_HEAD = re.compile(
    r"(?:新增|增加|建成?|创成|评出?|做到?|干|搞到?|弄到?|改造|打造|拿到?|招收?|有|是|为|达到?|到|要|想|了|加|涨|过|占|进|共|设|开|出台|覆盖|惠及|培训|选派|选评|完成|保证|定|在|提升的?|又|的|得|上升|认定|新|会|能|可以|找|查|给|交|让)+$"
)
_LAST_WORDS = re.compile(r"[\u4e00-\u9fff]+$")
_LONGEST_HEAD = 6
_PEOPLE_ONLY = re.compile(r"(?:个|名|位)?人(?:次|数)?$|人次")


_THING = re.compile(r"(?:什么|哪些|啥)样?的?(?P<head>(?:(?![的了呢啊吗呀吧要能可会是有])[\u4e00-\u9fff]){2,4})")
# They ask what is done or said, and need not be said themselves.
_ANYTHING = re.compile(
    r"内容|措施|做法|举措|要求|变化|意思|情况|工作|安排|打算|办法|事情?|东西|动作|作用|态度|方面|新|路子|好处|帮|时候|影响|机会|活动|政策|规定|计划|成绩|成果|进展|程度|阶段|水平|奖|部署|方式|渠道|进度|支持|服务|地方|人|叫"
)


def _thing(question: str) -> str:
    """Return what a question wants to know of something: 材料 of 「要带什么材料」; empty if it is anything."""
    named = _THING.search(question)
    return named["head"] if named and not _ANYTHING.match(named["head"]) else ""


def _head(question: str) -> str:
    """Return what a figure is asked of: what stands behind 「多少个」, or else before it."""
    behind = _COUNTED_BEHIND.search(question)
    if behind and (behind["rate"] or not _PEOPLE_ONLY.match(behind["head"])):
        return behind["head"] or behind["rate"]
    asking = re.search(_MANY, question)
    before = _NOT_HEAD.sub(" ", question[: asking.start()] if asking else question).rstrip(" ,，、:：")
    words = _LAST_WORDS.search(_SAID_OF_HEAD.sub("", before).rstrip(" ,，"))
    named = words[0].split("的")[-1] if words else ""
    return named[-_LONGEST_HEAD:] if len(named) > 1 else ""


_MANY_FACTS = 99
_WHEN_KINDS = {"date", "calendar", "clock"}
_EACH = re.compile(r"分别|各(?:自|是|有|占|为)|几个数|都是多少")


def _names_of(question: str) -> str:
    return next((names for names, pattern in _NAMES if pattern.search(question)), "")


def _kind_of(question: str, query: Query) -> tuple[str, frozenset[QuantityKind]]:
    none: frozenset[QuantityKind] = frozenset()
    ends = question.rstrip(" ?？。!！呢吗啊呀吧的")
    if query.asked == "wording" or _WHETHER.search(question):
        return "other", none
    for kind, pattern in (("contact", _CONTACT), ("address", _ADDRESS), ("day", _DAY)):
        if pattern.search(question):
            return kind, none
    for pattern, kinds in _QUANTITIES_FOUND:
        if pattern.search(ends):
            return "figure", kinds
    for kind, pattern in (("when", _WHEN), ("file", _FILE), ("reason", _REASON)):
        if pattern.search(question):
            return kind, none
    if _names_of(question):
        return "name", none
    if query.asked == "figure" and not _ENDS_WHETHER.search(question):
        return "figure", _FIGURES | {"rank"}
    return "other", none


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text)
