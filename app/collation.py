"""A draft → for each of its sentences whether the documents say it in these words.

1. find: the letters of the sentence in the documents that share its terms, wherever they stand there;
2. compare: where they do not stand as they are, the nearest sentences, token by token;
3. place: of several places the one that goes on where the sentence before ended;
4. judge: what a draft leaves out of a sentence that it follows otherwise, and neighbours in another order, differ.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from app.citations import cite
from app.differences import Change, compare, differences
from app.records import CheckedSentence, Citation, Verdict
from app.wording import Wording, read_wording
from ingest import Document
from ingest.navigation import is_furniture
from ingest.sentences import Span, split_sentences
from vectorstore import Hit, Retriever
from vectorstore.normalise import terms

_CANDIDATES = 12  # passages looked at; the words of a document find it first
_COMPARED = 4  # stretches compared token by token: those that share most pairs of letters
_JOINED = 3  # sentences of a document that one of a draft may have been made of, where it is as long as these
_WHATEVER = 2  # the same, however long it is: what is left out may be the most of them
_LEAST_SHARED = 0.5  # of a sentence's pairs of letters; see `Comparison` for what was tried
# Of 41 short sentences of other documents that were taken for changed ones 34 are no longer, and 1 of 13 changed ones;
# of 38 up to 20 letters 14, and 1 of 40.
_LEAST_OF_SOURCE = ((10, 0.4), (20, 0.3))
_LEFT_OUT = 0.1  # what a letter of the source that a sentence lacks counts, where a pair that both have counts 1
_OTHER_FIGURE = 3  # what another figure counts besides: of two years' sentences that with the draft's figure is nearer
_FEWEST_SHARED = 3  # pairs: 「工作要点」 is like half of all headings
_LEAST_INSIDE = 8  # letters that stand in the middle of a clause not by chance
_MOST_PLACES = 20  # at which the same words are looked at in a document
_TAKES_BACK = re.compile("但|除|不含|不包括|仅限")  # what begins so limits what stands before it
_LIMITS = re.compile("未经|除|非(?!遗)|没有|不符合|不具备")  # what begins so limits what stands behind it
_ALLOWS = re.compile("可以?|应当?|不得|由|给予|予以|必?须")  # what stands behind a condition that ends with 的


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words of a sentence stand, or nearly these; spans count letters of the document's wording.

    Attributes:
        document: The document.
        wording: Its wording.
        span: The words.
        sentence: The whole sentences that these are of.
        shared: How many pairs of neighbouring letters of the draft stand there.
        changes: Where the two differ; none if the words are the same.
        figures: How many of the changes are a figure instead of another.
    """

    document: Document
    wording: Wording
    span: Span
    sentence: Span
    shared: int
    changes: tuple[Change, ...] = ()
    figures: int = 0

    @property
    def is_by_chance(self) -> bool:
        """Whether so few words in the middle of a clause say nothing, unless their neighbours stand beside them."""
        return not self.is_whole and self.span.end - self.span.start < _LEAST_INSIDE

    @property
    def is_whole(self) -> bool:
        """Whether it begins and ends where the text pauses."""
        return self.wording.pauses.issuperset(self.span)


def collate(retriever: Retriever, text: str, done: Callable[[int, int], None] | None = None) -> list[CheckedSentence]:
    """Return the sentences of a draft, each with what the documents say in its place.

    Lines that only a page has around a document (breadcrumb, line of publication data) are no sentences.

    Args:
        retriever: The index.
        text: The draft.
        done: Told after each sentence how many are done, of how many.
    """
    draft = read_wording(text)
    spans = list(_sentences(draft))
    letters = [Span(*map(draft.position, span)) for span in spans]
    found: list[list[Place]] = []
    seen: dict[str, list[Place]] = {}
    for at in letters:
        words = draft.letters[slice(*at)]
        if words not in seen:
            seen[words] = _places(retriever, draft, at)
        found.append(seen[words])
        if done is not None:
            done(len(found), len(spans))
    _look_beside(draft, letters, found)
    places = _chosen(retriever, found)
    checked = []
    for i, (span, at, place) in enumerate(zip(spans, letters, places, strict=True)):
        sentence = text[slice(*span)]
        if place is None:
            checked.append(CheckedSentence(sentence, *span, "not_found", None))
            continue
        changes = _changes(at, place, places[i - 1] if i else None, places[i + 1] if i + 1 < len(places) else None)
        source = _cited(retriever, place, changes, place.shared / max(1, at.end - at.start - 1))
        verdict: Verdict = "differs" if changes else "exact"
        checked.append(CheckedSentence(sentence, *span, verdict, source, differences(changes, draft, place.wording)))
    return checked


def _sentences(draft: Wording) -> Iterator[Span]:
    """Yield the sentences of a draft that have letters, as spans of its text."""
    position = 0
    for line in draft.text.split("\n"):
        if not is_furniture(line.strip()):
            for start, end in split_sentences(draft.text, position, position + len(line)):
                if draft.position(start) < draft.position(end):
                    yield Span(start, end)
        position += len(line) + 1


def _places(retriever: Retriever, draft: Wording, at: Span) -> list[Place]:
    """Return where a sentence stands; if it stands nowhere, the places that are most like it, nearest first."""
    asked = dict.fromkeys(terms(draft.words(*at)), 1.0)
    entries = retriever.content.lexical.best(asked, _CANDIDATES) if asked else []
    ids = dict.fromkeys(entry.document_id for entry in entries)
    documents = {id_: retriever.store.document(id_) for id_ in ids}
    if same := [place for document in documents.values() for place in _same(document, draft.letters[slice(*at)])]:
        return same
    behind = next((n for n in range(at.start + 1, at.end) if n in draft.numbered), None)
    if behind is not None:  # the number of the draft's own list is no wording; another number than the source's is
        same = [place for document in documents.values() for place in _same(document, draft.letters[behind : at.end])]
        if same := [place for place in same if place.span.start not in place.wording.numbered]:
            return same
    stretches = {
        (entry.document_id, stretch): documents[entry.document_id]
        for entry in entries
        for stretch in _stretches(read_wording(documents[entry.document_id].text), entry.start, at.end - at.start)
    }
    return _alike(draft, at, [(document, stretch) for (_, stretch), document in stretches.items()])


def _look_beside(draft: Wording, sentences: Sequence[Span], found: list[list[Place]]) -> None:
    """Look for each sentence also in the documents where its neighbours stand, and right beside them.

    Common words stand in more documents than are looked at, and short ones at more places.
    """
    forwards, backwards = range(1, len(found)), range(len(found) - 2, -1, -1)
    for order, step in ((forwards, -1), (backwards, 1)):
        for i in order:
            letters = draft.letters[slice(*sentences[i])]
            mine = [place for place in found[i] if not place.changes]
            known = {place.document.id for place in mine}
            beside = [place for place in found[i + step] if not place.changes]
            documents = {place.document.id: place.document for place in beside}
            more = [p for id_, document in documents.items() if id_ not in known for p in _same(document, letters)]
            there = {(place.document.id, place.span) for place in (*mine, *more)}
            for place in beside:
                start = place.span.end if step < 0 else place.span.start - len(letters)
                span = Span(start, start + len(letters))
                is_new = start >= 0 and (place.document.id, span) not in there
                if is_new and place.wording.letters.startswith(letters, start):
                    more.append(_place_at(place.document, span))
            if more:
                found[i] = [*mine, *more]


def _same(document: Document, letters: str) -> list[Place]:
    """Return the places where a document has some letters, up to a limit."""
    wording = read_wording(document.text)
    places: list[Place] = []
    position = wording.letters.find(letters)
    while position >= 0 and len(places) < _MOST_PLACES:
        places.append(_place_at(document, Span(position, position + len(letters))))
        position = wording.letters.find(letters, position + 1)
    return places


def _place_at(document: Document, span: Span) -> Place:
    wording = read_wording(document.text)
    return Place(document, wording, span, _sentences_around(wording, span), span.end - span.start - 1)


def _sentences_around(wording: Wording, span: Span) -> Span:
    first, last = _sentence_at(wording, span.start), _sentence_at(wording, span.end - 1)
    return Span(wording.sentences[first].start, wording.sentences[last].end)


def _sentence_at(wording: Wording, position: int) -> int:
    """Return the number of the sentence that a letter belongs to."""
    return max(0, bisect_right(wording.sentences, position, key=lambda sentence: sentence.start) - 1)


def _stretches(wording: Wording, offset: int, length: int) -> Iterator[Span]:
    """Yield the runs of sentences around an offset that some letters may have been made of."""
    sentences = wording.sentences
    at = _sentence_at(wording, wording.position(offset))
    for first in range(max(0, at - _JOINED + 1), at + 1):
        for last in range(at, min(first + _JOINED, len(sentences))):
            if last - first < _WHATEVER or sentences[last].start - sentences[first].start < length:
                yield Span(sentences[first].start, sentences[last].end)


def _alike(draft: Wording, at: Span, stretches: Sequence[tuple[Document, Span]]) -> list[Place]:
    """Return the places among some stretches of documents that say nearly what a sentence does, nearest first."""
    pairs = _pairs(draft.letters[slice(*at)])
    wordings = [(document, read_wording(document.text), stretch) for document, stretch in stretches]
    wordings.sort(key=lambda w: (-len(pairs & _pairs(w[1].letters[slice(*w[2])])), w[2].end - w[2].start))
    places = []
    for document, wording, stretch in wordings[:_COMPARED]:
        shared, changes, figures = compare(draft, at, wording, stretch)
        if shared >= max(_FEWEST_SHARED, _LEAST_SHARED * (at.end - at.start - 1)):
            span, changes = _trimmed(draft, wording, stretch, changes)
            place = Place(document, wording, span, _sentences_around(wording, span), shared, changes, figures)
            if shared >= _least_of_source(at) * _length_compared(place):
                places.append(place)
    return sorted(places, key=_distance)


def _least_of_source(at: Span) -> float:
    """Return the share of a place's pairs of letters that a sentence must have: short ones are like many long ones."""
    return next((share for longest, share in _LEAST_OF_SOURCE if at.end - at.start < longest), 0.0)


def _length_compared(place: Place) -> int:
    """Return how many pairs of letters a place has, without whole clauses that the draft leaves out."""
    left_out = sum(
        its.end - its.start
        for mine, its in place.changes
        if mine.start == mine.end and place.wording.pauses.issuperset(its)
    )
    return place.span.end - place.span.start - left_out - 1


def _distance(place: Place) -> float:
    """Return how far a place is from a sentence: what one lacks or says otherwise, less what they share."""
    left_out = sum(change.source.end - change.source.start for change in place.changes)
    return len(place.changes) + _OTHER_FIGURE * place.figures + _LEFT_OUT * left_out - place.shared


def _pairs(letters: str) -> set[str]:
    return set(map(str.__add__, letters, letters[1:]))


def _trimmed(
    draft: Wording, wording: Wording, stretch: Span, changes: Sequence[Change]
) -> tuple[Span, tuple[Change, ...]]:
    """Return the part of a stretch that a sentence was made of, and what differs in it.

    What the source has before and behind belongs to it only as far as the text does not pause, or as something of the
    draft stands in its place.
    """
    start, end = stretch
    kept = list(changes)
    if kept and kept[0].source.start == start:
        (mine, its), length = kept[0], kept[0].draft.end - kept[0].draft.start
        start = min((p for p in wording.pauses if start <= p <= its.end), key=lambda p: abs(its.end - p - length))
        kept[0] = Change(mine, Span(start, its.end))
        if mine.end in draft.numbered and start == its.end and start not in wording.numbered:
            kept[0] = Change(Span(mine.end, mine.end), kept[0].source)
    if kept and kept[-1].source.end == end:
        (mine, its), length = kept[-1], kept[-1].draft.end - kept[-1].draft.start
        end = min((p for p in wording.pauses if its.start <= p <= end), key=lambda p: abs(p - its.start - length))
        kept[-1] = Change(mine, Span(its.start, end))
    return Span(start, end), tuple(filter(_is_change, kept))


def _chosen(retriever: Retriever, found: Sequence[Sequence[Place]]) -> list[Place | None]:
    """Return one place a sentence of those found, so that as many as can be go on where the one before ended.

    Of places that are as good, whole clauses come before parts of them, and documents in force before others.
    """
    outdated = retriever.content.outdated
    ways = [_Way(None, 0.0, None)]
    for places in found:
        nearest = [place for place in places if _distance(place) == _distance(places[0])]
        best = max(ways, key=_worth)
        behind = _best_by(ways, lambda place: place.span.end)
        after = _best_by(ways, lambda place: place.sentence.end)
        step = []
        for place in nearest:
            own = (
                _WHOLE * place.is_whole - _BY_CHANCE * place.is_by_chance - _OUTDATED * (place.document.id in outdated)
            )
            going_on = (
                behind.get((place.document.id, place.span.start)),
                after.get((place.document.id, place.sentence.start)),
            )
            before = max((way for way in going_on if way), key=_worth, default=None)
            if before is not None and before.worth + _GOES_ON > best.worth:
                step.append(_Way(place, before.worth + _GOES_ON + own, before))
            else:
                step.append(_Way(place, best.worth + own, best))
        if not nearest or nearest[0].is_by_chance:
            step.append(_Way(None, best.worth, best))
        ways = step
    chosen: list[Place | None] = []
    way = max(ways, key=_worth)
    while way.before is not None:
        chosen.append(way.place)
        way = way.before
    return chosen[::-1]


def _best_by(ways: Sequence[_Way], edge: Callable[[Place], int]) -> dict[tuple[str, int], _Way]:
    """Return the best way for each document and place in it where its last sentence ends."""
    best: dict[tuple[str, int], _Way] = {}
    for way in ways:
        if way.place is not None:
            key = way.place.document.id, edge(way.place)
            best[key] = max(way, best.get(key, way), key=_worth)
    return best


_GOES_ON, _BY_CHANCE, _WHOLE, _OUTDATED = 1.0, 0.5, 0.1, 0.01  # in this order; none outweighs the one before


@dataclass(frozen=True, slots=True)
class _Way:
    """A choice of places for the sentences so far, by the last of them."""

    place: Place | None
    worth: float
    before: _Way | None


_worth = attrgetter("worth")


def _changes(at: Span, place: Place, before: Place | None, after: Place | None) -> tuple[Change, ...]:
    """Return what differs between a sentence and its place, given the places of the sentences around it."""
    left, right = _beside(place, before), _beside(place, after)
    if left.sentence.start == place.sentence.end:
        return (Change(at, left.span),)
    if right.sentence.end == place.sentence.start:
        return (Change(at, right.span),)
    if (instead := _instead(place, left, right)) is not None:
        return (Change(at, instead),)
    follows = (
        (place.sentence == left.sentence and left.span.end <= place.span.start)
        or (place.sentence == right.sentence and place.span.end <= right.span.start)
        or left.sentence.end == place.sentence.start
        or right.sentence.start == place.sentence.end
    )
    opening = Change(Span(at.start, at.start), _left_out_before(place, left, follows))
    closing = Change(Span(at.end, at.end), _left_out_behind(place, right, follows))
    return tuple(change for change in (opening, *place.changes, closing) if _is_change(change))


def _instead(place: Place, left: _Beside, right: _Beside) -> Span | None:
    """Return what a document has where the draft has a sentence from elsewhere in it: a sentence, or nothing.

    Only where the neighbours of the sentence stand beside each other there, or with one sentence between.
    """
    start, end = left.sentence.end, right.sentence.start
    sentences = place.wording.sentences
    if _NOWHERE in (left, right) or not start <= end or start <= place.sentence.start <= end:
        return None
    between = [sentence for sentence in sentences if start <= sentence.start < end]
    beside = place.sentence in (left.sentence, right.sentence)
    return Span(start, end) if len(between) <= 1 and not beside else None


class _Beside(NamedTuple):
    """Where a neighbour of a sentence stands in the same document, as spans of letters."""

    span: Span
    sentence: Span


_NOWHERE = _Beside(Span(-1, -1), Span(-1, -1))


def _beside(place: Place, neighbour: Place | None) -> _Beside:
    if neighbour is None or neighbour.document.id != place.document.id:
        return _NOWHERE
    return _Beside(neighbour.span, neighbour.sentence)


def _left_out_before(place: Place, left: _Beside, follows: bool) -> Span:
    """Return what a draft leaves out before its words: of their clause; of their sentence, if it follows that."""
    start = place.span.start
    if left.span.end == start or start in place.wording.numbered:
        return Span(start, start)
    if start not in place.wording.pauses:
        return Span(max(p for p in place.wording.pauses if p < start), start)
    if follows and left.sentence != place.sentence:
        return Span(place.sentence.start, start)
    condition = Span(max((p for p in place.wording.pauses if place.sentence.start <= p < start), default=start), start)
    return condition if _is_condition(place.wording, condition) else Span(start, start)


def _is_condition(wording: Wording, clause: Span) -> bool:
    """Tell whether a clause limits the one behind it."""
    words = wording.letters[slice(*clause)]
    ends_so = words.endswith("的") and _ALLOWS.match(wording.letters, clause.end) is not None
    return _LIMITS.match(words) is not None or words.endswith(("除外", "以外", "之外")) or ends_so


def _left_out_behind(place: Place, right: _Beside, follows: bool) -> Span:
    """Return what a draft leaves out behind its words; also, whatever it follows, what takes them back in part."""
    end = place.span.end
    if right.span.start == end:
        return Span(end, end)
    if end not in place.wording.pauses:
        return Span(end, min(p for p in place.wording.pauses if p > end))
    if not (follows or _TAKES_BACK.match(place.wording.letters, end)):
        return Span(end, end)
    return Span(
        end, right.span.start if right.sentence == place.sentence and right.span.start > end else place.sentence.end
    )


def _is_change(change: Change) -> bool:
    return change.draft.start < change.draft.end or change.source.start < change.source.end


def _behind(wording: Wording, position: int) -> int:
    """Return the offset behind the letter before a position."""
    return wording.offsets[position - 1] + 1


def _cited(retriever: Retriever, place: Place, changes: Sequence[Change], shared: float) -> Citation:
    """Quote the words a sentence was held against, what it leaves out of them too, as far as one clause has them."""
    left_out = [c.source for c in changes if c.source.start < c.source.end and _touches(c.source, place.span)]
    first = min([place.span.start, *(span.start for span in left_out)])
    last = max([place.span.end, *(span.end for span in left_out)])
    start, end = place.wording.offsets[first], _behind(place.wording, last)
    clauses = place.document.clauses
    clause = max(clauses, key=lambda clause: min(end, clause.end) - max(start, clause.start))
    start, end = max(start, clause.start), min(end, clause.end)
    validity = retriever.content.validities.get(place.document.id)
    return cite(Hit(place.document, clause, start, end, round(shared, 4), validity=validity), start, end)


def _touches(span: Span, other: Span) -> bool:
    return span.start <= other.end and other.start <= span.end
