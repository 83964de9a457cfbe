import pytest

from ingest.content import Grid
from ingest.sentences import Span
from ingest.tables import cell_spans, cells_in, lay_out, row_text

Rows = list[tuple[str, ...]]


def laid_out(rows: Rows, heading_rows: int | None = None) -> list[tuple[str | None, list[str]]]:
    """Lay out a table, and prove that its rows are lines of its text."""
    found = []
    for title, table, text in lay_out(Grid(tuple(rows), heading_rows)):
        assert [text[row.start : row.end] for row in table.rows] == text.split("\n")[: len(table.rows)]
        assert all(row_text(table.columns, row.cells) == text[row.start : row.end] for row in table.rows)
        found.append((title, text.split("\n") if text else []))
    return found


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [("专业", "文史", "理工"), ("金融", "630", "673"), ("法学", "625", "660")],
            ["专业 金融 · 文史 630 · 理工 673", "专业 法学 · 文史 625 · 理工 660"],
            id="one-row-of-headings",
        ),
        pytest.param(
            [("专业", "最低分", "最低分"), ("专业", "文史", "理工"), ("金融", "630", "673")],
            ["专业 金融 · 最低分文史 630 · 最低分理工 673"],
            id="two-rows-of-headings",
        ),
        pytest.param(
            [("专业", "分数", "分数"), ("法学", "文史", "理工"), ("金融", "630", "673")],
            ["专业 法学 · 分数 文史 · 分数 理工", "专业 金融 · 分数 630 · 分数 673"],
            id="second-row-of-data-below-merged-headings",
        ),
        pytest.param(
            [("凡具有本市户籍且符合入学条件的适龄儿童少年均可申请就近入学和公办学位", "甲"), ("乙", "丙")],
            ["凡具有本市户籍且符合入学条件的适龄儿童少年均可申请就近入学和公办学位 · 甲", "乙 · 丙"],
            id="long-cell-names-no-column",
        ),
        pytest.param([("2020", "30"), ("2021", "40")], ["2020 · 30", "2021 · 40"], id="no-headings"),
        pytest.param(
            [("姓名", ""), ("张三，男", "1990年生")], ["姓名", "张三，男 · 1990年生"], id="half-empty-row-names-nothing"
        ),
        pytest.param(
            [("学校", "计划", "备注"), ("一中", "300", ""), ("", "", ""), ("二中", "", "民办")],
            ["学校 一中 · 计划 300", "学校 二中 · 备注 民办"],
            id="empty-cells-and-rows",
        ),
        pytest.param(
            [("学校", "计划", "计划"), ("一中", "300", "300")], ["学校 一中 · 计划 300"], id="merged-cell-once"
        ),
        pytest.param(
            [("学校", "初中", "高中"), ("一中", "300", "300")],
            ["学校 一中 · 初中 300 · 高中 300"],
            id="same-in-two-columns",
        ),
        pytest.param([("学校", "计划"), ("学校", "300")], ["学校 · 计划 300"], id="cell-like-its-heading"),
        pytest.param([("学校", "计划")], ["学校 · 计划"], id="headings-alone"),
        pytest.param(
            [("项目", "内容。分两段。"), ("甲", "乙")],
            ["项目 · 内容。分两段。", "甲 · 乙"],
            id="sentence-is-no-heading",
        ),
    ],
)
def test_a_row_is_a_line_that_names_the_columns(rows: Rows, expected: list[str]) -> None:
    assert laid_out(rows) == [(None, expected)]


def test_a_merged_row_at_the_top_is_the_title() -> None:
    rows: Rows = [("招生计划", "招生计划"), ("学校", "计划"), ("一中", "300")]
    assert laid_out(rows) == [("招生计划", ["学校 一中 · 计划 300"])]


def test_several_merged_rows_at_the_top_are_one_title() -> None:
    rows: Rows = [("某市", "某市"), ("招生计划", "招生计划"), ("学校", "计划"), ("一中", "300")]
    assert laid_out(rows) == [("某市 招生计划", ["学校 一中 · 计划 300"])]


def test_merged_rows_in_between_are_titles_of_what_follows() -> None:
    rows: Rows = [("学校", "计划"), ("城区", "城区"), ("一中", "300"), ("乡镇", "乡镇"), ("二中", "200")]
    assert laid_out(rows) == [("城区", ["学校 一中 · 计划 300"]), ("乡镇", ["学校 二中 · 计划 200"])]


def test_a_figure_in_all_columns_is_no_title() -> None:
    rows: Rows = [("文史", "理工"), ("630", "630"), ("625", "660")]
    assert laid_out(rows) == [(None, ["文史 630 · 理工 630", "文史 625 · 理工 660"])]


def test_a_title_without_rows_is_kept() -> None:
    rows: Rows = [("学校", "计划"), ("一中", "300"), ("注：含分校", "注：含分校")]
    assert laid_out(rows) == [(None, ["学校 一中 · 计划 300"]), ("注：含分校", [])]


@pytest.mark.parametrize(
    ("heading_rows", "expected"),
    [
        pytest.param(0, ["甲 · 乙", "丙 · 丁", "1 · 2"], id="none"),
        pytest.param(1, ["甲 丙 · 乙 丁", "甲 1 · 乙 2"], id="one"),
        pytest.param(2, ["甲丙 1 · 乙丁 2"], id="two"),
        pytest.param(9, ["甲丙1 甲 · 乙丁2 乙", "甲丙1 丙 · 乙丁2 丁", "甲丙1 1 · 乙丁2 2"], id="all"),
    ],
)
def test_the_file_may_say_how_many_rows_are_headings(heading_rows: int, expected: list[str]) -> None:
    assert laid_out([("甲", "乙"), ("丙", "丁"), ("1", "2")], heading_rows) == [(None, expected)]


@pytest.mark.parametrize("heading_rows", [1, 2])
def test_a_title_that_is_marked_as_a_heading_does_not_make_one_of_the_data(heading_rows: int) -> None:
    rows: Rows = [("招生计划", "招生计划"), ("学校", "计划"), ("一中", "300"), ("二中", "200")]
    assert laid_out(rows, heading_rows) == [("招生计划", ["学校 一中 · 计划 300", "学校 二中 · 计划 200"])]


def test_an_empty_row_above_the_headings_is_none() -> None:
    assert laid_out([("", ""), ("甲", "乙"), ("丙", "丁")], 2) == [(None, ["甲 丙 · 乙 丁"])]


def test_an_empty_table_has_no_lines() -> None:
    assert laid_out([("", ""), ("", "")]) == []
    assert laid_out([]) == []


def test_cells_stand_in_their_line_with_their_headings() -> None:
    ((_, table, text),) = lay_out(Grid((("学校", "计划"), ("一中", "300"), ("二中", ""))))
    assert [[text[s.start : s.end] for s in cell_spans(text, row)] for row in table.rows] == [
        ["学校 一中", "计划 300"],
        ["学校 二中"],
    ]
    assert cell_spans(text, table.rows[1]) == [Span(*table.rows[1][:2])]


def test_a_cell_that_holds_the_mark_between_cells_leaves_the_row_whole() -> None:
    ((_, table, text),) = lay_out(Grid((("学校", "计划"), ("一中 · 二中", "300"))))
    assert [cell.text for cell in cells_in(text, table, table.rows[0])] == ["学校 一中 · 二中 · 计划 300"]
