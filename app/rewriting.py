"""A follow-up → a question that stands by itself, by a language model; what it adds on its own is not taken over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing

from app.claims import read_claims
from app.grounds import ground
from app.language_model import LanguageModel, LanguageModelError
from app.marks import SentenceReader
from app.prompts import read_prompt
from app.sources import harmless
from app.support import unsupported
from app.wording_checks import coverage

_REMEMBERED = 6  # questions before; what a follow-up leaves out was said lately
_SECONDS = 10  # whoever asks waits for the answer besides
_LONGEST = 200  # characters; a question that says more was answered, not rewritten
_LEAST_COVERED = 0.8  # of its words must stand in the conversation, and of the follow-up's in it
_LED = re.compile(r"^(?:改写|重写|补全)[^：:，,？?]{0,8}[：:]\s*")
_WRAPPED = re.compile(r"^[“\"「『](?P<words>[^“”\"「」『』]+)[”\"」』]$")
_DENIES = re.compile(r"[不未没无非]")


def rewrite(model: LanguageModel, question: str, history: Sequence[str]) -> str | None:
    """Return a question as it stands by itself; None if the model cannot be had or asks what nobody asked.

    Args:
        model: What rewrites.
        question: As it is asked.
        history: What was asked before, in order; there must be something.
    """
    before = history[-_REMEMBERED:]
    lines = "\n".join(f"{number}. {harmless(asked)}" for number, asked in enumerate(before, start=1))
    messages = read_prompt("rewrite").fill(history=lines, question=harmless(question))
    reader = SentenceReader()
    written: list[str] = []
    try:
        with closing(model.stream(messages, _SECONDS)) as pieces:
            for piece in pieces:
                written += [sentence.text for sentence in reader.feed(piece)]
                if sum(map(len, written)) > _LONGEST:
                    return None
        written += [sentence.text for sentence in reader.finish()]
    except LanguageModelError:
        return None
    if len(written) != 1 or len(written[0]) > _LONGEST:
        return None
    asked = _LED.sub("", written[0])
    asked = _WRAPPED.sub(r"\g<words>", asked)
    return asked if _is_of(asked, question, before) else None


def _is_of(asked: str, question: str, before: Sequence[str]) -> bool:
    """Tell whether a rewriting asks all that a follow-up does, and nothing that the conversation does not."""
    said = ground("\n".join([*before, question]))
    kept = coverage(asked, said)
    if kept is None or kept < _LEAST_COVERED or unsupported(asked, said):
        return False
    if _DENIES.search(asked) and not _DENIES.search(said.words):
        return False
    own, follow_up = ground(asked), read_claims(question)
    new = coverage(_PARTICLES.sub("", question), own)
    return (
        follow_up.years <= own.years
        and follow_up.figures <= own.claims.figures
        and (new is None or new >= _LEAST_COVERED)
    )


_PARTICLES = re.compile(r"那么?|这个?|它们?|呢|吗|的话|换个话题|请问|又|[的了]|[?？，,。]")
