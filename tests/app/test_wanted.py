import pytest

from app.wanted import Wanted, wanted_of
from vectorstore.query import parse_query


def wanted(question: str) -> Wanted:
    return wanted_of(parse_query(question, 2025), ("温州市",))


@pytest.mark.parametrize(
    ("question", "answers", "beside"),
    [
        ("公办幼儿园一个月收费多少", "每月收费800元", "公办园占比达75%"),
        ("2到3岁托班一个月收费多少", "每人每月1200元", "开设2至3岁托班"),
        ("义务教育优质均衡县的通过率是多少", "通过率达到90%", "新建项目100个"),
        ("去年新增多少个学位", "新增学位3.4万个", "增长3.4%"),
        ("评选了多少名教师", "评选教师395人", "评选案例17个"),
        ("拿了多少枚金牌", "金牌21枚", "6人进入国家集训队"),
        ("报名到几月几号截止", "截至6月30日", "2025年报名"),
        ("专门学校什么时候招生", "确保秋季顺利招生", "确保顺利招生"),
        ("咨询电话是多少", "电话：0577-88630000", "设立咨询窗口"),
        ("学校的地址在哪条路", "位于学院路276号", "建设专门学校"),
        ("高考成绩连续增长了多少年", "实现11年连续增长", "2025年继续增长"),
        ("那15所名校是哪些学校", "温州中学、瑞安中学等", "遴选15所优质名校结对"),
        ("由哪个部门负责", "由市教育局牵头", "切实负起责任"),
        ("哪几个县通过了验收", "鹿城、乐清通过验收", "全部通过验收"),
        ("落实的是哪个上级文件", "落实《关于弘扬教育家精神的意见》", "落实上级部署"),
        ("为什么要并校", "由于生源减少", "完成并校"),
        ("总分排第几", "总分世界第二", "总分优异"),
        ("多长时间给学生测一次艺术素质", "每学期进行测试", "3月进行测试"),
        ("要看多少篇文献，外文的占几成", "外文文献至少占三分之一", "外文文献较多"),
        ("一个省要定几所专门学校", "至少确定一所专门学校", "确定专门学校"),
        ("照片要多大的", "照片3张", "年满6周岁的"),
        ("生僻字得在哪个表里", "应当在《通用规范汉字表》中", "应当用规范汉字"),
        ("外出演出保险谁买", "由学校统一购买意外伤害保险", "统一购买意外伤害保险"),
        ("毕业证谁发", "符合条件的，原学校应当颁发毕业证书", "符合条件的，颁发毕业证书"),
        ("哪两个县要通过督导评估", "河汀县、松陵县通过国家督导评估", "全部县通过督导评估"),
        ("按工资总额多大比例提职工教育经费", "按百分之一点五提取", "提取5万元"),
        ("今年能多收多少学生", "多招收学生1750人", "收取1750元"),
        ("小班要求几几年出生", "2021年9月1日以后出生", "年满3周岁"),
        ("要住多久才能申请", "居住登记满半年", "上半年完成登记"),
        ("在哪个地点开标", "交易中心第二开标室", "按时开标"),
        ("图书馆什么时候开放", "8:30至21:00开放", "免费开放"),
        ("认证周期从什么时候起算", "自认证通过的次月开始计算", "自认证通过开始计算"),
        ("今年新开几所公办园", "新开公办园3所", "二级园持续提质"),
        ("一年级几号报名", "6月12日报名", "位于锦工大道18号"),
        ("新生报到是几号", "9月1日报到", "到31号窗口办理"),
        ("要建多少个学生艺术社团", "建成艺术社团30个", "开展艺术活动"),
        ("这家中心为什么不合格", "2.启航中心（未按规定备案）", "2.启航中心"),
    ],
)
def test_only_a_thing_of_the_kind_asked_for_fits(question: str, answers: str, beside: str) -> None:
    assert wanted(question).fits(answers)
    assert not wanted(question).fits(beside)


def test_the_figure_that_the_question_says_is_no_answer() -> None:
    assert not wanted("新增的5个博士点有多少个专业").fits("新增博士点5个")


def test_not_many_is_no_question_of_how_many() -> None:
    assert wanted("离退休没几年了，单位还续签合同吗").kind == "other"


@pytest.mark.parametrize("question", ["这几年继续教育还要参加吗", "报名费归谁罚"])
def test_what_is_no_question_of_a_figure_is_told(question: str) -> None:
    assert wanted(question).kind != "figure"


def test_a_question_whether_wants_no_figure() -> None:
    assert wanted("学校会不会提前算好有多少学生").kind == "other"
    assert wanted("低保家庭上高中学费免吗").kind == "other"


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("带出多少个学科带头人和骨干老师", 2),
        ("一共多少人，分几批", 2),
        ("2024年和2025年多少个，多少人", 1),
        ("多少个学位", 1),
        ("小学和初中一个班平均多少人", 2),
        ("公办与民办的比例各是多少", 2),
        ("中小学一个班平均多少人", 1),
    ],
)
def test_how_many_figures_are_asked_for_is_known(question: str, facts: int) -> None:
    assert wanted(question).facts == facts


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("今年要新增多少个普高学位", "普高学位"),
        ("全市普高学位供给率要达到多少", "学位供给率"),
        ("新锐教师2024年评了多少名", "新锐教师"),
        ("小飞鸥报名要带什么材料", "材料"),
        ("奖励性工资按几折发", "奖励性工资"),
        ("十几户一起去能派几个代表", "代表"),
        ("排第几推上去的", ""),
        ("几个超过56人的大班", ""),
        ("今年新建多少项目", "项目"),
        ("几天之内要报告，能领多少钱", ""),
        ("一年要组织几回指导活动", "指导活动"),
        ("这项工作有什么措施", ""),
    ],
)
def test_what_is_counted_or_sought_is_known(question: str, head: str) -> None:
    assert wanted(question).head == head


def test_schools_may_be_counted_as_projects() -> None:
    asked = wanted("今年要新建多少所中小学")
    assert asked.fits("实施新(改、扩)建中小学项目100个以上")
    assert not asked.fits("特色应用案例100个")
