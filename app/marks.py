"""What a language model writes, as it comes → sentences with the numbers of the sources they cite.

A sentence is held back until it is certain that no mark follows it. Thinking aloud, tags and Markdown are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.sentences import bracket_depth

_LONGEST = 600  # characters of a sentence; those of a policy have up to 300, and what is longer is cut
_SLICE = 200  # characters looked at together, however much comes at once

_NUMBER = r"(?:资料|来源|编号|出处|依据|文件)?[:：#]?\s*\d{1,4}(?::\d+)?(?:†[^】\]\n]{0,20})?"
_SEPARATOR = r"\s*[,，、;；和与\-–~～]\s*"
_MARK = re.compile(
    rf"\s*[【［\[〖]{{1,2}}\s*\^?(?:citation|source|ref|doc)?\s*{_NUMBER}(?:{_SEPARATOR}{_NUMBER})*\s*\^?[】］\]〗]{{1,2}}"
    r"(?:\([^()\s]*\))?(?!\d*[%％号])"
    r"|\s*(?:<sup>|\^)\[?\d{1,2}\]?(?:</sup>|\^)"
    r"|\s*[(（〔]\d{1,2}[)）〕](?=\s*(?:[。！？!?；;]|$))|\s*[(（](?:参?见|详见)?(?:资料|来源)\s*\d{1,2}[)）]",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d{1,2})\s*[-–~～]\s*(\d{1,2})")
_ONLY_MARKS = re.compile(
    rf"(?:根据|依据|按照|参照|参见|见|如)(?:(?:{_MARK.pattern})\s*[和与及、]?)+[，,]?", re.IGNORECASE
)
_HALF_MARK = re.compile(r"\s*(?:[【［\[〖(（〔^<][^】］\]〗)）〕\n]{0,24})?$")
_END = re.compile(r"[。！？!?…]+[”’」』）)》\"']*|[:：]?\n+")
_THOUGHT = r"think|thinking|thought|reasoning|reflection"
_OPENED = re.compile(rf"<\s*(?:{_THOUGHT})\s*>|◁think▷", re.IGNORECASE)
_CLOSED = re.compile(rf"<\s*/\s*(?:{_THOUGHT})\s*>|◁/think▷", re.IGNORECASE)
_HALF_TAG = re.compile(r"(?:<[^<>\n]{0,40}|◁[^▷\n]{0,8})\Z")
_TAG = re.compile(r"</?[a-z][^<>\n]{0,200}>", re.IGNORECASE)
_MARKDOWN = re.compile(r"\*\*|__|`+|^\s*(?:#{1,6}|>)\s+|^[ |:\-–—=]{3,}$\n?", re.MULTILINE)
_REFERENCES = re.compile(r"^(?:参考资料|参考文献|资料来源|引用来源|引用|来源|出处)[:：]?\s*$")
_RULE = re.compile(r"^[\s|:\-–—=*_]+$")


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
        self._thinking = False
        self._began = False
        self._ended = False

    def feed(self, piece: str) -> Iterator[Written]:
        """Take a piece and yield the sentences that it completes."""
        for start in range(0, len(piece), _SLICE):
            self._held += piece[start : start + _SLICE]
            if self._is_readable():
                while (end := self._end()) is not None:
                    sentence, self._held = self._held[:end], self._held[end:]
                    yield from self._sentence(sentence)

    def finish(self) -> Iterator[Written]:
        """Yield what is left when nothing more comes."""
        rest = "" if self._thinking else self._held
        self._held = ""
        while rest:
            end = _sentence_end(rest)
            stop = len(rest) if end is None else _behind_marks(rest, end)
            yield from self._sentence(rest[:stop])
            rest = rest[stop:]

    def _is_readable(self) -> bool:
        """Leave out what is thought aloud; tell whether what is held now is text, and no tag is half come."""
        while True:
            if self._thinking:
                closed = _CLOSED.search(self._held)
                if closed is None:
                    self._held = self._held[-len("</reflection>") :]
                    return False
                self._held, self._thinking = self._held[closed.end() :], False
            opened, closed = _OPENED.search(self._held), _CLOSED.search(self._held)
            if closed and not (opened and opened.start() < closed.start()):
                # A template opened the thought before the model began.
                self._held = self._held[closed.end() :] if not self._began else _CLOSED.sub("", self._held, count=1)
            elif opened:
                before, self._held = self._held[: opened.start()], self._held[opened.end() :]
                self._thinking = True
                if before.strip():
                    self._held = before + self._after_thought()
                    return not self._thinking
            else:
                return _HALF_TAG.search(self._held) is None

    def _after_thought(self) -> str:
        """Return what stands behind a thought that follows text; keep thinking if it is not closed yet."""
        closed = _CLOSED.search(self._held)
        if closed is None:
            return ""
        self._thinking = False
        return self._held[closed.end() :]

    def _end(self) -> int | None:
        """Return where the first sentence ends, its marks included; None while that is not certain."""
        end = _sentence_end(self._held)
        if end is None:
            return None
        behind = _behind_marks(self._held, end)
        return None if not self._held[:behind].endswith("\n") and _HALF_MARK.match(self._held, behind) else behind

    def _sentence(self, raw: str) -> Iterator[Written]:
        raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of a character that came apart
        text = _MARK.sub("", _ONLY_MARKS.sub("", raw))
        text = _MARKDOWN.sub("", _TAG.sub("", text)).strip()
        self._ended = self._ended or _REFERENCES.match(text) is not None  # what follows lists the sources once more
        if re.search(r"\w", text) and not (self._ended or _RULE.match(text)):
            self._began = True
            yield Written(text, tuple(dict.fromkeys(_numbers(raw))), self._begins_line or raw.startswith("\n"))
            self._begins_line = False
        self._begins_line = self._begins_line or raw.endswith("\n")


def _numbers(raw: str) -> Iterator[int]:
    for mark in _MARK.finditer(raw):
        words = re.sub(r"(?<=\d):\d+|†.*|\]\(.*", "", mark[0])
        if found := _RANGE.search(words):
            yield from range(int(found[1]), int(found[2]) + 1)
        yield from map(int, re.findall(r"\d+", words))


def _sentence_end(text: str) -> int | None:
    """Return the offset behind the first end of a sentence outside quotation marks; None if there is none."""
    for match in _END.finditer(text):
        if match.end() > _LONGEST:
            break
        whole = match[0].endswith("\n") or (
            bracket_depth(text, 0, match.end()) == 0 and text.count('"', 0, match.end()) % 2 == 0
        )
        if whole and re.search(r"\w", text[: match.end()]):
            return match.end()
    return _LONGEST if len(text) > _LONGEST + _SLICE else None


def _behind_marks(text: str, end: int) -> int:
    while not text[:end].endswith("\n") and (mark := _MARK.match(text, end)):
        end = mark.end()
    return end
