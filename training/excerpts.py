"""What the cross-encoder learns from: questions, with excerpts that answer them and excerpts that do not.

Ours are the development questions of this project with the excerpts that it would choose from, those that it would
choose if the clause that answers were not there, and those of documents on other things. To these come questions of the
public collections: on encyclopedia texts and court judgments with pieces of the same text, everyday and policy
questions with sentences that lie near.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.extraction import Extract
from app.finding import find_extracts
from app.followups import standalone
from app.judging import excerpt_of
from app.settings import Settings
from app.understanding import regions, understand
from eval.evidence import holds_evidence
from eval.measures import answer_correct, is_of_evidence
from eval.questions import load_dataset
from eval.records import Question
from eval.run import documents_of, index_documents
from training.pairs import HeldOut, read_rows
from training.tune_static import EVERYDAY_QUESTIONS, Lessons, other_pairs
from vectorstore import Retriever
from vectorstore.cross_encoder import Excerpt

# Of each kind of excerpt of a question so many are learned from, and how much each counts.
RIGHT, BESIDE, WRONG = 2, 2, 3  # that answer; of a passage that answers, that do not; of other passages
BESIDE_COUNTS, WRONG_COUNTS = 0.6, 0.8
UNANSWERED, WITHOUT, ELSEWHERE = 3, 2, 1  # of near misses; without the clause that answers; of other documents
MADE_COUNTS = 0.5
LOOKED_AT = 8  # excerpts of a question, the likeliest first

# Of a public text the piece that answers, those that share most with the question, and one beside it.
NEAREST = 1
PIECE, SHORTEST, LEAST = 70, 24, 5  # characters: a longer sentence is cut at its commas
MOSTLY = 0.5  # of a piece lies in a longer answer
AROUND = 60  # characters that are kept of what a piece stands in
NEIGHBOURS = 15  # sentences of other questions, of which one is drawn
EVERYDAY = 9000  # everyday questions; more would outweigh the rest


class Lesson(NamedTuple):
    """A question and what may answer it.

    Attributes:
        question: The question, standing by itself.
        excerpts: What may answer.
        answers: Whether each does.
        counts: How much each counts.
        words: Of what an excerpt that answers says, what is asked for; nothing if that is not known.
        half: The half of the development questions it is of, if of any.
    """

    question: str
    excerpts: Sequence[Excerpt]
    answers: Sequence[bool]
    counts: Sequence[float]
    words: Sequence[str] = ()
    half: int | None = None


def developed(paths: Sequence[Path]) -> Iterator[Lesson]:
    """Yield the lessons of the development questions of data sets, each asked of the documents of all."""
    sets = [load_dataset(path) for path in paths]
    for asked_of in sets:
        with tempfile.TemporaryDirectory(prefix="wence-training-") as folder:
            retriever = index_documents(documents_of(asked_of), Settings(), Path(folder))
            for given in sets:
                for question in given.questions:
                    if question.split == "dev":
                        yield from (_among if given is asked_of else _elsewhere)(retriever, question)


def _among(retriever: Retriever, question: Question) -> Iterator[Lesson]:
    """Yield the lessons of a question that the documents of an index answer, or nearly do."""
    asked = standalone(question.question, question.history, regions(retriever))
    understood = understand(retriever, asked)
    found = find_extracts(retriever, understood)[:LOOKED_AT]
    if not question.answerable:
        yield _lesson(asked, question, [(extract, False, 1.0) for extract in found[:UNANSWERED]])
        return
    right = [extract for extract in found if _answers(extract, question)]
    others = [extract for extract in found if extract not in right]
    beside = [extract for extract in others if is_of_evidence(extract.hit.text, question.evidence)]
    if right:
        chosen = [(extract, True, 1.0) for extract in right[:RIGHT]]
        chosen += [(extract, False, BESIDE_COUNTS) for extract in beside[:BESIDE]]
        chosen += [(extract, False, WRONG_COUNTS) for extract in [e for e in others if e not in beside][:WRONG]]
        yield _lesson(asked, question, chosen)
    without = find_extracts(retriever, understood, exclude=partial(holds_evidence, question))[:WITHOUT]
    yield _lesson(asked, question, [(extract, False, MADE_COUNTS) for extract in without])


def _elsewhere(retriever: Retriever, question: Question) -> Iterator[Lesson]:
    """Yield the lesson of a question asked of documents that it is not about: nothing answers."""
    asked = standalone(question.question, question.history, regions(retriever))
    found = find_extracts(retriever, understand(retriever, asked))[:ELSEWHERE]
    yield _lesson(asked, question, [(extract, False, MADE_COUNTS) for extract in found])


def _answers(found: Extract, question: Question) -> bool:
    said = bool(question.answer) and answer_correct(found.text, question.answer, question.avoid)
    return said or is_of_evidence(found.text, question.evidence)


def _lesson(asked: str, question: Question, chosen: Sequence[tuple[Extract, bool, float]]) -> Lesson:
    return Lesson(
        asked,
        [excerpt_of(extract) for extract, _, _ in chosen],
        [answers for _, answers, _ in chosen],
        [counts for _, _, counts in chosen],
        question.answer,
        question.half,
    )


def published(data: Path, held_out: HeldOut, random: np.random.Generator) -> Iterator[Lesson]:
    """Yield the lessons of the public collections."""
    texts = {row["doc_id"]: row for row in read_rows(data / "cmrc_docs.jsonl.gz")}
    for row in read_rows(data / "cmrc_questions.jsonl.gz"):
        text = texts[row["doc_id"]]
        yield from _in_text(row["question"], text["title"], text["text"], row["answers"], random)
    for row in read_rows(data / "legal_reading.jsonl.gz"):
        answers = row["answers"] if row["answerable"] else ()
        yield from _in_text(row["question"], "", row["context"], answers, random)
    lessons = Lessons.of(other_pairs(data, held_out))
    written = {question for row in read_rows(EVERYDAY_QUESTIONS) for question in row["questions"]}
    drawn = random.permutation(len(lessons.questions))
    everyday = [i for i in drawn if lessons.questions[i] in written][:EVERYDAY]
    for i in (*everyday, *(i for i in drawn if lessons.questions[i] not in written)):
        near = random.permutation(lessons.near_misses[i][:NEIGHBOURS])[:NEAREST]
        sentences = [lessons.passages[number] for number in (min(lessons.right[i]), *near.tolist())]
        shown = [Excerpt("", "", "", sentence, "") for sentence in sentences]
        yield Lesson(lessons.questions[i], shown, [True, *[False] * len(near)], [1.0] * len(shown))


_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;\n]*")


def pieces_of(text: str) -> list[tuple[int, int]]:
    """Return where the pieces of a text begin and end: sentences, longer ones cut at their commas."""
    pieces = []
    for sentence in _SENTENCE.finditer(text):
        start = sentence.start()
        if sentence.end() - start > PIECE:
            for comma in re.finditer("[，,]", sentence[0]):
                end = sentence.start() + comma.end()
                if end - start >= SHORTEST:
                    pieces.append((start, end))
                    start = end
        pieces.append((start, sentence.end()))
    return [(start, end) for start, end in pieces if end - start >= LEAST]


def _in_text(
    question: str, title: str, text: str, answers: Sequence[str], random: np.random.Generator
) -> Iterator[Lesson]:
    """Yield the lesson of a question with pieces of a text, if one of them holds the answer or none is to."""
    pieces = pieces_of(text)
    answering = [_holds(text, piece, answers) for piece in pieces]
    if answers and not any(answering):
        return
    asked = _pairs(question)
    near = sorted(range(len(pieces)), key=lambda i: -len(asked & _pairs(text[slice(*pieces[i])])) + random.random() / 2)
    right, wrong = [i for i in near if answering[i]][:1], [i for i in near if not answering[i]]
    hard = wrong[: NEAREST + (0 if right else 1)]
    beside = [i for i in wrong if i not in hard and right and abs(i - right[0]) == 1]
    if right and (drawn := beside or wrong[len(hard) :]):
        hard.append(drawn[int(random.integers(len(drawn)))])
    shown = [_excerpt(title, text, pieces[i]) for i in (*right, *hard)]
    if shown:
        yield Lesson(question, shown, [answering[i] for i in (*right, *hard)], [1.0] * len(shown), answers)


def _holds(text: str, piece: tuple[int, int], answers: Sequence[str]) -> bool:
    """Tell whether a piece holds an answer, or lies mostly in one that is longer."""
    start, end = piece
    places = [(at, at + len(answer)) for answer in answers if answer and (at := text.find(answer)) >= 0]
    inside = max((min(end, last) - max(start, first) for first, last in places), default=0)
    return any(answer and answer in text[start:end] for answer in answers) or inside >= MOSTLY * (end - start)


def _excerpt(title: str, text: str, piece: tuple[int, int]) -> Excerpt:
    start, end = piece
    return Excerpt(title, "", text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
