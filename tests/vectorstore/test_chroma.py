import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import chromadb
import pytest
from chromadb.config import Settings
from chromadb.errors import InternalError

from ingest import Document, parse_document
from vectorstore import (
    Embedder,
    Filters,
    Retriever,
    Store,
    UnknownDocumentError,
    VectorstoreError,
    chroma,
    open_retriever,
    open_store,
)
from vectorstore.rows import prepare


def notice(number: int) -> Document:
    text = f"某市教育局关于第{number}号事项的通知\n一、学位。新增学位{number}00个。\n二、经费。安排经费{number}万元。"
    return parse_document(text, f"{number}.txt", "通知")


@pytest.fixture
def store(tmp_path: Path, embedder: Embedder) -> Store:
    return open_store(str(tmp_path / "index"), embedder, create=True)


def opened(store: Store) -> Retriever:
    return open_retriever(store.location, store.embedder, Path(store.location) / "lexical")


def test_a_document_comes_back_as_it_went_in(store: Store, wenzhou: Document) -> None:
    store.add(wenzhou, "hash")
    assert store.document(wenzhou.id) == wenzhou
    assert [r.clauses for r in store.records()] == [len(wenzhou.clauses)]


def test_a_removed_document_is_gone_with_its_passages(store: Store) -> None:
    for number in (1, 2):
        store.add(notice(number), "hash")
    store.remove(notice(1).id)
    assert [r.id for r in store.records()] == [notice(2).id]
    assert {hit.document.id for hit in opened(store).search("新增学位")} == {notice(2).id}
    with pytest.raises(UnknownDocumentError):
        store.document(notice(1).id)


class KilledError(Exception):
    """Stands for the process ending."""


def test_a_writer_killed_before_the_record_leaves_nothing_to_find(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(notice(1), "hash")

    def die(*args: object, **kwargs: object) -> None:
        raise KilledError

    monkeypatch.setattr(store._documents, "add", die)
    with pytest.raises(KilledError):
        store.add(notice(2), "hash")
    monkeypatch.undo()
    assert {hit.document.id for hit in opened(store).search("经费2万元")} == {notice(1).id}
    with store.writing():
        assert store._passages.count() == store.records()[0].passages


def test_a_remover_killed_half_way_leaves_nothing_to_find(store: Store) -> None:
    for number in (1, 2):
        store.add(notice(number), "hash")
    store._documents.delete(ids=[notice(2).id])
    assert {hit.document.id for hit in opened(store).search("经费2万元")} == {notice(1).id}
    with store.writing():
        assert store._passages.count() == store.records()[0].passages


def test_two_writers_do_not_meet(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.chroma._LOCK_SECONDS", 0.1)
    other = open_store(store.location, store.embedder)
    with store.writing(), pytest.raises(VectorstoreError, match="正在被另一个进程写入"), other.writing():
        pass


def test_what_another_process_adds_is_found_after_refresh(store: Store, tmp_path: Path) -> None:
    store.add(notice(1), "hash")
    retriever = opened(store)
    assert retriever.search("新增学位")
    assert not retriever.refresh()
    file = tmp_path / "通知.txt"
    file.write_text("某市教育局关于师资的通知\n一、教师。新增教师300名。", encoding="utf-8")
    wence = Path(sys.executable).with_name("wence")
    subprocess.run([wence, "ingest", file, "--index", store.location], check=True, capture_output=True)
    assert retriever.refresh()
    assert "新增教师300名" in retriever.search("新增多少教师")[0].text
    assert "新增学位100个" in retriever.search("新增多少学位")[0].text


def test_a_writer_mends_an_index_whose_passages_are_lost(store: Store) -> None:
    for number in (1, 2):
        store.add(notice(number), "hash")
    store._passages.delete(where={"document_id": notice(2).id})
    with store.writing():
        assert store._passages.count() == sum(r.passages for r in store.records())
    assert "安排经费2万元" in opened(store).search("安排经费2万元")[0].text


def test_passages_that_chroma_cannot_read_are_made_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add(notice(1), "hash")

    def unreadable(*args: object, **kwargs: object) -> None:
        raise InternalError("Failed to apply logs to the hnsw segment writer")

    for name in ("count", "query"):
        monkeypatch.setattr(store._passages, name, unreadable)
    with pytest.raises(VectorstoreError, match="wence ingest"):
        store.nearest(store.embedder.embed_query("学位"), 1)
    with store.writing():
        pass
    assert store.nearest(store.embedder.embed_query("学位"), 1)


def test_reading_the_same_text_anew_replaces_it(store: Store) -> None:
    document = notice(1)
    store.add(document, "hash")
    coarse = replace(document, clauses=(replace(document.clauses[0], end=len(document.text)),), published="2024-05-01")
    store.add(coarse, "another hash")
    assert store._passages.count() == store.records()[0].passages
    assert opened(store).search("新增学位", filters=Filters(year=2024))[0].document == coarse


def test_an_index_that_is_not_there_is_not_made(tmp_path: Path, embedder: Embedder) -> None:
    with pytest.raises(VectorstoreError, match="wence ingest"):
        open_store(str(tmp_path / "none"), embedder)
    assert not (tmp_path / "none").exists()


def test_an_index_of_another_normalisation_is_refused(
    store: Store, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.chroma.NORMALISATION", 99)
    with pytest.raises(VectorstoreError, match="文字规范化版本为 2，当前为 99"):
        open_store(store.location, embedder)


def test_a_server_that_does_not_answer_is_named(embedder: Embedder) -> None:
    with pytest.raises(VectorstoreError, match="http://127.0.0.1:9"):
        open_store("http://127.0.0.1:9", embedder)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A Chroma server on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(tmp_path), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_a_chroma_server_serves_as_well(server: str, embedder: Embedder, tmp_path: Path) -> None:
    store = open_store(server, embedder, create=True)
    with store.writing():
        store.add(notice(3), "hash")
    found = open_retriever(server, embedder, tmp_path / "cache").search("新增多少学位")
    assert "新增学位300个" in found[0].text


def test_the_collections_are_plain_chroma(store: Store) -> None:
    store.add(notice(1), "hash")
    client = chromadb.PersistentClient(store.location, settings=Settings(anonymized_telemetry=False))
    assert sorted(c.name for c in client.list_collections()) == ["documents", "passages"]


def test_more_documents_than_a_request_takes_are_added(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(str(tmp_path / "index"), embedder, create=True)
    monkeypatch.setattr(chroma, "_BATCH", 2)
    documents = [parse_document(f"第{n}号通知\n一、新增学位{n}个。", f"{n}.txt", "通知") for n in range(5)]
    store.add_all([prepare(document, "hash") for document in documents])
    assert {record.id for record in store.records()} == {document.id for document in documents}
