"""A question and what may answer it, read together → how far it does, by a small transformer.

The encoder (`vectorstore.encoder`) reads a question and a passage each by itself. Here every token of the one sees
every token of the other (a cross-encoder: Nogueira and Cho, Passage Re-ranking with BERT, 2019), so that it can tell
who does what to whom, what a figure counts, and of what. That has to be done anew for each pair, so only the few
excerpts are read that all else puts first, and only as much of what they stand in as tells what they speak of.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from tokenizers import Tokenizer

from vectorstore.encoder import BUNDLED_ENCODER
from vectorstore.network import MODELS, PASSAGE, QUERY, Network, padded, read_tokenizer, read_words

BUNDLED_CROSS_ENCODER = MODELS / "wence-cross-encoder-zh"

LONGEST_QUESTION, LONGEST = 36, 104  # tokens: of a question, and of it with an excerpt
_HEADED = 12  # tokens of an excerpt's beginning that stay where it is too long
# Characters of each part of an excerpt: more of what stands around tells little, and each token costs.
_TITLE, _HEADING, _BEFORE, _SAID, _AFTER = 24, 24, 36, 90, 14
ASKED, AROUND, SAID = 0, 1, 2  # what part a token is of
PARTS = 3
_KEPT = 4096  # excerpts, of .5 kB each


class Excerpt(NamedTuple):
    """What may be quoted, with what it stands in.

    Attributes:
        title: Of its document.
        heading: Of its clause.
        before: What goes before it in its passage.
        said: The words that would be quoted.
        after: What follows them in its passage.
    """

    title: str
    heading: str
    before: str
    said: str
    after: str


class Paired(NamedTuple):
    """A question and an excerpt as tokens.

    Attributes:
        ids: The numbers of the tokens.
        parts: What each is of: `ASKED`, `AROUND` or `SAID`.
        places: Where each of `SAID` begins in the words that would be quoted; -1 for others.
    """

    ids: Sequence[int]
    parts: Sequence[int]
    places: Sequence[int]


class CrossEncoder(Protocol):
    """What tells whether an excerpt answers a question."""

    def judge(self, question: str, excerpts: Sequence[Excerpt]) -> list[float]:
        """Return how likely each excerpt answers: the logarithm of the odds."""


class BundledCrossEncoder:
    """The cross-encoder that comes with the program. What was read before costs nothing."""

    def __init__(self, folder: Path = BUNDLED_CROSS_ENCODER) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, Excerpt], float] = {}

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return read_tokenizer(BUNDLED_ENCODER)

    @cached_property
    def _network(self) -> Network:
        return Network(self._folder / "cross_encoder.onnx", read_words(BUNDLED_ENCODER))

    def judge(self, question: str, excerpts: Sequence[Excerpt]) -> list[float]:
        """Return how likely each excerpt answers: the logarithm of the odds."""
        wanted = dict.fromkeys((question, excerpt) for excerpt in excerpts)
        known = {key: self._kept[key] for key in wanted if key in self._kept}
        if new := [key for key in wanted if key not in known]:
            known |= zip(new, self._read([pair(self._tokenizer, *key) for key in new]), strict=True)
        if len(self._kept) + len(new) > _KEPT:
            self._kept = {}
        self._kept |= known
        return [known[question, excerpt] for excerpt in excerpts]

    def _read(self, pairs: Sequence[Paired]) -> list[float]:
        parts = padded([read.parts for read in pairs], AROUND)
        (answers,) = self._network.run(["answers"], [read.ids for read in pairs], {"parts": parts})
        odds: list[float] = answers.tolist()
        return odds


def pair(tokenizer: Tokenizer, question: str, excerpt: Excerpt) -> Paired:
    """Return a question and an excerpt as they are read."""
    asked = tokenizer.encode(QUERY + question).ids[:LONGEST_QUESTION]
    title, heading, before = excerpt.title[:_TITLE], excerpt.heading[:_HEADING], excerpt.before[-_BEFORE:]
    ahead = PASSAGE + (f"{title} {heading} " if title or heading else "") + before
    said = excerpt.said[:_SAID]
    after = excerpt.after[:_AFTER] if said == excerpt.said else ""  # behind a part it would stand in a wrong place
    encoding = tokenizer.encode(ahead + said + after)
    first, last = len(ahead), len(ahead) + len(said)
    tokens = [
        (number, SAID, start - first) if first <= start < min(end, last) else (number, AROUND, -1)
        for number, (start, end) in zip(encoding.ids[1:], encoding.offsets[1:], strict=True)
    ]
    room = LONGEST - len(asked)
    if len(tokens) > room:  # what goes before is left out first
        begins = next((i for i, (_, part, _) in enumerate(tokens) if part == SAID), len(tokens))
        left_out = min(len(tokens) - room, max(0, begins - _HEADED))
        tokens = [*tokens[:_HEADED], *tokens[_HEADED + left_out :]][:room]
    ids, parts, places = zip(*tokens, strict=True)
    return Paired([*asked, *ids], [*[ASKED] * len(asked), *parts], [*[-1] * len(asked), *places])


@cache
def load_cross_encoder() -> CrossEncoder:
    """Return the bundled cross-encoder, one for all who use it."""
    return BundledCrossEncoder()
