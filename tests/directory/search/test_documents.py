"""Listings prepared for search."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from directory.listing import Listing
from directory.search.documents import document_of, names_of, prominence_of
from directory.sources import OPERATOR

PLACE = Listing(
    id="p1",
    name_th="สะพานพุทธ (Memorial Bridge)",
    name_en="Saphan Phut Night Market",
    names={"zh": "佛陀桥"},
    aliases=("Saphan Phut", "Saphan Phut"),
    category="night_market",
    lat=13.74,
    lon=100.5,
    province_code="TH-10",
    sources=("tat_attractions_th", "osm_bangkok"),
    updated_at=datetime(2026, 1, 2, tzinfo=UTC),
)


def test_all_names_are_found_each_once_and_without_what_is_in_brackets() -> None:
    assert names_of(PLACE) == [
        "สะพานพุทธ (Memorial Bridge)",
        "สะพานพุทธ",
        "Saphan Phut Night Market",
        "佛陀桥",
        "Saphan Phut",
    ]
    document = document_of(PLACE)
    assert {"saphan", "phut", "สะพาน", "พุทธ", "memorial"} <= set(document["words"])
    assert {"sapan", "put", "sapanput"} <= set(document["keys"])
    assert "saphanphut" in document["names"]
    assert {"night_market", "bridge", "market"} <= set(document["kinds"])
    assert {"bagkok", "klugtep"} <= set(document["area"])
    assert (document["category"], document["source"]) == (
        ["night_market", "market"],
        ["osm_bangkok", "tat_attractions_th"],
    )


def test_the_beginnings_of_words_are_kept() -> None:
    assert {"s", "sa", "sap", "สะ"} <= set(document_of(PLACE)["heads"])
    assert all(len(head) <= 3 for head in document_of(PLACE)["heads"])


def test_names_that_differ_in_their_tones_alone_stand_together_those_without_first() -> None:
    named = {name: document_of(PLACE.model_copy(update={"name_th": name})) for name in ("ป่า", "ปา", "ปาด", "ป้า")}
    assert sorted(named, key=lambda name: named[name]["by_name_th"]) == ["ปา", "ป่า", "ป้า", "ปาด"]


def test_orders_by_number_fit_a_signed_number_of_64_bits() -> None:
    forgotten = PLACE.model_copy(update={"updated_at": None, "sources": ()})
    assert all(0 <= document_of(forgotten)[name] < 2**63 for name in ("by_rank", "by_newest"))


MINISTRY = replace(OPERATOR, name="ministry", publisher_en="A ministry", trust="official")


def test_every_sort_value_differs_between_listings_with_equal_values() -> None:
    twin = document_of(PLACE.model_copy(update={"id": "p2"}))
    first = document_of(PLACE)
    for name in ("by_rank", "by_name_th", "by_name_en", "by_newest", "weight"):
        assert first[name] != twin[name]
    older = document_of(PLACE.model_copy(update={"id": "p0", "updated_at": None}))
    assert first["by_newest"] < older["by_newest"]


def test_agreement_trust_and_reviews_make_a_place_better_known() -> None:
    plain = PLACE.model_copy(update={"sources": ("a",)})
    steps = [
        prominence_of(plain, {}),
        prominence_of(plain.model_copy(update={"reviews": 800}), {}),
        prominence_of(plain.model_copy(update={"reviews": 800, "sources": ("a", "b")}), {}),
        prominence_of(plain.model_copy(update={"reviews": 800, "sources": ("a", "b")}), {"b": MINISTRY}),
    ]
    assert steps == sorted(set(steps))
    assert steps[0] >= 0
    assert steps[-1] <= 1


def test_two_feeds_of_one_publisher_are_one_voice() -> None:
    feeds = {name: replace(MINISTRY, name=name) for name in ("a", "b")}
    one, two = (PLACE.model_copy(update={"sources": names}) for names in (("a",), ("a", "b")))
    assert prominence_of(one, feeds) == prominence_of(two, feeds)
    others = {**feeds, "b": replace(feeds["b"], publisher_en="Another")}
    assert prominence_of(two, others) > prominence_of(two, feeds)


def test_a_listing_without_a_name_is_still_a_document() -> None:
    bare = document_of(Listing(id="x", lat=0, lon=0, category="no_such_category"))
    assert (bare["words"], bare["names"], bare["shown"]["forms"]) == ([], [], [])
    assert bare["category"] == ["no_such_category"]
