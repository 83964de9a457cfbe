"""What the tabs of the page share: the index, the language model, the settings; and what a browser sends."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar

import gradio as gr
from gradio.utils import get_upload_folder

from app.admission import Admission
from app.language_model import LanguageModel
from app.settings import Settings
from ingest import WenceError
from vectorstore import Retriever

_ASSETS = Path(__file__).parent / "assets"
_AT_ONCE = 30  # events of a kind that are worked on at a time; with a language model most of them wait for it


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """What answers.

    Attributes:
        retriever: The index.
        model: What writes answers; None if nothing does.
        settings: Where things are kept.
        admission: The door for administrators; None if nobody is one.
    """

    retriever: Retriever
    model: LanguageModel | None
    settings: Settings
    admission: Admission | None


def sent(event: gr.EventData) -> dict[str, Any]:
    """Return what a script of the page sent with an event; from elsewhere anything may come."""
    data = event._data
    return data if isinstance(data, dict) else {}


def script(*names: str) -> str:
    """Return some scripts of the page as one."""
    return "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in names)


def part(html: str, name: str, *scripts: str) -> gr.HTML:
    """Return a part of the page, under a name that styles and scripts know."""
    return gr.HTML(html, elem_id=name, js_on_load=script(*scripts), apply_default_css=False)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
QUEUED: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": _AT_ONCE}
"""How an event goes whose answer grows, or takes its time."""
DIRECT: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "queue": False,
    "trigger_mode": "multiple",
}
"""How others go: of 30 at once the slowest twentieth waits .45 s instead of .6 s, one alone 8 ms instead of 20."""


Result = TypeVar("Result")


def download(name: str, kind: str, data: bytes) -> dict[str, str]:
    """Return a file as the page's script takes it, which hands it to whoever asked for it."""
    return {"name": name, "kind": kind, "data": b64encode(data).decode()}


def progressing(work: Callable[[Callable[[int, int], None]], Result]) -> Iterator[tuple[int, int] | Result]:
    """Yield how much of some work is done, of how much, and at last what came of it.

    Args:
        work: Is given what it tells its progress to, and runs in a thread of its own.
    """
    told: Queue[tuple[int, int] | None] = Queue()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work, lambda done, total: told.put((done, total)))
        future.add_done_callback(lambda _: told.put(None))
        last = time.monotonic()
        while (progress := told.get()) is not None:
            if time.monotonic() - last > _BETWEEN:
                last = time.monotonic()
                yield progress
        yield future.result()


_BETWEEN = 0.2  # seconds between two looks at the progress


class UploadPathError(WenceError):
    """What a browser calls an uploaded file is none."""


def uploaded(path: str) -> Path:
    """Return the file that a browser uploaded.

    Raises:
        UploadPathError: It is not in the folder where Gradio puts uploads: a browser may name any path.
    """
    folder, file = Path(get_upload_folder()).resolve(), Path(path).resolve()
    if not (file.is_relative_to(folder) and file.is_file()):
        raise UploadPathError("没有收到上传的文件。请重新选择文件后再试。")
    return file
