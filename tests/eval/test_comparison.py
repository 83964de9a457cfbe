import json
from collections.abc import Callable
from math import comb
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.records import Answer
from eval.chance import interval, mcnemar, sign_flip
from eval.comparison import compare
from eval.comparison_report import comparison_text, write_comparison
from eval.questions import DatasetError
from eval.report import figures, write_report
from eval.run import Result
from tests.eval.test_run import question

HOSTILE = "</style><script>alert(1)</script>"


def result(id_: str, correct: bool, elapsed_ms: float = 5.0, **changes: object) -> Result:
    answer = Answer("问", "answered", "对" if correct else HOSTILE, (), (), elapsed_ms)
    return Result(question(id=id_, **changes), answer, 10 if correct else None, correct, float(correct), "")


def written(folder: Path, results: list[Result]) -> Path:
    return write_report(folder, figures("set", results), results).with_name("results.json")


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    before = [result(str(n), n >= 10) for n in range(40)]
    after = [result(str(n), n != 39) for n in range(40)]
    return written(tmp_path / "a", before), written(tmp_path / "b", after)


def test_what_changed_is_named_with_how_sure_it_is(runs: tuple[Path, Path]) -> None:
    found = compare(*runs)
    correct = next(one for one in found.measures if one.key == "answer_correct")
    assert (correct.before, correct.after, correct.questions) == (0.75, 0.975, 40)
    assert correct.p == pytest.approx(2 * (comb(11, 0) + comb(11, 1)) / 2**11)
    assert correct.between[0] < correct.difference < correct.between[1]
    assert correct.verdict == "确有改善"
    assert [change.id for change in found.improved] == [str(n) for n in range(10)]
    assert [(change.id, change.before, change.after) for change in found.broke] == [("39", "对", HOSTILE)]
    text = comparison_text(found)
    assert "答案正确：75.0% → 97.5%，差 +22.5 点" in text
    assert "由对变错：1 题\n  39（" in text


def test_a_run_against_itself_differs_in_nothing(runs: tuple[Path, Path]) -> None:
    found = compare(runs[0], runs[0])
    assert {(one.verdict, one.p) for one in found.measures} == {("没有差别", 1.0)}
    assert (found.improved, found.broke, found.apart) == ((), (), ())


def test_one_changed_answer_is_noise(tmp_path: Path) -> None:
    before = written(tmp_path / "a", [result(str(n), True) for n in range(20)])
    after = written(tmp_path / "b", [result(str(n), n > 0) for n in range(20)])
    verdicts = {one.key: one.verdict for one in compare(before, after).measures}
    assert verdicts["answer_correct"] == verdicts["character_f1"] == "可能只是偶然"


def test_of_times_no_verdict_is_given(tmp_path: Path) -> None:
    before = written(tmp_path / "a", [result(str(n), True) for n in range(40)])
    after = written(tmp_path / "b", [result(str(n), True, elapsed_ms=500.0) for n in range(40)])
    verdicts = {one.key: (one.verdict, one.p < 0.05) for one in compare(before, after).measures}
    assert verdicts["elapsed_ms.mean"] == ("随机器忙闲而变，不作判断", True)


def test_other_questions_are_named_and_left_out(tmp_path: Path) -> None:
    before = written(tmp_path / "a", [result("1", True), result("2", True), result("3", True)])
    after = written(tmp_path / "b", [result("1", True), result("3", True, question="另一问"), result("4", True)])
    found = compare(before, after)
    assert found.questions == 1
    assert found.apart == (
        "只在前一次的问题 1 题，未予比较：2。",
        "只在后一次的问题 1 题，未予比较：4。",
        "两次内容不同的问题 1 题，未予比较：3。",
    )
    with pytest.raises(DatasetError, match="没有相同的问题"):
        compare(before, written(tmp_path / "c", [result("9", True)]))


def test_figures_and_folders_lead_to_the_results_beside_them(runs: tuple[Path, Path]) -> None:
    assert compare(runs[0].with_name("figures.json"), runs[1].parent).questions == 40


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "不是 JSON"),
        ("[]", "不是评测结果"),
        ('{"results": [{"id": "1"}]}', "第 1 题缺少 kind"),
        ('{"dataset": "set"}', "无法读取评测结果.*results.json"),
        (None, "无法读取评测结果"),
    ],
)
def test_a_file_that_is_no_run_is_named(
    runs: tuple[Path, Path], tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "one.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match=said):
        compare(runs[0], file)


def test_the_page_is_one_file_and_what_others_wrote_stays_text(runs: tuple[Path, Path], tmp_path: Path) -> None:
    page = write_comparison(tmp_path, compare(*runs)).read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_command_compares_and_refuses_what_makes_no_sense(runs: tuple[Path, Path], tmp_path: Path) -> None:
    def call(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["eval", *arguments])
        return done.exit_code, done.output

    files = tuple(map(str, runs))
    code, said = call("--compare", *files, "--json", "--report", str(tmp_path / "page"))
    assert code == 0
    assert json.loads(said[: said.rindex("}") + 1])["questions"] == 40
    assert (tmp_path / "page" / "comparison.html").is_file()
    assert "不能与 --gate 同用" in call("--compare", *files, "--gate")[1]
    assert "只与 --update 同用" in call("--allow-regression")[1]
    assert call("--update", "--model")[0] == 2


def test_chance_is_the_same_each_time_and_tells_a_shift_from_noise() -> None:
    values = [float(n % 4 > 0) for n in range(100)]
    assert interval(values) == interval(values)
    low, high = interval(values) or (0, 0)
    assert 0.6 < low < 0.75 < high < 0.9
    assert interval([]) is None
    tests: list[Callable[[], float]] = [lambda: sign_flip([0.1] * 20), lambda: mcnemar([False] * 20, [True] * 20)]
    assert all(test() < 0.001 for test in tests)
    assert sign_flip([0.1, -0.1] * 20) == 1.0
    assert mcnemar([True, False], [False, True]) == 1.0
    assert sign_flip([]) == mcnemar([], []) == 1.0
