import pytest

from app.quantities import quantities


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("占比达到46.4%", "46.4", "%", "share"),
        ("百分之九十五点五", "95.5", "%", "share"),
        ("不少于三分之一", "33.3", "分之", "share"),
        ("新增学位3.4万个", "34000.0", "个", "count"),
        ("近17万人次", "170000", "人次", "times"),
        ("共计送培7000余人", "7000", "人", "people"),
        ("每学期1200元", "1200", "元", "money"),
        ("每天2小时", "2", "小时", "duration"),
        ("年满6周岁", "6", "周岁", "age"),
        ("连续增长11年", "11", "年", "years"),
        ("2025年", "2025", "年", "calendar"),
        ("电话0577-88630000", "57788630000", "", "phone"),
        ("总分世界第二", "2", "", "rank"),
        ("三所学校", "3", "所", "institutions"),
        ("满半年", "0.5", "年", "years"),
        ("半个月内", "0.5", "个月", "duration"),
        ("提高3个百分点", "3", "个百分点", "points"),
    ],
)
def test_a_quantity_has_a_value_a_unit_and_a_kind(text: str, value: str, unit: str, kind: str) -> None:
    (found,) = quantities(text)
    assert (str(found.value), found.unit, found.kind) == (value, unit, kind)


def test_both_ends_of_a_range_have_its_unit() -> None:
    assert [(int(q.value), q.unit) for q in quantities("新增3至4个，2-3岁")] == [
        (3, "个"),
        (4, "个"),
        (2, "岁"),
        (3, "岁"),
    ]


@pytest.mark.parametrize("text", ["一体化", "统一部署", "千校结好", "万众一心", "没有数字", "上半年", "半年度", "半路"])
def test_a_word_that_holds_a_numeral_is_no_quantity(text: str) -> None:
    assert list(quantities(text)) == []
