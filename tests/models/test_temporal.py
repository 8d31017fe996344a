"""Quarters and years agree with their months."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from models.temporal import totals


def told(months: int, *, start: date = date(2024, 6, 1), name: str = "a", bounds: bool = True) -> pl.DataFrame:
    """10, 11, 12 ... each with half and double as its bounds."""
    dates = [date(start.year + (start.month - 1 + i) // 12, (start.month - 1 + i) % 12 + 1, 1) for i in range(months)]
    figures = [10.0 + i for i in range(months)]
    return pl.DataFrame(
        {
            "unique_id": name,
            "ds": dates,
            "model": "ensemble",
            "cutoff": date(2024, 5, 1),
            "yhat": figures,
            "lo_80": [figure / 2 if bounds else None for figure in figures],
            "hi_80": [figure * 2 if bounds else None for figure in figures],
        },
        schema_overrides={"lo_80": pl.Float64, "hi_80": pl.Float64},
    )


KNOWN = pl.DataFrame({"unique_id": "a", "ds": [date(2024, month, 1) for month in range(1, 6)], "y": 1.0})
NO_RATE = pl.lit(False)


def test_a_quarter_adds_known_and_forecast_months_and_known_ones_have_no_width() -> None:
    quarters = totals(told(7), KNOWN, frequency="Q", averaged=NO_RATE)
    assert quarters["ds"].to_list() == [date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)]
    first, second, _third = quarters.iter_rows(named=True)
    assert (first["yhat"], first["lo_80"], first["hi_80"], first["months_known"]) == (12, 7, 22, 2)
    assert (second["yhat"], second["lo_80"], second["hi_80"], second["months_known"]) == (36, 18, 72, 0)


def test_years_and_quarters_agree() -> None:
    (year,) = totals(told(7), KNOWN, frequency="Y", averaged=NO_RATE).iter_rows(named=True)
    quarters = totals(told(7), KNOWN, frequency="Q", averaged=NO_RATE)
    assert year["yhat"] == pytest.approx(quarters["yhat"].sum() + 3)
    assert year["hi_80"] == pytest.approx(quarters["hi_80"].sum() + 3)


def test_a_rate_is_averaged() -> None:
    quarters = totals(told(4), KNOWN, frequency="Q", averaged=pl.lit(True))
    assert quarters["yhat"].to_list() == [4, 12]


def test_a_quarter_of_which_a_month_is_missing_is_left_out() -> None:
    assert totals(told(3), KNOWN, frequency="Q", averaged=NO_RATE)["ds"].to_list() == [date(2024, 4, 1)]
    assert totals(told(3), KNOWN.head(0), frequency="Q", averaged=NO_RATE).is_empty()


def test_a_total_of_months_without_bounds_has_none() -> None:
    quarters = totals(told(4, bounds=False), KNOWN, frequency="Q", averaged=NO_RATE)
    assert quarters["lo_80"].to_list() == [None, None]
