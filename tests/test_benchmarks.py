"""The measurements against others, on a small scale: that they measure what they say."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.retrieval import bare_add, document_ranks, evidence_recall
from eval.questions import Question
from ingest import Document
from vectorstore import Embedder
from vectorstore.rows import prepare


def question(*evidence: str) -> Question:
    return Question("1", "问", "fact", "staff", evidence, (), (), answerable=True, split="dev")


def test_evidence_counts_within_the_characters_read() -> None:
    found = [("a", "甲" * 150), ("a", "答案在此" * 20)]
    assert evidence_recall(lambda _: found, [question("答案在此")]) == {200: 1.0, 600: 1.0, 2000: 1.0}
    assert evidence_recall(lambda _: found[:1], [question("答案在此")]) == {200: 0.0, 600: 0.0, 2000: 0.0}


def test_ranks_count_documents_not_passages() -> None:
    found = [("a", "一"), ("a", "二"), ("b", "三")]
    rows: list[dict[str, Any]] = [{"question": "问", "doc_ids": ["b"]}, {"question": "问", "doc_ids": ["c"]}]
    assert document_ranks(lambda _: found, rows) == ".000 / .500 / .250"


def test_the_recipe_finds_chunks_of_the_document(wenzhou: Document, embedder: Embedder, tmp_path: Path) -> None:
    pytest.importorskip("jieba")
    from benchmarks.recipe import CHUNK, Recipe

    recipe = Recipe([wenzhou], embedder, tmp_path)
    found = recipe.find("义务教育优质均衡评估目标是多少")
    assert {source for source, _ in found} == {wenzhou.source}
    assert all(len(text) <= CHUNK for _, text in found)
    assert any("评估通过率达到90%" in text for _, text in found)


def test_a_bare_add_takes_every_passage(wenzhou: Document, embedder: Embedder, tmp_path: Path) -> None:
    assert np.isfinite(bare_add([prepare(wenzhou, "")], embedder, tmp_path))
