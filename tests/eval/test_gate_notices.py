"""The floors of `eval/baseline.json` on rules and notices of many offices, for a tenth of the questions."""

from app.settings import Settings
from eval.command import DEFAULT_DATASET
from eval.gate import SAMPLE, check
from eval.questions import load_dataset
from eval.report import figures
from eval.run import circumstances, opened, run


def test_the_gate_of_the_notices_stands() -> None:
    path = DEFAULT_DATASET.with_name("notices")
    dataset = load_dataset(path)
    asked = [question for question in dataset.questions if question.sampled]
    with opened(dataset, Settings()) as retriever:
        given = figures(dataset.name, run(retriever, asked, lambda: None)) | circumstances(retriever)
    assert check(given, path, part=SAMPLE).failures == ()
