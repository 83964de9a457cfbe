"""Words that mean alike: how much of a question a text speaks of, word by word.

Uses the token vectors of the bundled model, whichever model makes the passages' vectors. Where BM25 asks
whether 「眼睛」 occurs, this asks whether anything close to 眼睛 does, and 视力 counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.embed import BUNDLED_MODEL
from vectorstore.records import FloatMatrix, FloatVector

# A cosine of .3 between two words means next to nothing, one of .6 a good deal: cubed, .03 and .22.
_SHARPNESS = 3
_KEPT_TEXTS = 20_000  # token numbers of recently seen texts; at 100 bytes each 2 MB

TokenIds = NDArray[np.int64]


class WordVectors:
    """Token vectors of length 1, and how much each token weighs."""

    def __init__(self, folder: Path = BUNDLED_MODEL) -> None:
        from model2vec import StaticModel

        model = StaticModel.from_pretrained(folder)
        vectors = np.asarray(model.embedding, dtype=np.float32)
        self._tokenizer = model.tokenizer
        # In a mean of token vectors a longer one has more say; training made the telling words long.
        self._weights = np.linalg.norm(vectors, axis=1)
        self._vectors = vectors / np.maximum(self._weights, 1e-6)[:, np.newaxis]
        self.tokens = lru_cache(_KEPT_TEXTS)(self._tokens)

    def _tokens(self, text: str) -> TokenIds:
        """Return the token numbers of a text; unknown ones weigh nothing and find nothing."""
        return np.array(self._tokenizer.encode(text, add_special_tokens=False).ids, dtype=np.int64)

    def sums(self, texts: Sequence[str]) -> FloatMatrix:
        """Return the sum of each text's token vectors, shape (texts, dimension)."""
        rows = (self.tokens(text) for text in texts)
        return np.stack([self._weights[ids] @ self._vectors[ids] for ids in rows])

    def coverage(self, question: str, texts: Sequence[str]) -> FloatVector:
        """Return for each text the share of the question's weight that it speaks of, between 0 and 1."""
        matches, weights = self.matches(question, texts)
        total = float(weights.sum())
        if total == 0.0:
            return np.zeros(len(texts), dtype=np.float32)
        return np.asarray(matches @ weights / total, dtype=np.float32)

    def matches(self, question: str, texts: Sequence[str]) -> tuple[NDArray[np.float32], FloatVector]:
        """Return how well each text matches each token of a question, and the tokens' weights.

        Returns:
            Matches between 0 and 1, shape (texts, tokens); weights, shape (tokens,).
        """
        asked = self.tokens(question)
        found = [self.tokens(text) for text in texts]
        matches = np.zeros((len(texts), len(asked)), dtype=np.float32)
        filled = [i for i, ids in enumerate(found) if len(ids)]
        if not len(asked) or not filled:
            return matches, self._weights[asked]
        distinct, positions = np.unique(np.concatenate([found[i] for i in filled]), return_inverse=True)
        cosines = np.clip(self._vectors[asked] @ self._vectors[distinct].T, 0.0, 1.0) ** _SHARPNESS
        starts = np.cumsum([0, *(len(found[i]) for i in filled[:-1])])
        matches[filled] = np.maximum.reduceat(cosines[:, positions], starts, axis=1).T
        return matches, self._weights[asked]
