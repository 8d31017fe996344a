"""Forecasts are held against the truth that arrives after them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from models.backtest import scores
from tic.analytics.forecast_archive import check
from tic.analytics.warehouse import read_forecasts, write_observations
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.context import Context, job_context
from tic.jobs.forecasts import refresh_forecasts
from tic.jobs.past_forecasts import archive_line, past_rows

STARTER = Path(__file__).resolve().parents[2] / "ingest" / "starter" / "statistics.parquet"
SOURCE = "mots_arrivals_monthly"


def arrivals_until(settings: Settings, month: date) -> None:
    """The warehouse as it stood when arrivals of a month were the newest."""
    figures = pl.read_parquet(STARTER).filter((pl.col("source") == SOURCE) & (pl.col("period") <= month))
    write_observations(settings.warehouse, SOURCE, figures)


@pytest.fixture(scope="module")
def until_december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a run on the arrivals up to December 2025, to be copied."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("december") / "data")
    arrivals_until(settings, date(2025, 12, 1))
    with job_context(settings, Silent()) as opened:
        refresh_forecasts(opened)
    return settings.data_dir


@pytest.fixture
def context(until_december: Path, settings: Settings) -> Iterator[Context]:
    """After a run on the arrivals up to December 2025."""
    shutil.copytree(until_december, settings.data_dir)
    with job_context(settings, Silent()) as opened:
        yield opened


def test_a_forecast_is_scored_with_each_month_that_is_published_after_it(context: Context) -> None:
    folder = context.settings.warehouse
    assert read_forecasts(folder, "past").is_empty()
    assert past_rows(context)[1] == []
    told = read_forecasts(folder, "forecasts").filter(pl.col("model") == "ensemble").sort("ds")
    arrivals_until(context.settings, date(2026, 3, 1))
    refresh_forecasts(context)
    arrivals_until(context.settings, date(2026, 5, 1))
    refresh_forecasts(context)
    past = read_forecasts(folder, "past").filter(pl.col("model") == "ensemble")
    december = past.filter(pl.col("cutoff") == date(2025, 12, 1)).sort("ds")
    assert december["ds"].to_list() == [date(2026, month, 1) for month in range(1, 6)]
    assert december["yhat"].to_list() == told["yhat"].head(5).to_list()
    assert past.filter(pl.col("cutoff") == date(2026, 3, 1))["horizon"].to_list() == [1, 2]
    row = next(row for row in past_rows(context)[1] if row[2] == "ensemble")
    mase = scores(december, by=("model",))["mase"].item()
    assert row[:5] == ["arrivals", date(2025, 12, 1), "ensemble", 5, f"{mase:.3f}"]
    assert mase < 1


def test_what_was_forecast_is_kept_when_the_truth_is_revised_and_the_run_is_repeated(context: Context) -> None:
    folder = context.settings.warehouse
    before = check(folder)
    refresh_forecasts(context, force=True)
    assert check(folder) == before
    assert archive_line(context) == f"Archive: 1 forecasts kept as they were made. Seal {before.seal}."
    arrivals_until(context.settings, date(2026, 1, 1))
    refresh_forecasts(context)
    assert check(folder).entries[: len(before.entries)] == before.entries
    assert len(check(folder).entries) == 2


def test_an_archive_that_somebody_changed_says_so_and_the_changed_part_does_not_count(context: Context) -> None:
    folder = context.settings.warehouse
    (path,) = (folder / "forecast_archive" / "rows").iterdir()
    pl.read_parquet(path).with_columns(yhat=pl.col("yhat") + 1).write_parquet(path)
    assert f"1 broken ({path.stem}), not counted" in archive_line(context)
    arrivals_until(context.settings, date(2026, 1, 1))
    refresh_forecasts(context)
    assert read_forecasts(folder, "past").is_empty()
