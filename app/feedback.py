"""What people say of answers: kept line by line among the data, and given out as drafts of evaluation questions.

A kill while a line is written leaves half of it; reading passes over it, and the next line begins on its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

from filelock import FileLock, Timeout

from app.records import Answer, Outcome
from app.serialise import dumps
from ingest import WenceError
from vectorstore import Retriever

Json = dict[str, Any]
Opinion = Literal["helpful", "unhelpful"]

MAX_REASON = 1000  # characters; a remark, not a letter
MAX_BYTES = 50 * 10**6  # of the file: some 20,000 remarks, more than anyone reads
_FILE, _LOCK = "feedback.jsonl", "feedback.lock"
_LOCK_SECONDS = 10.0  # a line takes milliseconds
_KEY = 16  # hexadecimal digits of a SHA-256


class FeedbackError(WenceError):
    """Feedback cannot be kept or read."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it was shown."""

    document_id: str
    title: str
    label: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What someone said of an answer.

    Attributes:
        key: The same for the same answer to the same question from the same index.
        when: UTC, ISO 8601.
        verdict: Whether the answer helped.
        reason: Why, in the words of who says so; may be empty.
        question: As it was asked.
        asked_for: As it was understood.
        history: What was asked before, in order.
        outcome: Of the answer.
        answer: Its text.
        citations: What it quoted.
        model: The language model that wrote it; empty if none did.
        mark: The change mark of the index.
        embedding: The fingerprint of the embedding model.
    """

    key: str
    when: str
    verdict: Opinion
    reason: str
    question: str
    asked_for: str
    history: tuple[str, ...]
    outcome: Outcome
    answer: str
    citations: tuple[Cited, ...]
    model: str
    mark: str
    embedding: str


def feedback_on(
    answer: Answer, verdict: Opinion, reason: str, history: Sequence[str], retriever: Retriever
) -> Feedback:
    """Return what is kept of an opinion on an answer.

    Args:
        answer: What was shown.
        verdict: Whether it helped.
        reason: Why; may be empty.
        history: What had been asked before it, in order.
        retriever: The index that it was answered from.

    Raises:
        FeedbackError: The reason is too long.
    """
    reason = reason.encode("utf-8", "replace").decode().strip()
    if len(reason) > MAX_REASON:
        raise FeedbackError(f"反馈理由过长：{len(reason)} 字，上限为 {MAX_REASON} 字。请删减后再提交。")
    mark = retriever.content.mark or ""
    return Feedback(
        key=_key(answer.question, answer.asked_for, answer.text, mark),
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        verdict=verdict,
        reason=reason,
        question=answer.question,
        asked_for=answer.asked_for,
        history=tuple(history),
        outcome=answer.outcome,
        answer=answer.text,
        citations=tuple(
            Cited(c.document.id, c.document.title, c.clause.label, c.start, c.end, c.quote) for c in answer.citations
        ),
        model=answer.model,
        mark=mark,
        embedding=retriever.store.embedder.fingerprint,
    )


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:_KEY]


def keep_feedback(folder: Path, feedback: Feedback) -> None:
    """Add feedback to what is kept in a folder; several processes may do so at once.

    Raises:
        FeedbackError: The file is full or cannot be written.
    """
    path = folder / _FILE
    line = f"{dumps(asdict(feedback))}\n".encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK, timeout=_LOCK_SECONDS), path.open("a+b") as file:
            if file.tell() + len(line) > MAX_BYTES:
                raise FeedbackError(
                    f"反馈文件已满（上限 {MAX_BYTES // 10**6} MB）：{path}。"
                    "请先运行 wence feedback export 导出，再移走该文件。"
                )
            file.write(line if _ends_line(file) else b"\n" + line)
    except Timeout as error:
        raise FeedbackError(f"反馈文件正被另一个进程占用：{path}。请稍后重试。") from error
    except OSError as error:
        raise FeedbackError(f"无法保存反馈：{path}（{error.strerror}）。请检查权限和磁盘空间。") from error


def read_feedback(folder: Path) -> list[Feedback]:
    """Return what is kept in a folder, oldest first, without lines that are not whole.

    Raises:
        FeedbackError: The file cannot be read.
    """
    path = folder / _FILE
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FeedbackError(f"无法读取反馈文件：{path}（{error.strerror}）。请检查权限。") from error
    return list(_readable(lines))


def draft_questions(given: Sequence[Feedback]) -> list[Json]:
    """Return evaluation questions in the form that `wence eval` reads, for a person to complete.

    The last feedback on an answer holds. A helpful answer lends its quotations as evidence. What an unhelpful one
    should have said nobody knows yet: its draft lacks `answerable`, so that no evaluation takes it as it is.
    """
    latest = {feedback.key: feedback for feedback in given}
    return [_draft(feedback) for feedback in latest.values()]


def _draft(feedback: Feedback) -> Json:
    helpful = feedback.verdict == "helpful" and feedback.outcome != "failed"
    evidence = list(dict.fromkeys(cited.quote for cited in feedback.citations)) if helpful else []
    drafted: Json = {"id": f"fb-{feedback.key}", "question": feedback.question}
    if feedback.history:
        drafted["history"] = list(feedback.history)
    drafted |= {"kind": "feedback", "asker": "unknown", "evidence": evidence, "answer": []}
    if helpful:
        drafted["answerable"] = feedback.outcome == "answered"
    note = _HELPFUL if helpful else _UNHELPFUL
    return drafted | {"origin": "feedback", "note": note, "reason": feedback.reason, "given": feedback.answer}


_HELPFUL = "提问者认为有用。请核对 evidence，在 answer 中写明答案必须含有的词语，并填写 kind 和 asker。"
_UNHELPFUL = (
    "提问者认为无用，或当时未能回答；given 为当时的回答。请补上 answerable；文件能回答的，"
    "在 evidence 中逐字写明依据，在 answer 中写明答案必须含有的词语，并填写 kind 和 asker。"
)


def _ends_line(file: BinaryIO) -> bool:
    """Tell whether a file is empty or its last line is whole."""
    if file.tell() == 0:
        return True
    file.seek(-1, SEEK_END)
    return file.read(1) == b"\n"


def _readable(lines: Sequence[bytes]) -> Iterator[Feedback]:
    for line in lines:
        try:
            yield _feedback(json.loads(line))
        except (ValueError, TypeError, KeyError, RecursionError):
            continue  # half a line, or one that someone changed


def _feedback(row: Json) -> Feedback:
    """Return feedback as it was kept.

    Raises:
        TypeError: A part has another type.
        KeyError: A part is missing.
        ValueError: A part has a value that it cannot have.
    """
    citations = tuple(Cited(**cited) for cited in row["citations"])
    values = {part.name: row[part.name] for part in fields(Feedback)}
    feedback = Feedback(**values | {"history": tuple(row["history"]), "citations": citations})
    if feedback.verdict not in get_args(Opinion) or feedback.outcome not in get_args(Outcome):
        raise ValueError("verdict or outcome")
    texts = (feedback.key, feedback.question, feedback.reason, feedback.answer, *feedback.history)
    if not all(isinstance(text, str) for text in (*texts, *(cited.quote for cited in citations))):
        raise TypeError("text")
    return feedback
