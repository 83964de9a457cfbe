"""A passage that was found → the shortest stretch of it that answers.

A report strings facts together: one sentence gives four shares. The sentence is cut into pieces that can stand
alone, and among all runs of neighbouring pieces the one is taken that speaks most of what was asked, in the
fewest characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.sentences import Span, bracket_depth, split_sentences, trim
from vectorstore import Embedder, Hit, Retriever
from vectorstore.normalise import terms
from vectorstore.passages import passage_header
from vectorstore.query import Asked, Query
from vectorstore.records import FloatVector
from vectorstore.words import WordVectors

_COMMA = re.compile(r"[，,；;：:。！？!?]")
_LIST_COMMA = re.compile(r"、")
FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万两]+(?:个|所|名|人|项|家|次|年|成|倍|分之)|全覆盖")
_DATE = re.compile(r"\d+年|\d+月|\d+日|\d+时|[春夏秋冬]季|学期|年内|年底|月底|近期|期间")
_HAN = re.compile(r"[\u3400-\u9fff]")

_MAX_PIECES = 4  # pieces a run may hold; a fact and its conditions need two or three
_STANDS_ALONE = (
    4  # Han characters; 「、100%」 belongs to the list before it, 「、义务教育…达到90%」 is a fact of its own
)

# A run's worth is the share of the question that it speaks of, by its terms and by words that mean alike, plus
# this much of its cosine with the question, less this much a character: enough to prefer the shorter of two runs
# that say the same, too little to drop a term. Tried .2 to .8 and .001 to .006 on the development questions.
_MEANING_WEIGHT = 0.8
_LENGTH_COST = 0.004


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in every passage: the question in the forms in which texts are compared with it.

    Attributes:
        query: The question, understood.
        rarity: Its terms and what each is worth.
        vector: Its embedding.
        embedder: The model that made it.
        words: Vectors of words.
    """

    query: Query
    rarity: Mapping[str, float]
    vector: FloatVector
    embedder: Embedder
    words: WordVectors

    @classmethod
    def by(cls, query: Query, retriever: Retriever) -> Sought:
        """Prepare a question for comparing with the passages of an index."""
        rarity = {term: retriever.content.lexical.rarity(term) for term in query.terms}
        return cls(query, rarity, retriever.embedder.embed_query(query.text), retriever.embedder, retriever.words)


@dataclass(frozen=True, slots=True)
class Extract:
    """A stretch of a hit's passage.

    Attributes:
        hit: The passage it was taken from.
        start: Offset in the document's text.
        end: Offset behind the last character.
        covered: Share of the question's terms, weighted by rarity, found in it or in its headings.
        alike: Share of the question's words that it or its headings speak of in whatever words.
        missing: The weight of the weightiest word of the question that neither it nor its headings speak of.
        meaning: Cosine of the stretch with the question.
        fits: Whether it holds the kind of thing asked for, such as a figure.
    """

    hit: Hit
    start: int
    end: int
    covered: float
    alike: float
    missing: float
    meaning: float
    fits: bool

    @property
    def text(self) -> str:
        """The words of the stretch."""
        return self.hit.document.text[self.start : self.end]


def extract(hit: Hit, sought: Sought) -> Extract:
    """Return the stretch of a hit that answers best."""
    text, asked = hit.document.text, sought.query.asked
    spans = list(_runs(_pieces(text, hit, asked)))
    fitting = [span for span in spans if holds(asked, text[span.start : span.end])] or spans
    stretches = [text[span.start : span.end] for span in fitting]
    meaning = sought.embedder.embed_passages(stretches) @ sought.vector
    own = np.array([_share(terms(stretch), sought.rarity) for stretch in stretches])
    alike = sought.words.coverage(sought.query.text, stretches)
    lengths = np.array([len(stretch) for stretch in stretches])
    best = int(np.argmax(own + alike + _MEANING_WEIGHT * meaning - _LENGTH_COST * lengths))
    headed = f"{passage_header(hit.document, hit.clause)}\n{stretches[best]}"
    matches, weights = sought.words.matches(sought.query.text, [headed])
    total = max(float(weights.sum()), 1e-6)
    return Extract(
        hit=hit,
        start=fitting[best].start,
        end=fitting[best].end,
        covered=_share(terms(headed), sought.rarity),
        alike=float(matches[0] @ weights) / total,
        missing=float(np.max((1.0 - matches[0]) * weights, initial=0.0)),
        meaning=float(meaning[best]),
        fits=holds(asked, stretches[best]),
    )


def holds(asked: Asked, text: str) -> bool:
    """Tell whether a text holds the kind of thing that was asked for."""
    if asked == "figure":
        return FIGURE.search(text) is not None
    if asked == "time":
        return _DATE.search(text) is not None
    return True


def _share(found: Sequence[str], rarity: Mapping[str, float]) -> float:
    total = sum(rarity.values())
    return sum(rarity.get(term, 0.0) for term in set(found)) / total if total else 0.0


def _pieces(text: str, hit: Hit, asked: Asked) -> list[Span]:
    """Cut a passage into pieces: at commas for a fact, at sentence ends for anything longer."""
    if asked in ("figure", "name", "time", "text"):
        return list(_cut_facts(text, hit.start, hit.end))
    return split_sentences(text, hit.start, hit.end)


def _cut_facts(text: str, start: int, end: int) -> Iterator[Span]:
    cuts = {m.end() for m in _COMMA.finditer(text, start, end) if bracket_depth(text, start, m.start()) == 0}
    cuts |= {m.end() for m in _LIST_COMMA.finditer(text, start, end) if _separates_facts(text, start, m.start(), end)}
    for cut in sorted(cuts | {end}):
        span = trim(text, start, cut)
        if span.start < span.end:
            yield span
        start = cut


def _separates_facts(text: str, start: int, comma: int, end: int) -> bool:
    """Tell whether an enumeration comma stands between two facts with a figure each, not between two items."""
    if bracket_depth(text, start, comma) > 0:
        return False
    before = re.split(r"[，,；;：:。、]", text[start:comma])[-1]
    after = re.split(r"[，,；;：:。、]", text[comma + 1 : end])[0]
    if not (re.search(r"\d", before) and (figure := re.search(r"\d", after))):
        return False
    return len(_HAN.findall(after[: figure.start()])) >= _STANDS_ALONE


def _runs(pieces: Sequence[Span]) -> Iterator[Span]:
    for first in range(len(pieces)):
        for last in range(first, min(len(pieces), first + _MAX_PIECES)):
            yield Span(pieces[first].start, pieces[last].end)
