"""Learn how the encoder's tokens are compared: `python -m training.train_interaction --data DIR --out DIR`.

The encoder stays as it is. Its last layers know of each token what it means in its sentence; what is learned is in
which directions the tokens of a question are compared with those of a passage, and how much each counts, so that the
passage that answers meets the question's words, and one that speaks of the topic without answering leaves some unmet
(late interaction: Khattab and Zaharia, ColBERT, 2020); and so that of all pieces of the passages, which end at commas,
the one that answers meets most of them. The lessons are

- the development questions of this project with the passages that its search finds, near misses first of all;
- public collections: questions on court judgments and encyclopedia texts with the passages of the same text, everyday
  and policy questions with the passages whose words are nearest.

With `--halves DIR` two more are learned, each without half of the development questions, to calibrate confidence with
(`python -m eval.calibrate --halves DIR`): who has seen the answer is no judge of how sure he is.
"""

import argparse
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, normalize

from app.settings import Settings
from eval.command import DEFAULT_DATASET
from eval.measures import is_of_evidence
from eval.questions import load_dataset
from eval.records import Question
from eval.run import POLICY, index_documents
from ingest import PolicyFile, load, read_document
from training.pairs import HeldOut, read_rows, windows
from training.tune_static import Lessons, other_pairs
from vectorstore import Hit
from vectorstore.encoder import PASSAGE, QUERY, BundledEncoder, Reading, Shown
from vectorstore.passages import passage_header
from vectorstore.records import Met
from vectorstore.retriever import READ, shown

NOTICES = DEFAULT_DATASET.with_name("notices")

# Tried 32 to 256: 128 tells answers from near misses best (area under the curve on seven sets not learned from .771,
# with 64 .758, with 256 .761).
DIMENSION = 128
EPOCHS = 6  # with 8 and twice the rate it knows its questions by heart
LEARNING_RATE = 1e-3
WEIGHT_DECAY = 0.05
WARM_UP = 50  # steps
LEAST_RATE = 0.02
BATCH = 16  # questions, each with its passages
DROPPED, FROM_QUESTIONS, FROM_TOKENS = 0.1, 0.7, 6  # share of the tokens left out, of most questions, if they are long
RANKED, SHARPNESS = 0.5, 1.5  # what it counts that the passage that answers comes first, beside that it is told apart
SURE, OFFSET = 8.0, -5.0  # what a match of 1 says at the start, and what one of 0 does
SURE_OF_PIECES = 12.0  # what a match of 1 says of a piece among others, at the start
# What it counts that the piece that answers comes first of all, and that the best piece of a passage tells whether it
# answers. Of five sets not learned from, the piece of the right passage that meets most is the right one for .79
# with 0, .86 with .5; without the second the area under the curve falls by .02.
PIECES = 0.5

# Of each public collection so many questions, or texts, are read; one question is drawn for each development question.
COURT, ENCYCLOPEDIA, POLICIES = 2000, 700, 3000
BESIDE = 4  # passages beside the one that answers
_TEXTS_AT_ONCE = 16
_SAMPLED = 7  # every seventh passage tells how the states vary


class Asked(NamedTuple):
    """A question and what it is asked of.

    Attributes:
        question: The question.
        passages: Its passages.
        answers: Which of them answer.
        words: What a piece of these holds that answers; nothing if all of such a passage does.
        half: The half of the development questions it is of, if of any.
    """

    question: str
    passages: Sequence[Shown]
    answers: Sequence[bool]
    words: Sequence[str] = ()
    half: int | None = None


class Piece(NamedTuple):
    """Where in a passage a piece begins and ends, and whether it answers."""

    start: int
    end: int
    answers: bool


_PIECE_ENDS = re.compile(r"(?<!的)[，,](?!\d)|[；;。！？!?\n]")
_SHORTEST_PIECE = 4  # characters
_MOSTLY = 0.5  # of a piece lies in the words that answer


def pieces_of(passage: Shown, answers: bool, words: Sequence[str]) -> list[Piece]:
    """Return the pieces of a passage's own words.

    Args:
        passage: The passage.
        answers: Whether it answers.
        words: See `Asked`.
    """
    spelt = [r"\s*".join(map(re.escape, "".join(word.split()))) for word in words if word.strip()]
    said = [match.span() for pattern in spelt for match in re.finditer(pattern, passage.text)] if answers else []
    if answers and not words:
        said = [(passage.own, len(passage.text))]
    pieces, start = [], passage.own
    for end in [*(match.end() for match in _PIECE_ENDS.finditer(passage.text, passage.own)), len(passage.text)]:
        if end == start or (end - start < _SHORTEST_PIECE and end < len(passage.text)):
            continue
        inside = sum(max(0, min(end, last) - max(start, first)) for first, last in said)
        holds = any(start <= first and last <= end for first, last in said)
        pieces.append(Piece(start, end, holds or inside >= _MOSTLY * (end - start)))
        start = end
    return pieces


@dataclass(frozen=True)
class Lesson:
    """The same as the encoder knows it.

    Attributes:
        question: The states of its tokens, shape (tokens, states).
        passages: Those of each passage.
        answers: Whether each answers, shape (passages,).
        pieces: Which tokens of its passage each piece holds, shape (pieces, tokens of the longest passage).
        passage_of: Of which passage each piece is, shape (pieces,).
        answering: Whether each piece answers, shape (pieces,).
        half: See `Asked`.
    """

    question: torch.Tensor
    passages: Sequence[torch.Tensor]
    answers: torch.Tensor
    pieces: torch.Tensor
    passage_of: torch.Tensor
    answering: torch.Tensor
    half: int | None


_NOTHING_MET = Met(np.zeros(1, dtype=np.int32), np.zeros((1, 1), dtype=np.float32), np.ones(1, dtype=np.float32))


class _Unread:
    """Reads nothing: what is learned from is found as if there were no encoder."""

    def read(self, question: str, passages: Sequence[Shown]) -> Reading:
        return Reading(np.zeros(len(passages), dtype=np.float32), [_NOTHING_MET] * len(passages))


def developed(path: Path) -> Iterator[Asked]:
    """Yield the development questions of a data set that need no conversation, with what the search finds for them."""
    dataset = load_dataset(path)
    documents = dataset.documents or [read_document(load(PolicyFile(POLICY)))]
    with tempfile.TemporaryDirectory(prefix="wence-training-") as folder:
        retriever = index_documents(documents, Settings(), Path(folder))
        retriever.encoder = _Unread()
        for question in dataset.questions:
            if question.split == "dev" and not question.history:
                hits = retriever.search(question.question, READ)
                passages = [
                    shown(passage_header(hit.document, hit.clause), hit.clause.path[-1], hit.text) for hit in hits
                ]
                answers = [_answers(hit, question) for hit in hits]
                yield Asked(question.question, passages, answers, question.answer or question.evidence, question.half)


def _answers(hit: Hit, question: Question) -> bool:
    return question.answerable and is_of_evidence(hit.text, question.evidence)


def published(data: Path, held_out: HeldOut, random: np.random.Generator) -> Iterator[Asked]:
    """Yield questions of the public collections, with passages of the same text or of like words."""
    court = list(read_rows(data / "legal_reading.jsonl.gz"))
    for i in random.permutation(len(court))[:COURT]:
        answers = court[i]["answers"] if court[i]["answerable"] else ()
        yield _among(court[i]["question"], list(windows(court[i]["context"])), answers, random)
    texts = {row["doc_id"]: row for row in read_rows(data / "cmrc_docs.jsonl.gz")}
    chosen = {list(texts)[i] for i in random.permutation(len(texts))[:ENCYCLOPEDIA]}
    for row in read_rows(data / "cmrc_questions.jsonl.gz"):
        if row["doc_id"] in chosen:
            text = texts[row["doc_id"]]
            yield _among(row["question"], list(windows(text["text"])), row["answers"], random, text["title"])
    lessons = Lessons.of(other_pairs(data, held_out))
    for i in random.permutation(len(lessons.questions))[:POLICIES]:
        near = random.permutation(lessons.near_misses[i])[:BESIDE]
        passages = [Shown(lessons.passages[number]) for number in (min(lessons.right[i]), *near.tolist())]
        yield Asked(lessons.questions[i], passages, [True] + [False] * len(near))


def _among(
    question: str, passages: Sequence[str], answers: Sequence[str], random: np.random.Generator, title: str = ""
) -> Asked:
    """Return a question with the passage of a text that holds its answer, if one does, and some of the others."""
    right = [any(answer in passage for answer in answers) for passage in passages]
    others = random.permutation([i for i, answered in enumerate(right) if not answered])[:BESIDE]
    kept = sorted([*[i for i, answered in enumerate(right) if answered][:1], *others.tolist()])
    head = f"{title} " if title else ""
    return Asked(question, [Shown(head + passages[i], len(head)) for i in kept], [right[i] for i in kept], answers)


def lessons_of(asked: Sequence[Asked], encoder: BundledEncoder) -> list[Lesson]:
    """Let the encoder read all that is asked."""
    passages = list(dict.fromkeys(passage for one in asked for passage in one.passages))
    questions = list(dict.fromkeys(one.question for one in asked))
    known = dict(zip(passages, _read(encoder, PASSAGE, passages), strict=True))
    put = dict(zip(questions, _read(encoder, QUERY, list(map(Shown, questions))), strict=True))
    return [
        _lesson(one, put[one.question].states, [known[passage] for passage in one.passages])
        for one in asked
        if one.passages
    ]


class _Read(NamedTuple):
    """Where each of a text's tokens begins, and its states, in half precision: there are thousands."""

    starts: NDArray[np.int32]
    states: torch.Tensor


def _lesson(asked: Asked, question: torch.Tensor, passages: Sequence[_Read]) -> Lesson:
    longest = max(len(read.starts) for read in passages)
    inside, passage_of, answering = [], [], []
    for i, (shown_, answers, read) in enumerate(zip(asked.passages, asked.answers, passages, strict=True)):
        for piece in pieces_of(shown_, answers, asked.words):
            tokens = np.zeros(longest, dtype=np.bool_)
            tokens[: len(read.starts)] = (read.starts >= piece.start) & (read.starts < piece.end)
            if tokens.any():
                inside.append(tokens)
                passage_of.append(i)
                answering.append(piece.answers)
    return Lesson(
        question=question,
        passages=[read.states for read in passages],
        answers=torch.tensor(asked.answers).float(),
        pieces=torch.from_numpy(np.array(inside).reshape(len(inside), longest)),
        passage_of=torch.tensor(passage_of, dtype=torch.long),
        answering=torch.tensor(answering, dtype=torch.bool),
        half=asked.half,
    )


def _read(encoder: BundledEncoder, prefix: str, texts: Sequence[Shown]) -> list[_Read]:
    states: dict[int, _Read] = {}
    by_length = sorted(range(len(texts)), key=lambda i: len(texts[i].text))
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        batch = by_length[first : first + _TEXTS_AT_ONCE]
        for i, read in zip(batch, encoder.encoded(prefix, [texts[i] for i in batch]), strict=True):
            states[i] = _Read(read.starts, torch.from_numpy(read.states).half())
    return [states[i] for i in range(len(texts))]


class LateInteraction(nn.Module):
    """Compares each token of a question with its nearest of a passage.

    Attributes:
        mean: Of the states, shape (states,).
        deviation: Theirs, shape (states,).
    """

    def __init__(self, states: torch.Tensor) -> None:
        super().__init__()
        self.mean, self.deviation = states.mean(dim=0), states.std(dim=0) + 1e-3
        size = states.shape[1]
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

    def met(self, question: torch.Tensor, lesson: Lesson) -> tuple[torch.Tensor, torch.Tensor]:
        """Return how far each passage of a lesson meets a question, and how far each piece does."""
        question = self._standard(question)
        asked, shares = normalize(self.asked(question), dim=-1), self.importance(question)[:, 0].softmax(dim=0)
        padded = nn.utils.rnn.pad_sequence(list(map(self._standard, lesson.passages)), batch_first=True)
        lengths = torch.tensor([len(passage) for passage in lesson.passages])
        outside = torch.arange(padded.shape[1]) >= lengths[:, None]
        products = torch.einsum("qd,ptd->pqt", asked, normalize(self.told(padded), dim=-1))
        nearest = products.masked_fill(outside[:, None], -1.0).amax(dim=-1)
        nearest_within = products[lesson.passage_of].masked_fill(~lesson.pieces[:, None], -1.0).amax(dim=-1)
        return nearest @ shares, nearest_within @ shares

    def loss(self, lesson: Lesson, random: np.random.Generator) -> torch.Tensor:
        """Return how badly the passages that answer are told from those that do not."""
        question = lesson.question
        if len(question) > FROM_TOKENS and random.random() < FROM_QUESTIONS:
            question = question[torch.rand(len(question)) > DROPPED]
        met, met_by_pieces = self.met(question, lesson)
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


def learn(lessons: Sequence[Lesson], seed: int) -> LateInteraction:
    """Return what is learned from some lessons, development questions and as many of the others in each round."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    own = [lesson for lesson in lessons if lesson.half is not None]
    others = [lesson for lesson in lessons if lesson.half is None]
    sample = [passage.float() for lesson in own for passage in lesson.passages][::_SAMPLED]
    model = LateInteraction(torch.cat(sample))
    optimiser = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    drawn: list[Lesson] = []
    for _ in range(EPOCHS):
        pool = [*own, *(others[i] for i in random.permutation(len(others))[: len(own)])]
        drawn += [pool[i] for i in random.permutation(len(pool))]
    steps = len(drawn) // BATCH
    for step in range(steps):
        rate = LEARNING_RATE * max(LEAST_RATE, min((step + 1) / WARM_UP, 1 - step / steps))
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch = drawn[step * BATCH : (step + 1) * BATCH]
        loss = torch.stack([model.loss(lesson, random) for lesson in batch]).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return model


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from everything and write what the encoder's folder holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="benchmark folders not to learn from")
    parser.add_argument("--out", type=Path, required=True, help="the encoder's folder")
    parser.add_argument("--halves", type=Path, help="folder for what is learned without one half of the questions each")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    random = np.random.default_rng(options.seed)
    asked = [one for path in (DEFAULT_DATASET, NOTICES) for one in developed(path)]
    asked += published(options.data, HeldOut.read(options.held_out), random)
    lessons = lessons_of(asked, BundledEncoder())
    print(f"{len(lessons)} questions, {sum(lesson.half is not None for lesson in lessons)} our own", flush=True)
    save_file(learn(lessons, options.seed).arrays(), options.out / "interaction.safetensors")
    for half in (0, 1) if options.halves else ():
        options.halves.mkdir(parents=True, exist_ok=True)
        others = [lesson for lesson in lessons if lesson.half != half]
        save_file(learn(others, options.seed).arrays(), options.halves / f"without-{half}.safetensors")


if __name__ == "__main__":
    main()
