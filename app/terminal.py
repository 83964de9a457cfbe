"""Records → what a person reads in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.citations import STATUS_NAMES, VERDICT_NAMES, clause_name, related_name, source_line, stage_name, verdicts_line
from app.outline import OutlineLine, outline
from app.records import Answer, CheckedSentence
from app.writing import WRITING
from ingest import Clause, Document
from vectorstore import DocumentRecord, FileReport, Hit, Validity

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

FILE_STATUS_NAMES = {"added": "已收录", "unchanged": "未变动", "replaced": "已更新", "failed": "失败"}
_STAGE = {"done": "完成", "planned": "目标"}
_MAX_LOST = 5  # stretches of lost text that a report shows
_MAX_LOST_LENGTH = 80  # characters of each
_FULL_COVERAGE = 0.98  # below this share of the body, text was lost and the line says so


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[str | None], None]]:
    """Show a bar on stderr while something is done; what it yields takes one step and prints a line above the bar."""
    with _bar(what, total) as (bar, task):

        def step(line: str | None) -> None:
            if line is not None:
                bar.console.print(line)
            bar.advance(task)

        yield step


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr while something is done; what it yields is told how much is done, of how much."""
    with _bar(what, None) as (bar, task):
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[tuple[Progress, TaskID]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield bar, bar.add_task(what, total=total)


def answer_text(answer: Answer) -> str:
    """Return an answer with the sources of its quotations."""
    follows = answer.asked_for not in ("", answer.question)
    lines = [f"（{answer.notice}。）"] if answer.notice else []
    lines += [f"（您问的是：{answer.asked_for}）", answer.text] if follows else [answer.text]
    for number, citation in enumerate(answer.citations, start=1):
        when = stage_name(citation)
        lines += ["", f"[{number}] {source_line(citation)}{f'  {when}' if when else ''}", f"    「{citation.quote}」"]
    if answer.reason:
        lines.append(f"（{answer.reason}。）")
    if left_out := [sentence for sentence in answer.sentences if sentence.reason]:
        lines += ["", "语言模型撰写但未采用的内容："]
        lines += [f"  × {sentence.text}（{sentence.reason}）" for sentence in left_out]
    if answer.related:
        lines += ["", f"{related_name(answer)}："]
        lines += [f"  · {clause_name(citation)}  《{citation.document.title}》" for citation in answer.related]
    return "\n".join(lines)


def whole_answer(growing: Iterator[Answer]) -> Answer:
    """Return an answer once it is whole; while it grows, say on stderr how far it is."""
    answer = next(growing)
    if answer.notice != WRITING:
        return answer
    from rich.console import Console

    with Console(stderr=True, highlight=False, markup=False, emoji=False).status(WRITING) as status:
        for answer in growing:
            status.update(f"{WRITING}：{len(answer.sentences)} 句")
    return answer


def checked_text(checked: Sequence[CheckedSentence]) -> str:
    """Return the sentences of a draft that are to be looked at, and how many there are of each sort."""
    lines = []
    for number, sentence in enumerate(checked, start=1):
        if sentence.verdict == "exact":
            continue
        lines.append(f"{number}. {VERDICT_NAMES[sentence.verdict]}  {sentence.sentence}")
        for difference in sentence.differences:
            lines.append(f"     文稿「{difference.draft or '（无）'}」  原文「{difference.source or '（无）'}」")
        if sentence.source:
            lines += [f"     原文：{sentence.source.quote}", f"     出处：{source_line(sentence.source)}"]
        lines.append("")
    return "\n".join([*lines, verdicts_line(checked)])


def hits_text(hits: Sequence[Hit]) -> str:
    """Return hits as a numbered list."""
    if not hits:
        return "没有找到相关段落。"
    lines = []
    for number, hit in enumerate(hits, start=1):
        year = f" {hit.clause.period}年" if hit.clause.period else ""
        lines += [f"{number}. {hit.clause.label}{year}  《{hit.document.title}》  {hit.score:.2f}", f"   {hit.text}"]
    return "\n".join(lines)


def report_text(report: FileReport) -> str:
    """Return what became of a file, in a line."""
    line = f"{FILE_STATUS_NAMES[report.status]}  {report.source}"
    if report.record:
        line += f"  {report.record.clauses} 条 {report.record.passages} 段"
    if report.reason:
        line += f"  {report.reason}"
    warnings = warnings_text(report.record, report.lost) if report.record else ""
    return f"{line}\n{warnings}".rstrip("\n")


def warnings_text(record: DocumentRecord, lost: Sequence[str]) -> str:
    """Return what a person should look at in a document that was read: words that were lost; empty if nothing."""
    lines = [f"      未收录：{_shortened(words)}" for words in lost[:_MAX_LOST]]
    if record.coverage < _FULL_COVERAGE:
        lines.insert(0, f"      注意：仅 {record.coverage:.1%} 的正文进入索引")
    return "".join(f"{line}\n" for line in lines)


def _shortened(words: str) -> str:
    return words if len(words) <= _MAX_LOST_LENGTH else f"{words[:_MAX_LOST_LENGTH]}……"


def records_text(records: Sequence[DocumentRecord], known: Mapping[str, Validity]) -> str:
    """Return the indexed documents, one a line."""
    if not records:
        return "索引中还没有文件。运行 wence ingest 文件或文件夹 来收录。"
    return "\n".join(_record_line(record, known.get(record.id)) for record in records)


def _record_line(record: DocumentRecord, validity: Validity | None) -> str:
    when, issuer = record.published or "日期不详", record.issuer or "机关不详"
    status = STATUS_NAMES[validity.status] if validity else "有效性不详"
    return f"{record.id}  {when}  {status}  {issuer}  《{record.title}》  {record.clauses} 条  {record.source}"


def document_text(document: Document, validity: Validity | None = None) -> str:
    """Return a document's data and the tree of its clauses."""
    status = STATUS_NAMES[validity.status] if validity else None
    replaced = f"{status}（见 {validity.by}）" if validity and validity.by else status
    known = (
        ("文件编号", document.id),
        ("发文机关", document.issuer),
        ("文号", document.document_number),
        ("发布日期", document.published),
        ("施行日期", document.effective),
        ("有效期至", document.expires),
        ("有效性", replaced),
        ("地区", document.region),
        ("来源", document.source),
    )
    lines = [f"《{document.title}》", *(f"{name}：{value}" for name, value in known if value), ""]
    return "\n".join([*lines, *map(_outline_line, outline(document))])


def _outline_line(line: OutlineLine) -> str:
    about = [str(line.period or ""), _STAGE.get(line.stage or "", "")]
    time = " ".join(word for word in about if word)
    name = f"  [{line.label}{f'，{time}' if time else ''}]" if line.label is not None else ""
    return f"{'  ' * line.level}{line.words}{name}"


def clause_text(document: Document, clause: Clause) -> str:
    """Return one clause with its path and words."""
    return f"{' › '.join(clause.path)}\n{document.text[clause.start : clause.end]}"
