"""Global models: one fit for many series, nothing for a few, and never a look ahead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from models.global_ml import GLOBAL_MODELS, LEAST_SERIES, global_forecasts
from models.lags import history_of, rows_at
from models.series import regular_panel

Make = Callable[..., pl.DataFrame]
Seasonal = Callable[..., list[float]]


@pytest.fixture(scope="module")
def panel(make_series: Make, seasonal: Seasonal) -> pl.DataFrame:
    """Series that grow by a tenth each year, in units from ones to billions."""
    parts = [
        make_series(
            [
                figure * 10.0 ** (seed % 9 - 3) * 1.1 ** (place / 12)
                for place, figure in enumerate(seasonal(72, seed=seed))
            ],
            name=f"s{seed:02d}",
        )
        for seed in range(LEAST_SERIES)
    ]
    return regular_panel(pl.concat(parts), season=12)


def test_growth_that_all_series_share_is_continued_in_every_unit(panel: pl.DataFrame) -> None:
    told = global_forecasts(panel, horizon=12, season=12)
    assert sorted(told["model"].unique()) == sorted(GLOBAL_MODELS)
    assert told.height == LEAST_SERIES * 12 * 3
    year_before = panel.group_by("unique_id").agg(base=pl.col("y").tail(12).mean())
    growth = (
        told.group_by("unique_id", "model")
        .agg(pl.col("yhat").mean())
        .join(year_before, on="unique_id")
        .select(pl.col("yhat") / pl.col("base"))
        .to_series()
    )
    assert growth.to_list() == pytest.approx([1.1] * len(growth), rel=0.02)


def test_the_same_panel_gives_the_same_forecasts_in_any_order(panel: pl.DataFrame) -> None:
    first = global_forecasts(panel, horizon=3, season=12)
    assert global_forecasts(panel, horizon=3, season=12).equals(first)


def test_few_series_are_left_to_models_that_see_one(panel: pl.DataFrame) -> None:
    few = panel.filter(pl.col("unique_id") != "s00")
    assert global_forecasts(few, horizon=3, season=12).height == 0


def test_a_series_shorter_than_two_seasons_is_left_out(panel: pl.DataFrame, make_series: Make) -> None:
    short = regular_panel(make_series([5.0] * 24, name="short"), season=12)
    told = global_forecasts(pl.concat([panel, short]), horizon=3, season=12)
    assert "short" not in told["unique_id"].unique()
    assert told["unique_id"].n_unique() == LEAST_SERIES


@pytest.mark.parametrize("season", [12, 4, 1])
def test_what_is_seen_at_an_origin_depends_on_nothing_after_it(season: int) -> None:
    draw = np.random.default_rng(3)
    values = draw.normal(size=(2, 60)).cumsum(axis=1)
    values[1, :20] = np.nan
    other = values.copy()
    other[:, 50:] = draw.normal(size=(2, 10)) * 100
    series, origin, steps = np.array([0, 1, 1]), np.array([49, 49, 40]), np.array([1, 3, 2])
    now, then = (rows_at(history_of(table, season), series, origin, steps) for table in (values, other))
    np.testing.assert_array_equal(now.features, then.features)
    np.testing.assert_array_equal(now.naive, values[series, origin + steps - season * ((steps - 1) // season + 1)])
