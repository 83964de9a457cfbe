import io
import zipfile
from pathlib import Path

import pytest

from ingest import Limits, PolicyFile, Source, list_files, load, read_document
from ingest.content import Content, Grid, Paragraph
from ingest.errors import (
    BinaryFileError,
    DamagedFileError,
    EmptyFileError,
    EncryptedFileError,
    LimitError,
    MissingFileError,
    ReadError,
    UnknownEncodingError,
    UnsupportedFormatError,
)
from ingest.readers import read_content

TEXT = "温州市教育局关于开展工作的通知\n一、总体要求。坚持“五育”并举。"


def read(name: str, data: bytes, **limits: int) -> Content:
    return read_content(Source(name, data), Limits(**limits))


def lines(content: Content) -> list[str]:
    return [block.text for block in content.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "gb2312", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("name", ["通知.txt", "通知.md"])
def test_text_is_the_same_in_every_encoding(name: str, encoding: str) -> None:
    assert lines(read(name, TEXT.encode(encoding))) == TEXT.split("\n")


def test_windows_line_ends_are_line_ends() -> None:
    assert lines(read("a.txt", "一、甲\r\n二、乙\r三、丙".encode())) == ["一、甲", "二、乙", "三、丙"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"", EmptyFileError, id="empty"),
        pytest.param(b" \n\t\n", EmptyFileError, id="white-space"),
        pytest.param("\ufeff".encode(), EmptyFileError, id="only-a-mark"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), BinaryFileError, id="png"),
        pytest.param(b"\x01\x02\x03\x04" * 50, BinaryFileError, id="data-without-zero"),
        pytest.param(b"PK\x03\x04" + b"\x01\x02\x03\x04" * 50, DamagedFileError, id="broken-zip"),
        pytest.param(b"\xff\xff\xff\xff" * 10, UnknownEncodingError, id="no-encoding"),
        pytest.param(b"\xff\xfe\x00", UnknownEncodingError, id="broken-utf-16"),
    ],
)
def test_what_is_not_text_is_refused_by_name(content: bytes, error: type[ReadError]) -> None:
    with pytest.raises(error, match="附件.txt"):
        read("文件夹/附件.txt", content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="无此文件.txt"):
        load(PolicyFile(tmp_path / "无此文件.txt"))


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UnsupportedFormatError, match=r"\.ofd.*\.docx.*\.txt"):
        read("通知.ofd", b"x")


def test_a_file_too_large_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "大.txt"
    with file.open("wb") as sparse:
        sparse.truncate(50 * 2**20 + 1)
    with pytest.raises(LimitError, match="50 MB.*WENCE_MAX_FILE_MB"):
        load(PolicyFile(file))


def test_a_text_too_long_is_refused() -> None:
    with pytest.raises(LimitError, match="共 11 字，上限为 10 字.*WENCE_MAX_CHARACTERS"):
        read("长.txt", ("甲" * 11).encode(), characters=10)


def test_a_page_that_is_named_like_a_table_is_a_page() -> None:
    page = "<html><body><p>第一条 为了规范招生工作，保障适龄儿童少年接受义务教育的权利，制定本办法。</p></body></html>"
    assert lines(read("成绩.xls", page.encode())) == [
        "第一条 为了规范招生工作，保障适龄儿童少年接受义务教育的权利，制定本办法。"
    ]


def test_an_encrypted_office_file_is_refused_as_such() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedFileError, match="密码"):
        read("通知.docx", data)


MARKDOWN = """# 某市条例

2020年1月1日 某市人民代表大会常务委员会通过

<!-- 注释 -->

## 第一章　总则

第一条 为了**规范**工作，[制定](http://x)本条例。
第二条 学校应当：

1. 公布条件；
2. 公开结果。

| 年份 | 人数 |
|---|---|
| 2020 | 30 |
| 2021 | 40 |
"""


def test_markdown_loses_its_marks_and_keeps_its_numbers_and_tables() -> None:
    content = read("条例.md", MARKDOWN.encode())
    assert lines(content) == [
        "某市条例",
        "2020年1月1日 某市人民代表大会常务委员会通过",
        "第一章 总则".replace(" ", "　"),
        "第一条 为了规范工作，制定本条例。",
        "第二条 学校应当：",
        "1. 公布条件；",
        "2. 公开结果。",
    ]
    (grid,) = [block for block in content.blocks if isinstance(block, Grid)]
    assert grid.rows == (("年份", "人数"), ("2020", "30"), ("2021", "40"))
    assert grid.heading_rows == 1


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_file_is_a_table(separator: str) -> None:
    text = separator.join(["学校", "计划"]) + "\n" + separator.join(["一中", "300"])
    (grid,) = read("计划.csv", text.encode("gb18030")).blocks
    assert isinstance(grid, Grid)
    assert grid.rows == (("学校", "计划"), ("一中", "300"))


def workbook(sheets: dict[str, list[list[object]]], merged: str = "") -> bytes:
    """Write a minimal XLSX file."""
    names = list(sheets)
    rels = "".join(
        f'<Relationship Id="r{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        f' Target="worksheets/sheet{i}.xml"/>'
        for i in range(len(names))
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"'
            ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
            + "".join(f'<sheet name="{name}" sheetId="{i + 1}" r:id="r{i}"/>' for i, name in enumerate(names))
            + "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>',
        )
        for i, name in enumerate(names):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", _sheet(sheets[name], merged))
    return data.getvalue()


def _sheet(rows: list[list[object]], merged: str) -> str:
    def cell(value: object, place: str) -> str:
        if isinstance(value, int | float):
            return f'<c r="{place}"><v>{value}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'

    body = "".join(
        f'<row r="{r}">' + "".join(cell(v, f"{chr(65 + c)}{r}") for c, v in enumerate(row) if v != "") + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    merges = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{body}</sheetData>{merges}</worksheet>"
    )


def test_a_workbook_is_its_sheets_with_merged_cells_filled() -> None:
    rows: list[list[object]] = [["科类", "专业", "最低分"], ["文史", "法学", 632.0], ["", "财政", 628.5]]
    (grid,) = read("分数.xlsx", workbook({"分数": rows, "空": []}, "A2:A3")).blocks
    assert isinstance(grid, Grid)
    assert grid.rows == (("科类", "专业", "最低分"), ("文史", "法学", "632"), ("文史", "财政", "628.5"))


def test_several_sheets_stand_under_their_names() -> None:
    rows: list[list[object]] = [["学校", "计划"], ["一中", 300]]
    assert lines(read("计划.xlsx", workbook({"小学": rows, "初中": rows}))) == ["小学", "初中"]


def test_a_workbook_with_too_many_cells_is_refused() -> None:
    rows: list[list[object]] = [["甲", "乙"]] * 10
    with pytest.raises(LimitError, match="单元格.*WENCE_MAX_CELLS"):
        read("大.xlsx", workbook({"大": rows}), cells=10)


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def test_an_archive_stands_for_what_it_holds(tmp_path: Path) -> None:
    archive(
        tmp_path / "政策.zip", {"甲/通知.txt": TEXT.encode(), "图.png": b"x", "__MACOSX/._a.txt": b"x", "乙.md": b"x"}
    )
    files = list_files([tmp_path])
    assert [file.name.removeprefix(tmp_path.as_posix()) for file in files] == [
        "/政策.zip/乙.md",
        "/政策.zip/甲/通知.txt",
    ]
    assert read_document(load(files[1])).text == TEXT


def test_names_in_an_archive_of_old_windows_programs_are_readable(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"通知.txt".encode("gbk").decode("cp437"): TEXT.encode()})
    data = path.read_bytes()
    # The entry as such programs write it: the bytes of GBK, and no flag for UTF-8.
    utf8, gbk = "通知.txt".encode("gbk").decode("cp437").encode(), "通知.txt".encode("gbk")
    entry = zipfile.ZipInfo("x" * len(gbk))
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(entry, TEXT.encode())
    path.write_bytes(path.read_bytes().replace(b"x" * len(gbk), gbk))
    assert utf8 in data
    assert [file.name.rpartition("/")[2] for file in list_files([path])] == ["通知.txt"]


def test_an_archive_that_unpacks_to_too_much_is_cut_off(tmp_path: Path) -> None:
    path = archive(tmp_path / "炸弹.zip", {"大.txt": b"0" * (2 * 2**20)})
    with pytest.raises(LimitError, match="解压后超过 1 MB"):
        load(list_files([path])[0], Limits(file_mb=1))


def test_an_archive_in_an_archive_is_refused_by_name(tmp_path: Path) -> None:
    inner = archive(tmp_path / "b.zip", {"a.txt": b"x"}).read_bytes()
    (file,) = list_files([archive(tmp_path / "a.zip", {"内层.zip": inner})])
    with pytest.raises(UnsupportedFormatError, match="内层.zip"):
        read_document(load(file))
