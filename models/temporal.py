"""Quarters and years of monthly figures and forecasts: their months added up, so that they agree with them.

Bottom-up in time (Athanasopoulos, Hyndman, Kourentzes & Petropoulos 2017): months are forecast, quarters and years
follow. Months that are known already count as they are, without any width.
"""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

Frequency = Literal["Q", "Y"]
MONTHS: Final[dict[Frequency, int]] = {"Q": 3, "Y": 12}
_EVERY: Final[dict[Frequency, str]] = {"Q": "1q", "Y": "1y"}


def totals(forecasts: pl.DataFrame, known: pl.DataFrame, *, frequency: Frequency, averaged: pl.Expr) -> pl.DataFrame:
    """Quarters or years in which at least one month is forecast and every month known or forecast.

    forecasts: unique_id, ds, model, cutoff, yhat, lo_<level>, hi_<level>, monthly. known: unique_id, ds, y.
    averaged: an expression on unique_id, true for rates, whose months are averaged (unweighted) and not added.
    Returns the columns of `forecasts` without horizon, with `frequency`, `months_known`. The bounds are the months'
    bounds added up: the interval as wide as if the errors of its months went fully together, which those of a year
    nearly do.
    """
    bounds = [name for name in forecasts.columns if name.startswith(("lo_", "hi_"))]
    figures = ["yhat", *bounds]
    index = ["unique_id", "model", "cutoff"]
    series = forecasts.select(index).unique()
    before = (
        known.join(series, on="unique_id")
        .filter(pl.col("ds") <= pl.col("cutoff"))
        .select(*index, "ds", *(pl.col("y").alias(name) for name in figures), known=pl.lit(1))
    )
    ahead = forecasts.select(*index, "ds", *figures, known=pl.lit(0))
    value = {name: pl.when(averaged).then(pl.col(name).mean()).otherwise(pl.col(name).sum()) for name in figures}
    # A sum passes over nulls; a total without all its months' bounds has none.
    whole = {name: pl.when(pl.col(name).null_count() == 0).then(value[name].first()) for name in figures}
    return (
        pl.concat([before, ahead])
        .with_columns(start=pl.col("ds").dt.truncate(_EVERY[frequency]))
        .group_by(*index, "start")
        .agg(**whole, months=pl.len(), months_known=pl.col("known").sum())
        .filter((pl.col("months") == MONTHS[frequency]) & (pl.col("months_known") < MONTHS[frequency]))
        .select(*index, pl.col("start").alias("ds"), *figures, "months_known", frequency=pl.lit(frequency))
        .sort("unique_id", "model", "ds")
    )
