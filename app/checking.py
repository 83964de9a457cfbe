"""A sentence and the sources it cites → the words that really support it, or why none do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from app.citations import narrow
from app.grounds import together
from app.records import Citation
from app.sources import Source, grounds_of
from app.support import mixed_up, unsupported
from app.wording_checks import coverage, of_something_else
from ingest.sentences import split_sentences

_LOOKED_AT = 5  # sources that a sentence is held against one by one; what it says stands in the nearest or nowhere
_NEAREST = 2  # sources that say most of what a sentence says; a figure it takes from a third is looked at twice
_TOGETHER = 2  # sources that a sentence may rest on without citing them: two years, two documents
_NARROWED = 3  # sentences of a source that are tried alone


def supporting(
    sentence: str, numbers: Sequence[int], sources: Sequence[Source], derived: Sequence[str] = ()
) -> tuple[tuple[Citation, ...], str]:
    """Return the words that support a sentence, or none and the reason why it is not supported.

    What it cites is looked at first; where that does not hold what it says, the source that does is found. Of a source
    only the sentence is cited that supports by itself, if one does.

    Args:
        sentence: Without its marks.
        numbers: The sources it cites; those that do not exist are left out.
        sources: All that the model was given; there must be one.
        derived: Figures worked out from figures that are quoted.
    """
    cited = [source.citation for source in sources if source.number in numbers]
    why = why_not(sentence, cited, derived) if cited else ""
    if cited and not why:
        return _least(sentence, cited, derived), ""
    near = [s.citation for s in sorted(sources, key=lambda s: coverage(sentence, s.grounds) or 0.0, reverse=True)]
    for citation in islice(near, _LOOKED_AT):
        reason = why_not(sentence, [citation], derived) or _elsewhere(sentence, citation, [*cited, *near[:_NEAREST]])
        if not reason:
            return _least(sentence, [citation], derived), ""
        why = why or reason
    if not why_not(sentence, near[:_TOGETHER], derived):
        return _least(sentence, near[:_TOGETHER], derived), ""
    return (), why


def _elsewhere(sentence: str, citation: Citation, others: Sequence[Citation]) -> str:
    """Return which figure a passage that was not cited holds by chance, as the others show; empty if none."""
    return of_something_else(sentence, together([grounds_of(each) for each in (citation, *others)]))


def why_not(sentence: str, citations: Sequence[Citation], derived: Sequence[str]) -> str:
    """Return why some citations do not support a sentence together; empty if they do. There must be one."""
    grounds = [grounds_of(citation) for citation in citations]
    return unsupported(sentence, together(grounds), derived) or (
        mixed_up(sentence, grounds, derived) if len(grounds) > 1 else ""
    )


def _least(sentence: str, citations: Sequence[Citation], derived: Sequence[str]) -> tuple[Citation, ...]:
    """Return the citations without those that a sentence is supported without, and of each what is needed."""
    kept = list(citations)
    for citation in reversed(citations):
        rest = [other for other in kept if other is not citation]
        if rest and not why_not(sentence, rest, derived):
            kept = rest
    for i, citation in enumerate(kept):
        for part in _sentences(sentence, citation):
            if not why_not(sentence, [*kept[:i], part, *kept[i + 1 :]], derived):
                kept[i] = part
                break
    return tuple(kept)


def _sentences(sentence: str, citation: Citation) -> list[Citation]:
    """Return the sentences of a citation of several that say most of what another says."""
    spans = split_sentences(citation.document.text, citation.start, citation.end)
    if len(spans) == 1:
        return []
    parts = [narrow(citation, span.start, span.end) for span in spans]
    return sorted(parts, key=lambda part: coverage(sentence, grounds_of(part)) or 0.0, reverse=True)[:_NARROWED]
