"""Which files there are to read: those named, those in folders, and those in archives."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ingest.content import Source
from ingest.errors import DamagedFileError, EncryptedFileError, LimitError, MissingFileError, UnreadableFileError
from ingest.limits import Limits
from ingest.readers import SUFFIXES

PROJECT = Path(__file__).resolve().parents[1]

_DEFAULT_LIMITS = Limits()
_ARCHIVE = ".zip"
READABLE = (*SUFFIXES, _ARCHIVE)
"""The suffixes (lower case) of files that can be read, and of archives of such."""

_DAMAGE = (
    EOFError,
    LookupError,  # an entry that was there when the archive was listed
    RuntimeError,  # packed in an unknown way
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True, order=True)
class PolicyFile:
    """A file to be read: on disk, or in an archive on disk.

    Attributes:
        path: Of the file or the archive.
        member: The name of the entry in the archive, as the archive has it; None for a file on disk.
    """

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """How citations name it: relative to the project inside it, in full elsewhere."""
        full = self.path.resolve()
        on_disk = full.relative_to(PROJECT).as_posix() if full.is_relative_to(PROJECT) else full.as_posix()
        return on_disk if self.member is None else f"{on_disk}/{_readable(self.member)}"


def list_files(paths: Iterable[Path]) -> list[PolicyFile]:
    """Return the files to read: those named, and in folders all of a format that can be read, hidden ones aside.

    An archive stands for what it holds; one that cannot be opened stands for itself, so that the reason is told.
    """
    files: list[PolicyFile] = []
    for path in paths:
        for file in _inside(path) if path.is_dir() else (path,):
            files.extend(_members(file))
    return list(dict.fromkeys(files))


def find_files(names: Iterable[str]) -> dict[str, PolicyFile]:
    """Return the files that go by some names, by name; those that are gone are left out."""
    found: dict[str, PolicyFile] = {}
    archives: dict[Path, dict[str, PolicyFile]] = {}
    for name in names:
        path = PROJECT / name
        if path.is_file():
            found[name] = PolicyFile(path)
            continue
        for archive in (above for above in path.parents if above.suffix.lower() == _ARCHIVE and above.is_file()):
            if archive not in archives:
                archives[archive] = {file.name: file for file in _members(archive)}
            if name in archives[archive]:
                found[name] = archives[archive][name]
    return found


def load(file: PolicyFile, limits: Limits = _DEFAULT_LIMITS) -> Source:
    """Return the bytes of a file.

    Raises:
        ReadError: It is missing, larger than the limits, or cannot be opened.
    """
    if not file.path.is_file():
        raise MissingFileError(file.path)
    try:
        if file.member is not None:
            return Source(file.name, _unpack(file, limits))
        size = file.path.stat().st_size / 2**20
        if size > limits.file_mb:
            raise LimitError(file.path.name, f"大小 {size:.0f} MB", f" {limits.file_mb} MB", "file_mb")
        return Source(file.name, file.path.read_bytes())
    except OSError as error:
        raise UnreadableFileError(file.path.name, error.strerror or str(error)) from error


def _inside(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() in READABLE:
            yield path


def _members(path: Path) -> Iterator[PolicyFile]:
    if path.suffix.lower() != _ARCHIVE:
        yield PolicyFile(path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    except (*_DAMAGE, OSError):
        yield PolicyFile(path)
        return
    yield from (PolicyFile(path, name) for name in sorted(names) if _is_to_be_read(name))


def _is_to_be_read(member: str) -> bool:
    inner = PurePosixPath(_readable(member))
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in inner.parts)
    return not hidden and inner.suffix.lower() in READABLE


def _readable(member: str) -> str:
    """Return the name of an entry that was written in GBK and read as code page 437."""
    try:
        return member.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member


def _unpack(file: PolicyFile, limits: Limits) -> bytes:
    """Return an entry of an archive, read no further than the limit whatever the archive says of its size."""
    try:
        about = file.path.stat()
        archive = _open(file.path, about.st_mtime_ns, about.st_size)
        if archive.unpacked_mb > limits.unpacked_mb:
            what = f"解压后共 {archive.unpacked_mb:.0f} MB"
            raise LimitError(file.path.name, what, f" {limits.unpacked_mb} MB", "unpacked_mb")
        entry = archive.file.getinfo(file.member or "")
        if entry.flag_bits & 1:
            raise EncryptedFileError(file.name)
        with archive.file.open(entry) as stream:
            data = stream.read(limits.file_mb * 2**20 + 1)
    except _DAMAGE as error:
        raise DamagedFileError(file.path.name, "ZIP") from error
    if len(data) > limits.file_mb * 2**20:
        raise LimitError(file.name, f"解压后超过 {limits.file_mb} MB", f" {limits.file_mb} MB", "file_mb")
    return data


class _Archive(NamedTuple):
    """An open archive, and the size of what will be read from it, by its own words."""

    file: zipfile.ZipFile
    unpacked_mb: float


@lru_cache(maxsize=1)
def _open(path: Path, changed: int, size: int) -> _Archive:
    """Open an archive until the next one is: each time, its list of entries is read as a whole."""
    archive = zipfile.ZipFile(path)
    return _Archive(archive, sum(e.file_size for e in archive.infolist() if _is_to_be_read(e.filename)) / 2**20)
