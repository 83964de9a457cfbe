import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.normalise import figures_in_digits, fold, heading_key, terms


def test_widths_cases_and_traditional_characters_are_folded() -> None:
    assert fold("溫州市義務教育ＰＩＳＡ２０２５") == "温州市义务教育pisa2025"
    assert terms("義務教育") == terms("义务教育") == ["义务", "务教", "教育"]


@pytest.mark.parametrize(
    "heading",
    ["加强对外交流", "24.加强对外交流", "（三）加强“对外交流”。", "第十二条 加强對外交流", "二十四、加强对外交流"],
)
def test_a_heading_is_known_without_its_number_and_punctuation(heading: str) -> None:
    assert heading_key(heading) == "加强对外交流"


def test_numbers_and_latin_words_stay_whole() -> None:
    assert terms("98.6%的STEM课") == ["98.6%", "的", "stem", "课"]


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("百分之九十", ["90%"]),
        ("百分之九十五点五", ["95.5%"]),
        ("二〇二五年", ["2025"]),
        ("二零二五年", ["2025"]),
        ("九成", ["90%"]),
        ("九成五", ["95%"]),
        ("一千二百个", ["1200"]),
        ("第一百二十三条", ["123"]),
        ("十二所", ["12"]),
        ("二十所", ["20"]),
        ("三年", ["3"]),
        ("2.53亿元", ["253000000"]),
        ("1.5万名", ["15000"]),
        # Not figures:
        ("三年级", []),
        ("三成员单位", []),
        ("一成立", []),
        ("千方百计", []),
        ("万一", []),
        ("十分重视", []),
        ("一些", []),
        ("统一", []),
    ],
)
def test_a_figure_written_out_is_found_by_its_digits(written: str, digits: list[str]) -> None:
    assert list(figures_in_digits(fold(written))) == digits
    assert set(digits) <= set(terms(written))


@given(st.text(alphabet="一二三四五六七八九十百千万亿〇零两点成年月日个分之第条0123456789.%万亿教育", max_size=40))
def test_any_run_of_numerals_has_terms(text: str) -> None:
    assert all(terms(text))
