"""Hierarchies: parts sum to wholes, nothing falls below zero, and the errors do not grow."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.backtest import COLUMNS, seasonal_scale
from models.reconcile import METHODS, Method, reconcile, reconcile_backtest, sum_up
from models.series import PanelError, bridge, regular_panel
from models.statistical import statistical_forecasts
from tic.core.areas import provinces

STATISTICS = Path(__file__).resolve().parents[2] / "ingest" / "starter" / "statistics.parquet"


def tree(*leaves: str) -> pl.DataFrame:
    """A whole of two halves: the first two leaves, and the others."""
    groups = [("north", leaves[:2]), ("south", leaves[2:]), ("all", leaves), *((leaf, (leaf,)) for leaf in leaves)]
    return pl.DataFrame([(node, part) for node, parts in groups for part in parts], ["unique_id", "part"], orient="row")


def told(figures: dict[str, float]) -> pl.DataFrame:
    return pl.DataFrame({"unique_id": list(figures), "ds": date(2024, 1, 1), "yhat": list(figures.values())})


def errors(size: dict[str, float], count: int = 60) -> pl.DataFrame:
    """Past errors of the given spread, independent of each other."""
    draw = np.random.default_rng(5)
    months = [date(2010 + place // 12, place % 12 + 1, 1) for place in range(count)]
    frames = [
        pl.DataFrame({"cutoff": months, "ds": months, "y": 0.0, "yhat": draw.normal(0, spread, count)}).select(
            pl.lit(name).alias("unique_id"), pl.all()
        )
        for name, spread in size.items()
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=COLUMNS)


def adds_up(forecasts: pl.DataFrame, parts: pl.DataFrame) -> bool:
    leaves = forecasts.filter(pl.col("unique_id").is_in(parts["part"].unique().to_list()))
    sums = sum_up(leaves.select("unique_id", "ds", y="yhat"), parts)
    both = forecasts.join(sums, on=["unique_id", "ds"])
    return both.height == forecasts.height and np.allclose(both["yhat"], both["y"])


BASE = {"all": 110.0, "north": 30.0, "south": 70.0, "a": 10.0, "b": 20.0, "c": 30.0, "d": 40.0}


def test_a_period_of_a_whole_counts_where_all_its_parts_have_a_figure() -> None:
    first, second = date(2024, 1, 1), date(2024, 2, 1)
    rows = [("a", first, 1.0), ("a", second, 2.0), ("b", first, 3.0), ("b", second, None)]
    panel = pl.DataFrame(rows, ["unique_id", "ds", "y"], orient="row")
    parts = pl.DataFrame({"unique_id": ["all", "all"], "part": ["a", "b"]})
    assert sum_up(panel, parts).rows() == [("all", first, 4.0)]


def test_bottom_up_adds_the_smallest_parts() -> None:
    added = reconcile(told(BASE), errors({}), tree("a", "b", "c", "d"), method="bottom_up")
    assert dict(added.select("unique_id", "yhat").iter_rows())["all"] == pytest.approx(100)
    assert added.columns == ["unique_id", "ds", "yhat"]


def test_the_node_that_erred_least_is_believed_most() -> None:
    spread = dict.fromkeys(BASE, 10.0)
    sure_of_whole = reconcile(told(BASE), errors(spread | {"all": 0.1}), tree("a", "b", "c", "d"))
    unsure = reconcile(told(BASE), errors(spread | {"all": 1000.0}), tree("a", "b", "c", "d"))
    whole = [dict(frame.select("unique_id", "yhat").iter_rows())["all"] for frame in (sure_of_whole, unsure)]
    assert whole[0] == pytest.approx(110, abs=0.5)
    assert whole[1] == pytest.approx(100, abs=0.5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("count", [60, 0])
def test_parts_sum_to_wholes_and_none_is_negative(method: Method, count: int) -> None:
    forecasts = told(BASE | {"a": -8.0, "north": 0.0, "all": 1e6})
    parts = tree("a", "b", "c", "d")
    added = reconcile(forecasts, errors(dict.fromkeys(BASE, 10.0), count), parts, method=method)
    assert adds_up(added, parts)
    assert (added["yhat"] >= 0).all()


def test_a_hierarchy_with_a_hole_is_refused() -> None:
    forecasts = told(BASE).filter(pl.col("unique_id") != "c")
    with pytest.raises(PanelError, match="Series c has no forecast"):
        reconcile(forecasts, errors({}), tree("a", "b", "c", "d"))


def test_a_past_forecast_is_reconciled_with_what_was_known_at_its_origin_only() -> None:
    past = errors(dict.fromkeys(BASE, 10.0)).with_columns(ds=pl.col("cutoff").dt.offset_by("1mo"))
    parts = tree("a", "b", "c", "d")
    added = reconcile_backtest(past, parts)
    assert adds_up(added.drop("y"), parts)
    until = pl.col("cutoff") <= date(2012, 1, 1)
    assert reconcile_backtest(past.filter(until), parts).equals(added.filter(until))


def test_a_past_period_that_some_node_lacks_stays_as_it_was() -> None:
    past = errors(dict.fromkeys(BASE, 10.0), 12).filter(
        (pl.col("unique_id") != "c") | (pl.col("ds") > date(2010, 3, 1))
    )
    added = reconcile_backtest(past, tree("a", "b", "c", "d"))
    early = pl.col("ds") <= date(2010, 3, 1)
    assert added.filter(early).sort("unique_id", "ds").equals(past.filter(early).sort("unique_id", "ds"))
    assert added.height == past.height


def ets(panel: pl.DataFrame, cutoff: date) -> pl.DataFrame:
    """Six months told from the figures up to a month: unique_id, ds, yhat, cutoff."""
    known = bridge(panel.filter(pl.col("ds") <= cutoff), season=12)
    told = statistical_forecasts(known, horizon=6, season=12, roster=("auto_ets",))
    return told.select("unique_id", "ds", "yhat", cutoff=pl.lit(cutoff))


@pytest.mark.slow
@pytest.mark.parametrize(("indicator", "market"), [("guests", "all"), ("visitors", "foreign")])
def test_thailand_is_told_better_when_its_provinces_add_up_to_regions_and_country(indicator: str, market: str) -> None:
    figures = pl.read_parquet(STATISTICS).filter(
        (pl.col("indicator") == indicator)
        & (pl.col("market") == market)
        & (pl.col("frequency") == "M")
        & (pl.col("source") == "mots_province_monthly")
    )
    nodes = [(node, code) for code, found in provinces().items() for node in (code, found.region, "TH")]
    parts = pl.DataFrame(nodes, ["unique_id", "part"], orient="row")
    given = figures.select(unique_id="area", ds="period", y="value")
    panel = regular_panel(sum_up(given, parts), season=12)
    past = pl.concat(ets(panel, cutoff) for cutoff in (date(2023, 5, 1), date(2023, 9, 1)))
    past = past.join(panel, on=["unique_id", "ds"])
    base = ets(panel, date(2024, 3, 1))
    scale = seasonal_scale(bridge(panel.filter(pl.col("ds") <= date(2024, 3, 1)), season=12), season=12)

    def mase(forecasts: pl.DataFrame) -> float:
        both = forecasts.join(panel, on=["unique_id", "ds"]).join(scale, on="unique_id")
        return float(both.select(((pl.col("y") - pl.col("yhat")).abs() / pl.col("scale")).mean()).item())

    added = {method: reconcile(base, past, parts, method=method) for method in METHODS}
    assert all(adds_up(frame, parts) and (frame["yhat"] >= 0).all() for frame in added.values())
    assert mase(added["bottom_up"]) <= 1.01 * mase(base)
    assert mase(added["mint"]) < 0.95 * mase(base)
