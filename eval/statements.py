"""How well sentences are held against what they cite: `python -m eval.statements [--documents DIR]`.

Three measures, each of false sentences that are caught and of faithful ones that are flagged:

- written: `statements/wenzhou.jsonl`, by people who read the document and knew nothing of the checks. A faithful
  sentence says in other words what its passage says, a false one makes one mistake, often a subtle one;
- among sources: the same with seven other passages at hand that speak of nearly the same, as a model has them; what its
  own passage does not support, another must not seem to;
- planted: sentences of the documents, as they are, quoted, turned round or with figures written otherwise, and the
  same with a figure, a year, a name or a quotation changed.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from app.checking import supporting
from app.citations import cite
from app.claims import without_enumerator
from app.grounds import Grounds
from app.records import Citation
from app.settings import read_settings
from app.sources import Source, grounds_in, grounds_of
from app.support import unsupported
from eval.measures import percentile
from eval.questions import load_dataset
from eval.run import POLICY, index_documents
from ingest import Document, PolicyFile, load, read_document
from ingest.sentences import split_sentences
from vectorstore import Retriever

WRITTEN = Path(__file__).parent / "statements" / "wenzhou.jsonl"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence and the passage it rests on.

    Attributes:
        sentence: As a model would write it.
        grounds: The passage.
        kind: What sort of sentence, or of mistake, it is.
        supported: Whether the passage really says it.
    """

    sentence: str
    grounds: Grounds
    kind: str
    supported: bool


def grounds_at(document: Document, start: int, end: int) -> Grounds:
    """Return a stretch of a document, with what it stands under."""
    clause = next((c for c in document.clauses if c.start <= start < c.end), None)
    return grounds_in(document, clause, document.text[start:end])


def written(document: Document, path: Path = WRITTEN) -> list[Statement]:
    """Return the statements that people wrote about a document."""
    statements = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        start = document.text.index(row["source"])
        grounds = grounds_at(document, start, start + len(row["source"]))
        statements.append(Statement(row["sentence"], grounds, row["kind"], row["supported"]))
    return statements


Change = Callable[[str, random.Random], str]
"""A sentence → another one, or the same where there is nothing to change."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"20[12]\d(?=年)")
_HAN = re.compile(r"(?<!\d)[\u4e00-\u9fff]{6,}")
_SCHOOL = re.compile(r"[\u4e00-\u9fff]{2,4}(?:大学|职业技术学院|中学|教育局)")
_SCHOOLS = ("杭州第二中学", "衢州学院", "宁波大学", "台州职业技术学院", "绍兴市教育局", "浙江理工大学", "镇海中学")
_ELSEWHERE = (
    "杭州市",
    "宁波市",
    "苏州市",
    "福建省",
    "江苏省",
    "成都市",
    "青岛市",
    "贵州省",
    "金华市",
    "台州市",
    "南京市",
)
_MARKS = ("“”", "‘’", "「」", "『』", '""')
_LONG = 6  # digits; a longer number would be written with an exponent
_DIGITS = "〇一二三四五六七八九"


def _other_figure(text: str, chance: random.Random) -> str:
    numbers = [match for match in _NUMBER.finditer(text) if not _YEAR.match(text, match.start())]
    if not numbers:
        return text
    match = chance.choice(numbers)
    changed = (
        f"{float(match[0]) + chance.choice([-5, -1, 0.5, 1, 2, 10, 30]):g}" if len(match[0]) < _LONG else "8" + match[0]
    )
    return text[: match.start()] + changed.lstrip("-") + text[match.end() :]


def _other_year(text: str, chance: random.Random) -> str:
    wrong = f"{chance.choice([2019, 2021, 2022, 2026, 2027, 2030])}年"
    return _YEAR.sub(wrong[:4], text, count=1) if _YEAR.search(text) else f"{wrong}，{text}"


def _other_name(text: str, chance: random.Random) -> str:
    place = chance.choice(_ELSEWHERE)
    if match := _SCHOOL.search(text):
        return text[: match.start()] + chance.choice(_SCHOOLS) + text[match.end() :]
    return f"{place}{text}"


def _quoted(text: str, chance: random.Random, change: Change) -> str:
    """Put a stretch of a sentence in quotation marks, changed."""
    stretches = list(_HAN.finditer(text))
    if not stretches:
        return text
    match = chance.choice(stretches)
    marks = chance.choice(_MARKS)
    return text[: match.start()] + marks[0] + change(match[0], chance) + marks[1] + text[match.end() :]


def _misquoted(text: str, chance: random.Random) -> str:
    def change(words: str, chance: random.Random) -> str:
        at = chance.randrange(1, len(words) - 1)
        return chance.choice(
            [words[:at] + words[at + 1 :], words[:at] + "全面" + words[at:], words[:at] + "某" + words[at + 1 :]]
        )

    return _quoted(text, chance, change)


def _as_quotation(text: str, chance: random.Random) -> str:
    return _quoted(text, chance, lambda words, chance: words)


def _in_words(text: str, chance: random.Random) -> str:
    """Write the shares of a sentence out: 90% as 百分之九十."""

    def spoken(match: re.Match[str]) -> str:
        tens, ones = divmod(int(match[1]), 10)
        return f"百分之{(_DIGITS[tens] if tens > 1 else '') + '十' if tens else ''}{_DIGITS[ones] if ones else ''}"

    return re.sub(r"(?<![\d.])([1-9]\d?)%", spoken, text)


def _with_lead(text: str, chance: random.Random) -> str:
    return chance.choice(["根据文件，", "文件提出，", "按照要求，", "具体来说，"]) + text


def _turned(text: str, chance: random.Random) -> str:
    parts = [part for part in re.split("[，,；;]", text.rstrip("。；")) if part]
    return "，".join(parts[1:] + parts[:1]) + "。"


def _reworded(text: str, chance: random.Random) -> str:
    parts = re.split("(《[^》]*》|“[^”]*”)", text)  # titles and quotations stay what they are
    for said, other in _REWORDED:
        parts[::2] = [part.replace(said, other) for part in parts[::2]]
    return "".join(parts)


_REWORDED = (
    ("推进", "推动"), ("加快", "加速"), ("完善", "健全"), ("开展", "组织开展"), ("达到", "达"), ("深化", "进一步深化")
)  # fmt: skip


FALSE: dict[str, Change] = {
    "figure": _other_figure, "year": _other_year, "name": _other_name, "quotation": _misquoted
}  # fmt: skip
FAITHFUL: dict[str, Change] = {
    "exact": lambda text, chance: text, "lead": _with_lead, "quoted": _as_quotation, "in_words": _in_words,
    "turned": _turned, "reworded": _reworded,
}  # fmt: skip


def planted(documents: Sequence[Document], count: int, seed: int = 1) -> Iterator[Statement]:
    """Yield as many false statements made from documents, and as many faithful ones, the same in every run."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    stretches = [
        (document, span)
        for document in documents
        for clause in document.clauses
        for span in split_sentences(document.text, clause.start, clause.end)
        if 15 <= span.end - span.start <= 200
    ]
    for changes, supported in ((FALSE, False), (FAITHFUL, True)):
        made = 0
        while made < count:
            kind = list(changes)[made % len(changes)]
            document, span = chance.choice(stretches)
            text = without_enumerator(document.text[span.start : span.end])
            sentence = changes[kind](text, chance)
            if supported or sentence != text:
                yield Statement(sentence, grounds_at(document, span.start, span.end), kind, supported)
                made += 1


def shares(statements: Sequence[Statement]) -> dict[bool, dict[str, tuple[int, int]]]:
    """Return how many statements are flagged and how many there are, by kind, of the faithful and of the false."""
    counts: dict[bool, dict[str, Counter[bool]]] = {True: {}, False: {}}
    for statement in statements:
        flagged = bool(unsupported(statement.sentence, statement.grounds))
        counts[statement.supported].setdefault(statement.kind, Counter())[flagged] += 1
    return {
        supported: {kind: (count[True], count.total()) for kind, count in kinds.items()}
        for supported, kinds in counts.items()
    }


def among_sources(document: Document, retriever: Retriever, path: Path = WRITTEN) -> Iterator[tuple[Statement, bool]]:
    """Yield the written statements, each with whether it is flagged though it may rest on other passages, too."""
    for line, statement in zip(path.read_text(encoding="utf-8").splitlines(), written(document, path), strict=True):
        start = document.text.index(json.loads(line)["source"])
        end = start + len(json.loads(line)["source"])
        clause = next((c for c in document.clauses if c.start <= start and end <= c.end), None)
        if clause is None:
            continue
        own = Citation(document, clause, document.text[start:end], start, end, 1.0)
        others = [cite(hit, hit.start, hit.end) for hit in retriever.search(statement.sentence, _OTHERS)]
        sources = [Source(n, citation, grounds_of(citation)) for n, citation in enumerate([own, *others], start=1)]
        yield statement, not supporting(statement.sentence, (1,), sources)[0]


_OTHERS = 7


def _print(name: str, statements: Sequence[Statement]) -> None:
    for supported, kinds in shares(statements).items():
        flagged, total = (sum(counts) for counts in zip(*kinds.values(), strict=True))
        what = "faithful, flagged" if supported else "false, caught"
        detail = "  ".join(f"{kind} {part}/{whole}" for kind, (part, whole) in sorted(kinds.items()))
        click.echo(f"{name}, {what}: {flagged}/{total} = {flagged / total:.3f}   {detail}")


@click.command(help=__doc__)
@click.option(
    "--documents",
    type=click.Path(path_type=Path),
    help="A folder with documents.jsonl instead of the bundled document.",
)
@click.option("--count", default=1000, show_default=True, help="Planted statements of each sort.")
def main(documents: Path | None, count: int) -> None:
    """Print the shares, and how long a check takes."""
    bundled = read_document(load(PolicyFile(POLICY)))
    if documents is None:
        _print("written", written(bundled))
        with tempfile.TemporaryDirectory() as folder:
            retriever = index_documents([bundled], read_settings(), Path(folder))
            flagged = list(among_sources(bundled, retriever))
        for supported, what in ((True, "faithful, flagged"), (False, "false, caught")):
            which = [found for statement, found in flagged if statement.supported is supported]
            click.echo(f"among sources, {what}: {sum(which)}/{len(which)} = {sum(which) / len(which):.3f}")
    known = (load_dataset(documents).documents or ()) if documents else (bundled,)
    statements = list(planted(known, count))
    _print("planted", statements)
    times = []
    for statement in statements:
        started = time.perf_counter()
        unsupported(statement.sentence, statement.grounds)
        times.append((time.perf_counter() - started) * 1000)
    click.echo(f"a check: median {percentile(times, 0.5):.2f} ms, 99 % {percentile(times, 0.99):.2f} ms")


if __name__ == "__main__":
    main()
