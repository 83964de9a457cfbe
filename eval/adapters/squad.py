"""Reading comprehension in the forms of SQuAD (CMRC 2018, DRCD): passages with questions that spans of them answer.

Either {"data": [{"title"?, "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text"}], "is_impossible"?}]}]}]}
or the list of CMRC's first edition, [{"context_id", "context_text", "qas": [{"query_id", "query_text", "answers"}]}].
"""  # noqa: E501 - the form of others is longer than our lines

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.adapters.corpora import Corpus, corpus_of, document_of, span_question
from eval.records import Dataset, DatasetError, Question
from eval.rows import Row, collect, flag, parse_json, read_lines, row_of, rows_in, text, texts


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage with its questions; `words` are the keys of a question's id and text."""

    name: str
    title: str
    context: str
    row: Row
    words: tuple[str, str]


def read_squad(path: Path) -> Dataset:
    """Read a file of passages and questions.

    Raises:
        DatasetError: It has neither form, or a part is malformed.
    """
    passages = list(_passages(parse_json("\n".join(read_lines(path)), f"{path} "), f"{path} "))
    documents = (document_of(passage.name, passage.title, passage.context) for passage in passages)
    corpus = corpus_of(document for document in documents if document is not None)
    read = (question for passage in passages for question in _questions(passage, corpus))
    return Dataset(path.stem, collect(read), corpus.documents)


def _passages(data: Any, place: str) -> Iterator[_Passage]:
    if isinstance(data, list):
        whole = Row(place, {"data": data})
        for row in rows_in(whole, "data", "段", ("context_id", "context_text", "qas")):
            title = text(row, "title") if row.values.get("title") else ""
            yield _Passage(text(row, "context_id"), title, text(row, "context_text"), row, ("query_id", "query_text"))
        return
    for number, article in enumerate(rows_in(row_of(data, place, ("data",)), "data", "篇", ("paragraphs",)), start=1):
        title = text(article, "title") if article.values.get("title") else ""
        for position, row in enumerate(rows_in(article, "paragraphs", "段", ("context", "qas")), start=1):
            yield _Passage(f"{number}-{position}", title, text(row, "context"), row, ("id", "question"))


def _questions(passage: _Passage, corpus: Corpus) -> Iterator[tuple[str, Question]]:
    for row in rows_in(passage.row, "qas", "问", passage.words):
        id_, asked = (text(row, key) for key in passage.words)
        if flag(row, "is_impossible", False):
            yield row.place, span_question(id_, asked, (), ())
            continue
        answer = _answer(row, passage.context)
        yield row.place, span_question(id_, asked, (answer,), corpus.sources([passage.name], row.place))


def _answer(row: Row, context: str) -> str:
    """Return the first answer that the passage holds; further ones are other people's words for the same."""
    answers = row.values.get("answers")
    if isinstance(answers, list) and answers and isinstance(answers[0], dict):
        given = tuple(text(answer, "text") for answer in rows_in(row, "answers", "个答案", ("text",)))
    else:
        given = texts(row, "answers")
    if not given:
        raise DatasetError(f"{row.place}没有答案。请补上 answers；文件不能回答的问题，请写 is_impossible: true。")
    return next((answer for answer in given if answer in context), given[0])
