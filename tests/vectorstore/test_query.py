import pytest

from vectorstore.normalise import terms
from vectorstore.query import Asked, document_number_key, holds, names_law, parse_query


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("义务教育优质均衡评估目标是多少", "figure"),
        ("公办园占比 2025", "figure"),
        ("公办园在园幼儿占比", "figure"),
        ("哪些县通过了国家验收", "name"),
        ("专门学校什么时候招生", "time"),
        ("校外补课管不管", "yes_no"),
        ("能不能转学", "yes_no"),
        ("第13条的原文是什么", "wording"),
        ("如何解决入学问题？", "account"),
        ("小飞鸥改革", "text"),
    ],
)
def test_a_question_says_what_it_wants(question: str, asked: Asked) -> None:
    assert parse_query(question, 2025).asked == asked


@pytest.mark.parametrize(
    ("question", "years", "stage"),
    [
        ("2024年新增学位多少", (2024,), None),
        ("今年的目标", (2025,), "planned"),
        ("去年完成情况", (2024,), "done"),
        ("2024年和2025年分别是多少", (2024, 2025), None),
        ("新增2025个学位够吗", (), None),
        ("入学怎么证明年龄", (), None),
        ("学前年龄段的孩子", (), None),
        ("过去年份的情况", (), None),
        ("占比20.25%", (), None),
        ("公办园占比", (), None),
        ("公积金贷20年，利率多少", (), None),
        ("2022级公费生补助多少", (), None),
        ("2025届中考几号", (2025,), None),
        ("招生工作24年怎么安排", (2024,), "planned"),
        ("二〇二四年新增学位多少", (2024,), None),
        ("二四年末有几个集团", (2024,), None),
        ("干了二三年的老师", (), None),
        ("十二五年间的项目", (), None),
        ("2024年实际做到了多少，不要目标数", (2024,), "done"),
        ("2024年要点里定的指标是多少", (2024,), "planned"),
        ("2024年原定多少", (2024,), "planned"),
    ],
)
def test_years_and_stage_are_understood(question: str, years: tuple[int, ...], stage: str | None) -> None:
    query = parse_query(question, 2025)
    assert (query.years, query.stage) == (years, stage)


def test_this_year_is_that_of_the_documents() -> None:
    assert parse_query("今年目标", 2019).years == (2019,)
    assert parse_query("今年目标", None).years == ()


@pytest.mark.parametrize(
    ("question", "references"),
    [
        ("第9条说了什么", (9,)),
        ("第十二条", (12,)),
        ("二、9的内容", (9,)),
        ("第一、9%的学校", ()),
        ("九年义务教育", ()),
        ("第10万项专利", ()),
    ],
)
def test_a_clause_may_be_named_by_its_number(question: str, references: tuple[int, ...]) -> None:
    assert parse_query(question, 2025).references == references


def test_words_that_only_ask_are_not_searched() -> None:
    assert parse_query("请问公办园占比是多少？", 2025).text == "公办园占比"


def test_terms_are_bigrams_and_whole_numbers() -> None:
    assert terms("公办园占７５％、STEAM教育") == ["公办", "办园", "园占", "75%", "steam", "教育"]


def test_what_is_named_is_read(this_year: int = 2025) -> None:
    query = parse_query("《中华人民共和国教师法》第三条和温教发[2025]第1号说了什么，二、9呢", this_year)
    assert query.titles == ("中华人民共和国教师法",)
    assert query.references == (3, 9)
    assert query.labels == ("二、9",)
    assert query.document_numbers == ("温教发〔2025〕1号",)
    assert query.years == ()


@pytest.mark.parametrize(
    "written",
    ["温教发〔2025〕1号", "温教发[2025]1号", "温教发（2025）第1号", "温教发【2025】 1 号", "溫教發〔2025〕1號"],
)
def test_a_document_number_has_one_form(written: str) -> None:
    assert document_number_key(written) == "温教发〔2025〕1号"


def test_the_number_of_a_clause_is_no_figure() -> None:
    assert not holds("figure", "22.深化教育数字化改革")
    assert holds("figure", "22.深化教育数字化改革,选评应用案例100个")


@pytest.mark.parametrize("question", ["2025年5月才买的房怎么上学", "借的1985年出版的书丢了", "2018年9月出生的能报名吗"])
def test_when_somebody_did_something_is_no_year_asked_about(question: str) -> None:
    assert parse_query(question, 2025).years == ()


def test_what_somebody_tells_of_himself_names_no_year() -> None:
    assert parse_query("我今年拿了国家奖学金,学业奖学金还有吗", 2025).years == ()
    assert parse_query("我家孩子今年上小学,去年招了多少新生", 2025).years == (2024,)
    assert parse_query("娃今年15,能自己住吗", 2025).years == ()
    assert parse_query("孩子今年多少学位", 2025).years == (2025,)


def test_two_years_are_this_and_the_last() -> None:
    assert parse_query("公办园占比两年的变化", 2025).years == (2024, 2025)
    assert parse_query("两年内完成多少", 2025).years == ()


def test_a_question_without_words_searches_nothing() -> None:
    assert not parse_query("?", 2025).searches_something
    assert parse_query("第13条的原文是什么", 2025).searches_something


def test_what_documents_head_an_answer_with_is_searched() -> None:
    assert "收费标准" in parse_query("校服多少钱一套", None).texts[1]


@pytest.mark.parametrize(
    ("question", "laws"),
    [
        ("教师法里教师有哪些权利", ("教师法",)),
        ("按职教法规定，企业能办学校吗", ("职教法",)),
        ("老师体罚学生，义务教育法怎么规定的", ("义务教育法",)),
        ("青岛市职业教育条例对编制有没有规定", ("青岛市职业教育条例",)),
        ("有什么新方法，怎么申请", ()),
        ("高龄津贴管理办法第十一条怎么规定", ()),
        ("这样做违法吗，书法怎么考", ()),
        ("可我是按劳动合同法第三十八条辞职的", ("劳动合同法",)),
        ("郑州那部学生伤害事故条例里怎么说", ()),
    ],
)
def test_a_law_is_named_without_marks(question: str, laws: tuple[str, ...]) -> None:
    assert parse_query(question, 2025).laws == laws


@pytest.mark.parametrize(
    ("name", "named"),
    [("职业教育法", True), ("职教法", True), ("教育法", False), ("义务教育法", False), ("职法", False)],
)
def test_a_law_goes_by_its_title_or_short_for_it(name: str, named: bool) -> None:
    assert names_law(name, "中华人民共和国职业教育法(2022-04-20)") == named


@pytest.mark.parametrize(
    ("question", "compares"),
    [("公办园占比去年达到多少", False), ("公办园占比比去年高多少", True), ("比上年多几所", True)],
)
def test_a_share_of_last_year_compares_nothing(question: str, compares: bool) -> None:
    assert parse_query(question, 2025).compares is compares
