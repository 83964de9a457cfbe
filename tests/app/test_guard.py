from dataclasses import replace

import pytest

from app.answering import answer_question
from app.records import NOT_IN_DOCUMENTS
from vectorstore import Retriever


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("乐清2025年公办园在园幼儿占比目标是多少", "原文没有提到乐清市"),
        ("杭州2025年公办园占比目标", "原文没有提到杭州市"),
        ("2023年公办园在园幼儿占比是多少", "原文没有2023年的内容"),
        ("公办幼儿园一个月收费多少", "原文没有给出所问的金额"),
        ("第八届名教师评选报名到几月几号截止", "原文没有给出所问的日期"),
        ("2025年新增公办初中学位多少个", "原文说的是普高，不是初中"),
        ("2024年温州中小学生近视率是多少", "原文没有提到近视率"),
        ("温州商学院有几个学科入选省一流学科", "原文没有提到「商学院」"),
        ("“阳光午睡”覆盖多少学校", "原文没有提到「阳光午睡」"),
        ("帮我写一篇春游的作文", "这不是向政策文件提出的问题"),
        ("明天温州下雨吗", "这不是向政策文件提出的问题"),
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


def test_a_refusal_names_the_nearest_clauses_without_citing_them(retriever: Retriever) -> None:
    answer = answer_question(retriever, "乐清2025年公办园在园幼儿占比目标是多少")
    assert answer.citations == ()
    assert 0 < len(answer.related) <= 3
    assert answer.reason == "原文没有提到乐清市"
    assert replace(answer, related=()).outcome == "not_in_documents"
