from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from app.answering import answer_question
from app.citations import cite
from app.markup.asking import form_html
from app.markup.conversation import conversation_html
from app.markup.draft import checked_html
from app.markup.evaluation import evaluation_html
from app.markup.library import edit_html, library_html, previews_html, reports_html, synonyms_html, tools_html
from app.markup.parts import notice_html
from app.markup.source import source_html
from app.records import Answer, CheckedSentence, Difference, Sentence, Step
from app.reports import Report
from app.synonyms_preview import Moved, PhraseChange, QuestionChange
from app.turns import Turn
from ingest import Document, parse_document
from vectorstore import FileReport, Filters, Hit, Retriever
from vectorstore.records import Correction
from vectorstore.rows import prepare

PAYLOADS = (Path(__file__).parent / "payloads.txt").read_text(encoding="utf-8").splitlines()
OURS = {
    *("a", "article", "b", "br", "button", "code", "del", "details", "div", "form", "h1", "h2", "header", "iframe"),
    *("input", "ins", "label", "li", "mark", "nav", "ol", "option", "p", "path", "progress", "section", "select"),
    *("span", "strong", "summary", "sup", "svg", "table", "tbody", "td", "textarea", "th", "thead", "tr", "ul"),
}


def parts(payload: str) -> Iterator[str]:
    """Every part of the page, with a payload wherever something from outside may stand."""
    document = parse_document(f"通知\n一、{payload}", payload, payload)
    document = replace(document, title=payload, issuer=payload, document_number=payload, region=payload)
    record = prepare(document, "").record
    hit = Hit(document, document.clauses[-1], document.clauses[-1].start, document.clauses[-1].end, 1.0)
    citation = cite(hit, hit.start, hit.end)
    sentence = Sentence(payload, (1,), payload)
    answer = Answer(
        payload, "answered", payload, (citation,), (Step(payload, payload),), 0.0, asked_for=f"{payload}?",
        reason=payload, related=(citation,), sentences=(sentence,), notice=payload, withheld=True,
    )  # fmt: skip
    filters = Filters(document=payload, issuer=payload, region=payload)
    yield conversation_html([Turn(answer, filters), Turn(replace(answer, withheld=False))])
    yield source_html(document, hit.start, hit.end)
    yield notice_html(payload)
    yield form_html([record], [2025], {payload: [payload]})
    difference = Difference(payload, payload)
    checked = [
        CheckedSentence(payload, 0, len(payload), "differs", citation, (difference,)),
        CheckedSentence(payload, len(payload), 2 * len(payload), "not_found", None),
    ]
    yield checked_html(payload, payload * 2, checked)
    yield library_html([record], {}, True, payload)
    yield tools_html(payload)
    yield previews_html([(payload, payload, document), (payload, payload, payload)], (payload, payload))
    yield reports_html([FileReport(payload, "failed", payload, None), FileReport(payload, "added", payload, record)])
    yield edit_html(replace(record, corrections=(Correction("issuer", payload, payload),)))
    moved = Moved(hit, 1, None)
    asked = QuestionChange(((payload, payload),), ((payload, payload),), (moved,))
    yield synonyms_html([PhraseChange(payload, (payload,), (payload,))], asked)
    when = datetime(2026, 11, 29, tzinfo=UTC)
    yield evaluation_html([Report(payload, payload, when, 1, 1.0, 1.0, 1.0, payload, Path())])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_from_outside_becomes_markup(payload: str) -> None:
    for page in parts(payload):
        tree = html.fragment_fromstring(page, create_parent="div")
        for element in tree.iter():
            assert element.tag in OURS, page
            said = [f"{name}={value}" for name, value in element.attrib.items()]
            bad = [each for each in said if each.startswith(("on", "style=", "srcdoc=", "action="))]
            assert [each for each in bad if not each.startswith("style=--level:")] == [], page
            assert not element.get("href", "").strip().lower().startswith(("javascript", "//", "http")), page


def test_the_quoted_words_are_marked_in_the_whole_text(wenzhou: Document) -> None:
    start = wenzhou.text.index("力争学前教育")
    html = source_html(wenzhou, start, start + 6)
    assert html.count("<mark>") == 1
    assert "<mark>力争学前教育</mark>普及普惠县" in html
    assert "1.加强党的全面领导" in html


def test_a_quotation_over_two_paragraphs_is_marked_in_both() -> None:
    html = source_html(parse_document("通知\n甲乙\n丙丁", "来源", "标题"), 4, 7)
    assert html.count("<mark>") == 2


def test_figures_of_an_answer_are_bold(retriever: Retriever) -> None:
    html = conversation_html([Turn(answer_question(retriever, "义务教育优质均衡评估目标是多少"))])
    assert "<strong>90%</strong>" in html
    assert "二、9" in html
    assert "2025年（目标）" in html
