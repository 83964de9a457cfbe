"""Spreadsheets (XLSX, XLS, ODS) and CSV: every sheet is a table.

A workbook is read in a process of its own: calamine makes room for all cells up to the last one, and a few bytes can
say that this is at XFD1048576.
"""

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
from ingest.readers.apart import read_apart
from ingest.readers.grids import Tally, arranges_page
from ingest.readers.text import decode


def read_sheets(source: Source, limits: Limits) -> Content:
    """Return the visible sheets of a workbook as tables, each under its name.

    Raises:
        ReadError: The workbook is damaged, encrypted, empty or larger than the limits.
    """
    _check_unpacked(source, limits)
    return read_apart("sheets", source, limits)


def parse_sheets(source: Source, limits: Limits) -> Content:
    """Return the content of a workbook, read in this process.

    Raises:
        ReadError: The workbook is damaged, encrypted, empty or larger than the limits.
    """
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(source.data)) as book:
            visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
            blocks = list(_sheets(book, visible, Tally(source.name, limits)))
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
    tally = Tally(source.name, limits)
    rows = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), skipinitialspace=True):
            tally.count_cells(len(cells))
            if any(cells):
                rows.append([" ".join(cell.split()) for cell in cells])
    except csv.Error as error:
        raise DamagedFileError(source.name, "CSV") from error
    return Content(tuple(_blocks(rows, tally)))


_SEPARATORS = (",", "\t", ";", "|", "，", "；")  # the first of those that do as well is taken
_LOOKED_AT = 4096  # characters: enough rows to see which character separates the cells


def _separator(text: str) -> str:
    """Return what separates the cells: what stands in most lines."""
    lines = text[:_LOOKED_AT].split("\n")  # csv.Sniffer would look at them by expressions that may take hours
    return max(_SEPARATORS, key=lambda separator: sum(separator in line for line in lines))


def _check_unpacked(source: Source, limits: Limits) -> None:
    if not zipfile.is_zipfile(io.BytesIO(source.data)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist()) / 2**20
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise DamagedFileError(source.name, "电子表格") from error
    if unpacked > limits.unpacked_mb:
        raise LimitError(source.name, f"解压后 {unpacked:.0f} MB", f" {limits.unpacked_mb} MB", "unpacked_mb")


def _sheets(book: CalamineWorkbook, names: Sequence[str], tally: Tally) -> Iterator[Block]:
    filled: dict[str, list[Block]] = {}
    for name in names:
        sheet = book.get_sheet_by_name(name)
        tally.count_cells(sheet.height * sheet.width)
        if blocks := list(_blocks(_rows(sheet), tally)):
            filled[name.strip() or "工作表"] = blocks
    for name, blocks in filled.items():
        if len(filled) > 1:
            yield Paragraph(name)
        yield from blocks


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    """Return the cells of a sheet as text, a merged cell repeated wherever it reaches.

    Raises:
        ValueError: Merged cells lie on each other; many could fill a sheet any number of times.
    """
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    free = sum(map(len, rows))
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        columns = min(right + 1, len(rows[top])) - left
        for row in rows[top : bottom + 1]:
            row[left : left + columns] = [rows[top][left]] * columns
            free -= columns
            if free < 0:
                raise ValueError("merged cells on each other")
    return rows


def _blocks(rows: Iterable[Sequence[str]], tally: Tally) -> Iterator[Block]:
    """Yield the table that rows make, without the empty ones, and without columns that are empty throughout."""
    filled = [row for row in rows if any(row)]
    if not filled:
        return
    width = max(map(len, filled))
    tally.count_cells(width * len(filled) - sum(map(len, filled)))
    padded = [[*row, *[""] * (width - len(row))] for row in filled]
    used = [i for i in range(width) if any(row[i] for row in padded)]
    grid = Grid(tuple(tuple(row[i] for i in used) for row in padded))
    if not arranges_page(grid.rows):
        tally.count_characters(grid.rows)
        yield grid
        return
    lines = [dict.fromkeys(filter(None, row)) for row in grid.rows]
    tally.count_characters(lines)
    yield from (Paragraph(" ".join(line)) for line in lines)


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
