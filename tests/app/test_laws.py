"""Laws as lawyers and parents ask about them: articles by number, what a term means, lists and what announces them."""

from pathlib import Path

import pytest

from app.answering import answer_question
from app.settings import Settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Retriever

LAW = (
    "云川市学生伤害事故处理条例\n第一章 总则\n第一条 为了妥善处理学生伤害事故，制定本条例。\n"
    "第二条 本条例所称学生伤害事故，是指在学校教育教学活动中造成学生人身损害后果的事故。\n"
    "第三条 学生伤害事故的处理应当及时、公正、合法。\n第二章 责任\n"
    "第四条 下列情形之一造成的学生伤害事故，学校承担损害赔偿责任：\n"
    "（一）学校的场地、设备不符合安全标准的；\n（二）学校提供的食品不符合卫生标准的。\n"
    "第五条 下列情形之一造成的学生伤害事故，学校不承担损害赔偿责任：\n"
    "（一）学生突发疾病，学校及时采取救护措施的；\n（二）学生自行外出发生意外的。\n第三章 处理\n"
    "第六条 学校应当在二十四小时内报告区教育行政部门。\n"
    "当事人可以自愿协商处理。\n第七条 教职员，是指校长、教师以及其他职工。\n"
    "第八条 小学一年级于2025年招收新生，5月7日至11日网上报名。"
)


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return index_documents([parse_document(LAW, "a", "a")], Settings(), tmp_path_factory.mktemp("laws"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("学生伤害事故处理条例第三条", "第三条 学生伤害事故的处理应当及时、公正、合法"),  # not the third chapter
        (
            "《学生伤害事故处理条例》第四条",
            "第四条 下列情形之一造成的学生伤害事故，学校承担损害赔偿责任：\n（一）学校的场地、设备不符合安全标准的\n"
            "（二）学校提供的食品不符合卫生标准的",
        ),
    ],
)
def test_an_article_is_quoted_whole(law: Retriever, question: str, answer: str) -> None:
    assert answer_question(law, question).text == answer


def test_a_paragraph_is_of_its_article(law: Retriever) -> None:
    citations = answer_question(law, "《学生伤害事故处理条例》第六条第二款").citations
    assert {citation.clause.path[-1][:3] for citation in citations} == {"第六条"}


def test_an_article_that_is_not_there_is_said_not_to_be(law: Retriever) -> None:
    answer = answer_question(law, "《学生伤害事故处理条例》第一百条")
    assert (answer.outcome, answer.reason) == ("not_in_documents", "这份文件没有第一百条")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("什么叫学生伤害事故", "本条例所称学生伤害事故，是指"),
        ("学生伤害事故是什么意思", "本条例所称学生伤害事故，是指"),
        ("教职员指的是哪些人", "教职员，是指校长、教师以及其他职工"),
    ],
)
def test_a_term_is_told_by_the_sentence_that_says_what_it_means(law: Retriever, question: str, words: str) -> None:
    answer = answer_question(law, question)
    assert words in answer.text
    assert len(answer.citations) == 1


def test_an_item_is_quoted_under_what_turns_it_round(law: Retriever) -> None:
    text = answer_question(law, "学生突发疾病学校承担责任吗").text
    assert text.index("学校不承担损害赔偿责任：") < text.index("（一）学生突发疾病")


def test_a_year_is_no_day(law: Retriever) -> None:
    assert "5月7日至11日" in answer_question(law, "小学一年级什么时候报名").text


@pytest.mark.parametrize("question", ["高中要不要军训", "教师会裁员吗", "幼儿园有校车吗", "教室会装监控吗"])
def test_what_is_not_spoken_of_is_not_decided(retriever: Retriever, question: str) -> None:
    answer = answer_question(retriever, question)
    assert answer.outcome == "not_in_documents"


def test_a_place_that_a_list_does_not_name_is_named_below_it(retriever: Retriever) -> None:
    answer = answer_question(retriever, "永嘉通过义务教育优质均衡国家验收了吗")
    assert answer.missing == ("关于“永嘉县”，所引原文没有提到。",)
    assert answer.text.endswith(answer.missing[0])


def test_a_lone_figure_says_of_which_year_it_is(retriever: Retriever) -> None:
    assert answer_question(retriever, "一级园占比多少").text.startswith("2025年（目标）：")
    assert not answer_question(retriever, "一级园占比目标是多少").text.startswith("2025年")


def test_figures_of_other_things_have_no_difference(retriever: Retriever) -> None:
    text = answer_question(retriever, "随迁子女上公办的比例2024年和2025年分别是多少").text
    assert "91%" in text
    assert "后者" not in text


def test_two_things_are_answered_one_by_one(retriever: Retriever) -> None:
    text = answer_question(retriever, "体育课和食堂分别有什么规定").text
    assert "体育" in text
    assert "食堂" in text


def test_a_law_of_the_country_holds_in_each_of_its_cities(tmp_path: Path) -> None:
    law = parse_document(
        "中华人民共和国校园保护法\n第一条 为了保护学生，制定本法。\n第二条 学校不得占用寒暑假组织学生集体补课。",
        "c",
        "c",
    )
    retriever = index_documents([law], Settings(), tmp_path)
    assert "不得占用寒暑假" in answer_question(retriever, "上海的学校寒假能集体补课吗").text
