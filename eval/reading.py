"""Measure refusal on texts of another kind: `python -m eval.reading FILE`.

FILE holds reading questions of which some cannot be answered from their text, one JSON object a line, gzipped or not:
{"id", "context", "question", "answers", "answerable"}. Every text becomes a document, and each question is asked of its
own document. Printed are the shares answered and refused, and the area under the curve of the confidence, where an
extract that the guard refuses counts as 0.
"""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import click
from sklearn.metrics import roc_auc_score

from app.confidence import THRESHOLD
from app.finding import find
from app.settings import read_settings
from app.understanding import understand
from eval.measures import without_space
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Filters, Retriever

_SEED = 7


@click.command(help=__doc__)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--texts", default=400, show_default=True, help="How many texts to take, at random.")
def main(file: Path, texts: int) -> None:
    """Print the figures."""
    rows = _rows(file)
    contexts = sorted({row["context"] for row in rows})
    taken = random.Random(_SEED).sample(contexts, min(texts, len(contexts)))  # noqa: S311 - a sample, no secret
    documents = {text: parse_document(f"案情\n{text}", f"{i}.txt", "案情") for i, text in enumerate(taken)}
    distinct = {document.id: document for document in documents.values()}
    asked = [row for row in rows if row["context"] in documents]
    with tempfile.TemporaryDirectory(prefix="wence-reading-") as folder:
        retriever = index_documents(tuple(distinct.values()), read_settings(), Path(folder))
        with click.progressbar(asked, label="asking") as bar:
            results = [(row, *_ask(retriever, row, documents[row["context"]].id)) for row in bar]
    _print(results)


def _rows(file: Path) -> list[dict[str, Any]]:
    packed = file.read_bytes()
    text = (gzip.decompress(packed) if file.suffix == ".gz" else packed).decode()
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _ask(retriever: Retriever, row: dict[str, Any], document: str) -> tuple[float, bool]:
    """Return how sure an answer is, 0 if none is given, and whether it holds one of those expected."""
    found = find(retriever, understand(retriever, row["question"]), Filters(document=document))
    said = without_space("".join(extract.text for extract in found.chosen))
    return found.sure, any(without_space(answer) in said for answer in row["answers"])


def _print(results: list[tuple[dict[str, Any], float, bool]]) -> None:
    answerable = [row["answerable"] for row, _, _ in results]
    sure = [certainty for _, certainty, _ in results]
    kept = [s >= THRESHOLD for s, a in zip(sure, answerable, strict=True) if a]
    refused = [s < THRESHOLD for s, a in zip(sure, answerable, strict=True) if not a]
    right = [holds for row, _, holds in results if row["answerable"]]
    click.echo(f"{len(results)} questions, {len(refused)} without an answer")
    click.echo(f"area under the curve {roc_auc_score(answerable, sure):.3f}")
    click.echo(f"at the threshold {THRESHOLD}: kept {sum(kept) / len(kept):.3f}", nl=False)
    click.echo(f", refused {sum(refused) / len(refused):.3f}; ", nl=False)
    click.echo(f"the answer is within what is quoted for {sum(right) / len(right):.3f}")


if __name__ == "__main__":
    main()
