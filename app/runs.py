"""Runs of neighbouring pieces, and how much each says of what was asked.

A run's worth is the share of the question that it speaks of, by its terms and by words that mean alike, plus some of
its cosine with the question, less a little a character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.sentences import Span
from vectorstore.features import Sought
from vectorstore.normalise import terms_of
from vectorstore.records import FloatMatrix, FloatVector, Met
from vectorstore.synonyms import read_synonyms, segment

MAX_PIECES = 4  # pieces a run may hold; a fact and its conditions need two or three

# Enough to prefer the shorter of two runs that say the same, too little to drop a term. Tried 0 to .8 and .001 to .006
# on the development questions.
_MEANING_WEIGHT = 0.8
# Of 480 questions the stretch quoted holds the answer for as many with 1 as with 0, for 8 more with 3, for 5 with 6;
# with 3 it is up to six characters longer.
_MET_WEIGHT = 2.0
_LENGTH_COST = 0.004
_PIECE_COST = 0.1  # of every piece after the first; tried 0 to .15
# Share of a question: a title that leaves little more open leaves next to nothing. With 0 and .1 notices are told apart
# alike (area under the curve .82), with .4 worse (.81).
_LITTLE = 0.2
# Of how well a piece speaks of a word, what those behind it have of that. Tried 0, .4 and .7: with .4 seven answers of
# 1,500 are won and four lost, with .7 another two.
_INHERITED = 0.4
_TINY = 1e-6  # keeps a text of unknown words, whose length is 0, from being divided by it


_Number = TypeVar("_Number", bound=np.generic)


class Run(NamedTuple):
    """Neighbouring pieces, the first and last by number, and how much they say of what was asked."""

    start: int
    end: int
    worth: float
    first: int
    last: int

    @property
    def span(self) -> Span:
        """The stretch of text from the first piece to the last."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Measures:
    """What some stretches of text say of a question.

    Attributes:
        matches: How well each speaks of each word, shape (stretches, words).
        products: The product of each form's vector with each one's, shape (stretches, forms).
        sums: Their vectors, shape (stretches, dimension).
        covered: Which terms each holds, shape (stretches, terms).
        heads: How far each speaks of what a figure is asked of, shape (stretches,); 0 where that is not clear.
        rarities: What each term weighs in each form of the question, shape (terms, forms).
        shares: What each word weighs as a share of all, shape (words,).
        headed: How far the headings they stand under speak of what a figure, or what else, is asked of.
        beyond: How far the stretches together, of one passage, speak of what its title leaves open, 0 to 1.
    """

    matches: FloatMatrix
    products: FloatMatrix
    sums: FloatMatrix
    covered: NDArray[np.bool_]
    heads: FloatVector
    rarities: FloatMatrix
    shares: FloatVector
    beyond: float = 1.0
    headed: float = 0.0

    def part(self, start: int, end: int) -> Measures:
        """Return the measures of some of the stretches."""
        which = slice(start, end)
        return replace(
            self,
            matches=self.matches[which],
            products=self.products[which],
            sums=self.sums[which],
            covered=self.covered[which],
            heads=self.heads[which],
        )

    def under(self, start: int, end: int, title: int, headings: int) -> Measures:
        """Return the measures of some stretches of one passage: each speaks of what its document's title says, too.

        Args:
            start: The first of them.
            end: Behind the last.
            title: The title.
            headings: What else they stand under.
        """
        part = self.part(start, end)
        spoken = np.maximum(part.matches.max(axis=0, initial=0.0), self.matches[headings])
        left = self.shares * (1.0 - self.matches[title])
        return replace(
            part,
            matches=np.maximum(part.matches, self.matches[title]),
            covered=part.covered | self.covered[title],
            headed=float(self.heads[headings]),
            beyond=float(left @ spoken + _LITTLE) / float(left.sum() + _LITTLE),
        )


def handed_on(rows: FloatMatrix, begins: Sequence[bool], share: float = 1.0) -> FloatMatrix:
    """Return what each piece of a passage has of each thing, with a share of what those before it in its sentence have.

    「总体近视率下降3个百分点，小学生降至36%以下」: the second is of a 近视率, too.

    Args:
        rows: What each has by itself, shape (pieces, things).
        begins: Of each whether it begins a sentence.
        share: How much of what is before counts.
    """
    handed = rows.copy()
    before = np.zeros(rows.shape[1], dtype=rows.dtype)
    for i, first in enumerate(begins):
        if first:
            before = np.zeros_like(before)
        handed[i] = np.maximum(rows[i], share * before)
        before = np.maximum(before, rows[i])
    return handed


def inherited(measures: Measures, begins: Sequence[bool]) -> Measures:
    """Return the measures of the pieces of a passage, each of which goes on from those before it in its sentence."""
    return replace(measures, matches=handed_on(measures.matches, begins, _INHERITED))


def measure(sought: Sought, head: str, stretches: Sequence[str]) -> Measures:
    """Return what stretches of text say of a question; all at once, since each look at the vectors costs the same.

    Args:
        sought: The question, prepared.
        head: What a figure is asked of, if it is.
        stretches: The texts.
    """
    vectors = sought.vectors
    tokens = [vectors.tokens(stretch) for stretch in stretches]
    matches, products = vectors.compare(sought.words, sought.directions, tokens)
    held = [set(terms_of(stretch)) for stretch in stretches]
    vocabulary = list(dict.fromkeys(term for form in sought.forms for term in form))
    covered = [[term in found for term in vocabulary] for found in held]
    rarities = [[form.get(term, 0.0) for form in sought.forms] for term in vocabulary]
    heads = np.zeros(len(stretches), dtype=np.float32)
    if head:
        segments = segment(head, read_synonyms())
        words, asked = vectors.sought(segments), set(terms_of(head))
        alike, _ = vectors.compare(words, sought.directions[:0], tokens)
        said = np.array([len(asked & found) / len(asked) for found in held], dtype=np.float32)
        heads = np.maximum(said, alike @ words.shares)
    return Measures(
        matches=matches,
        products=products,
        sums=np.stack([vectors.sum(ids) for ids in tokens]),
        covered=np.array(covered, dtype=np.bool_).reshape(len(stretches), len(vocabulary)),
        heads=heads,
        rarities=np.array(rarities, dtype=np.float32).reshape(len(vocabulary), len(sought.forms)),
        shares=sought.words.shares,
    )


def over_runs(rows: NDArray[_Number], joined: Callable[..., NDArray[_Number]] = np.maximum) -> NDArray[_Number]:
    """Return what every run of up to `MAX_PIECES` pieces has, given what each piece has.

    Args:
        rows: Of each piece, shape (pieces, …).
        joined: How what two pieces have comes together; the more of it, unless given.

    Returns:
        Of each run, those of one piece first, then those of two, each in reading order; shape (runs, …).
    """
    of_length, every = rows, [rows]
    for length in range(2, min(len(rows), MAX_PIECES) + 1):
        of_length = joined(of_length[:-1], rows[length - 1 :])
        every.append(of_length)
    return np.concatenate(every)


def weigh(sought: Sought, pieces: Sequence[Span], measures: Measures, met: Met | None = None) -> list[Run]:
    """Return every run of up to `MAX_PIECES` neighbouring pieces, in the order of `over_runs`.

    A run speaks of a word as well as the best of its pieces does, and its vector is the sum of theirs.

    Args:
        sought: The question, prepared.
        pieces: Where they stand.
        measures: What they say of the question.
        met: How the encoder read their passage, if it did.
    """
    first, last = ends_of_runs(len(pieces))
    starts, ends = np.array(pieces).T
    share = (over_runs(measures.covered) @ measures.rarities).max(axis=1)
    worth = share + over_runs(measures.matches) @ sought.words.shares + _MEANING_WEIGHT * cosines(measures)
    if met:
        worth = worth + _MET_WEIGHT * (over_runs(met.within(pieces)) @ met.shares)
    worth = worth - _LENGTH_COST * (ends[last] - starts[first]) - _PIECE_COST * (last - first)
    return [
        Run(int(starts[f]), int(ends[to]), float(w), int(f), int(to))
        for f, to, w in zip(first, last, worth, strict=True)
    ]


def ends_of_runs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first and the last piece of every run of some pieces, by number, in the order of `over_runs`."""
    numbers = np.arange(count)
    return over_runs(numbers, lambda one, _: one), over_runs(numbers, lambda _, other: other)


def cosines(measures: Measures) -> FloatVector:
    """Return of every run its greatest cosine with a form of the question."""
    product = over_runs(measures.products, np.add).max(axis=1)
    cosine: FloatVector = product / np.maximum(np.linalg.norm(over_runs(measures.sums, np.add), axis=1), _TINY)
    return cosine
