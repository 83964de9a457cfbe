"""A file, or what was pasted → the text of a draft, whose offsets a check counts."""

from __future__ import annotations

from dataclasses import dataclass

from ingest import Limits, Source, WenceError, read_text_of

MAX_DRAFT = 200_000  # characters; the longest of 600 policy documents has 94,000, and a check of these takes a minute


class DraftError(WenceError):
    """A draft cannot be checked as it is."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be checked.

    Attributes:
        name: What it is called: the file's name, or 「粘贴的文本」.
        text: Its text; of a text file all of it, of others one paragraph or row of a table a line.
    """

    name: str
    text: str


def read_draft(source: Source, limits: Limits) -> Draft:
    """Return the draft that a file holds.

    Raises:
        ReadError: It is empty, of an unknown format, too large or unreadable.
        DraftError: It is longer than any draft.
    """
    return make_draft(source.name, read_text_of(source, limits))


def make_draft(name: str, text: str) -> Draft:
    """Return a draft of what was pasted.

    Raises:
        DraftError: There is nothing, or more than any draft has.
    """
    text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    if not text.strip():
        raise DraftError("没有要核对的内容。请粘贴文稿，或上传 Word、PDF 或文本文件。")
    if len(text) > MAX_DRAFT:
        raise DraftError(f"文稿过长：{len(text)} 字，上限为 {MAX_DRAFT} 字。请分成几份核对。")
    return Draft(name, text)
