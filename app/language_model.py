"""The seam to a language model: words that come one after the other, or the reason why they do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from app.prompts import Messages
from ingest import WenceError


class LanguageModelError(WenceError):
    """The language model gave nothing that can be used. Its text never quotes what the server said.

    Attributes:
        transient: Whether asking again may help.
        wait: Seconds that the server asked to wait, if it did.
    """

    def __init__(self, reason: str, transient: bool = False, wait: float | None = None) -> None:
        super().__init__(reason)
        self.transient = transient
        self.wait = wait


class LanguageModel(Protocol):
    """What writes."""

    @property
    def name(self) -> str:
        """As it is called."""

    @property
    def room(self) -> int:
        """Tokens that a prompt may take."""

    def count(self, text: str) -> int:
        """Return how many tokens a text takes at most."""

    def stream(self, messages: Messages) -> Iterator[str]:
        """Yield what it writes, piece by piece.

        Raises:
            LanguageModelError: It cannot be had, or stops half-way.
        """
