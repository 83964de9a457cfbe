from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.collation import collate
from app.records import CheckedSentence
from app.settings import Settings
from eval.drafts import measure
from eval.run import index_documents
from ingest import Document, parse_document
from vectorstore import Embedder, Retriever


def only(retriever: Retriever, text: str) -> CheckedSentence:
    (checked,) = collate(retriever, text)
    return checked


def found(checked: CheckedSentence) -> list[tuple[str, str]]:
    return [(difference.draft, difference.source) for difference in checked.differences]


def test_a_document_as_a_draft_of_itself_is_exact(retriever: Retriever, wenzhou: Document) -> None:
    checked = collate(retriever, wenzhou.text)
    assert {each.verdict for each in checked} == {"exact"}
    assert all(wenzhou.text[each.start : each.end] == each.sentence for each in checked)


@pytest.mark.parametrize(
    "sentence",
    [
        "义务教育优质均衡发展县省级评估通过率达到90%。",
        "义务教育优质均衡发展县，省级评估通过率达到９０％",
        "3．完善社区教育办学体系，探索山区海岛县乡镇社区教育联盟办学新模式；",
        "全面推进学习型城市创建（出台市级终身教育支持政策）。",
        "二、“优校兴乡”提能增效",
    ],
)
def test_words_as_they_stand_are_exact_whatever_the_punctuation(retriever: Retriever, sentence: str) -> None:
    checked = only(retriever, sentence)
    assert checked.verdict == "exact"
    assert not checked.differences
    assert checked.source is not None
    assert checked.source.document.text[checked.source.start : checked.source.end] == checked.source.quote


@pytest.mark.parametrize(
    ("sentence", "differences"),
    [
        ("义务教育优质均衡发展县省级评估通过率达到95%。", [("95%", "90%")]),
        ("2024年，新增学位34万个。", [("34", "3.4")]),
        ("新增学位3.4万个，惠及学生5.7万名。", [("", "迭代深化“小飞鸥”入学便利化改革")]),
        ("保障学生每天综合体育活动1小时。", [("1", "2")]),
        ("不全面推进学习型城市创建，出台市级终身教育支持政策。", [("不", "")]),
        ("落实师德失范处置“零容忍”。", [("", "无死角")]),
        ("严禁开展全市义务教育教师待遇保障督查。", [("严禁", "")]),
    ],
)
def test_what_differs_is_shown(retriever: Retriever, sentence: str, differences: list[tuple[str, str]]) -> None:
    checked = only(retriever, sentence)
    assert checked.verdict == "differs"
    assert set(differences) <= set(found(checked))


def test_figures_and_years_come_first(retriever: Retriever) -> None:
    checked = only(retriever, "力争全省公办园在园幼儿占比达85%。")
    assert found(checked) == [("85%", "75%"), ("省", "市")]


@pytest.mark.parametrize("sentence", ["我们下周去爬山。", "加强领导", "达到90%", "食堂每餐不超过十五元。"])
def test_what_the_documents_do_not_say_is_not_found(retriever: Retriever, sentence: str) -> None:
    checked = only(retriever, sentence)
    assert (checked.verdict, checked.source, checked.differences) == ("not_found", None, ())


def test_a_clause_left_out_of_what_is_followed_differs_though_alone_it_is_quoted(
    retriever: Retriever, wenzhou: Document
) -> None:
    start = wenzhou.text.index("全面推进学习型城市创建")
    end = wenzhou.text.index("完善社区教育办学体系", start)
    first, second = wenzhou.text[start:end].split("。")[:2]
    shortened = first.rsplit(",", 1)[0]
    assert only(retriever, f"{shortened}。").verdict == "exact"
    checked = collate(retriever, f"{shortened}。{second}。")
    assert [each.verdict for each in checked] == ["differs", "exact"]
    assert checked[0].differences[0].source == first.rsplit(",", 1)[1]


def test_sentences_in_another_order_differ(retriever: Retriever, wenzhou: Document) -> None:
    start = wenzhou.text.index("全面推进学习型城市创建")
    first, second, third = wenzhou.text[start:].split("。")[:3]
    assert [c.verdict for c in collate(retriever, f"{second}。{first}。")] == ["differs", "differs"]
    assert [c.verdict for c in collate(retriever, f"{first}。{third}。")] == ["exact", "exact"]


def test_lines_broken_in_the_middle_of_a_sentence_are_read_on(retriever: Retriever, wenzhou: Document) -> None:
    start = wenzhou.text.index("全面推进学习型城市创建")
    text = wenzhou.text[start : start + 150]
    broken = "\n".join(text[i : i + 30] for i in range(0, 150, 30))
    assert {c.verdict for c in collate(retriever, broken)[:-1]} == {"exact"}


RULES = "\n".join(
    (
        "某市义务教育管理办法",
        "第一条 未经批准，任何单位不得组织学生集体补课。",
        "第二条 学校不得组织学生补课，不得收取任何费用。",
        "第三条 连续三年考核优秀的，可以优先推荐参加省级评选。",
        "第四条 民办学校在筹备设立期间内不得以任何名义招收学生入学。",
        "第五条 本办法自2024年3月1日起施行，但另有规定的除外。",
        "第六条 教师每周参加校本研修不得少于四课时。",
        "第七条 县级教育部门应当每年公布一次学校名单。",
        "第八条 家长委员会由各班家长推选产生并定期换届。",
    )
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder = tmp_path_factory.mktemp("rules")
    return index_documents([parse_document(RULES, "办法", "办法")], Settings(), folder)


@pytest.mark.parametrize(
    ("draft", "verdicts"),
    [
        ("任何单位不得组织学生集体补课。", ["differs"]),  # without its condition
        ("可以优先推荐参加省级评选。", ["differs"]),
        ("本办法自2024年3月1日起施行。", ["differs"]),  # without its exception
        ("本办法自二〇二四年三月一日起施行，但另有规定的除外。", ["differs"]),
        ("学校不得组织学生补课。", ["exact"]),
        ("学校不得组织学生补课。学校不得组织学生补课。", ["exact", "exact"]),  # said twice, nothing left out
        ("民办学校招生", ["not_found"]),
        ("教師每周參加校本研修不得少於四課時。", ["exact"]),
        ("第七条 教师每周参加校本研修不得少于四课时。", ["differs"]),
        ("教师每周参加校本研修不得少于三课时。", ["differs"]),
    ],
)
def test_what_a_sentence_may_leave_out(rules: Retriever, draft: str, verdicts: list[str]) -> None:
    assert [each.verdict for each in collate(rules, draft)] == verdicts


def test_a_sentence_moved_from_elsewhere_differs(rules: Retriever) -> None:
    lines = RULES.split("\n")[1:]
    moved = [*lines[:2], lines[6], *lines[3:6], lines[2], lines[7]]
    verdicts = [each.verdict for each in collate(rules, "\n".join(moved))]
    assert verdicts == ["exact", "exact", "differs", "exact", "exact", "exact", "differs", "exact"]


def test_common_words_are_found_where_their_neighbours_stand(embedder: Embedder, tmp_path: Path) -> None:
    documents = [
        parse_document(f"第{n}号通知\n一、加强领导。\n二、落实{n}项责任。\n三、强化保障。", f"{n}", f"{n}")
        for n in range(1, 40)
    ]
    retriever = index_documents(documents, Settings(), tmp_path)
    checked = collate(retriever, documents[36].text)
    assert {each.verdict for each in checked} == {"exact"}
    assert {each.source.document.id for each in checked[1:] if each.source} == {documents[36].id}


def test_nothing_is_looked_for_before_the_beginning(tmp_path: Path) -> None:
    """A sentence that the document begins with, before one that stands less than its length behind the beginning."""
    document = parse_document("甲乙丙甲乙\n丁戊", "文", "文")
    retriever = index_documents([document], Settings(), tmp_path)
    for checked in collate(retriever, "甲乙丙甲乙。\n甲乙。\n丁戊。"):
        assert checked.source is None or checked.source.quote in document.text


def test_repetition_and_columns_of_figures_take_no_time(retriever: Retriever) -> None:
    for draft in ("学校工作。" * 3000, "12 " * 10_000, "一" * 5000):
        started = time.perf_counter()
        collate(retriever, draft)
        assert time.perf_counter() - started < 10


def test_navigation_around_a_page_is_no_sentence(retriever: Retriever) -> None:
    assert collate(retriever, "您现在的位置:首页\n > 政务公开\n——\n") == []


def test_planted_changes_are_found_and_nothing_else(retriever: Retriever, wenzhou: Document) -> None:
    counts = measure(retriever, [wenzhou], 70)
    assert {kind: count[False] for kind, count in counts.items()} == dict.fromkeys(counts, 0)
