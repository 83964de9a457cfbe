"""Document → the passages under which it is indexed.

A passage is a sentence. Long sentences are cut at their semicolons, because a report strings many facts
together; short pieces (a heading, 「主要包括：」) join what follows, because alone they say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest import Clause, Document
from ingest.sentences import Span, split_parts, split_sentences
from vectorstore.records import Passage

PASSAGES = 1  # raised whenever the same document would be cut or headed differently

# Characters. Swept on development questions, see docs/decisions/0004-passages.md.
LONG_SENTENCE = 120
SHORT_PIECE = 20
MAX_PASSAGE = 300


def split_passages(document: Document) -> list[Passage]:
    """Cut a document into passages, in reading order, covering all its clauses' text but white space."""
    passages: list[Passage] = []
    for position, clause in enumerate(document.clauses):
        header = passage_header(document, clause)
        for span in _pieces(document.text, clause):
            text = document.text[span.start : span.end]
            passages.append(Passage(f"{document.id}:{len(passages)}", position, *span, header, text))
    return passages


def passage_header(document: Document, clause: Clause) -> str:
    """Return title, heading path and year as one line."""
    year = f"{clause.period}年" if clause.period else ""
    return " ".join(part for part in (*clause.path, year) if part).replace("\n", " ")


def headed_text(header: str, text: str) -> str:
    """Return a passage's text as it is embedded and matched: under its header, which holds no line break."""
    return f"{header}\n{text}"


def coverage(document: Document, passages: list[Passage]) -> float:
    """Return the share of the body's characters, white space aside, that ended up in a passage."""
    covered = sum(_ink(passage.text) for passage in passages)
    return covered / max(1, _ink(document.text))


def _ink(text: str) -> int:
    return len("".join(text.split()))


def _pieces(text: str, clause: Clause) -> Iterator[Span]:
    """Yield the passages of one clause: sentences and parts, the short ones joined with the next."""
    open_: Span | None = None
    for piece in _sentences_and_parts(text, clause):
        if open_ is not None and piece.end - open_.start <= MAX_PASSAGE:
            piece = Span(open_.start, piece.end)
        elif open_ is not None:
            yield open_
        open_ = piece if piece.end - piece.start < SHORT_PIECE else None
        if open_ is None:
            yield piece
    if open_ is not None:
        yield open_


def _sentences_and_parts(text: str, clause: Clause) -> Iterator[Span]:
    for sentence in split_sentences(text, clause.start, clause.end):
        if sentence.end - sentence.start > LONG_SENTENCE:
            yield from (hard for part in split_parts(text, *sentence) for hard in _cut_overlong(part))
        else:
            yield sentence


def _cut_overlong(span: Span) -> Iterator[Span]:
    """Cut what has neither sentence nor part (a table without lines, one long list) at a fixed length."""
    for start in range(span.start, span.end, MAX_PASSAGE):
        yield Span(start, min(start + MAX_PASSAGE, span.end))
