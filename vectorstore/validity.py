"""Whether documents are in force: what each says of itself, what others say of it, and which version is the newest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from vectorstore.records import DocumentRecord, Validity


def validities(records: Sequence[DocumentRecord], today: date) -> dict[str, Validity]:
    """Return the status, by id, of the documents of which one is known.

    The newest version that has come into force is in force; those before it are superseded. A document that says
    nothing of its validity, and of which no other speaks, has no status here: silence does not prove it valid.
    """
    day = today.isoformat()
    found: dict[str, Validity] = {}
    for versions in _versions(records):
        found |= _of_versions(versions, day)
    repealed_by = _repeals(records, day)
    for record in records:
        if record.repealed:
            found[record.id] = Validity("repealed")
        elif record.id in repealed_by:
            found[record.id] = Validity("repealed", repealed_by[record.id])
        elif record.id in found:
            continue
        elif record.expires and record.expires < day:
            found[record.id] = Validity("expired")
        elif record.effective:
            found[record.id] = Validity("in_force" if record.effective <= day else "not_yet_in_force")
    return found


def outdated(found: Mapping[str, Validity]) -> frozenset[str]:
    """Return the ids of the documents whose place another indexed document has taken: they do not answer."""
    return frozenset(id_ for id_, validity in found.items() if validity.by is not None)


# What follows or precedes a title without making it another document's: 「（2018年修正）」, 「（试行）」.
_EDITION = re.compile(r"[（(][^（）()]*(?:修订|修正|修改|试行|暂行|年版|版|\d{4})[^（）()]*[）)]$")
_STATE = "中华人民共和国"
_IS_LAW = re.compile(r"(?:法|条例|办法|规定|细则|规则|章程|规程)$")
_MIN_TITLE = 4  # characters: 《教师法》 has three and a state's name, 《办法》 could be anybody's


def title_key(title: str) -> str:
    """Return a title as all versions of a document share it."""
    plain = re.sub(r"\s", "", title)
    while (shorter := _EDITION.sub("", plain)) != plain:
        plain = shorter
    return plain.strip("《》")


def _versions(records: Iterable[DocumentRecord]) -> list[list[DocumentRecord]]:
    """Return the documents of which there are several dated versions: of one title, and by one issuer.

    Laws go by their titles, which name the place; two schools may both have a 「学生管理办法」.
    """
    groups: dict[tuple[str, str], list[DocumentRecord]] = {}
    for record in records:
        title = title_key(record.title)
        by = "" if _IS_LAW.search(title) and _names_a_place(record, title) else record.issuer or record.id
        if len(title) >= _MIN_TITLE and record.published:  # the day a law takes effect is its first version's
            groups.setdefault((title, by), []).append(record)
    return [sorted(group, key=_date) for group in groups.values() if len({_date(record) for record in group}) > 1]


def _names_a_place(record: DocumentRecord, title: str) -> bool:
    return title.startswith(_STATE) or bool(record.region and title.startswith(record.region))


def _date(record: DocumentRecord) -> str:
    """Return the date by which documents are ordered: of adoption or change, or else of effect."""
    return record.published or record.effective or ""


def _of_versions(versions: Sequence[DocumentRecord], day: str) -> dict[str, Validity]:
    in_force = [record for record in versions if max(_date(record), record.effective or "") <= day]
    newest = in_force[-1] if in_force else versions[-1]
    found: dict[str, Validity] = {}
    for record in versions:
        if _date(record) < _date(newest):
            found[record.id] = Validity("superseded", newest.id)
        elif record.id == newest.id and in_force:
            found[record.id] = Validity("in_force")
        else:
            found[record.id] = Validity("not_yet_in_force")
    return found


def _repeals(records: Sequence[DocumentRecord], day: str) -> dict[str, str]:
    """Return by the id of a repealed document that of the one that repeals it.

    A text speaks of 《信访条例》 and may mean the one of its own place: the titles must be the same, and the one that
    repeals must be the younger of the two and have come into force.
    """
    by_title: dict[str, list[DocumentRecord]] = {}
    for record in records:
        key = title_key(record.title)
        for name in {key, key.removeprefix(_STATE)}:
            by_title.setdefault(name, []).append(record)
    found: dict[str, str] = {}
    for record in records:
        if (record.effective or _date(record) or day) > day:
            continue
        for title in record.repeals:
            for repealed in by_title.get(title_key(title), []):
                if repealed.id != record.id and (_date(repealed) or "0") < (_date(record) or day):
                    found[repealed.id] = record.id
    return found
