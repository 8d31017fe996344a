"""Rules on places: what is looked at, what passes, and which rows a person is sent to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tic.catalogue.evidence import Evidence
from tic.catalogue.places import PLACE_CHECKS

Make = Callable[..., Evidence]


def outcome(code: str, evidence: Evidence) -> dict[str, bool]:
    """Row id without its source -> whether it passed."""
    found = PLACE_CHECKS[code](evidence)
    return {row.removeprefix("tat:"): passed for row, passed in zip(found["row"], found["passed"], strict=True)}


@pytest.mark.parametrize(
    ("code", "good", "bad"),
    [
        ("place_name_th", {"name_th": "วัดโพธิ์"}, {"name_en": "Wat Pho"}),
        ("place_name_en", {"name_en": "Wat Pho"}, {"name_th": "วัดโพธิ์"}),
        ("place_contact", {"email": "a@example.org"}, {"address_th": "ถนนสนามไชย"}),
        ("place_address", {"postcode": "10200"}, {"phone": "+6622260335"}),
        ("place_opening_hours", {"opening_hours": "24/7"}, {}),
        ("name_th_script", {"name_th": "วัดโพธิ์ Wat Pho"}, {"name_th": "Wat Pho"}),
        ("point_precise", {"lat": 13.7465, "lon": 100.0}, {"lat": 13.75, "lon": 100.5}),
        (
            "record_recent",
            {"updated_at": datetime(2025, 1, 1, tzinfo=UTC)},
            {"updated_at": datetime(2024, 1, 1, tzinfo=UTC)},
        ),
    ],
)
def test_what_is_there_passes_and_what_is_not_fails(
    places: Make, code: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert outcome(code, places([good, bad])) == {"0": True, "1": False}


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("phone_valid", "phone_unreadable"),
        ("contact_valid", "website_unreadable"),
        ("opening_hours_valid", "opening_hours_unreadable"),
        ("postcode_valid", "postcode_unreadable"),
        ("category_known", "category_unknown"),
        ("point_in_district", "point_in_other_district"),
        ("point_order", "lat_lon_swapped"),
    ],
)
def test_what_cleaning_noted_fails(places: Make, code: str, note: str) -> None:
    assert outcome(code, places([{}], notes=[("tat:0", ["corrected", note])])) == {"0": False}


def test_a_value_that_could_not_be_read_was_stated_all_the_same(places: Make) -> None:
    evidence = places([{}], notes=[("tat:0", ["phone_unreadable"])])
    assert outcome("place_contact", evidence) == {"0": True}


def test_only_what_is_stated_is_judged(places: Make) -> None:
    assert outcome("phone_valid", places([{}, {"phone": "+6622260335"}])) == {"1": True}
    assert outcome("record_recent", places([{}])) == {}


def test_a_feed_in_one_language_is_not_asked_for_names_in_the_other(places: Make) -> None:
    assert outcome("place_name_th", places([{"name_en": "Wat Pho"}], language="en")) == {}
    assert outcome("place_name_en", places([{"name_en": "Wat Pho"}], language="en")) == {"0": True}


def test_nobody_expects_opening_hours_of_a_waterfall_or_a_hotel(places: Make) -> None:
    evidence = places([{"group": "nature"}, {"group": "accommodation"}, {"group": "attraction"}])
    assert outcome("place_opening_hours", evidence) == {"2": False}


def test_rejected_rows_count_against_their_source_and_can_be_found(places: Make) -> None:
    evidence = places([{}], quarantined=[("P1", ["point_zero"], "วัดร้าง"), ("P2", ["no_name"], None)])
    found = PLACE_CHECKS["point_readable"](evidence).sort("row")
    assert found.rows() == [
        ("P1", False, "วัดร้าง", "point_zero"),
        ("P2", True, "P2", ""),
        ("tat:0", True, None, None),
    ]
    assert outcome("name_readable", evidence) == {"0": True, "P1": True, "P2": False}


def test_a_point_passes_when_half_of_the_other_sources_put_the_place_there(places: Make) -> None:
    far = {"lat": 13.7565}
    one = places([{"listing_id": "x"}], [{"listing_id": "x"}, {"listing_id": "x", **far}])
    assert outcome("point_agrees", one) == {"0": True}
    two = PLACE_CHECKS["point_agrees"](places([{"listing_id": "x", "name_th": "วัดโพธิ์"}], [{"listing_id": "x", **far}]))
    assert two.rows() == [("tat:0", False, "วัดโพธิ์", "1.11 km, osm")]


def test_places_that_no_other_source_has_are_not_compared(places: Make) -> None:
    evidence = places([{}, {"listing_id": None}], [{"listing_id": None}])
    assert outcome("point_agrees", evidence) == {}
    assert outcome("province_agrees", evidence) == {}


def test_province_and_group_of_categories_are_compared_with_other_sources(places: Make) -> None:
    others = [{"listing_id": "x", "province_code": "TH-11", "group": "nature"}]
    evidence = places([{"listing_id": "x"}], others)
    assert PLACE_CHECKS["province_agrees"](evidence)["detail"].to_list() == ["TH-10, osm: TH-11"]
    assert PLACE_CHECKS["category_agrees"](evidence)["detail"].to_list() == ["attraction, osm: nature"]
    assert outcome("category_agrees", places([{"listing_id": "x", "group": "other"}], others)) == {}


def test_two_records_of_one_source_that_were_matched_are_duplicates(places: Make) -> None:
    evidence = places([{"listing_id": "x"}, {"listing_id": "x"}, {"listing_id": "y"}])
    assert outcome("place_once", evidence) == {"0": False, "1": False, "2": True}
