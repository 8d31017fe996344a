"""Summaries of figures for the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.summaries import (
    by_market,
    change_pct,
    foreign_guests,
    latest_month,
    monthly,
    periods,
    provinces,
    year_to_date,
)


def figures(*rows: dict[str, Any]) -> pl.LazyFrame:
    """Observations with the usual values where a row names none."""
    usual = {
        "indicator": "arrivals",
        "unit": "persons",
        "area": "TH",
        "market": "all",
        "frequency": "M",
        "status": "final",
        "source": "mots",
        "as_of": date(2026, 6, 1),
    }
    return pl.LazyFrame([{**usual, **row} for row in rows], schema=OBSERVATION_SCHEMA)


def year(number: int, value: float, *, months: int = 12) -> list[dict[str, Any]]:
    return [{"period": date(number, month, 1), "value": value} for month in range(1, months + 1)]


def test_the_newest_month_is_compared_with_the_same_month_of_both_years() -> None:
    found = latest_month(monthly(figures(*year(2019, 200), *year(2025, 100), *year(2026, 110, months=3)), "arrivals"))
    assert found is not None
    assert (found.period, found.value) == (date(2026, 3, 1), 110)
    assert found.last_year_pct == pytest.approx(10)
    assert found.reference_pct == pytest.approx(-45)


def test_the_year_to_date_sums_the_same_months() -> None:
    found = year_to_date(monthly(figures(*year(2019, 200), *year(2025, 100), *year(2026, 110, months=3)), "arrivals"))
    assert found is not None
    assert found.value == 330
    assert found.last_year_pct == pytest.approx(10)


def test_a_gap_makes_a_comparison_impossible_and_not_wrong() -> None:
    rows = [*year(2025, 100)[1:], *year(2026, 110, months=3)]
    found = year_to_date(monthly(figures(*rows), "arrivals"))
    assert found is not None
    assert (found.value, found.last_year_pct, found.reference_pct) == (330, None, None)
    gap = [row for row in year(2026, 110, months=3) if row["period"].month != 2]
    assert year_to_date(monthly(figures(*gap), "arrivals")) is None
    assert latest_month(monthly(figures(), "arrivals")) is None


def test_one_preliminary_month_makes_the_year_preliminary() -> None:
    rows = year(2026, 110, months=3)
    rows[0] |= {"status": "preliminary", "as_of": date(2026, 7, 1)}
    found = year_to_date(monthly(figures(*rows), "arrivals"))
    assert found is not None
    assert (found.status, found.as_of) == ("preliminary", date(2026, 7, 1))
    month = latest_month(monthly(figures(*rows), "arrivals"))
    assert month is not None
    assert month.status == "final"


def test_a_series_is_that_of_the_source_that_is_named() -> None:
    rows = [{"period": date(2026, 1, 1), "value": value, "source": source} for source, value in (("a", 1), ("b", 2))]
    assert monthly(figures(*rows), "arrivals", source="b")["value"].to_list() == [2]


def test_markets_are_those_that_add_up_of_one_source() -> None:
    rows = [
        {"period": date(2023, 1, 1), "value": 5, "market": market, "source": source}
        for market in ("europe", "all", "thai")
        for source in ("mots_arrivals_by_region", "another")
    ]
    found = by_market(figures(*rows))
    assert found.select("market", "source").rows() == [("europe", "mots_arrivals_by_region")]


def province(area: str, when: date, value: float, **row: Any) -> dict[str, Any]:
    return {"indicator": "visitors", "area": area, "period": when, "value": value, **row}


def test_provinces_are_ranked_with_the_change_on_the_year_before() -> None:
    now, before = date(2024, 9, 1), date(2023, 9, 1)
    scan = figures(
        province("TH-10", now, 50),
        province("TH-10", before, 40),
        province("TH-83", now, 90),
        province("TH-50", now, 90),
        province("TH-50", before, 0),
        province("TH", now, 230),
    )
    found = provinces(scan, "visitors", market="all", frequency="M", period=now)
    assert found.select("area", "value", "last_year", "change_pct").rows() == [
        ("TH-50", 90, 0, None),
        ("TH-83", 90, None, None),
        ("TH-10", 50, 40, 25),
    ]


def test_the_later_statement_of_the_same_figure_holds() -> None:
    now = date(2022, 9, 1)
    scan = figures(
        province("TH-10", now, 1, source="new", as_of=date(2024, 1, 1)),
        province("TH-10", now, 2, source="old", as_of=date(2023, 1, 1)),
    )
    found = provinces(scan, "visitors", market="all", frequency="M", period=now)
    assert found.select("value", "source").rows() == [(1, "new")]


def test_periods_are_those_of_the_market_that_is_asked_for_the_newest_first() -> None:
    scan = figures(
        province("TH-10", date(2024, 1, 1), 1),
        province("TH-10", date(2024, 2, 1), 1),
        province("TH-10", date(2024, 3, 1), 1, market="thai"),
        province("TH", date(2024, 4, 1), 1),
    )
    assert periods(scan, "visitors", market="all", frequency="M") == [date(2024, 2, 1), date(2024, 1, 1)]
    assert periods(scan, "visitors", market="all", frequency="Y") == []


def test_a_change_needs_a_base() -> None:
    assert change_pct(110, 100) == pytest.approx(10)
    assert change_pct(110, None) is None
    assert change_pct(110, 0) is None


def test_foreign_guests_are_the_guests_of_each_province_in_the_share_of_its_foreign_visitors() -> None:
    figures = {"guests": {"all": (100.0, 50.0)}, "visitors": {"all": (200.0, 100.0), "foreign": (50.0, 100.0)}}
    rows = [
        (code, "persons", area, market, "M", date(2024, 1, 1), value, "final", "mots_province_monthly", None)
        for code, markets in figures.items()
        for market, values in markets.items()
        for area, value in zip(("TH-50", "TH-83"), values, strict=True)
    ]
    told = foreign_guests(pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row").lazy())
    assert told.rows() == [(date(2024, 1, 1), 100 * 50 / 200 + 50.0)]
