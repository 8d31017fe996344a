"""Conformal intervals: their widths by hand, and how often they hold the truth."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

# The columns of a backtest before it has intervals: unique_id, model, cutoff, ds, horizon, y, yhat, scale, spread.
from models.backtest import COLUMNS, scores
from models.intervals import add_intervals, backtest_intervals, half_widths

SCALE = 10.0
Errors = Mapping[tuple[int, int], float]
"""(cutoff, horizon) -> error on the log scale; cutoffs count months from January 2015."""


def month(place: int) -> date:
    return date(2015 + place // 12, place % 12 + 1, 1)


def backtest(errors: Errors, name: str = "a", spread: float = SCALE) -> pl.DataFrame:
    """Forecasts of 100 by one model, and truths that lie as far from it as `errors` say."""
    rows = []
    for (cutoff, horizon), error in errors.items():
        truth = (100 + SCALE) * math.exp(error) - SCALE
        rows.append((name, "theta", month(cutoff), month(cutoff + horizon), horizon, truth, 100.0, SCALE, spread))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def ahead(yhat: float, name: str = "a", *, horizon: int = 1, spread: float = SCALE) -> pl.DataFrame:
    """A forecast for each period up to `horizon`."""
    steps = pl.DataFrame({"horizon": range(1, horizon + 1)}, schema={"horizon": pl.Int32})
    return steps.select(
        pl.lit(name).alias("unique_id"),
        pl.lit("theta").alias("model"),
        "horizon",
        pl.lit(yhat).alias("yhat"),
        pl.lit(SCALE).alias("scale"),
        pl.lit(spread).alias("spread"),
    )


def widths(errors: Errors, *, horizon: int) -> dict[str, list[float]]:
    told = half_widths(ahead(100.0, horizon=horizon), backtest(errors), horizon=horizon)
    return {"80": told["width_80"].to_list(), "95": told["width_95"].to_list()}


def test_a_width_is_the_conformal_quantile_of_past_errors() -> None:
    nineteen = {(place, 1): (place + 1) / 100 * (-1) ** place for place in range(19)}
    told = widths(nineteen, horizon=1)
    assert told["80"] == pytest.approx([0.16])
    assert told["95"] == pytest.approx([0.19])


def test_beyond_the_errors_a_width_grows_with_the_root_of_the_horizon_in_proportion() -> None:
    nineteen = {(place, 1): (place + 1) / 100 for place in range(19)}
    told = widths(nineteen, horizon=12)
    # An error counts for the horizons up to two beyond its own.
    assert told["80"][2:4] == pytest.approx([0.16, 0.16 * math.sqrt(4 / 3)])
    assert told["95"][11] == pytest.approx(0.19 * math.sqrt(12 / 3))


def test_the_wider_level_keeps_its_proportion_where_only_the_narrower_is_known() -> None:
    early = {(place, 1): (place + 1) / 100 for place in range(19)}
    late = {(place, 9): 0.5 for place in range(9)}
    told = widths({**early, **late}, horizon=9)
    assert told["80"][8] == pytest.approx(0.5)
    assert told["95"][8] == pytest.approx(0.5 * 19 / 16)


def test_a_width_never_shrinks_with_the_horizon() -> None:
    errors = {(place, horizon): 0.3 / horizon for place in range(20) for horizon in range(1, 13)}
    told = widths(errors, horizon=12)
    assert pl.Series(told["80"]).is_sorted()
    assert pl.Series(told["95"]).is_sorted()


def test_a_series_with_few_errors_borrows_those_of_the_panel_in_its_own_size() -> None:
    calm = backtest({(place, 1): (place % 10 + 1) / 100 for place in range(40)}, "calm", spread=1.0)
    wild = backtest({(place, 1): 0.3 for place in range(2)}, "wild", spread=5.0)
    told = pl.concat(
        half_widths(ahead(100.0, name, spread=spread), pl.concat([calm, wild]), horizon=1)
        for name, spread in (("calm", 1.0), ("wild", 5.0))
    )
    by_series = {row["unique_id"]: row for row in told.iter_rows(named=True)}
    assert by_series["calm"]["width_80"] == pytest.approx(0.09)
    # The panel's 80 % quantile, stretched by the five times larger movements of the series.
    assert by_series["wild"]["width_80"] == pytest.approx(5 * 0.09 * 0.93)
    assert by_series["wild"]["width_80"] < by_series["wild"]["width_95"]


def test_a_new_series_is_given_the_widths_of_a_panel_of_many() -> None:
    panel = pl.concat(backtest({(place, 1): 0.1 for place in range(5)}, f"s{number}") for number in range(8))
    told = add_intervals(ahead(100.0, "new"), panel, horizon=1).row(0, named=True)
    assert told["hi_80"] == pytest.approx(110 * math.exp(0.1 * 0.93) - 10)


def test_one_error_alone_still_gives_a_width() -> None:
    told = widths({(0, 1): 0.1}, horizon=2)
    assert 0.1 < told["80"][0] < told["95"][0] < told["95"][1]


@pytest.mark.parametrize("yhat", [0.0, 0.3, 100.0, 1e12])
def test_bounds_hold_the_forecast_and_each_other_and_never_fall_below_zero(yhat: float) -> None:
    past = backtest({(place, 1): (place + 1) / 10 for place in range(19)})
    row = add_intervals(ahead(yhat), past, horizon=1).row(0, named=True)
    assert 0 <= row["lo_95"] <= row["lo_80"] <= yhat <= row["hi_80"] <= row["hi_95"]
    assert math.isfinite(row["hi_95"])


def test_errors_of_zero_leave_the_forecast_inside() -> None:
    past = backtest(dict.fromkeys(((place, 1) for place in range(30)), 0.0))
    row = add_intervals(ahead(11.123456789), past, horizon=1).row(0, named=True)
    assert row["lo_80"] <= 11.123456789 <= row["hi_80"]


def test_how_far_a_series_without_errors_may_stray_is_not_known() -> None:
    past = backtest({(place, 1): 0.1 for place in range(30)})
    row = add_intervals(ahead(100.0, "new"), past, horizon=1).row(0, named=True)
    assert [row[name] for name in ("lo_50", "hi_50", "lo_80", "hi_80", "lo_95", "hi_95")] == [None] * 6


def test_an_origin_is_given_the_interval_that_was_known_then() -> None:
    errors = {(place, horizon): 0.1 for place in range(12) for horizon in (1, 2)}
    told = backtest_intervals(backtest(errors), horizon=2).sort("cutoff", "horizon")
    assert told.filter(pl.col("cutoff") == month(0))["lo_80"].to_list() == [None, None]
    later = {**errors, **{(11, horizon): 5.0 for horizon in (1, 2)}, (10, 2): 5.0}
    with_shock = backtest_intervals(backtest(later), horizon=2).sort("cutoff", "horizon")
    bounds = ["lo_80", "hi_80", "lo_95", "hi_95"]
    # The shock was published in month 12; no origin up to 11 could know of it.
    assert with_shock.select(bounds).equals(told.select(bounds))


def test_an_empty_backtest_has_no_intervals_but_their_columns() -> None:
    empty = backtest({})
    told = backtest_intervals(empty, horizon=3)
    assert told.height == 0
    assert told.columns == [*COLUMNS, "lo_50", "hi_50", "lo_80", "hi_80", "lo_95", "hi_95"]


def test_four_in_five_and_nineteen_in_twenty_truths_lie_inside() -> None:
    draw = random.Random(7)
    errors = [
        backtest(
            {
                (place, step): draw.gauss(0, 0.02 * (size + 1) * math.sqrt(step))
                for place in range(24)
                for step in range(1, 13)
            },
            f"series {size}",
        )
        for size in range(8)
    ]
    told = scores(backtest_intervals(pl.concat(errors), horizon=12), by=("model",)).row(0, named=True)
    assert told["coverage_80"] == pytest.approx(0.80, abs=0.03)
    assert told["coverage_95"] == pytest.approx(0.95, abs=0.03)
