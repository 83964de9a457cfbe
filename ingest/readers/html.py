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
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree
from lxml.etree import _Element as Element

from ingest.content import Block, Content, Grid, Paragraph, Source
from ingest.errors import DamagedFileError, EmptyFileError, NoBodyError
from ingest.limits import Limits
from ingest.metadata import clean_title
from ingest.navigation import is_furniture, is_publication_line
from ingest.readers.apart import LARGE, read_apart
from ingest.readers.grids import Cell, Tally, arranges_page, fill
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

_WHITE = re.compile(r"\s+")
_BREAK = re.compile(r"[ \t\u3000]*\n")
_HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_SPACES = re.compile(r"[ \t\n\r\f\xa0\u200b\ufeff]+")
_NUMBERED = re.compile(r"[（(]?[\d一二三四五六七八九十①-⑳]+[）)、.．]")
_LOOKED_AT = 1000  # characters, of headings and items; elements within each other all begin alike
_PIECES_LOOKED_AT = 400  # of text between tags: Word may put a tag around each character
_HEADINGS_LOOKED_AT = 100
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
    return read_apart("html", source, limits) if len(source.data) > LARGE else parse_html(source, limits)


def parse_html(source: Source, limits: Limits) -> Content:
    """Return the body of a saved page, read in this process.

    Raises:
        ReadError: The page is empty, has no body, or is larger than the limits.
    """
    return read_markup(decode(source, limits), source.name, limits)


def read_markup(markup: str, name: str, limits: Limits) -> Content:
    """Return the body of a page whose characters are known.

    Raises:
        ReadError: The page has no body, or its tables are larger than the limits.
    """
    root = _parse(_without_server_code(markup), name)
    tables = _Tables(name, limits)
    lines = list(_lines(root))
    surrounding = _named_furniture(root, _weigh(root, lines))
    weights = _weigh(root, [line for line in lines if line.element not in surrounding])
    container = _container(root, weights, tables)
    first, end = _range_inside(lines, container)
    left_out = surrounding | _lists_of_links(container, lines[first:end])
    about = _about(root, lines)
    inside = [line for line in lines[first:end] if line.element not in left_out]
    if _is_index(inside, about.get("title")):
        raise NoBodyError(name)
    blocks = list(_read(container, left_out, tables))
    blocks = [*_lead(lines[:first], about.get("title"), blocks), *blocks]
    kept = {id(line) for line in inside}
    return Content(tuple(blocks), about, furniture=tuple(line.text for line in lines if id(line) not in kept))


def read_marked_text(markup: str, name: str, limits: Limits) -> Content:
    """Return all blocks of mark-up that holds a document and nothing around it.

    Raises:
        ReadError: Its tables are larger than the limits.
    """
    return Content(tuple(_read(_parse(markup, name), set(), _Tables(name, limits))))


def _is_index(lines: Sequence[_Line], title: str | None) -> bool:
    """Tell whether a page leads to documents rather than being one: links, the data of a publication, hardly prose."""
    own = [line for line in lines if not (is_furniture(line.text) or (title and title in line.text))]
    if not any(_SENTENCE_MARK.search(line.text) or line.element.tag in ("td", "th") for line in own):
        return True
    linked = sum(line.linked for line in own if not _FILE_LINK.search(line.text))
    characters = sum(len(line.text) for line in own)
    return characters - linked < _MIN_PROSE or linked > _MAX_LINKED * characters


def _without_server_code(markup: str) -> str:
    """Leave out what a JSP or ASP page runs before it is sent."""
    kept = []
    start = 0
    while (code := markup.find("<%", start)) >= 0 and (end := markup.find("%>", code)) >= 0:
        kept.append(markup[start:code])
        start = end + len("%>")
    return " ".join([*kept, markup[start:]])


def _parse(markup: str, name: str) -> Element:
    # By default a text of 10 MB ends the page without a word. Elements within 2,048 others always do, but are reported.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFileError(name, "网页") from error
    if parser.error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT):
        raise DamagedFileError(name, "网页")
    if root is None:  # comments and the like
        raise EmptyFileError(name)
    return cast(Element, root)


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
    element: Element


def _lines(root: Element) -> Iterator[_Line]:
    """Yield the lines of an element, those of tables too."""
    return (line for line in _walk(root) if isinstance(line, _Line))


def _walk(root: Element, whole: Callable[[Element], bool] = lambda _: False) -> Iterator[_Line | Element]:
    """Yield the lines of an element in reading order, without code, controls and what is hidden.

    Args:
        root: The element.
        whole: Tells which elements in it are yielded as they are instead of their lines.
    """
    open_ = _OpenLine(root)
    walk = etree.iterwalk(root, events=("start", "end"))
    passed = yielded = None
    for event, element in walk:
        if event == "start":
            if _is_furniture(element):
                passed = element
            elif element is not root and whole(element):
                passed = yielded = element
            else:
                yield from open_.enter(element)
                continue
            walk.skip_subtree()  # its end comes next, and with it the text behind it
            continue
        yield from open_.end(element)
        if element is yielded:
            yield element
        open_.leave(element, element is passed)
    yield from open_.close(root)


class _OpenLine:
    """The line that is being read."""

    def __init__(self, root: Element) -> None:
        self._root = self._element = root
        self._pieces: list[str] = []
        self._linked = self._links = self._depth = 0
        self._items: dict[Element, int] = {}  # how many of each numbered list were read

    def enter(self, element: Element) -> Iterator[_Line]:
        """Read what stands behind an element's beginning; yield the line that it ends."""
        if element.tag not in _INLINE:
            yield from self.close(element)
        if element.tag == "a":
            self._depth += 1
            self._links += 1
        if element.tag == "li":
            self._add(self._number_of(element))
        self._add(element.text or "")

    def end(self, element: Element) -> Iterator[_Line]:
        """Yield the line that an element's end ends."""
        if element.tag not in _INLINE:
            yield from self.close(element.getparent())

    def leave(self, element: Element, passed: bool) -> None:
        """Read what stands behind an element's end."""
        if element is self._root:
            return
        if element.tag == "a" and not passed:
            self._depth -= 1
        self._add(element.tail or "")

    def close(self, element: Element | None) -> Iterator[_Line]:
        """Yield the line, if it has text; the next one is held by `element`."""
        text = squeeze("".join(self._pieces)) if self._pieces else ""
        if text:
            yield _Line(text, min(self._linked, len(text)), self._links, self._element)
        self._element = element if element is not None else self._root
        self._pieces, self._linked, self._links = [], 0, 0

    def _number_of(self, item: Element) -> str:
        """Return the number that a browser puts before an item of a numbered list, if the item does not bring one."""
        numbered = item.getparent()
        if numbered is None or numbered.tag != "ol":
            return ""
        number = _number(item, "value", self._items.get(numbered, _number(numbered, "start", 1)))
        self._items[numbered] = number + 1
        return "" if _NUMBERED.match(_beginning(item)) else f"{number}. "

    def _add(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._linked += len(squeeze(piece)) if self._depth else 0


def squeeze(text: str) -> str:
    """Return text on one line, white space collapsed as a browser does; a break between Han characters is none."""
    if "\n" in text:
        text = _WHITE.sub(_without_break, text)
    return _SPACES.sub(" ", text).strip()


def _without_break(space: re.Match[str]) -> str:
    """Return white space, or nothing where it is a line break between Han characters."""
    is_break = _BREAK.match(space[0]) and _HAN.match(space.string[space.start() - 1 : space.start()])
    return "" if is_break and _HAN.match(space.string, space.end()) else space[0]


def _beginning(element: Element) -> str:
    """Return the first words in an element, however much it holds."""
    return squeeze("".join(islice(element.itertext(), _PIECES_LOOKED_AT))[:_LOOKED_AT])


def _is_furniture(element: Element) -> bool:
    """Tell whether an element is never read: code, controls, menus, what is hidden."""
    if element.tag == "body":
        return False
    if element.tag in _NEVER_TEXT or element.get("role") in _FURNITURE_ROLES or element.get("hidden") is not None:
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _weigh(root: Element, lines: Sequence[_Line]) -> dict[Element, float]:
    """Return the weight of the prose in every element that has any."""
    weights: dict[Element, float] = {}
    for line in lines:
        is_prose = line.element.tag not in _HEADINGS and not is_furniture(line.text)
        weight = len(line.text) - line.linked if is_prose else 0.0
        if not (_PROSE.search(line.text) or len(line.text) > _SHORT or line.element.tag in ("td", "th")):
            weight *= _SHORT_SHARE
        weights[line.element] = weights.get(line.element, 0.0) + weight
    _add_up(root, weights)
    return weights


def _add_up(root: Element, *sums: dict[Element, float]) -> None:
    """Add what every element has to that of all it stands in."""
    for _, element in etree.iterwalk(root, events=("end",)):
        if element is root:
            return
        above = element.getparent()
        for sum_ in sums:
            if amount := sum_.get(element):
                sum_[above] = sum_.get(above, 0.0) + amount


def _and_inside(root: Element, elements: Container[Element]) -> set[Element]:
    """Return some elements and all in them."""
    found: set[Element] = set()
    for element in root.iter(etree.Element):
        if element in elements or element.getparent() in found:
            found.add(element)
    return found


def _named_furniture(root: Element, weights: Mapping[Element, float]) -> set[Element]:
    """Return the elements whose names say that they surround the body, and all inside them."""
    limit = _MAX_FURNITURE_SHARE * weights.get(root, 0.0)
    named = set()
    for element in root.iter(etree.Element):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _FOOT_NAMES.search(names) or (_FURNITURE_NAMES.search(names) and weights.get(element, 0.0) < limit):
            named.add(element)
    return _and_inside(root, named)


def _container(root: Element, weights: Mapping[Element, float], tables: _Tables) -> Element:
    """Return the smallest element that holds nearly all of the page's prose, tables of data left whole."""
    element = root
    while True:
        best = max(element, key=lambda child: weights.get(child, 0.0), default=None)
        if best is None or weights.get(best, 0.0) < _HOLDS_BODY * weights.get(element, 0.0):
            return element
        if best.tag in _ONE_BLOCK or best.tag in _INLINE or best in tables:
            return element
        element = best


def _range_inside(lines: Sequence[_Line], container: Element) -> tuple[int, int]:
    """Return the positions of the first line inside an element and of the first one behind it."""
    inside = {container, *container.iterdescendants()}
    places = [i for i, line in enumerate(lines) if line.element in inside]
    return (places[0], places[-1] + 1) if places else (0, len(lines))


def _read(container: Element, left_out: Container[Element], tables: _Tables) -> Iterator[Block]:
    """Yield the blocks of the container but for those elements that are left out."""
    for found in _walk(container, tables.__contains__):
        if isinstance(found, _Line):
            if found.element not in left_out:
                yield Paragraph(found.text)
        elif found not in left_out:
            yield from tables.blocks(found)


def _lists_of_links(container: Element, lines: Sequence[_Line]) -> set[Element]:
    """Return what is in lists of links inside the container; names of attachments stay."""
    totals: dict[Element, float] = {}
    linked: dict[Element, float] = {}
    links: dict[Element, float] = {}
    for line in lines:
        is_file = bool(_FILE_LINK.search(line.text))
        for sums, amount in ((totals, len(line.text)), (linked, line.linked), (links, line.links)):
            sums[line.element] = sums.get(line.element, 0.0) + (0 if is_file and sums is not totals else amount)
    _add_up(container, totals, linked, links)
    lists = {e for e in links if e is not container and _is_list(totals[e], linked.get(e, 0.0), links[e])}
    return _and_inside(container, lists)


def _is_list(characters: float, linked: float, links: float) -> bool:
    return links >= _MIN_LINKS and linked > _LINK_SHARE * characters


class _Table(NamedTuple):
    """A table of data, and the cells it was read from."""

    grid: Grid
    cells: frozenset[Element]


class _Tables:
    """The tables of data of a page rather than those that arrange it; each is looked at once."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._tally = Tally(name, limits)
        self._known: dict[Element, _Table | None] = {}

    def __contains__(self, element: Element) -> bool:
        """Tell whether an element is such a table.

        Raises:
            LimitError: The tables are too large.
        """
        return element.tag == "table" and self._read(element) is not None

    def blocks(self, table: Element) -> Iterator[Block]:
        """Yield a table, and before it what stands in it outside of cells: its caption."""
        found = self._read(table)
        if found is not None:
            yield from (Paragraph(x.text) for x in _walk(table, found.cells.__contains__) if isinstance(x, _Line))
            yield found.grid

    def _read(self, table: Element) -> _Table | None:
        if table not in self._known:
            holds_another = table.find(".//table") is not None
            self._known[table] = None if holds_another else _table(table, self._tally)
        return self._known[table]


def _table(table: Element, tally: Tally) -> _Table | None:
    """Return a table of data; None for one that arranges the page."""
    rows: list[list[Cell]] = []
    cells: list[Element] = []
    heading_rows = 0
    for tr in _nearest(table, "tr"):
        row = list(_nearest(tr, "td", "th"))
        in_head = tr.getparent() is not None and tr.getparent().tag == "thead"
        if len(rows) == heading_rows and row and (in_head or all(cell.tag == "th" for cell in row)):
            heading_rows += 1
        cells += row
        rows.append([Cell(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in row])
    grid = Grid(fill(rows, tally), heading_rows or None)
    if arranges_page(grid.rows):
        return None
    tally.count_characters(grid.rows)
    return _Table(grid, frozenset(cells))


def _nearest(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the elements with one of the tags in an element that stand in no other."""
    walk = etree.iterwalk(element, events=("start",))
    for _, inner in walk:
        if inner.tag in tags and inner is not element:
            walk.skip_subtree()
            yield inner


def _cell_text(cell: Element) -> str:
    return " ".join(line.text for line in _lines(cell))


def _span(cell: Element, name: str) -> int:
    return max(1, _number(cell, name, 1))


def _number(element: Element, name: str, default: int) -> int:
    """Return an attribute that is a whole number."""
    value = (element.get(name) or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < _MAX_DIGITS else default


def _about(root: Element, lines: Sequence[_Line]) -> dict[str, str]:
    """Return what the page says of its document: the `<meta>` of government sites, or else its title."""
    said = {(m.get("name") or "").lower(): squeeze(m.get("content") or "") for m in root.iter("meta")}
    about = {name: value for name, meta in _META.items() if (value := said.get(meta))}
    title = about.get("title") or _title(root, lines)
    return about | ({"title": title} if title else {})


def _title(root: Element, lines: Sequence[_Line]) -> str | None:
    """Return the title of a page: what its `<title>` or a heading says that is also a line of its own."""
    whole = squeeze((root.findtext(".//title") or "")[:_LOOKED_AT])
    parts = [part.strip() for part in _TITLE_PARTS.split(whole)]
    headings = [_beginning(h) for level in _HEADINGS for h in islice(root.iter(level), _HEADINGS_LOOKED_AT)]
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
