"""Everyday words → official words, from `synonyms.txt`, which staff edit and review like code.

The file is in the synonym format of Solr and Elasticsearch: `a, b => c, d` (who says a or b may mean c or d) and
`a, b, c` (each may mean the others); `#` begins a comment.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from ingest import WenceError
from vectorstore.normalise import fold

SYNONYMS = Path(__file__).with_name("synonyms.txt")


_LOOKED_AT_EVERY = 1.0  # seconds; looking at the file takes ten times as long as all the rest of a call


class SynonymsError(WenceError):
    """The synonyms cannot be read or saved."""


Segment = tuple[str, ...]
"""A piece of a question: plain text alone, or an everyday phrase and what it may mean in official words."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """For each everyday phrase what else it may mean, and the length of the longest phrase."""

    meanings: Mapping[str, tuple[str, ...]]
    longest: int


class _Kept(NamedTuple):
    """A file's phrases, the time and size of the file they were read from, and when it was looked at last."""

    synonyms: Synonyms
    mark: tuple[int, int]
    looked_at: float


_kept: dict[Path, _Kept] = {}


def read_synonyms(path: Path = SYNONYMS) -> Synonyms:
    """Return the phrases of a file, read again within a second of a change.

    While the changed file cannot be read, such as half-way through being written by an editor, what was read before
    holds.

    Raises:
        SynonymsError: It is read for the first time, and a line is malformed.
    """
    kept, now = _kept.get(path), time.monotonic()
    if kept is not None and now - kept.looked_at < _LOOKED_AT_EVERY:
        return kept.synonyms
    try:
        mark = _mark(path)
        if kept is None or kept.mark != mark:
            kept = _Kept(parse_synonyms(path.read_text(encoding="utf-8"), path.name), mark, now)
    except (OSError, UnicodeDecodeError, SynonymsError):
        if kept is None:
            raise
    _kept[path] = kept._replace(looked_at=now)
    return kept.synonyms


def _mark(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_mtime_ns, about.st_size


def save_synonyms(text: str, path: Path = SYNONYMS) -> Synonyms:
    """Write a text in the place of a file's, as a whole or not at all, and return its phrases; they hold at once.

    Raises:
        SynonymsError: A line is malformed, or the file cannot be written; it is as it was.
    """
    parse_synonyms(text, path.name)
    lines = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    new = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        new.write_bytes(lines.encode())
        shutil.copymode(path, new)
        new.replace(path)
    except OSError as error:
        raise SynonymsError(
            f"无法保存 {path.name}：{error.strerror}。原有内容未动，请检查文件夹的权限和磁盘空间。"
        ) from error
    finally:
        new.unlink(missing_ok=True)
    _kept.pop(path, None)
    return read_synonyms(path)


_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")  # no encoding has them


def parse_synonyms(text: str, name: str) -> Synonyms:
    """Return the phrases of a text.

    Args:
        text: In the format of the file.
        name: What an error calls the text.

    Raises:
        SynonymsError: A line is malformed.
    """
    if _HALF_CHARACTER.search(text):
        raise SynonymsError(f"{name} 含有不成字的字符，无法保存。请删去这些字符后重试。")
    meanings: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        rule = fold(line.split("#")[0]).strip()
        if not rule:
            continue
        said, arrow, meant = rule.partition("=>")
        left, right = _phrases(said), _phrases(meant) if arrow else _phrases(said)
        if not left or not right or (not arrow and len(left) == 1):
            raise SynonymsError(f"{name} 第 {number} 行应为「甲, 乙 => 丙」或「甲, 乙, 丙」，现为「{line.strip()}」。")
        for phrase in left:
            meanings.setdefault(without_degrees(phrase), []).extend(other for other in right if other != phrase)
    return Synonyms(
        meanings={phrase: tuple(dict.fromkeys(others)) for phrase, others in meanings.items()},
        longest=max(map(len, meanings), default=0),
    )


def segment(text: str, synonyms: Synonyms) -> tuple[Segment, ...]:
    """Cut a folded question at the everyday phrases it holds, taking the longest that stands at a place."""
    segments: list[Segment] = []
    plain = position = 0
    while position < len(text):
        phrase = _longest_at(text, position, synonyms)
        if phrase is None:
            position += 1
            continue
        segments.extend(_plain(text[plain:position]))
        segments.append((phrase, *synonyms.meanings[phrase]))
        plain = position = position + len(phrase)
    segments.extend(_plain(text[plain:]))
    return tuple(segments)


def _longest_at(text: str, position: int, synonyms: Synonyms) -> str | None:
    ends = range(min(len(text), position + synonyms.longest), position, -1)
    return next((phrase for end in ends if (phrase := text[position:end]) in synonyms.meanings), None)


def _plain(text: str) -> list[Segment]:
    return [(stripped,)] if (stripped := text.strip()) else []


def _phrases(side: str) -> list[str]:
    return [phrase for part in side.split(",") if (phrase := part.strip())]


_DEGREES = re.compile(
    r"越来越|特别(?=[^是])|非常|有点儿?|老是|总是|实在(?!的)|[很挺]|太(?![极阳空])|真(?=[难贵差多少累烦])"
)


def without_degrees(text: str) -> str:
    """Return a text without the words that only say how much: 「情绪很差」 means what 「情绪差」 means."""
    return _DEGREES.sub("", text)
