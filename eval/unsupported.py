"""Ask generated questions and count answers that say what they do not cite: `python -m eval.unsupported`.

The questions are made from the words of the indexed documents: a stretch of a sentence, whole or cut off anywhere, a
place, a year and a way of asking, every third as a follow-up of another. `app.verification` raises where a figure, a
year, a document number or a title of an answer is not quoted; here such an answer is counted and shown, and so is one
whose quotation is not in its document.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

import click

from app.answering import answer_question
from app.opening import open_index
from app.settings import read_settings
from ingest import Document, WenceError

_PLACES = ("", "", "", "", "温州", "乐清", "瑞安", "杭州", "浙江省", "全国", "本市")
_YEARS = ("", "", "", "2024年", "2025年", "去年", "今年", "2023年", "2026年", "2024年和2025年", "24年", "二〇二五年")
_ASKS = (
    "", "是多少", "有多少个", "有几所", "达到百分之几", "目标是多少", "完成得怎么样", "什么时候", "由谁负责", "有哪些",
    "怎么做", "分别是多少", "名单", "呢", "在哪里", "吗", "收费多少", "比去年提高多少", "原文怎么写", "依据什么文件",
    "为什么", "那2024年呢",
)  # fmt: skip
_STRETCH = re.compile(r"[^，,；;。！？\n]{2,60}")
_BATCH = 500


def questions(documents: Sequence[Document], seed: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield questions without end, each with what was asked before it."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    stretches = [match[0] for document in documents for match in _STRETCH.finditer(document.text)]
    before = ""
    while True:
        words = chance.choice(stretches)
        if chance.random() < 0.5:
            start = chance.randrange(len(words) - 1)
            words = words[start : start + chance.randint(2, 16)]
        question = "".join((chance.choice(_YEARS), chance.choice(_PLACES), words, chance.choice(_ASKS)))
        yield question, (before,) if before and chance.random() < 1 / 3 else ()
        before = question


def faults(seed: int, count: int) -> list[str]:
    """Ask some questions and return those whose answers say what they do not cite."""
    retriever = open_index(read_settings())
    documents = [retriever.store.document(record.id) for record in retriever.records]
    found = []
    for question, history in islice(questions(documents, seed), count):
        try:
            answer_question(retriever, question, history=history)
        except WenceError as error:
            found.append(f"{question}  {history}  {error}")
    return found


@click.command(help=__doc__)
@click.option("--count", default=100_000, show_default=True)
@click.option("--processes", default=2, show_default=True)
def main(count: int, processes: int) -> None:
    """Print how many answers are at fault, and which."""
    batches = range(0, count, _BATCH)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        sizes = [min(_BATCH, count - start) for start in batches]
        results = pool.map(faults, batches, sizes)
        with click.progressbar(results, length=len(sizes), label="asking") as bar:
            found = [fault for batch in bar for fault in batch]
    for fault in found:
        click.echo(fault)
    click.echo(f"{len(found)} of {count} answers say what they do not cite")


if __name__ == "__main__":
    main()
