"""What keeps an extract from answering although it is near: another place, year, name, thing, payment, stage.

Each check gives a reason in words, which the answer's steps show; the confidence model judges the rest, and how much it
matters that nothing of the kind asked for is stated: docs/decisions/0026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.confidence import confidence, unfit
from app.extraction import Extract
from app.followups import NEXT_TO_TODAY
from app.pieces import is_heading
from app.places import COUNTRY, region_place
from app.quantities import Quantity, quantities
from app.understanding import Understanding
from app.unnamed import NAMED, folded, said_by
from app.wanted import KIND_NAMES
from ingest.numerals import parse_numeral
from vectorstore.normalise import fold, heading_key

_WANTED_NAMES = KIND_NAMES | {"file": "文件名称"}
_KIND_NAMES = (("money", "金额"), ("share", "比例"), ("people", "人数"), ("age", "年龄"), ("grade", "分数"))
# A fact that speaks less than this of what is counted has nothing in common with it. Of 228 figures rightly given on
# the development questions none has less; of figures of other topics a third has.
_SPEAKS_OF_IT = 0.05
_PLAIN_NOUN = re.compile(  # longer: cut off
    r"[^\W\da-z什么多少啥哪几第到要拿搞弄做铺及总打坐乘能这那边占隔跑推让被把]{3,8}"
)


def misfit(found: Extract, asked: Understanding) -> str:
    """Return why an extract does not answer, in words; empty if nothing rules it out."""
    for check in (
        _outside,
        _of_a_day,
        _only_heading,
        *NAMED,
        _other_rate,
        _other_thing,
        _other_subject,
        _no_such_thing,
        _not_enumerated,
        _other_quantity,
        _no_office,
        _no_such_charge,
        _other_payment,
        _other_month,
        _other_count,
        _other_stage,
        _increase,
        _other_matter,
        _no_location,
        _leaves_unsaid,
    ):
        if reason := check(found, asked):
            return reason
    return ""


def objection(found: Extract, asked: Understanding) -> str:
    """Return what rules an extract out or else casts doubt on it, in words; empty if nothing does."""
    return misfit(found, asked) or _unstated(found, asked)


def _unstated(found: Extract, asked: Understanding) -> str:
    """Tell what kind of thing is asked for that the extract does not state; it may in a way that no list has."""
    if not unfit(found):
        return ""
    wanted = asked.wanted
    kind = next((name for kind, name in _KIND_NAMES if wanted.quantities and kind in wanted.quantities), None)
    only = kind if len(wanted.quantities) <= 2 else None
    return f"原文没有给出所问的{only or _WANTED_NAMES.get(wanted.kind, '内容')}"


# Requests that no policy document answers, whatever it speaks of: small talk, homework, writing to order, the weather.
_NOT_ASKED_OF_DOCUMENTS = re.compile(
    r"^(?:你好|您好|哈喽|嗨|hello|hi)?[呀啊,，!！\s]*(?:在吗|在不在|有人吗)|你(?:累|饿|困|开心|高兴)不?|你(?:是谁|是(?:真人|机器人|人工智能|ai|什么)|叫什么|多大了|会(?:什么|做什么)|能(?:做什么|干什么)|好[呀啊吗]?$|觉得|认为|看我)"
    r"|(?:帮|替|给|教)(?:我|他|她|孩子|儿子|女儿|娃)[^，,。?？]{0,6}(?:写|拟|起草|编|画|做(?:一|个|道)|算|翻译|改写|润色|订|买|查快递)"
    r"|翻译(?:成|一下|为)|(?:写|拟|编)(?:一?(?:篇|份|首|段|个))[^，,。?？]{0,12}(?:作文|诗|检讨|承诺书|发言稿|总结|文案|演讲稿|故事|歌|请假条|通知|心得|教案)"
    r"|(?:今天|明天|后天|周末|这周|下周|现在|最近)[^，,。?？]{0,6}(?:天气|下雨|下不下雨|气温|几度|冷不冷|热不热|刮台风)|天气(?:怎么样|如何|预报|好吗)"
    r"|讲(?:个|一个)(?:笑话|故事)|唱(?:首|个)|陪我聊|\d+\s*[-+×÷*/加减乘除]\s*\d+.{0,6}(?:等于|=|是多少|得)|等于几|星座|(?:做|来|推荐)[^，,。?？]{0,4}菜谱"
    r"|(?:彩票|股票|基金)(?:推荐|号码|代码|行情|[涨跌]|怎么买|买哪)|买(?:哪|什么)[^，,。?？]{0,2}(?:彩票|股票|基金)"
)


def _outside(found: Extract, asked: Understanding) -> str:
    outside = _NOT_ASKED_OF_DOCUMENTS.search(asked.query.question)
    return "这不是向政策文件提出的问题" if outside else ""


def _of_a_day(found: Extract, asked: Understanding) -> str:
    """Tell whether a question is of a day next to the one it is asked on, of which the text does not speak."""
    day = NEXT_TO_TODAY.search(asked.query.question)
    return f"原文没有说{day[0]}的事" if day and day[0] not in found.hit.text else ""


# Of 173 questions whether something is so that are answered rightly none leaves a word of this weight without a
# counterpart in a passage that is no surer to answer than that. Other kinds of questions do not show it. A word may be
# an everyday one: 「学校查不查视力」 is surely answered.
_UNSAID = 0.22
_SURELY_SAID = 0.5


def _leaves_unsaid(found: Extract, asked: Understanding) -> str:
    """Tell whether it is asked if something is so of which the passage does not speak: 「学校会装空调吗」."""
    unsaid = asked.query.asked == "yes_no" and found.hit.why["unmet"] >= _UNSAID
    return "原文没有说到所问的事" if unsaid and confidence(found, asked) < _SURELY_SAID else ""


_HEADING_ALONE = 6  # characters


def _only_heading(found: Extract, asked: Understanding) -> str:
    """Tell whether an extract is but a heading, and it is asked what is done.

    It answers where a clause is asked for by number, or its wording, and where it states a figure, a day, a name.
    """
    if asked.wanted.kind not in ("file", "name") and _is_title(found):
        return "原文只有标题，没有内容"
    if asked.query.asked == "yes_no" and len(found.text.strip()) <= _HEADING_ALONE:
        return "原文只有标题，没有内容"  # 「收费」 does not say whether
    named = found.hit.why["reference"] > 0 and (asked.query.references or asked.query.asked == "wording")
    if named or asked.wanted.kind not in ("other", "reason") or not is_heading(found.text, found.hit):
        return ""
    return "原文只有标题，没有内容"


def _is_title(found: Extract) -> bool:
    text, title = found.text, found.hit.document.title
    # Folding both is ten times as dear as to see that they cannot be the same.
    return text[-2:] in title and heading_key(text) == heading_key(title)


_RATE = re.compile(r"([^\W\da-z的][^\W\da-z的比效概频功税利汇心]率)(?!先|全|领|队|真)")


def _other_rate(found: Extract, asked: Understanding) -> str:
    """Tell which rate is asked for that the sentence does not name: 就业率 is a term for one thing."""
    if asked.wanted.kind != "figure":
        return ""
    said = fold(said_by(found))
    rates = _RATE.findall(asked.query.question)
    rate = next((rate for rate in rates if rate not in said and f"{rate[:-1]}面" not in said), "")  # 覆盖面
    return f"原文没有提到{rate}" if rate else ""


def _other_thing(found: Extract, asked: Understanding) -> str:
    return _instead(found.contrary)


def _other_subject(found: Extract, asked: Understanding) -> str:
    """Tell whether the whole document is of what excludes the thing asked about: of 初中部, where 高中部 is asked."""
    if not asked.contrasts or len(found.hit.document.text) > _OF_ONE_THING:
        return ""
    return _instead(asked.contrary_in(folded(found.hit.document.text)))


def _instead(contrary: tuple[str, str] | None) -> str:
    """Return in words what is asked about and what is spoken of instead; empty for None."""
    return f"原文说的是{contrary[1]}，不是{contrary[0]}" if contrary else ""


_OF_ONE_THING = 20_000  # characters; a longer document speaks of many, and looking through it takes its time


# 「哪个基地」, 「哪家医院」: a text that has no such word names none. Not of what may be named by itself: 哪个地方.
_WHICH = re.compile(
    r"哪(?:一|几|些)?[个家条座处]?(基地|医院|银行|窗口|站点|平台|路|街|楼|宾馆|酒店|商场|体育馆|图书馆|食堂|医生|专家|品牌|软件|小区|教材)"
)

_ALSO_CALLED = {
    "软件": "软件|app|小程序|客户端|公众号",
    "平台": "平台|系统|网站?|app|小程序",
    "窗口": "窗口|服务台|大厅",
}


def _no_such_thing(found: Extract, asked: Understanding) -> str:
    """Tell which sort of thing is asked for by 「哪个」 that the passage has no word for."""
    which = _WHICH.search(asked.query.question)
    said = fold(said_by(found))
    named = which is None or re.search(_ALSO_CALLED.get(which[1], which[1]), said)
    return "" if which is None or named else f"原文没有提到是哪个{which[1]}"


# Several things that are named together, and it is asked which they are: 「“五化”是哪五化」, 「五大行动都有啥」.
_TOGETHER = re.compile(
    r"[“「『\"](?P<quoted>[^”」』\"]*[一二两三四五六七八九十\d][^”」』\"]*)[”」』\"]"
    r"|(?P<counted>(?:[二两三四五六七八九十]|\d{1,2})[大项条个][\u4e00-\u9fff]{0,2}?[\u4e00-\u9fff]{2})(?=[,，都具分每到究有是指包的])"
)
_WHICH_ONES = re.compile(
    r"哪(?:[两二三四五六七八九十]|\d{1,2})(?![年月日号天级次])|(?:具体|分别|到底|各自?|都|每一?[个条项])(?:写|代表|指|是指|说|包括|有|是)*的?(?:什么|啥|哪)"
)
_NUMBER = re.compile(r"[二两三四五六七八九十]|\d{1,2}")


def _not_enumerated(found: Extract, asked: Understanding) -> str:
    """Tell whether it is asked which things are meant that the text only names together."""
    together, question = _TOGETHER.search(asked.query.question), asked.query.question
    if together is None or found.is_row or not _WHICH_ONES.search(question):
        return ""
    name = together["quoted"] or together["counted"]
    said = re.search(
        rf"[^，,。；;\n]*{re.escape(name)}[”」』\"]?[^，,。；;：:（(\n]*(?P<list>[：:（(]?)", fold(found.hit.text)
    )
    if said is None or said["list"]:
        return ""
    least = max((parse_numeral(number.replace("两", "二")) for number in _NUMBER.findall(name)), default=2)
    return "" if said[0].count("、") + 1 >= least - 1 else f"原文没有逐一列出{name}"


def _no_office(found: Extract, asked: Understanding) -> str:
    """Tell whose name is asked for, by an office that the passage does not speak of: 「校长是谁」."""
    office = _OFFICE.search(asked.query.question) if asked.wanted.names in ("official", "person") else None
    return f"原文没有提到{office[0]}" if office and office[0] not in said_by(found) else ""


_OFFICE = re.compile("[校园院局行]长|总?经理|董事长|理事长|会长|主席|书记|法人代表|法定代表人")
# A charge that goes by its own name: where the whole document has no word for it, it does not say how much it is.
_CHARGE = re.compile(
    r"学费|住宿费|伙食费|报名费|工本费|材料费|停车费|物业费|校服费|班车费|校车费|保险费|押金|订金|定金|尾款|违约金|滞纳金|利率|利息"
)
_SAME_CHARGE = {
    "学费": "学费|学杂费|保教费|保育|教育费|收费|缴费|元", "住宿费": "住宿|寄宿|床位", "伙食费": "伙食|餐|膳",
    "报名费": "报名费|考试费|缴费|收费", "校车费": "校车|乘车|交通", "班车费": "校车|班车|交通",
    "保险费": "保险|保费|参保",
}  # fmt: skip


def _no_such_charge(found: Extract, asked: Understanding) -> str:
    charge = _CHARGE.search(asked.query.question)
    if charge is None or re.search(_SAME_CHARGE.get(charge[0], charge[0]), folded(found.hit.document.text)):
        return ""
    return f"原文没有提到{charge[0]}"


# What is paid under one name is not what is asked under another: 「罚款多少」, 「总金额不超过5000元」.
_PAYMENTS = tuple(
    (re.compile(asked), re.compile(said))
    for asked, said in (
        ("罚款|罚(?:他|我|你|单位|学校|老板)?(?:多少|几)", "罚|处以|并处"),
        ("赔(?:偿|我|他)?(?:多少|几)", "赔|补偿|倍"),
        ("退(?:费|款|还|回|我)?(?:多少|几)", "退|返还"),
        ("工资(?!福利|的?百分)|月薪|年薪", "工资|薪|待遇|报酬|收入"),
        ("奖金|奖(?:励)?(?:多少|几)", "奖"),
    )
)


def _other_payment(found: Extract, asked: Understanding) -> str:
    """Tell what payment a sum is asked of that the passage does not speak of."""
    if "money" not in asked.wanted.quantities:
        return ""
    return _unspoken(_PAYMENTS, found, asked)


def _unspoken(pairs: Sequence[tuple[re.Pattern[str], re.Pattern[str]]], found: Extract, asked: Understanding) -> str:
    """Tell what is asked of which the passage has no word, given how each thing is asked for and how it is said."""
    said = said_by(found)
    for wanted, spoken in pairs:
        if (match := wanted.search(asked.query.question)) and not spoken.search(said):
            return f"原文没有说到{match[0]}"
    return ""


_MONTH = re.compile(r"(?:19|20)\d{2}年0?(\d{1,2})月")


def _other_month(found: Extract, asked: Understanding) -> str:
    """Tell which month of a year is asked about, 「2025年10月的停水安排」, that the document does not speak of."""
    text = folded(found.hit.document.text)
    asked_for = _MONTH.findall(asked.query.question) if asked.query.years else []
    missing = next(
        (month for month in asked_for if not re.search(rf"(?<!\d)0?{month}月|[-./]0?{month}[-./]", text)), ""
    )
    return f"原文没有{missing}月的内容" if missing else ""


# Of 「是不是罚两倍」 a text that states no multiple says nothing.
_SAID_KINDS = {"money": "金额", "share": "比例", "age": "年龄", "duration": "时长", "grade": "分数", "distance": "距离"}


def _other_quantity(found: Extract, asked: Understanding) -> str:
    """Tell which quantity it is asked about, yes or no, of whose kind the text states none."""
    if asked.query.asked != "yes_no" or asked.wanted.kind != "other":
        return ""
    stated = {_kind_said(quantity) for quantity in quantities(found.hit.text)}
    question = _ONCE.sub("", asked.query.question)
    for quantity in quantities(question):
        if not _ASKED_OF.search(question[max(0, quantity.start - len("最长")) : quantity.start]):
            continue
        kind = _kind_said(quantity)
        if kind in _SAID_KINDS and kind not in stated:
            return f"原文没有给出{_SAID_KINDS[kind]}"
    return ""


def _kind_said(quantity: Quantity) -> str:
    """Return the kind of a quantity; years are a length of time like any other."""
    return "duration" if quantity.kind == "years" else quantity.kind


_ONCE = re.compile("一(?=[年天月周次块点])")  # 「一年换一副」, 「一天到晚」
_ASKED_OF = re.compile("是|有|罚|达|要|需|满|限|最[高低长多少]")  # not 「离职都三个月了」, of which nothing is asked


# How a text gives what is asked for without its name: 「携带…」 are materials, 「责令退回」 is what follows.
_GIVEN_OTHERWISE = {
    "材料": "提交|携带|须带|出具|上传|复印件|原件|证明|证$|身份证|户口簿",
    "证件": "携带|凭|持|身份证|户口簿|证$",
    "证明": "凭|持|证",
    "手续": "提交|填写|凭|复印件|原件",
    "流程": "审核|提交|公示|受理",
    "程序": "审核|提交|公示|受理",
    "条件": "符合|具有|具备|年满|已满",
    "资格": "符合|具有|具备|年满|已满",
    "后果": "责令|取消|追回|追究|不予|罚|退回|收回|暂停|扣|停止|视为",
    "处罚": "责令|取消|追回|追究|不予|罚|退回|收回|暂停|扣|停止|记入",
    "待遇": "享受|发放|给予|补|元",
    "科目": "学科|[语数英]|物理|化学|生物|音乐|体育|美术",
    "福利": "享受|发放|给予|补|元|免",
}


_PERSONS = re.compile("学生|老师|教师|孩子|小孩|娃|幼儿|儿童|考生|人员|员工|老人|居民|新生|(?:名额|席位|位置|人选)$")
_ONE_RULE = 100  # characters; in a longer quotation such words stand anyway


def _other_count(found: Extract, asked: Understanding) -> str:
    wanted = asked.wanted
    if _PERSONS.match(wanted.head) and re.search(r"\d[万千百]?[余多]?[人名位]", found.fact):
        return ""  # 「多少学生」 is answered by 45人
    otherwise = _GIVEN_OTHERWISE.get(wanted.head[:2]) if wanted.kind == "other" else None
    short = len(found.text) <= _ONE_RULE or wanted.head[:2] in ("后果", "处罚")  # these nothing else is called
    if otherwise and short and re.search(otherwise, found.text):
        return ""
    plain = wanted.kind == "figure" and _PLAIN_NOUN.fullmatch(wanted.head) is not None
    if _NO_NOUN.search(wanted.head):
        return ""
    if found.head >= _SPEAKS_OF_IT or not (wanted.explicit or plain) or confidence(found, asked) >= _SURELY_SAID:
        return ""
    return f"原文的数字说的不是{wanted.head}" if wanted.kind == "figure" else f"原文没有说到{wanted.head}"


# What stands behind 「几」 and is no thing that is counted: 「几个人报才开考」, 「分几次给」.
_NO_NOUN = re.compile(r"^[人次米天](?![员数口工次])|[在有给都咋请开看报]|百分数|平米|时[候段]")
_TOTAL = re.compile(r"一共|总共|共有|总数|现有|累计|目前(?:有|共)|现在(?:有|共|一共)")
_INCREASE = re.compile(r"新增|增加|新投用|新建|净增|新开|新招|新评|创成|增长")


def _increase(found: Extract, asked: Understanding) -> str:
    """Tell whether a total is asked for and the fact is an increase: 「一共多少个博士点」, 「新增博士学位点5个」."""
    question = asked.query.question
    wants = asked.wanted.kind == "figure" and _TOTAL.search(question) and not _INCREASE.search(question)
    return "原文说的是新增数，不是总数" if wants and _INCREASE.search(found.fact) and not asked.query.years else ""


_AIMED_AT = re.compile(r"目标(?:值|数)?(?:定?的?是|为|[有要]?多少|呢|$|[?？])")
_REACHED = re.compile(r"完成情况|完成数|实际(?:完成|达到)")


def _other_stage(found: Extract, asked: Understanding) -> str:
    """Tell whether a figure that is aimed at is asked for and another is reached, or the other way round."""
    stage, question = found.hit.clause.stage, asked.query.question
    if asked.wanted.kind != "figure" or asked.query.compares:
        return ""
    if stage == "done" and asked.query.stage != "done" and _AIMED_AT.search(question) and not _REACHED.search(question):
        return "原文说的是完成情况，不是目标"
    reached = stage == "planned" and _REACHED.search(question) and not _AIMED_AT.search(question)
    return "原文说的是目标，不是完成情况" if reached else ""


_LOCATION = re.compile(r"位于|坐落|落户|选址|地址|在[^，,。]{0,8}(?:镇|街道|村|路)")


def _no_location(found: Extract, asked: Understanding) -> str:
    """Tell whether it is asked where in a place something is, and the text only names that: 「龙湾的…建在哪里」."""
    region = region_place(found.hit.document.region)
    part = any(region is None or not place.holds(region) for place in asked.places if place != COUNTRY)
    if asked.wanted.names != "place" or not part or _LOCATION.search(found.text):
        return ""
    return "原文没有给出具体地点"


# What is asked to be done or had, and how a text says it; it answers none of it that speaks of the topic alone.
_MATTERS = (
    ("预约", r"预约"),
    ("登[录陆]|注册(?!会|地|资本)|下载", r"登[录陆]|注册|下载|网址|扫码"),
    ("(?:怎么|如何|咋|哪里|在哪)(?:去|才能)?(?:申请|报(?!销|告|到))", r"申请|申报|报名|报考|提出|提交|领"),
    ("投诉|举报", r"投诉|举报|监督电话|热线"),
    ("补贴|补助|津贴", r"补贴|补助|津贴|资助|奖补|补"),
    ("奖励|奖金", r"奖|元"),
    ("许可证|资质", r"许可|资质|证"),
    (
        "交钱|(?<!师)收钱(?!补)|要钱|(?<!乱|规)收费(?!补|培|班|标|项|公|的|站|员|单)|花钱|免费|要不要交",
        r"费|免|元|公益",
    ),
    ("谁(?:来)?牵头|牵头的?(?:单位|部门|科室|处室)|责任(?:单位|部门|科室|处室)", r"牵头|负责|主管|责任|会同|主办"),
    ("(?:费|钱|经费)(?:由|是)?谁[来]?[出付掏交承]|谁[来]?[出付掏](?:钱|学费|费)", r"费|财政|承担|资金|元|免"),
    ("费标准|录取标准", r"元|标准|免|分|执行|核定"),
    ("取消", r"取消|停止|不再|废止"),
    ("轮岗", r"轮岗|交流"),
    ("施行|生效", r"施行|生效|实施|起执行"),
    ("学区|划片", r"学区|划片|招生范围|服务区"),
    ("赔偿|保险", r"赔|保险|责任"),
    ("投资|预算|经费", r"投资|预算|经费|资金|元"),
)
_MATTERS_FOUND = tuple((re.compile(asked), re.compile(said)) for asked, said in _MATTERS)


def _other_matter(found: Extract, asked: Understanding) -> str:
    """Tell what is asked to be done or had of which the sentence says nothing."""
    if asked.query.asked == "wording" or asked.wanted.kind == "figure":
        return ""
    return _unspoken(_MATTERS_FOUND, found, asked)
