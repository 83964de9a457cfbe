from pathlib import Path

import pytest

from ingest import PolicyFile, list_files
from vectorstore import (
    Embedder,
    FileReport,
    Store,
    UnknownDocumentError,
    find_record,
    index_files,
    missing_records,
    open_store,
)


@pytest.fixture
def store(tmp_path: Path, embedder: Embedder) -> Store:
    return open_store(str(tmp_path / "index"), embedder, create=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policies" / "通知.txt"
    path.parent.mkdir()
    path.write_text("某市教育局关于招生的通知\n一、条件。年满六周岁。\n二、时间。八月报名。", encoding="utf-8")
    return path


def index(store: Store, *paths: Path) -> list[FileReport]:
    return list(index_files(store, list_files(paths)))


def test_an_unchanged_file_is_skipped_and_a_changed_one_replaced(store: Store, file: Path) -> None:
    assert [r.status for r in index(store, file)] == ["added"]
    assert [r.status for r in index(store, file)] == ["unchanged"]
    file.write_text(file.read_text(encoding="utf-8").replace("八月", "九月"), encoding="utf-8")
    assert [r.status for r in index(store, file)] == ["replaced"]
    (record,) = store.records()
    assert "九月报名" in store.document(record.id).text


def test_a_bad_file_is_reported_and_stops_nothing(store: Store, file: Path) -> None:
    (file.parent / "空.txt").write_bytes(b"")
    (file.parent / "图.txt").write_bytes(b"\x89PNG\x00\x00")
    reports = {Path(r.source).name: r for r in index(store, file.parent, file.parent / "无.txt")}
    assert {name: r.status for name, r in reports.items()} == {
        "空.txt": "failed",
        "图.txt": "failed",
        "通知.txt": "added",
        "无.txt": "failed",
    }
    assert "没有文字内容" in (reports["空.txt"].reason or "")


def test_the_same_text_in_two_files_is_one_document(store: Store, file: Path) -> None:
    (file.parent / "副本.txt").write_bytes(file.read_bytes())
    reports = index(store, file.parent)
    assert [r.status for r in reports] == ["added", "unchanged"]
    assert "内容相同" in (reports[1].reason or "")
    assert len(store.records()) == 1


def test_hidden_files_and_other_formats_in_a_folder_are_left_alone(file: Path) -> None:
    (file.parent / ".git").mkdir()
    (file.parent / ".git" / "a.txt").write_text("甲", encoding="utf-8")
    (file.parent / "图.png").write_bytes(b"x")
    assert list_files([file.parent]) == [PolicyFile(file)]


def test_a_document_goes_by_id_title_or_source(store: Store, file: Path) -> None:
    index(store, file)
    (record,) = store.records()
    for name in (record.id, record.id[:6], "招生的通知", "通知.txt"):
        assert find_record(store.records(), name) == record
    with pytest.raises(UnknownDocumentError, match="没有文件「别的」"):
        find_record(store.records(), "别的")


def test_a_document_nearly_the_same_is_named(store: Store, file: Path) -> None:
    text = "".join(f"{n}.学校应当在第{n}周向社会公布招生计划和报名条件。\n" for n in range(1, 40))
    file.write_text(f"某市教育局关于招生的通知\n{text}", encoding="utf-8")
    (file.parent / "修改稿.txt").write_text(f"某市教育局关于招生的通知\n{text}附：另有一条。", encoding="utf-8")
    reports = index(store, file, file.parent / "修改稿.txt")
    assert [r.status for r in reports] == ["added", "added"]
    assert reports[0].reason is None
    assert "与《某市教育局关于招生的通知》内容相近（9" in (reports[1].reason or "")
    assert "通知.txt" in (reports[1].reason or "")


def test_a_document_without_an_outline_is_reported_as_such(store: Store, file: Path) -> None:
    file.write_text("某市教育局关于招生的说明\n学校面向全市招生。\n报名在八月进行。", encoding="utf-8")
    assert [r.reason for r in index(store, file)] == ["未发现标题或编号，按段落收录"]
    assert [c.label for c in store.document(store.records()[0].id).clauses] == ["第1段", "第2段", "第3段"]


def test_documents_whose_files_are_gone_are_known(store: Store, file: Path) -> None:
    other = file.parent / "甲" / "另一.txt"
    other.parent.mkdir()
    other.write_text("某市教育局关于经费的通知\n一、安排经费。", encoding="utf-8")
    index(store, file.parent)
    assert missing_records(store.records(), [file.parent]) == []
    other.unlink()
    assert [r.source for r in missing_records(store.records(), [file.parent])] == [other.as_posix()]
    assert missing_records(store.records(), [file]) == []
