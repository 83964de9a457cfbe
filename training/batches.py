"""Hold texts as token numbers and draw training batches from them without leaving numpy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from training.pairs import Pair, clauses, windows

Integers = npt.NDArray[np.int64]

# Texts tokenised at a time: the library's result objects are large, and only their numbers are kept.
TOKENISED_AT_ONCE = 100_000

# Longer passages only slow the training; a window of 200 characters has about 110 tokens.
LONGEST_PASSAGE = 128

# Share of the question's tokens left out at random, so that no single word decides.
WORD_DROPOUT = 0.15

# Share of the clauses taken as questions that are also cut out of their window. Cut out, they teach what goes
# together; left in, that a passage with the question's own words is the better one.
CUT_OUT = 0.25

# Clauses in a made-up question: one to this many.
MOST_CLAUSES = 3

# Items drawn together. They are neighbours in the collection at first, neighbours in meaning later.
RUN = 16

# The unknown token has number 0 and stands for nothing.
UNKNOWN_TOKEN = 0


@dataclass(frozen=True)
class Texts:
    """Many texts as one array of token numbers; text i is `tokens[bounds[i]:bounds[i + 1]]`."""

    tokens: npt.NDArray[np.int32]
    bounds: Integers

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.bounds) - 1


@dataclass(frozen=True)
class Bags:
    """Token numbers of the texts of a batch and where each text starts, as an embedding bag wants them."""

    tokens: Integers
    starts: Integers


class Source(Protocol):
    """Something that batches of (questions, passages) can be drawn from."""

    passages: Texts
    order: Integers

    def draw(self, size: int, random: np.random.Generator) -> tuple[Bags, Bags]:
        """Draw `size` questions and, in the same order, their passages."""


def tokenise(tokenizer: Tokenizer, texts: Iterable[str]) -> Texts:
    """Turn texts into token numbers, leaving out unknown ones."""
    rest = iter(texts)
    tokens: list[npt.NDArray[np.int32]] = []
    lengths: list[int] = []
    while chunk := list(islice(rest, TOKENISED_AT_ONCE)):
        for encoding in tokenizer.encode_batch_fast(chunk, add_special_tokens=False):
            numbers = np.array(encoding.ids, dtype=np.int32)
            numbers = numbers[numbers != UNKNOWN_TOKEN]
            tokens.append(numbers)
            lengths.append(len(numbers))
    return Texts(np.concatenate(tokens), np.concatenate(([0], np.cumsum(lengths))).astype(np.int64))


def gather(texts: Texts, starts: Integers, ends: Integers) -> Bags:
    """Collect the token ranges [start, end) into bags, one range a bag."""
    lengths = ends - starts
    bag_starts = np.cumsum(lengths) - lengths
    positions = np.repeat(starts - bag_starts, lengths) + np.arange(lengths.sum())
    return Bags(texts.tokens[positions].astype(np.int64), bag_starts)


def drop_words(bags: Bags, random: np.random.Generator) -> Bags:
    """Leave out a random share of the tokens."""
    kept = random.random(len(bags.tokens)) >= WORD_DROPOUT
    before = np.concatenate(([0], np.cumsum(kept)))
    return Bags(bags.tokens[kept], before[bags.starts])


def joined(first: Bags, second: Bags) -> Bags:
    """Put the bags of `second` behind those of `first`."""
    tokens = np.concatenate((first.tokens, second.tokens))
    return Bags(tokens, np.concatenate((first.starts, second.starts + len(first.tokens))))


def runs(order: Integers, size: int, random: np.random.Generator) -> Integers:
    """Draw `size` items of `order` as runs of neighbours: what stands together is hard to tell apart."""
    shift = random.integers(len(order) % RUN + 1)
    firsts = shift + RUN * random.choice(len(order) // RUN, size // RUN, replace=False)
    rows: Integers = order[(firsts[:, None] + np.arange(RUN)).ravel()]
    return rows


class PairSource:
    """Pairs of texts somebody wrote: a question and its answer, or two ways to ask."""

    def __init__(self, tokenizer: Tokenizer, pairs: Sequence[Pair]) -> None:
        """Tokenise both sides once."""
        self.questions = tokenise(tokenizer, (question for question, _ in pairs))
        self.passages = tokenise(tokenizer, (passage for _, passage in pairs))
        self.order: Integers = np.arange(len(pairs))

    def draw(self, size: int, random: np.random.Generator) -> tuple[Bags, Bags]:
        """Draw pairs without repeating one."""
        rows = runs(self.order, size, random)
        questions = gather(self.questions, self.questions.bounds[rows], self.questions.bounds[rows + 1])
        starts = self.passages.bounds[rows]
        ends = np.minimum(self.passages.bounds[rows + 1], starts + LONGEST_PASSAGE)
        return drop_words(questions, random), gather(self.passages, starts, ends)


class ClauseSource:
    """Pairs made from running text: some clauses of a window, and the window."""

    def __init__(self, tokenizer: Tokenizer, documents: Iterable[str]) -> None:
        """Tokenise clause by clause and remember where each window starts."""
        first_clauses = [0]

        def all_clauses() -> Iterable[str]:
            for document in documents:
                for window in windows(document):
                    parts = clauses(window)
                    if len(parts) > 1:
                        yield from parts
                        first_clauses.append(first_clauses[-1] + len(parts))

        self.clauses = tokenise(tokenizer, all_clauses())
        self.windows: Integers = np.array(first_clauses, dtype=np.int64)
        self.passages = Texts(self.clauses.tokens, self.clauses.bounds[self.windows])
        self.order: Integers = np.arange(len(self.passages))

    def draw(self, size: int, random: np.random.Generator) -> tuple[Bags, Bags]:
        """Draw windows, and from each one to three neighbouring clauses."""
        rows = runs(self.order, size, random)
        first, last = self.windows[rows], self.windows[rows + 1]
        # At least one clause of the window stays outside the question.
        count = np.minimum(random.integers(1, MOST_CLAUSES + 1, size), last - first - 1)
        chosen = first + (random.random(size) * (last - first - count + 1)).astype(np.int64)
        bounds = self.clauses.bounds
        start, end = bounds[chosen], bounds[chosen + count]
        questions = gather(self.clauses, start, end)
        # A passage is two token ranges, before and after the question. Where the question is left in, the
        # first range runs up to the second.
        before_ends = np.where(random.random(size) < CUT_OUT, start, end)
        window_ends = np.maximum(np.minimum(bounds[last], bounds[first] + 2 * LONGEST_PASSAGE), end)
        halves_starts = np.stack([bounds[first], end], axis=1).ravel()
        halves_ends = np.stack([before_ends, window_ends], axis=1).ravel()
        halves = gather(self.clauses, halves_starts, halves_ends)
        return drop_words(questions, random), Bags(halves.tokens, halves.starts[::2])
