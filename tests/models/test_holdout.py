"""The last periods held back: what is compared, what is left out, and that nothing leaks."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from models.holdout import hold_back
from models.series import PanelError

Make = Callable[..., pl.DataFrame]


def naive_errors(panel: pl.DataFrame, *, horizon: int, season: int) -> dict[str, float]:
    held = hold_back(panel, horizon=horizon, season=season)
    return held.accuracy.filter(pl.col("model") == "seasonal_naive").row(0, named=True)


def test_errors_are_means_over_series_of_means_over_periods(make_series: Make) -> None:
    # Quarters: the seasonal naive forecast repeats 13, 24; the scale is the mean of 3, 4, 5, 6.
    figures = [10, 20, 30, 40, 13, 24, 35, 46, 13, 48, 35, 46]
    panel = pl.concat([make_series(figures, season=4), make_series([5.0] * 12, name="b", season=4)])
    told = naive_errors(panel, horizon=4, season=4)
    assert told["series"] == 2
    assert told["mase"] == pytest.approx((24 / 4 / 4.5 + 0) / 2)
    assert told["mape"] == pytest.approx((100 * 24 / 48 / 4 + 0) / 2)


def test_what_is_held_back_changes_no_forecast(make_series: Make) -> None:
    figures = [float(place % 12 * 5 + place % 7 + 50) for place in range(72)]
    rows = [
        hold_back(make_series([*figures[:60], *end]), horizon=12, season=12).rows.drop("y")
        for end in (figures[60:], [1e6] * 12)
    ]
    assert rows[0].equals(rows[1])


def test_a_series_that_is_held_back_whole_is_named(make_series: Make) -> None:
    panel = pl.concat([make_series([5.0, 6.0] * 20), make_series([1.0, 2.0], name="short")])
    held = hold_back(panel, horizon=4, season=12)
    assert held.left_out == ("short",)
    assert held.rows["unique_id"].unique().to_list() == ["a"]
    with pytest.raises(PanelError, match="more than the 40 figures"):
        hold_back(panel, horizon=40, season=12)


def test_a_gap_is_neither_learned_from_nor_counted(make_series: Make) -> None:
    figures: list[float | None] = [float(place % 4 + 10) for place in range(40)]
    figures[37] = None
    held = hold_back(make_series(figures, season=4), horizon=4, season=4)
    assert held.rows.filter(pl.col("model") == "ensemble").height == 3
