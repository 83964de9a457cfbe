import json
from pathlib import Path
from typing import Any

import pytest

from eval.gate import check, update, write
from eval.questions import DatasetError

Files = tuple[Path, Path]


def run_of(**changes: object) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "dataset": "set",
        "questions": 10,
        "evidence_recall": {"600": 0.95},
        "answer_correct": 0.8,
        "documents": {"count": 2, "fingerprint": "d"},
        "embedding_model": {"fingerprint": "e"},
        "prompts": {"answer": "1", "judge": "1"},
    }
    return fields | changes


@pytest.fixture
def files(tmp_path: Path) -> Files:
    data, baseline = tmp_path / "set.jsonl", tmp_path / "baseline.json"
    data.write_text("{}", encoding="utf-8")
    baseline.write_text(json.dumps({"other": {"kept": True}}), encoding="utf-8")
    made = update(run_of(), data, baseline)
    floors = {"evidence_recall.600": 0.9, "answer_correct": 0.75}
    write("set", made.entry | {"at_least": floors}, baseline)
    return data, baseline


def floors_of(baseline: Path) -> dict[str, float]:
    return json.loads(baseline.read_text(encoding="utf-8"))["set"]["at_least"]  # type: ignore[no-any-return]


def test_the_same_data_and_no_worse_figures_pass(files: Files) -> None:
    verdict = check(run_of(), *files)
    assert (verdict.failures, verdict.notes) == ((), ())


def test_worse_figures_fail(files: Files) -> None:
    (worse,) = check(run_of(evidence_recall={"600": 0.8}), *files).failures
    assert "evidence_recall.600 为 0.8，低于基线 0.9" in worse


def test_other_questions_or_documents_fail_and_are_named(files: Files) -> None:
    (documents,) = check(run_of(documents={"count": 2, "fingerprint": "x"}), *files).failures
    assert documents.startswith("文件已改动（基线 d，现为 x）")
    files[0].write_text("{ }", encoding="utf-8")
    (questions,) = check(run_of(), *files).failures
    assert questions.startswith("评测问题已改动")


def test_another_model_or_prompt_is_said_and_passes(files: Files) -> None:
    changed = run_of(embedding_model={"fingerprint": "f"}, prompts={"answer": "2", "judge": "1"})
    verdict = check(changed, *files)
    assert verdict.failures == ()
    assert verdict.notes == ("向量模型与基线不同：基线 e，现为 f。", "提示词与基线不同：answer。")


def test_a_set_without_a_baseline_is_named(files: Files) -> None:
    with pytest.raises(DatasetError, match="没有数据集 new 的基线"):
        check(run_of(dataset="new"), *files)


def test_an_update_raises_floors_and_leaves_a_margin(files: Files) -> None:
    made = update(run_of(answer_correct=0.8123), *files)
    assert made.entry["at_least"] == {"evidence_recall.600": 0.945, "answer_correct": 0.805}
    assert made.lost == ()
    write("set", made.entry, files[1])
    assert json.loads(files[1].read_text(encoding="utf-8"))["other"] == {"kept": True}
    assert check(run_of(answer_correct=0.8123), *files).failures == ()


def test_an_update_keeps_a_floor_within_the_margin(files: Files) -> None:
    assert update(run_of(answer_correct=0.752), *files).entry["at_least"]["answer_correct"] == 0.75


def test_one_question_of_a_small_kind_may_turn(files: Files) -> None:
    kinds = {"list": {"correct": 1.0, "questions": 20}}
    write("set", update(run_of(), *files).entry | {"at_least": {"by_kind.list.correct": 0.9}}, files[1])
    assert update(run_of(by_kind=kinds), *files).entry["at_least"]["by_kind.list.correct"] == 0.95


def test_a_part_without_floors_does_not_pass(files: Files) -> None:
    assert check(run_of(), *files, part="sample.").failures


def test_an_update_says_which_floors_it_would_lower(files: Files) -> None:
    made = update(run_of(answer_correct=0.7), *files)
    assert made.lost == ("answer_correct 为 0.7，基线将由 0.75 降为 0.695。",)
    assert floors_of(files[1])["answer_correct"] == 0.75


def test_an_update_says_what_fewer_data_lose(files: Files) -> None:
    made = update(run_of(questions=9, documents={"count": 1, "fingerprint": "d"}, answer_correct=None), *files)
    assert made.lost == (
        "评测问题由 10 减为 9。",
        "文件由 2 减为 1。",
        "answer_correct 不再有数值，基线 0.75 将删去。",
    )
