"""Tune a static embedding on the questions it is for: `python -m training.tune_static --model DIR --out DIR …`.

Training from running text teaches what goes together. This second, short step teaches what is asked: each question
is to find its passage among those of the other questions of its batch and among the ones whose words are nearest.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from model2vec import StaticModel
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, normalize

from training.batches import Bags, Integers, Texts, drop_words, gather, tokenise
from training.evaluate_static import CharacterPairs
from training.export import save_model
from training.incidence import Incidence
from training.pairs import HeldOut, Pair, read_rows
from training.train_static import SCALE

# Chosen by five-fold cross-validation on lay_law; five times the rate learns its questions by heart.
LEARNING_RATE = 0.002
EPOCHS = 8
BATCH = 256
WARM_UP = 0.1

# Of the passages that BM25 ranks highest and that do not answer, this many are known, and this many drawn each time.
NEAR_MISSES = 20
DRAWN = 2

# Sentences as laws and education bureaus word them, each with three ways in which people ask for it.
EVERYDAY_QUESTIONS = Path(__file__).with_name("everyday_questions.jsonl")

EXPLANATION = 300  # characters of an explanation; what follows repeats the law
_QUESTIONS_AT_ONCE = 256

_IMPOSSIBLE = -1e4  # a score that no softmax gives weight to


@dataclass(frozen=True)
class Lessons:
    """Questions, passages, and for each question the numbers of the passages that answer it."""

    questions: Sequence[str]
    passages: Sequence[str]
    right: Sequence[set[int]]

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> "Lessons":
        """Gather pairs by question."""
        passages = {text: number for number, text in enumerate(dict.fromkeys(passage for _, passage in pairs))}
        right: dict[str, set[int]] = {}
        for question, passage in pairs:
            right.setdefault(question, set()).add(passages[passage])
        return cls(list(right), list(passages), list(right.values()))

    @cached_property
    def near_misses(self) -> list[Integers]:
        """For each question the passages whose words are nearest to it and that do not answer it."""
        missed: list[Integers] = []
        searched = CharacterPairs(self.passages)
        for first in range(0, len(self.questions), _QUESTIONS_AT_ONCE):
            scores = searched.scores(self.questions[first : first + _QUESTIONS_AT_ONCE])
            for row, right in zip(scores, self.right[first:], strict=False):
                row[list(right)] = -np.inf
                nearest = np.argpartition(-row, min(NEAR_MISSES, len(row) - 1))[:NEAR_MISSES]
                missed.append(nearest[np.isfinite(row[nearest])])
        return missed


def lessons_of(lay_law: Path, data: Path, held_out: Sequence[Path]) -> tuple[Lessons, list[set[int]]]:
    """Return all there is to learn from, and for each question of lay_law the lessons that come of it.

    Whoever answered an everyday question wrote an explanation; it asks for the same article in other words.
    """
    articles = {row["doc_id"]: f"{row['title']}\n{row['text']}" for row in read_rows(lay_law / "documents.jsonl")}
    pairs: list[Pair] = []
    wordings: list[set[str]] = []
    for row in read_rows(lay_law / "questions.jsonl"):
        explained = row.get("answer_long")
        said = {row["question"]} | ({explained[:EXPLANATION]} if isinstance(explained, str) else set())
        wordings.append(said)
        pairs += [(wording, articles[id_]) for wording in sorted(said) for id_ in row["doc_ids"]]
    lessons = Lessons.of(pairs + other_pairs(data, HeldOut.read(held_out)))
    number = {question: i for i, question in enumerate(lessons.questions)}
    return lessons, [{number[wording] for wording in said} for said in wordings]


def other_pairs(data: Path, held_out: HeldOut) -> list[Pair]:
    """Return everyday questions with official sentences, and questions on policies, less what the benchmarks hold."""
    pairs = [(question, row["passage"]) for row in read_rows(EVERYDAY_QUESTIONS) for question in row["questions"]]
    pairs += [(row["question"], row["answer"]) for row in read_rows(data / "policy_question_span.jsonl.gz")]
    return [pair for pair in pairs if not held_out.holds(pair)]


def tune(start: torch.Tensor, tokenizer: Tokenizer, lessons: Lessons, rows: Integers, seed: int) -> torch.Tensor:
    """Return a table tuned on some of the questions.

    Args:
        start: The table to start from, one row a token.
        tokenizer: Its tokenizer.
        lessons: The questions and passages.
        rows: The numbers of the questions to learn from.
        seed: Of all that is drawn.
    """
    random = np.random.default_rng(seed)
    table = start.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([table], lr=LEARNING_RATE, betas=(0.9, 0.99))
    questions, passages = tokenise(tokenizer, lessons.questions), tokenise(tokenizer, lessons.passages)
    steps = -(-len(rows) * EPOCHS // BATCH)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * min((step + 1) / (WARM_UP * steps + 1), 1 - step / steps)
        drawn = random.choice(rows, min(BATCH, len(rows)), replace=False)
        answers = np.array([random.choice(sorted(lessons.right[i])) for i in drawn])
        wrong = np.concatenate([random.choice(lessons.near_misses[i], DRAWN) for i in drawn])
        shown = np.unique(np.concatenate([answers, wrong]))
        asked = _vectors(table, drop_words(_bags(questions, drawn), random))
        scores = SCALE * asked @ _vectors(table, _bags(passages, shown)).T
        loss = answer_loss(scores, lessons, drawn, answers, shown)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return table.detach()


def answer_loss(
    scores: torch.Tensor,
    lessons: Lessons,
    drawn: Iterable[int],
    answers: Sequence[int] | Integers,
    shown: Iterable[int],
) -> torch.Tensor:
    """Return how far questions are from finding their answers; other passages that answer them count nothing.

    Args:
        scores: Of each question with each passage shown, shape (questions, passages).
        lessons: The questions and passages.
        drawn: The numbers of the questions.
        answers: For each the number of the passage that it is to find.
        shown: The numbers of the passages.
    """
    column = {int(passage): i for i, passage in enumerate(shown)}
    also_right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, (question, answer) in enumerate(zip(drawn, answers, strict=True)):
        also_right[row, [column[p] for p in lessons.right[question] if p in column and p != answer]] = True
    targets = torch.tensor([column[int(answer)] for answer in answers])
    return cross_entropy(scores.masked_fill(also_right, _IMPOSSIBLE), targets)


def load_table(folder: Path) -> tuple[torch.Tensor, Tokenizer]:
    """Return the vectors of a model folder, one row a token, and its tokenizer."""
    table = np.asarray(StaticModel.from_pretrained(folder).embedding, dtype=np.float32)
    return torch.from_numpy(table).clone(), Tokenizer.from_file(str(folder / "tokenizer.json"))


def _bags(texts: Texts, rows: Integers) -> Bags:
    return gather(texts, texts.bounds[rows], texts.bounds[rows + 1])


def _vectors(table: torch.Tensor, bags: Bags) -> torch.Tensor:
    return normalize(Incidence(bags, len(table)).times(table), dim=1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Tune the model folder named on all questions and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the model to start from")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--lay-law", type=Path, required=True, help="folder of everyday questions and law articles")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="benchmark folders to keep out")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    table, tokenizer = load_table(options.model)
    lessons, _ = lessons_of(options.lay_law, options.data, options.held_out)
    print(f"{len(lessons.questions)} questions, {len(lessons.passages)} passages", flush=True)
    tuned = tune(table, tokenizer, lessons, np.arange(len(lessons.questions)), options.seed)
    save_model(options.out, tokenizer, tuned.numpy())


if __name__ == "__main__":
    main()
