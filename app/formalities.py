"""What a document says because it is a notice: whom it addresses, that it announces, who signs it and when.

Such words tell who issued it and when, and answer nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from ingest.metadata import signature_lines

_KEPT_TEXTS = 256  # documents looked at last
_SALUTATION = re.compile(r"^(?:各|广大|全[体市县区校]|亲爱的|尊敬的|致)[^。；;？?]{1,120}[：:]$")
_ENCLOSURES = re.compile(r"^附件?[\d一二三四五六七八九十]*[：:]")
# 「现将有关事项通知如下」: it says that something follows, and on what grounds.
_ANNOUNCES = re.compile(
    r"^(?:(?:根据|按照|依据|经|为|因应|结合)[^。；;]{4,150}[，,])?(?:现|特)[将就把对]?[^，,。；;]{0,40}?"
    r"(?:如下|通知|通告|公告|公示)[：:。]?$"
)
# Under the title of a law or rule: 「（2023年12月1日市政府第9次常务会议审议通过）」.
_ADOPTED = re.compile(
    r"^[(（]?\s*(?:19|20)\d{2}年\d{1,2}月\d{1,2}日[^。；;]{0,60}(?:通过|批准|公布|发布|修[订正])[^。；;]{0,40}[)）]?$"
)
_ASKS_WHO = re.compile(
    r"(?:谁|哪[个些几家]?|什么)(?:单位|部门|机关|机构|局)?[^，,。?？]{0,4}(?:发布|印发|发文|发出|发的|出台|制定|签发|公布)"
    r"|发文|落款|(?:通知|公告|通告|办法|文件|公示)[^，,。?？]{0,8}(?:谁|什么时[候间]|何时|哪[年天月]|几[月号])[^，,。?？]{0,4}(?:发|印|公布|出台)"
    r"|附件|通过|修[订正]|批准|废止|[发写]给|制定的?[单部机]|依据|根据什么|为什么|为何|目的|原因"
)


def asks_for_formalities(question: str) -> bool:
    """Tell whether a question asks who issued a document, when, to whom, or with what enclosed."""
    return _ASKS_WHO.search(question) is not None


def is_formal(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` of a document's text says nothing but formalities."""
    if _ANNOUNCES.match(text[start:end].strip()):
        return True
    starts, ends = _formal_lines(text)
    while start < end:
        if text[start].isspace():
            start += 1
            continue
        line = bisect_right(starts, start) - 1
        if line < 0 or start >= ends[line]:
            return False
        start = ends[line]
    return True


@lru_cache(_KEPT_TEXTS)
def _formal_lines(text: str) -> tuple[list[int], list[int]]:
    """Return where the lines of a text start and end that are formalities as a whole, in order."""
    lines = text.split("\n")
    signing = set(signature_lines(lines))
    starts, ends = [], []
    offset = 0
    for i, line in enumerate(lines):
        bare = line.strip()
        if i in signing or _SALUTATION.match(bare) or _ENCLOSURES.match(bare) or _ADOPTED.match(bare):
            starts.append(offset)
            ends.append(offset + len(line))
        offset += len(line) + 1
    return starts, ends
