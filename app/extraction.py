"""A passage that was found → the shortest stretch of it that answers.

A report strings facts together: one sentence gives four shares. The sentence is cut into pieces that can stand
alone, and among all runs of neighbouring pieces the one is taken that states the kind of thing asked for and speaks
most of what was asked, in the fewest characters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from app import lookup
from app.pieces import beyond_region, cut_pieces
from app.places import places_in
from app.ranges import Sized
from app.runs import Measures, Run, inherited, measure, weigh
from app.stretches import SENTENCE_ENDS, Passage, Told, begins, likeliest
from app.understanding import Understanding
from app.wanted import Wanted
from ingest import Table
from ingest.sentences import Span, cut
from ingest.tables import BETWEEN_CELLS, Cell
from vectorstore import Hit
from vectorstore.features import Sought
from vectorstore.normalise import fold
from vectorstore.passages import MAX_PASSAGE, announced, list_head, titled

_BESIDE = 0.5  # of what a contradicting piece says of it: less, and it only stands beside that piece
_TOLD_BY_PIECES = ("figure", "day", "when", "contact")  # each piece states its own; a list of names runs on


@dataclass(frozen=True, slots=True)
class Extract:
    """What of a hit's passage answers.

    Attributes:
        hit: The passage it was taken from.
        spans: What is quoted, in reading order: one stretch, or some cells of a row.
        worth: How much it says of what was asked; comparable between the passages of one question.
        fits: Whether it states a thing of the kind asked for, such as a figure.
        fact: The piece of it that states the thing asked for; all of it where none does.
        contrary: What is asked about and what it speaks of instead, if it does.
        head: How far it speaks of what a figure is asked of, 0 to 1; 1 if that is not clear.
        beyond: How far its passage speaks of what the title leaves open of the question, 0 to 1.
        behind: How far it is worth less than the likeliest of the others of its question; below 0 where it leads.
        said_less: How far it says less of what was asked than the one of all that says most.
        head_of_list: What states the thing asked for at the head of the list that it is an item of, if it does not.
        instead: Other stretches of the same passage that are nearly as likely.
        ahead: How much likelier it is than what else of its passage may answer, and is no part of it.
    """

    hit: Hit
    spans: tuple[Span, ...]
    worth: float
    fits: bool
    contrary: tuple[str, str] | None
    fact: str
    head: float
    beyond: float
    behind: float = 0.0
    said_less: float = 0.0
    head_of_list: Extract | None = None
    instead: tuple[Instead, ...] = ()
    ahead: float = 0.0

    @property
    def is_row(self) -> bool:
        """Whether it was looked up in a table."""
        return self.hit.document.row_at(self.spans[0].start) is not None

    @property
    def text(self) -> str:
        """The words quoted."""
        return BETWEEN_CELLS.join(self.hit.document.text[start:end] for start, end in self.spans)


class Instead(NamedTuple):
    """A stretch that may be quoted instead of another, and how much less likely than that it is."""

    extract: Extract
    less: float


def extract(hits: Sequence[Hit], sought: Sought, asked: Understanding) -> list[Extract]:
    """Return of each hit the stretch that answers best, or the cells of its row."""
    return [_best_extract(passage, sought, asked) for passage in read_passages(hits, sought, asked)]


def read_passages(hits: Sequence[Hit], sought: Sought, asked: Understanding) -> list[Passage]:
    """Return hits, cut up, with what their pieces say; all at once, since each look at the vectors costs the same."""
    pieces = [cut_pieces(hit, asked) for hit in hits]
    if not pieces:
        return []
    stretches = [hit.document.text[slice(*p)] for hit, cuts in zip(hits, pieces, strict=True) for p in cuts]
    above = [(titled(hit.document), _headings(hit)) for hit in hits]
    distinct = dict.fromkeys(words for both in above for words in both)
    measures = measure(sought, asked.wanted.head, [*stretches, *distinct])
    place = {words: len(stretches) + i for i, words in enumerate(distinct)}
    ends = np.cumsum([len(cuts) for cuts in pieces]).tolist()
    parts = [
        measures.under(end - len(cuts), end, place[title], place[headings])
        for (title, headings), cuts, end in zip(above, pieces, ends, strict=True)
    ]
    return [_passage(*each, asked) for each in zip(hits, pieces, parts, strict=True)]


def under_their_heads(extracts: Sequence[Extract], sought: Sought, asked: Understanding) -> list[Extract]:
    """Return extracts, those of items with what the head of their list states: 「有下列行为之一的，处以罚款：」.

    An item that states what is asked for itself stays alone, and so does one whose head does not state it either.
    """
    lone = {
        i: hit
        for i, found in enumerate(extracts)
        if not found.fits and found.contrary is None and (hit := head_hit(found, _EACH_OF))
    }
    stated = dict(zip(lone, extract(list(lone.values()), sought, asked), strict=True))
    return [
        replace(found, fits=True, fact=head.fact, head=max(head.head, found.head), head_of_list=head)
        if (head := stated.get(i)) and head.fits and head.contrary is None
        else found
        for i, found in enumerate(extracts)
    ]


def head_hit(found: Extract, states: re.Pattern[str]) -> Hit | None:
    """Return the head of the list that an extract is an item of, if it is short and states what it must."""
    document = found.hit.document
    head = list_head(document, found.hit.clause)
    if head is None or head.end - head.start > MAX_PASSAGE or not states.search(document.text, head.start, head.end):
        return None
    return replace(found.hit, clause=head, start=head.start, end=head.end)


_EACH_OF = re.compile(r"之一|(?:下列|以下)[^，,。：:]{0,12}(?:行为|情形|情况)")


def _headings(hit: Hit) -> str:
    """Return the headings of a hit's clause below the title, and what its article announces."""
    return "\n".join((*hit.clause.path[1:], announced(hit.document, hit.clause)))


def _passage(hit: Hit, pieces: Sequence[Span], measures: Measures, asked: Understanding) -> Passage:
    text, wanted, heads = hit.document.text, asked.wanted, measures.heads.tolist()
    in_table = hit.document.row_at(hit.start) is not None
    said = [text[piece.start : piece.end] for piece in pieces]
    stated = [wanted.fits(piece, in_table=in_table) for piece in said]
    contraries = [
        _contrary(text, piece, asked) if states and _tells_by_pieces(asked) else None
        for piece, states in zip(pieces, stated, strict=True)
    ]
    if wanted.kind == "figure":
        contraries = _of_lower_steps(said, contraries, asked)
    if asked.query.asked == "yes_no" and asked.sizes and not any(map(asked.names_in, said)):
        # 「15岁能骑吗」 is answered by 「应当年满16周岁」, if nothing is said of 15.
        contraries = [
            _contrary(text, piece, replace(asked, sizes=())) if states else None
            for piece, states in zip(pieces, stated, strict=True)
        ]
    named = [asked.names_in(piece) if states else False for piece, states in zip(said, stated, strict=True)]
    fitting = _fitting(stated, contraries, heads, named)
    counted = [wanted.counts_by_measure(piece) if states else False for piece, states in zip(said, stated, strict=True)]
    elsewhere = _of_other_places(hit, pieces, asked)
    return Passage(hit, pieces, measures, Told(stated, fitting, heads, counted, contraries, elsewhere))


def _tells_by_pieces(asked: Understanding) -> bool:
    """Tell whether each piece of a passage is of its own: it states one fact of several, or what holds in one case."""
    return asked.wanted.kind in _TOLD_BY_PIECES or bool(asked.sizes)


def _of_lower_steps(
    said: Sequence[str], contraries: Sequence[tuple[str, str] | None], asked: Understanding
) -> list[tuple[str, str] | None]:
    """Return what pieces contradict, lower steps than the one reached among it: 「满1年计6分，满4年计21分」."""
    of_steps = list(contraries)
    for size in (one for one in asked.sizes if isinstance(one, Sized)):
        steps = [size.step(fold(piece)) for piece in said]
        reached = max((step for step, _ in filter(None, steps)), default=0.0)
        for i, step in enumerate(steps):
            if step and step[0] < reached and of_steps[i] is None:
                of_steps[i] = (size.word, step[1])
    return of_steps


def _best_extract(passage: Passage, sought: Sought, asked: Understanding) -> Extract:
    hit, pieces, measures, told = passage
    text, wanted, heads, place = hit.document.text, asked.wanted, told.heads, hit.document.row_at(hit.start)
    goes_on = asked.query.asked not in ("account", "wording")
    weighed = weigh(sought, pieces, inherited(measures, begins(text, pieces)) if goes_on else measures, hit.met)
    runs = likeliest(weighed, passage, sought, asked)

    def taken(run: Run) -> Extract:
        spans, worth = _look_up(hit, place, sought, asked, run) if place else ((run.span,), run.worth)
        quoted = "\n".join(text[start:end] for start, end in spans)
        stating = [i for i in range(run.first, run.last + 1) if told.fitting[i]]
        stated_at = max(stating, key=heads.__getitem__, default=None)
        by_pieces = bool(stating) and _tells_by_pieces(asked)
        return Extract(
            hit=hit,
            spans=spans,
            worth=worth,
            fits=bool(stating) if place is None else wanted.fits(quoted, in_table=True),
            contrary=None if by_pieces else next(filter(None, told.contraries), asked.contrary(quoted)),
            fact=quoted if stated_at is None or place else text[slice(*pieces[stated_at])],
            head=_head_said(heads[run.first : run.last + 1], measures, wanted) if wanted.head else 1.0,
            beyond=measures.beyond,
        )

    (best, _), *rivals = [(run, less) for run, less in runs[:_STRETCHES] if less <= _NEARLY]
    apart = (less for run, less in runs if run.first > best.last or run.last < best.first)
    instead = tuple(Instead(taken(run), less) for run, less in rivals) if place is None else ()
    return replace(taken(best), instead=instead, ahead=next(apart, math.inf))


# Of a passage so many stretches may be quoted (`app.judging`) that are less likely than the likeliest by no more than
# so many logarithms of odds: with four, or within 2, the same are won and more lost.
_STRETCHES, _NEARLY = 3, 1.0


_BEFORE = re.compile(r"[^，,。；;\n]*[，,]$")
# What a line is about stands at its head: 「一级教师：大学本科毕业，任二级教师满4年」.
_LABEL = re.compile(
    r"(?:^|[\n。])(?:[（(]?[\d一二三四五六七八九十]+[)）、．.]\s*)?(?P<name>[^，,。；;：:\n]{2,16})[：:][^。；;\n]*$"
)


def _contrary(text: str, piece: Span, asked: Understanding) -> tuple[str, str] | None:
    """Return what is asked about and what a fact is of instead, which may stand before it: 「二孩家庭，上浮10万元」."""
    head = text[max(0, piece.start - MAX_PASSAGE) : piece.start]
    if (label := _LABEL.search(head)) and asked.names_in(label["name"]):
        return None
    before = _BEFORE.search(head)
    start = piece.start - len(before[0]) if before else piece.start
    own = asked.contrary(text[piece.start : piece.end], fact=True)
    return own or asked.contrary(text[start : piece.end], fact=True)


def _head_said(heads: Sequence[float], measures: Measures, wanted: Wanted) -> float:
    """Return how far an extract speaks of what is asked: 「材料」 and 「费用」 may be said by the heading of a list."""
    may_head = wanted.kind == "other" or "money" in wanted.quantities
    return max(max(heads), measures.headed if may_head else 0.0)


def _fitting(
    stated: Sequence[bool],
    contraries: Sequence[tuple[str, str] | None],
    heads: Sequence[float],
    named: Sequence[bool],
) -> list[bool]:
    """Return which pieces may answer.

    What speaks most of the thing asked for and contradicts is the answer to another question; so is what only stands
    beside it, unless it names what is asked about itself: 「首套首付款比例为20%，第二套为25%」.
    """
    contrary_head = max((head for head, contrary in zip(heads, contraries, strict=True) if contrary), default=0.0)
    return [
        states and contrary is None and (names or head >= _BESIDE * contrary_head)
        for states, contrary, head, names in zip(stated, contraries, heads, named, strict=True)
    ]


def _of_other_places(hit: Hit, pieces: Sequence[Span], asked: Understanding) -> list[bool]:
    """Return of each piece whether it is of other places than those asked about.

    A piece that names none goes on about those named before it in its sentence: 「抓好乐清市学校建设,确保顺利招生」.
    """
    wanted = beyond_region(hit, asked)
    if not wanted:
        return [False] * len(pieces)
    text, others, of_others = hit.document.text, [], False
    for piece in pieces:
        if text[piece.start - 1] in SENTENCE_ENDS:
            of_others = False
        said = text[slice(*piece)]
        named = places_in(said, asked.wanted.regions)
        if named:
            own = any(place.is_in(said) or other.holds(place) for place in wanted for other in named)
            of_others = not own
        # Whether something is so of a place may be seen from a list of others; not where it is cut off.
        others.append(of_others and not (named and asked.query.asked == "yes_no"))
    return others


def _cell_fits(cell: Cell, wanted: Wanted) -> bool:
    measured = wanted.kind != "figure" or lookup.may_measure(cell.column, wanted.quantities)
    return wanted.fits(cell.text, in_table=measured)


_ROW_SAID = 1.0  # worth of a row all of whose words the question says: it is the row meant


def _look_up(
    hit: Hit, place: tuple[Table, int], sought: Sought, asked: Understanding, best: Run
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
    if rows := lookup.rows_like(document, table, question):
        return rows, worth
    said = lookup.said_cells(question, others)
    unsaid = [cell for cell in others if cell not in said] or others
    fitting = [cell for cell in unsaid if _cell_fits(cell, asked.wanted)] or unsaid
    fitting = lookup.in_columns_of(fitting, asked.wanted.names) or fitting
    if not fitting:
        return (name.span if name else Span(row.start, row.end),), worth
    measures = measure(sought, "", [document.text[slice(*cell.span)] for cell in fitting])
    worths = [weigh(sought, [cell.span], measures.part(i, i + 1))[0].worth for i, cell in enumerate(fitting)]
    wanted = lookup.asked_for(fitting, worths, asked.wanted.facts)
    answering = [_part_asked_for(document.text, cell, asked) for cell in wanted]
    naming = [cell.span for cell in (*said, *([name] if name else []))]
    return tuple(sorted({*answering, *naming})), worth


def _part_asked_for(text: str, cell: Cell, asked: Understanding) -> Span:
    """Return the stretch of a cell that is of what is asked about: of 「小学12元，初中18元」 the second."""
    parts = cut(text, *cell.span, [match.end() for match in _CELL_PARTS.finditer(text, *cell.span)])
    own = [part for part in parts if not asked.contrary(text[slice(*part)], fact=True)]
    return own[0] if len(own) == 1 < len(parts) else cell.span


_CELL_PARTS = re.compile("[，,；;]")
