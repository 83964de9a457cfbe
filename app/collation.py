"""A draft → for each of its sentences whether the documents say it in these words.

1. find: the letters of the sentence in the documents that share its terms, wherever they stand there;
2. compare: where they do not stand as they are, the nearest sentences, token by token;
3. place: of several places the one that goes on where the sentence before ended;
4. judge: what a draft leaves out of a sentence that it follows otherwise, and neighbours in another order, differ.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
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
_LEFT_OUT = 0.1  # what a letter of the source that a sentence lacks counts, where a pair that both have counts 1
_OTHER_FIGURE = 3  # what another figure counts besides: of two years' sentences that with the draft's figure is nearer
_FEWEST_SHARED = 3  # pairs: 「工作要点」 is like half of all headings
_LEAST_INSIDE = 8  # letters that stand in the middle of a clause not by chance
_MOST_PLACES = 20  # at which the same words are looked at in a document
_TAKES_BACK = re.compile("但|除|不含|不包括|仅限")  # what begins so limits what stands before it


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

    def goes_on(self, before: Place | None) -> bool:
        """Tell whether it stands right behind another, or in the sentence right behind the other's."""
        if before is None or before.document.id != self.document.id:
            return False
        return before.span.end == self.span.start or before.sentence.end == self.sentence.start


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
    for at in letters:
        found.append(_places(retriever, draft, at))
        if done is not None:
            done(len(found), len(spans))
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


def _same(document: Document, letters: str) -> list[Place]:
    """Return the places where a document has some letters, up to a limit."""
    wording = read_wording(document.text)
    places: list[Place] = []
    position = wording.letters.find(letters)
    while position >= 0 and len(places) < _MOST_PLACES:
        span = Span(position, position + len(letters))
        places.append(Place(document, wording, span, _sentences_around(wording, span), len(letters) - 1))
        position = wording.letters.find(letters, position + 1)
    return places


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
            places.append(Place(document, wording, span, _sentences_around(wording, span), shared, changes, figures))
    return sorted(places, key=_distance)


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
        step = []
        for place in (*nearest, *([] if nearest and not nearest[0].is_by_chance else [None])):
            worth, before = max(
                ((way.worth + _worth(place, way.place, outdated), way) for way in ways), key=itemgetter(0)
            )
            step.append(_Way(place, worth, before))
        ways = step
    chosen: list[Place | None] = []
    way = max(ways, key=lambda way: way.worth)
    while way.before is not None:
        chosen.append(way.place)
        way = way.before
    return chosen[::-1]


def _worth(place: Place | None, before: Place | None, outdated: Container[str]) -> float:
    if place is None:
        return 0.0
    own = _WHOLE * place.is_whole - _BY_CHANCE * place.is_by_chance - _OUTDATED * (place.document.id in outdated)
    return _GOES_ON * place.goes_on(before) + own


_GOES_ON, _BY_CHANCE, _WHOLE, _OUTDATED = 1.0, 0.5, 0.1, 0.01  # in this order; none outweighs the one before


@dataclass(frozen=True, slots=True)
class _Way:
    """A choice of places for the sentences so far, by the last of them."""

    place: Place | None
    worth: float
    before: _Way | None


def _changes(at: Span, place: Place, before: Place | None, after: Place | None) -> tuple[Change, ...]:
    """Return what differs between a sentence and its place, given the places of the sentences around it."""
    left, right = _beside(place, before), _beside(place, after)
    if left.sentence.start == place.sentence.end:
        return (Change(at, left.span),)
    if right.sentence.end == place.sentence.start:
        return (Change(at, right.span),)
    follows = (
        place.sentence in (left.sentence, right.sentence)
        or left.sentence.end == place.sentence.start
        or right.sentence.start == place.sentence.end
    )
    opening = Change(Span(at.start, at.start), _left_out_before(place, left, follows))
    closing = Change(Span(at.end, at.end), _left_out_behind(place, right, follows))
    return tuple(change for change in (opening, *place.changes, closing) if _is_change(change))


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
    return Span(place.sentence.start if follows and left.sentence != place.sentence else start, start)


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
