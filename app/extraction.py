"""A passage that was found → the shortest stretch of it that answers.

A report strings facts together: one sentence gives four shares. The sentence is cut into pieces that can stand
alone, and among all runs of neighbouring pieces the one is taken that speaks most of what was asked, in the
fewest characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app import lookup
from app.places import region_place
from app.understanding import Understanding
from app.wanted import Wanted
from ingest import Table
from ingest.sentences import Span, bracket_depth, cut, split_sentences
from ingest.tables import BETWEEN_CELLS
from vectorstore import Hit
from vectorstore.features import Sought
from vectorstore.normalise import heading_key, terms
from vectorstore.passages import MAX_PASSAGE, headed_text, passage_header
from vectorstore.query import Asked

_COMMA = re.compile(r"[，,；;：:。！？!?]")
_LIST_COMMA = re.compile(r"、")
_HAN = re.compile(r"[\u3400-\u9fff]")

_TINY = 1e-6  # keeps a text of unknown words, whose length is 0, from being divided by it
_MAX_PIECES = 4  # pieces a run may hold; a fact and its conditions need two or three
# Han characters: 「、100%」 belongs to the list before it, 「、义务教育…达到90%」 is a fact of its own.
_STANDS_ALONE = 2

# A run's worth is the share of the question that it speaks of, by its terms and by words that mean alike, plus
# this much of its cosine with the question, less this much a character: enough to prefer the shorter of two runs
# that say the same, too little to drop a term. Tried 0 to .8 and .001 to .006 on the development questions.
_MEANING_WEIGHT = 0.8
_LENGTH_COST = 0.004
_PIECE_COST = 0.1  # of every piece after the first; tried 0 to .15
_HEAD_WEIGHT = 0.5  # of what a figure is asked of
_BESIDE = 0.5  # of what a contradicting piece says of it: less, and it only stands beside that piece
_SPARE_COST = 0.3  # of every figure beside those asked for: it is the neighbour's


@dataclass(frozen=True, slots=True)
class Extract:
    """What of a hit's passage answers.

    Attributes:
        hit: The passage it was taken from.
        spans: What is quoted, in reading order: one stretch, or some cells of a row.
        worth: How much it says of what was asked; comparable between the passages of one question.
        missing: The weight of the weightiest word of the question that neither it nor its headings speak of.
        spoken: The share of the question's words that the fact speaks of, without any heading.
        fits: Whether it states a thing of the kind asked for, such as a figure.
        fact: The piece of it that states the thing asked for; all of it where none does.
        contrary: What is asked about and what it speaks of instead, if it does.
        head: How far it speaks of what a figure is asked of, 0 to 1; 1 if that is not clear.
    """

    hit: Hit
    spans: tuple[Span, ...]
    worth: float
    missing: float
    spoken: float
    fits: bool
    contrary: tuple[str, str] | None
    fact: str
    head: float

    @property
    def is_row(self) -> bool:
        """Whether it was looked up in a table."""
        return self.hit.document.row_at(self.spans[0].start) is not None

    @property
    def text(self) -> str:
        """The words quoted."""
        return BETWEEN_CELLS.join(self.hit.document.text[start:end] for start, end in self.spans)


def extract(hit: Hit, sought: Sought, asked: Understanding) -> Extract:
    """Return the stretch of a hit that answers best, or the cells of its row."""
    text, wanted = hit.document.text, asked.wanted
    pieces = _pieces(text, hit, wanted, sought.query.asked, sought.query.compares)
    place = hit.document.row_at(hit.start)
    stated = [wanted.fits(text[piece.start : piece.end], in_table=place is not None) for piece in pieces]
    contraries = [
        asked.contrary(text[piece.start : piece.end]) if states and wanted.kind == "figure" else None
        for piece, states in zip(pieces, stated, strict=True)
    ]
    heads = _speaks_of(sought, wanted.head, [text[piece.start : piece.end] for piece in pieces])
    # What speaks most of the thing asked for and contradicts is the answer to another question; what stands beside it, too.
    contrary_head = max((head for head, contrary in zip(heads, contraries, strict=True) if contrary), default=0.0)
    fitting = [
        states and contrary is None and head >= _BESIDE * contrary_head
        for states, contrary, head in zip(stated, contraries, heads, strict=True)
    ]
    runs = list(_weigh_runs(text, pieces, sought))
    spare = [max(0, sum(stated[run.first : run.last + 1]) - wanted.facts) for run in runs]
    region = region_place(hit.document.region)
    elsewhere = [place for place in asked.places if region is None or not place.holds(region)]
    best, _ = max(
        zip(runs, spare, strict=True),
        key=lambda pair: (
            any(fitting[pair[0].first : pair[0].last + 1]),
            sum(place.is_in(text[pair[0].start : pair[0].end]) for place in elsewhere),
            pair[0].worth + _HEAD_WEIGHT * max(heads[pair[0].first : pair[0].last + 1]) - _SPARE_COST * pair[1],
        ),
    )
    spans, worth = _look_up(hit, place, sought, wanted, best) if place else ((best.span,), best.worth)
    quoted = "\n".join(text[start:end] for start, end in spans)
    headed = headed_text(passage_header(hit.document, hit.clause), quoted if place is None else f"{hit.text}\n{quoted}")
    stating = [i for i in range(best.first, best.last + 1) if fitting[i]]
    stated_at = max(stating, key=lambda i: heads[i], default=None)
    fact = quoted if stated_at is None or place else text[slice(*pieces[stated_at])]
    matches, _ = sought.vectors.compare(
        sought.words, sought.directions, [sought.vectors.tokens(headed), sought.vectors.tokens(fact)]
    )
    unmet = (1.0 - matches[0]) * sought.words.weights
    return Extract(
        hit=hit,
        spans=spans,
        worth=worth,
        missing=float(unmet.max(initial=0.0)),
        spoken=float(matches[1] @ sought.words.shares),
        fits=bool(stating) if place is None else wanted.fits(quoted, in_table=True),
        contrary=None if stating and wanted.kind == "figure" else next(filter(None, contraries), asked.contrary(quoted)),
        fact=fact,
        head=max(heads[best.first : best.last + 1]) if wanted.head else 1.0,
    )


def _speaks_of(sought: Sought, head: str, texts: Sequence[str]) -> list[float]:
    """Return how far each text speaks of what a figure is asked of, by its terms or by words that mean alike."""
    if not head:
        return [0.0] * len(texts)
    words, asked = sought.vectors.sought(((head,),)), set(terms(head))
    matches, _ = sought.vectors.compare(words, sought.directions[:0], [sought.vectors.tokens(text) for text in texts])
    said = [len(asked & set(terms(text))) / len(asked) for text in texts]
    return [max(share, float(match @ words.shares)) for share, match in zip(said, matches, strict=True)]


_ROW_SAID = 1.0  # worth of a row all of whose words the question says: it is the row meant


def _look_up(
    hit: Hit, place: tuple[Table, int], sought: Sought, wanted: Wanted, best: _Run
) -> tuple[tuple[Span, ...], float]:
    """Return the cells that answer, of the row that is meant, and what they are worth; all rows if all are wanted."""
    document, question, table = hit.document, sought.query.question, place[0]
    row, share = lookup.meant_row(question, *place)
    worth = best.worth + _ROW_SAID * share
    if not share and lookup.ordinal(question) is None and (rows := lookup.whole_table(table, question)):
        return rows, worth
    if row.end - row.start > MAX_PASSAGE:  # a row of whole paragraphs is read like one
        return (best.span,), worth
    name, others = lookup.cells_of(document, table, row)
    fitting = [cell for cell in others if wanted.fits(document.text[slice(*cell.span)], in_table=True)] or others
    if not fitting:
        return (name.span if name else Span(row.start, row.end),), worth
    worths = [run.worth for cell in fitting for run in _weigh_runs(document.text, [cell.span], sought)]
    chosen = [*lookup.asked_for(fitting, worths), *lookup.said_cells(question, others), *([name] if name else [])]
    return tuple(sorted({cell.span for cell in chosen})), worth


class _Run(NamedTuple):
    """Neighbouring pieces, the first and last by number, and how much they say of what was asked."""

    start: int
    end: int
    worth: float
    first: int
    last: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def _weigh_runs(text: str, pieces: Sequence[Span], sought: Sought) -> Iterator[_Run]:
    """Yield every run of up to `_MAX_PIECES` pieces.

    A run speaks of a word as well as the best of its pieces does, and its vector is the sum of theirs: the
    pieces are looked at once, however many runs they are in.
    """
    stretches = [text[piece.start : piece.end] for piece in pieces]
    tokens = [sought.vectors.tokens(stretch) for stretch in stretches]
    matches, products = sought.vectors.compare(sought.words, sought.directions, tokens)
    sums = [sought.vectors.sum(ids) for ids in tokens]
    found = [set(terms(stretch)) for stretch in stretches]
    for first in range(len(pieces)):
        spoken, covered = matches[first], set[str]()
        total, product = np.zeros_like(sums[first]), np.zeros_like(products[first])
        for last in range(first, min(len(pieces), first + _MAX_PIECES)):
            spoken, covered = np.maximum(spoken, matches[last]), covered | found[last]
            total, product = total + sums[last], product + products[last]
            cosine = float(product.max()) / max(float(np.linalg.norm(total)), _TINY)
            share = max(sum(rarity.get(term, 0.0) for term in covered) for rarity in sought.forms)
            length = pieces[last].end - pieces[first].start
            worth = share + float(spoken @ sought.words.shares) + _MEANING_WEIGHT * cosine
            worth -= _LENGTH_COST * length + _PIECE_COST * (last - first)
            yield _Run(pieces[first].start, pieces[last].end, worth, first, last)


def _pieces(text: str, hit: Hit, wanted: Wanted, asked: Asked, compares: bool) -> list[Span]:
    """Cut a passage into pieces: at commas for a fact, at sentence ends for anything longer; headings are left out."""
    account = asked == "wording" or (asked == "account" and not wanted.question.endswith(("什么", "啥")))
    whole = wanted.kind in ("other", "reason") and (account or compares or _ACCOUNT.search(wanted.question))
    pieces = split_sentences(text, hit.start, hit.end) if whole else _cut_facts(text, hit.start, hit.end)
    headings = {heading_key(heading) for heading in hit.clause.path}
    return [piece for piece in pieces if heading_key(text[piece.start : piece.end]) not in headings] or pieces


_ACCOUNT = re.compile(r"举措|措施|做法|工作|安排|进展|情况|成绩|成效|成果|经验|打算|机制|办法|内容|进度|进程|概括|汇总|介绍|说明|方面")


def _cut_facts(text: str, start: int, end: int) -> list[Span]:
    cuts = {m.end() for m in _COMMA.finditer(text, start, end) if bracket_depth(text, start, m.start()) == 0}
    cuts |= {m.end() for m in _LIST_COMMA.finditer(text, start, end) if _separates_facts(text, start, m.start(), end)}
    return cut(text, start, end, sorted(cuts))


def _separates_facts(text: str, start: int, comma: int, end: int) -> bool:
    """Tell whether an enumeration comma stands between two facts with a figure or a name each, not between two items."""
    if bracket_depth(text, start, comma) > 0:
        return False
    before = re.split(r"[，,；;：:。、]", text[start:comma])[-1]
    after = re.split(r"[，,；;：:。、]", text[comma + 1 : end])[0]
    figure = re.search(r"\d", after) if re.search(r"\d", before) else None
    mark = figure or (re.search(r"[“「]", after) if re.search(r"[”」]", before) else None)
    return mark is not None and len(_HAN.findall(after[: mark.start()])) >= _STANDS_ALONE
