"""Regulations of a province and notices of schools: what governs, what follows, what is only named."""

from pathlib import Path

import pytest

from app.answering import answer_question
from app.settings import Settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Retriever

PROVINCE = (
    "河南省中小学生安全条例\n第一条 为了保护学生，制定本条例。\n"
    "第二条 学校应当每学期组织学生体检一次。学校购买责任保险的费用由举办者承担，不得向学生收取。\n"
    "第三条 学校有下列行为之一的，由教育行政部门处以三千元以上五千元以下罚款：\n"
    "（一）在校门口堆放杂物，堵塞消防通道的；\n（二）组织学生参加商业庆典的。\n"
    "第四条 监护人应当对学生上学途中的安全负责。\n第五条 本条例自2021年9月1日起施行。"
)
WORK = (
    "东海市教育局2025年工作要点\n发布单位：东海市教育局\n2025年2月1日\n一、乡村教育\n推进未来乡村学校“五化”建设，建成食堂12个。\n"
    "二、改革\n实施优教、优学、优师、优评、优治等“五优”工程。启动校外培训治理三大行动，查处机构21家。\n"
    "三、近视防控\n到2025年底，全市总体近视率较2024年下降3个百分点以上，6岁儿童近视率控制在7%以内，小学生降至36%以下，"
    "初中生降至68%以下。\n四、班额\n东海市小学平均班额38.7人，初中平均班额44.1人。\n"
    "五、培养\n升级小科学家、小文学家、小数学家、小工程师培养。"
)
NORTH = "沈阳市美育实施意见\n沈阳市的学校美育课程不低于总课时的11%，美育教师每五年培训一次。"
SCHOOLS = (
    "璧岭市招生考试办公室关于2025年高中招生的公告\n一、寄宿\n璧岭一中可提供床位620个，龙泉中学可提供床位300个。\n二、分数\n"
    "璧岭市第二中学统招线为610分。\n三、咨询\n咨询电话：市卫生健康局0758-6612093。\n"
    "四、实验项目\n检查结果互认项目达到180项，到2027年达到300项。\n璧岭市招生考试办公室\n2025年5月1日"
)
SOUTH = "潍坊市美育实施意见\n潍坊市的学校美育课程不低于总课时的9%，美育教师每三年培训一次。"


@pytest.fixture(scope="module")
def regulations(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    documents = [parse_document(text, name, name) for name, text in
                 (("a", PROVINCE), ("b", WORK), ("c", NORTH), ("d", SOUTH), ("e", SCHOOLS))]  # fmt: skip
    return index_documents(documents, Settings(), tmp_path_factory.mktemp("regulations"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("我在洛阳上小学，学校多久组织一次体检", "每学期"),  # a province's regulation holds in its cities
        ("河南的学校组织学生参加商业庆典，罚多少", "三千元以上五千元以下罚款"),  # said at the head of the list
        ("河南的学校组织学生参加商业庆典，罚多少", "（二）组织学生参加商业庆典"),
        ("河南那部学生安全条例里，上学途中的安全谁来负责", "监护人"),
        ("东海市小学生近视率要降到多少以下", "36%"),  # 近视率 is said of the first only
        ("东海市小学和初中一个班平均多少人", "44.1人"),
        ("“五优”工程到底是哪五个", "优教、优学、优师、优评、优治"),
        ("东海市的“四小”培养，除了小科学家还有哪些", "小工程师"),
        ("璧岭一中能提供多少张床位", "620个"),
        ("璧岭二中的统招线是多少分", "610分"),
        ("璧岭市卫健局的咨询电话是多少", "0758-6612093"),
        ("璧岭检查结果互认2027年要达到多少项", "300项"),
    ],
)
def test_it_is_answered(regulations: Retriever, question: str, words: str) -> None:
    assert words in answer_question(regulations, question).text


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("东海市未来乡村学校的“五化”是哪五化", "原文没有逐一列出"),
        ("东海市校外培训治理三大行动都有哪些", "原文没有逐一列出"),
        ("东海市双塔小学的近视率是多少", "原文没有提到"),
        ("东海一中的近视率是多少", "原文没有提到"),
        ("东海市校外培训机构违规罚款多少", "原文没有"),
        ("东海市小学2023年的平均班额是多少人", "原文没有2023年的内容"),
        ("璧岭二中能提供多少张床位", "原文"),
        ("璧岭一中的统招线是多少分", "原文"),
    ],
)
def test_it_is_refused(regulations: Retriever, question: str, reason: str) -> None:
    answer = answer_question(regulations, question)
    assert answer.outcome == "not_in_documents"
    assert reason in answer.reason


def test_two_figures_of_one_sentence_answer_two_questions(tmp_path: Path) -> None:
    text = "涞榆市物业管理条例\n第一条 业主委员会由五至十一名单数委员组成，每届任期五年。\n第二条 业主应当爱护设施。"
    retriever = index_documents([parse_document(text, "a", "a")], Settings(), tmp_path)
    for question in ("业主委员会由几个人组成，一届干几年", "业主委员会由几个人组成 一届干几年"):
        answer = answer_question(retriever, question)
        assert "每届任期五年" in answer.text
        assert answer.missing == ()


@pytest.mark.parametrize(
    "question",
    [
        "沈阳和潍坊的美育课程各要求不低于总课时多少",
        "沈阳和潍坊的美育课程占总课时的比例哪边高一些",
        "沈阳跟潍坊相比，谁的美育课程占总课时的比例更高",
    ],
)
def test_each_of_two_places_is_answered(regulations: Retriever, question: str) -> None:
    lines = answer_question(regulations, question).text.split("\n")
    assert [("沈阳" in line, "11%" in line) for line in lines] == [(True, True), (False, False)]
    assert "潍坊" in lines[1] and "9%" in lines[1]
