from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from directory.resolve.blocking import with_distance
from directory.resolve.matcher import ONE_CHAIN_M, ONE_SOURCE_M, score
from directory.resolve.model import default_model
from directory.resolve.prepare import prepare

HERE = Path(__file__).parent
CASES = pl.read_csv(HERE / "cases.csv", infer_schema_length=0).to_dicts()
KNOWN_WRONG = {"the short name of a royal temple"}
Make = Callable[..., Any]


@pytest.fixture
def chance(frame_of: Make, record: Make) -> Callable[..., float]:
    """chance(("osm:1", {...}), ("tat:1", {...})): what the matcher says of two records."""

    def make(one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]) -> float:
        prepared = prepare(frame_of(record(one[0], **one[1]), record(other[0], **other[1])))
        pair = pl.DataFrame({"left": [0], "right": [1]}, schema={"left": pl.UInt32, "right": pl.UInt32})
        return float(score(prepared, with_distance(pair, prepared.places))["chance"][0])

    return make


def case_of(case: dict[str, str], prefix: str, metres: float) -> dict[str, Any]:
    named = {name: case[f"{prefix}{name}"] for name in ("name_th", "name_en", "category")}
    return {**{name: value or None for name, value in named.items()}, "lon": 100.49 + metres / 108_010}


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_each_labelled_case_is_decided_as_frozen(case: dict[str, str], chance: Make) -> None:
    """After a wanted change: `python tests/directory/resolve/freeze_cases.py`, then read the difference."""
    one = (f"{case['source']}:1", case_of(case, "", 0))
    other = (f"{case['other_source']}:2", case_of(case, "other_", float(case["metres"])))
    found = chance(one, other)
    assert found == pytest.approx(float(case["chance"]), abs=0.015)
    is_right = (found >= default_model().threshold) == (case["same"] == "yes")
    assert is_right == (case["why"] not in KNOWN_WRONG)


def test_the_frozen_cases_are_those_that_the_command_would_write(tmp_path: Path) -> None:
    copy = tmp_path / "cases.csv"
    copy.write_bytes((HERE / "cases.csv").read_bytes())
    subprocess.run([sys.executable, str(HERE / "freeze_cases.py"), str(copy)], check=True)
    assert copy.read_text(encoding="utf-8") == (HERE / "cases.csv").read_text(encoding="utf-8")


def test_a_publishers_shared_id_settles_it(chance: Make) -> None:
    thai = ("tat_th:1", {"name_th": "ตลาดถนนคนเดินโรงพักเก่าสรรพยา", "link_id": "P03018399"})
    english = ("tat_en:1", {"name_en": "Green D Market", "link_id": "P03018399"})
    assert chance(thai, english) > 0.99
    abroad = ("tat_en:1", {**english[1], "lat": 18.79, "lon": 98.98})
    assert chance(thai, abroad) < 0.5


def test_a_shared_item_or_licence_is_strong_evidence_nearby(chance: Make, east: Make) -> None:
    one = {"name_en": "Old Name", "category": "hotel"}
    other = {"name_en": "New Brand", "category": "hotel", "lon": east(300)}
    assert chance(("a:1", one), ("b:1", other)) < 0.1
    assert chance(("a:1", {**one, "wikidata": "Q42"}), ("b:1", {**other, "wikidata": "Q42"})) == 0.97
    assert chance(("a:1", {**one, "licence_no": "11/0001"}), ("b:1", {**other, "licence_no": "11/0001"})) == 0.95
    far = {**other, "licence_no": "11/0001", "lon": east(1500)}
    assert chance(("a:1", {**one, "licence_no": "11/0001"}), ("b:1", far)) < 0.1


def test_two_items_of_an_encyclopedia_are_hardly_one_place(chance: Make) -> None:
    place = {"name_en": "Grand Palace"}
    assert chance(("a:1", {**place, "wikidata": "Q1"}), ("b:1", {**place, "wikidata": "Q2"})) < 0.4
    assert chance(("a:1", {**place, "wikidata": "Q1"}), ("b:1", place)) > 0.8


@pytest.mark.parametrize(
    ("category", "metres", "is_one"),
    [
        ("shop", ONE_CHAIN_M - 2, True),
        ("shop", ONE_CHAIN_M + 2, False),
        ("temple", ONE_SOURCE_M - 2, True),
        ("temple", ONE_SOURCE_M + 2, False),
    ],
)
def test_one_source_states_a_place_twice_only_at_one_spot(
    category: str, metres: float, is_one: bool, chance: Make, east: Make
) -> None:
    place = {"name_en": "Bang Pla", "category": category}
    assert (chance(("osm:1", place), ("osm:2", {**place, "lon": east(metres)})) > 0.9) == is_one


def test_one_source_never_has_one_place_under_two_names(chance: Make) -> None:
    assert chance(("osm:1", {"name_en": "Wat Arun"}), ("osm:2", {"name_en": "Wat Arun Ratchawararam"})) == 0


def test_a_private_offer_is_a_known_place_only_when_that_is_near_certain(chance: Make, east: Make) -> None:
    offer = {"name_en": "Zanzibar Riverside Hostel", "category": "private_rental"}
    house = {"name_en": "Zanzibar Riverside Hostel", "category": "guesthouse"}
    assert chance(("airbnb:1", offer), ("osm:1", {**house, "lon": east(400)})) == 0
    assert chance(("airbnb:1", offer), ("osm:1", {**house, "name_en": "Zanzibar Hostel"})) == 0
    assert chance(("airbnb:1", offer), ("osm:1", {**house, "category": "restaurant"})) == 0


def test_sights_of_one_name_are_one_however_their_points_differ(chance: Make, east: Make) -> None:
    park = {"name_th": "อุทยานแห่งชาติเขาน้ำค้าง", "category": "national_park"}
    assert chance(("a:1", park), ("b:1", {**park, "lon": east(6000)})) >= 0.9
    cafe = {"name_th": "คาเฟ่เขาน้ำค้าง", "category": "cafe"}
    assert chance(("a:1", cafe), ("b:1", {**cafe, "lon": east(450)})) < 0.5
