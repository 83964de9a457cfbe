"""Evidence held against the documents that a set is asked of: what has moved or gone since it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.measures import without_space
from eval.records import Question
from ingest import Document
from ingest.sentences import split_parts, split_sentences
from vectorstore import Hit


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A span of evidence that no document holds.

    Attributes:
        question: The id of its question.
        evidence: The span.
        nearest: The words of the documents, cut at semicolons, that share most pairs of neighbouring letters with it;
            empty if none shares any.
        title: Of the document that the sentence is from; empty without one.
    """

    question: str
    evidence: str
    nearest: str
    title: str


def misplaced(questions: Sequence[Question], documents: Sequence[Document]) -> list[Misplaced]:
    """Return the evidence of answerable questions that stands in no document, white space ignored."""
    texts = {document.source: without_space(document.text) for document in documents}
    together = "\n".join(texts.values())  # no span crosses from text to text: it has no white space
    gone = []
    for question in questions:
        named = [texts[source] for source in question.relevant if source in texts]
        for span in question.evidence if question.answerable else ():
            words = without_space(span)
            if not any(words in text for text in named) and words not in together:
                gone.append((question.id, span))
    if not gone:
        return []
    sentences = [
        (document.text[span.start : span.end], document.title)
        for document in documents
        for sentence in split_sentences(document.text)
        for span in split_parts(document.text, *sentence)
    ]
    pairs = _by_pair(sentence for sentence, _ in sentences)
    return [Misplaced(id_, span, *_nearest(span, sentences, pairs)) for id_, span in gone]


def holds_evidence(question: Question, hit: Hit) -> bool:
    """Tell whether the clause that a passage is from holds any of a question's evidence."""
    clause = without_space(hit.document.text[hit.clause.start : hit.clause.end])
    return any(without_space(span) in clause for span in question.evidence)


def warning(found: Misplaced) -> str:
    """Return what a person should know of evidence that is not where it was."""
    said = f"问题 {found.question} 的依据不在文件中，可能已改动或删去：“{found.evidence}”。"
    if not found.nearest:
        return f"{said}文件中没有相近的句子，请改写依据或删去此题。"
    return f"{said}最相近的句子见《{found.title}》：“{found.nearest}”。请据此核对。"


def _pairs(text: str) -> set[str]:
    letters = without_space(text)
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def _by_pair(sentences: Iterable[str]) -> dict[str, list[int]]:
    """Return for each pair of neighbouring letters the numbers of the sentences that hold it."""
    found: dict[str, list[int]] = {}
    for number, sentence in enumerate(sentences):
        for pair in _pairs(sentence):
            found.setdefault(pair, []).append(number)
    return found


def _nearest(span: str, sentences: Sequence[tuple[str, str]], pairs: Mapping[str, Sequence[int]]) -> tuple[str, str]:
    shared: Counter[int] = Counter()
    for pair in sorted(_pairs(span)):
        shared.update(pairs.get(pair, ()))
    if not shared:
        return "", ""
    return sentences[max(shared, key=lambda n: (shared[n], -len(sentences[n][0]), -n))]
