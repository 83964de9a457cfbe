"""The documents that a set brings, and the names its questions call them by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.records import DatasetError, Question
from ingest import Document, parse_document
from ingest.navigation import is_furniture


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents, no two of the same text.

    Attributes:
        documents: In the order of their ids.
        names: The name of a document in its set → `Document.source` of the one with its text.
    """

    documents: tuple[Document, ...]
    names: Mapping[str, str]

    def sources(self, names: Iterable[str], place: str) -> tuple[str, ...]:
        """Return the sources of documents by their names in the set.

        Raises:
            DatasetError: There is no such document.
        """
        wanted = tuple(dict.fromkeys(names))
        if unknown := [name for name in wanted if name not in self.names]:
            raise DatasetError(
                f"{place}所指的文件不在数据中，或没有正文：{'、'.join(unknown)}。请补上文件，或改正编号。"
            )
        return tuple(dict.fromkeys(self.names[name] for name in wanted))


def corpus_of(documents: Iterable[Document]) -> Corpus:
    """Return documents as a corpus; the same text twice is one document."""
    known: dict[str, Document] = {}
    ids = {}
    for document in documents:
        known[document.id] = document
        ids[document.source] = document.id
    kept = tuple(known[id_] for id_ in sorted(known))
    return Corpus(kept, {source: known[id_].source for source, id_ in ids.items()})


def document_of(name: str, title: str, text: str) -> Document | None:
    """Return a text under its title as a document; None if nothing of it is body."""
    headed = f"{title}\n{text}" if title and not text.startswith(title) else text
    if all(is_furniture(line.strip()) for line in headed.split("\n") if line.strip()):
        return None
    return parse_document(headed, name, title or name)


def span_question(id_: str, question: str, evidence: tuple[str, ...], relevant: tuple[str, ...]) -> Question:
    """Return a question of a set of others, which is answered by spans of a document, or by a document as a whole."""
    return Question(
        id=id_,
        question=question,
        kind="span",
        asker="unknown",
        evidence=evidence,
        answer=(),
        avoid=(),
        answerable=bool(evidence or relevant),
        split="dev",
        origin="benchmark",
        relevant=relevant,
    )
