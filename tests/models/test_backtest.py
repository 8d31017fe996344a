"""Rolling-origin backtests: which origins, what they may know, and how errors are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from models.backtest import COLUMNS, origins, rolling_forecasts, scores, seasonal_scale
from models.ensemble import combine_backtest
from models.intervals import backtest_intervals
from models.series import COVID_19, bridge, regular_panel

Make = Callable[..., pl.DataFrame]
Seasonal = Callable[..., list[float]]


def cutoffs(panel: pl.DataFrame, **options: int) -> list[date]:
    chosen = {"horizon": 6, "season": 12, "windows": 3, "step": 2} | options
    return origins(regular_panel(panel, season=chosen["season"]), **chosen)["cutoff"].to_list()


def test_origins_are_the_newest_some_steps_apart(make_series: Make) -> None:
    assert cutoffs(make_series([1.0] * 36)) == [date(2016, 7, 1), date(2016, 9, 1), date(2016, 11, 1)]
    assert cutoffs(make_series([1.0] * 36), step=1, windows=2) == [date(2016, 10, 1), date(2016, 11, 1)]


def test_an_origin_needs_two_seasons_before_it_and_a_period_after(make_series: Make) -> None:
    assert cutoffs(make_series([1.0] * 24)) == []
    assert cutoffs(make_series([1.0] * 25)) == [date(2015, 12, 1)]
    assert cutoffs(make_series([1.0] * 5, season=1), season=1) == [date(2017, 1, 1)]


def test_no_origin_lies_in_a_gap_that_was_filled_from_the_figure_after_it(make_series: Make) -> None:
    figures: list[float | None] = [1.0] * 36
    figures[32:35] = [None] * 3
    # 2016-09 and 2016-11 are filled.
    assert cutoffs(make_series(figures)) == [date(2016, 3, 1), date(2016, 5, 1), date(2016, 7, 1)]


def test_no_origin_asks_a_model_to_foresee_covid_or_the_way_out_of_it(make_series: Make) -> None:
    found = cutoffs(make_series([1.0] * 132), windows=100, step=1)
    assert found[-1] == date(2024, 11, 1)
    # Half a year after the end of June 2022 ...
    assert min(cutoff for cutoff in found if cutoff > COVID_19.end) == date(2022, 12, 1)
    # ... or so early that all six months ahead lie before February 2020.
    assert max(cutoff for cutoff in found if cutoff < COVID_19.first) == date(2019, 7, 1)


def test_without_an_intervention_every_origin_counts(make_series: Make) -> None:
    panel = regular_panel(make_series([1.0] * 132), season=12)
    every = origins(panel, horizon=6, season=12, windows=1000, step=1, intervention=None)
    assert every.height == 132 - 24


def told_until(panel: pl.DataFrame, cutoff: date) -> pl.DataFrame:
    """What the backtest says of origins up to `cutoff`, without the truth it is held against."""
    singles = rolling_forecasts(regular_panel(panel, season=12), horizon=3, season=12, windows=4, step=2)
    past = pl.concat([singles, combine_backtest(singles, season=12)])
    told = backtest_intervals(past, horizon=3).filter(pl.col("cutoff") <= cutoff)
    return told.drop("y").sort("unique_id", "model", "cutoff", "ds")


@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@example(later=[0.0, 1e7, 5.0], gap=True)
@given(later=st.lists(st.floats(0, 1e7), min_size=3, max_size=3), gap=st.booleans())
def test_what_happens_after_an_origin_never_changes_what_it_says(
    make_series: Make, seasonal: Seasonal, later: list[float], gap: bool
) -> None:
    # Of 41 months the last three are imagined; with a gap the three before them have no figure.
    figures: list[float | None] = [*seasonal(38, spread=0.1)]
    if gap:
        figures[35:38] = [None] * 3
    other = make_series(seasonal(29, spread=0.1, seed=3), name="other")
    happened, imagined = (pl.concat([make_series([*figures, *end]), other]) for end in ([900.0, 950.0, 1000.0], later))
    told = told_until(happened, date(2017, 2, 1))
    assert told["cutoff"].n_unique() >= 3
    assert told["model"].n_unique() == 7
    assert told.equals(told_until(imagined, date(2017, 2, 1)))


def test_a_filled_gap_is_not_held_against_a_model(make_series: Make) -> None:
    figures: list[float | None] = [100.0] * 30
    figures[28] = None
    panel = regular_panel(make_series(figures), season=12)
    told = rolling_forecasts(panel, horizon=3, season=12, windows=1, step=1)
    # From the origin 2016-04: 2016-05 is filled, 2016-06 is published, 2016-07 has not come.
    assert told["cutoff"].unique().to_list() == [date(2016, 4, 1)]
    assert told["ds"].unique().to_list() == [date(2016, 6, 1)]
    assert told.columns == list(COLUMNS)


def test_a_short_series_has_an_empty_backtest(make_series: Make) -> None:
    panel = regular_panel(make_series([1.0] * 20), season=12)
    told = rolling_forecasts(panel, horizon=3, season=12, windows=4, step=1)
    assert told.height == 0
    assert dict(told.schema) == COLUMNS


def test_the_scale_is_the_mean_seasonal_difference_of_published_figures(make_series: Make) -> None:
    figures: list[float | None] = [10, 20, 30, 40, 13, 24, None, 40]
    panel = regular_panel(make_series(figures, season=4), season=4)
    assert seasonal_scale(panel, season=4)["scale"].to_list() == pytest.approx([(3 + 4 + 0) / 3])


@pytest.mark.parametrize(
    ("figures", "scale"),
    [
        ([1.0, 3.0, 1.0, 3.0] * 3, 2.0),  # no seasonal difference at all: one-step differences
        ([5.0] * 12, 5.0),  # none of those either: the mean
        ([0.0] * 12, 1.0),
        ([5.0], 5.0),
    ],
)
def test_a_scale_is_never_zero(make_series: Make, figures: list[float], scale: float) -> None:
    panel = regular_panel(make_series(figures, season=4), season=4)
    assert seasonal_scale(panel, season=4)["scale"].to_list() == pytest.approx([scale])


def test_figures_of_covid_do_not_enter_the_scale(make_series: Make, seasonal: Seasonal) -> None:
    figures = [3.0 if 73 <= place < 102 else figure + place for place, figure in enumerate(seasonal(132))]
    panel = bridge(regular_panel(make_series(figures), season=12), season=12)
    assert seasonal_scale(panel, season=12)["scale"].to_list() == pytest.approx([12.0])


def row(
    y: float, yhat: float, *, scale: float = 10.0, low: float | None = None, high: float | None = None
) -> tuple[object, ...]:
    return ("a", "theta", date(2024, 1, 1), date(2024, 2, 1), 1, y, yhat, scale, scale, low, high)


def scored(*rows: tuple[object, ...]) -> dict[str, float]:
    schema = {**COLUMNS, "lo_80": pl.Float64, "hi_80": pl.Float64}
    return scores(pl.DataFrame(list(rows), schema=schema, orient="row")).row(0, named=True)


def test_errors_are_counted_as_their_definitions_say() -> None:
    told = scored(row(100, 110), row(50, 30))
    assert told["mase"] == pytest.approx((1 + 2) / 2)
    assert told["rmsse"] == pytest.approx(((1 + 4) / 2) ** 0.5)
    assert told["smape"] == pytest.approx((200 * 10 / 210 + 200 * 20 / 80) / 2)
    assert told["mape"] == pytest.approx((10 + 40) / 2)
    assert (told["horizon_from"], told["horizon_to"], told["n_windows"]) == (1, 1, 1)


def test_zeros_divide_nothing() -> None:
    told = scored(row(0, 0), row(0, 5))
    assert told["smape"] == pytest.approx(100)
    assert told["mape"] is None


def test_coverage_counts_rows_that_have_an_interval() -> None:
    told = scored(row(5, 5, low=1, high=9), row(10, 5, low=1, high=9), row(99, 5))
    assert told["coverage_80"] == 0.5
    assert told["coverage_95"] is None
