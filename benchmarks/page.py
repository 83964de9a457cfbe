"""How quick the page is: `python -m benchmarks.page`; needs Debian's chromium and chromium-driver.

Printed are how long it takes until the page can be used, cold and again; from Enter to the rendered answer; and how
long people wait who ask at the same moment, each in a session of their own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import httpx

from eval.command import DEFAULT_DATASET
from eval.measures import percentile
from eval.questions import load_dataset

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_PORT = 7876
_TIMES = 5
_WAIT = 60.0  # seconds at most, for the server and for an answer


@contextmanager
def serving() -> Iterator[str]:
    """Start the server in a process of its own, as users do."""
    program = Path(sys.executable).with_name("wence")
    process = subprocess.Popen([program, "serve", "--port", str(_PORT)])  # noqa: S603 - our own
    address = f"http://127.0.0.1:{_PORT}/"
    try:
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline:
            try:
                httpx.get(address)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@contextmanager
def browsing() -> Iterator[Chrome]:
    """Start a browser that has seen no page."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in ("headless=new", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking"):
        options.add_argument(f"--{flag}")
    options.binary_location = _program("chromium")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(_program("chromedriver")))
    driver.set_script_timeout(_WAIT)
    try:
        yield driver
    finally:
        driver.quit()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} is not installed")
    return found


_USABLE = """
const done = arguments[0];
const look = () => document.querySelector("#question textarea") ? done(performance.now()) : setTimeout(look, 5);
look();
"""
_ASK = """
const [question, done] = arguments;
const box = document.querySelector("#question textarea");
const newest = () => document.querySelector(".turn")?.dataset.turn;
const before = newest();
const began = performance.now();
new MutationObserver((changes, observer) => {
  if (newest() === before) return;
  observer.disconnect();
  requestAnimationFrame(() => done(performance.now() - began));
}).observe(document.querySelector("#conversation"), { subtree: true, childList: true });
box.value = question;
document.querySelector("#question").requestSubmit();
"""


def opening(address: str) -> tuple[list[float], list[float]]:
    """Return the milliseconds until the page can be used, by browsers that never saw it, and when opened again."""
    cold: list[float] = []
    again: list[float] = []
    for _ in range(_TIMES):
        with browsing() as browser:
            for times in (cold, again):
                browser.get(address)
                times.append(browser.execute_async_script(_USABLE))
    return cold, again


def answering(address: str, questions: Sequence[str]) -> list[float]:
    """Return the milliseconds from asking to the rendered answer."""
    with browsing() as browser:
        browser.get(address)
        browser.execute_async_script(_USABLE)
        time.sleep(1)
        return [browser.execute_async_script(_ASK, question) for question in questions]


def at_once(address: str, questions: Sequence[str]) -> list[float]:
    """Return the milliseconds each of some people waits who ask at the same moment; none may get an error.

    Each has the page open.
    """
    config: dict[str, Any] = httpx.get(f"{address}config").json()
    events = config["dependencies"]
    ask = next(event for event in events if event["targets"] and event["targets"][0][1] == "ask")
    load = next(event for event in events if event["targets"] and event["targets"][0][1] == "load")

    def send(person: int, event: dict[str, Any], said: dict[str, str] | None = None) -> str:
        body = {"data": [None] * len(event["inputs"]), "event_data": said, "fn_index": event["id"]}
        session = {"session_hash": f"person{person}"}
        given = httpx.post(f"{address}gradio_api/run/predict", json=body | session, timeout=_WAIT)
        if given.status_code != 200:
            raise click.ClickException(given.text[:300])
        return given.text

    def one(person: int) -> float:
        began = time.perf_counter()
        if "class='turn" not in send(person, ask, {"question": questions[person]}):
            raise click.ClickException(f"no answer: {questions[person]}")
        return (time.perf_counter() - began) * 1000

    everybody = range(len(questions))
    with ThreadPoolExecutor(len(questions)) as people:
        list(people.map(lambda person: send(person, load), everybody))
        return list(people.map(one, everybody))


@click.command(help=__doc__)
@click.option("--people", default=30, show_default=True, help="How many ask at once.")
def main(people: int) -> None:
    """Print the times."""
    questions = [q.question for q in load_dataset(DEFAULT_DATASET).questions if q.answerable and not q.history]
    with serving() as address:
        cold, again = opening(address)
        _print("the page can be used, never seen before", cold)
        _print("the same, opened again", again)
        _print("from Enter to the rendered answer", answering(address, questions[:40]))
        for _ in range(3):
            _print(f"{people} people at once", at_once(address, questions[:people]))


def _print(what: str, times: Sequence[float]) -> None:
    click.echo(f"{what}: median {percentile(times, 0.5):.0f} ms, 95 % {percentile(times, 0.95):.0f} ms")


if __name__ == "__main__":
    main()
