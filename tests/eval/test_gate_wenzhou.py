"""The floors of `eval/baseline.json` on the bundled questions, for a tenth of them: the quality of the whole."""

from eval.command import DEFAULT_DATASET
from eval.gate import SAMPLE, check
from eval.questions import load_dataset
from eval.report import figures
from eval.run import circumstances, run
from vectorstore import Retriever


def test_the_gate_stands(retriever: Retriever) -> None:
    dataset = load_dataset(DEFAULT_DATASET)
    asked = [question for question in dataset.questions if question.sampled]
    given = figures(dataset.name, run(retriever, asked, lambda: None)) | circumstances(retriever)
    assert check(given, DEFAULT_DATASET, part=SAMPLE).failures == ()
