"""`wence eval`: the figures, printed, reported and held against their floors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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


@click.command("eval")
@click.argument("dataset", required=False, type=click.Path(path_type=Path), metavar="[DATASET]")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="把报告写到这个文件夹；不给则写到数据文件夹的 reports 中，保留最近 20 份。",
)
@click.option("--gate", is_flag=True, help="与 eval/baseline.json 比较，低于基线时退出码为 1。")
@click.option("--model", "with_model", is_flag=True, help="由已设置的语言模型撰写答案；每题至少请求一次。")
@click.option("--judge", "with_judge", is_flag=True, help="由已设置的语言模型判断答案是否忠实于引文，另列一项。")
@click.option("--ragas", type=click.Path(path_type=Path), metavar="FILE", help="把结果另存为 ragas 数据集（JSONL）。")
@click.option("--draft", metavar="DOCUMENT", help="不评测，只为一份已收录的文件拟题，输出 JSONL，供人修改后使用。")
@json_option
@index_option
def evaluate(dataset: Path | None, report: Path | None, as_json: bool, index: str | None, **chosen: Any) -> None:
    """评测：依据召回、答案正确率、拒答正确率。

    DATASET 为问题文件（对现有索引提问），或自带文件的数据（另建临时索引）；不给则用内置问题集。

    问题文件为 .jsonl，或 .csv、.xlsx 表格。表格的表头应有“问题”“应含词语”两列，可另有“编号”“依据”“不应含”
    “提问人”“类型”“是否可答”（是或否）“之前的问题”；一格中有几项的，以“；”隔开。

    自带文件的数据：含 questions.jsonl 与 documents.jsonl（或 pages）的文件夹、BEIR 文件夹、SQuAD 形式的 .json。
    """
    from app.prompts import fingerprints
    from eval.drafting import drafts_text
    from eval.evidence import misplaced
    from eval.gate import failures
    from eval.judge import judged
    from eval.questions import load_dataset
    from eval.report import figures, figures_text
    from eval.run import circumstances, opened, run

    settings = read_settings(index=index)
    if chosen["draft"]:
        click.echo(drafts_text(settings, chosen["draft"]), nl=False)
        return
    path = dataset or DEFAULT_DATASET
    questions = load_dataset(path)
    when = datetime.now().astimezone()
    model = _open_model(settings) if chosen["with_model"] or chosen["with_judge"] else None
    writer = model if chosen["with_model"] else None
    with opened(questions, settings) as retriever:
        records = retriever.records
        gone = misplaced(questions.questions, [retriever.store.document(record.id) for record in records])
        _warn(gone)
        length = len(questions.questions)
        with click.progressbar(length=length, label="正在评测", file=sys.stderr) as bar:
            results = run(retriever, questions.questions, lambda: bar.update(1), writer)
        given = figures(questions.name, results) | circumstances(retriever)
    given |= {"misplaced": len({found.question for found in gone})}
    given |= {"when": when.isoformat(), "model": writer.name if writer else None, "prompts": fingerprints()}
    if model and chosen["with_judge"]:
        given["judged_by_model"] = judged(model, [r.answer for r in results if r.answer and r.answer.citations])
    click.echo(dumps(given) if as_json else figures_text(given))
    if chosen["ragas"]:
        _write_ragas(chosen["ragas"], results)
    _write(settings, report or place_for(settings, questions.name, when), given, results)
    failed = failures(given, path) if chosen["gate"] else []
    for sentence in failed:
        click.echo(sentence, err=True)
    sys.exit(1 if failed else 0)


def _write(settings: Settings, folder: Path, given: Figures, results: Sequence[Result]) -> None:
    """Write the report, say where it is, and make room among those that are kept."""
    from eval.questions import DatasetError
    from eval.report import write_report

    try:
        page = write_report(folder, given, results)
        remove_old(settings)
    except OSError as error:
        raise DatasetError(
            f"无法写入报告文件夹 {folder}：{error.strerror}。请用 --report 换一个可写的位置。"
        ) from error
    click.echo(f"报告：{page}", err=True)


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
