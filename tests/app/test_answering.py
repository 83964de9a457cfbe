import re

import pytest

from app.answering import MAX_QUESTION, QuestionError, answer_question
from app.citations import cite
from app.records import NOT_IN_DOCUMENTS
from eval.command import DEFAULT_DATASET
from eval.questions import load_dataset
from ingest import Document
from vectorstore import Filters, Hit, Retriever


def test_the_answer_is_the_half_of_the_sentence_that_was_asked_for(retriever: Retriever) -> None:
    answer = answer_question(retriever, "义务教育优质均衡评估目标是多少")
    assert answer.outcome == "answered"
    assert answer.text == "义务教育优质均衡发展县省级评估通过率达到90%"
    (citation,) = answer.citations
    assert (citation.clause.label, citation.clause.period, citation.clause.stage) == ("二、9", 2025, "planned")
    assert citation.document.published == "2025-03-11"


@pytest.mark.parametrize("question", ["今天天气怎么样", "帮我写一首诗", "股票怎么买", "\ud800"])
def test_what_is_plainly_outside_gets_no_citation(retriever: Retriever, question: str) -> None:
    answer = answer_question(retriever, question)
    assert (answer.outcome, answer.text, answer.citations) == ("not_in_documents", NOT_IN_DOCUMENTS, ())


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("2024年公办园在园幼儿占比", "70.77%", "75%"),
        ("2025年公办园在园幼儿占比目标", "75%", "70.77%"),
        ("去年长学制专业占比达到多少", "46.4%", "50%"),
        ("今年长学制占比的目标", "50%", "46.4%"),
    ],
)
def test_the_year_asked_for_is_the_year_answered(retriever: Retriever, question: str, right: str, wrong: str) -> None:
    text = answer_question(retriever, question).text
    assert right in text
    assert wrong not in text


def test_two_years_stand_side_by_side_with_their_labels(retriever: Retriever) -> None:
    answer = answer_question(retriever, "公办园在园幼儿占比2024年和2025年分别是多少")
    done, planned, change = answer.text.split("\n")
    assert change == "后者比2024年提高4.23个百分点。"
    assert done.startswith("2024年（完成情况）：")
    assert "70.77%" in done
    assert planned.startswith("2025年（目标）：")
    assert "75%" in planned


def test_a_year_the_documents_do_not_speak_of_is_not_answered_with_another(retriever: Retriever) -> None:
    assert answer_question(retriever, "2023年公办园在园幼儿占比").outcome == "not_in_documents"


def test_a_clause_is_quoted_whole_when_its_wording_is_asked_for(retriever: Retriever, wenzhou: Document) -> None:
    answer = answer_question(retriever, "第13条的原文是什么")
    clause = next(c for c in wenzhou.clauses if c.label == "二、13")
    assert answer.text == wenzhou.text[clause.start : clause.end].rstrip("。")


def test_a_filter_that_nothing_fits_gives_no_answer(retriever: Retriever) -> None:
    answer = answer_question(retriever, "义务教育优质均衡评估目标是多少", Filters(region="杭州市"))
    assert answer.outcome == "not_in_documents"


@pytest.mark.parametrize("question", ["加强教育对外交流合作有哪些内容", "“加强教育对外交流合作”这一条怎么写的"])
def test_a_clause_named_by_its_heading_is_quoted_as_a_whole(retriever: Retriever, question: str) -> None:
    (citation,) = answer_question(retriever, question).citations
    assert citation.clause.label == "四、24"
    assert len(citation.quote) > 100


QUESTIONS = [q.question for q in load_dataset(DEFAULT_DATASET).questions]


def test_every_citation_is_exact_and_every_figure_is_cited(retriever: Retriever) -> None:
    """Over all evaluation questions: nothing is quoted, and no figure said, that the source does not hold."""
    for question in QUESTIONS[::8]:  # `python -m eval.unsupported` asks many more
        answer = answer_question(retriever, question)
        assert bool(answer.citations) == (answer.outcome == "answered")
        for citation in answer.citations:
            assert citation.document.text[citation.start : citation.end] == citation.quote
        quotes = "".join(c.quote for c in answer.citations) + question
        known = {str(c.clause.period) for c in answer.citations}
        said = re.sub(r"\n(?:后者比|关于)\d{4}年.*", "", answer.text)  # worked out, or said to be missing
        for figure in re.findall(r"\d+(?:\.\d+)?", said):
            assert figure in quotes or figure in known, question


def test_words_outside_the_clause_cannot_be_cited_under_it(wenzhou: Document) -> None:
    clause = wenzhou.clauses[1]
    with pytest.raises(ValueError, match="not inside clause"):
        cite(Hit(wenzhou, clause, clause.start, clause.end, 1.0), clause.start - 5, clause.start + 5)


@pytest.mark.parametrize(
    ("question", "message"),
    [("", "问题为空"), (" \n　", "问题为空"), ("长" * 20_000, f"20000 字，上限为 {MAX_QUESTION} 字")],
)
def test_what_is_no_question_is_refused_in_a_sentence(retriever: Retriever, question: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        answer_question(retriever, question)
