"""An answer ⇄ what the browser keeps of it between visits.

Words of documents are not kept, only where they stand and a hash of them: they are quoted anew from the documents as
they are indexed now. What comes back may have been changed by anyone, so that nothing of it is believed that can be
looked up, and everything has a bound.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, cast, get_args

from app.citations import cite
from app.composition import differences, is_composed
from app.courtesy import reply_to
from app.records import NOT_IN_DOCUMENTS, Answer, Citation, Outcome, Sentence, Step
from app.verification import UnsupportedError, verify
from app.writing import WRITING, all_supported, written_text
from vectorstore import Hit, Retriever
from vectorstore.errors import UnknownDocumentError

Json = dict[str, Any]

_FORM = 1  # of what is kept; of another form is not read
_HASH = 12  # hexadecimal digits of a quotation's SHA-256
_TEXT, _LINE, _NAME = 20_000, 4000, 200  # characters of an answer or detail, of a sentence or question, of a name
_MANY = 200  # parts of one kind; answers have up to 30
_LARGEST = 1e9  # of a number
_MISSING = re.compile(
    r"关于(?:“.*”|(?P<years>\d{4}年(?:、\d{4}年)*))，(?:已收录的文件没有回答|所引原文没有提到)。", re.DOTALL
)
_LOG = logging.getLogger("wence")


def kept(answer: Answer) -> Json:
    """Return what the browser keeps of an answer that is whole; parts that are empty are left out."""
    row: Json = {
        "form": _FORM,
        "question": answer.question,
        "outcome": answer.outcome,
        "text": "" if _follows(answer.outcome, answer.sentences, answer.withheld) else answer.text,
        "citations": [_place(citation) for citation in answer.citations],
        "steps": [[step.name, step.detail] for step in answer.steps],
        "elapsed_ms": answer.elapsed_ms,
        "asked_for": answer.asked_for,
        "key": list(answer.key),
        "reason": answer.reason,
        "related": [_place(citation) for citation in answer.related],
        "missing": list(answer.missing),
        "sentences": [asdict(sentence) | {"citations": list(sentence.citations)} for sentence in answer.sentences],
        "notice": answer.notice,
        "model": answer.model,
        "withheld": answer.withheld,
        "sure": answer.sure,
    }
    return {name: value for name, value in row.items() if value}


def restored(row: object, retriever: Retriever) -> Answer | None:
    """Return the answer that was kept, its words quoted from the documents as they are indexed now.

    None if the row is not of the form that `kept` gives, if a document, a clause or the quoted words are gone, or if
    the answer says what they do not.

    Raises:
        VectorstoreError: The index cannot be read.
    """
    try:
        answer = _answer(row, retriever)
    except (ValueError, UnknownDocumentError):
        return None
    if answer.outcome == "failed":
        return None if answer.citations else answer  # its text is the program's, not the documents'
    derived = (*differences(answer.citations), *_missing_years(answer.missing))
    try:
        written = answer.sentences and not answer.withheld
        supported = not written or all_supported(answer.sentences, answer.citations, derived)
        return verify(answer, derived) if supported else None
    except UnsupportedError:
        return None
    except Exception:  # whatever was made of its sentences, an answer that cannot be checked is not shown
        _LOG.debug("a kept answer could not be checked", exc_info=True)
        return None


def _follows(outcome: Outcome, sentences: tuple[Sentence, ...], withheld: bool) -> bool:
    """Tell whether the text of an answer follows from its other parts, and need not be kept."""
    return outcome == "not_in_documents" or (bool(sentences) and not withheld)


def _place(citation: Citation) -> list[Any]:
    where = (citation.document.id, citation.clause.id, citation.start, citation.end, citation.score)
    return [*where, _hash(citation.quote)]


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:_HASH]


def _answer(given: object, retriever: Retriever) -> Answer:
    """Return an answer in which everything is of its type and within bounds.

    Raises:
        ValueError: Something is not.
        UnknownDocumentError: A document is gone.
    """
    row = _object(given)
    if row.get("form") != _FORM:
        raise ValueError("form")
    citations = tuple(_citation(place, retriever) for place in _list(row, "citations"))
    sentences = tuple(_sentence(each, len(citations)) for each in _list(row, "sentences"))
    answer = Answer(
        question=_text(row.get("question"), _LINE),
        outcome=_outcome(row.get("outcome")),
        text=_text(row.get("text", ""), _TEXT),
        citations=citations,
        steps=tuple(_steps(row)),
        elapsed_ms=_number(row.get("elapsed_ms", 0.0)),
        asked_for=_text(row.get("asked_for", ""), _LINE),
        key=tuple(_text(figure, _NAME) for figure in _list(row, "key")),
        reason=_text(row.get("reason", ""), _LINE),
        related=tuple(_citation(place, retriever) for place in _list(row, "related")),
        missing=tuple(_missing(line) for line in _list(row, "missing")),
        sentences=sentences,
        notice=_text(row.get("notice", ""), _LINE),
        model=_text(row.get("model", ""), _NAME),
        withheld=_truth(row.get("withheld", False)),
        sure=_number(row.get("sure", 0.0)),
    )
    if sum(len(sentence.text) for sentence in sentences) > _LINE or sum(len(s.citations) for s in sentences) > _MANY:
        raise ValueError("more sentences than a language model writes")
    answer = _with_text(answer)
    if not answer.question.strip() or answer.notice == WRITING or not all(words in answer.text for words in answer.key):
        raise ValueError("an answer that is not whole")
    return answer


def _with_text(answer: Answer) -> Answer:
    """Return an answer with the text that follows from its other parts, or whose text says what it quotes.

    Raises:
        ValueError: The parts do not fit each other.
    """
    if answer.outcome != "answered" and (answer.sentences or answer.missing or answer.key):
        raise ValueError("parts of an answer where there is none")
    if answer.outcome == "not_in_documents":
        return replace(answer, text=reply_to(answer.question) or NOT_IN_DOCUMENTS)
    if answer.outcome == "failed":
        return answer
    if _follows(answer.outcome, answer.sentences, answer.withheld):
        text = "\n".join(filter(None, (written_text(answer.sentences), *answer.missing)))
        return replace(answer, text=text)
    missing = "".join(f"\n{line}" for line in answer.missing)
    if not answer.text.endswith(missing) or any(not sentence.reason for sentence in answer.sentences):
        raise ValueError("text")
    if not is_composed(answer.text.removesuffix(missing).split("\n"), answer.citations):
        raise ValueError("words that are not quoted")
    return answer


def _citation(given: object, retriever: Retriever) -> Citation:
    """Quote the words at a place that was kept, if they are still those that were quoted.

    Raises:
        ValueError: The place is none, or other words stand there.
        UnknownDocumentError: The document is gone.
    """
    document_id, clause_id, start, end, score, digest = _items(given, 6)
    if document_id not in [record.id for record in retriever.records]:
        raise ValueError("document")
    document = retriever.store.document(str(document_id))
    clause = next((clause for clause in document.clauses if clause.id == clause_id), None)
    if clause is None:
        raise ValueError("clause")
    first, last = _count(start), _count(end)
    hit = Hit(document, clause, first, last, _number(score), {}, retriever.content.validities.get(document.id))
    citation = cite(hit, first, last)
    if _hash(citation.quote) != digest:
        raise ValueError("other words")
    return citation


def _sentence(given: object, citations: int) -> Sentence:
    row = _object(given)
    numbers = tuple(_count(number) for number in _list(row, "citations"))
    sentence = Sentence(
        text=_text(row.get("text"), _LINE),
        citations=numbers,
        reason=_text(row.get("reason"), _LINE),
        begins_line=_truth(row.get("begins_line")),
    )
    if not all(1 <= number <= citations for number in numbers) or (sentence.reason and numbers):
        raise ValueError("citations")
    return sentence


def _steps(row: Json) -> Iterator[Step]:
    for given in _list(row, "steps"):
        name, detail = _items(given, 2)
        yield Step(_text(name, _NAME), _text(detail, _TEXT))


def _missing(given: object) -> str:
    line = _text(given, _LINE)
    if not _MISSING.fullmatch(line):
        raise ValueError("missing")
    return line


def _missing_years(missing: Sequence[str]) -> Iterator[str]:
    """Yield the years of which an answer says that the documents do not answer for them."""
    for line in missing:
        named = _MISSING.fullmatch(line)
        yield from re.findall(r"\d{4}", (named and named["years"]) or "")


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise ValueError("object")
    return value


def _list(row: Json, name: str) -> list[object]:
    value = row.get(name, [])
    if not isinstance(value, list) or len(value) > _MANY:
        raise ValueError(name)
    return value


def _items(value: object, count: int) -> list[object]:
    if not isinstance(value, list) or len(value) != count:
        raise ValueError("items")
    return value


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError("text")
    value.encode()  # half a surrogate pair is no character; the error is a ValueError
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("truth")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise ValueError("count")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not -_LARGEST <= value <= _LARGEST:
        raise ValueError("number")  # NaN is not between them
    return float(value)


def _outcome(value: object) -> Outcome:
    if not isinstance(value, str) or value not in get_args(Outcome):
        raise ValueError("outcome")
    return cast(Outcome, value)
