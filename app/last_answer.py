"""A question about the answer before it → that answer once more: its source, its wording, its year, or what goes on.

「哪一条规定的」, 「原文发我」, 「你确定吗」, 「哪一年的」, 「具体点」, 「还有呢」 name nothing that could be searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Literal

from app.citations import source_line, stage_name, widen
from app.composition import Composed, quotations
from app.confidence import confidence, threshold
from app.finding import Finding, worth
from app.groundwork import Groundwork
from app.guard import objection
from app.records import Citation
from ingest.sentences import split_sentences
from vectorstore.normalise import fold

Wish = Literal["wording", "when", "source", "doubt", "fuller", "more"]

WISHES: dict[Wish, str] = {
    "wording": "的原文",
    "when": "说的是哪一年",
    "source": "的出处",
    "doubt": "是否属实：给出原文和出处",
    "fuller": "的更多内容",
    "more": "以外的内容",
}
"""What may be asked about an answer, as people call it; of several the first is meant."""

_LONGEST_ACCOUNT = 350  # characters: of a quotation that is asked for in full
_LONGER = 1.2  # times what was shown: less adds nothing
_AS_SURE, _AS_GOOD = 0.5, 0.6  # of what was chosen: what goes on from it
_LONGEST_WISH = 20  # characters between marks: who says more asks something of his own
_MOST_FURTHER = 2  # quotations for 「还有呢」

_ENDS = r"(?:的|了|吗|呢|啊|呀|吧|么|是|个|文件|规定|内容|话)*"
_GIVE = r"(?:请|能不能|可以|能|麻烦)?[把给]?我?(?:[看发贴列拿找念]|引用?){0,3}(?:一?下)?(?:出来)?给?我?(?:看看?|一下)?"
_THAT = r"(?:[这那](?:个|条|些|句话?|么)?|它|上面|以上|刚才|你|[说讲]的?|引用?的?){0,4}[是的说]{0,3}(?:在|来自|出自)?"
_YEAR = r"(?:今年|去年|前年|(?:19|20)\d\d年?)"
_ONE = r"(?:个?部分|[条款章节项点份段页])"
_DONE, _AIMED = r"(?:已?完成|实际|已经|现状|结果)[^,，。?？]{0,6}", r"(?:目标|计划)[^,，。?？]{0,4}"

_FORMS: dict[Wish, str] = {
    "wording": rf"{_GIVE}{_THAT}(?:文件|条例|通知|规定|条款)?(?:里|中|上)?的?"
    r"(?:原文|原话|原句|条文|全文|完整(?:的)?(?:原文|内容|句子)|整句话?|整条)(?:是|怎么|如何|具体)*"
    rf"(?:真|就|确实)*(?:这么|这样)?(?:什么|说|写|讲|规定|表述)*{_GIVE}{_ENDS}",
    "when": rf"{_THAT}(?:数据|数字|比例|目标|情况|说法|数|指标)?(?:是|说的是|指)*"
    rf"(?:哪一?年(?:度)?|{_YEAR}的?还是{_YEAR}|{_DONE}还是{_AIMED}|{_AIMED}还是{_DONE})"
    rf"(?:的)?(?:数据|数字|目标|情况|数|事)?{_ENDS}",
    "source": rf"{_THAT}(?:(?:哪一?{_ONE}|哪个(?=[文通条规]))(?:文件|通知|条例|规定|条款)?(?:里面?|中|上)?|第几{_ONE}"
    r"|什么(?:文件|规定)(?:里面?|中|上)?(?=[说写讲规提要])|哪(?:里|儿)(?=说|写|看|规定|提|来))"
    rf"(?:明确)?(?:规定|说|写|讲|提到?|要求|来|看到?)*{_ENDS}"
    rf"|{_GIVE}{_THAT}(?:出处|来源|依据|根据|文件依据|政策依据|法律依据)(?:是|在|来自)?"
    rf"(?:什么|哪(?:里|儿)|哪一?[条款个份]|何在)?{_ENDS}"
    rf"|(?:依据|根据|出自)(?:的是?)?(?:哪一?[条款个份]|什么)(?:文件|规定|条款)?{_ENDS}"
    rf"|(?:有|有没有)(?:什么)?(?:文件|政策|法律)?(?:依据|根据|出处){_ENDS}",
    "doubt": rf"{_THAT}(?:你?(?:能|敢)?(?:确定|肯定|保证)(?:没错)?|真的假的|真的|准确|准不准|对不对|对(?=吗|么|吧)"
    rf"|靠谱|可靠|可信|属实|没[搞弄说]?错|不会[搞弄]错){_ENDS}",
    "fuller": r"(?:能不能|可以|能|请|麻烦)?(?:再)?(?:说|讲|介绍|解释|展开)?(?:得)?(?:具体|详细|仔细|完整|展开|全面)"
    r"(?:点|些|一点|一些|地|来)?(?:儿)?"
    rf"(?:说说?|讲讲?|介绍|解释|内容|情况|是什么|有哪些|怎么做|怎么说)?(?:一下)?{_ENDS}|怎么做的?|细说|展开",
    "more": r"(?:那|就)?(?:还有|除此之外|除了这[些个]|另外|此外)(?:还有)?(?:没有?|别的|其他|其它|什么|哪些|更多)*"
    rf"(?:内容|规定|措施|要求|方面)?{_ENDS}"
    r"|就(?:这些|这个|这点)了?(?:吗|么)?|没(?:有)?(?:别的|其他的?)?了(?:吗|么)|继续|接着说|更多",
}
_BETWEEN = re.compile(r"[?？。!！~～\s,，]+")


def wish_of(question: str) -> Wish | None:
    """Return what a question asks about the answer before it; None if it asks something of its own."""
    parts = [part for part in _BETWEEN.split(fold(question)) if part]
    if any(len(part) > _LONGEST_WISH for part in parts):
        return None
    wishes = [next((wish for wish in WISHES if re.fullmatch(_FORMS[wish], part)), None) for part in parts]
    return next((wish for wish in WISHES if wish in wishes), None) if all(wishes) else None


def show_again(wish: Wish, before: Groundwork) -> Composed | None:
    """Return an answer as a question about it wants it shown; None if there is nothing to show."""
    citations = before.answer.citations
    if wish in ("fuller", "more"):
        further = tuple(_further(before, wish == "fuller"))
        return Composed("\n".join(citation.quote for citation in further), further, ()) if further else None
    if wish in ("wording", "doubt"):
        citations = _without_overlap([_in_full(citation, 0) for citation in citations])
    named = [(stage_name(c) if wish == "when" else "") or source_line(c) for c in citations]
    lines = (f"{name}：{citation.quote}" for name, citation in zip(named, citations, strict=True))
    return Composed("\n".join(lines), citations, ()) if citations else None


def _further(before: Groundwork, fuller: bool) -> Iterator[Citation]:
    """Yield what goes on from the answer before: its sentences in full, or else what answers beside it."""
    shown = before.answer.citations
    whole = _without_overlap([_in_full(citation, _LONGEST_ACCOUNT if fuller else 0) for citation in shown])
    if sum(len(c.quote) for c in whole) > _LONGER * sum(len(c.quote) for c in shown):
        yield from whole
        if fuller:
            return
    beside = chain.from_iterable(map(_beside, before.found))
    new = [citation for citation in beside if not any(_overlap(citation, other) for other in whole)]
    yield from _without_overlap([_in_full(citation, 0) for citation in new])[:_MOST_FURTHER]


def _beside(finding: Finding) -> Iterator[Citation]:
    """Yield what answers a question nearly as well as what was chosen."""
    best = max((worth(extract) for extract in finding.chosen), default=0.0)
    for extract in finding.looked_at:
        sure = confidence(extract, finding.asked, alone=True)
        answers = not objection(extract, finding.asked) and sure >= max(
            threshold(finding.asked), _AS_SURE * finding.sure
        )
        if answers and worth(extract) >= _AS_GOOD * best:
            yield from quotations(extract)


def _in_full(citation: Citation, most: int) -> Citation:
    """Return a quotation with the whole of its sentences, and those behind them in its clause up to a length."""
    sentences = split_sentences(citation.document.text, citation.clause.start, citation.clause.end)
    start, end = citation.start, citation.end
    for sentence in sentences:
        touches = sentence.start < citation.end and sentence.end > citation.start
        goes_on = sentence.start >= citation.end and sentence.end - start <= most
        if touches or (goes_on and end < sentence.start):
            start, end = min(start, sentence.start), max(end, sentence.end)
    return widen(citation, start, end)


def _overlap(one: Citation, other: Citation) -> bool:
    return one.document.id == other.document.id and one.start < other.end and other.start < one.end


def _without_overlap(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Return quotations without those that share words with one before."""
    kept: list[Citation] = []
    for citation in citations:
        if not any(_overlap(citation, other) for other in kept):
            kept.append(citation)
    return tuple(kept)
