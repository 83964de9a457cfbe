"""Learn how the encoder's tokens are compared: `python -m training.train_interaction --data DIR --out DIR`.

First the encoder stays as it is. Its last layers know of each token what it means in its sentence; what is learned is
in which directions the tokens of a question are compared with those of a passage, and how much each counts, so that the
passage that answers meets the question's words, and one that speaks of the topic without answering leaves some unmet;
and so that of all pieces of the passages, which end at commas, the one that answers meets most of them. Then the last
layers learn along, gently: the vectors of texts are to stay where they are.

With `--halves DIR` two more are learned, each without half of the development questions, to calibrate confidence with
(`python -m eval.calibrate --halves DIR`): who has seen the answer is no judge of how sure he is.
"""

import argparse
import time
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from eval.command import DEFAULT_DATASET
from training.asked import Asked, developed, pieces_of, published
from training.distil import REPORT_SECONDS, hidden_states, padded, round_layers, vectors
from training.late_interaction import LateInteraction, Lesson
from training.pairs import HeldOut
from training.stored import read_pupil
from training.train_encoder import LAYERS_READ, store
from vectorstore.encoder import LONGEST, Shown, own_tokens
from vectorstore.network import PASSAGE, QUERY, read_tokenizer

NOTICES = DEFAULT_DATASET.with_name("notices")

BATCH = 16  # questions, each with its passages
WARM_UP = 50  # steps
LEAST_RATE = 0.02
WEIGHT_DECAY = 0.05
EPOCHS = 6  # with 8 and twice the rate it knows its questions by heart
LEARNING_RATE = 1e-3

# Then, along with the last layers: one round, since a step takes two hundred times as long.
LAYERS = 2
LAYERS_EPOCHS = 1
LAYERS_RATE, RATE_BESIDE_LAYERS = 2.5e-4, 5e-4  # of the layers, and of what compares
LAYERS_WEIGHT_DECAY = 0.01
PUBLISHED_BESIDE_LAYERS = 0.5  # questions of the public collections for each of our own
# What it costs that the vector of a text moves: `reading` and its weight in the ranking stay as they are.
STAYING = 10.0

_TEXTS_AT_ONCE = 16
_SAMPLED = 7  # every seventh passage tells how the states vary


class Text(NamedTuple):
    """A text as the encoder knows it, in half precision: there are thousands.

    Attributes:
        below: The states of its tokens in the layer below those that learn, shape (tokens, dimension).
        own: Which of its tokens are its own, shape (own tokens,).
        starts: Where each of these begins, shape (own tokens,).
        states: Their states in the last layers, side by side, as the encoder gives them, shape (own tokens, states).
        vector: That of the text, of length 1, shape (dimension,).
    """

    below: torch.Tensor
    own: torch.Tensor
    starts: NDArray[np.int32]
    states: torch.Tensor
    vector: torch.Tensor


class Source(Protocol):
    """What says what is known of the tokens of some texts."""

    def __call__(self, which: Collection[int]) -> tuple[dict[int, torch.Tensor], torch.Tensor]:
        """Return the states of texts by number, and how far their vectors have moved."""


def read_texts(pupil: BertModel, tokenizer: Tokenizer, texts: Sequence[tuple[str, Shown]]) -> list[Text]:
    """Let the encoder read texts, each with what it is, `QUERY` or `PASSAGE`."""
    encodings = tokenizer.encode_batch([prefix + shown.text for prefix, shown in texts])
    known: dict[int, Text] = {}
    by_length = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
    first_read = pupil.config.num_hidden_layers - LAYERS_READ
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        chosen = by_length[first : first + _TEXTS_AT_ONCE]
        batch = padded([encodings[i].ids for i in chosen])
        with torch.inference_mode():
            layers = hidden_states(pupil, batch)
            whole = vectors(layers[-1], batch.mask)
        for row, i in enumerate(chosen):
            own, starts = own_tokens(encodings[i], *texts[i])
            known[i] = Text(
                below=layers[-LAYERS - 1][row, : len(encodings[i].ids)].half(),
                own=torch.tensor(own),
                starts=starts,
                states=torch.cat([layer[row, own] for layer in layers[first_read:]], dim=-1).half(),
                vector=whole[row].clone(),
            )
    return [known[i] for i in range(len(texts))]


def lessons_of(asked: Sequence[Asked], pupil: BertModel, tokenizer: Tokenizer) -> tuple[list[Lesson], list[Text]]:
    """Let the encoder read all that is asked; return lessons, and the texts by number."""
    asked = [one for one in asked if one.passages]
    numbers: dict[tuple[str, Shown], int] = {}
    for one in asked:
        for text in ((QUERY, Shown(one.question)), *((PASSAGE, passage) for passage in one.passages)):
            numbers.setdefault(text, len(numbers))
    texts = read_texts(pupil, tokenizer, list(numbers))
    lessons = []
    for one in asked:
        passages = [numbers[PASSAGE, passage] for passage in one.passages]
        lessons.append(_lesson(one, numbers[QUERY, Shown(one.question)], passages, texts))
    return lessons, texts


def _lesson(asked: Asked, question: int, passages: Sequence[int], texts: Sequence[Text]) -> Lesson:
    longest = max(len(texts[passage].starts) for passage in passages)
    inside, passage_of, answering = [], [], []
    for i, (passage, shown, answers) in enumerate(zip(passages, asked.passages, asked.answers, strict=True)):
        starts = texts[passage].starts
        for piece in pieces_of(shown, answers, asked.words):
            tokens = np.zeros(longest, dtype=np.bool_)
            tokens[: len(starts)] = (starts >= piece.start) & (starts < piece.end)
            if tokens.any():
                inside.append(tokens)
                passage_of.append(i)
                answering.append(piece.answers)
    return Lesson(
        question=question,
        passages=passages,
        answers=torch.tensor(asked.answers).float(),
        pieces=torch.from_numpy(np.array(inside).reshape(len(inside), longest)),
        passage_of=torch.tensor(passage_of, dtype=torch.long),
        answering=torch.tensor(answering, dtype=torch.bool),
        half=asked.half,
    )


class Layers(nn.Module):
    """The encoder's last layers, which learn, with weights as they will be stored, over those below, which stay."""

    def __init__(self, pupil: BertModel, texts: Sequence[Text]) -> None:
        """Take the layers of a network, which changes as they learn.

        Args:
            pupil: The network.
            texts: Those that lessons are of.
        """
        super().__init__()
        self.texts = texts
        self.layers = nn.ModuleList(list(pupil.encoder.layer)[-LAYERS:])
        round_layers(self.layers)

    def forward(self, which: Collection[int]) -> tuple[dict[int, torch.Tensor], torch.Tensor]:
        """Return what `Source` asks for."""
        states, moved = {}, []
        by_length = sorted(which, key=lambda number: len(self.texts[number].below))
        for first in range(0, len(by_length), _TEXTS_AT_ONCE):
            numbers = by_length[first : first + _TEXTS_AT_ONCE]
            texts = [self.texts[number] for number in numbers]
            layers, mask = self._run(texts)
            was = torch.stack([text.vector for text in texts])
            moved.append(1 - (vectors(layers[-1], mask) * was).sum(dim=1))
            for row, (number, text) in enumerate(zip(numbers, texts, strict=True)):
                size = text.below.shape[1]
                stays = text.states[:, : (LAYERS_READ - LAYERS) * size].float()
                states[number] = torch.cat([stays, *(layer[row, text.own] for layer in layers)], dim=-1)
        return states, torch.cat(moved).mean()

    def _run(self, texts: Sequence[Text]) -> tuple[list[torch.Tensor], torch.Tensor]:
        """Return what each layer gives of some texts, shape (texts, tokens, dimension), and which are tokens."""
        given = nn.utils.rnn.pad_sequence([text.below.float() for text in texts], batch_first=True)
        lengths = torch.tensor([len(text.below) for text in texts])
        mask = torch.arange(given.shape[1]) < lengths[:, None]
        unseen = torch.zeros(mask.shape).masked_fill(~mask, torch.finfo(torch.float32).min)[:, None, None]
        layers = []
        for layer in self.layers:
            output = layer(given, unseen)
            given = output[0] if isinstance(output, tuple) else output
            layers.append(given)
        return layers, mask


def as_it_is(texts: Sequence[Text]) -> Source:
    """Return a source that says what the encoder gave."""

    def source(which: Collection[int]) -> tuple[dict[int, torch.Tensor], torch.Tensor]:
        return {number: texts[number].states for number in which}, torch.zeros(())

    return source


def learn(lessons: Sequence[Lesson], texts: Sequence[Text], seed: int) -> LateInteraction:
    """Return what is learned about comparing with the encoder as it is."""
    torch.manual_seed(seed)
    sample = [texts[number].states for one in lessons if one.half is not None for number in one.passages][::_SAMPLED]
    model = LateInteraction(torch.cat(sample).float())
    optimiser = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    _run(model, as_it_is(texts), _batches(lessons, EPOCHS, 1.0, seed), optimiser)
    return model


def learn_along(model: LateInteraction, layers: Layers, lessons: Sequence[Lesson], seed: int) -> None:
    """Let the encoder's last layers learn along with what compares, all in place."""
    torch.manual_seed(seed)
    optimiser = torch.optim.AdamW(
        [
            {"params": model.parameters(), "lr": RATE_BESIDE_LAYERS, "weight_decay": WEIGHT_DECAY},
            {"params": layers.parameters(), "lr": LAYERS_RATE, "weight_decay": LAYERS_WEIGHT_DECAY},
        ]
    )
    batches = _batches(lessons, LAYERS_EPOCHS, PUBLISHED_BESIDE_LAYERS, seed)
    _run(model, layers, batches, optimiser, clipped=list(layers.parameters()))


def _batches(lessons: Sequence[Lesson], epochs: int, published: float, seed: int) -> list[Sequence[Lesson]]:
    """Return what is learned step by step: each round the development questions and some of the others for each."""
    random = np.random.default_rng(seed)
    own = [lesson for lesson in lessons if lesson.half is not None]
    others = [lesson for lesson in lessons if lesson.half is None]
    drawn: list[Lesson] = []
    for _ in range(epochs):
        pool = [*own, *(others[i] for i in random.permutation(len(others))[: int(published * len(own))])]
        drawn += [pool[i] for i in random.permutation(len(pool))]
    return [drawn[first : first + BATCH] for first in range(0, len(drawn) - BATCH + 1, BATCH)]


def _run(
    model: LateInteraction,
    source: Source,
    batches: Sequence[Sequence[Lesson]],
    optimiser: torch.optim.Optimizer,
    clipped: Sequence[nn.Parameter] = (),
) -> None:
    """Take the steps of one learning, the rate of each group up quickly, then down in a straight line."""
    highest = [group["lr"] for group in optimiser.param_groups]
    reported, losses = time.monotonic(), list[float]()
    for step, batch in enumerate(batches):
        share = max(LEAST_RATE, min((step + 1) / WARM_UP, 1 - step / len(batches)))
        for group, rate in zip(optimiser.param_groups, highest, strict=True):
            group["lr"] = rate * share
        states, moved = source({number for lesson in batch for number in lesson.texts})
        loss = torch.stack([model.loss(lesson, states) for lesson in batch]).mean()
        optimiser.zero_grad()
        (loss + STAYING * moved).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(clipped, 1.0)
        optimiser.step()
        losses.append(loss.item())
        if time.monotonic() - reported > REPORT_SECONDS:
            print(f"step {step + 1}/{len(batches)}: loss {np.mean(losses):.3f}, moved {moved.item():.1e}", flush=True)
            reported, losses = time.monotonic(), []


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from everything, then without each half, and write an encoder's folder each time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="benchmark folders not to learn from")
    parser.add_argument("--encoder", type=Path, required=True, help="the folder that training.train_encoder wrote")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write the encoder to")
    parser.add_argument("--halves", type=Path, help="folder for what is learned without one half of the questions each")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    random = np.random.default_rng(options.seed)
    asked = [one for path in (DEFAULT_DATASET, NOTICES) for one in developed(path)]
    asked += published(options.data, HeldOut.read(options.held_out), random)
    pupil, tokenizer = read_pupil(options.encoder), read_tokenizer(options.encoder)
    tokenizer.enable_truncation(LONGEST)
    lessons, texts = lessons_of(asked, pupil, tokenizer)
    tokenizer.no_truncation()
    print(f"{len(lessons)} questions, {sum(lesson.half is not None for lesson in lessons)} our own", flush=True)
    for half, folder in with_halves(options.out, options.halves):
        learned = deepcopy(pupil)
        taken = [lesson for lesson in lessons if half is None or lesson.half != half]
        model = learn(taken, texts, options.seed)
        learn_along(model, Layers(learned, texts), taken, options.seed)
        store(learned, tokenizer, folder)
        save_file(model.arrays(), folder / "interaction.safetensors")


def with_halves(out: Path, halves: Path | None) -> Iterator[tuple[int | None, Path]]:
    """Yield which half to leave out, and the folder for what is learned without it."""
    yield None, out
    if halves:
        yield from ((half, halves / f"without-{half}") for half in (0, 1))


if __name__ == "__main__":
    main()
