from hypothesis import given
from hypothesis import strategies as st

from ingest import Document, parse_document
from ingest.sentences import split_parts, split_sentences

# Text as hostile as notices are: numbering, brackets, line ends and marks in any order.
POLICY_TEXT = st.text(
    alphabet=st.sampled_from([*"一二三十第条章节、（）()1234.。；;，,\n 　“”%年月教育局通知"]), min_size=1, max_size=300
)


def ink(text: str) -> str:
    return "".join(text.split())


@given(POLICY_TEXT.filter(lambda text: bool(text.strip())))
def test_every_character_of_any_text_is_in_one_clause(text: str) -> None:
    document = parse_document(text, "来源", "标题")
    clauses = "".join(document.text[c.start : c.end] for c in document.clauses)
    assert ink(clauses) == ink(document.text)


@given(POLICY_TEXT)
def test_sentences_and_parts_lose_nothing(text: str) -> None:
    sentences = split_sentences(text)
    assert ink("".join(text[s.start : s.end] for s in sentences)) == ink(text)
    for sentence in sentences:
        parts = split_parts(text, *sentence)
        assert ink("".join(text[p.start : p.end] for p in parts)) == ink(text[sentence.start : sentence.end])


def test_the_same_text_has_the_same_id_wherever_it_is_read() -> None:
    here, there = parse_document("通知\n甲。", "甲.txt", "甲"), parse_document("通知\n\n  甲。\n", "乙.txt", "乙")
    assert here.id == there.id
    assert [c.id for c in here.clauses] == [c.id for c in there.clauses]


def test_a_sentence_keeps_its_closing_mark(wenzhou: Document) -> None:
    text = "他说：“好。”然后离开。"
    assert [text[s.start : s.end] for s in split_sentences(text)] == ["他说：“好。”", "然后离开。"]
