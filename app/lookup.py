"""A row of a table → the cells that answer.

A row is found by what it is about and read at the column asked for: of 「专业名称 金融学类 · 文史最低 630 ·
理工最低 673」 the question for 理工类 gets the first and the last cell, and neither the row as a whole nor 673 alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.quantities import QuantityKind
from ingest import Document, Row, Table
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from ingest.sentences import Span
from ingest.tables import Cell, cells_in
from vectorstore.normalise import fold

_NUMBERS_ROWS = re.compile(r"^(?:序号|编号|项次|排名|No\.?)$", re.IGNORECASE)
_ORDINAL = re.compile(rf"第\s*(?P<number>\d{{1,3}}|[{NUMERAL_CHARACTERS}]{{1,4}})\s*[个所名位家]")
_LISTS = re.compile(r"哪些|名单|哪[几个]|全部|所有|列出")
_NOT_WORDS = re.compile(r"[\s\W\d_]|[年月日分元人名个%]")
_MAX_LISTED = 1000  # characters of a table that is quoted as a whole; longer ones are opened beside the answer
_TIE = 0.02  # cells whose worth differs by less are asked for alike: 最低 of both subjects where none is named


def ordinal(question: str) -> int | None:
    """Return the position in a list that a question asks for: 「第一所中学」 → 1."""
    match = _ORDINAL.search(question)
    return parse_numeral(match["number"]) if match else None


def meant_row(question: str, table: Table, position: int) -> tuple[Row, float]:
    """Return the row that a question is about, and what share of its words the question says: 0 to 1.

    「金融学类」 says the row 金融学类, and not the row 金融学类（国家专项）.

    Args:
        question: As it was asked, folded.
        table: The table.
        position: The row that was found; another is meant if the question says more of it, or asks for its place.
    """
    number = ordinal(question)
    if number is not None and number <= len(table.rows):
        return table.rows[number - 1], 0.0
    asked, found = _words(question), table.rows[position]
    rows = table.rows if len(table.rows) <= _MAX_ROWS else (found,)
    best = max((found, *rows), key=lambda row: _share_said(asked, row))  # the first of equals
    return best, _share_said(asked, best)


_MAX_ROWS = 500  # looked through; of longer tables the row found is taken, so that an answer takes no longer


def _share_said(asked: str, row: Row) -> float:
    cells = [_words(cell) for cell in dict.fromkeys(row.cells)]
    total = sum(map(len, cells))
    return sum(len(cell) for cell in cells if cell and cell in asked) / total if total else 0.0


def whole_table(table: Table, question: str) -> tuple[Span, ...]:
    """Return all rows of a table if the question wants them all and they are few; none otherwise."""
    first, last = table.rows[0], table.rows[-1]
    if not _LISTS.search(question) or last.end - first.start > _MAX_LISTED:
        return ()
    return tuple(Span(row.start, row.end) for row in table.rows)


def cells_of(document: Document, table: Table, row: Row) -> tuple[Cell | None, list[Cell]]:
    """Return the cell that names a row, and the others without the one that numbers it."""
    kept = [cell for cell in cells_in(document.text, table, row) if not _NUMBERS_ROWS.match(cell.column)]
    name = next((cell for cell in kept if _words(cell.text)), None)
    return name, [cell for cell in kept if cell is not name]


def asked_for(cells: Sequence[Cell], worths: Sequence[float], facts: int) -> list[Cell]:
    """Return the cells that are asked for: as many as there are facts asked for, the best, and those as good."""
    least = sorted(worths, reverse=True)[min(facts, len(worths)) - 1]
    return [cell for cell, worth in zip(cells, worths, strict=True) if worth >= least - _TIE]


# The columns in which names of a kind stand.
_COLUMNS = {
    "company": re.compile("单位|公司|企业|厂|机构|商"),
    "body": re.compile("单位|部门|机构|公司|企业|机关"),
    "school": re.compile("学校|校|园|单位"),
    "person": re.compile("姓名|人|教师|医师|医生|专家"),
    "official": re.compile("姓名|负责|联系人"),
    "place": re.compile("地址|地点|位置|地区|区域|范围"),
}


def in_columns_of(cells: Sequence[Cell], names: str) -> list[Cell]:
    """Return the cells of the columns in which names of a kind stand; none if no column fits."""
    column = _COLUMNS.get(names)
    return [cell for cell in cells if column and column.search(cell.column)]


# What the numbers of a column measure, where its name tells.
_MEASURED: tuple[tuple[re.Pattern[str], frozenset[QuantityKind]], ...] = (
    (re.compile("元|费|价|金额|补贴|补助|津贴|奖|薪|工资"), frozenset({"money"})),
    (re.compile("人|名额|计划|员数|学位|班级?数|校数|个数"), frozenset({"people", "count", "institutions", "plain"})),
    (re.compile("分(?!类)|线"), frozenset({"grade"})),
    (re.compile("%|率|比例|占比"), frozenset({"share", "points"})),
)


def may_measure(column: str, wanted: frozenset[QuantityKind]) -> bool:
    """Tell whether a number without a unit in some column may be of a kind that is wanted: 核定学员数 is no money."""
    measured = [kinds for name, kinds in _MEASURED if name.search(column)]
    return not measured or any(not kinds.isdisjoint(wanted) for kinds in measured)


def rows_like(document: Document, table: Table, question: str) -> tuple[Span, ...]:
    """Return the names of all rows of a sort that the question names, where it asks for several: 体育类的有哪几家."""
    if not _LISTS.search(question):
        return ()
    asked = _words(question)
    spans: list[Span] = []
    rows = 0
    for row in table.rows[:_MAX_ROWS]:
        name, others = cells_of(document, table, row)
        said = [cell for cell in others if (words := _words(cell.text)) and words in asked]
        if name is not None and said and _words(name.text) not in asked:
            spans += [name.span, *(cell.span for cell in said)]
            rows += 1
    return tuple(sorted(spans)) if rows > 1 and sum(end - start for start, end in spans) <= _MAX_LISTED else ()


def said_cells(question: str, cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells whose words the question says: with its name they tell which row it is."""
    asked = _words(question)
    return [cell for cell in cells if (words := _words(cell.text)) and words in asked]


def _words(text: str) -> str:
    return _NOT_WORDS.sub("", fold(text))
