"""Folders in the form of BEIR: `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`.

They say which documents answer a query, and no words of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.adapters.corpora import Corpus, corpus_of, document_of, span_question
from eval.records import Dataset, DatasetError, Question
from eval.rows import collect, jsonl_rows, read_lines, text
from ingest import Document

_COLUMNS = 3  # query, document, how relevant it is


def read_beir(path: Path) -> Dataset:
    """Read a folder in the form of BEIR; queries that nothing is relevant to are left out, as its own programs do.

    Raises:
        DatasetError: A file is missing or a line malformed.
    """
    corpus = corpus_of(_documents(path / "corpus.jsonl"))
    relevant = _relevant(path / "qrels" / "test.tsv", corpus)
    return Dataset(path.name, collect(_questions(path / "queries.jsonl", relevant)), corpus.documents)


def _documents(path: Path) -> Iterator[Document]:
    for row in jsonl_rows(path, ("_id", "text")):
        title = text(row, "title") if row.values.get("title") else ""
        body = text(row, "text") if row.values["text"] != "" else ""
        document = document_of(text(row, "_id"), title, body)
        if document is not None:
            yield document


def _relevant(path: Path, corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Return the sources of the documents that answer each query."""
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(read_lines(path), start=1):
        cells = line.strip().split("\t")
        if not line.strip() or (number == 1 and cells[-1] == "score"):  # the headings
            continue
        place = f"{path} 第 {number} 行"
        if len(cells) != _COLUMNS or not _is_number(cells[-1]):
            raise DatasetError(f"{place}应为以制表符分隔的三项：问题编号、文件编号、相关程度（整数）。请改正。")
        if int(cells[2]) > 0:
            found[cells[0]] = (*found.get(cells[0], ()), *corpus.sources([cells[1]], place))
    return found


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").isdecimal()


def _questions(path: Path, relevant: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, Question]]:
    for row in jsonl_rows(path, ("_id", "text")):
        id_ = text(row, "_id")
        if id_ in relevant:
            yield row.place, span_question(id_, text(row, "text"), (), tuple(dict.fromkeys(relevant[id_])))
