"""The process that reads one file apart: bytes on standard input → content as JSON on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ingest.content import Content, Source
from ingest.errors import ReadError
from ingest.limits import Limits
from ingest.readers.html import parse_html
from ingest.readers.markdown import parse_markdown
from ingest.readers.sheets import parse_sheets


def main() -> None:
    """Read the file; the argument is its name, its parser, the limits and the bytes of memory, as JSON."""
    settings = json.loads(sys.argv[1])
    _limit_memory(settings["memory"])
    source = Source(settings["name"], sys.stdin.buffer.read())
    result: dict[str, Any]
    try:
        result = asdict(_parser(settings["parser"])(source, Limits(**settings["limits"])))
    except ReadError as error:
        result = {"error": type(error).__name__, "sentence": str(error)}
    sys.stdout.buffer.write(json.dumps(result).encode())


def _parser(name: str) -> Callable[[Source, Limits], Content]:
    """Load a parser, and pdfium only for a PDF."""
    if name == "pdf":
        from ingest.readers.pdf.reading import parse_pdf

        return parse_pdf
    return {"html": parse_html, "markdown": parse_markdown, "sheets": parse_sheets}[name]


def _limit_memory(size: int) -> None:
    """Let an allocation fail rather than the machine; Windows has no such limit, and macOS does not keep it."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    main()
