"""Two wordings → where they differ: which words of a draft stand where its source has others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import NamedTuple

from app.records import Difference
from app.wording import Wording
from ingest.numerals import NUMERAL_CHARACTERS
from ingest.sentences import Span

# A figure is compared as a whole: 「95%」 against 「90%」, not 5 against 0. What is written out is one, too.
_TOKEN = re.compile(rf"\d+(?:\.\d+)?[%‰]?|[{NUMERAL_CHARACTERS}]{{2,}}|[A-Za-z]+|.", re.DOTALL)
_HAS_FIGURE = re.compile(rf"\d|[{NUMERAL_CHARACTERS}]{{2,}}|[{NUMERAL_CHARACTERS}](?=[年月日个所名人项家条次倍成])")


_SHORT, _FAR = 4, 12  # tokens: 「以上」 at the end of a draft's sentence is not that of the clause after the next


class Change(NamedTuple):
    """A stretch of a draft and the stretch of a source that stands in its place, as spans of letters."""

    draft: Span
    source: Span


class Comparison(NamedTuple):
    """A draft's stretch held against a source's.

    Attributes:
        shared: How many pairs of neighbouring letters of the draft stand in the source in the same order. Letters alone
            would count what two sentences share by chance: of sentences of other documents on the same matter 62 of
            382 shared half their letters, 31 half their pairs, of 64 changed ones none less than .58 of either.
        changes: Where they differ, in order.
        figures: How many of these are a figure instead of another.
    """

    shared: int
    changes: tuple[Change, ...]
    figures: int


def compare(draft: Wording, at: Span, source: Wording, there: Span) -> Comparison:
    """Compare two stretches token by token; a figure instead of another is one change."""
    mine, its = list(_tokens(draft, at)), list(_tokens(source, there))
    matcher = SequenceMatcher(None, [t.masked for t in mine], [t.masked for t in its], autojunk=False)
    shared = figures = first = its_first = 0
    changes = []
    for block in (*_near(matcher.get_matching_blocks()), Match(len(mine), len(its), 0)):
        mine_between = Span(_edge(mine, first, at.end), _edge(mine, block.a, at.end))
        its_between = Span(_edge(its, its_first, there.end), _edge(its, block.b, there.end))
        if mine_between.start < mine_between.end or its_between.start < its_between.end:
            changes.append(Change(mine_between, its_between))
        first, its_first = block.a + block.size, block.b + block.size
        for token, other in zip(mine[block.a : first], its[block.b : its_first], strict=True):
            if token.text != other.text:
                changes.append(Change(token.span, other.span))
                figures += 1
        shared += max(0, _edge(mine, first, at.end) - _edge(mine, block.a, at.end) - 1)
    return Comparison(shared, tuple(changes), figures)


def _near(blocks: Sequence[Match]) -> list[Match]:
    """Return the runs that two texts share, without short ones at either end that stand far off in the source."""
    kept = [block for block in blocks if block.size]
    while len(kept) > 1 and kept[-1].size < _SHORT and kept[-1].b - kept[-2].b - kept[-2].size > _FAR:
        kept.pop()
    while len(kept) > 1 and kept[0].size < _SHORT and kept[1].b - kept[0].b - kept[0].size > _FAR:
        kept.pop(0)
    return kept


def differences(changes: Iterable[Change], draft: Wording, source: Wording) -> tuple[Difference, ...]:
    """Return changes in the words of both texts, those of figures and years first."""
    found = [Difference(draft.words(*mine), source.words(*its)) for mine, its in changes]
    return tuple(sorted(found, key=lambda d: not _HAS_FIGURE.search(f"{d.draft} {d.source}")))


class _Token(NamedTuple):
    """A figure, a word in Latin letters or a character; `masked` is the same for all years, shares, other figures."""

    text: str
    masked: str
    span: Span


def _tokens(wording: Wording, span: Span) -> Iterator[_Token]:
    for match in _TOKEN.finditer(wording.letters, *span):
        yield _Token(match[0], _mask(match[0], wording.letters[match.end() : match.end() + 1]), Span(*match.span()))


def _mask(token: str, following: str) -> str:
    dated = following in _DATED and token[0] in NUMERAL_CHARACTERS
    if not (token[0].isdigit() or dated):
        return token
    return "year" if following == "年" and len(token) == 4 else "share" if token[-1] in "%‰" else "figure"


_DATED = ("年", "月", "日")  # figures before these are written in both ways: 3月, 三月


def _edge(tokens: Sequence[_Token], number: int, end: int) -> int:
    return tokens[number].span.start if number < len(tokens) else end
