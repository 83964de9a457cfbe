"""What every question scores: the named measures that are counted question by question, and what each of them says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Literal

from app.records import Answer
from eval.measures import EVIDENCE_LIMITS, RANKS, evidence_found, ranking_measures
from eval.records import Question
from eval.run import Result

Unit = Literal["share", "score", "characters", "milliseconds"]
Ranking = dict[str, float]


@dataclass(frozen=True, slots=True)
class Score:
    """A measure of one question; that of a run is its mean over the questions it applies to.

    Attributes:
        name: As people call it.
        meaning: A sentence that says what it is.
        of: Its value for a question, given the measures of its ranking; None where it does not apply.
        unit: `share` if each question is right or wrong, `score` between 0 and 1.
    """

    name: str
    meaning: str
    of: Callable[[Result, Ranking], float | None]
    unit: Unit = "share"

    @property
    def better(self) -> int:
        """1 if more is better, -1 if less is."""
        return -1 if self.unit in ("characters", "milliseconds") else 1


def score_rows(results: Sequence[Result]) -> list[dict[str, float | None]]:
    """Return what each question scores in each of `SCORES`; one that crashed scores 0 in all that apply to it."""
    rankings = ranking_measures([(result.relevant, result.unfound) for result in results])
    return list(starmap(_scored, zip(results, rankings, strict=True)))


def _scored(result: Result, ranking: Ranking) -> dict[str, float | None]:
    return {key: score.of(result, ranking) for key, score in SCORES.items()}


def evidence_within(result: Result, limit: int) -> bool:
    """Tell whether all evidence stood in the first characters of what was retrieved."""
    return result.needed is not None and result.needed <= limit


def _within(limit: int) -> Score:
    meaning = f"文件有答案的问题中，检索结果的前 {limit} 字已含全部依据的比例。"
    return Score(f"{limit} 字内找到依据", meaning, lambda r, _: _evident(r, evidence_within(r, limit)))


def _ranked(name: str, key: str, meaning: str) -> Score:
    return Score(name, meaning, lambda r, ranking: ranking[key] if _judged(r.question) else None, "score")


def _judged(question: Question) -> bool:
    """Tell whether it is known what is to be found: words, or else documents that answer."""
    return question.answerable and bool(question.evidence or question.relevant)


def _rankings() -> dict[str, Score]:
    kinds = {
        "recall": (
            "召回 R",
            "含有依据的段落排进前 {k} 段的比例；以前 60 段中含有依据的为全部。只知道哪些文件能回答的，以文件计。",
        ),
        "mrr": ("首个依据 MRR", "前 {k} 段中第一个含有依据的段落所排名次的倒数，各题平均；没有则为 0。"),
        "ndcg": ("排序 nDCG", "前 {k} 段的排列与含有依据的段落都排在最前时相比，越接近 100% 越好。"),
    }
    return {
        f"retrieval.{key}_{k}": _ranked(f"{name}@{k}", f"{key}_{k}", meaning.format(k=k))
        for k in RANKS
        for key, (name, meaning) in kinds.items()
    }


def _evident(result: Result, holds: bool) -> float | None:
    """Return what a question with evidence scores; of others only the documents that answer are known."""
    return float(holds) if result.question.answerable and result.question.evidence else None


def _answerable(result: Result, holds: bool) -> float | None:
    return float(holds) if result.question.answerable else None


def _refused(result: Result) -> float | None:
    return None if result.question.answerable else float(result.correct)


def _cites_evidence(result: Result) -> bool:
    """Tell whether all evidence stands in what an answer quotes; in one piece, however it is cut."""
    quoted = [citation.quote for citation in result.answer.citations] if result.answer else []
    evidence = result.question.evidence
    return bool(evidence) and evidence_found(evidence, quoted, sum(map(len, quoted)))


def _quotes_exactly(result: Result) -> float | None:
    if result.answer is None:
        return 0.0
    return float(_verbatim(result.answer)) if result.answer.citations else None


def _verbatim(answer: Answer) -> bool:
    return all(c.document.text[c.start : c.end] == c.quote for c in answer.citations)


def _cited(result: Result) -> float | None:
    return (
        float(sum(len(c.quote) for c in result.answer.citations)) if result.answer and result.answer.citations else None
    )


SCORES: dict[str, Score] = {
    **{f"evidence_recall.{limit}": _within(limit) for limit in EVIDENCE_LIMITS},
    **_rankings(),
    "answer_correct": Score(
        "答案正确",
        "文件有答案的问题中，应有的都说到、不应有的都没有的比例。",
        lambda r, _: _answerable(r, r.correct),
    ),
    "unanswerable_refused": Score("应拒而拒", "文件没有答案的问题中，如实说明没有的比例。", lambda r, _: _refused(r)),
    "multi_turn_correct": Score(
        "追问正确",
        "需要联系前文才能明白的问题中，答对或者该拒答时拒答的比例。",
        lambda r, _: float(r.correct) if r.question.history else None,
    ),
    "exact_match": Score(
        "与依据全同",
        "有依据的问题中，答案与依据除标点外一字不差的比例，按 CMRC 2018 的办法计算。",
        lambda r, _: None if r.exact is None else float(r.exact),
    ),
    "character_f1": Score("字符 F1", "答案与依据的文字重合程度，一字不差为 100%。", lambda r, _: r.f1, "score"),
    "evidence_cited": Score(
        "依据在引文中",
        "文件有答案的问题中，引文含有全部依据的比例。",
        lambda r, _: _evident(r, _cites_evidence(r)),
    ),
    "citations_exact": Score(
        "引文与原文一致",
        "给出引文的问题中，每条引文都与文件原文逐字相同的比例，应为 100%。",
        lambda r, _: _quotes_exactly(r),
    ),
    "citation_characters_mean": Score(
        "引文平均长度", "答案所引文字的平均字数，越短越好读。", lambda r, _: _cited(r), "characters"
    ),
    "elapsed_ms.mean": Score(
        "平均用时",
        "从提问到给出答案的平均时间，随机器而变。",
        lambda r, _: r.answer.elapsed_ms if r.answer else None,
        "milliseconds",
    ),
}
"""The measures by their key, in the order in which they are shown."""
