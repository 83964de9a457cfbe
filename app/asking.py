"""The words of a question that say what kind of thing is asked.

Each list is looked through in order, and the first that fits decides; an example stands beside what is not plain.
Questions are folded.
"""

from __future__ import annotations

import re

from app.quantities import QuantityKind

Kinds = frozenset[QuantityKind]

_HAN = r"[\u4e00-\u9fff]"
# Not 「花几千块」, 「这几年」, 「前几天」.
MANY = r"(?:多少|好?(?<![哪十没这那近])(?!(?<=(?<!提)前)几[年天月周])几(?![十百千万]|分之))"
_MEASURE = r"[个所名位家间项条件次枚块对部篇份门支座台人户张本套批轮场届年岁元分种类点处层级折成倍]"
_OTHER_MEASURES = r"[个项件条部篇种类批对组套台辆座本册张份门支队枚块处层级款片户顶扇艘把双]"
_SHARE = r"占比|比例|比率|比重|百分比"
_RATE = (
    rf"(?:{_SHARE}|占有率"
    r"|(?<![效功频速汇税利心概])率(?!先|全|领|队|真))"  # not 效率, 率先
)
_PEOPLE = r"(?:人(?!次|均)|名(?!校|师|称|单|字|额|录|次)|位(?!置|于)|个人)"
_PERSONS = (
    r"(?:老师|教师|学生(?!会|成长)|校长|考生|家长|班主任|幼儿(?!园)|孩子|毕业生|市民|员工|人员|专家|新生|医生|干部"
    r"|博士(?!学?位?点)|硕士(?!学?位?点|专))"  # not 博士点
)
# What belongs to persons or is for them is counted itself: 「多少个学生社团」.
_NOT_THEIRS = (
    r"(?!(?:的|优秀|艺术|体育|科技)*"
    r"(?:社团|艺术团|团队?|食堂|宿舍|公寓|座位|[床学岗]位|作品|活动|项目|课程|基地|工作室|之家|平台))"
)
_INSTITUTIONS = r"(?:学校|幼儿园|园区|县|区|街道|乡镇|社区|单位|企业|高校|名校|点)(?!长)"
_COST = (
    r"(?:收费|费用|价格|价钱|工资|月薪|年薪|奖金|预算|金额|额度|限额|总?投资|资金|经费|拨款|补贴|补助|津贴|罚款|奖励|押金)"
    r"(?:标准)?(?:总?额)?(?:分别|各|大概|每人|每生)?(?:每[年月天次]|一[年次]|一?个月|[每一]?个?学期)?(?:是|为|有|要|给|发|达到?|定|能拿|能领|拿|领)?"
)
_MONEY = (
    rf"{MANY}(?:钱|元|块钱|块(?=[吧吗呢啊?？]|$)|万元|亿元?(?!人|个|次))"
    r"|(?:学|杂|费|餐|保教|托育|住宿|培训|报名|体检)费(?![^?？]*(?:谁|哪))"
    rf"|{_COST}(?:多少|几|怎么收|多大|多高|贵)(?!的?(?:比[例重]|份额|个?百分|成))"
    rf"|(?:花|交|收|发|给|奖|罚|补|掏|缴|付|贷|领|赔|提取)(?:了|费)?{MANY}(?!{_PERSONS}|[个所名人位次篇本张岁周天月年点届批轮件条项家间分折成倍只头匹辆台门棵])"
    r"|贵不贵|规模(?:有|是)?多大|规模(?:有|是)?多少万?元"
)
COUNTED: Kinds = frozenset({"count", "institutions", "people", "times", "plain", "grade"})
ANY_FIGURE: Kinds = COUNTED | {"share", "money", "duration", "age", "area", "distance", "measure"}

_QUANTITIES: tuple[tuple[str, Kinds], ...] = (
    (
        rf"(?:上浮|下浮|浮动|涨幅|降幅|提高|增长|下降)(?:了|到)?{MANY}(?![个所名人项家年天月次])",
        frozenset({"share", "points", "money"}),
    ),
    (rf"报销{MANY}|报{MANY}(?=[吗呢啊?？]|$)", frozenset({"share", "money"})),
    (rf"百分之(?:几|多少)|{MANY}成(?![立果员为长就绩])|{MANY}折|{MANY}%", frozenset({"share"})),
    # 「退多少」 is answered by 80%, 「少交多少」 by 减半.
    (
        rf"(?:退[还回给]?|[减免]免?|少[交收报缴付]|多[交收报缴付]|打)[^，,。?？]{{0,6}}{MANY}(?!{_PERSONS}|[个所名人位次岁周天月年届批])",
        frozenset({"money", "share", "points"}),
    ),
    (_MONEY, frozenset({"money"})),
    (
        rf"(?:排名?第|位居第?|居第|排第|排在第|第){MANY}(?:位|名)?(?![批轮届条章节期次部所个家])"
        r"|(?:名次|排名|位次)(?:是|如何|怎么样|多少|呢|$)",
        frozenset({"rank"}),
    ),
    (rf"第{MANY}[批轮届条章节期次部个]", frozenset({"rank"})),
    (rf"{MANY}个?百分点", frozenset({"points", "share"})),
    (r"面积[^，,。?？]{0,12}多大|多大的?(?:地方|地儿|场地|空间|面积)", frozenset({"area"})),
    (r"多大的?(?:比[例重]|份额)", frozenset({"share", "points"})),
    (
        rf"{MANY}(?:周?岁)|多大(?:年龄|岁数)?(?=[能可才的就]|$)|年龄(?:是|要求|限制)?(?:多少|多大)",
        frozenset({"age"}),
    ),
    (rf"{MANY}点(?:钟|半|开始|放学|上学|结束)?(?![^吗呢啊?？]*分)|什么时[刻辰]", frozenset({"clock"})),
    (
        rf"(?:多久|多长时间|{MANY}个?[年月天周](?!级|之?内))[^，,。?？]{{0,12}}[一1][次回趟轮遍发换]|多(?:久|长时间)(?:给|为)[^，,。?？]{{1,8}}[测评查检]",
        frozenset({"frequency", "duration", "years", "times"}),
    ),
    (
        rf"{MANY}(?:分钟|秒|个?小时|个?学时|个?课时|个?月(?!份)|天|周|个?学期|个?工作日|个?学年)|多久|多长时间|期限",
        frozenset({"duration", "years", "date"}),
    ),
    (rf"(?<![第到从在几]){MANY}年(?!级|前)", frozenset({"years", "duration"})),
    (rf"{MANY}(?:平方|亩|公顷)|面积(?:是|有|多)|面积[^，,。?？]{{0,6}}{MANY}", frozenset({"area"})),
    (rf"多远|{MANY}(?:公里|千米|米)", frozenset({"distance"})),
    (rf"{MANY}分(?!钟|之|别|类|校|园)|分数线|录取线|加{MANY}分", frozenset({"grade"})),
    (rf"{MANY}(?:人次|场次|次|轮|回|趟|届|场|遍)", frozenset({"times", "count"})),
    (
        rf"{_RATE}[^。?？]{{0,20}}(?:多少|几|多高|多大)(?![个所名人项家])|{MANY}的?{_RATE}"
        rf"|占(?:了|到|全部|总数的)?{MANY}(?![个所名人项家])",
        frozenset({"share", "points"}),
    ),
    (rf"{MANY}(?:所|家|间|个?[^，,。?？\d]{{0,6}}{_INSTITUTIONS})", frozenset({"institutions", "count"})),
    (
        rf"{MANY}(?:{_PEOPLE}|个?[^，,。?？\d]{{0,6}}{_PERSONS}{_NOT_THEIRS})|人数|总人次|人次(?:是|有|数|$)",
        frozenset({"people", "times"}),
    ),
    (rf"{_RATE}[^，,。]{{0,8}}$", frozenset({"share", "points"})),
    (rf"{MANY}多?{_OTHER_MEASURES}(?!月|之)", COUNTED),
)
QUANTITIES = tuple((re.compile(pattern), kinds) for pattern, kinds in _QUANTITIES)

# The size of a thing is no age: 「照片要多大的」.
SIZE = re.compile(r"(?:照片|相片|证件照|纸|字号?|字体|教室|场地|房子?|力度)[^。?？]{0,14}多大")

# They ask what is done, whatever else they name: 「报名人数超过计划怎么办」.
HOW = re.compile(r"(?:怎么|咋|如何|怎样)(?:办|处理|安排|弄|解决|操作|处罚|算)[呢啊呀]?[?？。!！]?$")
# What follows where a rule is broken, or not met.
FOLLOWS = re.compile(r"(?:怎么?|咋|如何)(?:处理|处罚|处分|罚)|会(?:怎么?样|咋样)|后果|处罚|处分|罚")
WHETHER = re.compile(r"(?![贵多高大远久])([\u4e00-\u9fff])不\1|是否|能否|可不可以|可否|有没有")
ASKS_FOR = re.compile(r"多|几|什么|啥|哪|谁|怎|何|百分|率")
ENDS_WHETHER = re.compile(r"(?:吗|没有?|[么不否])[呢啊呀]?[?？。！!]?$")


def asks_whether(question: str) -> bool:
    """Tell whether a question asks if something is so, and for no thing: 「一定得上吗」."""
    whether = WHETHER.search(question) or ENDS_WHETHER.search(question)
    return whether is not None and not ASKS_FOR.search(question)


_CONTACT = r"(?:电话|联系方式|热线|邮箱|微信号|公众号|网址|网站|链接)(?:号码?)?"
_RULES = r"(?:文件|办法|方案|条例|意见|规定|通知)"
# Asked before the figures: 「电话是多少」 asks for none.
FIRST: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "contact",
        re.compile(
            rf"{_CONTACT}(?:分别)?(?:是|呢|多少|有吗|给我|告诉|几|哪)|(?:什么|哪个?|多少){_CONTACT}"
            rf"|^(?!.*(?:什么|多少|哪|谁|几|怎|如何)).*{_CONTACT}[?？吗呢]*$"
        ),
    ),
    (
        "address",
        re.compile(
            r"地址|哪条路|哪条街|什么路(?!子)|几号楼|选址|在哪(?:里|儿)?(?:办公|上课)|(?<![个些])位置|几楼|地点"
        ),
    ),
    (
        "day",
        re.compile(
            r"几月几[号日]|几[号日](?!楼|窗|线|厅|门|院)|哪[一几两二三]?天|什么日期|日期|截止(?:时间|到)?(?:是|什么|哪|几)|哪一?日|几月份?"
        ),
    ),
)
# Asked after them: 「多少人，什么时候」 is first a question for a figure.
LAST: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            r"什么时[候间]|啥时候?|何时|几时|哪[几两二三四]?个(?:月|学期|季节|学年)|时间(?:是|安排|表|呢|$)|多会儿|(?:哪|何)一?年|几几年|时间点"
        ),
    ),
    (
        "file",
        re.compile(
            r"(?:什么|哪[个份部些]?)(?:上级|政策|具体)?(?:的)?(?:文件|条例|法律|通知|行动方案)(?!中|里)"
            r"|哪[个份部本张](?:表|目录|名录|规范|标准|大纲|字表|手册|指南|纲要)"
            r"|文号|文件名|文件依据|依据是什么|(?:是|哪[个份]?)(?:哪[个份部]?)?上级文件"
            rf"|(?:依据|根据|按照|出台|印发|制定|落实|发布|参照)(?:的|了)?(?:是)?(?:什么|哪[个份部些]?|啥){_RULES}"
        ),
    ),
    (
        "reason",
        re.compile(
            r"(?<![改整变设定称作分成名])为什么|为何|为啥|怎么会|原因|凭什么(?!就?[能可]|证|条件|入|办|领|参加|进)|咋会"
        ),
    ),
)

_WHICH = r"(?:哪(?:一|几|些|[两二三四五六七八九十\d]+)?[个所家位座本名类种]?|(?:是|叫)?(?:什么|啥)|分到几个)"
_WHICH_ONES = r"(?:哪(?:一|几|些|[两二三四五六七八九十\d]+)?[个所家位座]?)"  # 「什么学校」 asks for a kind of school
_NEAR = r"[^，,。?？的]"
_OFFICE = r"(?:[理董]事长|会长|秘书长|主席|[局校院处科园市县馆站所镇乡村]长|主任|书记|负责人|联系人|班主任)"
_ITEMS = r"(?:专业|项目|活动|课程|案例|称号|荣誉|学科|清单|品牌|工程|对象|种类|类型)"
NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("official", re.compile(rf"{_OFFICE}{_NEAR}{{0,4}}(?:叫|姓|名字|是哪|是谁)|哪[一个位]*{_OFFICE}")),
    (
        "school",
        re.compile(
            rf"{_WHICH_ONES}{_NEAR}{{0,4}}(?:学校|高校|大学|中学|小学|幼儿园|名校|园(?!区)|校(?!长|区))"
            r"|(?:学校|幼儿园|高校|名校|基地校|培育校|[园校])[,，]?(?:的)?(?:都)?(?:名单|叫(?:什么|啥)|有哪些|是哪|名称)"
            r"|哪(?:一|几)?所|[校园](?:都)?(?:有|是)谁"
        ),
    ),
    (
        "company",
        re.compile(
            rf"{_WHICH}{_NEAR}{{0,4}}(?:公司|企业|厂家|厂|商家|店家|供应商)|谁(?:生产|承包|供应|配送|中标)|哪家(?:生产|承包|供应|做|卖|中标)"
        ),
    ),
    (
        "body",
        re.compile(
            rf"{_WHICH}{_NEAR}{{0,4}}(?:部门|单位|处室|科室|机构|报(?:纸|社)|杂志|媒体|期刊|平台|组织|基金会)(?!化)"
            r"|(?:设|挂靠?|放)在哪(?:个单位|个部门|儿|里|$|[?？])"
            r"|谁(?:来)?(?:负责|牵头|管|主管|承担|主办|开发)|(?:责任|牵头|主管|主办|承办)(?:部门|单位|处室)|哪家(?!单位)"
        ),
    ),
    (
        "place",
        re.compile(
            rf"{_WHICH}(?:县|市|区|地方|地区|城市|国家(?!级|验收|标准|规定|政策|奖|重点|荣誉)|省|乡镇|街道|村|(?<!本)地)|哪里|哪儿|哪些地|县\(市、区\)名单"
            r"|(?:在|去|到)哪(?!一?步|个?阶段|[一个]?年|种)"
        ),
    ),
    (
        "person",
        re.compile(
            r"谁|(?:哪|几)[一两二三四五六七八九十几]?位"  # 「哪些人」 asks who they may be, not for names
            r"|哪(?:一|几)?(?:个|名)?(?:人|老师|教师|校长|学生|代表)(?!数)"
        ),
    ),
    (
        "named",
        re.compile(rf"叫(?:什么|啥)|名(?:字|称)(?:是|叫|呢|$)|什么名|名单|{_WHICH}{_NEAR}{{0,3}}(?:名称|品牌)"),
    ),
    (
        "listed",
        re.compile(
            rf"{_WHICH_ONES}{_NEAR}{{0,3}}(?:专业|项目|活动|课程|案例|奖项?|称号|荣誉|学科|工程|行动)"
            r"|(?:分别|都|各)是(?:什么|啥)(?:专业|项目|活动|课程|学科|奖项?|称号)"
            rf"|{_ITEMS}(?:主要|具体|都|分别|一共)?(?:包括|包含|有|是|为|分为)(?:哪些|什么|哪几)"
            r"|哪[几两二三四五六七八九十\d]+[个项类种张条块本份大门]"
        ),
    ),
)

_ONE_ASKED = re.compile(
    r"多少|(?<!好)几(?=[个天年月号点所家名人次元块岁成折间倍项种级档])|哪|谁|什么|怎么|咋|啥|如何|多[久长大高远]|吗|[么不](?=[,，?？]|$)"
    r"|能不能|可不可以|是不是|要不要|有没有"
)


def asks_several(question: str) -> bool:
    """Tell whether a folded question asks more than one thing: 「在哪办，几点下班」."""
    return len(_ONE_ASKED.findall(question)) > 1


LISTS = re.compile(
    r"哪些|有哪|哪(?:几|[两二三四五六七八九十])(?![天日号])|名单|清单|分别(?:是|叫|为|有)|包括什么|列[出全一]|逐一|全部"
    r"|都有(?:什么|啥|谁)|各?叫什么"
)
EACH = re.compile(r"分别|上下限|各(?:自|是|有|占|为|[交缴出要收补占])|几个数|都是多少")
MEASURED = re.compile(
    r"(?:多少|(?<!哪)几)(?P<unit>[枚块面座篇部本册份张项件条批轮期届门节对双组台套辆支队处幢栋])(?![钱元])"
)

# 「多少个带头人和骨干教师」 asks for two figures.
TWO_COUNTED = re.compile(
    rf"{MANY}{_MEASURE}?(?:(?![和与及]){_HAN}){{2,8}}[和与及、](?:(?![和与及的]){_HAN}){{2,8}}[?？]?$"
)

COUNTED_BY = re.compile(rf"{MANY}(?P<measure>人次|[所名人家间项件次枚块对部篇份门支座台张本批轮场届])")

_NOUN = rf"(?:(?![不的了呢啊吗呀吧才能就可以要来今去明又也还]){_HAN})"
_COUNTED_BEHIND = re.compile(
    rf"(?:(?<!第){MANY}(?:万|亿)?(?:{_MEASURE}|[来回趟遍])?(?![折成倍]|个(?![人体]))(?P<head>{_NOUN}{{2,8}})|(?P<rate>{_HAN}{{0,4}}{_RATE}))"
)
_ENDS_SHARE = re.compile(rf"的?(?:{_SHARE})$")
_NAMES_NOTHING = re.compile(
    rf"(?:个|名|位)?人(?:次|数)?$|人次|[一每]?个?[年月天日周次](?:[呢啊吗]|$)|钱|[块元]钱?|现在|原来|[年月天日周]之?[内前后]|超[过出]|.*{MANY}"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_NOT_HEAD = re.compile(
    r"(?:(?:19|20)\d{2}|[12]\d)年?[底末度]?|今年|去年|明年|前年|上年|本年"
    r"|一共|总共|共计|目前|现在|大概|实际|已经|打算|准备|力争|计划(?!数)|目标(?!数)值?|任务数?|完成情况|(?:完成|计划|目标)数|总数|数量"
    r"|(?<![\d十])[一每]个?(?:月|年|天|日|次|学期|学年|小时|期|趟|顿)(?![级以内])|百分之|这边|那边|这里|那里|顶多|最多|最少|至少|除了.*|一起|分别|各自?(?=是|有|占|达|为|要|$)|连着|连续|[跟和与同]?(?:比一比|对比|比较|相比|比起来|比)(?![例率重值])|两年"
)
# They say that there is a figure, not of what.
_ANY_MEASURE = re.compile(r"的?(?:规模|数量|数字|数据|个数|总量|情况|指标|水平|进展|[和与、])+$")
_SAID_OF_HEAD = re.compile(
    r"(?:新增|增加|建成?|创成|评出?|做到?|干|搞到?|弄到?|改造|打造|拿到?|招收?|有|是|为|达到?|到|要|想|了|加|涨|过|占"
    r"|进|共|设|开|出台|覆盖|惠及|培训|选派|选评|完成|保证|定|在|提升的?|又|的|得|上升|认定|新|会|能|可以|找|查|给|交|让|各?领"
    r"|培育|扶持|遴选|举办|组织|安排|启动|[罚扣奖赔]|被|按|评选?|立项|选树|命名|推出|投用|改建|最多|最少|最高|最低|至少|每[月年次天人]?)+$"
)
_LAST_WORDS = re.compile(rf"{_HAN}+$")
_LONGEST_HEAD = 9

_THING = re.compile(
    rf"(?:什么|哪些|啥)样?的?(?P<head>(?!能|会|可|算)(?:(?![的了呢啊吗呀吧要能可会是有]){_HAN}){{2,4}})"
)
# They ask what is done or said, and need not be said themselves.
_ANYTHING = re.compile(
    r"内容|措施|做法|举措|要求|变化|意思|情况|工作|安排|打算|办法|事情?|东西|动作|作用|态度|方面|新|路子|好处|帮|时候"
    r"|影响|机会|活动|政策|规定|计划|成绩|成果|进展|程度|阶段|水平|奖|部署|方式|渠道|进度|支持|服务|地方|人|叫"
)


# 「要动哪些地方」 asks for respects, not places.
_RESPECTS = re.compile(r"(?:动|改|变|调整|注意|不同|不一样|优化|完善|欠缺|不足)[^，,。?？的]{0,4}哪些?(?:个|些)?地方")


def names_asked(question: str) -> str:
    """Return what a question wants the names of, as `app.naming` calls it; empty if it wants none."""
    question = _RESPECTS.sub("", question)
    return next((names for names, pattern in NAMES if pattern.search(question)), "")


def figure_head(question: str) -> str:
    """Return what a figure is asked of: what stands behind 「多少个」, or else before it; empty if that is not clear.

    >>> figure_head("普高的特色学科2024年底有多少个"), figure_head("评选了多少名新锐教师")
    ('特色学科', '新锐教师')
    """
    behind = _COUNTED_BEHIND.search(question)
    if behind and (behind["rate"] or not _NAMES_NOTHING.match(behind["head"])):
        return behind["head"] or _of_what(behind["rate"])
    asking = re.search(rf"(?:排名?|位居)?第?{MANY}|多[久长远快]", question)
    said = _BRACKETS.sub("", question[: asking.start()] if asking else question)
    before = _NOT_HEAD.sub(" ", said).rstrip(" ,，、:：")
    while (bare := _ANY_MEASURE.sub("", _SAID_OF_HEAD.sub("", before)).rstrip(" ,，和与")) != before:
        before = bare
    words = _LAST_WORDS.search(before)
    named = re.split("[的和及与]", words[0])[-1] if words else ""
    return named[-_LONGEST_HEAD:] if len(named) > 1 and not _NO_NOUN.search(named) else ""


# Before 「罚多少」 stands what somebody does or leaves undone: 「遛狗不捡屎」, 「说了不听」.
_NO_NOUN = re.compile(r"[不没了呢吗]|自己|[听完过贵前后算]$|还$")


def _of_what(rate: str) -> str:
    """Return what a share is asked of: 幼儿园 of 「幼儿园的占比」, the same word is said of all shares."""
    thing = _ENDS_SHARE.sub("", rate)
    return thing if len(thing) > 1 else rate


def counts_explicitly(question: str) -> bool:
    """Tell whether a figure is asked of what stands behind 「多少个」: 「几个一级指标」, not 「几年上升了」."""
    behind = _COUNTED_BEHIND.search(question)
    named = behind is not None and behind["head"] and not _NAMES_NOTHING.match(behind["head"])
    return bool(named) and re.search(rf"{MANY}[年成折倍]", question) is None


_ATTRIBUTES = re.compile(r"材料|证件|证明|手续|流程|程序|条件|资格|标准|学历|教材|题型|科目|待遇|福利|后果|处罚|名额")


def is_attribute(thing: str) -> bool:
    """Tell whether a thing asked about is one that a text either gives or does not: 材料, 条件, 流程."""
    return _ATTRIBUTES.match(thing) is not None


def thing_asked(question: str) -> str:
    """Return what a question wants to know of something: 材料 of 「要带什么材料」; empty if it is anything."""
    named = _THING.search(question)
    return _VERB_BEHIND.sub("", named["head"]) if named and not _ANYTHING.match(named["head"]) else ""


_VERB_BEHIND = re.compile(r"(?<=..)[算发定评办给收交报]$")  # 「按什么标准算」


# What happens on a day: the year alone does not say when 「什么时候报名」.
ON_A_DAY = re.compile(
    r"报名|报到|登记|填报|填志愿|确认|缴费|交费|面试|笔试|考试|开学|放假|录取|公布|派位|摇号|体检|注册|领取|发放|办理|受理|开放"
)


_DEFINED = re.compile(
    r"(?:.*[,，。])?(?:请问)?(?:(?:里|中|上|所说|所称|规定)的)?(?:什么是|什么叫做?|啥叫|啥是|何谓|何为)(?P<behind>[^,，。?？]{2,16})"
    r"|(?:.*(?:[,，。]|里的|中的|所说的|所称的|上的))?(?P<before>[^,，。?？的]{2,16}?)(?:这个词|一词)?"
    r"(?:是(?:什么|啥)意思|(?:什么|啥)意思|是?指(?:的是)?(?:什么|谁|哪些?人?|啥)|怎么界定|如何界定|的定义(?:是什么)?|怎么定义)"
)


def term_asked(question: str) -> str:
    """Return the term whose meaning a folded question asks for: 信访 of 「什么叫信访」; empty if it asks for none."""
    found = _DEFINED.fullmatch(question.strip(" ?？。!！呢啊呀"))
    return re.sub('[“”「」"《》]', "", found["behind"] or found["before"]) if found else ""
