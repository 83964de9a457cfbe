"""Source files → their content, one module a format.

A reader takes the bytes of a file and returns its blocks in reading order: paragraphs and tables. Which format a
file has is told by its bytes where they say it, and by its suffix otherwise: a page saved as 「.xls」 is a page.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePath

from ingest.content import Content, Source
from ingest.errors import DamagedFileError, EmptyFileError, EncryptedFileError, LimitError, UnsupportedFormatError
from ingest.limits import Limits
from ingest.readers.doc import read_doc
from ingest.readers.docx import read_docx
from ingest.readers.html import read_html
from ingest.readers.markdown import read_markdown
from ingest.readers.pdf import read_pdf
from ingest.readers.sheets import read_csv, read_sheets
from ingest.readers.text import read_text

__all__ = ["SUFFIXES", "format_of", "read_content"]

Reader = Callable[[Source, Limits], Content]

_READERS: Mapping[str, Reader] = {
    "csv": read_csv,
    "doc": read_doc,
    "docx": read_docx,
    "html": read_html,
    "markdown": read_markdown,
    "pdf": read_pdf,
    "sheets": read_sheets,
    "text": read_text,
}

SUFFIXES: Mapping[str, str] = {
    ".txt": "text",
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".doc", ".wps", ".rtf"), "doc"),
    ".pdf": "pdf",
    **dict.fromkeys((".docx", ".docm"), "docx"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".et", ".ods"), "sheets"),
    **dict.fromkeys((".html", ".htm", ".shtml", ".jsp", ".aspx", ".asp", ".php"), "html"),
}
"""Suffix (lower case) → format."""


def read_content(source: Source, limits: Limits) -> Content:
    """Return the content of a file.

    Raises:
        ReadError: The file is empty, too large, of an unknown format or unreadable.
    """
    size = len(source.data)
    if size > limits.file_mb * 2**20:
        raise LimitError(source.name, f"大小 {size / 2**20:.0f} MB", f" {limits.file_mb} MB", "file_mb")
    if not size:
        raise EmptyFileError(source.name)
    format_ = format_of(source)
    if format_ is None:
        raise UnsupportedFormatError(source.name, SUFFIXES)
    return _READERS[format_](source, limits)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of DOC, XLS and of encrypted DOCX and XLSX
_OLE_STREAMS = {"WordDocument": "doc", "Workbook": "sheets", "Book": "sheets"}
_ZIP = b"PK\x03\x04"
_ZIP_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "sheets"}
_MARK_UP = (b"<!doctype html", b"<html", b"<%@ page")
_LOOKED_AT = 1024  # bytes: a PDF may have rubbish before its mark, a page comments


def format_of(source: Source) -> str | None:
    """Return a file's format; None if it is none that is read."""
    head = source.data[:_LOOKED_AT]
    by_suffix = SUFFIXES.get(PurePath(source.name).suffix.lower())
    if b"%PDF-" in head and by_suffix != "text":
        return "pdf"
    if head.startswith(_ZIP):
        return _format_of_zip(source) or by_suffix
    if head.startswith(_OLE):
        return _format_of_ole(source) or by_suffix
    if head.startswith(b"{\\rtf"):
        return "doc"
    if by_suffix in ("doc", "sheets", "text") and any(mark in head.lower() for mark in _MARK_UP):
        return "html"
    return by_suffix


def _format_of_zip(source: Source) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise DamagedFileError(source.name, PurePath(source.name).suffix.lstrip(".").upper() or "ZIP") from error
    return next((format_ for part, format_ in _ZIP_PARTS.items() if part in names), None)


def _format_of_ole(source: Source) -> str | None:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in source.data  # the directory lists the streams by name

    if has("EncryptedPackage"):
        raise EncryptedFileError(source.name)
    return next((format_ for stream, format_ in _OLE_STREAMS.items() if has(stream)), None)
