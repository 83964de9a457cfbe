import pytest

from app.answering import QuestionError
from app.synonyms_preview import PhraseChange, phrase_changes, question_change
from vectorstore import Retriever
from vectorstore.synonyms import parse_synonyms

FILE = parse_synonyms("甲 => 乙\n丙 => 丁\n戊 => 己", "旧")
DRAFT = parse_synonyms("丙 => 丁, 庚\n戊 => 己\n娃娃园 => 公办园", "新")


def test_phrases_added_changed_and_removed_are_named() -> None:
    assert phrase_changes(FILE, DRAFT) == [
        PhraseChange("丙", ("丁",), ("丁", "庚")),
        PhraseChange("娃娃园", (), ("公办园",)),
        PhraseChange("甲", ("乙",), ()),
    ]
    assert phrase_changes(FILE, FILE) == []


def test_a_question_shows_what_moves(retriever: Retriever) -> None:
    change = question_change(retriever, "娃娃园占比多少", FILE, DRAFT)
    assert (change.before, change.after) == ((), (("娃娃园", "公办园"),))
    assert [moved.after for moved in change.hits[:5]] == [1, 2, 3, 4, 5]
    assert "公办园" in change.hits[0].hit.text
    assert {1, 2, 3, 4, 5} <= {moved.before for moved in change.hits}
    assert any(moved.before != moved.after for moved in change.hits)
    places = [(moved.hit.document.id, moved.hit.start) for moved in change.hits]
    assert len(places) == len(set(places)) <= 10


def test_a_draft_that_does_not_matter_moves_nothing(retriever: Retriever) -> None:
    change = question_change(retriever, "公办园占比目标", FILE, DRAFT)
    assert [(moved.before, moved.after) for moved in change.hits] == [(n, n) for n in range(1, 6)]


def test_a_question_that_is_none_is_refused(retriever: Retriever) -> None:
    with pytest.raises(QuestionError, match="问题为空"):
        question_change(retriever, " ", FILE, DRAFT)
