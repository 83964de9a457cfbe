"""Questions for a cell: the row that is meant, the column that is asked for, and nothing else."""

from pathlib import Path

import pytest

from app.answering import answer_question
from app.lookup import may_measure, ordinal
from app.markup.source import source_html
from ingest import PolicyFile
from vectorstore import Embedder, Retriever, index_files, open_retriever, open_store

SCORES = """专业名称,文史类最高,文史类最低,理工类最高,理工类最低
法学,633,632,666,661
金融学类,634,630,675,673
金融学类(国家专项),,,647,646
国际政治,630,628,,
"""
SCHOOLS = "序号,中学名称\n1,第一高级中学\n2,实验中学\n3,育才中学\n"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Retriever:
    folder = tmp_path_factory.mktemp("tables")
    for name, text in {"2022年某省录取分数线": SCORES, "推荐资格中学名单": SCHOOLS}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    store = open_store(str(folder / "index"), embedder, create=True)
    files = [PolicyFile(path) for path in sorted(folder.glob("*.csv"))]
    assert [report.status for report in index_files(store, files)] == ["added", "added"]
    return open_retriever(str(folder / "index"), embedder, folder / "lexical")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("某省2022年理工类金融学类的最低录取分数线是多少", "专业名称 金融学类 · 理工类最低 673"),
        ("2022年金融学类(国家专项)理工类最低分是多少", "专业名称 金融学类(国家专项) · 理工类最低 646"),
        ("法学专业文史类最高多少分", "专业名称 法学 · 文史类最高 633"),
        ("推荐资格名单里第二所中学是哪一所", "中学名称 实验中学"),
        (
            "有推荐资格的中学是哪些",
            "序号 1 · 中学名称 第一高级中学\n序号 2 · 中学名称 实验中学\n序号 3 · 中学名称 育才中学",
        ),
    ],
)
def test_the_cell_is_given_under_the_name_of_its_row(tables: Retriever, question: str, answer: str) -> None:
    given = answer_question(tables, question)
    assert given.text == answer
    for citation in given.citations:
        assert citation.document.text[citation.start : citation.end] == citation.quote


def test_a_column_measures_what_its_name_says() -> None:
    assert may_measure("核定学员数", frozenset({"people"}))
    assert not may_measure("核定学员数", frozenset({"money"}))
    assert may_measure("小学", frozenset({"money"}))


def test_a_row_that_is_not_there_is_not_given(tables: Retriever) -> None:
    assert "637" not in answer_question(tables, "考古学文史类最低多少分").text


def test_the_page_shows_the_table_with_the_row_marked(tables: Retriever) -> None:
    citation = answer_question(tables, "某省2022年理工类金融学类的最低录取分数线是多少").citations[-1]
    html = source_html(citation.document, citation.start, citation.end)
    assert html.count("<tr class='quoted'>") == 1
    assert "<td><mark>673</mark></td>" in html
    assert "<th scope='col'>理工类最低</th>" in html
    assert html.count("<mark>") == 1


@pytest.mark.parametrize(
    ("question", "number"), [("第一所中学", 1), ("第12名是谁", 12), ("第九条规定了什么", None), ("第一学期", None)]
)
def test_a_place_in_a_list_is_told_from_the_number_of_an_article(question: str, number: int | None) -> None:
    assert ordinal(question) == number


def test_a_table_of_a_page_is_escaped(tmp_path: Path, embedder: Embedder) -> None:
    file = tmp_path / "表.csv"
    file.write_text("<b>列</b>,乙\n<script>x</script>,2\n", encoding="utf-8")
    store = open_store(str(tmp_path / "index"), embedder, create=True)
    list(index_files(store, [PolicyFile(file)]))
    document = store.document(store.records()[0].id)
    html = source_html(document, 0, len(document.text))
    assert "<script" not in html
    assert "<b>" not in html
