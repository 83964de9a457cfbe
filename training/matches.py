"""Collect what ranking learns from: for each question its candidates, their figures, and which of them answer."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest import Document, parse_document
from training.pairs import read_rows
from vectorstore import Retriever, open_retriever, open_store
from vectorstore.chroma import prepare
from vectorstore.embed import StaticEmbedder
from vectorstore.records import Entry
from vectorstore.words import WordVectors

# Characters by which the beginning of an answer is known, and the fewest of them that stand at a passage's end.
OPENING = 20
LEAST_CHARACTERS = 8

Figures = npt.NDArray[np.float32]
Row = dict[str, Any]


@dataclass(frozen=True)
class Match:
    """A question with its candidates.

    Attributes:
        question: As it was asked.
        figures: Shape (candidates, features).
        answers: Which candidates answer it.
        sources: For each candidate, the source of its document.
        right: The sources that answer it, where whole documents do.
    """

    question: str
    figures: Figures
    answers: npt.NDArray[np.bool_]
    sources: tuple[str, ...]
    right: frozenset[str]


@contextmanager
def indexed(documents: Sequence[Document], embedder: StaticEmbedder) -> Iterator[Retriever]:
    """Yield an index of some documents, made for the occasion."""
    with tempfile.TemporaryDirectory(prefix="wence-training-") as folder:
        store = open_store(folder, embedder, create=True)
        with store.writing():
            store.add_all([prepare(document, "") for document in documents])
        yield open_retriever(folder, embedder, Path(folder) / "lexical", WordVectors(embedder.folder))


def collect(
    retriever: Retriever, question: str, answers: Callable[[str, Entry], bool], right: Sequence[str] = ()
) -> Match:
    """Return the candidates of a question.

    Args:
        retriever: The index.
        question: What is asked.
        answers: Tells of a candidate, given the source of its document, whether it answers.
        right: The sources that answer, where whole documents do.
    """
    entries, figures = retriever.candidates(retriever.understand(question))
    source = {record.id: record.source for record in retriever.records}
    sources = tuple(source[entry.document_id] for entry in entries)
    held = [answers(name, entry) for name, entry in zip(sources, entries, strict=True)]
    return Match(question, figures, np.array(held, dtype=bool), sources, frozenset(right))


def span_matches(documents: Sequence[Document], rows: Sequence[Row], embedder: StaticEmbedder) -> list[Match]:
    """Return the matches of questions whose answers are spans: rows with `question` and `answers`."""
    matches = []
    with indexed(documents, embedder) as retriever:
        for row in rows:
            spans = [_bare(span) for span in row["answers"]]
            matches.append(collect(retriever, row["question"], partial(_opens_any, spans)))
    return matches


def law_matches(documents: Sequence[Document], rows: Sequence[Row], embedder: StaticEmbedder) -> list[Match]:
    """Return the matches of questions that whole documents answer: rows with `question` and `doc_ids`."""
    with indexed(documents, embedder) as retriever:
        return [
            collect(retriever, row["question"], partial(_is_one_of, row["doc_ids"]), row["doc_ids"]) for row in rows
        ]


def benchmark_documents(folder: Path) -> list[Document]:
    """Return the documents of a benchmark folder, each once, their source being the benchmark's name for them."""
    documents: dict[str, Document] = {}
    for row in read_rows(folder / "documents.jsonl"):
        title = row.get("title") or ""
        text = f"{title}\n{row['text']}" if title and not row["text"].startswith(title) else row["text"]
        if text.strip():
            document = parse_document(text, row["doc_id"], title or row["doc_id"])
            documents[document.id] = document
    return list(documents.values())


def _opens_any(spans: Sequence[str], source: str, entry: Entry) -> bool:
    return any(_opens(_bare(entry.text), span) for span in spans)


def _is_one_of(right: Sequence[str], source: str, entry: Entry) -> bool:
    return source in right


def _opens(text: str, span: str) -> bool:
    """Tell whether a passage holds the beginning of what answers; what follows comes along when it is shown."""
    if span[:OPENING] in text or span.startswith(text):
        return True
    return any(text.endswith(span[:length]) for length in range(OPENING - 1, LEAST_CHARACTERS - 1, -1))


def _bare(text: str) -> str:
    return "".join(text.split())
