"""A passage → the pieces that can stand alone: facts between commas, or sentences where an account is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from app.asking import EACH, FOLLOWS, HOW, LISTS
from app.clauses import clauses_under
from app.formalities import asks_for_formalities, is_formal
from app.places import Place, region_place
from app.quantities import quantities
from app.understanding import Understanding
from ingest.headings import without_number
from ingest.sentences import Span, bracket_depth, cut, split_sentences
from vectorstore import Hit
from vectorstore.normalise import heading_key

# Where one fact ends and the next begins: not in 8:30, nor behind a condition, which is half a rule: 「逾期申请的，」.
_COMMA = re.compile(r"(?<!的)[，,]|[；;。！？!?\n]")
_LIST_COMMA = re.compile(r"、")
# Characters of a sentence that is quoted whole: 「资助280元，个人缴120元」. With 30 four of 240 questions on notices
# are answered that were not with 0; with 60 those on a long report lose a fiftieth.
_SHORT = 30
# The same where several things are asked for, which stand together more often than not. With 150 three of 589 questions
# on a report lose their answer, of 266 on rules and guides four win one with either.
_TOGETHER = 90
# Figures of a passage: of so many most are others'. Of 736 questions that ask two things 57 are won with 4, and 39 lost
# (5: 39, 25); with none, that is never whole sentences, 80 and 69.
_DENSE = 4
_HAN = re.compile(r"[\u3400-\u9fff]")
# Han characters: 「、100%」 belongs to the list before it, 「、二级园191所」 is a fact of its own.
_STANDS_ALONE = 2
_ASKED = re.compile(r"[问Q][:：]")
_ANSWERED = re.compile(r"\s*[答A][:：]\s*")
_COUNTS_THINGS = re.compile(r"\d[\d.万亿余多]*[个所名项家件处条部篇门支座台枚对][\u3400-\u9fff]{2}")
_OF_A_RANGE = re.compile(r"\d+(?:[至到~—－-]+\d+)?(?:周?岁|年|个?[天日]|公里|千米|平方米)[^\d]{2,}\d")
_NUMBER = 8  # characters that the number before a heading takes at most

# Words of questions that want to be told of something rather than a fact.
_ACCOUNT = re.compile(
    r"举措|措施|做法|工作|安排|进展|情况|成绩|成效|成果|经验|打算|机制|办法|内容|进度|进程|概括|汇总|介绍|说明|方面"
)


def cut_pieces(hit: Hit, asked: Understanding) -> list[Span]:
    """Return the pieces of a passage in reading order; headings and formalities only if there is nothing else."""
    text, longest = hit.document.text, max(map(len, hit.clause.path))
    wants = _wants_sentences(hit, asked)
    lists = asked.wanted.kind != "name"  # the items of a list are no facts of their own where the list is asked for
    cuts = _cut_cases(text, hit.start, hit.end, asked) if wants else _cut_facts(text, hit.start, hit.end, lists, asked)
    formal = asks_for_formalities(asked.query.question)
    return [
        Span(answered.end(), piece.end) if (answered := _ANSWERED.match(text, *piece)) else piece
        for piece in cuts
        if piece.end - piece.start > longest + _NUMBER or not is_heading(text[piece.start : piece.end], hit)
        if formal or not is_formal(text, *piece)
    ] or cuts


def _wants_sentences(hit: Hit, asked: Understanding) -> bool:
    query, wanted = asked.query, asked.wanted
    if asked.beside and sum(1 for _ in quantities(hit.text)) >= _DENSE:
        return False
    if asked.beside or (wanted.kind == "figure" and wanted.is_for_several):
        return hit.end - hit.start <= _TOGETHER
    if wanted.kind not in ("other", "reason"):
        return False
    if HOW.search(query.question):
        return True
    if query.asked == "yes_no":  # half of a rule may say the opposite of all of it; of places each fact is another's
        return not beyond_region(hit, asked)
    told = query.asked == "account" and not wanted.question.endswith(("什么", "啥"))
    return told or query.asked == "wording" or query.compares or _ACCOUNT.search(wanted.question) is not None


def beyond_region(hit: Hit, asked: Understanding) -> list[Place]:
    """Return the places asked about that a document is not of as a whole."""
    region = region_place(hit.document.region)
    return [place for place in asked.places if region is None or not place.holds(region)]


def is_heading(text: str, hit: Hit) -> bool:
    """Tell whether a text is but a heading of a hit's clause: it says what is spoken of, and nothing of it.

    「二、9月1日起执行。」, with nothing under it, is no heading but all that the clause says.
    """
    path = hit.clause.path
    if _ASKED.match(path[-1]) and heading_key(text) in heading_key(path[-1]):  # of 「问：在哪里？什么时间？」 each part
        return True
    if not any(heading[-2:] in text for heading in path):  # cheaper than folding them all
        return False
    key, own = heading_key(text), path[-1:]
    if key in _heading_keys((*path[:-1], hit.document.title)):
        return True
    return key in _heading_keys(own) and not _RULES.search(without_number(own[0])) and _heads_something(hit, key)


# What names a clause says no more than what it is about; 「不得重复参保」, 「每人400元」, 「除外」 say something of it.
_RULES = re.compile(r"[，,：:；;]\s*\S|\d|不[得能可予再]|严禁|自愿|免费|除外")


def _heads_something(hit: Hit, heading: str) -> bool:
    """Tell whether anything stands under the heading of a hit's clause."""
    document, clause = hit.document, hit.clause
    own = document.text[clause.start : clause.end]
    return heading_key(own) != heading or bool(clauses_under(document, clause))


@lru_cache(1024)  # clauses looked at last
def _heading_keys(path: tuple[str, ...]) -> frozenset[str]:
    return frozenset(heading_key(heading) for heading in path)


# 「一次的…；两次的…；三次的…」 is of three cases, of which one is asked. With one semicolon the second half mostly says
# when the first does not hold: of 3,000 questions as many are lost as won then, with two 14 won and five lost. What
# follows is of one kind of conduct each: 「留宿他人的，给予警告；留宿异性的，给予记过」.
_CASES = 2
_SEMICOLON = re.compile("[；;]")


def _cut_cases(text: str, start: int, end: int, asked: Understanding) -> list[Span]:
    """Return the sentences of a passage, those of several cases cut up, unless all of them are asked for."""
    sentences, question = split_sentences(text, start, end), asked.query.question
    if asked.query.asked == "wording" or asked.wanted.facts > 1 or EACH.search(question) or LISTS.search(question):
        return sentences
    follows = FOLLOWS.search(question) is not None
    one = follows or asked.query.asked == "yes_no" or bool(asked.sizes)
    pieces: list[Span] = []
    for sentence in sentences:
        marks = (match.end() for match in _SEMICOLON.finditer(text, *sentence))
        stops = [mark for mark in marks if bracket_depth(text, sentence.start, mark - 1) == 0]
        apart = len(stops) >= (1 if follows else _CASES) and not _HEADS_CASES.search(text, *sentence)
        parts = cut(text, *sentence, stops) if apart else [sentence]
        pieces += [piece for part in parts for piece in _cut_dense(text, part, follows)] if one else parts
    return pieces


# 「优秀的加3分，合格的加1分，不合格的延长1年」: of so many facts that a part of a sentence states one is asked. Of 869
# questions whether something is so, what follows, or under which condition 31 are won, eleven lost.
_FACTS = 3
_FIGURE = re.compile(r"\d|[一二三四五六七八九十]+(?:次|个?[年月天倍])")
_BEGINS_CASE = re.compile(r"\s*(?:第?[一二三四五六七八九十\d]+[次回]|[^，,；;。]{1,14}的(?=[，,]|[^的，,；;。]{3}))")


def _cut_dense(text: str, part: Span, follows: bool) -> list[Span]:
    """Return the facts of a part of a sentence, if it strings together several.

    Args:
        text: Of the document.
        part: The part.
        follows: Whether it is asked what follows: all that does in one case belongs together.
    """
    commas = (match.end() for match in _COMMA.finditer(text, *part))
    stops = [comma for comma in commas if comma < part.end and bracket_depth(text, part.start, comma - 1) == 0]
    facts = cut(text, *part, stops)
    begin = [fact.start for fact in facts if _BEGINS_CASE.match(text, *fact)]
    telling = {fact.start for fact in facts if _FIGURE.search(text, *fact)} | {*begin}
    if len(telling) < _FACTS or _HEADS_CASES.search(text, *part):
        return [part]
    return cut(text, *part, [stop for stop in begin if stop > part.start]) if follows else facts


_HEADS_CASES = re.compile("之一|下列")  # what follows says nothing without its head


def _cut_facts(text: str, start: int, end: int, lists: bool, asked: Understanding) -> list[Span]:
    cuts = {m.end() for m in _COMMA.finditer(text, start, end) if bracket_depth(text, start, m.start()) == 0}
    if lists:
        commas = (match.start() for match in _LIST_COMMA.finditer(text, start, end))
        cuts |= {comma + 1 for comma in commas if _separates_facts(text, start, comma, end, bool(asked.sizes))}
    stops = sorted(place for place in cuts if text[place - 1] not in "，,、")
    apart = [part for part in cut(text, start, end, stops) if _falls_apart(text, part, sorted(cuts), asked)]
    kept = {*stops, *(place for place in cuts if any(part.start < place < part.end for part in apart))}
    return cut(text, start, end, sorted(kept))


def _falls_apart(text: str, part: Span, cuts: Sequence[int], asked: Understanding) -> bool:
    """Tell whether the facts of a part are told apart: it is long, or one is of what excludes what is asked about."""
    if part.end - part.start > _SHORT:
        return True
    if not (asked.contrasts or asked.sizes):
        return False
    facts = cut(text, *part, [place for place in cuts if part.start < place < part.end])
    return any(asked.contrary(text[slice(*fact)], fact=True) for fact in facts)


def _separates_facts(text: str, start: int, comma: int, end: int, sized: bool) -> bool:
    """Tell whether an enumeration comma stands between two facts with a figure or a name each, not two items."""
    if bracket_depth(text, start, comma) > 0:
        return False
    before = re.split(r"[，,；;：:。、]", text[start:comma])[-1]
    after = re.split(r"[，,；;：:。、]", text[comma + 1 : end])[0]
    if _COUNTS_THINGS.search(before) and _COUNTS_THINGS.match(after):
        return True  # 「100所基地校、10000个家庭实验室」
    if sized and _OF_A_RANGE.search(before) and _OF_A_RANGE.match(after):
        return True  # 「60至79岁每餐补助2元、80岁及以上每餐补助4元」, of one who is 82
    figure = re.search(r"\d", after) if re.search(r"\d", before) else None
    mark = figure or (re.search(r"[“「]", after) if re.search(r"[”」]", before) else None)
    return mark is not None and len(_HAN.findall(after[: mark.start()])) >= _STANDS_ALONE
