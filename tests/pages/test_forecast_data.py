"""What the forecast page makes of the tables of a run."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pages._forecast_data import by_band, coming_year, parts_of, residuals, wholes_of

KNOWN = frozenset(
    f"visitors/{area}/{market}"
    for area in ("TH", "south", "north", "TH-83", "TH-81", "TH-50")
    for market in ("all", "thai", "foreign")
)


def test_a_series_consists_of_the_areas_one_step_down_and_of_its_markets() -> None:
    assert parts_of("visitors/TH/all", KNOWN) == [
        "visitors/north/all",
        "visitors/south/all",
        "visitors/TH/foreign",
        "visitors/TH/thai",
    ]
    assert parts_of("visitors/south/thai", KNOWN) == ["visitors/TH-81/thai", "visitors/TH-83/thai"]
    assert parts_of("visitors/TH-83/thai", KNOWN) == []


def test_a_series_is_a_part_of_its_larger_area_and_of_all_markets() -> None:
    assert wholes_of("visitors/TH-83/thai", KNOWN) == ["visitors/TH-83/all", "visitors/south/thai"]
    assert wholes_of("visitors/TH/all", KNOWN) == []


def test_regions_of_residence_are_parts_of_their_own_sum() -> None:
    known = frozenset({"arrivals/TH/all", "arrivals/TH/regions", "arrivals/TH/europe"})
    assert parts_of("arrivals/TH/regions", known) == ["arrivals/TH/europe"]
    assert parts_of("arrivals/TH/all", known) == wholes_of("arrivals/TH/regions", known) == []
    assert wholes_of("arrivals/TH/europe", known) == ["arrivals/TH/regions"]


def test_the_next_year_adds_figures_and_averages_rates() -> None:
    months = [date(2026 + i // 12, i % 12 + 1, 1) for i in range(13)]
    rows = [
        pl.DataFrame({"unique_id": name, "model": "ensemble", "ds": months, "horizon": range(1, 14), "yhat": 5.0})
        for name in ("visitors/TH/all", "occupancy_pct/TH/all")
    ]
    assert dict(coming_year(pl.concat(rows)).iter_rows()) == {"visitors/TH/all": 60, "occupancy_pct/TH/all": 5}


def past() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "unique_id": "a",
            "model": "ensemble",
            "ds": [date(2026, 1, 1), date(2026, 5, 1), date(2026, 6, 1)],
            "horizon": [1, 5, 6],
            "y": [100.0, 0.0, 50.0],
            "yhat": [90.0, 10.0, 60.0],
            "scale": 10.0,
            "lo_80": [95.0, None, 40.0],
            "hi_80": [105.0, None, 70.0],
            "lo_95": [80.0, None, 30.0],
            "hi_95": [120.0, None, 80.0],
        }
    )


def test_errors_are_percent_of_the_truth_and_positive_where_too_little_was_told() -> None:
    assert residuals(past(), "ensemble").rows() == [(date(2026, 1, 1), 10.0, "1–3"), (date(2026, 6, 1), -20.0, "4–12")]


def test_errors_are_counted_by_months_ahead() -> None:
    near, far = by_band(past(), ("model",)).iter_rows(named=True)
    assert (near["band"], near["months"], near["mase"], near["covered_80"], near["covered_95"]) == ("1–3", 1, 1, 1, 1)
    assert (far["band"], far["months"], far["mape"], far["covered_80"]) == ("4–12", 2, pytest.approx(20), 1)
