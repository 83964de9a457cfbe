"""What is learned about comparing tokens: it tells what answers from what does not, and is stored as it is read."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from transformers import BertConfig, BertModel

from training import late_interaction, train_interaction
from training.asked import Asked, pieces_of
from training.late_interaction import LateInteraction, Lesson, States
from training.train_interaction import Layers, Text, as_it_is, learn, learn_along, lessons_of
from vectorstore.encoder import Shown, read_interaction
from vectorstore.network import PASSAGE, QUERY

_SIZE, _WORDS = 16, 4
_ANSWERS = 1  # the second piece of the first passage
_NOTHING = torch.zeros(0)


def _text(states: torch.Tensor) -> Text:
    return Text(_NOTHING, _NOTHING, np.arange(len(states), dtype=np.int32), states, _NOTHING)


def _lessons(count: int, seed: int, words: torch.Tensor) -> tuple[list[Lesson], list[Text]]:
    """Return questions of one telling token, which the passage that answers holds in another form, among noise."""
    random = torch.Generator().manual_seed(seed)
    lessons, texts = [], list[Text]()
    for i in range(count):
        asked, other = torch.randperm(_WORDS, generator=random)[:2]
        noise = 0.3 * torch.randn(3, 3, _SIZE, generator=random)
        right, wrong = noise[0], noise[1]
        right[1] = words[1, asked] + 0.1 * torch.randn(_SIZE, generator=random)
        wrong[1] = words[1, other] + 0.1 * torch.randn(_SIZE, generator=random)
        texts += map(_text, (words[0, asked][None], right, wrong, noise[2]))
        lessons.append(
            Lesson(
                question=len(texts) - 4,
                passages=[len(texts) - 3, len(texts) - 2, len(texts) - 1],
                answers=torch.tensor([1.0, 0.0, 0.0]),
                pieces=torch.eye(3, dtype=torch.bool).repeat(3, 1),  # each token is a piece
                passage_of=torch.arange(3).repeat_interleave(3),
                answering=torch.arange(9) == _ANSWERS,
                half=i % 2,
            )
        )
    return lessons, texts


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    """Return tokens of questions and what stands for them in passages, of no likeness before anything is learned."""
    monkeypatch.setattr(late_interaction, "DIMENSION", 12)
    monkeypatch.setattr(train_interaction, "EPOCHS", 12)
    monkeypatch.setattr(train_interaction, "LEARNING_RATE", 1e-2)
    monkeypatch.setattr(train_interaction, "WARM_UP", 5)
    square = torch.randn(_SIZE, _SIZE, generator=torch.Generator().manual_seed(3))
    rows: torch.Tensor = 4 * torch.linalg.qr(square)[0]
    return rows.view(-1, _WORDS, _SIZE)[:2]


def test_the_passage_and_the_piece_that_answer_are_met_best(words: torch.Tensor, tmp_path: Path) -> None:
    model = learn(*_lessons(48, 1, words), seed=5)
    unseen, texts = _lessons(32, 2, words)
    known = as_it_is(texts)(range(len(texts)))[0]
    with torch.no_grad():
        met = [model.met(lesson, known) for lesson in unseen]
    assert np.mean([int(passages.argmax()) == 0 for passages, _ in met]) > 0.9
    assert np.mean([int(pieces.argmax()) == _ANSWERS for _, pieces in met]) > 0.9

    save_file(model.arrays(), tmp_path / "interaction.safetensors")
    stored = read_interaction(tmp_path)
    lesson = unseen[0]
    tokens, shares = stored.of_question(known[lesson.question].numpy())
    read = [float((tokens @ stored.of_passage(known[number].numpy()).T).max(axis=1) @ shares) for number in (1, 2, 3)]
    assert read == pytest.approx(met[0][0].tolist(), abs=0.02)


def test_pieces_end_at_commas_and_answer_if_they_hold_the_words_or_lie_in_them() -> None:
    passage = Shown("公告 午餐每份12元，晚餐每份15元；报名截止 6月1日。", 3)
    told = [
        passage.text[piece.start : piece.end]
        for piece in pieces_of(passage, True, ["晚餐每份15元", "6月1日"])
        if piece.answers
    ]
    assert told == ["晚餐每份15元；", "报名截止 6月1日。"]
    assert not any(piece.answers for piece in pieces_of(passage, False, ["晚餐每份15元"]))
    assert all(piece.answers for piece in pieces_of(passage, True, ()))


def test_the_same_seed_learns_the_same(words: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_interaction, "EPOCHS", 2)
    first, second = (learn(*_lessons(16, 1, words), seed=5).arrays() for _ in range(2))
    assert all((first[name] == second[name]).all() for name in first)


_CHARACTERS = "".join(dict.fromkeys(f"{QUERY}{PASSAGE}午餐晚早每份元人报名截止月日谁管什么时候甲乙丙丁0123456789，。"))


@pytest.fixture
def pupil() -> BertModel:
    """Return a network as the encoder is, but tiny, that has learned nothing."""
    torch.manual_seed(11)
    config = BertConfig(
        vocab_size=len(_CHARACTERS) + 2,
        hidden_size=_SIZE,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=2 * _SIZE,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    pupil = BertModel(config, add_pooling_layer=False)
    pupil.train(False)
    return pupil


@pytest.fixture
def tokenizer() -> Tokenizer:
    """Return one that takes each character for a token."""
    numbers = {character: i for i, character in enumerate(("[UNK]", "[PAD]", *_CHARACTERS))}
    tokenizer = Tokenizer(WordLevel(numbers, unk_token="[UNK]"))  # noqa: S106
    tokenizer.pre_tokenizer = Split("", "isolated")
    return tokenizer


def _asked() -> list[Asked]:
    told = {"午餐": "午餐每份12元", "晚餐": "晚餐每份15元", "早餐": "早餐每份5元"}
    passages = [Shown(f"甲 {text}，乙丙。", 2) for text in told.values()]
    return [
        Asked(f"{thing}什么", passages, [text in passage.text for passage in passages], [text], i % 2)
        for i, (thing, text) in enumerate(told.items())
    ]


def test_texts_are_read_as_the_encoder_gives_them(pupil: BertModel, tokenizer: Tokenizer) -> None:
    lessons, texts = lessons_of(_asked(), pupil, tokenizer)
    assert len(texts) == 6 and [lesson.half for lesson in lessons] == [0, 1, 0]
    passage = texts[lessons[0].passages[0]]
    assert passage.starts.tolist() == list(range(2, len("甲 午餐每份12元，乙丙。")))
    assert passage.states.shape == (len(passage.starts), 3 * _SIZE)
    assert passage.below.shape == (len(PASSAGE) + len("甲 午餐每份12元，乙丙。"), _SIZE)
    assert lessons[0].pieces.sum(dim=1).tolist() == [8, 3] * 2 + [7, 3]
    assert lessons[0].answering.tolist() == [True, *[False] * 5]


def test_the_last_layers_learn_along_and_texts_stay_where_they_are(
    pupil: BertModel, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_interaction, "BATCH", 3)
    monkeypatch.setattr(train_interaction, "EPOCHS", 1)
    monkeypatch.setattr(train_interaction, "LAYERS_EPOCHS", 20)
    monkeypatch.setattr(late_interaction, "DIMENSION", 8)
    before = deepcopy(pupil)
    lessons, texts = lessons_of(_asked(), pupil, tokenizer)
    model = learn(lessons, texts, seed=5)
    layers = Layers(pupil, texts)
    states, moved = layers(range(len(texts)))
    assert moved.item() < 0.02  # rounding alone
    first = _loss(model, lessons, states)
    learn_along(model, layers, lessons, seed=5)
    states, moved = layers(range(len(texts)))
    assert _loss(model, lessons, states) < first
    assert moved.item() < 0.05
    pairs = zip(pupil.encoder.layer[:2].parameters(), before.encoder.layer[:2].parameters(), strict=True)
    assert all(torch.equal(now, then) for now, then in pairs)


def _loss(model: LateInteraction, lessons: list[Lesson], states: States) -> float:
    torch.manual_seed(0)
    return sum(model.loss(lesson, states).item() for lesson in lessons)
