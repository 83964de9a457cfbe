"""Which stretch of a passage is quoted: one case of several, both of two things, all where all are asked for."""

import numpy as np
import pytest

from app.answering import answer_question
from app.extraction import read_passages
from app.finding import find_extracts
from app.runs import MAX_PIECES, ends_of_runs, handed_on, over_runs
from app.settings import Settings
from app.stretches import WEIGHTS, features, kind_of_runs, odds_of
from app.understanding import understand
from eval.run import index_documents
from ingest import parse_document
from training.train_stretches import Choice, fitted
from vectorstore import Retriever

RULES = (
    "嶰川市第二中学学生管理办法\n嶰川市第二中学\n2026年1月6日\n"
    "第一条 住宿费六人间每生每学期420元，四人间每生每学期560元，双人间每生每学期900元。\n"
    "第二条 请假不满2天的，由班主任批准；2天以上5天以内的，由年级组长批准；超过5天的，由校长批准。\n"
    "第三条 宿舍使用电热器具的，第一次批评教育并暂扣，第二次给予警告，第三次取消住宿资格一学期。\n"
    "第四条 教龄津贴满1年计6分，满2年计10分，满3年计15分，满4年计21分。"
)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return index_documents([parse_document(RULES, "a", "a")], Settings(), tmp_path_factory.mktemp("stretches"))


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("四人间一学期住宿费多少", ["560元"], ["420元", "900元"]),
        ("请假五天找谁批", ["年级组长"], ["班主任", "校长"]),
        ("请七天假由谁批准", ["校长"], ["班主任", "年级组长"]),
        ("宿舍第三回被查到用电热器具会怎样", ["取消住宿资格一学期"], []),
        ("教了四年半书，教龄津贴计几分", ["21分"], ["15分", "6分"]),
        ("住宿费多少", ["420元", "560元", "900元"], []),
        ("住宿费分别是多少", ["420元", "560元", "900元"], []),
    ],
)
def test_the_case_that_is_asked_for_is_quoted(
    school: Retriever, question: str, said: list[str], unsaid: list[str]
) -> None:
    text = answer_question(school, question).text
    assert all(words in text for words in said), text
    assert not any(words in text for words in unsaid), text


def test_what_stands_before_in_a_sentence_is_handed_on() -> None:
    rows = np.array([[1.0, 0.0], [0.2, 0.5], [0.0, 0.3]])
    assert handed_on(rows, [True, False, True]).tolist() == [[1.0, 0.0], [1.0, 0.5], [0.0, 0.3]]
    assert handed_on(rows, [True, False, False], 0.5).tolist() == [[1.0, 0.0], [0.5, 0.5], [0.5, 0.3]]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_runs_are_of_neighbouring_pieces(count: int) -> None:
    first, last = ends_of_runs(count)
    expected = [(i, i + length) for length in range(min(count, MAX_PIECES)) for i in range(count - length)]
    assert list(zip(first.tolist(), last.tolist(), strict=True)) == expected
    values = np.arange(count, dtype=np.float64) % 3
    assert over_runs(values).tolist() == [max(values[i : j + 1]) for i, j in expected]
    assert over_runs(values, np.add).tolist() == [sum(values[i : j + 1]) for i, j in expected]


def test_each_feature_has_a_weight_and_each_run_a_kind(school: Retriever) -> None:
    asked = understand(school, "四人间一学期住宿费多少")
    found = find_extracts(school, asked)[0]
    sought = school.sought(asked.query)
    (passage,) = read_passages([found.hit], sought, asked)
    values, kinds = features(passage, sought, asked), kind_of_runs(passage, asked)
    assert set(values) == {*WEIGHTS, "each"}
    assert len(odds_of(values)) == len(kinds) == len(ends_of_runs(len(passage.pieces))[0])
    assert found.ahead > 0.0


def test_weights_are_learned_from_what_answers() -> None:
    random = np.random.default_rng(7)
    given = []
    for number in range(60):
        figures = random.normal(size=(5, 2))
        given.append(Choice(str(number), figures, figures[:, 0] == figures[:, 0].max()))
    telling, idle = fitted(given, np.ones(2))
    assert telling > 1.0
    assert abs(idle) < telling / 5
