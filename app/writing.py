"""What was found → an answer that a language model writes, every sentence of it checked before it is shown.

The documents' own words are found first. Where they answer nothing, the model is not asked; where the model fails, or
what it writes does not stand up, they are the answer.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from app.checking import supporting, why_not
from app.claims import Figure, stated_figures, without_enumerator, without_quotation_marks
from app.groundwork import Groundwork
from app.language_model import CutShortError, LanguageModel, LanguageModelError
from app.marks import SentenceReader, Written
from app.prompts import Messages, Prompt, read_prompt
from app.records import NOT_IN_DOCUMENTS, Answer, Citation, Sentence, Step
from app.sources import Source, fitting, gather, harmless
from app.wording_checks import is_lead
from vectorstore.normalise import fold

NOT_IN_SOURCES = "资料没有回答这个问题。"
"""The sentence with which the model says that its sources do not answer."""

# The same in a model's own words, and of a part of the question.
_NOTHING_THERE = re.compile(
    r"(?:需要说明的是|另外|此外|不过|但是?|同时|很?抱歉|对不起|遗憾的?是?)?[，,]?(?:根据)?(?:现有|所?提供|给出|上述|以上)?的?(?:资料|文件|材料|信息)(?:中|里|内)?(?:并|均|也|都)?"
    r"(?:没有|未|无)(?:能|明确|直接|具体)?(?:回答|提及|提到|说明|给出|涉及|提供|包含|记载|写明|找到|相关)"
)

WRITING = "语言模型正在撰写，每句核对后显示"
UNAVAILABLE = "语言模型暂不可用"
NOT_UPHELD = "语言模型的回答未通过核对"
_INSTEAD = "以下为文件原文"

_LONGEST = 3000  # characters; five sentences are asked for, and a model that does not stop is stopped
_MESSAGE_TOKENS = 16  # what a chat template puts around each of the two messages
_LEAST_UPHELD = 0.5  # of what was written; if less stands up, the rest is no answer


def write(model: LanguageModel, groundwork: Groundwork) -> Generator[Answer]:
    """Yield the answer as it grows, sentence by sentence; the last one is whole."""
    groundwork = replace(groundwork, answer=replace(groundwork.answer, model=model.name))
    prompt = read_prompt("answer")
    sources = _sources(model, prompt, groundwork)
    if not sources:
        yield _instead(groundwork, f"{UNAVAILABLE}（上下文过短，容不下资料）", ())
        return
    asked = Step("语言模型", f"{model.name}，资料 {len(sources)} 段，提示词 {prompt.name} {prompt.fingerprint}")
    sentences: list[Sentence] = []
    cited: list[Citation] = []
    refused = False
    yield _so_far(groundwork, sentences, cited)
    try:
        for written in _written(model, _messages(prompt, groundwork, sources)):
            if _NOTHING_THERE.match(written.text):
                refused = not sentences
                continue
            lead = _lead(written, sentences)
            if lead or written.text not in (sentence.text for sentence in sentences):
                sentences.append(_checked(written, lead, sources, cited, groundwork.derived))
                yield _so_far(groundwork, sentences, cited)
    except LanguageModelError as error:
        yield _instead(groundwork, f"{UNAVAILABLE}（{error}）", (asked,))
        return
    if refused and not sentences:
        yield _refused(groundwork, asked)
        return
    if not _stands(sentences, groundwork.answer):
        yield _instead(groundwork, NOT_UPHELD, (asked, _outcome(sentences)), sentences)
        return
    whole = _so_far(groundwork, sentences, cited)
    yield _timed(replace(whole, notice="", steps=(*groundwork.answer.steps, asked, _outcome(sentences))), groundwork)


def _sources(model: LanguageModel, prompt: Prompt, groundwork: Groundwork) -> list[Source]:
    empty = prompt.fill(sources="", question=harmless(groundwork.question), refusal=NOT_IN_SOURCES)
    frame = 2 * _MESSAGE_TOKENS + model.count(empty.system) + model.count(empty.user)
    return fitting(gather(groundwork.found), model.room - frame, model.count)


def _messages(prompt: Prompt, groundwork: Groundwork, sources: Sequence[Source]) -> Messages:
    given = "\n".join(source.text for source in sources)
    return prompt.fill(sources=given, question=harmless(groundwork.question), refusal=NOT_IN_SOURCES)


def _written(model: LanguageModel, messages: Messages) -> Generator[Written]:
    """Yield the sentences that a model writes, up to `_LONGEST` characters."""
    reader = SentenceReader()
    length = 0
    try:
        with closing(model.stream(messages)) as pieces:
            for piece in pieces:
                for written in reader.feed(piece):
                    yield written
                    length += len(written.text)
                    if length > _LONGEST:
                        return
    except CutShortError:
        return  # what was not written to its end may say anything
    yield from reader.finish()


def _checked(
    written: Written, lead: str, sources: Sequence[Source], cited: list[Citation], derived: Sequence[str]
) -> Sentence:
    """Return a sentence with what supports it, and add that to what is cited.

    Args:
        written: The sentence.
        lead: What leads to it, if it is an item of a list that says little by itself.
        sources: All that the model was given.
        cited: What is cited so far.
        derived: Figures worked out from figures that are quoted.
    """
    try:
        support, reason = supporting(f"{lead}{without_enumerator(written.text)}", written.numbers, sources, derived)
    except Exception:  # whatever a model writes, a sentence that cannot be read is one that cannot be shown
        _LOG.debug("a sentence could not be checked", exc_info=True)
        support, reason = (), "无法核对"
    if reason:
        text = without_quotation_marks(written.text) if reason.startswith("引号内") else written.text
        return Sentence(text, (), reason, written.begins_line)
    if not written.numbers and is_lead(written.text):
        return Sentence(written.text, (), "", written.begins_line)
    cited += [citation for citation in support if citation not in cited]
    return Sentence(written.text, tuple(cited.index(c) + 1 for c in support), "", written.begins_line)


def all_supported(sentences: Sequence[Sentence], citations: Sequence[Citation], derived: Sequence[str]) -> bool:
    """Tell whether what each sentence cites supports it, as when it was written; those that are struck are let be.

    Args:
        sentences: Those of an answer, in order.
        citations: What they cite, by number from 1.
        derived: Figures worked out from figures that are quoted.
    """
    for position, sentence in enumerate(sentences):
        if sentence.reason:
            continue
        lead = _lead(Written(sentence.text, sentence.citations, sentence.begins_line), sentences[:position])
        cited = [citations[number - 1] for number in sentence.citations]
        words = f"{lead}{without_enumerator(sentence.text)}"
        if why_not(words, cited, derived) if cited else not is_lead(sentence.text):
            return False
    return True


_LOG = logging.getLogger("wence")
_OWN_WORDS = 8  # Chinese characters; an item of fewer, such as 「90%」, says what its lead says of it


def _lead(written: Written, sentences: Sequence[Sentence]) -> str:
    """Return what leads to an item of a list that does not speak for itself."""
    if not written.begins_line or len(re.findall(r"[\u4e00-\u9fff]", written.text)) >= _OWN_WORDS:
        return ""
    return next((sentence.text for sentence in reversed(sentences) if sentence.text.endswith((":", "："))), "")


def _so_far(groundwork: Groundwork, sentences: Sequence[Sentence], cited: Sequence[Citation]) -> Answer:
    missing = groundwork.answer.missing
    written = written_text(sentences)
    return replace(
        groundwork.answer,
        text="\n".join(filter(None, (written, *missing))) if written else "",
        citations=tuple(cited),
        key=tuple(figure for figure in groundwork.answer.key if figure in written),
        related=_unquoted(groundwork.answer, cited),
        sentences=tuple(sentences),
        notice=WRITING,
    )


def written_text(sentences: Sequence[Sentence]) -> str:
    """Return what stands up, each sentence with the numbers of what supports it."""
    text = ""
    for sentence in sentences:
        if not sentence.reason:
            text += ("\n" if sentence.begins_line and text else "") + marked(sentence)
    return text


def marked(sentence: Sentence) -> str:
    """Return a sentence with its marks, before the full stop that ends it.

    >>> marked(Sentence("通过率达到90%。", (1, 2)))
    '通过率达到90%【1】【2】。'
    """
    marks = "".join(f"【{number}】" for number in sentence.citations)
    words = sentence.text.rstrip("。！？；.!?;")
    return f"{words}{marks}{sentence.text[len(words) :]}"


def _unquoted(answer: Answer, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    quoted = {citation.clause.id for citation in citations}
    return tuple(citation for citation in answer.related if citation.clause.id not in quoted)


def _stands(sentences: Sequence[Sentence], answer: Answer) -> bool:
    """Tell whether what is supported answers by itself: it holds a figure that does, or is most of what was written."""
    upheld = [sentence for sentence in sentences if not sentence.reason]
    if not any(sentence.citations for sentence in upheld):
        return False
    if len(upheld) == len(sentences):
        return True
    wanted = _figures(" ".join(answer.key))
    if wanted:
        return not wanted.isdisjoint(_figures(" ".join(sentence.text for sentence in upheld)))
    return sum(len(s.text) for s in upheld) >= _LEAST_UPHELD * sum(len(s.text) for s in sentences)


def _figures(text: str) -> set[Figure]:
    return {figure for _, figure in stated_figures(fold(text))}


def _outcome(sentences: Sequence[Sentence]) -> Step:
    failed = [sentence for sentence in sentences if sentence.reason]
    detail = f"{len(sentences)} 句，{len(failed)} 句没有依据，未采用" if failed else f"{len(sentences)} 句，均有依据"
    return Step("核对", detail)


def _instead(groundwork: Groundwork, notice: str, steps: Sequence[Step], sentences: Sequence[Sentence] = ()) -> Answer:
    """Return the answer in the documents' own words, with why it is not the model's."""
    answer = groundwork.answer
    taken = replace(
        answer,
        steps=(*answer.steps, *steps, Step("改用原文", notice)),
        sentences=tuple(replace(s, citations=(), reason=s.reason or "所在的回答未通过核对") for s in sentences),
        withheld=bool(sentences),
        notice=f"{notice}，{_INSTEAD}",
    )
    return _timed(taken, groundwork)


def _refused(groundwork: Groundwork, asked: Step) -> Answer:
    """Return that nothing answers, as the model says; what was found is named as nearest."""
    answer = groundwork.answer
    nearest: dict[str, Citation] = {}
    for citation in (*answer.citations, *answer.related):
        nearest.setdefault(citation.clause.id, citation)
    refused = Answer(
        question=answer.question,
        outcome="not_in_documents",
        text=NOT_IN_DOCUMENTS,
        citations=(),
        steps=(*answer.steps, asked, Step("判断", "语言模型认为资料没有回答这个问题")),
        elapsed_ms=0.0,
        asked_for=answer.asked_for,
        reason="语言模型认为最接近的条款没有回答这个问题",
        related=tuple(nearest.values()),
        model=answer.model,
    )
    return _timed(refused, groundwork)


def _timed(answer: Answer, groundwork: Groundwork) -> Answer:
    return replace(answer, elapsed_ms=round((time.perf_counter() - groundwork.started) * 1000, 2))
