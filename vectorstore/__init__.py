"""`Document` → passages in Chroma → ranked `Hit`s. Nothing here composes an answer."""

from vectorstore.chroma import Store, open_store
from vectorstore.embed import BUNDLED_MODEL, Embedder, load_embedder
from vectorstore.errors import UnknownDocumentError, VectorstoreError
from vectorstore.indexing import FileReport, find_record, index_files, is_current, missing_records
from vectorstore.records import DocumentRecord, Filters, Hit, Passage, Validity
from vectorstore.retriever import Retriever, open_retriever
from vectorstore.validity import validities

__all__ = [
    "BUNDLED_MODEL",
    "DocumentRecord",
    "Embedder",
    "FileReport",
    "Filters",
    "Hit",
    "Passage",
    "Retriever",
    "Store",
    "UnknownDocumentError",
    "Validity",
    "VectorstoreError",
    "find_record",
    "index_files",
    "is_current",
    "load_embedder",
    "missing_records",
    "open_retriever",
    "open_store",
    "validities",
]
