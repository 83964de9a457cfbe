from pathlib import Path

import pytest

from ingest import Document
from vectorstore import Embedder, Filters, Retriever, open_retriever


def test_the_sentence_that_answers_comes_first(retriever: Retriever) -> None:
    hit = retriever.search("义务教育优质均衡评估目标是多少")[0]
    assert "义务教育优质均衡发展县省级评估通过率达到90%" in hit.text
    assert (hit.clause.label, hit.clause.period) == ("二、9", 2025)


def test_a_hit_is_a_stretch_of_its_document_and_says_why(retriever: Retriever) -> None:
    for hit in retriever.search("公办园占比", limit=20):
        assert hit.text == hit.document.text[hit.start : hit.end]
        assert hit.clause.start <= hit.start < hit.end <= hit.clause.end
        assert set(hit.why) == {"words", "meaning", "alike", "document", "year", "stage", "reference"}


def test_hits_come_in_order_of_score_unless_an_account_is_asked_for(retriever: Retriever) -> None:
    scores = [hit.score for hit in retriever.search("公办园在园幼儿占比", limit=30)]
    assert scores == sorted(scores, reverse=True)


def test_an_account_brings_what_follows_it(retriever: Retriever) -> None:
    first, second = retriever.search("专门教育和特殊教育有哪些措施", limit=2)
    assert first.clause == second.clause
    assert first.end <= second.start


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_year_in_the_question_steers(retriever: Retriever, year: int) -> None:
    assert retriever.search(f"{year}年公办园在园幼儿占比")[0].clause.period == year


@pytest.mark.parametrize(
    "filters",
    [
        pytest.param(Filters(year=2023), id="year"),
        pytest.param(Filters(document="没有的文件"), id="document"),
        pytest.param(Filters(issuer="杭州市教育局"), id="issuer"),
        pytest.param(Filters(region="杭州市"), id="region"),
        pytest.param(Filters(year=2025, region="杭州市"), id="both"),
    ],
)
def test_a_filter_that_nothing_fits_finds_nothing(retriever: Retriever, filters: Filters) -> None:
    assert retriever.search("公办园占比", filters=filters) == []


def test_a_filter_lets_through_only_what_fits(retriever: Retriever, wenzhou: Document) -> None:
    filters = Filters(year=2024, document=wenzhou.id, issuer="教育局", region="温州")
    found = retriever.search("公办园占比", limit=50, filters=filters)
    assert {hit.clause.period for hit in found} == {2024}


def test_a_clause_is_found_by_its_number(retriever: Retriever) -> None:
    assert {hit.clause.label for hit in retriever.search("第13条", limit=2)} == {"二、13"}


def test_words_unlike_any_are_no_error(retriever: Retriever) -> None:
    for question in ("？？？", "🙂", "zzz", "是多少", "𠮷"):
        retriever.search(question)


def test_a_character_nobody_knows_does_not_spoil_the_rest(retriever: Retriever) -> None:
    hit = retriever.search("公办园𠮷占比目标")[0]
    assert hit.score == hit.score  # not NaN
    assert "75%" in hit.text


def test_the_lexical_cache_is_reused_and_rebuilt(index_folder: Path, embedder: Embedder, tmp_path: Path) -> None:
    cache = tmp_path / "lexical"
    first = open_retriever(str(index_folder), embedder, cache)
    (saved,) = cache.iterdir()
    again = open_retriever(str(index_folder), embedder, cache)
    question = "普高学位新增多少"
    assert [h.score for h in first.search(question)] == [h.score for h in again.search(question)]
    (saved / "passages.npz").unlink()
    rebuilt = open_retriever(str(index_folder), embedder, cache)
    assert [h.score for h in rebuilt.search(question)] == [h.score for h in first.search(question)]
