import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.settings import Settings
from eval.drafting import drafts, proposals
from eval.evidence import misplaced
from eval.questions import load_dataset
from eval.run import index_documents
from ingest import Document, parse_document
from vectorstore import Retriever


def asked(text: str) -> dict[str, tuple[str, ...]]:
    """Question → answer, of a report on 2024 with one paragraph."""
    document = parse_document(f"某市教育局2024年工作总结\n一、工作情况。\n{text}", "a.txt", "a")
    return {question.question: question.answer for question in proposals(document)}


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("公办园在园幼儿占比达到70.77%。", "2024年公办园在园幼儿占比是多少？", ("70.77%",)),
        ("公办园占比达到70%,同比提升7个百分点。", "2024年公办园占比同比提升多少个百分点？", ("7个百分点",)),
        ("新投用公办园39所。", "2024年新投用公办园多少所？", ("39所",)),
        ("创成一级园26所、二级园191所。", "2024年创成二级园多少所？", ("191所",)),
        ("总计认定学科150个、高中10所以上。", "2024年认定高中多少所？", ("10所",)),
        ("新增3至4个市级试点县区。", "2024年新增多少个市级试点县区？", ("3至4个",)),
        ("学前段、高中段入学率分别达98.83%、98.14%。", "2024年学前段、高中段入学率分别是多少？", ("98.83%", "98.14%")),
        ("出台《学校建设指导指标》。", "2024年出台《学校建设指导指标》了吗？", ("《学校建设指导指标》",)),
    ],
)
def test_a_statement_becomes_a_question(text: str, question: str, answer: tuple[str, ...]) -> None:
    assert asked(text)[question] == answer


@pytest.mark.parametrize(
    "text", ["开展教育40年40人40事寻访活动。", "落实方案(2025-2028)要求。", "实施第2轮行动。", "推进“1+6”架构。"]
)
def test_figures_that_count_nothing_are_not_asked_for(text: str) -> None:
    assert asked(text) == {}


def test_the_bundled_document_gives_many_questions_with_their_evidence(wenzhou: Document) -> None:
    found = proposals(wenzhou)
    assert found == proposals(wenzhou)
    assert len({question.id for question in found}) == len(found) >= 60
    assert all(span in wenzhou.text for question in found for span in question.evidence)
    assert all(figure in question.evidence[0] for question in found for figure in question.answer)
    assert misplaced(found, [wenzhou]) == []


def test_a_draft_says_what_the_program_answers(wenzhou: Document, retriever: Retriever) -> None:
    found = [question for question in proposals(wenzhou) if question.kind == "figure"][:6]
    made = drafts(retriever, found)
    assert [draft["question"] for draft in made] == [question.question for question in found]
    assert sum("程序目前的回答符合此题" in draft["note"] for draft in made) >= 5
    assert all(draft["given"] and draft["origin"] == "draft" for draft in made)


def test_drafts_are_a_set_that_can_be_asked(tmp_path: Path) -> None:
    document = parse_document(
        "某市教育局2024年工作总结\n一、工作情况。\n新投用公办园39所。新增学位200个。", "a.txt", "a"
    )
    index_documents([document], Settings(), tmp_path / "index")
    ran = CliRunner().invoke(cli, ["eval", "--draft", "某市", "--index", str(tmp_path / "index")])
    assert ran.exit_code == 0
    file = tmp_path / "drafts.jsonl"
    file.write_text(ran.stdout, encoding="utf-8")
    loaded = load_dataset(file).questions
    assert [(q.id, q.origin) for q in loaded] == [(q.id, "draft") for q in proposals(document)]
    assert all(json.loads(line)["note"] for line in ran.stdout.splitlines())
