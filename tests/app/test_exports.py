from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.answering import answer_question, failed_answer
from app.citations import VERDICT_NAMES
from app.exports import answer_as_text, conversation_docx, conversation_markdown, draft_csv, draft_docx
from app.records import NOT_IN_DOCUMENTS, Answer, CheckedSentence, Citation, Difference, Sentence, Verdict
from ingest import WenceError
from vectorstore import Retriever

DAY = date(2025, 3, 12)
HOSTILE = "# *题* <script>alert(1)</script> [链](javascript:x) `码`\n- 项\x00\x0b\ud83d | 表 | http://x.y"


@pytest.fixture(scope="module")
def answered(retriever: Retriever) -> Answer:
    return answer_question(retriever, "公办园在园幼儿占比2024年和2025年分别是多少")


@pytest.fixture(scope="module")
def written(answered: Answer) -> Answer:
    """An answer as a language model writes it, with a sentence that did not stand up."""
    sentences = (Sentence("占比达75%。", (2,)), Sentence("学费全免。", (), "原文没有提到“学费”"))
    return replace(answered, text="占比达75%【2】。", sentences=sentences, model="某模型")


def word(content: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(content))


def lines(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in word(content).paragraphs]


def sentence(words: str, draft: str, verdict: Verdict, source: Citation | None = None) -> CheckedSentence:
    start = draft.index(words)
    return CheckedSentence(words, start, start + len(words), verdict, source)


def test_a_conversation_holds_answers_with_marks_and_their_sources(answered: Answer, retriever: Retriever) -> None:
    refused = answer_question(retriever, "今天天气怎么样")
    follow_up = replace(answered, question="那2024年呢", asked_for="2024年公办园在园幼儿占比是多少")
    turns = [answered, refused, follow_up, failed_answer("甲", WenceError("问题过长。"))]
    text = conversation_markdown(turns, DAY)
    assert text.startswith("# 问策问答记录\n\n导出日期：2025-03-12。「」中的文字逐字引自所注明的文件。\n")
    assert f"## 问题 1：{answered.question}\n" in text
    for number, citation in enumerate(answered.citations, start=1):
        assert f"{citation.quote}【{number}】" in text
        assert f"> 「{citation.quote}」" in text
    for known in ("【1】《温州市教育局", "2025-03-11", "2024年（完成情况）", "2025年（目标）"):
        assert known in text
    assert f"### 文件没有回答\n\n{NOT_IN_DOCUMENTS}" in text
    assert "您问的是：2024年公办园在园幼儿占比是多少" in text
    assert "### 未能回答\n\n问题过长。" in text


def test_word_and_markdown_hold_the_same(answered: Answer, written: Answer) -> None:
    read = lines(conversation_docx([answered, written], DAY))
    text = conversation_markdown([answered, written], DAY)
    rendered = [token.content for token in MarkdownIt().parse(text) if token.type == "inline"]
    plain = ["".join(t.content for t in MarkdownIt().parseInline(line)[0].children or ()) for line in rendered]
    assert read == plain


def test_what_did_not_stand_up_is_counted_and_left_out(written: Answer) -> None:
    for text in (conversation_markdown([written], DAY), "\n".join(lines(conversation_docx([written], DAY)))):
        assert "占比达75%【2】。" in text
        assert "学费全免" not in text
        assert "由语言模型（某模型）撰写，逐句与原文核对。语言模型撰写的内容有 1 句未通过核对，未列入。" in text
    assert "学费全免" not in answer_as_text(written)


def test_the_clipboard_gets_the_answer_and_its_sources(answered: Answer) -> None:
    text = answer_as_text(answered)
    assert text.startswith(answered.text)
    assert all(f"「{citation.quote}」" in text for citation in answered.citations)
    assert "相关条款" not in text


def test_nothing_from_outside_becomes_markdown(answered: Answer) -> None:
    first = answered.citations[0]
    title = replace(first, document=replace(first.document, title=HOSTILE))
    hostile = replace(answered, question=HOSTILE, text=HOSTILE, citations=(title,), reason=HOSTILE)
    tokens = MarkdownIt("commonmark").enable("table").parse(conversation_markdown([hostile], DAY))
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    blocks = ("heading", "paragraph", "blockquote", "bullet_list", "list_item")
    assert kinds <= {"inline", "text", "text_special", *(f"{b}_{end}" for b in blocks for end in ("open", "close"))}
    assert sum(token.type == "heading_open" for token in tokens) == 4


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn")), min_size=1, max_size=40))
def test_any_words_come_out_of_markdown_as_they_went_in(words: str) -> None:
    failed = Answer(words, "failed", words, (), (), 0.0)
    tokens = MarkdownIt().parse(conversation_markdown([failed], DAY))
    content = ["".join(c.content for c in token.children or ()) for token in tokens if token.type == "inline"]
    assert content[2:] == [f"问题 1：{words}", "未能回答", words]


def test_quotations_keep_their_spaces_and_lose_no_line(answered: Answer) -> None:
    first = replace(answered.citations[0], quote="甲　乙  丙\r# 丁\n    戊")
    text = conversation_markdown([replace(answered, citations=(first,))], DAY)
    assert "> 「甲　乙  丙\n\n> \\# 丁\n\n> 戊」\n" in text


def test_a_word_file_is_chinese_and_its_pages_are_numbered(answered: Answer) -> None:
    file = word(conversation_docx([replace(answered, question=HOSTILE)], DAY))
    styles = file.styles.element
    assert {each.get(qn("w:eastAsia")) for each in styles.iter(qn("w:lang"))} == {"zh-CN"}
    for name, font in (("Normal", "仿宋"), ("Heading 1", "黑体")):
        assert file.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) == font
    fields = [each.get(qn("w:instr")) for each in file.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    names = [paragraph.style.name for paragraph in file.paragraphs if paragraph.style]
    assert names[:3] == ["Title", "Normal", "Heading 1"]
    assert file.core_properties.language == "zh-CN"


def test_a_checked_draft_keeps_its_paragraphs_and_shows_what_differs(answered: Answer) -> None:
    citation = answered.citations[0]
    draft = "一、学前教育\n公办园占比达75%，提高5%。\n\n学费全免。新增学位。"
    differs = replace(
        sentence("公办园占比达75%，提高5%。", draft, "differs", citation),
        differences=(Difference("5%", "4%"), Difference("75%", "70.77%"), Difference("公", ""), Difference("", "在园")),
    )
    unfound, exact = sentence("学费全免。", draft, "not_found"), sentence("新增学位。", draft, "exact", citation)
    file = word(draft_docx("讲话.txt", draft, [differs, unfound, exact], DAY))
    texts = [paragraph.text for paragraph in file.paragraphs]
    assert texts[1:3] == ["文稿：讲话.txt", "共 3 句：逐字一致 1 句，有出入 1 句，未见出处 1 句。"]
    body = texts[texts.index("文稿") + 1 : texts.index("出处")]
    assert body == [
        "一、学前教育",
        "公办园占比达75%（原文：70.77%），提高5%（原文：4%）。（原文另有“在园”）[1]",
        "学费全免。（未见出处）新增学位。",
    ]
    runs = {run.text: run for paragraph in file.paragraphs[6:9] for run in paragraph.runs}
    assert runs["公"].font.strike
    assert runs["75%"].font.underline
    assert runs["75%"].font.color.rgb is not None
    assert runs["学费全免。"].font.underline
    assert not runs["新增学位。"].font.underline
    assert texts[-2].startswith("[1] 有出入：《温州市教育局")
    assert texts[-1] == f"「{citation.quote}」"


@settings(deadline=None, max_examples=20)  # each writes and reads a Word file
@given(st.lists(st.tuples(st.text("甲乙5%.", max_size=4), st.text("甲乙", max_size=2)), max_size=5))
def test_marking_changes_no_word_of_a_draft(pairs: Sequence[tuple[str, str]]) -> None:
    draft = "甲乙甲5%，75%乙乙。"
    differences = tuple(Difference(d, s) for d, s in pairs if d or s)
    checked = CheckedSentence(draft, 0, len(draft), "differs", None, differences)
    file = word(draft_docx("x", draft, [checked], DAY))
    names = [paragraph.text for paragraph in file.paragraphs]
    blue = file.paragraphs[names.index("文稿") + 1].runs
    assert "".join(run.text for run in blue if not run.font.bold) == draft


def test_a_table_opens_in_excel_and_holds_no_formula(answered: Answer) -> None:
    citation = answered.citations[0]
    draft = "=1+1。甲占75%，\n好\x00。－乙。"
    rows = [
        sentence("=1+1。", draft, "not_found"),
        replace(
            sentence("甲占75%，\n好\x00。", draft, "differs", citation), differences=(Difference("75%", "70.77%"),)
        ),
        sentence("－乙。", draft, "exact", citation),
    ]
    content = draft_csv(rows)
    assert content.startswith(b"\xef\xbb\xbf")
    head, first, second, third = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert head == ["序号", "句子", "结论", "差异", "出处", "原文"]
    assert first == ["1", "'=1+1。", "未见出处", "", "", ""]
    assert second[:4] == ["2", "甲占75%，\n好。", "有出入", "“75%”，原文为“70.77%”"]
    assert second[4].startswith("《温州市教育局")
    assert second[5] == citation.quote
    assert third[1] == "'－乙。"


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_cell_is_a_formula(words: str) -> None:
    checked = CheckedSentence(words, 0, len(words), "differs", None, (Difference(words, words),))
    for row in csv.reader(io.StringIO(draft_csv([checked]).decode("utf-8-sig"), newline="")):
        assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r") for cell in row)


def test_nothing_checked_is_a_file_all_the_same() -> None:
    assert "共 0 句：逐字一致 0 句，有出入 0 句，未见出处 0 句。" in lines(draft_docx("x", "", [], DAY))
    assert draft_csv([]).count(b"\n") == 1
    assert list(VERDICT_NAMES.values()) == ["逐字一致", "有出入", "未见出处"]
