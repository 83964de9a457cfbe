"""Conversations: new topics, what leans on the question before, questions about the answer before, courtesies."""

import time

import pytest

from app.answering import answer_question
from app.conversation import refers_back
from app.courtesy import reply_to
from app.settings import Settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Retriever

NORTH = (
    "北原县高龄津贴发放办法\n北原县民政局\n2025年1月6日\n第一条 本办法适用于本县八十周岁以上老年人。\n"
    "第二条 八十周岁以上老年人每人每月发放高龄津贴100元。\n"
    "第三条 申请人向户籍所在地村委会提出申请，提交身份证和户口簿。\n"
    "第四条 村委会应当在5个工作日内提出意见。"
)
SOUTH = (
    "南屏县校服管理办法\n南屏县教育局\n2025年2月9日\n第一条 校服由家长自愿购买，一套不超过300元。\n"
    "第二条 学校咨询电话0577-65001234。\n第三条 学校应当公示采购结果。"
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    documents = [parse_document(NORTH, "a", "a"), parse_document(SOUTH, "b", "b")]
    return index_documents(documents, Settings(), tmp_path_factory.mktemp("conversation"))


@pytest.mark.parametrize(
    ("history", "question", "words"),
    [
        (["公办园占比多少"], "食堂", "食堂"),
        (["公办园占比多少"], "双减", "“双减”"),
        (["五大学科竞赛国赛金牌几枚"], "高考呢", "高考"),
        (["公办园占比多少"], "优质园呢", "91.37%"),
        (["人工智能这块学校要干啥"], "课程呢", "人工智能课程全开展"),
        (["派了多少老师援川"], "新疆来了多少人", "108人"),
        (["公办园占比多少"], "今年要建多少中小学", "100个以上"),
        (["校园欺凌怎么投诉"], "云优膳是什么", "云优膳"),
    ],
)
def test_a_new_topic_is_asked_as_it_stands(retriever: Retriever, history: list[str], question: str, words: str) -> None:
    assert words in answer_question(retriever, question, history=history).text


def test_what_needs_nothing_of_the_question_before_is_shown_as_it_was_put(retriever: Retriever) -> None:
    question = "老师评职称今年有啥变化吗？"
    answer = answer_question(retriever, question, history=["家门口的学校今年要新建几所"])
    assert "职称" in answer.text
    assert answer.asked_for == question


@pytest.mark.parametrize("question", ["哪一条规定的", "出处", "依据是什么", "这是哪个文件说的？"])
def test_the_source_of_the_answer_before_is_told(retriever: Retriever, question: str) -> None:
    answer = answer_question(retriever, question, history=["学生每天体育活动多长时间"])
    assert answer.text.startswith(
        "《温州市教育局关于印发2024年工作总结和2025年工作要点的通知》（温州市教育局，2025-03-11）"
    )
    assert "一、4：保障学生每天综合体育活动2小时" in answer.text


@pytest.mark.parametrize("question", ["原文发我", "原话是什么", "你确定吗", "你确定吗，原文真这么写？"])
def test_the_answer_before_is_shown_in_full(retriever: Retriever, question: str) -> None:
    answer = answer_question(retriever, question, history=["学生每天体育活动多长时间"])
    (citation,) = answer.citations
    assert citation.quote.startswith("落实《温州市义务教育课程实施办法》")
    assert citation.quote.endswith("2小时。")
    assert citation.document.text[citation.start : citation.end] == citation.quote


def test_its_year_is_told(retriever: Retriever) -> None:
    for question in ("这是哪一年的", "是今年的还是去年的", "目标还是已经完成的"):
        answer = answer_question(retriever, question, history=["新增学位多少"])
        assert answer.text == "2024年（完成情况）：新增学位3.4万个"


def test_what_goes_on_from_it_is_told_once(retriever: Retriever) -> None:
    answer = answer_question(retriever, "还有呢", history=["随迁子女就读公办比例"])
    assert "惠及学生5.7万名" in answer.text
    starts = [citation.start for citation in answer.citations]
    assert len(starts) == len(set(starts))
    nothing = answer_question(retriever, "还有呢", history=["南极有企鹅吗"])
    assert nothing.outcome == "not_in_documents"


def test_a_question_goes_on_behind_one_about_the_answer(retriever: Retriever) -> None:
    history = ["公办园今年占比目标多少", "谢谢", "原文发我"]
    assert "70.77%" in answer_question(retriever, "那去年呢", history=history).text


def test_two_years_are_set_against_each_other(retriever: Retriever) -> None:
    text = answer_question(retriever, "跟去年比呢", history=["今年公办园占比目标多少"]).text
    assert text.endswith("后者比2024年提高4.23个百分点。")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("需要什么材料", "身份证和户口簿"),
        ("第四条呢", "第四条 村委会应当在5个工作日内提出意见"),
        ("适用范围是什么", "适用于本县八十周岁以上老年人"),
        ("谁发的", "发文机关：北原县民政局"),
    ],
)
def test_the_document_spoken_of_is_meant(two: Retriever, question: str, words: str) -> None:
    assert words in answer_question(two, question, history=["北原县高龄津贴每月多少钱"]).text


def test_another_place_does_not_answer_for_it(two: Retriever) -> None:
    history = ["北原县高龄津贴每月多少钱"]
    assert answer_question(two, "咨询电话是多少", history=history).outcome == "not_in_documents"
    assert "65001234" in answer_question(two, "南屏县学校咨询电话是多少", history=history).text


def test_a_number_takes_the_place_of_another_of_its_sort(two: Retriever) -> None:
    answer = answer_question(two, "90岁呢", history=["北原县80岁老人每月高龄津贴多少"])
    assert answer.asked_for == "北原县90岁老人每月高龄津贴多少"


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("你好", "您好。"),
        ("您好！在吗", "您好。"),
        ("好的，谢谢", "不客气。"),
        ("明白了", "好的。"),
        ("再见", "再见。"),
        ("你能干什么？", "我只根据已收录的文件回答"),
    ],
)
def test_a_courtesy_gets_one(retriever: Retriever, said: str, reply: str) -> None:
    answer = answer_question(retriever, said, history=["公办园占比多少"])
    assert (answer.outcome, answer.citations) == ("not_in_documents", ())
    assert answer.text.startswith(reply)


@pytest.mark.parametrize(
    "question", ["谢谢老师的节日是几号", "你好学校在哪", "好的学校有哪些", "可以转学吗", "帮助困难学生的政策"]
)
def test_a_question_that_begins_kindly_is_no_courtesy(question: str) -> None:
    assert reply_to(question) == ""


@pytest.mark.parametrize(
    "question", ["还有多少所学校", "哪一条路封闭", "原文件在哪下载", "具体名单", "第几条线路", "来源地是哪里"]
)
def test_a_question_of_its_own_does_not_refer_back(question: str) -> None:
    assert not refers_back(question)


def test_what_is_long_is_read_in_no_time() -> None:
    started = time.perf_counter()
    for unit in ("看", "看看发", "说的", "的", "呢", "谢", "具体"):
        assert not refers_back(unit * 300 + "x")
    assert time.perf_counter() - started < 1


def test_bare_words_of_asking_are_no_question_about_the_answer() -> None:
    assert not any(refers_back(question) for question in ("什么时候", "什么规定", "哪个", "对"))
