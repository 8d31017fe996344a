from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from directory.listing import RECORD_SCHEMA, Listing
from directory.resolve.merge import MOST_ALIASES, merge

Make = Callable[..., Any]
TRUST = {"tat": "official", "osm": "open", "airbnb": "private", "old": "open"}
OLD, NEW = datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)


@pytest.fixture
def merged(record: Make, frame_of: Make) -> Callable[..., Listing]:
    """merged(record, record, ...): the listing they make, whatever their order."""

    def make(*rows: dict[str, Any]) -> Listing:
        frame = frame_of(*rows).with_columns(listing_id=pl.lit("p1"))
        found, reversed_found = merge(frame, TRUST), merge(frame.reverse(), TRUST)
        assert found == reversed_found
        return found["p1"]

    return make


def test_an_operator_goes_before_official_before_open_before_private(merged: Make, record: Make) -> None:
    rows = [
        record("airbnb:1", phone="+6620000004", website="https://private.example"),
        record("osm:1", phone="+6620000003", email="open@example.org", updated_at=NEW),
        record("tat:1", name_th="วัดโพธิ์", phone="+6620000002", email=None, updated_at=OLD),
        record("operator:1", phone="+6620000001"),
    ]
    listing = merged(*rows)
    assert (listing.phone, listing.provenance["phone"]) == ("+6620000001", "operator:1")
    assert (listing.email, listing.provenance["email"]) == ("open@example.org", "osm:1")
    assert (listing.website, listing.provenance["website"]) == ("https://private.example", "airbnb:1")
    assert merged(*rows[:3]).phone == "+6620000002"
    assert merged(rows[0], rows[1], record("osm:2", name_en="Wat Pho")).phone == "+6620000003"


def test_an_unknown_source_is_trusted_least(merged: Make, record: Make) -> None:
    listing = merged(record("unknown:1", name_en="One"), record("osm:1", name_en="Other"))
    assert (listing.name_en, listing.provenance["name_en"]) == ("Other", "osm:1")


def test_among_equals_the_newer_statement_wins_then_the_fuller_then_the_smaller_key(merged: Make, record: Make) -> None:
    older = record("osm:1", name_en="Older", updated_at=OLD, phone="+6621111111")
    newer = record("osm:2", name_en="Newer", updated_at=NEW)
    undated = record("osm:3", name_en="Undated", phone="+6621111111", email="a@example.org", website="https://a.b")
    assert merged(older, newer, undated).name_en == "Newer"
    assert merged(record("osm:1", name_en="Bare"), undated).name_en == "Undated"
    assert merged(record("osm:2", name_en="Second"), record("osm:1", name_en="First")).name_en == "First"


def test_point_province_and_district_come_from_one_record(merged: Make, record: Make) -> None:
    listing = merged(
        record("tat:1", name_th="วัดโพธิ์", lat=None, lon=None, province_code="TH-50", district_code="5001"),
        record("osm:1", lat=13.7465, lon=100.4930, province_code="TH-10", updated_at=NEW),
        record("old:1", lat=13.0, lon=100.0, province_code="TH-76", district_code="7601"),
    )
    assert (listing.lat, listing.lon, listing.province_code, listing.district_code) == (13.7465, 100.493, "TH-10", None)
    assert {listing.provenance[name] for name in ("lat", "lon", "province_code")} == {"osm:1"}
    assert "district_code" not in listing.provenance


def test_a_category_that_says_more_goes_first(merged: Make, record: Make) -> None:
    named = {"name_en": "Wat Pho"}
    official = record("tat:1", **named, category="attraction")
    assert merged(official, record("osm:1", **named, category="temple")).category == "temple"
    assert merged(official, record("osm:1", **named, category="other")).category == "attraction"
    both = merged(record("tat:1", **named, category="temple"), record("osm:1", **named, category="historic"))
    assert (both.category, both.provenance["category"]) == ("temple", "tat:1")
    assert merged(record("osm:1", **named, category="other")).category == "other"


def test_other_names_become_aliases_each_spelling_once(merged: Make, record: Make) -> None:
    listing = merged(
        record("tat:1", name_th="วัดพระเชตุพน", aliases=["วัดโพธิ์"], updated_at=NEW),
        record("osm:1", name_th="วัดโพธิ์", name_en="Wat Pho", aliases=["Temple of the Reclining Buddha", "wat-pho"]),
        record("old:1", name_en="Wat Phra Chetuphon"),
        record("airbnb:1", name_en="Cosy room near Wat Pho"),
    )
    assert (listing.name_th, listing.name_en) == ("วัดพระเชตุพน", "Wat Pho")
    assert listing.aliases == ("วัดโพธิ์", "Temple of the Reclining Buddha", "Wat Phra Chetuphon")
    assert listing.provenance["aliases"] == "tat:1"
    many = [record(f"osm:{number}", name_en=f"Name {number}") for number in range(2 * MOST_ALIASES)]
    assert len(merged(*many).aliases) == MOST_ALIASES


def test_a_private_title_names_a_place_that_has_no_other_name(merged: Make, record: Make) -> None:
    listing = merged(record("airbnb:1", name_en="Cosy room near Wat Pho", category="private_rental"))
    assert (listing.name_en, listing.aliases) == ("Cosy room near Wat Pho", ())


def test_names_in_other_languages_are_gathered(merged: Make, record: Make) -> None:
    listing = merged(
        record("tat:1", name_th="วัดโพธิ์", names='{"zh":"卧佛寺"}'),
        record("osm:1", names='{"zh":"菩提寺","ja":"ワット・ポー"}'),
    )
    assert listing.names == {"zh": "卧佛寺", "ja": "ワット・ポー"}
    assert listing.provenance["names"] == "tat:1"


def test_what_it_is_made_of_and_how_new_it_is(merged: Make, record: Make) -> None:
    rows = [
        record("tat:2", name_th="วัดโพธิ์", updated_at=OLD),
        record("osm:9", updated_at=NEW),
        record("tat:1", name_th="วัดโพธิ์"),
    ]
    listing = merged(*rows)
    assert (listing.record_keys, listing.sources) == (("osm:9", "tat:1", "tat:2"), ("osm", "tat"))
    assert listing.updated_at == NEW
    assert listing.status == "unknown"
    assert merged(*rows, record("operator:1")).status == "open"


def test_every_value_names_the_record_it_comes_from(merged: Make, record: Make) -> None:
    values = {
        "name_th": "โรงแรมดุสิตธานี",
        "name_en": "Dusit Thani",
        "names": '{"zh":"都喜天丽"}',
        "aliases": ["ดุสิต"],
        "category": "hotel",
        "province_code": "TH-10",
        "district_code": "1007",
        "address_th": "พระราม 4",
        "address_en": "Rama IV Road",
        "postcode": "10500",
        "phone": "+6622009000",
        "email": "a@example.org",
        "website": "https://www.dusit.com",
        "opening_hours": "24/7",
        "certification": "SHA Extra+",
        "wheelchair": "yes",
        "licence_no": "1/2560",
        "wikidata": "Q5317236",
        "price_thb": 4500.0,
        "reviews": 12,
    }
    listing = merged(record("tat:1", **values))
    expected = {**values, "names": {"zh": "都喜天丽"}, "aliases": ("ดุสิต",), "lat": 13.75, "lon": 100.49}
    assert {name: getattr(listing, name) for name in expected} == expected
    assert listing.provenance == dict.fromkeys(expected, "tat:1")


@pytest.mark.parametrize(
    ("values", "is_listing"),
    [
        ({"name_th": "วัดโพธิ์"}, True),
        ({"names": '{"ru":"Ват Пхо"}'}, True),
        ({}, False),
        ({"name_th": "วัดโพธิ์", "lat": None}, False),
    ],
)
def test_a_listing_has_a_name_and_a_point(
    values: dict[str, Any], is_listing: bool, record: Make, frame_of: Make
) -> None:
    frame = frame_of(record("tat:1", **values)).with_columns(listing_id=pl.lit("p1"))
    assert bool(merge(frame, TRUST)) == is_listing


def test_listings_are_kept_apart(record: Make, frame_of: Make) -> None:
    frame = frame_of(record("tat:1", name_en="One"), record("tat:2", name_en="Two", aliases=["Zwei"]))
    found = merge(frame.with_columns(listing_id=pl.Series(["p1", "p2"])), TRUST)
    assert {key: (item.id, item.name_en, item.aliases) for key, item in found.items()} == {
        "p1": ("p1", "One", ()),
        "p2": ("p2", "Two", ("Zwei",)),
    }
    assert merge(pl.DataFrame(schema={**RECORD_SCHEMA, "listing_id": pl.String}), TRUST) == {}
