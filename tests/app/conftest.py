"""What the tests of the page share: a page of the default document, and a browser at each width that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.settings import Settings
from tests.app.browser import WIDTHS, errors, open_browser, opened, page, strangers
from vectorstore import Retriever

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page keeps things, and the browser puts what it downloads."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def address(retriever: Retriever, data: Path) -> Iterator[str]:
    with page(retriever, Settings(data=data)) as served:
        yield served


@pytest.fixture(scope="module", params=WIDTHS)
def started(request: pytest.FixtureRequest, data: Path) -> Iterator[Chrome]:
    with open_browser(request.param, data) as driver:
        yield driver


@pytest.fixture
def browser(started: Chrome, address: str) -> Iterator[Chrome]:
    """A page nobody has used; nothing it does may reach another host or fail in the console."""
    opened(started, address)
    yield started
    assert strangers(started, "http://127.0.0.1") == set()
    assert errors(started) == []
    assert started.execute_script("return document.documentElement.scrollWidth <= innerWidth")
