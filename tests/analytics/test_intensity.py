"""Spend, room revenue, recovery, density and pressure."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tic.analytics.intensity import (
    density,
    foreign_share_pct,
    pressure_pct,
    province_areas_km2,
    recovery_pct,
    revpar_thb,
    spend_per_visitor_thb,
)


def test_ratios_have_no_value_without_a_base() -> None:
    frame = pl.DataFrame({"receipts_thb": [3000.0, 10.0, 5.0], "visitors": [2.0, 0.0, None]})
    assert spend_per_visitor_thb(frame)["spend_per_visitor_thb"].to_list() == [1500.0, None, None]
    shares = pl.DataFrame({"thai": [30.0, 0.0], "foreign": [10.0, 0.0]})
    assert foreign_share_pct(shares)["foreign_share_pct"].to_list() == [25.0, None]
    recovered = pl.DataFrame({"value": [80.0, 1.0], "reference": [100.0, None]})
    assert recovery_pct(recovered)["recovery_pct"].to_list() == [80.0, None]


def test_revenue_per_available_room_is_occupancy_times_rate() -> None:
    frame = pl.DataFrame({"occupancy_pct": [75.0], "room_rate_thb": [1600.0]})
    assert revpar_thb(frame)["revpar_thb"].to_list() == [1200.0]


@pytest.mark.parametrize(
    ("code", "published_km2"), [("TH-10", 1568.7), ("TH-50", 20107), ("TH-83", 543), ("TH-30", 20494)]
)
def test_areas_of_provinces_are_those_that_are_published(code: str, published_km2: float) -> None:
    areas = province_areas_km2()
    assert len(areas) == 77
    assert areas[code] == pytest.approx(published_km2, rel=0.12)


def test_thailand_has_half_a_million_square_kilometres() -> None:
    assert sum(province_areas_km2().values()) == pytest.approx(513_120, rel=0.02)


def test_density_is_visitors_of_a_day_per_square_kilometre() -> None:
    phuket = province_areas_km2()["TH-83"]
    frame = density(pl.DataFrame({"area": ["TH-83", "TH"], "visitors": [310.0 * phuket, 1.0]}), days=31)
    assert frame["visitors_per_km2_day"].to_list() == [pytest.approx(10.0), None]


def test_pressure_is_measured_against_the_busiest_month_of_the_reference_year() -> None:
    series = pl.DataFrame(
        {
            "area": ["a", "a", "a", "b"],
            "period": [date(2019, 1, 1), date(2019, 2, 1), date(2023, 1, 1), date(2023, 1, 1)],
            "value": [50.0, 200.0, 220.0, 5.0],
        }
    )
    told = pressure_pct(series, reference_year=2019)
    assert told["pressure_pct"].to_list() == [25.0, 100.0, pytest.approx(110.0), None]
