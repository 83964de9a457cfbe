"""A question in its conversation → what it is about, and what an answer to it is written from.

A conversation is followed from its first question: what one came to is what the next may lean on. A question is
1. a courtesy, which gets one;
2. about the answer before (「哪一条规定的」, 「原文发我」, 「还有呢」): that one is shown again, in full or with its source;
3. about a document itself (「谁发的」, 「分几个部分」): see `app.about`;
4. about what documents say. What it leaves out may be in the question before; each meaning it can have is tried, in
   the document that is spoken of before the others, and the first that is answered by what speaks of it holds.

No answer is stored. The same questions in the same order always come to the same, and a conversation that goes on is
not worked through again.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from threading import Lock

from app import about
from app.citations import source_line, stage_name, widen
from app.composition import Composed, quotations
from app.confidence import THRESHOLD, confidence
from app.courtesy import reply_to
from app.finding import Finding, worth
from app.followups import Meaning, meanings, only_when
from app.groundwork import Groundwork, lay_ground
from app.guard import misfit
from app.places import Place, places_in, region_place
from app.records import NOT_IN_DOCUMENTS, Answer, Citation, Step
from app.understanding import regions
from app.verification import verify
from ingest.sentences import split_sentences
from vectorstore import Filters, Retriever
from vectorstore.normalise import fold
from vectorstore.query import names_law, parse_query

_KEPT_TURNS = 512  # a conversation that is going on finds its last turn there
_LONGEST_ACCOUNT = 350  # characters: of a quotation that is asked for in full
_LONGER = 1.2  # times what was shown: less adds nothing
_AS_SURE, _AS_GOOD = 0.5, 0.6  # of what was chosen: what goes on from it
_MOST_FURTHER = 2  # quotations for 「还有呢」

_SPOKEN_OF = 0.3  # share of a thing's pairs of characters that what answers must hold

_ENDS = r"(?:的|了|吗|呢|啊|呀|吧|么|是|个|文件|规定|内容|话)*"
_GIVE = r"(?:请|能不能|可以|能|麻烦)?(?:把|给)?(?:我)?(?:看看?|发|贴|列|拿|找|引用?|念)*(?:一?下)?(?:出来)?(?:给)?(?:我)?(?:看看?|一下)?"
_THAT = r"(?:那么?|这|那|它|这个|那个|这条|这句话?|这些|你?(?:刚才)?(?:说|讲|引用?)的?|上面|以上|刚才)*(?:是|的|说的?)*(?:在|来自|出自)?"
_YEAR = r"(?:今年|去年|前年|(?:19|20)\d\d年?)"
_DOUBTS = re.compile(
    rf"{_THAT}(?:你?(?:能|敢)?(?:确定|肯定|保证)(?:没错)?|真的假的|真的|准确|准不准|对不对|对|靠谱|可靠|可信|属实|没[搞弄说]?错|不会[搞弄]错)"
    rf"{_ENDS}"
)
_SOURCE = re.compile(
    rf"{_THAT}(?:哪一?(?:个?部分|[条款章节项点份个段页])(?:文件|通知|条例|规定|条款)?(?:里面?|中|上)?|第几(?:部分|[条款章节项点段页])|什么(?:文件|规定)(?:里面?|中|上)?|哪(?:里|儿)(?=说|写|看|规定|提|来))"
    rf"(?:明确)?(?:规定|说|写|讲|提到?|要求|来|看到?)*{_ENDS}"
    rf"|{_GIVE}{_THAT}(?:出处|来源|依据|根据|文件依据|政策依据|法律依据)(?:是|在|来自)?(?:什么|哪(?:里|儿)|哪一?[条款个份]|何在)?{_ENDS}"
    rf"|(?:依据|根据|出自)(?:的是?)?(?:哪一?[条款个份]|什么)(?:文件|规定|条款)?{_ENDS}"
    rf"|(?:有|有没有)(?:什么)?(?:文件|政策|法律)?(?:依据|根据|出处){_ENDS}"
)
_WORDING = re.compile(
    rf"{_GIVE}{_THAT}(?:文件|条例|通知|规定|条款)?(?:里|中|上)?的?(?:原文|原话|原句|条文|全文|完整(?:的)?(?:原文|内容|句子)|整句话?|整条)(?:是|怎么|如何|具体)*"
    rf"(?:真|就|确实)*(?:这么|这样)?(?:什么|说|写|讲|规定|表述)*{_GIVE}{_ENDS}"
)
_WHEN = re.compile(
    rf"{_THAT}(?:数据|数字|比例|目标|情况|说法|数|指标)?(?:是|说的是|指)*(?:哪一?年(?:度)?|什么时候|{_YEAR}的?还是{_YEAR}"
    rf"|(?:已?完成|实际|已经)[^,，。?？]{{0,6}}还是(?:目标|计划)[^,，。?？]{{0,4}}|(?:目标|计划)还是(?:已?完成|实际|已经|现状|结果)[^,，。?？]{{0,6}})(?:的)?(?:数据|数字|目标|情况|数|事)?{_ENDS}"
)
_FULLER = re.compile(
    r"(?:能不能|可以|能|请|麻烦)?(?:再)?(?:说|讲|介绍|解释|展开)?(?:得)?(?:具体|详细|仔细|完整|展开|全面)(?:点|些|一点|一些|地|来)?(?:儿)?"
    rf"(?:说说?|讲讲?|介绍|解释|内容|情况|是什么|有哪些|怎么做|怎么说)?(?:一下)?{_ENDS}|怎么做的?|细说|展开"
)
_MORE = re.compile(
    rf"(?:那|就)?(?:还有|除此之外|除了这[些个]|另外|此外)(?:还有)?(?:没有?|别的|其他|其它|什么|哪些|更多)*(?:内容|规定|措施|要求|方面)?{_ENDS}"
    r"|就(?:这些|这个|这点)了?(?:吗|么)?|没(?:有)?(?:别的|其他的?)?了(?:吗|么)|继续|接着说|更多"
)
_END_MARKS = re.compile(r"[?？。!！~～\s,，]+")


class _Turns:
    """What the turns of conversations came to, as long as there is room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Groundwork] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> Groundwork | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: object, came_to: Groundwork) -> None:
        with self._lock:
            self._kept[key] = came_to
            if len(self._kept) > _KEPT_TURNS:
                self._kept.popitem(last=False)


_turns = _Turns()


def follow(retriever: Retriever, question: str, history: Sequence[str], filters: Filters | None) -> Groundwork:
    """Return what a question came to in its conversation.

    Args:
        retriever: The index.
        question: As it is asked.
        history: What was asked before, in order.
        filters: Which passages may answer.
    """
    started = time.perf_counter()
    before: Groundwork | None = None
    content = [asked for asked in history if not reply_to(asked)]
    for number, asked in enumerate(content):
        key = (retriever.cache, retriever.content.mark, filters, *content[: number + 1])
        came_to = _turns.get(key)
        if came_to is None:
            came_to = _turn(retriever, asked, before, filters, time.perf_counter())
            _turns.put(key, came_to)
        before = came_to
    found = _turn(retriever, question, before, filters, started)
    _turns.put((retriever.cache, retriever.content.mark, filters, *content, question), found)
    return found


def refers_back(question: str) -> bool:
    """Tell whether a question asks about the answer before it, or is none."""
    return bool(reply_to(question)) or _about_answer(question) is not None


def _turn(
    retriever: Retriever, question: str, before: Groundwork | None, filters: Filters | None, started: float
) -> Groundwork:
    if reply := reply_to(question):
        return _said(question, question, reply, "", started, before.spoken_of if before else ())
    if before is not None and (again := _again(question, before, started)):
        return again
    asked = None if before is not None and only_when(question) else about.read_about(retriever, question)
    if asked and before is not None and before.found and asked.is_general and not about.WHOLE_WORK.search(question):
        asked = None  # 「今年有什么措施」 after another question is of what that was about
    if asked and (told := _about(retriever, question, asked, before, filters, started)):
        return told
    if before is None:
        found = lay_ground(retriever, question, question, filters, started)
        return found if found.spoken_of else replace(found, spoken_of=_named(retriever, found), of_place=True)
    found = _first_that_answers(retriever, question, before, filters, started)
    if found.spoken_of:
        return found
    if before.spoken_of and not _names_another(retriever, found.answer.asked_for, before.spoken_of[0]):
        return replace(found, spoken_of=before.spoken_of, of_place=before.of_place)
    return replace(found, spoken_of=_named(retriever, found), of_place=True)


def _named(retriever: Retriever, refused: Groundwork) -> tuple[str, ...]:
    """Return the documents of the place that a question names which they do not answer; the talk goes on about it."""
    places = [place for finding in refused.found for place in finding.asked.places]
    text = fold(refused.answer.asked_for)
    return tuple(
        record.id
        for record in retriever.records
        if record.region and (region_place(record.region) in places or record.region in text)
    )


def _first_that_answers(
    retriever: Retriever, question: str, before: Groundwork, filters: Filters | None, started: float
) -> Groundwork:
    """Return what the first meaning of a follow-up comes to that is answered; what the likeliest does if none is.

    In the document that is spoken of, the meaning that is answered most surely holds.
    """
    meant = meanings(question, before.answer.asked_for, regions(retriever), before.topic)
    tried: list[Groundwork] = []

    def lay(meaning: Meaning, scope: Filters | None) -> Groundwork:
        tried.append(replace(lay_ground(retriever, question, meaning.text, scope, started), topic=meaning.topic))
        return tried[-1]

    inside = [(meaning, scope) for meaning in meant for scope in _inside(retriever, meaning.text, before, filters)]
    answered = [found for meaning, scope in inside if _holds(found := lay(meaning, scope), meaning, inside=True)]
    if answered:
        return max(answered, key=lambda found: found.answer.sure)
    for meaning in meant:
        if inside and meaning.leans:
            continue
        found = lay(meaning, filters)
        if _holds(found, meaning, inside=False) and _is_of_the_same(retriever, found, meaning.text, before):
            return found
    if tried[0].answer.outcome != "answered":
        return tried[0]
    # What answers speaks of another thing or place than the follow-up.
    reason = "找到的段落与问题不够吻合"
    said = _said(question, tried[0].answer.asked_for, NOT_IN_DOCUMENTS, reason, started, ())
    return replace(said, topic=tried[0].topic)


def _holds(found: Groundwork, meaning: Meaning, inside: bool) -> bool:
    """Tell whether a meaning is answered, by what speaks of the thing it names; `inside` the document spoken of."""
    if found.answer.outcome != "answered" or (found.answer.sure < meaning.sure and not inside):
        return False
    if not meaning.thing:
        return True
    words = meaning.thing.replace("的", " ").split()
    pairs = {word[i : i + 2] for word in words for i in range(max(1, len(word) - 1))}
    said = fold(
        "\n".join(part for c in found.answer.citations for part in (*c.clause.path, c.quote, c.document.region or ""))
    )
    return sum(pair in said for pair in pairs) >= _SPOKEN_OF * len(pairs)


def _inside(retriever: Retriever, text: str, before: Groundwork, filters: Filters | None) -> Iterator[Filters]:
    """Yield where to look for the document that is spoken of; nothing if another is named, or there is only one."""
    narrowed = filters is not None and filters.document is not None
    if before.spoken_of and not before.of_place and not narrowed and len(retriever.records) > 1:
        if not _names_another(retriever, text, before.spoken_of[0]):
            yield replace(filters or Filters(), document=before.spoken_of[0])


def _names_another(retriever: Retriever, text: str, document_id: str) -> bool:
    """Tell whether a question names another document than one, or a place that is not its own."""
    query = parse_query(text, None)
    title = next(record.title for record in retriever.records if record.id == document_id)
    named = [*query.titles, *query.document_numbers]
    if any(name not in title for name in named) or any(not names_law(law, title) for law in query.laws):
        return True
    own = next(record.region for record in retriever.records if record.id == document_id)
    region = region_place(own)
    if region and any(not _holds_either(region, place) for place in places_in(fold(text), regions(retriever))):
        return True
    # Regions that are in no list, of other documents.
    others = (other for other in regions(retriever) - {own} if region_place(other) is None)
    return any(other[:-1] in text and other[:-1] not in title for other in others if len(other) > 2)


def _holds_either(one: Place, other: Place) -> bool:
    return one.holds(other) or other.holds(one)


def _is_of_the_same(retriever: Retriever, found: Groundwork, text: str, before: Groundwork) -> bool:
    """Tell whether what answers holds where the document that is spoken of does, or is asked of by name.

    After the notice of one county, another county's does not answer 「伙食费多少」; what its province rules may.
    """
    if not before.spoken_of or _names_another(retriever, text, before.spoken_of[0]):
        return True
    region = retriever.store.document(before.spoken_of[0]).region
    place = region_place(region)
    for citation in found.answer.citations:
        other = region_place(citation.document.region)
        if citation.document.region != region and not (place and other and other.holds(place)):
            return False
    return True


def _about(
    retriever: Retriever,
    question: str,
    asked: about.About,
    before: Groundwork | None,
    filters: Filters | None,
    started: float,
) -> Groundwork | None:
    """Return what a question about a document itself comes to; None if it may as well be asked of what one says."""
    if asked.matter == "collection":
        composed: Composed | None = about.titles(retriever)
    else:
        if before is not None and not asked.subject and _speaks_of_a_paper(before):
            return None
        within = [r.id for r in retriever.records if filters and filters.document and r.id.startswith(filters.document)]
        documents = about.meant(retriever, asked, within or (before.spoken_of if before else ()))
        if not documents:
            return (
                None if asked.year or asked.stage else _said(question, question, NOT_IN_DOCUMENTS, _WHICH, started, ())
            )
        years = {c.clause.period for c in before.answer.citations} if before else set()
        if asked.matter == "part" and asked.year is None and len(years) == 1:
            asked = replace(asked, year=years.pop())
        composed = about.tell(retriever, documents[0], asked)
    if composed is None:
        if asked.matter not in ("issuer", "published", "number", "status"):
            return None  # its words may say it otherwise
        reason = f"文件没有写明{about.MATTER_NAMES[asked.matter]}"
        return _said(question, question, NOT_IN_DOCUMENTS, reason, started, tuple(documents))
    step = Step("理解", f"问的是文件本身：{about.MATTER_NAMES[asked.matter]}")
    return _told(question, question, composed, (step,), started)


_WHICH = "已收录的文件不止一份，请说明问的是哪一份文件"
# 「这项行动方案什么时候出台」 asks of a paper that the document only mentions.
_PAPER = re.compile(r"《[^》]+》|方案|条例|办法|意见|细则|指南|规划|标准|指标|政策|法$")


def _speaks_of_a_paper(before: Groundwork) -> bool:
    """Tell whether the question before was about a paper that its answer mentions."""
    asked = before.answer.asked_for
    return bool(before.found) and _PAPER.search(asked) is not None and not before.found[0].asked.query.only_refers


def _about_answer(question: str) -> str | None:
    """Return what is asked about the answer before: its source, wording, year, more of it; None if it is not."""
    parts = [part for part in _END_MARKS.split(fold(question)) if part]
    said = [next((form for form, pattern in _FORMS if pattern.fullmatch(part)), None) for part in parts]
    return next((form for form, _ in _FORMS if form in said), None) if all(said) else None


# Of several the first is meant: 「你确定吗，原文怎么写」.
_FORMS = (
    ("wording", _WORDING),
    ("when", _WHEN),
    ("source", _SOURCE),
    ("doubt", _DOUBTS),
    ("fuller", _FULLER),
    ("more", _MORE),
)


def _again(question: str, before: Groundwork, started: float) -> Groundwork | None:
    """Return the answer before as a question about it wants it shown; None if it is no such question."""
    form = _about_answer(question)
    if form is None:
        return None
    asked_for, citations = before.answer.asked_for, before.answer.citations
    if not citations:
        reason = before.answer.reason or "上一个问题没有找到答案"
        return _said(question, asked_for, NOT_IN_DOCUMENTS, reason, started, before.spoken_of)
    if form in ("fuller", "more"):
        citations = tuple(_further(before, form == "fuller"))
        if not citations:
            reason = "除上一个回答引用的原文以外，没有找到更多内容"
            return _said(question, asked_for, NOT_IN_DOCUMENTS, reason, started, before.spoken_of)
        lines = [citation.quote for citation in citations]
    elif form == "when":
        lines = [f"{stage_name(c)}：{c.quote}" if stage_name(c) else f"{source_line(c)}：{c.quote}" for c in citations]
    else:
        if form in ("wording", "doubt"):
            citations = _distinct([_in_full(citation, 0) for citation in citations])
        lines = [f"{source_line(citation)}：{citation.quote}" for citation in citations]
    told = _told(question, asked_for, Composed("\n".join(lines), citations, ()), _STEPS[form], started)
    return replace(told, found=before.found, spoken_of=before.spoken_of)


_STEPS = {
    form: (Step("承接上文", f"问的是上一个回答{what}"),)
    for form, what in (
        ("doubt", "是否属实：给出原文和出处"),
        ("wording", "的原文"),
        ("source", "的出处"),
        ("when", "说的是哪一年"),
        ("fuller", "的更多内容"),
        ("more", "以外的内容"),
    )
}


def _further(before: Groundwork, fuller: bool) -> Iterator[Citation]:
    """Yield what goes on from the answer before: its sentences in full, or else what answers beside it."""
    shown = before.answer.citations
    whole = _distinct([_in_full(citation, _LONGEST_ACCOUNT if fuller else 0) for citation in shown])
    if sum(len(c.quote) for c in whole) > _LONGER * sum(len(c.quote) for c in shown):
        yield from whole
        if fuller:
            return
    beside = chain.from_iterable(map(_beside, before.found))
    new = [citation for citation in beside if not any(_overlap(citation, other) for other in whole)]
    yield from _distinct([_in_full(citation, 0) for citation in new])[:_MOST_FURTHER]


def _beside(finding: Finding) -> Iterator[Citation]:
    """Yield what answers a question nearly as well as what was chosen."""
    best = max((worth(extract) for extract in finding.chosen), default=0.0)
    for extract in finding.looked_at:
        answers = not misfit(extract, finding.asked) and confidence(extract) >= max(THRESHOLD, _AS_SURE * finding.sure)
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


def _distinct(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    kept: list[Citation] = []
    for citation in citations:
        if not any(_overlap(citation, other) for other in kept):
            kept.append(citation)
    return tuple(kept)


def _told(question: str, asked_for: str, composed: Composed, steps: tuple[Step, ...], started: float) -> Groundwork:
    """Return the groundwork of an answer for which nothing was searched."""
    answer = Answer(
        question=question,
        outcome="answered",
        text=composed.text,
        citations=composed.citations,
        steps=steps,
        elapsed_ms=_since(started),
        asked_for=asked_for,
        sure=1.0,
    )
    spoken_of = tuple(dict.fromkeys(citation.document.id for citation in composed.citations))
    return Groundwork(verify(answer), (), asked_for, (), started, spoken_of)


def _said(
    question: str, asked_for: str, text: str, reason: str, started: float, spoken_of: tuple[str, ...]
) -> Groundwork:
    """Return the groundwork of an answer that quotes nothing."""
    answer = Answer(question, "not_in_documents", text, (), (), _since(started), asked_for, reason=reason)
    return Groundwork(answer, (), asked_for, (), started, spoken_of)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
