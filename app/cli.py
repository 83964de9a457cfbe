"""The command line. Data goes to stdout, talk to stderr; exit codes: 0 done, 1 failed, 2 wrong usage.

What a command needs is imported inside it, so that `wence --help` and each command start at once.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from app.settings import Settings, read_settings
from app.usage import usage_message
from ingest.errors import WenceError

if TYPE_CHECKING:
    from vectorstore import Filters, Retriever

_PLUGINS = "wence.commands"

Row = dict[str, Any]


class _Group(click.Group):
    """The commands here and those that higher packages announce."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *(e.name for e in entry_points(group=_PLUGINS))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        if command is None:
            found = next((e for e in entry_points(group=_PLUGINS) if e.name == cmd_name), None)
            command = found.load() if found else None
        return command


def index_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --index, which every command takes."""
    return click.option("--index", metavar="PATH|URL", help="索引所在的文件夹，或 Chroma 服务地址。")(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON，供脚本使用。")(command)


def _filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("--year", type=click.IntRange(1900, 2999), metavar="YEAR", help="只查这一年的条款。"),
        click.option("--document", metavar="NAME", help="只查这份文件（编号或标题的一部分）。"),
        click.option("--issuer", metavar="NAME", help="只查这个发文机关的文件。"),
        click.option("--region", metavar="NAME", help="只查这个地区的文件。"),
        click.option(
            "--questions",
            type=click.Path(path_type=Path),
            metavar="FILE.jsonl",
            help='一次处理多个问题，每行 {"id", "question"}；逐行输出 JSON。',
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="wence", message="%(package)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """问策：向政策文件提问，得到逐字引用的原文，注明条款、年份和文件。

    不带命令时等同于 wence serve。
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(serve)


@cli.command()
@click.option("--host", metavar="HOST", help="监听地址，默认 127.0.0.1。")
@click.option("--port", type=click.IntRange(1, 65535), metavar="PORT", help="端口，默认 7860。")
@click.option(
    "--policies", type=click.Path(path_type=Path), metavar="DIR", help="启动前收录此文件夹中新增或变动的文件。"
)
@index_option
def serve(
    host: str | None = None, port: int | None = None, policies: Path | None = None, index: str | None = None
) -> None:
    """打开问答页面和 HTTP 接口。"""
    from app.server import run_server

    settings = read_settings(host=host, port=port, index=index)
    if policies is not None:
        _update(settings, policies)
    run_server(settings)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="只读取并显示每个文件的条款结构，不写入索引。")
@click.option("--remove-missing", is_flag=True, help="把原文件已不在所给文件夹中的文件从索引移除。")
@json_option
@index_option
def ingest(paths: tuple[Path, ...], dry_run: bool, remove_missing: bool, as_json: bool, index: str | None) -> None:
    """收录文件或文件夹（含压缩包），逐个文件报告结果。有文件失败时退出码为 1。"""
    settings = read_settings(index=index)
    if dry_run:
        failed = _preview(settings, list(paths), as_json)
    else:
        failed = _ingest(settings, list(paths), as_json)
        _offer_removal(settings, list(paths), remove_missing)
    sys.exit(1 if failed else 0)


@cli.command()
@json_option
@index_option
def documents(as_json: bool, index: str | None) -> None:
    """列出已收录的文件。"""
    from app.opening import open_for_reading
    from app.serialise import dumps, record_json
    from app.terminal import records_text
    from vectorstore import validities

    records = open_for_reading(read_settings(index=index)).records()
    known = validities(records, date.today())
    lines = "\n".join(dumps(record_json(r, known.get(r.id))) for r in records)
    click.echo(lines if as_json else records_text(records, known), nl=bool(records) or not as_json)


@cli.command()
@click.argument("document", metavar="DOCUMENT")
@index_option
def remove(document: str, index: str | None) -> None:
    """从索引中移除一份文件（不删除原文件）。"""
    from app import administration

    record = administration.remove(read_settings(index=index), document)
    click.echo(f"已从索引移除《{record.title}》，原文件未动：{record.source}", err=True)


@cli.command()
@click.argument("document", metavar="DOCUMENT")
@click.option("--clause", metavar="LABEL", help="只看这一条，如 二、9。")
@json_option
@index_option
def show(document: str, clause: str | None, as_json: bool, index: str | None) -> None:
    """显示一份文件的条款结构，或其中一条的原文。"""
    from app.clauses import select_clauses
    from app.opening import open_for_reading
    from app.serialise import document_json, dumps
    from app.terminal import clause_text, document_text
    from vectorstore import find_record, validities

    store = open_for_reading(read_settings(index=index))
    records = store.records()
    shown = store.document(find_record(records, document).id)
    validity = validities(records, date.today()).get(shown.id)
    clauses = select_clauses(shown, clause)
    if as_json:
        wanted = {c.id for c in clauses}
        body = document_json(shown, validity)
        click.echo(dumps(body | {"clauses": [c for c in body["clauses"] if c["clause_id"] in wanted]}))
    elif clause is None:
        click.echo(document_text(shown, validity))
    else:
        click.echo("\n\n".join(clause_text(shown, c) for c in clauses))


@cli.command()
@click.argument("query", required=False)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="最多返回多少段。")
@_filter_options
@json_option
@index_option
def search(
    query: str | None, limit: int, questions: Path | None, as_json: bool, index: str | None, **filters: Any
) -> None:
    """查找相关段落，按相关程度排列。"""
    from app.answering import check_question
    from app.serialise import dumps, search_json
    from app.terminal import hits_text

    wanted = _filters(filters)

    def find(retriever: Retriever, row: Row) -> str:
        started = time.perf_counter()
        hits = retriever.search(check_question(row["question"]), limit, wanted)
        body = search_json(row["question"], hits, (time.perf_counter() - started) * 1000)
        return dumps(_with_id(row, body)) if as_json or questions else hits_text(hits)

    def fail(row: Row, error: WenceError) -> str:
        return dumps(_with_id(row, search_json(row["question"], [], 0.0))) if as_json or questions else ""

    _each_question(query, questions, index, find, fail)


@cli.command()
@click.argument("question", required=False)
@click.option("--history", multiple=True, metavar="QUESTION", help="之前问过的问题，按顺序可给多个，用于理解追问。")
@_filter_options
@json_option
@index_option
def ask(
    question: str | None,
    history: tuple[str, ...],
    questions: Path | None,
    as_json: bool,
    index: str | None,
    **filters: Any,
) -> None:
    """提一个问题，得到带出处的原文；文件没有回答时如实说明。"""
    from app.answering import answers, failed_answer
    from app.opening import open_language_model
    from app.serialise import answer_json, dumps
    from app.terminal import answer_text, whole_answer

    wanted = _filters(filters)
    model = open_language_model(read_settings(index=index))

    def answer(retriever: Retriever, row: Row) -> str:
        given = whole_answer(answers(retriever, row["question"], wanted, row.get("history", history), model))
        return dumps(_with_id(row, answer_json(given))) if as_json or questions else answer_text(given)

    def fail(row: Row, error: WenceError) -> str:
        failed = failed_answer(row["question"], error)
        return dumps(_with_id(row, answer_json(failed))) if as_json or questions else ""

    _each_question(question, questions, index, answer, fail)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE")
@json_option
@index_option
def check(file: Path, as_json: bool, index: str | None) -> None:
    """核对文稿：逐句与已收录的文件比较，指出有出入和未见出处的句子。

    FILE 为文稿（文本、Word、PDF 等），- 表示标准输入。只有标点、全半角不同不算出入；有出入时退出码为 1。
    """
    from app.collation import collate
    from app.drafts import read_draft
    from app.opening import open_index
    from app.serialise import checked_json, dumps
    from app.terminal import checked_text, counting
    from ingest import PolicyFile, Source, load

    settings = read_settings(index=index)
    is_stdin = str(file) == "-"
    source = Source("标准输入.txt", sys.stdin.buffer.read()) if is_stdin else load(PolicyFile(file), settings.limits)
    draft = read_draft(source, settings.limits)
    retriever = open_index(settings)
    with counting("正在核对") as count:
        checked = collate(retriever, draft.text, count)
    click.echo("\n".join(dumps(checked_json(each)) for each in checked) if as_json else checked_text(checked))
    sys.exit(1 if any(each.verdict == "differs" for each in checked) else 0)


@cli.command()
@index_option
def doctor(index: str | None) -> None:
    """检查模型、索引、语言模型和磁盘：哪些正常，哪些需要处理。"""
    from app.doctor import examine

    findings = examine(read_settings(index=index))
    for finding in findings:
        click.echo(f"{'正常' if finding.healthy else '异常'}  {finding.what}：{finding.detail}")
    sys.exit(0 if all(finding.healthy for finding in findings) else 1)


@cli.group(no_args_is_help=False)
def feedback() -> None:
    """处理问答页面上收到的反馈（有用、无用）。"""


@feedback.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
def export_feedback(file: Path | None) -> None:
    """把反馈导出为评测题草稿，每行一题，形式与 wence eval 所读的问题文件相同。

    不给 FILE 则输出到标准输出。同一答案有多条反馈的，以最后一条为准。

    有用的答案：引文作为依据（evidence），请人工核对，补写答案必须含有的词语（answer），填写 kind 和 asker。

    无用的答案：依据为空，且缺少 answerable，补写之前 wence eval 不接受。
    """
    from app.feedback import draft_questions, read_feedback
    from app.serialise import dumps

    drafts = draft_questions(read_feedback(read_settings().data))
    lines = "".join(f"{dumps(draft)}\n" for draft in drafts)
    if file is None:
        click.echo(lines, nl=False)
    else:
        _write_new(file, lines)
    unfinished = sum("answerable" not in draft for draft in drafts)
    click.echo(f"已导出 {len(drafts)} 题，其中 {unfinished} 题没有依据，须补写后才能用于评测。", err=True)


def _write_new(file: Path, text: str) -> None:
    """Write a file that does not exist yet: what someone has edited is not written over."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError as error:
        raise WenceError(f"文件已存在：{file}。请换一个文件名，以免覆盖已修改的内容。") from error
    except OSError as error:
        raise WenceError(f"无法写入文件：{file}（{error.strerror}）。请检查路径、权限和磁盘空间。") from error


def main() -> NoReturn:
    """Run the command line: every error becomes one Chinese sentence and an exit code."""
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.UsageError as error:
        _fail(usage_message(error), 2)
    except click.Abort:
        _fail("已中断。", 1)
    except WenceError as error:
        _fail(str(error), error.exit_code)
    except Exception as error:
        # A bug or a failing machine: the trace is for whoever turns logging on, the sentence for the user.
        logging.getLogger("wence").debug("unexpected error", exc_info=True)
        _fail(f"程序出现意外错误（{type(error).__name__}：{error}）。请重试；如仍出现，请连同所用命令一起反馈。", 1)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def _filters(given: dict[str, Any]) -> Filters:
    from vectorstore import Filters

    for name, value in given.items():
        if isinstance(value, str) and not value.strip():
            raise click.UsageError(f"--{name} 的值为空。")
    return Filters(**given)


def _each_question(
    question: str | None,
    questions: Path | None,
    index: str | None,
    answer: Callable[[Retriever, Row], str],
    fail: Callable[[Row, WenceError], str],
) -> None:
    """Print what `answer` makes of one question or of each in a file, and of those that cannot be asked `fail`.

    The index is opened once. One question that cannot be asked is wrong use; in a file it does not stop the others.
    """
    if (question is None) == (questions is None):
        raise click.UsageError("请给出一个问题，或用 --questions 给出问题文件，二者选一。")
    from app.opening import open_index

    rows = [{"question": question}] if questions is None else _question_rows(questions)
    retriever = open_index(read_settings(index=index))
    refused: WenceError | None = None
    for row in rows:
        try:
            text = answer(retriever, row)
        except WenceError as error:
            refused, text = error, fail(row, error)
        if text:
            click.echo(text)
    if refused is not None:
        _fail(str(refused), refused.exit_code if questions is None else 1)


def _question_rows(path: Path) -> list[Row]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        rows = [json.loads(line) for line in lines if line.strip()]
        return [_question_row(row) for row in rows]
    except OSError as error:
        raise click.UsageError(f"无法读取问题文件 {path}：{error.strerror}。") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise click.UsageError(
            f'问题文件 {path} 每行应为 {{"id", "question", "history"?}} 形式的 JSON（UTF-8 编码）。'
        ) from error


def _question_row(given: Row) -> Row:
    row: Row = {"question": given["question"] + ""} | ({"id": given["id"]} if "id" in given else {})
    return row | ({"history": [asked + "" for asked in given["history"]]} if given.get("history") else {})


def _with_id(row: Row, body: Row) -> Row:
    return ({"id": row["id"]} if "id" in row else {}) | body


def _update(settings: Settings, policies: Path) -> None:
    """Index what is new or changed in a folder; say nothing if nothing is."""
    from app.opening import has_changes

    if has_changes(settings, policies):
        _ingest(settings, [policies], as_json=False)


def _ingest(settings: Settings, paths: list[Path], as_json: bool) -> int:
    """Index files with a progress bar; return how many failed."""
    from app.administration import files_in
    from app.opening import open_for_writing
    from app.serialise import dumps, report_json
    from app.terminal import progress, report_text
    from vectorstore import index_files

    files = files_in(paths)
    store = open_for_writing(settings)
    failed = 0
    with progress("正在收录", len(files)) as step:
        for report in index_files(store, files, settings.limits):
            failed += report.status == "failed"
            step(None if as_json else report_text(report))
            if as_json:
                click.echo(dumps(report_json(report)))
    return failed


def _preview(settings: Settings, paths: list[Path], as_json: bool) -> int:
    """Show what reading makes of files, without an index; return how many cannot be read."""
    from app.administration import files_in
    from app.serialise import document_json, dumps
    from app.terminal import document_text, warnings_text
    from vectorstore.reading import read_files

    failed = 0
    for reading in read_files(files_in(paths), {}, settings.limits):
        if reading.document is None:
            failed += 1
            click.echo(f"失败  {reading.file.name}  {reading.problem}", err=True)
        elif as_json:
            click.echo(dumps(document_json(reading.document.document)))
        else:
            click.echo(document_text(reading.document.document) + "\n")
            click.echo(warnings_text(reading.document.record, reading.document.document.lost), err=True, nl=False)
    return failed


def _offer_removal(settings: Settings, paths: list[Path], remove: bool) -> None:
    """Say which indexed documents' files are gone; remove these if that was asked for, or is agreed to now."""
    from app.opening import open_for_writing
    from vectorstore import missing_records

    store = open_for_writing(settings)
    missing = missing_records(store.records(), paths)
    if not missing:
        return
    for record in missing:
        click.echo(f"原文件已不存在  {record.source}  《{record.title}》", err=True)
    if not remove and sys.stdin.isatty() and sys.stderr.isatty():
        remove = click.confirm(f"从索引移除这 {len(missing)} 份文件？", err=True)
    if not remove:
        click.echo("这些文件仍在索引中。加 --remove-missing 重新运行可将其移除。", err=True)
        return
    with store.writing():
        for record in missing:
            store.remove(record.id)
    click.echo(f"已从索引移除 {len(missing)} 份文件。", err=True)
