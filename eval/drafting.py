"""A document → questions that a person may edit: of its figures, of the documents it names, of its measures.

A question repeats the words of the document with 「多少」 in place of the figure. Where that would not read as a
question, none is proposed: what is left out costs less than what somebody has to delete.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.opening import open_index
from app.quantities import Quantity, quantities
from app.serialise import dumps
from app.settings import Settings
from eval.records import Question
from eval.run import Result, run
from ingest import Clause, Document
from ingest.headings import without_number
from ingest.sentences import Span, bracket_depth, cut, split_sentences
from vectorstore import Retriever, find_record

Json = dict[str, Any]

_ASKED_KINDS = ("share", "points", "money", "people", "institutions", "times", "duration", "area", "distance", "count")
_PAUSE = re.compile("[，,；;：:]")
_QUESTION = range(8, 61)  # letters; longer ones nobody asks
_MEASURE = range(20, 161)  # letters of the words that answer for a measure
_ID = 12  # hexadecimal digits of a SHA-256


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two pauses of a clause.

    Attributes:
        clause: The clause.
        text: The words.
        start: Offset in the document.
        end: Offset behind the last character.
        before: The part before it in its sentence, if any.
    """

    clause: Clause
    text: str
    start: int
    end: int
    before: _Part | None


def drafts_text(settings: Settings, name: str) -> str:
    """Return drafts of questions on an indexed document, one JSON object a line.

    Args:
        settings: Where the index is.
        name: The document as people name it: its id, title or source, or a part of one.

    Raises:
        VectorstoreError: There is no index, or no such document in it.
    """
    retriever = open_index(settings)
    document = retriever.store.document(find_record(retriever.records, name).id)
    return "".join(f"{dumps(draft)}\n" for draft in drafts(retriever, proposals(document)))


def proposals(document: Document) -> list[Question]:
    """Return questions that a document answers by its own words, in its order, none twice; the same in every run."""
    found: dict[str, Question] = {}
    for clause in document.clauses:
        for question in _of_clause(document, clause):
            if len(question.question) in _QUESTION:
                found.setdefault(question.question, question)
    return list(found.values())


def drafts(retriever: Retriever, questions: Sequence[Question]) -> list[Json]:
    """Return proposals as `wence eval` reads them, each with what the program answers now and what to check."""
    return [_draft(result) for result in run(retriever, questions, lambda: None)]


def _draft(result: Result) -> Json:
    question = result.question
    return {
        "id": question.id,
        "question": question.question,
        "kind": question.kind,
        "asker": question.asker,
        "evidence": list(question.evidence),
        "answer": list(question.answer),
        "answerable": question.answerable,
        "origin": question.origin,
        "note": _note(result),
        "given": result.answer.text if result.answer else "",
    }


def _note(result: Result) -> str:
    what = "请核对问法是否自然、依据是否完整" if result.question.answer else _OPEN
    if result.correct:
        return f"程序目前的回答符合此题。{what}，并填写 asker。"
    return f"程序目前的回答不符合此题（{result.reason}）。请先确认题目本身无误；{what}，并填写 asker。"


_OPEN = "请在 answer 中写明答案必须含有的词语"


def _of_clause(document: Document, clause: Clause) -> Iterator[Question]:
    yield from _of_heading(document, clause)
    for part in _parts(document, clause):
        for make in (_of_shares, _of_figures, _of_titles):
            yield from make(part)
    yield from _of_names(document, clause)


def _parts(document: Document, clause: Clause) -> Iterator[_Part]:
    for sentence in split_sentences(document.text, clause.start, clause.end):
        text, before = document.text, None
        pauses = (
            m.end() for m in _PAUSE.finditer(text, *sentence) if bracket_depth(text, sentence.start, m.start()) == 0
        )
        for span in cut(text, sentence.start, sentence.end, pauses):
            words = without_number(text[span.start : span.end].rstrip("，,；;：:。！？"))
            start = text.index(words, span.start)
            before = _Part(clause, words, start, start + len(words), before)
            yield before


# 「公办园在园幼儿占比达到70.77%」 → 「公办园在园幼儿占比是多少」
_REACHED = re.compile(r"(?P<thing>.{3,}?)(?:均|已)?(?:达到|达|保持在|稳定在|超过|提高到|提升到|为)")
_EACH = re.compile(r"(?P<thing>.{3,}?)(?:分别|均)(?:达到|达|为)(?P<figures>\d[\d.%、和]*)")
_AIM = re.compile(r"^(?:全力)?(?:力争|确保|争取|实现|保障|督促)+")
_OWN_YEAR = re.compile(r"^20\d\d年")


def _of_shares(part: _Part) -> Iterator[Question]:
    """Yield what asks how much something came to."""
    if match := _EACH.fullmatch(part.text):
        figures = tuple(re.findall(r"[\d.]+%?", match["figures"]))
        asked = "分别是多少" if len(figures) > 1 else "是多少"
        yield _question(part, f"{_subject(match['thing'])}{asked}？", "figure", figures)


def _of_figures(part: _Part) -> Iterator[Question]:
    """Yield a question for each figure of a part that counts or measures something."""
    if _EACH.fullmatch(part.text):
        return
    for item in _items(part.text):
        found = [q for q in quantities(item) if _is_asked(item, q)]
        if len(found) != 1:
            continue
        start, end, unit = _whole(item, found[0])
        asked = _ask(part, _Figure(item[:start], item[end:], unit, found[0].kind))
        if asked:
            yield _question(part, asked, "figure", (item[start:end],))


def _is_asked(text: str, quantity: Quantity) -> bool:
    before = text[: quantity.start]
    return (
        quantity.kind in _ASKED_KINDS
        and text[quantity.start].isdecimal()
        and not _PART_OF_MORE.search(before)
        and bracket_depth(text, 0, quantity.start) == 0
    )


_PART_OF_MORE = re.compile(r"[A-Za-z第+·.]$|\d[-—~～至到]$|\d[年人]$")  # 「40年40人40事」 is a name
_RANGE = re.compile(r"[-—~～至到]\d[\d.]*")


def _whole(text: str, quantity: Quantity) -> tuple[int, int, str]:
    """Return where a figure stands, with the other end of its range (「3至4个」), and its measure word."""
    unit = "个" if quantity.unit.startswith("个") and quantity.kind != "points" else quantity.unit
    further = _RANGE.match(text, quantity.end)
    behind = text.find(unit, further.end() if further else quantity.start) + len(unit)
    return quantity.start, behind, unit


_VERB = re.compile(
    r"^(?:(?:计划|积极|有序|首批|联合|全面)?(?:新投用|新增|创成|建成|建设|实施|完成|推进|培育|打造|认定|选拔|评选|获评|"
    r"斩获|入选|开展|选派|组织|组建|形成|聘任|接受|改造|遴选|立项|引进|招聘|提升|升级|选评|举办|出台|精心|探索|率先|落实|支持))+"
)


def _items(text: str) -> list[str]:
    """Return the members of a list that each have a figure, the verb of the first before all; or the text whole."""
    pauses = [m.end() for m in re.finditer("、", text) if bracket_depth(text, 0, m.start()) == 0]
    pieces = [text[span.start : span.end].rstrip("、") for span in cut(text, 0, len(text), pauses)]
    if len(pieces) < 2 or not all(re.search(r"\d", piece) for piece in pieces):
        return [text]
    verb = _VERB.match(_IN_ALL.sub("", _AIM.sub("", pieces[0])))
    lead = verb[0] if verb else ""
    return [pieces[0], *(piece if _VERB.match(piece) else lead + piece for piece in pieces[1:])]


_DEPENDENT = re.compile(r"^(?:惠及|辐射|同比|其中|数量|总数|人数|占|全年|共计|共|获评数量|有|达|送培|提升数)")
_ABOUT = re.compile(r"(?:近|约|逾|共计|共|总计)$")
_IN_ALL = re.compile(r"^(?:总计|共计)")
_MORE = re.compile(r"^(?:以上|以下|左右|余)")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure as the words around it show it."""

    before: str
    behind: str
    unit: str
    kind: str


def _ask(part: _Part, figure: _Figure) -> str:
    """Return the question for a figure, empty if there is none that people would ask."""
    reached = _REACHED.fullmatch(_ABOUT.sub("", figure.before))
    if reached and not _MORE.sub("", figure.behind):
        aim = "的目标" if part.clause.stage == "planned" else ""
        return f"{_subject(reached['thing'])}{aim}是多少？"
    if figure.kind == "share":
        return ""
    before = _IN_ALL.sub("", _ABOUT.sub("", _AIM.sub("", figure.before)))
    asked = f"{before}多少{figure.unit}{_MORE.sub('', figure.behind)}"
    if _DEPENDENT.match(asked) or len(before) < 2:
        earlier = _earlier(part)
        return f"{earlier}{asked}？" if earlier else ""
    planned = "计划" if part.clause.stage == "planned" and _VERB.match(asked) else ""
    return f"{planned}{asked}？"


def _earlier(part: _Part) -> str:
    """Return what a part that has no subject of its own goes on from, with what joins the two."""
    if part.before is None:
        return ""
    figure = re.search(r"\d", part.before.text)
    if figure and (reached := _REACHED.fullmatch(part.before.text[: figure.start()])):
        return _subject(reached["thing"])
    return "" if figure else f"{part.before.text}，"


def _subject(thing: str) -> str:
    return _AIM.sub("", thing)


_ISSUED = re.compile(r"(?P<verb>出台|制定|研制|修订)(?P<title>《[^》]{4,40}》)")


def _of_titles(part: _Part) -> Iterator[Question]:
    """Yield whether a document that a part names is made."""
    if match := _ISSUED.search(part.text):
        planned = part.clause.stage == "planned"
        asked = f"计划{match['verb']}{match['title']}吗？" if planned else f"{match['verb']}{match['title']}了吗？"
        yield _question(part, asked, "yes_no", (match["title"],))


_BEGINS_WITH_VERB = re.compile(
    r"^(?:加强|抓好|深化|推进|促进|完善|健全|扩大|加快|实施|科学推进|推动|落实|建立|开展|提升|强化|优化|规范|支持)"
)


def _of_heading(document: Document, clause: Clause) -> Iterator[Question]:
    """Yield how what a heading names is done, answered by the sentence behind it."""
    heading = without_number(clause.path[-1])
    sentences = split_sentences(document.text, clause.start, clause.end)
    if len(clause.path) < 2 or len(sentences) < 2 or not _BEGINS_WITH_VERB.match(heading):
        return
    yield from _measure(document, clause, sentences[1], f"如何{heading}？")


_NAMED = re.compile(r"“(?P<name>[^”]{2,14})”(?P<what>[\u4e00-\u9fff]{0,4}?(?:工程|行动|品牌|机制|改革|体系|平台))")


def _of_names(document: Document, clause: Clause) -> Iterator[Question]:
    """Yield what is done about a measure that has a name of its own, answered by the words between semicolons."""
    for sentence in split_sentences(document.text, clause.start, clause.end)[1:]:
        if match := _NAMED.search(document.text, *sentence):
            asked = "有哪些安排" if clause.stage == "planned" else "取得了哪些进展"
            yield from _measure(document, clause, sentence, f"{match[0]}{asked}？")


def _measure(document: Document, clause: Clause, span: Span, asked: str) -> Iterator[Question]:
    words = document.text[span.start : span.end]
    if len(words) in _MEASURE:
        yield _question(_Part(clause, words, span.start, span.end, None), asked, "measures", ())


def _question(part: _Part, asked: str, kind: str, answer: tuple[str, ...]) -> Question:
    year = f"{part.clause.period}年" if part.clause.period and not _OWN_YEAR.match(asked) else ""
    question = f"{year}{asked}"
    return Question(
        id=f"draft-{hashlib.sha256(question.encode()).hexdigest()[:_ID]}",
        question=question,
        kind=kind,
        asker="unknown",
        evidence=(part.text,),
        answer=answer,
        avoid=(),
        answerable=True,
        split="dev",
        origin="draft",
    )
