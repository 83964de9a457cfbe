"""Word documents of before 2007 (DOC) and RTF: converted to DOCX by LibreOffice, then read as such."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ingest.content import Content, Source
from ingest.errors import DamagedFileError, EncryptedFileError, LimitError, MissingProgramError
from ingest.limits import Limits
from ingest.readers.docx import read_docx


def read_doc(source: Source, limits: Limits) -> Content:
    """Return the paragraphs and tables of a DOC or RTF file.

    Raises:
        ReadError: The file is damaged, encrypted, holds no text or exceeds a limit, or LibreOffice is missing.
    """
    # LibreOffice would read anything else as text in some encoding and call it a document.
    if not (source.data.startswith(_RTF) or (source.data.startswith(_OLE) and _WORD_STREAM in source.data)):
        raise DamagedFileError(source.name, "DOC")
    if _is_encrypted(source.data):
        raise EncryptedFileError(source.name)
    program = find_libreoffice()
    if program is None:
        raise MissingProgramError(source.name, "LibreOffice")
    return read_docx(Source(source.name, _convert(program, source, limits)), limits)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
_WORD_STREAM = "WordDocument".encode("utf-16-le")  # as the directory lists it
_SECTOR = 512  # bytes; a stream begins at a multiple
_WORD_97 = b"\xec\xa5\xc1\x00"  # how the text stream begins: its mark, and the version of the format
_FLAGS = 11  # where in it the byte stands whose lowest bit says 「encrypted」


def _is_encrypted(data: bytes) -> bool:
    at = data.find(_WORD_97)
    while at >= 0 and at % _SECTOR:
        at = data.find(_WORD_97, at + 1)
    return at >= 0 and bool(data[at + _FLAGS : at + _FLAGS + 1] and data[at + _FLAGS] & 1)


def find_libreoffice() -> str | None:
    """Return where LibreOffice is: on the path, or where its installer puts it on macOS and Windows."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


_PROGRAMS = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    str(Path(os.environ.get("PROGRAMFILES", "C:\\Program Files")) / "LibreOffice" / "program" / "soffice.exe"),
)


def _convert(program: str, source: Source, limits: Limits) -> bytes:
    # A profile of its own lets conversions run beside each other and beside an open LibreOffice, and holds the
    # settings below. Making one costs 0.1 s of the 1.3 s, so it is not worth keeping.
    with tempfile.TemporaryDirectory(prefix="wence-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder) / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        document = Path(folder) / ("document.rtf" if source.data.startswith(_RTF) else "document.doc")
        document.write_bytes(source.data)
        command = [program, f"-env:UserInstallation={profile.as_uri()}", *_OPTIONS, "--outdir", folder, str(document)]
        try:
            _run(command, folder, limits.seconds)
            return document.with_suffix(".docx").read_bytes()
        except subprocess.TimeoutExpired as error:
            raise LimitError(
                source.name, f"读取超过 {limits.seconds} 秒", f" {limits.seconds} 秒", "seconds"
            ) from error
        except OSError as error:  # LibreOffice reports success even where it wrote nothing
            raise DamagedFileError(source.name, "DOC") from error


_OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx:MS Word 2007 XML")


def _run(command: list[str], folder: str, seconds: float) -> None:
    """Run a program in a group of its own, and end the whole group when the time is up."""
    process = subprocess.Popen(  # noqa: S603 - the arguments are ours: the document's name is not among them
        _with_limited_memory(command),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    finally:
        if process.poll() is None:
            _end_group(process)
            process.wait()


_MAX_MEMORY = 2**30  # bytes of address space; a conversion of the longest rules at hand needs 0.6 of it
_LIMITED = "import os, resource, sys; n = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_AS, (n, n)); "
_LIMITED += "os.execv(sys.argv[2], sys.argv[2:])"


def _with_limited_memory(command: list[str]) -> list[str]:
    """Return a command that bounds its own memory before it becomes the program: all that this starts is bound, too."""
    if sys.platform != "linux":  # Windows has no such limit, and macOS does not keep it
        return command
    return [sys.executable, "-I", "-c", _LIMITED, str(_MAX_MEMORY), *command]


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/f", "/t", "/pid", str(process.pid)], check=False)  # noqa: S603, S607
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _setting(path: str, name: str, value: str) -> str:
    return (
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
    )


# A document may bring macros and ask for pictures or text from elsewhere: none of it is run or fetched. Whatever
# still goes out by HTTP is sent to a port at which nothing listens.
_SETTINGS = "\n".join(
    (
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">',
        _setting("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
        _setting("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
        _setting("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
        _setting("Office.Writer/Content/Update", "Link", "0"),
        _setting("Inet/Settings", "ooInetProxyType", "2"),
        _setting("Inet/Settings", "ooInetNoProxy", ""),
        *(
            _setting("Inet/Settings", f"ooInet{scheme}Proxy{name}", value)
            for scheme in ("HTTP", "HTTPS", "FTP")
            for name, value in (("Name", "127.0.0.1"), ("Port", "9"))
        ),
        "</oor:items>",
    )
)
