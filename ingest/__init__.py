"""Source files → `Document` ▸ `Clause`. Nothing here knows of the index or of questions."""

from ingest.content import Source
from ingest.document import READING, parse_document, read_document, read_text_of
from ingest.errors import ReadError, WenceError
from ingest.files import PolicyFile, find_files, list_files, load
from ingest.limits import Limits
from ingest.records import Clause, Document, Row, Stage, Table

__all__ = [
    "READING",
    "Clause",
    "Document",
    "Limits",
    "PolicyFile",
    "ReadError",
    "Row",
    "Source",
    "Stage",
    "Table",
    "WenceError",
    "find_files",
    "list_files",
    "load",
    "parse_document",
    "read_document",
    "read_text_of",
]
