"""Evaluation questions, and the two places they come from: a JSONL file, or a folder with documents of its own.

A file holds one object a line:

    {"id", "question", "history"?: [asked before…], "kind", "asker", "evidence": [verbatim…], "answer": [must hold…],
     "avoid"?: [must not…], "missing"?: [what is not answered…], "answerable", "origin", "split"?}

and is asked of an existing index. A folder holds `documents.jsonl` ({"doc_id", "text", "title"?}) and
`questions.jsonl` ({"id", "question", "answers"}, answers being spans of the document), and gets an index made
for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import Document, WenceError, parse_document

KIND_NAMES = {
    "target_2025": "2025年目标", "fact_2024": "2024年情况", "year_pair": "两年对照", "exact_wording": "原文表述",
    "list": "列举", "measures": "做法措施", "several_passages": "多处合答", "which_document": "所依文件",
    "who_where": "何人何地", "yes_no": "是否", "everyday": "日常说法", "half": "只有一半可答", "span": "原文片段",
    "follow_year": "追问年份", "follow_place": "追问地区", "follow_thing": "追问事物", "follow_attribute": "追问属性",
    "follow_pronoun": "追问指代", "topic_change": "转换话题", "other_year": "其他年份", "other_place": "其他地区",
    "other_entity": "其他单位", "similar_figure": "相近数字", "attribute_absent": "未载事项",
    "unanswerable": "文件未答", "false_premise": "前提有误", "out_of_job": "与文件无关", "chit_chat": "闲聊",
}  # fmt: skip
"""The kinds of our questions as people call them; those of other sets keep their names."""


class DatasetError(WenceError):
    """The evaluation data cannot be used."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right answer is known by.

    Attributes:
        id: Unique in its set.
        question: As it is asked.
        kind: What sort of question it is; figures are reported by kind.
        asker: parent, teacher, staff or journalist.
        evidence: Words of the documents that answer it, verbatim; empty if nothing does.
        answer: What a right answer must hold; empty where only evidence is known.
        avoid: What a right answer must not hold, such as the figure of the other year.
        answerable: Whether the documents answer it.
        history: What the asker had asked before, in order.
        missing: Of a question of two halves, words for the one that the documents do not answer.
        split: `dev` for questions the program may be tuned on, `held_out` for the others.
    """

    id: str
    question: str
    kind: str
    asker: str
    evidence: tuple[str, ...]
    answer: tuple[str, ...]
    avoid: tuple[str, ...]
    answerable: bool
    split: str
    history: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions, and the documents they are asked of if the set brings its own."""

    name: str
    questions: tuple[Question, ...]
    documents: tuple[Document, ...] | None


def load_dataset(path: Path) -> Dataset:
    """Read a question file or a folder of documents and questions.

    Raises:
        DatasetError: There is no such data, or a line of it is malformed.
    """
    if path.is_dir():
        documents = _load_documents(path / "documents.jsonl")
        questions = tuple(_span_question(row) for row in _rows(path / "questions.jsonl", ("id", "question")))
        return Dataset(path.name, questions, documents)
    rows = _rows(path, ("id", "question", "kind", "asker", "evidence", "answer", "answerable"))
    questions = tuple(_question(row) for row in rows)
    if len({q.id for q in questions}) != len(questions):
        raise DatasetError(f"{path} 中有重复的 id。请为每个问题指定唯一的 id。")
    return Dataset(path.stem, questions, None)


def _question(row: dict[str, Any]) -> Question:
    return Question(
        id=row["id"],
        question=row["question"],
        kind=row["kind"],
        asker=row["asker"],
        evidence=tuple(row["evidence"]),
        answer=tuple(row["answer"]),
        avoid=tuple(row.get("avoid", ())),
        answerable=row["answerable"],
        split=row.get("split", "dev"),
        history=tuple(row.get("history", ())),
        missing=tuple(row.get("missing", ())),
    )


def _span_question(row: dict[str, Any]) -> Question:
    """Return a question of a benchmark folder: its answers are spans of a document and thus evidence."""
    return Question(
        id=row["id"],
        question=row["question"],
        kind=row.get("kind", "span"),
        asker=row.get("asker", "unknown"),
        evidence=tuple(row.get("answers", ())),
        answer=(),
        avoid=(),
        answerable=row.get("answerable", True),
        split=row.get("split", "dev"),
    )


def _load_documents(path: Path) -> tuple[Document, ...]:
    documents: dict[str, Document] = {}
    for row in _rows(path, ("doc_id", "text")):
        if not row["text"].strip():
            continue
        title = row.get("title", "")
        text = f"{title}\n{row['text']}" if title and not row["text"].startswith(title) else row["text"]
        document = parse_document(text, row["doc_id"], title or row["doc_id"])
        documents[document.id] = document  # the same text twice is one document
    return tuple(documents[id_] for id_ in sorted(documents))


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # splitlines would also cut at U+2028 inside a string
    except OSError as error:
        raise DatasetError(
            f"未找到评测数据：{path}。请给出 .jsonl 文件，或含 documents.jsonl 与 questions.jsonl 的文件夹。"
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(f"{path} 第 {number} 行不是 JSON：{error.msg}。") from error
        if not isinstance(row, dict):
            raise DatasetError(f"{path} 第 {number} 行应为 JSON 对象。")
        missing = [key for key in required if key not in row]
        if missing:
            raise DatasetError(f"{path} 第 {number} 行缺少字段：{'、'.join(missing)}。")
        yield row
