"""A follow-up → a question that stands by itself, by a language model; what it adds on its own is not taken over."""

from __future__ import annotations

from collections.abc import Sequence

from app.grounds import ground
from app.language_model import LanguageModel, LanguageModelError
from app.marks import SentenceReader
from app.prompts import read_prompt
from app.sources import harmless
from app.support import coverage, unsupported

_REMEMBERED = 6  # questions before; what a follow-up leaves out was said lately
_LONGEST = 200  # characters; a question that says more was answered, not rewritten
_LEAST_COVERED = 0.8  # of its words must stand in the conversation


def rewrite(model: LanguageModel, question: str, history: Sequence[str]) -> str | None:
    """Return a question as it stands by itself; None if the model cannot be had or adds what nobody asked.

    Args:
        model: What rewrites.
        question: As it is asked.
        history: What was asked before, in order; there must be something.
    """
    lines = "\n".join(f"{number}. {harmless(asked)}" for number, asked in enumerate(history[-_REMEMBERED:], start=1))
    reader = SentenceReader()
    written: list[str] = []
    length = 0
    try:
        for piece in model.stream(read_prompt("rewrite").fill(history=lines, question=harmless(question))):
            written += [sentence.text for sentence in reader.feed(piece)]
            length += len(piece)
            if length > 2 * _LONGEST:
                return None
        written += [sentence.text for sentence in reader.finish()]
    except LanguageModelError:
        return None
    if len(written) != 1 or len(written[0]) > _LONGEST:
        return None
    said = ground("\n".join([*history[-_REMEMBERED:], question]))
    kept = coverage(written[0], said)
    return None if kept is None or kept < _LEAST_COVERED or unsupported(written[0], said) else written[0]
