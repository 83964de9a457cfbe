"""Source files → `Document` ▸ `Clause`. Nothing here knows of the index or of questions."""

from ingest.document import READING, parse_document, read_document
from ingest.errors import ReadError, WenceError
from ingest.readers import READERS
from ingest.records import Clause, Document, Stage

__all__ = [
    "READERS",
    "READING",
    "Clause",
    "Document",
    "ReadError",
    "Stage",
    "WenceError",
    "parse_document",
    "read_document",
]
