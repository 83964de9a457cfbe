"""Chinese numerals → integers."""

from __future__ import annotations

import unicodedata

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "兩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

NUMERAL_CHARACTERS = "".join(DIGITS) + "".join(_UNITS) + "".join(_MYRIADS)


def parse_numeral(text: str) -> int:
    """Return the value of an integer written in Arabic or Chinese digits.

    Positional (二〇二五) and spoken (二千零二十五) forms are both read; full-width digits too.

    Raises:
        ValueError: `text` is not such a number.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in NUMERAL_CHARACTERS for c in text):
        raise ValueError(f"not an integer numeral: {text!r}")
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    return _parse_spoken(text)


def _parse_spoken(text: str) -> int:
    total = section = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]  # 十二 says no 一 before 十
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS[character]
            section = digit = 0
    return total + section + digit
