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
from vectorstore.rows import Prepared, prepare

_PASSAGES_AT_ONCE = 1000  # twice as many are no quicker, and a kill loses what waits

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
    return _current(path, records) is not None


def index_files(store: Store, files: Sequence[Path]) -> Iterator[FileReport]:
    """Bring files into the index and report on each, in order; unchanged ones are skipped.

    Files are read one by one and added several at a time, which is many times as quick.

    Raises:
        IndexBusyError: Another process is writing.
    """
    with store.writing():
        known = {record.id: record for record in store.records()}
        waiting: list[_Change] = []
        for path in files:
            waiting.append(_plan(path, known))
            if sum(len(change.new.passages) for change in waiting if change.new) >= _PASSAGES_AT_ONCE:
                yield from _carry_out(store, waiting)
                waiting = []
        yield from _carry_out(store, waiting)


@dataclass(frozen=True, slots=True)
class _Change:
    """What a file asks for: a document to be added or none, ids to be removed, and what is said about it."""

    report: FileReport
    new: Prepared | None = None
    outdated: tuple[str, ...] = ()


def _plan(path: Path, known: dict[str, DocumentRecord]) -> _Change:
    """Read a file and decide what becomes of it, as if that were done at once: `known` is changed to match."""
    source = source_name(path)
    same_source = {id_: record for id_, record in known.items() if record.source == source}
    new: Prepared | None = None
    status: Status = "unchanged"
    reason: str | None = None
    try:
        record = _current(path, same_source.values())
        if record is None:
            new = prepare(read_document(path, source), _digest(path))
            record = known.get(new.record.id, new.record)
    except ReadError as error:
        return _Change(FileReport(source, "failed", str(error), None))
    except OSError as error:
        return _Change(
            FileReport(source, "failed", f"无法读取文件：{path.name}（{error.strerror}）。请检查权限。", None)
        )
    if new is not None and record.source != source:
        reason, new = f"与已收录的文件内容相同：{record.source}", None
    if new is not None:
        status = "replaced" if same_source else "added"
        record = known[new.record.id] = new.record
    # Also where the file is unchanged: a writer killed between two versions left both.
    outdated = tuple(id_ for id_ in same_source if id_ != record.id)
    for id_ in outdated:
        del known[id_]
    return _Change(FileReport(source, "replaced" if outdated else status, reason, record), new, outdated)


def _carry_out(store: Store, changes: Sequence[_Change]) -> Iterator[FileReport]:
    store.add_all([change.new for change in changes if change.new is not None])
    for change in changes:
        for document_id in change.outdated:
            store.remove(document_id)
        yield change.report


def _current(path: Path, records: Iterable[DocumentRecord]) -> DocumentRecord | None:
    """Return the record of a file as it is on disk; None if there is none, or no such file."""
    if not path.is_file():
        return None
    digest = _digest(path)
    return next((record for record in records if record.source_sha256 == digest), None)


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
