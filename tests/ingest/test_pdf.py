from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ingest import readers
from ingest.content import Content, Grid, Paragraph, Source
from ingest.errors import DamagedFileError, EncryptedFileError, LimitError, ReadError, ScannedFileError
from ingest.limits import Limits
from ingest.readers import pdf
from ingest.readers.pdf import read_pdf
from ingest.readers.pdf.reading import parse_pdf

WIDTH, HEIGHT, SIZE, PITCH = 600, 800, 12, 20
LEFT, FULL = 60, 40  # points; characters in a full line


@dataclass
class Sheet:
    """A page to be written; heights are counted from its top."""

    operators: list[str] = field(default_factory=list)
    entries: str = ""

    def text(self, x: float, y: float, text: str, size: float = SIZE, matrix: str = "1 0 0 1") -> Sheet:
        self.operators.append(f"BT /F1 {size} Tf {matrix} {x} {HEIGHT - y} Tm <{text.encode('utf-16-be').hex()}> Tj ET")
        return self

    def lines(self, lines: Sequence[str], x: float = LEFT, y: float = 120, pitch: float = PITCH) -> Sheet:
        """Each begins at the left edge; full-width spaces before it are its indent."""
        for number, line in enumerate(lines):
            bare = line.lstrip("　")
            self.text(x + SIZE * (len(line) - len(bare)), y + number * pitch, bare)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Sheet:
        self.operators.append(f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")
        return self

    def lattice(self, xs: Sequence[float], ys: Sequence[float]) -> Sheet:
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        return self


def font() -> bytes:
    """Return a TrueType font in which every character is a box."""
    box = struct.pack(">hhhhhHH4B8h", 1, 50, -100, 450, 800, 3, 0, *[1] * 4, 50, 0, 400, 0, -100, 900, 0, -900)
    tables = {
        b"glyf": box,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 1 << 16, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 50, -100, 450, 800, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 1 << 16, 880, -120, 0, 1000, 0, 0, 450, 1, 0, 0, 0, 0, 0, 0, 0, 1),
        b"hmtx": struct.pack(">Hhh", 1000, 50, 50),
        b"loca": struct.pack(">III", 0, 0, len(box)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 1 << 16, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head, body = struct.pack(">IHHHH", 1 << 16, len(tables), 64, 2, 32), b""
    for name, data in tables.items():
        head += struct.pack(">4sIII", name, 0, 12 + 16 * len(tables) + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + body


FONT, ALL_BOXES = font(), zlib.compress(b"\0\1" * 2**16)


def written(
    sheets: Sequence[Sheet],
    *,
    unmapped: str = "",
    meaning: dict[str, str] | None = None,
    password: str | None = None,
    embedded: bool = True,
) -> bytes:
    """Return a PDF whose font maps each code to its own character, or to what is given, or to nothing."""
    codes = {code for sheet in sheets for code in "".join(sheet.operators).split("<") if "> Tj" in code}
    used = {chr(int(c[i : i + 4], 16)) for c in (code.split(">")[0] for code in codes) for i in range(0, len(c), 4)}
    pairs = [(code, (meaning or {}).get(code, code)) for code in sorted(used - set(unmapped))]
    mapping = " ".join(f"<{ord(a):04x}> <{b.encode('utf-16-be').hex()}>" for a, b in pairs)
    first = 8
    file = "/FontFile2 6 0 R" if embedded else ""
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(sheets)))
    objects: list[bytes | tuple[str, bytes]] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(sheets)}/MediaBox[0 0 {WIDTH} {HEIGHT}]>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/None/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/None/DW 1000/W[32 126 500]/CIDToGIDMap 7 0 R/CIDSystemInfo<<"
        "/Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/None/Flags 4"
        f"/FontBBox[0 -120 1000 880]/Ascent 880/Descent -120/ItalicAngle 0/CapHeight 700/StemV 80{file}>>>>".encode(),
        (
            "",
            f"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange {len(pairs)} beginbfchar {mapping}"
            " endbfchar endcmap".encode(),
        ),
        ("", FONT),
        ("/Filter/FlateDecode", ALL_BOXES),
    ]
    for number, sheet in enumerate(sheets):
        contents = f"/Contents {first + 2 * number + 1} 0 R/Resources<</Font<</F1 3 0 R>>>>{sheet.entries}"
        objects += [f"<</Type/Page/Parent 2 0 R{contents}>>".encode(), ("", "\n".join(sheet.operators).encode())]
    return assembled(objects, password)


def assembled(objects: Sequence[bytes | tuple[str, bytes]], password: str | None = None) -> bytes:
    """Return a PDF of objects, a stream being its entries and its data; encrypted with 40 bits if so asked."""
    key, trailer = b"", b""
    if password is not None:
        padded = (password.encode() + PADDING)[:32]
        owner = rc4(md5(padded)[:5], padded)
        key = md5(padded + owner + b"\xfc\xff\xff\xff" + b"id")[:5]
        encryption = f"<</Filter/Standard/V 1/R 2/O<{owner.hex()}>/U<{rc4(key, PADDING).hex()}>/P -4>>"
        trailer = f"/Encrypt {encryption}/ID[<{b'id'.hex()}><{b'id'.hex()}>]".encode()
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        if isinstance(content, tuple):
            entries, data = content
            data = rc4(md5(key + number.to_bytes(3, "little") + b"\0\0")[:10], data) if key else data
            content = f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        trailer,
        len(out),
    )


PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def rc4(key: bytes, data: bytes) -> bytes:
    state, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    j = 0
    for count, byte in enumerate(data, 1):
        i = count % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def parsed(*sheets: Sheet, unmapped: str = "", meaning: dict[str, str] | None = None, embedded: bool = True) -> Content:
    data = written(sheets, unmapped=unmapped, meaning=meaning, embedded=embedded)
    return parse_pdf(Source("通知.pdf", data), Limits())


def texts(content: Content) -> list[str]:
    return [block.text for block in content.blocks if isinstance(block, Paragraph)]


def prose(start: str, lines: int, last: int = 10) -> list[str]:
    """Return a paragraph: an indented full line, full lines, and a short one."""
    characters = "".join(chr(0x4E00 + (ord(start) * 7 + i * 3) % 5000) for i in range(FULL * lines))
    whole = start + characters
    parts = ["　　" + whole[: FULL - 2]]
    rest = whole[FULL - 2 :]
    parts += [rest[i * FULL : (i + 1) * FULL] for i in range(lines - 2)]
    return [*parts, rest[(lines - 2) * FULL :][: last - 1] + "。"]


def whole(lines: Sequence[str]) -> str:
    return "".join(lines).replace("　", "")


A, B, C = prose("甲", 4), prose("乙", 5), prose("丙", 3)


# --- paragraphs ------------------------------------------------------------------------------------------------------


def test_lines_become_paragraphs_at_indents() -> None:
    assert texts(parsed(Sheet().lines([*A, *B, *C]))) == [whole(A), whole(B), whole(C)]


def test_a_full_last_line_ends_at_an_indent() -> None:
    full = prose("丁", 3, last=FULL)
    assert texts(parsed(Sheet().lines([*full, *B]))) == [whole(full), whole(B)]


@pytest.mark.parametrize("number", ["一、", "（二）", "(3)", "4.", "第五条 ", "第二章 ", "①", "1.2 "])
def test_a_number_begins_a_paragraph_at_the_left_edge(number: str) -> None:
    full = prose("丁", 3, last=FULL)
    item = number + "内容要求"
    assert texts(parsed(Sheet().lines([*B, *full, item]))) == [whole(B), whole(full), item]


def test_a_reference_within_a_sentence_begins_no_paragraph() -> None:
    first = ["　　" + "应" * (FULL - 8) + "当遵守本办法", "第二十四条、第二十五条规定。"]
    assert texts(parsed(Sheet().lines([*first, *B]))) == [whole(first), whole(B)]


def test_a_paragraph_goes_over_the_page_and_bears_the_page_where_it_begins() -> None:
    content = parsed(Sheet().lines([*A, *B[:2]]), Sheet().lines([*B[2:], *C]))
    assert content.blocks == (Paragraph(whole(A), 1), Paragraph(whole(B), 1), Paragraph(whole(C), 2))


def test_a_title_of_two_centred_lines_is_one_paragraph() -> None:
    sheet = Sheet().text(200, 100, "关于印发《管理办法", 22).text(233, 132, "（试行）》的通知", 22)
    sheet.text(250, 190, "国发〔2024〕5号").lines(A, y=240)
    assert texts(parsed(sheet)) == ["关于印发《管理办法（试行）》的通知", "国发〔2024〕5号", whole(A)]


def test_a_signature_and_its_date_stand_alone() -> None:
    sheet = Sheet().lines([*A, *B]).text(480, 320, "教育部").text(432, 340, "2024年3月5日")
    assert texts(parsed(sheet))[2:] == ["教育部", "2024年3月5日"]


def test_latin_words_are_parted_and_hyphenated_ones_made_whole() -> None:
    english = Sheet().lines(["The ministry publishes this document for the schools and univer-", "sities of the land."])
    assert texts(parsed(english)) == [
        "The ministry publishes this document for the schools and universities of the land."
    ]


def test_a_space_sets_off_the_number_of_an_article_and_none_stands_beside_latin() -> None:
    sheet = Sheet().text(60, 100, "第一条").text(108, 100, "自").text(123, 100, "2024").text(150, 100, "年起施行。")
    assert texts(parsed(sheet.lines(A))) == ["第一条 自2024年起施行。", whole(A)]


def test_letters_set_wide_are_a_word() -> None:
    sheet = Sheet().lines(A)
    for number, character in enumerate("某市人民政府文件"):
        sheet.text(100 + 50 * number, 60, character, 30)
    assert texts(parsed(sheet))[0] == "某市人民政府文件"


def test_a_superscript_stays_in_its_line() -> None:
    sheet = Sheet().lines(A).text(60, 300, "见文献").text(96, 295, "[3]", 7).text(108, 300, "所述。")
    assert texts(parsed(sheet))[1] == "见文献[3]所述。"


def test_footnotes_follow_the_paragraph_that_goes_over_the_page() -> None:
    first = Sheet().lines([*A, *B[:2]]).text(LEFT, 700, "① 见附件。", 9)
    content = parsed(first, Sheet().lines([*B[2:], *C]))
    assert content.blocks == (
        Paragraph(whole(A), 1),
        Paragraph(whole(B), 1),
        Paragraph("①见附件。", 1),
        Paragraph(whole(C), 2),
    )


def test_two_columns_are_read_one_after_the_other_below_a_title() -> None:
    width = 18
    left = ["　　" + "左" * (width - 2), *["左" * width] * 6, "左左。"]
    right = ["　　" + "右" * (width - 2), *["右" * width] * 6, "右右。"]
    sheet = Sheet().text(200, 80, "一个横跨两栏的标题", 20).lines(left, x=60, y=130).lines(right, x=310, y=130)
    assert texts(parsed(sheet)) == ["一个横跨两栏的标题", whole(left), whole(right)]


def test_a_list_of_two_ragged_columns_is_read_line_by_line() -> None:
    sheet = Sheet().lines(A, y=80)
    for number, name in enumerate(["论文题目", "各章标题与摘要", "款项", "正文内容", "目录", "英文摘要标题", "页码"]):
        sheet.text(84, 200 + 20 * number, name).text(300, 200 + 20 * number, "黑体")
    assert texts(parsed(sheet))[1:4] == ["论文题目 黑体", "各章标题与摘要 黑体", "款项 黑体"]


# --- furniture -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["- {} -", "—{}—", "第 {} 页 共 3 页", "{}/3", "{}"])
def test_page_numbers_are_left_out(number: str) -> None:
    sheets = [Sheet().lines(A).text(290, 750, number.format(page)) for page in (1, 2, 3)]
    content = parsed(*sheets)
    assert texts(content) == [whole(A)] * 3
    assert len(content.furniture) == 3


def test_what_repeats_at_an_edge_is_left_out_and_listed() -> None:
    sheets = [
        Sheet().text(60, 40, "某大学文件").lines([*A, *B]).text(60, 780, f"https://www.moe.gov.cn/a.html {n}/2")
        for n in (1, 2)
    ]
    content = parsed(*sheets)
    assert texts(content) == [whole(A), whole(B)] * 2
    assert content.furniture == ("某大学文件", "https://www.moe.gov.cn/a.html 1/2", "https://www.moe.gov.cn/a.html 2/2")


def test_what_repeats_in_the_body_stays() -> None:
    sheets = [Sheet().lines(["第一章 总则", *A]) for _ in range(3)]
    assert texts(parsed(*sheets)) == ["第一章 总则", whole(A)] * 3


def test_turned_text_is_furniture() -> None:
    content = parsed(Sheet().lines(A).text(200, 500, "内部资料", 60, "0.7 0.7 -0.7 0.7"))
    assert texts(content) == [whole(A)]
    assert content.furniture == ("内部资料",)


@pytest.mark.parametrize("matrix", ["0 1 -1 0", "0 -1 1 0", "-1 0 0 -1"])
def test_a_page_turned_as_a_whole_is_read(matrix: str) -> None:
    sheet = Sheet()
    for number, line in enumerate(["甲" * 30, "乙。"]):
        x, y = {"0 1 -1 0": (100 + 20 * number, 700), "0 -1 1 0": (500 - 20 * number, 100)}.get(
            matrix, (500, 600 - 20 * number)
        )
        sheet.text(x, y, line, matrix=matrix)
    assert texts(parsed(sheet)) == ["甲" * 30 + "乙。"]


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_ruled_table_is_a_grid_between_its_paragraphs() -> None:
    sheet = Sheet().lines(A).lattice([60, 200, 540], [220, 250, 300])
    sheet.text(70, 240, "项目").text(210, 240, "标准").text(70, 270, "住宿费").text(210, 270, "每年一千二").text(
        210, 288, "百元"
    )
    content = parsed(sheet.lines(B, y=340))
    grid = Grid((("项目", "标准"), ("住宿费", "每年一千二百元")), page=1)
    assert content.blocks == (Paragraph(whole(A), 1), grid, Paragraph(whole(B), 1))


def test_merged_cells_are_repeated() -> None:
    sheet = Sheet().rule(60, 100, 360, 100).rule(60, 160, 360, 160).rule(160, 130, 360, 130)
    sheet.rule(60, 100, 60, 160).rule(160, 100, 160, 160).rule(260, 130, 260, 160).rule(360, 100, 360, 160)
    sheet.text(70, 135, "学院").text(170, 120, "人数").text(170, 150, "男").text(270, 150, "女")
    content = parsed(sheet.lines(A, y=300))
    assert content.blocks[0] == Grid((("学院", "人数", "人数"), ("学院", "男", "女")), page=1)


def test_a_table_goes_over_the_page_and_its_repeated_heading_is_dropped() -> None:
    def table(y: float, cells: str) -> Sheet:
        sheet = Sheet().lattice([60, 200, 540], [y, y + 30, y + 60])
        for place, text in enumerate(cells.split()):
            sheet.text(70 + 140 * (place % 2), y + 20 + 30 * (place // 2), text)
        return sheet

    first = table(660, "项目 标准 学费 五千元").lines(A).text(290, 760, "- 1 -")
    content = parsed(first, table(90, "项目 标准 书费 三百元").text(290, 760, "- 2 -"))
    assert content.blocks[1:] == (Grid((("项目", "标准"), ("学费", "五千元"), ("书费", "三百元")), page=1),)


def test_a_box_around_text_is_no_table() -> None:
    content = parsed(Sheet().lines([*A, *B]).lattice([50, 550], [100, 200, 320]))
    assert texts(content) == [whole(A), whole(B)]
    assert len(content.blocks) == 2


# --- characters ------------------------------------------------------------------------------------------------------


def test_look_alikes_are_unified() -> None:
    meaning = {"甲": "⼀", "乙": "⻓", "丙": "ﬁ", "丁": "𠮷"}
    assert texts(parsed(Sheet().lines([*A, "　　甲乙丙丁"]), meaning=meaning))[-1] == "一长fi𠮷"


def test_what_is_drawn_twice_comes_out_once() -> None:
    sheet = Sheet().lines(A)
    for offset in (0, 0.4):
        for number, character in enumerate("重要通知"):
            sheet.text(100 + 12 * number + offset, 300, character)
    assert texts(parsed(sheet))[-1] == "重要通知"


def test_a_font_that_no_machine_has_costs_no_text() -> None:
    sheet = Sheet().lines(["同一行"] * 3, y=300).text(400, 400, "密", 60, "0.7 0.7 -0.7 0.7").text(60, 500, "乱字")
    for number, character in enumerate("一字一画的 文件"):
        sheet.text(60 + 12 * number, 100, character)
    same = [parsed(sheet, unmapped="乱", embedded=embedded) for embedded in (True, False)]
    assert texts(same[1]) == ["一字一画的 文件", "同一行", "同一行", "同一行", "字"]
    assert same[0] == same[1]


def test_characters_without_meaning_are_counted() -> None:
    content = parsed(Sheet().lines(A), Sheet().lines([*B, "　　乱码\ue001字"]), unmapped="码")
    assert texts(content)[-1].endswith("乱字")
    assert content.lost == ("第2页：2 个无法识别的字符",)


def test_a_font_without_meaning_is_no_text_layer() -> None:
    sheet = Sheet().lines(["有字", "乱码乱码"])
    with pytest.raises(ScannedFileError, match="通知.pdf 共 1 页"):
        parsed(sheet, unmapped="乱码")


PICTURE = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"


def test_a_page_that_is_a_picture_is_named_and_a_blank_one_is_not() -> None:
    content = parsed(Sheet().lines(A), Sheet([PICTURE]), Sheet())
    assert texts(content) == [whole(A)]
    assert content.lost == ("第2页没有文字层",)


@pytest.mark.parametrize("sheets", [[Sheet()], [Sheet([PICTURE]), Sheet([PICTURE]).text(60, 60, "1")]])
def test_pictures_of_pages_are_refused(sheets: list[Sheet]) -> None:
    with pytest.raises(ScannedFileError):
        parsed(*sheets)


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        pytest.param(Limits(pages=1), "共 2 页，上限为 1 页", id="pages"),
        pytest.param(Limits(characters=100), "共 128 字，上限为 100 字", id="characters"),
        pytest.param(Limits(seconds=0), "读取超过 0 秒，上限为 0 秒", id="seconds"),
    ],
)
def test_what_is_beyond_a_limit_is_refused(limits: Limits, sentence: str) -> None:
    data = written([Sheet().lines(A), Sheet().lines(A)])
    with pytest.raises(LimitError, match=sentence):
        parse_pdf(Source("通知.pdf", data), limits)


@pytest.mark.parametrize(("password", "error"), [("", None), ("123", EncryptedFileError)])
def test_a_file_that_opens_without_a_password_is_read(password: str, error: type[ReadError] | None) -> None:
    source = Source("通知.pdf", written([Sheet().lines(A)], password=password))
    if error:
        with pytest.raises(error, match="通知.pdf"):
            parse_pdf(source, Limits())
    else:
        assert texts(parse_pdf(source, Limits())) == [whole(A)]


GOOD = written([Sheet().lines([*A, *B])])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"%PDF-1.4\n", id="empty"),
        pytest.param(GOOD[:200], id="cut"),
        pytest.param(b"%PDF-1.4\n" + bytes(range(256)) * 20, id="noise"),
        pytest.param(GOOD.replace(b"/Type/Pages/Kids[8 0 R]", b"/Type/Pages/Kids[2 0 R]"), id="tree-of-itself"),
    ],
)
def test_damage_is_said(data: bytes) -> None:
    with pytest.raises(DamagedFileError, match=r"PDF：通知\.pdf"):
        parse_pdf(Source("通知.pdf", data), Limits())


def test_an_error_of_a_library_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(readers.pdf.reading, "read_page", fail)
    with pytest.raises(DamagedFileError):
        parsed(Sheet().lines(A))


# --- the process -----------------------------------------------------------------------------------------------------


def test_the_process_hands_back_content_and_errors() -> None:
    sheet = Sheet().lines(A).lattice([60, 200, 540], [220, 250, 280]).text(70, 240, "甲").text(210, 270, "乙")
    source = Source("通知.pdf", written([sheet.text(290, 770, "- 1 -")]))
    assert read_pdf(source, Limits()) == parse_pdf(source, Limits())
    with pytest.raises(LimitError, match=r"文件超过上限：通知\.pdf 共 1 页，上限为 0 页。"):
        read_pdf(source, Limits(pages=0))


def test_a_bomb_is_refused_where_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MAX_MEMORY", 2**28)
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    block = packer.compress(b"q " * 2**19) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = b"\x78\x01" + block * 25  # 25 MB, each two bytes a state to remember
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    pages = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    with pytest.raises(DamagedFileError):
        read_pdf(Source("通知.pdf", assembled([*pages, ("/Filter/FlateDecode", stream)])), Limits())


def test_a_page_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_START_SECONDS", 0.5)
    form = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {} 0 R>>>>"
    forms = [(form.format(number + 1), b"/X Do " * 10) for number in range(4, 16)]  # each ten times the next
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    pages = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    with pytest.raises((LimitError, DamagedFileError)):
        read_pdf(Source("通知.pdf", assembled([*pages, *forms, ("", b"")])), Limits(seconds=0))
