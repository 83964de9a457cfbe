"""A sentence that a language model wrote, held against the passages it cites: does everything in it stand there?

Each check gives a reason in words; the first that applies is the sentence's. None of them asks a model. What they catch
and what they wrongly flag is measured by `python -m eval.statements`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app import claim_checks, wording_checks
from app.claim_checks import relative_years
from app.claims import Figure, is_same, letters, read_claims, tidy, without_enumerator
from app.grounds import Grounds
from app.wording_checks import PART, other_thing
from vectorstore.normalise import fold

Check = Callable[[str, Grounds, Sequence[str]], str]
"""A sentence, what its passages hold, figures worked out → why it is not supported; empty if it may be."""

_LOOKED_UP: tuple[Check, ...] = (
    claim_checks.unreadable,
    claim_checks.misquoted,
    claim_checks.other_title,
    claim_checks.other_words,
    claim_checks.other_time,
    claim_checks.other_figure,
    claim_checks.other_rate,
    claim_checks.other_name,
)
_COMPARED: tuple[Check, ...] = (
    wording_checks.other_thing,
    wording_checks.stronger,
    wording_checks.other_bound,
    wording_checks.of_something_else,
    wording_checks.not_said,
)
_VERBATIM = 8  # letters; a shorter stretch may stand in a passage by chance


def unsupported(sentence: str, grounds: Grounds, derived: Sequence[str] = ()) -> str:
    """Return why a sentence is not supported, as the asker reads it; empty if it is.

    Args:
        sentence: As it was written, without its citation marks.
        grounds: What the passages hold that it cites.
        derived: Figures worked out from figures that are quoted.
    """
    sentence = tidy(without_enumerator(sentence))
    words = letters(fold(sentence))
    # What stands there letter by letter may still end within a figure, 人 of 人次, speak of another year, or lack 不得.
    exact = len(words) >= _VERBATIM and words in grounds.text
    checks = (wording_checks.turned,) if exact else (wording_checks.turned, *_COMPARED)
    return not_there(sentence, grounds, derived) or _first(checks, sentence, grounds, derived)


def not_there(sentence: str, grounds: Grounds, derived: Sequence[str] = ()) -> str:
    """Return what a sentence claims that can be looked up and does not stand in its passages; empty if all does."""
    return _first(_LOOKED_UP, tidy(without_enumerator(sentence)), grounds, derived)


def _first(checks: Sequence[Check], sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    return next((reason for check in checks if (reason := check(sentence, grounds, derived))), "")


def mixed_up(sentence: str, grounds: Sequence[Grounds], derived: Sequence[str] = ()) -> str:
    """Return which part of a sentence no one passage supports, of those that support it together; empty if none.

    A sentence may take 2024 from one passage and 2025 from another, but not the year from one and the figure from the
    other: each part between commas must stand in one passage, of the year that was named last before it.
    """
    year: frozenset[int] = frozenset()
    for part in PART.findall(tidy(without_enumerator(sentence))):
        said = read_claims(part)
        spoken = said.years | set(relative_years(part, grounds[0]))
        year = spoken or year
        wanted = [figure for figure in said.figures if f"{figure[0]:f}" not in derived]
        if (wanted or spoken) and not any(_holds(each, wanted, year) for each in grounds):
            return f"“{part.strip()}”在同一处原文中找不到"
        if not any(not other_thing(part, each, derived) for each in grounds):
            return other_thing(part, grounds[0], derived)
    return ""


def _holds(grounds: Grounds, figures: Sequence[Figure], years: frozenset[int]) -> bool:
    """Tell whether a passage speaks of one of some years, if any, and states some figures."""
    known, listed = grounds.claims.figures | grounds.claims.ones | grounds.above.figures, grounds.claims.listed
    stated = all(
        any(is_same(figure, its) for its in known) or (figure[1].startswith("count") and figure[0] in listed)
        for figure in figures
    )
    return stated and (not years or not years.isdisjoint(grounds.years))
