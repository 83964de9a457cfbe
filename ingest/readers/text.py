"""Plain text and Markdown files in the encodings that Chinese offices use."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from ingest.content import Block, Content, Grid, Paragraph, Source
from ingest.errors import BinaryFileError, EmptyFileError, LimitError, UnknownEncodingError
from ingest.limits import Limits

# A byte order mark settles the question. UTF-8 comes before GB18030 because its rules are strict: text in
# GBK is practically never valid UTF-8, while the reverse often happens. GB18030 contains GBK and GB2312.
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = ("utf-8", "gb18030")

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x80-\x9f]")
_ASSIGNED_ELSEWHERE = re.compile(r"[\ue000-\uf8ff\ufffd]")
_MAX_STRAY_SHARE = 0.01  # a scanned or pasted text has the odd control character; data has one in every few
_CHARACTERS_PER_LINE = 10  # at least: documents have 20 to 60, and a line takes a hundred times a character's memory


def read_text(source: Source, limits: Limits) -> Content:
    """Return the lines of a text file as paragraphs, and as tables where they stand in columns.

    Raises:
        ReadError: Nothing but white space, data that is no text, no supported encoding, or too long.
    """
    lines = [line for line in decode(source, limits).split("\n") if line.strip()]
    return Content(tuple(_blocks(lines)))


_FEWEST_ROWS = 3  # the headings and two rows; fewer lines may stand in columns by chance
_LONGEST_CELL = 40  # characters
_COLUMN_GAP = re.compile(r"[ \u3000]{2,}")  # 「序号    食品名称        单位」; not in 「徐　超」
_FIGURE = re.compile(r"\d")  # a row that has one is no row of headings
_FEWEST_COLUMNS = {"tab": 2, "spaces": 3}


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    cells = [_cells(line) for line in lines]
    start = 0
    while start < len(lines):
        width = len(cells[start])
        end = start + 1
        while width and end < len(lines) and len(cells[end]) == width:
            end += 1
        if end - start >= _FEWEST_ROWS and width:
            headings = 0 if any(map(_FIGURE.search, cells[start])) else 1
            yield Grid(tuple(cells[start:end]), heading_rows=headings)
        else:
            yield from (Paragraph(line.strip()) for line in lines[start:end])
        start = end


def _cells(line: str) -> tuple[str, ...]:
    """Return the cells of a line that is set in columns; none of any other."""
    by = "tab" if "\t" in line.strip() else "spaces"
    cells = line.strip("\n ").split("\t") if by == "tab" else _COLUMN_GAP.split(line.strip())
    if len(cells) < _FEWEST_COLUMNS[by] or any(len(cell) > _LONGEST_CELL for cell in cells):
        return ()
    return tuple(cell.strip() for cell in cells)


def decode(source: Source, limits: Limits) -> str:
    """Return the characters of a text file, line ends unified.

    Raises:
        EmptyFileError: Nothing but white space.
        BinaryFileError: The bytes are not text.
        UnknownEncodingError: The bytes fit no supported encoding.
        LimitError: There are too many characters.
    """
    if not source.data.strip():
        raise EmptyFileError(source.name)
    text = _decode(source).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > limits.characters:
        raise LimitError(source.name, f"共 {len(text)} 字", f" {limits.characters} 字", "characters")
    lines, most = text.count("\n"), limits.characters // _CHARACTERS_PER_LINE
    if lines > most:
        raise LimitError(source.name, f"共 {lines} 行", f" {most} 行", "characters")
    strays = len(_CONTROL.findall(text)) + len(_ASSIGNED_ELSEWHERE.findall(text))
    if strays > _MAX_STRAY_SHARE * len(text):
        raise BinaryFileError(source.name)
    text = _CONTROL.sub("", text)
    if not text.strip():
        raise EmptyFileError(source.name)
    return text


def _decode(source: Source) -> str:
    data = source.data
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnknownEncodingError(source.name) from error
    if b"\x00" in data:
        return _decode_unmarked_utf16(source)
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownEncodingError(source.name)


_COMMON = frozenset("的一是不在人有和了中年为学生校教育工作规定通知\n\r ，。、")


def _decode_unmarked_utf16(source: Source) -> str:
    """Decode UTF-16 without a byte order mark: the order in which common characters come out is the right one."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = source.data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(character in _COMMON for character in text) > _MIN_COMMON_SHARE * len(text):
            return text
    raise BinaryFileError(source.name)  # no other text has zero bytes


_MIN_COMMON_SHARE = 0.05  # policy documents have .10 to .25, bytes in the wrong order below .001
