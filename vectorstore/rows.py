"""Documents and passages ⇄ the rows that the store keeps: a text and flat metadata each. No Chroma code is here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ingest import Clause, Document, Row, Table
from vectorstore.duplicates import sketch
from vectorstore.passages import coverage, split_passages
from vectorstore.records import Correction, DocumentRecord, Passage


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that is ready to be indexed."""

    document: Document
    passages: Sequence[Passage]
    record: DocumentRecord


def prepare(document: Document, source_sha256: str, corrections: tuple[Correction, ...] = ()) -> Prepared:
    """Cut a document into passages and describe it.

    Args:
        document: What to index.
        source_sha256: The hash of its file.
        corrections: Those that were made in it.
    """
    passages = split_passages(document)
    record = DocumentRecord(
        **_shared_fields(document),
        source_sha256=source_sha256,
        clauses=len(document.clauses),
        passages=len(passages),
        coverage=coverage(document, passages),
        sketch=sketch(document.text),
        corrections=corrections,
    )
    return Prepared(document, passages, record)


def _shared_fields(known: Document | DocumentRecord) -> dict[str, Any]:
    """Return what a document and its record both say."""
    shared = {f.name for f in fields(Document)} & {f.name for f in fields(DocumentRecord)} - {"clauses"}
    return {name: getattr(known, name) for name in shared}


def record_of(document_id: str, metadata: Mapping[str, Any]) -> DocumentRecord:
    """Return a document's record as its row says."""
    known: dict[str, Any] = {f.name: metadata[f.name] for f in fields(DocumentRecord) if f.name in metadata}
    unknown = dict.fromkeys(("issuer", "document_number", "published", "effective", "region"))
    repeals = tuple(title for title in known.get("repeals", "").split("\n") if title)
    corrections = tuple(Correction(*row) for row in json.loads(known.get("corrections", "[]")))
    return DocumentRecord(**unknown | known | {"id": document_id, "repeals": repeals, "corrections": corrections})


def record_metadata(record: DocumentRecord) -> dict[str, Any]:
    """Return what a document's row keeps beside its text; unknown values are left out, as Chroma wants it."""
    corrections = json.dumps(record.corrections, ensure_ascii=False) if record.corrections else None
    row = asdict(record) | {"repeals": "\n".join(record.repeals), "corrections": corrections}
    return {key: value for key, value in row.items() if value is not None and key != "id"}


def body_of(document: Document) -> str:
    """Return text and clauses as a document's row keeps them."""
    body = {
        "text": document.text,
        "clauses": [asdict(clause) for clause in document.clauses],
        "tables": [asdict(table) for table in document.tables],
        "lost": document.lost,
    }
    return json.dumps(body, ensure_ascii=False)


def document_of(record: DocumentRecord, body: str) -> Document:
    """Return a document as its row says."""
    found = json.loads(body)
    clauses = tuple(Clause(**clause | {"path": tuple(clause["path"])}) for clause in found["clauses"])
    tables = tuple(
        Table(tuple(table["columns"]), tuple(Row(start, end, tuple(cells)) for start, end, cells in table["rows"]))
        for table in found["tables"]
    )
    return Document(
        **_shared_fields(record), text=found["text"], clauses=clauses, tables=tables, lost=tuple(found["lost"])
    )


def passage_metadata(document: Document, passage: Passage) -> dict[str, str | int]:
    """Return what Chroma keeps of a passage beside its text: where it stands, and the year it is filtered by."""
    clause = document.clauses[passage.clause]
    metadata: dict[str, str | int] = {
        "document_id": document.id,
        "clause_id": clause.id,
        "label": clause.label,
        "start": passage.start,
        "end": passage.end,
    }
    year = year_of(clause.period, document.published)
    return metadata if year is None else metadata | {"year": year}


def year_of(period: int | None, published: str | None) -> int | None:
    """Return the year by which a clause is filtered: its own, or that of the publication."""
    if period is not None:
        return period
    return int(published[:4]) if published else None
