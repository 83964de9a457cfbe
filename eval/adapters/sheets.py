"""Tables that staff write (CSV, XLSX and others that `ingest` reads), a question a row, asked of an existing index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.adapters.own import question_of
from eval.records import ASKER_NAMES, KIND_NAMES, Dataset, DatasetError, Question
from eval.rows import Row, collect
from ingest import Limits, PolicyFile, load
from ingest.content import Grid
from ingest.readers import read_content

COLUMNS = {
    "编号": "id", "问题": "question", "应含词语": "answer", "依据": "evidence", "不应含": "avoid", "提问人": "asker",
    "类型": "kind", "是否可答": "answerable", "之前的问题": "history",
}  # fmt: skip
"""Headings in Chinese → those in English, which do as well."""

_SEVERAL = ("answer", "evidence", "avoid", "history")
_SEPARATOR = re.compile("[；;]")
_ANSWERS = {"": True, "是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}
_KINDS = {name: kind for kind, name in KIND_NAMES.items()}
_ASKERS = {name: asker for asker, name in ASKER_NAMES.items()}


def read_sheet(path: Path) -> Dataset:
    """Read a table of questions; sheets without the heading 问题 are passed over.

    Raises:
        DatasetError: There is no table of questions, or a row is malformed.
        ReadError: The file cannot be read.
    """
    blocks = read_content(load(PolicyFile(path)), Limits()).blocks
    tables = [rows for block in blocks if isinstance(block, Grid) and (rows := _headed(block.rows))]
    if not tables:
        raise DatasetError(
            f"{path} 中没有问题表。表头应有“问题”和“应含词语”两列，"
            "可另有“编号”“依据”“不应含”“提问人”“类型”“是否可答”“之前的问题”；表头之下至少有一个问题。"
        )
    return Dataset(path.stem, collect(_questions(path, tables)), None)


def _headed(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return the rows from the headings on; none if there are no headings."""
    at = next((n for n, row in enumerate(rows) if {"question", "answer"} <= set(map(_key, row))), len(rows))
    return rows[at:]


def _key(heading: str) -> str:
    return COLUMNS.get(heading.strip(), heading.strip().lower())


def _questions(path: Path, tables: Sequence[Sequence[Sequence[str]]]) -> Iterator[tuple[str, Question]]:
    count = 0
    for rows in tables:
        keys = [_key(heading) for heading in rows[0]]
        for number, cells in enumerate(rows[1:], start=1):
            count += 1
            place = f"{path} 表头下第 {number} 行（不计空行）"
            written = dict(zip(keys, map(str.strip, cells), strict=True))
            yield place, question_of(Row(place, _values(written, f"{path.stem}-{count}", place)))


def _values(written: dict[str, str], id_: str, place: str) -> dict[str, Any]:
    """Return the cells of a row as our own form has them."""
    answerable = _ANSWERS.get(written.get("answerable", "").lower())
    if answerable is None:
        raise DatasetError(f"{place}的“是否可答”应为“是”或“否”，实为“{written['answerable']}”。请改正。")
    kind, asker = written.get("kind") or "unsorted", written.get("asker") or "unknown"
    several = {
        key: [part.strip() for part in _SEPARATOR.split(written.get(key, "")) if part.strip()] for key in _SEVERAL
    }
    return several | {
        "id": written.get("id") or id_,
        "question": written["question"],
        "kind": _KINDS.get(kind, kind),
        "asker": _ASKERS.get(asker, asker),
        "answerable": answerable,
    }


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in _SEPARATOR.split(cell) if part.strip()]
