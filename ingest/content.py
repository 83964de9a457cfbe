"""What a reader hands on: the blocks of a file in reading order, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it lies on disk or in an archive.

    Attributes:
        name: How citations name it; its suffix tells the format where the bytes do not.
        data: Its bytes.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, a heading or an item of a list, with the number that the file's program computes for it.

    Attributes:
        text: Not empty, on one line, without white space at its ends.
        page: Where the format has pages, counted from 1.
    """

    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of data; a table that only arranges a page is handed on as paragraphs.

    Attributes:
        rows: Rows of cells, all of the same length; a merged cell is repeated wherever it reaches.
        heading_rows: How many rows at the top the file marks as headings; None if it does not say.
        page: Where the table begins, counted from 1.
    """

    rows: tuple[tuple[str, ...], ...]
    heading_rows: int | None = None
    page: int | None = None


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a file.

    Attributes:
        blocks: In reading order.
        about: What the file says of itself outside its text: any of `title`, `publisher`, `published` and
            `document_number`.
        lost: Words of the body that were seen and could not be placed in a block.
        furniture: What was taken for navigation, headers, footers and the like, and left out.
    """

    blocks: tuple[Block, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
