"""What a sentence claims that can be looked up, and its passages do not hold: each check gives the reason in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.claims import Figure, figure_name, is_same, letters, quoted_words, read_claims, stated_figures, tidy, titles_in
from app.grounds import Grounds
from app.places import COUNTRY, places_in, region_place
from app.proper_names import NATIONS, bodies_in, people_in
from app.wording_checks import LEAD
from vectorstore.normalise import fold, in_digits


def unreadable(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell whether it holds what is no text: bytes that no model meant."""
    return "文字无法辨认" if "\ufffd" in sentence else ""


def misquoted(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which words in quotation marks are none of the passages'."""
    words = next((words for words in quoted_words(sentence) if not grounds.holds(words)), "")
    return f"引号内的“{_as_written(words, sentence)}”不是原文" if words else ""


def other_title(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which title is not in the passages."""
    title = next((title for title in titles_in(sentence) if not grounds.holds(title)), "")
    return f"出处中没有《{_as_written(title, sentence)}》" if title else ""


def other_words(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which number of a document or clause, plan period or address is not in the passages."""
    words = next((words for words in sorted(read_claims(sentence).words) if not grounds.holds(words)), "")
    return f"出处中没有“{_as_written(words, sentence)}”" if words else ""


# Of when a document was made its data speak, not its words.
_PUBLISHED = re.compile(r"发布|印发|公布|成文|出台|发文|通过|施行|实施|公开")


def other_time(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which year or date the passages do not speak of."""
    said, there, published = read_claims(sentence), grounds.claims, grounds.published
    made = _PUBLISHED.search(sentence) is not None
    years = grounds.years | (published.years if made else frozenset())
    title = "".join(titles_in(sentence))
    for year in sorted((said.years | set(relative_years(sentence, grounds))) - years):
        if str(year) not in title:
            return f"出处说的不是{year}年"
    dates = there.dates | (published.dates if made else frozenset())
    for date in sorted(said.dates):
        if not any(date == other or (date.endswith("月") and other.startswith(date)) for other in dates):
            return f"出处中没有“{date}”"
    return ""


_RELATIVE = {"去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2, "前年": -2}


def relative_years(sentence: str, grounds: Grounds) -> Iterator[int]:
    """Yield the years that a sentence speaks of as 去年 or 明年, seen from when its passages were published."""
    (year,) = grounds.published.years if len(grounds.published.years) == 1 else (None,)
    for word, distance in _RELATIVE.items():
        if year is not None and word in sentence and word not in grounds.words:
            yield year + distance


def other_rate(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell how often a sentence says that something is done or paid, and its passages do not."""
    for rate in sorted(read_claims(sentence).rates - grounds.claims.rates):
        if not re.search(rf"(?<![\d个]){rate}(?!\d)", grounds.text):  # 月缴额 is 每月
            return f"出处说的不是每{rate}"
    return ""


# Before % or behind a letter stands what was not read as a figure: 翻两番, 九五折, XCV%.
_UNREAD = re.compile(
    r"[^\d\s)）]%|\d[a-z]\d|[a-z]\d+(?:\.\d+)?%|(?<![\d%])-\s?\d+(?:\.\d+)?%|[一二三四五六七八九\d]折|[俩仨]"
)


def other_figure(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which figure is not in the passages, or cannot be read."""
    said = read_claims(sentence)
    ranks = {figure for figure in grounds.above.figures if figure[1] == "rank"}
    known = grounds.claims.figures | grounds.claims.ones | ranks
    lists = said.listed | (grounds.claims.listed if LEAD.search(sentence) else frozenset())
    for figure in sorted(said.figures, key=lambda figure: (figure[1], figure[0])):
        value, kind = figure
        counted = kind.startswith(("count", "plain", "institutions")) and value in lists
        if not (counted or f"{value:f}" in derived or any(is_same(figure, other) for other in known)):
            return f"出处中没有“{_as_stated(figure, sentence)}”这个数字"
    unread = [match[0] for match in _UNREAD.finditer(in_digits(fold(sentence)))]
    there = in_digits(grounds.words) if unread else ""
    strange = next((words for words in unread if words not in there), "")
    return f"“{strange}”无法核对" if strange else ""


def _as_stated(figure: Figure, sentence: str) -> str:
    """Return a figure in the words of the sentence that states it, in digits."""
    stated = ((other, said) for said, other in stated_figures(tidy(fold(sentence))))
    return next((said for other, said in stated if other == figure), figure_name(figure))


def _as_written(words: str, sentence: str) -> str:
    """Return some letters as a sentence has them, with the punctuation among them."""
    found = re.search(r"\W*".join(map(re.escape, words)), fold(sentence))
    return found[0] if found else words


def other_name(sentence: str, grounds: Grounds, derived: Sequence[str]) -> str:
    """Tell which place, school, body or person a sentence names that its passages do not."""
    folded = fold(sentence)
    homes = [home for region in grounds.regions if (home := region_place(region))]
    held = f"{grounds.words}\n{grounds.over}"
    for place in places_in(folded, grounds.regions):
        if not place.is_in(held) and not any(_is_home(place.code, home.code) for home in homes):
            return f"出处没有提到{place.name}" if place != COUNTRY else "出处说的不是全国"
    wide = homes and not any(home.code.endswith("0000") for home in homes)
    if wide and _PROVINCE in folded and _PROVINCE not in grounds.words:
        return f"出处说的不是{_PROVINCE}"
    for nation in NATIONS.findall(folded):
        if nation not in grounds.words:
            return f"出处没有提到{nation}"
    for name in (*bodies_in(folded, grounds.holds, [home.short for home in homes]), *people_in(folded)):
        if not grounds.holds(letters(name)):
            return f"出处没有提到“{name}”"
    return ""


_PROVINCE = "全省"


def _is_home(code: str, home: str) -> bool:
    """Tell whether a place is where the passages come from, or the province that lies in."""
    return code == home or (code.endswith("0000") and code[:2] == home[:2])
