"""Text → what it names: schools, bodies, places, persons, titles and lists. It would rather find too much."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from app.places import places_in

_HAN = r"[\u4e00-\u9fff]"
SCHOOLS = r"(?:大学|学院|中学|小学|学校|幼儿园)"
_QUOTED = re.compile(r"《([^《》]{2,60})》|[“「『\"]([^“”「」『』\"]{2,30})[”」』\"]")
_ENUMERATED = re.compile(r"[^，,。；;：:！!？?\n、]{1,40}(?:、[^，,。；;：:！!？?\n、]{1,40})+")
_BODY = re.compile(
    rf"{_HAN}{{1,14}}?(?:局|委员会|部门|政府|办公室|厅|中心|联盟|公司|研究院|医院|报社|杂志|处室|党委|工委|协会|基金会"
    rf"|机关|教育部|国务院|工作部|小组|科学院)|{_HAN}{{0,10}}(?:大学|学院)(?!生|生们)"
)
_COMPANY = re.compile(rf"{_HAN}{{2,20}}(?:公司|厂|集团|企业|商行|合作社|工作室|培训中心|经营部)")
# Whoever acts, named or not: 「由县财政统筹」, 「原学校应当颁发」.
_ACTOR = re.compile(
    rf"由(?!于|此|来|上|下|低|高|小|大|[\d一二两三四五六七八九十]){_HAN}{{2,12}}"
    rf"|{_HAN}{{0,8}}(?:学校|单位|机构|部门|政府|财政|企业|公司|教师|组织|园|监护人|家长|父母|举办者|经营者|申请人)"
    rf"(?=(?:应当?|须|必须|可以?|要|负责|(?:自行|共同|各自|全额)?承担|统一|统筹|予以|给予)(?!符合|具备|遵守))"
)
_GROUP = re.compile(rf"{_HAN}{{2,10}}(?:企业|机构|人员|行业)")
# Where something is done, by whom it is done: 「由转入地县教育和体育局核准」, 「向校工会申请复核」.
_OFFICE = re.compile(
    rf"(?:[由向到至报经去找]|(?<=地)){_HAN}{{1,16}}?(?:局|委员会|办公室|招生办|教研室|党委会?|工会|中心|窗口|[股科处室站所院部办]|政府|银行|学校)"
    rf"(?=审核|审批|核准|批准|复核|申请|办理|受理|备案|报名|报到|登记|缴|领|补报|提出|咨询|[（(，,。；;]|$)"
)
_ELSEWHERE = re.compile(rf"[国境](?:\([国境]\))?外|海外|市域|市本级|各地|各县|全市|{_HAN}{{2,3}}(?:乡|镇|街道|村|社区)")
_COUNTY = re.compile(
    rf"(?:(?<=、)|(?<!{_HAN}))(?!全|各|本|我|该|外|跨|有关|所在|其他|[两三四五六七八九十]){_HAN}{{1,3}}[县区市旗](?=、|和|通过|完成|等|的|$)"
)
_ONLINE = re.compile(r"(?:登[录陆]|通过|使用|利用|关注|打开|下载|在)[^，,。“「]{0,8}[“「][^”」]{2,20}[”」]")
_SOMEWHERE = re.compile(
    r"网站|https?:|www\.|app|小程序|公众号|平台|专栏|窗口|大厅|现场"
    rf"|{_HAN}{{2,12}}(?:服务处|招领处|登记处|窗口|大厅|服务[站点]|代办点|[东西南北]门)"
    rf"|[在到于至]{_HAN}{{2,12}}(?:路|街|镇|园|店|场|厅|馆|站|院|楼|中心|窗口)"
)
# A school of its own: the name of a place, a part of the country or a number stands before what it is.
_SCHOOL = re.compile(
    rf"(?:[东西南北中]{{2}}|第[一二三四五六七八九十]+|实验|附属|中国|国防){_HAN}{{0,8}}{SCHOOLS}"
    rf"|(?!在|各|所|支持|推动|鼓励){_HAN}{{2,8}}(?:大学|学院)(?!生)"
    rf"|{_HAN}{{2,6}}外籍人员子女学校"
)
# 温州市中小学教师 names no school.
_LOCAL_SCHOOL = re.compile(
    rf"[市县区]?(?!中小学|小学|学校|幼儿园){_HAN}{{0,8}}?(?<!中)(?:{SCHOOLS}|[一二三四五六七八九十]中)(?!教师|学生|校长|生)"
)
# 柳荫路小学, where a clause begins with it; 「农村小学」 and 「各小学」 are no names.
_OWN_SCHOOL = re.compile(
    rf"(?<!{_HAN})(?!{_HAN}{{0,6}}(?:中小学|各|全|所有?|公办|民办|农村|城区|优质|普通|义务|特殊|职业|乡镇|其他|本|该|两|级|化|性|型|类|高|[创建个多批]|示范|达标|合并|停办|撤并|新[建增]|改建|完成|推进))"
    rf"{_HAN}{{2,8}}(?:小学|中学|幼儿园)(?!生|阶段|学位|[段位])"
)
_OFFICE_HOLDER = re.compile(
    rf"(?:负责人?|联系人|领队|带队|[校园院局所站科处组省市县区州]长|主任|书记|医[师生]|教练|经办人)[:：]?\s*{_HAN}{{2,3}}(?=[（(、，,。；;\s：:]|$|老师|主任|同志)"
    rf"|(?<!{_HAN}){_HAN}(?:老师|主任|女士|先生|科长|医生|医师|同志|校长|园长)"
)
_PERSON = re.compile(rf"(?:代表|教师|老师|校长|同志|学生|局长|书记|主任|中学|大学){_HAN}{{2,3}}(?=[、，,。获在为])")


def named_in(text: str, what: str, regions: Collection[str]) -> Iterator[str]:
    """Yield what a text names of a kind; the same name may come in several forms.

    Args:
        text: A stretch of a document.
        what: school, body, company, place, person, official (a person in office), named (whatever has a name), listed
            (things of a list).
        regions: Those of the documents, whose counties go by short names.
    """
    quoted = [match[1] or match[2] for match in _QUOTED.finditer(text)]
    if what == "named" or (what == "listed" and len(quoted) > 1):
        yield from quoted
    if what in ("named", "listed"):
        yield from (item for match in _ENUMERATED.finditer(text) for item in match[0].split("、")[:-1])
    if what == "place":
        yield from _all(_ONLINE, text)
        yield from _all(_OFFICE, text)
    if what in ("named", "person", "official"):
        yield from _all(_PERSON, text)
        yield from _all(_OFFICE_HOLDER, text)
    if what == "company":
        yield from _all(_COMPANY, text)
    if what in ("body", "person"):
        yield from _all(_BODY, text)
        yield from _all(_ACTOR, text)
    if what == "body":
        yield from _all(_GROUP, text)
    if what == "place":
        yield from (place.short for place in places_in(text, regions))
        yield from _all(_COUNTY, text)
        yield from _all(_ELSEWHERE, text)
        yield from _all(_SOMEWHERE, text)
    if what in ("school", "place"):
        yield from _all(_SCHOOL, text)
        yield from _all(_OWN_SCHOOL, text)
        yield from _local_schools(text, regions)


def _all(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (match[0] for match in pattern.finditer(text))


def _local_schools(text: str, regions: Collection[str]) -> Iterator[str]:
    for place in places_in(text, regions):
        for named in re.finditer(re.escape(place.short), text):
            if school := _LOCAL_SCHOOL.match(text, named.end()):
                yield place.short + school[0]
