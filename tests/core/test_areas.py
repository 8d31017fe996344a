"""Areas: codes, names, and which province a point lies in."""

from __future__ import annotations

import pytest

from tic.core.areas import area_name, district_at, districts, find_district, find_province, province_at, provinces
from tic.core.geo import Point


def test_there_are_77_provinces_and_928_districts() -> None:
    assert len(provinces()) == 77
    assert len(districts()) == 928


def test_every_province_has_districts_and_a_label_point_inside_itself() -> None:
    for code, province in provinces().items():
        assert any(district.province_code == code for district in districts().values())
        assert province_at(Point(province.lat, province.lon), tolerance_rings=1) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("กรุงเทพมหานคร", "TH-10"),
        ("กทม.", "TH-10"),
        ("Krung Thep", "TH-10"),
        ("จังหวัดภูเก็ต", "TH-83"),
        ("Phuket Province", "TH-83"),
        ("โคราช", "TH-30"),
        ("Chonburi", "TH-20"),
        ("CHON BURI", "TH-20"),
        ("Buriram", "TH-31"),
        ("Sisaket", "TH-33"),
        ("Bueng Kan", "TH-38"),
    ],
)
def test_a_province_is_found_by_the_names_people_use(name: str, code: str) -> None:
    assert find_province(name) == code


def test_an_unknown_or_empty_name_finds_nothing() -> None:
    assert find_province("Atlantis") is None
    assert find_province("") is None


@pytest.mark.parametrize(
    ("point", "district"),
    [
        (Point(13.7500, 100.4913), "1001"),  # the Grand Palace
        (Point(18.7883, 98.9853), "5001"),  # the old town of Chiang Mai
        (Point(7.8804, 98.3923), "8301"),  # Phuket town
    ],
)
def test_a_point_lies_in_its_district(point: Point, district: str) -> None:
    assert district_at(point) == district


def test_a_point_abroad_lies_in_no_province() -> None:
    assert province_at(Point(17.9757, 102.6331)) is None  # Vientiane
    assert province_at(Point(0, 0), tolerance_rings=2) is None


def test_a_pier_beyond_the_generalised_coast_is_found_with_tolerance() -> None:
    assert province_at(Point(7.8207, 98.3475), tolerance_rings=2) == "TH-83"  # Chalong pier


@pytest.mark.parametrize(
    ("point", "district"),
    [
        (Point(10.0956, 99.8404), "8405"),  # Mae Hat on Ko Tao
        (Point(7.7407, 98.7740), "8101"),  # Ko Phi Phi Don
        (Point(6.4880, 99.3030), "9101"),  # Ko Lipe
        (Point(12.5660, 101.4500), "2101"),  # Ko Samet
    ],
)
def test_an_island_that_the_generalised_outline_leaves_out_has_its_district(point: Point, district: str) -> None:
    assert district_at(point) == district


def test_an_island_takes_nothing_from_the_mainland_beside_it() -> None:
    assert district_at(Point(12.6800, 100.9000)) == "2009"


def test_a_district_is_found_by_name_within_its_province() -> None:
    assert find_district("TH-10", "เขตพระนคร") == "1001"
    assert find_district("TH-50", "Mueang Chiang Mai") == "5001"


def test_area_names_follow_the_language() -> None:
    assert area_name("TH", "en") == "Thailand"
    assert area_name("northeast", "th") == "ภาคตะวันออกเฉียงเหนือ"
    assert area_name("TH-50", "en") == "Chiang Mai"
    assert area_name("1001", "th") == "พระนคร"
