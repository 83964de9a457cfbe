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
from ingest import Table
from ingest.sentences import Span, bracket_depth, cut, split_sentences
from ingest.tables import BETWEEN_CELLS
from vectorstore import Hit
from vectorstore.features import Sought
from vectorstore.normalise import terms
from vectorstore.passages import MAX_PASSAGE, headed_text, passage_header
from vectorstore.query import Asked, holds

_COMMA = re.compile(r"[，,；;：:。！？!?]")
_LIST_COMMA = re.compile(r"、")
_HAN = re.compile(r"[\u3400-\u9fff]")

_TINY = 1e-6  # keeps a text of unknown words, whose length is 0, from being divided by it
_MAX_PIECES = 4  # pieces a run may hold; a fact and its conditions need two or three
# Han characters: 「、100%」 belongs to the list before it, 「、义务教育…达到90%」 is a fact of its own.
_STANDS_ALONE = 4

# A run's worth is the share of the question that it speaks of, by its terms and by words that mean alike, plus
# this much of its cosine with the question, less this much a character: enough to prefer the shorter of two runs
# that say the same, too little to drop a term. Tried 0 to .8 and .001 to .006 on the development questions.
_MEANING_WEIGHT = 0.8
_LENGTH_COST = 0.004
_PIECE_COST = 0.1  # of every piece after the first; tried 0 to .15


@dataclass(frozen=True, slots=True)
class Extract:
    """What of a hit's passage answers.

    Attributes:
        hit: The passage it was taken from.
        spans: What is quoted, in reading order: one stretch, or some cells of a row.
        worth: How much it says of what was asked; comparable between the passages of one question.
        missing: The weight of the weightiest word of the question that neither it nor its headings speak of.
        also_missing: The same of the second weightiest.
        fits: Whether it holds the kind of thing asked for, such as a figure.
    """

    hit: Hit
    spans: tuple[Span, ...]
    worth: float
    missing: float
    also_missing: float
    fits: bool

    @property
    def is_row(self) -> bool:
        """Whether it was looked up in a table."""
        return self.hit.document.row_at(self.spans[0].start) is not None

    @property
    def text(self) -> str:
        """The words quoted."""
        return BETWEEN_CELLS.join(self.hit.document.text[start:end] for start, end in self.spans)


def extract(hit: Hit, sought: Sought) -> Extract:
    """Return the stretch of a hit that answers best, or the cells of its row."""
    text, asked = hit.document.text, sought.query.asked
    found = list(_weigh_runs(text, _pieces(text, hit, asked), sought))
    fitting = [run for run in found if holds(asked, text[run.start : run.end])] or found
    best = max(fitting, key=lambda run: run.worth)
    place = hit.document.row_at(hit.start)
    spans, worth = _look_up(hit, place, sought, best) if place else ((Span(best.start, best.end),), best.worth)
    quoted = "\n".join(text[start:end] for start, end in spans)
    headed = headed_text(passage_header(hit.document, hit.clause), quoted if place is None else f"{hit.text}\n{quoted}")
    matches, _ = sought.vectors.compare(sought.words, sought.directions, [sought.vectors.tokens(headed)])
    unmet = np.sort((1.0 - matches[0]) * sought.words.weights)
    also_missing, missing = [0.0, 0.0, *unmet.tolist()][-2:]
    return Extract(
        hit=hit,
        spans=spans,
        worth=worth,
        missing=missing,
        also_missing=also_missing,
        fits=holds(asked, quoted),
    )


_ROW_SAID = 1.0  # worth of a row all of whose words the question says: it is the row meant


def _look_up(hit: Hit, place: tuple[Table, int], sought: Sought, best: _Run) -> tuple[tuple[Span, ...], float]:
    """Return the cells that answer, of the row that is meant, and what they are worth; all rows if all are wanted."""
    document, question, table = hit.document, sought.query.question, place[0]
    row, share = lookup.meant_row(question, *place)
    worth = best.worth + _ROW_SAID * share
    if not share and lookup.ordinal(question) is None and (rows := lookup.whole_table(table, question)):
        return rows, worth
    if row.end - row.start > MAX_PASSAGE:  # a row of whole paragraphs is read like one
        return (Span(best.start, best.end),), worth
    name, others = lookup.cells_of(document, table, row)
    fitting = [cell for cell in others if holds(sought.query.asked, document.text[slice(*cell.span)])] or others
    if not fitting:
        return (name.span if name else Span(row.start, row.end),), worth
    worths = [run.worth for cell in fitting for run in _weigh_runs(document.text, [cell.span], sought)]
    chosen = [*lookup.asked_for(fitting, worths), *lookup.said_cells(question, others), *([name] if name else [])]
    return tuple(sorted({cell.span for cell in chosen})), worth


class _Run(NamedTuple):
    """Neighbouring pieces, and how much they say of what was asked."""

    start: int
    end: int
    worth: float


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
            yield _Run(pieces[first].start, pieces[last].end, worth)


def _pieces(text: str, hit: Hit, asked: Asked) -> list[Span]:
    """Cut a passage into pieces: at commas for a fact, at sentence ends for anything longer."""
    if asked in ("figure", "name", "time", "text"):
        return _cut_facts(text, hit.start, hit.end)
    return split_sentences(text, hit.start, hit.end)


def _cut_facts(text: str, start: int, end: int) -> list[Span]:
    cuts = {m.end() for m in _COMMA.finditer(text, start, end) if bracket_depth(text, start, m.start()) == 0}
    cuts |= {m.end() for m in _LIST_COMMA.finditer(text, start, end) if _separates_facts(text, start, m.start(), end)}
    return cut(text, start, end, sorted(cuts))


def _separates_facts(text: str, start: int, comma: int, end: int) -> bool:
    """Tell whether an enumeration comma stands between two facts with a figure each, not between two items."""
    if bracket_depth(text, start, comma) > 0:
        return False
    before = re.split(r"[，,；;：:。、]", text[start:comma])[-1]
    after = re.split(r"[，,；;：:。、]", text[comma + 1 : end])[0]
    if not (re.search(r"\d", before) and (figure := re.search(r"\d", after))):
        return False
    return len(_HAN.findall(after[: figure.start()])) >= _STANDS_ALONE
