"""Our own form, one object a line, asked of an existing index.

{"id", "question", "history"?: [asked before…], "kind", "asker", "evidence": [verbatim…], "answer": [must hold…],
 "avoid"?: [must not…], "missing"?: [what is not answered…], "answerable", "origin"?, "split"?}
"""

from __future__ import annotations

from pathlib import Path

from eval.records import Dataset, Question
from eval.rows import Row, collect, flag, jsonl_rows, text, texts

_REQUIRED = ("id", "question", "kind", "asker", "evidence", "answer", "answerable")


def read_jsonl(path: Path) -> Dataset:
    """Read a question file.

    Raises:
        DatasetError: A line is malformed.
    """
    rows = jsonl_rows(path, _REQUIRED)
    return Dataset(path.stem, collect((row.place, question_of(row)) for row in rows), None)


def question_of(row: Row) -> Question:
    """Return the question of a row that has all that is required.

    Raises:
        DatasetError: A value has another type than it must have.
    """
    return Question(
        id=text(row, "id"),
        question=text(row, "question"),
        kind=text(row, "kind"),
        asker=text(row, "asker"),
        evidence=texts(row, "evidence"),
        answer=texts(row, "answer"),
        avoid=texts(row, "avoid"),
        answerable=flag(row, "answerable", True),
        split=text(row, "split", "dev"),
        history=texts(row, "history"),
        missing=texts(row, "missing"),
        origin=text(row, "origin", "written"),
    )
