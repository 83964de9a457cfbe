"""Learn what each figure of a passage counts: `python -m training.train_ranking --benchmarks DIR --out FILE …`.

A weighted sum of named figures is all there is to learn, so that every hit can say why it stands where it is. The
weights are those under which the passages that answer are likeliest to come first, over the development questions of
the default document, of `policy_qa` and of `lay_law`. Figures of lay_law come from embeddings that were tuned on the
other folds only, as they will come for questions nobody has seen.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from ingest import read_document
from training.batches import Integers
from training.evaluate_static import RANKED
from training.export import save_model
from training.matches import Match, benchmark_documents, law_matches, span_matches
from training.pairs import read_rows
from training.tune_static import lessons_of, load_table, tune
from vectorstore.embed import StaticEmbedder
from vectorstore.features import FEATURES

FOLDS = 5
SEED = 7
PROJECT = Path(__file__).resolve().parents[1]

# Each set counts as much as its questions are like those that will be asked of the program.
SHARES = {"default": 1.0, "policy_qa": 2.0, "lay_law": 1.0}
RESTRAINT = 0.003  # of the weights' squares; ten times less or more moves no figure by .005

# The sum of weights is brought to this, so that scores stay on the scale that the thresholds of `app` are on.
TOTAL_WEIGHT = 3.0

Weights = dict[str, float]


def folds(count: int, seed: int) -> list[Integers]:
    """Return the numbers below `count`, shuffled and cut into `FOLDS` parts."""
    return np.array_split(np.random.default_rng(seed).permutation(count), FOLDS)


def fit(sets: Sequence[tuple[Sequence[Match], float]]) -> Weights:
    """Return the weights under which what answers is likeliest to come first.

    Args:
        sets: Matches, and how much each set counts.
    """
    prepared = [(_padded(matches), share) for matches, share in sets]
    weights = torch.zeros(len(FEATURES), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimiser.zero_grad()
        total = RESTRAINT * weights.square().sum()
        for (figures, answers, filled), share in prepared:
            scores = (figures @ weights).masked_fill(~filled, -torch.inf)
            right = scores.masked_fill(~answers, -torch.inf)
            total = total + share * (scores.logsumexp(1) - right.logsumexp(1)).mean()
        total.backward()  # type: ignore[no-untyped-call]
        return float(total)

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    learned = weights.detach().numpy()
    learned = learned * TOTAL_WEIGHT / np.abs(learned).sum()
    return {name: round(float(weight), 4) for name, weight in zip(FEATURES, learned, strict=True)}


def _padded(matches: Sequence[Match]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return figures, answers and which rows are filled, of the questions that any candidate answers."""
    matches = [match for match in matches if match.answers.any()]
    longest = max(len(match.answers) for match in matches)
    figures = torch.zeros(len(matches), longest, len(FEATURES))
    answers = torch.zeros(len(matches), longest, dtype=torch.bool)
    filled = torch.zeros(len(matches), longest, dtype=torch.bool)
    for row, match in enumerate(matches):
        count = len(match.answers)
        figures[row, :count] = torch.from_numpy(match.figures)
        answers[row, :count] = torch.from_numpy(match.answers)
        filled[row, :count] = True
    return figures, answers, filled


def law_folds(base: Path, data: Path, benchmarks: Path, seed: int) -> Iterator[list[Match]]:
    """Yield, fold by fold, the matches of its questions with an embedding that was tuned on the other folds."""
    folder = benchmarks / "lay_law"
    rows, documents = list(read_rows(folder / "questions.jsonl")), benchmark_documents(folder)
    table, tokenizer = load_table(base)
    lessons, kin = lessons_of(folder, data, [benchmarks / "policy_qa", benchmarks / "table_pages"])
    for fold in folds(len(rows), seed):
        unseen = {number for i in fold for number in kin[i]}
        seen = np.array([i for i in range(len(lessons.questions)) if i not in unseen])
        with TemporaryDirectory(prefix="wence-training-") as place:
            save_model(Path(place), tokenizer, tune(table, tokenizer, lessons, seen, seed).numpy())
            yield law_matches(documents, [rows[i] for i in fold], StaticEmbedder(Path(place)))


def document_ranks(matches: Sequence[Match], weights: Weights) -> Integers:
    """Return for each question the rank of the first document that answers, 0 for none within `RANKED`."""
    columns = np.array([weights[name] for name in FEATURES], dtype=np.float32)
    ranks = []
    for match in matches:
        order = np.argsort(-(match.figures @ columns), kind="stable")
        sources = list(dict.fromkeys(match.sources[i] for i in order))[:RANKED]
        ranks.append(next((rank for rank, name in enumerate(sources, 1) if name in match.right), 0))
    return np.array(ranks)


def policy_matches(benchmarks: Path, embedder: StaticEmbedder) -> list[tuple[list[Match], float]]:
    """Return the matches of the default document's development questions and of `policy_qa`, and what each counts."""
    (policy,) = (PROJECT / "policies").glob("*.txt")
    questions = read_rows(PROJECT / "eval" / "questions" / "wenzhou.jsonl")
    developed = [row | {"answers": row["evidence"]} for row in questions if row["answerable"] and row["split"] == "dev"]
    folder = benchmarks / "policy_qa"
    asked = list(read_rows(folder / "questions.jsonl"))
    return [
        (span_matches([read_document(policy)], developed, embedder), SHARES["default"]),
        (span_matches(benchmark_documents(folder), asked, embedder), SHARES["policy_qa"]),
    ]


def law_ranks(base: Path, data: Path, benchmarks: Path, seed: int = SEED) -> Integers:
    """Return for each question of lay_law the rank of the first article that answers, 0 for none within `RANKED`.

    Embedding and weights that rank a question were learned without it and without the other questions of its fold.
    """
    others = policy_matches(benchmarks, StaticEmbedder(base))
    parts = list(law_folds(base, data, benchmarks, seed))
    return np.concatenate(
        [
            document_ranks(part, fit([*others, (_flat(parts[:number] + parts[number + 1 :]), SHARES["lay_law"])]))
            for number, part in enumerate(parts)
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on everything and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="model folder before tuning")
    parser.add_argument("--model", type=Path, required=True, help="model folder after tuning, as it will be used")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--benchmarks", type=Path, required=True, help="folder with lay_law/ and policy_qa/")
    parser.add_argument("--out", type=Path, required=True, help="file to write the weights to")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    laws = _flat(list(law_folds(options.base, options.data, options.benchmarks, options.seed)))
    weights = fit([*policy_matches(options.benchmarks, StaticEmbedder(options.model)), (laws, SHARES["lay_law"])])
    options.out.write_text(json.dumps({"weights": weights}, indent=2) + "\n", encoding="utf-8")


def _flat(parts: Sequence[list[Match]]) -> list[Match]:
    return [match for part in parts for match in part]


if __name__ == "__main__":
    main()
