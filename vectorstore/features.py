"""A question and a passage → the figures by which the passage is ranked. Each has a name that says what it is.

All lie between -1 and 1. Words are compared as terms (character bigrams, weighted by their rarity) and as word
vectors, so that 视力 counts where 眼睛 was asked; against the passage with its header, and against its words alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from vectorstore.normalise import terms_of
from vectorstore.query import Query
from vectorstore.records import Entry, FloatMatrix, FloatVector
from vectorstore.words import SoughtWords, TokenIds, WordVectors

FEATURES = (
    "words",  # BM25 of passage and header, as a share of the highest possible
    "covered",  # share of the terms asked, by rarity, that occur at all
    "own_covered",  # the same without the header
    "heading",  # share of the clause's own heading that the question says
    "alike",  # share of the words asked that it speaks of, in the same or in other words
    "own_alike",  # the same without the header
    "strong",  # share of the words asked that have a close counterpart
    "unmet",  # weight of the weightiest word asked that it does not speak of
    "meaning",  # cosine of passage and header with the question, by the embedding model
    "own_meaning",  # the same without the header, by the word vectors
    "paraphrase",  # `meaning`, as far as no candidate says the question's words
    "document",  # BM25 of the whole document, as a share of the best candidate's
    "year",  # 1 if of a year asked for, -1 if of another
    "stage",  # 1 if it reports or plans as asked, -1 if the contrary
    "place",  # 1 if the question names the region of its document, less for what that lies in, 0 otherwise
    "recent",  # 1 if its document is of the newest year, less for older ones, 0 if undated or a year is asked for
    "reference",  # 1 if its clause or document is named by number, heading or title
    "reading",  # how far its cosine by the encoder lies below the best one's, 0 or less; see `vectorstore.encoder`
    "met",  # how far each word asked is met by one of its own, as the encoder reads both
)

CIRCUMSTANCES = ("document", "year", "stage", "place", "recent", "reading", "met")
"""Those that say which passage to prefer, and not, or not in words, how well it answers."""

READINGS = ("reading", "met")
"""Those that the encoder gives."""

_K1, _B = 1.2, 0.75
_USUAL_TERMS = 60.0  # terms of a passage with its header: the median of policy_qa
_OTHER_WORDS = 0.5  # weight of terms that only a synonym brought, beside 1 for those asked
# A question whose best candidate holds less than this share of its terms is asked in other words than the documents';
# tried .45 and .6.
_SAID = 0.45
_CLOSE = 0.3  # cube of a cosine of .67
_TINY = 1e-6
_OLD = 3  # years after which a document counts as old; with 10, laws crowd out this year's report, 3 and 1 are alike


@dataclass(frozen=True)
class Sought:
    """What each passage is compared with.

    Attributes:
        query: The question, understood.
        forms: For each of its forms, in the order of the text, what each term weighs as a share of all, by rarity.
        words: Its words.
        directions: The vectors of its forms by the word vectors, of length 1, shape (forms, dimension).
        vectors: The word vectors.
    """

    query: Query
    forms: tuple[Mapping[str, float], ...]
    words: SoughtWords
    directions: FloatMatrix
    vectors: WordVectors

    @cached_property
    def asked(self) -> dict[str, float]:
        """What each term weighs where candidates are looked for: what was said in other words weighs less."""
        official = dict.fromkeys((term for form in self.forms[1:] for term in form), _OTHER_WORDS)
        return official | dict.fromkeys(self.forms[0], 1.0)


class Named(NamedTuple):
    """What a question names.

    Attributes:
        passages: Ids of passages: of a clause, or of a document.
        places: How far it names where a document is from, by the document's id: see `vectorstore.regions`.
    """

    passages: Collection[str] = ()
    places: Mapping[str, float] = {}


def featurise(
    sought: Sought,
    entries: Sequence[Entry],
    documents: Mapping[str, float],
    named: Named,
    cosines: Mapping[str, float] | None = None,
) -> FloatMatrix:
    """Return the figures of each passage, shape (passages, features).

    What depends on the other passages is left 0: see `add_paraphrase` and `add_readings`.

    Args:
        sought: The question, prepared.
        entries: The passages.
        documents: The BM25 score of each document.
        named: What the question names.
        cosines: Of each passage with the question by another embedding model than the bundled one.
    """
    columns: dict[str, Any] = _lexical_columns(sought, entries) | _word_columns(sought, entries)
    if cosines is not None:
        columns["meaning"] = np.array([cosines[entry.id] for entry in entries])
    query = sought.query
    # Where the question has no words left, as in 「第13条的原文是什么」, each document is as good as the best.
    best = max(documents.values(), default=0.0)
    columns["document"] = np.array([documents.get(e.document_id, 0.0) / best if best else 1.0 for e in entries])
    columns |= dict.fromkeys(("paraphrase", "reading", "met"), np.zeros(len(entries)))
    columns["year"] = np.array([_agreement(e.year, query.steering_years) for e in entries])
    columns["stage"] = np.array([_agreement(e.stage, (query.stage,) if query.stage else ()) for e in entries])
    columns["place"] = np.array([named.places.get(e.document_id, 0.0) for e in entries])
    columns["recent"] = np.array([_recency(e.published, query) for e in entries])
    columns["reference"] = np.array([float(e.id in named.passages) for e in entries])
    return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)


def unsaid(figures: FloatMatrix) -> float:
    """Return how far the candidates' words are not the question's, 1 for not at all, 0 for as usual."""
    covered = figures[:, FEATURES.index("covered")].max(initial=0.0)
    return max(0.0, 1.0 - float(covered) / _SAID)


def add_paraphrase(figures: FloatMatrix, share: float) -> None:
    """Fill in `paraphrase`, given what `unsaid` says of all candidates."""
    figures[:, FEATURES.index("paraphrase")] = share * figures[:, FEATURES.index("meaning")]


def add_readings(
    figures: FloatMatrix, entries: Sequence[Entry], cosines: Mapping[str, float], met: Mapping[str, float]
) -> None:
    """Fill in `reading` and `met`, given both of the passages that were read; the rest lie with the last."""
    best, last = max(cosines.values()), min(cosines.values())
    figures[:, FEATURES.index("reading")] = [cosines.get(entry.id, last) - best for entry in entries]
    least = min(met.values())
    figures[:, FEATURES.index("met")] = [met.get(entry.id, least) for entry in entries]


def _lexical_columns(sought: Sought, entries: Sequence[Entry]) -> dict[str, FloatVector]:
    vocabulary = list(dict.fromkeys(term for form in sought.forms for term in form))
    position = {term: i for i, term in enumerate(vocabulary)}
    own, lengths = _counted([entry.terms.split(" ") for entry in entries], position)
    headers, of_header = _distinct([entry.header for entry in entries])
    header, header_lengths = _counted([terms_of(text) for text in headers], position)
    both = own + header[of_header]
    lengths += header_lengths[of_header]
    damping = _K1 * (1 - _B + _B * lengths / _USUAL_TERMS)[:, np.newaxis]
    columns: dict[str, list[Any]] = {}
    for form in sought.forms:
        chosen = [position[term] for term in form]
        shares = np.array(list(form.values()), dtype=np.float32)
        counts = both[:, chosen]
        columns.setdefault("words", []).append((counts / (counts + damping)) @ shares)
        for name, counts in (("covered", both), ("own_covered", own)):
            columns.setdefault(name, []).append(np.sign(counts[:, chosen]) @ shares)
    headings, of_heading = _distinct([entry.heading for entry in entries])
    said = np.array([_share_said(heading, sought.forms[0]) for heading in headings])
    return {name: np.max(forms, axis=0) for name, forms in columns.items()} | {"heading": said[of_heading]}


def _counted(texts: Sequence[Sequence[str]], position: Mapping[str, int]) -> tuple[FloatMatrix, FloatVector]:
    """Return how often each text holds each term that has a position, and how many terms it has."""
    counts = np.zeros((len(texts), len(position)), dtype=np.float32)
    for row, text in zip(counts, texts, strict=True):
        for term in text:
            if term in position:
                row[position[term]] += 1
    return counts, np.fromiter(map(len, texts), dtype=np.float32, count=len(texts))


def _distinct(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the different ones among some texts, and the place of each text among them."""
    position = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return list(position), [position[text] for text in texts]


def _share_said(heading: str, said: Collection[str]) -> float:
    """Return how much of a heading the question says."""
    found = set(terms_of(heading))
    return len([term for term in found if term in said]) / len(found) if found else 0.0


def _word_columns(sought: Sought, entries: Sequence[Entry]) -> dict[str, FloatVector]:
    vectors, words = sought.vectors, sought.words
    headers, of_header = _distinct([entry.header for entry in entries])
    texts: list[Sequence[int] | TokenIds] = [entry.tokens for entry in entries]
    texts += [vectors.tokens(header) for header in headers]
    matches, products = vectors.compare(words, sought.directions, texts)
    own, header = np.split(matches, [len(entries)])
    own_products, header_products = np.split(products, [len(entries)])
    both = np.maximum(own, header[of_header])
    shares = words.shares
    norms = np.array([(entry.norm, entry.own_norm) for entry in entries], dtype=np.float32)
    norm, own_norm = np.maximum(norms, _TINY).T
    return {
        "alike": both @ shares,
        "own_alike": own @ shares,
        "strong": (both > _CLOSE).astype(np.float32) @ shares,
        "unmet": ((1.0 - both) * shares).max(axis=1, initial=0.0),
        "meaning": (own_products + header_products[of_header]).max(axis=1) / norm,
        "own_meaning": own_products.max(axis=1) / own_norm,
    }


def _recency(published: int, query: Query) -> float:
    if not published or query.years or query.this_year is None:
        return 0.0
    return max(0.0, 1.0 - (query.this_year - published) / _OLD)


def _agreement(having: object, wanted: Collection[object]) -> float:
    """Return 1 if a passage has what is wanted, -1 if it has another, 0 if either says nothing."""
    if not having or not wanted:
        return 0.0
    return 1.0 if having in wanted else -1.0
