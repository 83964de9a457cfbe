"""Whose documents a question means, by the regions that it names."""

from typing import Any

import pytest

from vectorstore import Retriever
from vectorstore.features import FEATURES
from vectorstore.records import DocumentRecord
from vectorstore.regions import named_in, parts_of

REGIONS = ("漆州市", "砚陵市漱江区", "岷南省", "全国", "广西壮族自治区")


def record(**said: Any) -> DocumentRecord:
    known = dict.fromkeys(DocumentRecord.__dataclass_fields__)
    return DocumentRecord(**{**known, "title": "通知", **said})


@pytest.mark.parametrize(
    ("region", "parts"),
    [
        ("漆州市", ["漆州市"]),
        ("砚陵市漱江区", ["砚陵市", "漱江区"]),
        ("浙江省温州市鹿城区", ["浙江省", "温州市", "鹿城区"]),
        ("内蒙古自治区", ["内蒙古自治区"]),
        ("全国", ["全国"]),
    ],
)
def test_a_region_has_parts(region: str, parts: list[str]) -> None:
    assert parts_of(region) == parts


def test_a_question_names_regions_by_their_short_names() -> None:
    assert named_in("漆州的狗证多少钱", REGIONS).own == {"漆州"}
    assert named_in("广西的学费", REGIONS).own == {"广西"}
    assert named_in("砚陵中考几号", REGIONS).outer == {"砚陵"}
    assert not named_in("中考几号", REGIONS).own


def test_a_document_is_of_a_place_by_its_region_its_title_or_who_issued_it() -> None:
    named = named_in("漱江几号报名", REGIONS)
    assert named.share(record(region="砚陵市漱江区")) == 1.0
    assert named.share(record(title="漱江区招生公告")) == 1.0
    assert named.share(record(issuer="漱江区教育局")) == 1.0
    assert named.share(record(region="漆州市")) == 0.0
    assert named_in("砚陵几号报名", REGIONS).share(record(region="砚陵市漱江区")) == 0.5


def test_the_document_of_the_place_named_is_preferred(retriever: Retriever) -> None:
    (hit,) = retriever.search("温州今年新增多少学位", 1)
    assert hit.why["place"] == 1.0
    assert retriever.search("今年新增多少学位", 1)[0].why["place"] == 0.0
    assert all(weights[FEATURES.index("place")] > 0 for weights in retriever.weights)
