"""Words that mean alike: how much of a question a text speaks of, word by word.

Uses the token vectors of the bundled model, whichever model makes the passages' vectors. Where BM25 asks
whether 「眼睛」 occurs, this asks whether anything close to 眼睛 does, and 视力 counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.embed import BUNDLED_MODEL, load_static
from vectorstore.records import FloatMatrix, FloatVector
from vectorstore.synonyms import Segment

_KEPT_TEXTS = 20_000  # token numbers of recently seen texts; at 100 bytes each 2 MB
_KEPT_SUMS = 4096  # sums of recently seen texts; at 1.5 kB each 6 MB

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
    """Token vectors of length 1, and how much each token weighs."""

    def __init__(self, folder: Path = BUNDLED_MODEL) -> None:
        model = load_static(folder)
        vectors = np.asarray(model.embedding, dtype=np.float32)
        self._tokenizer = model.tokenizer
        # In a mean of token vectors a longer one has more say; training made the telling words long.
        self._weights = np.linalg.norm(vectors, axis=1)
        self._vectors = vectors / np.maximum(self._weights, _TINY)[:, np.newaxis]
        self.tokens = lru_cache(_KEPT_TEXTS)(self._tokens)
        self.sum = lru_cache(_KEPT_SUMS)(self._sum)

    def _tokens(self, text: str) -> TokenIds:
        """Return the token numbers of a text; unknown ones weigh nothing and find nothing."""
        return np.array(self._tokenizer.encode(text, add_special_tokens=False).ids, dtype=np.int64)

    def sums(self, texts: Sequence[str]) -> FloatMatrix:
        """Return the sum of each text's token vectors, shape (texts, dimension)."""
        return np.stack([self.sum(text) for text in texts])

    def _sum(self, text: str) -> FloatVector:
        ids = self.tokens(text)
        return np.asarray(self._weights[ids] @ self._vectors[ids], dtype=np.float32)

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

    def matches(self, sought: SoughtWords, texts: Sequence[str]) -> FloatMatrix:
        """Return how well each text speaks of each word sought, between 0 and 1, shape (texts, words)."""
        found = [self.tokens(text) for text in texts]
        filled = [i for i, ids in enumerate(found) if len(ids)]
        matches = np.zeros((len(texts), len(sought.weights)), dtype=np.float32)
        if not filled or not len(sought.weights):
            return matches
        together = np.concatenate([found[i] for i in filled])
        # np.unique would sort; marking what occurs in a row as long as the vocabulary is ten times as quick.
        place = np.zeros(len(self._vectors), dtype=np.intp)
        place[together] = 1
        distinct = np.flatnonzero(place)
        place[distinct] = np.arange(len(distinct))
        positions = place[together]
        cosines = np.clip(self._vectors[sought.ids] @ self._vectors[distinct].T, 0.0, 1.0)
        # Cubed: a cosine of .3 between two words means next to nothing (.03), one of .6 a good deal (.22).
        cosines *= cosines * cosines
        starts = np.cumsum([0, *(len(found[i]) for i in filled[:-1])])
        tokens = np.maximum.reduceat(cosines[:, positions], starts, axis=1)
        weights = self._weights[sought.ids][:, np.newaxis]
        ways = np.add.reduceat(tokens * weights, sought.ways)
        ways /= np.maximum(np.add.reduceat(weights, sought.ways), _TINY)  # unknown tokens weigh nothing
        matches[filled] = np.maximum.reduceat(ways, sought.words).T
        return matches

    def coverage(self, sought: SoughtWords, texts: Sequence[str]) -> FloatVector:
        """Return for each text the share of the weight sought that it speaks of, between 0 and 1."""
        return np.asarray(self.matches(sought, texts) @ sought.shares, dtype=np.float32)
