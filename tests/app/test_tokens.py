import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tokens import VocabularyError, bound, load_counter


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    """Every byte, and a token for a word of three characters."""
    tokens = [bytes([byte]) for byte in range(256)]
    tokens += ["幼".encode()[:2], "幼".encode(), "儿".encode()[:2], "儿".encode(), "幼儿".encode()]
    path = tmp_path / "tiny.tiktoken"
    path.write_bytes(b"\n".join(base64.b64encode(token) + b" %d" % rank for rank, token in enumerate(tokens)))
    return path


def test_a_vocabulary_counts(vocabulary: Path) -> None:
    count = load_counter(vocabulary)
    assert count("幼儿") == 2  # one token, and one to be sure
    assert count("园园园") == 10


@given(st.text())
def test_without_one_the_bound_is_never_too_small(text: str) -> None:
    assert bound(text) > len(text.encode("utf-8", "ignore"))


@given(text=st.text(st.characters(codec="utf-8")))
def test_the_bound_holds_for_a_vocabulary_of_bytes(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.tiktoken"
    if not path.exists():
        path.write_bytes(b"\n".join(base64.b64encode(bytes([b])) + b" %d" % b for b in range(256)))
    assert load_counter(path)(text) <= 1.05 * bound(text) + 1


@pytest.mark.parametrize("content", [b"", b"no vocabulary", b"AAAA 0\n", b"%%% x\n"])
def test_a_file_that_is_no_vocabulary_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.tiktoken"
    path.write_bytes(content)
    with pytest.raises(VocabularyError, match="WENCE_LLM_VOCABULARY"):
        load_counter(path)
    with pytest.raises(VocabularyError):
        load_counter(tmp_path / "none.tiktoken")
