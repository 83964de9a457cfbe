"""What was found → the numbered sources that a language model is given, the likeliest first, as many as fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.citations import cite, clause_name, stage_name
from app.extraction import Extract
from app.finding import Finding, worth
from app.grounds import Grounds, ground
from app.guard import objection
from app.records import Citation
from ingest import Clause, Document

# Inside a source nothing looks like the tags around it, nor like a mark.
_HARMLESS = str.maketrans({"<": "＜", ">": "＞", "【": "〖", "】": "〗"})


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a model is given.

    Attributes:
        number: By which the model cites it, from 1.
        citation: Its words and where they stand.
        grounds: What it holds, ready to be compared with.
    """

    number: int
    citation: Citation
    grounds: Grounds

    @property
    def text(self) -> str:
        """As the model is given it."""
        citation = self.citation
        known = {
            "编号": str(self.number),
            "文件": citation.document.title,
            "条款": clause_name(citation),
            "年度": stage_name(citation),
            "日期": citation.document.published or "",
        }
        about = "".join(f' {name}="{harmless(value)}"' for name, value in known.items() if value)
        return f"<资料{about}>\n{harmless(citation.quote)}\n</资料>"


def harmless(text: str) -> str:
    """Return a text from outside in which nothing looks like a tag or a mark of ours."""
    return text.translate(_HARMLESS)


def gather(found: Sequence[Finding]) -> list[Citation]:
    """Return the passages that may answer, the likeliest first: what was chosen, then all that nothing speaks against.

    Passages of a clause that follow each other become one.
    """
    stretches: list[Citation] = []
    for extract in _in_order(found):
        hit = extract.hit
        start, end = min(hit.start, extract.spans[0].start), max(hit.end, extract.spans[-1].end)
        for i, other in enumerate(stretches):
            if other.clause.id == hit.clause.id and other.document.id == hit.document.id:
                first, last = min(start, other.start), max(end, other.end)
                between = hit.document.text[min(end, other.end) : max(start, other.start)]
                if not between.strip():
                    stretches[i] = cite(hit, first, last)
                    break
        else:
            stretches.append(cite(hit, start, end))
    return stretches


def _in_order(found: Sequence[Finding]) -> Iterator[Extract]:
    answered = [finding for finding in found if finding.chosen]
    for finding in answered:
        yield from finding.chosen
    others = [
        extract
        for finding in answered
        for extract in finding.looked_at
        if extract not in finding.chosen and not objection(extract, finding.asked)
    ]
    yield from sorted(others, key=worth, reverse=True)


def fitting(citations: Sequence[Citation], room: int, count: Callable[[str], int]) -> list[Source]:
    """Return the first passages that take no more than some tokens together, numbered; longer ones are passed over."""
    sources: list[Source] = []
    for citation in citations:
        source = Source(len(sources) + 1, citation, grounds_of(citation))
        tokens = count(f"{source.text}\n")
        if tokens <= room:
            sources.append(source)
            room -= tokens
    return sources


def grounds_of(citation: Citation) -> Grounds:
    """Return what a passage holds, with what it stands under."""
    return grounds_in(citation.document, citation.clause, citation.quote)


def grounds_in(document: Document, clause: Clause | None, words: str) -> Grounds:
    """Return what some words of a document hold, with what they stand under: their clause, if they are in one."""
    under = (*clause.path, clause.label) if clause else ()
    about = (document.title, *under, document.issuer, document.document_number)
    return ground(
        words,
        "\n".join(part for part in about if part),
        clause.period if clause else None,
        document.region or "",
        document.published or "",
    )
