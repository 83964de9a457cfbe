"""A sentence that a language model wrote, held against the passages it cites: does everything in it stand there?

Each check gives a reason in words; the first that applies is the sentence's. None of them asks a model. What they catch
and what they wrongly flag is measured by `python -m eval.statements`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.claims import Figure, letters, quoted_words, read_claims, stated_figures, tidy, titles_in, without_enumerator
from app.contrasts import read_contrasts
from app.grounds import Grounds, pairs_of, parts_of
from app.places import COUNTRY, places_in, region_place
from app.proper_names import NATIONS, bodies_in, people_in
from vectorstore.normalise import fold, in_digits

# 「3.4万个」 and 「3.4万」 are one figure, 「10个」 and 「10所」 too; 人 and 人次 are not.
_VERBATIM = 8  # letters; a shorter stretch may stand in a passage by chance
_COUNTED = ("count", "institutions", "people")


def unsupported(sentence: str, grounds: Grounds, derived: Sequence[str] = ()) -> str:
    """Return why a sentence is not supported, as the asker reads it; empty if it is.

    Args:
        sentence: As it was written, without its citation marks.
        grounds: What the passages hold that it cites.
        derived: Figures worked out from figures that are quoted.
    """
    sentence = tidy(without_enumerator(sentence))
    words = letters(fold(sentence))
    # What stands there letter by letter may still end within a figure, 人 of 人次, speak of another year, or lack 不得.
    exact = len(words) >= _VERBATIM and words in grounds.text
    checks = (_turned,) if exact else (_turned, *_COMPARED)
    return not_there(sentence, grounds, derived) or _first(checks, sentence, grounds, derived)


def not_there(sentence: str, grounds: Grounds, derived: Sequence[str] = ()) -> str:
    """Return what a sentence claims that can be looked up and does not stand in its passages; empty if all does."""
    return _first(_LOOKED_UP, tidy(without_enumerator(sentence)), grounds, derived)


def _first(checks: Sequence[Check], sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    return next((reason for check in checks if (reason := check(sentence, grounds, derived))), "")


def mixed_up(sentence: str, grounds: Sequence[Grounds], derived: Sequence[str] = ()) -> str:
    """Return which part of a sentence no one passage supports, of those that support it together; empty if none.

    A sentence may take 2024 from one passage and 2025 from another, but not the year from one and the figure from the
    other: each part between commas must stand in one passage, of the year that was named last before it.
    """
    year: frozenset[int] = frozenset()
    for part in _PART.findall(tidy(without_enumerator(sentence))):
        said = read_claims(part)
        spoken = said.years | set(_relative(part, grounds[0]))
        year = spoken or year
        wanted = [figure for figure in said.figures if f"{figure[0]:f}" not in derived]
        if (wanted or spoken) and not any(_holds(each, wanted, year) for each in grounds):
            return f"“{part.strip()}”在同一处原文中找不到"
        if not any(not _other_thing(part, each, derived) for each in grounds):
            return _other_thing(part, grounds[0], derived)
    return ""


def _holds(grounds: Grounds, figures: Sequence[Figure], years: frozenset[int]) -> bool:
    """Tell whether a passage speaks of one of some years, if any, and states some figures."""
    known = grounds.claims.figures | grounds.claims.ones | grounds.above.figures
    listed = read_claims(grounds.words).listed
    stated = all(
        any(_same(figure, its) for its in known) or (figure[1].startswith("count") and figure[0] in listed)
        for figure in figures
    )
    return stated and (not years or not years.isdisjoint(grounds.years))


def _unreadable(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell whether it holds what is no text: bytes that no model meant."""
    return "文字无法辨认" if "\ufffd" in sentence else ""


def _misquoted(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    words = next((words for words in quoted_words(sentence) if not grounds.holds(words)), "")
    return f"引号内的“{_as_written(words, sentence)}”不是原文" if words else ""


def _other_title(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    title = next((title for title in titles_in(sentence) if not grounds.holds(title)), "")
    return f"出处中没有《{_as_written(title, sentence)}》" if title else ""


def _other_words(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which number of a document or clause, plan period or address is not in the passages."""
    words = next((words for words in sorted(read_claims(sentence).words) if not grounds.holds(words)), "")
    return f"出处中没有“{_as_written(words, sentence)}”" if words else ""


# Of when a document was made its data speak, not its words.
_PUBLISHED = re.compile(r"发布|印发|公布|成文|出台|发文|通过|施行|实施|公开")


def _other_time(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    said, there, published = read_claims(sentence), grounds.claims, grounds.published
    made = _PUBLISHED.search(sentence) is not None
    years = grounds.years | (published.years if made else frozenset())
    title = "".join(titles_in(sentence))
    for year in sorted((said.years | set(_relative(sentence, grounds))) - years):
        if str(year) not in title:
            return f"出处说的不是{year}年"
    dates = there.dates | (published.dates if made else frozenset())
    for date in sorted(said.dates):
        if not any(date == other or (date.endswith("月") and other.startswith(date)) for other in dates):
            return f"出处中没有“{date}”"
    return ""


_RELATIVE = {"去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2, "前年": -2}


def _relative(sentence: str, grounds: Grounds) -> Iterator[int]:
    """Yield the years that a sentence speaks of as 去年 or 明年, seen from when its passages were published."""
    (year,) = grounds.published.years if len(grounds.published.years) == 1 else (None,)
    for word, distance in _RELATIVE.items():
        if year is not None and word in sentence and word not in grounds.words:
            yield year + distance


def _other_rate(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell how often a sentence says that something is done or paid, and its passages do not."""
    for rate in sorted(read_claims(sentence).rates - grounds.claims.rates):
        if not re.search(rf"(?<![\d个]){rate}(?!\d)", grounds.text):  # 月缴额 is 每月
            return f"出处说的不是每{rate}"
    return ""


# Before % or behind a letter stands what was not read as a figure: 翻两番, 九五折, XCV%.
_UNREAD = re.compile(
    r"[^\d\s)）]%|\d[a-z]\d|[a-z]\d+(?:\.\d+)?%|(?<![\d%])-\s?\d+(?:\.\d+)?%|[一二三四五六七八九\d]折|[俩仨]"
)


def _other_figure(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    said = read_claims(sentence)
    ranks = {figure for figure in grounds.above.figures if figure[1] == "rank"}
    known = grounds.claims.figures | grounds.claims.ones | ranks
    for figure in sorted(said.figures, key=lambda figure: (figure[1], figure[0])):
        value, kind = figure
        lists = said.listed | (grounds.claims.listed if _LEAD.search(sentence) else frozenset())
        counted = kind.startswith(("count", "plain", "institutions")) and value in lists
        if not (counted or f"{value:f}" in derived or any(_same(figure, other) for other in known)):
            return f"出处中没有“{_as_stated(figure, sentence)}”这个数字"
    unread = next(
        (m[0] for m in _UNREAD.finditer(in_digits(fold(sentence))) if m[0] not in in_digits(grounds.words)), ""
    )
    return f"“{unread}”无法核对" if unread else ""


def _same(figure: Figure, other: Figure) -> bool:
    (value, kind), (its, its_kind) = figure, other
    if value != its or kind == its_kind:
        return value == its
    loose = {"plain", "count 个"} & {kind, its_kind}
    return bool(loose) and kind.startswith((*_COUNTED, "plain")) and its_kind.startswith((*_COUNTED, "plain"))


def _as_stated(figure: Figure, sentence: str) -> str:
    """Return a figure in the words of the sentence that states it, in digits."""
    stated = ((other, said) for said, other in stated_figures(tidy(fold(sentence))))
    return next((said for other, said in stated if other == figure), _name(figure))


def _as_written(words: str, sentence: str) -> str:
    """Return some letters as a sentence has them, with the punctuation among them."""
    found = re.search(r"\W*".join(map(re.escape, words)), fold(sentence))
    return found[0] if found else words


def _name(figure: Figure) -> str:
    value, kind = figure
    unit = "%" if kind == "share" else kind.partition(" ")[2]
    return f"{value:f}{'个月' if unit == '月' else unit}"


def _other_name(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which place, school, body or person a sentence names that its passages do not."""
    folded = fold(sentence)
    homes = [home for region in grounds.regions if (home := region_place(region))]
    for place in places_in(folded, grounds.regions):
        if not place.is_in(f"{grounds.words}\n{grounds.over}") and not any(
            _is_home(place.code, home.code) for home in homes
        ):
            return f"出处没有提到{place.name}" if place != COUNTRY else "出处说的不是全国"
    wide = homes and not any(home.code.endswith("0000") for home in homes)
    if wide and _PROVINCE in folded and _PROVINCE not in grounds.words:
        return f"出处说的不是{_PROVINCE}"
    for nation in NATIONS.findall(folded):
        if nation not in grounds.words:
            return f"出处没有提到{nation}"
    for name in (*bodies_in(folded, grounds.holds, [home.short for home in homes]), *people_in(folded)):
        if not grounds.holds(letters(name)):
            return f"出处没有提到“{name}”"
    return ""


_PROVINCE = "全省"


def _is_home(code: str, home: str) -> bool:
    """Tell whether a place is where the passages come from, or the province that lies in."""
    return code == home or (code.endswith("0000") and code[:2] == home[:2])


def _other_thing(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell what a sentence names of which its passages name the contrary: 民办 where they say 公办."""
    folded = fold(sentence)
    for contrast in read_contrasts():
        for word, meaning in contrast.named(folded).items():
            there = contrast.named(f"{grounds.words}\n{grounds.over}")
            if (
                there
                and meaning.isdisjoint(frozenset[int]().union(*there.values()))
                and not _goes_without(word, grounds)
            ):
                return f"出处说的是{next(iter(there))}，不是{word}"
    return ""


_LEVELS = {"全市": "市", "全省": "省", "全国": "全国"}


def _goes_without(word: str, grounds: Grounds) -> bool:
    """Tell whether a word says of how wide an area the passages speak, as all of a document does."""
    level = _LEVELS.get(word)
    return level is not None and any(region.endswith(level) for region in grounds.regions)


# Words that make a sentence say more than its passages: what it says, and what there allows it to.
_FORCE = tuple(
    (re.compile(said), re.compile(there))
    for said, there in (
        (
            r"不得|不再|不予|不能|不准|不许|无须|无需|不必|不用|禁止|严禁|暂不|并不|未(?=作|能|予|获|经)|没有|一概不|免除|拒绝",
            r"[不未无禁没免非零]|取消|停|废止|杜绝|防止|避免|拒绝|限制|治理|清理|减",
        ),
        (r"取消|停止|叫停|废止", r"取消|停|废止|不再|终止|撤"),
        (r"错误|不实|有误|谣言|相差甚远|没能|并非|不是", r"错|不实|误|谣|没能|并非|不是"),
        (r"下降|减少|降低|下滑|缩减|压减", r"降|减|缩|少|下滑|压|控|治"),
        (r"必须|务必|强制|一律|一概|只能", r"必须|务必|强制|一律|一概|应|须|严|确保|坚决|要求|只"),
        (r"所有|全部|任何|每一[个所名位]", r"所有|全|任何|每|各|均|都|一律|100%|普遍|皆|凡"),
        (
            r"首次|首个|首批|首创|率先|首位|居首|第一(?!批|轮|季|时间|个|章|条|款|阶段|[,，、])|独有",
            r"首|第一|率|之先|唯一|独|一流|冠|第1|最",
        ),
        (r"唯一", r"唯一|独"),
        (r"全国", r"全国|国家|教育部|中央|中国|国内|部级|国务院"),
        (r"免费|免收|不收[取费]", r"免|不收|零收费|公益|无偿"),
        (r"翻[一二两三四2-4]?番|[一1]倍|成倍|倍增", r"番|倍"),
        (r"上[百千万亿](?![海级])", r"上[百千万亿]"),
    )
)
# 不断完善 and 不少于 deny nothing.
_NOT = re.compile(
    r"未(?=达|能|予|获|经|作|完成|通过|实现)|没能|没有|并非|不是|不得|不会|不再|不予|不能|不准|不许|不应|不宜|严禁|禁止|无需|无须"
    r"|不(?!断|仅|但|少|低|超|高|同|足|动产|久|时|懈|忘|折|见|良|合|满|止|只|光|管|论|过|大于|小于|利|稳|均|平|确|适|符|及|当|可|明|够|便|易|要|是|了|到)"
)
_DENIES = re.compile(r"[不未无没非禁免停勿]|避免|防止|杜绝|取消|减少|拒绝")
# What may stand between: 不得擅自…, 不得以任何形式…, 不得向家长…
_LEADS_VERB = re.compile(
    r"[得会再予能准许应宜要可盲目擅自随意违规以任何形式]*(?:[向对将把给由与在][\u4e00-\u9fff]{2})?"
)


def _stronger(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which word denies, demands or generalises, where nothing in the passages does."""
    folded = fold(sentence)
    bare, there = re.sub(r"第\s*\d+", " ", in_digits(folded)), in_digits(grounds.words)
    for said, allowed in _FORCE:
        if (match := said.search(bare) or said.search(folded)) and not allowed.search(there):
            return f"出处没有说“{match[0]}”"
    return ""


_BEFORE_VERB = 8  # characters in which a verb may be denied
_LEAST_TURNED, _LEAST_PAIRS = 0.6, 3  # of what is denied must be said, and how much that is at least


def _turned(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell what a sentence denies and its passages do not, or what they deny and it does not."""
    folded = fold(sentence)
    denied_there = set(_denied(grounds.words))
    for verb in _denied(folded):
        at = grounds.words.find(verb)
        if at >= 0 and verb not in denied_there and not _DENIES.search(grounds.words[max(0, at - _BEFORE_VERB) : at]):
            return f"出处没有否定“{verb}”"
    if _DENIES.search(folded):
        return ""
    denied = next((v for v in sorted(denied_there) if v in folded and grounds.words.count(v) == 1), "")
    said = pairs_of(letters(folded))
    for clause in _denied_clauses(grounds.words):
        pairs = pairs_of(letters(clause))
        if len(pairs) >= _LEAST_PAIRS and len(pairs & said) >= _LEAST_TURNED * len(pairs):
            denied = denied or clause
    return f"出处否定了“{denied}”" if denied else ""


def _denied_clauses(folded: str) -> Iterator[str]:
    """Yield what stands behind a denial up to the end of its clause, where it stands nowhere else without one."""
    for match in _NOT.finditer(folded):
        clause = re.split(r"[,，。；;、:：]", folded[match.end() :], maxsplit=1)[0]
        if folded.count(clause) == 1:
            yield clause


def _denied(folded: str) -> Iterator[str]:
    """Yield what a folded text says is not so: the two characters of the verb behind 不得, 不会, 严禁."""
    for match in _NOT.finditer(folded):
        verb = folded[_LEADS_VERB.match(folded, match.end()).end() :][:2]  # type: ignore[union-attr]
        if re.fullmatch(r"[\u4e00-\u9fff]{2}", verb):
            yield verb


_MORE = re.compile(r"达到?|不低于|不少于|不小于|至少|(?<!不)(?:超过?|超出|高于|多于|大于)|突破|逾")
_LESS = re.compile(r"不超过|不高于|不多于|不大于|至多|最多|(?<!不)(?:低于|少于|小于)|不足|不满|不到|未满|控制在")
_MORE_BEHIND, _LESS_BEHIND = re.compile(r"[^，,。]{0,2}以上"), re.compile(r"[^，,。]{0,2}以[下内]")
_BESIDE = 4  # characters before a figure in which 超过 or 不足 may stand


def _other_bound(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which figure is a lower bound here and an upper one in the passages, or the other way round."""
    there = dict(_bounds(grounds.words))
    for figure, bound in _bounds(fold(sentence)):
        if there.get(figure, bound) != bound:
            return f"“{figure}”在出处中是{'下限' if there[figure] > 0 else '上限'}"
    return ""


def _bounds(folded: str) -> Iterator[tuple[str, int]]:
    """Yield the figures that a folded text gives as a bound: 1 for a lower, -1 for an upper one."""
    written = in_digits(folded)
    for match in re.finditer(r"\d+(?:\.\d+)?%?", written):
        before, behind = (
            written[max(0, match.start() - _BESIDE) : match.start()],
            written[match.end() : match.end() + 5],
        )
        less = _LESS.search(before) or _LESS_BEHIND.match(behind)
        more = not _LESS.search(before) and (_MORE.search(before) or _MORE_BEHIND.match(behind))
        if bool(less) != bool(more):
            yield match[0], 1 if more else -1


_LEAST_MORE = 2  # pairs of letters by which another part fits a figure better, of those that tell the two apart
_TIMES_MORE = 2  # and how many times better


def of_something_else(sentence: str, grounds: Grounds, derived: Sequence[str] = ()) -> str:
    """Tell which figure stands in the passages, but is said there of another thing than here."""
    if "分别" in grounds.words:  # 「A、B分别达X、Y」 tells by its order what belongs together
        return ""
    for part in parts_of(fold(sentence)):
        for figure in part.figures:
            if sum(kind == figure[1] for _, kind in part.figures) > 1:
                continue  # 「一级园26所和二级园191所」: which words go with which is not told by commas
            own = [known.pairs for known in grounds.parts if any(_same(figure, its) for its in known.figures)]
            others = [known.pairs for known in grounds.parts if any(figure[1] == its[1] for its in known.figures)]
            if own and all(any(_fits_better(part.pairs, other, mine) for other in others) for mine in own):
                return f"“{_name(figure)}”在出处中说的是另一件事"
    return ""


def _fits_better(said: frozenset[str], other: frozenset[str], own: frozenset[str]) -> bool:
    """Tell whether some words speak of one part rather than of another, by what only one of them says."""
    theirs, ours = len(said & (other - own)), len(said & (own - other))
    return theirs - ours >= _LEAST_MORE and theirs > _TIMES_MORE * ours


# Words by which a sentence leads, joins and reports; they claim nothing themselves.
_REPORTING = re.compile(
    r"根据|依据|按照|对照|文件|通知|政策|规定|提出|明确|指出|强调|表示|显示|说明|介绍|其中|此外|同时|另外|以及|并且|而且|因此|所以|总之|综上所?述?|分别|例如|比如|包括|如下|以下|下列"
    r"|主要|具体|方面|措施|举措|做法|内容|情况|目标|计划|任务|要求|力争|达到|实现|将会?|应当?|必须|需要?|可以|进行|开展|通过|关于|对于|有关|相关|至于|就是|即|也|还|都|则|已经?|正在|继续|进一步"
    r"|今年|去年|明年|当年|全年|年度|年底前?|年内|一年来|截至|目前|现在|问题|答案|回答|资料|来源|出处|原文|上述|这[些项个一]?|该[项文]?|您|我们?|几[个点项]|哪些"
    r"|[的了在是为对以从到把被让和与及等或由于至其之会要有年月日]"
)
_LEAST_COVERED = 0.5
_LEAST_COVERED_LEAD = 0.2  # a sentence that leads to a list speaks of its topic only
_LEAD = re.compile(
    r"[:：]\s*$|(?:以下|如下|下列|下面|这些|几[个点项种]|[二两三四五六七八九\d]个?方面)[^，,。]{0,6}[。:：]?\s*$"
)
_BY_CHANCE = 20  # a number up to this stands in most passages
_DEMANDS = re.compile(r"[不未免禁]|可以|必须|应当")
_WORD = re.compile(r"[a-z][a-z0-9]*|[\u3400-\u9fff]+")


def coverage(sentence: str, grounds: Grounds) -> float | None:
    """Return the share of what a sentence says that its passages say too, by characters; None if it says nothing."""
    said = found = 0
    for word in _content(sentence):
        if word[0].isascii():
            said += 2
            found += 2 * grounds.holds(word)
        elif len(word) > 1:
            held = [pair in grounds.pairs for pair in map("".join, zip(word, word[1:], strict=False))]
            said += len(word)
            found += sum(a or b for a, b in zip([False, *held], [*held, False], strict=True))
    return found / said if said else None


def _content(sentence: str) -> Iterator[str]:
    return iter(_WORD.findall(_REPORTING.sub(" ", re.sub(r"[\d.%]+", " ", in_digits(fold(sentence))))))


def _not_said(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    covered = coverage(sentence, grounds)
    leads = _LEAD.search(sentence) is not None
    if covered is None:
        figures = [f for f in read_claims(sentence).figures if f[0] > _BY_CHANCE or f[1] not in ("plain", "count 个")]
        leads = leads and not _DEMANDS.search(sentence)
        return "" if figures or leads or is_lead(sentence) else "没有可以核对的内容"
    if covered < (_LEAST_COVERED_LEAD if leads else _LEAST_COVERED):
        return "出处没有这样说"
    parts = _PART.findall(sentence)
    for part in parts[:-1] if leads else parts:
        if not any(figure in part for figure in derived) and _is_added(part, grounds):
            return f"出处没有说“{part.strip()}”"
    return ""


def is_lead(sentence: str) -> bool:
    """Tell whether a sentence only leads to others or heads them, and claims nothing that can be looked up."""
    said = read_claims(sentence)
    heads = sentence.rstrip().endswith((":", "："))
    heads = heads or (_LEAST_HEADING <= len(sentence) <= _HEADING and re.search(r"[。；;，,|]", sentence) is None)
    claims = said.figures or said.years or said.dates or said.words or any(quoted_words(sentence))
    return heads and not claims and _DEMANDS.search(sentence) is None


_LEAST_HEADING, _HEADING = 4, 20  # characters; a shorter line is 「是的」

_PART = re.compile(r"[^，,；;。！!？?：:\n]+")
_SETTING = re.compile(r"^(?:为了?|除|在|对|针对)|(?:期间|以来|[后时])$")  # what is said of it stands in the other parts
_ADDED, _ALL_ADDED = 6, 4  # characters that claim something, in a part of which next to nothing, or nothing, is found
_LEAST_COVERED_PART = 0.2


def _is_added(part: str, grounds: Grounds) -> bool:
    said = sum(map(len, _content(part))) - (2 if re.search(r"\d", part) else 0)  # its figures were looked up
    covered = coverage(part, grounds)
    if covered is None or _SETTING.search(part.strip()):
        return False
    return (said >= _ADDED and covered < _LEAST_COVERED_PART) or (said >= _ALL_ADDED and covered == 0)


Check = Callable[[str, Grounds, Sequence[str]], str]
"""A sentence, what its passages hold, figures worked out → why it is not supported; empty if it may be."""

_LOOKED_UP: tuple[Check, ...] = (
    _unreadable,
    _misquoted,
    _other_title,
    _other_words,
    _other_time,
    _other_figure,
    _other_rate,
    _other_name,
)
_COMPARED: tuple[Check, ...] = (_other_thing, _stronger, _other_bound, of_something_else, _not_said)
