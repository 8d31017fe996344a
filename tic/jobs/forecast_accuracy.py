"""`tic forecast accuracy`: how good the forecasts were in the backtest, and what it costs that parts add up."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tic.analytics.warehouse import read_forecasts
from tic.jobs.context import Context
from tic.jobs.leading import led_name

_MONTHS_AHEAD: Final = (1, 3, 6, 12)


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
    # What leading indicators moved afterwards is no part of it.
    added = pl.coalesce("alone", "yhat") if "alone" in told.columns else pl.col("yhat")
    after = scores(told.with_columns(yhat=added), by=index).select(*index, after="mase")
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


def leading_rows(context: Context) -> tuple[list[str], list[list[Any]]]:
    """What leading indicators bring, and how good nowcasts are: by group, indicator, market and months ahead the mean
    MASE in the backtest of the seasonal naive model, of the combination without leading indicators and with them,
    the change in percent, and what leads the nowcast of today. Regions of residence
    count together.

    At each past origin a leader counts only as far as it was published and had helped by then. Raises NotFound before
    the first run.
    """
    backtest = read_forecasts(context.settings.warehouse, "backtest")
    forecasts = read_forecasts(context.settings.warehouse, "forecasts")
    if "alone" not in backtest.columns:
        return _LEADING_COLUMNS, []
    from models.ensemble import NAME
    from models.leading import NOWCAST

    wanted = backtest.filter(pl.col("horizon").is_in(_MONTHS_AHEAD) & pl.col("alone").is_not_null())
    index = ["unique_id", "cutoff", "ds"]
    naive = wanted.filter(pl.col("model") == "seasonal_naive").select(*index, naive="yhat")
    told = wanted.filter(pl.col("model") == NAME).join(naive, on=index).with_columns(series=_series_kind())
    errors = {
        name: ((pl.col("y") - pl.col(name)).abs() / pl.col("scale")).mean() for name in ("naive", "alone", "yhat")
    }
    means = told.group_by("group", "series", "horizon").agg(pl.col("unique_id").n_unique().alias("count"), **errors)
    now = forecasts.filter(pl.col("model") == NOWCAST).with_columns(series=_series_kind())
    led = now.group_by("group", "series").agg(
        pl.col("leader").drop_nulls().first(), pl.col("elasticity").drop_nulls().first()
    )
    rows = [
        [
            row["group"],
            row["series"],
            row["horizon"],
            row["count"],
            *(f"{row[name]:.3f}" for name in errors),
            f"{(row['yhat'] / row['alone'] - 1) * 100:+.2f}",
            _led_by(row["leader"], row["elasticity"]),
        ]
        for row in means.join(led, on=["group", "series"], how="left")
        .sort("group", "series", "horizon")
        .iter_rows(named=True)
    ]
    return _LEADING_COLUMNS, rows


_LEADING_COLUMNS: Final = [
    "group",
    "indicator",
    "months ahead",
    "series",
    "mase naive",
    "mase alone",
    "mase led",
    "change, %",
    "led today by",
]


def _led_by(leader: str | None, elasticity: float | None) -> str | None:
    """The leader with its elasticity; in parentheses where only parts of the series follow it."""
    if leader is None:
        return None
    return f"({led_name(leader)})" if elasticity is None else f"{led_name(leader)} x {elasticity:.2f}"


def _series_kind() -> pl.Expr:
    """Indicator and market of a series; `parts` for a region of residence."""
    parts = pl.col("unique_id").str.split("/")
    market = parts.list.get(2)
    kept = pl.when(market.is_in(["all", "thai", "foreign"])).then(market).otherwise(pl.lit("parts"))
    return parts.list.first() + "/" + kept
