from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ingest.content import Grid, Paragraph, Source
from ingest.errors import DamagedFileError, EmptyFileError, EncryptedFileError, LimitError, MissingProgramError
from ingest.limits import Limits
from ingest.readers import doc
from ingest.readers.doc import read_doc

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAME = "通知.doc"
needs_libreoffice = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="LibreOffice is not installed"
)

needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for LibreOffice is a shell script")


def rtf(body: str) -> bytes:
    """An RTF file; letters beyond ASCII are written by their numbers."""
    return ("{\\rtf1\\ansi " + "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in body) + "}").encode()


def ole(*streams: str, text: bytes = b"") -> bytes:
    """As much of a DOC as is looked at before it is converted."""
    directory = b"".join(stream.encode("utf-16-le") for stream in streams)
    return OLE.ljust(512, b"\0") + text.ljust(512, b"\0") + directory


def word(encrypted: bool) -> bytes:
    return ole("WordDocument", text=b"\xec\xa5\xc1\x00".ljust(11, b"\0") + (b"\x13" if encrypted else b"\x12"))


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in LibreOffice's place."""
    program = tmp_path / "soffice"
    monkeypatch.setattr(doc, "find_libreoffice", lambda: str(program))
    return program


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one process limit another")
def test_the_program_may_not_take_all_memory(stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "_MAX_MEMORY", 2**28)
    took = tmp_path / "took"
    script = f"import time; time.sleep(.3); bytearray(2**29); open({str(took)!r}, 'w')"
    write_program(stand_in, f'{sys.executable} -c "{script}"')
    with pytest.raises(DamagedFileError):
        read_doc(Source(NAME, rtf("x")), Limits())
    assert not took.exists()


def test_without_libreoffice_the_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(MissingProgramError, match=rf"{NAME} 需要 LibreOffice"):
        read_doc(Source(NAME, rtf("x")), Limits())


def test_libreoffice_is_found_where_its_installers_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "soffice.exe"):
        monkeypatch.setattr(shutil, "which", lambda path, place=place: path if path.endswith(place) else None)
        found = doc.find_libreoffice()
        assert found is not None
        assert found.endswith(place)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"text", OLE + b"\xff" * 2000, ole("Workbook")])
def test_what_is_no_word_document_is_not_converted(data: bytes) -> None:
    with pytest.raises(DamagedFileError, match=f"DOC：{NAME}"):
        read_doc(Source(NAME, data), Limits())


@needs_shell
def test_an_encrypted_file_is_said_to_be(stand_in: Path) -> None:
    write_program(stand_in, "exit 0")
    with pytest.raises(EncryptedFileError, match=NAME):
        read_doc(Source(NAME, word(encrypted=True)), Limits())
    with pytest.raises(DamagedFileError):  # as its conversion gives nothing
        read_doc(Source(NAME, word(encrypted=False)), Limits())


@needs_shell
def test_a_conversion_that_takes_too_long_is_refused(stand_in: Path) -> None:
    write_program(stand_in, "sleep 60")
    with pytest.raises(LimitError, match="超过 0 秒，上限为 0 秒。.*WENCE_MAX_SECONDS"):
        read_doc(Source(NAME, rtf("x")), Limits(seconds=0))


@needs_shell
def test_a_program_is_ended_with_all_it_started(stand_in: Path, tmp_path: Path) -> None:
    write_program(stand_in, f"(sleep 0.5; touch {tmp_path}/late) & wait")
    with pytest.raises(subprocess.TimeoutExpired):
        doc._run([str(stand_in)], str(tmp_path), 0.2)
    time.sleep(0.6)
    assert not (tmp_path / "late").exists()


@needs_libreoffice
def test_text_and_tables_are_read() -> None:
    row = "\\trowd\\cellx2000\\cellx4000 {}\\intbl\\cell {}\\intbl\\cell\\row "
    body = "关于招生的通知\\par " + row.format("年级", "人数") + row.format("一年级", "40") + "\\pard 特此通知。\\par"
    content = read_doc(Source(NAME, rtf(body)), Limits())
    assert content.blocks == (
        Paragraph("关于招生的通知"),
        Grid((("年级", "人数"), ("一年级", "40"))),
        Paragraph("特此通知。"),
    )


@needs_libreoffice
def test_conversions_run_beside_each_other() -> None:
    names = ("甲", "乙", "丙")
    with ThreadPoolExecutor(len(names)) as threads:
        contents = threads.map(lambda name: read_doc(Source(NAME, rtf(name)), Limits()), names)
    assert [content.blocks for content in contents] == [(Paragraph(name),) for name in names]


@needs_libreoffice
def test_damaged_and_empty_files_are_told_apart() -> None:
    with pytest.raises(EmptyFileError):
        read_doc(Source(NAME, rtf("")), Limits())
    with pytest.raises(DamagedFileError):
        read_doc(Source(NAME, word(encrypted=False)), Limits())


@needs_libreoffice
def test_nothing_is_fetched_for_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - named by the library
            asked.append(self.path)
            self.send_error(404)

        do_OPTIONS = do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = tmp_path / "page.html"
        page.write_text(f'<p>甲</p><img src="http://127.0.0.1:{server.server_port}/a.gif">', encoding="utf-8")
        # LibreOffice is the only writer of DOC at hand; the program below makes the file that is then read.
        made = doc.find_libreoffice()
        assert made is not None
        profile = (tmp_path / "profile").as_uri()
        options = ["--headless", "--convert-to", "doc:MS Word 97", "--outdir", str(tmp_path), str(page)]
        doc._run(
            [made, f"-env:UserInstallation={profile}", "--infilter=HTML (StarWriter)", *options], str(tmp_path), 60
        )
        asked.clear()
        content = read_doc(Source(NAME, (tmp_path / "page.doc").read_bytes()), Limits())
        server.shutdown()
    assert content.blocks == (Paragraph("甲"),)
    assert asked == []
