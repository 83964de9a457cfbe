"""What is known about a document: title, issuer, number, dates, region; and what a title says of its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.navigation import Page, parse_date
from ingest.records import Stage

_HAN = r"\u3400-\u9fff"
_STRAY_SPACE = re.compile(rf"(?<=[{_HAN}\d，、《》“”（）])\s+(?=[{_HAN}\d，、《》“”（）])")
_DOCUMENT_NUMBER = re.compile(rf"[{_HAN}]{{1,12}}[〔\[［（(]\s*\d{{4}}\s*[〕\]］）)]\s*第?\s*\d+\s*号")
_ISSUER_IN_TITLE = re.compile(
    r"^(?P<issuer>(?!关于)[^《》<>\s]{1,40}?(?:局|部|厅|委|委员会|院|办|办公室|府|会|处|署|中心|学校|大学|学院|团))"
    r"(?:等[^关《]{1,12}部门)?(?:关于|印发)"
)
_EFFECTIVE = re.compile(r"自\s*(\d{4}年\d{1,2}月\d{1,2}日)\s*起\s*(?:施行|实施|执行|生效)")
_SIGNED_DATE = re.compile(r"^[（(]?\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*[）)]?$")
_REGION = re.compile(r"^(?P<region>[^省市县区关于]{2,7}?(?:省|市|县|区|自治区|自治州|自治县))(?!场)")
_CENTRAL = re.compile(r"^(?:国务院|教育部|财政部|中共中央|全国|国家|中华人民共和国|[^省市县区]{2,8}部)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|学年)?(?!\d)")
_ANNOUNCED = re.compile(r"印发(?P<things>.+?)的(?:通知|函|公告|决定)")
_SEPARATOR = re.compile(r"[》]?\s*[和、及与]\s*(?=《|\d{4}|\S+?(?:要点|总结|计划|方案|办法|规定|意见))")

# Words of a title by which a text says whether it reports or plans. 工作报告 does both and is left open.
_DONE = re.compile(r"总结|回顾|完成情况|进展情况|实施情况|年度报告|述职")
_PLANNED = re.compile(r"要点|计划|规划|纲要|目标|任务|安排|打算|方案|展望|下一步")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page, the title and the closing lines say about a document; None where they say nothing."""

    title: str
    issuer: str | None
    document_number: str | None
    published: str | None
    effective: str | None
    region: str | None


def read_metadata(page: Page, fallback_title: str) -> Metadata:
    """Return the metadata of a page; its first line is the title unless it reads like a sentence."""
    lines = page.body.split("\n")
    title = read_title(lines[0]) or fallback_title
    issuer = page.publisher or _issuer_of(title)
    number = _DOCUMENT_NUMBER.search("\n".join(lines[:4]))
    signed = next((d for line in reversed(lines) if (m := _SIGNED_DATE.match(line)) and (d := parse_date(m[1]))), None)
    effective = _EFFECTIVE.search(page.body)
    return Metadata(
        title=title,
        issuer=issuer,
        document_number=re.sub(r"\s", "", number[0]) if number else None,
        published=page.published or signed,
        effective=parse_date(effective[1]) if effective else None,
        region=region_of(issuer or "") or region_of(title),
    )


_MAX_TITLE_LENGTH = 80  # characters; the longest titles of the State Council's notices run to about 70


_MIN_TITLE_LENGTH = 8  # characters, of a title that is followed by text on its line; less is a name or a date


def read_title(line: str) -> str | None:
    """Return the title that a document's first line is, or begins with where all text is on one line."""
    if is_title(line):
        return clean_title(line)
    lead = line.partition(" ")[0]
    return lead if len(lead) < len(line) and len(lead) >= _MIN_TITLE_LENGTH and is_title(lead) else None


def is_title(line: str) -> bool:
    """Tell whether a line reads like a title: short, and not a sentence."""
    return 0 < len(line) <= _MAX_TITLE_LENGTH and not re.search(r"[。；;！!]|[，,：:]$", line)


def clean_title(line: str) -> str:
    """Return a title without the spaces that a page's layout put between its characters."""
    return _STRAY_SPACE.sub("", line).strip()


def region_of(text: str) -> str | None:
    """Return the place a name or title begins with: 「温州市」, or 「全国」 for central bodies."""
    if _CENTRAL.match(text):
        return "全国"
    match = _REGION.match(text)
    return match["region"] if match else None


def announced_titles(title: str) -> list[str]:
    """Return what a notice says it prints: 关于印发A和B的通知 → [A, B]."""
    match = _ANNOUNCED.search(title)
    if match is None:
        return []
    return [t for part in _SEPARATOR.split(match["things"]) if (t := part.strip("《》 "))]


def period_of(heading: str) -> int | None:
    """Return the year a heading speaks of, if it names exactly one."""
    years = {int(year) for year in _YEAR.findall(heading)}
    return years.pop() if len(years) == 1 else None


def stage_of(heading: str) -> Stage | None:
    """Return whether a heading announces a report or a plan; None if neither or both."""
    done, planned = _DONE.search(heading) is not None, _PLANNED.search(heading) is not None
    if done == planned:
        return None
    return "done" if done else "planned"


def _issuer_of(title: str) -> str | None:
    match = _ISSUER_IN_TITLE.match(title)
    return match["issuer"].strip() if match else None
