"""The evaluation reports kept among the data: which there are, and room for new ones.

A report is a folder that holds the files `wence eval` writes and no others; whatever else stands there is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.settings import Settings
from ingest import WenceError

PAGE, RESULTS, FIGURES = "report.html", "results.json", "figures.json"
_FILES = (PAGE, RESULTS, FIGURES)

_KEPT = 20
_LONGEST_NAME = 60  # characters of three bytes fit a file name with the time behind them


class UnknownReportError(WenceError):
    """There is no such report."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有评测报告「{name[:_LONGEST_NAME]}」，可能已被较新的报告替换。请从报告列表中选择。")


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is kept; its shares lie between 0 and 1 and are None where there was nothing to count.

    Attributes:
        name: That of its folder.
        dataset: The questions that were asked.
        when: When they were.
        questions: How many there were.
        recall: Share of answerable questions with all evidence within the first 600 characters found.
        answer_correct: Share of answerable questions answered rightly.
        unanswerable_refused: Share of the others that were refused.
        model: The language model that wrote the answers; None if none did.
        page: The HTML file.
    """

    name: str
    dataset: str
    when: datetime
    questions: int
    recall: float | None
    answer_correct: float | None
    unanswerable_refused: float | None
    model: str | None
    page: Path


def reports(settings: Settings) -> list[Report]:
    """Return the reports that are kept, the newest first; what cannot be read is left out."""
    return sorted(_read_all(_folder(settings)), key=lambda report: report.when, reverse=True)


def page_of(settings: Settings, name: str) -> str:
    """Return the HTML of a report; its name is compared with those there are and never used as a path.

    Raises:
        UnknownReportError: There is none of this name, or no longer.
    """
    page = next((report.page for report in reports(settings) if report.name == name), None)
    try:
        if page is not None:
            return page.read_text(encoding="utf-8")
    except OSError as error:
        raise UnknownReportError(name) from error
    raise UnknownReportError(name)


def place_for(settings: Settings, dataset: str, when: datetime) -> Path:
    """Return the folder for a new report, which does not exist yet."""
    name = re.sub(r"[^\w-]+", "-", dataset)[:_LONGEST_NAME].strip("-") or "questions"
    return _folder(settings) / f"{name}-{when:%Y%m%d-%H%M%S-%f}"


def remove_old(settings: Settings) -> None:
    """Remove all reports but the newest."""
    for report in reports(settings)[_KEPT:]:
        folder = report.page.parent
        for name in _FILES:  # the figures last: by them a folder is known that a kill has left half empty
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _folder(settings: Settings) -> Path:
    return settings.data / "reports"


def _read_all(folder: Path) -> Iterator[Report]:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        try:
            if not entry.is_symlink() and {file.name for file in entry.iterdir()} <= set(_FILES):
                yield _read(entry)
        except (OSError, ValueError, TypeError, KeyError):  # unreadable, no JSON, or JSON of something else
            continue


def _read(folder: Path) -> Report:
    given = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    return Report(
        name=folder.name,
        dataset=str(given["dataset"]),
        when=datetime.fromisoformat(given["when"]).astimezone(),
        questions=int(given["questions"]),
        recall=_share(given["evidence_recall"]["600"]),
        answer_correct=_share(given["answer_correct"]),
        unanswerable_refused=_share(given["unanswerable_refused"]),
        model=None if given["model"] is None else str(given["model"]),
        page=folder / PAGE,
    )


def _share(value: float | None) -> float | None:
    return None if value is None else float(value)
