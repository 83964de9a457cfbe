from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wording import read_wording
from ingest import Document


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("力争2025年达到９０％，不得降低。", "力争２０２５年达到90%；不得降低"),
        ("“双减”工作（试行）", "双减工作「试行」"),
        ("共1,000人", "共1000人"),
        ("二○二五年", "二〇二五年"),
        ("2025.3.11印发", "2025-3-11印发"),
        ("推进　教育\n改革", "推进教育改革"),
        ("推進義務教育優質均衡", "推进义务教育优质均衡"),
        ("面积12 000平方米", "面积12000平方米"),
        ("<中国教育报>刊发", "《中国教育报》刊发"),
        ("★ 重点工作", "重点工作"),
    ],
)
def test_punctuation_space_and_width_are_no_wording(one: str, other: str) -> None:
    assert read_wording(one).letters == read_wording(other).letters


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新增3.4万个", "新增34万个"),
        ("3-5岁", "35岁"),
        ("1、2、3班", "123班"),
        ("占90%", "占90"),
        ("不得组织", "组织"),
        ("学历+技能", "学历技能"),
        ("100\n2.推进", "1002推进"),
        ("合计\t12\t34", "合计\t123\t4"),
        ("2023 85 90", "2023 8 590"),
        ("师生比<15", "师生比>15"),
        ("不得高于-18℃", "不得高于18℃"),
        ("共10³个", "共103个"),
        ("½以上", "12以上"),
        ("甲√ 乙□", "甲□ 乙√"),
    ],
)
def test_figures_and_words_are(one: str, other: str) -> None:
    assert read_wording(one).letters != read_wording(other).letters


def test_a_list_is_one_thing_and_clauses_joined_like_one_are_not() -> None:
    listed = read_wording("鹿城、龙湾、乐清通过国家验收")
    joined = read_wording("普惠县省级评估通过率达到100%、均衡县省级评估通过率达到90%")
    assert listed.pauses == {0, len(listed.letters)}
    assert joined.letters.index("均衡县") in joined.pauses


def test_the_number_of_a_line_is_known(wenzhou: Document) -> None:
    wording = read_wording(wenzhou.text)
    assert wording.letters.index("扩大优质教育资源供给") in wording.numbered


@given(st.text(alphabet="教育3.4，、。-（ ）\n０％“”a①", max_size=60))
def test_every_letter_stands_where_it_says(text: str) -> None:
    wording = read_wording(text)
    assert len(wording.letters) == len(wording.offsets)
    assert list(wording.offsets) == sorted(wording.offsets)
    assert all(0 <= offset < len(text) for offset in wording.offsets)
    assert {0, len(wording.letters)} <= wording.pauses
