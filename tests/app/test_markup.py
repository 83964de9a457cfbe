import pytest

from app.answering import answer_question
from app.markup.conversation import conversation_html
from app.markup.parts import notice_html
from app.markup.source import source_html
from app.records import Answer, Step
from app.turns import Turn
from ingest import Document, parse_document
from vectorstore import Retriever

PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<iframe src=javascript:alert(1)>",
    "${alert(1)}{{value}}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_from_outside_becomes_markup(payload: str) -> None:
    document = parse_document(f"通知\n一、{payload}", payload, payload)
    answer = Answer(payload, "answered", payload, (), (Step(payload, payload),), 0.0)
    for html in (conversation_html([Turn(answer)]), source_html(document, 0, 2), notice_html(payload)):
        assert "<img" not in html
        assert "<script" not in html
        assert "<svg onload" not in html
        assert "<iframe" not in html
        assert "' onmouseover" not in html


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
