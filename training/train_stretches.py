"""Fit the weights of `app.stretches`: `python -m training.train_stretches [DATASET]...` prints what to put there.

Of every development question the passage is taken that holds its evidence. Of the stretches of it that may be quoted,
those are right that say what the question's answer must and nothing that it must not; the weights make these likeliest
(softmax). How many are right so is told of questions not learned from, in fifths.
"""

import argparse
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from app.extraction import read_passages
from app.followups import split_question, standalone
from app.runs import ends_of_runs
from app.settings import Settings
from app.stretches import WEIGHTS, features, kind_of_runs
from app.understanding import regions, understand
from eval.command import DEFAULT_DATASET
from eval.measures import answer_correct, is_of_evidence
from eval.questions import load_dataset
from eval.records import Question
from eval.run import documents_of, index_documents
from training.train_interaction import NOTICES
from vectorstore import Retriever

SEARCHED = 20  # passages among which the one with the evidence is looked for
RESTRAINT = 2.0  # times the square of each weight, with features of one size; with .5 and 8 as many are right
FOLDS = 5
DIGITS = 2
TINY = 1e-6

FloatMatrix = NDArray[np.float64]
FloatVector = NDArray[np.float64]


class Choice(NamedTuple):
    """The stretches of a passage that may be quoted for a question.

    Attributes:
        question: The question's number.
        figures: Their features, shape (stretches, features).
        right: Which answer.
    """

    question: str
    figures: FloatMatrix
    right: NDArray[np.bool_]


def choices(path: Path) -> Iterator[Choice]:
    """Yield the choice that each development question of a data set leaves, if it asks one thing."""
    dataset = load_dataset(path)
    with tempfile.TemporaryDirectory(prefix="wence-training-") as folder:
        retriever = index_documents(documents_of(dataset), Settings(), Path(folder))
        known = regions(retriever)
        for question in dataset.questions:
            asked = standalone(question.question, question.history, known)
            if question.split == "dev" and question.answer and len(split_question(asked, known)) == 1:
                yield from _choice(retriever, question, asked)


def _choice(retriever: Retriever, question: Question, asked: str) -> Iterator[Choice]:
    understood = understand(retriever, asked)
    sought = retriever.sought(understood.query)
    hits = (hit for hit in retriever.find(sought, SEARCHED) if is_of_evidence(hit.text, question.evidence))
    hit = next(hits, None)
    if hit is None or hit.document.row_at(hit.start) is not None:
        return
    (passage,) = read_passages([hit], sought, understood)
    values, kinds = features(passage, sought, understood), kind_of_runs(passage, understood)
    best = max(kinds)
    of_kind = np.array([kind == best for kind in kinds])
    figures = np.stack([values[name] for name in WEIGHTS], axis=1).astype(np.float64)
    text, pieces = hit.document.text, passage.pieces
    said = [text[pieces[f].start : pieces[to].end] for f, to in zip(*ends_of_runs(len(pieces)), strict=True)]
    right = np.array([answer_correct(stretch, question.answer, question.avoid) for stretch in said])
    yield Choice(question.id, figures[of_kind], right[of_kind])


def fitted(given: Sequence[Choice], sizes: FloatVector) -> FloatVector:
    """Return the weights by which stretches that answer are likeliest, in the order of the features.

    Args:
        given: What to learn from; where all of a passage answer, or none, there is nothing to learn.
        sizes: How much each feature varies.
    """
    mixed = [choice for choice in given if choice.right.any() and not choice.right.all()]

    def loss(weights: FloatVector) -> tuple[float, FloatVector]:
        total, slope = RESTRAINT * float(weights @ weights), 2 * RESTRAINT * weights
        for choice in mixed:
            figures = choice.figures / sizes
            odds = figures @ weights
            total += float(logsumexp(odds) - logsumexp(odds[choice.right]))
            slope = slope + softmax(odds) @ figures - softmax(odds[choice.right]) @ figures[choice.right]
        return total, slope

    found: FloatVector = minimize(loss, np.zeros(len(sizes)), jac=True, method="L-BFGS-B").x / sizes
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, tell how many are right of questions not learned from, and print the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", type=Path, nargs="*", default=[DEFAULT_DATASET, NOTICES])
    options = parser.parse_args(arguments)
    given = [choice for path in options.datasets for choice in choices(path)]
    sizes = np.maximum(np.concatenate([choice.figures for choice in given]).std(axis=0), TINY)
    shipped = np.array([*WEIGHTS.values()])
    folds = [zlib.crc32(choice.question.encode()) % FOLDS for choice in given]
    right = {"as they are": 0, "not learned from": 0, "any": sum(bool(choice.right.any()) for choice in given)}
    for fold in range(FOLDS):
        weights = fitted([choice for choice, of in zip(given, folds, strict=True) if of != fold], sizes)
        for choice in (choice for choice, of in zip(given, folds, strict=True) if of == fold):
            right["as they are"] += int(choice.right[(choice.figures @ shipped).argmax()])
            right["not learned from"] += int(choice.right[(choice.figures @ weights).argmax()])
    print(f"{len(given)} questions; right:", ", ".join(f"{name} {n / len(given):.3f}" for name, n in right.items()))
    for name, weight in zip(WEIGHTS, fitted(given, sizes), strict=True):
        print(f'    "{name}": {weight:.{DIGITS}f},')


if __name__ == "__main__":
    main()
