"""How well and how fast files are read: `python -m benchmarks.reading --documents DOCUMENTS [--each]`.

All files of the folder are read, whatever their format, and four things are measured:

- what became of each, how long it took, and how much of its body ends up in passages;
- laws in Markdown: whether the clauses' articles are those that the file marks. The file's marks are counted in its
  source, without our reader or outline: lines that begin, behind `#`, `*` and spaces, with 第…条 or 第…条之…, where a
  space, a bracket or the end of the line follows. Where none follows, the line is an article if its number is the next
  one: so is 「第五条各级人民政府应当…」, while 「第十条规定的…」 behind article 12 is a reference;
- notices that come with their text in a file of the same name: how much of it our reader finds, in order. Headers,
  footers and page numbers are in the file and leave our text on purpose, so what was left out counts as found.
  「[pic]」 and rules of underscores are no words and are not looked for;
- clauses a second over the text formats, in one process (reading alone) and with the processes by which files are
  indexed (their start and the cutting into passages included).
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import click

from ingest import Document, Limits, PolicyFile, ReadError, list_files, load, read_document
from ingest.content import Content, Paragraph
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from ingest.readers import read_content
from vectorstore.reading import read_files
from vectorstore.rows import prepare

_SLOW = 30  # seconds
_MIN_COVERAGE = 0.98
_TEXT_FORMATS = (".txt", ".md", ".html", ".htm")
_LAWS = "laws_md"
_WITH_TEXT = "notices_doc_docx_with_text"
_MIN_RECOVERED = 0.99


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of reading a file.

    Attributes:
        name: The file's name below the folder that is measured.
        status: `read`, `refused` with a sentence for the user, or `crashed`.
        seconds: It took.
        reason: Why it was not read: the error's class and sentence.
        document: What was read.
        coverage: The share of its body in passages.
    """

    name: str
    status: str
    seconds: float
    reason: str = ""
    document: Document | None = None
    coverage: float = 0.0

    @property
    def folder(self) -> str:
        """Where it lies: the first folder of its name."""
        return "/".join(Path(self.name).parts[:-1][:1]) + "/"

    @property
    def suffix(self) -> str:
        """The format by the file's name."""
        return Path(self.name).suffix.lower()

    @property
    def line(self) -> str:
        """The outcome as it is printed for each file."""
        if self.document is None:
            return f"{self.status:8}{self.seconds:6.2f} s  {self.name}  {self.reason}"
        counts = f"{len(self.document.clauses)} clauses  {len(self.document.tables)} tables  {self.coverage:.4f}"
        return f"{self.status:8}{self.seconds:6.2f} s  {self.name}  {self.document.title}  {counts}"


def read_one(file: PolicyFile, name: str) -> Outcome:
    """Read a file and tell what became of it, whatever happens."""
    started = time.perf_counter()
    try:
        document = read_document(load(file))
    except ReadError as error:
        return Outcome(name, "refused", time.perf_counter() - started, f"{type(error).__name__}: {error}")
    except Exception as error:  # what a reader does not expect is what is looked for
        return Outcome(name, "crashed", time.perf_counter() - started, f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - started
    return Outcome(name, "read", seconds, document=document, coverage=prepare(document, "").record.coverage)


_NUMBER = rf"第\s*(?P<number>[\d{NUMERAL_CHARACTERS}]+)\s*条(?:之(?P<more>[\d{NUMERAL_CHARACTERS}]+))?"
_MARK = re.compile(rf"[#*\s　]*{_NUMBER}(?P<behind>[*\s　【（]|$)?")
_LABEL = re.compile(rf"{_NUMBER}$")

Article = tuple[int, int]
"""第二条 is (2, 0), 第二条之一 is (2, 1)."""


def marked_articles(markdown: str) -> list[Article]:
    """Return the articles of a law in the order in which the lines of its file mark them."""
    articles: list[Article] = []
    for line in markdown.split("\n"):
        match = _MARK.match(line)
        if match is None:
            continue
        article = _article(match)
        if match["behind"] is not None or article[0] == (articles[-1][0] if articles else 0) + 1:
            articles.append(article)
    return articles


def clause_articles(document: Document) -> list[Article]:
    """Return the articles of a document's clauses; of a clause whose text does not begin with its mark (0, 0)."""
    articles = []
    for clause in document.clauses:
        label = _LABEL.search(clause.label)
        if label is not None:
            mark = _MARK.match(document.text, clause.start)
            same = mark is not None and _article(mark) == _article(label)
            articles.append(_article(label) if same else (0, 0))
    return articles


def _article(match: re.Match[str]) -> Article:
    return parse_numeral(match["number"]), parse_numeral(match["more"]) if match["more"] else 0


_NO_WORDS = re.compile(r"\[pic\]|_{2,}|\s")


def recovered(expected: str, content: Content) -> float:
    """Return the share of a text's characters that a reader found, in order."""
    wanted = _NO_WORDS.sub("", expected)
    found = _NO_WORDS.sub("", _all_words(content))
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(1, len(wanted))


def _all_words(content: Content) -> str:
    """Return the words of all blocks; a merged cell once, as the page shows it."""
    words: list[str] = []
    for block in content.blocks:
        if isinstance(block, Paragraph):
            words.append(block.text)
        else:
            words += (cell for row in block.rows for cell in dict.fromkeys(row))
    return "\n".join((*words, *content.furniture))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    name: str
    found: str
    aim: str = ""

    def __str__(self) -> str:
        return f"| {self.name} | {self.found} | {self.aim} |"


def file_rows(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    """Yield what became of the files, by folder and by format, and how fast and completely they were read."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for name in (outcome.folder, outcome.suffix):
            groups.setdefault(name, []).append(outcome)
    for name in sorted(groups, key=lambda name: (name.startswith("."), name)):  # folders, then formats
        yield Row(f"files {name}", f"{len(groups[name])}: {_statuses(groups[name])}")
    yield Row("all files", f"{len(outcomes)}: {_statuses(outcomes)}", "none crashed")
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    slow = sum(outcome.seconds > _SLOW for outcome in outcomes)
    yield Row("slowest file", f"{slowest.seconds:.1f} s, {Path(slowest.name).name}")
    yield Row(f"files over {_SLOW} s", str(slow), "0")
    read = [outcome for outcome in outcomes if outcome.document is not None]
    covered = sum(outcome.coverage >= _MIN_COVERAGE for outcome in read)
    yield Row(
        f"files with {_MIN_COVERAGE} of their body in passages",
        f"{covered} of {len(read)}",
        f"{_MIN_COVERAGE} of them",
    )


def _statuses(outcomes: Iterable[Outcome]) -> str:
    named = [
        outcome.status if outcome.document else f"{outcome.status} ({outcome.reason.partition(':')[0]})"
        for outcome in outcomes
    ]
    return ", ".join(f"{count} {status}" for status, count in Counter(named).most_common())


def law_row(folder: Path, outcomes: Sequence[Outcome]) -> Row:
    """Return for how many of the laws the articles are right, and name the others."""
    laws = [outcome for outcome in outcomes if Path(outcome.name).parts[0] == _LAWS and outcome.suffix == ".md"]
    wrong = [
        Path(law.name).name
        for law in laws
        if law.document is None
        or clause_articles(law.document) != marked_articles((folder / law.name).read_text(encoding="utf-8-sig"))
    ]
    others = f"; not: {'、'.join(wrong)}" if wrong else ""
    return Row("laws with the articles their files mark", f"{len(laws) - len(wrong)} of {len(laws)}{others}", "all")


def notice_rows(folder: Path) -> Iterator[Row]:
    """Yield how much of each notice that has its text beside it was found."""
    for file in list_files([folder / _WITH_TEXT]) if (folder / _WITH_TEXT).is_dir() else ():
        text = file.path.with_suffix(".txt")
        if file.path == text or not text.is_file():
            continue
        try:
            share = f"{recovered(text.read_text(encoding='utf-8-sig'), read_content(load(file), Limits())):.4f}"
        except ReadError as error:
            share = f"refused ({type(error).__name__})"
        yield Row(f"words found of {file.path.name}", share, f"≥ {_MIN_RECOVERED}")


def rate_rows(folder: Path) -> Iterator[Row]:
    """Yield how many clauses a second are read from the text formats."""
    files = [file for file in list_files([folder]) if file.path.suffix.lower() in _TEXT_FORMATS]
    sources = [load(file) for file in files]
    started = time.perf_counter()
    clauses = 0
    for source in sources:
        try:
            clauses += len(read_document(source).clauses)
        except ReadError:
            continue  # a page of links takes its time too
    yield Row("clauses a second, one process", f"{clauses / (time.perf_counter() - started):.0f}", "≥ 300")
    started = time.perf_counter()
    clauses = sum(len(one.document.document.clauses) for one in read_files(files, {}, Limits()) if one.document)
    yield Row("clauses a second, process pool", f"{clauses / (time.perf_counter() - started):.0f}", "≥ 300")


@click.command()
@click.option("--documents", type=click.Path(path_type=Path, exists=True), required=True, help="folder of the files")
@click.option("--each", is_flag=True, help="also print every file")
def main(documents: Path, each: bool) -> None:
    """Measure and print."""
    outcomes = [
        read_one(file, file.path.relative_to(documents).as_posix() + (f"/{file.member}" if file.member else ""))
        for file in list_files([documents])
    ]
    for outcome in outcomes if each else ():
        click.echo(outcome.line)
    click.echo("| | found | aimed at |\n| --- | --- | --- |")
    for row in file_rows(outcomes):
        click.echo(row)
    click.echo(law_row(documents, outcomes))
    for row in (*notice_rows(documents), *rate_rows(documents)):
        click.echo(row)


if __name__ == "__main__":
    main()
