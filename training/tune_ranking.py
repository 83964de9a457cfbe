"""Tune what each figure counts on what people ask: `python -m training.tune_ranking --benchmarks DIR --out FILE`.

`training.train_ranking` tries weights until most evidence stands within what is read of one long report and of
policy_qa. Which eight passages are read closely, and so answer at all, is decided by the same weights, among hundreds
of documents: here they are moved so that the passage that answers comes before the other candidates (softmax), on the
development questions of the report and of the notices and on policy_qa, and held near to where they were, so that
what they were learned for stays. Accounts keep the weights that they had: what is read one after the other is not
learned so (docs/decisions/0025).
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.optim.lr_scheduler import LinearLR

from app.understanding import understand
from eval.command import DEFAULT_DATASET
from eval.measures import is_of_evidence
from training.asked import by_themselves
from training.train_interaction import NOTICES
from training.train_ranking import FIXED
from vectorstore.features import FEATURES
from vectorstore.ranking import RANKING, Weights, read_weights, write_weights
from vectorstore.records import FloatVector

BATCH = 64
EPOCHS = 25
LEARNING_RATE = 0.03
SHARPNESS = 4.0  # what a point of the score says at the start; learned along
# What it costs to move a weight by 1. With .003 the passage that answers is among the first eight as often for
# questions on notices not learned from (.944), and comes first less often on the report (.925 instead of .938).
RESTRAINT = 0.02
POLICY_QA = 2.0  # what one of its questions counts: there are a third as many
# Named places steer as strongly as is worth it: .15 finds fewer on notices, .5 loses .02 of policy_qa's; for accounts
# .3 loses .02 of policy_qa's.
PLACE, PLACE_OF_ACCOUNTS = 0.3, 0.1
STAYING = (*FIXED, "place")


class Ranked(NamedTuple):
    """A question's candidates: their figures, shape (passages, features), and whether each answers."""

    figures: torch.Tensor
    answers: torch.Tensor
    counts: float


def ranked(path: Path, counts: float) -> Iterator[Ranked]:
    """Yield the candidates of a data set's development questions, of each some that answer and some that do not."""
    for retriever, question, asked in by_themselves(path):
        if question.answerable:
            found = retriever.candidates(understand(retriever, asked).query)
            answers = [is_of_evidence(entry.text, question.evidence) for entry in found.entries[: found.count]]
            if any(answers) and not all(answers):
                yield Ranked(torch.from_numpy(found.figures[: found.count]), torch.tensor(answers), counts)


def tuned(lessons: Sequence[Ranked], start: FloatVector, seed: int) -> FloatVector:
    """Return weights near those they start from that put what answers first."""
    random = np.random.default_rng(seed)
    was = torch.from_numpy(start.copy())
    weights, sharpness = was.clone().requires_grad_(True), torch.tensor(SHARPNESS, requires_grad=True)
    free = torch.tensor([float(name not in STAYING) for name in FEATURES])
    optimiser = torch.optim.Adam([weights, sharpness], lr=LEARNING_RATE)
    slower = LinearLR(optimiser, 1.0, 0.1, EPOCHS)
    for _ in range(EPOCHS):
        for batch in np.array_split(random.permutation(len(lessons)), max(1, len(lessons) // BATCH)):
            losses = []
            for i in batch.tolist():
                scores = sharpness * (lessons[i].figures @ weights)
                losses.append(lessons[i].counts * (scores.logsumexp(0) - scores[lessons[i].answers].logsumexp(0)))
            loss = torch.stack(losses).mean() + RESTRAINT * ((weights - was) * free).abs().sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            assert weights.grad is not None, "it is part of the loss"  # noqa: S101
            weights.grad *= free
            optimiser.step()
        slower.step()
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def main(arguments: Sequence[str] | None = None) -> None:
    """Tune the weights that are in use and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--benchmarks", type=Path, required=True, help="folder with policy_qa/")
    parser.add_argument("--start", type=Path, default=RANKING, help="file that training.train_ranking wrote")
    parser.add_argument("--out", type=Path, required=True, help="file to write the weights to")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    sets = ((DEFAULT_DATASET, 1.0), (NOTICES, 1.0), (options.benchmarks / "policy_qa", POLICY_QA))
    lessons = [one for path, counts in sets for one in ranked(path, counts)]
    start = read_weights(options.start)
    for weights, place in zip(start, (PLACE, PLACE_OF_ACCOUNTS), strict=True):
        weights[FEATURES.index("place")] = place
    write_weights(Weights(tuned(lessons, start.of_passages, options.seed), start.of_accounts), options.out)


if __name__ == "__main__":
    main()
