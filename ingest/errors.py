"""What can go wrong while reading, said to the person who can mend it.

WenceError                    every error the program knows how to explain
└── ReadError                 a file cannot become a Document
    ├── MissingFileError
    ├── UnreadableFileError   the system does not let it be read
    ├── EmptyFileError
    ├── BinaryFileError       named like text, but data
    ├── UnknownEncodingError
    ├── DamagedFileError      cut short, or not what its name says
    ├── EncryptedFileError    asks for a password
    ├── ScannedFileError      pictures of pages
    ├── NoBodyError           a page of links, a form or a template
    ├── MissingProgramError   read by a program that is not installed
    ├── CrashedReaderError    ends the process that reads it
    ├── LimitError            larger, longer or slower than one file may be
    └── UnsupportedFormatError
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath


def _last(name: str) -> str:
    """Return the last part of a file's name; reports give all of it beside the message."""
    return PurePath(name).name


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


class UnreadableFileError(ReadError):
    """The system does not let the file be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"无法读取文件：{_last(name)}（{reason}）。请检查权限。")


class EmptyFileError(ReadError):
    """The file holds no text."""

    def __init__(self, name: str) -> None:
        super().__init__(f"文件没有文字内容：{_last(name)}。请确认文件已完整保存。")


class BinaryFileError(ReadError):
    """The file is named like text but holds other data."""

    def __init__(self, name: str) -> None:
        super().__init__(f"文件不是文本：{_last(name)} 含有二进制内容。请另存为纯文本后重试。")


class UnknownEncodingError(ReadError):
    """The bytes are text in no encoding that is supported."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"无法识别文件编码：{_last(name)}。支持 UTF-8、UTF-16 和 GB18030（含 GBK、GB2312），请另存为 UTF-8 后重试。"
        )


class DamagedFileError(ReadError):
    """The file is cut short or is not what its name says."""

    def __init__(self, name: str, format_: str) -> None:
        super().__init__(f"文件已损坏或不是有效的 {format_}：{_last(name)}。请重新下载，或在原程序中打开后另存。")


class EncryptedFileError(ReadError):
    """The file asks for a password."""

    def __init__(self, name: str) -> None:
        super().__init__(f"文件已加密：{_last(name)}。请取消密码保护后另存，再重试。")


class ScannedFileError(ReadError):
    """The file holds pictures of pages and no text."""

    def __init__(self, name: str, pages: int) -> None:
        super().__init__(
            f"文件没有文字层：{_last(name)} 共 {pages} 页，应为扫描件或图片。"
            "请换用电子版，或经文字识别（OCR）后另存再重试。"
        )


class NoBodyError(ReadError):
    """The page is navigation and links."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"网页没有正文：{_last(name)} 只有导航、链接或表单，可能是栏目页或模板。请打开具体文件的页面后另存。"
        )


class MissingProgramError(ReadError):
    """The format is read by a program that is not installed."""

    def __init__(self, name: str, program: str) -> None:
        super().__init__(
            f"读取 {_last(name)} 需要 {program}，本机未安装。请安装 {program}，或将文件另存为 DOCX 后重试。"
        )


class LimitError(ReadError):
    """The file is larger, longer or slower than one file may be."""

    def __init__(self, name: str, what: str, limit: str, setting: str) -> None:
        super().__init__(
            f"文件超过上限：{_last(name)} {what}，上限为{limit}。请拆分后重试，或调大设置 WENCE_MAX_{setting.upper()}。"
        )


class CrashedReaderError(ReadError):
    """Reading the file ended the process that read it, or took all its memory."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"文件无法读取：{_last(name)} 使读取程序中断或内存不足，文件可能已损坏。请在原程序中打开后另存，再重试。"
        )


class UnsupportedFormatError(ReadError):
    """No reader knows the format."""

    def __init__(self, name: str, supported: Iterable[str]) -> None:
        found = PurePath(name).suffix or "无扩展名"
        super().__init__(f"暂不支持的格式：{_last(name)}（{found}）。目前支持：{'、'.join(sorted(supported))}。")
