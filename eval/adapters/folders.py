"""Folders of questions and of the documents they are asked of.

`questions.jsonl` holds {"id", "question", "answers"?, "doc_id"? or "doc_ids"? or "html_file"?, "answerable"?, "kind"?,
"asker"?, "split"?}. Answers are spans of a document and thus evidence; a list of lists holds ways to write the same
values, the barest first. A question that says what its "evidence" is has our own form, see `own`. The documents are in
`documents.jsonl`, {"doc_id", "text", "title"?}, or files in `pages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from eval.adapters.corpora import Corpus, corpus_of, document_of, span_question
from eval.adapters.own import question_of
from eval.records import Dataset, DatasetError, Question
from eval.rows import Row, collect, flag, jsonl_rows, text, texts
from ingest import Document, list_files, load, read_document


def read_folder(path: Path) -> Dataset:
    """Read a folder of questions and documents.

    Raises:
        DatasetError: A file is missing or a line malformed.
        ReadError: A page cannot be read.
    """
    documents = _texts(path / "documents.jsonl") if not (path / "pages").is_dir() else _pages(path / "pages")
    corpus = corpus_of(documents)
    rows = jsonl_rows(path / "questions.jsonl", ("id", "question"))
    return Dataset(path.name, collect((row.place, _question(row, corpus)) for row in rows), corpus.documents)


def _texts(path: Path) -> Iterator[Document]:
    for row in jsonl_rows(path, ("doc_id", "text")):
        body = row.values["text"]
        if not isinstance(body, str):
            text(row, "text")
        title = row.values.get("title") or ""
        document = document_of(text(row, "doc_id"), title and text(row, "title"), body)
        if document is not None:
            yield document


def _pages(folder: Path) -> Iterator[Document]:
    for file in list_files([folder]):
        yield read_document(replace(load(file), name=file.path.relative_to(folder).as_posix()))


def _question(row: Row, corpus: Corpus) -> Question:
    named = [text(row, key) for key in ("doc_id", "html_file") if key in row.values]
    relevant = corpus.sources([*named, *texts(row, "doc_ids")], row.place)
    if "evidence" in row.values:
        return replace(question_of(row), relevant=relevant)
    ways = row.values.get("answers", [])
    values = _first_way(row) if isinstance(ways, list) and ways and isinstance(ways[0], list) else None
    evidence = texts(row, "answers") if values is None else values
    asked = span_question(text(row, "id"), text(row, "question"), evidence, relevant)
    return replace(
        asked,
        kind=text(row, "kind", asked.kind),
        asker=text(row, "asker", asked.asker),
        answer=values or (),
        answerable=flag(row, "answerable", True),
        split=text(row, "split", asked.split),
    )


def _first_way(row: Row) -> tuple[str, ...]:
    """Return the barest way to write an answer's values: cells hold them so."""
    first = row.values["answers"][0]
    if not all(isinstance(value, str) and value.strip() for value in first):
        raise DatasetError(f"{row.place}的 answers 应为文字列表的列表。请改正。")
    return tuple(first)
