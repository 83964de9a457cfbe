"""The nouns of answering and of checking drafts: `Answer`, `Citation`, `Step`; `CheckedSentence`, `Difference`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest import Clause, Document
from vectorstore import Validity

Outcome = Literal["answered", "not_in_documents", "failed"]

NOT_IN_DOCUMENTS = "已收录的文件没有回答这个问题。"


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a document, exactly as they stand there. Made by `app.citations.cite` only.

    Attributes:
        document: The document quoted.
        clause: The clause the words stand in.
        quote: `document.text[start:end]`, always.
        start: Offset in `document.text`.
        end: Offset behind the last character.
        score: The score of the passage it was taken from.
        validity: The legal status of the document, if it is known.
    """

    document: Document
    clause: Clause
    quote: str
    start: int
    end: int
    score: float
    validity: Validity | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done on the way to an answer, shown to people who want to see."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a language model wrote, checked.

    Attributes:
        text: As it was written, without its marks; without quotation marks if what stood in them is no quotation.
        citations: What supports it, by number in `Answer.citations`, from 1.
        reason: Why it is not supported, as the asker reads it; empty if it is.
        begins_line: Whether a line begins with it.
    """

    text: str
    citations: tuple[int, ...]
    reason: str = ""
    begins_line: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got.

    Attributes:
        question: As it was asked.
        outcome: `answered`, `not_in_documents` or `failed`.
        text: The words that answer, or a sentence that says why there are none.
        citations: What the text quotes, in its order; empty unless `answered`.
        steps: What was understood, searched, found and decided.
        elapsed_ms: From question to answer.
        asked_for: The question as it was understood, standing by itself.
        key: The figures of the text that answer, as they are written there.
        reason: What speaks against the likeliest words where nothing answers; empty otherwise.
        related: Clauses near the question that are not quoted: beside an answer to read on, without one the nearest.
        missing: What of the question is not answered, a sentence each; they stand in the text as well.
        sentences: What a language model wrote, in its order, that which is not supported too; empty if none did.
        notice: What the asker should know about how the answer was made; empty if nothing.
        model: The language model that was asked to write it; empty if none was.
        withheld: Whether what the model wrote did not stand up, and the text is the documents' own words.
        sure: The probability that the best of what was found answers; 0 if something speaks against all of it.
    """

    question: str
    outcome: Outcome
    text: str
    citations: tuple[Citation, ...]
    steps: tuple[Step, ...]
    elapsed_ms: float
    asked_for: str = ""
    key: tuple[str, ...] = ()
    reason: str = ""
    related: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    notice: str = ""
    model: str = ""
    withheld: bool = False
    sure: float = 0.0


Verdict = Literal["exact", "differs", "not_found"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a draft and its source say different words; either may be empty.

    Attributes:
        draft: The words of the draft.
        source: The words of the source that stand there instead.
    """

    draft: str
    source: str


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a draft, held against the documents.

    Attributes:
        sentence: `draft[start:end]`, always.
        start: Offset in the text of the draft.
        end: Offset behind the last character.
        verdict: `exact` if the documents say it in these words, whatever the punctuation and the widths of characters;
            `differs` if they say nearly this; `not_found` if they do not.
        source: The words of a document that it was held against; None if there are none.
        differences: What differs, figures and years first; empty unless the verdict is `differs`.
    """

    sentence: str
    start: int
    end: int
    verdict: Verdict
    source: Citation | None
    differences: tuple[Difference, ...] = ()
