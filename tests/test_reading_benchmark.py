"""The measurement of reading, on made-up files: that it measures what it says."""

from pathlib import Path

import pytest

from benchmarks.reading import (
    clause_articles,
    file_rows,
    law_row,
    marked_articles,
    notice_rows,
    read_one,
    recovered,
)
from ingest import PolicyFile, parse_document
from ingest.content import Content, Grid, Paragraph
from ingest.errors import MissingProgramError

LAW = (
    "# 某法\n\n## 第一章 总则\n\n**第一条** 甲。\n\n第二条乙，依照\n第九条规定处理。\n\n第二条之一　丙。\n\n第三条 丁。"
)


def test_articles_are_counted_in_the_source_of_a_law() -> None:
    assert marked_articles(LAW) == [(1, 0), (2, 0), (2, 1), (3, 0)]


def test_articles_are_those_of_the_clauses() -> None:
    document = parse_document("某法\n第一条 甲：\n（一）乙。\n第二条 丙。\n第二条之一 丁。", "来源", "标题")
    assert clause_articles(document) == [(1, 0), (2, 0), (2, 1)]


def test_a_law_is_right_if_the_articles_are_equal(tmp_path: Path) -> None:
    (tmp_path / "laws_md").mkdir()
    for name, text in {"a.md": LAW, "b.md": "某法\n\n第一条 甲。\n\n第八条 乙。\n\n第九条 丙。"}.items():
        (tmp_path / "laws_md" / name).write_text(text, encoding="utf-8")
    outcomes = [read_one(PolicyFile(tmp_path / "laws_md" / name), f"laws_md/{name}") for name in ("a.md", "b.md")]
    assert law_row(tmp_path, outcomes).found == "1 of 2; not: b.md"


def test_words_count_wherever_the_reader_put_them() -> None:
    content = Content((Paragraph("甲乙"), Grid((("丙", "丙"), ("丁", "戊")))), furniture=("1",))
    assert recovered("甲乙\n丙\n丁戊\n____\n[pic]1", content) == 1
    assert recovered("甲乙丙丁戊己1", content) == pytest.approx(6 / 7)


def test_a_file_that_cannot_be_read_is_told_from_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise MissingProgramError("旧.doc", "LibreOffice")

    def broken(*_: object) -> None:
        raise ValueError

    (tmp_path / "新.txt").write_text("通知\n正文。", encoding="utf-8")
    (tmp_path / "旧.txt").write_text("通知\n正文。", encoding="utf-8")
    outcomes = [read_one(PolicyFile(tmp_path / "新.txt"), "新.txt")]
    for reader in (missing, broken):
        monkeypatch.setattr("benchmarks.reading.read_document", reader)
        outcomes.append(read_one(PolicyFile(tmp_path / "旧.txt"), "旧.txt"))
    found = {row.name: row.found for row in file_rows(outcomes)}
    assert found["all files"] == "3: 1 read, 1 refused (MissingProgramError), 1 crashed (ValueError)"
    assert [outcome.line.split()[0] for outcome in outcomes] == ["read", "refused", "crashed"]


def test_a_missing_libreoffice_refuses_the_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "notices_doc_docx_with_text"
    folder.mkdir()
    (folder / "旧.doc").write_bytes(b"{\\rtf1 x}")
    (folder / "旧.txt").write_text("甲", encoding="utf-8")

    def missing(*_: object) -> None:
        raise MissingProgramError("旧.doc", "LibreOffice")

    monkeypatch.setattr("benchmarks.reading.read_content", missing)
    assert [row.found for row in notice_rows(tmp_path)] == ["refused (MissingProgramError)"]
