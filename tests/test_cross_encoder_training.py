"""What the cross-encoder learns from, and that it learns it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from app.settings import Settings
from eval.records import Question
from eval.run import index_documents
from ingest import parse_document
from training import train_cross_encoder
from training.excerpts import PIECE, Lesson, _among, _elsewhere, _in_text, pieces_of
from training.train_cross_encoder import BATCH, Example, Judge, batches_of, example_of, learn_our_own, loss_of
from training.train_interaction import with_halves
from vectorstore import Retriever
from vectorstore.cross_encoder import Excerpt

LETTERS = "abcdefghijklmnop"
RANDOM = np.random.default_rng


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    pieces = {piece: number for number, piece in enumerate(("<s>", "<pad>", "</s>", "<unk>", *LETTERS))}
    tokenizer = Tokenizer(models.WordLevel(pieces, unk_token="<unk>"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    return tokenizer


@pytest.fixture
def judge() -> Judge:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=20,
        hidden_size=64,
        num_attention_heads=4,
        intermediate_size=64,
        num_hidden_layers=2,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return Judge(BertModel(config, add_pooling_layer=False))


def told(words: str) -> Excerpt:
    return Excerpt("", "", "", words, "")


def lessons(count: int, seed: int) -> list[Lesson]:
    """Return questions that an excerpt answers that holds the last letter."""
    random = RANDOM(seed)
    made = []
    for i in range(count):
        question, other, *rest = (LETTERS[j] for j in random.permutation(len(LETTERS) - 1)[:5])
        noise, answer = "".join(rest), LETTERS[-1]
        shown = [told(noise + answer), told(noise + other)]
        made.append(Lesson(question, shown, [True, False], [1.0, 1.0], [answer], i % 2))
    return made


def told_apart(judge: Judge, examples: list[Example]) -> float:
    """Return the share of examples of which it is said rightly of each excerpt whether it answers."""
    with torch.inference_mode():
        return float(np.mean([loss_of(judge, [example]).item() < 1.0 for example in examples]))


def test_a_judge_learns_what_answers(judge: Judge, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_cross_encoder, "WARM_UP", 5)
    monkeypatch.setattr(train_cross_encoder, "THEN_RATE", 3e-3)  # a small network needs fewer steps
    examples = [example_of(tokenizer, lesson) for lesson in lessons(500, 1)]
    unseen = [example_of(tokenizer, lesson) for lesson in lessons(60, 2)]
    before = told_apart(judge, unseen)
    learn_our_own(judge, examples, examples[:8], RANDOM(4))
    assert before < 0.2
    assert told_apart(judge, unseen) > 0.9


def test_a_batch_is_of_lessons_of_like_length_and_each_is_in_one(tokenizer: Tokenizer) -> None:
    examples = [example_of(tokenizer, lesson) for lesson in lessons(200, 5)]
    found = batches_of(examples, RANDOM(6))
    assert sorted(map(id, (example for batch in found for example in batch))) == sorted(map(id, examples))
    assert all(sum(len(example.pairs) for example in batch) <= BATCH + 1 for batch in found)


def test_tokens_that_are_asked_for_are_known_where_an_excerpt_answers(tokenizer: Tokenizer) -> None:
    right, wrong = example_of(tokenizer, Lesson("a", [told("bcde"), told("bc")], [True, False], [1, 1], ["cd"])).tokens
    assert [token for token in right if token >= 0] == [0, 1, 1, 0]
    assert set(wrong) == {-1}


def test_a_long_sentence_is_cut_at_its_commas() -> None:
    text = "短句。" + "长" * 30 + "，" + "句" * 30 + "，" + "尾" * 20 + "。第二句话到此为止。"
    found = [text[start:end] for start, end in pieces_of(text)]
    assert found == ["长" * 30 + "，", "句" * 30 + "，", "尾" * 20 + "。", "第二句话到此为止。"]
    assert all(len(piece) <= PIECE for piece in found)


def test_of_a_text_the_piece_that_answers_is_set_against_those_that_are_near() -> None:
    text = "城里的桥建于1934年。桥的长度是1453米。城里的塔很高。桥梁由茅以升设计。"
    (lesson,) = _in_text("城里的桥建于哪一年", "桥", text, ["1934年"], RANDOM(1))
    assert list(lesson.answers) == [True, False, False]
    assert "1934年" in lesson.excerpts[0].said
    assert not any("1934年" in excerpt.said for excerpt in lesson.excerpts[1:])
    assert lesson.excerpts[0].after.startswith("桥的长度")
    (unanswered,) = _in_text("城里的桥花了多少钱", "桥", text, [], RANDOM(1))
    assert list(unanswered.answers) == [False, False]
    assert list(_in_text("桥归谁管", "桥", text, ["建设局"], RANDOM(1))) == []


@pytest.fixture(scope="module")
def canteen(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    text = "云川市学校食堂办法\n一、价格\n每餐收费不超过12元。\n二、卫生\n餐具每餐消毒。\n三、监督\n食堂每年检查四次。"
    return index_documents([parse_document(text, "a", "a")], Settings(), tmp_path_factory.mktemp("lessons"))


def asked(words: str, evidence: tuple[str, ...] = (), answer: tuple[str, ...] = ()) -> Question:
    return Question("x", words, "figure", "parent", evidence, answer, (), bool(evidence), "dev")


def test_our_own_questions_teach_by_what_answers_and_by_what_would_be_taken_for_it(canteen: Retriever) -> None:
    question = asked("食堂每餐收费多少", ("每餐收费不超过12元",), ("12元",))
    answered, without = _among(canteen, question)
    assert answered.answers[0]
    assert "12元" in answered.excerpts[0].said
    assert answered.words == ("12元",)
    assert not any(answered.answers[1:])
    assert without.excerpts
    assert not any(without.answers)
    assert not any("12元" in excerpt.said for excerpt in without.excerpts)
    for lesson in (*_among(canteen, asked("食堂早餐收费多少")), *_elsewhere(canteen, question)):
        assert lesson.excerpts
        assert not any(lesson.answers)


def test_a_folder_of_halves_is_written_only_if_it_is_wanted(tmp_path: Path) -> None:
    out, halves = tmp_path / "out", tmp_path / "halves"
    assert list(with_halves(out, None)) == [(None, out)]
    assert [half for half, _ in with_halves(out, halves)] == [None, 0, 1]
