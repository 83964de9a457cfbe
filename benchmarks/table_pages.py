"""Questions whose answer is a cell of a table on a saved page: is the row found, and is the right cell given?

    python -m benchmarks.table_pages --benchmarks BENCHMARKS [--each]

All pages are indexed together. A question counts as found if all values of one of its answers stand within the first
600 characters of what is retrieved, and as answered if they all stand in the answer, which holds no more than
`_MAX_OTHERS` other figures: a whole table that happens to hold the value is no answer.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from app.answering import answer_question
from ingest import list_files
from vectorstore import Retriever, index_files, load_embedder, open_retriever, open_store

_FOUND_WITHIN = 600  # characters
_MAX_OTHERS = 3  # figures beside those asked for: a row names its year and number, and 「录取分数线」 has two ends
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Result:
    """How one question went."""

    question: str
    answers: list[list[str]]
    found: bool
    answered: bool
    text: str


def measure(folder: Path) -> Iterator[Result]:
    """Ask the questions of a folder with `pages/` and `questions.jsonl`."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory(prefix="wence-tables-") as place:
        embedder = load_embedder(None)
        store = open_store(place, embedder, create=True)
        for report in index_files(store, list_files([folder / "pages"])):
            if report.status == "failed":
                raise SystemExit(f"{report.source}: {report.reason}")
        retriever = open_retriever(place, embedder, Path(place) / "lexical")
        for row in rows:
            yield _ask(retriever, row["question"], row["answers"])


def _ask(retriever: Retriever, question: str, answers: list[list[str]]) -> Result:
    found = "".join("".join(hit.text.split()) for hit in retriever.search(question, 20))[:_FOUND_WITHIN]
    text = "".join(answer_question(retriever, question).text.split())
    return Result(
        question=question,
        answers=answers,
        found=any(all(value in found for value in values) for values in answers),
        answered=any(is_answer(text, values) for values in answers),
        text=text,
    )


def is_answer(text: str, values: list[str]) -> bool:
    """Tell whether a text gives the values, and hardly any other figure."""
    if not all(value in text for value in values):
        return False
    given = set(_FIGURE.findall(text)) - {figure for value in values for figure in _FIGURE.findall(value)}
    return len(given) <= _MAX_OTHERS


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--each", action="store_true", help="print every question")
    options = parser.parse_args()
    results = list(measure(options.benchmarks / "table_pages"))
    for result in results if options.each else []:
        click.echo(f"{result.found:d} {result.answered:d}  {result.question}  {result.answers[0]}\n      {result.text}")
    count = len(results)
    click.echo(f"found within {_FOUND_WITHIN} characters: {sum(r.found for r in results) / count:.2f} of {count}")
    click.echo(f"the right cell given: {sum(r.answered for r in results) / count:.2f} of {count}")


if __name__ == "__main__":
    main()
