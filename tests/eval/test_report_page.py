"""The report in a real browser, from disk, at a desk's and at a phone's width."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.confidence import THRESHOLD
from eval.report import figures, write_report
from tests.app.browser import CHROMIUM, DRIVER, NEEDS_BROWSER, wait_until
from tests.eval.test_report import hostile_results, result

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = NEEDS_BROWSER
SHOWN = "document.querySelectorAll('#questions tbody tr:not([hidden])').length"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    results = [*hostile_results(), *(result(n % 3 > 0, n / 1000, n) for n in range(1000))]
    return write_report(tmp_path_factory.mktemp("report"), figures("set", results), results).as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in ["headless=new", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking"]:
        options.add_argument(f"--{flag}")
    options.binary_location = str(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


def open_at(browser: Chrome, address: str, width: int) -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 800}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(address)


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_the_report_is_read_and_filtered_from_disk(browser: Chrome, report: str, width: int) -> None:
    from selenium.webdriver.common.by import By

    open_at(browser, report, width)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.execute_script(f"return {SHOWN}") == 1002
    browser.find_element(By.ID, "text").send_keys("ONERROR")
    wait_until(browser, f"return {SHOWN} === 2")
    assert browser.find_element(By.ID, "count").text == "1,002 题中的 2 题"
    browser.find_element(By.ID, "clear").click()
    browser.find_element(By.ID, "verdict").send_keys("应拒却答")
    wait_until(browser, f"return {SHOWN} === {sum(n % 3 == 0 and n / 1000 >= THRESHOLD for n in range(1000))}")
    browser.find_element(By.ID, "text").send_keys("没有这样的文字")
    wait_until(browser, f"return {SHOWN} === 0 && !document.getElementById('none').hidden")
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    urls = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    assert urls == {report}


def test_the_report_works_inside_another_page(browser: Chrome, report: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside.html"
    outside.write_text(f"<!doctype html><iframe sandbox='allow-scripts' src='{report}'></iframe>", encoding="utf-8")
    open_at(browser, outside.as_uri(), 1280)
    browser.switch_to.frame(0)
    browser.execute_script("document.getElementById('verdict').value = 'failed'")
    browser.execute_script("document.getElementById('verdict').dispatchEvent(new Event('input'))")
    wait_until(browser, f"return {SHOWN} === 1")
