import pytest

from ingest.content import Paragraph
from ingest.navigation import Page, parse_date, strip_navigation


def strip(text: str) -> Page:
    return strip_navigation(Paragraph(line.strip()) for line in text.split("\n") if line.strip())


def body(text: str) -> list[str]:
    return [block.text for block in strip(text).body if isinstance(block, Paragraph)]


def test_navigation_is_not_text_and_publication_data_is_kept() -> None:
    page = strip(
        "您现在的位置:首页\n > 政务公开 > 计划总结\n某市教育局关于工作的通知\n"
        "发布日期:2025-03-11 10:34浏览次数: 来源:某市教育局 字体:[ ]\n\n正文第一段。\n"
    )
    assert page.body == (Paragraph("某市教育局关于工作的通知"), Paragraph("正文第一段。"))
    assert page.field("发布日期") == "2025-03-11 10:34"
    assert page.field("发文机关", "来源") == "某市教育局"
    assert len(page.furniture) == 3


@pytest.mark.parametrize(
    "line",
    [
        "来源:各地报送的材料应当真实。",
        "首页设计应当体现学校特色。",
        "打印机等设备由学校统一采购。",
        "返回学校的学生应当提交健康证明。",
        "关闭不合格的校外培训机构。",
        "收藏图书不少于20万册。",
        "位置适中的学校可以设立教学点。",
    ],
)
def test_a_sentence_that_resembles_navigation_stays(line: str) -> None:
    assert line in body(f"通知\n{line}\n结束")


@pytest.mark.parametrize(
    "line", ["【字体：大 中 小】 打印 关闭", "分享到：", "上一篇：某某通知", "返回顶部", "扫一扫在手机打开当前页"]
)
def test_a_line_of_widgets_goes(line: str) -> None:
    assert line not in body(f"通知\n正文。\n{line}")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2025-03-11 10:34", "2025-03-11"),
        ("2025年3月1日", "2025-03-01"),
        ("2025/12/31", "2025-12-31"),
        ("2025-13-01", None),
        ("三月", None),
    ],
)
def test_dates_become_iso(text: str, date: str | None) -> None:
    assert parse_date(text) == date
