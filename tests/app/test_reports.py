import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api import create_api
from app.reports import FIGURES, PAGE, RESULTS, place_for, remove_old, reports
from app.settings import Settings
from vectorstore import Retriever

WHEN = datetime(2025, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def write(settings: Settings, when: datetime = WHEN, dataset: str = "set", **changes: object) -> Path:
    folder = place_for(settings, dataset, when)
    folder.mkdir(parents=True)
    given = {"dataset": dataset, "questions": 3, "when": when.isoformat(), "model": None, "answer_correct": 0.5}
    given |= {"evidence_recall": {"600": 0.75}, "unanswerable_refused": None}
    for name, text in {PAGE: f"<h1>{when}</h1>", RESULTS: "{}", FIGURES: json.dumps(given | changes)}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_reports_are_listed_the_newest_first_and_broken_ones_left_out(kept: Settings) -> None:
    assert reports(kept) == []
    old, new = write(kept), write(kept, WHEN + timedelta(hours=1))
    write(kept, WHEN + timedelta(hours=2), answer_correct="<b>")
    write(kept, WHEN + timedelta(hours=3), answer_correct=[])
    (write(kept, WHEN + timedelta(hours=4)) / FIGURES).write_text("[", encoding="utf-8")
    (write(kept, WHEN + timedelta(hours=5)) / FIGURES).write_text('{"when": 1}', encoding="utf-8")
    (kept.data / "reports" / "file").write_text("", encoding="utf-8")
    assert [report.name for report in reports(kept)] == [new.name, old.name]
    report = reports(kept)[0]
    assert (report.recall, report.answer_correct, report.unanswerable_refused) == (0.75, 0.5, None)
    assert report.when == WHEN + timedelta(hours=1)


def test_the_newest_twenty_are_kept_and_nothing_of_others_is_removed(kept: Settings, tmp_path: Path) -> None:
    written = [write(kept, WHEN + timedelta(minutes=n)) for n in range(23)]
    (written[0] / "note.txt").write_text("mine", encoding="utf-8")
    other = kept.data / "reports" / "other"
    other.mkdir()
    (other / PAGE).write_text("", encoding="utf-8")
    elsewhere = write(Settings(data=tmp_path / "elsewhere"), WHEN - timedelta(days=1))
    (kept.data / "reports" / "link").symlink_to(elsewhere)
    (written[1] / PAGE).unlink()
    remove_old(kept)
    assert [folder.exists() for folder in written] == [True, False, False, *[True] * 20]
    assert (other / PAGE).exists()
    assert (elsewhere / PAGE).exists()


@pytest.mark.parametrize(
    ("dataset", "name"), [("温州 2025", "温州-2025"), ("../../etc", "etc"), ("", "questions"), ("a" * 300, "a" * 60)]
)
def test_a_report_has_a_name_that_is_one_folder(kept: Settings, dataset: str, name: str) -> None:
    folder = place_for(kept, dataset, WHEN)
    assert folder.parent == kept.data / "reports"
    assert folder.name == f"{name}-20250311-090000-000000"


def test_reports_are_served_and_can_do_nothing(kept: Settings, retriever: Retriever) -> None:
    folder = write(kept, dataset="温州")
    client = TestClient(create_api(retriever, settings=kept))
    (listed,) = client.get("/api/reports").json()
    assert (listed["name"], listed["dataset"], listed["answer_correct"]) == (folder.name, "温州", 0.5)
    assert "page" not in listed
    response = client.get(f"/api/reports/{listed['name']}")
    assert response.text == f"<h1>{WHEN}</h1>"
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("sandbox allow-scripts; default-src 'none';")


@pytest.mark.parametrize("name", ["none", "%2e%2e", "..%2fsecret", "..%5csecret", ".", "%00", "secret"])
def test_no_name_leads_elsewhere(kept: Settings, retriever: Retriever, name: str) -> None:
    write(kept)
    secret = kept.data / "secret"
    secret.mkdir()
    (secret / PAGE).write_text("nobody reads this", encoding="utf-8")
    response = TestClient(create_api(retriever, settings=kept)).get(f"/api/reports/{name}")
    assert "nobody" not in response.text
    if name in ("none", "secret", "%00"):
        assert response.status_code == 404
        assert "没有评测报告" in response.json()["detail"]
