from pathlib import Path

import pytest

from app.contrasts import ContrastsError, named_in, read_contrasts


def contrary(question: str, text: str) -> list[str]:
    return [word for named in named_in(question) if (word := named.contrary(text))]


def test_what_excludes_what_is_asked_is_found() -> None:
    assert contrary("新增公办初中学位多少个", "新增公办普高学位2800个") == ["普高"]
    assert contrary("拿了多少枚银牌", "斩获国赛金牌21枚") == ["金牌"]


def test_a_word_that_covers_what_is_asked_does_not_contradict() -> None:
    assert contrary("小学教师有多少", "中小学教师1000人") == []
    assert contrary("普高招多少", "高中阶段招生") == []
    assert contrary("今年新增多少学位", "新增普高学位2800个") == []


@pytest.mark.parametrize("line", ["甲", "甲 | ", "丙 = 甲", "= 甲"])
def test_a_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "contrasts.txt"
    file.write_text(f"# 说明\n{line}\n", encoding="utf-8")
    with pytest.raises(ContrastsError, match="第 2 行"):
        read_contrasts(file)


def test_no_word_stands_in_a_set_twice() -> None:
    for number, contrast in enumerate(read_contrasts()):
        assert len(contrast.meanings) >= 2, number
