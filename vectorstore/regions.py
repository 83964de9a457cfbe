"""The regions of documents, as questions name them: 漆州市 is 漆州, 砚陵市漱江区 is 漱江 and lies in 砚陵."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vectorstore.records import DocumentRecord

# Of a region that is named in full, by its parts; the last is its own name.
_PARTS = re.compile(r".{2,}?(?:自治[区州县]|[省市县区](?![省市县区])|$)")
_WHAT_IT_IS = re.compile(r"(?<=..)(?:(?:[^省市县区]{1,3}族|维吾尔)?自治[区州县]|[省市县区])$")
_OUTER = 0.5  # named is what the region lies in: 「砚陵市」 of a document of its district


def parts_of(region: str) -> list[str]:
    """Return the names that a region's is made of, the largest first.

    >>> parts_of("砚陵市漱江区")
    ['砚陵市', '漱江区']
    """
    return _PARTS.findall(region)


@dataclass(frozen=True, slots=True)
class NamedRegions:
    """Which of the documents' regions a question names, by their short names.

    Attributes:
        own: Those that it names themselves.
        outer: Those that others lie in.
    """

    own: frozenset[str]
    outer: frozenset[str]

    def share(self, document: DocumentRecord) -> float:
        """Return how far they are a document's: by its region, its title or who issued it."""
        says = " ".join(filter(None, (document.region, document.title, document.issuer)))
        if any(name in says for name in self.own):
            return 1.0
        return _OUTER if any(name in says for name in self.outer) else 0.0


def named_in(question: str, regions: Iterable[str]) -> NamedRegions:
    """Return which regions a question names.

    Args:
        question: Folded.
        regions: Those of the documents.
    """
    own, outer = set[str](), set[str]()
    for region in regions:
        *around, last = (_WHAT_IT_IS.sub("", part) for part in parts_of(region))
        own |= {last} if last in question else set()
        outer |= {name for name in around if name in question}
    return NamedRegions(frozenset(own), frozenset(outer))
