"""A question that leans on those before it → what it may mean, standing by itself.

「那2024年呢」, 「乐清的呢」 take what they leave out from the question before; 「食堂」 may be a topic of its own.
`meanings` says what a question may mean, the likeliest first, and `app.conversation` which of it holds. `standalone`
takes the likeliest of each without looking at what answers, for measuring and training.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import permutations

from app import asking
from app.contrasts import read_contrasts
from app.naming import SCHOOLS
from app.places import COUNTRY, Place, places_in
from vectorstore.normalise import fold
from vectorstore.query import parse_query

# Chinese characters of content; 「什么时候招生」 has 2, 「跟哪些高校合办」 4, complete questions have 7 and more.
_COMPLETE = 6
_SAYS_SOMETHING = 3
_COUNTS_BY_ITSELF = 3  # 「新疆来了多少人」 is complete, 「乐清有多少」 is not
_BARE_VERB = 3  # 「2024年选评了多少个」 says but a verb beside the year
_PHRASE = 14  # a longer one is no bare name of another thing
_ASKED_LENGTH = 4  # characters at the end of a question that say what is asked
_MAX_PARTS = 3  # of a list of more questions each is better asked by itself

_HAN = r"[\u4e00-\u9fff]"
_OPENING = re.compile(
    r"^(?:(?:那么?|还有|另外|然后|再说|至于|换成|要是|如果是|如果|再问(?:一下|个)?|再问|想再问(?:一下)?|顺便问(?:一下)?"
    r"|请问|换个话题|对了|哦|嗯|好的?|谢谢)[,，。:：\s]*)+"
)
_ENDING = re.compile(r"(?:又?(?:是|怎么样|如何|咋样))?(?:呢|呐|嘛|啊|呀)?[?？。!！\s]*$")
_YEAR = r"(?:(?:19|20)\d{2}\s*年?|[12]\d\s*年|今年|去年|明年|前年|[上前]一?年度?|本年度?)"
_YEAR_BEFORE = {"今年": "去年", "去年": "前年", "本年": "去年"}
_STAGE = r"(?:的?(?:目标|计划|任务|打算|要求|完成情况|完成数|实际(?:完成)?|成绩|结果|情况|数据|数字))"
_PREDICATE = (
    r"(?:是|有|定|做|搞|完成|达到|干|弄|建|叫|要|会|想|得|到|了|的|又|呢|多少|几[个所名人家项]?|什么样?|啥|怎么样|如何"
    r"|怎样|咋样)"
)
_ONLY_WHEN = re.compile(rf"^(?P<year>{_YEAR})?的?(?P<stage>{_STAGE})?{_PREDICATE}*$")
# Days next to the one a question is asked on. Not 前天, which ends 从前天天; nor 周末, of which documents speak.
NEXT_TO_TODAY = re.compile(r"今天(?!的)|今晚|今早|明[天早晚](?!的)|昨天|后天|这周(?!边)|本周|下周")
_FIRST_WORDS = re.compile(r"(?P<bare>[^,，?？呢]{1,10})呢[,，?？]")  # 「今年呢？我有居住证的」
_YEARS = re.compile(rf"{_YEAR}(?:底|末)?的?|截至|截止")
_KINDS = r"(?:地方|学校|项目|工程|中心|条例|改革|行动|计划|活动|平台|文件|办法|会议|机制|人|老师|孩子|奖|事)"
_PRONOUN = re.compile(
    r"(?:上面|前面|刚才|刚刚|以上)(?:所?说|提到|讲)?(?:的)?(?:这|那)?(?:些|个|几个)?"
    r"|(?:这|那|该)(?:两|几|三|四)?(?:个|所|些|项|家|位|份|部|支|种|条|批|场)"
    rf"(?:{_KINDS}(?!{_HAN}{{0,2}}[名单]))?"
    r"|(?:这|那)(?=是|要|会|有|能|具体|怎|为|什|多|几|谁|到底|算)|两地|^其中|这件?事儿?|[它他她]们?"
    rf"|(?<!{_HAN})其(?!中|他|实|它)"
)
_ASKING_WORD = re.compile(
    r"多少|几|什么|啥|谁|哪|怎|如何|为何|吗|是否|有没有|能不能|会不会|是不是|没有?$|多[久大长远高]|[么不否]$"
)
# 「…，原话怎么说的」 asks for the words of the same thing.
_ITS_WORDING = re.compile(
    r"[?？,，、。\s](?:请?给出)?(?:它的?|这句的?)?(?:原文|原话|原句|条文|具体表述)[^,，。?？]{0,8}[?？]?$"
)
_ALSO_ASKED = re.compile(rf"^(?!为什么|怎么|然后|还有|之后|后来){_HAN}{{2,8}}呢$")  # 「口头多久内报，书面呢」
_LISTED = r"(?:名单|金额|经费|时间表|电话|地址|负责人|预算)"
_ASKS = re.compile(
    r"多少|(?<![哪好差十没])几[个所名人位家月号天年岁点元块起科次节周分门场条件]|百分之几|谁|哪|什么|啥|何时|怎么|咋|如何|为什么"
    rf"|多[久大长]|人数|{_LISTED}$|要不要|能不能|会不会|没有?$"
)
_BETWEEN = re.compile(rf"[?？;；,，、。]|(?<={_HAN})\s+(?={_HAN})|(?:以及|及|和)(?=(?:具体|相应|各自)的?{_LISTED})")
# What stays of a question when another thing takes the place of the one it was about: what is asked of it.
_RATE = re.compile(rf"(?:在园幼儿)?(?:占比|比例|比率|比重)|{_HAN}{{0,2}}率(?!先|全|领)|覆盖面|数量|人数|名次|排名")
_COUNTING = re.compile(
    r"(?:多少|(?<!哪)几|第几)[个所名位人家间项条件次枚块对部篇岁年元批届点]?(?:人次)?|排第几|哪[些几]?[个所家位]?|什么|谁"
)
_DOES = (
    r"(?:开|办|设|建|有|做|搞|招|出台|制定|启动|覆盖|惠及|定下来|完|成立|入选|获评|拿|推行|实施|执行|到|过|通过|申报"
    r"|保障|支持)"
)
_TRAILING_VERB = re.compile(rf"(?:(?:会|要|还|能|可以|已经|是|在|被|去|来|再|也|都|将|正)*{_DOES}*(?:了|过|的)?)$")
_HOW_LONG = re.compile(rf"多[久长][^,，]*$|(?<={_HAN}{{4}})(?:什么时候|怎么|如何)[^,，]*$")
_HOW_MUCH = re.compile(
    r"(?:(?:每个?|一个?)(?:年|月|天|次|人|周|学期))?(?:要|能|可以)?[领拿交收发补给]{0,2}(?:多少|几)(?:钱|元|块钱?)"
)
_SAYING = re.compile(
    r"(?<!试)(?:受到|获评|入选|惠及|打造|评选|选派|实施|新增|创成|参加|通过|支持|拿|达到|组建|开展|推进)(?:了|过)?"
    rf"|(?<={_HAN}{{3}})是"
)
_AMOUNT = re.compile(
    rf"(?:{_HAN}{{0,2}}(?:补贴|补助|津贴|费用?|收费|标准|金额|工资|奖金|罚款|待遇|限额|额度|价格|投资|经费|押金)(?:标准)?|[罚奖补收交领招加减赔缴付贷建评])"
    r"(?:每[年月天次人生个学期]*)?(?:是|有|为|达到?|了)?$"
)
_PLANNING = re.compile(r"计划|打算|准备|力争|将(?=[要新建])|要(?=[达建增新招做到搞弄开创])|想(?=[达做弄])")
_ALSO = re.compile(
    r"(?:也|都)?(?:有|过|是|要|会|能|设|建|办|申报|通过|支持|开|做|搞|参加|入选|算)?(?:了|过)?(?:没有?|吗|么|不|没)$"
    r"|的$|也$"
)
_ONLY_SAYS_THAT = re.compile(r"新增|增加|减少|达到|完成|认定|评选|选派|[所个名人位家项件]")  # something is, not what
_THING_BEGINS = r"(?:^|(?<=[年所名个位家的了为少是有，,、几项]))"
_NOT_CONTENT = re.compile(
    r"[\W\d_a-z]|[的了呢吗啊呀吧么是在有和与及或就都也还又再要会能可想让被把从到跟向对给去来做搞弄]"
    r"|具体|大概|目前|现在|一共|总共"
)


def standalone(question: str, history: Sequence[str], regions: Collection[str] = ()) -> str:
    """Return a question as it stands by itself.

    Args:
        question: As it was asked.
        history: What was asked before, in order, as it was asked.
        regions: Those of the indexed documents, whose counties go by their short names.
    """
    previous = ""
    for asked in history:
        previous = _resolve(asked, previous, regions)
    return _resolve(question, previous, regions)


def _opened(question: str) -> str:
    """Return a question, folded, without the words that only lead over to it."""
    return _OPENING.sub("", fold(question).strip())


def _ended(question: str) -> str:
    """Return a question, folded, without the particles and marks at its end."""
    return _ENDING.sub("", fold(question).strip())


def _bare(question: str) -> str:
    """Return a question, folded, without either."""
    return _ENDING.sub("", _opened(question))


def only_when(question: str) -> bool:
    """Tell whether a question names a year or a stage and nothing else: 「那2024年呢」, 「今年目标」."""
    when = _ONLY_WHEN.match(_bare(question))
    return when is not None and bool(when["year"] or when["stage"])


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a question in a conversation may mean.

    Attributes:
        text: The question standing by itself.
        thing: What an answer must speak of; empty if the question before says it.
        sure: How sure an answer must be at least.
        topic: The question that gives later ones their subject; empty if this one does.
        leans: Whether it is of what was spoken of before, so that other documents do not answer it.
    """

    text: str
    thing: str = ""
    sure: float = 0.0
    topic: str = ""
    leans: bool = True


# A short question is asked as it stands if what it leaves out from the one before finds no answer. It must be answered
# surely then: 「收费多少」 without the thing it was asked of finds some charge or other.
_SURE_ALONE = 0.5


def meanings(question: str, previous: str, regions: Collection[str] = (), topic: str = "") -> list[Meaning]:
    """Return what a question may mean after another, the likeliest first.

    「食堂」 after 「公办园占比多少」 is a new topic, 「食堂呢」 may ask for its share, 「一级园」 does.

    Args:
        question: As it was asked.
        previous: The question before, standing by itself.
        regions: Those of the indexed documents.
        topic: The question that gave the one before its subject; the one before itself unless given.
    """
    if other := _another_number(question, previous) or _against_the_year_before(question, previous):
        return [Meaning(other)]
    topic = topic or previous
    resolved = _resolve(question, previous, regions, topic=topic)
    core, bare, before = _opened(question), _bare(question), _ended(previous)
    leaning = Meaning(_with_subject(before, bare, topic), topic=topic)
    if resolved in (question, core):
        short = _content(bare) < _COMPLETE and not _YEARS.search(bare) and not places_in(bare, regions)
        return [Meaning(resolved, topic=topic if short else "", leans=short), *([leaning] if short else [])]
    if _ARTICLE.fullmatch(bare):
        return [Meaning(bare, topic=topic)]
    if (when := _ONLY_WHEN.match(bare)) or _FIRST_WORDS.match(core):
        # 「今年目标呢」 after 「去年哪些县通过了」 may want the share that is to pass.
        stage = (when["stage"] or "").removeprefix("的") if when else ""
        aim = f"{(when and when['year']) or ''}{_subject(before)}{stage}"
        return [Meaning(resolved, leans=False), *([Meaning(aim, leans=False)] if stage else [])]
    if _PRONOUN.search(bare):
        return [Meaning(resolved, topic=topic)]
    thing = parse_query(re.sub(_STAGE, "", _YEARS.sub("", bare)), None).text or bare
    alone = Meaning(bare, thing, _SURE_ALONE, leans=_content(bare) < _COMPLETE)
    if named := places_in(bare, regions):
        counts = _COUNTING.search(bare) is not None and _content(bare) >= _COUNTS_BY_ITSELF
        there = Meaning(resolved, " ".join(_form(place, bare) for place in named), leans=False)
        return [alone, there] if counts else [there]
    if asking.counts_explicitly(bare) and _content(bare) >= _SAYS_SOMETHING:
        return [Meaning(bare, thing, leans=False), leaning]  # 「招了多少老师」 says itself what it counts
    if _ASKING_WORD.search(bare) or len(bare) > _PHRASE:
        says_something = _content(_ONLY_SAYS_THAT.sub("", bare)) >= _SAYS_SOMETHING
        leaning = Meaning(resolved, topic=topic if resolved == leaning.text else "")
        return [leaning, alone] if says_something else [leaning]
    if bare.endswith("的") or _swaps(bare, before, regions):
        return [Meaning(resolved)]
    inherited, new = Meaning(resolved, thing), Meaning(bare, thing, leans=False)
    leans = core != fold(question).strip() or core != bare
    return [inherited, new] if leans else [new, inherited]


_LONGEST_NAME, _LONGEST_MODIFIER = 4, 6  # characters


def in_full(question: str, topic: str, quoted: str) -> str:
    """Return a question with the thing it names as what was quoted before calls it.

    「课程呢」, of 「人工智能学校要做什么」, is 「人工智能课程呢」 where the answer spoke of 人工智能课程.

    Args:
        question: As it was asked.
        topic: The question that gave the one before its subject.
        quoted: What was quoted then, folded.
    """
    thing = _bare(question)
    if not 1 < len(thing) <= _LONGEST_NAME or _ASKING_WORD.search(thing) or thing in fold(topic):
        return question
    about = fold(topic)
    for length in range(_LONGEST_MODIFIER, 1, -1):
        for match in re.finditer(rf"(?=({_HAN}{{{length}}}){re.escape(thing)})", quoted):
            if match[1] in about:
                return question.replace(thing, match[1] + thing, 1)
    return question


def _form(place: Place, text: str) -> str:
    """Return how a text calls a place that it names."""
    return place.name if place.name in text else place.short


_ARTICLE = re.compile(
    r"(?:的?第[\d一二三四五六七八九十百零]+[条款项章节](?:的?第[\d一二三四五六七八九十百零]+[款项])?)+(?:的?(?:原文|内容))?"
)
_AGAINST = re.compile(
    r"(?:那)?(?:两年|这两年|前后)?的?(?:对比|比较)(?:一下)?(?:呢)?|(?:那|这)?(?:个|些)?(?:跟|和|与|同|比|较|对比)(?P<year>去年|上年|前年|今年|(?:19|20)\d\d年?)(?:的)?(?:相比|比较|对比|比起来|比)?"
    r"(?:是)?(?:呢|怎么样|如何|多了?还是少了?|[多少高低]了?|(?:提高|增加|增长|上升|下降|减少|多|少|高|低)了?(?:多少|几个百分点|吗)?|有(?:什么|啥)?(?:变化|区别|不同|差别|提高|增加)|变化(?:大|大吗)?)*"
)


def _against_the_year_before(question: str, previous: str) -> str:
    """Return the question before, asked of its year and another: 「跟去年比呢」."""
    against = _AGAINST.fullmatch(_bare(question))
    if against is None:
        return ""
    before = _ended(previous)
    own, other = re.search(_YEAR, before), against["year"] or "去年"
    year = own[0].removesuffix("年") if own else ""
    if year.isdecimal() and other in ("去年", "上年"):
        other = f"{int(year) - 1}年"  # the year before the one asked about
    year = own[0] if own and own[0] != other else ("去年" if other == "今年" else "今年")
    rest = re.sub(r"[,，]?的?(?:目标|完成情况)(?:是|为)?$", "", _PLANNING.sub("", _YEARS.sub("", before)))
    return f"{other}和{year}{rest}，两年对比"


_NUMBER = re.compile(r"(?<!\d)(?P<number>\d{1,3}(?:\.\d+)?)(?P<unit>个月|[年月天日岁人元分级次周]|小时|公里)")


def _another_number(question: str, previous: str) -> str:
    """Return the question before with the number that a follow-up names: 「12年呢」 after 「缴了6年能领几个月」."""
    bare = _bare(question)
    named = _NUMBER.fullmatch(re.sub(r"^(?:如果|要是|那)?(?:是|缴|交|满|做|干)?(?:了|满)?", "", bare))
    before = _ended(previous)
    same = [m for m in _NUMBER.finditer(before) if named and m["unit"] == named["unit"]]
    if named is None or len(same) != 1:
        return ""
    return before[: same[0].start()] + named[0] + before[same[0].end() :]


def split_question(question: str, regions: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the questions that a question puts together, each as it was put and as it stands by itself.

    >>> split_question("公办普高学位多少个?总投资是多少?")
    [('公办普高学位多少个', '公办普高学位多少个'), ('总投资是多少', '公办普高学位总投资是多少')]
    """
    if _ITS_WORDING.search(question):
        return [(question, question)]
    if of_two := _of_two_places(question, regions) or _of_two_things(question):
        return of_two
    pieces = [piece.strip() for piece in _BETWEEN.split(question) if piece.strip()]
    parts: list[str] = []
    for piece in pieces:
        also = _ALSO_ASKED.match(piece) and _ASKING_WORD.search(parts[-1]) if parts else None
        if parts and not also and not (_ASKS.search(piece) and _ASKS.search(parts[-1])):
            parts[-1] = f"{parts[-1]},{piece}"
        else:
            parts.append(piece)
    if not 1 < len(parts) <= _MAX_PARTS:
        return [(question, question)]
    return [(parts[0], parts[0]), *((part, _resolve(part, parts[0], regions, within=True)) for part in parts[1:])]


def whether_besides(question: str, regions: Collection[str] = ()) -> str:
    """Return what a question asks last, as it stands by itself: if something is so of the thing that it asks for.

    >>> whether_besides("晚自习收多少钱，一定得上吗")
    '晚自习一定得上吗'
    """
    *pieces, last = [piece.strip() for piece in _BETWEEN.split(question) if piece.strip()] or [question]
    asks = any(_ASKS.search(piece) and not asking.asks_whether(piece) for piece in pieces)
    return _resolve(last, ",".join(pieces), regions, within=True) if asks and asking.asks_whether(last) else ""


def _of_two_places(question: str, regions: Collection[str]) -> list[tuple[str, str]]:
    """Return what is asked of each of two places, 「沈阳和潍坊各要求多少」; nothing if it is not of two alike."""
    places = places_in(question, regions)
    if not _OF_EACH.search(question) or len(places) != len(_TWO) or any(p.holds(q) for p, q in permutations(places, 2)):
        return []
    first, second = (rf"(?:{place.name}|{place.short})[省市县区]?" for place in places)
    joined = re.search(rf"(?P<first>{first})(?:和|与|跟|及|、|同|还有)\s*(?P<second>{second})", question)
    if joined is None:
        return []
    before, after = question[: joined.start()], _OF_EACH.sub(_asked_of_one, _COMPARED.sub("", question[joined.end() :]))
    return [(joined[which], f"{before}{joined[which]}{after}") for which in _TWO]


# Not where a figure of each is asked for: one sentence may state both, and is quoted once.
_WHAT_OF_EACH = re.compile(
    rf"(?P<before>{_YEAR}?)(?P<first>{_HAN}{{2,8}}?)(?:和|与|跟|、|以及|还有)(?P<second>{_HAN}{{2,8}}?)(?P<after>的{_HAN}{{2,6}})?(?:分别|各自?)"
    rf"(?P<asks>[^，,。?？]*(?:什么|啥|哪些|怎么|如何|怎样)[^，,。?？]*)[?？]?"
)


def _of_two_things(question: str) -> list[tuple[str, str]]:
    """Return what is asked of each of two things: 「体育课和食堂分别有什么规定」; nothing if it is not of two."""
    both = _WHAT_OF_EACH.fullmatch(question.strip())
    if both is None:
        return []
    rest = f"{both['after'] or ''}{both['asks']}"
    return [(both[which], f"{both['before']}{both[which]}{rest}") for which in _TWO]


_TWO = ("first", "second")
_COMPARED = re.compile(r"^(?:相比|比起来|比一?比|比较一?下?)[,，]?")
_MORE = r"(?:更|最|比较)?(?:[高低多少大小长短贵]|便宜|快)(?:一?[些点])?"
_OF_EACH = re.compile(
    r"分别|各自?(?=[是有占为要规定最]|(?![校地区县市级类园])[\u4e00-\u9fff]{1,3}(?:多少|几|什么|啥))"
    r"|(?P<alike>一不一样|一样[吗么不]?|有(?:什么|啥)(?:不同|区别))"
    rf"|(?:哪[边个里儿家座地]?(?:[市县区省]|地方|城市)?|谁家?)(?P<what>[^,，。?？]*?)(?:(?P<done>\w)得)?{_MORE}(?=[,，。?？呢啊]|$)"
)


def _asked_of_one(match: re.Match[str]) -> str:
    """Return what is asked of each where it is asked how two differ, or of which there is more."""
    if match["alike"]:
        return "是怎样的"
    if match["done"]:
        return f"{match['what'].removeprefix('的')}{match['done']}了多少"
    return "" if match["what"] is None else f"{match['what']}是多少"


def says_more(part: str) -> bool:
    """Tell whether a part of a question asks something of its own, not only 「2025年目标是多少」."""
    return _content(re.sub(_STAGE, "", part)) > _BARE_VERB - 1


def _resolve(question: str, previous: str, regions: Collection[str], within: bool = False, topic: str = "") -> str:
    """Return a question as it stands by itself.

    Args:
        question: As it was asked.
        previous: The question before, standing by itself.
        regions: Those of the indexed documents.
        within: Whether it is a part of the one before, so of the same thing.
        topic: The question that gave the one before its subject; the one before itself unless given.
    """
    if not previous:
        return question
    core = _opened(question)
    if NEXT_TO_TODAY.search(core):  # 「今天食堂吃什么」 is not of the year asked about before
        return question
    bare = _ENDING.sub("", core)
    before = _ended(previous)
    if (when := _ONLY_WHEN.match(bare)) and (when["year"] or when["stage"]):
        return _at_another_time(before, when["year"] or "", (when["stage"] or "").removeprefix("的"))
    if (first := _FIRST_WORDS.match(core)) and (when := _ONLY_WHEN.match(first["bare"])) and when["year"]:
        return _at_another_time(before, when["year"], (when["stage"] or "").removeprefix("的"))
    if place := _only_place(bare, before, regions):
        return place
    if _PRONOUN.search(bare):
        return f"{_subject(topic or before)}{_PRONOUN.sub('', bare, count=1)}"
    if not _ASKING_WORD.search(bare) and len(bare) <= _PHRASE:
        return _beside(before, bare, regions) if within else _of_another_thing(before, bare, regions)
    counts = _COUNTING.search(bare) and _COUNTING.search(before)
    if counts and not within and _SAYS_SOMETHING <= _content(bare) < _COMPLETE and not _YEARS.search(bare):
        year = _YEARS.search(before)
        return f"{year[0] if year else ''}{bare}"
    if _content(bare) < _COMPLETE and not places_in(bare, regions):
        return _with_subject(before, bare, topic)
    return question if core == fold(question).strip() else core


def _at_another_time(before: str, year: str, stage: str) -> str:
    """Return the question before, asked of another year or stage; 「前一年」 is the year before the one asked about."""
    if year[:1] in "前上" and year[1:2] in "一年":
        said = _YEARS.search(before)
        year = _YEAR_BEFORE.get(said[0].rstrip("的底末") if said else "", year)
        if said and (number := re.search(r"20\d\d", said[0])):
            year = f"{int(number[0]) - 1}年"
    rest = _PLANNING.sub("", _YEARS.sub("", before))
    rest = re.sub(r"的?(?:目标|完成情况|完成数|实际)(?:是|为)?", "", rest)
    return f"{year}{rest}{f'，{stage}' if stage else ''}"


def _only_place(bare: str, before: str, regions: Collection[str]) -> str:
    """Return the question before, asked of another place; empty if more than a place is named."""
    named = [_form(place, bare) for place in places_in(bare, regions)]
    if len(named) != 1:
        return ""
    form = named[0]
    rest = _ALSO.sub("", bare.replace(form, "", 1).strip("市县区,，、 "))
    rest = re.sub(r"^(?:的|那边|来的?|这边|市|县|区)", "", rest)
    if _content(rest) > 1:
        return ""
    for place in places_in(before, regions):
        said = _form(place, before)
        return before.replace(said, form, 1) if said in before else ""
    year = _YEARS.match(before)
    at = year.end() if year else 0
    return f"{before[:at]}{form}{re.sub('^(?:全市|全县|我市|本市)的?', '', before[at:])}"


def _beside(before: str, thing: str, regions: Collection[str]) -> str:
    """Return a question asked in the same breath of another thing: 「口头多久内报，书面呢」."""
    other = _of_another_thing(before, thing, regions)
    if _asked_of(other) == _asked_of(before):
        return other
    modifier = thing.removesuffix("的")
    last = before.rfind(",") + 1
    named = re.match(rf"{_HAN}{{2,{len(modifier) + 1}}}?(?={asking.MANY}|多[久长大远]|[什怎哪])", before[last:])
    return f"{before[:last]}{modifier}{before[last + named.end() :]}" if named else f"{modifier}{before}"


def _asked_of(question: str) -> str:
    """Return the end of a question, which says what is asked."""
    return question[-_ASKED_LENGTH:]


def _of_another_thing(before: str, thing: str, regions: Collection[str]) -> str:
    """Return what was asked before, of another thing."""
    modifier = thing.removesuffix("的")
    if swapped := _swaps(modifier, before, regions):
        return swapped
    if thing.endswith("的") and _content(modifier) <= _COMPLETE - 2:
        return f"{modifier}{before}"
    year = "".join(match[0] for match in _YEARS.finditer(thing)) or "".join(m[0] for m in _YEARS.finditer(before))
    thing = _YEARS.sub("", thing)
    rate = "" if (found := _RATE.search(before)) is None or _RATE.search(thing) else found[0]
    counting = _COUNTING.search(before)
    asks = f"是{counting[0]}" if counting and rate else (counting[0] if counting else "")
    if counting and not rate and (amount := _AMOUNT.search(before[: counting.start()])):
        asks = f"{amount[0]}{asks}"  # 「交流补贴每月多少」, 「罚多少」
    predicate = (
        "" if counting else re.sub("^(?:啥|什么)$", "", before[len(_subject(before)) :])
    )  # 「…课程啥」 is nothing
    place = "".join(p.short for p in places_in(before, regions)[:1] if p != COUNTRY and not places_in(thing, regions))
    return f"{year}{place}{modifier if rate else thing}{rate}{asks}{predicate}"


def _swaps(thing: str, before: str, regions: Collection[str]) -> str:
    """Return the question before with a thing in the place of one of the same sort; empty if it names none."""
    for contrast in read_contrasts():
        said, new = contrast.named(before), contrast.named(thing)
        if len(said) == len(new) == 1:
            (old, old_meaning), (word, meaning) = *said.items(), *new.items()
            if old_meaning.isdisjoint(meaning) and len(thing) <= len(word) + 1:
                return before.replace(old, thing, 1)
    like = _like(thing, before, regions)
    return "" if like is None else before[: like.start()] + thing + before[like.end() :]


def _like(thing: str, before: str, regions: Collection[str]) -> re.Match[str] | None:
    """Return the stretch of a question that names a thing of the same sort: one that ends in the same word."""
    named = [re.escape(form) for place in places_in(before, regions) for form in (place.name, place.short)]
    begins = [rf"(?={'|'.join(named)})"] if named else []
    if begins and re.search(f"{SCHOOLS}$", thing):
        school = re.search(f"{begins[0]}{_HAN}{{2,12}}?{SCHOOLS}", before)
        if school:
            return school
    for length in (3, 2, 1):
        word = thing[-length:]
        if len(thing) <= length or not re.fullmatch(r"[\u4e00-\u9fff]+", word):
            continue
        for begin in (*begins, _THING_BEGINS):
            found = re.search(
                rf"{begin}(?!全[国省市])[^\s，,。?？多几年\d]{{1,{len(thing) + 5}}}?{word}(?!{word})", before
            )
            if found and found[0] != thing:
                return found
    return None


def _with_subject(before: str, bare: str, topic: str = "") -> str:
    """Return a question with the subject of the one before in front, or that of the one that gave that its subject."""
    year = _YEARS.search(bare)
    rest = _YEARS.sub("", bare)
    counts = year and _COUNTING.search(rest) and _COUNTING.search(before) and not asking.counts_explicitly(rest)
    if year and counts and _content(rest) <= _BARE_VERB:
        return _at_another_time(before, year[0], "")
    year = year or _YEARS.search(before)
    return f"{year[0] if year else ''}{_subject(topic or before)}{rest}"


def _subject(before: str) -> str:
    """Return what a question is about: its words without those that ask, its years and what it says of the thing."""
    bare = _COUNTING.sub(" ", _HOW_MUCH.sub("", _YEARS.sub("", before)) or before)
    bare = _HOW_LONG.sub("", bare) or bare
    text = re.sub(r"[\s,，?？。]", "", parse_query(bare, None).text)
    about, _, said = _SAYING.sub("\0", text, count=1).partition("\0")
    places = sum(len(place.short) for place in places_in(about))
    text = about if _content(about) > places + 1 or not said else said
    return _TRAILING_VERB.sub("", text) or text


def _content(text: str) -> int:
    """Return how many Chinese characters of a text say what it is about."""
    searched = parse_query(_YEARS.sub("", text), None).text
    return len(_NOT_CONTENT.sub("", searched))
