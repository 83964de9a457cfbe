"""Which year a clause speaks of, and whether it reports or plans."""

import pytest

from ingest import parse_document
from ingest.times import Time, period_of, stage_of, times_of


@pytest.mark.parametrize(
    ("heading", "period", "stage"),
    [
        ("2024年工作总结", 2024, "done"),
        ("温州市教育局2025年工作要点", 2025, "planned"),
        ("2025年工作思路", 2025, "planned"),
        ("2024年工作总结和2025年工作要点", None, None),
        ("学校卫生工作条例", None, None),
        ("关于贯彻国办发〔2015〕71号文件的意见", None, None),
        ("第四轮课堂变革行动(2025-2028)", None, None),
    ],
)
def test_a_heading_tells_year_and_stage_if_it_names_one(heading: str, period: int | None, stage: str | None) -> None:
    assert (period_of(heading), stage_of(heading)) == (period, stage)


def test_a_section_may_tell_another_year_than_the_title() -> None:
    text = "2025年工作报告\n一、2024年工作回顾\n甲。\n二、2025年工作安排\n乙。"
    assert _times(text)[1:] == [(2024, "done"), (2025, "planned")]


@pytest.mark.parametrize(
    "title",
    [
        "某县教育局2024年工作总结和2025年工作计划",
        "某县教育局2024年教育工作情况总结暨2025年工作思路",
        "某县教育局2024年工作总结及2025年重点工作安排",
    ],
)
def test_a_title_that_announces_report_and_plan_tells_of_sections_that_name_no_year(title: str) -> None:
    sections = [
        "一、主要工作及成效",
        "（一）学前教育",
        "二、存在的问题",
        "三、2025年工作计划",
        "（一）招生",
        "四、工作保障",
    ]
    times = list(times_of([(title,), *_paths(title, sections)]))
    assert times == [Time(2024, "done")] * 4 + [Time(2025, "planned")] * 3


def test_a_section_of_its_own_year_in_such_a_document_keeps_it() -> None:
    title = "某省2024年工作总结和2025年工作要点"
    paths = [
        (title, "一、2024年主要工作"),
        (title, "二、2025年重点"),
        (title, "二、2025年重点", "（一）2026年招生方案"),
    ]
    assert list(times_of(paths)) == [(2024, "done"), (2025, "planned"), (2026, "planned")]


def test_what_a_report_says_it_does_next_is_planned_for_the_next_year() -> None:
    title = "某市教育局2024年工作总结"
    headings = ["一、主要工作", "二、下一步打算", "三、2026年思路"]
    assert list(times_of((title, heading) for heading in headings)) == [
        (2024, "done"),
        (2025, "planned"),
        (2026, "planned"),
    ]


@pytest.mark.parametrize(
    "title", ["某市2023年工作总结和2025年工作计划", "某市2024年计划和2025年要点", "某市工作总结和计划"]
)
def test_other_titles_tell_nothing_of_sections_without_a_year(title: str) -> None:
    assert [time.period for time in times_of([(title, "一、主要工作")])] == [None]


def _times(text: str) -> list[tuple[int | None, str | None]]:
    return [(clause.period, clause.stage) for clause in parse_document(text, "来源", "标题").clauses]


def _paths(title: str, headings: list[str]) -> list[tuple[str, ...]]:
    """Return the paths of headings of which those in brackets stand under the last other one."""
    paths: list[tuple[str, ...]] = []
    for heading in headings:
        above = paths[-1][1:2] if heading.startswith("（") else ()
        paths.append((title, *above, heading))
    return paths
