"""Reading in a process of its own: what a hostile file can make crash, hang or take all memory.

The process has a limit of memory and a clock, and whatever ends it is an error like any other. Starting it takes half
a second, so pages and Markdown are read so only if they are large.
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
from ingest.errors import CrashedReaderError, LimitError, ReadError
from ingest.limits import Limits

MAX_MEMORY = 2**30  # bytes of address space
LARGE = 2**18  # bytes; hardly a page of a document has as many. At worst, as many take a few seconds and 300 MB
START_SECONDS = 5  # for Python to start on a busy machine
_ROOT = Path(__file__).parents[2]  # where `ingest` is found


def read_apart(
    parser: str, source: Source, limits: Limits, memory: int = MAX_MEMORY, start_seconds: float = START_SECONDS
) -> Content:
    """Return what a parser makes of a file, in a process of its own.

    Args:
        parser: One of those that `ingest.readers.worker` knows.
        source: The file.
        limits: How much of the machine it may take.
        memory: Bytes of address space for the process.
        start_seconds: What its start may take besides the reading.

    Raises:
        ReadError: The parser says so, it takes too long, or the process ends.
    """
    settings = json.dumps({"parser": parser, "name": source.name, "limits": asdict(limits), "memory": memory})
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module
            [sys.executable, "-P", "-m", "ingest.readers.worker", settings],
            input=source.data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            timeout=limits.seconds + start_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        seconds = f" {limits.seconds} 秒"
        raise LimitError(source.name, f"读取超过{seconds}", seconds, "seconds") from error
    if done.returncode:
        raise CrashedReaderError(source.name)
    return _content_of(json.loads(done.stdout))


def _content_of(result: dict[str, Any]) -> Content:
    if "error" in result:
        kind: type[ReadError] = getattr(errors, result["error"])
        raise kind.__new__(kind, result["sentence"])  # its sentence is whole already
    blocks = tuple(_block_of(block) for block in result["blocks"])
    return Content(blocks, result["about"], tuple(result["lost"]), tuple(result["furniture"]))


def _block_of(block: dict[str, Any]) -> Block:
    if "text" in block:
        return Paragraph(**block)
    return Grid(tuple(tuple(row) for row in block.pop("rows")), **block)
