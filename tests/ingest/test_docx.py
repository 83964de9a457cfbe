from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pytest

from ingest.content import Content, Grid, Paragraph, Source
from ingest.errors import DamagedFileError, EmptyFileError, LimitError
from ingest.limits import Limits
from ingest.readers.docx import read_docx

NAME = "通知.docx"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = ("styles", "numbering", "footnotes", "endnotes", "header", "footer")


def package(document: str, **parts: str) -> bytes:
    """A DOCX of a whole document part and of whatever else it refers to."""
    references = "".join(f'<Relationship Type="{RELATIONSHIPS}/{kind}" Target="{kind}.xml"/>' for kind in parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{references}</Relationships>")
        for kind, part in parts.items():
            archive.writestr(f"word/{kind}.xml", part)
    return file.getvalue()


def document(body: str, **parts: str) -> bytes:
    roots = {kind: f"<w:{kind} {NAMESPACES}>{part}</w:{kind}>" for kind, part in parts.items()}
    return package(f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>", **roots)


def read(data: bytes, limits: Limits | None = None) -> Content:
    return read_docx(Source(NAME, data), limits or Limits())


def texts(body: str, **parts: str) -> list[str]:
    content = read(document(body, **parts))
    assert content.lost == ()
    assert all(isinstance(block, Paragraph) for block in content.blocks)
    return [block.text for block in content.blocks if isinstance(block, Paragraph)]


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inline: str, properties: str = "") -> str:
    runs = "".join(part if part.startswith("<") else r(part) for part in inline)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def tc(*content: str, properties: str = "") -> str:
    blocks = "".join(part if part.startswith("<") else p(part) for part in content) or p()
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{blocks}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(c if c.startswith('<') else tc(c) for c in cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def grid(body: str) -> Grid:
    content = read(document(body))
    assert content.lost == ()
    (block,) = content.blocks
    assert isinstance(block, Grid)
    return block


# --- Text ------------------------------------------------------------------------------------------------------------


def test_a_document_as_programs_write_it() -> None:
    file: Any = docx.Document()
    file.core_properties.title = "模板 Normal.dotm"
    file.sections[0].header.paragraphs[0].text = "内部资料"
    file.add_heading("关于开展工作的通知", level=1)
    file.add_paragraph("各学校：")
    table = file.add_table(2, 3)
    for row, cells in zip(table.rows, (("年级", "人数", "人数"), ("一年级", "40", "41")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(0, 2).text = ""
    table.cell(0, 1).merge(table.cell(0, 2))
    file.add_paragraph("特此通知。")
    written = io.BytesIO()
    file.save(written)
    content = read(written.getvalue())
    assert content.blocks == (
        Paragraph("关于开展工作的通知"),
        Paragraph("各学校："),
        Grid((("年级", "人数", "人数"), ("一年级", "40", "41"))),
        Paragraph("特此通知。"),
    )
    assert (content.about, content.lost, content.furniture) == ({}, (), ("内部资料",))


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        pytest.param(r("甲") + r("乙"), ["甲乙"], id="runs"),
        pytest.param("<w:ins>" + r("甲") + "</w:ins>" + r("乙"), ["甲乙"], id="inserted"),
        pytest.param(r("甲") + "<w:del>" + r("丙").replace("w:t", "w:delText") + "</w:del>", ["甲"], id="deleted"),
        pytest.param(
            "<w:moveFrom>" + r("丙") + "</w:moveFrom><w:moveTo>" + r("甲") + "</w:moveTo>", ["甲"], id="moved"
        ),
        pytest.param("<w:smartTag><w:hyperlink>" + r("甲") + "</w:hyperlink></w:smartTag>", ["甲"], id="wrapped"),
        pytest.param("<w:sdt><w:sdtPr/><w:sdtContent>" + r("甲") + "</w:sdtContent></w:sdt>", ["甲"], id="control"),
        pytest.param("<w:fldSimple>" + r("甲") + "</w:fldSimple>", ["甲"], id="simple-field"),
        pytest.param(r("甲") + "<w:r><w:tab/></w:r>" + r("乙"), ["甲 乙"], id="tab"),
        pytest.param(r("甲") + "<w:r><w:br/></w:r>" + r("乙"), ["甲", "乙"], id="line-break"),
        pytest.param('<w:r><w:br w:type="page"/></w:r>' + r("甲"), ["甲"], id="page-break-before"),
        pytest.param(r("甲") + '<w:r><w:br w:type="page"/></w:r>' + r("乙"), ["甲", "乙"], id="page-break-within"),
        pytest.param(r("5") + "<w:r><w:noBreakHyphen/></w:r>" + r("6"), ["5-6"], id="hyphen"),
        pytest.param('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + r("是"), ["☑是"], id="symbol"),
        pytest.param('<w:r><w:sym w:font="宋体" w:char="25A1"/></w:r>' + r("否"), ["□否"], id="character"),
        pytest.param('<w:r><w:sym w:font="Webdings" w:char="F0FE"/></w:r>' + r("否"), ["否"], id="unknown-symbol"),
        pytest.param(r("x") + r("\uf0b3", '<w:rFonts w:ascii="Symbol"/>') + r("1"), ["x≥1"], id="symbol-font"),
        pytest.param(r("甲") + r("丙", "<w:vanish/>"), ["甲"], id="hidden"),
        pytest.param(r("甲") + r("丙", '<w:rStyle w:val="hidden"/>'), ["甲"], id="hidden-by-style"),
        pytest.param(r("甲", '<w:vanish w:val="0"/>'), ["甲"], id="not-hidden"),
        pytest.param(
            "<w:ruby><w:rt>" + r("qú") + "</w:rt><w:rubyBase>" + r("璩") + "</w:rubyBase></w:ruby>", ["璩（qú）"]
        ),
        pytest.param(
            "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>",
            ["(a+b)/2"],
            id="fraction",
        ),
    ],
)
def test_what_stands_in_a_paragraph(inline: str, expected: list[str]) -> None:
    hidden = '<w:style w:styleId="base"><w:rPr><w:vanish/></w:rPr></w:style>'
    based = '<w:style w:styleId="hidden"><w:basedOn w:val="base"/></w:style>'
    assert texts(p(inline), styles=hidden + based) == expected


def field(instruction: str, result: str | None) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    computed = "" if result is None else mark("separate") + result
    return f"{mark('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>{computed}{mark('end')}"


def test_of_a_field_the_result_is_read_and_not_the_instruction() -> None:
    inner = field("MERGEFIELD x", r("丙")).replace("<w:t ", "<w:instrText ").replace("</w:t>", "</w:instrText>")
    assert texts(p("见第", field("PAGEREF a", r("3")), "页")) == ["见第3页"]
    assert texts(p(field("IF " + inner, r("甲")))) == ["甲"]


def test_a_character_drawn_in_a_circle_is_kept_by_word_as_an_instruction() -> None:
    assert texts(p(field(r"eq \o\ac(○,3)", None), "三")) == ["③三"]
    assert texts(p(field(r"EQ \o\ac(○,印)", None))) == ["印"]
    assert texts(p(field(r"EQ \f(1,2)", None), "三")) == ["三"]


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next() -> None:
    assert texts(p("学校", properties="<w:rPr><w:del/></w:rPr>") + p("应当") + p("公布")) == ["学校应当", "公布"]


def test_a_text_box_is_read_once_after_its_anchor() -> None:
    box = f"<w:txbxContent>{p('框')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(p("前", both, "后") + p("下")) == ["前后", "框", "下"]
    assert texts(p(f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>")) == ["框"]


def test_drawn_lettering_is_text() -> None:
    assert texts(p('<w:r><w:pict><v:textpath string="某市教育局文件"/></w:pict></w:r>')) == ["某市教育局文件"]


def test_a_note_follows_the_paragraph_that_refers_to_it() -> None:
    def note(number: int, text: str) -> str:
        return f'<w:footnote w:id="{number}">{p(text)}</w:footnote>'

    def reference(number: int) -> str:
        return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'

    separator = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    recursive = f'<w:footnote w:id="3">{p("丙", reference(3))}</w:footnote>'
    body = p("学生", reference(1), "入学", reference(2), "。") + p("又", reference(3))
    parts = separator + note(1, "含转学生。") + note(2, "秋季。") + recursive
    assert texts(body, footnotes=parts) == ["学生入学。", "注1：含转学生。", "注2：秋季。", "又", "注3：丙"]


def test_endnotes_are_read_and_comments_are_not() -> None:
    body = p("甲", '<w:r><w:endnoteReference w:id="1"/></w:r>', '<w:r><w:commentReference w:id="1"/></w:r>')
    assert texts(body, endnotes=f'<w:endnote w:id="1">{p("一")}{p("二")}</w:endnote>') == ["甲", "注1：一 二"]


def test_headers_and_footers_are_furniture() -> None:
    content = read(document(p("正文"), header=p("内部"), footer=p("第1页")))
    assert content.blocks == (Paragraph("正文"),)
    assert content.furniture == ("内部", "第1页")


def test_what_no_block_holds_is_named() -> None:
    content = read(document(p("甲") + r("游离") + tbl(p("乱"), tr("一", "二"), tr("三", "四"))))
    assert content.lost == ("游离", "乱")


def test_the_strict_form_is_read() -> None:
    with zipfile.ZipFile(io.BytesIO(document(p("甲")))) as archive:
        part = archive.read("word/document.xml").decode()
    part = part.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert read(package(part)).blocks == (Paragraph("甲"),)


# --- Numbers ---------------------------------------------------------------------------------------------------------


def lvl(level: int, text: str, format_: str = "decimal", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{format_}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def lists(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


def item(text: str, level: int = 0, number: int = 1) -> str:
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


@pytest.mark.parametrize(
    ("format_", "start", "expected"),
    [
        ("decimal", 9, "9"),
        ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCounting", 101, "一〇一"),
        ("chineseCountingThousand", 10, "十"),
        ("chineseCountingThousand", 19, "十九"),
        ("chineseCountingThousand", 101, "一百零一"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 1260, "一千二百六十"),
        ("chineseCountingThousand", 10_010, "一万零一十"),
        ("japaneseCounting", 12, "十二"),
        ("japaneseCounting", 110, "百十"),
        ("taiwaneseCountingThousand", 205, "二百零五"),
        ("ideographDigital", 20, "二〇"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircleChinese", 21, "21"),
        ("ideographTraditional", 2, "乙"),
        ("ideographZodiac", 12, "亥"),
        ("ideographZodiacTraditional", 11, "甲戌"),
        ("lowerLetter", 28, "bb"),
        ("upperLetter", 26, "Z"),
        ("lowerRoman", 49, "xlix"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("none", 1, ""),
        ("vietnameseCounting", 4, "4"),
        ("upperLetter", 10**9, "32767"),
    ],
)
def test_number_formats(format_: str, start: int, expected: str) -> None:
    assert texts(item("甲"), numbering=lists(lvl(0, "（%1）", format_, start=start))) == [f"（{expected}）甲"]


def test_levels_count_and_restart() -> None:
    numbering = lists(
        lvl(0, "第%1章", "chineseCountingThousand"),
        lvl(1, "第%2条", "chineseCountingThousand", '<w:lvlRestart w:val="0"/>'),
        lvl(2, "（%3）", "chineseCountingThousand"),
    )
    body = "".join(
        item(t, n) for t, n in (("总则", 0), ("甲", 1), ("乙", 2), ("丙", 2), ("附则", 0), ("丁", 1), ("戊", 2))
    )
    assert texts(body, numbering=numbering) == [
        "第一章 总则",
        "第一条 甲",
        "（一）乙",
        "（二）丙",
        "第二章 附则",
        "第二条 丁",
        "（一）戊",
    ]


def test_numbers_of_several_levels_and_legal_ones() -> None:
    numbering = lists(lvl(0, "第%1章", "chineseCounting"), lvl(1, "%1.%2", more="<w:isLgl/>"), lvl(2, "%1.%2.%3"))
    body = item("总则", 0) + item("目的", 1) + item("范围", 1) + item("甲", 2)
    assert texts(body, numbering=numbering) == ["第一章 总则", "1.1 目的", "1.2 范围", "一.2.1 甲"]


def test_lists_of_one_definition_go_on_and_start_anew_where_told() -> None:
    nums = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/>{override}</w:num>'
        for number, override in (
            (1, ""),
            (2, ""),
            (3, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'),
            (4, f'<w:lvlOverride w:ilvl="0">{lvl(0, "%1)")}</w:lvlOverride>'),
        )
    )
    body = "".join(item(text, number=number) for text, number in zip("甲乙丙丁戊", (1, 2, 3, 3, 4), strict=True))
    assert texts(body, numbering=lists(lvl(0, "%1、"), nums=nums)) == ["1、甲", "2、乙", "5、丙", "6、丁", "7)戊"]


def test_styles_bring_numbers_and_a_paragraph_can_refuse_them() -> None:
    style = '<w:style w:type="paragraph" w:styleId="{}">{}<w:pPr>{}</w:pPr></w:style>'
    styles = style.format("条", "", '<w:numPr><w:numId w:val="1"/></w:numPr>') + style.format(
        "条之", '<w:basedOn w:val="条"/>', '<w:numPr><w:ilvl w:val="1"/></w:numPr>'
    )
    numbering = lists(
        lvl(0, "第%1条", "chineseCounting", '<w:pStyle w:val="条"/>'), lvl(1, "（%2）", "chineseCounting")
    )
    body = (
        p("甲", properties='<w:pStyle w:val="条"/>')
        + p("乙", properties='<w:pStyle w:val="条之"/>')
        + p("丙", properties='<w:pStyle w:val="条"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    assert texts(body, numbering=numbering, styles=styles) == ["第一条 甲", "（一）乙", "丙"]


def test_a_list_may_take_its_levels_from_a_numbering_style() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="公文"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="公文"/>'
        f"{lvl(0, '%1、', 'chineseCounting')}</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    )
    assert texts(item("甲") + item("乙", number=2), numbering=numbering) == ["一、甲", "二、乙"]


@pytest.mark.parametrize(
    ("level", "text", "expected"),
    [
        pytest.param(lvl(0, "●", "bullet"), "甲", "甲", id="bullet"),
        pytest.param(lvl(0, "%1."), "Word", "1.Word", id="stop"),
        pytest.param(lvl(0, "%1"), "Word", "1 Word", id="letters-meet"),
        pytest.param(lvl(0, "%1", "decimalEnclosedCircle"), "甲", "①甲", id="circle"),
        pytest.param(lvl(0, "%1", more='<w:suff w:val="nothing"/>'), "、甲", "1、甲", id="nothing-between"),
        pytest.param(lvl(0, "第%1条　", more='<w:suff w:val="nothing"/>'), "甲", "第1条 甲", id="space-in-pattern"),
        pytest.param(
            lvl(0, "%1)").replace(
                '<w:numFmt w:val="decimal"/>',
                '<mc:AlternateContent><mc:Choice><w:numFmt w:val="custom"/></mc:Choice>'
                '<mc:Fallback><w:numFmt w:val="lowerLetter"/></mc:Fallback></mc:AlternateContent>',
            ),
            "甲",
            "a)甲",
            id="format-with-fallback",
        ),
    ],
)
def test_what_comes_between_number_and_text(level: str, text: str, expected: str) -> None:
    assert texts(item(text), numbering=lists(level)) == [expected]


def test_deleted_and_hidden_paragraphs_are_not_counted() -> None:
    gone = item("").replace("<w:pPr>", "<w:pPr><w:rPr><w:vanish/></w:rPr>")
    taken_out = item("").replace("<w:pPr>", "<w:pPr><w:rPr><w:del/></w:rPr>")
    assert texts(item("甲") + gone + taken_out + item("乙"), numbering=lists(lvl(0, "%1、"))) == ["1、甲", "2、乙"]


# --- Tables ----------------------------------------------------------------------------------------------------------


def test_merged_cells_are_repeated_wherever_they_reach() -> None:
    body = tbl(
        tr(tc("学校", properties='<w:vMerge w:val="restart"/>'), tc("人数", properties='<w:gridSpan w:val="2"/>')),
        tr(tc(properties="<w:vMerge/>"), "男", "女"),
        tr("一中", "40", "41"),
    )
    assert grid(body).rows == (("学校", "人数", "人数"), ("学校", "男", "女"), ("一中", "40", "41"))


def test_rows_have_one_length_and_columns_begin_somewhere() -> None:
    body = tbl(
        tr("甲", "乙", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="2"/>'),
        tr("丙", "丁", tc("戊", properties='<w:gridSpan w:val="3"/>')),
        tr("", ""),
        tr("己"),
    )
    assert grid(body).rows == (("", "甲", "乙", ""), ("丙", "丁", "戊", "戊"), ("己", "", "", ""))


def test_old_horizontal_merges() -> None:
    row = tr(tc("甲", properties='<w:hMerge w:val="restart"/>'), tc(properties="<w:hMerge/>"), "乙")
    assert grid(tbl(row, tr("一", "二", "三"))).rows == (("甲", "甲", "乙"), ("一", "二", "三"))


def test_a_cell_that_goes_on_from_no_cell_is_read() -> None:
    assert grid(tbl(tr(tc("甲", properties="<w:vMerge/>"), "乙"), tr("丙", "丁"))).rows == (("甲", "乙"), ("丙", "丁"))


def test_heading_rows_are_those_marked_at_the_top() -> None:
    heading = tr("甲", "乙", properties="<w:tblHeader/>")
    assert grid(tbl(heading, tr("一", "二"), heading)).heading_rows == 1
    assert grid(tbl(tr("甲", "乙"), tr("一", "二"))).heading_rows is None


def test_what_is_in_a_cell_stands_in_one_line() -> None:
    inner = tbl(tr("子", "丑"), tr("寅", "卯"))
    control = f"<w:sdt><w:sdtContent>{tc('乙')}</w:sdtContent></w:sdt>"
    assert grid(tbl(tr(tc("一", inner, "二"), control), tr("丙", "丁"))).rows[0] == ("一 子 丑 寅 卯 二", "乙")


def test_numbers_in_cells_are_computed_even_without_text() -> None:
    content = read(document(tbl(tr(tc(item("")), "甲"), tr(tc(item("")), "乙")), numbering=lists(lvl(0, "%1"))))
    assert content.blocks == (Grid((("1", "甲"), ("2", "乙"))),)


def test_deleted_rows_are_left_out() -> None:
    gone = tr("<w:tc><w:p><w:del><w:r><w:delText>丙</w:delText></w:r></w:del></w:p></w:tc>", properties="<w:del/>")
    assert grid(tbl(tr("甲", "乙"), gone, tr("一", "二"))).rows == (("甲", "乙"), ("一", "二"))


def test_notes_of_a_table_follow_it() -> None:
    reference = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    notes = f'<w:footnote w:id="1">{p("含转学生")}</w:footnote>'
    content = read(document(tbl(tr("甲", tc(p("乙", reference))), tr("一", "二")), footnotes=notes))
    assert content.blocks == (Grid((("甲", "乙"), ("一", "二"))), Paragraph("注1：含转学生"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(tbl(tr(tc("甲", "乙"))), ["甲", "乙"], id="one-cell"),
        pytest.param(tbl(tr("甲"), tr("乙")), ["甲", "乙"], id="one-column"),
        pytest.param(tbl(tr("甲", "乙")), ["甲", "乙"], id="one-row"),
        pytest.param(tbl(tr("", "甲"), tr("", "乙")), ["甲", "乙"], id="indented"),
        pytest.param(tbl(tr("栏", ""), tr("", tc("文" * 300, "字"))), ["栏", "文" * 300, "字"], id="nearly-all-in-one"),
        pytest.param(tbl(tr("", ""), tr("", "")) + p("甲"), ["甲"], id="empty"),
    ],
)
def test_a_table_that_arranges_a_page_becomes_paragraphs(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_a_table_of_data_within_one_that_arranges_the_page_stays_one() -> None:
    inner = tbl(tr("甲", "乙"), tr("一", "二"))
    assert read(document(tbl(tr(tc("前", inner, "后"))))).blocks == (
        Paragraph("前"),
        Grid((("甲", "乙"), ("一", "二"))),
        Paragraph("后"),
    )


# --- Limits and damage -----------------------------------------------------------------------------------------------


def test_a_file_without_text_is_said_to_be_empty() -> None:
    with pytest.raises(EmptyFileError, match=NAME):
        read(document(p() + tbl(tr("", ""))))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"PK\x03\x04 no archive", id="no-archive"),
        pytest.param(document(p("甲"))[:-40], id="cut-short"),
        pytest.param(package("<w:document"), id="no-xml"),
        pytest.param(package("<html/>"), id="no-document"),
        pytest.param(package(""), id="nothing"),
        pytest.param(document(tbl(tr(tc("甲", properties='<w:gridSpan w:val="x"/>')))), id="no-number"),
        pytest.param(document(p('<w:r><w:sym w:char="110000"/></w:r>')), id="no-character"),
        pytest.param(document("<w:sdt>" * 10_000 + p("甲") + "</w:sdt>" * 10_000), id="nested-controls"),
        pytest.param(
            document("<w:tbl><w:tr><w:tc>" * 10_000 + p("甲") + "</w:tc></w:tr></w:tbl>" * 10_000), id="nested-tables"
        ),
    ],
)
def test_a_damaged_file_is_named(data: bytes) -> None:
    with pytest.raises(DamagedFileError, match=f"DOCX：{NAME}"):
        read(data)


def test_tables_nested_as_deeply_as_the_parser_allows_are_read() -> None:
    body = "<w:tbl><w:tr><w:tc>" * 80 + p("甲") + "</w:tc></w:tr></w:tbl>" * 80
    assert texts(body) == ["甲"]


@pytest.mark.parametrize("use", [p("&a9;"), f'<w:p w:id="&a9;">{r("甲")}</w:p>'], ids=["in-text", "in-attribute"])
def test_entities_are_not_expanded(use: str) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    part = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><w:document {NAMESPACES}><w:body>{use}</w:body></w:document>'
    started = time.perf_counter()
    with pytest.raises(DamagedFileError):
        read(package(part))
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("data", "limits", "message"),
    [
        pytest.param(document(p("甲" * 11)), {"characters": 10}, "共 11 字，上限为 10 字", id="characters"),
        pytest.param(
            document(tbl(tr(tc("甲" * 20, properties='<w:gridSpan w:val="400"/>')), tr(*["乙"] * 400))),
            {"characters": 5_000},
            "WENCE_MAX_CHARACTERS",
            id="repeated-characters",
        ),
        pytest.param(
            document(tbl(tr("一", "二"), tr("三", "四"))), {"cells": 3}, "共 4 个单元格，上限为 3 个", id="cells"
        ),
        pytest.param(
            document(tbl(tr(tc("甲", properties='<w:gridSpan w:val="1000000000"/>')))),
            {},
            "共 1000000000 个单元格",
            id="span",
        ),
        pytest.param(
            document(tbl(tr(tc("甲", properties='<w:gridSpan w:val="4000"/>')), *[tr("乙")] * 200)),
            {},
            "WENCE_MAX_CELLS",
            id="one-wide-row",
        ),
        pytest.param(
            document(p("甲"), header="　" * 400_000), {"unpacked_mb": 1}, "解压后 1 MB，上限为 1 MB", id="unpacked"
        ),
        pytest.param(
            document(p("甲") + "<w:p/>" * 14_000), {"unpacked_mb": 1}, "个标记，上限为 13107 个", id="mark-up"
        ),
    ],
)
def test_a_file_beyond_a_limit_is_refused(data: bytes, limits: dict[str, int], message: str) -> None:
    started = time.perf_counter()
    with pytest.raises(LimitError, match=message):
        read(data, replace(Limits(), **limits))
    assert time.perf_counter() - started < 1


def test_reading_is_quick() -> None:
    data = document((p("学校", "应当", "公布招生简章。") + tbl(tr("甲", "乙"), tr("丙", "丁"))) * 500)
    started = time.perf_counter()
    assert len(read(data).blocks) == 1_000
    assert time.perf_counter() - started < 1
