from pathlib import Path

import numpy as np
import pytest

from ingest import PolicyFile
from vectorstore import (
    BUNDLED_MODEL,
    Embedder,
    VectorstoreError,
    index_files,
    load_embedder,
    open_retriever,
    open_store,
)

TEXTS = ["义务教育优质均衡发展", "公办园占比75%", "", "🙂", "STEAM education", "长" * 3000, "2025年"]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sentence-transformers model nobody trained: a vector for each of a few characters."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    characters = ["[UNK]", *"公办园占比学位教育温州查询："]
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(characters)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", behavior="isolated")
    vectors = np.random.default_rng(7).normal(size=(len(characters), 8)).astype(np.float32)
    folder = tmp_path_factory.mktemp("model")
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors)], device="cpu")
    model.save_pretrained(str(folder))
    return str(folder)


def test_the_bundled_model_gives_the_same_vectors_through_sentence_transformers(embedder: Embedder) -> None:
    through_torch = load_embedder(str(BUNDLED_MODEL))
    assert through_torch.dimension == embedder.dimension
    np.testing.assert_allclose(through_torch.embed_passages(TEXTS), embedder.embed_passages(TEXTS), atol=2e-3)


def test_vectors_have_length_one_or_zero(embedder: Embedder) -> None:
    lengths = np.linalg.norm(embedder.embed_passages(TEXTS), axis=1)
    assert all(abs(length - 1) < 1e-3 or length < 1e-3 for length in lengths)


def test_any_sentence_transformers_model_can_be_used(tiny_model: str, tmp_path: Path) -> None:
    embedder = load_embedder(tiny_model, query_prefix="查询：")
    file = tmp_path / "通知.txt"
    file.write_text("某市教育局关于学位的通知\n一、公办园占比达到75%。\n二、新增学位100个。", encoding="utf-8")
    store = open_store(str(tmp_path / "index"), embedder, create=True)
    assert [r.status for r in index_files(store, [PolicyFile(file)])] == ["added"]
    found = open_retriever(str(tmp_path / "index"), embedder, tmp_path / "cache").search("公办园占比")
    assert "75%" in found[0].text
    nearest = max(found, key=lambda hit: hit.why["meaning"])
    assert nearest.why["meaning"] == pytest.approx(0.57)  # that model's own cosines, on the scale of the bundled one
    assert "公办园" in nearest.text
    assert not np.allclose(embedder.embed_query("学位"), load_embedder(tiny_model).embed_query("学位"))


def test_an_index_of_another_model_is_refused(tiny_model: str, index_folder: Path) -> None:
    with pytest.raises(VectorstoreError, match="向量模型为 wence-static-zh"):
        open_store(str(index_folder), load_embedder(tiny_model))


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(VectorstoreError, match="没有这个模型"):
        load_embedder("/没有这个模型")
