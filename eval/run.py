"""Questions → results: each is asked as a user would ask it, and measured."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.answering import answer_question
from app.language_model import LanguageModel
from app.opening import open_embedder, open_index
from app.prompts import fingerprints
from app.records import Answer
from app.settings import PROJECT, Settings
from app.verification import UnsupportedError
from eval.measures import answer_correct, character_f1, characters_needed, exact_match, relevant_passages
from eval.records import Dataset, Question
from ingest import Document, PolicyFile, load, read_document
from vectorstore import Retriever, open_retriever, open_store
from vectorstore.rows import prepare

POLICY = PROJECT / "policies" / "wenzhou-2025.txt"
"""The document that our own questions are about."""

_HITS = 60  # passages of at least 40 characters on average fill the largest evidence limit
_TITLES = 5  # named; of more documents only the number


@dataclass(frozen=True, slots=True)
class Result:
    """What one question got.

    Attributes:
        question: The question with what was expected.
        answer: What was answered; None if it crashed.
        needed: Characters of what was retrieved to read until all evidence stood; None if some did not, or has none.
        correct: Whether the answer was right: for the unanswerable, whether it was refused.
        f1: Character F1 of the answer against the evidence; None without evidence.
        reason: Why it is not correct, empty if it is.
        exact: Whether the answer is the evidence, punctuation aside; None without evidence.
        relevant: Of each passage retrieved, whether it holds evidence or lies inside it; where only the documents that
            answer are known, of each document retrieved, whether it is one of them.
        unfound: How many documents that answer were not retrieved, where these are all that is known.
        unsupported: Whether the answer was withheld because it said what it does not cite.
    """

    question: Question
    answer: Answer | None
    needed: int | None
    correct: bool
    f1: float | None
    reason: str
    exact: bool | None = None
    relevant: tuple[bool, ...] = ()
    unfound: int = 0
    unsupported: bool = False


@contextmanager
def opened(dataset: Dataset, settings: Settings) -> Iterator[Retriever]:
    """Yield the index a dataset is asked of: its own, made for the occasion, or that of the settings."""
    if dataset.documents is None:
        yield open_index(settings)
        return
    with tempfile.TemporaryDirectory(prefix="wence-eval-") as folder:
        yield index_documents(dataset.documents, settings, Path(folder))


def documents_of(dataset: Dataset) -> Sequence[Document]:
    """Return the documents a dataset is asked of: its own, or the one that is served by default."""
    return [read_document(load(PolicyFile(POLICY)))] if dataset.documents is None else dataset.documents


def index_documents(documents: Sequence[Document], settings: Settings, folder: Path) -> Retriever:
    """Index documents in an empty folder and open the index."""
    embedder = open_embedder(settings)
    store = open_store(str(folder), embedder, create=True)
    with store.writing():
        store.add_all([prepare(document, source_sha256="") for document in documents])
    return open_retriever(str(folder), embedder, folder / "lexical")


def circumstances(retriever: Retriever) -> dict[str, Any]:
    """Return what a run rests on: documents, embedding model and prompts, each with what changes when they do."""
    records, embedder = retriever.records, retriever.store.embedder
    known = hashlib.sha256("\n".join(record.id for record in records).encode()).hexdigest()[:16]
    return {
        "documents": {"count": len(records), "fingerprint": known, "titles": [r.title for r in records[:_TITLES]]},
        "embedding_model": {"name": embedder.name, "fingerprint": embedder.fingerprint},
        "prompts": fingerprints(),
    }


def run(
    retriever: Retriever, questions: Sequence[Question], done: Callable[[], None], model: LanguageModel | None = None
) -> list[Result]:
    """Ask every question; a crash scores zero and does not stop the others.

    Args:
        retriever: The index.
        questions: What is asked.
        done: Called after each.
        model: What writes the answers; without one, they are in the documents' own words.
    """
    results = []
    for question in questions:
        try:
            results.append(_ask(retriever, question, model))
        except Exception as error:  # whatever it is, this question is lost and the others go on
            results.append(_crashed(question, error))
        done()
    return results


def _crashed(question: Question, error: Exception) -> Result:
    f1, exact = (0.0, False) if question.evidence else (None, None)
    unsupported = isinstance(error, UnsupportedError)
    return Result(question, None, None, False, f1, str(error), exact, unsupported=unsupported)


def _ask(retriever: Retriever, question: Question, model: LanguageModel | None) -> Result:
    answer = answer_question(retriever, question.question, history=question.history, model=model)
    reason = _what_is_wrong(question, answer)
    if not (question.evidence or question.relevant):
        return Result(question, answer, None, not reason, None, reason)
    hits = retriever.search(answer.asked_for, _HITS)
    if not question.evidence:
        sources = dict.fromkeys(hit.document.source for hit in hits)
        found, unfound = tuple(s in question.relevant for s in sources), len(set(question.relevant) - sources.keys())
        return Result(question, answer, None, not reason, None, reason, relevant=found, unfound=unfound)
    texts = [hit.text for hit in hits]
    needed, relevant = characters_needed(question.evidence, texts), relevant_passages(question.evidence, texts)
    given, expected = answer.text if answer.outcome == "answered" else "", "".join(question.evidence)
    f1, exact = character_f1(given, expected), exact_match(given, expected)
    return Result(question, answer, needed, not reason, f1, reason, exact, relevant)


def _what_is_wrong(question: Question, answer: Answer) -> str:
    """Return why an answer is not right, empty if it is."""
    refused = answer.outcome != "answered"
    if not question.answerable:
        return "" if refused else "文件没有回答，却给出了答案"
    if refused:
        return "文件有答案，却没有给出"
    if not (question.answer or question.evidence) and not _cites_relevant(question, answer):
        return "没有引用能回答的文件"
    expected = question.answer or question.evidence
    if not answer_correct(answer.text, expected, ()):
        return "缺少应有的内容"
    if not answer_correct(answer.text, question.missing, ()):
        return "没有说明哪一半未作回答"
    return "" if answer_correct(answer.text, expected, question.avoid) else "含有不应有的内容"


def _cites_relevant(question: Question, answer: Answer) -> bool:
    """Tell whether an answer quotes a document that answers: all that is known of questions without words to expect."""
    return any(citation.document.source in question.relevant for citation in answer.citations)
