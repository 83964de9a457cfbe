"""A question → the passages that may answer it, best first.

1. the filters say which documents and years may be found at all;
2. words (BM25), vectors and what the question names (a clause, a title, a document's number) propose candidates;
3. every candidate gets the same score, a weighted sum of named figures, and can say why it stands where it is;
4. those that score highest are read by the encoder, which has its say in the score;
5. where an account is asked for, a passage brings along those that go on where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Lock

import numpy as np

from ingest.numerals import NUMERAL_CHARACTERS, parse_numeral
from vectorstore.chroma import Store, open_store
from vectorstore.cross_encoder import CrossEncoder, load_cross_encoder
from vectorstore.embed import Embedder
from vectorstore.encoder import Encoder, Shown, load_encoder
from vectorstore.features import FEATURES, Named, Sought, add_paraphrase, add_readings, featurise, unsaid
from vectorstore.lexical import EVERYTHING, Allowed, LexicalIndex, open_lexical
from vectorstore.normalise import fold, terms
from vectorstore.query import Query, document_number_key, names_law, parse_query, without_relative_years
from vectorstore.ranking import Weights, of_words, read_weights, without_readings
from vectorstore.records import DocumentRecord, Entry, Filters, FloatMatrix, FloatVector, Hit, Met, Validity
from vectorstore.regions import named_in
from vectorstore.rows import year_of
from vectorstore.synonyms import Synonyms
from vectorstore.validity import outdated, validities
from vectorstore.words import WordVectors

# Candidates that words and vectors propose each. With 50, policy_qa's evidence within 2000 characters was .008 higher
# than with 30, and a search took a fifth longer.
CANDIDATES = 32

# An account runs over several sentences: up to so many that follow a passage in its clause come along. On policy_qa
# 8 find .874 / .951 of the answers within 600 / 2000 characters, 4 find .871 / .942, none find .73 within 600; 12 are
# no better, and leaving out those that score much less than what they follow is worse (.86 / .93).
FOLLOWERS = 8

READ = 8  # passages that the encoder reads: as many as are looked at closely for an answer

# The best cosine of the bundled model among the 32 passages nearest to a question, and how far their mean lies below:
# medians of policy_qa.
_USUAL_BEST = 0.57
_USUAL_SPREAD = 0.21
_TINY = 1e-6

# 「第三条」 is an article where a document has some, else a numbered point, rather than the third chapter or section.
_ARTICLE = re.compile(rf"第(?P<number>[\d{NUMERAL_CHARACTERS}]+)条(?:第[^条]{{1,3}}款)?$")
_POINT = re.compile(r"、\d+$")

COMMON_TITLE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Content:
    """What is indexed at one moment.

    Attributes:
        mark: The store's change mark of that moment.
        records: The documents, ordered by id.
        lexical: Their lexical index.
        newest_year: Of publication; None if no date is known.
        newest_years: The same of the documents of each one's region, or issuer, by the id of the document.
        by_id: The documents by id.
        regions: Theirs.
        validities: The legal status of the documents of which it is known, by id.
        outdated: By the id of each document whose place another has taken the year of its publication, if known.
    """

    mark: str | None
    records: tuple[DocumentRecord, ...]
    lexical: LexicalIndex
    newest_year: int | None
    newest_years: Mapping[str, int]
    by_id: Mapping[str, DocumentRecord]
    regions: frozenset[str]
    validities: Mapping[str, Validity]
    outdated: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is ranked for a question.

    Attributes:
        entries: The candidates, then the passages that follow one and are none themselves.
        count: How many of the entries are candidates.
        figures: Of each entry, shape (entries, features).
        following: For each entry the ids of those that go on where it ends, if they may come along with it.
    """

    entries: tuple[Entry, ...]
    count: int
    figures: FloatMatrix
    following: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Retriever:
    """An open index, ready to be searched from several threads.

    Attributes:
        store: The documents and vectors.
        content: What is indexed; replaced as a whole, so that a search sees one state from start to end.
        words: Vectors of words, for what is said in other words.
        encoder: What reads the passages that rank highest.
        cross_encoder: What reads together with the question what is to answer it; the search itself does without.
        weights: What each figure of a passage counts.
        cache: Folder of derived files.
        changing: Held while the content is replaced.
    """

    store: Store
    content: Content
    words: WordVectors
    encoder: Encoder
    cross_encoder: CrossEncoder
    weights: Weights
    cache: Path
    changing: Lock = field(default_factory=Lock)

    @property
    def is_bundled(self) -> bool:
        """Whether the passages' vectors are the bundled model's, as the words' are."""
        return self.store.embedder.fingerprint == self.words.fingerprint

    @property
    def records(self) -> tuple[DocumentRecord, ...]:
        """The documents indexed, ordered by id."""
        return self.content.records

    def refresh(self) -> bool:
        """Take in what other processes added or removed; tell whether anything changed."""
        with self.changing:
            if self.store.change_mark() == self.content.mark:
                return False
            self.store = self.store.reopened()
            self.content = _content(self.store, self.cache, self.words)
            return True

    def search(
        self, question: str, limit: int = 10, filters: Filters | None = None, synonyms: Synonyms | None = None
    ) -> list[Hit]:
        """Return up to `limit` passages, best first; see `understand` for the synonyms."""
        return self.find(self.sought(self.understand(question, synonyms)), limit, filters)

    def understand(self, question: str, synonyms: Synonyms | None = None, this_year: int | None = None) -> Query:
        """Return a question made searchable.

        Args:
            question: As it was asked.
            synonyms: What everyday phrases may mean; what the file says unless given.
            this_year: What 今年 means; unless given, the year of the newest document of the office that the rest of
                the question is likeliest about.
        """
        return parse_query(question, this_year or self._this_year(question), synonyms)

    def _this_year(self, question: str) -> int | None:
        content = self.content
        bare = without_relative_years(question)
        if bare == fold(question) or len(set(content.newest_years.values())) == 1:
            return content.newest_year
        # Of 78 questions on notices of many offices the words alone find an office of the right year for 77.
        likeliest = content.lexical.best(self.sought(parse_query(bare, None)).asked, 1, EVERYTHING)
        years = (content.newest_years.get(entry.document_id) for entry in likeliest)
        return next(years, None) or content.newest_year

    def find(self, sought: Sought, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return up to `limit` passages for a question that was prepared already, best first."""
        allowed = _allowed(self.content, filters or Filters(), sought.query)
        if allowed.document_ids is not None and not allowed.document_ids:
            return []
        search = _Search(self, sought, allowed)
        return [search.hit(id_) for id_ in islice(search.order(), limit)]

    def candidates(self, query: Query) -> Candidates:
        """Return all that is ranked for a question, to learn weights from."""
        return _Search(self, self.sought(query), EVERYTHING).candidates()

    def sought(self, query: Query) -> Sought:
        """Prepare a question for comparing with passages."""
        forms = []
        for text in query.texts:
            rarity = {term: self.content.lexical.rarity(term) for term in terms(text)}
            total = sum(rarity.values())
            forms.append({term: value / total for term, value in rarity.items()})
        return Sought(
            query=query,
            forms=tuple(forms),
            words=self.words.sought(query.segments),
            directions=self.words.directions(query.texts),
            vectors=self.words,
        )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Brings the cosines of any model to the range of the bundled one's, for which the weights were learned.

    Attributes:
        best: The highest cosine of the passages nearest to the question.
        spread: How far the nearest lie below it on average.
    """

    best: float
    spread: float

    @classmethod
    def of(cls, near: Collection[float]) -> _Scale:
        best = max(near, default=0.0)
        return cls(best, max(best - sum(near) / max(len(near), 1), _TINY))

    def adjusted(self, cosine: float | None) -> float:
        if cosine is None:
            return 0.0
        return min(max(_USUAL_BEST - _USUAL_SPREAD * (self.best - cosine) / self.spread, -1.0), 1.0)


class _Search:
    """One search.

    Attributes:
        query: The question, understood.
        entries: What was looked at, by id.
        figures: The figures of each.
    """

    def __init__(self, retriever: Retriever, sought: Sought, allowed: Allowed) -> None:
        query = self.query = sought.query
        self._retriever = retriever
        retriever.encoder.expect(query.question)
        self._of_words = of_words(retriever.weights.of_passages)
        self._lexical = retriever.content.lexical
        self._sought = sought
        self.entries: dict[str, Entry] = {}
        self.figures: dict[str, FloatVector] = {}
        self._totals: dict[str, float] = {}
        self._unsaid: float | None = None
        self._met: dict[str, Met] = {}
        self._met_as_a_whole: dict[str, float] = {}
        self._cosines_read: dict[str, float] = {}
        self._vectors = np.stack([retriever.store.embedder.embed_query(text) for text in query.texts])
        near = self._near = _nearest(retriever.store, self._vectors, allowed)
        # The bundled model's cosines follow from the words' vectors, at no cost.
        self._scale = None if retriever.is_bundled else _Scale.of(near.values())
        named = self._named_passages(allowed)
        self._regions = named_in(fold(query.question), retriever.content.regions)
        self._places: dict[str, float] = {}
        self._referred = {entry.id for entry in named}
        # An account begins where words say so: where the encoder has its say, policy_qa loses .017 of its answers.
        weights = retriever.weights
        self._weights = without_readings(weights.of_accounts) if self._wants_account() else weights.of_passages
        found = {entry.id: entry for entry in self._lexical.best(sought.asked, CANDIDATES, allowed)}
        found |= {entry.id: entry for entry in named}
        found |= {entry.id: entry for entry in self._lexical.entries(near.keys() - found.keys())}
        self._documents: dict[str, float] = {}
        self._score(list(found.values()))

    def candidates(self) -> Candidates:
        """Return what is ranked, with what may come along."""
        count = len(self.entries)
        self._score_followers(self.entries)
        ids = list(self.entries)
        figures = np.stack([self.figures[id_] for id_ in ids])
        return Candidates(
            entries=tuple(self.entries.values()),
            count=count,
            figures=without_readings(figures) if self._wants_account() else figures,
            following=tuple(tuple(self._following(id_)) if self._wants_account() else () for id_ in ids),
        )

    def order(self) -> Iterable[str]:
        """Return the ids of the passages in the order in which they are found."""
        if len(self.query.years) > 1:
            return self._each_year_first()
        return self._with_followers() if self._wants_account() else self._ranked()

    def _wants_account(self) -> bool:
        """Tell whether several sentences are wanted: not where a clause is named as a whole, or years are compared."""
        named = self._referred and self.query.only_refers
        return self.query.asked == "account" and not self.query.compares and not named

    def hit(self, id_: str) -> Hit:
        """Return what was found at one place."""
        entry = self.entries[id_]
        document = self._retriever.store.document(entry.document_id)
        return Hit(
            document=document,
            clause=document.clauses[entry.clause],
            start=entry.start,
            end=entry.end,
            score=self._totals[id_],
            why=dict(zip(FEATURES, self.figures[id_].tolist(), strict=True)),
            validity=self._retriever.content.validities.get(entry.document_id),
            match=float(self.figures[id_] @ self._of_words),
            met=self._met.get(id_),
        )

    def _score(self, entries: Collection[Entry]) -> None:
        """Score passages that have no score yet."""
        if not entries:
            return
        new = {entry.document_id for entry in entries} - self._documents.keys()
        sought = self._sought
        self._documents |= self._lexical.document_scores(sought.asked, new)
        of_documents = self._retriever.content.by_id
        self._places.update((id_, self._regions.share(of_documents[id_])) for id_ in new)
        ordered = sorted(entries)
        figures = featurise(
            sought, ordered, self._documents, Named(self._referred, self._places), self._cosines(ordered)
        )
        if self._unsaid is None:  # the candidates come first, followers after
            self._unsaid = unsaid(figures)
        add_paraphrase(figures, self._unsaid)
        if not self._met:
            self._read_closely(ordered, figures @ self._weights)
        add_readings(figures, ordered, self._cosines_read, self._met_as_a_whole)
        totals = figures @ self._weights
        for entry, row, total in zip(ordered, figures, totals.tolist(), strict=True):
            self.entries[entry.id], self.figures[entry.id], self._totals[entry.id] = entry, row, total

    def _read_closely(self, entries: Sequence[Entry], totals: FloatVector) -> None:
        """Let the encoder read the passages that score highest."""
        chosen = [entries[i] for i in np.argsort(-totals, kind="stable")[:READ]]
        texts = [shown(entry.header, entry.heading, entry.text) for entry in chosen]
        reading = self._retriever.encoder.read(self.query.question, texts)
        ids = [entry.id for entry in chosen]
        self._cosines_read = dict(zip(ids, reading.cosines.tolist(), strict=True))
        for entry, text, met in zip(chosen, texts, reading.met, strict=True):
            self._met[entry.id] = met.moved(entry.start - (len(text.text) - len(entry.text)))
            self._met_as_a_whole[entry.id] = met.as_a_whole

    def _cosines(self, entries: Sequence[Entry]) -> dict[str, float] | None:
        if self._scale is None:
            return None
        ids = [entry.id for entry in entries if entry.id not in self._near]
        cosines = self._near | (self._retriever.store.cosines(self._vectors, ids) if ids else {})
        return {entry.id: self._scale.adjusted(cosines.get(entry.id)) for entry in entries}

    def _ranked(self) -> list[str]:
        """Return the scored passages, best first."""
        return sorted(self._totals, key=lambda id_: (-self._totals[id_], id_))

    def _each_year_first(self) -> list[str]:
        """Return the scored passages, best first, the best of each year asked for before all others."""
        ranked = self._ranked()
        best: dict[int, str] = {}
        for id_ in ranked:
            best.setdefault(self.entries[id_].year, id_)
        of_years = {best[year] for year in self.query.years if year in best}
        return sorted(ranked, key=lambda id_: id_ not in of_years)  # a stable sort

    def _with_followers(self) -> Iterator[str]:
        """Yield the candidates, best first, each with those that go on where it ends."""
        seen: set[str] = set()
        for leader in self._ranked():
            if leader in seen:
                continue
            self._score_followers([leader])
            run = [leader]
            for follower in self._following(leader):
                if follower in seen:
                    break
                run.append(follower)
            seen.update(run)
            yield from run

    def _score_followers(self, leaders: Iterable[str]) -> None:
        followers = {id_ for leader in leaders for id_ in _next_ids(leader)}
        self._score(self._lexical.entries(followers - self.entries.keys()))

    def _following(self, leader: str) -> Iterator[str]:
        """Yield the scored passages that go on where one ends, in the same clause."""
        for id_ in _next_ids(leader):
            if id_ not in self.entries or self.entries[id_].clause != self.entries[leader].clause:
                return
            yield id_

    def _named_passages(self, allowed: Allowed) -> list[Entry]:
        """Return the passages of the clause that the question names, or of the document."""
        query = self.query
        documents = _named_documents(self._retriever.records, query)
        if documents is not None:
            inside = documents if allowed.document_ids is None else documents & set(allowed.document_ids)
            allowed = Allowed(inside, allowed.year, allowed.excluded)
        if query.references:
            year = query.years[0] if query.years else query.this_year
            found = [
                entry
                for number in query.references
                for entry in self._lexical.numbered(number, self._sought.asked, year, CANDIDATES, allowed)
            ]
            exact = [entry for entry in found if entry.label in query.labels]
            if query.of_articles and not exact:
                exact = [entry for entry in found if _is_article(entry.label, query.references)] or [
                    entry for entry in found if _POINT.search(entry.label)
                ]
            return exact or found
        if query.headings and (headed := self._lexical.headed(query.headings, CANDIDATES, allowed)):
            return headed
        if documents is None:
            return []
        return self._lexical.best(self._sought.asked, CANDIDATES, allowed) or self._lexical.opening(CANDIDATES, allowed)


def shown(header: str, heading: str, text: str) -> Shown:
    """Return a passage as the encoder reads it: its heading and words are its own, the title is its document's."""
    at = header.rfind(heading) if heading else 0
    return Shown(f"{header} {text}", at if at > 0 else len(header))


def open_retriever(location: str, embedder: Embedder, cache: Path, words: WordVectors | None = None) -> Retriever:
    """Open an index for searching.

    Args:
        location: Folder or address of the index.
        embedder: The model that made it.
        cache: Folder for the files derived from it.
        words: Vectors of words; the bundled ones unless given.

    Raises:
        VectorstoreError: There is no index, or it cannot be used.
    """
    store = open_store(location, embedder)
    words = words or WordVectors()
    content = _content(store, cache, words)
    return Retriever(store, content, words, load_encoder(), load_cross_encoder(), read_weights(), cache)


def _content(store: Store, cache: Path, words: WordVectors) -> Content:
    mark = store.change_mark()  # before the records: a change in between is taken in next time
    records = store.records()
    newest: dict[str, int] = {}
    for record in records:
        if record.published:
            office = _office(record)
            newest[office] = max(newest.get(office, 0), int(record.published[:4]))
    lexical = open_lexical(store, records, cache, words)
    known = validities(records, date.today())
    years = {record.id: year_of(None, record.published) for record in records}
    return Content(
        mark=mark,
        records=tuple(records),
        lexical=lexical,
        newest_year=max(newest.values(), default=None),
        newest_years={record.id: newest[office] for record in records if (office := _office(record)) in newest},
        by_id={record.id: record for record in records},
        regions=frozenset(record.region for record in records if record.region),
        validities=known,
        outdated={id_: years[id_] for id_ in outdated(known)},
    )


def _office(record: DocumentRecord) -> str:
    """Return what tells whose documents belong together in time."""
    return record.region or record.issuer or record.id


def _nearest(store: Store, vectors: FloatMatrix, allowed: Allowed) -> dict[str, float]:
    """Return the cosines of the nearest passages that are allowed.

    Chroma takes long to leave documents out; some more passages are fetched instead, and theirs dropped.
    """
    limit = 2 * CANDIDATES if allowed.excluded else CANDIDATES
    near = store.nearest(vectors, limit, allowed.document_ids, allowed.year)
    return {id_: cosine for id_, cosine in near.items() if id_.rpartition(":")[0] not in allowed.excluded}


def _is_article(label: str, numbers: Collection[int]) -> bool:
    """Tell whether a label is that of an article of one of some numbers, or of a paragraph of it."""
    article = _ARTICLE.search(label)
    return article is not None and parse_numeral(article["number"]) in numbers


def _next_ids(passage_id: str) -> Iterator[str]:
    """Yield the ids of the next passages of the same document."""
    document_id, _, number = passage_id.rpartition(":")
    for offset in range(1, FOLLOWERS + 1):
        yield f"{document_id}:{int(number) + offset}"


def _named_documents(records: Iterable[DocumentRecord], query: Query) -> set[str] | None:
    """Return the ids of the documents that a question names; None if it names none that is indexed."""
    titles = [title.removeprefix(COMMON_TITLE) for title in query.titles]
    numbers, laws = query.document_numbers, query.laws
    if not titles and not numbers and not laws:
        return None
    return {
        record.id
        for record in records
        if any(title in fold(record.title) for title in titles)
        or any(names_law(law, record.title) for law in laws)
        or document_number_key(record.document_number or "") in numbers
    } or None


def _allowed(content: Content, filters: Filters, query: Query) -> Allowed:
    """Return which documents and year pass the filters.

    A document whose place another has taken does not answer, unless it is chosen, or its year is asked for.
    """
    if filters.document is None and filters.issuer is None and filters.region is None:
        ids = None
    else:
        ids = {record.id for record in content.records if passes(record, filters)}
    asked_for = {*query.years, filters.year} - {None}
    left_out = (id_ for id_, year in content.outdated.items() if year not in asked_for)
    return Allowed(ids, filters.year, frozenset() if filters.document else frozenset(left_out))


def passes(record: DocumentRecord, filters: Filters) -> bool:
    """Tell whether a document passes the filters that speak of documents."""
    wanted = ((filters.issuer, record.issuer), (filters.region, record.region))
    if not all(value is None or value in (having or "") for value, having in wanted):
        return False
    name = filters.document
    if name is None:
        return True
    return record.id.startswith(name) or name in record.title or name in (record.source, Path(record.source).name)
