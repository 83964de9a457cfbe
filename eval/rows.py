"""Lines of evaluation data → values of the types that are expected, or an error that says where and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.records import DatasetError, Question


@dataclass(frozen=True, slots=True)
class Row:
    """An object of the data.

    Attributes:
        place: Its file and line, as people name them.
        values: As they were written.
    """

    place: str
    values: Mapping[str, Any]


def jsonl_rows(path: Path, required: tuple[str, ...]) -> Iterator[Row]:
    """Yield the objects of a file that has one a line.

    Raises:
        DatasetError: There is no such file, or a line is no object or lacks something required.
    """
    lines = read_lines(path)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            place = f"{path} 第 {number} 行"
            yield row_of(parse_json(line, place), place, required)


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file.

    Raises:
        DatasetError: There is no such file, or it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")  # splitlines would also cut at U+2028 inside a string
    except OSError as error:
        raise DatasetError(f"未找到评测数据：{path}（{error.strerror}）。请补上这个文件，或检查路径和权限。") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} 不是 UTF-8 文本。请另存为 UTF-8 后重试。") from error


def parse_json(text: str, place: str) -> Any:
    """Return what a JSON text says.

    Raises:
        DatasetError: It is no JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{place}不是 JSON：{error.msg}。请检查引号、逗号和括号。") from error
    except RecursionError as error:
        raise DatasetError(f"{place}不是可用的 JSON：嵌套过深。请检查括号。") from error


def row_of(value: Any, place: str, required: tuple[str, ...]) -> Row:
    """Return an object as a row.

    Raises:
        DatasetError: It is none, or lacks something required.
    """
    if not isinstance(value, dict):
        raise DatasetError(f"{place}应为 JSON 对象，实为{_called(value)}。请写成 {{…}}。")
    if missing := [key for key in required if key not in value]:
        raise DatasetError(f"{place}缺少字段：{'、'.join(missing)}。请补上。")
    return Row(place, value)


def rows_in(row: Row, key: str, what: str, required: tuple[str, ...]) -> Iterator[Row]:
    """Yield the objects of a list in a row; each is named as the `what` of its number.

    Raises:
        DatasetError: It is no list of objects, or one lacks something required.
    """
    items = row.values.get(key)
    if not isinstance(items, list):
        raise _wrong(row, key, "列表", items)
    for number, item in enumerate(items, start=1):
        yield row_of(item, f"{row.place}第 {number} {what}", required)


def text(row: Row, key: str, default: str | None = None) -> str:
    """Return a text that is not blank, or the default where there is none.

    Raises:
        DatasetError: It is no text, or blank.
    """
    value = row.values.get(key, default)
    if not isinstance(value, str):
        raise _wrong(row, key, "文字", value)
    if not value.strip():
        raise DatasetError(f"{row.place}的 {key} 为空。请填写。")
    return value


def texts(row: Row, key: str) -> tuple[str, ...]:
    """Return a list of texts that are not blank; empty where there is none.

    Raises:
        DatasetError: It is no list of such texts.
    """
    value = row.values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _wrong(row, key, "文字列表，各项不为空", value)
    return tuple(value)


def flag(row: Row, key: str, default: bool) -> bool:
    """Return what is true or false, or the default where nothing is said.

    Raises:
        DatasetError: It is neither.
    """
    value = row.values.get(key, default)
    if not isinstance(value, bool):
        raise _wrong(row, key, " true 或 false", value)
    return value


def collect(read: Iterable[tuple[str, Question]]) -> tuple[Question, ...]:
    """Return questions, each read at a place, if their ids differ and each says what a right answer is known by.

    Raises:
        DatasetError: An id occurs twice, or an answerable question says nothing of its answer.
    """
    places: dict[str, str] = {}
    questions = []
    for place, question in read:
        if question.id in places:
            first = places[question.id]
            raise DatasetError(f"{place}的 id 与{first}重复：{question.id}。请为每个问题指定唯一的 id。")
        if question.answerable and not (question.evidence or question.answer or question.relevant):
            raise DatasetError(
                f"{place}的问题可答，却没有依据（evidence），也没有应含词语（answer）。"
                "请至少填写一项；文件不能回答的问题，请写明不可答。"
            )
        places[question.id] = place
        questions.append(question)
    if not questions:
        raise DatasetError("评测数据中没有问题。请确认文件已完整保存。")
    return tuple(questions)


_TYPES = {bool: "真假值", int: "数字", float: "数字", str: "文字", list: "列表", dict: "对象", type(None): "空值"}


def _called(value: Any) -> str:
    return _TYPES[type(value)]


def _wrong(row: Row, key: str, expected: str, value: Any) -> DatasetError:
    return DatasetError(f"{row.place}的 {key} 应为{expected}，实为{_called(value)}。请改正。")
