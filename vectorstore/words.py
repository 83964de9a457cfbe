"""Words that mean alike: how much of a question a text speaks of, word by word.

Uses the token vectors of the bundled model, whichever model makes the passages' vectors. Where BM25 asks
whether 「眼睛」 occurs, this asks whether anything close to 眼睛 does, and 视力 counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from vectorstore.embed import BUNDLED_MODEL, load_static, weights_fingerprint
from vectorstore.records import FloatMatrix, FloatVector
from vectorstore.synonyms import Segment

_KEPT_TEXTS = 4096  # headers and headings seen last; with their sums about 2 kB each

_TINY = 1e-6  # keeps a question of unknown words from being divided by the weight it has not

TokenIds = NDArray[np.int64]
_NO_IDS: TokenIds = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class SoughtWords:
    """The words of a question, each with the ways in which a text may speak of it.

    Attributes:
        ids: The tokens of all ways, one after the other.
        ways: Where in `ids` each way starts.
        words: Where in `ways` each word starts.
        weights: How much each word weighs.
    """

    ids: TokenIds
    ways: TokenIds
    words: TokenIds
    weights: FloatVector

    @property
    def shares(self) -> FloatVector:
        """The weights as shares of their sum."""
        return np.asarray(self.weights / max(float(self.weights.sum()), _TINY), dtype=np.float32)


class WordVectors:
    """Token vectors of length 1, and how much each token weighs.

    Attributes:
        fingerprint: Changes when the weights change.
    """

    def __init__(self, folder: Path = BUNDLED_MODEL) -> None:
        # The matrices are small, and OpenBLAS waits for its other threads by spinning: on two cores that others use as
        # well, a search took 36 ms with two threads and takes 7 ms with one; on idle ones 8 and 9. It holds for the
        # whole process.
        ThreadpoolController().select(internal_api="openblas").limit(limits=1)
        model = load_static(folder)
        self.fingerprint = weights_fingerprint(folder)
        vectors = np.asarray(model.embedding, dtype=np.float32)
        self._tokenizer = model.tokenizer
        # In a mean of token vectors a longer one has more say; training made the telling words long.
        self._weights = np.linalg.norm(vectors, axis=1)
        self._vectors = vectors / np.maximum(self._weights, _TINY)[:, np.newaxis]
        self.tokens = lru_cache(_KEPT_TEXTS)(self._tokens)

    def _tokens(self, text: str) -> TokenIds:
        """Return the token numbers of a text; unknown ones weigh nothing and find nothing."""
        return np.array(self._tokenizer.encode(text, add_special_tokens=False).ids, dtype=np.int64)

    def tokens_of_many(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token numbers of each text, quicker than one by one."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def sum(self, ids: TokenIds | Sequence[int]) -> FloatVector:
        """Return the sum of some tokens' vectors as the model weighs them, shape (dimension,)."""
        return np.asarray(self._weights[ids] @ self._vectors[ids], dtype=np.float32)

    def directions(self, texts: Sequence[str]) -> FloatMatrix:
        """Return the vector of each text, of length 1 or 0, shape (texts, dimension)."""
        sums = np.stack([self.sum(self.tokens(text)) for text in texts])
        return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), _TINY), dtype=np.float32)

    def sought(self, segments: Sequence[Segment]) -> SoughtWords:
        """Prepare the words of a question for matching.

        Every token of plain text is a word; an everyday phrase is one word, met by itself or any of its meanings.
        """
        words: list[list[TokenIds]] = []
        for first, *others in segments:
            if others:
                words.append([way for text in (first, *others) if len(way := self.tokens(text))])
            else:
                ids = self.tokens(first)
                words.extend([ids[i : i + 1]] for i in range(len(ids)))
        ways = [way for word in words for way in word]
        if not ways:
            return SoughtWords(_NO_IDS, _NO_IDS, _NO_IDS, np.zeros(0, dtype=np.float32))
        return SoughtWords(
            ids=np.concatenate(ways),
            ways=np.cumsum([0, *(len(way) for way in ways[:-1])]),
            words=np.cumsum([0, *(len(word) for word in words[:-1])]),
            weights=np.array([self._weights[word[0]].sum() for word in words], dtype=np.float32),
        )

    def compare(
        self, sought: SoughtWords, directions: FloatMatrix, texts: Sequence[Sequence[int] | TokenIds]
    ) -> tuple[FloatMatrix, FloatMatrix]:
        """Compare texts, given as token numbers, with a question.

        Args:
            sought: The words of the question.
            directions: The vectors of its forms, shape (forms, dimension).
            texts: The token numbers of each text.

        Returns:
            How well each text speaks of each word sought, between 0 and 1, shape (texts, words), and the product of
            each form's vector with the sum of each text's, shape (texts, forms).
        """
        lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
        filled = np.flatnonzero(lengths)
        matches = np.zeros((len(texts), len(sought.weights)), dtype=np.float32)
        products = np.zeros((len(texts), len(directions)), dtype=np.float32)
        if not len(filled):
            return matches, products
        together = np.fromiter(chain.from_iterable(texts), dtype=np.intp, count=lengths.sum())
        # np.unique would sort; marking what occurs in a row as long as the vocabulary is ten times as quick.
        place = np.zeros(len(self._vectors), dtype=np.intp)
        place[together] = 1
        distinct = np.flatnonzero(place)
        place[distinct] = np.arange(len(distinct))
        positions = place[together]
        wanted = np.concatenate([self._vectors[sought.ids], directions])
        cosines = wanted @ self._vectors[distinct].T
        starts = (np.cumsum(lengths) - lengths)[filled]
        along = cosines[len(sought.ids) :] * self._weights[distinct]
        products[filled] = np.add.reduceat(along[:, positions], starts, axis=1).T
        if not len(sought.weights):
            return matches, products
        near = np.clip(cosines[: len(sought.ids)], 0.0, 1.0)
        # Cubed: a cosine of .3 between two words means next to nothing (.03), one of .6 a good deal (.22).
        near *= near * near
        tokens = np.maximum.reduceat(near[:, positions], starts, axis=1)
        weights = self._weights[sought.ids][:, np.newaxis]
        ways = np.add.reduceat(tokens * weights, sought.ways)
        ways /= np.maximum(np.add.reduceat(weights, sought.ways), _TINY)  # unknown tokens weigh nothing
        matches[filled] = np.maximum.reduceat(ways, sought.words).T
        return matches, products
