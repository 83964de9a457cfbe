"""A source file → a `Document`: the way of `ingest` from end to end."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

from ingest.errors import EmptyFileError
from ingest.metadata import read_metadata
from ingest.navigation import strip_navigation
from ingest.readers import read_file
from ingest.records import Document
from ingest.structure import split_clauses

READING = 1  # raised whenever the same file would be read differently; indexed files are then read again


def read_document(path: Path, source: str | None = None) -> Document:
    """Read one policy file.

    Args:
        path: The file.
        source: How to name the file in citations; the path itself if not given.

    Raises:
        ReadError: The file is missing, empty, of an unknown format or unreadable.
    """
    text = read_file(path)
    if not strip_navigation(text).body:
        raise EmptyFileError(path)
    return parse_document(text, source or str(path), path.stem)


def parse_document(text: str, source: str, fallback_title: str) -> Document:
    """Turn the text of a page into a Document.

    Args:
        text: The text of the page, navigation included; its body must not be empty.
        source: Where it was read from.
        fallback_title: The title of a text that does not begin with one.
    """
    page = strip_navigation(text)
    metadata = read_metadata(page, fallback_title)
    document_id = hashlib.sha256(page.body.encode()).hexdigest()[:16]
    return Document(
        id=document_id,
        **asdict(metadata),
        source=source,
        text=page.body,
        clauses=split_clauses(page.body, metadata.title, document_id),
    )
