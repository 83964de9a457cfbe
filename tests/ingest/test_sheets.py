import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest

from ingest import Limits, Source
from ingest.content import Grid, Paragraph
from ingest.errors import DamagedFileError, EmptyFileError
from ingest.readers import read_content
from ingest.readers.sheets import _text, parse_sheets, read_csv
from tests.ingest.test_readers import workbook


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "是"),
        (False, "否"),
        (300.0, "300"),
        (628.5, "628.5"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (float("inf"), "inf"),
        (datetime(2024, 3, 1), "2024-03-01"),
        (datetime(2024, 3, 1, 9, 30), "2024-03-01 09:30"),
        (date(2024, 3, 1), "2024-03-01"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=26), "1 day, 2:00:00"),
        (" 一中\n\u3000分校 ", "一中 分校"),
        ("", ""),
    ],
)
def test_a_cell_is_what_the_program_shows(value: object, text: str) -> None:
    assert _text(value) == text


def test_hidden_sheets_and_empty_columns_are_left_out() -> None:
    rows: list[list[object]] = [["学校", "", "计划"], ["", "", ""], ["一中", "", 300]]
    data = workbook({"计划": rows, "草稿": rows})
    (grid,) = parse_sheets(Source("计划.xlsx", _hidden(data)), Limits()).blocks
    assert grid == Grid((("学校", "计划"), ("一中", "300")))


def _hidden(data: bytes) -> bytes:
    """Hide the second sheet of a workbook."""
    hidden = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(hidden, "w") as written:
        for name in read.namelist():
            written.writestr(name, read.read(name).replace(b'sheetId="2"', b'sheetId="2" state="hidden"'))
    return hidden.getvalue()


def test_a_sheet_that_arranges_text_is_paragraphs() -> None:
    rows: list[list[object]] = [["关于招生的通知"], ["一、公开计划。"]]
    assert parse_sheets(Source("通知.xlsx", workbook({"表": rows})), Limits()).blocks == (
        Paragraph("关于招生的通知"),
        Paragraph("一、公开计划。"),
    )


def test_a_workbook_without_text_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        parse_sheets(Source("空.xlsx", workbook({"表": []})), Limits())


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Workbook" * 99, b"x"])
def test_what_is_no_workbook_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedFileError, match=r"计划\.xls"):
        read_content(Source("计划.xls", data), Limits())


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("校,说明\n一,甲，乙；丙\n二,丁", [("校", "说明"), ("一", "甲，乙；丙"), ("二", "丁")], id="marks"),
        pytest.param("校，计划\n一，300", [("校", "计划"), ("一", "300")], id="full-width"),
        pytest.param('校, "计划, 人"\n一, 300', [("校", "计划, 人"), ("一", "300")], id="quoted-behind-a-space"),
        pytest.param('校|"计\n划"\n一|300', [("校", "计 划"), ("一", "300")], id="line-end-in-a-cell"),
        pytest.param("校\t计划\n一\t1,300", [("校", "计划"), ("一", "1,300")], id="figure-with-a-comma"),
        pytest.param("校,计划,\n一,300,\n\n二", [("校", "计划"), ("一", "300"), ("二", "")], id="ragged"),
    ],
)
def test_the_separator_of_a_csv_file_is_found(text: str, rows: list[tuple[str, ...]]) -> None:
    assert read_csv(Source("计划.csv", text.encode()), Limits()).blocks == (Grid(tuple(rows)),)
