"""Distil a transformer encoder into a shallow one.

The pupil starts as some of the teacher's layers and learns to end every pair of them where the teacher does, token
by token, and to say of a whole text what the teacher says. Nothing is labelled: any text is a lesson.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import normalize
from torch.nn.utils.parametrize import register_parametrization
from transformers import BertModel

from training.pairs import HeldOut, corpus, question_pairs, read_rows, similar_pairs, windows
from training.tune_static import EVERYDAY_QUESTIONS
from vectorstore import network
from vectorstore.encoder import LONGEST
from vectorstore.network import BLOCK, LEVELS, PADDING, PASSAGE, QUERY

# A passage is searched with what stands above it; in lessons the opening of its document takes that place.
HEADER_CHARACTERS = 40
WITH_HEADER = 0.5

# Of the running text's windows, so that half of the lessons are questions and what answers them.
WINDOWS_TAKEN = 0.6

BATCH_TOKENS = 2048
SORTED_TOGETHER = 4000  # texts; batches are cut from so many sorted by length, so that little is padding

LEARNING_RATE = 5e-4
WARM_UP = 0.05

# What a text says as a whole counts as much as its tokens, layer by layer.
STATES_WEIGHT, VECTOR_WEIGHT = 0.5, 3.0

# Share of the steps after which weights are rounded. Rounded from the start they learn more slowly; rounded only when
# they are stored, they are worth .92 of what they were.
ROUNDED_FROM = 0.56
_TINY = 1e-8
REPORT_SECONDS = 60.0


@dataclass(frozen=True)
class Batch:
    """Texts as token numbers, shape (texts, length), and which of them are tokens."""

    ids: torch.Tensor
    mask: torch.Tensor


def lessons(data: Path, held_out: HeldOut, random: np.random.Generator) -> list[str]:
    """Return questions and passages as the encoder is given them, in random order."""
    pairs = question_pairs(data, held_out)
    questions = [text for text, _ in pairs] + [text for pair in similar_pairs(data) for text in pair]
    passages = [text for _, text in pairs]
    for row in read_rows(EVERYDAY_QUESTIONS):
        questions += row["questions"]
        passages.append(row["passage"])
    for document in corpus(data):
        for window in windows(document):
            if random.random() > WINDOWS_TAKEN:
                continue
            header = document[:HEADER_CHARACTERS] + " " if random.random() < WITH_HEADER else ""
            passages.append(header + window)
    texts = [QUERY + text for text in questions] + [PASSAGE + text for text in passages]
    return [texts[i] for i in random.permutation(len(texts))]


def batches(tokenizer: Tokenizer, texts: Sequence[str], random: np.random.Generator) -> Iterator[Batch]:
    """Yield batches of about `BATCH_TOKENS` tokens, texts of like length together."""
    for first in range(0, len(texts), SORTED_TOGETHER):
        encodings = tokenizer.encode_batch_fast(list(texts[first : first + SORTED_TOGETHER]))
        rows = sorted((encoding.ids[:LONGEST] for encoding in encodings), key=len)
        cuts = [0]
        for i, row in enumerate(rows):
            if (i + 1 - cuts[-1]) * len(row) > BATCH_TOKENS:
                cuts.append(i)
        spans = list(zip(cuts, [*cuts[1:], len(rows)], strict=True))
        for start, end in (spans[i] for i in random.permutation(len(spans))):
            yield padded(rows[start:end])


def padded(rows: Sequence[Sequence[int]]) -> Batch:
    """Return token numbers of one length."""
    ids, mask = network.padded(rows, PADDING), network.padded([[1] * len(row) for row in rows], 0)
    return Batch(torch.from_numpy(ids), torch.from_numpy(mask))


def hidden_states(model: BertModel, batch: Batch) -> tuple[torch.Tensor, ...]:
    """Return what each layer gives, each of shape (texts, length, dimension), without the embeddings."""
    return layers_over(model, model.embeddings.word_embeddings(batch.ids), batch.mask)


def layers_over(model: BertModel, embedded: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Return what each layer gives of texts whose words are known by themselves, shape (texts, length, dimension)."""
    output = model(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True)
    states: tuple[torch.Tensor, ...] = output.hidden_states[1:]
    return states


def vectors(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean of each text's tokens, made unit length."""
    return normalize((states * mask[..., None]).sum(dim=1), dim=1)


def pupil_of(teacher: BertModel, layers: Sequence[int]) -> BertModel:
    """Return a model of the teacher's embeddings, which stay, and some of its layers, which learn."""
    config = type(teacher.config)(**teacher.config.to_dict() | {"num_hidden_layers": len(layers)})
    pupil = BertModel(config, add_pooling_layer=False)
    pupil.embeddings.load_state_dict(teacher.embeddings.state_dict())
    for layer, i in zip(pupil.encoder.layer, layers, strict=True):
        layer.load_state_dict(teacher.encoder.layer[i].state_dict())
    pupil.embeddings.requires_grad_(False)
    return pupil


class Scale:
    """How much the teacher's states and vectors vary, so that a loss of 1 is that of a pupil that knows their mean."""

    def __init__(self, teacher: BertModel, followed: Sequence[int], sample: Sequence[Batch]) -> None:
        states: list[list[torch.Tensor]] = [[] for _ in followed]
        ends = []
        with torch.inference_mode():
            for batch in sample:
                given = hidden_states(teacher, batch)
                for kept, i in zip(states, followed, strict=True):
                    kept.append(given[i][batch.mask.bool()])
                ends.append(vectors(given[-1], batch.mask))
        self.states = [torch.cat(kept).var(dim=0).mean().item() for kept in states]
        self.vectors = torch.cat(ends).var(dim=0).sum().item()


class Rounding(nn.Module):
    """Weights as they are once stored in four bits; the gradient passes through as if they were not rounded."""

    def forward(self, weights: torch.Tensor) -> torch.Tensor:
        """Return the weights, each block of `BLOCK` inputs in 16 steps from its least to its greatest."""
        blocks = weights.detach().view(-1, BLOCK)
        least, most = blocks.amin(dim=1, keepdim=True).clamp(max=0), blocks.amax(dim=1, keepdim=True).clamp(min=0)
        step = ((most - least) / (LEVELS - 1)).clamp(min=_TINY)
        zero = (-least / step).round()
        rounded = ((blocks / step + zero).round().clamp(0, LEVELS - 1) - zero) * step
        return weights + (rounded.view_as(weights) - weights.detach())


def round_layers(layers: nn.Module) -> None:
    """Let layers work with the weights that will be stored."""
    for module in layers.modules():
        if isinstance(module, nn.Linear):
            register_parametrization(module, "weight", Rounding())


def round_weights(pupil: BertModel) -> None:
    """Let the pupil work with the weights that will be stored."""
    round_layers(pupil.encoder)
    rounding = Rounding()
    for module in pupil.embeddings.children():
        if isinstance(module, nn.Embedding):
            module.weight.data = rounding(module.weight.data)


def rate(progress: float, highest: float) -> float:
    """Return the learning rate: up quickly, then down in a straight line."""
    return highest * max(0.0, min(progress / WARM_UP, (1 - progress) / (1 - WARM_UP)))


@dataclass(frozen=True)
class Teaching:
    """What one step of teaching needs: the pupil's layer i is to end where the teacher's layer `followed[i]` does."""

    teacher: BertModel
    pupil: BertModel
    followed: Sequence[int]
    scale: Scale

    def unexplained(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what share of the teacher's variation on a batch the pupil misses: by layer, and of the vectors."""
        with torch.inference_mode():
            taught = hidden_states(self.teacher, batch)
            targets = [taught[i].clone() for i in self.followed]
            ends = vectors(taught[-1], batch.mask)
        given = hidden_states(self.pupil, batch)
        tokens = batch.mask.bool()
        of_states = [
            ((mine[tokens] - theirs[tokens]) ** 2).mean() / spread
            for mine, theirs, spread in zip(given, targets, self.scale.states, strict=True)
        ]
        of_vectors = ((vectors(given[-1], batch.mask) - ends) ** 2).sum(dim=1).mean() / self.scale.vectors
        return torch.stack(of_states), of_vectors

    def run(self, source: Iterator[Batch], steps: int) -> None:
        """Teach the pupil in place; from `ROUNDED_FROM` on it works with rounded weights."""
        learning = [parameter for parameter in self.pupil.parameters() if parameter.requires_grad]
        optimiser = torch.optim.AdamW(learning, betas=(0.9, 0.98), weight_decay=0.01)
        reported, seen = 0.0, 0
        for step in range(steps):
            if step == int(ROUNDED_FROM * steps):
                round_weights(self.pupil)
            batch = next(source)
            of_states, of_vectors = self.unexplained(batch)
            for group in optimiser.param_groups:
                group["lr"] = rate(step / steps, LEARNING_RATE)
            optimiser.zero_grad()
            (STATES_WEIGHT * of_states.sum() + VECTOR_WEIGHT * of_vectors).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            seen += int(batch.mask.sum())
            if time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                shown = " ".join(f"{share:.3f}" for share in of_states.tolist())
                print(f"step {step}/{steps}, {seen} tokens: states {shown}, vectors {of_vectors:.3f}", flush=True)
