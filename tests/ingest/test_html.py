import pytest

from ingest import Document, Limits, Source, read_document
from ingest.content import Content, Grid, Paragraph
from ingest.errors import EmptyFileError, NoBodyError
from ingest.readers import read_content

TITLE = "某市教育局关于做好招生工作的通知"
FIRST = "一、各学校应当公开招生计划，并于每年5月前报送教育局。"
SECOND = "二、本通知自发布之日起施行，有效期五年，由教育局负责解释。"
BODY = f"<p>{FIRST}</p><p>{SECOND}</p>"
NAVIGATION = "".join(f"<li><a href='{i}'>栏目{i}</a></li>" for i in range(30))
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>
<div class="top"><ul>{navigation}</ul><form>搜索<input value="请输入"><button>确定</button></form></div>
<div class="main"><div class="article">{body}</div><div class="aside"><ul>{navigation}</ul></div></div>
<div class="foot"><p>主办：某市人民政府办公室，地址：某市某路1号，电话：0577-12345678</p></div>
</body></html>"""


def page(body: str, head: str = f"<title>{TITLE}</title>") -> str:
    return PAGE.format(body=body, head=head, navigation=NAVIGATION)


def read(markup: str, name: str = "通知.html", encoding: str = "utf-8") -> Content:
    return read_content(Source(name, markup.encode(encoding)), Limits())


def lines(content: Content) -> list[str]:
    return [block.text for block in content.blocks if isinstance(block, Paragraph)]


def document(markup: str) -> Document:
    return read_document(Source("通知.html", markup.encode()))


# --- The body --------------------------------------------------------------------------------------------------------


def test_the_body_is_told_from_all_around_it() -> None:
    content = read(page(BODY))
    assert lines(content) == [TITLE, FIRST, SECOND]
    assert "栏目1" in content.furniture
    assert any(line.startswith("主办：") for line in content.furniture)


def test_a_list_of_links_within_the_body_is_left_out_and_attachments_stay() -> None:
    related = "<ul>" + "".join(f"<li><a href=x>关于某事的另一份通知{i}</a></li>" for i in range(4)) + "</ul>"
    attached = "".join(f"<p><a href='{i}.docx'>附件{i}：报名表{i}.docx</a></p>" for i in (1, 2, 3))
    body = f"<p>{FIRST * 3}</p>{related}<p>{SECOND * 3}</p><div>{attached}</div><p>{FIRST * 3}</p>"
    assert lines(read(page(body))) == [
        *(TITLE, FIRST * 3, SECOND * 3),
        *("附件1：报名表1.docx", "附件2：报名表2.docx", "附件3：报名表3.docx", FIRST * 3),
    ]


@pytest.mark.parametrize("element", ["div class=nav", "div id=footer", "p class=share", "div class='a-pagination'"])
def test_what_is_named_like_furniture_is_left_out(element: str) -> None:
    tag = element.partition(" ")[0]
    body = f"{BODY}<{element}>共有3人阅读本页，感谢您的访问。<table><tr><td>甲<td>1<tr><td>乙<td>2</table></{tag}>"
    assert lines(read(page(body))) == [TITLE, FIRST, SECOND]


def test_a_name_is_no_reason_to_leave_out_most_of_the_page() -> None:
    assert lines(read(page(f"<div class='share-content'>{BODY}</div>"))) == [TITLE, FIRST, SECOND]


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='color:red; DISPLAY : none'>{}</div>",
        "<div hidden>{}</div>",
        "<nav>{}</nav>",
        "<div role=navigation>{}</div>",
        "<script>{}</script>",
        "<style>{}</style>",
        "<select><option>{}</option></select>",
        "<textarea>{}</textarea>",
        "<!-- {} -->",
    ],
)
def test_what_is_not_shown_is_not_read(hidden: str) -> None:
    unseen = "这里是看不见的文字，不应当读出。"
    content = read(page(f"<p>{FIRST}</p>{hidden.format(unseen)}<p>{SECOND}</p>"))
    assert lines(content) == [TITLE, FIRST, SECOND]
    assert unseen not in content.furniture


def test_text_behind_something_hidden_goes_on() -> None:
    text = FIRST.replace("招生", "<span style='display:none'>看不见</span>招生")
    assert lines(read(page(f"<p>{text}</p><p>{SECOND}</p>"))) == [TITLE, FIRST, SECOND]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("甲，<br>乙，<br/>丙。", ["甲，", "乙，", "丙。"]),
        ("<div>甲，<div>乙，</div>丙。</div>", ["甲，", "乙，", "丙。"]),
        ("<b>甲</b><i>乙</i><font>丙</font>。", ["甲乙丙。"]),
        ("规范\n   工作\n<b>\n制度</b>。", ["规范工作制度。"]),
        ("Chapter\n   one, 第 1\n条。", ["Chapter one, 第 1 条。"]),
        ("\u3000\u3000甲&nbsp;&nbsp;乙。\u2003", ["甲 乙。"]),
    ],
)
def test_lines_end_where_a_browser_ends_them(body: str, expected: list[str]) -> None:
    assert lines(read(page(f"{BODY}<div>{body}</div>")))[3:] == expected


# --- Title, data of the publication ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "above"),
    [
        pytest.param(f'<meta name="ArticleTitle" content="{TITLE}"><title>某市政府网</title>', "", id="meta"),
        pytest.param(f"<title>{TITLE}</title>", "", id="title"),
        pytest.param(f"<title>{TITLE}_通知公告_某市教育局</title>", "", id="part-of-title"),
        pytest.param("<title>某市教育局门户网站</title>", f"<h1>{TITLE}</h1>", id="h1"),
        pytest.param("", f"<h2><span>{TITLE[:9]}</span>{TITLE[9:]}</h2>", id="h2"),
    ],
)
def test_the_title_is_found(head: str, above: str) -> None:
    content = read(page(above + BODY, head))
    assert content.about["title"] == TITLE
    assert lines(content) == [TITLE, FIRST, SECOND]


def test_the_line_of_the_publication_is_kept_as_data() -> None:
    body = f"<h1>{TITLE}</h1><div>发布日期：2024-03-01 来源：某市教育局 浏览次数：12</div><div>{BODY}</div>"
    found = document(page(body))
    assert (found.title, found.published, found.issuer) == (TITLE, "2024-03-01", "某市教育局")
    assert "发布日期" not in found.text


def test_meta_tells_date_and_publisher() -> None:
    head = '<meta name="PubDate" content="2023-05-06 10:00"><meta name="ContentSource" content="某市教育局">'
    about = read(page(BODY, head + f"<title>{TITLE}</title>")).about
    assert (about["published"], about["publisher"]) == ("2023-05-06 10:00", "某市教育局")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "<ul>" + "<li><a href=x>关于做好某项工作，加强管理的通知</a> 2024-01-01</li>" * 20 + "</ul>", id="list"
        ),
        pytest.param("<p>姓名</p><p>电话</p><p>提交</p>", id="form"),
        pytest.param("", id="template"),
    ],
)
def test_a_page_without_a_body_is_refused(body: str) -> None:
    with pytest.raises(NoBodyError, match=r"通知\.html 只有导航"):
        read(page(body))


@pytest.mark.parametrize("markup", ["<!-- 注释 -->", "<!DOCTYPE html>", "<?xml version='1.0'?>", "<html></html>"])
def test_a_page_of_nothing_is_refused(markup: str) -> None:
    with pytest.raises((EmptyFileError, NoBodyError)):
        read(markup)


# --- Lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("list_", "expected"),
    [
        ("<ol><li>甲，</li><li>乙，</li></ol>", ["1. 甲，", "2. 乙，"]),
        ("<ol start=3><li>甲，<li>乙，</ol>", ["3. 甲，", "4. 乙，"]),
        ("<ol><li>甲，<li value=7>乙，<li>丙，</ol>", ["1. 甲，", "7. 乙，", "8. 丙，"]),
        ("<ol><li>甲，<ol><li>子，</ol><li>乙，</ol>", ["1. 甲，", "1. 子，", "2. 乙，"]),
        ("<ol><li>（一）甲，<li>\n 2、乙，</ol>", ["（一）甲，", "2、乙，"]),
        ("<ul><li>甲，<li>乙，</ul>", ["甲，", "乙，"]),
        ("<ol start=²><li>甲，</ol>", ["1. 甲，"]),
    ],
)
def test_items_of_a_numbered_list_have_the_numbers_that_a_browser_shows(list_: str, expected: list[str]) -> None:
    assert lines(read(page(BODY + list_)))[3:] == expected


# --- Tables ----------------------------------------------------------------------------------------------------------


def grids(content: Content) -> list[Grid]:
    return [block for block in content.blocks if isinstance(block, Grid)]


def test_a_table_of_data_is_one() -> None:
    rows = "<tr><td rowspan=2>文史<td>法学<td>632<tr><td>财政<td>628"
    table = f"<table><thead><tr><th>科类<th>专业<th>最低分</thead><tbody>{rows}</tbody></table>"
    (grid,) = grids(read(page(BODY + table)))
    assert grid.rows == (("科类", "专业", "最低分"), ("文史", "法学", "632"), ("文史", "财政", "628"))
    assert grid.heading_rows == 1


def test_a_cell_may_reach_over_columns_and_rows() -> None:
    table = "<table><tr><td colspan=2>甲<td rowspan=2>乙<tr><td>1<td>2<tr><td>3</table>"
    (grid,) = grids(read(page(BODY + table)))
    assert grid.rows == (("甲", "甲", "乙"), ("1", "2", "乙"), ("3", "", ""))


def test_what_stands_in_a_table_outside_of_cells_is_read() -> None:
    table = "<table><caption>表1 招生计划</caption><tr><td>一中<td>300<tr><td>二中<td>200</table>"
    content = read(page(f"{BODY}{table}<p>{FIRST}</p>"))
    assert lines(content) == [TITLE, FIRST, SECOND, "表1 招生计划", FIRST]
    assert content.blocks[4] == Grid((("一中", "300"), ("二中", "200")))


def test_a_cell_may_stand_in_a_form() -> None:
    table = "<table><tr><form><td>一中</td><td>300</td></form></tr><tr><td>二中<td>200</table>"
    (grid,) = grids(read(page(BODY + table)))
    assert grid.rows == (("一中", "300"), ("二中", "200"))


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("<table><tr><td>{}</td></tr><tr><td>{}</td></tr></table>", id="one-column"),
        pytest.param("<table><tr><td>{}</td><td>{}</td></tr></table>", id="one-row"),
        pytest.param("<table><tr><td><table><tr><td>{}<tr><td>{}</table></td></tr></table>", id="in-each-other"),
    ],
)
def test_a_table_that_arranges_the_page_is_paragraphs(table: str) -> None:
    content = read(page(table.format(FIRST, SECOND)))
    assert lines(content) == [TITLE, FIRST, SECOND]
    assert not grids(content)


# --- Encodings and what is no HTML -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gb2312", "gb18030", "utf-8", "utf-16"])
def test_a_page_is_read_in_its_encoding_whatever_it_says(encoding: str) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>{TITLE}</title>'
    assert lines(read(page(BODY, head), encoding=encoding)) == [TITLE, FIRST, SECOND]


def test_what_a_server_runs_is_no_text() -> None:
    code = '<%@ page language="java" contentType="text/html; charset=UTF-8"%><% String a = "<p>秘密，</p>"; %>'
    markup = code + page(f"{BODY}<p>共<%= count %>人。</p>")
    assert lines(read(markup, "通知.jsp")) == [TITLE, FIRST, SECOND, "共 人。"]


def test_xhtml_may_declare_an_encoding() -> None:
    declared = '<?xml version="1.0" encoding="gb2312"?>\n' + page(BODY).replace("<html>", '<html xmlns="x">')
    assert lines(read(declared, encoding="gb2312")) == [TITLE, FIRST, SECOND]


def test_tags_that_are_not_closed_or_not_known_do_no_harm() -> None:
    body = f"<p>{FIRST}<o:p></o:p><p><font><b>{SECOND}</p></div></td>"
    assert lines(read(page(body)))[:3] == [TITLE, FIRST, SECOND]
