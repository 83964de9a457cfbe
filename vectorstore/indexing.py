"""Policy files → the index, one report a file. A file that cannot be read is reported and stops nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest import READERS, READING, ReadError, read_document
from vectorstore.chroma import Store
from vectorstore.errors import UnknownDocumentError
from vectorstore.records import DocumentRecord

PROJECT = Path(__file__).resolve().parents[1]

Status = Literal["added", "unchanged", "replaced", "failed"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    Attributes:
        source: The file, as citations will name it.
        status: What was done.
        reason: Why it failed, or why nothing was done.
        record: The document it is now, None if it failed.
    """

    source: str
    status: Status
    reason: str | None
    record: DocumentRecord | None


def list_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read: those named, and in folders all of a format that can be read, hidden ones aside."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*")) if p.is_file() and p.suffix.lower() in READERS)
            files.extend(p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts))
        else:
            files.append(path)
    return list(dict.fromkeys(files))


def source_name(path: Path) -> str:
    """Return how a file is named: relative to the project inside it, in full elsewhere."""
    full = path.resolve()
    return full.relative_to(PROJECT).as_posix() if full.is_relative_to(PROJECT) else full.as_posix()


def is_current(path: Path, records: Sequence[DocumentRecord]) -> bool:
    """Tell whether a file stands in the index as it is on disk, under whatever name."""
    digest = _digest(path)
    return any(r.source_sha256 == digest for r in records)


def index_files(store: Store, files: Sequence[Path]) -> Iterator[FileReport]:
    """Bring files into the index and report on each; unchanged ones are skipped.

    Raises:
        IndexBusyError: Another process is writing.
    """
    with store.writing():
        for path in files:
            yield _index_file(store, path)


def _index_file(store: Store, path: Path) -> FileReport:
    source = source_name(path)
    records = store.records()
    same_source = [r for r in records if r.source == source]
    try:
        if path.is_file() and same_source and is_current(path, same_source):
            return FileReport(source, "unchanged", None, same_source[0])
        document = read_document(path, source)
    except ReadError as error:
        return FileReport(source, "failed", str(error), None)
    except OSError as error:
        return FileReport(source, "failed", f"无法读取文件：{path.name}（{error.strerror}）。请检查权限。", None)
    same_text = next((r for r in records if r.id == document.id), None)
    older = [r for r in same_source if r.id != document.id]
    if same_text is not None and same_text.source != source:
        reason, record = f"与已收录的文件内容相同：{same_text.source}", same_text
    else:
        reason, record = None, store.add(document, _digest(path))
    for replaced in older:
        store.remove(replaced.id)
    if older or (same_text is not None and reason is None):
        return FileReport(source, "replaced", reason, record)
    return FileReport(source, "unchanged" if reason else "added", reason, record)


def find_record(records: Sequence[DocumentRecord], name: str) -> DocumentRecord:
    """Return the document a user means by an id, the start of an id, a title or a source.

    Raises:
        UnknownDocumentError: None, or more than one, fits.
    """
    if not name.strip():
        raise UnknownDocumentError(name)
    exact = [r for r in records if name in (r.id, r.title, r.source, Path(r.source).name)]
    fitting = exact or [r for r in records if r.id.startswith(name) or name in r.title or name in r.source]
    if len(fitting) != 1:
        raise UnknownDocumentError(name, [r.title for r in fitting])
    return fitting[0]


def _digest(path: Path) -> str:
    """Return a hash of the file and of the way it is read, so that a better reader reads it again."""
    return hashlib.sha256(f"{READING}:".encode() + path.read_bytes()).hexdigest()
