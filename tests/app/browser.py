"""A browser at a desk's and at a phone's width, and a page to look at."""

from __future__ import annotations

import gc
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest

from app.language_model import LanguageModel
from app.settings import Settings
from vectorstore import Retriever

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WIDTHS = {"desk": (1280, 900), "phone": (375, 800)}
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"

NEEDS_BROWSER = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver")


@contextmanager
def page(retriever: Retriever, settings: Settings, model: LanguageModel | None = None) -> Iterator[str]:
    """Serve the page in this process."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import uvicorn

    from app.api import create_api

    # Gradio parses its own source when it is imported. Python to 3.11.7 fails at that if garbage is collected meanwhile
    # whose last words pytest writes down, since that parses source, too.
    gc.collect()
    gc.disable()
    try:
        from app.web import mount_page
    finally:
        gc.enable()

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = create_api(retriever, model, settings)
    mount_page(server, retriever, model, settings)
    running = uvicorn.Server(uvicorn.Config(server, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/"
    running.should_exit = running.force_exit = True
    thread.join(timeout=10)


@contextmanager
def open_browser(width: str, downloads: Path) -> Iterator[Chrome]:
    """Start a browser of a width."""
    from selenium import webdriver

    wide, high = WIDTHS[width]
    options = webdriver.ChromeOptions()
    flags = "headless=new no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    for flag in [*flags.split(), "disable-component-update", "disable-sync", f"window-size={wide},{high}"]:
        options.add_argument(f"--{flag}")
    if width == "phone":
        options.add_experimental_option(
            "mobileEmulation", {"deviceMetrics": {"width": wide, "height": high, "pixelRatio": 2}}
        )
    several = "profile.default_content_setting_values.automatic_downloads"  # a script's clicks are nobody's
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads), several: 1})
    options.binary_location = str(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    driver.set_script_timeout(30)
    try:
        yield driver
    finally:
        driver.quit()


def opened(browser: Chrome, address: str) -> None:
    """Open a page as somebody does who never was there, and wait until it can be used."""
    browser.get(urljoin(address, "/api/reports"))  # an open page might still keep its conversation
    browser.execute_script("localStorage.clear()")
    browser.get(address)
    wait_for(browser, "#question")


def wait_for(browser: Chrome, selector: str, text: str = "") -> str:
    """Return the text of an element once it is there and holds `text`."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        found = browser.execute_script(f"return document.querySelector({selector!r})?.innerText ?? null")
        if found is not None and text in found:
            return str(found)
        time.sleep(0.05)
    there = browser.execute_script("return document.body.innerText")
    raise AssertionError(f"{selector} with {text!r} did not come; the page says: {there[:2000]}")


def wait_until(browser: Chrome, script: str) -> None:
    """Wait for a script to return true; the page scrolls smoothly."""
    deadline = time.monotonic() + 40
    while not browser.execute_script(script):
        assert time.monotonic() < deadline, script
        time.sleep(0.05)


def wait_for_file(folder: Path, pattern: str) -> Path:
    """Return a file that was downloaded once it is there."""
    deadline = time.monotonic() + 40
    while not (found := [path for path in folder.glob(pattern) if path.stat().st_size]):
        assert time.monotonic() < deadline, pattern
        time.sleep(0.05)
    return found[0]


def click(browser: Chrome, selector: str) -> None:
    """Click an element once it is there."""
    wait_until(browser, f"const e = document.querySelector({selector!r}); e?.click(); return !!e")


def write(browser: Chrome, selector: str, text: str) -> None:
    """Put a text into a field at once."""
    wait_until(browser, f"return !!document.querySelector({selector!r})")
    browser.execute_script(
        f"const f = document.querySelector({selector!r}); f.value = arguments[0];"
        "f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true}))",
        text,
    )


def count(browser: Chrome, selector: str) -> int:
    """Return how many elements there are."""
    return int(browser.execute_script(f"return document.querySelectorAll({selector!r}).length"))


def ask(browser: Chrome, question: str) -> None:
    """Type a question and press Enter."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    wait_for(browser, "#question")
    box = browser.find_element(By.CSS_SELECTOR, "#question textarea")
    box.send_keys(question)
    box.send_keys(Keys.ENTER)


def tab(browser: Chrome, name: str) -> None:
    """Open a tab of the page."""
    click(browser, f"#{name}-tab-button")
    wait_until(browser, f"return !!document.querySelector('#{name}-tab')?.offsetHeight")


def violations(browser: Chrome) -> list[str]:
    """Return what axe-core finds of serious or critical, each with the first place where it is."""
    wait_until(browser, "return document.getAnimations().every(a => a.playState !== 'running')")  # colours have turned
    if not browser.execute_script("return !!window.axe"):
        browser.execute_script(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations))"
    )
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary'][:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def strangers(browser: Chrome, address: str) -> set[str]:
    """Return the addresses of other hosts that the browser asked for since it was last looked."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    urls = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    return {url for url in urls if not url.startswith((address, "data:", "blob:", "about:"))}


_LEFT = ("AbortError", "Connection errored out")  # what Gradio says of requests under way when a page is left


def errors(browser: Chrome) -> list[str]:
    """Return what the browser's console calls an error."""
    said = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]
    return [message for message in said if not any(left in message for left in _LEFT)]
