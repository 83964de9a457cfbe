"""How a sentence puts it, where its passages put it otherwise: each check gives the reason in words.

What it names the contrary of, what it denies, demands or generalises, which thing it gives a figure to, and what it
says that they do not say at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.claims import figure_name, is_same, letters, quoted_words, read_claims
from app.contrasts import read_contrasts
from app.grounds import Grounds, pairs_of, parts_of
from vectorstore.normalise import fold, in_digits


def other_thing(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell what a sentence names of which its passages name the contrary: 民办 where they say 公办."""
    folded, held = fold(sentence), f"{grounds.words}\n{grounds.over}"
    for contrast in read_contrasts():
        named = contrast.named(folded)
        there = contrast.named(held) if named else {}
        meant = frozenset[int]().union(*there.values())
        for word, meaning in named.items():
            if there and meaning.isdisjoint(meant) and not _goes_without(word, grounds):
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
            r"[不无禁没免非零]|未(?!来)|取消|停|废止|杜绝|防止|避免|拒绝|限制|(?<!化)治理|清理|(?<!双)减",
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


def stronger(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which word denies, demands or generalises, where nothing in the passages does."""
    folded = fold(sentence)
    bare, there = re.sub(r"第\s*\d+", " ", in_digits(folded)), in_digits(grounds.words)
    for said, allowed in _FORCE:
        if (match := said.search(bare) or said.search(folded)) and not allowed.search(there):
            return f"出处没有说“{match[0]}”"
    return ""


_BEFORE_VERB = 8  # characters in which a verb may be denied
_LEAST_TURNED, _LEAST_PAIRS = 0.6, 3  # of what is denied must be said, and how much that is at least


def turned(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
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


def other_bound(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
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
            own = [known.pairs for known in grounds.parts if any(is_same(figure, its) for its in known.figures)]
            others = [known.pairs for known in grounds.parts if any(figure[1] == its[1] for its in known.figures)]
            if own and all(any(_fits_better(part.pairs, other, mine) for other in others) for mine in own):
                return f"“{figure_name(figure)}”在出处中说的是另一件事"
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
LEAD = re.compile(
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


def not_said(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell whether too little of a sentence, or of a part of it, is said in the passages."""
    covered = coverage(sentence, grounds)
    leads = LEAD.search(sentence) is not None
    if covered is None:
        figures = [f for f in read_claims(sentence).figures if f[0] > _BY_CHANCE or f[1] not in ("plain", "count 个")]
        leads = leads and not _DEMANDS.search(sentence)
        return "" if figures or leads or is_lead(sentence) else "没有可以核对的内容"
    if covered < (_LEAST_COVERED_LEAD if leads else _LEAST_COVERED):
        return "出处没有这样说"
    parts = PART.findall(sentence)
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

PART = re.compile(r"[^，,；;。！!？?：:\n]+")
_SETTING = re.compile(r"^(?:为了?|除|在|对|针对)|(?:期间|以来|[后时])$")  # what is said of it stands in the other parts
_ADDED, _ALL_ADDED = 6, 4  # characters that claim something, in a part of which next to nothing, or nothing, is found
_LEAST_COVERED_PART = 0.2


def _is_added(part: str, grounds: Grounds) -> bool:
    said = sum(map(len, _content(part))) - (2 if re.search(r"\d", part) else 0)  # its figures were looked up
    covered = coverage(part, grounds)
    if covered is None or _SETTING.search(part.strip()):
        return False
    return (said >= _ADDED and covered < _LEAST_COVERED_PART) or (said >= _ALL_ADDED and covered == 0)
