from app.places import places_in, read_places, region_place

WENZHOU = ("温州市",)


def names(text: str, regions: tuple[str, ...] = WENZHOU) -> list[str]:
    return [place.name for place in places_in(text, regions)]


def test_cities_and_provinces_are_known_by_their_short_names() -> None:
    assert names("杭州和四川，还有内蒙古、广西", ()) == ["杭州市", "四川省", "内蒙古自治区", "广西壮族自治区"]


def test_counties_are_known_by_short_names_that_are_no_ordinary_words() -> None:
    assert names("乐清的呢，龙港呢") == ["乐清市", "龙港市"]
    assert names("乐清和义乌的呢", ()) == ["乐清市", "义乌市"]
    assert names("龙港的呢，文成的呢", ()) == []
    assert names("今年要新建多少所幼儿园", ("南昌市",)) == []  # 新建区 is a part of it
    assert names("新华书店，和平年代，高新县城，乡镇以上街道，三门课，平原地区", ()) == []


def test_the_letter_of_a_province_counts_behind_a_word_of_helping() -> None:
    assert names("援藏的呢") == ["西藏自治区"]
    (sichuan,) = places_in("四川")
    assert sichuan.is_in("选派援川援青支教教师")
    assert not sichuan.is_in("平川")


def test_a_city_holds_its_counties() -> None:
    city, county = region_place("温州市"), places_in("平阳县")[0]
    assert city is not None
    assert city.holds(county)
    assert not county.holds(city)


def test_a_region_that_is_in_no_list_is_a_place_of_its_own() -> None:
    assert names("槐川今年建几所学校", ("槐川市",)) == ["槐川市"]
    assert names("槐川今年建几所学校", ()) == []
    assert names("开发了多少门课程", ("经济开发区",)) == []
    assert region_place("全国") is None
    own, listed = region_place("槐川市"), region_place("温州市")
    assert own is not None and listed is not None
    assert not own.holds(listed) and not listed.holds(own)


def test_a_district_lies_in_its_city_though_no_list_has_either() -> None:
    district, city = region_place("砚陵市漱江区"), region_place("砚陵市")
    assert district is not None and city is not None
    assert (district.name, district.short) == ("漱江区", "漱江")
    assert city.holds(district) and not district.holds(city)
    assert names("漱江今年建几所学校", ("砚陵市漱江区",)) == ["漱江区"]
    assert names("砚陵今年建几所学校", ("砚陵市漱江区",)) == ["砚陵市"]
    capital, other = region_place("北京市朝阳区"), region_place("长春市朝阳区")
    assert capital is not None and other is not None and capital.code != other.code


def test_an_estate_is_no_city() -> None:
    assert names("江山里小区上哪个小学", ()) == []
    assert names("江山市小区配套园", ()) == ["江山市"]


def test_every_place_has_a_short_name_of_its_own() -> None:
    assert all(len(place.short) > 1 for place in read_places())
    assert len({place.code for place in read_places()}) == len(read_places()) > 3000
