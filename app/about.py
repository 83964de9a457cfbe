"""What is asked about a document itself: who issued it and when, its number and title, whether it holds, its parts.

Much of it stands on no line of the text: it was read off the page, or is known of all documents together. The answer
says what is known and quotes the line that shows it, or else the title; the source line beside it says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from app.citations import cite, stage_name, statements
from app.clauses import clauses_under
from app.composition import MORE_TITLES, SEE_SOURCE, Composed
from app.records import Citation
from ingest import Clause, Document, Stage
from ingest.headings import without_number
from ingest.navigation import parse_date
from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from ingest.sentences import Span, split_sentences, trim
from vectorstore import Hit, Retriever
from vectorstore.normalise import fold
from vectorstore.retriever import COMMON_TITLE

Matter = Literal[
    "issuer", "published", "number", "title", "status", "effective", "expires", "scope", "basis", "explains",
    "contents", "part", "collection",
]  # fmt: skip

MATTER_NAMES: dict[Matter, str] = {
    "issuer": "发文机关",
    "published": "发布日期",
    "number": "文号",
    "title": "标题",
    "status": "效力状态",
    "effective": "施行日期",
    "expires": "有效期",
    "scope": "适用范围",
    "basis": "制定依据",
    "explains": "由谁解释",
    "contents": "主要内容",
    "part": "其中一部分的内容",
    "collection": "收录了哪些文件",
}
"""What may be asked, as people call it."""

_MOST_HEADINGS = 16  # lines of an answer; a law with more articles is told by its chapters
_FEWEST_HEADINGS = 2
_OPENING = 200  # characters of a document without headings that stand for what it says
_SECTION = 600  # characters of what stands below the heading of a part
_PART = 350  # characters of a part without headings of its own, as of any account
_MOST_TITLES = 10
_PREAMBLE = "开头"  # label of what stands before the first heading
_MARKED = 8  # characters beside a name in the line that signs: 「发布单位：」, a stamp
_SHORT_LINE = 60  # characters; a longer one is no signature and no line of a head

_WHEN = r"(?:什么时[候间]|啥时候?|何时|哪一?[天年月]|几月几[号日]|几[号月]|哪年哪月)"
_WHAT = r"(?:什么|啥|哪些)"
_THIS = r"(?:[这该本那](?:个|份|部|项)?)?"
_BODY = r"(?:单位|部门|机关|机构|局)"
_WHO = rf"(?:谁|哪(?:一|几)?[个家级]?(?:{_BODY}|地方|政府|学校)?|什么{_BODY})"
_ISSUE = r"(?:发布|印发|发文|下发|颁布|公布|出台|制定|起草|发出来|发出|发)"
_IN_FORCE = r"(?:施行|实施|生效|执行|起效)"
_ENDS = r"(?:的|了|过|出来|是|啊|呀|呢|吗|来着)*"
_KIND = r"(?:文件|通知|公告|通告|办法|规定|条例|方案|意见|细则|规则|要点|总结|报告|指引|规范|法规?)"
_DAY = r"的?(?:日期|时间)(?:是(?:什么时候|哪.{1,3}|多少|几号)?)?"
_PARTS = r"(?:部分|方面|章节?|板块|块)"

# Each is looked for at the end of a question; what stands before it names the document.
_MATTERS: tuple[tuple[Matter, str], ...] = (
    ("issuer", rf"(?:是|由)*{_WHO}(?:联合)?{_ISSUE}{_ENDS}(?:{_THIS}{_KIND})?"),
    ("issuer", rf"(?:是|属于)?(?:哪一?[个家级]|什么){_BODY}的{_KIND}?"),
    ("issuer", rf"{_ISSUE}(?:{_BODY}|主体)(?:是(?:谁|什么|哪.{{0,4}})?)?"),
    ("published", rf"(?:是|在)*{_WHEN}{_ISSUE}{_ENDS}(?:{_THIS}{_KIND})?"),
    ("published", rf"(?:是|在)*{_WHEN}挂(?:网|(?:到|在)?网上){_ENDS}"),
    ("published", rf"(?:成文|{_ISSUE}){_DAY}"),
    ("published", rf"是?(?:哪一?年|什么时候)的{_KIND}"),
    ("number", r"(?:的?发文|的)?(?:文号|字号|文件编?号)(?:是(?:什么|多少|哪个)?)?"),
    ("title", r"的?(?:全称|全名|标题|题目|完整(?:名称|标题)|文件名)(?:是什么|叫什么|怎么写|是)?"),
    (
        "status",
        r"(?:现在|目前|如今)?(?:还|是否|是不是|有没有|已经?)*(?:现行有效|有效|失效|废止|作废|过期|管用|被废止?|被?取代)"
        r"(?:了|的|吗|没有?|着|呢)*(?:版本)?",
    ),
    ("effective", rf"(?:是|从|自|在)*{_WHEN}(?:起|开始|正式)*{_IN_FORCE}{_ENDS}"),
    ("effective", rf"的?{_IN_FORCE}{_DAY}"),
    ("effective", rf"(?:从|自){_WHEN}(?:开始|起)+(?:算|用|{_IN_FORCE})?{_ENDS}"),
    (
        "expires",
        rf"(?:的|还)?(?:有效期?限?|管用|用)(?:是|到|至|为)+(?:{_WHEN}|多久|多长时间?|几年){_ENDS}(?:为止)?"
        r"|的?有效期限?(?:有?多[久长]|几年)?",
    ),
    (
        "scope",
        rf"的?适用的?(?:范围|对象)(?:是|有|包括)?(?:{_WHAT}|谁)?"
        r"|(?:都|主要)?(?:适用|针对)(?:于|的是)?(?:哪些?|什么|谁)[^,，]{0,6}",
    ),
    ("basis", rf"的?制定的?依据是?{_WHAT}?|是?(?:根据|依据|按照)(?:什么|哪些?|哪部)[^,，]{{0,6}}{_ISSUE}的?"),
    ("explains", rf"的?解释权?(?:归|属于|在)(?:谁|哪.{{0,4}})|是?由?{_WHO}(?:负责)?解释的?"),
    (
        "contents",
        rf"(?:主要|大概|大致|都|究竟|到底)*是?(?:讲|说|写|讲的?是|说的?是|谈)(?:了|的|述)*(?:些|是)*{_WHAT}"
        r"(?:内容|方面|东西|事情?)?",
    ),
    ("contents", rf"的?(?:主要|大致|核心|基本|全部)*(?:内容|意思|大意|要点|精神)(?:是|有|包括)?{_WHAT}?(?:方面)?"),
    (
        "contents",
        r"(?:给我|帮我|请|能不能|能)*(?:简单|大概|大致)?(?:概括|总结|归纳|概述|介绍|梳理)(?:一?下)?(?:内容)?",
    ),
    (
        "contents",
        rf"(?:一共|总共|共|都)*(?:分|有|包括|包含)?(?:为|成|了)*(?:几|哪几|哪些|多少)个?大?{_PARTS}(?:内容)?",
    ),
    ("contents", r"的?(?:目录|框架|结构|提纲|大纲)(?:是(?:什么|怎样的?)?)?"),
)
_PAPERS = r"(?:政策)?文件"
_COLLECTION = re.compile(
    rf"(?:收录|录入|入库|索引)了?(?:哪些|什么|多少|几份){_PAPERS}|(?:能|可以?)(?:查|问)(?:哪些|什么){_PAPERS}"
    rf"|^(?:你|这里|系统|库里|库中)*(?:都)?有(?:哪些|什么){_PAPERS}$"
)
_PART_ASKED = re.compile(
    rf"第(?P<number>\d{{1,2}}|[{NUMERAL_CHARACTERS}]{{1,3}})个?大?(?P<what>部分|章|块|板块|大点|方面|篇)"
    r"(?:呢|都|主要|讲|说|写|规定|的?内容|是|有|包括|了|的|些|哪|几|什么|啥|方面|条|点|内容)*"
)
# How a document says these things of itself, in a sentence of its text.
_SENTENCES: dict[Matter, re.Pattern[str]] = {
    "effective": re.compile(
        r"(?:自|从|于)[^，,。；;\n]{2,24}(?:起|开始|正式)*[，,]?(?:[^，,。；;\n]{0,10})(?:施行|实施|执行|生效|起效)"
    ),
    "expires": re.compile(r"有效期"),
    "scope": re.compile(r"适用于|适用(?:本|对象|范围)|(?:发放|资助|招生|补助|申[请报]|认定|实施|服务)(?:对象|范围)"),
    "basis": re.compile(r"(?:根据|依据|按照)[^。；;\n]{4,160}(?:制定|特?制[订定])本"),
    "explains": re.compile(r"(?:负责|予以)解释|解释权"),
}
# 「2025年要做哪些事」 asks for what heads the parts of that year: nothing but these words beside the year.
_GENERAL = re.compile(
    r"最大|突出|最|教育局|教育系统|教育|全市|我市|本市|重点|主要|核心|总体|总的?|工作|任务|目标|要点|成绩|成效|成果|亮点|安排|打算|计划|部署|举措|措施|要求"
    r"|方面|事情?|活儿?|内容|文件|通知|今后|接下来|取得|完成|开展|推进|提出|准备|应该|具体|大概|都|要|做|干|抓|搞|会|有|是|了|的|和|在|这|些|上|里|中"
)
_ASKS_GENERALLY = re.compile(
    r"哪些|什么|啥|哪几(?:项|个|方面)?|怎么样|如何|咋样|概括一?下?|总结一?下|介绍一?下|列[出举]|说说|讲讲|(?:成绩|工作|任务|亮点|目标|安排|重点|举措|成果|成效)$"
)
_THE_ONE = re.compile(
    rf"^(?:请问|新(?:标准|规定?|政策|办法|制度)|那么?|请|我想[知问]道?一?下?|告诉我|帮我看看|你?看看|你|它|其|整[份个篇]|上述|以上|[这该本那此](?:一)?(?:份|个|部|篇|项)?|{_KIND}|政策|材料|原文|全文"
    rf"|里面?|中|上|的|是|,|，|、|\s)*$"
)
_AROUND = re.compile(
    r"^(?:请问|那么?|请|麻烦|我想[知问]道?一?下?|帮我[查看]一?下?|在|关于|[这该]份?)+|(?:这[个份部]|一)?(?:文件|里面?|当中|中|上|的|是|一共|总共|共|都|,|，|\s)+$"
)
_END_MARKS = re.compile(r"[?？。!！\s]+$")
_NAMES = 3  # characters at least by which a document is named
_TOLD_APART = 0.15  # of a title's characters must be said where they do not stand together


@dataclass(frozen=True, slots=True)
class About:
    """What a question asks about a document itself.

    Attributes:
        matter: What it asks.
        subject: How it names the document; empty if the one is meant that was spoken of, or the only one.
        number: Of the part that it asks for, from 1.
        year: Whose parts it asks for, if it names one.
        stage: Whether it asks for parts that report or that plan, if it says so.
    """

    matter: Matter
    subject: str = ""
    number: int = 0
    year: int | None = None
    stage: Stage | None = None

    @property
    def is_general(self) -> bool:
        """Whether it asks what was done or is planned in a year, and nothing of the document."""
        return self.matter == "contents" and (self.year is not None or self.stage is not None)


WHOLE_WORK = re.compile(r"事|工作|任务|重点|主要|成绩|亮点")
"""Words by which a general question is of all that a document reports or plans."""


def read_about(retriever: Retriever, question: str) -> About | None:
    """Return what a question asks about a document itself; None if it asks what one says."""
    bare = _END_MARKS.sub("", fold(question).strip())
    if _COLLECTION.search(bare):
        return About("collection")
    if part := re.fullmatch(f"(?P<subject>.*?){_PART_ASKED.pattern}", bare):
        years = retriever.understand(part["subject"]).years
        subject = _subject(re.sub(r"(?:19|20)\d{2}年?|[今去]年", "", part["subject"]))
        number = parse_numeral(part["number"])
        if number and (not subject or documents_named(retriever, subject)):
            return About("part", subject, number, years[0] if years else None)
    for matter, pattern in _MATTERS:
        if found := re.fullmatch(f"(?P<subject>.*?)(?:{pattern})", bare):
            subject = _subject(found["subject"])
            if not subject or documents_named(retriever, subject):
                return About(matter, subject)
    return _of_a_year(retriever, bare)


def _of_a_year(retriever: Retriever, question: str) -> About | None:
    """Return the year of which a question asks what was done or is planned, in general."""
    query = retriever.understand(question)
    said = re.sub(r"(?:19|20)\d{2}年?", "", query.text)
    if len(query.years) > 1 or not (query.years or query.stage):
        return None
    if not _ASKS_GENERALLY.search(question) or re.sub(r"[\s,，]", "", _GENERAL.sub("", said)):
        return None
    return About("contents", "", 0, query.years[0] if query.years else None, query.stage)


def _subject(words: str) -> str:
    """Return how a document is named; empty if only the one at hand is pointed to."""
    if _THE_ONE.match(words):
        return ""
    while (bare := _AROUND.sub("", words)) != words:
        words = bare
    return re.sub("[《》的]", "", words)


def documents_named(retriever: Retriever, subject: str) -> list[str]:
    """Return the ids of the documents that are named, the likeliest first: 美育意见 for 《…美育工作的意见》."""
    named = fold(subject).removeprefix(COMMON_TITLE)
    if len(named) < _NAMES:
        return []
    found: list[tuple[bool, bool, float, str, str]] = []
    for record in retriever.records:
        title = fold(record.title).replace(" ", "").removeprefix(COMMON_TITLE)
        if named in title or (_says_in_order(named, title) and len(named) >= _TOLD_APART * len(title)):
            held = retriever.content.validities.get(record.id)
            in_force = held is None or held.status in ("in_force", "not_yet_in_force")
            found.append((in_force, named in title, len(named) / len(title), record.published or "", record.id))
    return [id_ for *_, id_ in sorted(found, reverse=True)]


def _says_in_order(named: str, title: str) -> bool:
    rest = iter(title)
    return all(letter in rest for letter in named)


def meant(retriever: Retriever, about: About, within: Sequence[str], spoken_of: Sequence[str]) -> list[str]:
    """Return the ids of the documents that a question is about, the likeliest first; empty if that is not clear.

    Args:
        retriever: The index.
        about: What is asked.
        within: The ids of the documents that pass the filters.
        spoken_of: The ids of the documents that were quoted last, in order.
    """
    named = documents_named(retriever, about.subject) if about.subject else list(spoken_of)
    return [id_ for id_ in named if id_ in within][:1] or (list(within) if len(within) == 1 else [])


def tell(retriever: Retriever, document_id: str, about: About) -> Composed | None:
    """Return what is known of a document, with the words that show it; None if nothing is."""
    document = retriever.store.document(document_id)
    quoting = Quoting(retriever, document)
    if about.matter == "contents":
        return _contents(quoting, about)
    if about.matter == "part":
        return _part(quoting, about.number, about.year)
    if about.matter in _SENTENCES:
        return _listed(said) if (said := quoting.sentences(about.matter)) else None
    known = statements(document, retriever.content.validities.get(document_id)).get(about.matter)
    if known is None:
        return None
    return _shown(quoting, about.matter, *known)


def _shown(quoting: Quoting, matter: Matter, name: str, value: str) -> Composed:
    """Return what is known with the words that show it; what only the page said stands in the source line alone."""
    line = quoting.line_that_shows(matter)
    if line is not None and (matter == "published" or len(line.quote) <= len(value) + _MARKED):
        return Composed(f"{name}：{line.quote}", (line,), ())
    if line is not None:
        return Composed(f"{name}：{value}\n{line.quote}", (line,), ())
    title = quoting.title()
    said = f"{name}：{value}" if matter == "status" else f"{name}{SEE_SOURCE}"
    return Composed(title.quote if matter == "title" else f"{said}\n{title.quote}", (title,), ())


def titles(retriever: Retriever, within: Sequence[str]) -> Composed:
    """Return the titles of some documents, the newest first; there must be one."""
    chosen = [record for record in retriever.records if record.id in within]
    newest = sorted(chosen, key=lambda record: (record.published or "", record.id), reverse=True)
    documents = [retriever.store.document(record.id) for record in newest[:_MOST_TITLES]]
    quoted = tuple(Quoting(retriever, document).title() for document in documents)
    rest = (MORE_TITLES,) if len(newest) > _MOST_TITLES else ()
    return Composed("\n".join((*(citation.quote for citation in quoted), *rest)), quoted, ())


@dataclass(frozen=True, slots=True)
class Quoting:
    """Quotes the lines of a document that show what is known of it."""

    retriever: Retriever
    document: Document

    def at(self, start: int, end: int) -> Citation:
        """Quote a stretch, cut where its clause ends."""
        clause = next(clause for clause in self.document.clauses if clause.start <= start < clause.end)
        end = min(end, clause.end)
        hit = Hit(self.document, clause, start, end, 0.0, {}, self.retriever.content.validities.get(self.document.id))
        return cite(hit, start, end)

    def title(self) -> Citation:
        """Quote the title as it stands in the text, else the first line."""
        return self._find(self.document.title) or self.at(*self._lines()[0])

    def line_that_shows(self, matter: Matter) -> Citation | None:
        """Quote the line of the text in which a document says what is known of it; None if only its page did."""
        document = self.document
        if matter == "issuer" and document.issuer:
            return self._line_with(document.issuer.split("、")[0])
        if matter == "number" and document.document_number:
            return self._line_with(document.document_number)
        if matter == "published" and document.published:
            dated = (line for line in self._lines() if _dates(document.text[slice(*line)]) == document.published)
            return next((self.at(*line) for line in dated if line.end - line.start <= _SHORT_LINE), None)
        return None

    def sentences(self, matter: Matter) -> list[Citation]:
        """Quote the sentence in which documents say such a thing of themselves; of two the last, as of a whole."""
        pattern, text = _SENTENCES[matter], self.document.text
        said = [sentence for sentence in split_sentences(text) if pattern.search(text, *sentence)]
        own = [sentence for sentence in said if re.search(f"本{_KIND}|本标准", text[slice(*sentence)])] or said
        return [self.at(*own[-1])] if own else []

    def _line_with(self, words: str) -> Citation | None:
        """Quote the line that is some words and hardly more, as a signature is, else the first that holds them."""
        text = self.document.text
        lines = [line for line in self._lines() if words in re.sub(r"\s", "", text[slice(*line)])]
        signature = [line for line in lines if line.end - line.start <= len(words) + _MARKED]
        return self.at(*(signature or lines)[0]) if lines else None

    def _lines(self) -> list[Span]:
        text = self.document.text
        return [Span(m.start(), m.end()) for m in re.finditer(r"\S[^\n]*", text)]

    def _find(self, words: str) -> Citation | None:
        """Quote some words wherever they stand, whatever the white space between them."""
        found = re.search(r"\s*".join(map(re.escape, re.sub(r"\s", "", words))), self.document.text)
        return self.at(found.start(), found.end()) if found else None

    def heading(self, clause: Clause) -> Citation:
        """Quote what heads a clause; of one that only has a number, its first sentence."""
        if without_number(clause.path[-1]).strip():
            return self.at(clause.start, clause.start + len(clause.path[-1]))
        return self.at(*split_sentences(self.document.text, clause.start, clause.end)[0])


def _dates(line: str) -> str | None:
    return parse_date(fold(line))


def _contents(quoting: Quoting, about: About) -> Composed | None:
    """Return the headings of a document's parts, by year where it speaks of several; else how it begins."""
    of_year = [
        clause
        for clause in quoting.document.clauses
        if (about.year is None or clause.period == about.year) and (about.stage is None or clause.stage == about.stage)
    ]
    if not of_year:
        return None
    if heads := _heads(quoting.document, of_year):
        return _listed([quoting.heading(clause) for clause in heads])
    if not quoting.document.is_outlined and (told := list(_within(_paragraphs(quoting), _PART))):
        return _listed(told)
    body = next((clause for clause in of_year if clause.label != _PREAMBLE), of_year[0])
    return _listed([_beginning(quoting, body, _OPENING)])


def _paragraphs(quoting: Quoting) -> Iterator[Citation]:
    """Yield the paragraphs of a document that is not cut into headed clauses, without its title."""
    title = quoting.title()
    for clause in quoting.document.clauses:
        start = title.end if clause.id == title.clause.id else clause.start
        span = trim(quoting.document.text, start, clause.end)
        if span.start < span.end:
            yield quoting.at(*span)


def _heads(document: Document, clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that head the parts: the outermost of which there are several, but not too many to read."""
    headed = [clause for clause in clauses if _is_headed(document, clause) and clause.label != _PREAMBLE]
    for depth in sorted({len(clause.path) for clause in headed}):
        heads = [clause for clause in headed if len(clause.path) <= depth]
        if len(heads) >= _FEWEST_HEADINGS:
            return heads if len(heads) <= _MOST_HEADINGS else []
    return []


def _is_headed(document: Document, clause: Clause) -> bool:
    return len(clause.path) > 1 and document.text.startswith(clause.path[-1], clause.start)


def _part(quoting: Quoting, number: int, year: int | None) -> Composed | None:
    """Return what a part of some number says, in the year that is meant: its headings, or how it begins."""
    document = quoting.document
    parts = [clause for clause in document.clauses if len(clause.path) > 1 and _number(clause.label) == number]
    parts = [clause for clause in parts if clause.period == year] or parts
    outermost = min((len(clause.path) for clause in parts), default=0)
    said: list[Citation] = []
    for part in (clause for clause in parts if len(clause.path) == outermost):
        below = [c for c in clauses_under(document, part) if len(c.path) == outermost + 1]
        if below:
            said += [quoting.heading(part), *_within(map(quoting.heading, below[:_MOST_HEADINGS]), _SECTION)]
        else:
            said.append(_beginning(quoting, part, _PART))
    return _listed(said) if said else None


def _within(citations: Iterable[Citation], most: int) -> Iterator[Citation]:
    """Yield quotations as long as they have no more characters together."""
    length = 0
    for citation in citations:
        length += len(citation.quote)
        if length > most:
            return
        yield citation


_ORDINAL = re.compile(rf"^第?(?P<number>[{NUMERAL_CHARACTERS}]+|\d+)(?:部分|章|篇|编)?$")


def _number(label: str) -> int:
    found = _ORDINAL.match(label)
    return parse_numeral(found["number"]) if found else 0


def _beginning(quoting: Quoting, clause: Clause, most: int) -> Citation:
    """Quote the first sentences of a clause."""
    sentences = split_sentences(quoting.document.text, clause.start, clause.end)
    kept = list(takewhile(lambda sentence: sentence.end - clause.start <= most, sentences)) or sentences[:1]
    return quoting.at(kept[0].start, kept[-1].end)


def _listed(citations: Sequence[Citation]) -> Composed:
    """Return quotations line by line, those of each year under a line that names it if there are several."""
    stages = list(dict.fromkeys(stage_name(citation) for citation in citations))
    lines: list[str] = []
    for stage in stages:
        if len(stages) > 1 and stage:
            lines.append(f"{stage}：")
        lines += [citation.quote for citation in citations if stage_name(citation) == stage]
    return Composed("\n".join(lines), tuple(citations), ())
