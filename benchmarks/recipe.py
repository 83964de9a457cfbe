"""The usual recipe, to be measured beside ours: LangChain's splitter, BM25 over jieba's words and the same vectors.

Only `benchmarks.retrieval` uses it. No other module of the project knows these libraries.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jieba
from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document as Chunk
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from ingest import Document
from vectorstore import Embedder

# What tutorials use: half a thousand characters, a tenth of it shared with the next.
CHUNK = 500
OVERLAP = 50
_SEPARATORS = ["\n\n", "\n", "。", "；", "，", ""]
_EACH = 20  # chunks from each of the two, enough for every limit that is measured
_BATCH = 1000


class _Vectors(Embeddings):
    """The project's embedding model as LangChain calls it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        row: list[float] = self._embedder.embed_query(text).tolist()
        return row


class Recipe:
    """The recipe over some documents."""

    def __init__(self, documents: Sequence[Document], embedder: Embedder, folder: Path) -> None:
        jieba.setLogLevel("ERROR")
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, separators=_SEPARATORS, keep_separator="end"
        )
        chunks = [
            Chunk(page_content=piece, metadata={"source": document.source})
            for document in documents
            for piece in splitter.split_text(document.text)
        ]
        vectors = Chroma(collection_name="recipe", embedding_function=_Vectors(embedder), persist_directory=str(folder))
        for first in range(0, len(chunks), _BATCH):
            vectors.add_documents(chunks[first : first + _BATCH])
        words = BM25Retriever.from_documents(chunks, preprocess_func=jieba.lcut, k=_EACH)
        near = vectors.as_retriever(search_kwargs={"k": _EACH})
        self._both = EnsembleRetriever(retrievers=[words, near], weights=[0.5, 0.5])

    def find(self, question: str) -> list[tuple[str, str]]:
        """Return (source, text) of what is found, best first."""
        return [(chunk.metadata["source"], chunk.page_content) for chunk in self._both.invoke(question)]
