"""Print how well and how fast passages are found, beside the usual recipe: `python -m benchmarks.retrieval …`.

Each row is measured in the same run, on the same documents, questions and embedding model, by ours and by the recipe.
Rows whose data is not given are left out.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import chromadb
import click
import numpy as np
from chromadb.config import Settings as ChromaSettings

from app.followups import standalone
from app.settings import Settings
from eval.command import DEFAULT_DATASET
from eval.measures import EVIDENCE_LIMITS, evidence_found, percentile
from eval.questions import Question, load_dataset
from eval.run import POLICY, index_documents
from ingest import Document, PolicyFile, load, parse_document, read_document
from ingest.files import PROJECT
from vectorstore import Embedder, Retriever, load_embedder
from vectorstore.passages import headed_text
from vectorstore.rows import Prepared, passage_metadata, prepare

_HITS = 60  # passages that fill the largest limit
_RANKS = (1, 10)
_WARM_UP = 50
_TIMED = 300
_LINES_A_DOCUMENT = 5  # of the running text, so that a document has about 60 passages
_SIZES = {"10 k": 10_000, "400 k": 400_000}
_BARE_BATCH = 1000

Find = Callable[[str], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, by ours and by the recipe, and what was aimed at."""

    name: str
    measure: str
    ours: str
    recipe: str
    aim: str


@contextmanager
def both(documents: Sequence[Document], embedder: Embedder) -> Iterator[tuple[Find, Find]]:
    """Yield ours and the recipe, each over the same documents."""
    from benchmarks.recipe import Recipe

    with tempfile.TemporaryDirectory(prefix="wence-table-") as folder:
        retriever = index_documents(documents, Settings(), Path(folder) / "ours")
        yield _ours(retriever, _HITS), Recipe(documents, embedder, Path(folder) / "recipe").find


def _ours(retriever: Retriever, limit: int) -> Find:
    return lambda question: [(hit.document.source, hit.text) for hit in retriever.search(question, limit)]


def evidence_recall(find: Find, questions: Sequence[Question]) -> dict[int, float]:
    """Return for each limit of characters the share of questions whose evidence stands within it.

    Follow-ups are asked as they stand by themselves, of the recipe as well.
    """
    found: dict[int, list[bool]] = {limit: [] for limit in EVIDENCE_LIMITS}
    for question in questions:
        texts = [text for _, text in find(standalone(question.question, question.history))]
        for limit in EVIDENCE_LIMITS:
            found[limit].append(evidence_found(question.evidence, texts, limit))
    return {limit: float(np.mean(values)) for limit, values in found.items()}


def document_ranks(find: Find, rows: Sequence[dict[str, Any]]) -> str:
    """Return R@1, R@10 and MRR@10 of the first document that answers."""
    ranks = []
    for row in rows:
        sources = list(dict.fromkeys(source for source, _ in find(row["question"])))[: _RANKS[-1]]
        ranks.append(next((i for i, source in enumerate(sources, 1) if source in row["doc_ids"]), 0))
    return _rank_figures(np.array(ranks))


def _rank_figures(ranks: np.ndarray) -> str:
    shares = [float(((ranks > 0) & (ranks <= limit)).mean()) for limit in _RANKS]
    reciprocal = float(np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0).mean())
    return _joined([*shares, reciprocal])


def policy_qa_rows(benchmarks: Path, embedder: Embedder) -> Iterator[Row]:
    """Measure the policy questions."""
    dataset = load_dataset(benchmarks / "policy_qa")
    with both(dataset.documents or (), embedder) as finders:
        ours, recipe = (_joined(list(evidence_recall(find, dataset.questions).values())) for find in finders)
    yield Row("policy_qa", "evidence recall 200 / 600 / 2000", ours, recipe, "≥ .72 / .88 / .95")


def lay_law_rows(
    benchmarks: Path, documents: Path | None, data: Path | None, base: Path | None, embedder: Embedder
) -> Iterator[Row]:
    """Measure everyday questions; ours by cross-validation, since the bundled model has seen all of them."""
    from training.matches import benchmark_documents
    from training.pairs import read_rows

    folder = benchmarks / "lay_law"
    with tempfile.TemporaryDirectory(prefix="wence-table-") as place:
        from benchmarks.recipe import Recipe

        recipe = document_ranks(
            Recipe(benchmark_documents(folder), load_embedder(str(base)) if base else embedder, Path(place)).find,
            list(read_rows(folder / "questions.jsonl")),
        )
    ours = "not measured: needs --documents, --data and --base"
    if documents is not None and data is not None and base is not None:
        from training.train_ranking import law_ranks

        ours = _rank_figures(law_ranks(base, data, benchmarks, documents))
    yield Row("lay_law", "R@1 / R@10 / MRR@10", ours, recipe, "≥ .60 / .90 / .70")


def wenzhou_rows(documents: Path | None, embedder: Embedder) -> Iterator[Row]:
    """Measure our own questions, alone and with similar documents and laws beside them."""
    questions = [q for q in load_dataset(DEFAULT_DATASET).questions if q.answerable]
    own = read_document(load(PolicyFile(POLICY)))
    crowds = {"own questions": [own]}
    if documents is not None:
        from training.matches import similar_documents

        crowds["own questions, crowded"] = [own, *similar_documents(documents)]
    for name, crowd in crowds.items():
        with both(crowd, embedder) as finders:
            for split in ("dev", "held_out"):
                chosen = [q for q in questions if q.split == split]
                ours, recipe = (_joined(list(evidence_recall(find, chosen).values())[:2]) for find in finders)
                measure = f"{split}, {len(crowd)} documents: evidence recall 200 / 600"
                yield Row(name, measure, ours, recipe, "≥ .95 / .99" if crowd == [own] else "≤ .02 lower")


def scale_rows(size: str, text: Path, embedder: Embedder, questions: Sequence[str]) -> Iterator[Row]:
    """Measure speed and memory on running text."""
    from benchmarks.recipe import Recipe

    limits = {"10 k": ("≤ 5 / 10 ms", "≤ 500 MB"), "400 k": ("≤ 25 / 60 ms", "≤ 2.5 GB")}[size]
    with tempfile.TemporaryDirectory(prefix="wence-table-") as place:
        folder = Path(place)
        documents = list(_running_text(text, _SIZES[size]))
        started = time.perf_counter()
        retriever = index_documents(documents, Settings(), folder / "ours")
        passages = len(retriever.content.lexical)
        ours_rate = passages / (time.perf_counter() - started)
        bare_rate = bare_add([prepare(document, "") for document in documents], embedder, folder / "bare")
        ours_speed = _speed(_ours(retriever, _RANKS[-1]), questions)
        memory = serving_memory(folder / "ours", questions)
        recipe_speed = "not measured"
        if size == "10 k":  # rank_bm25 looks at every chunk in Python: minutes a hundred questions at 400 k
            recipe_speed = _speed(Recipe(documents, embedder, folder / "recipe").find, questions[: _WARM_UP * 2])
    yield Row(f"{size} passages", "search, median / p95 ms", ours_speed, recipe_speed, limits[0])
    yield Row(f"{size} passages", "serving process, MB", f"{memory:.0f}", "", limits[1])
    shown = f"{ours_rate:.0f}/s = {ours_rate / bare_rate:.2f} of bare"
    yield Row(f"{size} passages", "indexing", shown, f"bare add {bare_rate:.0f}/s", "≥ .80 of bare")


def bare_add(prepared: Sequence[Prepared], embedder: Embedder, folder: Path) -> float:
    """Return how many of our records a second Chroma takes where texts, vectors and metadata are given."""
    pairs = [(one.document, passage) for one in prepared for passage in one.passages]
    ids = [passage.id for _, passage in pairs]
    texts = [passage.text for _, passage in pairs]
    metadatas: list[Mapping[str, Any]] = [passage_metadata(document, passage) for document, passage in pairs]
    vectors = embedder.embed_passages([headed_text(passage.header, passage.text) for _, passage in pairs])
    client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    collection = client.create_collection("bare", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
    started = time.perf_counter()
    for first in range(0, len(texts), _BARE_BATCH):
        part = slice(first, first + _BARE_BATCH)
        collection.add(ids=ids[part], embeddings=vectors[part], documents=texts[part], metadatas=metadatas[part])
    return len(texts) / (time.perf_counter() - started)


def serving_memory(index: Path, questions: Sequence[str]) -> float:
    """Return the memory in MB of a process that serves an index, after questions were asked of it."""
    port = 18765
    wence = Path(sys.executable).with_name("wence")
    command = [str(wence), "serve", "--index", str(index), "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        for question in ["请稍候", *questions[:_WARM_UP]]:
            _fetch(f"http://127.0.0.1:{port}/api/search?query={urllib.parse.quote(question)}", process)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024
    finally:
        process.terminate()
        process.wait()


def _fetch(address: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until the server is there."""
    while process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=60).read()  # noqa: S310
        except urllib.error.URLError:
            time.sleep(0.5)
        else:
            return
    raise click.ClickException(f"wence serve ended with {process.returncode}")


def _speed(find: Find, questions: Sequence[str]) -> str:
    for question in questions[:_WARM_UP]:
        find(question)
    taken = []
    for question in questions[_WARM_UP : _WARM_UP + _TIMED]:
        started = time.perf_counter()
        find(question)
        taken.append((time.perf_counter() - started) * 1000)
    return f"{percentile(taken, 0.5):.1f} / {percentile(taken, 0.95):.1f}"


def _running_text(path: Path, passages: int) -> Iterator[Document]:
    """Yield documents made of neighbouring lines until they have so many passages."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        number = 0
        while passages > 0 and (part := list(islice(lines, _LINES_A_DOCUMENT))):
            number += 1
            document = parse_document(f"文件{number}\n{''.join(part)}", f"{number}.txt", f"文件{number}")
            passages -= len(prepare(document, "").passages)
            yield document


def _joined(shares: Sequence[float]) -> str:
    return " / ".join(f"{share:.3f}".removeprefix("0") for share in shares)


@click.command()
@click.option("--benchmarks", type=click.Path(path_type=Path, exists=True), help="folder with policy_qa/ and lay_law/")
@click.option("--documents", type=click.Path(path_type=Path, exists=True), help="folder with laws_md/ and others")
@click.option("--data", type=click.Path(path_type=Path, exists=True), help="folder with the training collections")
@click.option("--base", type=click.Path(path_type=Path, exists=True), help="the embedding before tuning")
@click.option("--large", is_flag=True, help="also at 400 k passages; takes about half an hour")
def main(benchmarks: Path | None, documents: Path | None, data: Path | None, base: Path | None, large: bool) -> None:
    """Measure and print, each row as soon as it is known."""
    embedder = load_embedder(None)
    rows = [wenzhou_rows(documents, embedder)]
    if benchmarks is not None:
        rows += [policy_qa_rows(benchmarks, embedder), lay_law_rows(benchmarks, documents, data, base, embedder)]
    if benchmarks is not None and data is not None:
        asked = [q.question for q in load_dataset(benchmarks / "policy_qa").questions]
        text = data / "chinese_text.txt.gz"
        rows += [scale_rows(size, text, embedder, asked) for size in list(_SIZES)[: 2 if large else 1]]
    click.echo("| set | measure | Wence | usual recipe | aim |\n| --- | --- | --- | --- | --- |")
    for row in (row for part in rows for row in part):
        click.echo(f"| {row.name} | {row.measure} | {row.ours} | {row.recipe} | {row.aim} |")


if __name__ == "__main__":
    main()
