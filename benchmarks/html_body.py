"""Print how exactly the body of a saved page is told from all around it: `python -m benchmarks.html_body …`.

The body of each page was marked by hand, as numbers of its text nodes: `html_bodies.json` holds no text of the pages.
A text node is a piece of text between two tags that is not white space. They are numbered from 0, in the order of the
file; those that a browser would hide count too, those in scripts, styles and the head do not (`text_nodes`).

**Recall** is the share of the body's characters that an extraction has, **precision** the share of an extraction's
characters that it should have: those of the body and of what may stay or go (the title above the body, the line that
says when and where the page was published, names of files to download). White space and characters without a shape do
not count.

Which characters of an extraction come from which node is settled by alignment (`align`). Every node is cut into
units at white space and behind sentences, so that one changed character costs a sentence. The units look for their
places in the extraction one after the other: each takes the first stretch that reads the same, that no other unit has
taken, and that lies between the places of its nearest neighbours that have one. First come the units of four characters
and more: those of the body, then those that may stay or go, then the rest of the page, each with the longest first.
Where it is not between its neighbours, a unit of the first two may stand anywhere: readers move titles. Then come the
short ones in the same way, but these may not: a `2` of a table is found between the cells beside it, and does not come
from the digits of a telephone number in the footer. Last, a short unit that is still without a place may take what
stands alone between stretches that others have taken, as in headings whose order a reader changes; again not the rest
of the page.

So every unit counts once, however often its text is repeated. Only a merged cell may come as often as it reaches over
cells, because a reader of tables fills them.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from statistics import fmean

import click
from lxml import html
from lxml.html import HtmlElement

from ingest import ReadError, read_document
from ingest.content import Source
from ingest.records import Table

BODIES = Path(__file__).with_name("html_bodies.json")

_WITHOUT_TEXT = frozenset({"head", "title", "script", "style", "noscript", "template"})
_CHARSET = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}  # pages that say these use characters of the larger set
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_END_OF_UNIT = re.compile(r"\s+|(?<=[。；！？])")
_SHORT = 4  # characters; anything shorter may stand anywhere by chance
_TAKEN = "\0"

Extract = Callable[[Path], str]


@dataclass(frozen=True)
class MergedCell:
    """A cell that reaches over others.

    Attributes:
        number: Among all cells of a page.
        covered: How many more cells a reader may fill with what stands in it.
    """

    number: int
    covered: int


@dataclass(frozen=True)
class Node:
    """A text node: its text as it stands in the page, and the merged cell that it stands in."""

    text: str
    cell: MergedCell | None = None


@dataclass(frozen=True)
class Marking:
    """What a person takes for the body of a page, in numbers of text nodes.

    Attributes:
        sha256: Of the file.
        nodes: How many there are.
        title: The lines that name the document; none where its name is a picture.
        body: First and last of each stretch.
        optional: The same, of what may stay or go.
    """

    sha256: str
    nodes: int
    title: Sequence[int]
    body: Sequence[tuple[int, int]]
    optional: Sequence[tuple[int, int]]


class Kind(IntEnum):
    """What a text node belongs to, in the order in which they look for their places."""

    BODY = 0
    OPTIONAL = 1
    OTHER = 2


@dataclass(frozen=True)
class Unit:
    """A part of a text node that is found as a whole or not at all; without white space."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class Score:
    """How an extraction compares with a marking. `titled` is None where no title is marked."""

    precision: float
    recall: float
    titled: bool | None


def text_nodes(data: bytes) -> list[Node]:
    """Return the text nodes of a page in the order of the file."""
    text = data.decode(_encoding(data), errors="replace")
    root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text))
    cells = {cell: _merged(number, cell) for number, cell in enumerate(root.iter("td", "th"))}
    return list(_nodes_in(root, None, cells))


def _encoding(data: bytes) -> str:
    for bom, name in _BOMS.items():
        if data.startswith(bom):
            return name
    declared = _CHARSET.search(data)
    name = declared[1].decode().lower() if declared else "utf-8"
    return _WIDER.get(name, name)


def _merged(number: int, cell: HtmlElement) -> MergedCell | None:
    covered = _span(cell, "rowspan") * _span(cell, "colspan") - 1
    return MergedCell(number, covered) if covered else None


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return max(1, int(value)) if value.isascii() and value.isdigit() else 1


def _nodes_in(
    element: HtmlElement, within: MergedCell | None, cells: Mapping[HtmlElement, MergedCell | None]
) -> Iterator[Node]:
    if not isinstance(element.tag, str) or element.tag in _WITHOUT_TEXT:  # a comment's tag is a function
        return
    cell = cells.get(element, within)
    if element.text and element.text.strip():
        yield Node(element.text, cell)
    for child in element:
        yield from _nodes_in(child, cell, cells)
        if child.tail and child.tail.strip():
            yield Node(child.tail, cell)


def load_markings(path: Path = BODIES) -> dict[str, Marking]:
    """Return the markings by page: `documents/…` or `tables/…`, after the folders given on the command line."""
    return {page: Marking(**marking) for page, marking in json.loads(path.read_text(encoding="utf-8")).items()}


def measure(nodes: Sequence[Node], marking: Marking, extraction: str) -> Score:
    """Compare an extraction with the marking of its page. Nothing extracted is worth nothing."""
    extracted = squeeze(extraction)
    kinds = _kinds(marking)
    units = [Unit(text, kind) for node, kind in zip(nodes, kinds, strict=True) for text in _texts_of_units(node)]
    merged: dict[MergedCell, str] = {}
    for node, kind in zip(nodes, kinds, strict=True):
        if node.cell and kind != Kind.OTHER:
            merged[node.cell] = merged.get(node.cell, "") + squeeze(node.text)
    found, filled = align(units, [(text, cell.covered) for cell, text in merged.items()], extracted)
    lengths = {
        kind: sum(len(u.text) for u, is_found in zip(units, found, strict=True) if is_found and u.kind == kind)
        for kind in Kind
    }
    right = lengths[Kind.BODY] + lengths[Kind.OPTIONAL] + filled
    return Score(
        precision=right / len(extracted) if extracted else 0.0,
        recall=lengths[Kind.BODY] / sum(len(unit.text) for unit in units if unit.kind == Kind.BODY),
        titled=all(squeeze(nodes[i].text) in extracted for i in marking.title) if marking.title else None,
    )


def squeeze(text: str) -> str:
    """Return a text without white space and without characters that have no shape."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def _kinds(marking: Marking) -> list[Kind]:
    kinds = [Kind.OTHER] * marking.nodes
    for kind, stretches in ((Kind.OPTIONAL, marking.optional), (Kind.BODY, marking.body)):
        for first, last in stretches:
            kinds[first : last + 1] = [kind] * (last + 1 - first)
    return kinds


def _texts_of_units(node: Node) -> Iterator[str]:
    return filter(None, map(squeeze, _END_OF_UNIT.split(node.text)))


def align(units: Sequence[Unit], merged: Sequence[tuple[str, int]], extracted: str) -> tuple[list[bool], int]:
    """Find the units of a page in an extraction.

    Args:
        units: In the order of the page.
        merged: The text of each merged cell that should be in the extraction, and how often it may be repeated.
        extracted: The extraction, without white space.

    Returns:
        For each unit whether it was found, and how many characters are repetitions of merged cells.
    """
    rest = _Rest(extracted)
    found = [False] * len(units)
    placed: list[tuple[int, int, int]] = []  # number of a unit, start and end of its place, in order
    for number in sorted(range(len(units)), key=lambda n: _turn(units[n])):
        unit = units[number]
        at = bisect_left(placed, (number,))
        low = placed[at - 1][2] if at else 0
        high = placed[at][1] if at < len(placed) else len(extracted)
        start = rest.take(unit.text, low, high)
        if start >= 0:
            placed.insert(at, (number, start, start + len(unit.text)))
            found[number] = True
        elif len(unit.text) >= _SHORT and unit.kind != Kind.OTHER:
            found[number] = rest.take(unit.text) >= 0  # out of its order, so its neighbours cannot go by it
    longest_first = sorted(merged, key=lambda cell: -len(cell[0]))
    filled = sum(len(text) for text, covered in longest_first for _ in range(covered) if rest.take(text) >= 0)
    for number, unit in enumerate(units):
        if not found[number] and unit.kind != Kind.OTHER:
            found[number] = rest.take_alone(unit.text)
    return found, filled


def _turn(unit: Unit) -> tuple[bool, Kind, int]:
    return len(unit.text) < _SHORT, unit.kind, -len(unit.text)


class _Rest:
    """What is left of an extraction."""

    def __init__(self, text: str) -> None:
        self._text = text

    def take(self, text: str, low: int = 0, high: int | None = None) -> int:
        """Take the first such stretch between two positions; return where it was, -1 if there is none."""
        start = self._text.find(text, low, high)
        if start >= 0:
            end = start + len(text)
            self._text = self._text[:start] + _TAKEN * len(text) + self._text[end:]
        return start

    def take_alone(self, text: str) -> bool:
        """Take a stretch with nothing left beside it."""
        alone = re.search(f"(?<![^{_TAKEN}]){re.escape(text)}(?![^{_TAKEN}])", self._text)
        return alone is not None and self.take(text, alone.start(), alone.end()) >= 0


def everything(path: Path) -> str:
    """Return all text of a page."""
    return "\n".join(node.text for node in text_nodes(path.read_bytes()))


def ours(path: Path) -> str:
    """Return the text of the document that we read from a page; none if we refuse it."""
    try:
        document = read_document(Source(path.name, path.read_bytes()))
    except ReadError:
        return ""
    return plain_text(document.text, document.tables)


def plain_text(text: str, tables: Iterable[Table]) -> str:
    """Return a document's text with the headings of columns once, where its own text has them before every cell."""
    parts: list[str] = []
    position = 0
    columns: tuple[str, ...] = ()
    for table in tables:
        for row in table.rows:
            parts.append(text[position : row.start])
            if columns != table.columns:  # a table that comes in several parts has its headings once
                columns = table.columns
                parts += columns
            parts += row.cells
            position = row.end
    return "\n".join([*parts, text[position:]])


def extractions() -> dict[str, Extract]:
    """Return what is measured, by name."""
    named: dict[str, Extract] = {"Wence": ours, "all text": everything}
    try:
        from trafilatura import bare_extraction
    except ImportError:
        return named

    def recalling(path: Path) -> str:
        page = bare_extraction(path.read_bytes(), include_tables=True, favor_recall=True, include_comments=False)
        return "\n".join(_texts(page))

    def by_default(path: Path) -> str:
        return "\n".join(_texts(bare_extraction(path.read_bytes())))

    return {**named, "trafilatura, for recall": recalling, "trafilatura": by_default}


def _texts(page: object) -> Iterable[str]:
    """Return the text of what trafilatura extracts; its printed form has bars between cells, which are not text."""
    body = getattr(page, "body", None)
    return () if body is None else body.itertext()


def measure_all(pages: Mapping[str, tuple[Path, Marking]], extract: Extract) -> dict[str, Score]:
    """Return the scores of a way to extract, by page."""
    return {
        name: measure(text_nodes(path.read_bytes()), marking, extract(path)) for name, (path, marking) in pages.items()
    }


def find_pages(markings: Mapping[str, Marking], folders: Mapping[str, Path]) -> dict[str, tuple[Path, Marking]]:
    """Return where the marked pages lie.

    Raises:
        click.ClickException: One is missing, or is not the page that was marked.
    """
    pages = {}
    for name, marking in markings.items():
        folder, _, place = name.partition("/")
        path = folders[folder] / place
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != marking.sha256:
            raise click.ClickException(f"{path} is not the page that was marked")
        pages[name] = path, marking
    return pages


def summary(name: str, scores: Iterable[Score]) -> str:
    """Return a way to extract as a line of the table."""
    listed = list(scores)
    titled = [score.titled for score in listed if score.titled is not None]
    cells = [name]
    for values in ([score.precision for score in listed], [score.recall for score in listed]):
        cells += [f"{fmean(values):.4f}", f"{min(values):.4f}"]
    return f"| {' | '.join(cells)} | {sum(titled)} of {len(titled)} |"


@click.command()
@click.option("--documents", type=click.Path(path_type=Path, exists=True), required=True, help="folder of the pages")
@click.option("--tables", type=click.Path(path_type=Path, exists=True), required=True, help="folder of table_pages")
@click.option("--each", is_flag=True, help="also print every page")
def main(documents: Path, tables: Path, each: bool) -> None:
    """Measure and print."""
    pages = find_pages(load_markings(), {"documents": documents, "tables": tables})
    click.echo("| | precision, mean | least | recall, mean | least | titles |\n| --- | --- | --- | --- | --- | --- |")
    for name, extract in extractions().items():
        scores = measure_all(pages, extract)
        click.echo(summary(name, scores.values()))
        if each:
            for page, score in scores.items():
                click.echo(summary(f"　{Path(page).name}", [score]))


if __name__ == "__main__":
    main()
