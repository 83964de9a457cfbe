from pathlib import Path

import pytest

from app.settings import Settings
from eval.run import index_documents
from ingest import Document, parse_document
from vectorstore import Embedder, Filters, Retriever, open_retriever, open_store
from vectorstore.features import FEATURES


def test_the_sentence_that_answers_comes_first(retriever: Retriever) -> None:
    hit = retriever.search("义务教育优质均衡评估目标是多少")[0]
    assert "义务教育优质均衡发展县省级评估通过率达到90%" in hit.text
    assert (hit.clause.label, hit.clause.period) == ("二、9", 2025)


def test_a_hit_is_a_stretch_of_its_document_and_says_why(retriever: Retriever) -> None:
    for hit in retriever.search("公办园占比", limit=20):
        assert hit.text == hit.document.text[hit.start : hit.end]
        assert hit.clause.start <= hit.start < hit.end <= hit.clause.end
        assert tuple(hit.why) == FEATURES


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


@pytest.mark.parametrize(
    "question",
    ["加强教育对外交流合作有哪些内容", "“加强教育对外交流合作”这一条怎么写的", "24.加强教育对外交流合作"],
)
def test_a_clause_is_found_by_its_heading(retriever: Retriever, question: str) -> None:
    hit = retriever.search(question)[0]
    assert (hit.clause.label, hit.why["reference"]) == ("四、24", 1.0)


def test_a_heading_that_is_a_small_part_of_the_question_names_no_clause(retriever: Retriever) -> None:
    hits = retriever.search("推动高等教育提质发展的高校里哪些学校今年要升为本科层次")
    assert all(hit.why["reference"] == 0.0 for hit in hits)


def test_this_year_is_that_of_the_office_asked_about(tmp_path: Path, embedder: Embedder) -> None:
    notices = [
        parse_document(
            f"{office}教育局关于{year}年招生的通知\n小学招收新生{count}人。\n{office}教育局\n{year}年5月1日",
            *2 * [office],
        )
        for office, year, count in (("槐川市", 2024, 310), ("澄沙县", 2026, 420))
    ]
    retriever = index_documents(notices, Settings(), tmp_path)
    assert retriever.understand("槐川今年招多少新生").years == (2024,)
    assert retriever.understand("澄沙去年招多少新生").years == (2025,)


def test_words_unlike_any_are_no_error(retriever: Retriever) -> None:
    for question in ("？？？", "🙂", "zzz", "是多少", "𠮷"):
        retriever.search(question)


def test_a_character_nobody_knows_does_not_spoil_the_rest(retriever: Retriever) -> None:
    hits = retriever.search("公办园𠮷占比目标", limit=2)
    assert all(hit.score == hit.score for hit in hits)  # not NaN
    # Two that are all but equal may change places: the encoder reads the character, too.
    assert {hit.text for hit in hits} == {hit.text for hit in retriever.search("公办园占比目标", limit=2)}


LAW = "中华人民共和国某某法\n第一条 为了发展教育，制定本法。\n第二条 本法适用于学校。\n第三条 教师应当热爱学生。"


@pytest.fixture
def laws(tmp_path: Path, embedder: Embedder) -> Retriever:
    store = open_store(str(tmp_path / "laws"), embedder, create=True)
    notice = "某市教育局关于加强食堂管理的通知\n某教发〔2025〕1号\n一、检查。每学期检查一次。\n二、公开。账目公开。"
    for number, name in enumerate(("某某法", "某甲法", "某乙法")):
        store.add(parse_document(LAW.replace("某某法", name), f"{number}.txt", name), "")
    store.add(parse_document(notice, "notice.txt", "通知"), "")
    return open_retriever(store.location, embedder, tmp_path / "lexical")


@pytest.mark.parametrize("name", ["某某法", "某甲法", "某乙法"])
def test_a_clause_of_a_title_is_found_by_key(laws: Retriever, name: str) -> None:
    for question in (f"《{name}》第三条", f"《中华人民共和国{name}》第3条是什么"):
        hit = laws.search(question)[0]
        assert name in hit.document.title
        assert hit.clause.label.endswith("第三条")


def test_a_document_is_found_by_its_number(laws: Retriever) -> None:
    for question in ("某教发〔2025〕1号", "某教发[2025]第1号 检查几次"):
        hit = laws.search(question)[0]
        assert hit.document.document_number == "某教发〔2025〕1号"
        assert hit.why["reference"] == 1.0


def test_traditional_characters_and_written_numbers_find_the_same(retriever: Retriever) -> None:
    plain = retriever.search("义务教育优质均衡评估90%目标")[0]
    assert retriever.search("義務教育優質均衡評估百分之九十目標")[0].text == plain.text


def test_a_refresh_without_a_change_reads_no_documents(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retriever.store, "records", lambda: pytest.fail("read"))
    assert not retriever.refresh()
