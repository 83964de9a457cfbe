"""What the two networks that read have in common: pieces of words, what each is by itself, and how a network is run.

The encoder (`vectorstore.encoder`) and the cross-encoder (`vectorstore.cross_encoder`) cut text into the same pieces
and begin with the same table of what each piece is, 3.9 MB that are kept once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODELS = Path(__file__).parent / "models"

# What the models were taught to expect before a question and before a passage.
QUERY, PASSAGE = "query: ", "passage: "

PADDING = 1  # the piece that fills a shorter text of a batch

# Four bits a weight, with a scale and a zero for so many, as `MatMulNBits` of onnxruntime reads them.
BLOCK, LEVELS = 32, 16
_TINY = 1e-8
_ERRORS = 3  # what onnxruntime says less than errors is for those who write models


@dataclass(frozen=True, slots=True)
class WordTable:
    """What each piece of a word is by itself, in four bits a number.

    Attributes:
        levels: Two numbers a byte, the first in its lower half, shape (pieces, dimension / 2).
        scales: What a level is worth, by block, in half precision, shape (pieces, dimension / `BLOCK`).
        zeros: The level of 0, by block, shape (pieces, dimension / `BLOCK`).
    """

    levels: NDArray[np.uint8]
    scales: NDArray[np.float16]
    zeros: NDArray[np.uint8]

    @classmethod
    def of(cls, rows: NDArray[np.float32]) -> WordTable:
        """Return the table that keeps some rows, shape (pieces, dimension), as closely as four bits can."""
        blocks = rows.reshape(len(rows), -1, BLOCK)
        least, most = np.minimum(blocks.min(axis=2), 0), np.maximum(blocks.max(axis=2), 0)
        scales = np.maximum((most - least) / (LEVELS - 1), _TINY).astype(np.float16)
        steps = np.maximum(scales.astype(np.float32), _TINY)
        zeros = np.clip(np.rint(-least / steps), 0, LEVELS - 1)
        levels = np.clip(np.rint(blocks / steps[..., None] + zeros[..., None]), 0, LEVELS - 1).astype(np.uint8)
        levels = levels.reshape(len(rows), -1)
        return cls(levels[:, ::2] | levels[:, 1::2] << 4, scales, zeros.astype(np.uint8))

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what pieces are by themselves, shape (..., dimension) for ids of shape (...)."""
        levels = unpacked(self.levels[ids]).reshape(*ids.shape, -1, BLOCK).astype(np.float32)
        known = (levels - self.zeros[ids][..., None]) * self.scales[ids][..., None].astype(np.float32)
        return np.asarray(known.reshape(*ids.shape, -1), dtype=np.float32)


def unpacked(packed: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the numbers of four bits of which two are packed in each byte, the first in its lower half."""
    return np.stack([packed & (LEVELS - 1), packed >> 4], axis=-1).reshape(*packed.shape[:-1], -1)


def save_words(table: WordTable, folder: Path) -> None:
    """Write a table into a model's folder."""
    arrays = {"levels": table.levels, "scales": table.scales, "zeros": table.zeros}
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / "words.safetensors")


@cache
def read_words(folder: Path) -> WordTable:
    """Return the table of a model's folder, one for all who use it."""
    return WordTable(**load_file(folder / "words.safetensors"))


def read_tokenizer(folder: Path) -> Tokenizer:
    """Return what cuts text into the pieces of a model's table, as long as it is."""
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


class Network:
    """A stored network behind a table of words."""

    def __init__(self, path: Path, words: WordTable) -> None:
        """Load a network.

        Args:
            path: The file.
            words: What its pieces are by themselves.
        """
        self._session = _session(path)
        self._words = words

    def run(
        self,
        outputs: Sequence[str],
        rows: Sequence[Sequence[int]],
        given: Mapping[str, NDArray[np.int64]] | None = None,
    ) -> list[NDArray[np.float32]]:
        """Return what the network gives for texts of one batch.

        Args:
            outputs: What it is asked for.
            rows: The pieces of each text; shorter ones are filled up.
            given: What else it is told, each of shape (texts, longest).
        """
        ids, mask = padded(rows, PADDING), padded([[1] * len(row) for row in rows], 0)
        told = {"embedded": self._words.rows(ids), "mask": mask, **(given or {})}
        return [np.asarray(output, dtype=np.float32) for output in self._session.run(list(outputs), told)]


def padded(rows: Sequence[Sequence[int]], filling: int) -> NDArray[np.int64]:
    """Return rows of numbers as one array, the shorter ones filled up."""
    filled = np.full((len(rows), max(map(len, rows))), filling, dtype=np.int64)
    for i, row in enumerate(rows):
        filled[i, : len(row)] = row
    return filled


def _session(path: Path) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = _ERRORS
    # Threads that wait by spinning take the cores from whatever else runs; see `vectorstore.words`.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
