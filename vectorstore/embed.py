"""Text → vectors, by the bundled static model or by any sentence-transformers model.

Both are sentence-transformers model folders. The bundled one is read with model2vec, which needs neither
torch nor a second to start and gives the same vectors (held by a test); other models are loaded with
sentence-transformers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vectorstore.errors import EmbeddingModelError
from vectorstore.records import FloatMatrix, FloatVector

if TYPE_CHECKING:
    from model2vec import StaticModel
    from sentence_transformers import SentenceTransformer

_TINY = 1e-6  # keeps a text of unknown words, whose length is 0, from being divided by it

BUNDLED_MODEL = Path(__file__).parent / "models" / "wence-static-zh"


class Embedder(Protocol):
    """What turns text into vectors of length 1.

    Attributes:
        name: As the user names it.
        dimension: Numbers per vector.
        fingerprint: Changes when the weights change.
    """

    name: str
    dimension: int
    fingerprint: str

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one row a text, shape (texts, dimension)."""

    def embed_query(self, text: str) -> FloatVector:
        """Return the vector of a question, shape (dimension,)."""


@cache
def load_static(folder: Path = BUNDLED_MODEL) -> StaticModel:
    """Return a static model, loaded once however many use it."""
    from model2vec import StaticModel

    return StaticModel.from_pretrained(folder, normalize=True)


@cache
def weights_fingerprint(folder: Path) -> str:
    """Return a mark of a static model that changes when its weights change."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()[:16]


class StaticEmbedder:
    """The bundled model: the mean of learned token vectors, without torch."""

    def __init__(self, folder: Path = BUNDLED_MODEL) -> None:
        self._model = load_static(folder)
        self._vectors = np.asarray(self._model.embedding, dtype=np.float32)
        self.folder = folder
        self.name = folder.name
        self.dimension = int(self._model.dim)
        self.fingerprint = weights_fingerprint(folder)

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one row a text, shape (texts, dimension)."""
        return np.asarray(self._model.encode(list(texts), use_multiprocessing=False), dtype=np.float32)

    def embed_query(self, text: str) -> FloatVector:
        """Return the vector of a question, shape (dimension,)."""
        # As `encode` does, without what it spends on batches: .02 ms instead of .15.
        total = self._vectors[self._model.tokenizer.encode(text, add_special_tokens=False).ids].sum(axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), _TINY), dtype=np.float32)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with the prefixes its card asks for."""

    def __init__(self, name: str, query_prefix: str = "", passage_prefix: str = "") -> None:
        try:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(name)
        except (OSError, ValueError, ImportError) as error:
            raise EmbeddingModelError(name, str(error).split("\n")[0]) from error
        self._query_prefix, self._passage_prefix = query_prefix, passage_prefix
        self.name = name
        self.dimension = self.embed_query("维度").shape[0]
        prefixes = f"{query_prefix}\0{passage_prefix}"
        self.fingerprint = hashlib.sha256((_weights_digest(self._model) + prefixes).encode()).hexdigest()[:16]

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one row a text, shape (texts, dimension)."""
        return self._encode([self._passage_prefix + text for text in texts])

    def embed_query(self, text: str) -> FloatVector:
        """Return the vector of a question, shape (dimension,)."""
        return np.asarray(self._encode([self._query_prefix + text])[0], dtype=np.float32)

    def _encode(self, texts: list[str]) -> FloatMatrix:
        vectors = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        # Dividing a zero vector (a text of unknown characters only) by its length is 0/0 in half precision.
        return np.nan_to_num(np.asarray(vectors, dtype=np.float32))


def load_embedder(name: str | None, query_prefix: str = "", passage_prefix: str = "") -> Embedder:
    """Return the model named, or the bundled one for None.

    Raises:
        EmbeddingModelError: The model cannot be loaded.
    """
    if name is None:
        return StaticEmbedder()
    return SentenceTransformerEmbedder(name, query_prefix, passage_prefix)


def _weights_digest(model: SentenceTransformer) -> str:
    """Return a hash of all weights."""
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key}{tuple(tensor.shape)}".encode())
        digest.update(tensor.float().cpu().numpy().tobytes())
    return digest.hexdigest()
