"""The seam to a language model: words that come one after the other, or the reason why they do not."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from app.prompts import Messages
from ingest import WenceError


class LanguageModelError(WenceError):
    """The language model gave nothing that can be used. Its text never quotes what the server said.

    Attributes:
        transient: Whether asking again may help.
        of_question: Whether it is this question that the server does not take.
        wait: Seconds that the server asked to wait, if it did.
    """

    def __init__(
        self, reason: str, transient: bool = False, of_question: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(reason)
        self.transient = transient
        self.of_question = of_question
        self.wait = wait


class CutShortError(LanguageModelError):
    """The language model was stopped before the end; what it had written whole is whole."""


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

    def stream(self, messages: Messages, seconds: float | None = None) -> Generator[str]:
        """Yield what it writes, piece by piece; to close it ends the request.

        Args:
            messages: What it is told and given.
            seconds: How long it may take in all, if not as long as is set.

        Raises:
            CutShortError: It was stopped before the end, at a limit.
            LanguageModelError: It cannot be had, or stops half-way.
        """
