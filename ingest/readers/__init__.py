"""Source files → their characters, one module a format.

A reader takes a path and returns the text of the file as it stands, navigation included; what of it is
body is decided later, in `ingest.navigation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ingest.errors import FileTooLargeError, MissingFileError, UnsupportedFormatError
from ingest.readers.text import read_text

__all__ = ["MAX_FILE_BYTES", "READERS", "read_file"]

Reader = Callable[[Path], str]

READERS: Mapping[str, Reader] = {".txt": read_text}
"""Suffix (lower case) → reader."""

MAX_FILE_BYTES = 50 * 2**20  # the longest national laws are under 1 MB of text; 50 MB leaves room for scans


def read_file(path: Path) -> str:
    """Return the text of `path`, read by the reader of its suffix.

    Raises:
        ReadError: The file is missing, too large, of an unknown format or unreadable.
    """
    if not path.is_file():
        raise MissingFileError(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnsupportedFormatError(path, READERS)
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise FileTooLargeError(path, size, MAX_FILE_BYTES)
    return reader(path)
