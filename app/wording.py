"""A text → its wording: the letters by which two texts are compared word by word, and where each stands.

Punctuation, white space, widths of characters and traditional forms are no wording; figures are: 「3.4」 is not 「34」.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.headings import without_number
from ingest.sentences import Span, split_sentences
from vectorstore.normalise import simplified

_PAUSES = frozenset("。！？；：，.!?;:,…—\n()（）[]【】〔〕")
_ENUMERATES = "、"
_CLAUSE = 8  # letters; 「通过率达到100%、通过率达到90%」 are clauses, 「鹿城、龙湾」 items of a list, one thing
_KEPT_SIGNS = frozenset("%‰‱+=≥≤±×÷≠≈°&@#$¥€£")
# Signs that mean something in some places: less or more than a figure, below zero, ticked; at the beginning of a line
# they are bullets, and < may stand for 《.
_MEANT = re.compile(
    r"[<>＜＞](?=\s*[\d０-９])|(?<=[\d０-９])[<>＜＞]"
    r"|(?:(?<=[^\W\d_])|(?<=[（(，,：:；;、 ]))[-−－](?=[\d０-９])"
    r"|(?<=[^\n])[√✓☑☒□■★☆]"
)
_DROPPED_CATEGORIES = frozenset("PZCSM")  # marks (M) stand on letters; NFKC has put together what belongs together
_ZEROS = str.maketrans("○◯", "〇〇")  # 二○二五年 is often typed so
_DATE = re.compile(r"(?<!\d)\d++\.\d++(?:\.\d++)+")
_SEPARATOR, _POINT, _RAISED = "-", ".", "^"
_FRACTIONS = {"½": "-1/2", "⅓": "-1/3", "⅔": "-2/3", "¼": "-1/4", "¾": "-3/4"}  # 1½ is not 11/2
_THOUSANDS = re.compile(r"\d{3}(?!\d)")
_JOINED = (",", "，", " ")  # between a figure's thousands
_KEPT_TEXTS = 256  # wordings of documents used last; at 20,000 characters each some 30 MB


@dataclass(frozen=True, slots=True)
class Wording:
    """The letters of a text.

    Attributes:
        text: The text.
        letters: Its letters, figures and signs that mean something, in one width.
        offsets: Of each letter, where it stands in the text.
        pauses: The positions in `letters` before which the text pauses: at a mark, a line break, behind a number that
            a line begins with; the beginning and the end, too.
        sentences: The sentences of the text that have letters, as spans of `letters`.
        numbered: The positions in `letters` behind the number that a line begins with.
    """

    text: str
    letters: str
    offsets: array[int]
    pauses: frozenset[int]
    sentences: tuple[Span, ...]
    numbered: frozenset[int]

    def words(self, start: int, end: int) -> str:
        """Return the text that some letters stand in, from the first to the last; empty for none."""
        return self.text[self.offsets[start] : self.offsets[end - 1] + 1] if start < end else ""

    def position(self, offset: int) -> int:
        """Return the position of the first letter that stands at an offset of the text or behind it."""
        return bisect_left(self.offsets, offset)


@lru_cache(_KEPT_TEXTS)
def read_wording(text: str) -> Wording:
    """Return the wording of a text; kept for the texts read last."""
    letters: list[str] = []
    offsets = array("I")
    pauses, joints = {0}, []
    between = ""
    meant = {match.start() for match in _MEANT.finditer(text)}
    for offset, character in enumerate(text):
        kept = unicodedata.normalize("NFKC", character) if offset in meant else _letters_of(character)
        if not kept:
            between += character
            continue
        if between:
            if not _PAUSES.isdisjoint(between):
                pauses.add(len(letters))
            elif _ENUMERATES in between:
                joints.append(len(letters))
            if separator := _between_digits(letters, between, kept, text, offset):
                letters.append(separator)
                offsets.append(offset - 1)
                pauses.add(len(letters))
            between = ""
        letters.extend(kept)
        offsets.extend([offset] * len(kept))
    pauses.add(len(letters))
    joined = _DATE.sub(lambda date: date[0].replace(_POINT, _SEPARATOR), "".join(letters))
    numbered = frozenset(bisect_left(offsets, offset) for offset in _behind_numbers(text))
    pauses |= numbered | set(_between_clauses(sorted(pauses), joints))
    sentences = (Span(*(bisect_left(offsets, edge) for edge in span)) for span in split_sentences(text))
    return Wording(text, joined, offsets, frozenset(pauses), tuple(s for s in sentences if s.start < s.end), numbered)


@cache
def _letters_of(character: str) -> str:
    """Return the letters that a character stands for; none for punctuation and white space."""
    folded = unicodedata.normalize("NFKC", simplified(character.translate(_ZEROS)))
    letters = "".join(c for c in folded if c in _KEPT_SIGNS or unicodedata.category(c)[0] not in _DROPPED_CATEGORIES)
    form = unicodedata.decomposition(character).partition(" ")[0]
    return f"{_RAISED}{letters}" if form == "<super>" and letters.isdigit() else _FRACTIONS.get(character, letters)


def _between_digits(letters: list[str], between: str, following: str, text: str, offset: int) -> str:
    """Return what keeps two figures apart that only punctuation separates; empty where it does not."""
    if not (letters and letters[-1].isdigit() and following[0].isdigit()):
        return ""
    mark = between.strip()
    if between in _JOINED and _THOUSANDS.match(text, offset):
        return ""
    return _POINT if mark in (".", "．") and "\n" not in between else _SEPARATOR


def _between_clauses(pauses: Sequence[int], joints: Sequence[int]) -> Iterator[int]:
    """Yield the joints that lie between two stretches as long as clauses."""
    edges = sorted({*pauses, *joints})
    for joint in joints:
        i = bisect_left(edges, joint)
        if min(edges[i] - edges[i - 1], edges[i + 1] - edges[i]) >= _CLAUSE:
            yield joint


def _behind_numbers(text: str) -> list[int]:
    """Return the offsets behind the numbers that lines begin with: 「9.」, 「（一）」, 「第三条」."""
    found = []
    start = 0
    for line in text.split("\n"):
        if len(rest := without_number(line)) < len(line):
            found.append(start + len(line) - len(rest))
        start += len(line) + 1
    return found
