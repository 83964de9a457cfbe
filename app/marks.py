"""What a language model writes, as it comes → sentences with the numbers of the sources they cite.

A sentence is held back until it is certain that no mark follows it; thinking aloud and Markdown are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.sentences import bracket_depth

_LONGEST = 600  # characters without an end; a sentence of a policy has up to 300
_SEPARATORS = r"\s*[,，、;；]\s*"
_MARK = re.compile(
    rf"\s*[【［\[〖]\s*(?:\^|资料|来源|编号|出处|source)?\s*(\d{{1,3}}(?:{_SEPARATORS}(?:资料|来源)?\d{{1,3}})*)\s*[】］\]〗]",
    re.IGNORECASE,
)
_HALF_MARK = re.compile(r"\s*(?:[【［\[〖][^】］\]〗\n]{0,16})?$")
_END = re.compile(r"[。！？!?…]+[”’」』）)》\"']*|[:：]?\n+")
_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>|<think(?:ing)?>.*\Z|</think(?:ing)?>", re.DOTALL)
_HALF_TAG = re.compile(r"<[/a-z]{0,9}\Z")
_MARKDOWN = re.compile(r"\*\*|__|`+|^\s*(?:#{1,6}|>)\s+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it.

    Attributes:
        text: Its words, without marks.
        numbers: The sources it cites, in its order, whether they exist or not.
        begins_line: Whether a line begins with it.
    """

    text: str
    numbers: tuple[int, ...]
    begins_line: bool


class SentenceReader:
    """Takes what is written piece by piece and gives the sentences that are complete."""

    def __init__(self) -> None:
        self._held = ""
        self._begins_line = False

    def feed(self, piece: str) -> Iterator[Written]:
        """Take a piece and yield the sentences that it completes."""
        self._held += piece
        closed = _THOUGHT.sub(lambda m: m[0] if _is_open(m[0]) else "", self._held)
        if "<think" in closed or _HALF_TAG.search(closed):
            self._held = closed
            return
        self._held = closed
        while (end := self._end()) is not None:
            sentence, self._held = self._held[:end], self._held[end:]
            yield from self._sentence(sentence)

    def finish(self) -> Iterator[Written]:
        """Yield what is left when nothing more comes."""
        rest = _THOUGHT.sub("", self._held)
        self._held = ""
        while rest:
            end = _sentence_end(rest)
            stop = len(rest) if end is None else _behind_marks(rest, end)
            yield from self._sentence(rest[:stop])
            rest = rest[stop:]

    def _end(self) -> int | None:
        """Return where the first sentence ends, its marks included; None while that is not certain."""
        end = _sentence_end(self._held)
        if end is None:
            return None
        behind = _behind_marks(self._held, end)
        return None if not self._held[:behind].endswith("\n") and _HALF_MARK.match(self._held, behind) else behind

    def _sentence(self, raw: str) -> Iterator[Written]:
        numbers = tuple(dict.fromkeys(int(n) for m in _MARK.finditer(raw) for n in re.findall(r"\d+", m[1])))
        text = _MARKDOWN.sub("", _MARK.sub("", raw)).strip()
        if re.search(r"\w", text):
            yield Written(text, numbers, self._begins_line or raw.startswith("\n"))
            self._begins_line = False
        self._begins_line = self._begins_line or raw.endswith("\n")


def _is_open(thought: str) -> bool:
    return thought.startswith("<think") and re.search(r"</think(?:ing)?>$", thought) is None


def _sentence_end(text: str) -> int | None:
    """Return the offset behind the first end of a sentence outside quotation marks; None if there is none."""
    for match in _END.finditer(text):
        whole = match[0].endswith("\n") or (
            bracket_depth(text, 0, match.end()) == 0 and text.count('"', 0, match.end()) % 2 == 0
        )
        if (whole or match.end() > _LONGEST) and re.search(r"\w", text[: match.end()]):
            return match.end()
    return _LONGEST if len(text) > 2 * _LONGEST else None


def _behind_marks(text: str, end: int) -> int:
    while not text[:end].endswith("\n") and (mark := _MARK.match(text, end)):
        end = mark.end()
    return end
