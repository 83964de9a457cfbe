"""Fit the weights of `app.confidence`: `python -m eval.calibrate` prints what to put there, and the refusal curve.

Every development question gives one match, the likeliest extract that the guard lets through, and every answerable
one a second without the clauses that hold its evidence: whatever is found then does not answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from app.confidence import FEATURES, features
from app.extraction import Extract
from app.finding import find_extracts
from app.followups import standalone
from app.guard import misfit
from app.opening import open_index
from app.settings import read_settings
from app.understanding import regions, understand
from eval.command import DEFAULT_DATASET
from eval.measures import without_space
from eval.questions import load_dataset
from eval.records import Question
from vectorstore import Hit, Retriever

# A match made by taking the clause away counts less than one that a person wrote a question for.
_TAKEN_AWAY_WEIGHT = 0.4
_FOLDS = 8
_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a question, and whether it answers.

    Attributes:
        question: The question.
        values: The features of the likeliest extract; None if the guard let none through.
        answers: Whether the extract is from the evidence.
        taken_away: Whether the evidence was acted as if not indexed.
    """

    question: Question
    values: list[float] | None
    answers: bool
    taken_away: bool


def collect(retriever: Retriever, questions: Sequence[Question]) -> list[Match]:
    """Return the matches of development questions."""
    matches = []
    for question in questions:
        asked = understand(retriever, standalone(question.question, question.history, regions(retriever)))
        for taken_away in (False, True) if question.answerable else (False,):
            exclude = partial(_holds_evidence, question) if taken_away else _nothing
            extracts = find_extracts(retriever, asked, exclude=exclude)
            best = next((extract for extract in extracts if not misfit(extract, asked)), None)
            values = features(best) if best else None
            answers = best is not None and not taken_away and _answers(best, question)
            matches.append(Match(question, values, answers, taken_away))
    return matches


@click.command()
@click.argument("path", default=DEFAULT_DATASET, type=click.Path(path_type=Path, exists=True))
def main(path: Path) -> None:
    """Fit on the development questions of a file and print."""
    questions = [question for question in load_dataset(path).questions if question.split == "dev"]
    matches = collect(open_index(read_settings()), questions)
    found = [match for match in matches if match.values is not None]
    values, answers = np.array([m.values for m in found]), np.array([m.answers for m in found])
    weights = np.array([_TAKEN_AWAY_WEIGHT if m.taken_away else 1.0 for m in found])
    groups = [m.question.id for m in found]
    model = LogisticRegression(C=100.0)  # five features and 500 matches need no restraint
    guessed = cross_val_predict(
        model, values, answers, cv=GroupKFold(_FOLDS), groups=groups, method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]  # fmt: skip
    as_asked = np.array([not m.taken_away for m in found])
    click.echo(f"area under the curve, {_FOLDS}-fold: {roc_auc_score(answers, guessed):.3f}; ", nl=False)
    click.echo(f"of questions as asked {roc_auc_score(answers[as_asked], guessed[as_asked]):.3f}")
    model.fit(values, answers, sample_weight=weights)
    rounded = {name: round(float(w), 2) for name, w in zip(FEATURES, model.coef_[0], strict=True)}
    click.echo(f"INTERCEPT = {float(model.intercept_[0]):.2f}\nWEIGHTS = {rounded}")
    sure = {id(match): guess for match, guess in zip(found, guessed, strict=True)}
    for threshold in _THRESHOLDS:
        click.echo(_line(matches, sure, threshold))


def _line(matches: Sequence[Match], sure: dict[int, float], threshold: float) -> str:
    """Return what a threshold does, guard included."""

    def share(answerable: bool, taken_away: bool) -> float:
        kept = [
            sure.get(id(match), 0.0) >= threshold
            for match in matches
            if match.question.answerable == answerable and match.taken_away == taken_away
        ]
        return sum(kept) / len(kept)

    return (
        f"threshold {threshold:.2f}: answerable kept {share(True, False):.3f}, others refused "
        f"{1 - share(False, False):.3f}, without their clause refused {1 - share(True, True):.3f}"
    )


def _nothing(hit: Hit) -> bool:
    return False


def _holds_evidence(question: Question, hit: Hit) -> bool:
    clause = without_space(hit.document.text[hit.clause.start : hit.clause.end])
    return any(without_space(span) in clause for span in question.evidence)


def _answers(found: Extract, question: Question) -> bool:
    passage = without_space(found.hit.text)
    return any(without_space(e) in passage or passage in without_space(e) for e in question.evidence)


if __name__ == "__main__":
    main()
