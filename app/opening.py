"""Settings → an open index. The doors share this, so that they open it in the same way."""

from __future__ import annotations

from pathlib import Path

from app.language_model import LanguageModel
from app.prompts import fingerprints
from app.settings import Settings
from ingest import list_files
from ingest.errors import MissingFileError
from vectorstore import (
    Embedder,
    Retriever,
    Store,
    is_current,
    load_embedder,
    open_retriever,
    open_store,
)


def open_embedder(settings: Settings) -> Embedder:
    """Return the embedding model of the settings."""
    return load_embedder(settings.embedding_model, settings.embedding_query_prefix, settings.embedding_passage_prefix)


def open_index(settings: Settings) -> Retriever:
    """Open the index for searching.

    Raises:
        VectorstoreError: There is none, or it cannot be used.
    """
    return open_retriever(settings.index, open_embedder(settings), settings.cache)


def open_language_model(settings: Settings) -> LanguageModel | None:
    """Return the language model of the settings; None if none is set. Nothing is asked of it yet.

    Raises:
        VocabularyError: The vocabulary file of the settings cannot be used.
        PromptError: A prompt is missing or does not fit.
    """
    if settings.language_model is None:
        return None
    from app.chat_model import ChatModel  # LangChain takes longer to import than all the rest

    fingerprints()
    return ChatModel(settings.language_model)


def open_for_reading(settings: Settings) -> Store:
    """Open the documents of an index without what searching needs.

    Raises:
        VectorstoreError: There is none, or it cannot be used.
    """
    return open_store(settings.index, open_embedder(settings))


def open_for_writing(settings: Settings) -> Store:
    """Open the index for adding and removing, making it if there is none."""
    return open_store(settings.index, open_embedder(settings), create=True)


def has_changes(settings: Settings, folder: Path) -> bool:
    """Tell whether a folder holds a file that is not in the index as it is.

    Raises:
        MissingFileError: There is no such folder.
    """
    if not folder.exists():
        raise MissingFileError(folder)
    records = open_for_writing(settings).records()
    return any(not is_current(file, records, settings.limits) for file in list_files([folder]))
