"""The measures, each a plain function from what was expected and given to a number or a verdict."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

import ir_measures

RANKS = (1, 10)  # the passage that is read first, and what a page of results shows
EVIDENCE_LIMITS = (200, 600, 2000)  # characters a person reads at once, on a page, at most


def without_space(text: str) -> str:
    """Return the text without any white space."""
    return re.sub(r"\s", "", text)


def is_of_evidence(passage: str, evidence: Iterable[str]) -> bool:
    """Tell whether a passage holds a stretch of the evidence, or is a part of one."""
    said = without_space(passage)
    return any(span in said or said in span for span in map(without_space, evidence))


def evidence_found(evidence: Sequence[str], retrieved: Sequence[str], limit: int) -> bool:
    """Tell whether every span of evidence stands within the first `limit` characters of what was retrieved."""
    needed = characters_needed(evidence, retrieved)
    return needed is not None and needed <= limit


def characters_needed(evidence: Sequence[str], retrieved: Sequence[str]) -> int | None:
    """Return how much of what was retrieved must be read until every span of evidence stood; None if not all do.

    White space is ignored; the retrieved text is joined in order.
    """
    text = without_space("".join(retrieved))
    spans = [without_space(span) for span in evidence]
    found = [(text.find(span), len(span)) for span in spans]
    return None if any(at < 0 for at, _ in found) else max((at + length for at, length in found), default=0)


def relevant_passages(evidence: Sequence[str], passages: Sequence[str]) -> tuple[bool, ...]:
    """Tell of each passage whether it holds a whole span of evidence or lies inside one, white space aside."""
    spans = [without_space(span) for span in evidence]
    texts = [without_space(passage) for passage in passages]
    return tuple(bool(text) and any(span in text or text in span for span in spans) for text in texts)


def ranking_measures(rankings: Sequence[tuple[Sequence[bool], int]]) -> list[dict[str, float]]:
    """Return recall, MRR and nDCG at `RANKS` of each ranking, as trec_eval defines them.

    Args:
        rankings: Of each question, whether the passages or documents found are relevant, the best first, and how many
            relevant ones are known that were not found. Where nothing found is relevant, all measures are 0.
    """
    named = {f"{name}_{k}": measure @ k for k in RANKS for name, measure in _RANKING.items()}
    values = [dict.fromkeys(named, 0.0) for _ in rankings]
    judged: dict[str, dict[str, int]] = {}
    found: dict[str, dict[str, float]] = {}
    for i, (ranks, unfound) in enumerate(rankings):
        if any(ranks):
            judged[str(i)] = {str(n): int(relevant) for n, relevant in enumerate((*ranks, *[True] * unfound))}
            found[str(i)] = {str(n): -float(n) for n in range(len(ranks))}
    names = {measure: name for name, measure in named.items()}
    for value in ir_measures.iter_calc(list(names), judged, found) if judged else ():
        values[int(value.query_id)][names[value.measure]] = value.value
    return values


_RANKING = {"recall": ir_measures.R, "mrr": ir_measures.RR, "ndcg": ir_measures.nDCG}


def area_under_curve(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """Return how often one of the first is greater than one of the second, ties counted half; None for none."""
    if not higher or not lower:
        return None
    wins = sum((a > b) + (a == b) / 2 for a in higher for b in lower)
    return wins / (len(higher) * len(lower))


def answer_correct(answer: str, expected: Sequence[str], avoid: Sequence[str]) -> bool:
    """Tell whether an answer holds everything expected and nothing to avoid, widths of characters aside."""
    given = _comparable(answer)
    return all(_comparable(e) in given for e in expected) and not any(_comparable(a) in given for a in avoid)


def character_f1(given: str, expected: str) -> float:
    """Return the F1 of characters as CMRC 2018 defines it: over the longest common run, punctuation removed."""
    given, expected = _letters(given), _letters(expected)
    common = _longest_common_run(given, expected)
    if common == 0:
        return 0.0
    precision, recall = common / len(given), common / len(expected)
    return 2 * precision * recall / (precision + recall)


def exact_match(given: str, expected: str) -> bool:
    """Tell whether an answer is what was expected, as CMRC 2018 does: punctuation removed."""
    return _letters(given) == _letters(expected)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


_APART = "\N{MIDDLE DOT}"


def _comparable(text: str) -> str:
    """Return the text with widths of characters folded, quotation marks of one kind and no white space.

    A space between two numbers keeps them apart. Numbers are fenced, so that 「0%」 is not found inside 「100%」 nor
    「3.4」 inside 「3.45」.
    """
    apart = re.sub(r"(?<=\d)\s+(?=\d)", _APART, text)
    folded = unicodedata.normalize("NFKC", without_space(apart)).lower()
    folded = re.sub(r"[“”„‟「」『』\"]", '"', folded)
    return re.sub(r"\d+(?:\.\d+)?", "\x1f\\g<0>\x1f", folded)


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def _longest_common_run(a: str, b: str) -> int:
    previous = [0] * (len(b) + 1)
    longest = 0
    for character in a:
        current = [0] * (len(b) + 1)
        for j, other in enumerate(b, start=1):
            if character == other:
                current[j] = previous[j - 1] + 1
                longest = max(longest, current[j])
        previous = current
    return longest
