"""The likeliest extract, read together with the question: which stretch of it to quote, and how sure it answers.

All that was looked at before compares words, however well it knows what they mean in their sentence. The cross-encoder
reads the question and the extract as one text. That takes a while, so it reads only the one that is to answer, with the
stretches that may be quoted instead, and only where it is in doubt.
"""

from __future__ import annotations

from dataclasses import replace

from app.confidence import confidence, judged_confidence, odds, threshold, wants_account
from app.extraction import Extract
from app.guard import misfit
from app.understanding import Understanding
from vectorstore.cross_encoder import CrossEncoder, Excerpt

# How far from the threshold, in logarithms of odds, what the first model says is in doubt: of .27 of the questions on
# the report, .39 of those on notices. With 2.5, which reads .43 and .66, as many are told rightly; with 1 some fewer.
_IN_DOUBT = 1.5

# What counts that the cross-encoder says more for one stretch than for another, and from which of its odds on no
# other is read. Of 2,070 passages that answer it turns 24 to the right stretch and twelve from it (.3: 20, 8; 1: 33,
# 19), mostly where it is in doubt whether they answer; to read the others takes half of an answer's time again.
_JUDGED_WEIGHT = 0.5
_CLEARLY = 2.0


def stretch(found: Extract, asked: Understanding, cross_encoder: CrossEncoder) -> Extract:
    """Return the stretch of an extract's passage that answers best: most often the extract itself."""
    if not found.instead or not _is_read(found, asked, confidence(found, asked)):
        return found
    best = judged(found, asked, cross_encoder)
    others = [other for other in found.instead if not misfit(other.extract, asked)]
    if best >= _CLEARLY or not others:
        return found
    said = cross_encoder.judge(asked.query.question, [excerpt_of(other) for other, _ in others])
    gains = [_JUDGED_WEIGHT * (judgement - best) - other.less for judgement, other in zip(said, others, strict=True)]
    if max(gains) <= 0.0:
        return found
    chosen = others[gains.index(max(gains))].extract
    return replace(chosen, behind=found.behind, said_less=found.said_less)


def _is_read(found: Extract, asked: Understanding, sure: float) -> bool:
    """Tell whether reading an extract may tell more: where it is in doubt.

    An account is told by many passages, none of which says all that is asked (of 134 questions for one as many are told
    rightly with it as without). What follows where a rule is broken does not stand in the rule.
    """
    if found.head_of_list is not None or wants_account(asked):
        return False
    return abs(odds(sure) - odds(threshold(asked))) <= _IN_DOUBT


def sureness(found: Extract, asked: Understanding, cross_encoder: CrossEncoder) -> float:
    """Return the probability that an extract answers, which is to answer if that is high enough."""
    sure = confidence(found, asked)
    if not _is_read(found, asked, sure):
        return sure
    return judged_confidence(found, asked, judged(found, asked, cross_encoder))


def judged(found: Extract, asked: Understanding, cross_encoder: CrossEncoder) -> float:
    """Return what the cross-encoder says of an extract: the logarithm of the odds that it answers."""
    (odds_of_it,) = cross_encoder.judge(asked.query.question, [excerpt_of(found)])
    return odds_of_it


def excerpt_of(found: Extract) -> Excerpt:
    """Return an extract as the cross-encoder reads it."""
    document, clause = found.hit.document, found.hit.clause
    heading = clause.path[-1] if clause.path else ""
    if found.is_row:
        return Excerpt(document.title, heading, "", found.text, "")
    start, end = found.spans[0].start, found.spans[-1].end
    before, after = document.text[found.hit.start : start], document.text[end : max(found.hit.end, end)]
    return Excerpt(document.title, heading, before, document.text[start:end], after)
