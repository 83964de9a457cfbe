from pathlib import Path

import pytest

from ingest.errors import (
    BinaryFileError,
    EmptyFileError,
    FileTooLargeError,
    MissingFileError,
    ReadError,
    UnknownEncodingError,
    UnsupportedFormatError,
)
from ingest.readers import MAX_FILE_BYTES, read_file

TEXT = "温州市教育局关于开展工作的通知\n一、总体要求。坚持“五育”并举。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "gb2312", "utf-16"])
def test_text_is_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "通知.txt"
    file.write_bytes(TEXT.encode(encoding))
    assert read_file(file) == TEXT


def test_windows_line_ends_are_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("一、甲\r\n二、乙\r三、丙".encode())
    assert read_file(file) == "一、甲\n二、乙\n三、丙"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"", EmptyFileError, id="empty"),
        pytest.param(b" \n\t\n", EmptyFileError, id="white-space"),
        pytest.param("\ufeff".encode(), EmptyFileError, id="only-a-mark"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), BinaryFileError, id="png"),
        pytest.param(b"PK\x03\x04" + b"\x01\x02\x03\x04" * 50, BinaryFileError, id="zip-without-zero"),
        pytest.param(b"\xff\xff\xff\xff" * 10, UnknownEncodingError, id="no-encoding"),
        pytest.param(b"\xff\xfe\x00", UnknownEncodingError, id="broken-utf-16"),
    ],
)
def test_what_is_not_text_is_refused_by_name(tmp_path: Path, content: bytes, error: type[ReadError]) -> None:
    file = tmp_path / "附件.txt"
    file.write_bytes(content)
    with pytest.raises(error, match="附件.txt"):
        read_file(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="无此文件.txt"):
        read_file(tmp_path / "无此文件.txt")


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "通知.wps"
    file.write_bytes(b"x")
    with pytest.raises(UnsupportedFormatError, match=r"\.wps.*\.txt"):
        read_file(file)


def test_a_file_too_large_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "大.txt"
    with file.open("wb") as sparse:
        sparse.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(FileTooLargeError, match="50 MB"):
        read_file(file)
