"""From a panel to forecasts, intervals and the account of how good they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from models.forecast import ForecastResult, forecast_panel
from models.series import PanelError
from tic.core.i18n import tell

Make = Callable[..., pl.DataFrame]
Seasonal = Callable[..., list[float]]
MODELS = ["auto_arima", "auto_ets", "ces", "drift", "ensemble", "seasonal_naive", "theta"]


@pytest.fixture(scope="module")
def two_series(make_series: Make, seasonal: Seasonal) -> pl.DataFrame:
    short = make_series([5, 6, 8], name="short")
    return pl.concat([make_series(seasonal(84, spread=0.05), name="long"), short])


@pytest.fixture(scope="module")
def result(two_series: pl.DataFrame) -> ForecastResult:
    return forecast_panel(two_series, horizon=6, season=12, windows=8)


def test_every_series_has_every_model_and_period_once(result: ForecastResult) -> None:
    counted = result.forecasts.group_by("unique_id").agg(pl.col("model").unique().sort(), pl.len())
    assert dict(zip(counted["unique_id"], counted["len"], strict=True)) == {"long": 42, "short": 42}
    assert counted["model"].to_list() == [MODELS, MODELS]
    last = result.forecasts.filter(pl.col("unique_id") == "long")
    assert last["ds"].min() == date(2021, 1, 1)
    assert set(last["cutoff"]) == {date(2020, 12, 1)}
    assert last["horizon"].unique().sort().to_list() == [1, 2, 3, 4, 5, 6]


def test_the_same_panel_gives_the_same_forecasts(two_series: pl.DataFrame, result: ForecastResult) -> None:
    again = forecast_panel(two_series.sample(fraction=1, shuffle=True, seed=9), horizon=6, season=12, windows=8)
    for name in ("forecasts", "backtest", "accuracy", "history"):
        assert getattr(again, name).equals(getattr(result, name)), name


def test_a_series_too_short_for_a_backtest_has_no_bounds(result: ForecastResult) -> None:
    short = result.forecasts.filter((pl.col("unique_id") == "short") & (pl.col("model") == "theta"))
    assert short["yhat"].to_list() == [8] * 6
    assert short["lo_80"].null_count() == 6
    assert "short" not in result.accuracy["unique_id"].to_list()


def test_the_combination_beats_the_seasonal_naive_model_on_noise(result: ForecastResult) -> None:
    mase = dict(result.accuracy.filter(pl.col("unique_id") == "long").select("model", "mase").iter_rows())
    assert mase["ensemble"] < mase["seasonal_naive"]
    assert mase["ensemble"] < 1


def test_intervals_cover_what_they_say_on_a_seasonal_series(make_series: Make, seasonal: Seasonal) -> None:
    panel = pl.concat([make_series(seasonal(60, spread=0.08, seed=seed), name=f"s{seed}") for seed in range(3)])
    told = forecast_panel(panel, horizon=4, season=12, windows=12, step=1, intervention=None)
    together = told.accuracy.filter(pl.col("model") == "ensemble").select(pl.col("coverage_80", "coverage_95").mean())
    assert together["coverage_80"][0] == pytest.approx(0.80, abs=0.10)
    assert together["coverage_95"][0] == pytest.approx(0.95, abs=0.05)


def test_real_arrivals_are_forecast_better_than_by_the_seasonal_naive_model(national_arrivals: pl.DataFrame) -> None:
    told = forecast_panel(national_arrivals, horizon=24, season=12)
    mase = dict(told.accuracy.select("model", "mase").iter_rows())
    assert mase["ensemble"] < mase["seasonal_naive"] < 1
    ahead = told.forecasts.filter(pl.col("model") == "ensemble").sort("ds")
    assert (ahead["ds"][0], ahead["ds"][-1], ahead.height) == (date(2026, 6, 1), date(2028, 5, 1), 24)
    # Between the worst and the best month since the borders opened.
    assert ahead["yhat"].is_between(1.9e6, 3.9e6).all()
    assert (ahead["lo_95"] <= ahead["lo_80"]).all()
    assert (ahead["hi_80"] < ahead["hi_95"]).all()
    assert told.history.filter(pl.col("treatment") == "COVID-19").height == 29


def test_levels_may_be_chosen(make_series: Make, seasonal: Seasonal) -> None:
    told = forecast_panel(make_series(seasonal(30, spread=0.1)), horizon=2, season=12, levels=(90, 50), windows=2)
    assert told.forecasts.columns[-4:] == ["lo_50", "hi_50", "lo_90", "hi_90"]
    assert {"coverage_50", "coverage_90"} <= set(told.accuracy.columns)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"horizon": 0}, r"Horizon \(0\)"),
        ({"step": 0}, r"step \(0\)"),
        ({"windows": -1}, r"windows \(-1\)"),
        ({"levels": ()}, r"The levels \(\) are not percentages"),
        ({"levels": (80, 80)}, "each once"),
        ({"levels": (100,)}, "The levels 100 are not"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    make_series: Make, options: dict[str, object], complaint: str
) -> None:
    with pytest.raises(PanelError, match=complaint) as refused:
        forecast_panel(make_series([1, 2]), **({"horizon": 1, "season": 12} | options))  # type: ignore[arg-type]
    assert tell(refused.value, "th") != str(refused.value)
