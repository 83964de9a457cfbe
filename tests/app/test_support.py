"""Sentences held against a passage. What many of them come to is measured by `eval.statements`."""

from __future__ import annotations

import re

import pytest

from app.grounds import ground, together
from app.support import unsupported
from eval.statements import Statement, planted, shares, written
from ingest import Document
from tests.conftest import POLICY

TARGETS = ground(
    "力争全市公办园在园幼儿占比达75%,一级园在园幼儿园占比达35%,创成现代化幼儿园10所。"
    "推进“安心托幼”改革,不得向家长收取任何费用,培训教师5000人次以上,每周开展2次活动,整改期限不超过一年。",
    "温州市教育局关于印发2025年工作要点的通知\n二、10 加快学前教育普及普惠发展\n温州市教育局\n温教发〔2025〕1号",
    2025,
    "温州市",
    "2025-03-11",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "2025年，温州市公办园在园幼儿占比的目标是75%。",
        "公办园在园幼儿占比要达到百分之七十五，一级园则为35%。",
        "全市将创成十所现代化幼儿园。",
        "文件提出推进「安心托幼」改革。",
        "《2025年工作要点》提出，一级园在园幼儿占比达35%。",
        "温教发〔2025〕1号文件要求创成现代化幼儿园10所。",
        "该通知由温州市教育局于2025年3月11日印发。",
        "幼儿园不得向家长收费。",
        "1. 培训教师5000人次以上",
        "2025年推进学前教育的主要目标如下：",
        "整改期限最长不超过12个月。",
    ],
)
def test_what_the_passage_says_is_supported(sentence: str) -> None:
    assert unsupported(sentence, TARGETS) == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("公办园在园幼儿占比的目标是76%。", "“76%”这个数字"),
        ("公办园在园幼儿占比的目标是八成。", "“80%”这个数字"),
        ("公办园在园幼儿占比要达到四分之三强，一级园占比过半。", "“过半”这个数字"),
        ("公办园在园幼儿占比的目标是35%。", "另一件事"),
        ("全市将创成现代化幼儿园10%。", "“10%”这个数字"),
        ("培训教师5000人。", "“5000人”这个数字"),
        ("2024年公办园在园幼儿占比达75%。", "不是2024年"),
        ("到2027年，公办园在园幼儿占比达75%。", "不是2027年"),
        ("每天开展2次活动。", "不是每天"),
        ("该通知于2025年3月12日印发。", "“3月12日”"),
        ("文件提出推进“放心托幼”改革。", "引号内的“放心托幼”不是原文"),
        ("文件提出推进『放心托幼改革", "引号内"),
        ("《2026年工作要点》提出，一级园在园幼儿占比达35%。", "没有《2026年工作要点》"),
        ("温教发〔2024〕9号文件要求创成现代化幼儿园10所。", "“教发〔2024〕9号”|“教发\\[2024\\]9号”"),
        ("第十二条规定，创成现代化幼儿园10所。", "“第12”这个数字"),
        ("杭州市公办园在园幼儿占比达75%。", "没有提到杭州市"),
        ("瓯海区公办园在园幼儿占比达75%。", "没有提到瓯海区"),
        ("公办园在园幼儿占比由财政局考核。", "没有提到"),
        ("温州第三幼儿园创成现代化幼儿园。", "“第3”这个数字|“第三”这个数字"),
        ("南浦幼教集团创成现代化幼儿园10所。", "没有提到“幼教集团”"),
        ("全市民办园在园幼儿占比达75%。", "说的是公办，不是民办"),
        ("所有幼儿园必须参加“安心托幼”改革。", "没有说"),
        ("幼儿园可以向家长收取费用。", "否定了“收取”"),
        ("培训教师不超过5000人次，整改期限不足1年。", "上限|下限"),
        ("家长请拨打热线办理补贴申领手续。", "没有这样说"),
        ("全市公办园在园幼儿占比达75%，并由企业统一提供营养午餐。", "没有说“并由企业统一提供营养午餐”"),
        ("是的。", "没有可以核对的内容"),
        ("公办园\ufffd占比达75%。", "无法辨认"),
    ],
)
def test_what_it_does_not_say_is_not(sentence: str, reason: str) -> None:
    assert re.search(reason, unsupported(sentence, TARGETS)), unsupported(sentence, TARGETS)


def test_two_passages_support_together_what_neither_does() -> None:
    before = ground("全市公办园在园幼儿占比达70.77%。", "温州市教育局2024年工作总结", 2024, "温州市")
    sentence = "公办园在园幼儿占比2024年为70.77%，2025年目标为75%。"
    assert unsupported(sentence, before)
    assert unsupported(sentence, TARGETS)
    assert unsupported(sentence, together([before, TARGETS])) == ""


def test_a_figure_that_was_worked_out_is_known() -> None:
    sentence = "一级园在园幼儿占比达35%，提高4.23个百分点。"
    assert unsupported(sentence, TARGETS)
    assert unsupported(sentence, TARGETS, ["4.23"]) == ""


def share(statements: list[Statement], supported: bool) -> float:
    kinds = shares([statement for statement in statements if statement.supported is supported])[supported]
    flagged, total = (sum(counts) for counts in zip(*kinds.values(), strict=True))
    return float(flagged / total)


def test_sentences_written_by_people(wenzhou: Document) -> None:
    """Floors a little below what `python -m eval.statements` prints: .000 flagged, .929 caught."""
    statements = written(wenzhou)
    assert share(statements, supported=True) <= 0.01
    assert share(statements, supported=False) >= 0.92


def test_planted_mistakes(wenzhou: Document) -> None:
    statements = list(planted([wenzhou], 400))
    assert POLICY.is_file()
    assert share(statements, supported=True) <= 0.01
    assert share(statements, supported=False) >= 0.99
