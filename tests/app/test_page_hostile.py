"""Texts of documents, people and models that try to become part of the page: none does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from app.chat_model import ChatModel
from app.settings import ModelSettings, Settings
from eval.run import index_documents
from ingest import parse_document
from tests.app.browser import (
    NEEDS_BROWSER,
    click,
    count,
    errors,
    open_browser,
    opened,
    page,
    strangers,
    tab,
    wait_for,
    wait_until,
    write,
)
from tests.model_server import says, serving
from vectorstore import Retriever

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = NEEDS_BROWSER

PAYLOADS = (Path(__file__).parent / "payloads.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    """An index whose documents bear each payload as title, source, heading and text."""
    documents = [
        parse_document(f"第{n}号通知{payload}\n一、要求{payload}\n第{n}所学校应当{payload}公开。", payload, payload)
        for n, payload in enumerate(PAYLOADS, start=1)
    ]
    return index_documents(documents, Settings(), tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser("desk", tmp_path_factory.mktemp("downloads")) as driver:
        yield driver


def assert_harmless(browser: Chrome) -> None:
    assert browser.execute_script("return window.hacked") is None
    assert count(browser, "[data-ours] :is(img, script, iframe:not([title=评测报告]), object, embed, style, meta)") == 0
    handlers = "return [...document.querySelectorAll('[data-ours] *')].flatMap(e => [...e.attributes])"
    assert browser.execute_script(handlers + ".filter(a => a.name.startsWith('on')).length") == 0
    assert browser.title == "问策"
    assert strangers(browser, "http://127.0.0.1") == set()
    assert errors(browser) == []


def test_documents_stay_text(browser: Chrome, hostile: Retriever, tmp_path: Path) -> None:
    with page(hostile, Settings(data=tmp_path)) as address:
        opened(browser, address)
        tab(browser, "library")
        wait_until(browser, f"return document.querySelectorAll('.documents .card').length === {len(PAYLOADS)}")
        for number in range(0, len(PAYLOADS), 3):
            browser.execute_script(f"document.querySelectorAll('.documents .card')[{number}].click()")
        wait_for(browser, "#source .text", "公开")
        assert_harmless(browser)
        tab(browser, "asking")
        for question in ("第3号通知的要求", "第20所学校应当公开什么", *PAYLOADS[::4]):
            browser.execute_script("document.querySelector('#question textarea').value = arguments[0]", question)
            click(browser, "#question [type=submit]")
            wait_for(browser, ".turn .question", question.strip())
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert_harmless(browser)
        tab(browser, "checking")
        write(browser, "#draft-text", "\n".join(PAYLOADS) + "\n第3所学校不应当公开。")
        click(browser, "#draft [type=submit]")
        wait_for(browser, ".checked .about", "共")
        assert_harmless(browser)
        opened(browser, f"{address}?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E&document=%3Cscript%3E")
        wait_for(browser, ".turn .question", "onerror")
        assert_harmless(browser)


def test_what_a_model_writes_stays_text(browser: Chrome, retriever: Retriever, tmp_path: Path) -> None:
    text = "。".join(f"通过率要达到90%{payload}【1】" for payload in PAYLOADS)
    with (
        serving(says(text, size=400)) as server,
        page(retriever, Settings(data=tmp_path), ChatModel(ModelSettings(server.url, "m"))) as address,
    ):
        opened(browser, address)
        write(browser, "#question textarea", "义务教育优质均衡评估目标是多少")
        click(browser, "#question [type=submit]")
        wait_until(browser, "return !!document.querySelector('.turn [data-do=retry]')")
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert_harmless(browser)


def test_a_browser_cannot_name_files_of_the_server(retriever: Retriever, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密内容", encoding="utf-8")
    with page(retriever, Settings(data=tmp_path, admin_password="correct horse")) as address:  # noqa: S106 - of a test
        config = httpx.get(f"{address}config").json()
        events = [
            each for each in config["dependencies"] if each["targets"] and each["targets"][0][1] in ("check", "act")
        ]
        assert events
        for event in events:
            for path in (str(secret), "/etc/passwd", "../../etc/passwd"):
                sent = {"path": path, "name": "a.txt", "do": "look", "files": [{"path": path, "name": "a.txt"}]}
                body = {"data": [None] * len(event["inputs"]), "event_data": sent, "session_hash": "s"}
                given = httpx.post(
                    f"{address}gradio_api/run/predict", json=body | {"fn_index": event["id"]}, timeout=30
                )
                assert "机密内容" not in given.text
                assert "root:" not in given.text
        assert httpx.get(f"{address}gradio_api/file={secret}").status_code in (403, 404)


def test_only_who_gave_the_password_changes_anything(retriever: Retriever, tmp_path: Path) -> None:
    document = retriever.records[0].id
    with page(retriever, Settings(data=tmp_path, admin_password="correct horse")) as address:  # noqa: S106 - of a test
        config = httpx.get(f"{address}config").json()
        events = [each for each in config["dependencies"] if each["targets"] and each["targets"][0][1] == "act"]
        assert events
        for event in events:
            for wish in ("edit", "correct", "remove", "preview", "save", "dismiss"):
                body = {
                    "data": [True] * len(event["inputs"]),  # a browser may claim to be admitted
                    "event_data": {"do": wish, "id": document, "text": "甲", "title": "乙"},
                    "fn_index": event["id"],
                    "session_hash": "stranger",
                }
                given = httpx.post(f"{address}gradio_api/run/predict", json=body, timeout=30)
                assert "请先登录再管理文件" in given.json()["data"][0]
    assert retriever.store.document(document).title.startswith("温州市教育局")
