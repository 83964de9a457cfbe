"""What was found → the text of an answer, without adding a fact.

Everything in it is a quotation, or says where one stands: a label before each year or document, a lead before a yes or
no, the difference of two figures that are quoted, and what of the question is not answered.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from app.citations import cite, source_line, source_name, stage_name, statements
from app.contrasts import excluding_in
from app.extraction import Extract
from app.finding import Finding
from app.quantities import Quantity, quantities
from app.records import Citation
from ingest.headings import read_heading, without_number
from ingest.sentences import Span
from ingest.tables import BETWEEN_CELLS
from vectorstore.normalise import fold

_LEADS = {"done": "文件记载：", "planned": "文件提出："}
_LEAD = "文件规定："
_DISAGREE = "不同文件的说法不一致："
_NOT_COUNTED = ("calendar", "date", "rank")  # of two such figures the difference says nothing
_SAME = "两个数字相同。"
MORE_TITLES = "其余文件见文件目录。"
SEE_SOURCE = "见出处。"
_CHANGE = re.compile(r"后者比(?:\d{4}年|前者)(?:提高|下降|增加|减少)(\d+(?:\.\d+)?)\D{1,20}。")


@dataclass(frozen=True, slots=True)
class Composed:
    """A part of an answer.

    Attributes:
        text: What is said.
        citations: What it quotes, in its order.
        key: The figures in it that answer, as they are written there.
        derived: Figures in it that are worked out from those quoted.
    """

    text: str
    citations: tuple[Citation, ...]
    key: tuple[str, ...]
    derived: tuple[str, ...] = ()


def compose(found: Finding) -> Composed:
    """Put what was found together; it must be something."""
    quoted = [quotations(extract) for extract in found.chosen]
    lines = [(group[0], BETWEEN_CELLS.join(citation.quote for citation in group)) for group in quoted]
    derived: tuple[str, ...] = ()
    figures = [list(found.asked.wanted.stated(extract.fact)) for extract in found.chosen]
    if found.arrangement == "years":
        text = "\n".join(f"{stage_name(citation)}：{line}" for citation, line in lines)
        change, derived = difference(found.chosen, figures, found.asked.query.question)
        text += change
    elif found.arrangement == "places":
        text = "\n".join(f"{source_name(citation)}：{line}" for citation, line in lines)
    elif found.arrangement == "documents":
        text = "\n".join([_DISAGREE, *(f"{source_name(citation)}：{line}" for citation, line in lines)])
    else:
        text = "\n".join(line for _, line in lines)
        if _leaves_the_year_open(found, lines[0][0]):
            text = f"{stage_name(lines[0][0])}：{text}"
        if found.asked.query.asked == "yes_no":
            text = _LEADS.get(lines[0][0].clause.stage or "", _LEAD) + text
    key = [
        without_number(extract.fact)[quantity.start : quantity.end]
        for extract, stated in zip(found.chosen, figures, strict=True)
        for quantity in stated
    ]
    citations = tuple(citation for group in quoted for citation in group)
    return Composed(text, citations, tuple(dict.fromkeys(words for words in key if words in text)), derived)


def quotations(found: Extract) -> tuple[Citation, ...]:
    """Quote what was extracted: neighbouring rows or cells as one stretch."""
    text = found.hit.document.text
    citations: list[Citation] = []
    for start, end in _joined(text, found.spans):
        while end > start + 1 and text[end - 1] in "，,；;、：:。" and not _announces(text, end):
            end -= 1  # a quotation ends with its words, whatever stood behind them
        citations.append(cite(found.hit, start, end))
    return tuple(citations)


def _leaves_the_year_open(found: Finding, citation: Citation) -> bool:
    """Tell whether one figure answers and neither the question nor the figure says if it is reached or aimed at."""
    query = found.asked.query
    asked = query.years or query.stage == citation.clause.stage
    said = citation.clause.period and str(citation.clause.period) in citation.quote
    figure = found.asked.wanted.kind == "figure" and len(found.chosen) == 1
    return bool(figure and not asked and not said and citation.clause.period and citation.clause.stage)


def _announces(text: str, end: int) -> bool:
    """Tell whether a text before `end` announces the list that follows: 「下列情形学校不承担责任：」."""
    line = re.compile(r"\s*([^\n]*)").match(text, end)
    return text[end - 1] in "：:" and line is not None and read_heading(line[1]) is not None


def difference(
    chosen: Sequence[Extract], figures: Sequence[Sequence[Quantity]], question: str
) -> tuple[str, tuple[str, ...]]:
    """Return what lies between two years' figures as a line of its own, and the figure in it.

    Both are empty unless the two are exact and of one kind: 「46.4%」 and 「50%」 differ by 3.6 percentage points; from
    「136个」 to 「100个以上」 nothing can be worked out.
    """
    if len(chosen) != 2 or any(len(stated) != 1 for stated in figures):
        return "", ()
    (before, after), ((first,), (second,)) = chosen, figures
    exact = _is_exact(without_number(before.fact), first) and _is_exact(without_number(after.fact), second)
    if not exact or first.kind != second.kind or first.unit[-1:] != second.unit[-1:] or first.kind in _NOT_COUNTED:
        return "", ()
    if first.kind == "share" and _share_of(before, first) != _share_of(after, second):
        return "", ()
    if first.kind != "share" and any(word not in question for word in _sorts(before) ^ _sorts(after)):
        return "", ()  # 「新增学位」 and 「新增公办普高学位」
    change = second.value - first.value
    if change == 0:
        return f"\n{_SAME}", ()
    size = f"{abs(change).normalize():f}"
    year = f"{before.hit.clause.period}年" if before.hit.clause.period else "前者"
    if first.kind == "share":
        return f"\n后者比{year}{'提高' if change > 0 else '下降'}{size}个百分点。", (size,)
    return f"\n后者比{year}{'增加' if change > 0 else '减少'}{size}{second.unit}。", (size,)


def differences(citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return what lies between any two figures of one kind that are quoted, as an answer writes it."""
    values: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for quantity in (quantity for citation in citations for quantity in quantities(citation.quote)):
        if quantity.kind not in _NOT_COUNTED:
            values[quantity.kind, quantity.unit[-1:]].add(quantity.value)
    pairs = (pair for alike in values.values() for pair in combinations(sorted(alike), 2))
    return tuple({f"{(larger - smaller).normalize():f}" for smaller, larger in pairs})


def is_composed(lines: Sequence[str], citations: Sequence[Citation]) -> bool:
    """Tell whether lines say only what `compose` may make of some quotations: their words, and where they stand."""
    leads = [*_LEADS.values(), _LEAD]
    leads += [f"{name(citation)}：" for citation in citations for name in (source_line, stage_name, source_name)]
    told = [statement for c in citations for statement in statements(c.document, c.validity).values()]
    known = {line for name, value in told for line in (f"{name}：{value}", f"{name}{SEE_SOURCE}")}
    leads += [f"{name}：" for name, _ in told]
    worked_out = differences(citations)
    for line in lines:
        change = _CHANGE.fullmatch(line)
        if line in (_DISAGREE, _SAME, MORE_TITLES, *known) or (change and change[1] in worked_out):
            continue
        words = line.removeprefix(next(filter(line.startswith, leads), ""))
        if not all(any(part in citation.quote for citation in citations) for part in words.split(BETWEEN_CELLS)):
            return False
    return True


_ABOUT_BEFORE = ("近", "约", "超", "超过", "逾", "不少于", "不低于", "至少", "保持在")
_ABOUT_AFTER = ("以上", "以下", "以内", "左右", "余", "多", "上下", "至", "-", "—", "~")


def _is_exact(text: str, quantity: Quantity) -> bool:
    return not (
        text[: quantity.start].endswith(_ABOUT_BEFORE)
        or text[quantity.end :].startswith(_ABOUT_AFTER)
        or any(mark in text[quantity.start : quantity.end] for mark in "余多几")
    )


_RATE = re.compile(r"(?:占比|比例|比率|比重|率|覆盖面|份额)[^，,。；;、\d]{0,8}$")


def _share_of(found: Extract, share: Quantity) -> bool:
    """Tell whether a share stands behind the word for one; 「为持证的子女100%提供学位」 does not say what it is of."""
    return _RATE.search(without_number(found.fact)[: share.start]) is not None


def _sorts(found: Extract) -> set[str]:
    """Return the words of a fact that tell its things from others: 公办, 普高."""
    return {one.word for one in excluding_in(fold(found.fact)) if not one.word.startswith("全")}


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and text[joined[-1].end : span.start] in ("\n", BETWEEN_CELLS):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
