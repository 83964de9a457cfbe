"""Fit the weights of `app.confidence`: `python -m eval.calibrate --halves DIR [DATASET]...`.

Prints what to put there, and what thresholds would do. Every development question gives one match, the likeliest
extract that the guard lets through; every answerable one a second without the clauses that hold its evidence, and one
more among the documents of each other data set: whatever is found then does not answer. One set alone teaches what its
documents are like; with a second, of other documents, weights come out that hold for both. The encoder and the
cross-encoder read as they learned to without the question at hand: `DIR` is what `python -m training.train_interaction
--halves DIR` and `python -m training.train_cross_encoder --halves DIR` wrote. Where it holds one half's folder only,
the questions of that half are asked. Two models are fitted, without and with what the cross-encoder says.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from app.confidence import features
from app.extraction import Extract
from app.finding import find_extracts
from app.followups import standalone
from app.guard import misfit
from app.judging import judged
from app.settings import read_settings
from app.understanding import regions, understand
from eval.command import DEFAULT_DATASET
from eval.evidence import holds_evidence
from eval.measures import is_of_evidence
from eval.questions import load_dataset
from eval.records import Question
from eval.run import documents_of, index_documents
from ingest import Document
from vectorstore import Hit, Retriever
from vectorstore.cross_encoder import BundledCrossEncoder, CrossEncoder
from vectorstore.encoder import BundledEncoder, Encoder

Asked = Literal["as it is", "without its clause", "of other documents"]

# A match that was made counts less than one that a person wrote a question for.
_MADE_WEIGHT = 0.4
_FOLDS = 8
_THRESHOLDS = (0.06, 0.1, 0.12, 0.15, 0.18, 0.2, 0.22, 0.25, 0.3, 0.4)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a question, and whether it answers.

    Attributes:
        set: The data set it is from.
        question: The question.
        values: The features of the likeliest extract; None if the guard let none through.
        judged: What the cross-encoder says of it: the logarithm of the odds; 0 if there is none.
        answers: Whether the extract is from the evidence.
        asked: Of which documents the question was asked.
    """

    set: str
    question: Question
    values: dict[str, float] | None
    judged: float
    answers: bool
    asked: Asked


@dataclass(frozen=True, slots=True)
class _Set:
    name: str
    documents: Sequence[Document]
    questions: Sequence[Question]


_Readers = tuple[Encoder, CrossEncoder]


def _read(path: Path, halves: Collection[int]) -> _Set:
    """Return the development questions of a data set that are of some halves, and the documents they are asked of."""
    dataset = load_dataset(path)
    return _Set(
        dataset.name, documents_of(dataset), [q for q in dataset.questions if q.split == "dev" and q.half in halves]
    )


def _collect(sets: Sequence[_Set], readers: Mapping[int, _Readers]) -> Iterator[Match]:
    """Yield the matches of all questions, among the documents of each set, by readers that know none of them."""
    with ProcessPoolExecutor(min(len(sets), os.cpu_count() or 1)) as processes:
        for matches in processes.map(partial(_among, sets, readers), range(len(sets))):
            yield from matches


def _among(sets: Sequence[_Set], readers: Mapping[int, _Readers], held: int) -> list[Match]:
    """Return the matches of all questions among the documents of one set."""
    answered: Sequence[Asked] = ("as it is", "without its clause")
    with tempfile.TemporaryDirectory(prefix="wence-calibrate-") as folder:
        retriever = index_documents(sets[held].documents, read_settings(), Path(folder))
        matches = []
        for i, given in enumerate(sets):
            for question in given.questions:
                retriever.encoder, retriever.cross_encoder = readers[question.half]
                for asked in answered if i == held else ("of other documents",):
                    if question.answerable or asked == "as it is":
                        matches.append(_match(retriever, given.name, question, asked))
        return matches


def _match(retriever: Retriever, name: str, question: Question, asked: Asked) -> Match:
    understood = understand(retriever, standalone(question.question, question.history, regions(retriever)))
    exclude: Callable[[Hit], bool] = partial(holds_evidence, question) if asked == "without its clause" else _nothing
    extracts = find_extracts(retriever, understood, exclude=exclude)
    best = next((extract for extract in extracts if not misfit(extract, understood)), None)
    answers = best is not None and asked == "as it is" and _answers(best, question)
    if best is None:
        return Match(name, question, None, 0.0, answers, asked)
    said = judged(best, understood, retriever.cross_encoder)
    return Match(name, question, features(best, understood), said, answers, asked)


@click.command(help=__doc__)
@click.option(
    "--halves", required=True, type=click.Path(path_type=Path, exists=True), help="what was learned by halves"
)
@click.argument("paths", metavar="[DATASET]...", nargs=-1, type=click.Path(path_type=Path, exists=True))
def main(halves: Path, paths: Sequence[Path]) -> None:
    """Fit on our own development questions and those of further sets, and print."""
    folders = {half: halves / f"without-{half}" for half in (0, 1)}
    readers = {
        half: (BundledEncoder(folder), BundledCrossEncoder(folder))
        for half, folder in folders.items()
        if folder.is_dir()
    }
    sets = [_read(path, readers) for path in (DEFAULT_DATASET, *paths)]
    matches = list(_collect(sets, readers))
    found, rows = zip(*((match, match.values) for match in matches if match.values is not None), strict=True)
    judged_too = [row | {"judged": match.judged} for match, row in zip(found, rows, strict=True)]
    for name, given in (("", rows), ("JUDGED_", judged_too)):
        sure = _fit(name, found, given)
        _show("with the cross-encoder" if name else "without it", sets, matches, sure)


def _fit(name: str, found: Sequence[Match], rows: Sequence[Mapping[str, float]]) -> dict[int, float]:
    """Fit a model to rows of features and print it; return how sure it is of each match, fitted without it."""
    values, answers = np.array([[*row.values()] for row in rows]), np.array([match.answers for match in found])
    weights = np.array([1.0 if m.asked == "as it is" else _MADE_WEIGHT for m in found])
    groups = [m.question.id for m in found]
    deviations = values.std(axis=0)
    values /= deviations  # so that each weight is as dear
    model = LogisticRegression(C=0.3, max_iter=1000)  # restrained: what one set gives away of its documents is no law
    guessed = cross_val_predict(
        model, values, answers, cv=GroupKFold(_FOLDS), groups=groups, method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]  # fmt: skip
    model.fit(values, answers, sample_weight=weights)
    rounded = {key: round(float(w), 2) for key, w in zip(rows[0], model.coef_[0] / deviations, strict=True)}
    click.echo(f"{name}INTERCEPT = {float(model.intercept_[0]):.2f}\n{name}WEIGHTS = {rounded}")
    return {id(match): float(guess) for match, guess in zip(found, guessed, strict=True)}


def _show(name: str, sets: Sequence[_Set], matches: Sequence[Match], sure: Mapping[int, float]) -> None:
    """Print what is told apart, and what thresholds would do.

    Args:
        name: By what it is told.
        sets: The data sets.
        matches: All matches.
        sure: How sure it is that each answers, by its identity.
    """
    for given in sets:
        own = [match for match in matches if match.set == given.name]
        asked = [match for match in own if match.asked == "as it is" and id(match) in sure]
        area = roc_auc_score([m.answers for m in asked], [sure[id(m)] for m in asked])
        click.echo(f"{name}, {given.name}: area under the curve of questions as they are, {_FOLDS}-fold: {area:.3f}")
        for threshold in _THRESHOLDS:
            click.echo(_line(own, sure, threshold))


def _line(matches: Sequence[Match], sure: Mapping[int, float], threshold: float) -> str:
    """Return what a threshold does, guard included."""

    def share(answerable: bool, asked: Asked) -> float:
        """Return how many are answered."""
        kept = [
            sure.get(id(match), 0.0) >= threshold
            for match in matches
            if match.question.answerable == answerable and match.asked == asked
        ]
        return sum(kept) / len(kept) if kept else float("nan")

    kept, wrong = share(True, "as it is"), share(False, "as it is")
    away, elsewhere = share(True, "without its clause"), share(True, "of other documents")
    return (
        f"threshold {threshold:.2f}: answerable kept {kept:.3f}, others refused {1 - wrong:.3f}, "
        f"without their clause refused {1 - away:.3f}, of other documents refused {1 - elsewhere:.3f}"
    )


def _nothing(hit: Hit) -> bool:
    return False


def _answers(found: Extract, question: Question) -> bool:
    return is_of_evidence(found.hit.text, question.evidence)


if __name__ == "__main__":
    main()
