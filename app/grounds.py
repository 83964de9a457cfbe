"""A passage, ready for sentences to be held against it: what it says, under which headings, and what it claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

from app.claims import Claims, Figure, letters, read_claims, stated_figures, tidy
from vectorstore.normalise import fold, in_digits

_KEPT_TEXTS = 2048  # passages read last: those of a conversation are read once

_BETWEEN_SENTENCES = re.compile(r"[。！!？?\n]")
_BETWEEN_PARTS = re.compile(r"[,，;；。!！?？\n]|、(?=[^、,，;；。]*\d)")
_FIGURE = re.compile(r"[\d.%]+")


@dataclass(frozen=True, slots=True)
class Part:
    """What lies between two commas and states figures: the figures, and the pairs of letters it says them with."""

    figures: frozenset[Figure]
    pairs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What some passages hold.

    Attributes:
        text: Their words as letters, one passage a line.
        about: The headings, titles and data they stand under, as letters.
        words: Their words, folded.
        over: What they stand under, folded.
        claims: What the words claim.
        above: What the headings and data claim.
        published: When the documents were published, as 2025年3月11日.
        years: The years they speak of.
        pairs: The pairs of neighbouring letters in both.
        parts: Their parts that state figures.
        regions: The places whose authorities issued them.
    """

    text: str
    about: str
    words: str
    over: str
    claims: Claims
    above: Claims
    published: Claims
    years: frozenset[int]
    pairs: frozenset[str]
    parts: tuple[Part, ...]
    regions: frozenset[str]

    def holds(self, words: str) -> bool:
        """Tell whether some letters stand in them, or in what they stand under."""
        return words in self.text or words in self.about


@lru_cache(_KEPT_TEXTS)
def ground(text: str, about: str = "", year: int | None = None, region: str = "", published: str = "") -> Grounds:
    """Return what a passage holds.

    Args:
        text: Its words.
        about: Title, headings, issuer and number of where it stands, a line each.
        year: The year it speaks of, if its headings say one.
        region: The place whose authority issued it.
        published: When, as 2025-03-11.
    """
    said, over = tidy(fold(text)), tidy(fold(about))
    claims = read_claims(text)
    return Grounds(
        text=letters(said),
        about="\n".join(map(letters, over.split("\n"))),
        words=said,
        over=over,
        claims=claims,
        above=read_claims(about),
        published=read_claims(_in_words(published)),
        years=claims.years | ({year} if year else set()),
        pairs=pairs_of(letters(said)).union(*(pairs_of(letters(line)) for line in over.split("\n"))),
        parts=tuple(parts_of(said)),
        regions=frozenset([region] if region else []),
    )


def together(grounds: Sequence[Grounds]) -> Grounds:
    """Return what several passages hold together; there must be one."""
    if len(grounds) == 1:
        return grounds[0]
    return Grounds(
        text="\n".join(each.text for each in grounds),
        about="\n".join(each.about for each in grounds),
        words="\n".join(each.words for each in grounds),
        over="\n".join(each.over for each in grounds),
        claims=_union([each.claims for each in grounds]),
        above=_union([each.above for each in grounds]),
        published=_union([each.published for each in grounds]),
        years=frozenset[int]().union(*(each.years for each in grounds)),
        pairs=frozenset[str]().union(*(each.pairs for each in grounds)),
        parts=tuple(part for each in grounds for part in each.parts),
        regions=frozenset[str]().union(*(each.regions for each in grounds)),
    )


def _in_words(date: str) -> str:
    year, *rest = date.split("-")
    return f"{year}年{''.join(f'{int(part)}{unit}' for part, unit in zip(rest, '月日', strict=False))}" if date else ""


def _union(claims: Sequence[Claims]) -> Claims:
    return Claims(*(frozenset().union(*(getattr(each, field.name) for each in claims)) for field in fields(Claims)))


def parts_of(folded: str) -> Iterator[Part]:
    """Yield the parts of a folded text that state figures, with the words that lead to them in their sentence."""
    for sentence in _BETWEEN_SENTENCES.split(folded):
        lead: frozenset[str] = frozenset()
        for stretch in _BETWEEN_PARTS.split(sentence):
            figures = frozenset(f for _, f in stated_figures(stretch) if f[1] not in ("calendar", "date", "rank"))
            lead |= pairs_of(_FIGURE.sub(" ", letters(in_digits(stretch))))
            if figures:
                yield Part(figures, lead)
                lead = frozenset()


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters of a text, none across white space."""
    return frozenset(pair for pair in map("".join, zip(text, text[1:], strict=False)) if " " not in pair)
