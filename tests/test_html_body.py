"""The measurement of bodies told from their pages: that it measures what it says."""

import hashlib
import json
from pathlib import Path
from typing import Any

import click
import pytest

from benchmarks.html_body import (
    BODIES,
    Marking,
    Score,
    everything,
    find_pages,
    load_markings,
    measure,
    ours,
    plain_text,
    summary,
    text_nodes,
)
from ingest.records import Row, Table

NAVIGATION = "<ul><li>首页</li><li>政务公开</li></ul>"
FIRST, SECOND = "第一条　为了做好工作。制定本办法。", "第二条　本办法自2024年1月1日起施行。"
FOOTER = "<div>电话12345222222</div>"


def page(body: str) -> str:
    return f"<html><head><title>题</title></head><body>{NAVIGATION}{body}{FOOTER}</body></html>"


def marking(*body: tuple[int, int], nodes: int, **others: Any) -> Marking:
    return Marking(**{"sha256": "", "nodes": nodes, "title": [], "body": body, "optional": [], **others})


def score(text: str, marked: Marking, extraction: str) -> tuple[float, float]:
    nodes = text_nodes(text.encode())
    assert len(nodes) == marked.nodes
    measured = measure(nodes, marked, extraction)
    return round(measured.precision, 3), round(measured.recall, 3)


ARTICLE = page(f"<h1>办法</h1><p>{FIRST}</p><p>{SECOND}</p>")
MARKED = marking((3, 4), nodes=6, title=[2], optional=[(2, 2)])


@pytest.mark.parametrize(
    "extraction", [f"{FIRST}\n{SECOND}", f"办法\n{FIRST}\n{SECOND}", f"{FIRST}{SECOND}\u200b\n 办法"]
)
def test_a_perfect_extraction(extraction: str) -> None:
    assert score(ARTICLE, MARKED, extraction) == (1, 1)


def test_what_is_missing_lowers_recall_alone() -> None:
    half = "甲乙丙丁戊己庚。"
    assert score(page(f"<p>{half}</p><p>子丑寅卯辰巳午。</p>"), marking((2, 3), nodes=5), half) == (1, 0.5)


def test_navigation_lowers_precision_alone() -> None:
    body = "甲乙丙丁戊己"
    assert score(page(f"<p>{body}</p>"), marking((2, 2), nodes=4), f"首页政务公开{body}") == (0.5, 1)


def test_a_changed_character_costs_its_sentence() -> None:
    text = "甲乙丙丁。子丑寅卯。"
    assert score(page(f"<p>{text}</p>"), marking((2, 2), nodes=4), text.replace("丑", "醜")) == (0.5, 0.5)


def test_an_empty_extraction_is_worth_nothing() -> None:
    assert score(ARTICLE, MARKED, "") == (0, 0)


def table(*cells: str) -> str:
    return page(f"<p>各专业的计划如下：</p><table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>")


def test_each_of_several_cells_that_read_the_same_counts_once() -> None:
    text, marked = table("法学", "2", "2", "2"), marking((2, 6), nodes=8)
    assert score(text, marked, "各专业的计划如下：法学222") == (1, 1)
    assert score(text, marked, "各专业的计划如下：法学2222") == (round(14 / 15, 3), 1)
    assert score(text, marked, "各专业的计划如下：法学2") == (1, round(12 / 14, 3))


def test_short_cells_are_not_found_in_the_footer() -> None:
    text, marked = table("法学", "2", "2", "2"), marking((2, 6), nodes=8)
    assert score(text, marked, "各专业的计划如下：电话12345222222") == (round(9 / 22, 3), round(9 / 14, 3))


def test_a_paragraph_given_twice_counts_once() -> None:
    body = "甲乙丙丁戊己"
    assert score(page(f"<p>{body}</p>"), marking((2, 2), nodes=4), body * 2) == (0.5, 1)


def test_a_merged_cell_may_be_filled_and_no_further() -> None:
    text = page("<table><tr><td rowspan=2>文科</td><td>法学专业</td></tr><tr><td>哲学专业</td></tr></table>")
    marked = marking((2, 4), nodes=6)
    assert score(text, marked, "文科法学专业文科哲学专业") == (1, 1)
    assert score(text, marked, "文科法学专业文科哲学专业文科") == (round(12 / 14, 3), 1)


def test_headings_in_another_order() -> None:
    rows = "<tr><td colspan=2>最高限额</td><td rowspan=2>有效期限</td></tr><tr><td>职工</td><td>居民</td></tr>"
    text, marked = page(f"<table>{rows}</table>"), marking((2, 5), nodes=7)
    assert score(text, marked, "最高限额职工 最高限额居民 有效期限") == (1, 1)


def test_whether_the_title_was_found() -> None:
    nodes = text_nodes(ARTICLE.encode())
    assert measure(nodes, MARKED, f"办 法\n{FIRST}").titled is True
    assert measure(nodes, MARKED, SECOND[:3]).titled is False
    assert measure(nodes, marking((3, 4), nodes=6), "").titled is None


def test_text_nodes_leave_out_what_is_no_text() -> None:
    hidden = "<script>a</script><style>b</style><!-- c -->尾<noscript>d</noscript><p style='display:none'>藏</p>"
    assert [node.text for node in text_nodes(page(hidden).encode())][2:-1] == ["尾", "藏"]


@pytest.mark.parametrize(
    "data",
    [
        "<p>镕基</p>".encode("utf-8-sig"),
        "<p>镕基</p>".encode("utf-16"),
        '<meta charset="gb2312"><p>镕基</p>'.encode("gb18030"),
        "<p>镕基</p>".encode(),
    ],
)
def test_the_encoding_is_found(data: bytes) -> None:
    assert [node.text for node in text_nodes(data)] == ["镕基"]


def test_columns_are_read_once_and_rows_cell_by_cell() -> None:
    lines = ["前", "专业 法学 · 最低 630", "专业 哲学 · 最低 628", "后"]
    first, second = len(lines[0]) + 1, len(lines[0]) + len(lines[1]) + 2
    rows = (
        Row(first, first + len(lines[1]), ("法学", "630")),
        Row(second, second + len(lines[2]), ("哲学", "628")),
    )
    read = plain_text("\n".join(lines), [Table(("专业", "最低"), rows)])
    assert read.split() == ["前", "专业", "最低", "法学", "630", "哲学", "628", "后"]


def test_the_marked_pages_must_be_the_same(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(ARTICLE, encoding="utf-8")
    marked = marking(nodes=6, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    assert find_pages({"documents/a.html": marked}, {"documents": tmp_path}) == {"documents/a.html": (file, marked)}
    for name in ("documents/a.html", "documents/b.html"):
        with pytest.raises(click.ClickException):
            find_pages({name: marking(nodes=6)}, {"documents": tmp_path})


def test_everything_has_all_text_and_what_we_refuse_is_worth_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(ARTICLE, encoding="utf-8")
    assert "首页" in everything(file)
    file.write_bytes(b"")
    assert ours(file) == ""


def test_a_line_of_the_table() -> None:
    scores = [Score(1, 0.5, True), Score(0.5, 1, None)]
    assert summary("甲", scores) == "| 甲 | 0.7500 | 0.5000 | 0.7500 | 0.5000 | 1 of 1 |"


def test_the_markings_hold_numbers_and_no_text() -> None:
    assert set(json.loads(BODIES.read_text(encoding="utf-8"))) == set(load_markings())
    for marked in load_markings().values():
        assert len(marked.sha256) == 64
        assert all(0 <= number < marked.nodes for number in marked.title)
        for first, last in [*marked.body, *marked.optional]:
            assert 0 <= first <= last < marked.nodes
