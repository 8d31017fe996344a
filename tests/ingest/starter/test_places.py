from __future__ import annotations

import csv
import importlib.util
import re
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest
from opening_hours import OpeningHours
from shapely.geometry import box

from directory.categories import categories
from tic.core.areas import province_at, provinces
from tic.core.geo import Point

HERE = Path(__file__).parent
COLUMNS = [
    "id",
    "name_th",
    "name_en",
    "aliases",
    "category",
    "province_code",
    "lat",
    "lon",
    "website",
    "phone",
    "opening_hours",
]


def _load_check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("starter_check_places", HERE / "check_places.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


check = _load_check()
FILES = sorted(check.STARTER.glob("places_*.csv"))
ROWS: list[dict[str, str]] = [row for path in FILES for row in check.read_rows(path)]
needs_shared = pytest.mark.skipif(
    not (check.PROVINCES.exists() and check.LISTINGS.exists()),
    reason="../shared/data with boundaries and listings is not beside the project",
)


@lru_cache(maxsize=1)
def found_differences() -> tuple[tuple[str, str], ...]:
    return tuple((item.place_id, item.kind) for item in check.differences(check.read_places()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_has_exactly_the_agreed_columns_and_no_byte_order_mark(path: Path) -> None:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert rows[0] == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}


def test_the_set_holds_at_least_eight_hundred_and_forty_places() -> None:
    assert len(ROWS) >= 840


def test_ids_are_unique() -> None:
    assert [key for key, count in Counter(row["id"] for row in ROWS).items() if count > 1] == []


def test_an_id_is_a_slug_that_starts_with_the_digits_of_its_province() -> None:
    wrong = [
        row["id"]
        for row in ROWS
        if not re.fullmatch(rf"th{row['province_code'][3:]}-[a-z0-9]+(-[a-z0-9]+)*", row["id"])
    ]
    assert wrong == []


def test_every_category_is_a_known_leaf() -> None:
    parents = {item.parent for item in categories().values()}
    leaves = {code for code in categories() if code not in parents}
    assert {row["category"] for row in ROWS} - leaves == set()


def test_every_province_has_at_least_six_places() -> None:
    counts = Counter(row["province_code"] for row in ROWS)
    assert set(counts) <= set(provinces())
    assert [code for code in provinces() if counts[code] < 6] == []


def test_no_place_is_listed_twice_under_one_name_and_category_in_a_province() -> None:
    counts = Counter((row["province_code"], row["category"], row["name_th"]) for row in ROWS)
    assert [key for key, count in counts.items() if count > 1] == []


def test_thai_names_are_in_thai_script_and_english_names_are_not() -> None:
    thai = re.compile(r"[\u0e00-\u0e7f]")
    assert [row["id"] for row in ROWS if not thai.search(row["name_th"])] == []
    assert [row["id"] for row in ROWS if not row["name_en"] or thai.search(row["name_en"])] == []


def test_no_field_has_stray_blanks_and_no_alias_is_empty() -> None:
    assert [row["id"] for row in ROWS for value in row.values() if value != value.strip()] == []
    aliases = [(row["id"], alias) for row in ROWS if row["aliases"] for alias in row["aliases"].split("|")]
    assert [item for item in aliases if item[1] != item[1].strip() or not item[1]] == []


def test_coordinates_have_four_or_five_decimals() -> None:
    pattern = re.compile(r"\d{1,3}\.\d{4,5}")
    wrong = [row["id"] for row in ROWS for key in ("lat", "lon") if not pattern.fullmatch(row[key])]
    assert wrong == []


def test_a_website_is_https_and_a_phone_is_international() -> None:
    assert [row["website"] for row in ROWS if row["website"] and not row["website"].startswith("https://")] == []
    phone = re.compile(r"\+66( \d{1,4}){2,4}")
    assert [row["phone"] for row in ROWS if row["phone"] and not phone.fullmatch(row["phone"])] == []


@pytest.mark.parametrize("hours", sorted({row["opening_hours"] for row in ROWS} - {""}))
def test_opening_hours_can_be_read(hours: str) -> None:
    assert str(OpeningHours(hours)) != ""


def test_an_inland_place_is_found_in_its_province_by_the_product_itself() -> None:
    places = {place.id: place for place in check.read_places()}
    for place_id, code in (("th50-wat-chedi-luang", "TH-50"), ("th30-thao-suranari-monument", "TH-30")):
        assert province_at(places[place_id].point) == code


@needs_shared
def test_every_place_lies_in_its_province_or_has_a_reason_not_to() -> None:
    known = check.known_differences()
    outside = [place_id for place_id, kind in found_differences() if kind == "province"]
    assert [place_id for place_id in outside if (place_id, "province") not in known] == []


@needs_shared
def test_same_named_published_places_agree_within_two_kilometres_or_a_reason_is_given() -> None:
    known = check.known_differences()
    apart = [place_id for place_id, kind in found_differences() if kind == "name"]
    assert [place_id for place_id in apart if (place_id, "name") not in known] == []


@needs_shared
def test_a_known_difference_is_still_one() -> None:
    assert sorted(set(check.known_differences()) - set(found_differences())) == []


@needs_shared
def test_most_places_are_confirmed_by_a_published_one() -> None:
    references = check.read_references()
    confirmed = sum(
        any(away_km <= check.AGREEMENT_KM for away_km, _ in check.same_named(place, references[place.province_code]))
        for place in check.read_places()
    )
    assert confirmed / len(ROWS) > 0.7


def test_a_known_difference_names_a_place_a_kind_and_a_reason() -> None:
    rows = check.read_rows(check.KNOWN)
    assert {row["kind"] for row in rows} <= {"name", "province"}
    assert {row["id"] for row in rows} <= {row["id"] for row in ROWS}
    assert [row["id"] for row in rows if len(row["reason"]) < 10] == []
    assert len(check.known_differences()) == len(rows)


def test_names_are_compared_without_brackets_case_and_blanks() -> None:
    assert check.name_forms("Wat Khaek (Sala Kaeo Ku)") == ("watkhaeksalakaeoku", "watkhaek", "salakaeoku")


def test_the_nearest_same_named_place_comes_first() -> None:
    place = check.Place("th00-x", ("Wat Mahathat",), "TH-64", Point(17.0, 99.7))
    far = check.Reference("wat mahathat", Point(17.5, 99.7), "made")
    near = check.Reference("Wat Maha That", Point(17.01, 99.7), "made")
    other = check.Reference("Wat Si Chum", Point(17.0, 99.7), "made")
    matches = check.same_named(place, [far, other, near])
    assert [reference for _, reference in matches] == [near, far]
    assert matches[0][0] == pytest.approx(1.112, abs=0.002)


def test_distance_to_an_outline_is_zero_inside_and_in_kilometres_outside() -> None:
    outline = box(100.0, 10.0, 101.0, 60.0)
    assert check.distance_to_outline_km(Point(20.0, 100.5), outline) == 0.0
    assert check.distance_to_outline_km(Point(59.9, 102.0), outline) == pytest.approx(55.8, abs=0.2)
    assert check.distance_to_outline_km(Point(9.9, 100.5), outline) == pytest.approx(11.12, abs=0.01)
