"""Saved web pages: the body out of what surrounds it on a government site.

A page is navigation, search, sidebars and a footer around one document. What tells them apart is that a
document is prose and figures, while all else is links and words of a line:

    1. every line of the page is weighed: its characters outside links, if it reads like prose;
    2. from `<body>` down, the element is entered that holds nearly all of the weight: the container;
    3. the container is read block by block; lists of links inside it are left out.

Title, date and publisher usually stand above the container or in `<meta>`; both are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from lxml import etree, html
from lxml.html import HtmlElement

from ingest.content import Block, Content, Grid, Paragraph, Source
from ingest.errors import DamagedFileError, LimitError, NoBodyError
from ingest.limits import Limits
from ingest.metadata import clean_title
from ingest.navigation import is_furniture, is_publication_line
from ingest.readers.grids import Cell, arranges_page, fill
from ingest.readers.text import decode

_NEVER_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "select",
        "option",
        "button",
        "input",
        "textarea",
        "canvas",
        "video",
        "audio",
        "map",
        "head",
        "nav",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
        "wbr",
        "ruby",
        "rb",
        "rt",
        "rp",
        "o:p",
        "st1",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)  # visibility is what scripts switch on when a page is loaded
_FURNITURE_ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "menu", "dialog"})
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:bottom|crumb|bread|location|nav|menu|share|side|search|relat|recommend|pag(?:er|ination)"
    r"|qrcode|toolbar|login)",
    re.IGNORECASE,
)
_FOOT_NAMES = re.compile(r"(?:^|[\s_-])(?:foot(?!note)|copyright)", re.IGNORECASE)  # may outweigh a short notice
_MAX_FURNITURE_SHARE = 0.5  # of the page's weight: an element called 「sidebar」 that holds more is none
_SERVER_CODE = re.compile(r"<%.*?%>", re.DOTALL)  # what a JSP or ASP page runs before it is sent

_PROSE = re.compile(r"[。；，：！？、]|\d")
_SHORT = 12  # characters; a line this short without punctuation or figure is a label or a menu
_SHORT_SHARE = 0.2  # of their characters short lines count: a list of measures is no menu, but less than prose
_HOLDS_BODY = 0.75  # an element with this share of its parent's weight is entered; see the measurement in ADR 9
_MIN_PROSE = 20  # characters besides the title; less is a template, or a form that a script fills
_SENTENCE_MARK = re.compile(r"[，。；：！？]")  # a document has one somewhere, or a table; headlines have none
_MAX_LINKED = 0.35  # of the characters; a list of links has .4 and more, a document with many links below .2
_LINK_SHARE = 0.75  # of a block's characters: above it is a list of links
_MIN_LINKS = 3
_FILE_LINK = re.compile(r"附件|附表|\.(?:docx?|xlsx?|pdf|wps|zip|rar|et|ofd)\b", re.IGNORECASE)

_BETWEEN_HAN = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f])[ \t]*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
_SPACES = re.compile(r"[ \t\n\r\f\xa0\u200b\ufeff]+")
_NUMBERED = re.compile(r"[（(]?[\d一二三四五六七八九十①-⑳]+[）)、.．]")
_LOOKED_AT_OF_ITEM = 20  # characters
_MAX_DIGITS = 6
_HEADINGS = ("h1", "h2", "h3")
_ONE_BLOCK = frozenset({"p", "li", "h1", "h2", "h3", "h4", "tr", "td", "th", "dd", "blockquote"})
_META = {"title": "articletitle", "published": "pubdate", "publisher": "contentsource"}  # 政府网站发展指引, 2017
_TITLE_PARTS = re.compile(r"\s*[-_|–—>＞]+\s*")
_MIN_TITLE = 5  # characters; less is 首页, 正文, a site's short name
_TITLE_WITHIN = 5  # blocks: a title may follow the name of the issuer and a number


def read_html(source: Source, limits: Limits) -> Content:
    """Return the body of a saved page, and what the page says of it.

    Raises:
        ReadError: The page is empty, has no body, or is larger than the limits.
    """
    return read_markup(decode(source, limits), source.name, limits)


def read_markup(markup: str, name: str, limits: Limits) -> Content:
    """Return the body of a page whose characters are known.

    Raises:
        ReadError: The page has no body, or its tables are larger than the limits.
    """
    root = _parse(_SERVER_CODE.sub(" ", markup), name)
    lines = [line for line in _walk(root) if isinstance(line, _Line)]
    surrounding = _named_furniture(root, _weigh(lines))
    weights = _weigh([line for line in lines if line.element not in surrounding])
    container = _container(root, weights)
    first, end = _range_inside(lines, container)
    left_out = surrounding | _lists_of_links(container)
    about = _about(root, lines)
    inside = [line for line in lines[first:end] if line.element not in left_out]
    if _is_index(inside, about.get("title")):
        raise NoBodyError(name)
    blocks = list(_read(container, left_out, name, limits))
    blocks = [*_lead(lines[:first], about.get("title"), blocks), *blocks]
    kept = {id(line) for line in inside}
    return Content(tuple(blocks), about, furniture=tuple(line.text for line in lines if id(line) not in kept))


def read_marked_text(markup: str, name: str, limits: Limits) -> Content:
    """Return all blocks of mark-up that holds a document and nothing around it.

    Raises:
        ReadError: Its tables are larger than the limits.
    """
    return Content(tuple(_read(_parse(markup, name), set(), name, limits)))


def _is_index(lines: Sequence[_Line], title: str | None) -> bool:
    """Tell whether a page leads to documents rather than being one: links, the data of a publication, hardly prose."""
    own = [line for line in lines if not (is_furniture(line.text) or (title and title in line.text))]
    if not any(_SENTENCE_MARK.search(line.text) or line.element.tag in ("td", "th") for line in own):
        return True
    linked = sum(line.linked for line in own if not _FILE_LINK.search(line.text))
    characters = sum(len(line.text) for line in own)
    return characters - linked < _MIN_PROSE or linked > _MAX_LINKED * characters


def _parse(markup: str, name: str) -> HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFileError(name, "网页") from error
    return cast(HtmlElement, root)


class _Line(NamedTuple):
    """A line of a page: what stands between two breaks.

    Attributes:
        text: Its characters, white space collapsed.
        linked: How many of them are in links.
        links: How many links it has.
        element: The innermost element that holds all of it.
    """

    text: str
    linked: int
    links: int
    element: HtmlElement


def _walk(root: HtmlElement, tables: bool = False) -> Iterator[_Line | HtmlElement]:
    """Yield the lines of an element in reading order, without code, controls and what is hidden.

    Args:
        root: The element.
        tables: Whether tables of data are yielded as elements instead of their lines.
    """
    open_ = _OpenLine(root)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        skipped = _is_furniture(element) or (
            tables and element is not root and element.tag == "table" and _is_data(element)
        )
        if event == "start" and skipped:
            walk.skip_subtree()  # its end comes next, and with it the text behind it
        elif event == "start":
            if element.tag not in _INLINE:
                yield from open_.close(element)
            open_.enter(element)
        else:
            if element.tag not in _INLINE:
                yield from open_.close(element.getparent())
            if skipped and element.tag == "table":
                yield element
            open_.leave(element, skipped)
    yield from open_.close(root)


class _OpenLine:
    """The line that is being read."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = self._element = root
        self._pieces: list[str] = []
        self._linked = self._links = self._depth = 0

    def enter(self, element: HtmlElement) -> None:
        """Read what stands behind an element's beginning."""
        if element.tag == "a":
            self._depth += 1
            self._links += 1
        self._add(_number_of(element) + (element.text or ""))

    def leave(self, element: HtmlElement, skipped: bool) -> None:
        """Read what stands behind an element's end."""
        if element is self._root:
            return
        if element.tag == "a" and not skipped:
            self._depth -= 1
        self._add(element.tail or "")

    def close(self, element: HtmlElement | None) -> Iterator[_Line]:
        """Yield the line, if it has text; the next one is held by `element`."""
        text = squeeze("".join(self._pieces))
        if text:
            yield _Line(text, min(self._linked, len(text)), self._links, self._element)
        self._element = element if element is not None else self._root
        self._pieces, self._linked, self._links = [], 0, 0

    def _add(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._linked += len(squeeze(piece)) if self._depth else 0


def squeeze(text: str) -> str:
    """Return text on one line, white space collapsed as a browser does; a break between Han characters is none."""
    return _SPACES.sub(" ", _BETWEEN_HAN.sub("", text)).strip(" \u3000")


def _is_furniture(element: HtmlElement) -> bool:
    """Tell whether an element is never read: code, controls, menus, what is hidden."""
    if element.tag == "body":
        return False
    if element.tag in _NEVER_TEXT or element.get("role") in _FURNITURE_ROLES or element.get("hidden") is not None:
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _number_of(element: HtmlElement) -> str:
    """Return the number that a browser puts before an item of a numbered list."""
    if element.tag != "li":
        return ""
    parent = element.getparent()
    if parent is None or parent.tag != "ol" or _NUMBERED.match(element.text_content()[:_LOOKED_AT_OF_ITEM].strip()):
        return ""
    start = parent.get("start", "1")
    before = sum(sibling.tag == "li" for sibling in element.itersiblings(preceding=True))
    return f"{(int(start) if start.isdigit() else 1) + before}. "


def _weigh(lines: Sequence[_Line]) -> dict[HtmlElement, float]:
    """Return the weight of the prose in every element that has any."""
    weights: dict[HtmlElement, float] = {}
    for line in lines:
        is_prose = line.element.tag not in _HEADINGS and not is_furniture(line.text)
        weight = len(line.text) - line.linked if is_prose else 0.0
        if not (_PROSE.search(line.text) or len(line.text) > _SHORT or line.element.tag in ("td", "th")):
            weight *= _SHORT_SHARE
        if weight:
            weights[line.element] = weights.get(line.element, 0.0) + weight
    for element, weight in list(weights.items()):  # of the lines it holds itself; those above it hold them, too
        for above in element.iterancestors():
            weights[above] = weights.get(above, 0.0) + weight
    return weights


def _named_furniture(root: HtmlElement, weights: Mapping[HtmlElement, float]) -> set[HtmlElement]:
    """Return the elements whose names say that they surround the body, and all inside them."""
    limit = _MAX_FURNITURE_SHARE * weights.get(root, 0.0)
    named = []
    for element in root.iter(etree.Element):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _FOOT_NAMES.search(names) or (_FURNITURE_NAMES.search(names) and weights.get(element, 0.0) < limit):
            named.append(element)
    return {inner for element in named for inner in element.iter(etree.Element)}


def _container(root: HtmlElement, weights: Mapping[HtmlElement, float]) -> HtmlElement:
    """Return the smallest element that holds nearly all of the page's prose, tables of data left whole."""
    element = root
    while True:
        best = max(element, key=lambda child: weights.get(child, 0.0), default=None)
        if best is None or weights.get(best, 0.0) < _HOLDS_BODY * weights.get(element, 0.0):
            return element
        if best.tag in _ONE_BLOCK or best.tag in _INLINE or (best.tag == "table" and _is_data(best)):
            return element
        element = best


def _range_inside(lines: Sequence[_Line], container: HtmlElement) -> tuple[int, int]:
    """Return the positions of the first line inside an element and of the first one behind it."""
    inside = {container, *container.iterdescendants()}
    places = [i for i, line in enumerate(lines) if line.element in inside]
    return (places[0], places[-1] + 1) if places else (0, len(lines))


def _read(container: HtmlElement, left_out: set[HtmlElement], name: str, limits: Limits) -> Iterator[Block]:
    """Yield the blocks of the container but for those elements that are left out."""
    cells = 0
    for found in _walk(container, tables=True):
        if isinstance(found, _Line):
            if found.element not in left_out:
                yield Paragraph(found.text)
            continue
        grid = _grid(found)
        cells += len(grid.rows) * len(grid.rows[0])
        if cells > limits.cells:
            raise LimitError(name, f"有 {cells} 个以上的单元格", f" {limits.cells} 个", "cells")
        yield grid


def _lists_of_links(container: HtmlElement) -> set[HtmlElement]:
    """Return what is in lists of links inside the container; names of attachments stay."""
    figures: dict[HtmlElement, list[int]] = {}
    for line in _walk(container):
        if not isinstance(line, _Line):
            continue
        is_file = bool(_FILE_LINK.search(line.text))
        for element in (line.element, *line.element.iterancestors()):
            if element is container:
                break
            sums = figures.setdefault(element, [0, 0, 0])
            sums[0] += len(line.text)
            sums[1] += 0 if is_file else line.linked
            sums[2] += 0 if is_file else line.links
    lists = [e for e, (total, linked, links) in figures.items() if links >= _MIN_LINKS and linked > _LINK_SHARE * total]
    return {inner for element in lists for inner in element.iter(etree.Element)}


def _is_data(table: HtmlElement) -> bool:
    """Tell whether a table holds data rather than arranging the page."""
    if table.find(".//table") is not None:
        return False
    return not arranges_page(_grid(table).rows)


def _grid(table: HtmlElement) -> Grid:
    rows: list[list[Cell]] = []
    heading_rows = 0
    for tr in table.iter("tr"):
        cells = [cell for cell in tr if cell.tag in ("td", "th")]
        in_head = tr.getparent() is not None and tr.getparent().tag == "thead"
        if len(rows) == heading_rows and cells and (in_head or all(cell.tag == "th" for cell in cells)):
            heading_rows += 1
        rows.append([Cell(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in cells])
    return Grid(fill(rows), heading_rows or None)


def _cell_text(cell: HtmlElement) -> str:
    return " ".join(line.text for line in _walk(cell) if isinstance(line, _Line))


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < _MAX_DIGITS else 1


def _about(root: HtmlElement, lines: Sequence[_Line]) -> dict[str, str]:
    """Return what the page says of its document: the `<meta>` of government sites, or else its title."""
    said = {(m.get("name") or "").lower(): squeeze(m.get("content") or "") for m in root.iter("meta")}
    about = {name: value for name, meta in _META.items() if (value := said.get(meta))}
    title = about.get("title") or _title(root, lines)
    return about | ({"title": title} if title else {})


def _title(root: HtmlElement, lines: Sequence[_Line]) -> str | None:
    """Return the title of a page: what its `<title>` or a heading says that is also a line of its own."""
    whole = squeeze(root.findtext(".//title") or "")
    parts = [part.strip() for part in _TITLE_PARTS.split(whole)]
    headings = [squeeze(h.text_content()) for level in _HEADINGS for h in root.iter(level)]
    visible = {clean_title(line.text) for line in lines if line.linked < len(line.text)}
    candidates = [title for title in (whole, *parts, *headings) if len(title) >= _MIN_TITLE]
    seen = [title for title in candidates if clean_title(title) in visible]
    return next(iter(seen), None) or next((part for part in parts if len(part) >= _MIN_TITLE), None)


def _lead(before: Sequence[_Line], title: str | None, blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """Yield the title and the publication line that stand above the container."""
    if title and not any(_same(title, b.text) for b in blocks[:_TITLE_WITHIN] if isinstance(b, Paragraph)):
        yield Paragraph(title)
    places = [i for i, line in enumerate(before) if title and _same(title, line.text)]
    for line in before[places[-1] + 1 :] if places else ():
        if is_publication_line(line.text):
            yield Paragraph(line.text)


def _same(title: str, line: str) -> bool:
    return clean_title(title) == clean_title(line)
