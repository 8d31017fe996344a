"""The combination and its weights."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from models.ensemble import NAME, carried_on, combine, combine_backtest, members, weights

SCHEMA = {
    "unique_id": pl.String,
    "model": pl.String,
    "cutoff": pl.Date,
    "ds": pl.Date,
    "horizon": pl.Int32,
    "y": pl.Float64,
    "yhat": pl.Float64,
    "scale": pl.Float64,
}


def backtest(errors: dict[date, dict[str, float]]) -> pl.DataFrame:
    """One month ahead of each cutoff, the truth 100, each model wrong by its error."""
    rows = [
        ("a", model, cutoff, date(cutoff.year, cutoff.month + 1, 1), 1, 100.0, 100.0 + error, 10.0)
        for cutoff, by_model in errors.items()
        for model, error in by_model.items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


MAY, JUNE, JULY = (date(2024, month, 1) for month in (5, 6, 7))


def test_weights_are_inverse_squared_errors_drawn_half_way_to_equal() -> None:
    learned = weights(backtest({MAY: {"theta": 10.0, "ces": 20.0}}), season=12)
    told = dict(learned.select("model", "weight").iter_rows())
    assert told == pytest.approx({"theta": 0.25 + 0.5 * 0.8, "ces": 0.25 + 0.5 * 0.2})


def test_a_perfect_model_does_not_divide_by_zero() -> None:
    told = dict(weights(backtest({MAY: {"theta": 0.0, "ces": 20.0}}), season=12).select("model", "weight").iter_rows())
    assert told == pytest.approx({"theta": 0.75, "ces": 0.25}, abs=1e-6)


def test_errors_whose_truth_was_not_known_yet_do_not_count() -> None:
    past = backtest({MAY: {"theta": 10.0, "ces": 20.0}, JUNE: {"theta": 90.0, "ces": 1.0}})
    only_may = weights(past.filter(pl.col("cutoff") == MAY), season=12)
    assert weights(past, season=12, known_until=JUNE).equals(only_may)


def test_without_learned_weights_the_members_count_equally_and_others_not_at_all() -> None:
    told = {"theta": 70.0, "ces": 20.0, "auto_ets": 30.0, "drift": 1e9}
    frame = backtest({MAY: told}).drop("cutoff", "y", "scale")
    combined = combine(frame, weights(backtest({}), season=12), season=12)
    assert combined["yhat"].to_list() == pytest.approx([100 + (70 + 20 + 30) / 3])
    assert combined["model"].to_list() == ["ensemble"]
    assert combined.columns == frame.columns


def test_the_lowest_and_the_highest_of_many_members_are_left_out() -> None:
    told = dict(zip(members(12), (-90.0, 10.0, 20.0, 30.0, 5e6, 20.0, 20.0, 20.0), strict=True))
    frame = backtest({MAY: told}).drop("cutoff", "y", "scale")
    combined = combine(frame, weights(backtest({}), season=12), season=12)
    assert combined["yhat"].to_list() == pytest.approx([120.0])


def test_a_straight_line_is_a_member_where_there_is_no_season() -> None:
    assert "drift" in members(1)
    assert "drift" not in members(4)


def test_each_origin_is_combined_with_the_weights_of_earlier_ones() -> None:
    errors = {"theta": 10.0, "ces": 20.0}
    combined = combine_backtest(backtest({MAY: errors, JUNE: errors, JULY: {"theta": 0.0, "ces": 100.0}}), season=12)
    by_cutoff = dict(combined.select("cutoff", "yhat").iter_rows())
    assert by_cutoff == pytest.approx({MAY: 115.0, JUNE: 110 * 0.65 + 120 * 0.35, JULY: 100 * 0.65 + 200 * 0.35})


def test_an_empty_backtest_has_an_empty_combination() -> None:
    assert combine_backtest(backtest({}), season=12).height == 0


def test_beyond_the_horizon_the_combination_repeats_its_last_season() -> None:
    months = [date(2024 + place // 12, place % 12 + 1, 1) for place in range(24)]
    told = pl.DataFrame({"unique_id": "a", "ds": months, "model": NAME, "horizon": range(1, 25), "yhat": range(24)})
    further = carried_on(told, horizon=24, reach=37, season=12).sort("horizon")
    assert further["horizon"].to_list() == list(range(1, 38))
    assert further.tail(13)["ds"].to_list() == [*(date(2026, month, 1) for month in range(1, 13)), date(2027, 1, 1)]
    assert further.tail(13)["yhat"].to_list() == [*range(12, 24), 12]
    assert carried_on(told, horizon=24, reach=5, season=12).equals(told)
