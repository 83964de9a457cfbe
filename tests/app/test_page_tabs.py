"""The tabs 核对, 文件 and 评测 in a real browser, at a desk's and at a phone's width."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from app.settings import Settings
from eval.report import figures, write_report
from ingest import PolicyFile
from tests.app.browser import (
    NEEDS_BROWSER,
    ask,
    click,
    count,
    errors,
    opened,
    page,
    tab,
    violations,
    wait_for,
    wait_for_file,
    wait_until,
    write,
)
from tests.conftest import POLICY
from tests.eval.test_report import result
from vectorstore import Embedder, index_files, open_retriever, open_store

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = NEEDS_BROWSER

DRAFT = (
    "义务教育优质均衡发展县省级评估通过率达到95%。新增学位３.４万个。\n"
    "我们下周去爬山。\n争取全市成人初、高中和大专及以上学历提升6万人以上。"
)
PASSWORD = "correct horse"  # noqa: S105 - of a test


def check(browser: Chrome, text: str) -> None:
    tab(browser, "checking")
    write(browser, "#draft-text", text)
    click(browser, "#draft [type=submit]")


def test_a_draft_is_checked_and_a_sentence_leads_to_its_source(browser: Chrome) -> None:
    check(browser, DRAFT)
    assert "逐字一致 2 句，有出入 1 句，未见出处 1 句" in wait_for(browser, ".checked .about", "共 4 句")
    assert wait_for(browser, ".sentence.differs ins") == "95%"
    assert "（原文：90%）" in wait_for(browser, ".sentence.differs .source")
    assert "我们下周去爬山。" in wait_for(browser, ".sentence.not_found")
    click(browser, ".sentence.differs")
    assert wait_for(browser, "#source mark") == "义务教育优质均衡发展县省级评估通过率达到90%"
    click(browser, "[data-verdict=not_found]")
    assert browser.execute_script("return document.querySelector('.sentence.exact').offsetHeight") == 0
    assert violations(browser) == []


def test_what_was_checked_is_taken_away(browser: Chrome, data: Path) -> None:
    for old in data.glob("文稿核对*"):
        old.unlink()
    check(browser, DRAFT)
    wait_for(browser, ".checked .about", "共 4 句")
    click(browser, "#checked [data-form=csv]")
    text = wait_for_file(data, "文稿核对*.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["结论"] for row in rows] == ["有出入", "逐字一致", "未见出处", "逐字一致"]
    click(browser, "#checked [data-form=docx]")
    paragraphs = [p.text for p in docx.Document(str(wait_for_file(data, "文稿核对*.docx"))).paragraphs]
    assert any("95%（原文：90%）" in paragraph for paragraph in paragraphs)


def test_a_file_is_checked_and_what_is_none_is_said(browser: Chrome, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By

    file = docx.Document()
    for line in DRAFT.splitlines():
        file.add_paragraph(line)
    file.save(str(tmp_path / "草案.docx"))
    (tmp_path / "图.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    tab(browser, "checking")
    chooser = browser.find_element(By.CSS_SELECTOR, "#draft [type=file]")
    chooser.send_keys(str(tmp_path / "草案.docx"))
    click(browser, "#draft [type=submit]")
    assert wait_for(browser, ".checked .about", "共 4 句").startswith("草案.docx：")
    chooser.send_keys(str(tmp_path / "图.txt"))
    click(browser, "#draft [type=submit]")
    wait_for(browser, "#checked .notice", "图.txt")
    write(browser, "#draft-text", " ")
    click(browser, "#draft [type=submit]")
    wait_for(browser, "#checked .notice", "没有要核对的内容")


def test_documents_are_listed_found_and_opened_by_anybody(browser: Chrome) -> None:
    tab(browser, "library")
    assert "发布 2025-03-11" in wait_for(browser, ".documents .card")
    assert "WENCE_ADMIN_PASSWORD" in wait_for(browser, "#administration")
    assert count(browser, ".manage") == 0
    click(browser, ".documents .card")
    assert "2025年工作要点" in wait_for(browser, "#source .text")
    assert violations(browser) == []
    write(browser, "#find", "杭州")
    click(browser, ".find [type=submit]")
    wait_for(browser, ".library .about", "其中符合条件的 0 份")


def test_reports_are_shown(browser: Chrome, data: Path) -> None:
    folder = data / "reports" / "set-20261129-010203-000000"
    if not folder.exists():
        results = [result(n % 3 > 0, n / 1000, n) for n in range(30)]
        write_report(folder, figures("set", results) | {"when": "2026-11-29T01:02:03+00:00", "model": None}, results)
    tab(browser, "evaluation")
    assert "set（30 题" in wait_for(browser, ".evaluation select")
    browser.switch_to.frame(browser.find_element("css selector", ".evaluation iframe"))
    wait_until(browser, "return document.querySelectorAll('svg').length > 3")
    browser.switch_to.default_content()
    assert violations(browser) == []


@pytest.fixture
def administered(started: Chrome, embedder: Embedder, tmp_path: Path) -> Iterator[Chrome]:
    """A page with an index of its own, for who knows the password."""
    index = tmp_path / "index"
    list(index_files(open_store(str(index), embedder, create=True), [PolicyFile(POLICY)]))
    retriever = open_retriever(str(index), embedder, index / "lexical")
    settings = Settings(index=str(index), data=tmp_path / "data", admin_password=PASSWORD)
    with page(retriever, settings) as address:
        opened(started, address)
        tab(started, "library")
        write(started, ".login [name=password]", PASSWORD)
        click(started, ".login [type=submit]")
        wait_for(started, "#administration", "上传文件")
        yield started
        assert errors(started) == []


def test_a_wrong_password_opens_nothing(administered: Chrome) -> None:
    click(administered, "[data-do=logout]")
    write(administered, ".login [name=password]", "wrong horse")
    click(administered, ".login [type=submit]")
    wait_for(administered, "#bench .notice", "密码")
    assert count(administered, ".manage, [data-upload]") == 0


def test_a_document_is_added_corrected_replaced_and_removed(administered: Chrome, tmp_path: Path) -> None:
    browser = administered
    # Never the same bytes twice: Gradio keeps uploads under their hash, and an earlier server takes its own away when
    # it ends, which may be while this one runs.
    (tmp_path / "通知.txt").write_text(
        "东海市教育局关于校服的通知\n一、价格\n每套校服不超过231元。\n二、时间\n9月1日起执行。\n"
        f"三、编号\n{time.time_ns()}",
        encoding="utf-8",
    )
    (tmp_path / "新通知.txt").write_text(
        f"东海市教育局关于校服的通知\n一、价格\n每套校服不超过245元。\n二、编号\n{time.time_ns()}", encoding="utf-8"
    )
    browser.find_element("css selector", "#administration [data-upload]").send_keys(str(tmp_path / "通知.txt"))
    assert "一、价格" in wait_for(browser, "#bench .outline", "价格")
    click(browser, "#bench [data-do=add]")
    wait_for(browser, "#bench .reports", "已收录")
    wait_until(browser, "return document.querySelectorAll('.documents > li').length === 2")
    ids = "return [...document.querySelectorAll('.documents .card')].map(c => c.dataset.document).join()"
    edit = "return [...document.querySelectorAll('[data-do={}]')].find(b => b.dataset.name?.includes('校服')).click()"
    browser.execute_script(edit.format("edit"))
    write(browser, ".edit [name=issuer]", "东海市教育局办公室")
    click(browser, ".edit [type=submit]")
    wait_for(browser, "#bench .done", "已保存")
    wait_for(browser, ".documents", "东海市教育局办公室")
    tab(browser, "asking")
    ask(browser, "每套校服不超过多少元")
    wait_for(browser, ".turn .answer", "231元")
    tab(browser, "library")
    before = browser.execute_script(ids)
    browser.execute_script(edit.format("replace"))
    browser.find_element("css selector", "[data-replaces]").send_keys(str(tmp_path / "新通知.txt"))
    wait_for(browser, "#bench [data-do=add]", "替换")
    click(browser, "#bench [data-do=add]")
    wait_for(browser, "#bench .reports", "已更新")
    wait_until(browser, f"return ({ids.removeprefix('return ')}) !== {before!r}")
    wait_until(browser, "return document.querySelectorAll('.documents > li').length === 2")
    browser.execute_script("window.confirm = () => true")
    browser.execute_script(edit.format("remove"))
    wait_for(browser, "#bench .done", "已移除")
    wait_until(browser, "return document.querySelectorAll('.documents > li').length === 1")
    click(browser, "#administration [data-do=reindex]")
    wait_for(browser, "#bench .reports", "2025年工作要点")
    assert violations(browser) == []


def test_everyday_words_are_tried_before_they_are_saved(
    administered: Chrome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.web import library
    from vectorstore import synonyms

    file = tmp_path / "synonyms.txt"
    file.write_text("饭堂 => 食堂\n", encoding="utf-8")
    monkeypatch.setattr(library, "SYNONYMS", file)
    monkeypatch.setattr(library, "save_synonyms", lambda text: synonyms.save_synonyms(text, file))
    browser = administered
    click(browser, ".synonyms summary")
    write(browser, ".synonyms textarea", "饭堂 => 食堂\n吃饭钱 => 膳食经费")
    write(browser, ".synonyms [name=question]", "吃饭钱怎么管")
    click(browser, "[data-do=preview]")
    assert "吃饭钱：（无） → 膳食经费" in wait_for(browser, "#bench", "膳食经费")
    assert "膳食经费管理" in wait_for(browser, "#bench table", "膳食经费")
    assert "膳食" not in file.read_text(encoding="utf-8")
    click(browser, ".synonyms [type=submit]")
    wait_for(browser, "#bench .done", "已保存")
    assert "膳食" in file.read_text(encoding="utf-8")
    write(browser, ".synonyms textarea", "饭堂")
    click(browser, ".synonyms [type=submit]")
    wait_for(browser, "#bench .notice", "第 1 行")
