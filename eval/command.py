"""`wence eval`: the figures, printed, reported and held against their floors."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli import index_option, json_option
from app.serialise import dumps
from app.settings import read_settings

DEFAULT_DATASET = Path(__file__).parent / "questions" / "wenzhou.jsonl"


@click.command("eval")
@click.argument("dataset", required=False, type=click.Path(path_type=Path), metavar="[DATASET]")
@click.option("--report", type=click.Path(path_type=Path), metavar="DIR", help="把报告写到这个文件夹。")
@click.option("--gate", is_flag=True, help="与 eval/baseline.json 比较，低于基线时退出码为 1。")
@json_option
@index_option
def evaluate(dataset: Path | None, report: Path | None, gate: bool, as_json: bool, index: str | None) -> None:
    """评测：依据召回、答案正确率、拒答正确率。

    DATASET 为 .jsonl 问题文件（对现有索引提问），或含 documents.jsonl 与 questions.jsonl
    的文件夹（另建临时索引）；不给则用内置问题集。
    """
    from eval.gate import failures
    from eval.questions import DatasetError, load_dataset
    from eval.report import figures, figures_text, write_report
    from eval.run import opened, run

    path = dataset or DEFAULT_DATASET
    questions = load_dataset(path)
    with opened(questions, read_settings(index=index)) as retriever:
        length = len(questions.questions)
        with click.progressbar(length=length, label="正在评测", file=sys.stderr) as bar:
            results = run(retriever, questions.questions, lambda: bar.update(1))
    given = figures(questions.name, results)
    click.echo(dumps(given) if as_json else figures_text(given))
    if report is not None:
        try:
            page = write_report(report, given, results)
        except OSError as error:
            raise DatasetError(f"无法写入报告文件夹 {report}：{error.strerror}。请换一个可写的位置。") from error
        click.echo(f"报告：{page}", err=True)
    failed = failures(given, path) if gate else []
    for sentence in failed:
        click.echo(sentence, err=True)
    sys.exit(1 if failed else 0)
