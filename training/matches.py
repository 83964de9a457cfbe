"""Collect what ranking learns from: for each question its candidates, their figures, and what answers it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest import Document, parse_document
from training.batches import Integers
from training.pairs import read_rows
from vectorstore import Retriever, open_retriever, open_store
from vectorstore.embed import StaticEmbedder
from vectorstore.records import FloatMatrix
from vectorstore.rows import prepare
from vectorstore.words import WordVectors

Row = dict[str, Any]

CROWD = ("school_arts_policies_txt", "laws_md")


@dataclass(frozen=True)
class SpanMatch:
    """A question that words of a document answer.

    Attributes:
        figures: Of the candidates, and behind them of the passages that follow one, shape (passages, features).
        candidates: How many of the passages are candidates.
        following: For each passage those that go on where it ends, if they may come along with it.
        texts: The passages' words without white space.
        evidence: What answers, without white space.
    """

    figures: FloatMatrix
    candidates: int
    following: tuple[tuple[int, ...], ...]
    texts: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class DocumentMatch:
    """A question that whole documents answer.

    Attributes:
        figures: Of the candidates, shape (candidates, features).
        documents: For each candidate the number of its document.
        right: For each document whether it answers.
    """

    figures: FloatMatrix
    documents: Integers
    right: npt.NDArray[np.bool_]


@contextmanager
def indexed(documents: Sequence[Document], embedder: StaticEmbedder) -> Iterator[Retriever]:
    """Yield an index of some documents, made for the occasion."""
    with tempfile.TemporaryDirectory(prefix="wence-training-") as folder:
        store = open_store(folder, embedder, create=True)
        with store.writing():
            store.add_all([prepare(document, "") for document in documents])
        yield open_retriever(folder, embedder, Path(folder) / "lexical", WordVectors(embedder.folder))


def span_matches(documents: Sequence[Document], rows: Sequence[Row], embedder: StaticEmbedder) -> list[SpanMatch]:
    """Return the matches of questions that words answer: rows with `question` and `answers`."""
    with indexed(documents, embedder) as retriever:
        return [_span_match(retriever, row) for row in rows]


def _span_match(retriever: Retriever, row: Row) -> SpanMatch:
    candidates = retriever.candidates(retriever.understand(row["question"]))
    place = {entry.id: i for i, entry in enumerate(candidates.entries)}
    return SpanMatch(
        figures=candidates.figures,
        candidates=candidates.count,
        following=tuple(tuple(place[id_] for id_ in ids) for ids in candidates.following),
        texts=tuple(_bare(entry.text) for entry in candidates.entries),
        evidence=tuple(_bare(span) for span in row["answers"]),
    )


def law_matches(documents: Sequence[Document], rows: Sequence[Row], embedder: StaticEmbedder) -> list[DocumentMatch]:
    """Return the matches of questions that whole documents answer: rows with `question` and `doc_ids`."""
    with indexed(documents, embedder) as retriever:
        source = {record.id: record.source for record in retriever.records}
        return [_document_match(retriever, row, source) for row in rows]


def _document_match(retriever: Retriever, row: Row, source: dict[str, str]) -> DocumentMatch:
    candidates = retriever.candidates(retriever.understand(row["question"]))
    entries = candidates.entries[: candidates.count]
    number = {id_: i for i, id_ in enumerate(dict.fromkeys(entry.document_id for entry in entries))}
    return DocumentMatch(
        figures=candidates.figures[: candidates.count],
        documents=np.array([number[entry.document_id] for entry in entries]),
        right=np.array([source[id_] in row["doc_ids"] for id_ in number]),
    )


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


def similar_documents(folder: Path) -> list[Document]:
    """Return local versions of one policy and laws on education, to be searched beside the default document."""
    files = [path for name in CROWD for path in sorted((folder / name).iterdir()) if path.is_file()]
    return list({document.id: document for document in map(_plain, files)}.values())


def _plain(path: Path) -> Document:
    """Read a law in Markdown as the plain text that it is but for its heading marks."""
    text = path.read_text(encoding="utf-8-sig")
    return parse_document("\n".join(line.lstrip("# ") for line in text.splitlines()), path.name, path.stem)


def _bare(text: str) -> str:
    return "".join(text.split())
