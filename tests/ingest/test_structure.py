import pytest

from ingest import Clause, Document, parse_document
from ingest.headings import read_heading, without_number


def labels(text: str) -> list[str]:
    return [clause.label for clause in parse_document(text, "来源", "标题").clauses]


def test_the_report_and_the_work_points_are_two_parts(wenzhou: Document) -> None:
    report = [c for c in wenzhou.clauses if c.path[1] == "2024年工作总结"]
    points = [c for c in wenzhou.clauses if c.path[1] == "温州市教育局2025年工作要点"]
    assert [c.label for c in report] == ["开头", "一", "二", "三", "四", "五"]
    assert {(c.period, c.stage) for c in report} == {(2024, "done")}
    assert {(c.period, c.stage) for c in points} == {(2025, "planned")}
    assert len(report) + len(points) == len(wenzhou.clauses)


def test_numbering_runs_through_the_sections(wenzhou: Document) -> None:
    points = [c.label for c in wenzhou.clauses if c.period == 2025]
    sections = {"一": range(1, 9), "二": range(9, 14), "三": range(14, 19), "四": range(19, 25)}
    expected = ["开头"]
    for section, numbers in sections.items():
        expected += [section, *(f"{section}、{number}" for number in numbers)]
    assert points == expected


def test_the_metadata_of_the_page_is_read(wenzhou: Document) -> None:
    assert wenzhou.title == "温州市教育局关于印发2024年工作总结和2025年工作要点的通知"
    assert (wenzhou.issuer, wenzhou.published, wenzhou.region) == ("温州市教育局", "2025-03-11", "温州市")
    assert "浏览次数" not in wenzhou.text
    assert "您现在的位置" not in wenzhou.text


def test_a_path_leads_from_the_title_to_the_clause(wenzhou: Document) -> None:
    clause = next(c for c in wenzhou.clauses if c.label == "二、9")
    assert clause.path == (
        wenzhou.title,
        "温州市教育局2025年工作要点",
        "二、深化全方位扩优提质工程,办好“人民满意”的教育",
        "9.扩大优质教育资源供给",
    )
    assert wenzhou.text[clause.start : clause.end].startswith("9.扩大优质教育资源供给。加大“两县创建”")


def test_clauses_cover_the_text_in_order_and_apart(wenzhou: Document) -> None:
    position = 0
    for clause in wenzhou.clauses:
        assert not wenzhou.text[position : clause.start].strip()
        assert clause.start < clause.end
        position = clause.end
    assert position == len(wenzhou.text)


LAW = """某法
第一章　总则
第一条　为了规范工作，制定本法。
第二条　违反第一条规定的，依照
第十条规定处理。
第二章　招生
第三条　学校应当：
（一）公布条件；
（二）公开结果。
第四条　本法自2020年1月1日起施行。"""


def test_articles_stand_under_their_chapter() -> None:
    assert labels(LAW) == [
        "开头",
        "第一章",
        "第一章第一条",
        "第一章第二条",
        "第二章",
        "第二章第三条",
        "第二章第三条（一）",
        "第二章第三条（二）",
        "第二章第四条",
    ]


def test_a_reference_to_an_article_is_not_a_heading() -> None:
    clause = next(c for c in parse_document(LAW, "来源", "某法").clauses if c.label == "第一章第二条")
    assert LAW[LAW.index("第二条") : LAW.index("第二章")].strip() == _text(LAW, clause)


def _text(text: str, clause: Clause) -> str:
    return text[clause.start : clause.end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "通知\n一、要求\n（一）思想\n1.甲乙\n2.丙丁\n（二）原则\n1.戊己\n二、保障",
            ["开头", "一", "一（一）", "一（一）1", "一（一）2", "一（二）", "一（二）1", "二"],
            id="three-levels-restarting",
        ),
        pytest.param("通知\n一、要求\n1.5亿元资金到位\n二、保障", ["开头", "一", "二"], id="a-decimal-is-no-number"),
        pytest.param(
            "通知\n一、要求\n2025年要完成\n15、孤立的编号\n二、保障", ["开头", "一", "二"], id="a-jump-is-no-number"
        ),
        pytest.param("通知\n一、全角\n１．甲\n２．乙", ["开头", "一", "一、１", "一、２"], id="full-width"),
        pytest.param(
            "某法\n第一条 甲。\n第二条 乙。\n第二条之一 丙。\n第三条 丁。",
            ["开头", "第一条", "第二条", "第二条之一", "第三条"],
            id="an-article-put-in-later",
        ),
        pytest.param(
            "规范\n1 总则\n1.1 名称\n1.2项目管理\n1.2.1 甲\n2.5万名考生。\n2 要求\n2.1 文字"
            "\n（1）甲\n2.1.1 乙\n（1）丙\n2.1.1.1 丁\n3附则\n3.1级别",
            ["开头", "1", "1.1", "1.2", "1.2.1", "2", "2.1", "2.1（1）", "2.1.1", "2.1.1（1）", "2.1.1.1", "3", "3.1"],
            id="technical-rules",
        ),
        pytest.param("安排\n一、时间\n5.12防灾日\n10.1假期\n二、要求", ["开头", "一", "二"], id="days-are-no-numbers"),
        pytest.param(
            "办法\n第一条 甲，依照\n第二条第一款所称情形、\n第二条所列条件处理。"
            "\n第二条（范围）乙。\n第三条规划由部门编制。",
            ["开头", "第一条", "第二条", "第三条"],
            id="references",
        ),
        pytest.param("安排\n第一节课八点开始。\n各班执行。", ["第1段", "第2段", "第3段"], id="a-lesson-is-no-section"),
        pytest.param("方案\n一、甲\n三、乙\n四、丙", ["开头", "一", "三", "四"], id="a-number-left-out"),
        pytest.param("纪要\n一、经费\n一是甲。\n二是乙。\n二、人员", ["开头", "一", "二"], id="points-in-a-paragraph"),
        pytest.param(
            "要点\n一、党建\n1.甲。\n2.乙。\n二、教学\n3.丙。\n三、安全\n4.丁。",
            ["开头", "一", "一、1", "一、2", "二", "二、3", "三", "三、4"],
            id="running-through",
        ),
        pytest.param(
            "简章\n一、计划\n1.本科\n(1)文科\n①甲\n②乙\n(2)理科\n2.专科\n二、录取",
            ["开头", "一", "一、1", "一、1(1)", "一、1(1)①", "一、1(1)②", "一、1(2)", "一、2", "二"],
            id="five-levels",
        ),
        pytest.param(
            "法\n第一编 总则\n第一章 甲\n第一节 乙\n第一条 丙：\n（一）丁。\n第二编 分则\n第一章 戊\n第二条 己。",
            [
                "开头",
                "第一编",
                "第一编第一章",
                "第一编第一章第一节",
                "第一编第一章第一节第一条",
                "第一编第一章第一节第一条（一）",
                "第二编",
                "第二编第一章",
                "第二编第一章第二条",
            ],
            id="books",
        ),
        pytest.param("通知\n甲段。\n乙段。", ["第1段", "第2段", "第3段"], id="paragraphs-serve"),
        pytest.param(
            "安排\n一、时间\n三、四年级学生周一来。\n二、地点\n五、六月在校。", ["开头", "一", "二"], id="grades"
        ),
        pytest.param(
            "安排\n1.2025年1月起开展。\n2.3月底前完成。\n3.12月总结。\n3.5个百分点\n4.其他。",
            ["开头", "1", "2", "3", "4"],
            id="points-that-begin-with-a-date",
        ),
        pytest.param(
            "规定\n（一）甲\n（二）项目管理\n（一）、（二）项以外\n（二）项所列情形\n（三）丙",
            ["开头", "（一）", "（二）", "（三）"],
            id="references-to-points",
        ),
        pytest.param(
            "通知\n㈠甲\n⒈乙\n⑴丙\n⑵丁\n⒉戊\n㈡己",
            ["开头", "㈠", "㈠⒈", "㈠⒈⑴", "㈠⒈⑵", "㈠⒉", "㈡"],
            id="numbers-of-one-character",
        ),
        pytest.param("解读\n问：甲？\n答：乙。\n问：丙？\n答：丁。", ["开头", "问1", "问2"], id="questions"),
        pytest.param(
            "一文读懂\n01 什么是甲？\n乙。\n02 谁可以办？\n丙。", ["开头", "01", "02"], id="numbers-of-a-page"
        ),
        pytest.param("通知\n一、甲\n二、乙\n二、丙\n三、丁", ["开头", "一", "二", "二", "三"], id="a-number-twice"),
        pytest.param(
            "条例\n第一条 予以处罚：\n（一）甲；\n（二）乙。\n前款情形严重的，从重。\n单位有下列情形的："
            "\n（一）丙；\n（二）丁。\n第二条 施行。",
            [
                "开头",
                "第一条",
                "第一条（一）",
                "第一条（二）",
                "第一条第二款",
                "第一条第三款",
                "第一条第三款（一）",
                "第一条第三款（二）",
                "第二条",
            ],
            id="paragraphs-of-an-article",
        ),
        pytest.param(
            "办法\n第一条（职责）\n职责如下：\n（一）综合岗。\n承担甲。\n（二）业务岗。\n承担乙。\n某局\n第二条（附则）\n丙。",
            ["开头", "第一条", "第一条（一）", "第一条（二）", "第二条"],
            id="paragraphs-of-a-point",
        ),
        pytest.param(
            "法典\n序 言\n甲。\n第一编 总则\n第一章 规定\n第一条 乙。\n附 则\n第二条 丙。",
            ["开头", "序言", "第一编", "第一编第一章", "第一编第一章第一条", "附则", "附则第二条"],
            id="chapters-without-a-number",
        ),
        pytest.param(
            "指南\n一、材料\n1.甲\n2.乙\n注意事项：\n1.丙\n2.丁\n3.戊\n包括以下：\n1.己\n二、流程\n1.庚",
            [
                "开头",
                "一",
                "一、1",
                "一、2",
                "一、注意事项",
                "一、注意事项、1",
                "一、注意事项、2",
                "一、注意事项、3",
                "一、注意事项、1",
                "二",
                "二、1",
            ],
            id="an-unnumbered-heading-within-a-section",
        ),
    ],
)
def test_outlines(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("4.3题名：" + "题名是词语的组合，" * 8 + "。", "4.3题名"),
        ("（一）专业性 " + "题目要符合目标，" * 8 + "。", "（一）专业性"),
        ("（一）" + "题目要符合目标，" * 8 + "。", "（一）"),
    ],
)
def test_a_long_clause_is_named_by_what_a_colon_or_space_sets_apart(line: str, name: str) -> None:
    heading = read_heading(line)
    assert heading is not None
    assert heading.text == name


def test_a_printed_plan_is_a_part_of_its_notice() -> None:
    text = "某局关于印发《甲实施方案》的通知\n各学校：\n现印发给你们。\n甲实施方案\n一、目标\n二、任务"
    clauses = parse_document(text, "来源", "标题").clauses
    assert [c.label for c in clauses] == ["开头", "开头", "一", "二"]
    assert clauses[2].path[1] == "甲实施方案"


def test_a_title_printed_twice_is_one_document() -> None:
    text = "某省2020年工作意见\n某省2020年工作意见\n一、甲\n二、乙"
    assert labels(text) == ["开头", "一", "二"]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("24.加强交流", "加强交流"),
        ("第十二条 加强交流", "加强交流"),
        ("①加强交流", "加强交流"),
        ("2.5万名考生", "2.5万名考生"),
        ("第十条规定的学校", "第十条规定的学校"),
    ],
)
def test_a_number_that_opens_a_clause_is_told_from_a_figure_and_a_reference(text: str, bare: str) -> None:
    assert without_number(text) == bare
