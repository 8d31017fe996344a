from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import h3.api.basic_int as h3
import numpy as np
import polars as pl
import pytest

from directory.records import CELL_RESOLUTION
from directory.resolve.blocking import IDENTIFIER_BLOCK, TOKEN_BLOCK, candidate_pairs, distances_m
from directory.resolve.prepare import LOCAL_M, VAST_M, WIDE_M, prepare
from directory.resolve.surroundings import RINGS

Make = Callable[..., Any]


def pairs_of(frame: pl.DataFrame, **options: Any) -> list[tuple[str, str]]:
    prepared = prepare(frame)
    keys = prepared.places["key"]
    found = candidate_pairs(prepared, **options)
    return list(zip(keys.gather(found["left"]), keys.gather(found["right"]), strict=True))


def test_neighbours_are_a_pair_whatever_they_are_called(record: Make, frame_of: Make, east: Make) -> None:
    frame = frame_of(
        record("tat:1", name_th="พระบรมมหาราชวัง", category="palace"),
        record("osm:1", name_en="Grand Palace", category="attraction", lon=east(70)),
        record("osm:2", name_en="Elephant Statue", category="landmark", lon=east(80)),
    )
    assert pairs_of(frame) == [("osm:1", "tat:1")]


def test_neighbours_of_kinds_that_exclude_each_other_are_none(record: Make, frame_of: Make) -> None:
    frame = frame_of(record("tat:1", name_th="วัดโพธิ์"), record("osm:1", name_en="Siam Commercial Bank", category="bank"))
    assert pairs_of(frame) == []


@pytest.mark.parametrize(
    ("category", "metres", "is_pair"),
    [
        ("restaurant", 480, True),
        ("restaurant", 520, False),
        ("temple", 2900, True),
        ("temple", 3100, False),
        ("national_park", 8800, True),
        ("national_park", 9200, False),
    ],
)
def test_how_far_alike_names_are_looked_for_depends_on_the_kind_of_place(
    category: str, metres: float, is_pair: bool, record: Make, frame_of: Make, east: Make
) -> None:
    frame = frame_of(
        record("tat:1", name_th="บางปลา", category=category),
        record("osm:1", name_en="Bang Pla", category=category, lon=east(metres)),
    )
    assert pairs_of(frame) == ([("osm:1", "tat:1")] if is_pair else [])


def test_a_name_tells_that_a_sight_is_vast(record: Make, frame_of: Make, east: Make) -> None:
    frame = frame_of(
        record("tat:1", name_th="อุทยานแห่งชาติเขาใหญ่", category="attraction"),
        record("osm:1", name_en="Khao Yai National Park", category="attraction", lon=east(8000)),
    )
    assert pairs_of(frame) == [("osm:1", "tat:1")]


def test_a_shared_identifier_is_enough_at_any_distance(record: Make, frame_of: Make, east: Make) -> None:
    frame = frame_of(
        record("a:1", name_en="Baan Dinso", phone="+6621234567", website="http://www.baandinso.com/"),
        record("b:1", name_en="Old House", phone="+6621234567", lon=east(50_000)),
        record("c:1", name_en="Boutique", website="https://baandinso.com", lon=east(60_000)),
        record("d:1", name_en="Somewhere", website="https://baandinso.com/other", lon=east(70_000)),
    )
    assert pairs_of(frame) == [("a:1", "b:1"), ("a:1", "c:1")]


def test_what_everybody_shares_tells_nothing(record: Make, frame_of: Make, east: Make) -> None:
    many = [
        record(f"s{number}:1", name_en=f"Shop {number}", website="https://www.7eleven.co.th", lon=east(1000 * number))
        for number in range(IDENTIFIER_BLOCK + 1)
    ]
    assert len(pairs_of(frame_of(*many[1:]))) == IDENTIFIER_BLOCK * (IDENTIFIER_BLOCK - 1) / 2
    assert pairs_of(frame_of(*many)) == []


def test_records_of_one_source_need_the_same_name(record: Make, frame_of: Make, east: Make) -> None:
    frame = frame_of(
        record("osm:1", name_en="Jim Thompson", category="shop"),
        record("osm:2", name_en="JIM THOMPSON", category="shop", lon=east(20)),
        record("osm:3", name_en="Jim Thompson Outlet", category="shop", lon=east(30)),
    )
    assert pairs_of(frame) == [("osm:1", "osm:2")]


def test_two_feeds_of_a_publisher_that_numbers_its_places_are_as_one_source(
    record: Make, frame_of: Make, east: Make
) -> None:
    frame = frame_of(
        record("tat_th:1", name_th="วัดโพธิ์", link_id="P0301"),
        record("tat_en:1", name_en="Wat Pho", link_id="P0301", lon=east(20_000)),
        record("tat_en:2", name_en="Sala Thai", link_id="P0302", lon=east(10)),
    )
    assert pairs_of(frame) == [("tat_en:1", "tat_th:1")]


def test_private_offers_are_paired_only_by_their_whole_name(record: Make, frame_of: Make, east: Make) -> None:
    frame = frame_of(
        record("airbnb:1", name_en="Lub d Silom", category="private_rental"),
        record("airbnb:2", name_en="Lub d Silom", category="private_rental", lon=east(5)),
        record("osm:1", name_en="Lub D Silom", category="guesthouse", lon=east(90)),
        record("osm:2", name_en="Lub d Siam Square", category="guesthouse", lon=east(10)),
    )
    assert pairs_of(frame) == [("airbnb:1", "osm:1"), ("airbnb:2", "osm:1")]


def test_a_block_beyond_its_cap_makes_no_pairs(record: Make, frame_of: Make, east: Make) -> None:
    rows = [
        record(f"s{number}:1", name_en="Coconut", category="restaurant", lat=13.75 + number * 1e-6)
        for number in range(TOKEN_BLOCK + 1)
    ]
    twin = record("x:1", name_en="Coconut", category="restaurant", lon=east(300))
    assert len(pairs_of(frame_of(*rows[1:200], twin))) == 200 * 199 / 2
    assert ("s0:1", "x:1") not in pairs_of(frame_of(*rows, twin))


def test_only_the_pairs_asked_for(record: Make, frame_of: Make, east: Make) -> None:
    frame = frame_of(*(record(f"s{number}:1", name_en="Wat Pho", lon=east(number)) for number in range(4)))
    assert pairs_of(frame, touching=pl.Series([2], dtype=pl.UInt32)) == [
        ("s0:1", "s2:1"),
        ("s1:1", "s2:1"),
        ("s2:1", "s3:1"),
    ]


def test_records_without_a_point_are_found_by_identifiers_alone(record: Make, frame_of: Make) -> None:
    nowhere = {"lat": None, "lon": None}
    frame = frame_of(
        record("a:1", name_en="Wat Pho", wikidata="Q1076186", **nowhere),
        record("b:1", name_en="Wat Pho", wikidata="Q1076186"),
        record("c:1", name_en="Wat Pho", **nowhere),
    )
    assert pairs_of(frame) == [("a:1", "b:1")]


def test_no_record_makes_no_pair(frame_of: Make) -> None:
    assert pairs_of(frame_of()) == []


def test_the_rings_of_cells_hold_every_point_within_reach() -> None:
    """What a changed record may be one place with is read by these cells, anywhere in the country."""
    draw = random.Random(7)
    for reach_m, rings in zip((LOCAL_M, WIDE_M, VAST_M), RINGS, strict=True):
        for _ in range(400):
            lat, lon = draw.uniform(5.6, 20.4), draw.uniform(97.4, 105.6)
            angle = draw.uniform(0, 2 * np.pi)
            other_lat = lat + reach_m * np.sin(angle) / 111_195
            other_lon = lon + reach_m * np.cos(angle) / (111_195 * np.cos(np.radians(lat)))
            disk = h3.grid_disk(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION), rings)
            assert h3.latlng_to_cell(other_lat, other_lon, CELL_RESOLUTION) in disk


def test_distances_are_great_circles() -> None:
    bangkok, chiang_mai = (13.7563, 100.5018), (18.7883, 98.9853)
    metres = distances_m(*(np.array([value]) for value in (*bangkok, *chiang_mai)))
    assert metres[0] == pytest.approx(582_900, rel=0.002)
