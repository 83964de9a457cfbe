"""Give a static embedding fewer dimensions: `python -m training.reduce_static --model DIR --data DATA --out DIR`.

The vectors are turned so that the directions in which texts lie apart most come first (principal components, not
centred, since vectors are compared by their cosine), and the rest is left out. What fewer keep: docs/decisions/0029.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from model2vec import StaticModel

from training.export import save_model
from training.pairs import HeldOut, corpus, question_pairs, windows
from vectorstore.embed import load_static
from vectorstore.network import read_tokenizer

# Passages as they are searched, the questions asked of them, and the pieces themselves: single words are compared, too.
PASSAGES, QUESTIONS = 40_000, 20_000
PIECES_COUNT = 0.2

Vectors = npt.NDArray[np.float32]


def directions(table: Vectors, *sets: Vectors) -> Vectors:
    """Return the directions in which texts lie apart, those of most first, shape (dimension, dimension).

    Args:
        table: The vectors of the pieces, shape (pieces, dimension).
        *sets: Vectors of texts, each set counting as much, shape (texts, dimension).
    """
    unit = table / np.linalg.norm(table, axis=1).mean()
    spread = sum(vectors.T @ vectors / len(vectors) for vectors in sets) + PIECES_COUNT * unit.T @ unit / len(unit)
    _, found = np.linalg.eigh(spread)
    return np.ascontiguousarray(found[:, ::-1], dtype=np.float32)


def main(arguments: Sequence[str] | None = None) -> None:
    """Reduce a model and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--model", type=Path, required=True, help="folder of the model, as training.tune_static writes it"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="benchmark folders not to learn from")
    parser.add_argument("--dimension", type=int, default=280)
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    random = np.random.default_rng(options.seed)
    model = load_static(options.model)
    table = np.asarray(model.embedding, dtype=np.float32)
    passages = [window for document in corpus(options.data) for window in windows(document)]
    questions = [question for question, _ in question_pairs(options.data, HeldOut.read(options.held_out))]
    sets = [
        _vectors(model, [texts[i] for i in random.permutation(len(texts))[:count]])
        for texts, count in ((passages, PASSAGES), (questions, QUESTIONS))
    ]
    turned = table @ directions(table, *sets)[:, : options.dimension]
    kept = float((turned**2).sum() / (table**2).sum())
    save_model(options.out, read_tokenizer(options.model), turned)
    print(f"{options.dimension} of {table.shape[1]} dimensions, {kept:.3f} of the squared length of the pieces")


def _vectors(model: StaticModel, texts: Sequence[str]) -> Vectors:
    return np.asarray(model.encode(list(texts), use_multiprocessing=False), dtype=np.float32)


if __name__ == "__main__":
    main()
