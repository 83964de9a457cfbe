"""Ways round the check that somebody looked for who knew how it works, and sentences that must not be struck for it."""

from __future__ import annotations

import pytest

from app.checking import supporting
from app.finding import find
from app.sources import Source, fitting, gather
from app.understanding import understand
from vectorstore import Retriever

REACHES = "义务教育优质均衡发展县省级评估通过率达到"


@pytest.fixture(scope="module")
def sources(retriever: Retriever) -> list[Source]:
    found = find(retriever, understand(retriever, "义务教育优质均衡评估目标是多少"))
    return fitting(gather([found]), 20_000, lambda text: len(text.encode()))


@pytest.mark.parametrize(
    "sentence",
    [
        "督促9所学校巩固创建成果。",
        "加快9个县申请省级评估。",
        "资源配置投入9元。",
        f"根据第9条，{REACHES}90%。",
        f"{REACHES}100%。",
        f"{REACHES}百分之百。",
        "义务教育优质均衡发展县省级评估通过率未达到90%。",
        f"并非{REACHES}90%。",
        f"取消{REACHES}90%。",
        f"{REACHES}90%，是错误的。",
        "义务教育优质均衡发展县省级评估通过率不超过90%。",
        f"{REACHES}九成半。",
        f"{REACHES}玖拾伍%。",
        f"{REACHES}ⅨⅤ%。",
        f"{REACHES}九零%。",
        f"{REACHES}A95%。",
        f"{REACHES}-90%。",
        f"{REACHES}90%，翻两番。",
        f"{REACHES}90%，其中廿所学校。",
        f"贰零贰陆年{REACHES}90%。",
        f"2O26年{REACHES}90%。",
        f"丙午年{REACHES}90%。",
        f"第捌条规定，{REACHES}90%。",
        f"去年{REACHES}90%。",
        f"3季度{REACHES}90%。",
        f"文件要求〝学费全免〞，{REACHES}90%。",
        f"文件要求«学费全免»，{REACHES}90%。",
        f"文件要求”学费全免”，{REACHES}90%。",
        f"文件要求【学费全免】，{REACHES}90%。",
        f"根据《温州市学费减免办法，{REACHES}90%。",
        f"根据温州市学费减免办法，{REACHES}90%。",
        f"杭\u200b州市{REACHES}90%。",
        f"杭 州市{REACHES}90%。",
        f"教育 部提出，{REACHES}90%。",
        f"温州二中{REACHES}90%。",
        f"人民政府提出，{REACHES}90%。",
        f"局长王小明提出，{REACHES}90%。",
        f"由王小明牵头，{REACHES}90%。",
        f"全省的{REACHES}90%。",
        "以下学生将被学校开除并追缴全部费用。",
        "不需要：",
        "9。",
        f"{REACHES}90%；学费免除。",
    ],
)
def test_a_way_round_is_closed(sources: list[Source], sentence: str) -> None:
    support, reason = supporting(sentence, (1,), sources)
    assert not support
    assert reason


@pytest.mark.parametrize(
    "sentence",
    [
        f"{REACHES}90%。",
        "2025年，义务教育优质均衡发展县的省级评估通过率要达到九成。",
        "力争学前教育普及普惠县省级评估通过率达到100%。",
        "其余县（市、区）要加快申请省级评估。",
        f"今年{REACHES}90%。",
        "文件要求加大“两县创建”攻坚力度。",
        "第一，压实县级政府主体责任；第二，强化资源配置。",
    ],
)
def test_a_faithful_sentence_goes_through(sources: list[Source], sentence: str) -> None:
    support, reason = supporting(sentence, (), sources)
    assert support, reason
