"""Word documents: the text that Word shows, in reading order, with the numbers it computes.

The package is opened by zipfile and lxml rather than python-docx, which unpacks every part, pictures too, before
their size can be checked, fails where a picture is missing, and knows no numbers, notes or text boxes. The terms
are those of ISO/IEC 29500-1; its strict form, with other namespaces, is read as the usual one.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from lxml import etree
from lxml.etree import _Element as Element

from ingest.content import Block, Content, Grid, Paragraph, Source
from ingest.errors import DamagedFileError, EmptyFileError, LimitError
from ingest.limits import Limits
from ingest.readers.grids import arranges_page
from ingest.readers.numbering import VALUE, Numbering, W, based_on


def read_docx(source: Source, limits: Limits) -> Content:
    """Return the paragraphs and tables of a Word document.

    Raises:
        ReadError: The file is damaged, holds no text, or exceeds a limit.
    """
    try:
        return _read(source, limits)
    except _DAMAGE as error:
        raise DamagedFileError(source.name, "DOCX") from error


_DAMAGE = (
    ArithmeticError,  # of sizes that no file has
    EOFError,
    LookupError,  # a part that is named and not there
    OSError,
    RuntimeError,  # nested too deeply, packed in an unknown way or with a password
    ValueError,
    etree.LxmlError,
    etree.XMLSyntaxError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zlib.error,
)


def _read(source: Source, limits: Limits) -> Content:
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        package = _Package(source.name, archive, limits)
        styles = next(package.related("styles"), None)
        numbering = Numbering(next(package.related("numbering"), None), styles)
        notes = {(kind, note.get(f"{W}id", "")): note for kind in _NOTES for note in _notes(package, kind)}
        body = package.document.find(f"{W}body")
        if body is None:
            raise ValueError("a document without a body")
        reader = _Reader(source.name, limits, numbering, _hidden_styles(styles), notes)
        blocks = tuple(reader.blocks(body))
        if not blocks:
            raise EmptyFileError(source.name)
        lost = reader.lost([body, *notes.values()], blocks)
        margins = [part for kind in ("header", "footer") for part in package.related(kind)]
        furniture = dict.fromkeys(text for part in margins for block in reader.blocks(part) for text in _texts(block))
    return Content(blocks, lost=lost, furniture=tuple(furniture))


_READ_AT_ONCE = 2**20  # bytes


class _Package:
    """The XML parts of a document, found by their relationships."""

    def __init__(self, name: str, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._name = name
        self._archive = archive
        self._limits = limits
        unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > limits.unpacked_mb * 2**20:
            raise LimitError(name, f"解压后 {unpacked / 2**20:.0f} MB", f" {limits.unpacked_mb} MB", "unpacked_mb")
        main = next((part for _, part in self._relationships("", "officeDocument")), "word/document.xml")
        self.document = self._parse(main)
        self._parts = list(self._relationships(main, *_RELATED))

    def related(self, kind: str) -> Iterator[Element]:
        """Yield the parts of one kind that the document refers to and the package holds."""
        held = set(self._archive.namelist())
        return (self._parse(part) for found, part in self._parts if found == kind and part in held)

    def _relationships(self, part: str, *kinds: str) -> Iterator[tuple[str, str]]:
        folder, name = posixpath.split(part)
        try:
            relationships = self._parse(posixpath.join(folder, "_rels", f"{name}.rels"))
        except KeyError:  # some programs write none and keep to the usual names
            return
        for relationship in relationships:
            kind = relationship.get("Type", "").rpartition("/")[2]
            if kind in kinds:
                target = posixpath.normpath(posixpath.join("/", folder, relationship.get("Target", "")))
                yield kind, target.lstrip("/")

    def _parse(self, part: str) -> Element:
        # Asked for all of a part, zipfile unpacks whatever is there before it cuts it to the size the archive says.
        with self._archive.open(part) as stream:
            data = b"".join(iter(partial(stream.read, _READ_AT_ONCE), b""))
        tags, limit = data.count(b"<") + data.count(b"="), self._limits.unpacked_mb * 2**20 // _BYTES_PER_NODE
        if tags > limit:
            raise LimitError(self._name, f"共 {tags} 个标记", f" {limit} 个", "unpacked_mb")
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.doctype:  # forbidden in a package: it could only define entities
            raise ValueError(f"{part} has a document type")
        return root


_NOTES = ("footnote", "endnote")
_RELATED = ("styles", "numbering", "header", "footer", *(f"{kind}s" for kind in _NOTES))
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
# Of tags and attributes, which take ten times the memory and time of other data. Documents have 11 to 18 bytes to
# one, so a part may be about a fifth of the largest package: thirty times the Civil Code.
_BYTES_PER_NODE = 80


def _notes(package: _Package, kind: str) -> Iterator[Element]:
    """Yield the notes of one kind, without the lines that separate them from the page."""
    for part in package.related(f"{kind}s"):
        yield from (note for note in part.iter(W + kind) if note.get(f"{W}type", "normal") == "normal")


def _hidden_styles(styles: Element | None) -> frozenset[str]:
    """Return the names of the styles whose text is hidden."""
    if styles is None:
        return frozenset()
    says: dict[str, Element | None] = {}
    bases: dict[str, str | None] = {}
    for style in styles.iter(f"{W}style"):
        name, base = style.get(f"{W}styleId", ""), style.find(f"{W}basedOn")
        says[name] = style.find(f"{W}rPr/{W}vanish")
        bases[name] = None if base is None else base.get(VALUE)
    nearest = {name: next((says[b] for b in based_on(name, bases) if says[b] is not None), None) for name in bases}
    return frozenset(name for name, vanish in nearest.items() if _is_on(vanish))


def _is_on(toggle: Element | None) -> bool:
    return toggle is not None and toggle.get(VALUE) not in ("0", "false", "off")


# --- What stands inside a paragraph ----------------------------------------------------------------------------------

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_TEXT = frozenset((f"{W}t", f"{_M}t"))

# What an editor took out, what a program says of a paragraph, and what stands in a box of its own.
_SKIPPED = frozenset(
    W + name
    for name in ("del", "moveFrom", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "sectPr")
)


@dataclass(slots=True)
class _Field:
    """A computed text such as a page number: the instruction, then what it came to when last computed."""

    instruction: str = ""
    computed: bool = False


@dataclass(slots=True)
class _Inline:
    """What was found in a paragraph: its text with line breaks, and what hangs on it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    references: list[Element] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    @property
    def shows(self) -> bool:
        """Whether what comes now is text, not part of an instruction."""
        return all(outer.computed for outer in self.fields)

    def put(self, text: str) -> None:
        if self.shows:
            self.pieces.append(text)

    def put_text(self, element: Element) -> None:
        if element.text and self.shows:
            self.read.append(element.text)
            text = re.sub(r"\s", " ", element.text)
            self.pieces.append(_OF_SYMBOL_FONT.sub(lambda sign: _symbol(element, sign[0]), text))

    def put_symbol(self, element: Element) -> None:
        code = int(element.get(f"{W}char", "0"), 16)
        signs = _SYMBOLS.get(element.get(f"{W}font", ""))
        self.put(signs.get(code & 0xFF, "") if signs else "" if 0xE000 <= code <= 0xF8FF else chr(code))

    def put_field_mark(self, element: Element) -> None:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self.fields.append(_Field())
        elif self.fields and kind == "separate":
            self.fields[-1].computed = True
        elif self.fields and kind == "end":
            ended = self.fields.pop()
            if not ended.computed:
                self.put(_enclosed(ended.instruction))

    def put_instruction(self, element: Element) -> None:
        if self.fields:
            self.fields[-1].instruction += element.text or ""

    def put_word_art(self, element: Element) -> None:
        self.put(f"\n{element.get('string', '')}\n")

    def lines(self) -> list[str]:
        """Return the lines that hold text."""
        return [line for line in map(str.strip, "".join(self.pieces).split("\n")) if line]


# A page may end within a paragraph: what follows stands in a line of its own there too.
_HANDLERS: Mapping[str, Callable[[_Inline, Element], None]] = {
    f"{W}t": _Inline.put_text,
    f"{_M}t": _Inline.put_text,
    f"{W}tab": lambda found, _: found.put(" "),
    f"{W}ptab": lambda found, _: found.put(" "),
    f"{W}br": lambda found, _: found.put("\n"),
    f"{W}cr": lambda found, _: found.put("\n"),
    f"{W}noBreakHyphen": lambda found, _: found.put("-"),
    f"{W}sym": _Inline.put_symbol,
    f"{W}fldChar": _Inline.put_field_mark,
    f"{W}instrText": _Inline.put_instruction,
    f"{W}footnoteReference": lambda found, element: found.references.append(element),
    f"{W}endnoteReference": lambda found, element: found.references.append(element),
    f"{W}txbxContent": lambda found, element: found.boxes.append(element),
    f"{_V}textpath": _Inline.put_word_art,
}


def _backwards(element: Element) -> list[Element | str]:
    """Return what an element holds, last first, as a stack of what is yet to be read."""
    arranged = _ARRANGED.get(element.tag)
    return element[::-1] if arranged is None else list(arranged(element))[::-1]


def _version(alternatives: Element) -> Iterator[Element | str]:
    """Yield one of several versions of the same content."""
    choice = alternatives.find(f"{_MC}Choice")
    yield from (alternatives if choice is None else choice)


def _ruby(ruby: Element) -> Iterator[Element | str]:
    """Yield 「璩（qú）」 for a character with its reading above it."""
    yield from (*ruby.iter(f"{W}rubyBase"), "（", *ruby.iter(f"{W}rt"), "）")


def _fraction(fraction: Element) -> Iterator[Element | str]:
    """Yield 「(a+b)/2」 for a fraction drawn with a line."""
    yield from (*_operand(fraction, "num"), "/", *_operand(fraction, "den"))


def _operand(fraction: Element, name: str) -> tuple[Element | str, ...]:
    operand = fraction.find(_M + name)
    if operand is None:
        return ()
    is_sum = re.search(r"[+\-−×÷/]", "".join(operand.itertext()))
    return ("(", operand, ")") if is_sum else (operand,)


_ARRANGED: Mapping[str, Callable[[Element], Iterator[Element | str]]] = {
    f"{_MC}AlternateContent": _version,
    f"{W}ruby": _ruby,
    f"{_M}f": _fraction,
}
"""What is not read simply from its first child to its last."""

_OF_SYMBOL_FONT = re.compile(r"[\uf020-\uf0ff]")


def _symbol(text: Element, sign: str) -> str:
    """Return the character for a sign typed in a symbol font; the sign itself where the font is unknown."""
    fonts = text.find(f"../{W}rPr/{W}rFonts")
    signs = None if fonts is None else _SYMBOLS.get(fonts.get(f"{W}ascii", ""))
    return signs.get(ord(sign) & 0xFF, sign) if signs else sign


def _enclosed(instruction: str) -> str:
    r"""Return the character that an instruction draws in a circle: Word keeps ① as 「eq \o\ac(○,1)」."""
    drawn = re.fullmatch(
        r"\s*eq\s*\\o\s*(?:\\a\w)?\s*\(\s*[○△□◇]\s*[,;]\s*(\S{1,4}?)\s*\)\s*", instruction, re.IGNORECASE
    )
    if drawn is None:
        return ""
    return "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"[int(drawn[1]) - 1] if re.fullmatch(r"[1-9]|1\d|20", drawn[1]) else drawn[1]


# Signs that have no character of their own in the file, by the low byte of their code in the font: boxes to tick,
# numbers in circles, bullets, and what formulas are made of.
_SYMBOLS: Mapping[str, Mapping[int, str]] = {
    "Wingdings": {
        **dict(zip((0x6C, 0x6E, 0x6F, 0x75, 0xA1, 0xA8, 0xD8, 0xFB, 0xFC, 0xFD, 0xFE), "●■□◆○□➢✗✓☒☑", strict=True)),
        **{0x81 + n: chr(ord("①") + n) for n in range(10)},
        **{0x8C + n: chr(ord("❶") + n) for n in range(10)},
    },
    "Wingdings 2": {
        **dict(zip((0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0xA3), "✗✓☒☑☒☒□", strict=True)),
        **{0x6A + n: chr(ord("①") + n) for n in range(10)},
    },
    "Symbol": {
        **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
        **dict(zip((0x44, 0x53, 0x57, 0xA2, 0xA3, 0xA5, 0xAE, 0xB0, 0xB1, 0xB2, 0xB3), "ΔΣΩ′≤∞→°±″≥", strict=True)),
        **dict(zip((0xB4, 0xB7, 0xB8, 0xB9, 0xBB, 0xC5, 0xD6), "×•÷≠≈⊕√", strict=True)),
    },
}


# --- Paragraphs, notes and tables ------------------------------------------------------------------------------------

_PARAGRAPH = f"{W}p"
_TABLE = f"{W}tbl"
_ROW = f"{W}tr"
_CELL = f"{W}tc"
_VANISH = f"{W}vanish"
_DELETED_MARK = f"{W}pPr/{W}rPr/{W}del"
_HIDDEN_MARK = f"{W}pPr/{W}rPr/{W}vanish"
_STYLED = {f"{W}r": (f"{W}rPr", f"{W}rStyle"), _PARAGRAPH: (f"{W}pPr", f"{W}pStyle")}  # properties and style


@dataclass(frozen=True, slots=True)
class _Note:
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    text: str = ""  # what is in it, in one line
    parts: tuple[_Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    rows: tuple[tuple[_Cell, ...], ...]  # of one length, a merged cell wherever it reaches
    heading_rows: int | None

    @property
    def cells(self) -> list[_Cell]:
        """Each cell once."""
        return list(dict.fromkeys(cell for row in self.rows for cell in row))

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells if cell.text)

    def blocks(self) -> Iterator[Block]:
        texts = tuple(tuple(cell.text for cell in row) for row in self.rows)
        if arranges_page(texts):
            for cell in self.cells:
                yield from _blocks(cell.parts)
        else:
            yield Grid(texts, self.heading_rows)
            yield from (Paragraph(note.text) for note in self.notes())

    def notes(self) -> Iterator[_Note]:
        for part in (part for cell in self.cells for part in cell.parts):
            if isinstance(part, _Note):
                yield part
            elif isinstance(part, _Table):
                yield from part.notes()


_Part = Paragraph | _Note | _Table


def _one_line(parts: Sequence[_Part]) -> str:
    """Join paragraphs and inner tables; notes stand after the table."""
    return " ".join(part.text for part in parts if not isinstance(part, _Note))


def _blocks(parts: Iterator[_Part] | Sequence[_Part]) -> Iterator[Block]:
    for part in parts:
        if isinstance(part, _Table):
            yield from part.blocks()
        else:
            yield Paragraph(part.text)


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
    else:
        yield from (cell for row in block.rows for cell in row)


class _Reader:
    """Reads the parts of one document; counts its paragraphs, notes and cells as it goes."""

    def __init__(  # noqa: PLR0913
        self,
        name: str,
        limits: Limits,
        numbering: Numbering,
        hidden_styles: frozenset[str],
        notes: Mapping[tuple[str, str], Element],
    ) -> None:
        self._name = name
        self._limits = limits
        self._numbering = numbering
        self._hidden_styles = hidden_styles
        self._notes = dict(notes)
        self._notes_shown = 0
        self._characters = 0
        self._cells = 0
        self._read: Counter[str] = Counter()

    def blocks(self, container: Element) -> Iterator[Block]:
        """Yield what a part of the document shows.

        Raises:
            LimitError: There are too many characters or cells.
        """
        for block in _blocks(self._parts(container)):
            self._characters += sum(map(len, _texts(block)))
            self._check_characters(self._characters)
            yield block

    def lost(self, roots: Sequence[Element], blocks: Sequence[Block]) -> tuple[str, ...]:
        """Return what the document shows and the blocks do not hold."""
        seen = [text for root in roots for text in self._shown(root)]
        unread = Counter(seen) - self._read
        placed = Counter(character for block in blocks for text in _texts(block) for character in text)
        # The signs of symbol fonts were placed as other characters.
        missing = Counter(_OF_SYMBOL_FONT.sub("", "".join(seen))) - placed - Counter("".join(unread.elements()))
        characters = "".join(missing.elements()).split()
        return tuple(text for text in (*unread.elements(), *characters) if text.strip())

    def _shown(self, root: Element) -> Iterator[str]:
        """Yield the text of everything that is neither deleted nor hidden, wherever it stands."""
        waiting: list[Element | str] = [root]
        while waiting:
            element = waiting.pop()
            if isinstance(element, str) or element.tag in _SKIPPED or self._is_hidden(element):
                continue
            if element.tag in _TEXT:
                yield element.text or ""
            waiting.extend(_backwards(element))

    def _is_hidden(self, element: Element) -> bool:
        """Tell whether a run, or a paragraph by its style, is hidden."""
        names = _STYLED.get(element.tag)
        properties = None if names is None else element.find(names[0])
        if names is None or properties is None:
            return False
        vanish = properties.find(_VANISH)
        if vanish is not None:
            return _is_on(vanish)
        style = properties.find(names[1]) if self._hidden_styles else None
        return style is not None and style.get(VALUE) in self._hidden_styles

    def _nearest(self, container: Element, *tags: str) -> Iterator[Element]:
        """Yield the nearest elements with one of the tags, through whatever wraps them."""
        waiting = _backwards(container)
        while waiting:
            element = waiting.pop()
            if isinstance(element, str) or element.tag in _SKIPPED or self._is_hidden(element):
                continue
            if element.tag in tags:
                yield element
            else:
                waiting.extend(_backwards(element))

    def _parts(self, container: Element) -> Iterator[_Part]:
        run_on: _Inline | None = None  # a paragraph whose mark an editor took out goes on in the next
        for element in self._nearest(container, _PARAGRAPH, _TABLE):
            if element.tag == _TABLE:
                table = self._table(element)
                if table is not None:
                    yield table
                continue
            found = self._gather(element, run_on or _Inline())
            if element.find(_DELETED_MARK) is None:
                yield from self._paragraph(element, found)
                run_on = None
            else:
                run_on = found
        if run_on is not None:
            yield from self._paragraph(None, run_on)

    def _gather(self, paragraph: Element, found: _Inline) -> _Inline:
        """Add what stands in a paragraph to what was found so far."""
        found.fields.clear()
        waiting = _backwards(paragraph)
        while waiting:
            element = waiting.pop()
            if isinstance(element, str):
                found.put(element)
            elif element.tag in _SKIPPED or self._is_hidden(element):
                continue
            elif element.tag in _HANDLERS:
                _HANDLERS[element.tag](found, element)
            else:
                waiting.extend(_backwards(element))
        return found

    def _paragraph(self, paragraph: Element | None, found: _Inline) -> Iterator[_Part]:
        """Yield the lines of a paragraph, then its notes and the boxes that hang on it."""
        self._read.update(found.read)
        first, *others = found.lines() or [""]
        if paragraph is not None and (first or not _is_on(paragraph.find(_HIDDEN_MARK))):
            first = self._numbering.numbered(paragraph, first)
        yield from (Paragraph(line) for line in (first, *others) if line)
        for reference in found.references:
            yield from self._note(reference)
        for box in found.boxes:
            yield from self._parts(box)

    def _note(self, reference: Element) -> Iterator[_Note]:
        kind = reference.tag.removeprefix(W).removesuffix("Reference")
        note = self._notes.pop((kind, reference.get(f"{W}id", "")), None)
        if note is None:  # shown before
            return
        number = ""
        if reference.get(f"{W}customMarkFollows") not in ("1", "true", "on"):
            self._notes_shown += 1
            number = str(self._notes_shown)
        text = _one_line(list(self._parts(note)))
        if text:
            yield _Note(f"注{number}：{text}")

    def _table(self, table: Element) -> _Table | None:
        """Return a table without its empty rows; None if all are."""
        rows: list[list[_Cell]] = []
        headings: list[bool] = []
        for element in self._nearest(table, _ROW):
            properties = element.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            rows.append(self._row(element, properties, rows[-1] if rows else []))
            headings.append(properties is not None and _is_on(properties.find(f"{W}tblHeader")))
        width = max(map(len, rows), default=0)
        self._count_cells(sum(width - len(row) for row in rows))
        for row in rows:
            row += [_NO_CELL] * (width - len(row))
        filled = [any(cell.text for cell in row) for row in rows]
        kept = [row for row, has_text in zip(_without_equal_columns(rows), filled, strict=True) if has_text]
        self._check_characters(sum(len(cell.text) for row in kept for cell in row))
        leading = next((at for at, heading in enumerate(headings) if not heading), len(headings))
        return _Table(tuple(map(tuple, kept)), sum(filled[:leading]) or None) if kept else None

    def _row(self, row: Element, properties: Element | None, above: Sequence[_Cell]) -> list[_Cell]:
        cells: list[_Cell] = []
        self._extend(cells, _NO_CELL, _span(properties, "gridBefore", 0))
        for element in self._nearest(row, _CELL):
            cell_properties = element.find(f"{W}tcPr")
            at = len(cells)
            if _goes_on(cell_properties, "vMerge") and at < len(above) and above[at] is not _NO_CELL:
                cell = above[at]
            elif _goes_on(cell_properties, "hMerge") and cells:
                cell = cells[-1]
            else:
                parts = tuple(self._parts(element))
                cell = _Cell(_one_line(parts), parts)
            self._extend(cells, cell, _span(cell_properties, "gridSpan", 1))
        self._extend(cells, _NO_CELL, _span(properties, "gridAfter", 0))
        return cells

    def _extend(self, cells: list[_Cell], cell: _Cell, columns: int) -> None:
        self._count_cells(columns)
        cells += [cell] * columns

    def _count_cells(self, more: int) -> None:
        self._cells += more
        if self._cells > self._limits.cells:
            raise LimitError(self._name, f"共 {self._cells} 个单元格", f" {self._limits.cells} 个", "cells")

    def _check_characters(self, characters: int) -> None:
        if characters > self._limits.characters:
            raise LimitError(self._name, f"共 {characters} 字", f" {self._limits.characters} 字", "characters")


_NO_CELL = _Cell()


def _span(properties: Element | None, name: str, default: int) -> int:
    """Return over how many columns of the grid a cell, or the space beside a row, reaches."""
    element = None if properties is None else properties.find(W + name)
    return default if element is None else max(int(element.get(VALUE, default)), default)


def _goes_on(properties: Element | None, name: str) -> bool:
    """Tell whether a cell belongs to the one above (`vMerge`) or to its left (`hMerge`)."""
    merge = None if properties is None else properties.find(W + name)
    return merge is not None and merge.get(VALUE, "continue") == "continue"


def _without_equal_columns(rows: Sequence[Sequence[_Cell]]) -> list[list[_Cell]]:
    """Leave out the columns of the grid in which no cell begins: they are lines for the eye."""
    width = len(rows[0]) if rows else 0
    kept = [0, *(right for left, right in pairwise(range(width)) if any(row[left] is not row[right] for row in rows))]
    return [[row[column] for column in kept] for row in rows] if width else []
