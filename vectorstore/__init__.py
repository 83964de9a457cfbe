"""`Document` → passages in Chroma → ranked `Hit`s. Nothing here composes an answer."""

from vectorstore.chroma import Store, open_store
from vectorstore.embed import BUNDLED_MODEL, Embedder, load_embedder
from vectorstore.errors import CorrectionError, SameDocumentError, UnknownDocumentError, VectorstoreError
from vectorstore.indexing import (
    FileReport,
    correct_document,
    find_record,
    index_files,
    is_current,
    missing_records,
    replace_document,
)
from vectorstore.records import DocumentRecord, Filters, Hit, Passage, Validity
from vectorstore.retriever import Retriever, open_retriever
from vectorstore.validity import validities

__all__ = [
    "BUNDLED_MODEL",
    "CorrectionError",
    "DocumentRecord",
    "Embedder",
    "FileReport",
    "Filters",
    "Hit",
    "Passage",
    "Retriever",
    "SameDocumentError",
    "Store",
    "UnknownDocumentError",
    "Validity",
    "VectorstoreError",
    "correct_document",
    "find_record",
    "index_files",
    "is_current",
    "load_embedder",
    "missing_records",
    "open_retriever",
    "open_store",
    "replace_document",
    "validities",
]
