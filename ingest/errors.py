"""What can go wrong while reading, said to the person who can mend it.

WenceError                    every error the program knows how to explain
└── ReadError                 a file cannot become a Document
    ├── MissingFileError
    ├── EmptyFileError
    ├── BinaryFileError
    ├── UnknownEncodingError
    ├── FileTooLargeError
    └── UnsupportedFormatError
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class WenceError(Exception):
    """An error with a sentence for the user; the doors show the sentence and no trace.

    Attributes:
        exit_code: Of the command line: 1 if something failed, 2 if it was used wrongly.
    """

    exit_code = 1


class ReadError(WenceError):
    """A file cannot become a Document."""


class MissingFileError(ReadError):
    """There is nothing at the path given."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"未找到文件或文件夹：{path}。请检查路径是否正确。")


class EmptyFileError(ReadError):
    """The file holds no text."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"文件没有文字内容：{path.name}。请确认文件已完整保存。")


class BinaryFileError(ReadError):
    """The file is named like text but holds other data."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"文件不是文本：{path.name} 含有二进制内容。请另存为纯文本后重试。")


class UnknownEncodingError(ReadError):
    """The bytes are text in no encoding that is supported."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"无法识别文件编码：{path.name}。支持 UTF-8、UTF-16 和 GB18030（含 GBK、GB2312），请另存为 UTF-8 后重试。"
        )


class FileTooLargeError(ReadError):
    """The file is larger than any policy document."""

    def __init__(self, path: Path, size: int, limit: int) -> None:
        super().__init__(
            f"文件过大：{path.name} 为 {size / 2**20:.0f} MB，上限为 {limit / 2**20:.0f} MB。请拆分后重试。"
        )


class UnsupportedFormatError(ReadError):
    """No reader knows the format."""

    def __init__(self, path: Path, supported: Iterable[str]) -> None:
        found = path.suffix or "无扩展名"
        super().__init__(f"暂不支持的格式：{path.name}（{found}）。目前支持：{'、'.join(sorted(supported))}。")
