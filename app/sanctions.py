"""A rule → the clause of its document that says what follows where it is broken.

Laws set down first what is to be done and at their end, by number, what follows: 「违反本法第五十九条第二款规定的，…
处五万元以下罚款」. Who asks what selling wine to children costs is answered by both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from app.cases import AHEAD
from app.extraction import Extract
from app.understanding import Understanding
from ingest import Clause, Document
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from ingest.sentences import Span, split_parts, split_sentences
from vectorstore.passages import list_head

_ASKED = re.compile(r"罚|处分|处理|后果|会怎[么样]|怎么办|追究|追责|责任|违法|犯法")
_SANCTION = re.compile(r"罚款|处分|责令|警告|吊销|追究|没收|拘留|处罚|赔偿责任|批评|通报")
_ARTICLE = re.compile(rf"^第([\d{NUMERAL_CHARACTERS}]+)条")
_NAMED = rf"第([\d{NUMERAL_CHARACTERS}]+)条(?:第[^，,。；;、]{{1,4}}款)?(?:第[^，,。；;]{{1,8}}项)?"
# Not of another law: 「违反《中华人民共和国治安管理处罚法》第二十条」.
_BROKEN = re.compile(
    rf"(?:违反|不履行|未履行)(?:了)?(?:本[^，,。；;第《]{{1,6}})?(?P<named>{_NAMED}(?:(?:[、和或及]|至){_NAMED})*)"
)
_RANGE = re.compile(rf"(至)?{_NAMED}")
_LONGEST = 450  # characters of a sanction that is quoted whole; of longer ones the sentence that names the rule
_RULE = 240  # characters of a rule that is quoted whole, as it stands beside its sanction


def with_sanctions(extracts: Sequence[Extract], asked: Understanding) -> list[Extract]:
    """Return extracts, those of rules with what follows where they are broken, if that is asked."""
    if asked.query.asked == "yes_no" or not _ASKED.search(asked.query.question):
        return list(extracts)
    documents = {found.hit.document.id: found.hit.document for found in extracts}
    known = {id_: sanctions(document) for id_, document in documents.items()}
    met = {(found.hit.document.id, found.hit.clause.id): found.hit.why["met"] for found in extracts}
    return [_met_by_both(_with_sanction(found, known[found.hit.document.id], asked), found, met) for found in extracts]


def _met_by_both(found: Extract, rule: Extract, met: Mapping[tuple[str, str], float]) -> Extract:
    """Return a rule with its sanction as met by whichever of them meets the question better."""
    if found is rule or found.head_of_list is None:
        return found
    sanction = met.get((found.hit.document.id, found.head_of_list.hit.clause.id), 0.0)
    if sanction <= found.hit.why["met"]:
        return found
    return replace(found, hit=replace(found.hit, why=found.hit.why | {"met": sanction}, met=None))


def _with_sanction(found: Extract, known: Mapping[int, Clause], asked: Understanding) -> Extract:
    if found.is_row:
        return found
    if _SANCTION.search(found.text):
        return _graded(found, asked)
    if (above := found.head_of_list) and _SANCTION.search(above.hit.text):
        return replace(found, head_of_list=_graded(above, asked))
    number = _article(found.hit.clause)
    if number is None or found.head_of_list or _SANCTION.search(found.hit.text):
        return found
    clause = known.get(number)
    if clause is None:
        return found
    sanction = _sanction(found, clause, number)
    head = list_head(found.hit.document, clause)
    if head is not None:
        sanction = replace(sanction, head_of_list=_quoted(found, head, head.end))
    stating = next((e for e in (sanction, sanction.head_of_list) if e and asked.wanted.fits(e.text)), None)
    if stating is None:
        return found
    rule = found.hit.clause
    spans = (Span(rule.start, rule.end),) if rule.end - rule.start <= _RULE else (_whole_sentences(found),)
    return replace(found, spans=spans, fits=True, fact=stating.text, contrary=None, head_of_list=sanction)


def _graded(found: Extract, asked: Understanding) -> Extract:
    """Return an extract of a sanction with all its degrees: 「情节严重的，…」 is but the second of them.

    Where a figure is asked for, those of its own conduct only; a clause may go on with another's. Who names the degree,
    「第三次」, wants that one.
    """
    if asked.sizes and asked.names_in(found.text):
        return found
    text, clause = found.hit.document.text, found.hit.clause
    if asked.wanted.kind == "other" and found.ahead < AHEAD and clause.end - clause.start <= _LONGEST:
        return replace(found, spans=(Span(clause.start, clause.end),))
    parts = split_parts(text, *_whole_sentences(found))
    own = [i for i, part in enumerate(parts) if part.start < found.spans[-1].end and found.spans[0].start < part.end]
    if not own:
        return found
    first, last = own[0], own[-1]
    while first and _DEGREE.match(text, parts[first].start):
        first -= 1
    while last + 1 < len(parts) and _DEGREE.match(text, parts[last + 1].start):
        last += 1
    return replace(found, spans=(Span(parts[first].start, parts[last].end),))


_DEGREE = re.compile(r"情节|拒不|逾期|造成|屡教|构成|仍|再次|并")


def _whole_sentences(found: Extract) -> Span:
    """Return the stretch of the sentences that an extract is of."""
    clause, (first, last) = found.hit.clause, (found.spans[0].start, found.spans[-1].end)
    sentences = split_sentences(found.hit.document.text, clause.start, clause.end)
    within = [sentence for sentence in sentences if sentence.start < last and first < sentence.end]
    return Span(within[0].start, within[-1].end) if within else Span(first, last)


@lru_cache(64)  # documents looked at last
def sanctions(document: Document) -> Mapping[int, Clause]:
    """Return for each article of a document the first clause that says what follows where it is broken."""
    found: dict[int, Clause] = {}
    for clause in document.clauses:
        text = document.text[clause.start : clause.end]
        if "违反" not in text and "履行" not in text:
            continue
        head = list_head(document, clause)
        above = document.text[head.start : head.end] if head else ""
        if _SANCTION.search(text + above):
            for number in _broken(text):
                found.setdefault(number, clause)
    return found


def _broken(text: str) -> Iterator[int]:
    """Yield the articles that a text says are broken: of 「第十六条至第十八条」 all three."""
    for match in _BROKEN.finditer(text):
        last = 0
        for joint, written in _RANGE.findall(match["named"]):
            number = parse_numeral(written)
            yield from range(last + 1, number) if joint and last else ()
            yield number
            last = number


def _article(clause: Clause) -> int | None:
    """Return the number of the article that a clause is, or is a part of."""
    named = next(filter(None, map(_ARTICLE.match, reversed(clause.path))), None)
    return parse_numeral(named[1]) if named else None


def _sanction(found: Extract, clause: Clause, number: int) -> Extract:
    """Return the clause, or of a long one the sentences from the one that names the article on."""
    text = found.hit.document.text
    if clause.end - clause.start <= _LONGEST:
        return _quoted(found, clause, clause.end)
    for sentence in split_sentences(text, clause.start, clause.end):
        if number in _broken(text[slice(*sentence)]):
            return _quoted(found, clause, sentence.end, sentence.start)
    return _quoted(found, clause, clause.start + _LONGEST)


def _quoted(found: Extract, clause: Clause, end: int, start: int | None = None) -> Extract:
    start = clause.start if start is None else start
    said = found.hit.document.text[start:end].rstrip()
    hit = replace(found.hit, clause=clause, start=clause.start, end=clause.end)
    return replace(found, hit=hit, spans=(Span(start, start + len(said)),), fits=True, contrary=None)
