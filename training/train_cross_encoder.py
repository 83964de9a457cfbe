"""Make the bundled cross-encoder: `python -m training.train_cross_encoder --data DATA --out DIR`.

It begins as the encoder (`training.train_encoder`), whose layers know Chinese, and learns to read a question and an
excerpt together: first from public questions, in full precision, then from the development questions of this project,
with weights as they will be stored. It says of each excerpt whether it answers. While it learns it also says of each
token of what would be quoted whether it is of what is asked for: that teaches it quickly what to look for.

With `--halves DIR` the second step is taken again without each half of our questions, to calibrate confidence with
(`python -m eval.calibrate --halves DIR`): who has seen the answer is no judge of how sure he is.
"""

import argparse
import re
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as told_apart
from transformers import BertModel

from eval.command import DEFAULT_DATASET
from training.distil import REPORT_SECONDS, round_layers
from training.distil import padded as batch_of
from training.excerpts import Lesson, developed, published
from training.pairs import HeldOut
from training.stored import read_pupil, write_network
from training.train_interaction import NOTICES, with_halves
from vectorstore.cross_encoder import AROUND, PARTS, SAID, Paired, pair
from vectorstore.encoder import BUNDLED_ENCODER
from vectorstore.network import PADDING, padded, read_tokenizer

BATCH = 48  # excerpts
SORTED_TOGETHER = 800  # lessons; batches are cut from so many sorted by length, so that little is padding
FIRST_RATE, THEN_RATE = 2e-4, 1.5e-4
WARM_UP = 200  # steps
LEAST_RATE = 0.05
WEIGHT_DECAY = 0.01
DROPOUT = 0.05
CLIPPED = 1.0
EPOCHS = 2  # of our own questions
PUBLISHED_BESIDE = 0.25  # public lessons for each of our own, so that what they taught stays
RANKED, OF_TOKENS = 0.5, 0.5  # what it counts that the excerpt that answers comes first, and which tokens do
_SELDOM = -1.0  # tokens are seldom of the answer


class Judge(nn.Module):
    """The encoder's layers over a question and an excerpt, and what is said of both."""

    def __init__(self, layers: BertModel) -> None:
        super().__init__()
        self.layers = layers
        self.layers.train()
        self.layers.embeddings.requires_grad_(False)
        for module in self.layers.encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = DROPOUT
        size = layers.config.hidden_size
        self.parts = nn.Parameter(torch.zeros(PARTS, size))
        self.answers, self.of_answer = nn.Linear(2 * size, 1), nn.Linear(size, 1)
        for said in (self.answers, self.of_answer):
            nn.init.normal_(said.weight, std=0.02)
            nn.init.zeros_(said.bias)
        nn.init.constant_(self.of_answer.bias, _SELDOM)

    def forward(self, embedded: torch.Tensor, mask: torch.Tensor, parts: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return of each pair the odds that the excerpt answers, and of each token that it is of what is asked for.

        Args:
            embedded: The tokens by themselves, shape (pairs, length, size).
            mask: Which are tokens, shape (pairs, length).
            parts: What each is of, shape (pairs, length).
        """
        states = self.layers(inputs_embeds=embedded + self.parts[parts], attention_mask=mask).last_hidden_state
        said = ((parts == SAID) & mask.bool())[..., None].to(states.dtype)
        mean = (states * said).sum(dim=1) / said.sum(dim=1).clamp(min=1)
        return self.answers(torch.cat([states[:, 0], mean], dim=-1))[:, 0], self.of_answer(states)[..., 0]


@dataclass(frozen=True, slots=True)
class Example:
    """A lesson as it is read.

    Attributes:
        pairs: The question with each excerpt.
        answers: Whether each answers.
        counts: How much each counts.
        tokens: For each pair and token 1 if it is of what is asked for, 0 if not, -1 if that is not known or not asked.
        half: The half of the development questions it is of, if of any.
    """

    pairs: Sequence[Paired]
    answers: Sequence[bool]
    counts: Sequence[float]
    tokens: Sequence[Sequence[int]]
    half: int | None

    @property
    def longest(self) -> int:
        """The tokens of its longest pair."""
        return max(len(read.ids) for read in self.pairs)


def example_of(tokenizer: Tokenizer, lesson: Lesson) -> Example:
    """Return a lesson as it is read."""
    pairs = [pair(tokenizer, lesson.question, excerpt) for excerpt in lesson.excerpts]
    tokens = [
        _of_answer(read, excerpt.said, lesson.words if answers else ())
        for read, excerpt, answers in zip(pairs, lesson.excerpts, lesson.answers, strict=True)
    ]
    return Example(pairs, lesson.answers, lesson.counts, tokens, lesson.half)


_LONGEST_WORDS = 60  # characters; longer words that answer are all of what is said


def _of_answer(read: Paired, said: str, words: Sequence[str]) -> list[int]:
    short = [re.escape(word) for word in words if word and len(word) <= _LONGEST_WORDS]
    spans = [match.span() for word in short for match in re.finditer(word, said)]
    if not spans:
        return [-1] * len(read.ids)
    return [-1 if place < 0 else int(any(first <= place < last for first, last in spans)) for place in read.places]


def loss_of(judge: Judge, examples: Sequence[Example]) -> torch.Tensor:
    """Return how far a judge is from telling what answers, in half precision, which halves the time."""
    pairs = [read for example in examples for read in example.pairs]
    batch = batch_of([read.ids for read in pairs])
    parts = torch.from_numpy(padded([read.parts for read in pairs], AROUND))
    tokens = torch.from_numpy(padded([row for example in examples for row in example.tokens], -1))
    with torch.autocast("cpu", torch.bfloat16):
        odds, of_answer = judge(judge.layers.embeddings.word_embeddings(batch.ids), batch.mask, parts)
    odds, of_answer = odds.float(), of_answer.float()
    answers = torch.tensor([float(answer) for example in examples for answer in example.answers])
    counts = torch.tensor([count for example in examples for count in example.counts])
    loss = (told_apart(odds, answers, reduction="none") * counts).sum() / counts.sum()
    sizes = [len(example.pairs) for example in examples]
    ranked = [
        torch.logsumexp(of, 0) - torch.logsumexp(of[right.bool()], 0)
        for of, right in zip(torch.split(odds, sizes), torch.split(answers, sizes), strict=True)
        if right.any() and not right.all()
    ]
    if ranked:
        loss = loss + RANKED * torch.stack(ranked).mean()
    if (known := tokens >= 0).any():
        loss = loss + OF_TOKENS * told_apart(of_answer[known], tokens[known].float())
    return loss


def learn(judge: Judge, batches: Sequence[Sequence[Example]], highest: float) -> None:
    """Let a judge learn in place, a step a batch, the rate up quickly, then down in a straight line."""
    learning = [parameter for parameter in judge.parameters() if parameter.requires_grad]
    shrinking = [parameter for parameter in learning if parameter.ndim > 1]
    groups = [
        {"params": shrinking, "weight_decay": WEIGHT_DECAY},
        {"params": [parameter for parameter in learning if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    reported, losses = time.monotonic(), list[float]()
    for step, batch in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = highest * min((step + 1) / WARM_UP, max(LEAST_RATE, 1 - step / len(batches)))
        loss = loss_of(judge, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, CLIPPED)
        optimiser.step()
        losses.append(loss.item())
        if time.monotonic() - reported > REPORT_SECONDS:
            print(f"step {step + 1}/{len(batches)}: loss {np.mean(losses):.3f}", flush=True)
            reported, losses = time.monotonic(), []


def batches_of(examples: Sequence[Example], random: np.random.Generator) -> list[list[Example]]:
    """Return all examples in batches of about `BATCH` excerpts, those of like length together."""
    batches: list[list[Example]] = []
    order = random.permutation(len(examples))
    for first in range(0, len(order), SORTED_TOGETHER):
        batch: list[Example] = []
        for example in sorted((examples[i] for i in order[first : first + SORTED_TOGETHER]), key=lambda e: e.longest):
            batch.append(example)
            if sum(len(each.pairs) for each in batch) >= BATCH:
                batches.append(batch)
                batch = []
        if batch:
            batches.append(batch)
    return [batches[i] for i in random.permutation(len(batches))]


def learn_our_own(judge: Judge, own: Sequence[Example], public: Sequence[Example], random: np.random.Generator) -> None:
    """Let a judge learn our own questions, with weights as they will be stored."""
    round_layers(judge.layers.encoder)
    drawn, beside = random.permutation(len(public)), int(PUBLISHED_BESIDE * len(own))
    batches: list[list[Example]] = []
    for epoch in range(EPOCHS):
        batches += batches_of([*own, *(public[i] for i in drawn[epoch * beside : (epoch + 1) * beside])], random)
    learn(judge, batches, THEN_RATE)


class _Saying(nn.Module):
    """What is stored: a judge that says of each excerpt whether it answers, and no more."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, embedded: torch.Tensor, mask: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
        answers, _ = self.judge(embedded, mask, parts)
        return torch.as_tensor(answers)


def store(judge: Judge, folder: Path) -> None:
    """Write a judge for onnxruntime; its table of words is the encoder's."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.tensor([[0, 7, 8, 2], [0, 7, 2, PADDING]])
    mask, parts = (ids != PADDING).long(), torch.tensor([[0, 0, SAID, SAID], [0, 0, SAID, AROUND]])
    embedded = judge.layers.embeddings.word_embeddings(ids).detach()
    given = {"embedded": embedded, "mask": mask, "parts": parts}
    write_network(_Saying(judge), given, ["answers"], folder / "cross_encoder.onnx")


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from everything, then without each half, and write a folder each time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="benchmark folders not to learn from")
    parser.add_argument("--encoder", type=Path, default=BUNDLED_ENCODER, help="folder of the encoder it begins as")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the cross-encoder to")
    parser.add_argument("--halves", type=Path, help="folder for what is learned without one half of the questions each")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    tokenizer = read_tokenizer(options.encoder)
    lessons = published(options.data, HeldOut.read(options.held_out), random)
    public = [example_of(tokenizer, lesson) for lesson in lessons]
    own = [example_of(tokenizer, lesson) for lesson in developed([DEFAULT_DATASET, NOTICES]) if lesson.excerpts]
    print(f"{len(public)} public questions, {len(own)} lessons of our own", flush=True)
    begun = Judge(read_pupil(options.encoder))
    learn(begun, batches_of(public, random), FIRST_RATE)
    for half, folder in with_halves(options.out, options.halves):
        judge = deepcopy(begun)
        learn_our_own(judge, [example for example in own if half is None or example.half != half], public, random)
        store(judge, folder)


if __name__ == "__main__":
    main()
