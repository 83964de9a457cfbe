"""Questions about a document itself: who issued it and when, whether it holds, what its parts are."""

from pathlib import Path

import pytest

from app.about import About, read_about
from app.answering import answer_question
from app.settings import Settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Filters, Retriever

TITLE = "温州市教育局关于印发2024年工作总结 和2025年工作要点的通知"
RULES = (
    "云川市校车安全管理办法\n云川市教育局\n云教发〔2024〕7号\n2024年6月3日\n第一章 总则\n"
    "第一条 为了保障乘坐校车学生的安全，根据《校车安全管理条例》，制定本办法。\n"
    "第二条 本办法适用于本市义务教育阶段学校的校车。\n"
    "第二章 驾驶人\n第三条 驾驶人应当年满二十五周岁。\n第四条 驾驶人每年体检一次。\n"
    "第三章 附则\n第五条 本办法由云川市教育局负责解释。\n"
    "第六条 本办法自2024年7月1日起施行，有效期五年。"
)
NOTICE = "岭南县2025年小学招生通知\n岭南县教育局\n2025年5月8日\n小学一年级招收年满六周岁的儿童，8月20日公布录取结果。"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    documents = [parse_document(RULES, "a", "a"), parse_document(NOTICE, "b", "b")]
    return index_documents(documents, Settings(), tmp_path_factory.mktemp("about"))


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("这份文件是谁发的", ["发文机关：温州市教育局", TITLE]),
        ("什么时间印发的？", ["发布日期见出处。", TITLE]),
        ("这个通知几号挂网上的", ["发布日期见出处。", TITLE]),
        ("全称是什么", [TITLE]),
        ("你收录了哪些文件", [TITLE]),
    ],
)  # fmt: skip
def test_what_is_known_of_the_only_document_is_told(retriever: Retriever, question: str, lines: list[str]) -> None:
    answer = answer_question(retriever, question)
    assert answer.text.split("\n") == lines
    assert answer.citations[0].document.published == "2025-03-11"


@pytest.mark.parametrize("question", ["文号是多少", "现在还有效吗"])
def test_what_a_document_does_not_say_of_itself_is_refused(retriever: Retriever, question: str) -> None:
    answer = answer_question(retriever, question)
    assert answer.outcome == "not_in_documents"
    assert answer.reason.startswith("文件没有写明")


def test_the_parts_of_each_year_stand_under_its_label(retriever: Retriever) -> None:
    text = answer_question(retriever, "这份文件讲了什么").text
    assert text.startswith("2024年（完成情况）：\n一、“优教供给”持续扩大\n")
    assert "\n2025年（目标）：\n一、深化新时代立德树人工程,办好“为党育人”的教育\n" in text
    assert text.count("\n") == 10


@pytest.mark.parametrize("question", ["今年要做哪些事", "2025年重点工作有哪些", "有哪些目标", "今年的主要工作任务"])
def test_what_is_asked_of_a_year_in_general_is_told_by_its_headings(retriever: Retriever, question: str) -> None:
    lines = answer_question(retriever, question).text.split("\n")
    assert [line[:2] for line in lines] == ["一、", "二、", "三、", "四、"]
    assert "立德树人" in lines[0]


def test_a_part_is_told_by_what_stands_below_its_heading(retriever: Retriever) -> None:
    text = answer_question(retriever, "2025年工作要点的第三部分讲什么").text
    assert text.startswith("三、深化教育家精神强师工程")
    assert text.endswith("18.完善落实尊师惠师政策")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("《云川市校车安全管理办法》是哪个单位发布的", "发文机关：云川市教育局"),
        ("校车管理办法的文号是多少", "文号：云教发〔2024〕7号"),
        ("校车安全管理办法什么时候发布的", "发布日期：2024年6月3日"),
        ("校车办法从什么时候开始施行", "自2024年7月1日起施行"),
        ("校车办法的适用范围是什么", "本办法适用于本市义务教育阶段学校的校车"),
        ("校车安全管理办法由谁解释", "由云川市教育局负责解释"),
        ("校车安全管理办法的制定依据是什么", "根据《校车安全管理条例》"),
        ("校车安全管理办法分几章", "第一章 总则\n第二章 驾驶人\n第三章 附则"),
        ("校车办法第二章讲什么", "第四条 驾驶人每年体检一次。"),
        ("岭南县招生通知什么时候发的", "发布日期：2025年5月8日"),
    ],
)
def test_a_document_is_found_by_how_people_call_it(two: Retriever, question: str, words: str) -> None:
    assert words in answer_question(two, question).text


def test_the_document_is_the_one_chosen_or_spoken_of(two: Retriever) -> None:
    assert "不止一份" in answer_question(two, "谁发的").reason
    (chosen,) = (record.id for record in two.records if "招生" in record.title)
    assert "岭南县教育局" in answer_question(two, "谁发的", Filters(document=chosen)).text
    assert "云川市教育局" in answer_question(two, "谁发的", history=["校车驾驶人要多少岁"]).text


@pytest.mark.parametrize(
    "question",
    [
        "录取结果什么时候公布",
        "谁制定收费标准",
        "驾驶人多久体检一次",
        "品质校园建设指导指标什么时候出台的",
        "今年体育有哪些安排",
    ],
)  # fmt: skip
def test_what_a_document_says_is_not_asked_of_the_document(two: Retriever, question: str) -> None:
    assert read_about(two, question) is None


def test_what_is_asked_is_read_from_the_question(two: Retriever) -> None:
    assert read_about(two, "《云川市校车安全管理办法》还有效吗") == About("status", "云川市校车安全管理办法")
    assert read_about(two, "第二部分有哪几条") == About("part", "", 2)
    assert read_about(two, "2024年主要成绩") == About("contents", "", 0, 2024, "done")


def test_a_document_without_headings_is_told_by_how_it_begins(tmp_path: Path) -> None:
    document = parse_document("关于校服的说明\n校服由家长自愿购买。学校不得强制。", "c", "c")
    alone = index_documents([document], Settings(), tmp_path)
    assert "校服由家长自愿购买。学校不得强制。" in answer_question(alone, "这份文件讲了什么").text


def test_the_filters_hold_for_documents_too(two: Retriever) -> None:
    assert answer_question(two, "你收录了哪些文件", Filters(region="岭南县")).text == "岭南县2025年小学招生通知"
    assert "岭南县教育局" in answer_question(two, "谁发的", Filters(document="招生通知")).text
    assert answer_question(two, "谁发的", Filters(issuer="没有这个单位")).outcome == "not_in_documents"


@pytest.mark.parametrize(
    "question",
    ["报名需要收集哪些材料", "有哪些材料", "中考语文第二部分是什么", "第〇部分讲什么", "2024年和2025年工作目标有哪些"],
)  # fmt: skip
def test_ordinary_questions_are_not_taken_for_these(two: Retriever, question: str) -> None:
    assert read_about(two, question) is None
