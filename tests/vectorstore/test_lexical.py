from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest import Document, parse_document
from vectorstore import Embedder, Store, lexical, load_embedder, open_store
from vectorstore.lexical import Allowed, LexicalIndex, open_lexical
from vectorstore.words import WordVectors

WORDS = WordVectors()


def notice(number: int) -> Document:
    text = f"某市教育局关于第{number}号事项的通知\n一、学位。新增学位{number}00个。\n二、经费。安排经费{number}万元。"
    return parse_document(text, f"{number}.txt", "通知")


@pytest.fixture
def store(tmp_path: Path, embedder: Embedder) -> Store:
    store = open_store(str(tmp_path / "index"), embedder, create=True)
    for number in (1, 2):
        store.add(notice(number), "hash")
    return store


def opened(store: Store) -> LexicalIndex:
    return open_lexical(store, store.records(), Path(store.location) / "lexical", WORDS)


def documents_found(index: LexicalIndex, term: str) -> set[str]:
    return {entry.document_id for entry in index.best({term: 1.0}, 100)}


def test_a_passage_comes_back_as_it_was_cut(store: Store) -> None:
    (entry,) = opened(store).best({"200": 1.0}, 10)
    document = store.document(entry.document_id)
    assert entry.text == document.text[entry.start : entry.end]
    assert (entry.label, entry.number, entry.heading) == ("一", 1, document.clauses[entry.clause].path[-1])


def test_it_is_extended_not_rebuilt_when_documents_come_and_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(store)
    read: list[str] = []
    documents = store.documents

    def watched(document_ids: list[str]) -> object:
        read.extend(document_ids)
        return documents(document_ids)

    monkeypatch.setattr(store, "documents", watched)
    store.add(notice(3), "hash")
    store.remove(notice(1).id)
    assert documents_found(opened(store), "学位") == {notice(2).id, notice(3).id}
    assert read == [notice(3).id]


def test_a_document_read_anew_takes_the_place_of_the_old(store: Store) -> None:
    opened(store)
    store.add(notice(1), "another hash")
    assert len(opened(store)) == sum(record.passages for record in store.records())


def test_it_follows_the_store_whenever_its_writer_is_killed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the two commits and before the mark; the document in between is taken away again."""

    class KilledError(Exception):
        """Stands for the process ending."""

    def die(*args: object) -> None:
        raise KilledError

    opened(store)
    for step in ("_prepared_document", "_is_complete"):
        store.add(notice(3), step)
        with monkeypatch.context() as patch, pytest.raises(KilledError):
            patch.setattr(lexical, step, die)
            opened(store)
        store.remove(notice(3).id)
        index = opened(store)
        assert documents_found(index, "学位") == {notice(1).id, notice(2).id}
        assert len(index) == sum(record.passages for record in store.records())


def test_a_damaged_one_is_made_anew(store: Store) -> None:
    opened(store)
    for file in (Path(store.location) / "lexical").rglob("meta.json"):
        file.write_text("{")
    assert documents_found(opened(store), "学位") == {notice(1).id, notice(2).id}


def test_many_may_open_it_at_once(store: Store, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for folder in (tmp_path / str(n) for n in range(5)):
            jobs = [pool.submit(open_lexical, store, store.records(), folder, WORDS) for _ in range(8)]
            assert {len(job.result()) for job in jobs} == {sum(record.passages for record in store.records())}


def test_a_clause_number_finds_what_the_question_speaks_of_and_the_year_before_the_rest(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "index"), load_embedder(None), create=True)
    for year in (2019, 2023, 2021):
        text = f"某市{year}年工作要点\n一、学位。新增学位{year}个。\n二、经费。安排经费。"
        store.add(parse_document(text, f"{year}.txt", "要点"), "hash")
    index = opened(store)
    assert index.numbered(1, {}, 2023, 1)[0].year == 2023
    assert "2021" in index.numbered(1, {"2021": 1.0}, None, 1)[0].text


def test_filters_really_filter(store: Store) -> None:
    index = opened(store)
    assert {e.document_id for e in index.best({"学位": 1.0}, 9, Allowed({notice(2).id}))} == {notice(2).id}
    assert index.best({"学位": 1.0}, 9, Allowed(year=1999)) == []
    assert index.best({"学位": 1.0}, 9, Allowed(frozenset())) == []


def test_a_document_that_holds_more_of_the_terms_scores_higher(store: Store) -> None:
    scores = opened(store).document_scores({"200": 1.0, "学位": 1.0}, [notice(1).id, notice(2).id])
    assert scores[notice(2).id] > scores[notice(1).id] > 0


def test_a_rare_term_weighs_more(store: Store) -> None:
    index = opened(store)
    assert index.rarity("从未") > index.rarity("200") > index.rarity("通知") > 0


def test_an_empty_index_finds_nothing(tmp_path: Path, embedder: Embedder) -> None:
    store = open_store(str(tmp_path / "index"), embedder, create=True)
    index = opened(store)
    assert index.best({"学位": 1.0}, 10) == index.entries(["a:0"]) == []
    assert index.document_scores({"学位": 1.0}, ["a"]) == {}
