"""Text → the terms by which it is found.

Characters are folded (full-width to half-width, upper to lower case, traditional to simplified); Han text becomes
overlapping character bigrams, numbers with their percent sign and Latin words stay whole. Bigrams beat segmented
words on policy questions (MRR .70 against .63) and need no dictionary. A figure written out is found by its digits
as well: 百分之九十 also as 90%, 二〇二五年 also as 2025.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from operator import add

from opencc import OpenCC

from ingest.headings import without_number
from ingest.numerals import DIGITS, NUMERAL_CHARACTERS, parse_numeral

NORMALISATION = 2  # raised whenever the same text would give other terms; older indexes are then refused

_RUN = re.compile(r"\d+(?:\.\d+)?%?|[a-z][a-z0-9]*|[\u3400-\u9fff\U00020000-\U0003134f〇]+")
# What a question looks at are headings and facts, the same ones again and again.
_SHORT, _KEPT_SHORT = 200, 8192  # characters; texts seen last, at about half a kB each
_KEPT_TEXTS = 4096  # terms of the headers and headings seen last, at about 5 kB each

_DIGIT = f"[{''.join(DIGITS)}]"
_NUMERAL = f"[{NUMERAL_CHARACTERS}]"
# Words in which 成 is not a tenth: 三成员, 一成立.
_NOT_TENTHS = "立果员为长就绩功效本熟人年都交分型形"
_WRITTEN_OUT = re.compile(
    rf"百分之(?P<percent>{_NUMERAL}+)(?:点(?P<decimals>{_DIGIT}+))?"
    rf"|(?P<tenths>[一二三四五六七八九])成(?:(?P<twentieth>[一二三四五六七八九])|(?![{_NOT_TENTHS}]))"
    rf"|(?P<digits>{_DIGIT}{{4}})(?=年|—|-|至)"
    rf"|(?P<large>(?={_DIGIT}*[十百千万亿])(?:{_DIGIT}|十){_NUMERAL}+)"
    r"|(?P<small>[二三四五六七八九两])(?=年(?!级)|个|月|日|天|所|名|类|级|岁|倍|周|次)"
    r"|(?P<scaled>\d+(?:\.\d+)?)(?P<scale>[万亿])"
)
_NOT_LETTERS = re.compile(r"\W+")
_SCALES = {"万": 10**4, "亿": 10**8}


def fold(text: str) -> str:
    """Return the text in the form in which characters are compared."""
    return _folded(text) if len(text) <= _SHORT else _folded.__wrapped__(text)


@lru_cache(_KEPT_SHORT)
def _folded(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text)).lower()


def simplified(text: str) -> str:
    """Return the text with traditional characters as simplified ones."""
    converted: str = _simplifier().convert(text)
    return converted


def terms(text: str) -> list[str]:
    """Return the terms of a text in reading order, repeated as often as they occur, then its figures in digits."""
    folded = fold(text)
    found: list[str] = []
    for match in _RUN.finditer(folded):
        run = match[0]
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found.extend(map(add, run, run[1:]))
    found.extend(figures_in_digits(folded))
    return found


@lru_cache(_KEPT_TEXTS)
def terms_of(text: str) -> tuple[str, ...]:
    """Return the terms of a text that comes up again and again, such as a heading; those seen last are kept."""
    return tuple(terms(text))


@lru_cache(_KEPT_TEXTS)
def heading_key(heading: str) -> str:
    """Return a clause's heading in the one form in which it is looked up, without its number and punctuation.

    >>> heading_key("二十四、 加强教育“对外交流”合作")
    '加强教育对外交流合作'
    """
    return _NOT_LETTERS.sub("", fold(without_number(heading)))


def figures_in_digits(folded: str) -> Iterator[str]:
    """Yield the figures that a folded text writes out, in digits; one digit only before a word that counts.

    >>> list(figures_in_digits("百分之九十五点五，二〇二五年，九成，一千二百个，三年，2.5万名"))
    ['95.5%', '2025', '90%', '1200', '3', '25000']
    """
    for match in _WRITTEN_OUT.finditer(folded):
        if figure := _digits(match):
            yield figure


def in_digits(folded: str) -> str:
    """Return a folded text with the figures that it writes out in digits, wherever these are whole numbers.

    >>> in_digits("九成以上,二〇二五年新增3.4万个")
    '90%以上,2025年新增34000个'
    """
    return _WRITTEN_OUT.sub(lambda match: _digits(match) or match[0], folded)


def _digits(match: re.Match[str]) -> str:
    """Return a figure that is written out, in digits; empty if it is no whole number."""
    written = match.groupdict()
    if written["percent"]:
        decimals = "".join(str(DIGITS[d]) for d in written["decimals"] or "")
        return f"{parse_numeral(written['percent'])}{'.' if decimals else ''}{decimals}%"
    if written["tenths"]:
        return f"{10 * DIGITS[written['tenths']] + DIGITS.get(written['twentieth'] or '', 0)}%"
    if written["scaled"]:
        value = Decimal(written["scaled"]) * _SCALES[written["scale"]]
        return str(int(value)) if value == int(value) else ""
    return str(parse_numeral(written["digits"] or written["large"] or written["small"]))


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
