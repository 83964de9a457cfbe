from collections.abc import Callable

import pytest

from app.chat_model import ChatModel
from app.followups import split_question, standalone, whether_besides
from app.rewriting import rewrite
from app.settings import ModelSettings
from tests.model_server import Act, fails, says, serving

WENZHOU = ("温州市",)
FOLLOW_UPS = [
    (["2025年公办园占比要达到多少"], "那2024年呢？", "2024年公办园占比达到多少"),
    (["去年实施了多少个新建项目"], "今年的目标呢", "今年实施了多少个新建项目，目标"),
    (["今年龙湾要设特殊教育学校吗"], "瓯海也有吗", "今年瓯海要设特殊教育学校吗"),
    (["2024年全市公办园占比是多少"], "乐清的呢", "2024年乐清公办园占比是多少"),
    (["去年新增多少学位"], "杭州呢", "去年杭州新增多少学位"),
    (["去年创成了多少所二级园"], "一级园呢", "去年创成了多少所一级园"),
    (["2025年公办园在园幼儿占比是多少"], "那一级园的呢", "2025年一级园在园幼儿占比是多少"),
    (["今年支持温州医科大学争创什么"], "那温州大学呢", "今年支持温州大学争创什么"),
    (["市本级专门学校今年还在建吗"], "什么时候招生", "今年市本级专门学校什么时候招生"),
    (["乡镇老年学校今年建了多少所?"], "是不是全覆盖", "今年乡镇老年学校是不是全覆盖"),
    (["尤宁外籍人员子女学校今年还办吗"], "它一年学费多少", "尤宁外籍人员子女学校一年学费多少"),
    (["“爱阅读”获评过什么案例"], "它的研究成果发在哪里", "“爱阅读”的研究成果发在哪里"),
]

Resolve = Callable[[str, list[str], str], str]
"""Question, questions before, what a good model would make of it → the question that is asked."""


def by_rules(question: str, history: list[str], meant: str) -> str:
    return standalone(question, history, WENZHOU)


def by_model(*script: Act) -> Resolve:
    """Resolve as the program does: by the model, and by the rules where that cannot be used."""

    def resolve(question: str, history: list[str], meant: str) -> str:
        with serving(*(script or (says(meant),))) as server:
            model = ChatModel(ModelSettings(server.url, "m"))
            return rewrite(model, question, history) or standalone(question, history, WENZHOU)

    return resolve


RESOLVE = {
    "rules": by_rules,
    "model": by_model(),
    "model that answers": by_model(says("2026年公办园占比达到99%，由杭州市教育局负责。")),
    "model that talks": by_model(says("好的。改写如下：问题很简单。")),
    "model that fails": by_model(fails(401)),
}


@pytest.fixture(params=RESOLVE)
def resolve(request: pytest.FixtureRequest) -> Resolve:
    return RESOLVE[request.param]


@pytest.mark.parametrize(("history", "question", "meant"), FOLLOW_UPS)
def test_a_follow_up_takes_what_it_leaves_out_from_the_question_before(
    resolve: Resolve, history: list[str], question: str, meant: str
) -> None:
    assert resolve(question, history, meant) == meant


def test_follow_ups_follow_each_other() -> None:
    assert standalone("基地校呢", ["今年培育多少所样本校", "那2024年呢"], WENZHOU).startswith("2024年")


@pytest.mark.parametrize(
    "question",
    [
        "温州高考质量已经连续增长多少年了",
        "村居老年学堂建成率今年力争达到多少",
        "校园欺凌怎么治理，由谁负责处置",
        "今天食堂吃什么",
    ],
)
def test_a_complete_question_is_left_alone(resolve: Resolve, question: str) -> None:
    assert resolve(question, ["一级园去年创成几所"], question) == question
    assert standalone(question, []) == question


def test_the_words_that_change_the_subject_are_left_out() -> None:
    question = "换个话题,学校体育设施对外开放去年服务了多少市民?"
    assert standalone(question, ["二级园呢"], WENZHOU) == "学校体育设施对外开放去年服务了多少市民?"


def test_two_questions_in_one_are_taken_apart() -> None:
    assert split_question("今年新增公办普高学位多少个?总投资是多少?") == [
        ("今年新增公办普高学位多少个", "今年新增公办普高学位多少个"),
        ("总投资是多少", "今年公办普高学位总投资是多少"),
    ]
    assert split_question("公办园占比，优质园占比") == [("公办园占比，优质园占比", "公办园占比，优质园占比")]
    assert len(split_question("孩子迟到了好几次，怎么处理")) == 1
    assert split_question("?") == [("?", "?")]
    assert [put for put, _ in split_question("新生去哪儿体检 一个人多少钱")] == ["新生去哪儿体检", "一个人多少钱"]
    assert split_question("一般事故口头多久内报，书面呢")[1][0] == "书面呢"
    assert len(split_question("哪些地方不准装监控，原话怎么说的")) == 1


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("东海和西海，2025年近视率哪边低一些", "东海，2025年近视率是多少"),
        ("东海与西海相比，谁的教师招得多", "东海教师招了多少"),
        ("东海和西海哪个市的公办园占比更高", "东海的公办园占比是多少"),
        ("东海和西海各招了多少人", "东海招了多少人"),
    ],
)
def test_what_is_compared_of_two_places_is_asked_of_each(question: str, first: str) -> None:
    assert split_question(question, ("东海市", "西海市"))[0] == ("东海", first)


@pytest.mark.parametrize(
    ("question", "besides"),
    [
        ("走读生晚自习收多少钱，一定得上吗", "走读生晚自习一定得上吗"),
        ("举报热线是什么号码？半夜能打吗", "举报热线半夜能打吗"),
        ("能领生育津贴吗，一天多少", ""),  # the last asks for a thing
        ("孩子近视了，学校管不管", ""),  # nothing is asked for before
        ("学费多少", ""),
        ("?", ""),
    ],
)
def test_what_is_asked_last_may_be_whether_something_is_so(question: str, besides: str) -> None:
    assert whether_besides(question) == besides
