from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from directory.resolve.blocking import with_distance
from directory.resolve.comparison import FEATURES, features
from directory.resolve.kinds import DOUBTFUL, NEVER, RELATED, SAME
from directory.resolve.prepare import prepare

Make = Callable[..., Any]


@pytest.fixture
def compare(frame_of: Make, record: Make) -> Callable[..., dict[str, float]]:
    """compare({...}, {...}): the features of two records by name."""

    def make(one: dict[str, Any], other: dict[str, Any]) -> dict[str, float]:
        prepared = prepare(frame_of(record("a:1", **one), record("b:1", **other)))
        pair = pl.DataFrame({"left": [0], "right": [1]}, schema={"left": pl.UInt32, "right": pl.UInt32})
        return dict(zip(FEATURES, features(prepared, with_distance(pair, prepared.places))[0].tolist(), strict=True))

    return make


def test_a_thai_and_an_english_name_are_compared_by_their_sound(compare: Make) -> None:
    found = compare({"name_th": "วัดมูลจินดาราม"}, {"name_en": "Wat Mun Chindaram"})
    assert (found["name_sound"], found["name_consonants"], found["kinds"], found["name_scripts"]) == (1, 1, 1, 0)
    assert np.isnan(found["name_text"])


def test_the_best_of_all_names_counts(compare: Make) -> None:
    found = compare(
        {"name_th": "วัดพระแก้ว", "aliases": ["Temple of the Emerald Buddha"]},
        {"name_en": "Emerald Buddha Temple", "aliases": ["Wat Phra Kaew"]},
    )
    assert found["name_sound"] == 1
    assert found["name_words"] == 1
    assert found["name_scripts"] == 1


def test_words_that_stand_apart_or_together_are_the_same(compare: Make) -> None:
    found = compare({"name_en": "Phra That Phanom"}, {"name_en": "Phrathat Phanom"})
    assert (found["name_text"], found["name_key"]) == (1, 1)


def test_other_numbers_and_branches_are_other_places(compare: Make) -> None:
    one, other = {"name_en": "Gate 2"}, {"name_en": "Gate 3"}
    assert compare(one, other)["numbers"] == 0
    assert compare(one, one)["numbers"] == 1
    assert compare(one, {"name_en": "Gate"})["numbers"] == pytest.approx(0.3)
    branches = compare({"name_th": "ดอยคำ สาขาราชเทวี"}, {"name_th": "ดอยคำ สาขาสีลม"})
    assert (branches["branch"], branches["name_sound"]) == (0, 1)


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("temple", "temple", SAME),
        ("temple", "attraction", RELATED),
        ("temple", "historic", RELATED),
        ("temple", "museum", DOUBTFUL),
        ("temple", "restaurant", NEVER),
        ("private_rental", "hotel", DOUBTFUL),
        ("private_rental", "temple", NEVER),
    ],
)
def test_categories_agree_more_or_less(compare: Make, one: str, other: str, agreement: float) -> None:
    names = {"name_en": "Wat Pho"}
    assert compare({**names, "category": one}, {**names, "category": other})["category"] == agreement


def test_a_category_that_says_nothing_is_no_evidence(compare: Make) -> None:
    assert np.isnan(compare({"name_en": "Wat Pho", "category": "other"}, {"name_en": "Wat Pho"})["category"])


def test_distance_is_seen_against_what_such_places_extend(compare: Make, east: Make) -> None:
    park = {"name_en": "Khao Yai", "category": "national_park"}
    cafe = {"name_en": "Khao Yai", "category": "cafe"}
    parks, cafes = compare(park, {**park, "lon": east(1000)}), compare(cafe, {**cafe, "lon": east(1000)})
    assert parks["distance"] == pytest.approx(np.log1p(1000), rel=1e-3)
    assert cafes["distance"] == parks["distance"]
    assert cafes["distance_by_extent"] > parks["distance_by_extent"]


def test_contacts_and_addresses_agree_differ_or_are_unknown(compare: Make) -> None:
    one = {
        "name_en": "Wat Pho",
        "phone": "+6622260335",
        "website": "https://www.watpho.com/en/",
        "postcode": "10200",
        "address_en": "2 Sanam Chai Road",
    }
    same = compare(one, {**one, "phone": "022260335", "website": "http://watpho.com/en"})
    assert [same[name] for name in ("phone", "site", "host", "postcode", "house", "address")] == [1] * 6
    other = compare(one, {**one, "phone": "+6621111111", "website": "https://watpho.com/th", "postcode": "10100"})
    assert [other[name] for name in ("phone", "site", "host", "postcode")] == [0, 0, 1, 0]
    unknown = compare(one, {"name_en": "Wat Pho"})
    assert np.isnan([unknown[name] for name in ("phone", "site", "host", "postcode", "house", "address")]).all()


def test_a_rare_word_in_common_tells_more_than_a_common_one(compare: Make) -> None:
    rare = compare({"name_en": "Blue Zanzibar"}, {"name_en": "Green Zanzibar"})["name_rare"]
    common = compare({"name_en": "Blue House"}, {"name_en": "Green House"})["name_rare"]
    assert rare > common > 0


def test_a_record_without_a_name_has_no_likeness(compare: Make) -> None:
    found = compare({"name_en": None}, {"name_en": "Wat Pho"})
    assert np.isnan([found[name] for name in ("name_text", "name_sound", "name_words", "name_rare")]).all()


def test_a_part_of_a_place_is_told_from_the_whole(compare: Make) -> None:
    part = compare({"name_en": "Siam Swimming Club"}, {"name_en": "Lockers @ Siam Swimming Club"})
    whole = compare({"name_en": "Siam Swimming Club"}, {"name_en": "Siam Swimming Club - Rama Road"})
    assert part["name_part"] == whole["name_part"] == 1
    assert part["name_head"] < 0.5 < whole["name_head"] == 1
    assert part["name_whole"] < whole["name_whole"]
