"""What is learned about comparing tokens: it tells what answers from what does not, and is stored as it is read."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from training import train_interaction
from training.train_interaction import Lesson, learn, pieces_of
from vectorstore.encoder import Shown, read_interaction

_SIZE, _WORDS = 16, 4
_ANSWERS = 1  # the second piece of the first passage


def _lessons(count: int, seed: int, words: torch.Tensor) -> list[Lesson]:
    """Return questions of one telling token, which the passage that answers holds in another form, among noise."""
    random = torch.Generator().manual_seed(seed)
    lessons = []
    for i in range(count):
        asked, other = torch.randperm(_WORDS, generator=random)[:2]
        noise = 0.3 * torch.randn(3, 3, _SIZE, generator=random)
        right, wrong = noise[0], noise[1]
        right[1] = words[1, asked] + 0.1 * torch.randn(_SIZE, generator=random)
        wrong[1] = words[1, other] + 0.1 * torch.randn(_SIZE, generator=random)
        question = words[0, asked][None]
        lessons.append(
            Lesson(
                question=question,
                passages=[right, wrong, noise[2]],
                answers=torch.tensor([1.0, 0.0, 0.0]),
                pieces=torch.eye(3, dtype=torch.bool).repeat(3, 1),  # each token is a piece
                passage_of=torch.arange(3).repeat_interleave(3),
                answering=torch.arange(9) == _ANSWERS,
                half=i % 2,
            )
        )
    return lessons


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    """Return tokens of questions and what stands for them in passages, of no likeness before anything is learned."""
    monkeypatch.setattr(train_interaction, "DIMENSION", 12)
    monkeypatch.setattr(train_interaction, "EPOCHS", 12)
    monkeypatch.setattr(train_interaction, "LEARNING_RATE", 1e-2)
    monkeypatch.setattr(train_interaction, "WARM_UP", 5)
    square = torch.randn(_SIZE, _SIZE, generator=torch.Generator().manual_seed(3))
    rows: torch.Tensor = 4 * torch.linalg.qr(square)[0]
    return rows.view(-1, _WORDS, _SIZE)[:2]


def test_the_passage_and_the_piece_that_answer_are_met_best(words: torch.Tensor, tmp_path: Path) -> None:
    model = learn(_lessons(48, 1, words), seed=5)
    unseen = _lessons(32, 2, words)
    with torch.no_grad():
        met = [model.met(lesson.question, lesson) for lesson in unseen]
    assert np.mean([int(passages.argmax()) == 0 for passages, _ in met]) > 0.9
    assert np.mean([int(pieces.argmax()) == _ANSWERS for _, pieces in met]) > 0.9

    save_file(model.arrays(), tmp_path / "interaction.safetensors")
    stored = read_interaction(tmp_path / "interaction.safetensors")
    lesson = unseen[0]
    tokens, shares = stored.of_question(lesson.question.numpy())
    read = [float((tokens @ stored.of_passage(passage.numpy()).T).max(axis=1) @ shares) for passage in lesson.passages]
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
    first, second = (learn(_lessons(16, 1, words), seed=5).arrays() for _ in range(2))
    assert all((first[name] == second[name]).all() for name in first)
