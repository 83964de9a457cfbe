"""PDF files with a text layer: characters → lines → tables, columns, furniture → paragraphs.

A PDF is a program for drawing, and a few kilobytes of one can ask for gigabytes of memory or for a year. It is read
in a process of its own, whose memory and time are limited and whose crash is an error like any other. pdfium also is
not made for threads.
"""

from __future__ import annotations

from ingest.content import Content, Source
from ingest.errors import CrashedReaderError, DamagedFileError
from ingest.limits import Limits
from ingest.readers.apart import MAX_MEMORY, START_SECONDS, read_apart

__all__ = ["read_pdf"]

_MAX_MEMORY = MAX_MEMORY
_START_SECONDS: float = START_SECONDS


def read_pdf(source: Source, limits: Limits) -> Content:
    """Return the paragraphs and tables of a PDF.

    Raises:
        ReadError: Damaged, encrypted, without text, or beyond a limit.
    """
    try:
        return read_apart("pdf", source, limits, _MAX_MEMORY, _START_SECONDS)
    except CrashedReaderError as error:
        raise DamagedFileError(source.name, "PDF") from error
