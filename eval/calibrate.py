"""Fit the weights of `app.confidence`: `python -m eval.calibrate [QUESTIONS]` prints what to put there.

Every development question gives one match, and every answerable one a second without the clauses that hold its
evidence: whatever is found then does not answer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from app.finding import find_extracts
from app.confidence import FEATURES, features
from app.extraction import Extract
from app.opening import open_index
from app.settings import read_settings
from eval.command import DEFAULT_DATASET
from eval.measures import without_space
from eval.questions import Question, load_dataset
from vectorstore import Hit, Retriever

# A match made by taking the clause away counts less than one that a person wrote a question for.
_TAKEN_AWAY_WEIGHT = 0.4
_FOLDS = 8
_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a question, and whether it answers."""

    question: Question
    values: list[float]
    answers: bool
    taken_away: bool


def collect(retriever: Retriever, questions: list[Question]) -> list[Match]:
    """Return the matches of development questions."""
    matches = []
    for question in questions:
        query = retriever.understand(question.question)
        found = find_extracts(retriever, query)
        without = find_extracts(retriever, query, exclude=partial(_holds_evidence, question))
        if found:
            answers = _answers(found[0], question)
            matches.append(Match(question, features(found[0]), answers, taken_away=False))
        if without and question.answerable:
            matches.append(Match(question, features(without[0]), answers=False, taken_away=True))
    return matches


def main() -> None:
    """Fit and print."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_DATASET
    questions = [q for q in load_dataset(path).questions if q.split == "dev"]
    matches = collect(open_index(read_settings()), questions)
    values = np.array([m.values for m in matches])
    answers = np.array([m.answers for m in matches])
    weights = np.array([_TAKEN_AWAY_WEIGHT if m.taken_away else 1.0 for m in matches])
    groups = [m.question.id for m in matches]
    model = LogisticRegression(C=100.0)  # three features and 200 matches need no restraint
    guessed = cross_val_predict(model, values, answers, cv=GroupKFold(_FOLDS), groups=groups, method="predict_proba")
    asked = np.array([not m.taken_away for m in matches])
    click.echo(f"area under the curve, {_FOLDS}-fold: {roc_auc_score(answers, guessed[:, 1]):.3f}; ", nl=False)
    click.echo(f"of questions as asked {roc_auc_score(answers[asked], guessed[asked, 1]):.3f}")
    model.fit(values, answers, sample_weight=weights)
    rounded = {name: round(float(w), 2) for name, w in zip(FEATURES, model.coef_[0], strict=True)}
    click.echo(f"INTERCEPT = {float(model.intercept_[0]):.2f}\nWEIGHTS = {rounded}")
    answerable = np.array([m.question.answerable for m in matches])
    for threshold in _THRESHOLDS:
        kept = guessed[asked & answerable, 1] >= threshold
        refused = guessed[asked & ~answerable, 1] < threshold
        click.echo(f"threshold {threshold:.2f}: answerable kept {kept.mean():.2f}, others refused {refused.mean():.2f}")


def _holds_evidence(question: Question, hit: Hit) -> bool:
    clause = without_space(hit.document.text[hit.clause.start : hit.clause.end])
    return any(without_space(span) in clause for span in question.evidence)


def _answers(found: Extract, question: Question) -> bool:
    passage = without_space(found.hit.text)
    return any(without_space(e) in passage or passage in without_space(e) for e in question.evidence)


if __name__ == "__main__":
    main()
