"""The four statistical models: what they say of easy and of hopeless series."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from models.baselines import BASELINES
from models.series import regular_panel
from models.statistical import STATISTICAL_MODELS, forecast_singles, statistical_forecasts

Make = Callable[..., pl.DataFrame]
Seasonal = Callable[..., list[float]]


def by_model(panel: pl.DataFrame, *, horizon: int, season: int = 12) -> dict[str, list[float]]:
    told = statistical_forecasts(regular_panel(panel, season=season), horizon=horizon, season=season)
    return {str(name): part["yhat"].to_list() for (name,), part in told.group_by("model", maintain_order=True)}


def test_a_seasonal_shape_is_continued(make_series: Make, seasonal: Seasonal) -> None:
    for model, told in by_model(make_series(seasonal(72, spread=0.02)), horizon=12).items():
        assert told == pytest.approx(seasonal(12), rel=0.05), model


@pytest.mark.parametrize("figures", [[5.0], [5.0, 6.0, 8.0], [float(figure) for figure in range(1, 12)]])
def test_a_series_shorter_than_a_season_is_given_its_last_figure(make_series: Make, figures: list[float]) -> None:
    told = by_model(make_series(figures), horizon=3)
    assert told == dict.fromkeys(sorted(STATISTICAL_MODELS), [figures[-1]] * 3)


def test_a_series_of_zeros_stays_zero_and_a_constant_stays_constant(make_series: Make) -> None:
    panel = pl.concat([make_series([0] * 40, name="zero"), make_series([7] * 40, name="seven")])
    told = statistical_forecasts(regular_panel(panel, season=12), horizon=6, season=12)
    for name, figure in (("zero", 0.0), ("seven", 7.0)):
        assert told.filter(pl.col("unique_id") == name)["yhat"].to_list() == pytest.approx([figure] * 24, abs=1e-6)


def test_an_intermittent_series_gets_figures_within_what_was_seen(make_series: Make) -> None:
    told = by_model(make_series([0, 0, 5, 0] * 15), horizon=12)
    assert all(0 <= figure <= 16 for figures in told.values() for figure in figures)


def test_a_steep_ramp_does_not_explode(make_series: Make) -> None:
    told = by_model(make_series([float(2**step) for step in range(26)]), horizon=24)
    assert max(max(figures) for figures in told.values()) <= 3 * 2**25 + 1


@pytest.mark.parametrize("season", [4, 1])
def test_quarters_and_years_have_the_same_models(make_series: Make, season: int) -> None:
    figures = [100.0, 80.0, 90.0, 120.0] * 6 if season == 4 else [100.0 + step for step in range(20)]
    told = by_model(make_series(figures, season=season), horizon=2, season=season)
    assert sorted(told) == sorted(STATISTICAL_MODELS)
    assert told["auto_ets"] == pytest.approx([100, 80] if season == 4 else [120, 121], rel=0.05)


def test_a_series_is_told_the_same_alone_as_beside_others(make_series: Make, seasonal: Seasonal) -> None:
    one = make_series(list(seasonal(48, spread=0.1)), name="one")
    other = make_series(list(seasonal(60, spread=0.2, seed=5)), name="other")
    alone = forecast_singles(regular_panel(one, season=12), horizon=6, season=12)
    beside = forecast_singles(regular_panel(pl.concat([other, one]), season=12), horizon=6, season=12)
    assert beside.filter(pl.col("unique_id") == "one").equals(alone)
    assert sorted(set(alone["model"])) == sorted((*BASELINES, *STATISTICAL_MODELS))
