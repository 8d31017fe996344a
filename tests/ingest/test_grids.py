from __future__ import annotations

import polars as pl
import pytest

from ingest.grids import dms_to_degrees, utm_to_degrees
from tic.core.geo import Point, distance_km


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("13°45'0\"N", 13.75),
        ("13° 45′ 00″ N", 13.75),
        ("13 45 0", 13.75),
        ("N 13 45.0", 13.75),
        ("13:45:00", 13.75),
        ("100°29'33.6\"E", 100.4926667),
        ("๑๓ องศา ๔๕ ลิปดา ๐ ฟิลิปดา", 13.75),
        ("13°45'0\"S", -13.75),
        ("-13 45 0", -13.75),
        ("13 45 0 S", -13.75),
        ("13.75", None),
        ("13°75'0\"N", None),
        ("13°45'61\"N", None),
        ("N 13 45 0 S", None),
        ("somewhere", None),
    ],
)
def test_degrees_minutes_and_seconds_are_read_as_people_write_them(text: str, degrees: float | None) -> None:
    read = dms_to_degrees(text)
    assert read is None if degrees is None else read == pytest.approx(degrees, abs=1e-6)


def grid(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["easting", "northing", "zone"], orient="row")


def test_the_middle_of_each_zone_lies_on_its_meridian() -> None:
    found = utm_to_degrees(grid(("500000", "1520000", "47"), ("500,000", "1520000", "48N")), "wgs84")
    assert found["lon"].to_list() == pytest.approx([99.0, 105.0])
    assert found["lat"].to_list() == pytest.approx([13.749, 13.749], abs=0.001)


def test_older_maps_lie_some_hundred_metres_off() -> None:
    rows = grid(("661343", "1520735", "47"))
    (new,), (old,) = (
        [Point(*row) for row in utm_to_degrees(rows, datum).select("lat", "lon").iter_rows()]
        for datum in ("wgs84", "indian1975")
    )
    assert distance_km(new, old) == pytest.approx(0.45, abs=0.02)


@pytest.mark.parametrize("row", [("13.75", "100.49", "47"), ("500000", "9999999", "47"), ("500000", "1520000", "31")])
def test_what_is_not_on_the_grid_of_thailand_is_no_point(row: tuple[str, str, str]) -> None:
    assert utm_to_degrees(grid(row), "wgs84").row(0) == (None, None)
