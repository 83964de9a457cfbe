from datetime import date

import pytest

from ingest import parse_document
from vectorstore.records import DocumentRecord, Validity
from vectorstore.rows import prepare
from vectorstore.validity import outdated, title_key, validities

TODAY = date(2026, 1, 1)


def record(text: str, name: str = "a.md") -> DocumentRecord:
    return prepare(parse_document(text, name, name), "hash").record


def law(change: str, effective: str = "1986年7月1日", title: str = "中华人民共和国义务教育法") -> DocumentRecord:
    return record(f"{title}\n{change}\n第一条 甲。\n第二条 本法自{effective}起施行。")


OLD = law("2006年6月29日 第十届全国人民代表大会常务委员会第二十二次会议修订")
MIDDLE = law("2015年4月24日 第十二届全国人民代表大会常务委员会第十四次会议修正")
NEW = law("2018年12月29日 第十三届全国人民代表大会常务委员会第七次会议修正")


def test_the_newest_version_is_in_force_and_the_others_are_superseded_by_it() -> None:
    found = validities([MIDDLE, NEW, OLD], TODAY)
    assert found[NEW.id] == Validity("in_force")
    assert found[OLD.id] == found[MIDDLE.id] == Validity("superseded", NEW.id)
    assert outdated(found) == {OLD.id, MIDDLE.id}


def test_a_version_still_to_come_leaves_the_present_one_in_force() -> None:
    future = law("2025年12月30日 第十四届全国人民代表大会常务委员会第十次会议修订", effective="2026年7月1日")
    found = validities([NEW, future], TODAY)
    assert (found[NEW.id].status, found[future.id].status) == ("in_force", "not_yet_in_force")
    assert validities([NEW, future], date(2026, 7, 1))[NEW.id] == Validity("superseded", future.id)


def test_a_document_is_repealed_by_the_one_that_says_so() -> None:
    old = law("2004年8月28日 某会议修正", "1981年1月1日", "中华人民共和国学位条例")
    new = record(
        "中华人民共和国学位法\n第一条 甲。\n第二条 本法自2025年1月1日起施行。《中华人民共和国学位条例》同时废止。"
    )
    assert new.repeals == ("中华人民共和国学位条例",)
    assert validities([old, new], TODAY)[old.id] == Validity("repealed", new.id)
    assert validities([old, new], date(2024, 12, 31)).get(old.id) != Validity("repealed", new.id)


def test_a_document_may_say_itself_that_it_is_no_longer_in_force() -> None:
    repealed = record("某市办法\n索引号：1\n有效性：已废止\n第一条 甲。\n第二条 乙。")
    expired = record("某市关于补贴的通知\n一、甲。\n二、本通知自2019年7月1日起实施，有效期5年。")
    assert validities([repealed, expired], TODAY) == {
        repealed.id: Validity("repealed"),
        expired.id: Validity("expired"),
    }
    assert expired.expires == "2024-07-01"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "甲市教育局关于做好招生工作的通知\n一、甲。\n2024年5月1日",
            "乙市教育局关于做好招生工作的通知\n一、甲。\n2025年5月1日",
        ),
        ("学生管理办法\n一、甲。\n2024年5月1日", "学生管理办法\n一、乙。\n2025年5月1日"),
        ("甲市教育局2024年工作总结\n一、甲。\n2024年5月1日", "甲市教育局2025年工作总结\n一、乙。\n2025年5月1日"),
        ("某市条例\n一、甲。", "某市条例\n一、乙。\n2025年5月1日"),
    ],
    ids=["issuers", "no-issuer", "years", "no-date"],
)
def test_what_may_be_another_document_supersedes_nothing(one: str, other: str) -> None:
    assert not outdated(validities([record(one), record(other)], TODAY))


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("中华人民共和国义务教育法（2018年修正）", "中华人民共和国义务教育法"),
        ("某市条例(试行)(2020修订)", "某市条例"),
        ("第四轮行动（2025—2028年）", "第四轮行动"),
        ("关于幼儿园（托班）的通知", "关于幼儿园（托班）的通知"),
    ],
)
def test_versions_share_a_title(title: str, key: str) -> None:
    assert title_key(title) == key
