"""A sentence and the sources it cites → which of the sources really support it, or why none does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from app.grounds import together
from app.sources import Source
from app.support import coverage, unsupported

_LOOKED_AT = 5  # sources that a sentence is held against one by one; what it says stands in the nearest or nowhere
_TOGETHER = 4  # sources that a sentence may rest on: two years, two documents


def supporting(
    sentence: str, numbers: Sequence[int], sources: Sequence[Source], derived: Sequence[str] = ()
) -> tuple[tuple[Source, ...], str]:
    """Return the sources that support a sentence, or none and the reason why it is not supported.

    What it cites is looked at first; where that does not hold what it says, the source that does is found.

    Args:
        sentence: Without its marks.
        numbers: The sources it cites; those that do not exist are left out.
        sources: All that the model was given; there must be one.
        derived: Figures worked out from figures that are quoted.
    """
    cited = [source for source in sources if source.number in numbers]
    why = ""
    if cited:
        why = _reason(sentence, cited, derived)
        if not why:
            return _without_idle(sentence, cited, derived), ""
    near = sorted(sources, key=lambda source: coverage(sentence, source.grounds) or 0.0, reverse=True)
    for source in islice(near, _LOOKED_AT):
        reason = _reason(sentence, [source], derived)
        if not reason:
            return (source,), ""
        why = why or reason
    if not _reason(sentence, near[:_TOGETHER], derived):
        return _without_idle(sentence, near[:_TOGETHER], derived), ""
    return (), why


def _reason(sentence: str, sources: Sequence[Source], derived: Sequence[str]) -> str:
    return unsupported(sentence, together([source.grounds for source in sources]), derived)


def _without_idle(sentence: str, sources: Sequence[Source], derived: Sequence[str]) -> tuple[Source, ...]:
    """Return the sources without those that a sentence is supported without, the last looked at first."""
    kept = list(sources)
    for source in reversed(sources):
        rest = [other for other in kept if other is not source]
        if rest and not _reason(sentence, rest, derived):
            kept = rest
    return tuple(kept)
