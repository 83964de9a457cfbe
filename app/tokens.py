"""How many tokens a text takes, so that what a language model is given fits.

With a vocabulary file that the user placed, tiktoken counts; without one, bytes do: a token of a byte-level
vocabulary is at least one byte, so the number of bytes is never too small. Nothing is fetched.
"""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Callable
from pathlib import Path

from ingest import WenceError

Counter = Callable[[str], int]
"""A text → the number of tokens it takes at most."""

VOCABULARIES = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
"""Where a vocabulary for the OpenAI models can be had; makers of other models name theirs."""

_SLACK = 1.05  # a vocabulary may cut words by another pattern than the one used here


class VocabularyError(WenceError):
    """The vocabulary file cannot be used."""


def load_counter(vocabulary: Path | None) -> Counter:
    """Return what counts tokens.

    Args:
        vocabulary: A file of the form that tiktoken reads: on each line a token in base64, and its rank.

    Raises:
        VocabularyError: The file cannot be read.
    """
    if vocabulary is None:
        return bound
    import tiktoken
    from tiktoken_ext.openai_public import r50k_pat_str

    try:
        lines = vocabulary.read_bytes().splitlines()
        ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}
        if not all(bytes([byte]) in ranks for byte in range(256)):
            raise ValueError("not every byte has a token")
        encoding = tiktoken.Encoding(vocabulary.stem, pat_str=r50k_pat_str, mergeable_ranks=ranks, special_tokens={})
    except (OSError, ValueError, binascii.Error) as error:
        raise VocabularyError(
            f"词表文件 {vocabulary} 无法读取。应为 tiktoken 格式的 .tiktoken 文件，请检查 WENCE_LLM_VOCABULARY。"
        ) from error
    return lambda text: int(len(encoding.encode_ordinary(text)) * _SLACK) + 1


def bound(text: str) -> int:
    """Return a number of tokens that a text cannot exceed; some tokenizers bring it into another form first."""
    return max(len(text.encode()), len(unicodedata.normalize("NFKC", text).encode())) + 1
