"""Train the bundled static embedding: `python -m training.train_static --data DIR --out DIR`."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import normalize

from training.batches import Bags, ClauseSource, PairSource, Source, gather, joined
from training.export import save_model
from training.incidence import Incidence
from training.pairs import HeldOut, corpus, question_pairs, similar_pairs
from training.tokenizer import train_tokenizer

# Each passage is a wrong answer to every other question of the batch. Twice as many take twice the time.
BATCH = 1024

# How often a batch comes from each source. Written questions are few, but they are what people will ask.
SHARES = {"clauses": 0.6, "questions": 0.33, "similar": 0.07}

# Cosines lie in [-1, 1]; this spreads them so that the softmax can tell the right passage from 1,023 others.
SCALE = 20.0

# Another passage this like the right one is a copy of it (laws repeat each other), not a wrong answer.
SAME_PASSAGE = 0.9

# When (share of the training done) passages are sorted by meaning, so that batches hold near misses, and into
# how many groups: with a thousand, a group is a subject (pensions, fireworks) and not yet a single event.
REGROUPED_AT = (0.2, 0.45, 0.7)
GROUPS = 1000
EMBEDDED_AT_ONCE = 20_000

LEARNING_RATE = 0.01
WARM_UP = 0.05

# Rows start as small random vectors; similar sizes let Adam's steps change direction early.
START_DEVIATION = 0.05

# Every so many documents feed the vocabulary; more takes minutes longer and changes little.
VOCABULARY_SAMPLE = 12
REPORT_SECONDS = 30.0


class PieceTable(nn.Module):
    """A vector for each token, made of the token's own and those of the shorter tokens inside it.

    So 居民会议 starts near 居民 and 会议 however rarely it was seen. The sum is a plain table in the end: the
    parts cost nothing when the model is used.
    """

    def __init__(self, tokenizer: Tokenizer, dimension: int) -> None:
        """Start at random."""
        super().__init__()
        vocabulary = tokenizer.get_vocab()
        self.own = nn.Parameter(torch.randn(len(vocabulary), dimension) * START_DEVIATION)
        self.part = nn.Parameter(torch.randn(len(vocabulary), dimension) * START_DEVIATION)
        self.parts = Incidence(parts_of(vocabulary), len(vocabulary))

    def forward(self) -> torch.Tensor:
        """Return the table, one row a token."""
        return self.own + self.parts.times(self.part)


def parts_of(vocabulary: dict[str, int]) -> Bags:
    """Return, for each token in the order of their numbers, the tokens inside it, itself included."""
    numbers: list[int] = []
    starts: list[int] = []
    for token in sorted(vocabulary, key=vocabulary.__getitem__):
        starts.append(len(numbers))
        inside = {token[start:end] for start in range(len(token)) for end in range(start + 1, len(token) + 1)}
        # Digits and letters say nothing about the number or word they stand in.
        numbers += [vocabulary[part] for part in sorted(inside) if part in vocabulary and not part.isascii()]
    return Bags(np.array(numbers, dtype=np.int64), np.array(starts, dtype=np.int64))


def contrastive_loss(sums: torch.Tensor) -> torch.Tensor:
    """Ask each question to find its passage among all, and each passage its question.

    `sums` holds a row for each question, then one for each passage in the same order.
    """
    questions, passages = normalize(sums, dim=1).chunk(2)
    with torch.no_grad():
        copies = (passages @ passages.T > SAME_PASSAGE).fill_diagonal_(False)
    scores = SCALE * questions @ passages.T
    # No score exceeds SCALE, so one exponential serves both directions without a row's maximum taken off.
    likely = torch.exp(scores - SCALE).masked_fill(copies, 0.0)
    total = torch.log(likely.sum(dim=0)) + torch.log(likely.sum(dim=1))
    return (total / 2 + SCALE - scores.diagonal()).mean()


def regroup(source: Source, table: torch.Tensor, random: np.random.Generator) -> None:
    """Put the passages of `source` in an order in which neighbours are alike."""
    passages, count = source.passages, len(source.passages)
    centres: torch.Tensor | None = None
    groups = np.empty(count, dtype=np.int64)
    shuffled = random.permutation(count)
    for first in range(0, count, EMBEDDED_AT_ONCE):
        rows = shuffled[first : first + EMBEDDED_AT_ONCE]
        bags = gather(passages, passages.bounds[rows], passages.bounds[rows + 1])
        vectors = normalize(Incidence(bags, len(table)).times(table), dim=1)
        # The first of a shuffled collection are as good centres as any.
        centres = vectors[:GROUPS] if centres is None else centres
        groups[first : first + len(rows)] = (vectors @ centres.T).argmax(dim=1).numpy()
    source.order = shuffled[np.argsort(groups, kind="stable")]


@dataclass
class Schedule:
    """How far the training is, by the clock or by a number of steps."""

    minutes: float
    steps: int | None
    started: float

    def progress(self, step: int) -> float:
        """Return the share done, 1 or more at the end."""
        if self.steps is not None:
            return step / self.steps
        return (time.monotonic() - self.started) / (60 * self.minutes)

    def rate(self, progress: float) -> float:
        """Return the learning rate: up quickly, then down in a straight line."""
        return LEARNING_RATE * min(progress / WARM_UP, (1 - progress) / (1 - WARM_UP))


def train(table: PieceTable, sources: dict[str, Source], schedule: Schedule, seed: int) -> int:
    """Train `table` in place and return the number of steps taken."""
    random = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(table.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.99), fused=True)
    names, shares = list(SHARES), list(SHARES.values())
    losses: dict[str, float] = {}
    step, reported, regroupings = 0, 0.0, list(REGROUPED_AT)
    while (progress := schedule.progress(step)) < 1:
        optimiser.param_groups[0]["lr"] = max(0.0, schedule.rate(progress))
        if regroupings and progress > regroupings[0]:
            regroupings.pop(0)
            with torch.no_grad():
                vectors = table()
                for source in sources.values():
                    regroup(source, vectors, random)
        name = str(random.choice(names, p=shares))
        questions, passages = sources[name].draw(BATCH, random)
        sums = Incidence(joined(questions, passages), len(table.own)).times(table())
        loss = contrastive_loss(sums)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses[name] = loss.item()
        step += 1
        if time.monotonic() - reported > REPORT_SECONDS:
            reported = time.monotonic()
            shown = " ".join(f"{name} {loss:.3f}" for name, loss in sorted(losses.items()))
            print(f"{progress:.0%} step {step}: {shown}", flush=True)
    return step


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the text to the model folder."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    held_out = HeldOut.read(options.held_out)
    questions, documents = question_pairs(options.data, held_out), corpus(options.data)
    print(f"{len(documents)} documents, {len(questions)} questions", flush=True)
    if options.tokenizer is None:
        sample = documents[::VOCABULARY_SAMPLE] + [text for pair in questions for text in pair]
        tokenizer = train_tokenizer(sample, options.vocabulary)
    else:
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
    sources: dict[str, Source] = {
        "questions": PairSource(tokenizer, questions),
        "similar": PairSource(tokenizer, similar_pairs(options.data)),
        "clauses": ClauseSource(tokenizer, documents),
    }
    table = PieceTable(tokenizer, options.dimension)
    schedule = Schedule(options.minutes, options.steps, time.monotonic())
    print(f"{train(table, sources, schedule, options.seed)} steps")
    save_model(options.out, tokenizer, table().detach().numpy())


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="benchmark folders to keep out")
    parser.add_argument("--minutes", type=float, default=15.0, help="time for the training proper")
    parser.add_argument("--steps", type=int, help="instead of --minutes: the same steps on any machine")
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--vocabulary", type=int, default=24_000)
    parser.add_argument("--tokenizer", type=Path, help="a tokenizer.json to reuse")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
