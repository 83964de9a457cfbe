"""A question and the passages that look best → how close they are in meaning, by a small transformer encoder.

Where word vectors know that 眼睛 is near 视力, the encoder has read the sentence: who does what, and what is asked. It
takes milliseconds a passage, so it reads only the few that rank highest by everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from tokenizers import Tokenizer

from vectorstore.records import FloatMatrix, FloatVector

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

BUNDLED_ENCODER = Path(__file__).parent / "models" / "wence-encoder-zh"

# What the model was taught to expect before a question and before a passage.
QUERY, PASSAGE = "query: ", "passage: "

LONGEST = 160  # tokens; a passage with its header seldom has more
_READ_AT_ONCE = 2  # texts; eight together take a quarter longer, most of it padding, and 65 MB more
_KEPT_PASSAGES = 20_000  # vectors of the passages read first; 30 MB
PADDING = 1  # the token that fills a shorter text of a batch
_ERRORS = 3  # what onnxruntime says less than errors is for those who write models


class Encoder(Protocol):
    """What compares a question with passages as a reader would."""

    def cosines(self, question: str, passages: Sequence[str]) -> FloatVector:
        """Return the cosine of the question with each passage, shape (passages,)."""


class BundledEncoder:
    """The encoder that comes with the program. Passages that were read before cost nothing."""

    def __init__(self, folder: Path = BUNDLED_ENCODER) -> None:
        self._folder = folder
        self._read: dict[str, FloatVector] = {}

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST)
        tokenizer.enable_padding(pad_id=PADDING)
        return tokenizer

    @cached_property
    def _session(self) -> InferenceSession:
        """The network, loaded when it is first needed: a single question in a new process may do without."""
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.log_severity_level = _ERRORS
        # Threads that wait by spinning take the cores from whatever else runs; see `vectorstore.words`.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return InferenceSession(str(self._folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])

    def cosines(self, question: str, passages: Sequence[str]) -> FloatVector:
        """Return the cosine of the question with each passage, shape (passages,)."""
        read = {text: self._read[text] for text in passages if text in self._read}
        new = sorted((text for text in dict.fromkeys(passages) if text not in read), key=len)
        for first in range(0, len(new), _READ_AT_ONCE):
            batch = new[first : first + _READ_AT_ONCE]
            read |= zip(batch, self.encode([PASSAGE + text for text in batch]), strict=True)
        if len(self._read) + len(new) > _KEPT_PASSAGES:
            self._read = {}
        self._read |= read
        asked = self.encode([QUERY + question])[0]
        return np.array([read[text] @ asked for text in passages], dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one row of length 1 a text, which begins with what it is, shape (texts, dimension)."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        (vectors,) = self._session.run(["vector"], {"ids": ids, "mask": mask})
        return np.asarray(vectors, dtype=np.float32)


@cache
def load_encoder() -> Encoder:
    """Return the bundled encoder, one for all who use it."""
    return BundledEncoder()
