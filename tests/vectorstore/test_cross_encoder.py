"""The cross-encoder: what it is given of an excerpt, what it tells apart, and what it remembers."""

from collections.abc import Sequence

import pytest

from vectorstore.cross_encoder import (
    AROUND,
    ASKED,
    LONGEST,
    SAID,
    BundledCrossEncoder,
    Excerpt,
    Paired,
    load_cross_encoder,
    pair,
)
from vectorstore.encoder import BUNDLED_ENCODER
from vectorstore.network import read_tokenizer

TOKENIZER = read_tokenizer(BUNDLED_ENCODER)


class Counting(BundledCrossEncoder):
    """Counts the pairs that it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def _read(self, pairs: Sequence[Paired]) -> list[float]:
        self.read += len(pairs)
        return super()._read(pairs)


def said(words: str, before: str = "", title: str = "云川市学校管理办法") -> Excerpt:
    return Excerpt(title, "", before, words, "")


def test_each_token_is_known_by_the_part_it_is_of() -> None:
    excerpt = Excerpt("云川市校车办法", "第三章 费用", "第九条 ", "每生每学期收费600元", "，不得另收。")
    read = pair(TOKENIZER, "校车多少钱", excerpt)
    assert len(read.ids) == len(read.parts) == len(read.places)
    asked = read.parts.count(ASKED)
    assert read.parts[:asked] == [ASKED] * asked
    places = [place for place, part in zip(read.places, read.parts, strict=True) if part == SAID]
    assert places == sorted(places)
    assert places[0] == 0
    assert excerpt.said.index("元") >= places[-1]
    assert all(place == -1 for place, part in zip(read.places, read.parts, strict=True) if part != SAID)
    assert read.parts[-1] == AROUND


def test_of_an_excerpt_that_is_too_long_what_goes_before_is_left_out_first() -> None:
    short = pair(TOKENIZER, "校车多少钱", said("每生每学期收费600元"))
    question = "请问我家孩子今年九月份上小学一年级如果要坐校车的话每个学期大概需要交多少钱"
    long = pair(TOKENIZER, question, Excerpt("题" * 40, "标" * 40, "前" * 90, "收费" * 45, "后" * 30))
    assert len(long.ids) == LONGEST
    assert long.parts.count(SAID) > 30
    whole = [number for number, part in zip(short.ids, short.parts, strict=True) if part == SAID]
    crowded = pair(TOKENIZER, question, Excerpt("题" * 40, "标" * 40, "前" * 90, "每生每学期收费600元", ""))
    assert [number for number, part in zip(crowded.ids, crowded.parts, strict=True) if part == SAID] == whole


def test_nothing_said_is_read_as_well() -> None:
    (odds,) = load_cross_encoder().judge("校车多少钱", [Excerpt("", "", "", "", "")])
    assert odds < 0


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("校车一个学期多少钱", "校车费每生每学期600元。", "校车应当每学期检验一次。"),
        ("食堂承包期最长几年", "食堂承包期限一般不超过3年。", "食堂餐具应当每餐消毒，留样48小时。"),
        ("谁来批准民办学校停办", "民办学校终止办学的，由原审批机关批准。", "民办学校应当按时报送年度财务报告。"),
        ("投诉多久有答复", "教育局应当自收到投诉之日起15日内答复。", "投诉可以通过电话或者来信提出。"),
    ],
)
def test_what_answers_is_told_from_what_only_speaks_of_the_topic(question: str, right: str, wrong: str) -> None:
    answering, other = load_cross_encoder().judge(question, [said(right), said(wrong)])
    assert answering > other + 1.0


def test_a_pair_is_read_once() -> None:
    encoder = Counting()
    one, two = said("校车费每生每学期600元。"), said("校车应当每学期检验一次。")
    first = encoder.judge("校车多少钱", [one, two, one])
    again = encoder.judge("校车多少钱", [two, one])
    assert encoder.read == 2
    assert [first[1], first[0]] == again
    encoder.judge("校车安全吗", [one])
    assert encoder.read == 3


def test_a_batch_changes_nothing_that_is_judged() -> None:
    excerpts = [said("600元"), said("学校应当在每学期开学前公示收费项目。" * 3), said("😀", before="第九条 ")]
    together = BundledCrossEncoder().judge("收费要公示吗", excerpts)
    for judged, excerpt in zip(together, excerpts, strict=True):
        (alone,) = BundledCrossEncoder().judge("收费要公示吗", [excerpt])
        assert alone == pytest.approx(judged, abs=1e-3)
