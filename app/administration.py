"""What staff do with documents: take up, look at, add, replace, correct, read again and remove them.

Each of these opens the index as it is on disk and holds its lock only as long as it writes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path, PurePath
from threading import Lock
from uuid import uuid4

from app.opening import open_for_reading, open_for_writing
from app.settings import Settings
from ingest import Document, PolicyFile, ReadError, WenceError, find_files, list_files, load
from ingest.errors import UnsupportedFormatError
from ingest.files import READABLE
from vectorstore import (
    DocumentRecord,
    FileReport,
    Store,
    correct_document,
    find_record,
    index_files,
    replace_document,
)
from vectorstore.corrections import visible
from vectorstore.reading import read_files

Progress = Callable[[int, int, str], None]
"""Is told how many of how many files are done, and the last of them."""


class UploadError(WenceError):
    """An uploaded file cannot be kept."""


class SeveralFilesError(WenceError):
    """An archive was given where one file is meant."""


def keep_upload(settings: Settings, path: Path, name: str) -> Path:
    """Copy an uploaded file to the others, and return where it is.

    The same bytes are kept once under a name; a file of other bytes and the same name gets a number.

    Args:
        settings: Where to keep it, and how large it may be.
        path: Where it is now.
        name: What whoever uploads it calls it; nothing of it but the last part is used.

    Raises:
        ReadError: It is gone, too large, or of a format that is not read.
        UploadError: It cannot be written.
    """
    safe = _safe_name(name)
    data = load(PolicyFile(path), settings.limits).data
    folder = settings.data / "uploads"
    try:
        with _keeping:
            folder.mkdir(parents=True, exist_ok=True)
            return _keep(folder, PurePath(safe), data)
    except OSError as error:
        raise UploadError(
            f"无法保存上传的文件 {safe}：{error.strerror}。请检查文件夹 {folder} 的权限和磁盘空间。"
        ) from error


def preview(settings: Settings, path: Path) -> Document:
    """Return what reading makes of a file, without an index.

    Raises:
        ReadError: It cannot be read.
        SeveralFilesError: It is an archive of more than one file.
    """
    (reading,) = read_files([_only_file(path)], {}, settings.limits)
    if reading.document is None:
        raise ReadError(reading.problem)
    return reading.document.document


def files_in(paths: Sequence[Path]) -> list[PolicyFile]:
    """Return the files that paths name, those in folders and archives among them.

    Raises:
        WenceError: There are none.
    """
    files = list_files(paths)
    if not files:
        raise WenceError(f"没有可收录的文件：{'、'.join(map(str, paths))}。")
    return files


def _unseen(done: int, total: int, name: str) -> None:
    """Show nothing."""


def add(settings: Settings, paths: Sequence[Path], progress: Progress = _unseen) -> list[FileReport]:
    """Index files, making the index if there is none, and report on each, in order.

    Raises:
        WenceError: There are no files.
        VectorstoreError: The index cannot be used, or another process is writing.
    """
    files = files_in(paths)
    store = open_for_writing(settings).reopened()
    return _told(index_files(store, files, settings.limits), len(files), progress)


def replace(settings: Settings, document_id: str, path: Path) -> FileReport:
    """Index a file, then take out the document whose place it takes.

    Raises:
        ReadError: The file cannot be read; the document is still there, as in all these cases.
        SeveralFilesError: The file is an archive of more than one.
        SameDocumentError: The file says what this or another document says.
        VectorstoreError: There is no such document or index, or another process is writing.
    """
    return replace_document(_opened(settings), document_id, _only_file(path), settings.limits)


def remove(settings: Settings, document_id: str) -> DocumentRecord:
    """Take a document out of the index, not its file, and return what was known of it.

    Raises:
        VectorstoreError: There is no such document or index, or another process is writing.
    """
    store = _opened(settings)
    record = find_record(store.records(), document_id)
    with store.writing():
        store.remove(record.id)
    return record


def reindex(
    settings: Settings, document_ids: Iterable[str] | None = None, progress: Progress = _unseen
) -> list[FileReport]:
    """Read the files of some documents again, changed or not, and report on each: first on those that are gone.

    A document whose file is gone, or cannot be read any more, stays as it is.

    Args:
        settings: Where the index is.
        document_ids: Which documents; None for all.
        progress: Is told how far it is.

    Raises:
        VectorstoreError: There is no such document or index, or another process is writing.
    """
    store = _opened(settings)
    records = store.records()
    chosen = records if document_ids is None else [find_record(records, id_) for id_ in document_ids]
    sources = list(dict.fromkeys(record.source for record in chosen))
    files = find_files(sources)
    gone = [FileReport(source, "failed", _GONE, None) for source in sources if source not in files]
    again = index_files(store, list(files.values()), settings.limits, again=True)
    return _told((report for some in (gone, again) for report in some), len(sources), progress)


_GONE = "原文件已不存在，索引中仍是上次收录的内容。请放回原文件后重试，或用新文件替换"


def correct(settings: Settings, document_id: str, changes: Mapping[str, str | None]) -> DocumentRecord:
    """Correct what was read about a document, and return what is known of it now.

    Args:
        settings: Where the index is.
        document_id: The document.
        changes: By attribute (`vectorstore.corrections.CORRECTABLE`) what holds instead; empty where it is not known.

    Raises:
        CorrectionError: A value cannot be taken over; nothing is changed.
        VectorstoreError: There is no such document or index, or another process is writing.
    """
    return correct_document(_opened(settings), document_id, changes)


def _opened(settings: Settings) -> Store:
    """Open the index as it is on disk: this process may have had it open since another one wrote."""
    return open_for_reading(settings).reopened()


def _told(reports: Iterable[FileReport], total: int, progress: Progress) -> list[FileReport]:
    told: list[FileReport] = []
    for report in reports:
        told.append(report)
        progress(len(told), total, report.source)
    return told


def _only_file(path: Path) -> PolicyFile:
    files = list_files([path])
    if len(files) != 1:
        raise SeveralFilesError(
            f"{path.name} 中可以读取的文件有 {len(files)} 份，这里应恰为一份。请解压后重新选择文件。"
        )
    return files[0]


_keeping = Lock()
_LONGEST_NAME = 200  # bytes; file systems take 255, and a number may follow
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')  # of files, on one system or another
_HIDES = ".~$ "  # characters with which hidden files and those that an editor keeps begin


def _safe_name(name: str) -> str:
    """Return the last part of a name, as a file in a folder of ours may be called.

    Raises:
        UnsupportedFormatError: It ends like no format that is read.
    """
    last = unicodedata.normalize("NFC", visible(name)).replace("\\", "/").rpartition("/")[2]
    file = PurePath(_NOT_IN_NAMES.sub("_", last).lstrip(_HIDES).rstrip(". "))
    if file.suffix.lower() not in READABLE:
        raise UnsupportedFormatError(file.name, READABLE)
    room = _LONGEST_NAME - len(file.suffix)
    return file.stem.encode()[:room].decode(errors="ignore") + file.suffix


def _keep(folder: Path, name: PurePath, data: bytes) -> Path:
    for number in count(1):
        place = folder / (name.name if number == 1 else f"{name.stem}（{number}）{name.suffix}")
        if not place.exists():
            break
        if place.stat().st_size == len(data) and place.read_bytes() == data:
            return place
    new = folder / f".{uuid4().hex}"
    try:
        new.write_bytes(data)
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)
    return place
