from __future__ import annotations

import pytest

from app.collation import collate
from app.records import CheckedSentence
from eval.drafts import measure
from ingest import Document
from vectorstore import Retriever


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


def test_navigation_around_a_page_is_no_sentence(retriever: Retriever) -> None:
    assert collate(retriever, "您现在的位置:首页\n > 政务公开\n——\n") == []


def test_planted_changes_are_found_and_nothing_else(retriever: Retriever, wenzhou: Document) -> None:
    counts = measure(retriever, [wenzhou], 70)
    assert {kind: count[False] for kind, count in counts.items()} == dict.fromkeys(counts, 0)
