"""What every test may use: the default document, an index of it, and no network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import PROJECT, Settings
from ingest import Document, PolicyFile, load, read_document
from vectorstore import Embedder, Retriever, index_files, load_embedder, open_retriever, open_store

POLICY = PROJECT / "policies" / "wenzhou-2025.txt"
# A quarter of a minute to one and a half (`scripts/test --durations=50`).
_LONGEST = (
    "test_page", "test_gate_notices", "test_page_tabs", "test_honesty", "test_writing", "test_killing",
    "test_gate_wenzhou", "test_other_server", "test_page_hostile", "test_reading",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest, so that no process is left alone with one at the end."""
    items.sort(key=lambda item: _LONGEST.index(item.path.stem) if item.path.stem in _LONGEST else len(_LONGEST))


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Let sockets reach this machine only, so that anything that calls home fails its test."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", local_only)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from the defaults, whatever the environment says."""
    import os

    for name in [name for name in os.environ if name.startswith("WENCE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def wenzhou() -> Document:
    return read_document(load(PolicyFile(POLICY)))


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder(None)


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """An index of the default document; tests read it and do not write."""
    folder = tmp_path_factory.mktemp("index")
    store = open_store(str(folder), embedder, create=True)
    assert [report.status for report in index_files(store, [PolicyFile(POLICY)])] == ["added"]
    return folder


@pytest.fixture(scope="session")
def retriever(index_folder: Path, embedder: Embedder) -> Retriever:
    return open_retriever(str(index_folder), embedder, index_folder / "lexical")


@pytest.fixture
def settings(index_folder: Path) -> Settings:
    return Settings(index=str(index_folder))
