from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.answering import answer_question
from app.citations import source_line
from ingest import Document, PolicyFile, ReadError, list_files, parse_document
from vectorstore import (
    CorrectionError,
    DocumentRecord,
    Embedder,
    Filters,
    Retriever,
    SameDocumentError,
    Store,
    correct_document,
    index_files,
    open_retriever,
    open_store,
    replace_document,
    validities,
)
from vectorstore.corrections import CORRECTABLE, corrected, merged, renewed
from vectorstore.lexical import open_lexical
from vectorstore.records import Correction
from vectorstore.rows import prepare, record_metadata
from vectorstore.words import WordVectors

TEXT = "东海市教育局关于2024年招生的通知\n一、学位。新增学位300个。\n二、经费。安排经费20万元。"
TITLE = "北山市教育局2023年基础教育年报"


@pytest.fixture
def document() -> Document:
    return parse_document(TEXT, "通知.txt", "通知")


@pytest.fixture
def record(document: Document) -> DocumentRecord:
    return prepare(document, "hash").record


@pytest.fixture
def store(tmp_path: Path, embedder: Embedder) -> Store:
    return open_store(str(tmp_path / "index"), embedder, create=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policies" / "通知.txt"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


def opened(store: Store) -> Retriever:
    return open_retriever(store.location, store.embedder, Path(store.location) / "lexical")


def index(store: Store, file: Path, again: bool = False) -> list[str]:
    return [report.status for report in index_files(store, list_files([file]), again=again)]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("title", "", "标题不能为空"),
        ("title", " \t ", "标题不能为空"),
        ("title", "甲" * 301, "标题过长：301 字，上限 300 字"),
        ("issuer", "北山市\n教育局", "发文机关中有换行"),
        ("region", "甲\x00市", "不可见的字符"),
        ("document_number", "甲\u200b1号", "不可见的字符"),
        ("published", "2025-02-30", "发布日期应为「2025-03-11」形式的日期，现为「2025-02-30」"),
        ("effective", "20250101", "施行日期"),
        ("expires", "２０２５-01-01", "有效期至"),
        ("published", "0025-01-01", "发布日期"),
        ("source", "elsewhere.txt", "「source」不能更正"),
    ],
)
def test_a_value_that_cannot_be_is_refused(record: DocumentRecord, name: str, value: str, said: str) -> None:
    with pytest.raises(CorrectionError, match=said):
        merged(record, {name: value})


def test_what_is_as_it_was_read_is_no_correction(record: DocumentRecord) -> None:
    unchanged = {name: getattr(record, name) for name in CORRECTABLE}
    assert merged(record, unchanged) == ()
    once = merged(record, unchanged | {"title": f" {TITLE} ", "region": ""})
    assert once == (Correction("title", record.title, TITLE), Correction("region", "东海市", None))
    now = replace(record, title=TITLE, region=None, corrections=once)
    assert merged(now, {"title": record.title}) == (Correction("region", "东海市", None),)
    assert merged(now, {"title": "乙"})[0] == Correction("title", record.title, "乙")


def test_another_title_heads_the_clauses_and_moves_no_character(document: Document) -> None:
    changed = corrected(document, {"title": TITLE, "published": None})
    assert changed.text == document.text
    assert [(c.id, c.start, c.end, c.label) for c in changed.clauses] == [
        (c.id, c.start, c.end, c.label) for c in document.clauses
    ]
    assert [c.path for c in changed.clauses] == [(TITLE, *c.path[1:]) for c in document.clauses]
    assert {c.period for c in document.clauses} == {2024}
    assert {c.period for c in changed.clauses} == {2023}
    assert corrected(changed, {"title": document.title}) == document


def test_a_new_reading_is_what_a_correction_is_of(document: Document) -> None:
    (correction,) = renewed((Correction("region", "东海市", "北山市"),), replace(document, region="西山市"))
    assert correction == Correction("region", "西山市", "北山市")


def test_a_record_without_corrections_is_kept_as_before(record: DocumentRecord) -> None:
    assert "corrections" not in record_metadata(record)


def test_what_is_corrected_is_found_cited_and_stored(store: Store, file: Path) -> None:
    index(store, file)
    before = opened(store)
    assert before.search("北山市教育局基础教育年报", filters=Filters(document="年报")) == []
    record = correct_document(store, "通知.txt", {"title": TITLE, "published": "2024-01-05", "region": "北山市"})
    assert store.records() == [record]
    assert before.refresh()
    document = before.store.document(record.id)
    assert (document.title, document.published, document.region) == (TITLE, "2024-01-05", "北山市")
    hit = before.search("《北山市教育局2023年基础教育年报》新增学位多少", filters=Filters(year=2023, region="北山市"))[
        0
    ]
    assert hit.clause.path[0] == hit.document.title == TITLE
    assert before.content.lexical.entries([f"{record.id}:0"])[0].header.startswith(TITLE)
    answer = answer_question(before, "2023年新增学位多少个")
    (citation,) = answer.citations
    assert citation.quote == document.text[citation.start : citation.end]
    assert f"《{TITLE}》（东海市教育局，2024-01-05）" in source_line(citation)


def test_vectors_are_of_the_corrected_title(store: Store, file: Path) -> None:
    index(store, file)
    asked = store.embedder.embed_query("北山市教育局2023年基础教育年报")
    before = store.nearest(asked, 5)
    correct_document(store, "通知.txt", {"title": TITLE})
    after = store.nearest(asked, 5)
    assert all(after[id_] > before[id_] for id_ in before)
    correct_document(store, "通知.txt", {"title": "东海市教育局关于2024年招生的通知"})
    assert store.nearest(asked, 5) == pytest.approx(before, abs=1e-5)


def test_what_is_unknown_now_is_gone_from_the_rows(store: Store, document: Document) -> None:
    dated = replace(document, published="2024-03-01", clauses=tuple(replace(c, period=None) for c in document.clauses))
    store.add(dated, "hash")
    record = correct_document(store, document.id, {"published": ""})
    assert record.published is None
    assert store.records() == [record]
    assert opened(store).search("新增学位", filters=Filters(year=2024)) == []


def test_a_correction_survives_whatever_is_read_again(store: Store, file: Path) -> None:
    index(store, file)
    correct_document(store, "通知.txt", {"title": TITLE, "expires": "2020-01-01"})
    assert index(store, file) == ["unchanged"]
    assert index(store, file, again=True) == ["replaced"]
    file.write_text(TEXT.replace("300个", "500个").replace("东海市", "西山市"), encoding="utf-8")
    assert index(store, file) == ["replaced"]
    (record,) = store.records()
    assert (record.title, record.expires, record.issuer) == (TITLE, "2020-01-01", "西山市教育局")
    assert record.corrections[0] == Correction("title", "西山市教育局关于2024年招生的通知", TITLE)
    document = store.document(record.id)
    assert "500个" in document.text
    assert {clause.path[0] for clause in document.clauses} == {TITLE}
    assert validities([record], date(2025, 1, 1))[record.id].status == "expired"


def test_the_lexical_index_is_extended_by_what_was_corrected_and_no_more(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = file.with_name("另一.txt")
    other.write_text(TEXT.replace("学位", "教师"), encoding="utf-8")
    index(store, file.parent)
    opened(store)
    correct_document(store, "通知.txt", {"issuer": "北山市教育局"})
    read: list[str] = []
    documents = store.documents

    def watched(document_ids: list[str]) -> object:
        read.extend(document_ids)
        return documents(document_ids)

    monkeypatch.setattr(store, "documents", watched)
    lexical = open_lexical(store, store.records(), Path(store.location) / "lexical", WordVectors())
    assert len(read) == 1
    assert len(lexical) == sum(record.passages for record in store.records())


def test_a_change_that_is_none_writes_nothing(store: Store, file: Path) -> None:
    index(store, file)
    mark = store.change_mark()
    correct_document(store, "通知.txt", {"title": "东海市教育局关于2024年招生的通知"})
    assert store.change_mark() == mark


def test_a_document_gives_way_to_another_file_and_takes_its_corrections_along(store: Store, file: Path) -> None:
    index(store, file)
    correct_document(store, "通知.txt", {"title": TITLE})
    new = file.with_name("新.txt")
    new.write_text(TEXT.replace("300个", "400个"), encoding="utf-8")
    report = replace_document(store, "通知.txt", PolicyFile(new))
    (record,) = store.records()
    assert (report.status, report.record, report.reason) == ("replaced", record, None)
    assert (record.title, record.corrections) == ("东海市教育局关于2024年招生的通知", ())


def test_a_document_stays_where_no_other_can_take_its_place(store: Store, file: Path) -> None:
    copy, other, empty = (file.with_name(f"{name}.txt") for name in ("副本", "另一", "空"))
    copy.write_text(TEXT, encoding="utf-8")
    other.write_text(TEXT.replace("学位", "教师"), encoding="utf-8")
    empty.touch()
    index(store, file)
    index(store, other)
    before = store.records()
    for bad in (copy, other):
        with pytest.raises(SameDocumentError, match="内容相同，没有替换"):
            replace_document(store, "通知.txt", PolicyFile(bad))
    with pytest.raises(ReadError, match="没有文字内容"):
        replace_document(store, "通知.txt", PolicyFile(empty))
    assert store.records() == before
