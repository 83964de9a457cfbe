"""PDF files with a text layer: characters → lines → tables, columns, furniture → paragraphs.

A PDF is a program for drawing, and a few kilobytes of one can ask for gigabytes of memory or for a year. It is read
in a process of its own, whose memory and time are limited and whose crash is an error like any other. pdfium also is
not made for threads.
"""

from __future__ import annotations

import json
import os
import subprocess  # noqa: S404 -- runs this package only
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest import errors
from ingest.content import Block, Content, Grid, Paragraph, Source
from ingest.errors import DamagedFileError, LimitError, ReadError
from ingest.limits import Limits

__all__ = ["read_pdf"]

_ROOT = Path(__file__).parents[3]  # where `ingest` is found
_MAX_MEMORY = 2**30  # bytes of address space
_START_SECONDS = 5  # for Python to start on a busy machine


def read_pdf(source: Source, limits: Limits) -> Content:
    """Return the paragraphs and tables of a PDF.

    Raises:
        ReadError: Damaged, encrypted, without text, or beyond a limit.
    """
    settings = json.dumps({"name": source.name, "limits": asdict(limits), "memory": _MAX_MEMORY})
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module
            [sys.executable, "-P", "-m", "ingest.readers.pdf.worker", settings],
            input=source.data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            timeout=limits.seconds + _START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        seconds = f" {limits.seconds} 秒"
        raise LimitError(source.name, f"读取超过{seconds}", seconds, "seconds") from error
    if done.returncode:
        raise DamagedFileError(source.name, "PDF")
    return _content_of(json.loads(done.stdout))


def _content_of(result: dict[str, Any]) -> Content:
    if "error" in result:
        kind: type[ReadError] = getattr(errors, result["error"])
        raise kind.__new__(kind, result["sentence"])  # its sentence is whole already
    blocks = tuple(_block_of(block) for block in result["blocks"])
    return Content(blocks, lost=tuple(result["lost"]), furniture=tuple(result["furniture"]))


def _block_of(block: dict[str, Any]) -> Block:
    if "text" in block:
        return Paragraph(**block)
    return Grid(tuple(tuple(row) for row in block.pop("rows")), **block)
