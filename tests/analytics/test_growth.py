"""Growth taken apart, shares and concentration."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tic.analytics.growth import concentration, growth_by_part, rolling_year


def parts(**values: float) -> pl.DataFrame:
    return pl.DataFrame(
        {"market": list(values), "value": list(values.values())}, schema={"market": pl.String, "value": pl.Float64}
    )


def test_points_of_the_parts_add_up_to_the_growth_of_the_whole() -> None:
    growth = growth_by_part(parts(europe=40, asia=60), parts(europe=30, asia=90), key="market")
    assert (growth.before, growth.now, growth.growth_pct) == (100.0, 120.0, pytest.approx(20.0))
    assert growth.parts.to_dicts() == [
        {"market": "asia", "before": 60.0, "now": 90.0, "change_pct": 50.0, "points": 30.0, "share_pct": 75.0},
        {"market": "europe", "before": 40.0, "now": 30.0, "change_pct": -25.0, "points": -10.0, "share_pct": 25.0},
    ]


def test_a_part_that_appears_or_goes_counts_from_and_to_zero() -> None:
    growth = growth_by_part(parts(old=50, gone=50), parts(old=50, new=20), key="market")
    points = dict(growth.parts.select("market", "points").iter_rows())
    assert points == {"gone": -50.0, "new": 20.0, "old": 0.0}
    changes = dict(growth.parts.select("market", "change_pct").iter_rows())
    assert changes == {"gone": -100.0, "new": None, "old": 0.0}


def test_from_nothing_no_rate_of_growth_is_told() -> None:
    growth = growth_by_part(parts(a=0), parts(a=5), key="market")
    assert (growth.growth_pct, growth.parts["points"].to_list(), growth.parts["share_pct"].to_list()) == (
        None,
        [None],
        [100.0],
    )


def test_a_part_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="market is there twice"):
        growth_by_part(pl.concat([parts(a=1), parts(a=2)]), parts(a=1), key="market")


def test_concentration_is_the_sum_of_squared_shares() -> None:
    frame = pl.concat(
        [
            parts(a=1, b=1, c=1, d=1).with_columns(year=2018),
            parts(a=8, b=2).with_columns(year=2019),
            parts(a=0, b=0).with_columns(year=2020),
        ]
    )
    assert concentration(frame, by="year").to_dicts() == [
        {"year": 2018, "hhi": 0.25, "effective_parts": 4.0, "top_share_pct": 25.0},
        {"year": 2019, "hhi": pytest.approx(0.68), "effective_parts": pytest.approx(1 / 0.68), "top_share_pct": 80.0},
    ]
    with pytest.raises(ValueError, match="negative"):
        concentration(parts(a=-1, b=2).with_columns(year=1), by="year")


def test_a_rolling_year_has_twelve_months_without_a_gap() -> None:
    periods = [date(2019 + month // 12, month % 12 + 1, 1) for month in range(15)]
    series = pl.DataFrame({"period": periods, "value": [1.0] * 12 + [5.0] * 3})
    assert rolling_year(series)["value"].to_list() == [12.0, 16.0, 20.0, 24.0]
    with_gap = series.filter(pl.col("period") != date(2019, 6, 1))
    assert rolling_year(with_gap).is_empty()
    two = pl.concat([series.with_columns(market=pl.lit("a")), series.with_columns(market=pl.lit("b"))])
    assert rolling_year(two, by="market").height == 8
