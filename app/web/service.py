"""What the tabs of the page share: the index, the language model, the settings; and what a browser sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import gradio as gr

from app.admission import Admission
from app.language_model import LanguageModel
from app.settings import Settings
from vectorstore import Retriever

_ASSETS = Path(__file__).parent / "assets"
AT_ONCE = 30  # events of a kind that are worked on at a time; with a language model most of them wait for it


@dataclass(frozen=True, slots=True)
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


def script(name: str) -> str:
    """Return a script of the page."""
    return (_ASSETS / name).read_text(encoding="utf-8")
