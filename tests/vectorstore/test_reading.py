import os
import signal
import time
from pathlib import Path

import pytest

from ingest import Limits, PolicyFile
from vectorstore import reading
from vectorstore.reading import Reading, digest, read_files

TEXT = "某市教育局关于学位的通知\n一、新增学位{}个。"


@pytest.fixture
def files(tmp_path: Path) -> list[PolicyFile]:
    """As many files as are read in processes of their own."""
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(TEXT.format(number), encoding="utf-8")
    return [PolicyFile(path) for path in sorted(tmp_path.glob("*.txt"))]


def texts(readings: list[Reading]) -> list[str]:
    return [r.document.document.text.split("新增")[1] if r.document else r.problem or "未变动" for r in readings]


def test_files_are_read_in_order_by_several_processes(files: list[PolicyFile]) -> None:
    known = {files[2].name: frozenset([digest(files[2].path.read_bytes())])}
    files[4].path.write_bytes(b"")
    assert texts(list(read_files(files, known, Limits()))) == [
        "学位0个。",
        "学位1个。",
        "未变动",
        "学位3个。",
        "文件没有文字内容：4.txt。请确认文件已完整保存。",
        "学位5个。",
    ]


def _read_or_die(file: PolicyFile, known: frozenset[str], limits: Limits) -> Reading:
    """Stands for a reader whose library crashes on one file."""
    if file.path.name == "3.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    return _read(file, known, limits)


_read = reading._read


def test_a_file_that_kills_its_reader_does_not_stop_the_others(
    files: list[PolicyFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_read", _read_or_die)
    found = texts(list(read_files(files, {}, Limits())))
    assert [text for text in found if "学位" in text] == [f"学位{n}个。" for n in (0, 1, 2, 4, 5)]
    assert "3.txt 使读取程序中断" in found[3]


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "慢.txt"
    file.write_text("通知", encoding="utf-8")
    monkeypatch.setattr(reading, "read_document", lambda source, limits: time.sleep(30))
    (found,) = read_files([PolicyFile(file)], {}, Limits(seconds=1))
    assert found.problem == (
        "文件超过上限：慢.txt 读取超过 1 秒，上限为 1 秒。请拆分后重试，或调大设置 WENCE_MAX_SECONDS。"
    )
