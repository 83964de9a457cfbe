"""The encoder's making: its teacher read from a file, and a pupil that comes nearer to it."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from training import tune_encoder
from training.distil import Rounding, Scale, Teaching, batches, padded, pupil_of
from training.teacher import Package
from training.tune_encoder import first_found, tune
from training.tune_static import Lessons
from vectorstore.network import BLOCK, LEVELS

_SPECIAL = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
PIECES = [*_SPECIAL, (",", -1.0), ("▁", -1.0), ("学", -2.0), ("校", -3.0)]
SIZES = (32, 1, 2, 64, len(PIECES), 300, 1)  # hidden, layers, heads, inner, vocabulary, positions, types


def weights() -> dict[str, npt.NDArray[np.float32]]:
    """Return every tensor of the smallest network, of values that four bits hold exactly."""
    random = np.random.default_rng(1)
    hidden, _, _, inner, vocabulary, positions, types = SIZES
    shapes = {"emb.word": vocabulary * hidden, "emb.pos": positions * hidden, "emb.type": types * hidden}
    shapes |= {"l0.fi.w": inner * hidden, "l0.fo.w": hidden * inner, "l0.fi.b": inner, "l0.fo.b": hidden}
    for name in ("q", "k", "v", "ao"):
        shapes |= {f"l0.{name}.w": hidden * hidden, f"l0.{name}.b": hidden}
    for name in ("emb.ln", "l0.aln", "l0.oln"):
        shapes |= {f"{name}.w": hidden, f"{name}.b": hidden}
    return {name: (random.integers(-8, 8, size) / 4).astype(np.float32) for name, size in shapes.items()}


def four_bits(values: npt.NDArray[np.float32]) -> bytes:
    """Return values as blocks of a scale and 32 halves of bytes."""
    steps = (values.reshape(-1, 32) * 4 + 8).astype(np.uint8)
    return b"".join(np.float16(0.25).tobytes() + (row[:16] | row[16:] << 4).tobytes() for row in steps)


def written(path: Path, tensors: dict[str, npt.NDArray[np.float32]]) -> Path:
    """Write a file as the package has it."""
    blob = "".join(piece for piece, _ in PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece, _ in PIECES)]).astype("<u4")
    head = b"12345678" + struct.pack("<7i", *SIZES) + bytes(8) + struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += ends.tobytes() + np.array([score for _, score in PIECES], "<f4").tobytes() + blob
    head += struct.pack("<iI", 0, 3) + b"NFK" + struct.pack("<i", len(tensors))
    stored = {n: four_bits(v) if n.endswith(".w") and ".ln" not in n else v.tobytes() for n, v in tensors.items()}
    at = len(head) + sum(2 + len(name) + 1 + 4 + 16 for name in tensors)
    for name, data in stored.items():
        head += struct.pack("<H", len(name)) + name.encode() + b"\0"
        head += struct.pack("<IQQ", len(tensors[name]), at, len(data))
        at += len(data)
    path.write_bytes(head + b"".join(stored.values()))
    return path


def test_the_teacher_is_read_with_the_pieces_that_are_kept(tmp_path: Path) -> None:
    tensors = weights()
    package = Package.read(written(tmp_path / "q4.bin", tensors))
    assert package.pieces == PIECES
    for name, values in tensors.items():
        assert package.weights[name] == pytest.approx(values), name
    kept = [0, 1, 2, 3, 4, 5, 7]
    model, tokenizer = package.model(kept), package.tokenizer(kept)
    assert tokenizer.encode("校").ids == [0, 5, 6, 2]
    assert tokenizer.encode("学").ids == [0, 5, 3, 2]
    word = tensors["emb.word"].reshape(len(PIECES), -1)
    assert model.embeddings.word_embeddings.weight.detach().numpy() == pytest.approx(word[kept])
    inner = model.state_dict()["encoder.layer.0.intermediate.dense.weight"].numpy()
    assert inner.ravel() == pytest.approx(tensors["l0.fi.w"])


@pytest.fixture(scope="module")
def teacher() -> BertModel:
    torch.manual_seed(2)
    config = BertConfig(
        vocab_size=40,
        hidden_size=32,
        num_attention_heads=2,
        intermediate_size=64,
        num_hidden_layers=4,
        initializer_range=0.2,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return BertModel(config, add_pooling_layer=False)


def sentences(seed: int) -> list[list[int]]:
    random = np.random.default_rng(seed)
    return [random.integers(4, 40, random.integers(3, 9)).tolist() for _ in range(64)]


def test_a_pupil_comes_nearer_to_its_teacher(teacher: BertModel) -> None:
    test = padded(sentences(0))
    pupil = pupil_of(teacher, [1, 3])
    teaching = Teaching(teacher, pupil, [1, 3], Scale(teacher, [1, 3], [test]))
    states, ends = teaching.unexplained(test)
    teaching.run((padded(sentences(i)) for i in range(1, 61)), 60)
    better_states, better_ends = teaching.unexplained(test)
    assert better_ends < ends / 2
    assert better_states.sum() < states.sum() / 2


def test_a_pupil_of_all_layers_is_its_teacher(teacher: BertModel) -> None:
    layers = [0, 1, 2, 3]
    test = padded(sentences(0))
    teaching = Teaching(teacher, pupil_of(teacher, layers), layers, Scale(teacher, layers, [test]))
    assert teaching.unexplained(test)[1].item() == pytest.approx(0.0, abs=1e-9)


def test_rounded_weights_have_sixteen_values_a_block_and_learn_all_the_same() -> None:
    exact = torch.randn(4, 2 * BLOCK, requires_grad=True)
    rounded = Rounding()(exact)
    assert all(len(block.unique()) <= LEVELS for block in rounded.detach().view(-1, BLOCK))
    assert (rounded - exact).abs().max() < (exact.max() - exact.min()) / LEVELS
    assert Rounding()(rounded.detach()) == pytest.approx(rounded.detach(), abs=1e-5)
    rounded.sum().backward()
    assert exact.grad is not None and bool((exact.grad == 1).all())


def test_batches_hold_every_text_once(tmp_path: Path) -> None:
    tokenizer: Tokenizer = Package.read(written(tmp_path / "q4.bin", weights())).tokenizer(range(len(PIECES)))
    texts = ["学" * (1 + i % 50) for i in range(300)]
    found = list(batches(tokenizer, texts, np.random.default_rng(3)))
    lengths = [int(length) for batch in found for length in batch.mask.sum(dim=1)]
    assert sorted(lengths) == sorted(len(tokenizer.encode(text).ids) for text in texts)
    assert len(found) > 1


def test_tuning_teaches_which_passage_a_question_is_after(teacher: BertModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune_encoder, "LEARNING_RATE", 3e-3)  # a small network needs fewer steps
    letters = "abcdefghijklmnop"
    pieces = {piece: number for number, piece in enumerate(("<s>", "<pad>", "</s>", "<unk>", *letters))}
    tokenizer = Tokenizer(models.WordLevel(pieces, unk_token="<unk>"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    after = dict(zip(letters, letters[1:] + letters[0], strict=True))
    lessons = Lessons.of([(letter * 2, after[letter] * 4) for letter in letters])
    pupil = pupil_of(teacher, [0, 1, 2, 3])
    before = first_found(pupil, tokenizer, lessons, range(len(letters)))
    tune(pupil, tokenizer, lessons, 120, seed=1)
    assert before < 0.5 < first_found(pupil, tokenizer, lessons, range(len(letters)))
