"""The encoder's second opinion: what it tells apart, what it remembers, and how it enters the score."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest import parse_document
from vectorstore import Embedder, Retriever, open_retriever, open_store
from vectorstore.encoder import LONGEST, BundledEncoder, load_encoder
from vectorstore.records import FloatMatrix, FloatVector
from vectorstore.retriever import READ
from vectorstore.rows import prepare


class Counting(BundledEncoder):
    """Keeps what it was given to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        self.seen += texts
        return super().encode(texts)


class Favouring:
    """Finds passages that hold some words nearest to every question."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.read: list[str] = []

    def cosines(self, question: str, passages: Sequence[str]) -> FloatVector:
        self.read += passages
        return np.array([0.9 if self._words in text else 0.8 for text in passages], dtype=np.float32)


Opened = Callable[[Sequence[str]], Retriever]


@pytest.fixture
def index(tmp_path: Path, embedder: Embedder) -> Opened:
    """Return a function that indexes articles and opens the index."""

    def opened(articles: Sequence[str]) -> Retriever:
        store = open_store(str(tmp_path / "index"), embedder, create=True)
        with store.writing():
            store.add_all([prepare(parse_document("\n".join(["办法", *articles]), "a.txt", "办法"), "")])
        return open_retriever(store.location, embedder, tmp_path / "lexical")

    return opened


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("孩子近视了学校管不管", "每学期开展两次视力监测，建立视力档案。", "校园内机动车应当限速，确保学生安全。"),
        ("老板不发工资怎么办", "用人单位应当按时足额支付劳动报酬。", "用人单位应当依法办理营业执照变更登记。"),
        ("开车撞了人跑掉会怎样", "交通肇事后逃逸的，处三年以上有期徒刑。", "机动车所有人应当按期参加技术检验。"),
        ("家里穷有没有钱补", "家庭经济困难学生可以申请国家助学金。", "高等学校应当按照章程自主管理教学工作。"),
    ],
)
def test_what_is_meant_is_nearer_than_what_shares_words(question: str, right: str, wrong: str) -> None:
    nearer, farther = load_encoder().cosines(question, [right, wrong])
    assert nearer > farther


def test_a_passage_is_encoded_once() -> None:
    encoder = Counting()
    first = encoder.cosines("问题", ["甲段", "乙段", "甲段"])
    again = encoder.cosines("问题", ["乙段", "甲段"])
    assert [first[0], first[1]] == pytest.approx([again[1], again[0]])
    assert encoder.seen == ["passage: 甲段", "passage: 乙段", "query: 问题", "query: 问题"]


def test_a_batch_changes_no_vector() -> None:
    encoder = BundledEncoder()
    texts = ["query: 短", "passage: " + "长" * 100, "passage: 😀", "query: "]
    together = encoder.encode(texts)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0)
    for row, text in zip(together, texts, strict=True):
        assert encoder.encode([text])[0] == pytest.approx(row, abs=1e-4)


def test_a_passage_of_any_length_is_read_from_its_beginning() -> None:
    encoder = BundledEncoder()
    begun, whole = encoder.encode(["passage: " + "校" * LONGEST * 2, "passage: " + "校" * LONGEST * 9])
    assert begun == pytest.approx(whole, abs=1e-5)


def test_the_nearest_in_meaning_comes_first_and_the_rest_lie_with_the_last(index: Opened) -> None:
    retriever = index([f"第{number}条 学校应当做好第{number}项工作。" for number in range(1, READ + 4)])
    second = retriever.search("学校应当做好哪一项工作", limit=2)[1].text
    retriever.encoder = favouring = Favouring(second)
    hits = retriever.search("学校应当做好哪一项工作", limit=READ + 3)
    assert len(favouring.read) == READ
    assert (hits[0].text, hits[0].why["reading"]) == (second, 0.0)
    assert {round(hit.why["reading"], 3) for hit in hits[1:]} == {-0.1}


def test_a_passage_is_read_under_its_header(index: Opened) -> None:
    retriever = index(["第一条 学校应当开齐课程。", "第二条 学校应当开足课程。"])
    retriever.encoder = favouring = Favouring("课程")
    retriever.search("学校开课程的时间")
    assert [text for text in favouring.read if text.startswith("办法 ") and text.endswith("学校应当开齐课程。")]


def test_what_leads_clearly_needs_no_second_opinion(index: Opened) -> None:
    retriever = index(["第一条 食堂每餐留样，保存48小时。", "第二条 校车安装卫星定位装置。"])
    retriever.encoder = favouring = Favouring("校车")
    assert "留样" in retriever.search("食堂每餐留样保存多久")[0].text
    assert not favouring.read
