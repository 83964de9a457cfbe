"""A question → an answer made of the documents' own words, or an honest no.

1. follow the conversation: a courtesy, the answer before, a document itself, or a question (`app.conversation`);
2. understand, find, compose and verify a question that stands by itself (`app.groundwork`);
3. write, where there is a language model: what was found in its words, sentence by sentence checked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from app.conversation import follow, refers_back
from app.groundwork import Groundwork, lay_ground
from app.language_model import LanguageModel
from app.prompts import read_prompt
from app.records import Answer, Step
from app.rewriting import rewrite
from app.verification import UnsupportedError, verify
from app.writing import WRITING, write
from ingest import WenceError
from vectorstore import Filters, Retriever

MAX_QUESTION = 1000  # characters; the longest real question seen has 180, a pasted document has thousands
MAX_HISTORY = 30  # questions before; what was asked longer ago is not what is meant
_LEFT_OUT = 10  # questions at a time, so that what a long conversation came to need not be worked out anew at each
_LOG = logging.getLogger("wence")


class QuestionError(WenceError):
    """The question cannot be asked as it is."""

    exit_code = 2


def check_question(question: str) -> str:
    """Return the question without white space at its ends.

    Raises:
        QuestionError: It is empty or longer than any question.
    """
    question = question.encode("utf-8", "replace").decode().strip()  # half a surrogate pair is no character
    if not question:
        raise QuestionError("问题为空。请输入一个问题，例如：义务教育优质均衡评估目标是多少。")
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"问题过长：{len(question)} 字，上限为 {MAX_QUESTION} 字。请只保留要问的内容。")
    return question


def answer_question(
    retriever: Retriever,
    question: str,
    filters: Filters | None = None,
    history: Sequence[str] = (),
    model: LanguageModel | None = None,
) -> Answer:
    """Answer a question from the indexed documents.

    Args:
        retriever: The index.
        question: As it is asked.
        filters: Which passages may answer.
        history: What was asked before in the conversation, in order; a follow-up is understood from it.
        model: What writes the answer; without one, it is in the documents' own words.

    Raises:
        QuestionError: The question is empty or too long.
    """
    *_, answer = answers(retriever, question, filters, history, model)
    return answer


def answers(
    retriever: Retriever,
    question: str,
    filters: Filters | None = None,
    history: Sequence[str] = (),
    model: LanguageModel | None = None,
) -> Generator[Answer]:
    """Yield the answer to a question as it grows; the last one is whole, and without a model the only one."""
    started = time.perf_counter()
    question = check_question(question)
    first = max(0, -(-(len(history) - MAX_HISTORY) // _LEFT_OUT) * _LEFT_OUT)
    before = [asked[:MAX_QUESTION] for asked in history[first:] if asked.strip()]
    rewritten = rewrite(model, question, before) if model and before and not refers_back(question) else None
    if rewritten is None:
        groundwork = follow(retriever, question, before, filters)
    else:
        groundwork = lay_ground(retriever, question, rewritten, filters, started)
        by = Step("改写", f"由语言模型改写，提示词 rewrite {read_prompt('rewrite').fingerprint}")
        groundwork = replace(groundwork, answer=replace(groundwork.answer, steps=(by, *groundwork.answer.steps)))
    as_it_is = not groundwork.found or refers_back(question)
    if model is None or as_it_is or groundwork.answer.outcome != "answered":
        yield groundwork.answer
        return
    with closing(write(model, groundwork)) as growing:
        for answer in growing:
            yield answer if answer.notice == WRITING else _verified(answer, groundwork)


def _verified(answer: Answer, groundwork: Groundwork) -> Answer:
    """Return a written answer if it can be shown, else the one in the documents' own words, which was verified."""
    try:
        return verify(answer, groundwork.derived)
    except UnsupportedError:
        _LOG.warning("a written answer was withheld", exc_info=True)
        return groundwork.answer


def failed_answer(question: str, error: WenceError) -> Answer:
    """Return the answer that says why a question got none, for doors that answer many questions."""
    return Answer(question, "failed", str(error), (), (), 0.0)
