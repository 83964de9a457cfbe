"""How the tokens of a question are compared with those of a passage, as it is learned.

Two matrices bring what the encoder knows of each token to the directions in which they are compared; each token of the
question is met by its nearest of the passage, and counts as much as a third, smaller matrix says (late interaction:
Khattab and Zaharia, ColBERT, 2020).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, normalize

# Tried 32 to 256: 128 tells answers from near misses best (area under the curve on seven sets not learned from .771,
# with 64 .758, with 256 .761).
DIMENSION = 128
DROPPED, FROM_QUESTIONS, FROM_TOKENS = 0.1, 0.7, 6  # share of the tokens left out, of most questions, if they are long
RANKED, SHARPNESS = 0.5, 1.5  # what it counts that the passage that answers comes first, beside that it is told apart
SURE, OFFSET = 8.0, -5.0  # what a match of 1 says at the start, and what one of 0 does
SURE_OF_PIECES = 12.0  # what a match of 1 says of a piece among others, at the start
# What it counts that the piece that answers comes first of all, and that the best piece of a passage tells whether it
# answers. Of five sets not learned from, the piece of the right passage that meets most is the right one for .79
# with 0, .86 with .5; without the second the area under the curve falls by .02.
PIECES = 0.5

States = Mapping[int, torch.Tensor]
"""Of texts, by number, what the encoder knows of each of their own tokens, shape (tokens, states)."""


@dataclass(frozen=True)
class Lesson:
    """A question and what it is asked of.

    Attributes:
        question: The number of its text.
        passages: Those of its passages.
        answers: Whether each answers, shape (passages,).
        pieces: Which tokens of its passage each piece holds, shape (pieces, tokens of the longest passage).
        passage_of: Of which passage each piece is, shape (pieces,).
        answering: Whether each piece answers, shape (pieces,).
        half: The half of the development questions it is of, if of any.
    """

    question: int
    passages: Sequence[int]
    answers: torch.Tensor
    pieces: torch.Tensor
    passage_of: torch.Tensor
    answering: torch.Tensor
    half: int | None

    @property
    def texts(self) -> tuple[int, ...]:
        """The numbers of all its texts."""
        return self.question, *self.passages


class LateInteraction(nn.Module):
    """Compares each token of a question with its nearest of a passage.

    Attributes:
        mean: Of the states, shape (states,).
        deviation: Theirs, shape (states,).
    """

    def __init__(self, sample: torch.Tensor) -> None:
        """Begin with what all states have in common.

        Args:
            sample: Some states, shape (tokens, states).
        """
        super().__init__()
        self.mean, self.deviation = sample.mean(dim=0), sample.std(dim=0) + 1e-3
        size = sample.shape[1]
        self.asked = nn.Linear(size, DIMENSION, bias=False)
        self.told = nn.Linear(size, DIMENSION, bias=False)
        self.importance = nn.Linear(size, 1, bias=False)
        start = torch.linalg.qr(torch.randn(size, DIMENSION))[0].T
        with torch.no_grad():
            self.asked.weight.copy_(start)
            self.told.weight.copy_(start)
            self.importance.weight.zero_()
        self.sure, self.sure_of_pieces = nn.Parameter(torch.tensor(SURE)), nn.Parameter(torch.tensor(SURE_OF_PIECES))
        # Of our own questions and of the public collections, which hold another share of answers; and by pieces.
        self.offsets = nn.Parameter(torch.tensor([OFFSET, OFFSET + 1]))
        self.offsets_of_pieces = nn.Parameter(torch.tensor([OFFSET + 0.5, OFFSET + 1.5]))

    def met(
        self, lesson: Lesson, states: States, kept: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return how far each passage of a lesson meets its question, and how far each piece does.

        Args:
            lesson: The lesson.
            states: Those of its texts.
            kept: Which tokens of the question are there; all of them if none are named.
        """
        question = self._standard(states[lesson.question] if kept is None else states[lesson.question][kept])
        asked, shares = normalize(self.asked(question), dim=-1), self.importance(question)[:, 0].softmax(dim=0)
        passages = [self._standard(states[passage]) for passage in lesson.passages]
        padded = nn.utils.rnn.pad_sequence(passages, batch_first=True)
        lengths = torch.tensor([len(passage) for passage in passages])
        outside = torch.arange(padded.shape[1]) >= lengths[:, None]
        products = torch.einsum("qd,ptd->pqt", asked, normalize(self.told(padded), dim=-1))
        nearest = products.masked_fill(outside[:, None], -1.0).amax(dim=-1)
        nearest_within = products[lesson.passage_of].masked_fill(~lesson.pieces[:, None], -1.0).amax(dim=-1)
        return nearest @ shares, nearest_within @ shares

    def loss(self, lesson: Lesson, states: States) -> torch.Tensor:
        """Return how badly the passages that answer are told from those that do not."""
        kept, tokens = None, len(states[lesson.question])
        if tokens > FROM_TOKENS and torch.rand(()) < FROM_QUESTIONS:
            kept = torch.rand(tokens) > DROPPED
        met, met_by_pieces = self.met(lesson, states, kept)
        published = int(lesson.half is None)
        logits = self.sure * met + self.offsets[published]
        best = torch.full_like(met, -1.0).scatter_reduce(0, lesson.passage_of, met_by_pieces, "amax")
        logits_of_pieces = self.sure * best + self.offsets_of_pieces[published]
        loss = binary_cross_entropy_with_logits(logits, lesson.answers)
        loss = loss + PIECES * binary_cross_entropy_with_logits(logits_of_pieces, lesson.answers)
        if lesson.answers.any():
            ranked = SHARPNESS * logits
            loss = loss + RANKED * (ranked.logsumexp(dim=0) - ranked[lesson.answers > 0].logsumexp(dim=0))
        if lesson.answering.any():
            told = self.sure_of_pieces * met_by_pieces
            loss = loss + PIECES * (told.logsumexp(dim=0) - told[lesson.answering].logsumexp(dim=0))
        return loss

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """Return what `vectorstore.encoder.Interaction` reads, for states as the encoder gives them."""
        with torch.no_grad():
            asked, told = self.asked.weight / self.deviation, self.told.weight / self.deviation
            importance = self.importance.weight[0] / self.deviation
            shift = torch.stack([-(asked @ self.mean), -(told @ self.mean)])
        named = {"asked": asked.T, "told": told.T, "shift": shift, "importance": importance}
        return {name: array.contiguous().numpy().astype(np.float16) for name, array in named.items()}

    def _standard(self, states: torch.Tensor) -> torch.Tensor:
        return (states.float() - self.mean) / self.deviation
