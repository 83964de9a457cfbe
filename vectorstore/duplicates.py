"""Which documents say nearly the same: their texts are compared by sketches of a few hundred bytes.

A sketch is a MinHash signature: for each of 128 hash functions the least hash of the text's five-character
sequences. The share of positions in which two sketches agree estimates what share of the sequences the texts have
in common (Broder 1997), to ±.04.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

import numpy as np
import xxhash

from vectorstore.records import DocumentRecord

NEAR_DUPLICATE = 0.8  # of the sequences in common: versions of one law lie at .85 to .99, laws on one subject below .3

_SHINGLE = 5  # characters
_PERMUTATIONS = 128


def sketch(text: str) -> str:
    """Return what a text is compared by, as ASCII."""
    from datasketch import MinHash  # it imports scipy, .4 s that a question need not wait

    ink = "".join(text.split())
    shingles = {ink[i : i + _SHINGLE].encode("utf-8", "replace") for i in range(max(1, len(ink) - _SHINGLE + 1))}
    signature = MinHash(num_perm=_PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
    signature.update_batch(sorted(shingles))
    return base64.b85encode(signature.hashvalues.astype(np.uint32).tobytes()).decode()


def nearest_duplicate(record: DocumentRecord, others: Iterable[DocumentRecord]) -> tuple[DocumentRecord, float] | None:
    """Return the document that says most nearly the same, and how nearly (0 to 1); None if none comes near."""
    own = _signature(record)
    best: tuple[DocumentRecord, float] | None = None
    for other in others:
        if other.id == record.id or not other.sketch:
            continue
        share = float((own == _signature(other)).mean())
        if share >= NEAR_DUPLICATE and (best is None or share > best[1]):
            best = (other, share)
    return best


def _signature(record: DocumentRecord) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.frombuffer(base64.b85decode(record.sketch), dtype=np.uint32)
