from pathlib import Path

import pytest

from app.answering import answer_question
from app.settings import read_settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Retriever

OLDER = """关于规范民办学校收费的通知
（2023年5月10日）
发布日期：2023-05-10
一、收费标准
民办小学学费为每生每学期6000元，按学期收取。
二、其他
学校不得另收赞助费。
"""
NEWER = """关于调整民办学校收费标准的通知
发布日期：2025-03-01
一、收费标准
民办小学学费为每生每学期7500元，按学期收取。
二、名额分配办法
招生名额按下列顺序分配。
"""


@pytest.fixture(scope="module")
def disagreeing(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    documents = [parse_document(text, f"{i}.txt", text.split("\n")[0]) for i, text in enumerate((OLDER, NEWER))]
    return index_documents(documents, read_settings(), Path(tmp_path_factory.mktemp("disagreeing")))


def test_documents_that_disagree_stand_side_by_side_the_newest_first(disagreeing: Retriever) -> None:
    answer = answer_question(disagreeing, "民办小学学费每学期多少钱")
    lead, newer, older = answer.text.split("\n")
    assert lead == "不同文件的说法不一致："
    assert "7500元" in newer
    assert "2025-03-01" in newer
    assert "6000元" in older
    assert len(answer.citations) == 2


REPORTS = tuple(
    (
        f"山川县教育局{year}年工作总结和{year + 1}年工作计划\n发布日期：{year + 1}-01-12\n一、主要工作\n"
        f"公办园在园幼儿占比达到{done}%。\n二、存在的问题\n城区学位紧张。\n三、{year + 1}年工作计划\n"
        f"公办园在园幼儿占比提高到{planned}%。\n晚自习（走读生）每生每学期收费{fee}元，须家长书面同意。"
    )
    for year, done, planned, fee in ((2023, 52, 55, 180), (2024, 57, 60, 200))
)


@pytest.fixture(scope="module")
def yearly(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    documents = [parse_document(text, f"{i}.txt", text.split("\n")[0]) for i, text in enumerate(REPORTS)]
    return index_documents(documents, read_settings(), Path(tmp_path_factory.mktemp("yearly")))


def test_what_was_planned_and_what_was_done_do_not_disagree(yearly: Retriever) -> None:
    answer = answer_question(yearly, "山川县2024年公办园在园幼儿占比是多少")
    assert "说法不一致" not in answer.text
    assert "57%" in answer.text and "52%" not in answer.text


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("山川县2024年公办园在园幼儿占比实际做到了百分之几，不要目标数", "57%"),
        ("山川县二〇二四年公办园在园幼儿占比有多高", "57%"),
        ("山川县2024年公办园在园幼儿占比原定目标是多少", "55%"),
        ("山川县2024年的计划里公办园在园幼儿占比要到多少", "55%"),
    ],
)
def test_of_what_was_planned_and_done_in_a_year_that_is_given_which_is_asked_for(
    yearly: Retriever, question: str, figure: str
) -> None:
    (citation,) = answer_question(yearly, question).citations
    assert figure in citation.quote


def test_the_report_of_another_year_does_not_disagree(yearly: Retriever) -> None:
    answer = answer_question(yearly, "山川县2023年公办园在园幼儿占比达到多少")
    assert "52%" in answer.text and "57%" not in answer.text


def test_whether_something_is_so_of_what_is_asked_for_is_told_where_it_stands(yearly: Retriever) -> None:
    answer = answer_question(yearly, "山川县2025年走读生晚自习一学期收多少钱，家长一定要同意吗")
    assert "200元，须家长书面同意" in answer.text
    assert len(answer.citations) == 1


def test_figures_that_differ_are_set_against_each_other(retriever: Retriever) -> None:
    text = answer_question(retriever, "职业教育长学制占比2024年和2025年分别是多少").text
    assert text.endswith("后者比2024年提高3.6个百分点。")


def test_nothing_is_worked_out_from_a_figure_that_is_not_exact(retriever: Retriever) -> None:
    text = answer_question(retriever, "中小学新改扩建项目2024年实施了多少个，2025年计划多少个").text
    assert "136个" in text
    assert "100个以上" in text
    assert "后者" not in text


def test_the_half_that_is_not_answered_is_named(retriever: Retriever) -> None:
    text = answer_question(retriever, "2025年新增公办普高学位多少个？总投资是多少？").text
    assert text.split("\n") == ["新增公办普高学位2800个", "关于“总投资是多少”，已收录的文件没有回答。"]


def test_one_figure_does_not_answer_two_questions(retriever: Retriever) -> None:
    text = answer_question(retriever, "去年选派了多少名援川援青支教教师，其中去青海的几名").text
    assert "50名" in text
    assert "关于“其中去青海的几名”，已收录的文件没有回答。" in text


def test_a_year_that_is_compared_and_missing_is_named(retriever: Retriever) -> None:
    text = answer_question(retriever, "一级园在园幼儿占比2024年和2025年分别是多少").text
    assert "35%" in text
    assert "关于2024年，已收录的文件没有回答。" in text


def test_the_figure_asked_for_is_the_one_emphasised(retriever: Retriever) -> None:
    assert answer_question(retriever, "在温高校有几个学科进入ESI全球排名前1%").key == ("18个",)


def test_a_whole_list_is_given(retriever: Retriever) -> None:
    text = answer_question(retriever, "哪些县市区通过了学前教育普及普惠国家验收").text
    assert all(place in text for place in ("鹿城", "龙湾", "乐清", "瑞安", "平阳"))
    assert "洞头" not in text


def test_yes_or_no_is_left_to_the_text(retriever: Retriever) -> None:
    assert answer_question(retriever, "乐清的专门学校2025年秋季能不能招生").text.startswith("文件提出：")


def test_a_year_is_not_given_the_figure_of_another_thing(retriever: Retriever) -> None:
    text = answer_question(retriever, "2024年新增博士点多少，2025年目标呢").text
    assert text.split("\n") == ["新增博士学位点5个", "关于2025年，已收录的文件没有回答。"]
