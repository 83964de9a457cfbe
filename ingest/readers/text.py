"""Plain text files in the encodings that Chinese offices use."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.errors import BinaryFileError, EmptyFileError, UnknownEncodingError

# A byte order mark settles the question. UTF-8 comes before GB18030 because its rules are strict: text in
# GBK is practically never valid UTF-8, while the reverse often happens. GB18030 contains GBK and GB2312.
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = ("utf-8", "gb18030")

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x80-\x9f]")
_ASSIGNED_ELSEWHERE = re.compile(r"[\ue000-\uf8ff\ufffd]")
_MAX_STRAY_SHARE = 0.01  # a scanned or pasted text has the odd control character; data has one in every few


def read_text(path: Path) -> str:
    """Return the characters of a text file, line ends unified.

    Raises:
        EmptyFileError: Nothing but white space.
        BinaryFileError: The bytes are not text.
        UnknownEncodingError: The bytes fit no supported encoding.
    """
    data = path.read_bytes()
    if not data.strip():
        raise EmptyFileError(path)
    text = _decode(data, path)
    strays = len(_CONTROL.findall(text)) + len(_ASSIGNED_ELSEWHERE.findall(text))
    if strays > _MAX_STRAY_SHARE * len(text):
        raise BinaryFileError(path)
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise EmptyFileError(path)
    return text


def _decode(data: bytes, path: Path) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnknownEncodingError(path) from error
    if b"\x00" in data:  # no text encoding without a mark that is supported writes a zero byte
        raise BinaryFileError(path)
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownEncodingError(path)
