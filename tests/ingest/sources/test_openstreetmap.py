from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.parsers import load_parser
from ingest.places import Places, clean_places
from ingest.source import Source
from tic.core.errors import SourceUnreadable

Read = Callable[..., Places]


@pytest.fixture
def read(tmp_path: Path, small_source: Callable[..., Source]) -> Read:
    def places(*features: dict[str, Any]) -> Places:
        path = tmp_path / "osm_bangkok.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        source = small_source("osm_bangkok")
        return clean_places(load_parser(source)(path, source), source)

    return places


def feature(geometry: dict[str, Any] | None = None, **properties: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": "node/1",
        "properties": {"name": "ร้านกาแฟ", **properties},
        "geometry": geometry or {"type": "Point", "coordinates": [100.5018, 13.7563]},
    }


def record_of(places: Places) -> dict[str, Any]:
    assert places.rejected == []
    return places.records.row(0, named=True)


def test_tags_become_fields(read: Read) -> None:
    tags = {
        "name:en": "Coffee House",
        "name:zh": "咖啡馆",
        "name:de": "Kaffeehaus",
        "alt_name": "บ้านกาแฟ;Kafe",
        "amenity": "cafe",
        "shop": "coffee",
        "addr:housenumber": "12/3",
        "addr:street": "ถนนข้าวสาร",
        "addr:district": "พระนคร",
        "addr:postcode": "10200",
        "contact:phone": "02 714 0791",
        "website": "www.example.com",
        "email": "a@example.com",
        "opening_hours": "All Day",
        "wheelchair": "limited",
        "wikidata": "Q1",
        "fixme": "position",
    }
    found = record_of(read(feature(**tags)))
    assert {name: value for name, value in found.items() if value is not None} == {
        "key": "osm_bangkok:node/1",
        "source": "osm_bangkok",
        "source_id": "node/1",
        "name_th": "ร้านกาแฟ",
        "name_en": "Coffee House",
        "names": '{"de": "Kaffeehaus", "zh": "咖啡馆"}',
        "aliases": ["บ้านกาแฟ", "Kafe"],
        "category": "cafe",
        "lat": 13.7563,
        "lon": 100.5018,
        "province_code": "TH-10",
        "district_code": "1001",
        "address_th": "12/3 ถนนข้าวสาร, พระนคร 10200",
        "postcode": "10200",
        "phone": "+6627140791",
        "email": "a@example.com",
        "website": "http://www.example.com",
        "opening_hours": "24/7",
        "wheelchair": "limited",
        "wikidata": "Q1",
    }


def test_a_name_in_latin_letters_is_the_english_one(read: Read) -> None:
    found = record_of(read(feature(name="7-Eleven", shop="convenience")))
    assert (found["name_th"], found["name_en"], found["category"]) == (None, "7-Eleven", "shop")


def test_an_area_stands_at_its_centroid(read: Read) -> None:
    square = [[100.50, 13.75], [100.52, 13.75], [100.52, 13.77], [100.50, 13.77], [100.50, 13.75]]
    found = record_of(read(feature({"type": "Polygon", "coordinates": [square]}, leisure="park")))
    assert (found["lat"], found["lon"]) == (13.76, 100.51)


def test_a_feature_without_a_name_or_a_shape_is_rejected(read: Read) -> None:
    nameless = feature() | {"id": "way/2", "properties": {"amenity": "cafe"}}
    shapeless = feature() | {"id": "way/3", "geometry": None}
    broken = feature() | {"id": "way/4", "geometry": {"type": "Point", "coordinates": []}}
    found = {row.row_key: row.reasons for row in read(nameless, shapeless, broken).rejected}
    assert found == {"way/2": ("no_name",), "way/3": ("point_missing",), "way/4": ("point_missing",)}


def test_an_extract_without_a_feature_is_empty(read: Read) -> None:
    assert read().records.height == 0


@pytest.mark.parametrize("text", ['{"type": "FeatureCollection", "features": [{"type": "Fea', '{"rows": []}', "[1, 2]"])
def test_a_broken_off_or_foreign_file_is_told(text: str, tmp_path: Path, small_source: Callable[..., Source]) -> None:
    path = tmp_path / "osm_bangkok.geojson"
    path.write_text(text)
    source = small_source("osm_bangkok")
    with pytest.raises(SourceUnreadable, match=r"osm_bangkok\.geojson is broken off or no GeoJSON"):
        load_parser(source)(path, source)


@pytest.mark.parametrize(
    ("tags", "category", "said", "since"),
    [
        ({"disused:amenity": "cafe"}, "cafe", "disused:amenity=cafe", None),
        (
            {"abandoned:tourism": "hotel", "building": "yes", "end_date": "2021-05"},
            "hotel",
            "abandoned:tourism=hotel",
            "2021-05",
        ),
        ({"was:tourism": "museum", "end_date": "2019"}, "museum", "was:tourism=museum", "2019"),
        ({"tourism": "hotel", "disused": "yes"}, "hotel", "disused=yes", None),
        ({"amenity": "cafe", "opening_hours": "off"}, "cafe", "opening_hours=off", None),
        ({"amenity": "cafe", "opening_hours": "closed"}, "cafe", "opening_hours=closed", None),
    ],
)
def test_what_is_out_of_use_is_kept_as_closed_with_the_tag_that_says_so(
    read: Read, tags: dict[str, str], category: str, said: str, since: str | None
) -> None:
    record = record_of(read(feature(**tags)))
    assert (record["category"], record["status"], record["opening_hours"]) == (category, "closed", None)
    assert (record["status_said"], record["status_on"]) == (said, since)


@pytest.mark.parametrize(
    "tags",
    [
        {"disused:amenity": "cafe", "shop": "gift"},
        {"historic": "ruins", "abandoned": "yes"},
        {"disused:amenity": "no", "tourism": "museum"},
        {"amenity": "cafe", "opening_hours": "Mo-Fr 08:00-17:00; Sa,Su off"},
    ],
)
def test_what_has_become_something_else_and_a_ruin_are_not_closed(read: Read, tags: dict[str, str]) -> None:
    assert record_of(read(feature(**tags)))["status"] is None
