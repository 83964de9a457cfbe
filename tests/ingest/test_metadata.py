import pytest

from ingest import parse_document
from ingest.metadata import announced_titles, clean_title, read_title, region_of


def test_stray_spaces_leave_a_title() -> None:
    assert (
        clean_title("关于印发2024年工作总结 和2025年工作要点的通知") == "关于印发2024年工作总结和2025年工作要点的通知"
    )
    assert clean_title("推进 STEAM 教育的意见") == "推进 STEAM 教育的意见"


def test_a_title_may_share_its_line_with_the_text() -> None:
    assert read_title("某部组织开展负压救护车督导检查 2020年2月4日，为做好工作，") == "某部组织开展负压救护车督导检查"
    assert read_title("为做好工作，现通知如下。各地要高度重视。") is None


@pytest.mark.parametrize(
    ("title", "things"),
    [
        ("某局关于印发2024年工作总结和2025年工作要点的通知", ["2024年工作总结", "2025年工作要点"]),
        ("教育部关于印发《学校体育美育兼职教师管理办法》的通知", ["学校体育美育兼职教师管理办法"]),
        ("某市关于做好招生工作的通知", []),
    ],
)
def test_a_notice_says_what_it_prints(title: str, things: list[str]) -> None:
    assert announced_titles(title) == things


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("教育部办公厅关于开展工作的通知", "教育部办公厅"),
        ("教育部等十三部门关于健全机制的意见", "教育部"),
        ("关于印发城东区教育工作要点的通知", None),
        ("贯彻《国务院关于职工工作时间的规定》的实施办法", None),
        ("<script>alert(1)</script>关于工作的通知", None),
    ],
)
def test_an_issuer_is_read_from_the_title(title: str, issuer: str | None) -> None:
    assert parse_document(f"{title}\n正文。", "来源", "标题").issuer == issuer


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("温州市教育局", "温州市"),
        ("浙江省人民政府", "浙江省"),
        ("教育部", "全国"),
        ("国务院办公厅", "全国"),
        ("关于工作的通知", None),
        ("砚陵市漱江区教育局", "砚陵市漱江区"),
        ("浙江省温州市鹿城区教育局", "浙江省温州市鹿城区"),
        ("温州市学区划分公告", "温州市"),
        ("上海市中小学招生办法", "上海市"),
        ("温州市主城区学校", "温州市"),
        ("合肥市公租房小区", "合肥市"),
    ],
)
def test_a_region_is_read_from_the_issuer(name: str, region: str | None) -> None:
    assert region_of(name) == region


def test_who_issued_it_and_when_may_share_a_line() -> None:
    document = parse_document(
        "漆州市养犬办法\n漆政发〔2023〕18号\n漆州市人民政府　2023年5月22日\n第一条　为…。", "", "x"
    )
    assert (document.issuer, document.published) == ("漆州市人民政府", "2023-05-22")
    assert document.region == "漆州市"


def test_a_report_says_below_its_title_where_it_was_given() -> None:
    head = "政府工作报告\n——2025年1月15日在桐浦县第十八届人民代表大会第四次会议上\n桐浦县人民政府县长　贺明川"
    document = parse_document(f"{head}\n一、2024年工作回顾\n完成投资3亿元。", "", "x")
    assert (document.region, document.issuer, document.published) == ("桐浦县", "桐浦县人民政府", "2025-01-15")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("附件3：\n毕业设计撰写要求\n正文。", "毕业设计撰写要求"),
        ("附页三\n使用授权协议书\n正文。", "使用授权协议书"),
        ("某某大学某分校\n本科生论文撰写格式\n一、结构", "某某大学某分校本科生论文撰写格式"),
        ("信息名称：某部关于加强工作的意见\n正文。", "某部关于加强工作的意见"),
    ],
)
def test_a_title_is_told_from_what_stands_around_it(text: str, title: str) -> None:
    assert parse_document(text, "来源", "文件名").title == title


def test_the_number_of_a_document_in_the_title_is_not_its_own() -> None:
    text = "某省关于贯彻国办发〔2015〕71号文件的实施意见\n（某政办发〔2016〕36号）\n一、甲"
    assert parse_document(text, "来源", "标题").document_number == "某政办发〔2016〕36号"


@pytest.mark.parametrize(
    ("date", "iso"),
    [("二○一七年十月三十一日", "2017-10-31"), ("二〇二五年三月一日", "2025-03-01"), ("2024年5月6日", "2024-05-06")],
)
def test_a_document_is_signed_in_figures_or_characters(date: str, iso: str) -> None:
    document = parse_document(f"关于工作的通知\n请执行。\n某市教育局\n{date}", "来源", "标题")
    assert (document.published, document.issuer) == (iso, "某市教育局")


def test_a_title_of_joined_words_is_one() -> None:
    assert announced_titles("某市关于印发呼和镇全面加强和改进甲工作实施方案的通知") == [
        "呼和镇全面加强和改进甲工作实施方案"
    ]


def test_a_bulletin_is_a_title_where_text_follows() -> None:
    assert parse_document("某市统计公报\n一、人口\n甲。", "来源", "文件名").title == "某市统计公报"


@pytest.mark.parametrize(
    ("history", "known"),
    [
        ("2008年9月18日 国务院令第535号公布", ("2008-09-18", "国务院", "国务院令第535号", "2008-09-18")),
        (
            "2007年4月5日 国务院令第492号公布\n2019年4月3日 国务院令第711号修订",
            ("2019-04-03", "国务院", "国务院令第711号", "2019-04-03"),
        ),
        (
            "1990年3月12日 甲委员会令第8号、乙委员会令第11号发布",
            ("1990-03-12", "甲委员会、乙委员会", "甲委员会令第8号、乙委员会令第11号", "1990-03-12"),
        ),
        ("2022年2月25日 中共中央、国务院发布", ("2022-02-25", "中共中央、国务院", None, "2022-02-25")),
        (
            "1958年1月9日 全国人民代表大会常务委员会第九十一次会议通过",
            ("1958-01-09", "全国人民代表大会常务委员会", None, "1958-01-09"),
        ),
        (
            "2013年6月2日 东山市人民代表大会常务委员会公告公布\n2018年9月7日 东山市第十六届人民代表大会第一次会议修正",
            ("2018-09-07", "东山市人民代表大会", None, "2013-06-02"),
        ),
    ],
)
def test_the_history_of_a_law_is_read(history: str, known: tuple[str | None, ...]) -> None:
    document = parse_document(f"某条例\n{history}\n第一条 甲。\n第二条 本条例自公布之日起施行。", "来源", "标题")
    assert (document.published, document.issuer, document.document_number, document.effective) == known


def test_what_is_in_force_at_once_is_so_from_its_publication() -> None:
    text = "某局关于工作的通知\n请执行。\n本通知自印发之日起施行，有效期2年。\n某市教育局\n2024年5月6日"
    document = parse_document(text, "来源", "标题")
    assert (document.effective, document.expires) == ("2024-05-06", "2026-05-06")


def test_titles_in_marks_may_hold_an_and() -> None:
    assert announced_titles("某局印发《关于加强和改进甲的意见》《乙办法》的通知") == [
        "关于加强和改进甲的意见",
        "乙办法",
    ]
    assert announced_titles("关于印发修订后的《丙规范》的通知") == ["丙规范"]
