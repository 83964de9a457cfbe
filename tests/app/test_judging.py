"""When the cross-encoder is asked, what it is given, and what its word counts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.confidence import JUDGED_WEIGHTS, WEIGHTS, judged_confidence, threshold
from app.extraction import Extract, Instead
from app.finding import find, find_extracts
from app.judging import excerpt_of, stretch, sureness
from app.settings import Settings
from app.understanding import understand
from eval.run import index_documents
from ingest import parse_document
from ingest.sentences import Span
from vectorstore import Retriever
from vectorstore.cross_encoder import Excerpt

TEXT = (
    "云川市学校食堂管理办法\n第一条 每餐收费不超过12元，由学校公示，家长委员会每月监督收费是否合理、公示是否及时。\n"
    "第二条 食堂餐具每餐消毒。\n第三条 食堂每学期检查四次，检查结果报区教育局，并在学校门口张贴，供学生家长查看。"
)


class Saying:
    """Says the same of every excerpt, and keeps what it was given."""

    def __init__(self, odds: float) -> None:
        self.odds = odds
        self.given: list[tuple[str, Excerpt]] = []

    def judge(self, question: str, excerpts: Sequence[Excerpt]) -> list[float]:
        self.given += [(question, excerpt) for excerpt in excerpts]
        return [self.odds] * len(excerpts)


class Favouring(Saying):
    """Says of excerpts that hold some words that they answer, and of others that they do not."""

    def __init__(self, words: str, odds: float = 1.5) -> None:
        super().__init__(odds)
        self._words = words

    def judge(self, question: str, excerpts: Sequence[Excerpt]) -> list[float]:
        favoured = super().judge(question, excerpts)
        return [
            odds if self._words in excerpt.said else -odds for odds, excerpt in zip(favoured, excerpts, strict=True)
        ]


@pytest.fixture
def canteen(tmp_path: Path) -> Retriever:
    return index_documents([parse_document(TEXT, "a", "a")], Settings(), tmp_path)


def _as_sure(monkeypatch: pytest.MonkeyPatch, sure: float) -> None:
    """Let all that is looked at before the cross-encoder be so sure of every extract."""
    monkeypatch.setattr("app.judging.confidence", lambda found, asked: sure)


def test_an_excerpt_is_given_with_what_it_stands_in(canteen: Retriever) -> None:
    asked = understand(canteen, "食堂一餐收费多少")
    best = find_extracts(canteen, asked)[0]
    excerpt = excerpt_of(best)
    assert excerpt.title == "云川市学校食堂管理办法"
    assert "12元" in excerpt.said
    passage = excerpt.before + excerpt.said + excerpt.after
    assert passage == best.hit.document.text[best.hit.start : max(best.hit.end, best.spans[-1].end)]


def test_what_is_in_doubt_is_read_and_what_is_said_of_it_counts(
    canteen: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = understand(canteen, "食堂一餐收费多少")
    best = find_extracts(canteen, asked)[0]
    _as_sure(monkeypatch, threshold(asked))
    canteen.cross_encoder = yes = Saying(4.0)
    found = find(canteen, asked)
    assert "12元" in found.chosen[0].text
    assert found.sure == judged_confidence(best, asked, 4.0)
    assert set(yes.given) == {(asked.query.question, excerpt_of(best))}
    canteen.cross_encoder = Saying(-20.0)
    refused = find(canteen, asked)
    assert (refused.chosen, refused.sure) == ((), judged_confidence(best, asked, -20.0))


@pytest.mark.parametrize("sure", [0.002, 0.97])
def test_what_is_clear_is_not_read(canteen: Retriever, monkeypatch: pytest.MonkeyPatch, sure: float) -> None:
    asked = understand(canteen, "食堂一餐收费多少")
    best, silent = find_extracts(canteen, asked)[0], Saying(0.0)
    _as_sure(monkeypatch, sure)
    assert sureness(best, asked, silent) == sure
    assert silent.given == []


def test_an_account_is_not_read(canteen: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = understand(canteen, "食堂管理有哪些措施")
    best, silent = find_extracts(canteen, asked)[0], Saying(0.0)
    _as_sure(monkeypatch, threshold(asked))
    assert sureness(best, asked, silent) == threshold(asked)
    assert silent.given == []


def test_a_rule_whose_sanction_stands_elsewhere_is_not_read(
    canteen: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = understand(canteen, "食堂一餐收费多少")
    best, silent = find_extracts(canteen, asked)[0], Saying(0.0)
    under_a_head = _with_another(replace(best, head_of_list=best), "由学校公示")
    _as_sure(monkeypatch, threshold(asked))
    assert sureness(under_a_head, asked, silent) == threshold(asked)
    assert stretch(under_a_head, asked, silent) is under_a_head
    assert silent.given == []


def test_the_more_a_reader_says_for_it_the_surer_it_is(canteen: Retriever) -> None:
    asked = understand(canteen, "食堂一餐收费多少")
    best = find_extracts(canteen, asked)[0]
    said = [judged_confidence(best, asked, odds) for odds in (-4.0, -1.0, 0.0, 1.0, 4.0)]
    assert said == sorted(said)
    assert said[-1] - said[0] > 0.1


def test_both_models_weigh_the_same_features() -> None:
    assert JUDGED_WEIGHTS.keys() == WEIGHTS.keys() | {"judged"}


def _with_another(found: Extract, words: str, less: float = 0.2) -> Extract:
    """Return an extract of which some words of its clause may be quoted instead."""
    start = found.hit.document.text.index(words)
    other = replace(found, spans=(Span(start, start + len(words)),), instead=())
    return replace(found, instead=(Instead(other, less),))


def test_of_two_stretches_the_one_is_quoted_that_a_reader_says_answers(
    canteen: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = understand(canteen, "食堂一餐收费多少")
    _as_sure(monkeypatch, threshold(asked))
    best = _with_another(find_extracts(canteen, asked)[0], "每餐收费不超过12元，由学校公示")
    chosen = stretch(best, asked, Favouring("公示"))
    assert chosen.text == "每餐收费不超过12元，由学校公示"
    assert (chosen.behind, chosen.said_less) == (best.behind, best.said_less)
    assert stretch(best, asked, Saying(0.5)) is best  # as likely for a reader: the likelier by all else
    unlikely = _with_another(best, "由学校公示", 1.9)
    assert stretch(unlikely, asked, Favouring("公示")) is unlikely


def test_other_stretches_are_not_read_where_one_clearly_answers_or_nothing_is_in_doubt(
    canteen: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = understand(canteen, "食堂一餐收费多少")
    best = _with_another(find_extracts(canteen, asked)[0], "由学校公示")
    sure, silent = Saying(3.0), Saying(0.0)
    _as_sure(monkeypatch, threshold(asked))
    assert stretch(best, asked, sure) is best
    assert [excerpt.said for _, excerpt in sure.given] == [best.text]
    assert stretch(replace(best, instead=()), asked, silent) == replace(best, instead=())
    for clear in (0.002, 0.97):
        _as_sure(monkeypatch, clear)
        assert stretch(best, asked, silent) is best
    assert silent.given == []


def test_a_stretch_that_the_guard_lets_not_through_is_not_quoted_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as_sure(monkeypatch, 0.25)
    text = "云川市学校收费办法\n一、学费\n公办高中每学期学费800元，民办高中每学期学费9000元。"
    retriever = index_documents([parse_document(text, "a", "a")], Settings(), tmp_path)
    asked = understand(retriever, "公办高中学费多少")
    found = next(found for found in find_extracts(retriever, asked) if "800元" in found.text)
    best = _with_another(found, "民办高中每学期学费9000元")
    assert "9000" in stretch(best, asked, Favouring("9000")).text
    ((other, less),) = best.instead
    of_others = Instead(replace(other, contrary=("公办", "民办")), less)
    assert stretch(replace(best, instead=(of_others,)), asked, Favouring("9000")).text == best.text


def test_stretches_that_are_nearly_as_likely_come_along_with_the_likeliest(canteen: Retriever) -> None:
    asked = understand(canteen, "检查结果在哪里看")
    best = next(found for found in find_extracts(canteen, asked) if found.instead)
    assert all(less >= 0.0 for _, less in best.instead)
    assert all(other.spans != best.spans and not other.instead for other, _ in best.instead)
