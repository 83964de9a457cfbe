"""A question and the passages that look best → how close they are in meaning, by a small transformer encoder.

Where word vectors know that 眼睛 is near 视力, the encoder has read the sentence: who does what, and what is asked. It
says two things of a passage: the cosine of the two texts, which tells which of some passages is nearest, and how far
each word of the question is met by some word of the passage, both as they are read in their sentences, which tells
whether it answers at all (late interaction: Khattab and Zaharia, ColBERT, 2020). It takes milliseconds a passage, so it
reads only the few that rank highest by everything else, and keeps what it has read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Encoding, Tokenizer

from vectorstore.network import MODELS, PASSAGE, QUERY, Network, read_tokenizer, read_words
from vectorstore.records import FloatMatrix, FloatVector, Met

BUNDLED_ENCODER = MODELS / "wence-encoder-zh"

LONGEST = 160  # tokens; a passage with its header seldom has more
_READ_AT_ONCE = 2  # texts; eight together take a quarter longer, most of it padding, and 65 MB more
_KEPT_PASSAGES = 4_000  # 15 kB each
_KEPT_QUESTIONS = 256  # 10 kB each; a conversation asks the same again as it goes on
_LISTENING = 2  # questions that are read at once beside what else is done
_FULL = 127  # a coordinate of 1 as it is kept
_TINY = 1e-6


class Shown(NamedTuple):
    """A passage to be read.

    Attributes:
        text: Its words under their header.
        own: Where in the text begins what is its own; before that stands what holds for the whole document.
    """

    text: str
    own: int = 0


class Reading(NamedTuple):
    """What the encoder says of some passages.

    Attributes:
        cosines: Of the question with each, shape (passages,).
        met: How far each meets the words of the question, token by token; offsets are those of its text.
    """

    cosines: FloatVector
    met: Sequence[Met]


class Encoder(Protocol):
    """What compares a question with passages as a reader would."""

    def expect(self, question: str) -> None:
        """Begin to read a question with which passages will be compared, beside whatever else is done meanwhile."""

    def read(self, question: str, passages: Sequence[Shown]) -> Reading:
        """Return what a reader of the question would say of each passage."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """How the states of tokens are compared; `training.train_interaction` learns it.

    Attributes:
        asked: Brings a question's states to the directions in which they are compared, shape (states, dimension).
        told: The same for a passage's.
        shift: What is added to either, shape (2, dimension).
        importance: How much a token of the question counts, from its states, shape (states,).
    """

    asked: FloatMatrix
    told: FloatMatrix
    shift: FloatMatrix
    importance: FloatVector

    def of_question(self, states: FloatMatrix) -> tuple[FloatMatrix, FloatVector]:
        """Return a question's tokens, of length 1, and what share of it each is."""
        counts = states @ self.importance
        weights = np.exp(counts - counts.max())
        return _unit(states @ self.asked + self.shift[0]), weights / weights.sum()

    def of_passage(self, states: FloatMatrix) -> FloatMatrix:
        """Return a passage's tokens, of length 1."""
        return _unit(states @ self.told + self.shift[1])


def read_interaction(folder: Path = BUNDLED_ENCODER) -> Interaction:
    """Return what was learned about comparing tokens, from an encoder's folder."""
    arrays = load_file(folder / "interaction.safetensors")
    return Interaction(**{name: arrays[name].astype(np.float32) for name in ("asked", "told", "shift", "importance")})


class Encoded(NamedTuple):
    """A text's vector of length 1, where its own tokens begin in it, and what is known of each."""

    vector: FloatVector
    starts: NDArray[np.int32]
    states: FloatMatrix


def own_tokens(encoding: Encoding, prefix: str, shown: Shown) -> tuple[list[int], NDArray[np.int32]]:
    """Return which tokens of a text, read behind its prefix, are its own, and where each begins in it."""
    begin = len(prefix) + shown.own
    own = [i for i, (start, end) in enumerate(encoding.offsets) if begin <= start < end] or [0]
    return own, np.array([encoding.offsets[i][0] - len(prefix) for i in own], dtype=np.int32)


class _Read(NamedTuple):
    """What is kept of a passage: its vector, where its tokens begin, and these as whole numbers to `_FULL`."""

    vector: FloatVector
    starts: NDArray[np.int32]
    tokens: NDArray[np.int8]


class _Heard(NamedTuple):
    """What is kept of a question: its vector, its tokens, and what share of it each is."""

    vector: FloatVector
    tokens: FloatMatrix
    shares: FloatVector


class BundledEncoder:
    """The encoder that comes with the program. What was read before costs nothing."""

    def __init__(self, folder: Path = BUNDLED_ENCODER) -> None:
        self._folder = folder
        self._read: dict[Shown, _Read] = {}

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = read_tokenizer(self._folder)
        tokenizer.enable_truncation(LONGEST)
        return tokenizer

    @cached_property
    def _network(self) -> Network:
        """The network, loaded when it is first needed: a single question in a new process may do without."""
        return Network(self._folder / "encoder.onnx", read_words(self._folder))

    @cached_property
    def _interaction(self) -> Interaction:
        return read_interaction(self._folder)

    @cached_property
    def _hearing(self) -> Callable[[str], Future[_Heard]]:
        """Returns for a question what is read of it, as soon as it is: the network leaves Python to others."""
        pool = ThreadPoolExecutor(_LISTENING, thread_name_prefix="encoder")
        return lru_cache(_KEPT_QUESTIONS)(lambda question: pool.submit(self._hear, question))

    def _hear(self, question: str) -> _Heard:
        ((vector, _, states),) = self.encoded(QUERY, [Shown(question)])
        return _Heard(vector, *self._interaction.of_question(states))

    def expect(self, question: str) -> None:
        """Begin to read a question with which passages will be compared, beside whatever else is done meanwhile."""
        self._hearing(question)

    def read(self, question: str, passages: Sequence[Shown]) -> Reading:
        """Return what a reader of the question would say of each passage."""
        hearing = self._hearing(question)
        read = {shown: self._read[shown] for shown in passages if shown in self._read}
        new = sorted(
            (shown for shown in dict.fromkeys(passages) if shown not in read), key=lambda shown: len(shown.text)
        )
        for first in range(0, len(new), _READ_AT_ONCE):
            batch = new[first : first + _READ_AT_ONCE]
            read |= zip(batch, self._passages(batch), strict=True)
        if len(self._read) + len(new) > _KEPT_PASSAGES:
            self._read = {}
        self._read |= read
        heard = hearing.result()
        met = [Met(read[shown].starts, _products(read[shown].tokens, heard.tokens), heard.shares) for shown in passages]
        return Reading(np.array([read[shown].vector @ heard.vector for shown in passages], dtype=np.float32), met)

    def _passages(self, batch: Sequence[Shown]) -> Iterator[_Read]:
        for vector, starts, states in self.encoded(PASSAGE, batch):
            yield _Read(vector, starts, np.rint(self._interaction.of_passage(states) * _FULL).astype(np.int8))

    def encoded(self, prefix: str, texts: Sequence[Shown]) -> Iterator[Encoded]:
        """Yield for each text its vector, and what the last layers know of each token of its own.

        Args:
            prefix: What the texts are, `QUERY` or `PASSAGE`.
            texts: The texts, without it.
        """
        encodings = self._tokenizer.encode_batch([prefix + shown.text for shown in texts])  # says where each stands
        vectors, states = self._run(encodings)
        for shown, encoding, vector, known in zip(texts, encodings, vectors, states, strict=True):
            own, starts = own_tokens(encoding, prefix, shown)
            yield Encoded(vector, starts, known[own])

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one row of length 1 a text, which begins with what it is, shape (texts, dimension)."""
        return self._run(self._tokenizer.encode_batch_fast(list(texts)))[0]

    def _run(self, encodings: Sequence[Encoding]) -> tuple[FloatMatrix, NDArray[np.float32]]:
        vectors, states = self._network.run(["vector", "states"], [encoding.ids for encoding in encodings])
        return vectors, states


def _products(told: NDArray[np.int8], asked: FloatMatrix) -> FloatMatrix:
    """Return the product of each token that was kept with each of a question's."""
    return np.asarray(told.astype(np.float32) @ asked.T / _FULL, dtype=np.float32)


def _unit(rows: FloatMatrix) -> FloatMatrix:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY), dtype=np.float32)


@cache
def load_encoder() -> Encoder:
    """Return the bundled encoder, one for all who use it."""
    return BundledEncoder()
