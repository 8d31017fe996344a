"""`tic forecast run`: fit the models on the newest figures and store what the pages read."""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from models.series import COVID_19
from tic.analytics.summaries import SEPARATE_MARKETS
from tic.analytics.warehouse import read_forecasts, scan_observations, write_forecasts
from tic.core.errors import BadInput, NotFound, StorageFailed
from tic.core.locks import job_lock
from tic.jobs.context import Context

HORIZON_MONTHS = 24
SEASON_MONTHS = 12
TABLES = ("forecasts", "accuracy", "backtest")
MODEL_VERSION = "3"
"""Raised when the models change, so that the next run fits again."""


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """What a run did; `fitted` is False when figures and models were those of the stored forecasts."""

    fitted: bool
    series: int
    rows: int
    version: str
    wall_s: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def summary(self) -> str:
        """For people."""
        if not self.fitted:
            return "The forecasts are up to date: no figure has changed since they were fitted."
        return f"Fitted {self.series} series, {self.rows:,} forecast rows, in {self.wall_s:.1f} s."


def refresh_forecasts(context: Context, *, force: bool = False) -> ForecastReport:
    """Fit when the arrivals or the models have changed; `force` fits anyway.

    Raises JobRunning, BadInput without figures, StorageFailed.
    """
    started = time.monotonic()
    folder = context.settings.warehouse
    with job_lock(context.settings.lock_dir, "forecast"):
        panel = arrivals_panel(scan_observations(folder))
        version = _version(panel)
        if not force and _stored_version(folder) == version:
            return ForecastReport(False, 0, 0, version, time.monotonic() - started)
        # Imported late: the model libraries take seconds to load and a run without news does not need them.
        from models.forecast import forecast_panel

        count = panel["unique_id"].n_unique()
        with context.reporter.step("Forecasts", total=count, unit="series") as step:
            result = forecast_panel(panel, horizon=HORIZON_MONTHS, season=SEASON_MONTHS)
            step.advance(count)
        fitted_at = datetime.now(UTC)
        stamp = {"data_version": pl.lit(version), "fitted_at": pl.lit(fitted_at)}
        tables = {name: getattr(result, name).with_columns(**stamp) for name in TABLES}
        write_forecasts(folder, f"{fitted_at:%Y%m%dT%H%M%S%fZ}", tables)
    return ForecastReport(True, count, result.forecasts.height, version, time.monotonic() - started)


def _version(panel: pl.DataFrame) -> str:
    """A short name of the figures and the models: it changes when, and only when, a forecast could."""
    return f"{hashlib.sha256(panel.write_csv().encode()).hexdigest()[:12]}-{MODEL_VERSION}"


def _stored_version(folder: Path) -> str | None:
    """The version of the stored forecasts; None where there are none that can be read."""
    try:
        forecasts, *_others = [read_forecasts(folder, name) for name in TABLES]
    except (NotFound, StorageFailed):
        return None
    return str(forecasts["data_version"][0]) if forecasts.height else None


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


def arrivals_panel(observations: pl.LazyFrame) -> pl.DataFrame:
    """Monthly arrivals, national (`arrivals/TH/all`) and per region of residence, as unique_id, ds, y.

    The national series is that of the ministry's monthly releases, the regional ones of its table by region. A series
    that ends before COVID-19 did is left out: nothing tells to which level it returned. Raises BadInput when there are
    no figures.
    """
    monthly = observations.filter(
        (pl.col("indicator") == "arrivals") & (pl.col("area") == "TH") & (pl.col("frequency") == "M")
    )
    national = monthly.filter((pl.col("market") == "all") & (pl.col("source") == "mots_arrivals_monthly"))
    regional = monthly.filter(
        pl.col("market").is_in(SEPARATE_MARKETS) & (pl.col("source") == "mots_arrivals_by_region")
    )
    panel = (
        pl.concat([national, regional])
        .select(
            unique_id=pl.concat_str([pl.col("indicator"), pl.col("area"), pl.col("market")], separator="/"),
            ds="period",
            y="value",
        )
        .filter(pl.col("ds").max().over("unique_id") > COVID_19.end)
        .sort("unique_id", "ds")
        .collect()
    )
    if panel.is_empty():
        raise BadInput("There are no monthly arrivals to forecast from. Run `tic ingest run` first.")
    return panel
