from pathlib import Path

from app.answering import answer_question
from app.examples import example_questions
from app.settings import Settings
from eval.run import index_documents
from ingest import parse_document
from vectorstore import Embedder, Retriever, index_files, open_retriever, open_store


def test_examples_for_everybody_are_answered(retriever: Retriever) -> None:
    examples = example_questions(retriever)
    assert list(examples) == ["家长", "教师", "工作人员"]
    for questions in examples.values():
        assert questions
        assert all(answer_question(retriever, question).outcome == "answered" for question in questions)


def test_other_documents_give_questions_of_their_own(tmp_path: Path) -> None:
    text = (
        "东海市校园食堂管理办法\n第一章 食堂从业人员健康管理\n"
        "食堂从业人员健康管理实行每日晨检，有发热症状的不得上岗。\n"
        "第二章 食材采购与验收要求\n食材采购与验收要求由两人以上共同签字，票据保存两年。"
    )
    retriever = index_documents([parse_document(text, "办法", "办法")], Settings(), tmp_path)
    (questions,) = example_questions(retriever).values()
    assert questions
    assert all(answer_question(retriever, question).outcome == "answered" for question in questions)


def test_an_empty_index_gives_none(embedder: Embedder, tmp_path: Path) -> None:
    list(index_files(open_store(str(tmp_path), embedder, create=True), []))
    assert example_questions(open_retriever(str(tmp_path), embedder, tmp_path / "lexical")) == {}
