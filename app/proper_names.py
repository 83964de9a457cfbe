"""Text → the names in it that stand nowhere in what is known: schools, bodies, persons, nations.

It would rather miss a name than take an ordinary word for one; `naming.py` would rather find too much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from app.naming import SCHOOLS
from app.places import places_in

_HAN = r"[\u4e00-\u9fff]"

NATIONS = re.compile(
    "美国|英国|法国|德国|意大利|西班牙|葡萄牙|荷兰|比利时|瑞士|瑞典|挪威|芬兰|丹麦|奥地利|匈牙利|波兰|希腊|爱尔兰|俄罗斯|乌克兰|日本|韩国|朝鲜|蒙古国|越南|老挝|柬埔寨|泰国"
    "|缅甸|马来西亚|新加坡|印度尼西亚|印尼|菲律宾|文莱|印度|巴基斯坦|孟加拉国|尼泊尔|斯里兰卡|哈萨克斯坦|伊朗|伊拉克|沙特|阿联酋|以色列|土耳其|埃及|南非|肯尼亚"
    "|尼日利亚|澳大利亚|新西兰|加拿大|墨西哥|巴西|阿根廷|智利|秘鲁|古巴"
)
# What the name of a body ends in. 布局, 大厅 and 开好局 end so too, and name nothing.
_BODY_ENDS = re.compile(
    r"(?<![布格结全大开破变当平饭好棋战危僵定出终])局(?![面部势限])|委员会|(?<![大客餐门])厅(?![级堂])|研究院|教科院|考试院|科学院|基金会|协会|联合会|医院|公司|集团(?!化)|银行|实验室|报社"
    r"|(?<![党团县市省区工教村居常全该])委(?![员托派屈任实会])|图书馆|博物馆|科技馆|体育馆|文化馆|美术馆"
)
_BODIES = re.compile(
    r"(?:教育|财政|民政|公安|卫生|科技|科学技术|人社|保障|文旅|旅游|住建|农业农村|司法|外交|国防|宣传|组织|统战)部(?![门分位署长])"
    r"|国务院|人民政府|市府办|发改委|卫健委"
)
_ANY_BODY = re.compile(
    r"(?:各级|各类|各大|有关|相关|公共|社区|学校|校园|高校|全市|全省|全国|地方|当地|本地|上级|下级|部分|一些|大型|中小|国有|民营|企业|优质|知名|科技|培训|保险|建筑|重点|等|的|和|与)$"
)
_SCHOOL_ENDS = re.compile(rf"{SCHOOLS}(?![生们里间段])")
_NUMBERED = re.compile(r"第?[一二三四五六七八九十]+(?:高级|实验|职业)?$|附属$|[东西南北中]{2}$")
_NUMBERED_SCHOOL = re.compile(rf"{_HAN}{{2}}第?[一二三四五六七八九十]{{1,2}}中(?![心小学等个年全间之])")
_UNIVERSITY = re.compile(r"(?:科学|技术|师范|医科|工业|理工|农业|财经|政法|外国语|民族|交通|国防|中国|华[东中南北])$")
_LEAST_NAME = 2  # characters before 局 or 中学 that make it the name of one
_LONGEST_NAME = 12


def bodies_in(folded: str, is_known: Callable[[str], bool], homes: Collection[str] = ()) -> Iterator[str]:
    """Yield the names of schools and bodies of a folded text that stand nowhere in what is known.

    How far a name reaches to the left is told by what is known: 「由市教育局」 ends in 市教育局, which is. Where
    nothing is, a body counts as named by the two characters before its end, a school by a place, a number or what
    makes a university.

    Args:
        folded: The text.
        is_known: Tells whether some words are known.
        homes: Places that go without saying.
    """
    yield from (end[0] for end in _BODIES.finditer(folded) if not is_known(end[0]))
    for end in _BODY_ENDS.finditer(folded):
        before = _before(folded, end.start(), _LEAST_NAME)
        if len(before) == _LEAST_NAME and not is_known(before + end[0]) and not _ANY_BODY.search(before):
            yield before + end[0]
    yield from (match[0] for match in _NUMBERED_SCHOOL.finditer(folded) if not is_known(match[0]))
    for end in _SCHOOL_ENDS.finditer(folded):
        if name := _unknown_school(_before(folded, end.start(), _LONGEST_NAME), end[0], is_known, homes):
            yield name


def _unknown_school(before: str, end: str, is_known: Callable[[str], bool], homes: Collection[str]) -> str:
    """Return the name of a school that is not known; empty if it is, or none is named.

    Args:
        before: The characters before what it ends in.
        end: What it ends in.
        is_known: Tells whether some words are known.
        homes: Places that go without saying.
    """
    known = next((i for i in range(len(before)) if is_known(before[i:] + end)), len(before))
    left, right = before[:known], before[known:] + end
    numbered = _NUMBERED.search(left) and right[0] not in "个所"  # 十个大中小学 counts them
    if numbered or (right in _UNIVERSITIES and _UNIVERSITY.search(left)):
        return left[-_LEAST_NAME:] + right
    if place := next((p.short for p in places_in(left) if left.endswith((p.short, p.name))), ""):
        elsewhere = (right != end or end in _UNIVERSITIES) and place not in homes
        return place + right if elsewhere else ""
    if known == len(before) and (name := _proper_name(before, end)):
        return "" if is_known(name) else name
    tells = end not in _ANY_SCHOOL or len(right) - len(end) >= _LONG_NAME
    return left[-_LEAST_NAME:] + right if tells and _is_strange(left[-_LEAST_NAME:], is_known) else ""


_UNIVERSITIES = ("大学", "学院")
_ANY_SCHOOL = ("学校", "幼儿园")  # they stand behind any verb; only a long name of one tells it apart
_LONG_NAME = 4


def _is_strange(before: str, is_known: Callable[[str], bool]) -> bool:
    """Tell whether no character of what stands before a known name is known, as in that of another."""
    return len(before) == _LEAST_NAME and not (
        any(map(is_known, before)) or _JOINING.intersection(before) or _DOING.search(before)
    )


_DOING = re.compile(
    "组织|支持|推动|鼓励|指导|引导|督促|开展|加强|关注|面向|针对|服务|覆盖|走进|保障|落实|促进|提升|改善|优化|扩大"
)
_JOINING = frozenset(
    "以及和与由对在从向给把被让将会要能可都也还并且其中各该为了于至到等的着过使用请按照据如若但而或即又再更最很同跟随共"
    "办建设新是有这那些所全"
)


def _before(text: str, position: int, longest: int) -> str:
    match = re.search(rf"{_HAN}{{0,{longest}}}$", text[:position])
    return match[0] if match else ""


def _proper_name(before: str, end: str) -> str:
    """Return a school's name if what stands before its end holds a place right before it; empty otherwise."""
    for place in places_in(before):
        form = place.name if place.name in before else place.short
        at = before.rfind(form)
        if at >= 0 and _OWN.fullmatch(between := before[at + len(form) :]):
            return form + between + end
    return ""


# What may stand between a place and 中学 in the name of one: not 温州在学校, 温州公办幼儿园.
_OWN = re.compile(
    r"[市县区]?(?!公办|民办|各|全|优质|普惠|乡村|农村|城区|城乡|义务|职业|特殊|中小|高等|所有|部分|在|的|与|和|及|对|向|从|把|将|要|为|等|有|新|一|多|两)[\u4e00-\u9fff]{1,6}"
)


_ROLE = r"(?:联系人[:：]?|市长|省长|部长|主席|代表|教师|老师|校长|同志|局长|书记|主任|教授|院士|委员|专家|学者|园长)"
# Without those that are everyday words: 和, 成, 高, 任.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温施牛樊"
    "葛邢齐易乔伍庞颜倪庄聂鲁岳翟殷詹申欧耿兰焦俞左柳甘祝包宁尚符舒阮柯纪梅凌毕单季裴霍涂苗谷盛曲翁冉骆蓝"
    "游辛靳阳管柴蒙鲍喻祁蒲房滕屈饶解牟艾尤穆农司卓古吉缪芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟臧闵"
    "苟邬边卞姬仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩佘池查麻苑迟邝"
)
_NAME_OF_PERSON = rf"[{_SURNAMES}]{_HAN}{{1,2}}"
_PEOPLE = re.compile(
    rf"{_ROLE}({_NAME_OF_PERSON}(?:、{_NAME_OF_PERSON})*)(?=[、,，。;；获受等在为作代应被一说表介带率出提指强宣承牵]|$)"
)


def people_in(folded: str) -> Iterator[str]:
    """Yield the persons that a folded text names behind what they are: 「优秀代表李校堃、周瑛」."""
    for match in _PEOPLE.finditer(folded):
        yield from match[1].split("、")
    for match in _SPEAKERS.finditer(folded):
        yield match[1]


_SPEAKERS = re.compile(
    rf"(?:^|[,，。；;由])({_NAME_OF_PERSON})(?=提出|指出|强调|表示|透露|介绍|宣布|承诺|牵头|负责|主持|说[:：])"
)
