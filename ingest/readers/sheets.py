"""Spreadsheets (XLSX, XLS, ODS) and CSV: every sheet is a table."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from ingest.content import Block, Content, Grid, Paragraph, Source
from ingest.errors import DamagedFileError, EmptyFileError, EncryptedFileError, LimitError
from ingest.limits import Limits
from ingest.readers.grids import MAX_COLUMNS, arranges_page
from ingest.readers.text import decode


def read_sheets(source: Source, limits: Limits) -> Content:
    """Return the visible sheets of a workbook as tables, each under its name.

    Raises:
        ReadError: The workbook is damaged, encrypted, empty or larger than the limits.
    """
    _check_unpacked(source, limits)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(source.data)) as book:
            visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
            blocks = list(_sheets(book, visible, source.name, limits))
    except python_calamine.PasswordError as error:
        raise EncryptedFileError(source.name) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DamagedFileError(source.name, "电子表格") from error
    if not blocks:
        raise EmptyFileError(source.name)
    return Content(tuple(blocks))


def read_csv(source: Source, limits: Limits) -> Content:
    """Return a CSV or TSV file as one table.

    Raises:
        ReadError: The file is empty, no text, or larger than the limits.
    """
    text = decode(source, limits)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:_LOOKED_AT], delimiters=",;\t|，；")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), dialect)]
    except csv.Error as error:
        raise DamagedFileError(source.name, "CSV") from error
    return Content(tuple(_blocks(rows, source.name, limits)))


_LOOKED_AT = 4096  # characters: enough rows to see which character separates the cells


def _check_unpacked(source: Source, limits: Limits) -> None:
    if not zipfile.is_zipfile(io.BytesIO(source.data)):
        return
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist()) / 2**20
    if unpacked > limits.unpacked_mb:
        raise LimitError(source.name, f"解压后 {unpacked:.0f} MB", f" {limits.unpacked_mb} MB", "unpacked_mb")


def _sheets(book: CalamineWorkbook, names: Sequence[str], name: str, limits: Limits) -> Iterator[Block]:
    cells = 0
    filled: dict[str, list[Block]] = {}
    for sheet_name in names:
        sheet = book.get_sheet_by_name(sheet_name)
        cells += sheet.height * sheet.width
        if cells > limits.cells:
            raise LimitError(name, f"有 {cells} 个以上的单元格", f" {limits.cells} 个", "cells")
        if blocks := list(_blocks(_rows(sheet), name, limits)):
            filled[sheet_name.strip() or "工作表"] = blocks
    for sheet_name, blocks in filled.items():
        if len(filled) > 1:
            yield Paragraph(sheet_name)
        yield from blocks


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    """Return the cells of a sheet as text, a merged cell repeated wherever it reaches."""
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * (min(right + 1, len(row)) - left)
    return rows


def _blocks(rows: Iterable[Sequence[str]], name: str, limits: Limits) -> Iterator[Block]:
    """Yield the table that rows make, without the empty ones, and without columns that are empty throughout."""
    filled = [row for row in rows if any(row)]
    if not filled:
        return
    width = max(map(len, filled))
    if width * len(filled) > limits.cells:
        raise LimitError(name, f"有 {width * len(filled)} 个单元格", f" {limits.cells} 个", "cells")
    padded = [[*row, *[""] * (width - len(row))] for row in filled]
    used = [i for i in range(width) if any(row[i] for row in padded)][:MAX_COLUMNS]
    grid = Grid(tuple(tuple(row[i] for i in used) for row in padded))
    if arranges_page(grid.rows):
        for row in grid.rows:
            yield Paragraph(" ".join(dict.fromkeys(cell for cell in row if cell)))
    else:
        yield grid


def _text(value: Any) -> str:
    """Return a cell as the program shows it in the usual formats: no 「.0」 behind whole numbers, dates as dates."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return " ".join(str(value).split())
