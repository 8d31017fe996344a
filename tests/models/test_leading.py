"""Series published earlier move the forecasts of those published later, where that made past forecasts better."""

from __future__ import annotations

import math
import random
from datetime import date

import polars as pl
import pytest

from models.forecast import ForecastResult, forecast_panel
from models.leading import Horizon, Leader, Leading, surprises, verdicts
from models.reconcile import sum_up

MONTHS = 108
END = date(2022, 6, 1)
"""Last figure of the followers; the leader's come out for six months more."""
TODAY = date(2023, 1, 15)


def month(place: int) -> date:
    """The month so many after January 2014."""
    return date(2014 + place // 12, place % 12 + 1, 1)


def walk(seed: int, *, pace: float = 0.08) -> list[float]:
    """Logs of a series with a season whose level wanders, so that no model sees where it goes."""
    draw, level, told = random.Random(seed), 7.0, []
    for place in range(MONTHS):
        level += draw.gauss(0, pace)
        told.append(level + 0.2 * math.sin(place / 12 * math.tau))
    return told


def leader(logs: list[float], *, late_days: int = 15) -> Leader:
    """The leader of `follower`; each month comes out so many days after its end."""
    figures = pl.DataFrame({"ds": [month(place) for place in range(MONTHS)], "y": [math.exp(value) for value in logs]})
    day = pl.col("ds").dt.offset_by("1mo").dt.offset_by(f"{late_days - 1}d")
    return Leader("lead", "all", frozenset({"a", "b"}), figures.with_columns(published=day))


def panel(logs: list[float], *, seed: int) -> pl.DataFrame:
    """Two series that follow, up to END, with noise of their own."""
    draw = random.Random(seed)
    rows = [
        (name, month(place), size * math.exp(logs[place] + draw.gauss(0, 0.02)))
        for name, size in (("a", 0.5), ("b", 3.0))
        for place in range(MONTHS)
        if month(place) <= END
    ]
    return pl.DataFrame(rows, schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row")


def told(figures: pl.DataFrame, led_by: Leader, *, hierarchies: tuple[pl.DataFrame, ...] = ()) -> ForecastResult:
    """Forecasts of a year by quick models from six origins."""
    return forecast_panel(
        figures,
        horizon=12,
        season=12,
        windows=6,
        step=4,
        intervention=None,
        roster=("auto_ets", "theta"),
        leading=Leading((led_by,), TODAY),
        hierarchies=hierarchies,
    )


@pytest.fixture(scope="module")
def followed() -> tuple[list[float], ForecastResult]:
    """A leader's logs, and the forecasts of what follows it."""
    logs = walk(3)
    return logs, told(panel(logs, seed=1), leader(logs))


def test_a_follower_is_moved_toward_the_truth_by_what_its_leader_showed(
    followed: tuple[list[float], ForecastResult],
) -> None:
    logs, result = followed
    ours = result.forecasts.filter(
        (pl.col("model") == "ensemble") & (pl.col("unique_id") == "a") & (pl.col("horizon") <= 6)
    )
    truth = [0.5 * math.exp(logs[place]) for place in range(MONTHS) if month(place) > END]
    error = {
        name: sum(abs(math.log(value / right)) for value, right in zip(ours[name], truth, strict=True)) / 6
        for name in ("alone", "yhat")
    }
    assert error["yhat"] < 0.7 * error["alone"]
    assert ours.select("leader", "known_to").unique().rows() == [("lead", date(2022, 12, 1))]
    assert 0.3 < ours["elasticity"][0] <= 1


def test_the_account_tells_on_how_many_origins_it_was_tried_and_what_it_brought(
    followed: tuple[list[float], ForecastResult],
) -> None:
    row = followed[1].leading.row(0, named=True)
    assert (row["group"], row["leader"], row["series"], row["origins"]) == ("all", "lead", 2, 4)
    assert row["mase_led"] < 0.85 * row["mase_alone"]


def test_the_first_origins_are_not_moved_since_nothing_had_been_learned_by_then(
    followed: tuple[list[float], ForecastResult],
) -> None:
    past = followed[1].backtest.filter(pl.col("model") == "ensemble")
    changed = past.filter(pl.col("yhat") != pl.col("alone"))["cutoff"].unique().sort()
    assert changed.to_list() == past["cutoff"].unique().sort().to_list()[4:]


def test_a_leader_that_tells_nothing_is_left_aside() -> None:
    logs = walk(3)
    result = told(panel(logs, seed=1), leader(walk(8)))
    ours = result.forecasts.filter(pl.col("model") == "ensemble")
    assert ours["yhat"].equals(ours["alone"])
    assert ours["leader"].null_count() == ours.height
    assert result.leading["elasticity"].to_list() == [0.0]


def test_what_comes_out_after_today_does_not_count() -> None:
    logs = walk(3)
    # Published half a year after its month, the leader is never known beyond its followers.
    result = told(panel(logs, seed=1), leader(logs, late_days=230))
    assert result.leading.is_empty()
    assert result.forecasts["leader"].null_count() == result.forecasts.height


def test_an_origin_of_the_past_sees_the_leader_as_far_ahead_as_today_does_and_no_further() -> None:
    year = Horizon(12, 12, None)
    found = surprises(leader(walk(3)), END, [date(2021, 6, 1)], TODAY, year)
    known = found.filter("known").group_by("cutoff").agg(pl.col("ds").max()).sort("cutoff")
    assert known.rows() == [(date(2021, 6, 1), date(2021, 12, 1)), (END, date(2022, 12, 1))]
    # A day earlier December is not out, neither today nor, a year ago, at that origin.
    day_before = surprises(leader(walk(3)), END, [date(2021, 6, 1)], date(2023, 1, 14), year)
    known = day_before.filter("known").group_by("cutoff").agg(pl.col("ds").max()).sort("cutoff")
    assert known.rows() == [(date(2021, 6, 1), date(2021, 11, 1)), (END, date(2022, 11, 1))]


def test_months_beyond_the_leaders_last_are_moved_by_the_mean_of_its_last_three_surprises() -> None:
    found = surprises(leader(walk(3)), END, [], TODAY, Horizon(12, 12, None))
    known, carried = (found.filter(pl.col("known") == side)["surprise"] for side in (True, False))
    assert (len(known), len(carried)) == (6, 6)
    assert carried.to_list() == pytest.approx([known.tail(3).mean()] * 6)


def test_an_elasticity_lies_between_none_and_as_much_as_the_leader() -> None:
    rows = [
        (f"g{slope}", "lead", "a", month(place), 100 * math.exp(slope * move) - 1e-9, 100.0, 1e-9, move, None)
        for slope in (-1, 0, 2)
        for place, move in enumerate((0.1, -0.2, 0.3))
    ]
    names = ["group", "leader", "unique_id", "cutoff", "y", "yhat", "scale", "surprise", "moved"]
    tried = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        product=(pl.col("y") / pl.col("yhat")).log() * pl.col("surprise"), square=pl.col("surprise") ** 2
    )
    helped = verdicts(tried.with_columns(moved=pl.col("y")))
    assert dict(helped.select("group", "elasticity").rows()) == {"g-1": 0.0, "g0": 0.0, "g2": 1.0}
    assert verdicts(tried.with_columns(moved=pl.col("yhat")))["elasticity"].to_list() == [0.0, 0.0, 0.0]


def test_of_a_hierarchy_the_parts_are_moved_and_the_whole_by_as_much_as_they() -> None:
    logs = walk(3)
    parts = pl.DataFrame({"unique_id": ["all", "all", "a", "b"], "part": ["a", "b", "a", "b"]})
    figures = sum_up(panel(logs, seed=1), parts)
    lead = leader(logs)
    follows_one = Leader(lead.name, lead.group, frozenset({"a", "all"}), lead.figures)
    ours = told(figures, follows_one, hierarchies=(parts,)).forecasts.filter(pl.col("model") == "ensemble")
    by_name = {name: rows.sort("ds") for (name,), rows in ours.partition_by("unique_id", as_dict=True).items()}
    whole, first, second = (by_name[name] for name in ("all", "a", "b"))
    assert whole["yhat"].to_list() == pytest.approx((first["yhat"] + second["yhat"]).to_list())
    assert second["yhat"].equals(second["alone"])
    assert (first["yhat"] - first["alone"]).abs().min() > 1
    assert (whole["leader"][0], whole["elasticity"][0]) == ("lead", None)
