import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from app.cli import main
from tests.conftest import POLICY
from tests.model_server import KEY, ScriptedServer, fails, says, serving

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def wence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line as a user does; return exit code, stdout and stderr."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["wence", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return int(exit_.value.code or 0), captured.out, captured.err

    return run


def test_ask_prints_the_answer_and_where_it_stands(wence: Run, index_folder: Path) -> None:
    code, out, _ = wence("ask", "义务教育优质均衡评估目标是多少", "--index", index_folder)
    assert code == 0
    assert out.startswith("义务教育优质均衡发展县省级评估通过率达到90%\n")
    for known in ("二、9", "《温州市教育局关于印发", "2025-03-11", "2025年（目标）"):
        assert known in out


def test_a_follow_up_is_understood_from_the_questions_before(wence: Run, index_folder: Path, tmp_path: Path) -> None:
    before = "2025年公办园在园幼儿占比要达到多少"
    code, out, _ = wence("ask", "那一级园的呢", "--history", before, "--index", index_folder)
    assert code == 0
    assert out.startswith("（您问的是：2025年一级园在园幼儿占比")
    assert "35%" in out
    file = tmp_path / "questions.jsonl"
    row = {"id": 1, "question": "那一级园的呢", "history": [before]}
    file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    _, out, _ = wence("ask", "--questions", file, "--index", index_folder)
    assert "35%" in json.loads(out)["answer"]


def test_a_refusal_says_why_and_names_the_nearest_clauses(wence: Run, index_folder: Path) -> None:
    _, out, _ = wence("ask", "乐清2025年公办园在园幼儿占比目标", "--index", index_folder)
    assert out.startswith("已收录的文件没有回答这个问题。\n（找到的段落没有说到乐清市。）")
    assert "最接近的条款（不是答案）：\n  · 二、10 " in out


def test_ask_json_is_the_contract(wence: Run, index_folder: Path) -> None:
    code, out, _ = wence("ask", "义务教育优质均衡评估目标是多少", "--json", "--index", index_folder)
    answer = json.loads(out)
    assert code == 0
    assert list(answer) == ["question", "outcome", "answer", "citations", "steps", "elapsed_ms"]
    assert list(answer["citations"][0]) == [
        *("document_id", "title", "source", "clause_id", "label", "path", "quote", "start", "end"),
        *("period", "stage", "page", "score"),
    ]


def test_search_json_is_the_contract(wence: Run, index_folder: Path) -> None:
    code, out, _ = wence("search", "公办园占比", "--limit", "3", "--json", "--index", index_folder)
    found = json.loads(out)
    assert code == 0
    assert list(found) == ["question", "hits", "elapsed_ms"]
    assert len(found["hits"]) == 3
    assert list(found["hits"][0]) == [
        *("document_id", "title", "source", "clause_id", "label", "path", "text", "start", "end", "score", "why")
    ]


def test_documents_and_show_json_are_the_contract(wence: Run, index_folder: Path) -> None:
    _, out, _ = wence("documents", "--json", "--index", index_folder)
    (record,) = map(json.loads, out.splitlines())
    assert list(record) == [
        *("document_id", "title", "issuer", "document_number", "published", "effective"),
        *("status", "source", "clauses", "passages"),
    ]
    _, out, _ = wence("show", record["document_id"], "--json", "--index", index_folder)
    document = json.loads(out)
    assert len(document["clauses"]) == record["clauses"] == 35
    assert list(document["clauses"][0]) == ["clause_id", "path", "label", "start", "end", "period", "stage", "page"]
    for clause in document["clauses"]:
        assert document["text"][clause["start"] : clause["end"]].strip()


def test_show_prints_the_tree(wence: Run, index_folder: Path) -> None:
    code, out, _ = wence("show", "温州市教育局", "--index", index_folder)
    assert code == 0
    assert "发文机关：温州市教育局" in out
    assert "2024年工作总结\n" in out
    assert "    9.扩大优质教育资源供给  [二、9，2025 目标]" in out


@pytest.mark.parametrize("label", ["二、9", "9", "第9条", "第九条"])
def test_show_prints_a_clause_by_any_of_its_names(wence: Run, index_folder: Path, label: str) -> None:
    code, out, _ = wence("show", "温州市教育局", "--clause", label, "--index", index_folder)
    assert code == 0
    assert "\n9.扩大优质教育资源供给。加大“两县创建”攻坚力度" in out


def test_many_questions_are_answered_in_order(wence: Run, index_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    asked = {"b": "公办园占比目标", "a": "", "c": "今天天气怎么样"}
    rows = [{"id": id_, "question": question} for id_, question in asked.items()]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, out, err = wence("ask", "--questions", file, "--index", index_folder)
    answers = [json.loads(line) for line in out.splitlines()]
    assert [a["id"] for a in answers] == ["b", "a", "c"]
    assert [a["outcome"] for a in answers] == ["answered", "failed", "not_in_documents"]
    assert code == 1
    assert "问题为空" in err
    code, out, _ = wence("search", "--questions", file, "--index", index_folder)
    assert [len(json.loads(line)["hits"]) > 0 for line in out.splitlines()] == [True, False, True]


def test_ingest_reports_every_file_and_fails_if_one_did(wence: Run, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.touch()
    gbk = tmp_path / "通知.txt"
    gbk.write_bytes("某市教育局关于学位的通知\n一、新增学位3000个。".encode("gbk"))
    code, out, _ = wence("ingest", POLICY, empty, gbk, tmp_path / "无.txt", "--json", "--index", tmp_path / "index")
    reports = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [r["status"] for r in reports] == ["added", "failed", "added", "failed"]
    assert list(reports[0]) == [
        *("source", "status", "document_id", "title", "issuer", "document_number", "published"),
        *("clauses", "passages", "coverage"),
    ]
    assert set(reports[1]) == {*reports[0], "reason"}
    assert reports[0]["coverage"] == 1.0
    assert "没有文字内容" in reports[1]["reason"]
    code, out, _ = wence("ask", "新增学位多少个", "--document", "学位的通知", "--index", tmp_path / "index")
    assert "3000个" in out
    code, _, _ = wence("remove", "学位的通知", "--index", tmp_path / "index")
    assert code == 0
    _, out, _ = wence("documents", "--index", tmp_path / "index")
    assert "学位的通知" not in out


def test_a_folder_without_policies_is_said(wence: Run, tmp_path: Path) -> None:
    code, _, err = wence("ingest", tmp_path, "--index", tmp_path / "index")
    assert code == 1
    assert "没有可收录的文件" in err


def test_an_empty_index_lists_nothing(wence: Run, index_folder: Path, tmp_path: Path) -> None:
    wence("ingest", POLICY, "--index", tmp_path / "index")
    wence("remove", "温州", "--index", tmp_path / "index")
    assert wence("documents", "--json", "--index", tmp_path / "index") == (0, "", "")
    code, out, _ = wence("ask", "公办园占比", "--json", "--index", tmp_path / "index")
    assert (code, json.loads(out)["outcome"]) == (0, "not_in_documents")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["ask", ""], 2, "问题为空", id="empty-question"),
        pytest.param(["ask", "长" * 20_000], 2, "问题过长", id="long-question"),
        pytest.param(["search", " "], 2, "问题为空", id="empty-query"),
        pytest.param(["ask"], 2, "请给出一个问题", id="no-question"),
        pytest.param(["ask", "a", "b"], 2, "加引号", id="two-questions"),
        pytest.param(["ask", "a", "--year", "abc"], 2, "--year 应为", id="bad-year"),
        pytest.param(["ask", "a", "--colour"], 2, "没有选项 --colour", id="unknown-option"),
        pytest.param(["ask", "a", "--document", ""], 2, "--document 的值为空", id="empty-filter"),
        pytest.param(["remove", ""], 1, "没有文件「」", id="remove-nothing"),
        pytest.param(["answer"], 2, "没有命令 answer", id="unknown-command"),
        pytest.param(["ingest"], 2, "缺少参数 PATH", id="no-path"),
        pytest.param(["ask", "--questions", "无.jsonl"], 2, "无法读取问题文件", id="no-questions-file"),
        pytest.param(["show", "别的文件"], 1, "没有文件「别的文件」", id="unknown-document"),
        pytest.param(["show", "温州", "--clause", "九十九"], 1, "没有条款「九十九」", id="unknown-clause"),
        pytest.param(["remove", "别的文件"], 1, "没有文件「别的文件」", id="remove-unknown"),
        pytest.param(["eval", "无此数据"], 1, "未找到评测数据", id="unknown-dataset"),
    ],
)
def test_wrong_use_gets_one_clear_sentence(
    wence: Run, index_folder: Path, arguments: list[str], code: int, said: str
) -> None:
    index = [] if arguments[0] == "answer" else ["--index", str(index_folder)]
    given, _, err = wence(*arguments, *index)
    assert given == code
    assert said in err
    assert len(err.strip().splitlines()) <= 2


def test_without_an_index_the_next_step_is_named(wence: Run, tmp_path: Path) -> None:
    code, out, err = wence("ask", "公办园占比", "--index", tmp_path / "none")
    assert (code, out) == (1, "")
    assert "wence ingest" in err


def test_doctor_tells_what_works(wence: Run, index_folder: Path, tmp_path: Path) -> None:
    code, out, _ = wence("doctor", "--index", index_folder)
    assert code == 0
    assert "正常  索引" in out
    code, out, _ = wence("doctor", "--index", tmp_path / "none")
    assert code == 1
    assert "异常  索引" in out


def test_a_dry_run_shows_the_tree_and_writes_nothing(wence: Run, tmp_path: Path) -> None:
    file = tmp_path / "通知.md"
    file.write_text("# 某市教育局关于学位的通知\n\n一、目标。新增学位。\n\n二、措施。甲。", encoding="utf-8")
    code, out, _ = wence("ingest", file, tmp_path / "无.txt", "--dry-run", "--index", tmp_path / "index")
    assert code == 1
    assert "《某市教育局关于学位的通知》\n文件编号：" in out
    assert "一、目标  [一]" in out
    assert not (tmp_path / "index").exists()
    _, out, _ = wence("ingest", file, "--dry-run", "--json", "--index", tmp_path / "index")
    assert [c["label"] for c in json.loads(out)["clauses"]] == ["开头", "一", "二"]


def test_a_file_that_is_gone_is_removed_if_that_is_asked_for(wence: Run, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / f"{name}.txt").write_text(f"某市教育局关于{name}的通知\n一、{name}。", encoding="utf-8")
    index = ("--index", tmp_path / "index")
    wence("ingest", tmp_path, *index)
    (tmp_path / "乙.txt").unlink()
    _, _, err = wence("ingest", tmp_path, *index)
    assert "原文件已不存在" in err
    assert "--remove-missing" in err
    assert len(wence("documents", "--json", *index)[1].splitlines()) == 2
    _, _, err = wence("ingest", tmp_path, "--remove-missing", *index)
    assert "已从索引移除 1 份文件" in err
    assert len(wence("documents", "--json", *index)[1].splitlines()) == 1


def test_documents_tell_which_version_is_in_force(wence: Run, tmp_path: Path) -> None:
    for year in (2015, 2018):
        (tmp_path / f"{year}.md").write_text(
            f"中华人民共和国某法\n\n{year}年4月24日 第十二届全国人民代表大会常务委员会第十四次会议修正\n\n"
            f"第一条 学校每年招生{year}人。\n\n第二条 本法自2006年9月1日起施行。",
            encoding="utf-8",
        )
    index = ("--index", tmp_path / "index")
    wence("ingest", tmp_path, *index)
    records = {r["published"]: r for r in map(json.loads, wence("documents", "--json", *index)[1].splitlines())}
    assert {year[:4]: record["status"] for year, record in records.items()} == {
        "2015": "superseded",
        "2018": "in_force",
    }
    assert "招生2018人" in wence("ask", "学校每年招生多少人", *index)[1]
    old = wence("ask", "2015年学校每年招生多少人", *index)[1]
    assert "招生2015人" in old
    assert "已有新版本" in old
    shown = wence("show", records["2015-04-24"]["document_id"], *index)[1]
    assert f"有效性：已有新版本（见 {records['2018-04-24']['document_id']}）" in shown


def test_a_language_model_is_used_where_one_is_set(
    wence: Run, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "优质均衡发展县省级评估通过率要达到90%【1】。学前教育的目标是95%【1】。"
    with serving(says(text)) as server:
        set_model(monkeypatch, server)
        _, out, _ = wence("ask", "义务教育优质均衡评估目标是多少", "--json", "--index", index_folder)
        answer = json.loads(out)
        assert list(answer)[-1] == "unsupported"
        assert answer["answer"] == "优质均衡发展县省级评估通过率要达到90%【1】。"
        _, out, err = wence("ask", "义务教育优质均衡评估目标是多少", "--index", index_folder)
        assert out.startswith("优质均衡发展县省级评估通过率要达到90%【1】。\n\n[1] 《温州市")
        assert "未采用的内容：\n  × 学前教育的目标是95%。（出处中没有“95%”这个数字）" in out
        assert KEY not in out + err


def test_a_language_model_that_fails_is_named(wence: Run, index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(fails(401)) as server:
        set_model(monkeypatch, server)
        code, out, err = wence("ask", "义务教育优质均衡评估目标是多少", "--index", index_folder)
        assert code == 0
        assert out.startswith(
            "（语言模型暂不可用（密钥无效（401），请检查 WENCE_LLM_API_KEY），以下为文件原文。）\n义务教育优质均衡"
        )
        assert KEY not in out + err


def test_doctor_asks_the_language_model_for_a_word(
    wence: Run, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(says("好"), fails(404)) as server:
        set_model(monkeypatch, server)
        code, out, _ = wence("doctor", "--index", index_folder)
        assert code == 0
        assert re.search("正常  语言模型：m（.*），可以使用", out)
        assert "WENCE_LLM_VOCABULARY" in out
        code, out, _ = wence("doctor", "--index", index_folder)
        assert code == 1
        assert re.search("异常  语言模型：.*没有找到模型或地址（404）", out)
        assert KEY not in out


def test_an_evaluation_can_be_written_and_judged_by_the_model(
    wence: Run, index_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    questions = tmp_path / "questions.jsonl"
    row: dict[str, object] = {
        "id": "1",
        "question": "义务教育优质均衡评估目标是多少",
        "kind": "target",
        "asker": "parent",
    }
    row |= {"evidence": ["义务教育优质均衡发展县省级评估通过率达到90%"], "answer": ["90%"], "answerable": True}
    questions.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    code, _, err = wence("eval", questions, "--judge", "--index", index_folder)
    assert code == 1
    assert "没有设置语言模型" in err
    monkeypatch.setenv("WENCE_DATA", str(tmp_path / "data"))
    with serving(says("优质均衡发展县省级评估通过率要达到90%【1】。"), says("是")) as server:
        set_model(monkeypatch, server)
        _, out, err = wence("eval", questions, "--model", "--judge", "--json", "--index", index_folder)
    given = json.loads(out)
    assert given["judged_by_model"] == {"faithful": 1.0, "judged": 1, "of": 1}
    assert (given["model"], given["answer_correct"]) == ("m", 1.0)
    assert set(given["prompts"]) == {"answer", "rewrite", "judge"}
    (report,) = (tmp_path / "data" / "reports").iterdir()
    assert report.name.startswith("questions-")
    assert f"报告：{report / 'report.html'}" in err
    assert json.loads((report / "figures.json").read_text(encoding="utf-8")) == given


def set_model(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> None:
    for name, value in (("BASE_URL", server.url), ("MODEL", "m"), ("API_KEY", KEY)):
        monkeypatch.setenv(f"WENCE_LLM_{name}", value)


DRAFT = """公办园的目标如下。
义务教育优质均衡发展县省级评估通过率达到95%。
争取全市成人初、高中和大专及以上学历提升6万人以上；
"""


def test_check_json_is_the_contract(wence: Run, index_folder: Path, tmp_path: Path) -> None:
    draft = tmp_path / "草案.txt"
    draft.write_text(DRAFT, encoding="gb18030")
    code, out, _ = wence("check", draft, "--json", "--index", index_folder)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [row["verdict"] for row in rows] == ["not_found", "differs", "exact"]
    assert all(set(row) == {"sentence", "start", "end", "verdict", "source", "differences"} for row in rows)
    assert all(DRAFT[row["start"] : row["end"]] == row["sentence"] for row in rows)
    assert rows[0]["source"] is None
    assert rows[1]["differences"] == [{"draft": "95%", "source": "90%"}]
    source = rows[1]["source"]
    assert source["label"] == "二、9"
    assert source["quote"] == "义务教育优质均衡发展县省级评估通过率达到90%"


def test_check_reads_word_files_and_standard_input(
    wence: Run, index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = docx.Document()
    for line in DRAFT.splitlines():
        file.add_paragraph(line)
    file.save(str(tmp_path / "草案.docx"))
    code, out, err = wence("check", tmp_path / "草案.docx", "--index", index_folder)
    assert code == 1
    assert "2. 有出入  义务教育优质均衡发展县省级评估通过率达到95%。\n     文稿「95%」  原文「90%」" in out
    assert out.endswith("共 3 句：逐字一致 1 句，有出入 1 句，未见出处 1 句。\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("公办园的目标如下。".encode()), encoding="utf-8"))
    assert wence("check", "-", "--index", index_folder)[0] == 0


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("无.txt", None, (1, "未找到")),
        ("空.txt", b" \n", (1, "没有文字内容")),
        ("图.png", b"\x89PNG", (1, "图.png")),
        ("长.txt", "字。".encode() * 100_001, (2, "文稿过长")),
    ],
)
def test_check_says_what_it_cannot_check(
    wence: Run, tmp_path: Path, name: str, data: bytes | None, expected: tuple[int, str]
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    code, out, err = wence("check", tmp_path / name)
    assert (code, out) == (expected[0], "")
    assert expected[1] in err
