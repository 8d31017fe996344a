from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ingest.clean.areas import distance_to_province_km
from ingest.places import Places

Clean = Callable[..., dict[str, Any]]
Why = Callable[..., tuple[str, ...]]


def test_stated_names_and_the_point_agree(clean_row: Clean) -> None:
    record = clean_row(province="กรุงเทพมหานคร", district="พระนคร")
    assert (record["province_code"], record["district_code"]) == ("TH-10", "1001")


def test_without_stated_names_the_point_tells(clean_row: Clean) -> None:
    record = clean_row(lat="18.7880", lon="98.9867")
    assert (record["province_code"], record["district_code"]) == ("TH-50", "5001")


def test_nan_is_a_province(clean_row: Clean) -> None:
    assert clean_row(province="Nan", lat="18.776", lon="100.773")["province_code"] == "TH-55"


def test_a_stated_district_counts_before_the_blurred_border_of_the_map(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"province": "Bangkok", "district": "Dusit"})
    assert places.records["district_code"].item() == "1002"
    assert places.notes == {"point_in_other_district": ["tat_attractions_th:1"]}


def test_an_unknown_district_is_noted_and_the_point_tells(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"province": "กรุงเทพมหานคร", "district": "เมืองบางกอก"})
    assert places.records["district_code"].item() == "1001"
    assert places.notes == {"district_unknown": ["tat_attractions_th:1"]}


def test_an_unknown_province_is_noted_and_the_point_tells(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"province": "Siam"})
    assert places.records["province_code"].item() == "TH-10"
    assert places.notes == {"province_unknown": ["tat_attractions_th:1"]}


@pytest.mark.parametrize(
    ("place", "province", "lat", "lon"),
    [
        ("a bridge on the border", "Phuket", "8.20176478", "98.29798792"),
        ("an island that the map leaves out", "สุราษฎร์ธานี", "10.084566", "99.825981"),
        ("the farthest islands", "พังงา", "8.65190856", "97.64688307"),
    ],
)
def test_a_point_near_its_province_is_accepted(
    place: str, province: str, lat: str, lon: str, why_rejected: Why
) -> None:
    assert why_rejected(name_en=place, province=province, lat=lat, lon=lon) == ()


@pytest.mark.parametrize(
    ("mistake", "province", "lat", "lon", "reason"),
    [
        ("a system's default point", "นครพนม", "13.76379474", "100.4967129", "point_in_other_province"),
        ("a place in Laos", "เลย", "18.40", "102.00", "point_far_from_province"),
        ("an island of another province", "กระบี่", "6.525208", "99.18121", "point_in_other_province"),
        ("a place in Laos, without a province", None, "18.90", "103.30", "point_abroad"),
    ],
)
def test_a_point_far_from_its_province_is_rejected(
    mistake: str, province: str | None, lat: str, lon: str, reason: str, why_rejected: Why
) -> None:
    assert why_rejected(name_en=mistake, province=province, lat=lat, lon=lon) == (reason,)


def test_the_distance_to_a_province_is_zero_inside_and_in_kilometres_outside() -> None:
    # The city of Chiang Mai; Bangkok, 389 km south and 212 km east of the province's southern end.
    away = distance_to_province_km("TH-50", np.array([18.79, 13.75]), np.array([98.99, 100.5]))
    assert away[0] == 0
    assert away[1] == pytest.approx(443, abs=5)
