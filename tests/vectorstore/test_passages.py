from hypothesis import given

from ingest import Document, parse_document
from tests.ingest.test_document import POLICY_TEXT, ink
from vectorstore.passages import MAX_PASSAGE, coverage, split_passages


def test_the_whole_body_is_in_passages(wenzhou: Document) -> None:
    assert coverage(wenzhou, split_passages(wenzhou)) == 1.0


@given(POLICY_TEXT.filter(lambda text: bool(text.strip())))
def test_passages_of_any_text_cover_it_and_never_cross_a_clause(text: str) -> None:
    document = parse_document(text, "来源", "标题")
    passages = split_passages(document)
    assert ink("".join(p.text for p in passages)) == ink(document.text)
    for passage in passages:
        clause = document.clauses[passage.clause]
        assert clause.start <= passage.start < passage.end <= clause.end
        assert passage.text == document.text[passage.start : passage.end]


def test_a_passage_is_headed_by_title_path_and_year(wenzhou: Document) -> None:
    passage = next(p for p in split_passages(wenzhou) if "普高学位2800个" in p.text)
    assert passage.header.startswith(wenzhou.title)
    assert passage.header.endswith("12.推进普高多样特色发展 2025年")
    assert passage.header not in passage.text


def test_text_without_any_mark_is_still_cut() -> None:
    document = parse_document("通知\n" + "甲" * 1000, "来源", "标题")
    assert max(len(p.text) for p in split_passages(document)) <= MAX_PASSAGE


def test_a_passage_is_headed_by_who_issued_it_and_what_its_article_announces() -> None:
    text = "研学活动告家长书\n第一条　费用标准为：\n（一）五年级每人368元；\n（二）六年级398元\n东海小学\n2025年4月7日"
    headers = [passage.header for passage in split_passages(parse_document(text, "a", "a"))]
    assert all(header.startswith("研学活动告家长书 东海小学") for header in headers)
    assert any("费用标准为：" in header for header in headers)
