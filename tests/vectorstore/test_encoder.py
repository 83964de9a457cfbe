"""The encoder's second opinion: what it tells apart, what it remembers, and how it enters the score."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest import parse_document
from vectorstore import Embedder, Retriever, open_retriever, open_store
from vectorstore.encoder import LONGEST, BundledEncoder, Encoded, Reading, Shown, load_encoder
from vectorstore.records import Met
from vectorstore.retriever import READ
from vectorstore.rows import prepare


class Counting(BundledEncoder):
    """Keeps what it was given to read."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def encoded(self, prefix: str, texts: Sequence[Shown]) -> Iterator[Encoded]:
        self.seen += [prefix + shown.text for shown in texts]
        return super().encoded(prefix, texts)


class Favouring:
    """Finds passages that hold some words nearest to every question, and the only ones that meet it."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.seen: list[Shown] = []

    def expect(self, question: str) -> None:
        pass

    def read(self, question: str, passages: Sequence[Shown]) -> Reading:
        self.seen += passages
        held = [self._words in shown.text for shown in passages]
        return Reading(np.where(held, 0.9, 0.8).astype(np.float32), [_met(0.7 if holds else 0.2) for holds in held])


class Expecting(Favouring):
    """Notes what it is told to expect, and what it is given to read."""

    def __init__(self) -> None:
        super().__init__("")
        self.events: list[str] = []

    def expect(self, question: str) -> None:
        self.events.append(f"expected {question}")

    def read(self, question: str, passages: Sequence[Shown]) -> Reading:
        self.events.append(f"read {question}")
        return super().read(question, passages)


def _met(share: float) -> Met:
    """Return the reading of a passage of one token that meets a question of one token so far."""
    return Met(np.zeros(1, np.int32), np.full((1, 1), share, np.float32), np.ones(1, np.float32))


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
    cosines, (right_met, wrong_met) = load_encoder().read(question, [Shown(right), Shown(wrong)])
    assert cosines[0] > cosines[1]
    assert right_met.as_a_whole > wrong_met.as_a_whole


def test_what_is_asked_is_met_where_it_is_said_and_not_where_only_the_topic_is() -> None:
    said, topic = Shown("学校食堂每餐收费不超过12元。"), Shown("学校食堂应当公示食谱。")
    met = load_encoder().read("食堂一顿饭多少钱", [said, topic]).met
    assert met[0].as_a_whole > met[1].as_a_whole + 0.05


def test_what_holds_for_the_whole_document_meets_nothing() -> None:
    title = "云川市中小学校食堂收费管理办法"
    own, all_of_it = Shown(f"{title} 本办法自发布之日起施行。", len(title)), Shown(f"{title} 本办法自发布之日起施行。")
    met = load_encoder().read("食堂收费", [own, all_of_it]).met
    assert met[0].as_a_whole < met[1].as_a_whole


def test_a_question_and_a_passage_are_read_once() -> None:
    encoder = Counting()
    first = encoder.read("问题", [Shown("甲段"), Shown("乙段"), Shown("甲段")])
    again = encoder.read("问题", [Shown("乙段"), Shown("甲段")])
    assert first.cosines.tolist() == pytest.approx([again.cosines[i] for i in (1, 0, 1)])
    assert [met.as_a_whole for met in first.met] == pytest.approx([again.met[i].as_a_whole for i in (1, 0, 1)])
    assert sorted(encoder.seen) == ["passage: 乙段", "passage: 甲段", "query: 问题"]


def test_a_question_that_is_expected_is_read_beforehand(index: Opened) -> None:
    encoder = Counting()
    encoder.expect("问题")
    cosines, _ = encoder.read("问题", [Shown("甲段")])
    assert encoder.seen.count("query: 问题") == 1
    assert cosines == pytest.approx(Counting().read("问题", [Shown("甲段")]).cosines)
    retriever = index(["第一条 学校应当公示收费项目。"])
    retriever.encoder = expecting = Expecting()
    retriever.search("收费要公示吗")
    assert expecting.events == ["expected 收费要公示吗", "read 收费要公示吗"]


def test_a_batch_changes_nothing_that_is_read() -> None:
    texts = [Shown("短"), Shown("学校应当在每学期开学前公示收费项目。" * 3), Shown("😀")]
    together = BundledEncoder().read("收费要公示吗", texts)
    for number, text in enumerate(texts):
        cosines, (met,) = BundledEncoder().read("收费要公示吗", [text])
        assert cosines[0] == pytest.approx(together.cosines[number], abs=1e-4)
        assert met.as_a_whole == pytest.approx(together.met[number].as_a_whole, abs=0.02)  # kept as whole numbers


def test_each_stretch_of_a_passage_meets_what_it_says_itself() -> None:
    text = "学校食堂每餐收费不超过12元，校车由区教育局统一安排。"
    (met,) = load_encoder().read("校车谁来安排", [Shown(text)]).met
    comma = text.index("，") + 1
    canteen, bus = met.within([(0, comma), (comma, len(text))]) @ met.shares
    assert bus > canteen
    assert met.moved(100).within([(0, 100)]).max() == 0


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
    assert len(favouring.seen) == READ
    assert (hits[0].text, hits[0].why["reading"], round(hits[0].why["met"], 3)) == (second, 0.0, 0.7)
    assert {(round(hit.why["reading"], 3), round(hit.why["met"], 3)) for hit in hits[1:]} == {(-0.1, 0.2)}


def test_a_passage_is_read_under_its_header(index: Opened) -> None:
    retriever = index(["第一条 学校应当开齐课程。", "第二条 学校应当开足课程。"])
    retriever.encoder = favouring = Favouring("课程")
    retriever.search("学校开课程的时间")
    (shown,) = (shown for shown in favouring.seen if shown.text.endswith("学校应当开齐课程。"))
    assert shown.text.startswith("办法 ")
    assert "办法" not in shown.text[shown.own :]
