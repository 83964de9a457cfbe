import pytest

from app.marks import SentenceReader, Written


def read(text: str, size: int) -> list[Written]:
    reader = SentenceReader()
    found = [w for start in range(0, len(text), size) for w in reader.feed(text[start : start + size])]
    return [*found, *reader.finish()]


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("达到90%【1】。其他没有写。【2】", [("达到90%。", (1,)), ("其他没有写。", (2,))]),
        ("达到90%。【1】【2】其他。", [("达到90%。", (1, 2)), ("其他。", ())]),
        ("达到90%［1］，不低于80%[2]。", [("达到90%，不低于80%。", (1, 2))]),
        ("达到90%【1、3】。共5所【资料2】。", [("达到90%。", (1, 3)), ("共5所。", (2,))]),
        ("第一行【1】\n- 第二行。【2】", [("第一行", (1,)), ("- 第二行。", (2,))]),
        ("**要点**：达到`90%`【1】。", [("要点：达到90%。", (1,))]),
        ("温教发[2025]1号提出。", [("温教发[2025]1号提出。", ())]),
        ("文件说“第一句。第二句。”【1】然后呢？", [("文件说“第一句。第二句。”", (1,)), ("然后呢？", ())]),
        ("<think>先想一想。好。</think>达到90%【1】。", [("达到90%。", (1,))]),
        ("<THINK>先想。\n</THINK >达到90%【1】。", [("达到90%。", (1,))]),
        ("先想一想：好</think>达到90%【1】。", [("达到90%。", (1,))]),
        ("<answer>达到9<b>5</b>%【1】。</answer>", [("达到95%。", (1,))]),
        ("达到90%【1-3】。共5所[citation:2]。", [("达到90%。", (1, 2, 3)), ("共5所。", (2,))]),
        (
            "达到90%【1†source】。共5所[^2]。又有<sup>3</sup>。",
            [("达到90%。", (1,)), ("共5所。", (2,)), ("又有。", (3,))],
        ),
        ("根据【1】和【2】，达到90%。共5所（2）。", [("达到90%。", (1, 2)), ("共5所。", (2,))]),
        ("达到[95]%。", [("达到[95]%。", ())]),
        ("|项目|目标|\n|---|---|\n|通过率|90%|\n", [("|项目|目标|", ()), ("|通过率|90%|", ())]),
        ("没有句号【1】", [("没有句号", (1,))]),
        ("。。。【1】", []),
    ],
)
def test_sentences_and_their_marks(text: str, sentences: list[tuple[str, tuple[int, ...]]], size: int) -> None:
    assert [(written.text, written.numbers) for written in read(text, size)] == sentences


def test_a_sentence_is_held_back_until_no_mark_can_follow() -> None:
    reader = SentenceReader()
    assert list(reader.feed("达到90%。")) == []
    assert list(reader.feed("【")) == []
    assert list(reader.feed("1")) == []
    assert [w.numbers for w in reader.feed("】还有")] == [(1,)]


def test_lines_are_told() -> None:
    assert [w.begins_line for w in read("一句。二句。\n三句。", 3)] == [False, False, True]


def test_a_sentence_without_an_end_is_cut() -> None:
    assert len(read("字" * 5000, 50)) > 1
    assert read("<think>" + "想" * 5000, 50) == []
