"""Two wordings → where they differ: which words of a draft stand where its source has others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from app.records import Difference
from app.wording import Wording
from ingest.numerals import NUMERAL_CHARACTERS
from ingest.sentences import Span

# A figure is compared as a whole: 「95%」 against 「90%」, not 5 against 0. What is written out is one, too.
_TOKEN = re.compile(rf"\d+(?:[.-]\d+)*[%‰]?|[{NUMERAL_CHARACTERS}]{{2,}}|[A-Za-z]+|.", re.DOTALL)
_HAS_FIGURE = re.compile(rf"\d|[{NUMERAL_CHARACTERS}]{{2,}}|[{NUMERAL_CHARACTERS}](?=[年月日个所名人项家条次倍成])")


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
    """

    shared: int
    changes: tuple[Change, ...]


def compare(draft: Wording, at: Span, source: Wording, there: Span) -> Comparison:
    """Compare two stretches token by token; a figure instead of another is one change."""
    mine, its = list(_tokens(draft, at)), list(_tokens(source, there))
    matcher = SequenceMatcher(None, [t.masked for t in mine], [t.masked for t in its], autojunk=False)
    shared = 0
    changes = []
    for operation, first, last, its_first, its_last in matcher.get_opcodes():
        stretch = Span(_edge(mine, first, at.end), _edge(mine, last, at.end))
        if operation != "equal":
            changes.append(Change(stretch, Span(_edge(its, its_first, there.end), _edge(its, its_last, there.end))))
            continue
        shared += stretch.end - stretch.start - 1
        for token, other in zip(mine[first:last], its[its_first:its_last], strict=True):
            if token.text != other.text:
                changes.append(Change(token.span, other.span))
    return Comparison(shared, tuple(changes))


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
    if not token[0].isdigit():
        return token
    return "year" if following == "年" and len(token) == 4 else "share" if token[-1] in "%‰" else "figure"


def _edge(tokens: Sequence[_Token], number: int, end: int) -> int:
    return tokens[number].span.start if number < len(tokens) else end
