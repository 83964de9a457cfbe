"""A path → the `Dataset` it holds, whatever form that has: `eval.adapters` has a module for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from eval.adapters import beir, folders, own, sheets, squad
from eval.records import Dataset, DatasetError, Question
from ingest.readers import SUFFIXES

__all__ = ["Dataset", "DatasetError", "Question", "load_dataset"]

_FOLDERS: Mapping[str, Callable[[Path], Dataset]] = {
    "corpus.jsonl": beir.read_beir,
    "questions.jsonl": folders.read_folder,
}
"""The file that tells the form of a folder → its reader."""

_FILES: Mapping[str, Callable[[Path], Dataset]] = {
    ".jsonl": own.read_jsonl,
    ".json": squad.read_squad,
    **{suffix: sheets.read_sheet for suffix, format_ in SUFFIXES.items() if format_ in ("csv", "sheets")},
}
"""Suffix (lower case) → reader."""


def load_dataset(path: Path) -> Dataset:
    """Read questions, and the documents they are asked of where the set brings its own.

    Raises:
        DatasetError: There is no such data, or a line of it is malformed.
        ReadError: A spreadsheet or a document that the set brings cannot be read.
    """
    if not path.exists():
        raise DatasetError(f"未找到评测数据：{path}。请检查路径；可用的有{_FORMS}。")
    if path.is_dir():
        read = next((reader for name, reader in _FOLDERS.items() if (path / name).is_file()), None)
    else:
        read = _FILES.get(path.suffix.lower())
    if read is None:
        raise DatasetError(f"无法识别评测数据的形式：{path}。可用的有{_FORMS}。")
    return read(path)


_FORMS = (
    "问题文件（.jsonl）、问题表（.csv、.xlsx）、SQuAD 形式的 .json，"
    "含 questions.jsonl 与 documents.jsonl（或 pages）的文件夹，以及 BEIR 文件夹"
)
