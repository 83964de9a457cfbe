"""Short notices: one-line clauses, times, conditions, lists, tables, those who sign."""

from pathlib import Path

import pytest

from app.answering import answer_question
from app.formalities import asks_for_formalities, is_formal
from app.settings import Settings
from eval.run import index_documents
from ingest import Document, PolicyFile, load, parse_document, read_document
from vectorstore import Retriever

LIBRARY = (
    "东海市图书馆2025年暑期开放公告\n亲爱的读者朋友：\n现将有关安排公告如下：\n"
    "一、开放时间\n总馆周二至周日8:30至21:00开放，周一闭馆。\n"
    "二、借阅\n普通借阅证可借图书8册，借期30天。少儿借阅证可借图书12册。\n"
    "三、赔偿\n逾期未还的，每册每天收取逾期费0.1元。遗失图书的，按原书定价的2倍赔偿。\n"
    "四、办证须带材料\n（一）身份证；\n（二）近期照片1张。\n"
    "读者服务电话：0716-8452300。\n东海市图书馆\n2025年6月20日"
)
ALLOWANCE = (
    "松原岭县高龄津贴发放管理办法\n第一条　为弘扬敬老传统，制定本办法。\n第二条　高龄津贴按月计算，标准为：\n"
    "（一）80周岁至89周岁，每人每月60元；\n（二）90周岁至99周岁，每人每月150元；\n（三）100周岁及以上，每人每月600元。\n"
    "第三条　逾期申请的，不予补发。\n第四条　在助餐点用餐，60至79岁老年人每餐补助2元、80岁及以上老年人每餐补助4元。\n"
    "松原岭县民政局\n2024年5月30日"
)
GUIDE = (
    "东海市生育津贴申领办事指南\n发布单位：东海市医疗保障局\n【申领期限】分娩之日起1年内申领，超过期限不予受理。\n"
    "【申请材料】\n1. 社会保障卡；\n2. 出院小结。\n【是否收费】不收费\n【咨询电话】0837-6238890"
)
QUESTIONS = (
    "关于免费接种疫苗的政策问答\n问：哪些人可以免费打？\n答：本市户籍、未接种过的女孩。已自费接种过第一针的，不纳入免费范围。\n"
    "问：在哪里接种？什么时间？\n答：在社区卫生服务中心。第一剂为4月7日至30日，第二剂为10月13日至31日。"
)


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    documents = [parse_document(text, name, name) for name, text in
                 (("a", LIBRARY), ("b", ALLOWANCE), ("c", GUIDE), ("d", QUESTIONS))]  # fmt: skip
    return index_documents(documents, Settings(), tmp_path_factory.mktemp("notices"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("东海市图书馆几点开门", "8:30至21:00"),  # a time is not cut at its colon
        ("图书馆的书弄丢了怎么赔", "2倍赔偿"),
        ("高龄津贴逾期申请能补发吗", "不予补发"),  # nor a rule behind its condition
        ("我爷爷85岁，松原岭县高龄津贴一个月多少钱", "60元"),
        ("百岁老人高龄津贴每月多少钱", "600元"),
        ("松原岭县老人在助餐点吃饭一餐补助多少", "60至79岁老年人每餐补助2元、80岁及以上老年人每餐补助4元"),
        ("图书馆办证要带什么材料", "身份证"),
        ("少儿借阅证能借几册", "12册"),
        ("东海市生育津贴多久之内要申领", "1年内"),
        ("东海市生育津贴申领电话", "0837-6238890"),
        ("自费打过第一针的还能免费吗", "不纳入免费范围"),
        ("我是湖南人，东海市图书馆办证要带什么", "身份证"),
        ("松原岭县高龄津贴是按月发还是按年发", "按月"),
        ("疫苗第二剂什么时间打", "10月13日至31日"),
        ("东海市图书馆总馆什么时候开放", "8:30至21:00"),
    ],
)
def test_a_notice_answers(notices: Retriever, question: str, words: str) -> None:
    assert words in answer_question(notices, question).text


def test_a_list_is_given_whole(notices: Retriever) -> None:
    answer = answer_question(notices, "东海市图书馆办证要带哪些材料")
    assert [citation.quote for citation in answer.citations] == ["（一）身份证", "（二）近期照片1张"]


def test_of_a_list_by_age_only_what_holds_for_it_is_given(notices: Retriever) -> None:
    text = answer_question(notices, "92岁的老人松原岭县高龄津贴每月多少钱").text
    assert "150元" in text and "60元" not in text and "600元" not in text


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("木棉街道图书馆几点开门", "原文没有提到木棉街道"),
        ("东海市图书馆2025年第15号公告什么时候开放", "原文没有提到第15号"),
        ("东海市图书馆几点开放，2023年暑期的", "原文没有2023年的内容"),
        ("东海市图书馆小学生是不是满10岁才能办证", "原文没有给出年龄"),
        ("疫苗第三剂什么时间打", "原文说的是第一剂，不是第三剂"),
        ("生育津贴在哪家银行领", "原文没有提到是哪个银行"),
    ],
)
def test_what_a_notice_does_not_say_is_refused(notices: Retriever, question: str, reason: str) -> None:
    answer = answer_question(notices, question)
    assert answer.outcome == "not_in_documents", answer.text
    assert any(reason in step.detail for step in answer.steps), answer.steps


def test_who_signs_answers_only_who_asks_for_it(notices: Retriever) -> None:
    assert "东海市图书馆\n2025年6月20日" not in answer_question(notices, "东海市图书馆周一开放吗").text
    assert asks_for_formalities("这个公告是哪个单位发布的")
    assert not asks_for_formalities("周一开放吗")
    for words in ("亲爱的读者朋友：", "现将有关安排公告如下：", "东海市图书馆\n2025年6月20日"):
        start = LIBRARY.index(words)
        assert is_formal(LIBRARY, start, start + len(words)), words
    start = LIBRARY.index("周一闭馆")
    assert not is_formal(LIBRARY, start, start + 4)


def test_the_figure_is_marked_behind_the_number_of_a_clause(notices: Retriever) -> None:
    answer = answer_question(notices, "松原岭县92岁老人高龄津贴每月多少")
    assert "150元" in answer.text
    assert answer.key == ("150元",)


def test_labels_and_lines_below_the_title_are_read() -> None:
    document = parse_document(GUIDE, "c", "c")
    assert document.issuer == "东海市医疗保障局"
    assert [clause.label for clause in document.clauses][1:3] == ["【申领期限】", "【申请材料】"]


def read(folder: Path, text: str) -> Document:
    file = folder / "通知.txt"
    file.write_text(text, encoding="utf-8")
    return read_document(load(PolicyFile(file)))


@pytest.mark.parametrize("gap", ["\t", "      "])
def test_columns_of_a_text_are_a_table(tmp_path: Path, gap: str) -> None:
    rows = [["等级", "一般工种", "紧缺工种"], ["高级", "2000", "2600"], ["技师", "2500", "3250"]]
    document = read(tmp_path, "东海市技能补贴标准通知\n" + "\n".join(gap.join(row) for row in rows) + "\n特此通知。")
    (table,) = document.tables
    assert table.columns == ("等级", "一般工种", "紧缺工种")
    assert "等级 技师 · 一般工种 2500 · 紧缺工种 3250" in document.text


def test_a_table_without_headings_has_none(tmp_path: Path) -> None:
    document = read(tmp_path, "收费公告\n托班\t保教费1580元\n小班\t保教费980元\n大班\t保教费980元\n特此公告。")
    assert "托班 · 保教费1580元" in document.text


def test_names_set_apart_are_no_table(tmp_path: Path) -> None:
    assert read(tmp_path, "委员名单\n徐　超　东海大学\n扈　强　东海学院\n许　锐　东海中学").tables == ()


def test_this_year_is_that_of_the_newest_document_of_the_place_that_is_named(tmp_path: Path) -> None:
    documents = [
        parse_document(
            f"{city}教育局关于中小学招生的通知\n今年全市小学计划招生{number}人。\n{city}教育局\n{year}年3月1日",
            city,
            city,
        )
        for city, number, year in (("杭州市", 9000, 2026), ("宁波市", 7000, 2025))
    ]
    retriever = index_documents(documents, Settings(), tmp_path)
    assert "7000" in answer_question(retriever, "宁波市今年小学计划招生多少人").text
    assert "9000" in answer_question(retriever, "杭州市今年小学计划招生多少人").text


def test_a_law_that_is_not_there_is_not_answered_from_another(tmp_path: Path) -> None:
    law = parse_document(
        "中华人民共和国教师法\n第一条　为保障教师权益，制定本法。\n第二条　教师应当每五年参加一次培训。", "a", "a"
    )
    retriever = index_documents([law], Settings(), tmp_path)
    assert "五年" in answer_question(retriever, "教师法规定教师多久参加一次培训").text
    refused = answer_question(retriever, "公务员法规定教师多久参加一次培训")
    assert refused.reason == "原文没有提到「公务员法」"


def test_of_ages_side_by_side_that_of_the_asker_is_quoted(notices: Retriever) -> None:
    answer = answer_question(notices, "我爸82岁，松原岭县助餐点吃一餐补助多少")
    assert "4元" in answer.text and "2元" not in answer.text
