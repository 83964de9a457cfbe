"""The chat page in a real browser, at a desk's and at a phone's width."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from app.chat_model import ChatModel
from app.language_model import LanguageModel
from app.settings import ModelSettings
from tests.model_server import says, serving
from vectorstore import Retriever

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WIDTHS = {"desk": (1280, 900), "phone": (375, 800)}

pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver"),
    pytest.mark.xdist_group("page"),
]


@contextmanager
def page(retriever: Retriever, model: LanguageModel | None = None) -> Iterator[str]:
    """Serve the page in this process."""
    import uvicorn

    from app.api import create_api
    from app.web import mount_page

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = create_api(retriever, model)
    mount_page(server, retriever, model)
    running = uvicorn.Server(uvicorn.Config(server, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    running.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def address(retriever: Retriever) -> Iterator[str]:
    with page(retriever) as served:
        yield served


@pytest.fixture(params=WIDTHS)
def browser(request: pytest.FixtureRequest, address: str) -> Iterator[Chrome]:
    from selenium import webdriver

    width, height = WIDTHS[request.param]
    options = webdriver.ChromeOptions()
    flags = "headless=new no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    for flag in [*flags.split(), "disable-component-update", "disable-sync", f"window-size={width},{height}"]:
        options.add_argument(f"--{flag}")
    if request.param == "phone":
        metrics = {"width": width, "height": height, "pixelRatio": 2}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.binary_location = str(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    driver.get(address)
    yield driver
    driver.quit()


def wait_for(browser: Chrome, selector: str, text: str = "") -> str:
    """Return the text of an element once it is there and holds `text`."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        found = browser.execute_script(f"return document.querySelector({selector!r})?.innerText ?? null")
        if found is not None and text in found:
            return str(found)
        time.sleep(0.05)
    raise AssertionError(f"{selector} with {text!r} did not come")


def wait_until(browser: Chrome, script: str) -> None:
    """Wait for a script to return true; the page scrolls smoothly."""
    deadline = time.monotonic() + 10
    while not browser.execute_script(script):
        assert time.monotonic() < deadline, script
        time.sleep(0.1)


def ask(browser: Chrome, question: str) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    wait_for(browser, "#question")
    box = browser.find_element(By.CSS_SELECTOR, "#question textarea")
    box.send_keys(question)
    box.send_keys(Keys.ENTER)


def test_a_question_is_answered_and_its_source_opens(browser: Chrome) -> None:
    ask(browser, "义务教育优质均衡评估目标是多少")
    assert "义务教育优质均衡发展县省级评估通过率达到90%" in wait_for(browser, ".turn .answer", "90%")
    assert "二、9" in wait_for(browser, ".turn .card")
    browser.execute_script("document.querySelector('.turn .card').click()")
    assert wait_for(browser, "#source mark") == "义务教育优质均衡发展县省级评估通过率达到90%"
    box = "const r = document.querySelector('#source mark').getBoundingClientRect();"
    wait_until(browser, box + "return r.top >= 0 && r.bottom <= innerHeight")
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_a_refusal_shows_no_card_and_an_empty_question_a_sentence(browser: Chrome) -> None:
    ask(browser, "今天天气怎么样")
    wait_for(browser, ".turn.not_in_documents .answer", "没有回答")
    assert browser.execute_script("return document.querySelectorAll('.card').length") == 0
    ask(browser, "")
    assert "问题为空" in wait_for(browser, "#notice", "问题为空")


def test_a_follow_up_says_what_was_understood_and_a_refusal_why(browser: Chrome) -> None:
    ask(browser, "公办园在园幼儿占比2025年要达到多少")
    wait_for(browser, ".turn .answer", "75%")
    ask(browser, "那2024年呢")
    wait_for(browser, ".turn .answer", "70.77%")
    assert wait_for(browser, ".turn .understood").startswith("您问的是：2024年")
    ask(browser, "乐清的呢")
    assert wait_for(browser, ".turn .reason") == "原文没有提到乐清市。"
    browser.execute_script("document.querySelector('.turn .related button').click()")
    wait_for(browser, "#source mark")


def test_markup_in_a_question_stays_text(browser: Chrome) -> None:
    payload = "<img src=x onerror=document.title='hacked'> ${1+1} {{value}}"
    ask(browser, payload)
    assert wait_for(browser, ".turn .question", "onerror") == payload
    assert browser.execute_script("return document.querySelectorAll('.turn img').length") == 0
    assert browser.title == "问策"


def test_no_request_leaves_the_machine(browser: Chrome, address: str) -> None:
    ask(browser, "公办园占比目标")
    wait_for(browser, ".turn .answer", "75%")
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    urls = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    assert urls
    assert {url for url in urls if not url.startswith((address, "data:", "blob:"))} == set()


def test_a_language_model_writes_sentence_by_sentence(browser: Chrome, retriever: Retriever) -> None:
    text = (
        "优质均衡发展县省级评估通过率要达到90%【1】。学前教育的目标 a < b 是95%【1】。其余县要加快申请省级评估【1】。"
    )
    with (
        serving(says(text, size=1, pause=0.02)) as server,
        page(retriever, ChatModel(ModelSettings(server.url, "m"))) as address,
    ):
        browser.get(address)
        ask(browser, "义务教育优质均衡评估目标是多少")
        assert "正在撰写" in wait_for(browser, ".turn [role=status]", "正在撰写")
        wait_for(browser, ".turn .answer", "90%")
        assert wait_for(browser, ".turn del", "95%") == "学前教育的目标 a < b 是95%。"
        assert "没有“95%”这个数字" in wait_for(browser, ".turn .why", "95%")
        wait_for(browser, ".turn .answer", "加快申请省级评估")
        wait_until(browser, "return !document.querySelector('.turn [role=status]')")
        browser.execute_script("document.querySelector('.turn .mark').click()")
        assert "达到90%" in wait_for(browser, "#source mark", "90%")
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_a_question_asked_meanwhile_takes_no_other_away(browser: Chrome, retriever: Retriever) -> None:
    text = "优质均衡发展县省级评估通过率要达到90%【1】。"
    with (
        serving(says(text, size=1, pause=0.06), says("2025年新增公办普高学位2800个【1】。")) as server,
        page(retriever, ChatModel(ModelSettings(server.url, "m"))) as address,
    ):
        browser.get(address)
        ask(browser, "义务教育优质均衡评估目标是多少")
        wait_for(browser, ".turn [role=status]", "正在撰写")
        ask(browser, "今年要新增多少普高学位")
        wait_for(browser, "#conversation", "2800个")
        wait_for(browser, "#conversation", "90%")
        wait_until(browser, "return !document.querySelector('.turn [role=status]')")
        assert browser.execute_script("return document.querySelectorAll('.turn').length") == 2
