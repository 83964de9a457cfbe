"""Paragraphs → a Word file, as offices print them; python-docx's types stay in this module."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from operator import attrgetter
from typing import Literal

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_UNDERLINE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

from app.marking import Mark, Run

Kind = Literal["title", "heading", "subheading", "text", "note", "source", "quote", "item"]
"""What a paragraph is: a title, a heading of the first or second level, text, a remark in small type, where words
stand, words that are quoted, an item of a list."""

_FONT, _HEADING_FONT = (
    "仿宋",
    "黑体",
)  # GB/T 9704 sets the body of an official document in the one, headings in the other
_LATIN = "Times New Roman"
_LANGUAGE = "zh-CN"
_STYLES: dict[Kind, str] = {
    "title": "Title",
    "heading": "Heading 1",
    "subheading": "Heading 2",
    "text": "Normal",
    "note": "Normal",
    "source": "Normal",
    "quote": "Quote",
    "item": "List Bullet",
}
_SIZE, _SMALL = Pt(12), Pt(10)
_BLACK, _GREY, _RED, _BLUE = (
    RGBColor(0, 0, 0),
    RGBColor(0x59, 0x59, 0x59),
    RGBColor(0xB0, 0x00, 0x20),
    RGBColor(0x1F, 0x4E, 0x9E),
)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its runs hold no line breaks."""

    kind: Kind
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its words without their marks."""
        return "".join(run.text for run in self.runs)


def printable(text: str) -> str:
    r"""Return a text without the characters that XML, and so Word, forbids: control characters, half a surrogate pair.

    >>> printable("甲\x00乙")
    '甲乙'
    """
    return _NOT_IN_XML.sub("", text)


def word_file(title: str, paragraphs: Iterable[Paragraph]) -> bytes:
    """Return a Word file of A4 pages with their numbers below."""
    document = docx.Document()
    document.core_properties.title = printable(title)[:_LONGEST_PROPERTY]
    document.core_properties.author = "问策"
    document.core_properties.comments = ""
    document.core_properties.language = _LANGUAGE
    _set_fonts(document)
    _number_pages(document)
    for paragraph in paragraphs:
        written = document.add_paragraph(style=_STYLES[paragraph.kind])
        for run in filter(attrgetter("text"), paragraph.runs):
            _mark(written.add_run(printable(run.text)), run.mark)
        if paragraph.kind == "note":
            for each in written.runs:
                each.font.size = _SMALL
                each.font.color.rgb = _GREY
    written_file = BytesIO()
    document.save(written_file)
    return written_file.getvalue()


_LONGEST_PROPERTY = 255  # characters; python-docx refuses more


def _set_fonts(document: WordDocument) -> None:
    """Set a Chinese font and the language for every style in use; the template knows Latin ones only."""
    for name in dict.fromkeys(_STYLES.values()):
        style = document.styles[name]
        headed = name.startswith(("Title", "Heading"))
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win over the one that is named
        for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", _HEADING_FONT if headed else _FONT)):
            fonts.set(qn(f"w:{script}"), font)
        style.font.italic = False  # slanted Chinese characters are hard to read
        if headed:
            style.font.color.rgb = _BLACK
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
        language.set(qn("w:eastAsia"), _LANGUAGE)
    document.styles["Normal"].font.size = _SIZE


def _number_pages(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("第 ")
    _add_field(footer, "PAGE")
    footer.add_run(" 页，共 ")
    _add_field(footer, "NUMPAGES")
    footer.add_run(" 页")


def _add_field(paragraph: WordParagraph, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(paragraph.add_run("1")._r)  # what stands there until the pages are counted
    paragraph._p.append(field)


def _mark(run: WordRun, mark: Mark) -> None:
    """Show a mark by colour and by form, so that it is seen in print and by who does not tell colours apart."""
    font = run.font
    if mark in ("differs", "absent"):
        font.color.rgb = _RED
        font.underline = mark == "differs"
        font.strike = mark == "absent"
    elif mark == "not_found":
        font.underline = WD_UNDERLINE.WAVY
    elif mark == "source":
        font.color.rgb = _BLUE
        font.bold = True
    elif mark == "number":
        font.superscript = True
