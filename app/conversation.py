"""A question in its conversation → what it is about, and what an answer to it is written from.

A conversation is followed from its first question: what one came to is what the next may lean on. A question is
1. a courtesy, which gets one: see `app.courtesy`;
2. about the answer before, which is shown again, with its source or in full: see `app.last_answer`;
3. about a document itself: see `app.about`;
4. about what documents say. What it leaves out may be in the questions before; each meaning it can have is tried, in
   the document that is spoken of before the others, and one holds that is answered by what speaks of it.

No answer is stored: the same questions in the same order always come to the same.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from app import about
from app.composition import Composed
from app.courtesy import reply_to
from app.followups import Meaning, in_full, meanings, only_when
from app.groundwork import Groundwork, lay_ground, since
from app.last_answer import WISHES, show_again, wish_of
from app.places import Place, places_in, region_place
from app.records import NOT_IN_DOCUMENTS, Answer, Step
from app.understanding import regions
from app.verification import verify
from vectorstore import Filters, Retriever
from vectorstore.normalise import fold
from vectorstore.query import names_law, parse_query
from vectorstore.retriever import passes
from vectorstore.synonyms import Synonyms, read_synonyms

_KEPT_TURNS = 512  # a conversation that goes on is not worked through again
_SPOKEN_OF = 0.3  # share of a thing's pairs of characters that what answers must hold


@dataclass(frozen=True, slots=True)
class _Talk:
    """Where a conversation takes place; equal if what is indexed and looked through is the same.

    Attributes:
        retriever: The index.
        filters: Which passages may answer.
        place: Folder of what is derived from the index.
        mark: The change mark of what is indexed.
        words: What everyday phrases mean, as staff wrote it down last.
        edition: Tells these from what they were before.
    """

    retriever: Retriever = field(compare=False)
    filters: Filters | None
    place: Path
    mark: str | None
    words: Synonyms = field(compare=False)
    edition: int

    @classmethod
    def now(cls, retriever: Retriever, filters: Filters | None) -> _Talk:
        """Return where a conversation takes place as things stand."""
        words = read_synonyms()
        return cls(retriever, filters, retriever.cache, retriever.content.mark, words, id(words))


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question at its place in a conversation.

    Attributes:
        question: As it is asked.
        before: What the question before came to; None for the first.
        started: When it was asked, by `time.perf_counter`.
    """

    question: str
    before: Groundwork | None
    started: float

    @property
    def spoken_of(self) -> tuple[str, ...]:
        """The ids of the documents that were quoted last."""
        return self.before.spoken_of if self.before else ()


def follow(retriever: Retriever, question: str, history: Sequence[str], filters: Filters | None) -> Groundwork:
    """Return what a question comes to in its conversation.

    Args:
        retriever: The index.
        question: As it is asked.
        history: What was asked before, in order.
        filters: Which passages may answer.
    """
    started = time.perf_counter()
    content = () if reply_to(question) else tuple(asked for asked in history if not reply_to(asked))
    found = _came_to(_Talk.now(retriever, filters), (*content, question))
    return replace(found, started=started, answer=replace(found.answer, elapsed_ms=since(started)))


@lru_cache(_KEPT_TURNS)
def _came_to(talk: _Talk, questions: tuple[str, ...]) -> Groundwork:
    """Return what the last of some questions came to."""
    before = _came_to(talk, questions[:-1]) if len(questions) > 1 else None
    return _take(talk, _Turn(questions[-1], before, time.perf_counter()))


def refers_back(question: str) -> bool:
    """Tell whether a question asks about the answer before it, or is none."""
    return bool(reply_to(question)) or wish_of(question) is not None


def _take(talk: _Talk, turn: _Turn) -> Groundwork:
    if reply := reply_to(turn.question):
        return _refuse(turn, "", text=reply)
    if turn.before is not None and (again := _again(turn, turn.before)):
        return again
    if told := _about(talk, turn):
        return told
    found = _search(talk, turn)
    if found.spoken_of:
        return found
    if turn.before and turn.spoken_of and not _names_another(talk.retriever, found.answer.asked_for, turn.spoken_of[0]):
        return replace(found, spoken_of=turn.spoken_of, of_place=turn.before.of_place)
    return replace(found, spoken_of=_of_the_place(talk.retriever, found), of_place=True)


def _again(turn: _Turn, before: Groundwork) -> Groundwork | None:
    """Return the answer before as a question about it wants it shown; None if it is no such question."""
    wish = wish_of(turn.question)
    if wish is None:
        return None
    asked_for = before.answer.asked_for
    shown = show_again(wish, before)
    if shown is None:
        nothing_more = "除上一个回答引用的原文以外，没有找到更多内容"
        reason = nothing_more if before.answer.citations else before.answer.reason or "上一个问题没有找到答案"
        return replace(_refuse(turn, reason, asked_for), topic=before.topic)
    told = _tell(turn, shown, Step("承接上文", f"问的是上一个回答{WISHES[wish]}"), asked_for)
    return replace(told, found=before.found, spoken_of=before.spoken_of, topic=before.topic)


def _about(talk: _Talk, turn: _Turn) -> Groundwork | None:
    """Return what a question about a document itself comes to; None if it may as well be asked of what one says."""
    asked = None if turn.before and only_when(turn.question) else about.read_about(talk.retriever, turn.question)
    if asked is None or (turn.before and _leans_on(turn.before, asked, turn.question)):
        return None
    within = [record.id for record in talk.retriever.records if passes(record, talk.filters or Filters())]
    if not within:
        return _refuse(turn, "没有符合条件的文件")
    if asked.matter == "collection":
        return _tell(turn, about.titles(talk.retriever, within), Step("理解", "问的是收录了哪些文件"))
    documents = about.meant(talk.retriever, asked, within, turn.spoken_of)
    if not documents:
        return None if asked.is_general else _refuse(turn, "已收录的文件不止一份，请说明问的是哪一份文件")
    searched = turn.before.answer.citations if turn.before and turn.before.found else ()
    years = {citation.clause.period for citation in searched}
    if asked.matter == "part" and asked.year is None and len(years) == 1:
        asked = replace(asked, year=years.pop())
    told = about.tell(talk.retriever, documents[0], asked)
    if told is not None:
        return _tell(turn, told, Step("理解", f"问的是文件本身：{about.MATTER_NAMES[asked.matter]}"))
    if asked.matter not in ("issuer", "published", "number", "status"):
        return None  # its words may say it otherwise
    return replace(_refuse(turn, f"文件没有写明{about.MATTER_NAMES[asked.matter]}"), spoken_of=tuple(documents))


# 「这项行动方案什么时候出台」 asks of a paper that the document only mentions.
_PAPER = re.compile(r"《[^》]+》|方案|条例|办法|意见|细则|指南|规划|标准|指标|政策|法$")


def _leans_on(before: Groundwork, asked: about.About, question: str) -> bool:
    """Tell whether what seems to be asked of a document is asked of what the question before was about."""
    if not before.found or asked.subject:
        return False
    if asked.is_general:
        return about.WHOLE_WORK.search(question) is None  # 「今年有什么措施」
    mentioned = _PAPER.search(before.answer.asked_for) is not None
    return asked.matter != "collection" and mentioned and not before.found[0].asked.query.only_refers


def _search(talk: _Talk, turn: _Turn) -> Groundwork:
    """Return what the first meaning of a question comes to that is answered; what the likeliest does if none is.

    In the document that is spoken of, the meaning that is answered most surely holds.
    """
    if turn.before is None:
        return lay_ground(talk.retriever, turn.question, turn.question, talk.filters, turn.started)
    before = turn.before
    topic = before.topic or before.answer.asked_for
    said = in_full(turn.question, topic, "\n".join(fold(citation.quote) for citation in before.answer.citations))
    meant = meanings(said, before.answer.asked_for, regions(talk.retriever), before.topic)
    tried: list[Groundwork] = []

    def lay(meaning: Meaning, scope: Filters | None) -> Groundwork:
        found = lay_ground(talk.retriever, turn.question, meaning.text, scope, turn.started)
        tried.append(replace(found, topic=meaning.topic))
        return tried[-1]

    inside = [(meaning, scope) for meaning in meant for scope in _inside(talk, meaning.text, before)]
    laid = [(lay(meaning, scope), meaning, scope) for meaning, scope in inside]
    answered = [(found, scope) for found, meaning, scope in laid if _holds(found, meaning, inside=True)]
    if answered:
        return _as_put(talk, turn, meant, *max(answered, key=lambda one: one[0].answer.sure))
    for meaning in meant:
        if inside and meaning.leans:
            continue
        for scope in _around(talk, meaning.text, before):
            found = lay(meaning, scope)
            if _holds(found, meaning, inside=False) and _is_of_the_same(talk.retriever, found, meaning.text, before):
                return _as_put(talk, turn, meant, found, scope)
    if tried[0].answer.outcome != "answered":
        return tried[0]
    # What answers speaks of another thing or place than the follow-up.
    return replace(
        _refuse(turn, "找到的段落与问题不够吻合", tried[0].answer.asked_for), spoken_of=(), topic=tried[0].topic
    )


def _as_put(talk: _Talk, turn: _Turn, meant: Sequence[Meaning], found: Groundwork, scope: Filters | None) -> Groundwork:
    """Return what a question comes to as it was put, if that is the same answer: nothing need be added to it then."""
    alone = next((meaning for meaning in meant if meaning.text in fold(turn.question)), None)
    if alone is None or found.answer.asked_for in (alone.text, turn.question):
        return found
    same = lay_ground(talk.retriever, turn.question, turn.question, scope, turn.started)
    return replace(same, topic=alone.topic) if same.answer.text == found.answer.text else found


def _inside(talk: _Talk, text: str, before: Groundwork) -> Iterator[Filters]:
    """Yield where to look for the document that is spoken of; nothing if another is named, or there is only one."""
    narrowed = talk.filters is not None and talk.filters.document is not None
    quoted = before.spoken_of and not before.of_place and not narrowed and len(talk.retriever.records) > 1
    if quoted and not _names_another(talk.retriever, text, before.spoken_of[0]):
        yield replace(talk.filters or Filters(), document=before.spoken_of[0])


def _around(talk: _Talk, text: str, before: Groundwork) -> Iterator[Filters | None]:
    """Yield where to look besides: in the documents of its place, then everywhere."""
    if before.spoken_of and not _names_another(talk.retriever, text, before.spoken_of[0]):
        region = talk.retriever.store.document(before.spoken_of[0]).region
        others = {record.region for record in talk.retriever.records} - {region}
        if region and others and (talk.filters is None or talk.filters.region is None):
            yield replace(talk.filters or Filters(), region=region)
    yield talk.filters


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


def _names_another(retriever: Retriever, text: str, document_id: str) -> bool:
    """Tell whether a question names another document than one, or a place that is not its own."""
    query = parse_query(text, None)
    record = retriever.content.by_id[document_id]
    title, own = record.title, record.region
    named = [*query.titles, *query.document_numbers]
    if any(name not in title for name in named) or any(not names_law(law, title) for law in query.laws):
        return True
    region = region_place(own)
    named_places = places_in(fold(text), regions(retriever))
    return region is not None and any(not _holds_either(region, place) for place in named_places)


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


def _of_the_place(retriever: Retriever, refused: Groundwork) -> tuple[str, ...]:
    """Return the documents of the place that a question names which they do not answer; the talk goes on about it."""
    places = [place for finding in refused.found for place in finding.asked.places]
    text = fold(refused.answer.asked_for)
    return tuple(
        record.id
        for record in retriever.records
        if record.region and (region_place(record.region) in places or record.region in text)
    )


def _tell(turn: _Turn, composed: Composed, step: Step, asked_for: str = "") -> Groundwork:
    """Return the groundwork of an answer for which nothing was searched."""
    asked_for = asked_for or turn.question
    answer = Answer(
        question=turn.question,
        outcome="answered",
        text=composed.text,
        citations=composed.citations,
        steps=(step,),
        elapsed_ms=since(turn.started),
        asked_for=asked_for,
        sure=1.0,
    )
    spoken_of = tuple(dict.fromkeys(citation.document.id for citation in composed.citations))
    return Groundwork(verify(answer), (), asked_for, (), turn.started, spoken_of)


def _refuse(turn: _Turn, reason: str, asked_for: str = "", text: str = NOT_IN_DOCUMENTS) -> Groundwork:
    """Return the groundwork of an answer that quotes nothing; the talk stays with its documents."""
    asked_for = asked_for or turn.question
    answer = Answer(turn.question, "not_in_documents", text, (), (), since(turn.started), asked_for, reason=reason)
    return Groundwork(answer, (), asked_for, (), turn.started, turn.spoken_of)
