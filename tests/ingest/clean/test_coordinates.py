from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ingest.places import Places


@pytest.mark.parametrize(
    ("lat", "lon", "reason"),
    [
        (None, None, "point_missing"),
        ("13.7", None, "point_missing"),
        ("north", "100.5", "point_unreadable"),
        ("NaN", "100.5", "point_unreadable"),
        ("0", "0.0", "point_zero"),
        ("137.5", "1000.5", "point_absurd"),
        ("-13.7", "100.5", "point_abroad"),
        ("48.85", "2.35", "point_abroad"),
    ],
)
def test_a_bad_point_is_rejected_for_one_reason(
    lat: str | None, lon: str | None, reason: str, why_rejected: Callable[..., tuple[str, ...]]
) -> None:
    assert why_rejected(lat=lat, lon=lon, province="กรุงเทพมหานคร") == (reason,)


def test_a_decimal_comma_is_a_point(clean_row: Callable[..., dict[str, Any]]) -> None:
    record = clean_row(lat="13,7465", lon="100,493")
    assert (record["lat"], record["lon"]) == (13.7465, 100.493)


def test_swapped_coordinates_are_put_right_and_noted(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"lat": "100.4930", "lon": "13.7465", "province": "กรุงเทพมหานคร"})
    record = places.records.row(0, named=True)
    assert (record["lat"], record["lon"], record["province_code"]) == (13.7465, 100.493, "TH-10")
    assert places.notes == {"lat_lon_swapped": ["tat_attractions_th:1"]}


def test_swapped_coordinates_in_another_province_than_stated_are_rejected(
    why_rejected: Callable[..., tuple[str, ...]],
) -> None:
    assert why_rejected(lat="100.4930", lon="13.7465", province="เชียงใหม่") == ("point_in_other_province",)
