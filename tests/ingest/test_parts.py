"""Documents in documents: attachments, lists of them, printed plans, unnumbered headings above lists."""

import pytest

from ingest import parse_document
from ingest.content import Content, Grid, Paragraph
from ingest.document import make_document


def outline(text: str) -> list[tuple[str, ...]]:
    """Return label and path below the title of every clause."""
    return [(clause.label, *clause.path[1:]) for clause in parse_document(text, "来源", "标题").clauses]


def test_an_unnumbered_heading_above_a_list_that_begins_again_opens_a_part() -> None:
    text = "扶持政策清单\n推出清单如下。\n面向单位\n一、补贴\n甲。\n二、贷款\n面向个人\n一、求职\n二、租金"
    assert outline(text) == [
        ("开头",),
        ("开头", "面向单位"),
        ("一", "面向单位", "一、补贴"),
        ("二", "面向单位", "二、贷款"),
        ("开头", "面向个人"),
        ("一", "面向个人", "一、求职"),
        ("二", "面向个人", "二、租金"),
    ]


def test_a_list_that_is_quoted_is_no_part_and_the_numbers_go_on_behind_it() -> None:
    text = "格式规定\n一、题名\n二、标号\n采用以下标号：\n一、一级\n（一）二级\n三、装订\n四、说明"
    assert [label for label, *_ in outline(text)] == ["开头", "一", "二", "一", "一（一）", "三", "四"]


def test_the_list_of_attachments_is_no_outline() -> None:
    text = (
        "某局关于评选的通知\n一、时间\n1.甲\n二、要求\n附件：1.申报表\n2.汇总表\n3.名单\n某局\n2024年5月6日"
        "\n附件1\n申报表\n一、情况\n二、意见"
    )
    assert outline(text)[3:] == [
        ("二", "二、要求"),
        ("附件1", "附件1 申报表"),
        ("附件1一", "附件1 申报表", "一、情况"),
        ("附件1二", "附件1 申报表", "二、意见"),
    ]


def test_the_list_of_attachments_may_stand_below_its_name() -> None:
    text = "某局关于评选的通知\n一、时间\n1.甲\n二、要求\n附件：\n1.申报表\n2.汇总表"
    assert [label for label, *_ in outline(text)] == ["开头", "一", "一、1", "二"]


def test_an_appendix_keeps_its_name() -> None:
    text = "某办法\n第一条 甲。\n第二条 乙。\n附录A 评分标准\n一、教学\n附录B 样表\n一、表头"
    assert [label for label, *_ in outline(text)] == [
        "开头",
        "第一条",
        "第二条",
        "附录A",
        "附录A一",
        "附录B",
        "附录B一",
    ]


def test_an_appendix_may_say_in_brackets_what_it_is() -> None:
    text = "某标准\n1 范围\n1.1 适用\n附录（见上，必要时）\n附录A（规范性附录）\n试验方法\n仪器为甲。"
    assert [label for label, *_ in outline(text)] == ["开头", "1", "1.1", "附录A"]


def test_points_of_a_numbered_attachment_are_told_from_its_number() -> None:
    text = "某通知\n一、时间\n附件2\n报名表\n1.请填写姓名。\n2.请盖章。"
    assert [label for label, *_ in outline(text)] == ["开头", "一", "附件2", "附件2、1", "附件2、2"]


def test_forms_and_covers_are_attachments() -> None:
    form = "\n姓名\n单位\n职务\n电话"
    text = f"某通知\n一、甲\n附件1：封面{form}\n附件2：样表\n附件3：登记表{form}"
    assert [label for label, *_ in outline(text)] == ["开头", "一", "附件1", "附件2", "附件3"]


def test_attachments_named_above_the_signature_are_a_list() -> None:
    text = (
        "某通知\n一、甲\n附件1：封面\n附件2：样表\n某市教育局\n某市财政局\n2024年1月2日\n（此件公开发布）\n联系人：乙"
    )
    assert [label for label, *_ in outline(text)] == ["开头", "一"]


def test_an_attachment_may_be_a_table() -> None:
    lines = (Paragraph("某通知"), Paragraph("一、甲"), Paragraph("附件1：名单"))
    blocks = (*lines, Grid((("姓名", "单位"), ("乙", "丙"))))
    clauses = make_document(Content(blocks), "来源", "标题").clauses
    assert [clause.label for clause in clauses] == ["开头", "一", "附件1", "表1"]
    assert clauses[-1].path[1] == "附件1 名单"


def test_two_titles_in_marks_are_two_parts() -> None:
    title = "某局关于印发《关于加强和改进甲的方案》《乙办法》的通知"
    text = f"{title}\n现印发。\n关于加强和改进甲的方案\n一、丙\n乙办法\n第一条 丁。"
    assert [path[0] for _, *path in outline(text)[1:]] == ["关于加强和改进甲的方案"] * 2 + ["乙办法"] * 2


@pytest.mark.parametrize("again", ["某局印发《计划（2021-2023年）》的通知", "某局 印发《计划(2021—2023年)》的通知"])
def test_a_title_printed_twice_in_other_marks_is_no_part(again: str) -> None:
    clauses = outline(f"某局印发《计划(2021—2023年)》的通知\n{again}\n一、甲\n二、乙")
    assert {len(path) for _, *path in clauses} == {1, 2}


def test_a_list_of_contents_is_one_clause() -> None:
    text = "某办法\n目  录\n第一章 总则\n第二章 管理\n第一章 总则\n第一条 甲。\n第二章 管理\n第二条 乙。"
    labels = [label for label, *_ in outline(text)]
    assert labels == ["开头", "目录", "第一章", "第一章第一条", "第二章", "第二章第二条"]
