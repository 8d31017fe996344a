from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.parsers import Parsed, load_parser
from ingest.places import clean_places
from ingest.source import Source
from tic.core.errors import SourceUnreadable

HEADER = (
    "place_id,place_name,latitude,longitude,category_code,category_description,sha_name,sha_type_code,"
    "sha_type_description,sha_cate_id,sha_cate_description,address,sub_district,district,province,postcode,"
    "thumbnail_url,destination,tags,distance,update_date\n"
)
TEMPLE = (
    "P1,วัดราชบุรณะ,13.7423,100.4991,ATTRACTION,สถานที่,วัด,3,นันทนาการ,2,SHA Plus,119 ถนนจักรเพชร,วังบูรพาภิรมย์,พระนคร,"
    "กรุงเทพมหานคร,10200,https://x.example/a.jpg,กรุงเทพมหานคร,\"['วัดเลียบ', 'กรุงเทพ']\",0.0,2024-04-11T15:35:30.61\n"
)


@pytest.fixture
def parse(tmp_path: Path, small_source: Callable[..., Source]) -> Callable[..., Parsed]:
    def read(text: str, name: str = "tat_attractions_th") -> Parsed:
        path = tmp_path / "feed.csv"
        path.write_text(text, encoding="utf-8")
        source = small_source(name)
        return load_parser(source)(path, source)

    return read


@pytest.fixture
def record(parse: Callable[..., Parsed], small_source: Callable[..., Source]) -> Callable[..., dict[str, Any]]:
    def read(text: str, name: str = "tat_attractions_th") -> dict[str, Any]:
        return clean_places(parse(text, name), small_source(name)).records.row(0, named=True)

    return read


def test_a_row_becomes_a_record(record: Callable[..., dict[str, Any]]) -> None:
    found = record(HEADER + TEMPLE)
    assert {name: value for name, value in found.items() if value is not None} == {
        "key": "tat_attractions_th:P1",
        "source": "tat_attractions_th",
        "source_id": "P1",
        "name_th": "วัดราชบุรณะ",
        "aliases": ["วัดเลียบ"],
        "category": "temple",
        "lat": 13.7423,
        "lon": 100.4991,
        "province_code": "TH-10",
        "district_code": "1001",
        "address_th": "119 ถนนจักรเพชร แขวงวังบูรพาภิรมย์ เขตพระนคร กรุงเทพมหานคร 10200",
        "postcode": "10200",
        "certification": "SHA Plus",
        "link_id": "P1",
        "updated_at": datetime(2024, 4, 11, 8, 35, 30, 610_000, tzinfo=UTC),
    }


def test_the_english_feed_gives_english_names_and_the_same_link(record: Callable[..., dict[str, Any]]) -> None:
    text = "P1,Wat Ratchaburana (Bangkok),13.7423,100.4991,ATTRACTION,,,,,,,,,Phra Nakhon,Bangkok,10200,,,N/A,0.0,N/A\n"
    found = record(HEADER + text, "tat_attractions_en")
    assert (found["name_th"], found["name_en"], found["link_id"]) == (None, "Wat Ratchaburana", "P1")
    assert found["updated_at"] is None


def test_coordinates_that_are_not_there_are_missing(
    parse: Callable[..., Parsed], small_source: Callable[..., Source]
) -> None:
    text = TEMPLE.replace("13.7423,100.4991", "N/A,N/A")
    (row,) = clean_places(parse(HEADER + text), small_source("tat_attractions_th")).rejected
    assert row.reasons == ("point_missing",)
    assert "lat" not in row.body


def test_a_column_that_is_new_is_left_over(parse: Callable[..., Parsed]) -> None:
    text = HEADER.replace("distance,", "distance,rating,") + TEMPLE.replace(",0.0,", ",0.0,5,")
    assert parse(text).leftover == ("rating",)


def test_a_row_with_a_field_too_many_is_rejected(
    parse: Callable[..., Parsed], small_source: Callable[..., Source]
) -> None:
    places = clean_places(parse(HEADER + TEMPLE.replace("SHA Plus", "SHA, Plus") + TEMPLE), small_source("tat_shops"))
    assert [row.reasons for row in places.rejected] == [("row_ragged",)]
    assert places.records.height == 1


def test_a_missing_column_is_told(parse: Callable[..., Parsed]) -> None:
    with pytest.raises(SourceUnreadable, match=r"lacks the column\(s\) latitude"):
        parse(HEADER.replace("latitude", "lat") + TEMPLE)
