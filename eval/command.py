"""`wence eval`: the figures, printed, reported, held against their floors and against those of another run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import index_option, json_option
from app.reports import place_for, remove_old
from app.serialise import dumps
from app.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from app.language_model import LanguageModel
    from eval.evidence import Misplaced
    from eval.report import Figures
    from eval.run import Result

DEFAULT_DATASET = Path(__file__).parent / "questions" / "wenzhou.jsonl"
_WARNINGS = 20  # questions named on the terminal; more scroll the figures away


@dataclass(frozen=True, slots=True)
class Flags:
    """What was asked for on the command line; each is named like its option."""

    dataset: Path | None
    report: Path | None
    compare: tuple[Path, Path] | None
    ragas: Path | None
    draft: str | None
    gate: bool
    update: bool
    allow_regression: bool
    with_model: bool
    with_judge: bool
    as_json: bool
    index: str | None


@click.command("eval")
@click.argument("dataset", required=False, type=click.Path(path_type=Path), metavar="[DATASET]")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="把报告写到这个文件夹；不给则写到数据文件夹的 reports 中，保留最近 20 份。与 --compare 同用时写对照页面。",
)
@click.option(
    "--compare",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="A B",
    help="不提问，只对照两次评测的 results.json（或报告文件夹）：各项指标差多少、是否出于偶然、哪些题变了。",
)
@click.option("--gate", is_flag=True, help="与 eval/baseline.json 比较，低于基线，或问题、文件已改动时，退出码为 1。")
@click.option("--update", is_flag=True, help="按这次的结果提高 eval/baseline.json 的基线，更新指纹；会降低时不写入。")
@click.option("--allow-regression", is_flag=True, help="与 --update 同用：允许基线降低，允许问题、文件减少。")
@click.option("--model", "with_model", is_flag=True, help="由已设置的语言模型撰写答案；每题至少请求一次。")
@click.option("--judge", "with_judge", is_flag=True, help="由已设置的语言模型判断答案是否忠实于引文，另列一项。")
@click.option("--ragas", type=click.Path(path_type=Path), metavar="FILE", help="把结果另存为 ragas 数据集（JSONL）。")
@click.option("--draft", metavar="DOCUMENT", help="不评测，只为一份已收录的文件拟题，输出 JSONL，供人修改后使用。")
@json_option
@index_option
def evaluate(**options: Any) -> None:
    """评测：依据召回、答案正确率、拒答正确率；或对照两次评测。

    DATASET 为问题文件（对现有索引提问），或自带文件的数据（另建临时索引）；不给则用内置问题集。

    问题文件为 .jsonl，或 .csv、.xlsx 表格。表格的表头应有“问题”“应含词语”两列，可另有“编号”“依据”“不应含”
    “提问人”“类型”“是否可答”（是或否）“之前的问题”；一格中有几项的，以“；”隔开。

    自带文件的数据：含 questions.jsonl 与 documents.jsonl（或 pages）的文件夹、BEIR 文件夹、SQuAD 形式的 .json。
    """
    flags = Flags(**options)
    _check(flags)
    if flags.compare:
        _compare(flags.compare, flags)
        return
    if flags.draft:
        from eval.drafting import drafts_text

        click.echo(drafts_text(read_settings(index=flags.index), flags.draft), nl=False)
        return
    path = flags.dataset or DEFAULT_DATASET
    given = _measure(path, flags)
    passed = not flags.gate or _gate(given, path)
    passed = (not flags.update or _update(given, path, flags.allow_regression)) and passed
    sys.exit(0 if passed else 1)


def _check(flags: Flags) -> None:
    """Refuse what makes no sense together.

    Raises:
        click.UsageError: Two options contradict each other, or one lacks another.
    """
    asking = {
        "DATASET": flags.dataset,
        "--gate": flags.gate,
        "--update": flags.update,
        "--model": flags.with_model,
        "--judge": flags.with_judge,
        "--index": flags.index,
    }
    given = [name for name, value in asking.items() if value]
    if flags.compare and given:
        raise click.UsageError(f"--compare 只对照已有的结果，不再提问，不能与 {'、'.join(given)} 同用。")
    if flags.draft and (given := [name for name in given if name != "--index"] + ["--compare"] * bool(flags.compare)):
        raise click.UsageError(f"--draft 只拟题，不评测，不能与 {'、'.join(given)} 同用。")
    if flags.allow_regression and not flags.update:
        raise click.UsageError("--allow-regression 只与 --update 同用。")
    if flags.update and flags.with_model:
        raise click.UsageError("--update 不能与 --model 同用：语言模型每次写的不一样，不能作为基线。")


def _compare(files: tuple[Path, Path], flags: Flags) -> None:
    from eval.comparison import compare
    from eval.comparison_report import comparison_json, comparison_text, write_comparison

    found = compare(*files)
    click.echo(dumps(comparison_json(found)) if flags.as_json else comparison_text(found))
    if flags.report:
        with _writing(flags.report):
            page = write_comparison(flags.report, found)
        click.echo(f"对照：{page}", err=True)


def _measure(path: Path, flags: Flags) -> Figures:
    """Ask the questions, print the figures and write the report."""
    from eval.evidence import misplaced
    from eval.judge import judged
    from eval.questions import load_dataset
    from eval.report import figures, figures_text
    from eval.run import circumstances, opened, run

    questions = load_dataset(path)
    settings = read_settings(index=flags.index)
    when = datetime.now().astimezone()
    model = _open_model(settings) if flags.with_model or flags.with_judge else None
    writer = model if flags.with_model else None
    with opened(questions, settings) as retriever:
        records = retriever.records
        gone = misplaced(questions.questions, [retriever.store.document(record.id) for record in records])
        _warn(gone)
        length = len(questions.questions)
        with click.progressbar(length=length, label="正在评测", file=sys.stderr) as bar:
            results = run(retriever, questions.questions, lambda: bar.update(1), writer)
        given = figures(questions.name, results) | circumstances(retriever)
    given |= {"misplaced": len({found.question for found in gone})}
    given |= {"when": when.isoformat(), "model": writer.name if writer else None}
    if model and flags.with_judge:
        given["judged_by_model"] = judged(model, [r.answer for r in results if r.answer and r.answer.citations])
    click.echo(dumps(given) if flags.as_json else figures_text(given))
    if flags.ragas:
        _write_ragas(flags.ragas, results)
    _write(settings, flags.report or place_for(settings, questions.name, when), given, results)
    return given


def _gate(given: Figures, path: Path) -> bool:
    from eval.gate import check

    verdict = check(given, path)
    for sentence in (*verdict.notes, *verdict.failures):
        click.echo(sentence, err=True)
    return not verdict.failures


def _update(given: Figures, path: Path, allow_regression: bool) -> bool:
    """Write the baseline anew, unless something would be lost; tell whether it was written."""
    from eval.gate import update, write

    made = update(given, path)
    for sentence in (*made.said, *made.lost):
        click.echo(sentence, err=True)
    if made.lost and not allow_regression:
        click.echo("基线没有改动。确要降低，请加 --allow-regression。", err=True)
        return False
    write(given["dataset"], made.entry)
    return True


def _write(settings: Settings, folder: Path, given: Figures, results: Sequence[Result]) -> None:
    """Write the report, say where it is, and make room among those that are kept."""
    from eval.report import write_report

    with _writing(folder):
        page = write_report(folder, given, results)
        remove_old(settings)
    click.echo(f"报告：{page}", err=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say which folder could not be written."""
    from eval.questions import DatasetError

    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"无法写入报告文件夹 {folder}：{error.strerror}。请用 --report 换一个可写的位置。"
        ) from error


def _warn(gone: Sequence[Misplaced]) -> None:
    """Say which evidence is not where it was, the first of each question."""
    from eval.evidence import warning

    first = {found.question: found for found in reversed(gone)}
    for question in list(dict.fromkeys(found.question for found in gone))[:_WARNINGS]:
        click.echo(f"注意：{warning(first[question])}", err=True)
    if len(first) > _WARNINGS:
        click.echo(f"另有 {len(first) - _WARNINGS} 个问题的依据不在文件中。", err=True)


def _write_ragas(path: Path, results: Sequence[Result]) -> None:
    from eval.exports import ragas_rows
    from eval.questions import DatasetError

    try:
        path.write_text("".join(f"{dumps(row)}\n" for row in ragas_rows(results)), encoding="utf-8")
    except OSError as error:
        raise DatasetError(f"无法写入 {path}：{error.strerror}。请用 --ragas 换一个可写的位置。") from error


def _open_model(settings: Settings) -> LanguageModel:
    from app.opening import open_language_model

    model = open_language_model(settings)
    if model is None:
        raise SettingsError("没有设置语言模型。请设置 WENCE_LLM_BASE_URL、WENCE_LLM_MODEL 和 WENCE_LLM_API_KEY。")
    return model
