"""The bytes of a PDF → its content, step by step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from ingest.content import Content, Grid, Source
from ingest.errors import DamagedFileError, EncryptedFileError, LimitError, ReadError, ScannedFileError
from ingest.limits import Limits
from ingest.readers.pdf.characters import Page, read_page
from ingest.readers.pdf.columns import Layout, laid_out
from ingest.readers.pdf.furniture import without_furniture
from ingest.readers.pdf.paragraphs import blocks_of
from ingest.readers.pdf.tables import take_tables

_MIN_PER_PAGE = 5  # characters: scanned pages often bear a typed number or a stamp
_MAX_BLANK_SEGMENTS = 100  # of a page without text: frames have a dozen, letters drawn as curves have thousands
_MAX_UNREADABLE_SHARE = 0.1  # of all characters: bullets from fonts of symbols are some, a font without Unicode is most


def parse_pdf(source: Source, limits: Limits) -> Content:
    """Return the content of a PDF, read in this process.

    Raises:
        ReadError: Damaged, encrypted, without text, or beyond a limit.
    """
    with _open(source, limits) as document:
        pages = _Pages(source, limits)
        for number in range(1, len(document) + 1):
            pages.add(read_page(document, source.data, number))
    pages.check_text()
    items, furniture = without_furniture(pages.layouts)
    blocks = blocks_of(items)
    cells = sum(len(block.rows) * len(block.rows[0]) for block in blocks if isinstance(block, Grid))
    if cells > limits.cells:
        raise LimitError(source.name, f"表格共 {cells} 格", f" {limits.cells} 格", "cells")
    marks = dict.fromkeys([*furniture, *pages.marks])
    return Content(tuple(blocks), lost=tuple(pages.lost), furniture=tuple(marks))


@contextmanager
def _open(source: Source, limits: Limits) -> Iterator[PdfDocument]:
    """Open a PDF; whatever pdfium or pdfminer make of its insides is said as damage."""
    document = None
    try:
        document = PdfDocument(source.data)
        if len(document) > limits.pages:
            raise LimitError(source.name, f"共 {len(document)} 页", f" {limits.pages} 页", "pages")
        yield document
    except ReadError:
        raise
    except PdfiumError as error:
        if document is None and error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise EncryptedFileError(source.name) from error
        raise DamagedFileError(source.name, "PDF") from error
    except Exception as error:
        raise DamagedFileError(source.name, "PDF") from error
    finally:
        if document:
            document.close()


class _Pages:
    """What the pages of a file come to; of each only its lines are kept.

    Attributes:
        layouts: Lines and tables of each page.
        marks: Text that is turned or off the page.
        lost: What could not be read.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self.layouts: list[Layout] = []
        self.marks: list[str] = []
        self.lost: list[str] = []
        self._source = source
        self._limits = limits
        self._end = time.monotonic() + limits.seconds
        self._characters = 0
        self._unreadable = 0
        self._pictures = 0

    def add(self, page: Page) -> None:
        """Count a page and keep its lines and tables."""
        characters = len(page.characters)
        self._characters += characters
        self._unreadable += page.unreadable
        self._pictures += page.pictures
        self._check()
        if page.unreadable:
            self.lost.append(f"第{page.number}页：{page.unreadable} 个无法识别的字符")
        elif not characters and (page.pictures or page.segments > _MAX_BLANK_SEGMENTS):
            self.lost.append(f"第{page.number}页没有文字层")
        self.marks += page.marks
        tables = take_tables(page, self._limits.cells)
        self.layouts.append(laid_out(page, tables))

    def _check(self) -> None:
        name, limits = self._source.name, self._limits
        if self._characters > limits.characters:
            raise LimitError(name, f"共 {self._characters} 字", f" {limits.characters} 字", "characters")
        if time.monotonic() > self._end:
            raise LimitError(name, f"读取超过 {limits.seconds} 秒", f" {limits.seconds} 秒", "seconds")

    def check_text(self) -> None:
        """Refuse a file without a text layer that can be used."""
        few = self._characters < _MIN_PER_PAGE * len(self.layouts) and self._pictures
        broken = self._unreadable > _MAX_UNREADABLE_SHARE * (self._characters + self._unreadable)
        if few or broken or not self._characters:
            raise ScannedFileError(self._source.name, len(self.layouts))
