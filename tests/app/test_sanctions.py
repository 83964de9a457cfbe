"""What follows where a rule is broken, which laws say at their end, by number; and figures that hold in one case."""

import pytest

from app.answering import answer_question
from app.sanctions import sanctions
from app.settings import Settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Retriever

LAW = (
    "云川市幼儿园条例\n第一章 保育\n第一条 幼儿园工作人员应当爱护幼儿，不得体罚或者变相体罚幼儿。\n"
    "第二条 幼儿园招生不得进行任何形式的考试或者测查。\n第三条 幼儿园不得向幼儿家长收取赞助费。\n"
    "第四条 幼儿园应当每年组织幼儿体检。\n第五条 幼儿园门前不得停放车辆。\n第二章 法律责任\n"
    "第六条 幼儿园工作人员违反本条例第一条规定的，由教育行政部门给予处分，并对其所在单位处五千元以上二万元以下罚款；"
    "情节严重的，吊销许可证。\n"
    "第七条 幼儿园违反本条例第二条至第三条规定的，处三千元以上一万元以下罚款；逾期不改正的，处二万元罚款；"
    "拒绝检查的，处四万元罚款。\n"
    "第八条 幼儿园有下列情形之一的，给予警告；逾期不改正的，处六千元罚款：\n（一）违反本条例第四条规定不组织体检的；\n"
    "（二）教职员没有健康证明的。\n第九条 违反《道路交通安全法》第五条规定的，依法处理。"
)

NOTICE = (
    "云川市公办幼儿园收费通知\n一、标准\n示范园保教费标准为每名幼儿每月500元，普通园保教费标准为每名幼儿每月420元。\n二、退费\n入园前退出的全额退还。\n"
    "三、学位\n今年全市新建公办幼儿园3所并投入使用，新增公办幼儿园学位900个。"
)


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return index_documents([parse_document(LAW, "a", "a")], Settings(), tmp_path_factory.mktemp("sanctions"))


@pytest.fixture(scope="module")
def notice(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return index_documents([parse_document(NOTICE, "b", "b")], Settings(), tmp_path_factory.mktemp("cases"))


def test_a_sanction_is_found_by_the_number_of_the_rule() -> None:
    found = sanctions(parse_document(LAW, "a", "a"))
    assert {number: clause.label for number, clause in found.items()} == {
        1: "第二章第六条",
        2: "第二章第七条",
        3: "第二章第七条",
        4: "第二章第八条（一）",
    }


@pytest.mark.parametrize(
    ("question", "sanction", "rule"),
    [
        ("幼儿园老师体罚孩子罚多少钱", "处五千元以上二万元以下罚款；情节严重的，吊销许可证", "不得体罚"),
        ("幼儿园招生搞考试罚多少", "处三千元以上一万元以下罚款；逾期不改正的，处二万元罚款", "不得进行任何形式的考试"),
        ("幼儿园收赞助费怎么处罚", "处三千元以上一万元以下罚款", "不得向幼儿家长收取赞助费"),
        ("幼儿园不组织体检罚多少", "给予警告；逾期不改正的，处六千元罚款", "不组织体检"),
    ],
)
def test_what_follows_is_quoted_with_the_rule(law: Retriever, question: str, sanction: str, rule: str) -> None:
    answer = answer_question(law, question)
    assert sanction in answer.text
    assert rule in answer.text


def test_the_sanction_of_another_law_is_not_taken(law: Retriever) -> None:
    assert "道路交通安全法" not in answer_question(law, "幼儿园门前停车罚多少钱").text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("幼儿园一个月收费多少", "示范园保教费标准为每名幼儿每月500元，普通园保教费标准为每名幼儿每月420元"),
        ("示范园一个月收费多少", "示范园保教费标准为每名幼儿每月500元"),
        ("新增学位多少个", "新增公办幼儿园学位900个"),
    ],
)
def test_a_figure_of_one_case_stands_beside_the_others(notice: Retriever, question: str, text: str) -> None:
    assert answer_question(notice, question).text == text
