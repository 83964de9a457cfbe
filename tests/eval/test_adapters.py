import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.records import NOT_IN_DOCUMENTS, Answer
from app.settings import PROJECT
from eval.evidence import misplaced, warning
from eval.exports import ragas_rows
from eval.questions import DatasetError, load_dataset
from eval.run import Result, opened, run
from eval.scores import score_rows
from ingest import Document, ReadError
from tests.eval.test_run import question
from tests.ingest.test_hostile import cells, xlsx

BENCHMARKS = PROJECT.parent / "shared" / "benchmarks"
ROW = {
    "id": "1",
    "question": "问",
    "kind": "fact",
    "asker": "staff",
    "evidence": [],
    "answer": ["3"],
    "answerable": True,
}


def write_jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**ROW, "question": 7}], "第 1 行的 question 应为文字，实为数字"),
        ([{**ROW, "question": " "}], "第 1 行的 question 为空"),
        ([ROW, {**ROW, "id": "2", "kind": ["fact"]}], "第 2 行的 kind 应为文字，实为列表"),
        ([{**ROW, "missing": "国家"}], "第 1 行的 missing 应为文字列表，各项不为空，实为文字"),
        ([{**ROW, "evidence": [None]}], "第 1 行的 evidence 应为文字列表"),
        ([{**ROW, "answerable": "是"}], "第 1 行的 answerable 应为 true 或 false，实为文字"),
        ([{**ROW, "answer": []}], "第 1 行的问题可答，却没有依据"),
        ([ROW, {**ROW, "id": "2"}, ROW], "第 3 行的 id 与.*第 1 行重复：1"),
        ([{**ROW, "origin": 1}], "第 1 行的 origin 应为文字"),
        ([], "没有问题"),
    ],
)
def test_a_malformed_row_is_named_with_its_line(tmp_path: Path, rows: Sequence[Mapping[str, Any]], said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        load_dataset(write_jsonl(tmp_path / "q.jsonl", rows))


def test_where_a_question_comes_from_is_kept(tmp_path: Path) -> None:
    rows = [ROW, {**ROW, "id": "2", "origin": "draft"}]
    loaded = load_dataset(write_jsonl(tmp_path / "q.jsonl", rows)).questions
    assert [q.origin for q in loaded] == ["written", "draft"]


def beir(folder: Path, qrels: str) -> Path:
    write_jsonl(
        folder / "corpus.jsonl",
        [
            {"_id": "d1", "title": "学位通知", "text": "一、新增学位200个。"},
            {"_id": "d2", "title": "", "text": "二、新增幼儿园3所。"},
            {"_id": "d3", "title": "学位通知", "text": "一、新增学位200个。"},
        ],
    )
    write_jsonl(
        folder / "queries.jsonl", [{"_id": "q1", "text": "新增学位多少"}, {"_id": "q2", "text": "没有标注的问题"}]
    )
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_a_beir_folder_says_which_documents_answer(tmp_path: Path) -> None:
    dataset = load_dataset(beir(tmp_path, "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td3\t1\nq1\td2\t0\n"))
    (asked,) = dataset.questions
    sources = {document.source for document in dataset.documents or ()}
    assert len(sources) == 2  # the same text twice is one document
    assert (asked.id, asked.evidence, asked.answerable, asked.origin) == ("q1", (), True, "benchmark")
    assert len(asked.relevant) == 1
    assert set(asked.relevant) <= sources


@pytest.mark.parametrize(
    ("qrels", "said"),
    [("q1\td9\t1", "第 1 行所指的文件不在数据中，或没有正文：d9"), ("q1 d1 1\n", "第 1 行应为以制表符")],
)
def test_broken_judgements_are_named(tmp_path: Path, qrels: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        load_dataset(beir(tmp_path, qrels))


def test_where_only_documents_are_known_one_must_be_quoted(wenzhou: Document, retriever: Any) -> None:
    known = question(evidence=(), answer=(), avoid=(), relevant=(wenzhou.source,))
    results = run(retriever, [known, question(evidence=(), answer=(), avoid=(), relevant=("other",))], lambda: None)
    assert [result.reason for result in results] == ["", "没有引用能回答的文件"]
    assert [(result.relevant, result.unfound) for result in results] == [((True,), 0), ((False,), 1)]
    assert [row["retrieval.recall_1"] for row in score_rows(results)] == [1.0, 0.0]


def test_pages_are_read_and_the_barest_way_to_write_a_value_counts(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    rows = "".join(f"<tr><td>{name}</td><td>{score}</td></tr>" for name, score in (("金融学", 673), ("法学", 657)))
    head = "<h1>录取分数线</h1><p>现将2022年各专业录取最低分数线公布如下，供考生参考。</p>"
    page = f"<html><body>{head}<table><tr><th>专业</th><th>最低分</th></tr>{rows}</table></body></html>"
    (tmp_path / "pages" / "a.html").write_text(page, encoding="utf-8")
    asked = {"id": "1", "question": "法学最低分是多少？", "answers": [["657"], ["657分"]], "html_file": "a.html"}
    write_jsonl(tmp_path / "questions.jsonl", [asked])
    dataset = load_dataset(tmp_path)
    (loaded,) = dataset.questions
    assert (loaded.answer, loaded.evidence, loaded.relevant) == (("657",), ("657",), ("a.html",))
    assert misplaced(dataset.questions, dataset.documents or ()) == []
    write_jsonl(tmp_path / "questions.jsonl", [asked | {"html_file": "b.html"}])
    with pytest.raises(DatasetError, match=r"第 1 行所指的文件不在数据中，或没有正文：b.html"):
        load_dataset(tmp_path)


def test_a_folder_may_hold_questions_of_our_own_form(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("校服收费通知\n每套校服231元。", encoding="utf-8")
    asked = {"id": "1", "question": "校服多少钱", "kind": "figure", "asker": "parent", "answerable": True}
    write_jsonl(tmp_path / "questions.jsonl", [asked | {"evidence": ["每套校服231元"], "answer": ["231元"]}])
    dataset = load_dataset(tmp_path)
    (loaded,) = dataset.questions
    assert (loaded.kind, loaded.answer, loaded.evidence) == ("figure", ("231元",), ("每套校服231元",))
    assert dataset.documents is not None


SQUAD = {
    "data": [
        {
            "title": "某地",
            "paragraphs": [
                {
                    "context": "某地新增学位200个，新建学校3所。",
                    "qas": [
                        {"id": "a", "question": "新增学位多少", "answers": [{"text": "200个", "answer_start": 6}]},
                        {"id": "b", "question": "投资多少", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ]
}
CMRC = [
    {
        "context_id": "DEV_0",
        "context_text": "某地新增学位200个，新建学校3所。",
        "qas": [{"query_id": "a", "query_text": "新建学校几所", "answers": ["三所", "3所"]}],
    }
]


@pytest.mark.parametrize(("data", "evidence"), [(SQUAD, [("200个",), ()]), (CMRC, [("3所",)])])
def test_reading_comprehension_is_read(tmp_path: Path, data: Any, evidence: list[tuple[str, ...]]) -> None:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    dataset = load_dataset(path)
    assert [q.evidence for q in dataset.questions] == evidence
    assert [q.answerable for q in dataset.questions] == [bool(spans) for spans in evidence]
    assert misplaced(dataset.questions, dataset.documents or ()) == []


def test_a_broken_passage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps([{**CMRC[0], "qas": [{"query_id": "a", "query_text": "问", "answers": []}]}]))
    with pytest.raises(DatasetError, match="第 1 段第 1 问没有答案"):
        load_dataset(path)
    path.write_text("{}")
    with pytest.raises(DatasetError, match="缺少字段：data"):
        load_dataset(path)


TABLE = (
    "问题,应含词语,依据,不应含,提问人,类型,是否可答,之前的问题,备注\n"
    "新增学位多少,200个,新增学位200个；新建学校,100个；300个,家长,列举,,先问的；再问的,随便写\n"
    ",,,,,,,,\n"
    "明天下雨吗,,,,,,否,,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_of_staff_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "问题表.csv"
    path.write_bytes(TABLE.encode(encoding))
    first, second = load_dataset(path).questions
    assert (first.id, first.kind, first.asker, first.answerable) == ("问题表-1", "list", "parent", True)
    assert (first.evidence, first.answer, first.avoid) == (
        ("新增学位200个", "新建学校"),
        ("200个",),
        ("100个", "300个"),
    )
    assert first.history == ("先问的", "再问的")
    assert (second.id, second.kind, second.asker, second.answerable) == ("问题表-2", "unsorted", "unknown", False)


def test_a_workbook_of_staff_is_read(tmp_path: Path) -> None:
    """Under a title; a sheet of other things is passed over; numbers are read as they are written."""
    path = tmp_path / "问题表.xlsx"
    rows = [cells(1, A="评测问题（试用）"), cells(2, A="问题", B="应含词语", C="提问人", D="是否可答")]
    number = '<row r="3"><c r="A3" t="inlineStr"><is><t>新增学位多少</t></is></c><c r="B3"><v>200</v></c></row>'
    path.write_bytes(xlsx("".join((*rows, number, cells(4, A="明天下雨吗", C="教师", D="否")))))
    first, second = load_dataset(path).questions
    assert (first.id, first.answer, first.asker, first.answerable) == ("问题表-1", ("200",), "unknown", True)
    assert (second.id, second.answer, second.asker, second.answerable) == ("问题表-2", (), "teacher", False)
    path.write_bytes(xlsx(cells(1, A="学校", B="计划") + cells(2, A="一中", B="300")))
    with pytest.raises(DatasetError, match="没有问题表"):
        load_dataset(path)


def test_a_table_with_english_headings_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("ID,Question,Answer,Answerable\nx,新增学位多少,200个,yes\n", encoding="utf-8")
    (loaded,) = load_dataset(path).questions
    assert (loaded.id, loaded.answer) == ("x", ("200个",))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("问题,依据\n问,据\n", "没有问题表"),
        ("问题,应含词语,是否可答\n问,答,也许\n", "第 1 行（不计空行）的“是否可答”应为“是”或“否”，实为“也许”"),
        ("问题,应含词语\n甲,乙\n问,\n", "第 2 行（不计空行）的问题可答，却没有依据"),
        ("问题,应含词语\n甲,乙\n,丙\n", "第 2 行（不计空行）的 question 为空"),
    ],
)
def test_a_broken_table_is_named(tmp_path: Path, table: str, said: str) -> None:
    path = tmp_path / "q.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(DatasetError) as raised:
        load_dataset(path)
    assert said in str(raised.value)


def test_what_is_no_set_is_said(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "无法识别评测数据的形式"), (tmp_path / "no.jsonl", "未找到评测数据")):
        with pytest.raises(DatasetError, match=said):
            load_dataset(path)
    (tmp_path / "q.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(ReadError, match="已损坏"):
        load_dataset(tmp_path / "q.xlsx")


def test_evidence_that_is_gone_is_told_with_the_nearest_sentence(wenzhou: Document) -> None:
    moved = question(id="m", evidence=("新投用公办园40所,公办园在园幼儿占比达到70.77%",))
    spaced = question(id="s", evidence=("新投用 公办园\n39所",))
    refused = question(id="r", evidence=("没有的话",), answerable=False)
    (found,) = misplaced([spaced, moved, refused], [wenzhou])
    assert (found.question, found.title) == ("m", wenzhou.title)
    assert "新投用公办园39所" in found.nearest
    assert "问题 m 的依据不在文件中" in warning(found)
    assert misplaced([moved], [])[0].nearest == ""


def test_a_run_warns_of_evidence_that_is_gone(
    index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.command._WARNINGS", 3)
    asked = [{**ROW, "id": str(n), "question": "公办园占比", "evidence": [f"没有这样的句子{n}"]} for n in range(5)]
    path = write_jsonl(tmp_path / "q.jsonl", asked)
    out = tmp_path / "ragas.jsonl"
    places = ["--index", str(index_folder), "--report", str(tmp_path / "report"), "--ragas", str(out)]
    ran = CliRunner().invoke(cli, ["eval", str(path), "--json", *places])
    assert json.loads(ran.stdout)["misplaced"] == 5
    assert ran.stderr.count("的依据不在文件中，可能已改动或删去") == 3
    assert "另有 2 个问题" in ran.stderr
    assert len(out.read_text(encoding="utf-8").splitlines()) == 5


def test_results_are_given_as_ragas_has_them() -> None:
    given = Answer("那呢", "answered", "答案", (), (), 1.0, asked_for="那公办园呢")
    results = [
        Result(question(question="那呢", history=("先",)), given, None, True, None, ""),
        Result(question(answerable=False, evidence=()), None, None, False, None, "坏了"),
    ]
    first, second = ragas_rows(results)
    assert (first["user_input"], first["response"], first["reference"]) == ("那公办园呢", "答案", "90%")
    assert (second["response"], second["reference"], second["reference_contexts"]) == ("", NOT_IN_DOCUMENTS, [])
    assert all(isinstance(row["retrieved_contexts"], list) for row in (first, second))


@pytest.mark.parametrize(("name", "count"), [("policy_qa", 659), ("lay_law", 1234), ("table_pages", 25)])
def test_the_benchmarks_load(name: str, count: int) -> None:
    if not (BENCHMARKS / name).is_dir():
        pytest.skip(f"{name} is not part of the project; it stands beside it where it was given")
    dataset = load_dataset(BENCHMARKS / name)
    assert len(dataset.questions) == count
    assert misplaced(dataset.questions, dataset.documents or ()) == []
    assert all(question.relevant for question in dataset.questions)


def test_a_small_set_runs_from_end_to_end(tmp_path: Path, settings: Any) -> None:
    dataset = load_dataset(beir(tmp_path, "q1\td1\t1\n"))
    with opened(dataset, settings) as own:
        (result,) = run(own, dataset.questions, lambda: None)
    assert result.correct
