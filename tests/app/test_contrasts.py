from pathlib import Path

import pytest

from app.contrasts import ContrastsError, Dated, excluding_in, named_in, read_contrasts, sized_in, speaks_of


def contrary(question: str, text: str) -> list[str]:
    return [word for named in named_in(question) if (word := named.contrary(text))]


def test_what_excludes_what_is_asked_is_found() -> None:
    assert contrary("新增公办初中学位多少个", "新增公办普高学位2800个") == ["普高"]
    assert contrary("拿了多少枚银牌", "斩获国赛金牌21枚") == ["金牌"]


def test_things_that_exclude_each_other_are_told_apart() -> None:
    assert contrary("家里吃低保,房租几成", "低保边缘家庭按30%缴纳") == ["低保边缘家庭"]
    assert contrary("低保户交多少", "低保家庭、低保边缘家庭按30%缴纳") == []
    assert contrary("考去外省念大学补多少", "考上省内高校的,补助500元") == ["省内"]
    assert contrary("剖腹产补多少", "顺产1500元") == ["顺产"]
    assert contrary("本市户籍的怎么报名", "非本市户籍的6月10日报名") == ["非本市户籍"]
    assert contrary("身份证丢了重办多少钱", "换领收取工本费20元") == ["换领"]
    assert contrary("身份证丢了重办多少钱", "丢失补领或者损坏换领收取工本费40元") == []


def test_a_word_that_covers_what_is_asked_does_not_contradict() -> None:
    assert contrary("小学教师有多少", "中小学教师1000人") == []
    assert contrary("普高招多少", "高中阶段招生") == []
    assert contrary("今年新增多少学位", "新增普高学位2800个") == []
    assert contrary("小班招多少人", "56人以上大班额4个") == []
    assert contrary("暑托班哪天开始", "大班儿童不纳入") == []


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("第二剂什么时间打", "第一剂为4月7日,间隔6个月", "第一剂"),
        ("三孩家庭上浮多少", "生育二孩的,上浮10万元", "二孩"),
        ("第二套首付多少", "首套首付款比例为20%", "首套"),
        ("第一高级中学学费多少", "临岚市第三高级中学", "第三高级中学"),
        ("第二剂什么时间打", "第一剂为4月7日,第二剂为10月13日", ""),
        ("抽检了多少批次", "检出18批次", ""),
        ("四年级作业多久", "三至六年级不超过60分钟", ""),
        ("二年级作业多久", "三至六年级不超过60分钟", "三至六年级"),
        ("一年级作业多久", "一、二年级不布置作业", ""),
        ("业主委员会一届干几年", "第十三届委员会任期五年", ""),
    ],
)
def test_what_goes_by_number_excludes_other_numbers(question: str, text: str, other: str) -> None:
    assert next((word for one in excluding_in(question) if (word := one.contrary(text))), "") == other


@pytest.mark.parametrize(
    ("question", "text", "outside"),
    [
        ("我爷爷85岁能领多少", "90周岁至99周岁,每人每月150元", True),
        ("我爷爷85岁能领多少", "80周岁至89周岁,每人每月60元", False),
        ("百岁老人能领多少", "100周岁及以上,每人每月600元", False),
        ("社保交了7年能领几个月", "满1年不足5年的,最长领12个月", True),
        ("社保交了7年能领几个月", "满5年,不足10年的,最长领18个月", False),
        ("60岁以上能领多少", "90周岁及以上,每人每月150元", False),  # a range is no age
        ("地铁坐15公里多少钱", "12至18公里4元", False),
        ("地铁坐15公里多少钱", "6公里以内2元,6至12公里3元", True),
        ("地铁坐5公里多少钱", "6公里以内2元,6至12公里3元", False),
        ("500平方米的机构要几个保安", "1000平方米以下的1名", False),
        ("我奶奶今年92了,一个月多少", "80周岁至89周岁,每人每月60元", True),
        ("我奶奶今年92了,一个月多少", "90周岁至99周岁,每人每月150元", False),
        ("我妈83,家里吃低保", "90至99周岁每人每月150元", True),
        ("我今年三十,换的身份证能用几年", "16周岁以下有效期5年", True),
        ("我今年三十,换的身份证能用几年", "26至45周岁20年", False),
        ("我妈七十二岁了坐车要钱吗", "65周岁以上免费", False),
        ("我妈七十二岁了坐车要钱吗", "60周岁至69周岁半价", True),
        ("社保交了四年整,多少分", "满6年的计40分", True),
        ("社保交了四年整,多少分", "满3年不足6年的计25分", False),
        ("缺勤18天退多少", "缺勤10天以上(含10天)不足15天的,退还30%", True),
        ("缺勤18天退多少", "缺勤15天以上的,退还50%", False),
        ("旷工8个工作日什么处分", "旷工3个工作日以上的,给予警告", False),
    ],
)
def test_a_range_excludes_who_lies_outside(question: str, text: str, outside: bool) -> None:
    assert any(one.contrary(text) for one in sized_in(question)) == outside


def test_a_range_speaks_of_who_lies_in_it() -> None:
    (four_years,) = sized_in("社保交了四年整,多少分")
    assert speaks_of("满3年不足6年的计25分", four_years)
    assert speaks_of("交了四年的计25分", four_years)
    assert not speaks_of("满6年的计40分", four_years)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("2024年为180项", "2024年"),
        ("较2024年提高3个百分点", ""),
        ("到2027年达到300项", ""),
        ("300项", ""),
        ("2024—2028年新建30所", ""),
        ("2022年9月以后入职的,90学时", ""),
    ],
)
def test_a_figure_headed_by_another_year_is_of_that(text: str, other: str) -> None:
    assert Dated(2027).contrary(text) == other


@pytest.mark.parametrize("line", ["甲", "甲 | ", "丙 = 甲", "= 甲"])
def test_a_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "contrasts.txt"
    file.write_text(f"# 说明\n{line}\n", encoding="utf-8")
    with pytest.raises(ContrastsError, match="第 2 行"):
        read_contrasts(file)


def test_no_word_stands_in_a_set_twice() -> None:
    for number, contrast in enumerate(read_contrasts()):
        assert len(contrast.meanings) >= 2, number
