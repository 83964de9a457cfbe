"""A question and a passage → the figures by which the passage is ranked. Each has a name that says what it is.

All lie between -1 and 1. Words are compared as terms (character bigrams, weighted by their rarity) and as word
vectors, so that 视力 counts where 眼睛 was asked; against the passage with its header, and against its words alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vectorstore.normalise import term_counts
from vectorstore.query import Query
from vectorstore.records import Entry, FloatMatrix, FloatVector
from vectorstore.words import SoughtWords, WordVectors

FEATURES = (
    "words",  # BM25 of passage and header, as a share of the highest possible
    "covered",  # share of the terms asked, by rarity, that occur at all
    "own_covered",  # the same without the header
    "heading",  # share of the clause's own heading that the question says
    "alike",  # share of the words asked that it speaks of, in the same or in other words
    "own_alike",  # the same without the header
    "strong",  # share of the words asked that have a close counterpart
    "unmet",  # weight of the weightiest word asked that it does not speak of
    "meaning",  # cosine of passage and header with the question, by the word vectors
    "own_meaning",  # the same without the header
    "document",  # BM25 of the whole document, as a share of the best candidate's
    "year",  # 1 if of a year asked for, -1 if of another
    "stage",  # 1 if it reports or plans as asked, -1 if the contrary
    "reference",  # 1 if its clause or document is named by number or title
)

_K1, _B = 1.2, 0.75
_USUAL_TERMS = 60.0  # terms of a passage with its header: the median of policy_qa
_CLOSE = 0.3  # cube of a cosine of .67
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
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


def featurise(
    sought: Sought,
    entries: Sequence[Entry],
    documents: Mapping[str, float],
    referred: Collection[str],
) -> FloatMatrix:
    """Return the figures of each passage, shape (passages, features).

    Args:
        sought: The question, prepared.
        entries: The passages.
        documents: The BM25 score of each document.
        referred: Ids of passages that the question names.
    """
    columns: dict[str, Any] = _lexical_columns(sought, entries) | _word_columns(sought, entries)
    query = sought.query
    columns["document"] = np.array([documents.get(e.document_id, 0.0) for e in entries]) / max(
        documents.values(), default=1.0
    )
    columns["year"] = np.array([_agreement(e.year, query.steering_years) for e in entries])
    columns["stage"] = np.array([_agreement(e.stage, (query.stage,) if query.stage else ()) for e in entries])
    columns["reference"] = np.array([float(e.id in referred) for e in entries])
    return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)


def _lexical_columns(sought: Sought, entries: Sequence[Entry]) -> dict[str, FloatVector]:
    vocabulary = list(dict.fromkeys(term for form in sought.forms for term in form))
    position = {term: i for i, term in enumerate(vocabulary)}
    fenced = [f" {term} " for term in vocabulary]
    own = np.array([[entry.terms.count(term) for term in fenced] for entry in entries], dtype=np.float32)
    said_above = {header: term_counts(header) for header in {entry.header for entry in entries}}
    rows = {header: [counts.get(term, 0) for term in vocabulary] for header, counts in said_above.items()}
    header = np.array([rows[entry.header] for entry in entries], dtype=np.float32)
    lengths = np.array([entry.length + said_above[entry.header].total() for entry in entries], dtype=np.float32)
    damping = _K1 * (1 - _B + _B * lengths / _USUAL_TERMS)[:, np.newaxis]
    both = own + header
    columns: dict[str, list[Any]] = {}
    for form in sought.forms:
        chosen = [position[term] for term in form]
        shares = np.array(list(form.values()), dtype=np.float32)
        counts = both[:, chosen]
        columns.setdefault("words", []).append((counts / (counts + damping)) @ shares)
        for name, counts in (("covered", both), ("own_covered", own)):
            columns.setdefault(name, []).append(np.sign(counts[:, chosen]) @ shares)
    said = set(sought.forms[0])
    headings = [_share_said(said, entry) for entry in entries]
    return {name: np.max(forms, axis=0) for name, forms in columns.items()} | {"heading": np.array(headings)}


def _share_said(said: set[str], entry: Entry) -> float:
    """Return how much of the clause's own heading the question says."""
    found = term_counts(entry.heading)
    return len(found.keys() & said) / len(found) if found else 0.0


def _word_columns(sought: Sought, entries: Sequence[Entry]) -> dict[str, FloatVector]:
    vectors, words = sought.vectors, sought.words
    texts = [entry.text for entry in entries]
    headers = list(dict.fromkeys(entry.header for entry in entries))
    row = {header: i for i, header in enumerate(headers)}
    of_header = np.array([row[entry.header] for entry in entries])
    own, header = np.split(vectors.matches(words, [*texts, *headers]), [len(texts)])
    header = header[of_header]
    both = np.maximum(own, header)
    shares = words.shares
    own_sums = vectors.sums(texts)
    sums = own_sums + vectors.sums(headers)[of_header]
    return {
        "alike": both @ shares,
        "own_alike": own @ shares,
        "strong": (both > _CLOSE).astype(np.float32) @ shares,
        "unmet": ((1.0 - both) * shares).max(axis=1, initial=0.0),
        "meaning": _cosines(sought.directions, sums),
        "own_meaning": _cosines(sought.directions, own_sums),
    }


def _cosines(directions: FloatMatrix, sums: FloatMatrix) -> FloatVector:
    lengths = np.maximum(np.linalg.norm(sums, axis=1), _TINY)
    return np.asarray((directions @ sums.T).max(axis=0) / lengths, dtype=np.float32)


def _agreement(having: object, wanted: Collection[object]) -> float:
    """Return 1 if a passage has what is wanted, -1 if it has another, 0 if either says nothing."""
    if not having or not wanted:
        return 0.0
    return 1.0 if having in wanted else -1.0
