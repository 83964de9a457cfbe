import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vectorstore import Retriever, synonyms
from vectorstore.query import parse_query
from vectorstore.synonyms import SYNONYMS, SynonymsError, parse_synonyms, read_synonyms, save_synonyms

TEXT = "# 说明\n娃娃园 => 幼儿园, 学前教育\n阳光分班, 均衡编班\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "synonyms.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def always_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonyms, "_LOOKED_AT_EVERY", 0.0)


def test_arrows_go_one_way_and_commas_both() -> None:
    found = parse_synonyms(TEXT, "试").meanings
    assert found == {"娃娃园": ("幼儿园", "学前教育"), "阳光分班": ("均衡编班",), "均衡编班": ("阳光分班",)}


@pytest.mark.parametrize("line", ["甲", "甲 =>", "=> 乙", "甲, => "])
def test_a_malformed_line_is_named(line: str) -> None:
    with pytest.raises(SynonymsError, match="草稿 第 2 行应为"):
        parse_synonyms(f"# 说明\n{line}\n", "草稿")


@pytest.mark.usefixtures("always_looked_at")
def test_a_changed_file_is_noticed_and_a_broken_one_is_waited_for(file: Path) -> None:
    assert "娃娃园" in read_synonyms(file).meanings
    file.write_text("娃娃园 => 幼", encoding="utf-8")
    assert read_synonyms(file).meanings == {"娃娃园": ("幼",)}
    for broken in ("娃娃园", None):
        file.unlink() if broken is None else file.write_text(broken, encoding="utf-8")
        assert read_synonyms(file).meanings == {"娃娃园": ("幼",)}
    file.write_text(TEXT, encoding="utf-8")
    assert "阳光分班" in read_synonyms(file).meanings


def test_a_file_that_was_never_right_is_said(file: Path) -> None:
    file.write_text("甲", encoding="utf-8")
    with pytest.raises(SynonymsError, match="synonyms.txt 第 1 行"):
        read_synonyms(file)


def test_what_is_saved_holds_at_once(file: Path) -> None:
    file.chmod(0o640)
    read_synonyms(file)
    saved = save_synonyms("娃 => 儿童\r\n\r\n# 完 ", file)
    assert read_synonyms(file) == saved
    assert saved.meanings == {"娃": ("儿童",)}
    assert file.read_bytes().decode() == "娃 => 儿童\n\n# 完\n"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("text", ["甲", "娃 => 儿童\ud800"])
def test_what_cannot_be_saved_leaves_the_file_alone(file: Path, text: str) -> None:
    before = read_synonyms(file)
    with pytest.raises(SynonymsError, match="synonyms.txt"):
        save_synonyms(text, file)
    assert file.read_text(encoding="utf-8") == TEXT
    assert read_synonyms(file) == before
    assert list(file.parent.iterdir()) == [file]


def test_readers_see_one_state_or_the_other_while_it_is_saved(file: Path) -> None:
    states = [f"娃 => 儿童{n}\n甲{n} => 乙\n" for n in range(20)]

    def read(_: int) -> bool:
        found = read_synonyms(file).meanings
        return "娃娃园" in found or len(found) == 2

    with ThreadPoolExecutor(2) as pool:
        saving = pool.map(lambda text: save_synonyms(text, file), states)
        assert all(pool.map(read, range(200)))
        assert len(list(saving)) == len(states)


def test_reading_costs_a_question_nothing() -> None:
    read_synonyms()
    started = time.perf_counter()
    for _ in range(10_000):
        read_synonyms()
    assert (time.perf_counter() - started) / 10_000 < 5e-6


def test_a_search_may_go_by_other_synonyms(retriever: Retriever) -> None:
    draft = parse_synonyms("娃娃园 => 公办园", "草稿")
    question = "娃娃园占比目标"
    assert parse_query(question, 2025, draft).texts[1] == "公办园 占比"
    with ThreadPoolExecutor(2) as pool:
        others = pool.submit(retriever.search, question)
        found = retriever.search(question, synonyms=draft)
        plain = others.result()
    assert "公办园" in found[0].text
    assert [hit.why for hit in plain] == [hit.why for hit in retriever.search(question)] != [hit.why for hit in found]


def test_every_phrase_of_the_file_means_something() -> None:
    for phrase, meanings in parse_synonyms(SYNONYMS.read_text(encoding="utf-8"), SYNONYMS.name).meanings.items():
        assert phrase, meanings
        assert meanings, phrase
