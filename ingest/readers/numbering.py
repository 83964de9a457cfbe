"""The numbers that Word computes for paragraphs.

They stand nowhere in the text: 「第一条」 is a level of a list (its pattern 「第%1条」, its number format, where it
starts and restarts) and how often that level has come before. The terms are those of ISO/IEC 29500-1, 17.9.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VALUE = f"{W}val"


def integer(text: str | None, default: int) -> int:
    """Return an attribute's number, kept to what Word itself counts to; `default` where it is none."""
    try:
        return min(max(int(text or ""), 0), _MAX_NUMBER)
    except ValueError:
        return default


_MAX_NUMBER = 32_767


def based_on(name: str | None, bases: Mapping[str, str | None]) -> Iterator[str]:
    """Yield a style and those it is based on, nearest first; a circle is as good as a chain without end."""
    for _ in range(_MAX_BASES):
        if name is None or name not in bases:
            return
        yield name
        name = bases[name]


_MAX_BASES = 32  # Word lets styles build on each other ten deep


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str
    suffix: str
    restart: int | None  # restarted by levels up to this one, counted from 1; by any above where None
    legal: bool  # numbers of the levels above in decimal digits
    style: str | None  # the paragraph style that takes this level


@dataclass(frozen=True, slots=True)
class _List:
    """A `w:num`. Those of one abstract definition go on counting each other's paragraphs."""

    number: str
    abstract: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]  # where this list starts anew


@dataclass(frozen=True, slots=True)
class _Style:
    based_on: str | None
    number: str | None
    level: int | None


class Numbering:
    """The lists of one document and how far each has been counted."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = {} if styles is None else dict(_styles(styles))
        self._bases = {name: style.based_on for name, style in self._styles.items()}
        self._default_style = None if styles is None else _default_style(styles)
        self._lists = {} if numbering is None else dict(_lists(numbering))
        self._of_styles: dict[str | None, tuple[str | None, int]] = {}
        self._counted: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()

    def numbered(self, paragraph: Element, text: str) -> str:
        """Count a paragraph and return its text with its number before it, if it has one."""
        place = self._place(paragraph)
        if place is None:
            return text
        list_, level = place
        self._count(list_, level)
        label = self._label(list_, level)
        return _joined(label, list_.levels[level].suffix, text)

    def _place(self, paragraph: Element) -> tuple[_List, int] | None:
        """Return the list and level that a paragraph belongs to."""
        properties = paragraph.find(f"{W}pPr")
        style = None if properties is None else _value(properties, "pStyle")
        style = style or self._default_style
        if style not in self._of_styles:
            self._of_styles[style] = self._of_style(style)
        number, level = self._of_styles[style]
        own = None if properties is None else properties.find(f"{W}numPr")
        if own is not None:
            own_number, own_level = _value(own, "numId"), _value(own, "ilvl")
            if own_level is not None or own_number is not None:
                level = integer(own_level, 0)
            number = own_number or number
        list_ = self._lists.get(number or "")
        return (list_, level) if list_ is not None and level in list_.levels else None

    def _of_style(self, style: str | None) -> tuple[str | None, int]:
        """Return the list of a style and its level: the one that takes the style, or that the style names."""
        chain = [(name, self._styles[name]) for name in based_on(style, self._bases)]
        number = next((known.number for _, known in chain if known.number is not None), None)
        list_ = self._lists.get(number or "")
        taken = {} if list_ is None else {level.style: at for at, level in list_.levels.items()}
        levels = (taken.get(name, known.level) for name, known in chain)
        return number, next((level for level in levels if level is not None), 0)

    def _count(self, list_: _List, level: int) -> None:
        counted = self._counted.setdefault(list_.abstract, {})
        starts_anew = level in list_.starts and (list_.number, level) not in self._started
        if level not in counted or starts_anew:
            counted[level] = _start(list_, level)
            self._started.add((list_.number, level))
        else:
            counted[level] += 1
        for deeper in [at for at in counted if at > level]:
            restart = list_.levels[deeper].restart if deeper in list_.levels else None
            if restart is None or level < restart:
                del counted[deeper]

    def _label(self, list_: _List, level: int) -> str:
        counted = self._counted[list_.abstract]
        shown = list_.levels[level]

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            if at not in list_.levels:
                return ""
            format_ = list_.levels[at].format
            value = counted.get(at, _start(list_, at))
            return str(value) if shown.legal and format_ != "none" else _FORMATS.get(format_, str)(value)

        return "" if shown.format == "bullet" else re.sub(r"%([1-9])", number, shown.text)


def _joined(label: str, suffix: str, text: str) -> str:
    """Put a number before a text: a space stands for Word's tab only where the number would run into the text."""
    bare = label.strip()
    if not bare or not text:
        return bare or text
    runs_on = bare[-1].isalpha() or bare[-1].isdecimal()  # 条 and 1 do; 、 ） and ① do not
    follows = suffix != "nothing" or label[-1].isspace()
    return f"{bare} {text}" if runs_on and follows else bare + text


def _start(list_: _List, level: int) -> int:
    return list_.starts.get(level, list_.levels[level].start)


def _value(parent: Element, name: str) -> str | None:
    child = parent.find(W + name)
    value: str | None = None if child is None else child.get(VALUE)
    return value


def _styles(styles: Element) -> Iterator[tuple[str, _Style]]:
    for style in styles.iter(f"{W}style"):
        numbers = style.find(f"{W}pPr/{W}numPr")
        number = None if numbers is None else _value(numbers, "numId")
        level = None if numbers is None else _value(numbers, "ilvl")
        yield (
            style.get(f"{W}styleId", ""),
            _Style(_value(style, "basedOn"), number, None if level is None else integer(level, 0)),
        )


def _default_style(styles: Element) -> str | None:
    for style in styles.iter(f"{W}style"):
        if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
            return str(style.get(f"{W}styleId", ""))
    return None


def _lists(numbering: Element) -> Iterator[tuple[str, _List]]:
    abstracts = {a.get(f"{W}abstractNumId", ""): a for a in numbering.iter(f"{W}abstractNum")}
    of_style = {_value(a, "styleLink"): a for a in abstracts.values()}
    for num in numbering.iter(f"{W}num"):
        abstract = abstracts.get(_value(num, "abstractNumId") or "")
        if abstract is None:
            continue
        link = _value(abstract, "numStyleLink")  # the levels stand with the list that the style names
        if link is not None:
            abstract = of_style.get(link, abstract)
        levels = dict(_levels(abstract))
        starts: dict[int, int] = {}
        for override in num.iter(f"{W}lvlOverride"):
            levels.update(_levels(override))
            start = _value(override, "startOverride")
            if start is not None:
                starts[integer(override.get(f"{W}ilvl"), 0)] = integer(start, 1)
        number = num.get(f"{W}numId", "")
        yield number, _List(number, abstract.get(f"{W}abstractNumId", ""), levels, starts)


def _levels(parent: Element) -> Iterator[tuple[int, _Level]]:
    for level in parent.iter(f"{W}lvl"):
        restart = _value(level, "lvlRestart")
        # A newer format stands in a choice before the one that every version of Word knows.
        formats = [f.get(VALUE, "decimal") for f in level.iter(f"{W}numFmt")]
        legal = level.find(f"{W}isLgl")
        yield (
            integer(level.get(f"{W}ilvl"), 0),
            _Level(
                start=integer(_value(level, "start"), 0),
                format=formats[-1] if formats else "decimal",
                text=(_value(level, "lvlText") or "")[:_MAX_PATTERN],
                suffix=_value(level, "suff") or "tab",
                restart=None if restart is None else integer(restart, 0),
                legal=legal is not None and legal.get(VALUE) not in ("0", "false", "off"),
                style=_value(level, "pStyle"),
            ),
        )


_MAX_PATTERN = 64  # characters; Word takes 31, and a longer one would be repeated with every paragraph


def _of_series(characters: str) -> Callable[[int], str]:
    """Number by the characters of a series; in digits where it ends."""
    return lambda n: characters[n - 1] if 0 < n <= len(characters) else str(n)


def _letters(first: str) -> Callable[[int], str]:
    """Number by letters: a … z, aa, bb …."""
    return lambda n: chr(ord(first) + (n - 1) % 26) * ((n - 1) // 26 + 1) if 0 < n <= _MAX_LETTERS else str(n)


_MAX_LETTERS = 780  # thirty times through the alphabet, as far as Word goes


def _positional(digits: str) -> Callable[[int], str]:
    """Number digit by digit: 二〇二五."""
    return lambda n: "".join(digits[int(d)] for d in str(n))


def _spoken(digits: str, units: str) -> Callable[[int], str]:
    """Number as one counts aloud, 一百零一, with the units of 10, 100, 1000 and 10,000."""

    def below_myriad(n: int) -> str:
        text, gap = "", False
        for power, digit in zip(range(3, -1, -1), map(int, f"{n:04d}"), strict=True):
            if digit:
                text += (digits[0] if gap else "") + digits[digit] + (units[power - 1] if power else "")
            gap = bool(text) and not digit
        return text

    def spoken(n: int) -> str:
        myriads, rest = divmod(n, 10_000)
        text = below_myriad(myriads) + units[3] if myriads else ""
        text += digits[0] if not n or (myriads and 0 < rest < 1000) else ""
        text += below_myriad(rest)
        return text.removeprefix("一") if text.startswith("一十") else text  # 十二, but 壹拾贰

    return spoken


def _counting(digits: str) -> Callable[[int], str]:
    """九十九, 一〇〇: from a hundred on, this format goes by position."""
    return lambda n: _THOUSANDS(n) if n < 100 else _positional(digits)(n)


def _japanese(n: int) -> str:
    """百一: without a zero, and without a one before its unit."""
    return re.sub(r"零|一(?=[十百千])", "", _THOUSANDS(n)) or "〇"


def _roman(n: int) -> str:
    if not 0 < n <= _MAX_NUMBER:
        return str(n)
    text = ""
    for value, numeral in _ROMAN:
        text += numeral * (n // value)
        n %= value
    return text


_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
)
_THOUSANDS = _spoken("零一二三四五六七八九", "十百千万")
_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_FULL_WIDTH = _positional("０１２３４５６７８９")

_FORMATS: Mapping[str, Callable[[int], str]] = {
    "bullet": lambda _: "",
    "chineseCounting": _counting(_DIGITS),
    "chineseCountingThousand": _THOUSANDS,
    "chineseLegalSimplified": _spoken("零壹贰叁肆伍陆柒捌玖", "拾佰仟万"),
    "decimalEnclosedCircle": _of_series(_CIRCLES),
    "decimalEnclosedCircleChinese": _of_series(_CIRCLES),
    "decimalEnclosedFullstop": _of_series("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "decimalEnclosedParen": _of_series("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalFullWidth": _FULL_WIDTH,
    "decimalFullWidth2": _FULL_WIDTH,
    "decimalZero": lambda n: f"{n:02d}",
    "ideographDigital": _positional(_DIGITS),
    "ideographEnclosedCircle": _of_series("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "ideographLegalTraditional": _spoken("零壹貳參肆伍陸柒捌玖", "拾佰仟萬"),
    "ideographTraditional": _of_series(_STEMS),
    "ideographZodiac": _of_series(_BRANCHES),
    "ideographZodiacTraditional": lambda n: _STEMS[(n - 1) % 10] + _BRANCHES[(n - 1) % 12],
    "japaneseCounting": _japanese,
    "japaneseDigitalTenThousand": _positional(_DIGITS),
    "lowerLetter": _letters("a"),
    "lowerRoman": lambda n: _roman(n).lower(),
    "none": lambda _: "",
    "numberInDash": lambda n: f"- {n} -",
    "taiwaneseCounting": _counting("○一二三四五六七八九"),
    "taiwaneseCountingThousand": _THOUSANDS,
    "taiwaneseDigital": _positional("○一二三四五六七八九"),
    "upperLetter": _letters("A"),
    "upperRoman": _roman,
}
"""Number format → how it writes a number; any other, of another script, in decimal digits."""
