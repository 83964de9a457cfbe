"""Measure a model folder by its vectors alone: `python -m training.evaluate_static MODEL --benchmarks DIR`.

Two sets: `lay_law` (everyday questions, law articles) and `policy_qa` (questions on policy documents, each
answer a span). Beside the model stands BM25 over pairs of characters, the measure to beat.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from model2vec import StaticModel
from scipy import sparse

from training.pairs import windows

# An answer may run over the end of a passage; its opening says where it begins.
ANSWER_OPENING = 20

# Ranks that a reader sees, and that a re-ranker would be given.
SHOWN = 5
RANKED = 10

# The usual constants of BM25.
K1 = 1.2
B = 0.75

Scores = npt.NDArray[np.float32]
Scorer = Callable[[Sequence[str], Sequence[str]], Scores]


@dataclass(frozen=True)
class Benchmark:
    """Questions, the texts to search, and for each question the texts that answer it."""

    name: str
    questions: list[str]
    texts: list[str]
    right: list[set[int]]


def lay_law(folder: Path) -> Benchmark:
    """Read everyday questions and the law articles, title and text."""
    documents, questions = _rows(folder / "documents.jsonl"), _rows(folder / "questions.jsonl")
    number = {row["doc_id"]: index for index, row in enumerate(documents)}
    return Benchmark(
        "lay_law",
        [row["question"] for row in questions],
        [row["title"] + "\n" + row["text"] for row in documents],
        [{number[document] for document in row["doc_ids"]} for row in questions],
    )


def policy_qa(folder: Path) -> Benchmark:
    """Read the policy questions and cut the documents into windows of sentences.

    A passage is right if it holds the answer's first character, or has the answer's opening somewhere.
    """
    texts: list[str] = []
    spans: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for document in _rows(folder / "documents.jsonl"):
        position = 0
        for window in windows(document["text"]):
            start = document["text"].index(window, position)
            position = start + len(window)
            spans[document["doc_id"]].append((start, position, len(texts)))
            texts.append(window)
    questions = _rows(folder / "questions.jsonl")
    right = []
    for row in questions:
        opening = row["answers"][0][:ANSWER_OPENING]
        repeated = {index for index, text in enumerate(texts) if opening in text}
        own = {index for start, end, index in spans[row["doc_id"]] if start <= row["start"] < end}
        right.append(own | repeated)
    return Benchmark("policy_qa", [row["question"] for row in questions], texts, right)


def measure(benchmark: Benchmark, scorer: Scorer) -> dict[str, float]:
    """Return the shares of questions answered within some ranks, and the mean of 1/rank."""
    scores = scorer(benchmark.questions, benchmark.texts)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :RANKED]
    ranks = []
    for row, right in zip(order, benchmark.right, strict=True):
        ranks.append(next((rank for rank, index in enumerate(row, 1) if int(index) in right), RANKED + 1))
    found = np.array(ranks)
    shares = {f"R@{limit}": float((found <= limit).mean()) for limit in (1, SHOWN, RANKED)}
    return shares | {f"MRR@{RANKED}": float(np.where(found <= RANKED, 1 / found, 0).mean())}


def model_scorer(folder: Path) -> Scorer:
    """Return cosines by the model in `folder`."""
    model = StaticModel.from_pretrained(folder)

    def score(questions: Sequence[str], texts: Sequence[str]) -> Scores:
        left, right = model.encode(list(questions)), model.encode(list(texts))
        return left.astype(np.float32) @ right.astype(np.float32).T

    return score


def both(first: Scorer, second: Scorer) -> Scorer:
    """Return the sum of two scores, each brought to mean 0 and deviation 1 over the texts of a question."""

    def score(questions: Sequence[str], texts: Sequence[str]) -> Scores:
        total = np.zeros((len(questions), len(texts)), dtype=np.float32)
        for scorer in (first, second):
            scores = scorer(questions, texts)
            deviation = scores.std(axis=1, keepdims=True)
            # A question none of whose words occurs scores 0 everywhere, and has no deviation.
            total += (scores - scores.mean(axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1)
        return total

    return score


class CharacterPairs:
    """BM25 over pairs of neighbouring letters, numbers and Chinese characters."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Count the pairs of the texts to search."""
        self._number: dict[str, int] = {}
        counts = self._counted(texts, learn=True)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        damping = K1 * (1 - B + B * lengths / max(lengths.mean(), 1.0))
        holders = np.bincount(counts.indices, minlength=counts.shape[1])
        rarity = np.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))
        often, rows = counts.data, np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        counts.data = rarity[counts.indices] * often * (K1 + 1) / (often + damping[rows])
        self._weights = counts.T.tocsr()

    def scores(self, questions: Sequence[str]) -> Scores:
        """Return the score of each text for each question, shape (questions, texts)."""
        return np.asarray((self._counted(questions, learn=False).sign() @ self._weights).todense(), dtype=np.float32)

    def _counted(self, texts: Sequence[str], learn: bool) -> sparse.csr_array:
        """Return how often each text holds each pair; pairs that no text searched holds are left out."""
        rows, columns = [], []
        for row, text in enumerate(texts):
            for pair in _character_pairs(text):
                column = self._number.setdefault(pair, len(self._number)) if learn else self._number.get(pair)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
        ones = np.ones(len(rows), dtype=np.float32)
        return sparse.coo_array((ones, (rows, columns)), shape=(len(texts), len(self._number))).tocsr()


def bm25(questions: Sequence[str], texts: Sequence[str]) -> Scores:
    """Return BM25 scores over pairs of neighbouring characters, shape (questions, texts)."""
    return CharacterPairs(texts).scores(questions)


def _character_pairs(text: str) -> Iterator[str]:
    return (word[start : start + 2] for word in re.findall(r"\w+", text.lower()) for start in range(len(word) - 1))


def _rows(path: Path) -> list[dict[str, Any]]:
    """Read a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each set and scorer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("models", type=Path, nargs="+", help="model folders")
    parser.add_argument("--benchmarks", type=Path, required=True, help="folder with lay_law/ and policy_qa/")
    options = parser.parse_args(arguments)
    scorers: dict[str, Scorer] = {"bigram BM25": bm25}
    for folder in options.models:
        scorers[folder.name] = model_scorer(folder)
        scorers[f"{folder.name} + BM25"] = both(scorers[folder.name], bm25)
    for benchmark in (lay_law(options.benchmarks / "lay_law"), policy_qa(options.benchmarks / "policy_qa")):
        print(f"{benchmark.name}: {len(benchmark.questions)} questions, {len(benchmark.texts)} texts")
        for name, scorer in scorers.items():
            results = measure(benchmark, scorer)
            shown = "  ".join(f"{measured} {value:.3f}" for measured, value in results.items())
            print(f"  {name:24}{shown}")


if __name__ == "__main__":
    main()
