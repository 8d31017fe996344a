"""Past forecasts: kept by each run, held against the truth by the runs after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from tic.analytics.forecast_archive import check, keep
from tic.analytics.warehouse import read_forecasts
from tic.jobs.context import Context
from tic.jobs.forecast_panels import Group

PAST: Final[dict[str, Any]] = {
    "unique_id": pl.String,
    "model": pl.String,
    "cutoff": pl.Date,
    "ds": pl.Date,
    "horizon": pl.Int32,
    "y": pl.Float64,
    "yhat": pl.Float64,
    "scale": pl.Float64,
    **{f"{side}_{level}": pl.Float64 for level in (50, 80, 95) for side in ("lo", "hi")},
    "level": pl.String,
    "group": pl.String,
    "data_version": pl.String,
    "made_at": pl.Datetime("us", "UTC"),
    "known_to": pl.Date,
}
"""Columns of the table `past`."""


def keep_forecasts(folder: Path, forecasts: pl.DataFrame, group: Group, version: str) -> None:
    """Into the archive, for ever: what was forecast, without the stamps that the same figures would change."""
    rows = forecasts.drop("group", "data_version", "fitted_at")
    keep(folder, rows, group=group.name, data_version=version, at=forecasts["fitted_at"][0])


def past_table(kept: pl.DataFrame, group: Group, version: str) -> pl.DataFrame:
    """Earlier forecasts of a group's series beside the truth that has arrived since, in the columns of the forecasts
    with y and made_at. `data_version` is that of the truth."""
    if "made_at" not in kept.columns:
        return pl.DataFrame(schema=PAST)
    # What was kept before there were nowcasts does not tell it.
    whole = kept if "known_to" in kept.columns else kept.with_columns(known_to=pl.lit(None, pl.Date))
    return (
        whole.join(group.panel, on=["unique_id", "ds"])
        .with_columns(group=pl.lit(group.name), data_version=pl.lit(version))
        .select(pl.col(name).cast(kind) for name, kind in PAST.items())
        .sort("unique_id", "model", "cutoff", "ds", "known_to")
    )


def past_rows(context: Context) -> tuple[list[str], list[list[Any]]]:
    """Kept forecasts of the combination, nowcasts and the seasonal naive model's against the truth that has arrived: by
    group, cutoff and model; months compared, MASE, MAPE and the cover of the 80 and 95 % intervals (percent).

    Raises NotFound before the first run.
    """
    past = read_forecasts(context.settings.warehouse, "past")
    from models.backtest import scores
    from models.ensemble import NAME
    from models.leading import NOWCAST

    told = past.filter(pl.col("model").is_in([NAME, NOWCAST, "seasonal_naive"]))
    by = ("group", "cutoff", "model")
    found = scores(told, by=by) if told.height else told
    counted = told.group_by(by).agg(months=pl.len())
    rows = [
        [
            row["group"],
            row["cutoff"],
            row["model"],
            row["months"],
            f"{row['mase']:.3f}",
            None if row["mape"] is None else f"{row['mape']:.2f}",
            *(None if share is None else f"{share:.1%}" for share in (row["coverage_80"], row["coverage_95"])),
        ]
        for row in found.join(counted, on=by).sort(by).iter_rows(named=True)
    ]
    return ["group", "cutoff", "model", "months", "mase", "mape", "covered by 80 %", "covered by 95 %"], rows


def archive_line(context: Context) -> str:
    """What is kept, whether it is as it was, and the seal to note."""
    found = check(context.settings.warehouse)
    if found.broken:
        return f"Archive: {len(found.broken)} broken ({', '.join(found.broken)}), not counted. Seal {found.seal}."
    return f"Archive: {len(found.entries)} forecasts kept as they were made. Seal {found.seal}."
