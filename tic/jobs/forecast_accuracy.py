"""`tic forecast accuracy`: how good the forecasts were in the backtest, and what it costs that parts add up."""

from __future__ import annotations

from typing import Any

import polars as pl

from tic.analytics.warehouse import read_forecasts
from tic.jobs.context import Context


def accuracy_rows(context: Context) -> tuple[list[str], list[list[Any]]]:
    """Errors of the combination and of the seasonal naive model in the backtest, per series, and the cover of the
    combination's 80 and 95 % intervals (percent; `origins` from which months were forecast).

    The last row takes all series together. Raises NotFound before the first run.
    """
    accuracy = read_forecasts(context.settings.warehouse, "accuracy")
    backtest = read_forecasts(context.settings.warehouse, "backtest")
    from models.backtest import scores

    together = scores(backtest, by=("model",)).with_columns(unique_id=pl.lit("all series"))
    columns = ["series", "mase", "mase naive", "covered by 80 %", "covered by 95 %", "origins"]
    rows: list[list[Any]] = []
    for part in (accuracy, together):
        told, naive = (part.filter(pl.col("model") == name) for name in ("ensemble", "seasonal_naive"))
        joined = told.join(naive.select("unique_id", naive="mase"), on="unique_id").sort("unique_id")
        rows += [
            [
                row["unique_id"],
                f"{row['mase']:.3f}",
                f"{row['naive']:.3f}",
                *(None if share is None else f"{share:.1%}" for share in (row["coverage_80"], row["coverage_95"])),
                row["n_windows"],
            ]
            for row in joined.iter_rows(named=True)
        ]
    return columns, rows


def reconciliation_rows(context: Context) -> tuple[list[str], list[list[Any]]]:
    """What it costs or brings that parts add up to wholes: the mean MASE of the combination over all series of an
    indicator in the backtest, before and after, and the change in percent. The last row takes all series together.

    Raises NotFound before the first run.
    """
    backtest = read_forecasts(context.settings.warehouse, "backtest")
    from models.backtest import scores
    from models.ensemble import NAME

    told = backtest.filter(pl.col("model") == NAME).with_columns(
        indicator=pl.col("unique_id").str.split("/").list.first()
    )
    index = ("indicator", "unique_id")
    after = scores(told, by=index).select(*index, after="mase")
    before = scores(told.with_columns(yhat="base"), by=index).select(*index, before="mase")
    both = before.join(after, on=list(index))
    means = [pl.len().alias("series"), pl.col("before").mean(), pl.col("after").mean()]
    found = pl.concat(
        [
            both.group_by("indicator").agg(means).sort("indicator"),
            both.select(pl.lit("all series").alias("indicator"), *means),
        ],
        how="vertical_relaxed",
    )
    rows = [
        [indicator, series, f"{base:.3f}", f"{added:.3f}", f"{(added / base - 1) * 100:+.2f}"]
        for indicator, series, base, added in found.iter_rows()
    ]
    return ["indicator", "series", "mase alone", "mase added up", "change, %"], rows
