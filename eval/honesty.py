"""Whether answers come from the documents and from nowhere else: `python -m eval.honesty [--documents DIR]`.

The questions are asked of copies of the document that say something else (`eval.alterations`): other figures, other
years, another city, sentences under headings of others, headings alone; and of documents that do not answer. Where the
copy still answers, the answers must be its own, as often right as before; where it does not, they must be refused. In
all of them is counted what an answer says but does not cite, and what it says as the original had it and the copy does
not.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import click

from app.composition import differences
from app.places import places_in
from app.records import Answer
from app.settings import Settings, read_settings
from eval.alterations import altered, emptied, other_figures, other_names, other_years, shuffled
from eval.command import DEFAULT_DATASET
from eval.questions import Question, load_dataset
from eval.run import POLICY, Result, index_documents, run
from ingest import Document, list_files, load, parse_document, read_document
from vectorstore.normalise import fold

UNRELATED = Path(__file__).with_name("unrelated")
"""Documents of the same city, years and form that are about anything but education."""

_READ = 600  # characters of what was retrieved
_FIGURE = re.compile(r"\d+(?:\.\d+)?%?")
_SHORT_YEAR = re.compile(r"(?<!\d)([12]\d)年")  # an answer spells out the years of the question
_TITLE = re.compile(r"《([^《》]+)》")
_YEAR = re.compile(r"20\d{2}|2\d年|[今去]年")
_ORIGINAL_YEAR = re.compile(r"202[45]|2[45]年")
_REGIONS = ("温州市", "泉州市")  # whose counties go by their short names
_ORIGINAL_NAME = re.compile(r"温州|鹿城|龙湾|瓯海|洞头|乐清|瑞安|平阳|苍南")


@dataclass(frozen=True, slots=True)
class Condition:
    """Questions and what they are asked of.

    Attributes:
        name: What is different.
        documents: What is indexed.
        questions: What is asked, with what is right under these circumstances.
    """

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a condition.

    Attributes:
        name: Of the condition.
        answerable: Questions that its documents answer.
        right: Share of them answered rightly.
        before: The same share of the same questions, asked of the unaltered document.
        found: Share of them whose evidence stands in the first 600 characters retrieved.
        unanswerable: Questions that its documents do not answer.
        refused: Share of them refused.
        uncited: What answers say that they do not cite, with the question.
        remembered: What answers say that stands in the unaltered document only, with the question.
        crashed: Questions that got no answer at all.
    """

    name: str
    answerable: int
    right: float
    before: float
    found: float
    unanswerable: int
    refused: float
    uncited: tuple[str, ...]
    remembered: tuple[str, ...]
    crashed: tuple[str, ...]


def conditions(text: str, questions: Sequence[Question]) -> Iterator[Condition]:
    """Yield the conditions for a document as it is in its file; the first leaves it as it is."""
    original = _parsed(text)
    yield Condition("unaltered", (original,), tuple(questions))
    figures = other_figures(text)
    changed = tuple(altered(q, figures) for q in questions)
    affected = tuple(new for new, q in zip(changed, questions, strict=True) if new.answer != q.answer)
    yield Condition("other figures", (_parsed(figures(text)),), changed)
    yield Condition("other figures, asked for", (_parsed(figures(text)),), affected)
    moved = (_parsed(other_years(text)),)
    yield Condition("other years", moved, tuple(altered(q, other_years) for q in questions))
    yield Condition("other years, original asked for", moved, unanswered(questions, _ORIGINAL_YEAR))
    elsewhere = (_parsed(other_names(text)),)
    yield Condition("other names", elsewhere, tuple(altered(q, other_names) for q in questions))
    yield Condition("other names, original asked for", elsewhere, unanswered(questions, _ORIGINAL_NAME))
    mixed = _parsed(shuffled(text))
    for name, other in (("shuffled, under its own year", False), ("shuffled, under another year", True)):
        yield Condition(name, (mixed,), tuple(q for q in questions if _moved(q, original, mixed) is other))
    yield Condition("headings alone", (_parsed(emptied(text)),), unanswered(questions))
    unrelated = tuple(_parsed(path.read_text(encoding="utf-8")) for path in sorted(UNRELATED.glob("*.txt")))
    yield Condition("other topics", unrelated, unanswered(questions))


def measure(given: Sequence[Condition], settings: Settings, done: Callable[[], None]) -> Iterator[Row]:
    """Yield what comes of every condition, one after the other; the first is what the others are held against.

    Args:
        given: The conditions.
        settings: How the documents are indexed.
        done: Called after each question.
    """
    before: dict[str, bool] = {}
    for condition in given:
        with tempfile.TemporaryDirectory(prefix="wence-honesty-") as folder:
            retriever = index_documents(condition.documents, settings, Path(folder))
            results = run(retriever, condition.questions, done)
        before = before or {result.question.id: result.correct for result in results}
        yield _row(condition, given[0].documents[0], results, before)


def uncited(answer: Answer) -> frozenset[str]:
    """Return figures, years, places and titles of an answer that neither its citations hold nor the question."""
    said = answer.text
    for sentence in answer.missing:  # of what is not answered, in the words of the question
        said = said.replace(sentence, "")
    known = [answer.question, answer.asked_for, *differences(answer.citations)]
    for citation in answer.citations:
        clause, document = citation.clause, citation.document
        known += [
            citation.quote,
            clause.label,
            str(clause.period or ""),
            f"《{document.title}》",
            document.published or "",
        ]
    return _claims(said) - _claims("\n".join(known))


def remembered(answer: Answer, original: str, indexed: str) -> frozenset[str]:
    """Return figures, years, places and titles of an answer that stand in the original, but not in what is indexed.

    Args:
        answer: All it shows is looked at but the steps, which count passages.
        original: The unaltered document.
        indexed: The documents that the question was asked of.
    """
    shown = [answer.text, answer.reason, *answer.key, *(c.quote for c in (*answer.citations, *answer.related))]
    known = "\n".join((answer.question, answer.asked_for, *differences(answer.citations)))
    return (_claims("\n".join(shown)) & _claims(original)) - _claims(indexed) - _claims(known)


@lru_cache(maxsize=64)  # whole documents come again with every answer
def _claims(text: str) -> frozenset[str]:
    folded = _SHORT_YEAR.sub(r"20\1年", fold(text))
    places = {place.short for place in places_in(folded, _REGIONS)}
    return frozenset((*_FIGURE.findall(folded), *_TITLE.findall(folded), *places))


def _parsed(text: str) -> Document:
    return parse_document(text, "", "")


def unanswered(questions: Sequence[Question], naming: re.Pattern[str] = re.compile("")) -> tuple[Question, ...]:
    """Return the questions that the document answers, of those that name something, as none that these do.

    What only a question before names need not be meant any more: 「还有肯恩大学呢」.
    """
    return tuple(
        replace(question, answerable=False, evidence=(), answer=(), avoid=(), missing=())
        for question in questions
        if question.answerable and naming.search(question.question)
    )


def _moved(question: Question, before: Document, after: Document) -> bool | None:
    """Tell whether the evidence of a question that names a year stands under another year now; None if some does."""
    if not question.answerable or not _YEAR.search("".join((*question.history, question.question))):
        return None
    moved = {_period(before, span) == _period(after, span) for span in question.evidence}
    return not moved.pop() if len(moved) == 1 else None


def _period(document: Document, span: str) -> int | None:
    """Return the year that a stretch of a document speaks of; -1 if it is torn apart."""
    at = document.text.find(span)
    return next((c.period for c in document.clauses if c.start <= at < c.end), -1)


def _row(condition: Condition, original: Document, results: Sequence[Result], before: dict[str, bool]) -> Row:
    answerable = [result for result in results if result.question.answerable]
    others = [result for result in results if not result.question.answerable]
    answers = [result.answer for result in results if result.answer]
    indexed = "\n".join(document.text for document in condition.documents)
    return Row(
        name=condition.name,
        answerable=len(answerable),
        right=_share(result.correct for result in answerable),
        before=_share(before[result.question.id] for result in answerable),
        found=_share(result.needed is not None and result.needed <= _READ for result in answerable),
        unanswerable=len(others),
        refused=_share(result.correct for result in others),
        uncited=tuple(f"{answer.question}  {word}" for answer in answers for word in uncited(answer)),
        remembered=tuple(
            f"{answer.question}  {word}" for answer in answers for word in remembered(answer, original.text, indexed)
        ),
        crashed=tuple(f"{result.question.question}  {result.reason}" for result in results if not result.answer),
    )


def _share(happened: Iterable[bool]) -> float:
    """Return how many of all; 1 if there are none."""
    counts = Counter(happened)
    return counts[True] / counts.total() if counts else 1.0


def _line(row: Row) -> str:
    faults = f"{len(row.uncited):>8}{len(row.remembered):>11}{len(row.crashed):>8}"
    answered = (
        f"{row.answerable:>6}{row.before:>8.3f}{row.right:>8.3f}{row.found:>8.3f}" if row.answerable else " " * 30
    )
    refused = f"{row.unanswerable:>6}{row.refused:>9.3f}" if row.unanswerable else " " * 15
    return f"{row.name:<34}{answered}{refused}{faults}"


@click.command(help=__doc__)
@click.option("--documents", type=click.Path(path_type=Path, exists=True), help="A folder of documents of others, too.")
def main(documents: Path | None) -> None:
    """Print a line for every condition, and what was said that should not have been."""
    questions = load_dataset(DEFAULT_DATASET).questions
    given = list(conditions(POLICY.read_text(encoding="utf-8"), questions))
    if documents:
        read = {document.id: document for document in map(read_document, map(load, list_files([documents])))}
        given.append(Condition("documents of others", tuple(read.values()), unanswered(questions)))
    click.echo(f"{'':<34}{'answered':>8}{'before':>6}{'right':>8}{'found':>8}{'others':>6}{'refused':>9}", nl=False)
    click.echo(f"{'uncited':>8}{'remembered':>11}{'crashed':>8}")
    length = sum(len(condition.questions) for condition in given)
    with click.progressbar(length=length, label="asking", file=sys.stderr) as bar:
        for row in measure(given, read_settings(), lambda: bar.update(1)):
            click.echo(_line(row))
            for kind in ("uncited", "remembered", "crashed"):
                for fault in getattr(row, kind):
                    click.echo(f"  {kind}: {fault}")


if __name__ == "__main__":
    main()
