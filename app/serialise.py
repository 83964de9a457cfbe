"""Records → the JSON objects that others script against. Their names and keys are a contract."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from app.records import Answer, CheckedSentence, Citation
from app.reports import Report
from ingest import Document
from vectorstore import DocumentRecord, FileReport, Hit, Validity
from vectorstore.records import place

Json = dict[str, Any]


def dumps(value: Json) -> str:
    """Return one line of JSON with Chinese characters as themselves."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def answer_json(answer: Answer) -> Json:
    """Return the object of `wence ask --json`; `unsupported` is in it where a language model was asked."""
    left_out = [{"sentence": s.text, "reason": s.reason} for s in answer.sentences if s.reason]
    return {
        "question": answer.question,
        "outcome": answer.outcome,
        "answer": answer.text,
        "citations": [_citation_json(citation) for citation in answer.citations],
        "steps": [asdict(step) for step in answer.steps],
        "elapsed_ms": answer.elapsed_ms,
    } | ({"unsupported": left_out} if answer.model else {})


def growing_json(answer: Answer, shown: int) -> list[Json]:
    """Return the sentences of an answer behind the first `shown`, each with what supports it or why it is left out."""
    return [
        {
            "sentence": sentence.text,
            "citations": [_citation_json(answer.citations[number - 1]) for number in sentence.citations],
            "reason": sentence.reason,
        }
        for sentence in answer.sentences[shown:]
    ]


def search_json(question: str, hits: list[Hit], elapsed_ms: float) -> Json:
    """Return the object of `wence search --json`."""
    return {"question": question, "hits": [_hit_json(hit) for hit in hits], "elapsed_ms": round(elapsed_ms, 2)}


def report_json(report: FileReport) -> Json:
    """Return the object of `wence ingest --json` for one file."""
    record = report.record
    about = ("title", "issuer", "document_number", "published", "clauses", "passages")
    reason = {"reason": report.reason} if report.reason else {}
    return (
        {"source": report.source, "status": report.status}
        | reason
        | {"document_id": record.id if record else None}
        | {name: getattr(record, name) if record else None for name in about}
        | {"coverage": round(record.coverage, 4) if record else None}
    )


def evaluation_json(report: Report) -> Json:
    """Return the object of `/api/reports` for one report."""
    about = {key: value for key, value in asdict(report).items() if key != "page"}
    return about | {"when": report.when.isoformat(timespec="seconds")}


def record_json(record: DocumentRecord, validity: Validity | None) -> Json:
    """Return the object of `wence documents --json` for one document."""
    return {
        "document_id": record.id,
        "title": record.title,
        "issuer": record.issuer,
        "document_number": record.document_number,
        "published": record.published,
        "effective": record.effective,
        "status": validity.status if validity else None,
        "source": record.source,
        "clauses": record.clauses,
        "passages": record.passages,
    }


def document_json(document: Document, validity: Validity | None = None) -> Json:
    """Return the object of `wence show --json`; that of `wence ingest --dry-run --json` has no status."""
    fields = {key: value for key, value in asdict(document).items() if key not in ("id", "clauses")}
    clauses = [{"clause_id": c.pop("id")} | c for c in (asdict(clause) for clause in document.clauses)]
    status = {"status": validity.status, "replaced_by": validity.by} if validity else {"status": None}
    return {"document_id": document.id} | fields | status | {"clauses": clauses}


def checked_json(checked: CheckedSentence) -> Json:
    """Return the object of `wence check --json` for one sentence."""
    return {
        "sentence": checked.sentence,
        "start": checked.start,
        "end": checked.end,
        "verdict": checked.verdict,
        "source": _citation_json(checked.source) if checked.source else None,
        "differences": [asdict(difference) for difference in checked.differences],
    }


def _citation_json(citation: Citation) -> Json:
    clause = citation.clause
    return place(citation.document, clause) | {
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "period": clause.period,
        "stage": clause.stage,
        "page": clause.page,
        "score": citation.score,
    }


def _hit_json(hit: Hit) -> Json:
    return place(hit.document, hit.clause) | {
        "text": hit.text,
        "start": hit.start,
        "end": hit.end,
        "score": hit.score,
        "why": hit.why,
    }
