"""The forecast job: fits when figures have changed, and only then; a killed run leaves the old forecasts."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tic.analytics.forecast_archive import check, keep, kept_forecasts
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.warehouse import read_forecasts, write_observations
from tic.core.errors import BadInput, JobRunning
from tic.core.locks import job_lock
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.context import Context, job_context
from tic.jobs.forecast_accuracy import accuracy_rows, leading_rows, reconciliation_rows
from tic.jobs.forecasts import TABLES, refresh_forecasts


def observations(
    months: int,
    *,
    source: str = "mots_arrivals_monthly",
    market: str = "all",
    start: int = 2023,
    indicator: str = "arrivals",
) -> pl.DataFrame:
    """Monthly figures with a yearly wave."""
    rows = [
        (
            indicator,
            "persons",
            "TH",
            market,
            "M",
            date(start + place // 12, place % 12 + 1, 1),
            round(2e6 + 5e5 * math.sin(place / 12 * math.tau) + place % 5 * 1e4),
            "final",
            source,
            date(2026, 6, 1),
        )
        for place in range(months)
    ]
    return pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    """A job's context whose warehouse holds 27 months of arrivals."""
    write_observations(settings.warehouse, "mots_arrivals_monthly", observations(27))
    with job_context(settings, Silent()) as opened:
        yield opened


def test_a_run_leaves_two_years_of_forecasts_and_their_evidence(context: Context) -> None:
    report = refresh_forecasts(context, today=date(2025, 4, 20))
    assert (report.fitted, report.series, report.rows) == (True, 1, 7 * 24 + 1)
    told = read_forecasts(context.settings.warehouse, "forecasts")
    assert (told["ds"].min(), told["ds"].max()) == (date(2025, 4, 1), date(2027, 3, 1))
    assert set(told["data_version"]) == {report.version["arrivals"]}
    assert set(told.select("level", "group").rows()) == {("country", "arrivals")}
    backtest = read_forecasts(context.settings.warehouse, "backtest")
    assert backtest["cutoff"].unique().sort().to_list() == [date(2024, 12, 1), date(2025, 2, 1)]
    assert accuracy_rows(context)[1][-1][0] == "all series"


def test_nothing_is_fitted_again_until_the_arrivals_change(context: Context) -> None:
    first = refresh_forecasts(context)
    assert not refresh_forecasts(context).fitted
    assert "up to date" in refresh_forecasts(context).summary()
    folder = context.settings.warehouse
    write_observations(
        folder, "mots_province_monthly", observations(5, source="mots_province_monthly", indicator="visitors")
    )
    assert not refresh_forecasts(context).fitted
    write_observations(folder, "mots_arrivals_monthly", observations(28))
    again = refresh_forecasts(context)
    assert again.fitted
    assert again.version != first.version


def test_force_fits_the_same_forecasts_again(context: Context) -> None:
    refresh_forecasts(context)
    before = read_forecasts(context.settings.warehouse, "forecasts")
    assert refresh_forecasts(context, force=True).fitted
    after = read_forecasts(context.settings.warehouse, "forecasts")
    assert after["fitted_at"][0] > before["fitted_at"][0]
    assert after.drop("fitted_at").equals(before.drop("fitted_at"))


def test_a_run_that_is_killed_leaves_the_old_forecasts_and_the_next_completes(context: Context) -> None:
    old = refresh_forecasts(context)
    folder = context.settings.warehouse
    write_observations(folder, "mots_arrivals_monthly", observations(28))

    def versions() -> list[set[str]]:
        return [set(read_forecasts(folder, name)["data_version"]) for name in TABLES[:6]]

    code = (
        "import os, signal; from tic.analytics import warehouse; from tic.core.progress import Silent\n"
        "from tic.jobs.context import job_context; from tic.jobs.forecasts import refresh_forecasts\n"
        # All tables are written; the kill comes before they are put in force.
        "warehouse.write_bytes = lambda path, content: os.kill(os.getpid(), signal.SIGKILL)\n"
        "with job_context(None, Silent()) as context: refresh_forecasts(context)"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert versions() == [set(old.version.values())] * 6
    new = refresh_forecasts(context)
    assert new.fitted
    assert versions() == [set(new.version.values())] * 6


def test_forecasts_that_cannot_be_read_are_fitted_again(context: Context) -> None:
    refresh_forecasts(context)
    for path in Path(context.settings.warehouse / "forecasts").rglob("accuracy.parquet"):
        path.write_bytes(b"")
    assert refresh_forecasts(context).fitted


def test_a_second_run_at_once_is_refused(context: Context) -> None:
    with job_lock(context.settings.lock_dir, "forecast"), pytest.raises(JobRunning, match="Another forecast job"):
        refresh_forecasts(context)


def test_without_arrivals_there_is_nothing_to_forecast_from(settings: Settings) -> None:
    with job_context(settings, Silent()) as empty, pytest.raises(BadInput, match="no monthly figures"):
        refresh_forecasts(empty)


def test_other_groups_stay_as_they_are_when_one_is_fitted_again(context: Context) -> None:
    folder = context.settings.warehouse
    rooms = observations(30, source="bot_tourism_indicators", indicator="room_rate_thb")
    write_observations(folder, "bot_tourism_indicators", rooms)
    assert refresh_forecasts(context).series == 2
    before = read_forecasts(folder, "forecasts").filter(pl.col("group") == "others")
    write_observations(folder, "mots_arrivals_monthly", observations(28))
    write_observations(folder, "bot_tourism_indicators", rooms.head(29))
    again = refresh_forecasts(context, groups=("arrivals",))
    assert (again.series, list(again.version)) == (1, ["arrivals"])
    after = read_forecasts(folder, "forecasts").filter(pl.col("group") == "others")
    assert before.filter(pl.col("model") != "nowcast").height == 7 * 24
    assert after.equals(before)
    assert refresh_forecasts(context).series == 1


def test_shares_end_at_a_hundred_percent_and_quarters_agree_with_their_months(context: Context) -> None:
    full = observations(30, source="bot_tourism_indicators", indicator="occupancy_pct")
    write_observations(context.settings.warehouse, "bot_tourism_indicators", full.with_columns(value=99.0))
    refresh_forecasts(context)
    told = read_forecasts(context.settings.warehouse, "forecasts").filter(pl.col("model") == "ensemble")
    share = told.filter(pl.col("unique_id").str.starts_with("occupancy"))
    assert share.select(pl.max_horizontal("yhat", "hi_95").max()).item() <= 100
    summer = told.filter((pl.col("group") == "arrivals") & pl.col("ds").is_between(date(2025, 7, 1), date(2025, 9, 1)))
    totals = read_forecasts(context.settings.warehouse, "totals")
    quarter = totals.filter((pl.col("frequency") == "Q") & (pl.col("ds") == date(2025, 7, 1)))
    assert quarter.filter(pl.col("group") == "arrivals")["yhat"].item() == pytest.approx(summer["yhat"].sum())
    assert quarter.filter(pl.col("group") == "others")["yhat"].item() == pytest.approx(99, abs=0.5)
    assert reconciliation_rows(context)[1][-1][:2] == ["all series", 2]


def by_residence(months: int) -> pl.DataFrame:
    """Arrivals from Europe and Africa, a tenth and a hundredth of all."""
    shares = (("europe", 0.1), ("africa", 0.01))
    parts = [
        observations(months, source="mots_arrivals_by_region", market=market).with_columns(
            value=pl.col("value") * share
        )
        for market, share in shares
    ]
    return pl.concat(parts)


def test_a_nowcast_reaches_from_the_last_figure_to_the_month_under_way(context: Context) -> None:
    write_observations(context.settings.warehouse, "mots_arrivals_by_region", by_residence(25))
    refresh_forecasts(context, today=date(2027, 3, 9))
    told = read_forecasts(context.settings.warehouse, "forecasts")
    now = told.filter(pl.col("model") == "nowcast").sort("ds")
    world = now.filter(pl.col("unique_id") == "arrivals/TH/all")
    assert (world["ds"][0], world["ds"][-1], world.height) == (date(2025, 4, 1), date(2027, 3, 1), 24)
    # Figures by residence end two months earlier: their third year repeats the second.
    europe = now.filter(pl.col("unique_id") == "arrivals/TH/europe")
    assert (europe["ds"][0], europe["ds"][-1], europe.height) == (date(2025, 2, 1), date(2027, 3, 1), 26)
    assert europe["alone"].to_list()[24:] == europe["alone"].to_list()[12:14]
    months = told.filter((pl.col("model") == "ensemble") & (pl.col("unique_id") == "arrivals/TH/europe")).sort("ds")
    assert months["yhat"].to_list() == europe["yhat"].to_list()
    assert months["known_to"].null_count() == 26
    bounds = europe.select("lo_95", "lo_80", "lo_50", "yhat", "hi_50", "hi_80", "hi_95").row(-1)
    assert list(bounds) == sorted(bounds)


def test_a_new_month_is_news_and_so_is_a_figure_of_a_leading_indicator(context: Context) -> None:
    folder = context.settings.warehouse
    rooms = observations(30, source="bot_tourism_indicators", indicator="room_rate_thb")
    write_observations(folder, "bot_tourism_indicators", rooms)
    refresh_forecasts(context, today=date(2025, 8, 1))
    assert not refresh_forecasts(context, today=date(2025, 8, 31)).fitted
    assert refresh_forecasts(context, today=date(2025, 9, 1)).series == 2
    write_observations(folder, "mots_arrivals_monthly", observations(28))
    # Arrivals lead room rates.
    assert refresh_forecasts(context, today=date(2025, 9, 2)).series == 2


def test_nowcasts_are_kept_once_for_each_month_that_their_leader_was_known_to(context: Context) -> None:
    folder = context.settings.warehouse
    keys = ("unique_id", "cutoff", "ds", "known_to")
    refresh_forecasts(context, today=date(2025, 6, 1))
    told = read_forecasts(folder, "forecasts").filter(pl.col("model") == "nowcast")
    led = told.with_columns(known_to=pl.lit(date(2025, 4, 1)), leader=pl.lit("lead"))
    for number, rows in enumerate((led, led.with_columns(known_to=pl.lit(date(2025, 5, 1)), yhat=1.0), led)):
        keep(folder, rows, group="arrivals", data_version=f"v{number}", at=datetime(2025, 6, 1, tzinfo=UTC))
    kept = kept_forecasts(folder, check(folder)).filter(pl.col("model") == "nowcast")
    april = kept.filter(pl.col("ds") == date(2025, 4, 1)).select(*keys[2:], "yhat").sort("known_to")
    assert april["known_to"].to_list() == [None, date(2025, 4, 1), date(2025, 5, 1)]
    assert april["yhat"].to_list() == [told["yhat"][0], told["yhat"][0], 1.0]


def test_what_leading_indicators_bring_is_told_by_months_ahead(context: Context) -> None:
    refresh_forecasts(context)
    columns, rows = leading_rows(context)
    assert columns[:4] == ["group", "indicator", "months ahead", "series"]
    assert [row[:4] for row in rows] == [["arrivals", "arrivals/all", ahead, 1] for ahead in (1, 3)]
    assert rows[0][5] == rows[0][6]
