"""What the comparison of tokens is learned from: questions, with passages that answer them and passages that do not.

Ours are the development questions of this project with the passages that its search finds, near misses first of all;
to these come questions of the public collections, on court judgments and encyclopedia texts with the passages of the
same text, everyday and policy questions with the passages whose words are nearest.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.followups import standalone
from app.settings import Settings
from app.understanding import regions
from eval.measures import is_of_evidence
from eval.questions import load_dataset
from eval.records import Question
from eval.run import documents_of, index_documents
from training.pairs import HeldOut, read_rows, windows
from training.tune_static import Lessons, other_pairs
from vectorstore import Hit, Retriever
from vectorstore.encoder import Reading, Shown
from vectorstore.passages import passage_header
from vectorstore.records import Met
from vectorstore.retriever import READ, shown

# Of each public collection so many questions, or texts, are read.
COURT, ENCYCLOPEDIA, POLICIES = 1000, 350, 1500
BESIDE = 4  # passages beside the one that answers


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


_NOTHING_MET = Met(np.zeros(1, dtype=np.int32), np.zeros((1, 1), dtype=np.float32), np.ones(1, dtype=np.float32))


class _Unread:
    """Reads nothing: what is learned from is found as if there were no encoder."""

    def expect(self, question: str) -> None:
        pass

    def read(self, question: str, passages: Sequence[Shown]) -> Reading:
        return Reading(np.zeros(len(passages), dtype=np.float32), [_NOTHING_MET] * len(passages))


def by_themselves(path: Path) -> Iterator[tuple[Retriever, Question, str]]:
    """Yield the development questions of a data set with an index of its documents, and each as it stands by itself."""
    dataset = load_dataset(path)
    with tempfile.TemporaryDirectory(prefix="wence-training-") as folder:
        retriever = index_documents(documents_of(dataset), Settings(), Path(folder))
        retriever.encoder = _Unread()
        for question in dataset.questions:
            if question.split == "dev":
                yield retriever, question, standalone(question.question, question.history, regions(retriever))


def developed(path: Path) -> Iterator[Asked]:
    """Yield the development questions of a data set, as each stands by itself, with what the search finds for them."""
    for retriever, question, asked in by_themselves(path):
        hits = retriever.search(asked, READ)
        passages = [shown(passage_header(hit.document, hit.clause), hit.clause.path[-1], hit.text) for hit in hits]
        answers = [_answers(hit, question) for hit in hits]
        yield Asked(asked, passages, answers, question.answer or question.evidence, question.half)


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
