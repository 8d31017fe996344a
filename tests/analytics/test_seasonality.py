"""Seasons: indices, Gini coefficient and the busiest month, on plain numbers and on the official arrivals."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import polars as pl
import pytest

from tic.analytics.seasonality import month_by_year, seasonal_indices, seasonality_by_year
from tic.analytics.summaries import monthly


def year_of(values: list[float], year: int = 2019) -> pl.DataFrame:
    periods = [date(year, month, 1) for month in range(1, len(values) + 1)]
    return pl.DataFrame({"period": periods, "value": values}, schema={"period": pl.Date, "value": pl.Float64})


@pytest.fixture(scope="module")
def arrivals() -> pl.DataFrame:
    """Monthly arrivals of the starter set, from 2013 on."""
    path = str(files("ingest.starter") / "statistics.parquet")
    return monthly(pl.scan_parquet(path), "arrivals", source="mots_arrivals_monthly")


def test_months_that_are_alike_have_no_season() -> None:
    flat = year_of([5.0] * 12)
    assert seasonal_indices(flat)["index"].to_list() == [100.0] * 12
    assert seasonality_by_year(flat).row(0, named=True) == {
        "year": 2019,
        "total": 60.0,
        "gini": pytest.approx(0.0, abs=1e-12),
        "peak_month": 1,
        "peak_share_pct": pytest.approx(100 / 12),
    }


def test_a_year_in_one_month_is_as_uneven_as_a_year_can_be() -> None:
    told = seasonality_by_year(year_of([0.0] * 6 + [24.0] + [0.0] * 5)).row(0, named=True)
    assert told["gini"] == pytest.approx(11 / 12)
    assert (told["peak_month"], told["peak_share_pct"]) == (7, 100.0)


def test_the_gini_coefficient_is_that_of_the_mean_difference() -> None:
    values = [float(number) for number in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8)]
    differences = sum(abs(one - other) for one in values for other in values)
    expected = differences / (2 * 12 * sum(values))
    assert seasonality_by_year(year_of(values))["gini"].to_list() == [pytest.approx(expected)]


def test_years_that_are_not_complete_and_those_of_a_break_do_not_count() -> None:
    series = pl.concat([year_of([1.0, 3.0] * 6), year_of([9.0] * 12, 2020), year_of([7.0] * 5, 2023)])
    indices = seasonal_indices(series)
    assert indices["index"].to_list() == [50.0, 150.0] * 6
    assert set(indices["years"]) == {1}
    assert seasonality_by_year(series)["year"].to_list() == [2019, 2020]
    assert seasonal_indices(year_of([1.0] * 11)).is_empty()
    assert seasonality_by_year(year_of([0.0] * 12)).is_empty()


def test_every_month_stands_in_its_year_with_its_share_of_complete_ones() -> None:
    series = pl.concat([year_of([1.0] * 11 + [9.0]), year_of([4.0], 2020)])
    cells = month_by_year(series)
    assert cells.row(11) == (2019, 12, 9.0, 45.0)
    assert cells.row(12) == (2020, 1, 4.0, None)


def test_arrivals_of_thailand_are_highest_in_the_cool_season(arrivals: pl.DataFrame) -> None:
    indices = seasonal_indices(arrivals)
    assert indices["index"].mean() == pytest.approx(100.0)
    by_month = dict(indices.select("month", "index").iter_rows())
    assert max(by_month, key=by_month.__getitem__) in {12, 1, 2}
    assert by_month[12] > 110 > 95 > by_month[9]
    years = {row["year"]: row for row in seasonality_by_year(arrivals).iter_rows(named=True)}
    assert years[2019]["total"] == pytest.approx(39.9e6, rel=0.01)
    # Nearly everything of 2020 came before the borders were closed in April.
    assert years[2020]["gini"] > 0.6 > 0.1 > years[2019]["gini"]
