"""The floor: seasonal naive and drift."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from models.baselines import baseline_forecasts, future
from models.series import regular_panel

Make = Callable[..., pl.DataFrame]


def told(panel: pl.DataFrame, model: str, *, horizon: int, season: int) -> list[float]:
    forecasts = baseline_forecasts(regular_panel(panel, season=season), horizon=horizon, season=season)
    return forecasts.filter(pl.col("model") == model).sort("horizon")["yhat"].to_list()


def test_seasonal_naive_repeats_the_last_season(make_series: Make) -> None:
    panel = make_series([1, 2, 3, 4, 5, 6, 7, 8], season=4)
    assert told(panel, "seasonal_naive", horizon=6, season=4) == [5, 6, 7, 8, 5, 6]


def test_a_series_shorter_than_a_season_repeats_its_last_figure(make_series: Make) -> None:
    assert told(make_series([1, 2, 9]), "seasonal_naive", horizon=3, season=12) == [9, 9, 9]


def test_drift_goes_on_along_the_line_from_first_to_last(make_series: Make) -> None:
    assert told(make_series([10, 50, 16]), "drift", horizon=2, season=12) == pytest.approx([19, 22])


def test_drift_of_one_figure_repeats_it_and_never_falls_below_zero(make_series: Make) -> None:
    assert told(make_series([7]), "drift", horizon=2, season=12) == [7, 7]
    assert told(make_series([30, 20, 10]), "drift", horizon=3, season=12) == [0, 0, 0]


@pytest.mark.parametrize(
    ("season", "expected"),
    [
        (12, [date(2014, 4, 1), date(2014, 5, 1)]),
        (4, [date(2014, 10, 1), date(2015, 1, 1)]),
        (1, [date(2017, 1, 1), date(2018, 1, 1)]),
    ],
)
def test_the_future_begins_after_the_last_period(make_series: Make, season: int, expected: list[date]) -> None:
    ahead = future(make_series([1, 2, 3], season=season), horizon=2, season=season)
    assert ahead["ds"].to_list() == expected
    assert ahead["horizon"].to_list() == [1, 2]


def test_each_series_has_its_own_future(make_series: Make) -> None:
    panel = pl.concat([make_series([1, 2], name="a"), make_series([1, 2, 3], name="b")])
    ahead = future(panel, horizon=1, season=12)
    assert dict(ahead.select("unique_id", "ds").iter_rows()) == {"a": date(2014, 3, 1), "b": date(2014, 4, 1)}
