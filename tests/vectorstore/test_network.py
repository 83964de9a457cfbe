"""The table of words: four bits a number, as close as they can be."""

from pathlib import Path

import numpy as np
import pytest

from vectorstore.encoder import BUNDLED_ENCODER
from vectorstore.network import BLOCK, LEVELS, MODELS, WordTable, padded, read_tokenizer, read_words, save_words


def test_a_table_keeps_each_number_within_half_a_step(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(6, 3 * BLOCK)).astype(np.float32)
    rows[2, :BLOCK] = 0.0
    save_words(WordTable.of(rows), tmp_path)
    kept = read_words(tmp_path).rows(np.arange(6))
    blocks = rows.reshape(6, 3, BLOCK)
    step = (np.maximum(blocks.max(axis=2), 0) - np.minimum(blocks.min(axis=2), 0)) / (LEVELS - 1)
    error = np.abs(kept - rows).reshape(6, 3, BLOCK).max(axis=2)
    assert (error <= 0.51 * step + 1e-6).all() or (error <= 1.01 * step).all()
    assert (kept[2, :BLOCK] == 0).all()
    again = WordTable.of(kept).rows(np.arange(6))
    assert again == pytest.approx(kept, abs=1e-3)


def test_rows_are_looked_up_in_any_shape() -> None:
    table = WordTable.of(np.random.default_rng(2).normal(size=(9, BLOCK)).astype(np.float32))
    ids = np.array([[1, 2, 2], [8, 0, 1]])
    found = table.rows(ids)
    assert found.shape == (2, 3, BLOCK)
    assert (found[1, 0] == table.rows(np.array([8]))[0]).all()


def test_the_bundled_table_has_a_row_for_every_piece() -> None:
    assert len(read_words(BUNDLED_ENCODER).levels) == read_tokenizer(BUNDLED_ENCODER).get_vocab_size()


def test_shorter_rows_are_filled_up() -> None:
    assert padded([[1, 2, 3], [4]], 9).tolist() == [[1, 2, 3], [4, 9, 9]]


def test_all_models_together_are_as_small_as_promised() -> None:
    assert sum(file.stat().st_size for file in MODELS.rglob("*") if file.is_file()) <= 32_000_000
