"""Read the public collections as texts that belong together: question and passage, clauses and window."""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The passages searched later are windows of sentences of about this many characters.
WINDOW_CHARACTERS = 200

# Sentences and clauses. A clause is about as long as a question, so clauses stand in for questions.
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]*")
CLAUSE = re.compile(r"[^。！？；，：、\n]*[^。！？；，：\n]+[。！？；，：\n]*")

# What a crawler left before the news text ("2023-08-1513:02，正文："), and an article's number.
NOISE = re.compile(r"^.{0,60}?正文：|^第[一二三四五六七八九十百千零]+条|原标题：|\s+")

# Shorter held-out texts ("是的") may stand in any passage by chance.
TELLING_CHARACTERS = 20

Pair = tuple[str, str]


@dataclass
class HeldOut:
    """The texts of the benchmarks, so that nothing measured later is learnt from first."""

    questions: set[str] = field(default_factory=set)
    documents: str = ""

    @classmethod
    def read(cls, folders: Sequence[Path]) -> "HeldOut":
        """Read `questions.jsonl` and `documents.jsonl` of each benchmark folder."""
        held_out = cls()
        for folder in folders:
            held_out.questions |= {_bare(row["question"]) for row in read_rows(folder / "questions.jsonl")}
            if (folder / "documents.jsonl").exists():
                documents = read_rows(folder / "documents.jsonl")
                held_out.documents += "|".join(_bare(row["text"]) for row in documents)
        return held_out

    def holds(self, pair: Pair) -> bool:
        """Say whether a benchmark asks this question or has this passage's opening in a document."""
        opening = _bare(pair[1])[:TELLING_CHARACTERS]
        known_passage = len(opening) == TELLING_CHARACTERS and opening in self.documents
        return known_passage or _bare(pair[0]) in self.questions


def question_pairs(data: Path, held_out: HeldOut) -> list[Pair]:
    """Return questions with the passage that answers each, less what the benchmarks hold."""
    pairs = [(row["question"], row["passage"]) for row in read_rows(data / "question_passage.jsonl.gz")]
    pairs += [(row["question"], row["answer"]) for row in read_rows(data / "policy_question_span.jsonl.gz")]
    texts = {row["doc_id"]: row for row in read_rows(data / "cmrc_docs.jsonl.gz")}
    for row in read_rows(data / "cmrc_questions.jsonl.gz"):
        text = texts[row["doc_id"]]
        pairs.append((row["question"], text["title"] + "。" + window_around(text["text"], row["answers"][0])))
    for row in read_rows(data / "legal_reading.jsonl.gz"):
        if row["answerable"]:
            pairs.append((row["question"], window_around(row["context"], row["answers"][0])))
    return [pair for pair in pairs if not held_out.holds(pair)]


def similar_pairs(data: Path) -> list[Pair]:
    """Return pairs of questions that ask the same."""
    return [(row["a"], row["b"]) for row in read_rows(data / "similar_questions.jsonl.gz") if row["same"]]


def corpus(data: Path) -> list[str]:
    """Return the running text, a document an item, without the crawler's remains."""
    with gzip.open(data / "chinese_text.txt.gz", "rt", encoding="utf-8") as lines:
        return [NOISE.sub("", line) for line in lines]


def windows(text: str) -> Iterator[str]:
    """Cut `text` into runs of whole sentences within `WINDOW_CHARACTERS`, unless one is longer."""
    window = ""
    for sentence in SENTENCE.findall(text):
        if window and len(window) + len(sentence) > WINDOW_CHARACTERS:
            yield window
            window = ""
        window += sentence
    if window:
        yield window


def clauses(window: str) -> list[str]:
    """Cut a window at its commas and full stops."""
    return CLAUSE.findall(window)


def window_around(text: str, answer: str) -> str:
    """Return the window of `text` that holds `answer`, or the first one."""
    found = list(windows(text)) or [text]
    return next((window for window in found if answer in window), found[0])


def _bare(text: str) -> str:
    """Leave out spaces and punctuation, which differ between copies of one text."""
    return re.sub(r"\W+", "", text)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON lines file, packed or not."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
