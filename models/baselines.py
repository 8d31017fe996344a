"""The floor every model is held against: seasonal naive and drift.

Reference: Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), section 5.2.
"""

from __future__ import annotations

import polars as pl

from models.series import period_of

BASELINES = ("seasonal_naive", "drift")


def future(panel: pl.DataFrame, *, horizon: int, season: int) -> pl.DataFrame:
    """The `horizon` periods after each series' last one: unique_id, ds, horizon (1, 2, ...)."""
    steps = pl.int_ranges(1, horizon + 1, dtype=pl.Int32)
    first, last = (pl.col("last").dt.offset_by(_months(count, season)) for count in (1, horizon))
    return (
        panel.group_by("unique_id", maintain_order=True)
        .agg(last=pl.col("ds").max())
        .select("unique_id", ds=pl.date_ranges(first, last, period_of(season)), horizon=steps)
        .explode("ds", "horizon")
    )


def _months(periods: int, season: int) -> str:
    return f"{int(period_of(season).removesuffix('mo')) * periods}mo"


def baseline_forecasts(panel: pl.DataFrame, *, horizon: int, season: int) -> pl.DataFrame:
    """Both baselines for every series of a prepared panel: unique_id, ds, model, horizon, yhat (never
    negative).

    seasonal_naive repeats the figures of the last season, or the last figure of a series shorter than that.
    drift goes on along the line from the first to the last figure; one figure alone is repeated.
    """
    ahead = future(panel, horizon=horizon, season=season)
    history = panel.with_columns(back=pl.len().over("unique_id") - pl.int_range(pl.len()).over("unique_id"))
    facts = history.group_by("unique_id").agg(
        first=pl.col("y").first(), latest=pl.col("y").last(), length=pl.len().cast(pl.Int64)
    )
    base = ahead.join(facts, on="unique_id", maintain_order="left")
    repeats = season - (pl.col("horizon").cast(pl.Int64) - 1) % season
    naive = (
        base.with_columns(back=pl.when(pl.col("length") >= season).then(repeats).otherwise(1))
        .join(history.select("unique_id", pl.col("back").cast(pl.Int64), yhat="y"), on=["unique_id", "back"])
        .with_columns(model=pl.lit("seasonal_naive"))
    )
    slope = (pl.col("latest") - pl.col("first")) / pl.max_horizontal(pl.col("length") - 1, 1)
    drift = base.with_columns(
        yhat=(pl.col("latest") + pl.col("horizon") * slope).clip(lower_bound=0), model=pl.lit("drift")
    )
    columns = ["unique_id", "ds", "model", "horizon", "yhat"]
    return pl.concat([naive.select(columns), drift.select(columns)]).sort("unique_id", "model", "ds")
