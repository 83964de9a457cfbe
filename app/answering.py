"""A question → an answer made of the documents' own words, or an honest no.

1. understand: what kind of answer is wanted, of which years;
2. search: the passages that may hold it;
3. extract: from each, the shortest stretch that answers;
4. decide: whether the best of them answers at all;
5. compose: one quotation, or one a year, with where it stands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.citations import STAGE_NAMES, cite, source_line, stage_name
from app.confidence import THRESHOLD, confidence
from app.extraction import Extract, extract
from app.records import Answer, Citation, Step
from ingest import WenceError
from ingest.sentences import Span
from ingest.tables import BETWEEN_CELLS
from vectorstore import Filters, Hit, Retriever
from vectorstore.normalise import heading_key
from vectorstore.query import Asked, Query

NOT_IN_DOCUMENTS = "已收录的文件没有回答这个问题。"

MAX_QUESTION = 1000  # characters; the longest real question seen has 180, a pasted document has thousands
_SEARCHED = 20
_HITS = 8  # passages looked at closely; the right one is among them wherever it is found at all
_MAX_QUOTES = 3  # quotations for a question that is not about one fact
_EXTRACT_WEIGHT = 0.3  # tried .2 to .8: the extract chosen answers .89 of our development questions, at .5 .84
_MISFIT_COST = 0.5  # a passage without any figure does not answer "how many"
_CLOSE = 0.85  # of the best worth: a further passage this good is quoted too
_CLOSE_IF_ASKED = 0.7  # the same for a year that the question names: it is wanted, however the wording differs
_ONE_FACT: tuple[Asked, ...] = ("figure", "name", "time", "wording")

_ASKED_NAMES: dict[Asked, str] = {
    "figure": "数字",
    "name": "名称",
    "time": "时间",
    "yes_no": "是否",
    "wording": "原文表述",
    "account": "做法或内容",
    "text": "内容",
}


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


def answer_question(retriever: Retriever, question: str, filters: Filters | None = None) -> Answer:
    """Answer a question from the indexed documents.

    Raises:
        QuestionError: The question is empty or too long.
    """
    started = time.perf_counter()
    question = check_question(question)
    query = retriever.understand(question)
    extracts = find_extracts(retriever, query, filters)
    chosen = _choose(extracts, query)
    sure = confidence(max(chosen, key=_worth)) if chosen else 0.0
    answered = sure >= THRESHOLD
    quoted = [_cite(e) for e in chosen] if answered else []
    citations = tuple(citation for group in quoted for citation in group)
    decision = f"把握 {sure:.2f}，{'达到' if answered else '低于'}阈值 {THRESHOLD:.2f}"
    return Answer(
        question=question,
        outcome="answered" if answered else "not_in_documents",
        text=_compose(quoted, query) if answered else NOT_IN_DOCUMENTS,
        citations=citations,
        steps=(
            Step("理解", _describe_query(query)),
            Step("检索", _describe_found(extracts)),
            Step("判断", decision),
        ),
        elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
    )


def find_extracts(
    retriever: Retriever,
    query: Query,
    filters: Filters | None = None,
    exclude: Callable[[Hit], bool] = lambda hit: False,
) -> list[Extract]:
    """Return an extract of each passage worth looking at, the likeliest answer first.

    Args:
        retriever: The index.
        query: The question, understood.
        filters: Which passages may be found.
        exclude: Passages to act as if they were not indexed, for measuring.
    """
    sought = retriever.sought(query)
    found = [hit for hit in retriever.find(sought, _SEARCHED, filters) if not exclude(hit)]
    hits = [hit for hit in found if not _is_heading(hit)] or found
    return sorted((extract(hit, sought) for hit in hits[:_HITS]), key=_worth, reverse=True)


def _is_heading(hit: Hit) -> bool:
    """Tell whether a passage is but a title or heading: it says what is spoken of, and nothing of it."""
    return heading_key(hit.text) in {heading_key(heading) for heading in hit.clause.path}


def failed_answer(question: str, error: WenceError) -> Answer:
    """Return the answer that says why a question got none, for doors that answer many questions."""
    return Answer(question, "failed", str(error), (), (), 0.0)


def _worth(found: Extract) -> float:
    misfit = 0.0 if found.fits else _MISFIT_COST
    return found.hit.score + _EXTRACT_WEIGHT * found.worth - misfit


def _choose(extracts: Sequence[Extract], query: Query) -> list[Extract]:
    """Return what to quote: of one year or each year asked, one fact or up to three passages."""
    if query.years and not query.compares:
        extracts = [e for e in extracts if _speaks_of(e, query.years)]
    if not extracts:
        return []
    if query.compares:
        return _one_a_year(extracts, query.years)
    named = [e for e in extracts if e.hit.why["reference"]] if query.only_refers else []
    if named or (query.only_refers and query.references):  # a number that no clause has names nothing else
        named.sort(key=lambda e: e.hit.why["document"], reverse=True)
        return [replace(e, spans=(Span(e.hit.clause.start, e.hit.clause.end),)) for e in named[:1]]
    if query.asked in _ONE_FACT or extracts[0].is_row:
        return [extracts[0]]
    floor = _CLOSE * _worth(extracts[0])
    return [e for e in extracts if _worth(e) >= floor][:_MAX_QUOTES]


def _speaks_of(found: Extract, years: Sequence[int]) -> bool:
    period = found.hit.clause.period
    return period is None or period in years or any(str(year) in found.text for year in years)


def _one_a_year(extracts: Sequence[Extract], asked: Sequence[int]) -> list[Extract]:
    best: dict[int | None, Extract] = {}
    for found in extracts:
        best.setdefault(found.hit.clause.period, found)
    top = _worth(extracts[0])
    close = {year: _CLOSE_IF_ASKED if year in asked else _CLOSE for year in best}
    quoted = (e for year, e in best.items() if _worth(e) >= close[year] * top)
    return sorted(quoted, key=lambda e: e.hit.clause.period or 0)


def _cite(found: Extract) -> tuple[Citation, ...]:
    """Quote what was extracted: neighbouring rows or cells as one stretch."""
    text = found.hit.document.text
    citations: list[Citation] = []
    for start, end in _joined(text, found.spans):
        while end > start + 1 and text[end - 1] in "，,；;、：:。":
            end -= 1  # a quotation ends with its words, whatever stood behind them
        citations.append(cite(found.hit, start, end))
    return tuple(citations)


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and text[joined[-1].end : span.start] in ("\n", BETWEEN_CELLS):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


_LEADS = {"done": "文件记载：", "planned": "文件提出："}


def _compose(quoted: Sequence[Sequence[Citation]], query: Query) -> str:
    """Put quotations together without adding a fact: a label before each year, a lead before a yes or no.

    Args:
        quoted: For each passage what is quoted of it; of a row of a table several cells.
        query: The question, understood.
    """
    lines = [(group[0], BETWEEN_CELLS.join(citation.quote for citation in group)) for group in quoted]
    if len({citation.clause.period for citation, _ in lines}) > 1:
        return "\n".join(f"{stage_name(citation)}：{line}" for citation, line in lines)
    text = "\n".join(line for _, line in lines)
    if query.asked == "yes_no":
        return _LEADS.get(lines[0][0].clause.stage or "", "文件规定：") + text
    return text


def _describe_query(query: Query) -> str:
    years = "、".join(f"{year}年" for year in query.years) or "不限年度"
    stage = STAGE_NAMES.get(query.stage or "", "不限")
    return f"要找的是{_ASKED_NAMES[query.asked]}；{years}；完成情况或目标：{stage}；检索词：{query.text}"


def _describe_found(extracts: Sequence[Extract]) -> str:
    if not extracts:
        return "没有符合条件的段落"
    return f"比较了 {len(extracts)} 个段落，最接近的是 {source_line(_cite(extracts[0])[0])}"
