"""Policy files → the index, one report a file. A file that cannot be read is reported and stops nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest import Limits, PolicyFile, ReadError, list_files, load
from vectorstore.chroma import Store
from vectorstore.corrections import corrected, merged, renewed
from vectorstore.duplicates import nearest_duplicate
from vectorstore.errors import SameDocumentError, UnknownDocumentError
from vectorstore.reading import Reading, digest, read_files
from vectorstore.records import DocumentRecord
from vectorstore.rows import Prepared, prepare

_PASSAGES_AT_ONCE = 1000  # twice as many are no quicker, and a kill loses what waits
_DEFAULT_LIMITS = Limits()

Status = Literal["added", "unchanged", "replaced", "failed"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    Attributes:
        source: The file, as citations will name it.
        status: What was done.
        reason: Why it failed, why nothing was done, which document says nearly the same, or that it has no outline.
        record: The document it is now, None if it failed.
        lost: Words of its body that are in no passage.
    """

    source: str
    status: Status
    reason: str | None
    record: DocumentRecord | None
    lost: tuple[str, ...] = ()


def is_current(file: PolicyFile, records: Sequence[DocumentRecord], limits: Limits = _DEFAULT_LIMITS) -> bool:
    """Tell whether a file stands in the index as it is on disk, under whatever name."""
    try:
        mark = digest(load(file, limits).data)
    except ReadError:
        return False
    return any(record.source_sha256 == mark for record in records)


def missing_records(records: Sequence[DocumentRecord], paths: Sequence[Path]) -> list[DocumentRecord]:
    """Return the documents that were read from some folders or archives, and whose files are no longer there."""
    there = {file.name for file in list_files(paths)}
    places = [f"{PolicyFile(path).name}/" for path in paths]
    return [
        record
        for record in records
        if record.source not in there and any(record.source.startswith(place) for place in places)
    ]


def index_files(
    store: Store, files: Sequence[PolicyFile], limits: Limits = _DEFAULT_LIMITS, again: bool = False
) -> Iterator[FileReport]:
    """Bring files into the index and report on each, in order; unchanged ones are skipped.

    Files are read in several processes and added several at a time, which is many times as quick. What was corrected
    in a document stays corrected when its file is read again.

    Args:
        store: The index.
        files: What to bring into it.
        limits: How much of the machine a file may take.
        again: Read unchanged files, too.

    Raises:
        IndexBusyError: Another process is writing.
    """
    with store.writing():
        known = {record.id: record for record in store.records()}
        marks: dict[str, set[str]] = {}
        for record in () if again else known.values():
            marks.setdefault(record.source, set()).add(record.source_sha256)
        waiting: list[_Change] = []
        for reading in read_files(files, {source: frozenset(found) for source, found in marks.items()}, limits):
            waiting.append(_plan(reading, known))
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


def _plan(reading: Reading, known: dict[str, DocumentRecord]) -> _Change:
    """Decide what becomes of a file that was read, as if that were done at once: `known` is changed to match."""
    source = reading.file.name
    if reading.problem is not None:
        return _Change(FileReport(source, "failed", reading.problem, None))
    same_source = {id_: record for id_, record in known.items() if record.source == source}
    new = reading.document
    status: Status = "unchanged"
    remarks: list[str] = []
    if new is None:
        record = next(record for record in same_source.values() if record.source_sha256 == reading.current)
    else:
        record = known.get(new.record.id, new.record)
    if new is not None and record.source != source:  # as in another file
        remarks, new = [f"与已收录的文件内容相同：{record.source}"], None
    if new is not None:
        status = "replaced" if same_source else "added"
        new = _still_corrected(new, same_source.values())
        record = known[new.record.id] = new.record
    # Also where the file is unchanged: a writer killed between two versions left both.
    outdated = tuple(id_ for id_ in same_source if id_ != record.id)
    for id_ in outdated:
        del known[id_]
    if new is not None and not new.document.is_outlined:
        remarks.append("未发现标题或编号，按段落收录")
    if new is not None and (like := nearest_duplicate(record, known.values())):
        remarks.append(f"与《{like[0].title}》内容相近（{like[1]:.0%}）：{like[0].source}")
    lost = new.document.lost if new is not None else ()
    report = FileReport(source, "replaced" if outdated else status, "；".join(remarks) or None, record, lost)
    return _Change(report, new, outdated)


def _still_corrected(new: Prepared, before: Iterable[DocumentRecord]) -> Prepared:
    """Return a document that was read again, with what was corrected in it before."""
    corrections = next((record.corrections for record in before if record.corrections), ())
    if not corrections:
        return new
    document = corrected(new.document, {correction.name: correction.value for correction in corrections})
    return prepare(document, new.record.source_sha256, renewed(corrections, new.document))


def _carry_out(store: Store, changes: Sequence[_Change]) -> Iterator[FileReport]:
    store.add_all([change.new for change in changes if change.new is not None])
    for change in changes:
        for document_id in change.outdated:
            store.remove(document_id)
        yield change.report


def replace_document(store: Store, name: str, file: PolicyFile, limits: Limits = _DEFAULT_LIMITS) -> FileReport:
    """Index a file, then take out the document whose place it takes; what was corrected in that is not taken over.

    Args:
        store: The index.
        name: The document, as `find_record` takes it.
        file: What takes its place.
        limits: How much of the machine the file may take.

    Raises:
        ReadError: The file cannot be read; the document is still there, as in all these cases.
        SameDocumentError: The file says what this or another document says.
        UnknownDocumentError: There is no such document.
        IndexBusyError: Another process is writing.
    """
    find_record(store.records(), name)  # reading may take a minute
    (reading,) = read_files([file], {}, limits)
    if reading.document is None:
        raise ReadError(reading.problem)
    with store.writing():
        known = {record.id: record for record in store.records()}
        old = find_record(list(known.values()), name)
        same = known.get(reading.document.record.id)
        if same is not None:
            raise SameDocumentError(Path(file.name).name, same.title, same.source)
        if old.source != file.name:
            del known[old.id]
        change = _plan(reading, known)
        (report,) = _carry_out(store, [replace(change, outdated=tuple({*change.outdated, old.id}))])
    return replace(report, status="replaced")


def correct_document(store: Store, name: str, changes: Mapping[str, str | None]) -> DocumentRecord:
    """Correct what was read about a document, and return what is known of it now.

    Args:
        store: The index.
        name: The document, as `find_record` takes it.
        changes: By attribute what holds instead; see `vectorstore.corrections.merged`.

    Raises:
        CorrectionError: A value cannot be taken over; nothing is changed.
        UnknownDocumentError: There is no such document.
        IndexBusyError: Another process is writing.
    """
    with store.writing():
        record = find_record(store.records(), name)
        corrections = merged(record, changes)
        if corrections == record.corrections:
            return record
        as_read = {correction.name: correction.read for correction in record.corrections}
        values = as_read | {correction.name: correction.value for correction in corrections}
        document = corrected(store.document(record.id), values)
        known = prepare(document, record.source_sha256, corrections)
        store.renew(known)
    return known.record


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
