"""A question → an answer made of the documents' own words, or an honest no.

1. stand alone: what a follow-up leaves out is taken from the questions before it;
2. understand: what kind of thing is asked, of which years, places and names; two questions in one are taken apart;
3. find: the extracts that answer, or what speaks against the likeliest;
4. compose: quotations with where they stand, and what is not answered;
5. write, where there is a language model: what was found in its words, sentence by sentence checked;
6. verify: nothing is said that is not quoted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from app.citations import STAGE_NAMES, clause_name, source_line
from app.composition import Composed, compose, quotations
from app.confidence import THRESHOLD
from app.extraction import Extract
from app.finding import Finding, find
from app.followups import says_more, split_question, standalone
from app.language_model import LanguageModel
from app.places import is_place
from app.prompts import read_prompt
from app.records import NOT_IN_DOCUMENTS, Answer, Citation, Step
from app.rewriting import rewrite
from app.understanding import Understanding, regions, understand
from app.verification import UnsupportedError, verify
from app.wanted import KIND_NAMES
from app.writing import WRITING, Groundwork, write
from ingest import WenceError
from vectorstore import Filters, Retriever

MAX_QUESTION = 1000  # characters; the longest real question seen has 180, a pasted document has thousands
MAX_HISTORY = 30  # questions before; what was asked longer ago is not what is meant
_LOG = logging.getLogger("wence")
_RELATED = 3  # clauses named below an answer


class QuestionError(WenceError):
    """The question cannot be asked as it is."""

    exit_code = 2


def check_question(question: str) -> str:
    """Return the question without white space at its ends.

    Raises:
        QuestionError: It is empty or longer than any question.
    """
    question = question.encode("utf-8", "replace").decode().strip()  # half a surrogate pair is no character
    if not question:
        raise QuestionError("问题为空。请输入一个问题，例如：义务教育优质均衡评估目标是多少。")
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"问题过长：{len(question)} 字，上限为 {MAX_QUESTION} 字。请只保留要问的内容。")
    return question


def answer_question(
    retriever: Retriever,
    question: str,
    filters: Filters | None = None,
    history: Sequence[str] = (),
    model: LanguageModel | None = None,
) -> Answer:
    """Answer a question from the indexed documents.

    Args:
        retriever: The index.
        question: As it is asked.
        filters: Which passages may answer.
        history: What was asked before in the conversation, in order; a follow-up is understood from it.
        model: What writes the answer; without one, it is in the documents' own words.

    Raises:
        QuestionError: The question is empty or too long.
    """
    *_, answer = answers(retriever, question, filters, history, model)
    return answer


def answers(
    retriever: Retriever,
    question: str,
    filters: Filters | None = None,
    history: Sequence[str] = (),
    model: LanguageModel | None = None,
) -> Generator[Answer]:
    """Yield the answer to a question as it grows; the last one is whole, and without a model the only one."""
    started = time.perf_counter()
    question = check_question(question)
    before = [asked[:MAX_QUESTION] for asked in history[-MAX_HISTORY:] if asked.strip()]
    rewritten = rewrite(model, question, before) if model and before else None
    asked_for = rewritten or standalone(question, before, regions(retriever))
    groundwork = _groundwork(retriever, question, asked_for, filters, started)
    if rewritten:
        by = Step("改写", f"由语言模型改写，提示词 rewrite {read_prompt('rewrite').fingerprint}")
        groundwork = replace(groundwork, answer=replace(groundwork.answer, steps=(by, *groundwork.answer.steps)))
    if model is None or groundwork.answer.outcome != "answered":
        yield groundwork.answer
        return
    with closing(write(model, groundwork)) as growing:
        for answer in growing:
            yield answer if answer.notice == WRITING else _verified(answer, groundwork)


def _verified(answer: Answer, groundwork: Groundwork) -> Answer:
    """Return a written answer if it can be shown, else the one in the documents' own words, which was verified."""
    try:
        return verify(answer, groundwork.derived)
    except UnsupportedError:
        _LOG.warning("a written answer was withheld", exc_info=True)
        return groundwork.answer


def _groundwork(
    retriever: Retriever, question: str, asked_for: str, filters: Filters | None, started: float
) -> Groundwork:
    """Answer a question in the documents' own words, and keep what was found on the way."""
    parts = _parts(retriever, asked_for)
    found = _each_its_own(
        [find(retriever, replace(understand(retriever, meant), beside=len(parts) > 1), filters) for _, meant in parts]
    )
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
        elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
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
    return Groundwork(verify(answer, known), found, meant, known, started)


def failed_answer(question: str, error: WenceError) -> Answer:
    """Return the answer that says why a question got none, for doors that answer many questions."""
    return Answer(question, "failed", str(error), (), (), 0.0)


def _parts(retriever: Retriever, question: str) -> list[tuple[str, str]]:
    """Return the questions in a question, as they are put and as they stand by themselves.

    Years that are compared belong to one question.
    """
    parts = split_question(question, regions(retriever))
    if len(parts) == 1:
        return parts
    compares = len(retriever.understand(question).years) > 1
    return [(question, question)] if compares and not all(says_more(put) for put, _ in parts[1:]) else parts


def _each_its_own(found: Sequence[Finding]) -> list[Finding]:
    """Return what was found for each part of a question; one figure does not answer two of them."""
    own: list[Finding] = []
    for finding in found:
        facts = {extract.fact for earlier in own for extract in earlier.chosen}
        figure = finding.chosen[0] if finding.chosen and finding.asked.wanted.kind == "figure" else None
        if figure and figure.fact in facts and len(list(finding.asked.wanted.stated(figure.fact))) == 1:
            finding = _taken_back(finding, "原文只给出一个数字")
        own.append(finding)
    # 「在哪条路上，怎么坐车」: what tells of the topic does not answer the rest where the address is not there.
    typed = [finding for finding in own if finding.asked.wanted.kind != "other"]
    if any(not finding.chosen for finding in typed) and not any(finding.chosen for finding in typed):
        own = [_taken_back(finding, finding.against or "问题的主要部分没有答案") for finding in own]
    return own


def _taken_back(finding: Finding, against: str) -> Finding:
    """Return a finding that answers nothing after all; what was chosen is spoken against, however sure it was."""
    return replace(finding, chosen=(), sure=0.0 if finding.chosen else finding.sure, against=against)


def _lines(composed: Sequence[Composed]) -> Iterator[str]:
    """Yield the lines of an answer, each once: two parts of a question may share an answer, or a quotation of it."""
    seen: list[str] = []
    for line in (line for answered in composed for line in answered.text.split("\n")):
        if not any(line in before for before in seen):
            seen.append(line)
            yield line


def _missing(found: Sequence[Finding], put: Sequence[str]) -> Iterator[str]:
    """Yield what of the question is not answered, a sentence each."""
    for finding, part in zip(found, put, strict=True):
        if finding.chosen:
            if years := finding.missing_years:
                yield f"关于{'、'.join(f'{year}年' for year in years)}，已收录的文件没有回答。"
        else:
            yield f"关于“{part.strip('?？。')}”，已收录的文件没有回答。"


def _distinct(citations: Iterator[Citation]) -> tuple[Citation, ...]:
    """Return the citations without those that lie inside another."""
    kept: list[Citation] = []
    for citation in citations:
        if not any(_holds(other, citation) for other in kept):
            kept.append(citation)
    return tuple(kept)


def _holds(other: Citation, citation: Citation) -> bool:
    same = other.document.id == citation.document.id
    return same and other.start <= citation.start and citation.end <= other.end


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
        sure = f"把握 {finding.sure:.2f}，{'达到' if finding.chosen else '低于'}阈值 {THRESHOLD:.2f}"
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
