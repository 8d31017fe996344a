"""The country compared part by part comes to what it comes to as a whole, here and in other processes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from directory.resolve.blocking import candidate_pairs
from directory.resolve.clusters import score_all
from directory.resolve.matcher import score
from directory.resolve.prepare import Prepared, prepare
from directory.resolve.regions import regions, score_region
from tic.core.workers import worker_processes

Make = Callable[..., Any]
NAMES = ("Wat Pho", "Wat Arun", "Bang Pla", "Khao Yai", "Krua Nok", "วัดโพธิ์", "เขาใหญ่", "บางปลา")
KINDS = ("temple", "national_park", "restaurant", "hotel", "private_rental", "other")


@pytest.fixture
def country(record: Make, frame_of: Make, east: Make) -> pl.DataFrame:
    """Three hundred records on a line of 30 km, some with a phone number of another one far away, some nowhere."""
    draw = random.Random(7)
    rows = [
        record(
            f"{draw.choice(('osm', 'tat', 'fsq'))}:{number:03d}",
            name_en=f"{draw.choice(NAMES)} {draw.choice(('', 'East', 'West', '2'))}".strip(),
            category=draw.choice(KINDS),
            lon=east(draw.randrange(30_000)),
            phone=f"+6621110{draw.randrange(60):03d}" if draw.random() < 0.4 else None,
        )
        for number in range(300)
    ]
    return frame_of(*rows, record("osm:nowhere", name_en="Wat Pho", lat=None, lon=None, phone="+6621110001"))


@pytest.fixture
def whole(country: pl.DataFrame) -> Prepared:
    return prepare(country)


@pytest.mark.parametrize("most", [1, 17, 100, 1000])
def test_parts_of_any_size_give_the_pairs_of_the_whole(whole: Prepared, most: int) -> None:
    everything = score(whole, candidate_pairs(whole))
    parts = [score_region(region) for region in regions(whole, most=most)]
    assert len(parts) == -(-301 // most)
    assert pl.concat(parts).sort("left", "right").equals(everything)
    assert everything.height > 300


@pytest.mark.parametrize("seed", range(8))
def test_the_pairs_of_some_records_are_those_of_all_that_touch_them(whole: Prepared, seed: int) -> None:
    touching = pl.Series(sorted(random.Random(seed).sample(range(301), 5 * seed + 10)), dtype=pl.UInt32)
    everything = candidate_pairs(whole)
    asked = touching.implode()
    expected = everything.filter(pl.col("left").is_in(asked) | pl.col("right").is_in(asked))
    assert expected.height > 0
    assert candidate_pairs(whole, touching=touching).equals(expected)


def test_every_record_is_owned_by_one_part(whole: Prepared) -> None:
    owned = [region.rows.gather(region.owned) for region in regions(whole, most=40)]
    assert pl.concat(owned).sort().to_list() == list(range(301))


def test_two_processes_come_to_the_same_as_one(country: pl.DataFrame) -> None:
    alone = score_all(prepare(country))
    with worker_processes(2) as mapper:
        together = score_all(prepare(country, mapper), mapper)
    assert together.prepared.names.equals(alone.prepared.names)
    assert together.prepared.places.equals(alone.prepared.places)
    assert together.pairs.equals(alone.pairs)


def test_of_nothing_there_are_no_pairs(frame_of: Make) -> None:
    assert score_all(prepare(frame_of())).pairs.height == 0
