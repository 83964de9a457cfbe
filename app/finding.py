"""A question, understood → the extracts that answer it, or the reason why none does.

1. every passage found gives its best extract;
2. the guard leaves out those that speak of another place, year, name or thing;
3. the best of the rest answers if it is likely enough to, with those that belong beside it: one for each year that is
   compared, what other documents say instead, further passages of an account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.asking import FOLLOWS, term_asked
from app.cases import AHEAD, with_cases
from app.clauses import clauses_under
from app.confidence import confidence, threshold, unfit
from app.extraction import Extract, extract, head_hit, under_their_heads
from app.formalities import asks_for_formalities, is_formal
from app.guard import misfit, objection
from app.judging import stretch, sureness
from app.pieces import is_heading
from app.sanctions import with_sanctions
from app.understanding import Understanding
from app.unnamed import no_year, speaks_of_year
from ingest import Clause
from ingest.sentences import Span, split_sentences
from vectorstore import Filters, Hit, Retriever
from vectorstore.normalise import fold
from vectorstore.query import Asked

_SEARCHED = 20
_HITS = 8  # passages looked at closely; the right one is among them wherever it is found at all
_MAX_QUOTES = 2  # quotations for a question that is not about one fact
_EXTRACT_WEIGHT = 0.3  # tried .2 to .8: the extract chosen answers .89 of our development questions, at .5 .84
# Of two lines the one that says what the title leaves open. Tried 0 to 1 on seven sets: notices +.02, policy_qa +.009,
# the report -.003.
_BEYOND_WEIGHT = 0.4
_MISFIT_COST = 0.5  # a passage without any figure does not answer "how many"
_CLOSE = 0.85  # of the best worth: a further passage this good is quoted too
_CLOSE_IF_ASKED = 0.7  # the same for a year that the question names: it is wanted, however the wording differs
_SAME_THING = 0.6  # of how far the best speaks of what a figure is asked of: less, and it is another thing's figure
_SAME_THING_IN_OTHER_WORDS = 0.4  # the same for what answers as surely
_AS_SURE_IN_OTHER_WORDS = 0.85  # right second figures are .90 and .94 as sure as the first, another thing's .65
_ONE_FACT: tuple[Asked, ...] = ("figure", "name", "time", "wording", "yes_no")

Arrangement = Literal["together", "years", "documents", "places"]
"""How what is quoted belongs together: as one answer, year by year, document by document as they disagree, or as what
holds in each of two places."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question.

    Attributes:
        asked: The question, understood.
        looked_at: An extract of each passage that was looked at closely, the likeliest first.
        chosen: What answers, in the order in which it is shown; empty if nothing does.
        arrangement: How these belong together.
        sure: The probability that the best of them answers.
        against: What speaks against the likeliest extract if none answers, as the asker reads it.
    """

    asked: Understanding
    looked_at: tuple[Extract, ...]
    chosen: tuple[Extract, ...]
    arrangement: Arrangement
    sure: float
    against: str

    @property
    def missing_years(self) -> tuple[int, ...]:
        """The years that the question compares and nothing chosen speaks of."""
        years = self.asked.query.years
        if len(years) < 2 or not self.chosen:
            return ()
        return tuple(
            year
            for year in years
            if year <= (self.asked.query.this_year or year) or str(year) in self.asked.query.question
            if not any(e.hit.clause.period in (year, None) or str(year) in e.text for e in self.chosen)
        )


def find(
    retriever: Retriever,
    asked: Understanding,
    filters: Filters | None = None,
    exclude: Callable[[Hit], bool] = lambda hit: False,
) -> Finding:
    """Return what answers a question, or why nothing does; see `find_extracts`."""
    extracts = find_extracts(retriever, asked, filters, exclude)

    def refused(against: str, sure: float = 0.0) -> Finding:
        return Finding(asked, tuple(extracts), (), "together", sure, against)

    if not asked.query.searches_something:
        return refused("问题没有可供查找的词语")
    if defined := _definition(retriever, asked, filters):
        return Finding(asked, tuple(extracts), (defined,), "together", _SURE_OF_A_DEFINITION, "")
    if absent := _no_such_article(extracts, asked, filters):
        return refused(absent)
    reasons = [misfit(extract, asked) for extract in extracts]
    fitting = [extract for extract, reason in zip(extracts, reasons, strict=True) if not reason]
    likeliest = _of_stage(_best(fitting, asked), fitting, asked)
    if likeliest is None:
        return refused(reasons[0] if extracts else "没有符合条件的段落")
    best = stretch(likeliest, asked, retriever.cross_encoder)
    fitting = [best if extract is likeliest else extract for extract in fitting]
    sure = _SURE_OF_A_CLAUSE if _is_named(best, asked) else sureness(best, asked, retriever.cross_encoder)
    ruled_out = [extract for extract, reason in zip(extracts, reasons, strict=True) if reason]
    rivals = [confidence(extract, asked) for extract in ruled_out if not _is_below(extract, best)]
    if sure < max(threshold(asked), _AS_SURE * max(rivals, default=0.0)):
        return refused(objection(extracts[0], asked) or "找到的段落与问题不够吻合", sure)
    undoubted = [extract for extract in fitting if extract is best or not unfit(extract)]
    chosen, arrangement = _arrange(best, undoubted, asked)
    if asked.query.years and not any(speaks_of_year(extract, asked) for extract in chosen):
        return refused(no_year(asked, best))  # set against a year that is not
    if arrangement == "together" and _wants_account(asked):
        chosen = _without_overlap([e if _is_named_case(e, asked) else in_full(e) for e in chosen])
    if arrangement == "together":
        chosen = [with_cases(extract, asked) for extract in chosen]
        chosen = _in_order(_without_overlap([found for extract in chosen for found in _with_list(extract, asked)]))
    return Finding(asked, tuple(extracts), tuple(chosen), arrangement, sure, "")


def _is_named(found: Extract, asked: Understanding) -> bool:
    """Tell whether an extract is the clause that a question names by its number, and asks for nothing but it."""
    return asked.query.only_refers and asked.wanted.kind == "other" and found.hit.why["reference"] > 0


_SURE_OF_A_CLAUSE = 0.95  # there is one of that number


def _is_below(found: Extract, other: Extract) -> bool:
    """Tell whether an extract is of a part of the clause that another is of: an item under the head of its list."""
    above, path = other.hit.clause.path, found.hit.clause.path
    return found.hit.document.id == other.hit.document.id and len(path) > len(above) and path[: len(above)] == above


# A sentence that says what a term means answers what it means; .95 is how sure the surest of other answers are.
_SURE_OF_A_DEFINITION = 0.95


def _definition(retriever: Retriever, asked: Understanding, filters: Filters | None) -> Extract | None:
    """Return the sentence that says what a term means, if that is asked: 「本条例所称信访，是指…」."""
    term = term_asked(asked.query.question)
    if not term:
        return None
    sought = retriever.sought(retriever.understand(f"所称{term}，是指"))
    says = re.compile(
        rf"(?:(?<![\u4e00-\u9fff])|(?<=所称)|(?<=称的)){re.escape(term)}[”」』\"》]?[，,:：]?\s*(?:是指|系指|指的是|指)"
    )
    for hit in retriever.find(sought, _SEARCHED, filters):
        for sentence in split_sentences(hit.document.text, hit.start, hit.end):
            text = hit.document.text[slice(*sentence)]
            if says.search(fold(text)):
                return Extract(hit, (sentence,), 1.0, True, None, text, 1.0, 1.0)
    return None


def _no_such_article(extracts: Sequence[Extract], asked: Understanding, filters: Filters | None) -> str:
    """Tell which article is asked for that the document named does not have; empty if it has, or none is named."""
    query = asked.query
    named = query.titles or query.laws or (filters and filters.document)
    article = _ARTICLE.search(query.question)
    if not named or article is None or any(found.hit.why["reference"] for found in extracts):
        return ""
    return f"这份文件没有{article[0]}"


_ARTICLE = re.compile(r"第\s*[\d一二三四五六七八九十百零]+\s*条")


# What answers must be so sure, beside the likeliest passage that the guard did not let through: where that speaks of
# the very topic, 「公办普高学位」, a figure from far off is no answer. With .5, 5 more of 399 near misses
# are refused than with 0 and no answer is lost; with .7, 7 more are, and 5 of 589 answers.
_AS_SURE = 0.5

_SECTION = 600  # characters of a section with all its items: what a page shows; of longer ones only the beginning
_NAMED_SECTION = 1500  # of a clause that is asked for by its number: whoever checks its wording wants all of it
_ACCOUNT = 350  # characters; an account runs on for several sentences, and more than this nobody reads as an answer


def _wants_account(asked: Understanding) -> bool:
    if asked.query.asked != "account" or asked.wanted.kind not in ("other", "reason"):
        return False
    return _OBJECT.search(asked.query.question) is None


# 「争创什么」 asks for a name, 「内容是什么」 for an account.
_OBJECT = re.compile(r"(?:争创|获评了?|获得了?|获|称为|属于|叫做?|改为|[”」\"])(?:了)?(?:什么|啥)[?？]?$")


def in_full(found: Extract) -> Extract:
    """Return an extract with the sentences that go on where it ends, to the end of its clause or `_ACCOUNT`."""
    document, clause, start = found.hit.document, found.hit.clause, found.spans[0].start
    end = found.spans[-1].end
    for sentence in split_sentences(document.text, end, clause.end):
        if sentence.end - start > _ACCOUNT:
            break
        end = sentence.end
    return replace(found, spans=(Span(start, end),)) if len(found.spans) == 1 else found


def _is_named_case(found: Extract, asked: Understanding) -> bool:
    """Tell whether an extract is one of several cases that its sentence tells, and the question names it."""
    if asked.sizes:
        return asked.names_in(found.text)
    text, start, end = found.hit.document.text, found.spans[0].start, found.spans[-1].end
    return found.ahead >= AHEAD and bool({text[start - 1], text[end - 1]} & _WITHIN)


_WITHIN = frozenset("，,；;")  # beside a case that stands in a sentence with others


def _without_overlap(extracts: Sequence[Extract]) -> list[Extract]:
    """Return the extracts without those that begin inside one before."""
    kept: list[Extract] = []
    for found in extracts:
        start = found.spans[0].start
        if not any(
            other.hit.document.id == found.hit.document.id and other.spans[0].start <= start < other.spans[-1].end
            for other in kept
        ):
            kept.append(found)
    return kept


def _in_order(extracts: Sequence[Extract]) -> list[Extract]:
    """Return extracts as they stand in their documents, each clause's where its first one stood."""
    first: dict[tuple[str, ...], int] = {}
    for i, found in enumerate(extracts):
        first.setdefault(_article(found), i)
    return sorted(extracts, key=lambda found: (first[_article(found)], found.spans[0].start))


def _article(found: Extract) -> tuple[str, ...]:
    """Return which document and which of its outer clauses an extract is of."""
    return found.hit.document.id, *found.hit.clause.path[: _DEPTH_OF_ITEMS - 1]


def find_extracts(
    retriever: Retriever,
    asked: Understanding,
    filters: Filters | None = None,
    exclude: Callable[[Hit], bool] = lambda hit: False,
) -> list[Extract]:
    """Return an extract of each passage worth looking at, the likeliest answer first.

    Args:
        retriever: The index.
        asked: The question, understood.
        filters: Which passages may be found.
        exclude: Passages to act as if they were not indexed.
    """
    sought = retriever.sought(asked.query)
    found = [hit for hit in retriever.find(sought, _SEARCHED, filters) if not exclude(hit)]
    named = asked.query.only_refers and bool(asked.query.references)
    formal = asks_for_formalities(asked.query.question)
    hits = [
        hit
        for hit in found
        if (named and hit.why["reference"])
        or not (is_heading(hit.text, hit) or (not formal and is_formal(hit.document.text, hit.start, hit.end)))
    ] or found
    extracts = extract(hits[:_HITS], sought, asked)
    if asked.wanted.kind != "other":
        extracts = under_their_heads(extracts, sought, asked)
    extracts = with_sanctions(extracts, asked)
    return _with_rivals(sorted(extracts, key=worth, reverse=True))


def _with_rivals(ordered: Sequence[Extract]) -> list[Extract]:
    """Return extracts, the likeliest first, each with how far it lies behind others."""
    if len(ordered) < 2:
        return list(ordered)
    first, second = map(worth, ordered[:2])
    most = max(found.worth for found in ordered)
    return [
        replace(found, behind=(first if i else second) - worth(found), said_less=most - found.worth)
        for i, found in enumerate(ordered)
    ]


def worth(found: Extract) -> float:
    """Return how likely an extract answers, compared with the others of its question."""
    misfit_cost = 0.0 if found.fits else _MISFIT_COST
    said = _EXTRACT_WEIGHT * found.worth + _BEYOND_WEIGHT * found.beyond
    return found.hit.score + said - misfit_cost


def _best(fitting: Sequence[Extract], asked: Understanding) -> Extract | None:
    """Return the likeliest answer: the clause that is named, if one is and it is all that is asked for."""
    query = asked.query
    if not query.only_refers or asked.wanted.kind != "other":
        return fitting[0] if fitting else None
    named = [extract for extract in fitting if extract.hit.why["reference"]]
    if named:
        best = max(named, key=lambda extract: extract.hit.why["document"])  # the first of equals
        return replace(best, spans=(Span(best.hit.clause.start, best.hit.clause.end),), instead=())
    return fitting[0] if fitting and not query.references else None  # a number that no clause has names nothing else


def _of_stage(best: Extract | None, fitting: Sequence[Extract], asked: Understanding) -> Extract | None:
    """Return what is as likely as the likeliest answer and of the stage asked for, if that is of the other.

    What was planned for a year in one report was done in the next. Who asks for a figure of a year wants what became of
    it, unless the question speaks of aims.
    """
    query = asked.query
    one = asked.wanted.kind == "figure" and not query.compares
    stage = query.stage or ("done" if query.years else None)
    if best is None or not one or stage is None or best.hit.clause.stage in (stage, None):
        return best
    others = (
        found
        for found in fitting
        if found.hit.clause.stage == stage and worth(best) - worth(found) < _AS_LIKELY and not unfit(found)
        if not query.years or found.hit.clause.period == best.hit.clause.period
    )
    return next(others, best)


_AS_LIKELY = 0.5  # of `worth`: passages that say the same of two stages are .0 to .3 apart


def _items(named: Extract, most: int) -> list[Extract]:
    """Return the clauses under one that is named, a citation each, if they are short enough to read as an answer."""
    document, clause = named.hit.document, named.hit.clause
    items = clauses_under(document, clause)
    if not items or items[-1].end - clause.start > most:
        return []
    return [_of_clause(named, item, item.end) for item in items]


def _whole_list(found: Extract) -> list[Extract]:
    """Return all items of the list that an extract is one of; none if it is of no list, or of one too long to read."""
    document, clause = found.hit.document, found.hit.clause
    above = next((c for c in document.clauses if c.path == clause.path[:-1] and c.end <= clause.start), None)
    if above is None or len(clause.path) < _DEPTH_OF_ITEMS:
        return []
    items = _items(replace(found, hit=replace(found.hit, clause=above)), _SECTION)
    head = document.text[above.start : above.end].rstrip()
    announced = head.endswith(("：", ":"))
    if not (announced or len(items) > 1) or not any(item.hit.clause == clause for item in items):
        return []
    # 「下列情形学校不承担责任：」 turns round what the items alone seem to say.
    heads = [_of_clause(found, above, above.start + len(head))] if announced and len(head) <= _SHORT_HEAD else []
    return [*heads, *map(_first_line, items)]


def _of_clause(found: Extract, clause: Clause, end: int) -> Extract:
    """Return an extract of what a clause says up to `end`."""
    hit = replace(found.hit, clause=clause, start=clause.start, end=end)
    return replace(found, hit=hit, spans=(Span(clause.start, end),))


def _first_line(item: Extract) -> Extract:
    """Return an item of a list without the lines behind it, which belong to the list or to nothing."""
    ((start, end),) = item.spans
    line = item.hit.document.text.find("\n", start, end)
    return item if line < 0 else replace(item, spans=(Span(start, line),))


_SHORT_HEAD = 120  # characters
_DEPTH_OF_ITEMS = 3  # title, heading, item
_HEADS_A_LIST = re.compile(r"[：:]$|(?:下列|以下|如下)[^，,。]{0,20}$")


def _with_list(found: Extract, asked: Understanding) -> list[Extract]:
    """Return an extract with the clauses that it announces, 「须上传以下材料：」; of a list that is asked for, all."""
    if not found.is_row and (asked.wanted.is_list and (listed := _whole_list(found))):
        return _of_the_size(listed, asked)
    heads = _HEADS_A_LIST.search(found.text.rstrip()) or is_heading(found.text, found.hit)
    if found.is_row or not heads or found.spans[-1].end < found.hit.clause.end - 1:
        return [*_head_of_list(found, asked), found]
    return [found, *_of_the_size([_first_line(item) for item in _items(found, _SECTION)], asked)]


def _head_of_list(found: Extract, asked: Understanding) -> list[Extract]:
    """Return what stands above an item and says what it is an item of, where the item alone would not answer.

    「（三）分设重点班的」 does not say whether it is allowed, nor what follows; 「有下列行为之一的，责令改正：」 does.
    """
    if above := found.head_of_list:
        return [*_head_of_list(above, asked), above] if above.head_of_list else [above]
    rule = asked.query.asked == "yes_no" or _ASKS_WHAT_FOLLOWS.search(asked.query.question)
    hit = head_hit(found, _RULES) if rule and not found.is_row else None
    if hit is None:
        return []
    said = hit.document.text[hit.start : hit.end].rstrip()
    return [replace(found, hit=hit, spans=(Span(hit.start, hit.start + len(said)),))]


_ASKS_WHAT_FOLLOWS = re.compile(rf"怎么?(?:样|办)|{FOLLOWS.pattern}")
_RULES = re.compile(r"不得|禁止|严禁|不予|应当|可以|责令|处以|罚|处分|追究|取消|给予|减免|补|承担|免责|认定|视为|属于")


def _of_the_size(items: Sequence[Extract], asked: Understanding) -> list[Extract]:
    """Return the items of a list without those for others than asked about, by number, age or years."""
    return [item for item in items if not asked.contrary(item.text, fact=True)]


def _arrange(best: Extract, fitting: Sequence[Extract], asked: Understanding) -> tuple[list[Extract], Arrangement]:
    query = asked.query
    if query.only_refers and best.hit.why["reference"]:
        return [best, *_items(best, _NAMED_SECTION)], "together"
    if query.compares and len(by_year := _one_a_year(best, fitting, asked)) > 1:
        return by_year, "years"
    if asked.wanted.kind in ("figure", "day", "when") and len(said := _disagreeing(best, fitting, asked)) > 1:
        return said, "documents"
    if query.asked in _ONE_FACT or asked.wanted.kind != "other" or best.is_row or FOLLOWS.search(query.question):
        return [best], "together"
    return [e for e in fitting if e is best or worth(e) >= _CLOSE * worth(best)][:_MAX_QUOTES], "together"


def _one_a_year(best: Extract, fitting: Sequence[Extract], asked: Understanding) -> list[Extract]:
    """Return the best extract of each year that is compared, the earliest first."""
    of_year: dict[int | None, Extract] = {}
    for found in fitting:
        of_year.setdefault(found.hit.clause.period, found)
    of_year[best.hit.clause.period] = best
    years = asked.query.years
    kept = [
        found
        for year, found in of_year.items()
        if found is best
        or (
            worth(found) >= (_CLOSE_IF_ASKED if year in years else _CLOSE) * worth(best)
            and (asked.wanted.kind == "other" or confidence(found, asked, alone=True) >= threshold(asked))
            and _names_the_same(found, best, asked, year in years)
        )
    ]
    return sorted(kept, key=lambda found: found.hit.clause.period or 0)


def _names_the_same(found: Extract, best: Extract, asked: Understanding, asked_for: bool) -> bool:
    """Tell whether a figure of another year is of the thing that the best one is of.

    The other year may call it by another name if the question names the year and it answers nearly as surely.
    """
    sure, of_best = (confidence(extract, asked, alone=True) for extract in (found, best))
    as_sure = asked_for and sure >= _AS_SURE_IN_OTHER_WORDS * of_best
    return found.head >= (_SAME_THING_IN_OTHER_WORDS if as_sure else _SAME_THING) * best.head


def _disagreeing(best: Extract, fitting: Sequence[Extract], asked: Understanding) -> list[Extract]:
    """Return the extracts of different documents that state different things of the same place and time, newest first.

    Documents of different places do not disagree, nor do those of different years, nor what was planned with what was
    done.
    """
    said = [best]
    for other in fitting:
        document, known = other.hit.document, best.hit.document
        stages = {found.hit.clause.stage for found in (other, best)} - {None}
        if (
            document.id not in {found.hit.document.id for found in said}
            and document.region == known.region
            and other.hit.clause.period == best.hit.clause.period
            and len(stages) <= 1
            and worth(other) >= _CLOSE * worth(best)
            and confidence(other, asked, alone=True) >= threshold(asked)
            and _states(other, asked).isdisjoint(_states(best, asked))
        ):
            said.append(other)
    return sorted(said, key=lambda found: found.hit.document.published or "", reverse=True)


def _states(found: Extract, asked: Understanding) -> set[object]:
    if asked.wanted.kind != "figure":
        return set(asked.wanted.expressions(found.text))
    return {(quantity.value, quantity.kind) for quantity in asked.wanted.stated(found.fact)}
