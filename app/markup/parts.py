"""What several parts of the page are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from app.records import Citation

QUOTED_WORDS = 40  # characters of a quotation that tell it from another of its clause


def notice_html(message: str) -> str:
    """Return a sentence for the user that is not an answer; nothing for none."""
    return f"<p class='notice' role='alert' data-ours>{escape(message)}</p>" if message else ""


def done_html(message: str) -> str:
    """Return a sentence that says what was done."""
    return f"<p class='done' role='status' data-ours>{escape(message)}</p>"


def place(citation: Citation) -> str:
    """Return the attributes that say which words of which document a click opens."""
    return f"data-document='{escape(citation.document.id)}' data-start='{citation.start}' data-end='{citation.end}'"


def shortened(words: str, longest: int = QUOTED_WORDS) -> str:
    """Return the beginning of a text."""
    return words if len(words) <= longest else f"{words[:longest]}……"


def emphasised(line: str, key: Sequence[str]) -> str:
    """Return an escaped line with the figures that answer in bold."""
    if not key:
        return escape(line)
    figures = re.compile("|".join(map(re.escape, sorted(key, key=len, reverse=True))))
    parts = []
    position = 0
    for match in figures.finditer(line):
        parts += [escape(line[position : match.start()]), f"<strong>{escape(match[0])}</strong>"]
        position = match.end()
    return f"{''.join(parts)}{escape(line[position:])}"


def options_html(values: Sequence[tuple[str, str]], chosen: str = "") -> str:
    """Return the options of a choice, values with what is shown for them."""
    return "".join(
        f"<option value='{escape(value)}'{' selected' if value == chosen else ''}>{escape(shown)}</option>"
        for value, shown in values
    )
