import json
from pathlib import Path

import pytest

from app.settings import Settings
from app.verification import UnsupportedError
from eval.command import DEFAULT_DATASET
from eval.questions import DatasetError, Question, load_dataset
from eval.report import figures
from eval.run import opened, run
from eval.scores import score_rows
from ingest import Document
from vectorstore import Retriever


def question(**changes: object) -> Question:
    fields: dict[str, object] = {
        "id": "1",
        "question": "义务教育优质均衡评估目标是多少",
        "kind": "target",
        "asker": "parent",
        "evidence": ("义务教育优质均衡发展县省级评估通过率达到90%",),
        "answer": ("90%",),
        "avoid": ("100%",),
        "answerable": True,
        "split": "dev",
    }
    return Question(**fields | changes)  # type: ignore[arg-type]


def test_the_bundled_questions_fit_the_document(wenzhou: Document) -> None:
    questions = load_dataset(DEFAULT_DATASET).questions
    assert len(questions) >= 60
    assert sum(not q.answerable for q in questions) >= 15
    for q in questions:
        assert bool(q.evidence) == q.answerable, q.id
        assert all(span in wenzhou.text for span in q.evidence), q.id
        assert all(any(a in span for span in q.evidence) for a in q.answer), q.id


def test_right_wrong_and_crashed_are_told_apart(retriever: Retriever) -> None:
    asked = [
        question(),
        question(id="2", answer=("95%",)),
        question(id="3", avoid=("90%",)),
        question(id="4", answerable=False, evidence=(), answer=()),
        question(id="5", question=""),
        question(id="6", question="今天天气怎么样", answerable=False, evidence=(), answer=()),
    ]
    results = run(retriever, asked, lambda: None)
    assert [r.correct for r in results] == [True, False, False, False, False, True]
    assert results[4].answer is None
    assert results[4].needed is None
    given = figures("set", results)
    assert given["answer_correct"] == 0.25
    assert given["unanswerable_refused"] == 0.5


def test_a_folder_brings_its_own_documents(tmp_path: Path) -> None:
    documents = [{"doc_id": str(n), "text": f"第{n}号通知\n一、新增学位{n}00个。"} for n in range(1, 4)]
    questions = [{"id": "q", "question": "第2号通知新增学位多少", "answers": ["新增学位200个"]}]
    for name, rows in (("documents", documents), ("questions", questions)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    dataset = load_dataset(tmp_path)
    with opened(dataset, Settings()) as retriever:
        (result,) = run(retriever, dataset.questions, lambda: None)
    assert result.needed is not None
    assert result.needed <= 200


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "第 1 行不是 JSON"), ('{"id": "1"}', "缺少字段：question"), ("", "未找到评测数据")],
)
def test_broken_data_is_named(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "q.jsonl"
    if content:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match=said):
        load_dataset(file)


def test_a_crash_scores_zero_in_all_that_applies(retriever: Retriever) -> None:
    asked = [question(question="", history=("问",)), question(id="2", question="", answerable=False, evidence=())]
    results = run(retriever, asked, lambda: None)
    for row in score_rows(results):
        assert {value for value in row.values() if value is not None} == {0.0}
    given = figures("set", results)
    assert given["refusal_auc"] == 0.0
    assert given["elapsed_ms"]["mean"] is None
    assert sum(one["questions"] for one in given["reliability"]) == 0


def test_an_answer_withheld_as_unsupported_is_counted(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    def withheld(*_: object, **__: object) -> None:
        raise UnsupportedError("答案中的「9」不在引文中。")

    monkeypatch.setattr("eval.run.answer_question", withheld)
    assert figures("set", run(retriever, [question()], lambda: None))["unsupported_figures"] == 1
