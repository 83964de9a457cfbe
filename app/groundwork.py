"""A question that stands by itself → what an answer to it is written from, in the documents' own words.

1. understand: what kind of thing is asked, of which years, places and names; two questions in one are taken apart;
2. find: the extracts that answer, or what speaks against the likeliest;
3. compose: quotations with where they stand, and what is not answered;
4. verify: nothing is said that is not quoted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.citations import STAGE_NAMES, clause_name, source_line
from app.composition import Composed, compose, quotations
from app.confidence import threshold
from app.extraction import Extract
from app.finding import Finding, find
from app.followups import says_more, split_question, whether_besides
from app.places import Place, is_place, places_in
from app.quantities import QuantityKind
from app.records import NOT_IN_DOCUMENTS, Answer, Citation, Step
from app.understanding import Understanding, regions, understand
from app.verification import verify
from app.wanted import KIND_NAMES
from ingest.sentences import Span
from vectorstore import Filters, Hit, Retriever

_RELATED = 3  # clauses named below an answer


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What an answer is written from.

    Attributes:
        answer: The answer in the documents' own words, or the refusal.
        found: What was found for each part of the question; empty if it was not searched for.
        question: What of the question has an answer, standing by itself.
        derived: Figures in the answer that are worked out from those quoted.
        started: When the question was asked, by `time.perf_counter`.
        spoken_of: The ids of the documents that the conversation is about, the first quoted first.
        topic: The question of the conversation that says what it is about; empty if this one does.
        of_place: Whether none of these documents was quoted yet: they are those of the place that is asked about.
    """

    answer: Answer
    found: Sequence[Finding]
    question: str
    derived: tuple[str, ...]
    started: float
    spoken_of: tuple[str, ...] = ()
    topic: str = ""
    of_place: bool = False


def lay_ground(
    retriever: Retriever, question: str, asked_for: str, filters: Filters | None, started: float
) -> Groundwork:
    """Answer a question in the documents' own words, and keep what was found on the way.

    Args:
        retriever: The index.
        question: As it was asked.
        asked_for: The same standing by itself.
        filters: Which passages may answer.
        started: When it was asked, by `time.perf_counter`.
    """
    parts = _parts(retriever, asked_for)
    goes_on = asked_for != question or (filters is not None and filters.document is not None)
    understood = [replace(understand(retriever, meant), goes_on=goes_on) for _, meant in parts]
    found = _each_beside_the_others(retriever, parts, [find(retriever, asked, filters) for asked in understood])
    if len(parts) > 1 and not _answer_apart(found):
        beside = _each_its_own([find(retriever, replace(asked, beside=True), filters) for asked in understood])
        found = max(beside, _each_its_own(found), key=lambda each: sum(bool(finding.chosen) for finding in each))
    if len(parts) == 1 and (besides := whether_besides(asked_for, regions(retriever))):
        found = [_with_whether(retriever, found[0], besides)]
    if len(parts) > 1 and all(is_place(put, regions(retriever)) for put, _ in parts):
        found = [replace(finding, arrangement="places") for finding in found]
    composed = [compose(finding) for finding in found if finding.chosen]
    missing = tuple(_missing(found, [put for put, _ in parts])) if composed else ()
    related = _related(found)
    answer = Answer(
        question=question,
        outcome="answered" if composed else "not_in_documents",
        text="\n".join((*_lines(composed), *missing)) if composed else NOT_IN_DOCUMENTS,
        citations=_distinct(citation for part in composed for citation in part.citations),
        steps=(*_steps(question, asked_for, found), *_further(related, bool(composed))),
        elapsed_ms=since(started),
        asked_for=asked_for,
        key=tuple(words for part in composed for words in part.key),
        related=related,
        reason="" if composed else found[0].against,
        missing=missing,
        sure=max(finding.sure for finding in found),
    )
    derived = [figure for part in composed for figure in part.derived]
    known = (*derived, *(str(year) for finding in found for year in finding.missing_years))
    answered = [meant for (_, meant), finding in zip(parts, found, strict=True) if finding.chosen]
    meant = asked_for if len(answered) == len(parts) else "；".join(answered)
    spoken_of = tuple(dict.fromkeys(citation.document.id for citation in answer.citations))
    return Groundwork(verify(answer, known), found, meant, known, started, spoken_of)


def since(started: float) -> float:
    """Return the milliseconds since a moment of `time.perf_counter`."""
    return round((time.perf_counter() - started) * 1000, 2)


def _parts(retriever: Retriever, question: str) -> list[tuple[str, str]]:
    """Return the questions in a question, as they are put and as they stand by themselves.

    Years that are compared belong to one question.
    """
    parts = split_question(question, regions(retriever))
    if len(parts) == 1:
        return parts
    compares = len(retriever.understand(question).years) > 1
    return [(question, question)] if compares and not all(says_more(put) for put, _ in parts[1:]) else parts


def _with_whether(retriever: Retriever, found: Finding, besides: str) -> Finding:
    """Return what was found with what stands by it and tells if something else is so: 「每学期200元，须家长书面同意」.

    Args:
        retriever: The index.
        found: What answers the thing that is asked for.
        besides: What is asked besides, standing by itself.
    """
    if len(found.chosen) != 1 or found.chosen[0].is_row or len(found.chosen[0].spans) != 1:
        return found
    best = found.chosen[0]
    own, clause = Filters(document=best.hit.document.id), best.hit.clause
    told = find(retriever, understand(retriever, besides), own, lambda hit: hit.clause != clause)
    if not told.chosen:
        return found
    start, end = best.spans[0].start, told.chosen[0].spans[-1].end
    if not best.spans[0].end < end <= start + _WITH_WHETHER:
        return found  # what stands before it tells of something else
    return replace(found, chosen=(replace(best, spans=(Span(start, end),)),))


_WITH_WHETHER = 160  # characters that are quoted at most


def _each_beside_the_others(
    retriever: Retriever, parts: Sequence[tuple[str, str]], found: Sequence[Finding]
) -> list[Finding]:
    """Return what was found for parts of a question, of one without an answer what it finds beside the others.

    「几号前报送，联系人是谁」: who it is stands under the heading that says when.
    """
    sections = {_section(extract.hit) for finding in found for extract in finding.chosen}
    if len(sections) != 1:
        return list(found)
    (section,) = sections
    own = Filters(document=section[0])

    def besides(put: str) -> Finding:
        asked = replace(understand(retriever, put), goes_on=True)
        return find(retriever, asked, own, lambda hit: _section(hit) != section)

    return [
        finding if finding.chosen or put == meant else _answered(besides(put), finding)
        for (put, meant), finding in zip(parts, found, strict=True)
    ]


def _section(hit: Hit) -> tuple[str, ...]:
    """Return which document and which of its headings a passage stands under."""
    return hit.document.id, *hit.clause.path[:-1]


def _answered(finding: Finding, otherwise: Finding) -> Finding:
    return finding if finding.chosen else otherwise


def _answer_apart(found: Sequence[Finding]) -> bool:
    """Tell whether each part of a question is answered, by words of its own."""
    quoted = [{(extract.hit.document.id, *extract.spans[0]) for extract in finding.chosen} for finding in found]
    return all(quoted) and len(set().union(*quoted)) == sum(map(len, quoted))


def _each_its_own(found: Sequence[Finding]) -> list[Finding]:
    """Return what was found for each part of a question; one figure does not answer two of them."""
    own: list[Finding] = []
    for finding in found:
        figure = finding.chosen[0] if finding.chosen and finding.asked.wanted.kind == "figure" else None
        figures = _figures(finding, figure.fact) if figure else set()
        if figure and len(figures) == 1 and any(figures & _figures(earlier, figure.fact) for earlier in own):
            finding = _taken_back(finding, "原文只给出一个数字")
        own.append(finding)
    # 「在哪条路上，怎么坐车」: what tells of the topic does not answer the rest where the address is not there.
    typed = [finding for finding in own if finding.asked.wanted.kind != "other"]
    if any(not finding.chosen for finding in typed) and not any(finding.chosen for finding in typed):
        own = [_taken_back(finding, finding.against or "问题的主要部分没有答案") for finding in own]
    return own


def _figures(finding: Finding, fact: str) -> set[tuple[Decimal, QuantityKind]]:
    """Return the figures of a fact that answer a part of a question which quotes it."""
    quoted = any(fact == extract.fact for extract in finding.chosen)
    return {(found.value, found.kind) for found in finding.asked.wanted.stated(fact)} if quoted else set()


def _taken_back(finding: Finding, against: str) -> Finding:
    """Return a finding that answers nothing after all; what was chosen is spoken against, however sure it was."""
    return replace(finding, chosen=(), sure=0.0 if finding.chosen else finding.sure, against=against)


def _lines(composed: Sequence[Composed]) -> Iterator[str]:
    """Return the lines of an answer, each once: two parts of a question may share an answer, or a quotation of it."""
    lines = dict.fromkeys(line for answered in composed for line in answered.text.split("\n"))
    return (line for line in lines if not any(line in other for other in lines if other != line))


def _missing(found: Sequence[Finding], put: Sequence[str]) -> Iterator[str]:
    """Yield what of the question is not answered, a sentence each."""
    for finding, part in zip(found, put, strict=True):
        if finding.chosen:
            if years := finding.missing_years:
                yield f"关于{'、'.join(f'{year}年' for year in years)}，已收录的文件没有回答。"
            yield from (f"关于“{place.name}”，所引原文没有提到。" for place in _not_listed(finding))
        else:
            yield f"关于“{part.strip('?？。')}”，已收录的文件没有回答。"


def _not_listed(finding: Finding) -> Iterator[Place]:
    """Yield the places of which it is asked if something is so, where what is quoted names others of their sort."""
    if finding.asked.query.asked != "yes_no" or finding.arrangement != "together":
        return
    said = "\n".join(extract.text for extract in finding.chosen)
    named = places_in(said, finding.asked.wanted.regions)
    for place in finding.asked.places:
        beside = [other for other in named if not (other.holds(place) or place.holds(other))]
        if beside and not place.is_in(said):
            yield place


def _distinct(citations: Iterator[Citation]) -> tuple[Citation, ...]:
    """Return the citations without those that lie inside another."""
    places = {(citation.document.id, citation.start, citation.end): citation for citation in citations}
    return tuple(
        citation
        for place, citation in places.items()
        if not any(other != place and _holds(other, place) for other in places)
    )


def _holds(other: tuple[str, int, int], place: tuple[str, int, int]) -> bool:
    return other[0] == place[0] and other[1] <= place[1] and place[2] <= other[2]


def _related(found: Sequence[Finding]) -> tuple[Citation, ...]:
    """Return what is near the question but not quoted, of other clauses, for who wants to read on."""
    quoted = {extract.hit.clause.id for finding in found for extract in finding.chosen}
    related: dict[str, Citation] = {}
    for finding in found:
        for extract in finding.looked_at:
            if extract.hit.clause.id not in quoted:
                related.setdefault(extract.hit.clause.id, quotations(extract)[0])
    return tuple(related.values())[:_RELATED]


def _steps(question: str, asked_for: str, found: Sequence[Finding]) -> Iterator[Step]:
    if asked_for != question:
        yield Step("承接上文", f"您问的是：{asked_for}")
    for finding in found:
        yield Step("理解", describe(finding.asked))
        yield Step("检索", _describe_found(finding.looked_at))
        sure = f"把握 {finding.sure:.2f}，{'达到' if finding.chosen else '低于'}阈值 {threshold(finding.asked):.2f}"
        yield Step("判断", "；".join(part for part in (finding.against, sure if finding.sure else "") if part))


def _further(related: Sequence[Citation], answered: bool) -> Iterator[Step]:
    if related:
        name = "相关条款" if answered else "最接近的条款"
        yield Step(name, "；".join(f"《{citation.document.title}》{clause_name(citation)}" for citation in related))


_ASKED_NAMES = {"yes_no": "是否", "wording": "原文表述", "account": "做法或内容"}


def describe(asked: Understanding) -> str:
    """Return what was understood of a question, as the asker reads it."""
    query = asked.query
    wanted = KIND_NAMES.get(asked.wanted.kind) or _ASKED_NAMES.get(query.asked, "内容")
    parts = [f"要找的是{wanted}{f'（{asked.wanted.head}）' if asked.wanted.head else ''}"]
    parts.append("、".join(f"{year}年" for year in query.years) or "不限年度")
    parts.append(f"完成情况或目标：{STAGE_NAMES.get(query.stage or '', '不限')}")
    if asked.places:
        parts.append(f"地区：{'、'.join(place.name for place in asked.places)}")
    if asked.names:
        parts.append(f"名称：{'、'.join(asked.names)}")
    return "；".join([*parts, f"检索词：{query.text}"])


def _describe_found(extracts: Sequence[Extract]) -> str:
    if not extracts:
        return "没有符合条件的段落"
    return f"比较了 {len(extracts)} 个段落，最接近的是 {source_line(quotations(extracts[0])[0])}"
