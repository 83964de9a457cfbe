import pytest

from ingest.numerals import parse_numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9", 9),
        ("９", 9),
        ("九", 9),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("两千零二十五", 2025),
        ("二〇二五", 2025),
        ("一万二千", 12000),
        ("三亿", 300_000_000),
    ],
)
def test_numerals_have_values(text: str, value: int) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize("text", ["", "第九", "9.5", "九点"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an integer numeral"):
        parse_numeral(text)
