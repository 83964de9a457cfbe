"""How well drafts are checked: `python -m eval.drafts [--documents DIR] [--count 300]`.

A document serves as a draft of itself, with one change planted in every other sentence: a figure, a year, a name, a
negation, a clause left out, two clauses or items in another order, or only the punctuation. Printed are, by kind, how
many changed sentences are found to differ (with punctuation only: to be exact), how many of the untouched ones are
exact, and how many sentences of documents that are not indexed are found to stand nowhere.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from app.collation import collate
from app.records import Verdict
from app.settings import read_settings
from eval.questions import load_dataset
from eval.run import POLICY, index_documents
from ingest import Document, PolicyFile, load, read_document
from ingest.sentences import Span, split_sentences
from vectorstore import Retriever

Change = Callable[[str, random.Random], str]
"""A sentence → the same with one change; as it is where there is nothing to change."""

_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年)")
_PLACES = (
    "鹿城",
    "龙湾",
    "瓯海",
    "洞头",
    "乐清",
    "瑞安",
    "平阳",
    "永嘉",
    "苍南",
    "温州",
    "浙江",
    "全国",
    "全省",
    "全市",
    "国家",
)
_BODIES = ("教育局", "教育部", "小学", "中学", "高校", "幼儿园", "大学", "学校", "教师", "学生", "校长", "家长", "考生")
_NEGATED = re.compile(r"不得|不准|严禁|禁止|不|未|无|非")
_VERB = re.compile(r"推进|加强|完善|开展|落实|推动|组织|实施|建立|深化|提升|优化|探索|打造|加快|支持|应当|可以|必须")
_HALVES = re.compile(r"[，,；;]")
_ITEMS = re.compile(r"([\u4e00-\u9fff]{2,6})、([\u4e00-\u9fff]{2,6})(?=[、等，,。])")
_WIDTHS = str.maketrans("，；：！？（）,;:()%0123456789", ",;:!?(),；：（）％０１２３４５６７８９")
_FEWEST = 4  # letters of a clause that is left out; a shorter piece is a word


def _other_figure(text: str, chance: random.Random) -> str:
    figures = [m for m in _FIGURE.finditer(text) if not _YEAR.match(text, m.start())]
    if not figures:
        return text
    match = chance.choice(figures)
    digit = chance.choice([i for i, c in enumerate(match[0]) if c.isdigit()])
    other = chance.choice([d for d in "123456789" if d != match[0][digit]])
    at = match.start() + digit
    return text[:at] + other + text[at + 1 :]


def _other_year(text: str, chance: random.Random) -> str:
    years = list(_YEAR.finditer(text))
    if not years:
        return text
    match = chance.choice(years)
    return f"{text[: match.start()]}{int(match[0]) + chance.choice([-2, -1, 1, 2])}{text[match.end() :]}"


def _other_name(text: str, chance: random.Random) -> str:
    for names in chance.sample([_PLACES, _BODIES], 2):
        found = [(m.start(), name) for name in names for m in re.finditer(name, text)]
        if found:
            at, name = chance.choice(found)
            return text[:at] + chance.choice([n for n in names if n != name]) + text[at + len(name) :]
    return text


def _negated(text: str, chance: random.Random) -> str:
    if negations := list(_NEGATED.finditer(text)):
        match = chance.choice(negations)
        return text[: match.start()] + text[match.end() :]
    if verbs := list(_VERB.finditer(text)):
        at = chance.choice(verbs).start()
        return text[:at] + chance.choice(["不", "不得", "未"]) + text[at:]
    return text


def _left_out(text: str, chance: random.Random) -> str:
    edges = [0, *(m.end() for m in _HALVES.finditer(text)), len(text.rstrip("。"))]
    clauses = [Span(a, b) for a, b in zip(edges, edges[1:], strict=False) if b - a > _FEWEST]
    if len(edges) < 3 or not clauses:
        return text
    clause = chance.choice(clauses)
    return (text[: clause.start] + text[clause.end :]).replace("，。", "。").replace(",。", "。")


def _swapped(text: str, chance: random.Random) -> str:
    if items := list(_ITEMS.finditer(text)):
        match = chance.choice(items)
        return f"{text[: match.start()]}{match[2]}、{match[1]}{text[match.end() :]}"
    parts = re.split(r"([，,；;])", text.rstrip("。"))
    if len(parts) < 3:
        return text
    first = 2 * chance.randrange(len(parts) // 2)
    parts[first], parts[first + 2] = parts[first + 2], parts[first]
    return "".join(parts) + "。" * text.endswith("。")


def _punctuated(text: str, chance: random.Random) -> str:
    return text.translate(_WIDTHS)


CHANGES: dict[str, Change] = {
    "figure": _other_figure,
    "year": _other_year,
    "name": _other_name,
    "negation": _negated,
    "left out": _left_out,
    "order": _swapped,
    "punctuation": _punctuated,
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A draft and what was done to it.

    Attributes:
        text: The draft.
        changed: What kind of change each stretch of it has; None for untouched ones.
    """

    text: str
    changed: tuple[tuple[Span, str | None], ...]


def plant(document: Document, chance: random.Random, kinds: Sequence[str]) -> Planted:
    """Return a document as a draft with a change in every other sentence, of the kinds given in turn."""
    text, changed, position = "", [], 0
    wanted = list(kinds)
    for number, (start, end) in enumerate(split_sentences(document.text)):
        sentence, kind = document.text[start:end], None
        other = CHANGES[wanted[0]](sentence, chance) if wanted and number % 2 == chance.randrange(2) else sentence
        if other != sentence:
            kind = wanted.pop(0)
        text += document.text[position:start]
        changed.append((Span(len(text), len(text) + len(other)), kind))
        text, position = text + other, end
    return Planted(text + document.text[position:], tuple(changed))


def verdicts(retriever: Retriever, planted: Planted) -> Iterator[tuple[str | None, set[Verdict]]]:
    """Yield the kind of change of each stretch of a draft, and the verdicts on the sentences in it."""
    checked = collate(retriever, planted.text)
    for (start, end), kind in planted.changed:
        yield kind, {each.verdict for each in checked if each.start < end and start < each.end}


def measure(retriever: Retriever, documents: Sequence[Document], count: int, seed: int = 1) -> dict[str, Counter[bool]]:
    """Return by kind of change how many sentences got the right verdict; untouched ones as `untouched`."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    found: dict[str, Counter[bool]] = {kind: Counter() for kind in (*CHANGES, "untouched")}
    while (missing := count - sum(found[kind].total() for kind in CHANGES)) > 0:
        document = chance.choice(documents)
        fewest = sorted(CHANGES, key=lambda kind: found[kind].total())
        kinds = (fewest * missing)[:missing]
        for kind, given in verdicts(retriever, plant(document, chance, kinds)):
            right = given == {"exact"} if kind in (None, "punctuation") else "differs" in given or "not_found" in given
            found[kind or "untouched"][right] += 1
    return found


@click.command(help=__doc__)
@click.option("--documents", type=click.Path(path_type=Path), help="A folder with documents.jsonl instead.")
@click.option("--count", default=300, show_default=True, help="Changes planted.")
def main(documents: Path | None, count: int) -> None:
    """Print the shares, and how long a draft of 10,000 characters takes."""
    bundled = read_document(load(PolicyFile(POLICY)))
    known = (load_dataset(documents).documents or ()) if documents else (bundled,)
    with tempfile.TemporaryDirectory() as folder:
        retriever = index_documents(known, read_settings(), Path(folder))
        for kind, counts in measure(retriever, known, count).items():
            click.echo(f"{kind}: {counts[True]}/{counts.total()}")
        started = time.perf_counter()
        collate(retriever, bundled.text[:10_000])
        click.echo(f"a draft of 10,000 characters: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
