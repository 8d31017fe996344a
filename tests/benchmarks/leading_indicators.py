"""What leading indicators bring, by how far ahead they are: `python tests/benchmarks/leading_indicators.py`.

Reads the forecasts of the installation that TIC_DATA_DIR names (after `tic forecast run`) and moves the combination of
its backtest anew, as if today were the day on which arrivals were published 1, 3, 6 and 12 months beyond the figures of
each group, and as of today; prints one JSON object. `by_months_ahead` is the mean MASE of the series that may be led:
seasonal naive, combination alone, combination led. `account` tells of each leader on
how many origins it was tried, what it brought there, and its elasticity, 0 where it is left aside. `years` holds the
growth of national figures from 2024 to 2025 by the nowcast and as published by year, which no model was given.
"""

from __future__ import annotations

import json
import os
import time
from datetime import date, datetime, timedelta
from typing import Any, Final

import polars as pl

from models.backtest import seasonal_scale
from models.ensemble import NAME
from models.leading import NOWCAST, Horizon, Leader, Leading, led
from models.series import COVID_19, bridge, regular_panel
from tic.analytics.observation import INDICATORS
from tic.analytics.warehouse import read_forecasts, scan_observations
from tic.core.i18n import BANGKOK
from tic.core.settings import get_settings
from tic.jobs.forecast_panels import Group, forecast_groups
from tic.jobs.leading import known_leaders, leading_indicators

_AHEAD: Final = (1, 3, 6, 12)
_LAG_DAYS: Final = 30
_SEASON: Final = 12


def measure_group(group: Group, past: pl.DataFrame, ahead: pl.DataFrame, leaders: tuple[Leader, ...]) -> dict[str, Any]:
    """The figures of one group for each day that today could be."""
    regular = regular_panel(group.panel, season=_SEASON)
    history = bridge(regular, COVID_19, season=_SEASON)
    ends = regular.group_by("unique_id").agg(cutoff=pl.col("ds").max())
    ends = ends.join(seasonal_scale(history, season=_SEASON), on="unique_id")
    followers = [name for leader in leaders for name in leader.followers]
    last = ends.filter(pl.col("unique_id").is_in(followers))["cutoff"].min()
    if not isinstance(last, date):
        return {}
    days = {f"{months} months ahead": _published(last, months) for months in _AHEAD}
    days["as of today"] = datetime.now(BANGKOK).date()
    return {name: _moved(past, ahead, Leading(leaders, day), group.hierarchies, ends) for name, day in days.items()}


def _published(last: date, months: int) -> date:
    """The day on which arrivals of the month so many after `last` are published as a rule."""
    following = pl.select(pl.lit(last).dt.offset_by(f"{months + 1}mo")).item()
    return following + timedelta(days=_LAG_DAYS - 1)


def _moved(
    past: pl.DataFrame,
    ahead: pl.DataFrame,
    leading: Leading,
    hierarchies: tuple[pl.DataFrame, ...],
    ends: pl.DataFrame,
) -> dict[str, Any]:
    started = time.process_time()
    alone = past.filter(pl.col("model") == NAME).with_columns(yhat="alone")
    horizon = Horizon(24, _SEASON, COVID_19)
    found = led(alone, ahead.with_columns(yhat="alone"), leading, hierarchies, ends, horizon)
    cpu_s = time.process_time() - started
    index = ["unique_id", "cutoff", "ds"]
    naive = past.filter(pl.col("model") == "seasonal_naive").select(*index, naive="yhat")
    followers = {name for leader in leading.leaders for name in leader.followers}
    told = found.backtest.filter(pl.col("unique_id").is_in(list(followers)) & pl.col("horizon").is_in(_AHEAD)).join(
        naive, on=index
    )
    names = {"naive": "naive", "alone": "alone", "led": "yhat"}
    error = {name: ((pl.col("y") - pl.col(column)).abs() / pl.col("scale")).mean() for name, column in names.items()}
    means = told.group_by("horizon").agg(**error).sort("horizon")
    return {
        "today": leading.today.isoformat(),
        "by_months_ahead": means.with_columns(pl.col(pl.Float64).round(3)).to_dicts(),
        "account": found.account.with_columns(pl.col(pl.Float64).round(3)).to_dicts(),
        "cpu_s": round(cpu_s, 2),
    }


def years(observations: pl.LazyFrame, forecasts: pl.DataFrame, panels: pl.DataFrame) -> list[dict[str, Any]]:
    """Growth from 2024 to 2025 in percent: of the nowcast, of the combination alone, and as published by year."""
    yearly = observations.filter((pl.col("frequency") == "Y") & (pl.col("source") == "mots_province_annual"))
    totals = yearly.group_by("indicator", "market", "period").agg(pl.col("value").sum()).collect()
    published = totals.pivot(on="period", index=["indicator", "market"], values="value", sort_columns=True)
    now = forecasts.filter(pl.col("model") == NOWCAST)
    known = panels.filter(pl.col("ds") >= date(2024, 1, 1)).select("unique_id", "ds", yhat="y", alone="y")
    months = pl.concat([known, now.select("unique_id", "ds", "yhat", "alone")])
    whole = months.group_by("unique_id", year=pl.col("ds").dt.year()).agg(
        pl.col("yhat", "alone").sum(), months=pl.len()
    )
    rows = []
    for row in published.iter_rows(named=True):
        if not INDICATORS[row["indicator"]].additive:
            continue
        name = f"{row['indicator']}/TH/{row['market']}"
        mine = {item["year"]: item for item in whole.filter(pl.col("unique_id") == name).to_dicts()}
        if {2024, 2025} <= mine.keys() and mine[2024]["months"] == mine[2025]["months"] == _SEASON:
            told = {column: mine[2025][column] / mine[2024][column] * 100 - 100 for column in ("yhat", "alone")}
            truth = row["2025-01-01"] / row["2024-01-01"] * 100 - 100
            figures = {"published": truth, "nowcast": told["yhat"], "alone": told["alone"]}
            rows.append({"series": name, **{key: round(value, 2) for key, value in figures.items()}})
    return sorted(rows, key=lambda item: str(item["series"]))


def measure() -> dict[str, Any]:
    """All groups of the installation."""
    folder = get_settings().warehouse
    observations = scan_observations(folder)
    backtest, forecasts = (read_forecasts(folder, name) for name in ("backtest", "forecasts"))
    groups = forecast_groups(observations)
    found = {}
    for group in groups:
        names = group.panel["unique_id"].unique().sort().to_list()
        leaders = known_leaders(folder, leading_indicators(get_settings().leading_indicators), names)
        past = backtest.filter((pl.col("group") == group.name) & pl.col("alone").is_not_null()).drop("group")
        ahead = forecasts.filter((pl.col("group") == group.name) & (pl.col("model") == NAME)).drop(
            "group", "scale", "leader", "known_to", "elasticity"
        )
        if past.height:
            found[group.name] = measure_group(group, past, ahead, leaders)
    panels = pl.concat(group.panel for group in groups)
    return {"groups": found, "years": years(observations, forecasts, panels), "load": os.getloadavg()[0]}


if __name__ == "__main__":
    print(json.dumps(measure()))
