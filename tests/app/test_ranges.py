"""Sizes of a question, ranges of a text: which rule is for whom."""

import pytest

from app.ranges import Sized, sized_in, speaks_of


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
        ("请假五天找谁批", "超过1天不满4天的,由年级组长批准", True),
        ("请假五天找谁批", "4天以上10天以内的,由学生处批准", False),
        ("带孩子回老家五天,这假谁批", "2至3天的,由年级组长批准", True),
        ("请了六天事假扣多少", "不超过3天的不扣发", True),
        ("逃了二十五节课", "10至19节的,给予警告处分", True),
        ("逃了二十五节课", "20至34节的,给予严重警告处分", False),
        ("第八周才转来", "第5周之前按全额", True),
        ("第八周才转来", "第5周至第10周按60%", False),
        ("冒领了八个月", "3个月以内的,责令退回", True),
        ("冒领了八个月", "超过3个月的,记入信用记录", False),
        ("一所两千人的学校要几名保安", "学生一千人以下的,不少于三名", True),
        ("一所两千人的学校要几名保安", "一千人以上三千人以下的,不少于五名", False),
        ("第三回被抓罚多少", "首次处50元罚款,第二次处200元", True),
        ("第三回被抓罚多少", "第三次及以上处500元罚款", False),
        ("第四次被抓罚多少", "第三次及以上处500元罚款", False),
        ("老师收了三千块红包怎么处理", "价值不满一千元的,给予通报批评", True),
        ("老师收了三千块红包怎么处理", "一千元以上不满五千元的,给予警告", False),
        ("挪用了三万多,校长怎么处分", "不足1万元的,责令退还", True),
        ("挪用了三万多,校长怎么处分", "1万元以上5万元以下的,给予警告", False),
        ("收了三千块钱怎么罚", "处五千元以上三万元以下罚款", False),  # what is paid, not what was got
        ("收了三千人", "五千元以上的,降级", False),
    ],
)
def test_a_range_excludes_who_lies_outside(question: str, text: str, outside: bool) -> None:
    assert any(one.contrary(text) for one in sized_in(question)) == outside


def test_a_range_speaks_of_who_lies_in_it() -> None:
    (four_years,) = sized_in("社保交了四年整,多少分")
    assert speaks_of("满3年不足6年的计25分", four_years)
    assert speaks_of("交了四年的计25分", four_years)
    assert not speaks_of("满6年的计40分", four_years)


def test_of_several_steps_the_highest_is_reached() -> None:
    (four_years,) = sized_in("社保交了四年整,该计几分")
    assert isinstance(four_years, Sized)
    assert four_years.step("满1年计6分") == (1.0, "满1年")
    assert four_years.step("满3年计15分") == (3.0, "满3年")
    assert four_years.step("满3年不足6年的计25分") is None  # a range of its own
    assert four_years.step("满6年计40分") is None


@pytest.mark.parametrize(
    "question",
    ["2025年新增多少学位", "5个工作日内答复吗", "60岁以上能领多少", "第一中学在哪", "3至5天的假谁批", "涨了3%吗"],
)
def test_not_every_number_is_a_size(question: str) -> None:
    assert sized_in(question) == ()
