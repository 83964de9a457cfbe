import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html

from app.confidence import THRESHOLD
from app.records import Answer
from eval.measures import EVIDENCE_LIMITS
from eval.plots import Bar, Mark, Words, bar_plot, histogram
from eval.questions import Question
from eval.report import curves, figures, measures, write_report
from eval.run import Result, circumstances, run
from tests.eval.test_run import question
from vectorstore import Retriever

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>' onfocus='alert(3)\" \u202e &amp;"
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


def hostile_results() -> list[Result]:
    asked = question(id=HOSTILE, question=HOSTILE, kind=HOSTILE, asker=HOSTILE, history=(HOSTILE,), missing=(HOSTILE,))
    answer = Answer(HOSTILE, "answered", HOSTILE, (), (), 5.0, reason=HOSTILE, sure=0.9)
    return [Result(asked, answer, 10, False, 0.5, HOSTILE), Result(asked, None, None, False, 0.0, HOSTILE)]


def result(answerable: bool, sure: float, needed: int | None = None) -> Result:
    outcome = "answered" if sure >= THRESHOLD else "not_in_documents"
    answer = Answer("问", outcome, "答", (), (), 5.0, sure=sure)  # type: ignore[arg-type]
    return Result(question(answerable=answerable), answer, needed, answerable == (outcome == "answered"), None, "")


@pytest.fixture(scope="module")
def results(retriever: Retriever) -> list[Result]:
    asked: list[Question] = [
        question(),
        question(id="2", answer=("95%",), asker="staff"),
        question(
            id="3", question="今天天气怎么样", kind="chit_chat", answerable=False, evidence=(), answer=(), avoid=()
        ),
        question(id="4", question="公办园在园幼儿占比目标是多少", evidence=("占比达75%",), answer=("75%",)),
        question(id="5", question=""),
    ]
    return run(retriever, asked, lambda: None)


def test_what_others_wrote_stays_text(tmp_path: Path) -> None:
    given = figures(HOSTILE, hostile_results()) | {
        "documents": {"count": 1, "fingerprint": HOSTILE, "titles": [HOSTILE]},
        "embedding_model": {"name": HOSTILE, "fingerprint": HOSTILE},
        "model": HOSTILE,
        "prompts": {HOSTILE: HOSTILE},
    }
    page = write_report(tmp_path, given, hostile_results()).read_text(encoding="utf-8")
    assert page.count("<script>") == page.count("</script>") == 1
    elements = [element for element in html.fromstring(page).iter() if isinstance(element.tag, str)]
    assert not [element.tag for element in elements if element.tag == "img"]
    assert not [name for element in elements for name in element.attrib if name.startswith("on")]
    assert all(ElementTree.fromstring(svg) is not None for svg in SVG.findall(page))  # noqa: S314 - our own


def test_half_a_character_does_not_lose_the_report(tmp_path: Path) -> None:
    written = [result(True, 0.9), Result(question(question="\ud800"), None, None, False, 0.0, "")]
    assert write_report(tmp_path, figures("set", written), written).is_file()


def test_the_page_is_one_file_that_asks_for_no_other(results: list[Result], tmp_path: Path) -> None:
    page = write_report(tmp_path, figures("set", results), results).read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'" in page
    assert not re.search(r"https?:|url\(|@import|<link|\ssrc=", page)


def test_the_page_says_what_the_results_hold(results: list[Result], retriever: Retriever, tmp_path: Path) -> None:
    given = figures("set", results) | circumstances(retriever) | {"when": "2025-03-11T09:05:00+08:00", "model": None}
    page = write_report(tmp_path, given, results).read_text(encoding="utf-8")
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in written["results"]] == ["1", "2", "3", "4", "5"]
    assert page.count("<tr role='row' data-kind=") == 5
    shown = dict(re.findall(r"<dt>([^<]*)</dt><dd class='value'>([^<]*)</dd>", page))
    assert shown == {measure.name: measure.value for measure in measures(written["figures"])}
    assert shown["答案正确"] == f"{written['figures']['answer_correct']:.1%}"
    assert "2025年3月11日 09:05" in page
    assert given["documents"]["fingerprint"] in page
    assert given["embedding_model"]["fingerprint"] in page


def test_every_plot_is_a_picture_with_a_name(results: list[Result], tmp_path: Path) -> None:
    page = write_report(tmp_path, figures("set", results), results).read_text(encoding="utf-8")
    plots = [ElementTree.fromstring(svg) for svg in SVG.findall(page)]  # noqa: S314 - our own
    assert len(plots) == 6
    for plot in plots:
        assert plot.get("role") == "img"
        named = [plot.find(f"*[@id='{id_}']") for id_ in (plot.get("aria-labelledby") or "").split()]
        assert len(named) == 2
        assert all(element is not None and element.text for element in named)


def test_the_curves_meet_the_figures(results: list[Result]) -> None:
    given, drawn = figures("set", results), curves(results)
    recall = {point["characters"]: point["found"] for point in drawn["recall"]}
    assert {str(limit): recall[limit] for limit in EVIDENCE_LIMITS} == given["evidence_recall"]
    (now,) = [point for point in drawn["refusal"] if point["threshold"] == given["threshold"]]
    assert now["answerable_kept"] == pytest.approx(1 - given["answerable_refused"])
    assert now["unanswerable_refused"] == given["unanswerable_refused"]


def test_the_curves_are_shares_of_either_sort() -> None:
    drawn = curves([result(True, 0.9, 30), result(True, 0.2), result(False, 0.5), result(False, 0.0)])
    assert [p["found"] for p in drawn["recall"] if p["characters"] in (20, 40)] == [0.0, 0.5]
    points = {p["threshold"]: (p["answerable_kept"], p["unanswerable_refused"]) for p in drawn["refusal"]}
    assert (points[0.0], points[0.1], points[0.3], points[0.6]) == ((1, 0), (1, 0.5), (0.5, 0.5), (0.5, 1))


def test_a_set_of_one_sort_has_a_report(tmp_path: Path) -> None:
    for written in ([], [result(False, 0.0)], [result(True, 0.9, 10)]):
        assert write_report(tmp_path, figures("set", written), written).is_file()


def test_a_histogram_counts_every_value() -> None:
    svg = histogram(Words("times", "用时", "", "毫秒"), [1.0] * 99 + [5000.0], [Mark(5000, "95%")])
    bars = ElementTree.fromstring(svg).findall("rect")  # noqa: S314 - our own
    assert sum(bar.get("height") != "0.0" for bar in bars) == 2
    assert bars[-1].get("height") != "0.0"
    assert "99 题" in svg


def test_a_name_too_long_for_its_place_is_said_in_full_elsewhere() -> None:
    svg = bar_plot(Words("kind", "类型", "很长很长的类型名称 50.0%"), [Bar("很长很长的类型名称", 0.5, "2 题")])
    assert ">很长很长的…<" in svg
    assert "很长很长的类型名称 50.0%" in svg
