"""Whatever a file holds, reading it ends soon: in a document that holds all of its text, or in a sentence that says why
not.

The files are like those people have, but broken or made to do harm. Large ones are made small here, and the limits with
them: a thousand cells show what a million would do.
"""

from __future__ import annotations

import io
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import Document, Limits, PolicyFile, Source, list_files, load, read_document
from ingest.errors import CrashedReaderError, DamagedFileError, EmptyFileError, LimitError, ReadError
from ingest.readers.html import parse_html, read_marked_text, squeeze
from ingest.readers.markdown import parse_markdown
from ingest.tables import row_text

few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fewest = settings(few, max_examples=3)  # each starts a process

ARTICLE = "第一条 为了规范招生工作，保障适龄儿童少年接受义务教育的权利，制定本办法。"


def read(name: str, data: bytes, limits: Limits | None = None) -> Document | None:
    """Read a file and prove that nothing of its text is in no clause or in two; None if it is refused."""
    try:
        document = read_document(Source(name, data), limits or Limits())
    except ReadError as error:
        assert str(error).endswith("。")
        assert PurePath(name).name in str(error)
        return None
    ends = [0, *(clause.end for clause in document.clauses)]
    assert all(end <= clause.start for end, clause in zip(ends, document.clauses, strict=False))
    ink = "".join(document.text[clause.start : clause.end] for clause in document.clauses)
    assert "".join(ink.split()) == "".join(document.text.split())
    for table in document.tables:
        for row in table.rows:
            assert document.text[row.start : row.end] == row_text(table.columns, row.cells)
    return document


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the machine was at work for longer than it could be if work grew with size; none of these take long."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


# --- Pages -----------------------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(
    [
        *(
            ARTICLE,
            "第二条",
            "一、总体要求",
            "附件1：名单",
            "目录",
            "发布日期：2024-01-01 来源：某局",
            "上一篇：",
            "2024年",
        ),
        *(
            " ",
            "\n",
            "\u3000\n\u3000",
            "\xa0",
            "\u2003",
            "&nbsp;",
            "&#0;",
            "&#xD800;",
            "&#x110000;",
            "&lt;p&gt;",
            "&",
            "<",
        ),
        *(
            "\x00",
            "\u200b",
            "\ufeff",
            "]]>",
            "<![CDATA[甲]]>",
            "<!--",
            "-->",
            "<?xml",
            "<%",
            "%>",
            "<%@ page %>",
            '"',
            "='",
        ),
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        *(
            "",
            " hidden",
            " style='display:none'",
            " class=nav",
            " id=footer",
            " role=navigation",
            " href='javascript:'",
        ),
        *(" colspan=3", " colspan=99999", " colspan=-1", " colspan=²", " rowspan=2", " rowspan=99999", " rowspan=0"),
        *(" start=3", " start=²", " start=99999999999999999999", " value=-7", " x='" + "甲" * 500 + "'", " colspan='2"),
    ]
)
TAGS = st.sampled_from(
    [
        *("div", "p", "span", "a", "b", "font", "br", "h1", "h2", "title", "meta", "base", "form", "o:p", "center"),
        *("table", "thead", "tbody", "tr", "td", "th", "caption", "table", "tr", "td", "ul", "ol", "li", "dl", "dd"),
        *("html", "head", "body", "frameset", "iframe", "script", "style", "select", "textarea", "svg", "template"),
    ]
)
MARKUP = st.lists(
    st.one_of(
        TEXTS, st.builds("<{}{}>".format, TAGS, ATTRIBUTES), st.builds("</{}>".format, TAGS), st.text(max_size=5)
    ),
    max_size=60,
).map("".join)


@few
@given(MARKUP)
def test_any_page(markup: str) -> None:
    read("a.html", markup.encode("utf-8", "surrogatepass"))
    read("a.jsp", f"<p>{ARTICLE}</p>{markup}".encode("utf-8", "replace"))


@few
@given(MARKUP)
def test_nothing_that_a_page_shows_is_lost(markup: str) -> None:
    """Of mark-up without anything around the document, all lines are kept but those that are hidden."""
    shown = markup.replace("<", "＜").replace("&", "＆").replace("\x00", "")
    data = "".join(f"<div><table><caption>{shown}</caption>")
    content = read_marked_text(f"{data}<tr><td>甲<td>{ARTICLE}<tr><th>乙", "a.html", Limits())
    assert squeeze(shown) in [getattr(block, "text", "") for block in content.blocks] + [""]


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div>" * 2_000 + f"<p>{ARTICLE}</p>" * 1_000, id="deep"),
        pytest.param("<div class=foot>" * 2_000 + f"<p>{ARTICLE}</p>" * 1_000, id="deep-and-named"),
        pytest.param("<ul><li><a href=x>甲</a>" * 600 + f"<p>{ARTICLE}</p>" * 1_000, id="deep-and-linked"),
        pytest.param("<table><tr><td>甲，" * 600, id="tables-in-tables"),
        pytest.param("<table><tr><td>甲<td>1<tr><td>乙<td>2</table>" * 800, id="many-tables"),
        pytest.param("<ol>" + "<li>甲，乙" * 4_000, id="long-list"),
        pytest.param("<ol><li>" * 300 + "<b>甲</b>" * 4_000, id="deep-list"),
        pytest.param("<h1><div>" * 1_000 + "关于招生的通知" * 10_000, id="heading-in-heading"),
        pytest.param("<br>" * 10_000, id="breaks"),
        pytest.param("甲" + "\u3000\n" * 50_000 + "x，", id="white-space"),
        pytest.param("甲" + " " * 200_000 + "，", id="spaces"),
        pytest.param("<%" * 100_000, id="server-code-without-end"),
        pytest.param("<!--" * 100_000, id="comment-without-end"),
        pytest.param("&" * 100_000 + "<" * 100_000, id="marks"),
        pytest.param(f"<p>{'浏览次数::::' * 9}x</p>", id="widgets"),
        pytest.param(f"<title>甲{'　' * 100_000}乙</title>", id="title"),
        pytest.param(f"<div style='display{' ' * 100_000}x'>", id="style"),
        pytest.param(
            "<table>" + f"<tr><td>{'1' * 20_000}x<td>{'1' * 20_000}x" + "<tr><td>1<td>2</table>", id="figures"
        ),
        pytest.param("<table>" + "<tr><td colspan=2>甲" * 2_000 + "<tr><td>1<td>2</table>", id="titles-of-a-table"),
    ],
)
def test_a_page_takes_time_in_proportion_to_its_size(markup: str) -> None:
    with within(8):
        read("a.html", f"<p>{ARTICLE}</p>{markup}".encode(), Limits(characters=500_000))


@pytest.mark.parametrize(
    ("table", "limits"),
    [
        pytest.param("<tr><td colspan=99999>甲<td>乙" * 100, Limits(cells=10_000), id="wide-cells"),
        pytest.param("<tr>" + "<td colspan=99999>甲" * 1_000, Limits(cells=10_000), id="wide-row"),
        pytest.param(
            "<tr>" + "<td rowspan=99999 colspan=99>甲" * 9 + "<tr>" * 100, Limits(cells=9_000), id="high-cells"
        ),
        pytest.param("<tr>" + "<td>甲" * 999 + "<tr><td>乙" * 99, Limits(cells=9_000), id="one-wide-row"),
        pytest.param(f"<tr><td rowspan=99>{ARTICLE}<td>1" + "<tr><td>2" * 99, Limits(characters=3_000), id="long-cell"),
    ],
)
def test_merged_cells_cannot_grow_beyond_the_limits(table: str, limits: Limits) -> None:
    with pytest.raises(LimitError, match=r"a\.html (有 \d+ 个以上的单元格|表格共 \d+ 字)，上限为.*WENCE_MAX_"):
        parse_html(Source("a.html", f"<p>{ARTICLE}</p><table>{table}</table>".encode()), limits)


def test_a_page_nested_too_deeply_is_refused_and_not_cut() -> None:
    with pytest.raises(DamagedFileError):
        read_document(Source("a.html", (f"<p>{ARTICLE}</p>" + "<div>" * 3_000 + f"<p>{ARTICLE}").encode()))


def test_a_text_of_many_megabytes_is_read_whole() -> None:
    markup = f"<p>{'甲，' * 2_000_000}</p>"  # 12 MB, beyond what the parser takes if it is not told
    (block,) = read_marked_text(markup, "a.html", Limits()).blocks
    assert len(getattr(block, "text", "")) == 4_000_000


def test_a_large_page_is_read_apart_and_says_the_same() -> None:
    markup = f"<title>招生办法</title><h1>招生办法</h1><p>{ARTICLE}</p><!--{' ' * 2**20}-->"
    large, small = (read("a.html", text.encode()) for text in (markup, markup.replace(" " * 2**20, "")))
    assert large is not None
    assert large == small


# --- Markdown and text -----------------------------------------------------------------------------------------------

MARKDOWN = st.lists(
    st.one_of(
        *(TEXTS, st.text(max_size=5), st.builds("<{}{}>".format, TAGS, ATTRIBUTES)),
        st.sampled_from(
            ["# ", "- ", "1. ", "> ", "  ", "    ", "\n", "\n\n", "```\n", "~~~", "---\n", "===\n", "* * *\n"]
        ),
        st.sampled_from(
            ["|甲|乙|\n|-|-|\n", "|1|\n", "|", "[", "](", "![", "[a]: b\n", "*a_ ", "**", "`", "\\", "<a b="]
        ),
    ),
    max_size=60,
).map("".join)


@few
@given(MARKDOWN)
def test_any_markdown(text: str) -> None:
    read("a.md", text.encode("utf-8", "surrogatepass"))


@few
@given(st.text(max_size=200) | st.lists(TEXTS, max_size=30).map("".join))
def test_any_text(text: str) -> None:
    read("a.txt", text.encode("utf-8", "surrogatepass"))
    read("a.txt", text.encode("utf-16", "surrogatepass"))


@few
@given(st.sampled_from(["a.txt", "a.md", "a.html", "a.csv", "a.docx", "a.xls", "a.doc", "a.zip", "a"]), st.binary())
def test_any_bytes(name: str, data: bytes) -> None:
    read(name, data)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[" * 10_000,
            "![" * 4_000,
            "[a](<b" * 5_000,
            "[a](" * 5_000,
            "*a_ " * 5_000,
            "**a " * 5_000,
            "* * " * 9_000,
        ),
        *("<!--" * 5_000, "a <![CDATA[" * 2_000, "<a b=" * 5_000, "&#x3C;" * 5_000, "> " * 5_000, "- " * 5_000),
        *("|" * 9_000 + "\n" + "|-" * 9_000, "|a" * 99 + "\n" + "|-" * 99 + "\n|b" * 99, "[a]: b\n" * 5_000),
        "".join("e" + "`" * i for i in range(500)),
    ],
    ids=lambda text: repr(text[:9]),
)
def test_markdown_takes_time_in_proportion_to_its_size(text: str) -> None:
    with within(8):
        read("a.md", f"{ARTICLE}\n\n{text}".encode())


@pytest.mark.parametrize("nested", ["> " * 500, "\n".join("  " * i + "- 甲" for i in range(500)) + "\n" + "  " * 500])
def test_what_is_nested_too_deeply_for_markdown_is_text(nested: str) -> None:
    content = parse_markdown(Source("a.md", f"{nested}{ARTICLE}".encode()), Limits())
    assert ARTICLE in getattr(content.blocks[-1], "text", "")


def test_lists_are_nested_as_deeply_as_people_nest_them() -> None:
    text = "\n".join("  " * i + f"- 第{i}层" for i in range(9))
    blocks = parse_markdown(Source("a.md", text.encode()), Limits()).blocks
    assert [getattr(block, "text", "") for block in blocks] == [f"第{i}层" for i in range(9)]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.html"])
def test_a_text_of_too_many_lines_is_refused(name: str) -> None:
    with pytest.raises(LimitError, match="共 101 行，上限为 100 行。.*WENCE_MAX_CHARACTERS"):
        read_document(Source(name, b"a" + b"\r\n" * 101), Limits(characters=1_000))


@pytest.mark.parametrize("text", ["甲" * 200_000, "1" * 200_000, "甲 " * 100_000, "第" * 9 + " " * 200_000 + "x"])
def test_a_text_on_a_single_line(text: str) -> None:
    with within(8):
        assert read("a.txt", text.encode()) is not None


# --- Tables ----------------------------------------------------------------------------------------------------------


@few
@given(
    st.lists(
        st.sampled_from(["甲", "1", ",", ";", "\t", "，", "|", '"', '""', "\n", "\r\n", " ", "a,b\n"]), max_size=80
    )
)
def test_any_csv(pieces: list[str]) -> None:
    read("a.csv", "".join(pieces).encode())


@pytest.mark.parametrize(
    "text", ['"甲,乙\n' * 10_000, '"' + "甲,乙\n" * 30_000, 'a,"' + '"' * 4_090, '"a",' + ' "' * 2_040]
)
def test_quotes_that_do_not_close(text: str) -> None:
    with within(8):
        read("a.csv", text.encode())


@pytest.mark.parametrize(
    "text",
    ["甲," * 10_000 + "\n" + "1," * 10_000, "," * 6_000 + "甲\n" + "乙\n" * 6_000, "甲,乙\n" * 6_000],
    ids=["wide", "ragged", "high"],
)
def test_a_table_of_too_many_cells_is_refused(text: str) -> None:
    with pytest.raises(LimitError, match="单元格.*WENCE_MAX_CELLS"):
        read_document(Source("a.csv", text.encode()), Limits(cells=10_000))


def test_no_column_is_lost_however_many_there_are() -> None:
    columns = [f"第{i}列" for i in range(1_000)]
    document = read("a.csv", f"{','.join(columns)}\n{','.join(map(str, range(1_000)))}".encode())
    assert document is not None
    assert "第999列 999" in document.text


# --- Packages --------------------------------------------------------------------------------------------------------

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "甲甲甲甲甲甲甲甲">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(10))
    + "]>"
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return data.getvalue()


def docx(body: str, before: str = "") -> bytes:
    return packed({"word/document.xml": f'{before}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'})


def xlsx(rows: str, more: str = "", shared: str = "", before: str = "") -> bytes:
    kinds = {"sheets": ("worksheet", "sheet.xml"), "strings": ("sharedStrings", "sharedStrings.xml")}
    links = "".join(f'<Relationship Id="{i}" Type="{_OFFICE}/{k}" Target="{t}"/>' for i, (k, t) in kinds.items())
    main = f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    sheets = '<sheets><sheet name="表" sheetId="1" r:id="sheets"/></sheets>'
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{main}</Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">{sheets}</workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}" count="1" uniqueCount="1">{shared}</sst>',
            "xl/sheet.xml": f'{before}<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData>{more}</worksheet>',
        }
    )


def cells(number: int, **texts: str) -> str:
    """Write a row of a sheet, its cells by their columns."""
    inside = "".join(f'<c r="{c}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for c, text in texts.items())
    return f'<row r="{number}">{inside}</row>'


def with_false_size(data: bytes, size: int = 100) -> bytes:
    """Let an archive say of all its entries that they are small."""
    false = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = false.find(mark)
        while place >= 0:
            struct.pack_into("<I", false, place + at, size)
            place = false.find(mark, place + 4)
    return bytes(false)


TWO_ROWS = cells(1, A="学校", B="计划") + cells(2, A="一中", B="300")


def test_the_files_that_are_broken_below_can_be_read() -> None:
    assert read("a.docx", docx(f"<w:p><w:r><w:t>{ARTICLE}</w:t></w:r></w:p>")) is not None
    workbook = read("a.xlsx", xlsx(TWO_ROWS))
    assert workbook is not None
    assert workbook.text == "学校 一中 · 计划 300"


MERGED = '<mergeCell ref="A1:B2"/>'
REPEATED = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c><c r="B{i}"><v>1</v></c></row>' for i in range(1, 99))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(xlsx(cells(1, A="甲") + cells(1048576, XFD="乙")), CrashedReaderError, id="far-corner"),
        pytest.param(xlsx(cells(1, A="甲") + cells(99999999999999999, A="乙")), CrashedReaderError, id="no-such-row"),
        pytest.param(xlsx('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), DamagedFileError, id="no-such-string"),
        pytest.param(xlsx(cells(1, A="&k;"), before=BILLION), DamagedFileError, id="entities"),
        pytest.param(xlsx(TWO_ROWS, f"<mergeCells>{MERGED * 9}</mergeCells>"), DamagedFileError, id="merged-twice"),
        pytest.param(xlsx(REPEATED, shared=f"<si><t>{ARTICLE}</t></si>"), LimitError, id="strings"),
        pytest.param(with_false_size(xlsx(TWO_ROWS + cells(3, A="甲" * 99_999))), DamagedFileError, id="false-size"),
    ],
)
def test_a_workbook_that_is_a_bomb(data: bytes, error: type[ReadError]) -> None:
    with within(8), pytest.raises(error, match=r"a\.xlsx"):
        read_document(Source("a.xlsx", data), Limits(characters=3_000))


def test_a_range_of_the_whole_sheet_is_no_bomb() -> None:
    assert read("a.xlsx", xlsx(TWO_ROWS, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')) is not None


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_package_that_unpacks_to_too_much_is_refused(name: str) -> None:
    bombs = {"a.docx": docx("<w:p/>" * 200_000), "a.xlsx": xlsx("<row/>" * 200_000)}
    with pytest.raises(LimitError, match="解压后 1 MB，上限为 1 MB。.*WENCE_MAX_UNPACKED_MB"):
        read_document(Source(name, bombs[name]), Limits(unpacked_mb=1))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(docx("<w:p><w:r><w:t>&k;</w:t></w:r></w:p>", BILLION), id="entities"),
        pytest.param(docx("<w:p>" * 10_000), id="deep"),
        pytest.param(with_false_size(docx("<w:p/>" * 100_000)), id="false-size"),
    ],
)
def test_a_word_document_that_is_a_bomb(data: bytes) -> None:
    with within(8), pytest.raises(DamagedFileError):
        read_document(Source("a.docx", data))


def test_a_part_larger_than_its_archive_says_is_not_unpacked() -> None:
    bomb = with_false_size(docx(f"<w:p><w:r><w:t>{'0' * 2**26}</w:t></w:r></w:p>"))
    tracemalloc.start()
    try:
        with pytest.raises(DamagedFileError):
            read_document(Source("a.docx", bomb))
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_many_terms_of_validity_on_one_line_take_no_longer_each() -> None:
    with within(8):
        read_document(Source("a.txt", ("有效期5年" * 200_000).encode()))


def broken(data: bytes, seed: int) -> bytes:
    """Change a file at random places: bits and bytes, and stretches that are left out or doubled."""
    random_ = random.Random(seed)  # noqa: S311 - nothing secret
    broken = bytearray(data)
    for _ in range(random_.choice([1, 1, 3, 30])):
        at = random_.randrange(len(broken))
        end = at + random_.choice([1, 4, 60])
        change: Callable[[bytes], bytes] = random_.choice(
            [
                lambda s: bytes([s[0] ^ 1 << random_.randrange(8)]) + s[1:],
                lambda _: b"",
                lambda s: s + s,
                lambda s: s[::-1],
            ]
        )
        broken[at:end] = change(bytes(broken[at:end]))
    return bytes(broken[: random_.randrange(len(broken))] if random_.random() < 0.2 else broken)


def repacked(data: bytes, seed: int) -> bytes:
    """Change the parts of a package, not the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    changed = random.Random(seed).choice(list(parts))  # noqa: S311 - nothing secret
    part = parts.pop(changed)
    return packed(parts | ({changed: broken(bytes(part), seed)} if isinstance(part, bytes) and seed % 5 else {}))


@few
@given(st.integers(0, 10**6))
def test_a_broken_word_document(seed: int) -> None:
    data = docx(f"<w:p><w:r><w:t>{ARTICLE}</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>")
    read("a.docx", broken(data, seed))
    read("a.docx", repacked(data, seed))


@fewest
@given(st.integers(0, 10**6))
def test_a_broken_workbook(seed: int) -> None:
    read("a.xlsx", repacked(xlsx(TWO_ROWS, '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'), seed))


@few
@given(st.integers(0, 10**6))
def test_a_broken_archive(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    path = tmp_path_factory.getbasetemp() / "破.zip"
    path.write_bytes(broken(packed({"通知.txt": ARTICLE * 9, "甲/乙.md": ARTICLE, "空.txt": b""}), seed))
    for file in list_files([path]):
        try:
            source = load(file)
        except ReadError as error:
            assert str(error).endswith("。")
        else:
            read(source.name, source.data)


def test_an_archive_that_lies_about_its_size_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(with_false_size(packed({"甲.txt": b"0" * 2**20})))
    with pytest.raises(DamagedFileError):
        load(list_files([path])[0])


def test_many_small_entries_are_too_much_together(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({f"{i}.txt": b"0" * 2**18 for i in range(9)} | {"片.mp4": b"0" * 2**22}))
    assert len(load(list_files([path])[0], Limits(unpacked_mb=3)).data) == 2**18  # only what is read counts
    with pytest.raises(LimitError, match="解压后共 2 MB，上限为 2 MB。.*WENCE_MAX_UNPACKED_MB"):
        load(list_files([path])[0], Limits(unpacked_mb=2))


def test_an_archive_of_many_files_is_listed_once(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({f"{i}.txt": b"0" for i in range(3_000)}))
    with within(8):
        assert sum(len(load(file).data) for file in list_files([path])) == 3_000


def test_an_entry_that_is_gone_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"甲.txt": b"0"}))
    with pytest.raises(DamagedFileError):
        load(PolicyFile(path, "乙.txt"))


def test_what_holds_only_marks_is_empty() -> None:
    for name, data in (
        ("a.md", b"[a]: b"),
        ("a.html", b"<!-- x -->"),
        ("a.csv", b",,\n,,"),
        ("a.txt", "\u2003\n".encode()),
    ):
        with pytest.raises(EmptyFileError):
            read_document(Source(name, data))
