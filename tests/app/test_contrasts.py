from pathlib import Path

import pytest

from app.contrasts import ContrastsError, Dated, excluding_in, named_in, read_contrasts


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


def test_a_text_on_a_stage_of_school_may_be_of_a_grade_but_not_the_other_way() -> None:
    assert contrary("初二每天作业不能超过多久", "初中每天不超过90分钟") == []
    assert contrary("初二每天作业不能超过多久", "九年级每天不超过120分钟") == ["九年级"]
    assert contrary("七年级晚自习几点下课", "七、八年级不晚于20:20") == []
    assert contrary("初中招多少人", "九年级毕业生1200人") == []


def test_a_clock_time_says_which_part_of_the_day_it_is() -> None:
    assert contrary("下午几点开门", "上午8:30-12:00,14:00-17:30") == []
    assert contrary("下午上几节课", "上午4节课") == ["上午"]


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
        ("校服一套多少钱", "每人限购2套", ""),
        ("药片属于哪一类垃圾", "分为四类", ""),
        ("第一批几号录取", "第二批7月20日录取", "第二批"),
    ],
)
def test_what_goes_by_number_excludes_other_numbers(question: str, text: str, other: str) -> None:
    assert next((word for one in excluding_in(question) if (word := one.contrary(text))), "") == other


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
