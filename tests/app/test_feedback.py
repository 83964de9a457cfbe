from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

import app.feedback
from app.answering import answer_question
from app.cli import main
from app.feedback import (
    MAX_REASON,
    Feedback,
    FeedbackError,
    draft_questions,
    feedback_on,
    keep_feedback,
    read_feedback,
)
from app.settings import PROJECT
from eval.questions import DatasetError, load_dataset
from vectorstore import Retriever

QUESTION = "那2024年呢"
HISTORY = ("2025年公办园在园幼儿占比目标是多少",)


@pytest.fixture(scope="module")
def helpful(retriever: Retriever) -> Feedback:
    return feedback_on(answer_question(retriever, QUESTION, history=HISTORY), "helpful", " 清楚 ", HISTORY, retriever)


@pytest.fixture(scope="module")
def unhelpful(retriever: Retriever) -> Feedback:
    answer = answer_question(retriever, "义务教育优质均衡评估目标是多少")
    return feedback_on(answer, "unhelpful", "想问的是\n学校\u2028数", (), retriever)


Export = Callable[..., tuple[int, str, str]]


@pytest.fixture
def export(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Export:
    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setenv("WENCE_DATA", str(tmp_path))
        monkeypatch.setattr(sys, "argv", ["wence", "feedback", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return int(exit_.value.code or 0), captured.out, captured.err

    return run


def test_what_is_kept_is_read(helpful: Feedback, unhelpful: Feedback, retriever: Retriever, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert read_feedback(folder) == []
    keep_feedback(folder, helpful)
    keep_feedback(folder, unhelpful)
    assert read_feedback(folder) == [helpful, unhelpful]
    assert (helpful.reason, helpful.history, helpful.outcome) == ("清楚", HISTORY, "answered")
    assert helpful.when.endswith("+00:00")
    assert (helpful.mark, helpful.embedding) == (retriever.content.mark, retriever.store.embedder.fingerprint)
    (cited,) = helpful.citations
    assert "70.77%" in retriever.store.document(cited.document_id).text[cited.start : cited.end] == cited.quote


def test_a_reason_has_a_bound(helpful: Feedback, retriever: Retriever) -> None:
    answer = answer_question(retriever, QUESTION)
    assert feedback_on(answer, "helpful", "长" * MAX_REASON, (), retriever).reason == "长" * MAX_REASON
    with pytest.raises(FeedbackError, match="反馈理由过长：1001 字，上限为 1000 字"):
        feedback_on(answer, "helpful", "长" * (MAX_REASON + 1), (), retriever)


@effort(deadline=None, max_examples=30)
@given(st.integers(1, 400))
def test_a_line_cut_by_a_kill_costs_itself_only(
    helpful: Feedback, unhelpful: Feedback, tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    keep_feedback(folder, helpful)
    keep_feedback(folder, unhelpful)
    file = folder / "feedback.jsonl"
    file.write_bytes(file.read_bytes()[:-cut])
    whole = [helpful, unhelpful] if cut == 1 else [helpful]  # without its line feed a line is whole
    assert read_feedback(folder) == whole
    keep_feedback(folder, unhelpful)
    assert read_feedback(folder) == [*whole, unhelpful]


def test_threads_and_processes_write_whole_lines(helpful: Feedback, tmp_path: Path) -> None:
    keep_feedback(tmp_path, replace(helpful, reason="长" * MAX_REASON))
    code = (
        "import sys; from pathlib import Path; from app.feedback import *\n"
        "folder = Path(sys.argv[1])\n"
        "for _ in range(20): keep_feedback(folder, read_feedback(folder)[0])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=PROJECT) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: keep_feedback(tmp_path, helpful), range(40)))
    assert [process.wait(60) for process in processes] == [0, 0]
    assert len(read_feedback(tmp_path)) == 81
    assert (tmp_path / "feedback.jsonl").read_bytes().count(b"\n") == 81


@pytest.mark.parametrize(
    "line", ["[]", "{}", "1", '{"key": 1}', "[" * 9999, "\ufeff{}", '{"citations": [1]}', '{"citations": [{}]}']
)
def test_lines_of_another_form_are_passed_over(helpful: Feedback, tmp_path: Path, line: str) -> None:
    keep_feedback(tmp_path, helpful)
    with (tmp_path / "feedback.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    assert read_feedback(tmp_path) == [helpful]


def test_a_full_file_is_said(helpful: Feedback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_feedback(tmp_path, helpful)
    size = (tmp_path / "feedback.jsonl").stat().st_size
    monkeypatch.setattr(app.feedback, "MAX_BYTES", 2 * size)
    keep_feedback(tmp_path, helpful)
    with pytest.raises(FeedbackError, match="反馈文件已满.*wence feedback export"):
        keep_feedback(tmp_path, helpful)
    assert len(read_feedback(tmp_path)) == 2


def test_a_folder_that_is_none_is_said(helpful: Feedback, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "feedback.jsonl").mkdir()
    with pytest.raises(FeedbackError, match="无法保存反馈"):
        keep_feedback(tmp_path / "file", helpful)
    with pytest.raises(FeedbackError, match="无法读取反馈文件"):
        read_feedback(tmp_path)


def test_the_last_word_on_an_answer_holds(helpful: Feedback, unhelpful: Feedback) -> None:
    second = replace(helpful, verdict="unhelpful", reason="看错了")
    drafts = draft_questions([helpful, unhelpful, second])
    assert [draft["reason"] for draft in drafts] == ["看错了", unhelpful.reason]
    assert len({draft["id"] for draft in drafts}) == 2


def test_a_refusal_that_helped_is_a_question_without_an_answer(helpful: Feedback) -> None:
    (draft,) = draft_questions([replace(helpful, outcome="not_in_documents", citations=())])
    assert (draft["answerable"], draft["evidence"]) == (False, [])


def test_drafts_of_helpful_answers_are_evaluation_questions(
    export: Export, helpful: Feedback, retriever: Retriever, tmp_path: Path
) -> None:
    keep_feedback(tmp_path, helpful)
    file = tmp_path / "drafts.jsonl"
    code, out, err = export("export", file)
    assert (code, out) == (0, "")
    assert err == "已导出 1 题，其中 0 题没有依据，须补写后才能用于评测。\n"
    (question,) = load_dataset(file).questions
    assert (question.question, question.history) == (QUESTION, HISTORY)
    assert question.evidence == tuple(cited.quote for cited in helpful.citations)
    assert question.answerable
    assert json.loads(file.read_text(encoding="utf-8"))["origin"] == "feedback"
    assert export("export", file)[0] == 1  # what was edited is not written over
    assert "文件已存在" in export("export", file)[2]


def test_drafts_of_unhelpful_answers_wait_for_a_person(export: Export, unhelpful: Feedback, tmp_path: Path) -> None:
    keep_feedback(tmp_path, unhelpful)
    code, out, err = export("export")
    assert code == 0
    assert "1 题，其中 1 题没有依据" in err
    draft = json.loads(out)
    assert (draft["evidence"], draft["reason"]) == ([], unhelpful.reason)
    assert "请补上 answerable" in draft["note"]
    file = tmp_path / "drafts.jsonl"
    file.write_text(out, encoding="utf-8")
    with pytest.raises(DatasetError, match="缺少字段：answerable"):
        load_dataset(file)
    file.write_text(json.dumps(draft | {"answerable": False}), encoding="utf-8")
    assert not load_dataset(file).questions[0].answerable


def test_nothing_kept_is_nothing_exported(export: Export, tmp_path: Path) -> None:
    assert export("export") == (0, "", "已导出 0 题，其中 0 题没有依据，须补写后才能用于评测。\n")
    assert export("export", tmp_path / "no" / "x.jsonl")[0] == 1


def test_a_group_needs_a_command(export: Export) -> None:
    code, _, err = export()
    assert code == 2
    assert "缺少命令" in err
