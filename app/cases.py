"""A figure that holds in one case → with the other cases beside it, where the question names none of them.

「保教费多少」 of 「省级示范园每生每月500元，一级园每生每月420元」 wants both; whoever asks about the 一级园 wants one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.extraction import Extract
from app.quantities import QuantityKind
from app.stretches import SENTENCE_ENDS
from app.understanding import Understanding
from ingest.sentences import Span, bracket_depth, cut, split_sentences
from vectorstore.normalise import terms

# Of things counted each stands for itself: 「新建项目136个，新增学位3.4万个」 are no cases of one.
_OF_CASES: frozenset[QuantityKind] = frozenset({"money", "age", "share", "duration", "years", "clock", "grade"})
_MARK = re.compile(r"[，,；;。\n]|、(?=[^，,；;。、]*\d)")
_MEASURE = re.compile("[\u4e00-\u9fff]{1,2}[费金款价资贴率]$")
# So much likelier than the other cases, one that does not begin its sentence is named by the question: the first is
# likelier by all that the sentence says of what it is about.
AHEAD = 0.5
_BETWEEN = 1  # pieces without a figure between two cases: a condition
_LONGEST = 160  # characters
_SHORT = 220  # characters of a clause whose sentences are looked through together


def with_cases(found: Extract, asked: Understanding) -> Extract:
    """Return an extract with the cases that stand beside its own in its sentence."""
    wanted = asked.wanted
    figures = list(wanted.stated(found.fact))
    if wanted.kind != "figure" or wanted.facts != 1 or found.is_row or len(figures) != 1 or len(found.spans) != 1:
        return found
    if figures[0].kind not in _OF_CASES:
        return found
    pieces, own = _sentence(found)
    text = found.hit.document.text
    if not own or (found.ahead >= AHEAD and text[found.spans[0].start - 1] not in SENTENCE_ENDS):
        return found

    def is_case(i: int) -> bool:
        said = text[slice(*pieces[i])]
        stated = list(wanted.stated(said))
        alike = len(stated) == 1 and (stated[0].kind, stated[0].unit) == (figures[0].kind, figures[0].unit)
        return alike and asked.contrary(said, fact=True) is None

    first, last = own[0], own[-1]
    while further := next((i for i in range(last + 1, last + 2 + _BETWEEN) if i < len(pieces) and is_case(i)), None):
        last = further
    while (
        further := next((i for i in range(first - 1, first - 2 - _BETWEEN, -1) if i >= 0 and is_case(i)), None)
    ) is not None:
        first = further
    span = Span(pieces[first].start, pieces[last].end)
    others = "".join(text[slice(*pieces[i])] for i in range(first, last + 1) if i not in own)
    if not others or span.end - span.start > _LONGEST or _names_own(found, others, asked):
        return found
    return replace(found, spans=(span,))


def _sentence(found: Extract) -> tuple[Sequence[Span], Sequence[int]]:
    """Return the pieces of the sentence, or short clause, that an extract is of, and which of them it is."""
    text, clause, ((start, end),) = found.hit.document.text, found.hit.clause, found.spans
    short = clause.end - clause.start <= _SHORT
    for sentence in [Span(clause.start, clause.end)] if short else split_sentences(text, clause.start, clause.end):
        if sentence.start <= start and end <= sentence.end:
            marks = (
                m.end() for m in _MARK.finditer(text, *sentence) if bracket_depth(text, sentence.start, m.start()) == 0
            )
            pieces = cut(text, *sentence, marks)
            return pieces, [i for i, piece in enumerate(pieces) if piece.start < end and start < piece.end]
    return (), ()


def _names_own(found: Extract, others: str, asked: Understanding) -> bool:
    """Tell whether a question says a word that an extract has and the other cases have not, but of what is asked."""
    measured = _MEASURE.search(asked.wanted.head)  # said once for all: 「示范园保教费500元，普通园420元」
    own = set(terms(found.text)) - set(terms(others)) - set(terms(measured[0] if measured else ""))
    return any(not term.isdigit() for term in own & set(asked.query.terms))
