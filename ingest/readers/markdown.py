"""Markdown: turned into the page that it stands for, and read as one."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt

from ingest.content import Content, Source
from ingest.limits import Limits
from ingest.readers.apart import LARGE, read_apart
from ingest.readers.html import read_marked_text, read_markup
from ingest.readers.text import decode, read_text

# What programs that turn web pages into Markdown put before them.
_SAVED_PAGE = re.compile(r"\A\s*Title: (?P<title>.*)\n+URL Source: .*\n(?:.*\n)*?Markdown Content:\n")


def read_markdown(source: Source, limits: Limits) -> Content:
    """Return the blocks of a Markdown file; of one that was made from a web page, its body.

    Raises:
        ReadError: The file is empty, no text, or larger than the limits.
    """
    return read_apart("markdown", source, limits) if len(source.data) > LARGE else parse_markdown(source, limits)


def parse_markdown(source: Source, limits: Limits) -> Content:
    """Return the blocks of a Markdown file, read in this process.

    Raises:
        ReadError: The file is empty, no text, or larger than the limits.
    """
    text = decode(source, limits)
    page = _SAVED_PAGE.match(text)
    markup = _render(text[page.end() :] if page else text)
    if markup is None:
        return read_text(source, limits)
    if page is None:
        return read_marked_text(markup, source.name, limits)
    return read_markup(f"<title>{page['title'].strip()}</title>{markup}", source.name, limits)


_MAX_NESTING = 20  # ten lists in each other; the time that brackets without end take grows with it, too


def _render(text: str) -> str | None:
    """Return the page that Markdown stands for; None if it nests so deeply that it hardly is Markdown.

    The parser leaves out what stands deeper without a word.
    """
    # Line breaks are kept: articles of a law often stand one a line. Nothing becomes a list of code by its indentation.
    options = {"html": True, "breaks": True, "maxNesting": _MAX_NESTING}
    parser = MarkdownIt("commonmark", options).enable("table").disable(["code"])
    # The text of a link is wanted, wherever it leads; none is followed.
    setattr(parser, "validateLink", lambda url: True)  # noqa: B010 - mypy takes it for a method
    notes: dict[str, Any] = {}
    tokens = parser.parse(text, notes)
    if any(token.nesting == 1 and token.level >= _MAX_NESTING - 1 for token in tokens):
        return None
    return str(parser.renderer.render(tokens, parser.options, notes))
