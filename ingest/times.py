"""The headings above clauses → which year each speaks of, and whether it reports or plans.

The innermost heading that tells counts. A title that announces a report and a plan, 「2024年工作总结和2025年工作计划」,
tells of each section which of the two it belongs to, though its heading may name no year: 「三、存在的问题」.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingest.parts import PART_NAME
from ingest.records import Stage

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|学年)?(?!\d)")
_NUMBER_YEAR = re.compile(r"[〔\[［（(]\s*\d{4}\s*[〕\]］）)](?=\s*第?\s*\d+\s*号)")  # of a document referred to
# Words of a heading by which a text says whether it reports or plans. 工作报告 does both and is left open.
_DONE = re.compile(r"总结|回顾|完成情况|进展情况|实施情况|年度报告|述职")
_PLANNED = re.compile(r"要点|计划|规划|纲要|目标|任务|安排|打算|方案|展望|下一步|思路")
_TELLS_TIME = re.compile(r"(19|20)\d{2}年|回顾|下一步|今后|明年|下阶段")  # of section headings: 「二、下一步工作打算」


class Time(NamedTuple):
    """The year a clause speaks of, and `done` where results are reported, `planned` where targets are set."""

    period: int | None
    stage: Stage | None


_UNTOLD = Time(None, None)


def times_of(paths: Iterable[tuple[str, ...]]) -> Iterator[Time]:
    """Yield the time of each clause of a document.

    Args:
        paths: Its headings from the document's title down, in reading order.
    """
    section: Time | None = None
    for path in paths:
        title = path[0]
        told = _innermost(path)
        if report_and_plan := _report_and_plan(title):
            section = _section(_innermost(path[1:2], below=1), report_and_plan) or section or report_and_plan[0]
            told = _filled(told, section, report_and_plan)
        elif told.stage == "planned" and told.period and told.period == _year_reported(title) and _no_year_in(path[1:]):
            told = Time(told.period + 1, told.stage)  # the 「下一步打算」 of a report
        yield told


def period_of(heading: str) -> int | None:
    """Return the year a heading speaks of, if it names exactly one."""
    years = {int(year) for year in _YEAR.findall(_NUMBER_YEAR.sub("", heading))}
    return years.pop() if len(years) == 1 else None


def stage_of(heading: str) -> Stage | None:
    """Return whether a heading announces a report or a plan; None if neither or both."""
    done, planned = _DONE.search(heading) is not None, _PLANNED.search(heading) is not None
    if done == planned:
        return None
    return "done" if done else "planned"


def _innermost(path: tuple[str, ...], below: int = 0) -> Time:
    """Return what the headings of a path tell, of which so many stand above it."""
    period: int | None = None
    stage: Stage | None = None
    for depth, heading in reversed(list(enumerate(path, start=below))):
        if depth > 0 and not (PART_NAME.search(heading) or _TELLS_TIME.search(heading)):
            continue
        period = period or period_of(heading)
        stage = stage or stage_of(heading)
    return Time(period, stage)


def _report_and_plan(title: str) -> tuple[Time, Time] | None:
    """Return the times of both, if a title announces a report of one year and a plan for the next."""
    match list(_YEAR.finditer(title)):
        case [reported, planned] if int(planned[1]) == int(reported[1]) + 1:
            stages = stage_of(title[: planned.start()]), stage_of(title[planned.start() :])
            both = Time(int(reported[1]), "done"), Time(int(planned[1]), "planned")
            return both if stages == ("done", "planned") else None
    return None


def _section(told: Time, both: tuple[Time, Time]) -> Time | None:
    """Return to which of the two a section belongs, by what its heading tells; None if it does not."""
    return next(
        (one for one in both if told.stage == one.stage or (told.stage is None and told.period == one.period)), None
    )


def _filled(told: Time, section: Time, both: tuple[Time, Time]) -> Time:
    """Return what the headings of a clause tell, with what they leave out."""
    if told == _UNTOLD:
        return section
    of_year = next((one.stage for one in both if one.period == told.period), section.stage)
    of_stage = next((one.period for one in both if one.stage == told.stage), section.period)
    return Time(told.period or of_stage, told.stage or of_year)


def _year_reported(title: str) -> int | None:
    """Return the year that a title announces a report of, and no plan."""
    return period_of(title) if stage_of(title) == "done" else None


def _no_year_in(headings: Iterable[str]) -> bool:
    return not any(map(_YEAR.search, headings))
