"""Markdown: turned into the page that it stands for, and read as one."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from ingest.content import Content, Source
from ingest.limits import Limits
from ingest.readers.html import read_marked_text, read_markup
from ingest.readers.text import decode

# What programs that turn web pages into Markdown put before them.
_SAVED_PAGE = re.compile(r"\A\s*Title: (?P<title>.*)\n+URL Source: .*\n(?:.*\n)*?Markdown Content:\n")


def read_markdown(source: Source, limits: Limits) -> Content:
    """Return the blocks of a Markdown file; of one that was made from a web page, its body.

    Raises:
        ReadError: The file is empty, no text, or larger than the limits.
    """
    text = decode(source, limits)
    # Line breaks are kept: articles of a law often stand one a line. Nothing becomes a list of code by its indentation.
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table").disable(["code"])
    # The text of a link is wanted, wherever it leads; none is followed.
    setattr(parser, "validateLink", lambda url: True)  # noqa: B010 - mypy takes it for a method
    page = _SAVED_PAGE.match(text)
    if page is None:
        return read_marked_text(parser.render(text), source.name, limits)
    title = page["title"].strip()
    return read_markup(f"<title>{title}</title>{parser.render(text[page.end() :])}", source.name, limits)
