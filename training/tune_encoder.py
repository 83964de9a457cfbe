"""Tune the distilled encoder on what people ask: each question is to find its passage among others and near misses."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from training.batches import Integers
from training.distil import HEADER_CHARACTERS, hidden_states, padded, rate, vectors
from training.tune_static import Lessons, answer_loss
from vectorstore.network import PASSAGE, QUERY

BATCH = 32  # questions, each with its passage and a near miss
LONGEST = 88  # tokens; the passages of the lessons are sentences
SCALE = 100.0  # what the teacher was trained with: its cosines lie close together
LEARNING_RATE = 8e-5  # small: what the teacher knows of everything else is to stay
UNDER_HEADER = 0.5  # share of the batches whose passages stand under a header, as they do where they are searched
_REPORT_STEPS = 25


def tune(pupil: BertModel, tokenizer: Tokenizer, lessons: Lessons, steps: int, seed: int) -> None:
    """Tune in place.

    Args:
        pupil: The encoder.
        tokenizer: Its tokenizer.
        lessons: The questions and passages.
        steps: How many batches.
        seed: Of all that is drawn.
    """
    random = np.random.default_rng(seed)
    learning = [parameter for parameter in pupil.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learning, betas=(0.9, 0.98), weight_decay=0.01)
    count, losses = len(lessons.questions), list[float]()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate(step / steps, LEARNING_RATE)
        loss = _loss(pupil, tokenizer, lessons, random.choice(count, min(BATCH, count), replace=False), random)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        losses.append(loss.item())
        if step % _REPORT_STEPS == _REPORT_STEPS - 1:
            print(f"step {step + 1}/{steps}: loss {np.mean(losses[-_REPORT_STEPS:]):.3f}", flush=True)


def _loss(
    pupil: BertModel, tokenizer: Tokenizer, lessons: Lessons, drawn: Integers, random: np.random.Generator
) -> torch.Tensor:
    """Return how far the questions drawn are from finding their passages."""
    answers = [int(random.choice(sorted(lessons.right[i]))) for i in drawn]
    wrong = [int(random.choice(lessons.near_misses[i])) for i in drawn if len(lessons.near_misses[i])]
    shown = list(dict.fromkeys(answers + wrong))
    header = ""
    if random.random() < UNDER_HEADER:
        header = lessons.passages[int(random.integers(len(lessons.passages)))][:HEADER_CHARACTERS] + " "
    asked = encode(pupil, tokenizer, [QUERY + lessons.questions[i] for i in drawn])
    found = encode(pupil, tokenizer, [PASSAGE + header + lessons.passages[passage] for passage in shown])
    return answer_loss(SCALE * asked @ found.T, lessons, drawn, answers, shown)


def encode(pupil: BertModel, tokenizer: Tokenizer, texts: Sequence[str]) -> torch.Tensor:
    """Return the vectors of texts that begin with what they are, shape (texts, dimension)."""
    batch = padded([encoding.ids[:LONGEST] for encoding in tokenizer.encode_batch_fast(list(texts))])
    return vectors(hidden_states(pupil, batch)[-1], batch.mask)


def first_found(pupil: BertModel, tokenizer: Tokenizer, lessons: Lessons, rows: Iterable[int]) -> float:
    """Return the share of questions whose passage comes before all its near misses."""
    found = []
    with torch.inference_mode():
        for i in rows:
            passages = [min(lessons.right[i]), *lessons.near_misses[i].tolist()]
            asked = encode(pupil, tokenizer, [QUERY + lessons.questions[i]])
            scores = encode(pupil, tokenizer, [PASSAGE + lessons.passages[p] for p in passages]) @ asked[0]
            found.append(bool(scores.argmax() == 0))
    return float(np.mean(found))
