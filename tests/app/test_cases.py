"""Rules that tell several cases in one sentence: what is quoted is of the one that is asked about."""

from pathlib import Path

import pytest

from app.answering import answer_question
from app.settings import Settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Retriever

RULES = (
    "澧桐市第三中学考务与津贴规定\n"
    "第一条 考试不及格的可在下学期第1周补考，理论课重修费每学分80元，实验课重修费每学分110元，体育课重修不收费。\n"
    "第二条 交流考核优秀的职称评审加3分，合格的加1分，不合格的延长1年交流期且不发当年补助。\n"
    "第三条 私自留宿他人的，给予警告或者严重警告；留宿异性的，给予记过处分。\n"
    "第四条 截留课后服务费不足1万元的，责令退还并约谈校长；1万元以上5万元以下的，给予校长警告或者记过；"
    "5万元以上的，移送纪检监察机关处理。\n"
    "第五条 驾驶电动自行车到校的学生应当年满十六周岁，并佩戴头盔。\n"
    "第六条 总结报送：每年12月10日前报送年度总结，方案报德育科。联系人：祁漪澜，电话8820417。\n"
    "第七条 初中每天书面作业不超过90分钟，小学三至六年级不超过60分钟。\n"
    "第八条 校服由家长自愿购买，每人限购2套，夏装每套128元，冬装每套275元。\n"
    "第九条 学校寄宿部每天户外活动不少于3小时。\n"
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder: Path = tmp_path_factory.mktemp("rules")
    return index_documents([parse_document(RULES, "rules.txt", "规定")], Settings(), folder)


@pytest.mark.parametrize(
    ("question", "said", "of_others"),
    [
        ("体育没过，重修体育要掏钱吗", "体育课重修不收费", "80元"),
        ("交流考核不合格会怎么处理", "不合格的延长1年交流期", "加3分"),
        ("留宿异性会受什么处分", "留宿异性的，给予记过处分", "警告"),
        ("截留了三万多课后服务费，校长怎么处分", "给予校长警告或者记过", "移送"),
    ],
)
def test_the_case_that_is_asked_about_is_quoted_alone(
    rules: Retriever, question: str, said: str, of_others: str
) -> None:
    answer = answer_question(rules, question)
    assert said in answer.text
    assert of_others not in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("我家孩子今年十五岁，能骑电动自行车到校吗", "年满十六周岁"),  # nothing is said of fifteen
        ("初二每天的书面作业不能超过多长时间", "初中每天书面作业不超过90分钟"),
        ("冬天的校服一套多少钱", "275元"),  # 一套 is the price of each, not the first
        ("去年做了手术没参加考试，体育课重修收费吗", "不收费"),  # the year is the asker's own
    ],
)
def test_what_only_seems_to_be_of_another_case_answers(rules: Retriever, question: str, said: str) -> None:
    assert said in answer_question(rules, question).text


def test_two_things_asked_at_once_are_quoted_each_by_its_own_words(rules: Retriever) -> None:
    answer = answer_question(rules, "年度总结每年几号前报送，联系人是谁")
    when, who = answer.text.splitlines()
    assert when.endswith("每年12月10日前报送年度总结")
    assert who == "联系人：祁漪澜，电话8820417"
