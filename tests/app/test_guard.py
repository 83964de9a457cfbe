from dataclasses import replace
from pathlib import Path

import pytest

from app.answering import answer_question
from app.extraction import extract
from app.guard import misfit
from app.pieces import is_heading
from app.records import NOT_IN_DOCUMENTS
from app.settings import Settings
from app.understanding import understand
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Retriever


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("乐清2025年公办园在园幼儿占比目标是多少", "找到的段落没有说到乐清市"),
        ("杭州2025年公办园占比目标", "原文没有提到杭州市"),
        ("2023年公办园在园幼儿占比是多少", "找到的段落说的不是2023年"),
        ("公办幼儿园一个月收费多少", "原文没有给出所问的金额"),
        ("第八届名教师评选报名到几月几号截止", "原文没有给出所问的日期"),
        ("2025年新增公办初中学位多少个", "原文说的是普高，不是初中"),
        ("2024年温州中小学生近视率是多少", "原文没有提到近视率"),
        ("温州商学院有几个学科入选省一流学科", "原文没有提到「商学院」"),
        ("“阳光午睡”覆盖多少学校", "原文没有"),
        ("帮我写一篇春游的作文", "这不是向政策文件提出的问题"),
        ("明天温州下雨吗", "这不是向政策文件提出的问题"),
        ("今天食堂吃什么", "原文没有说今天的事"),
        ("2023年特殊教育三个学段的入学率分别是多少", "找到的段落说的不是2023年"),
        ("公办园占比2022年和2023年分别是多少", "找到的段落说的不是2022年、2023年"),
        ("2023年公办园占比和现在对比有什么变化", "找到的段落说的不是2023年"),
        ("义乌的专门学校今年秋季能招生吗", "原文没有提到义乌市"),
    ],
)
def test_a_near_miss_is_refused_with_its_reason(retriever: Retriever, question: str, reason: str) -> None:
    answer = answer_question(retriever, question)
    assert (answer.outcome, answer.text, answer.citations) == ("not_in_documents", NOT_IN_DOCUMENTS, ())
    assert any(reason in step.detail for step in answer.steps if step.name == "判断"), answer.steps


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("温州2025年公办园在园幼儿占比目标是多少", "75%"),
        ("乐清的专门学校今年秋季能招生吗", "确保秋季顺利招生"),
        ("援青支教教师选派了多少名", "50名"),
        ("鹿城今年要设立什么学校", "特殊教育学校"),
        ("去年“瓯越情”评选了多少名优秀教师", "395人"),
    ],
)
def test_what_the_document_says_of_them_is_answered(retriever: Retriever, question: str, words: str) -> None:
    assert words in answer_question(retriever, question).text


def test_a_heading_answers_only_if_nothing_stands_under_it(tmp_path: Path) -> None:
    text = (
        "东海市教育局关于校服的通知\n一、价格\n每套校服不超过231元，由学校公示。\n二、9月1日起执行。\n"
        "三、家长自愿购买，学校不得强制。\n四、监督\n（一）每年抽查两次。\n（二）发现强制购买的，通报批评。"
    )
    retriever = index_documents([parse_document(text, "a", "a")], Settings(), tmp_path)
    for question, words in (
        ("校服什么时候执行", "9月1日起执行"),
        ("校服是不是自愿购买", "家长自愿购买"),
        ("一年抽查几次", "每年抽查两次"),
        ("强制购买校服会怎么处理", "通报批评"),
        ("校服价格多少", "231元"),
    ):
        assert words in answer_question(retriever, question).text, question
    asked = understand(retriever, "学校怎么监督")
    hits = [hit for hit in retriever.find(retriever.sought(asked.query), 20) if is_heading(hit.text, hit)]
    assert {hit.text for hit in hits} >= {"四、监督", "东海市教育局关于校服的通知"}
    (alone,) = extract([hit for hit in hits if hit.text == "四、监督"], retriever.sought(asked.query), asked)
    assert misfit(alone, asked) == "原文只有标题，没有内容"
    section = answer_question(retriever, "第四条的原文是什么")
    assert [citation.quote for citation in section.citations] == [
        "四、监督",
        "（一）每年抽查两次",
        "（二）发现强制购买的，通报批评",
    ]


def test_what_is_asked_of_another_topic_is_refused(tmp_path: Path) -> None:
    """A share is not of kindergartens because it is a share, nor likelier for being of the year asked for."""
    text = "温州市交通局2025年工作要点\n一、公交\n2025年公交车新能源占比达到92%,低地板公交车占比达到60%。"
    retriever = index_documents([parse_document(text, "a", "a")], Settings(), tmp_path)
    assert answer_question(retriever, "2025年一级幼儿园的占比要达到多少").outcome == "not_in_documents"
    assert "92%" in answer_question(retriever, "2025年公交车新能源占比要达到多少").text


def test_a_refusal_names_the_nearest_clauses_without_citing_them(retriever: Retriever) -> None:
    answer = answer_question(retriever, "乐清2025年公办园在园幼儿占比目标是多少")
    assert answer.citations == ()
    assert 0 < len(answer.related) <= 3
    assert answer.reason == "找到的段落没有说到乐清市"
    assert replace(answer, related=()).outcome == "not_in_documents"


def test_a_figure_reached_does_not_answer_for_one_aimed_at(retriever: Retriever) -> None:
    assert "75%" in answer_question(retriever, "公办园占比目标").text
    assert "70.77%" in answer_question(retriever, "公办园占比完成情况").text


def test_a_clause_of_another_place_is_not_quoted_for_the_one_asked_about(retriever: Retriever) -> None:
    assert answer_question(retriever, "瑞安专门学校什么时候招生").outcome == "not_in_documents"
    assert "秋季" not in answer_question(retriever, "瑞安专门学校今年招生吗").text
    assert "秋季" in answer_question(retriever, "乐清专门学校今年招生吗").text


@pytest.mark.parametrize("question", ["学校查不查视力", "校外培训今年还管吗", "每天都有体育课吗", "AI课要开吗"])
def test_a_verb_that_says_little_need_not_be_said(retriever: Retriever, question: str) -> None:
    assert answer_question(retriever, question).outcome == "answered"


def test_pupils_are_counted_whatever_they_are_called(retriever: Retriever) -> None:
    assert "5.7万名" in answer_question(retriever, "小飞鸥去年惠及多少孩子").text
