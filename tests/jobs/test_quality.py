"""The quality job: assesses what is in the directory and the warehouse, keeps a history, repeats nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import func, select

from directory import repository
from directory.listing import RECORD_SCHEMA
from directory.migrate import migrate
from directory.repository import QuarantinedRow
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.warehouse import write_observations
from tic.catalogue.datasets import DATASETS, facts_from_json
from tic.catalogue.store import failing_rows, history, latest
from tic.catalogue.tables import quality_result, quality_run
from tic.core.database import reading, writing
from tic.core.errors import NotFound
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.context import Context
from tic.jobs.quality import failing, refresh_quality, score_rows

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    """Two shops of TAT, one of them without an English name, a rejected one, and a year of arrivals."""
    found = Context(settings, Silent())
    migrate(found.database)
    deliver(found, None)
    months = [date(2025, month, 1) for month in range(1, 13)]
    rows = [("arrivals", "persons", "TH", "all", "M", month, 1e6, "final", "mots_arrivals_monthly") for month in months]
    frame = pl.DataFrame([(*row, date(2026, 1, 5)) for row in rows], schema=OBSERVATION_SCHEMA, orient="row")
    write_observations(settings.warehouse, "mots_arrivals_monthly", frame)
    yield found
    found.close()


def deliver(context: Context, phone: str | None) -> None:
    """A run of the source `tat_shops`; the first shop states a phone or none."""
    usual = {"source": "tat_shops", "category": "shop", "lat": 13.7465, "lon": 100.493, "province_code": "TH-10"}
    places = [
        {**usual, "key": "tat_shops:1", "source_id": "1", "name_th": "ร้านหนึ่ง", "phone": phone},
        {**usual, "key": "tat_shops:2", "source_id": "2", "name_th": "Shop"},
    ]
    rejected = [QuarantinedRow("3", ("point_missing",), {"name_th": "ร้านสาม"})]
    with writing(context.database) as connection:
        run = repository.start_run(connection, "tat_shops", NOW)
        repository.upsert_records(connection, pl.DataFrame(places, schema=RECORD_SCHEMA), source="tat_shops", now=NOW)
        repository.replace_quarantine(connection, "tat_shops", rejected, now=NOW)
        repository.end_run(connection, run, now=NOW, state="done", fetched=3, accepted=2, quarantined=1)


def results(context: Context, source: str) -> dict[str, tuple[int, int]]:
    with reading(context.database) as connection:
        return {item.rule: (item.passed, item.looked_at) for item in latest(connection)[source].results}


def counts(context: Context) -> tuple[int, int]:
    with reading(context.database) as connection:
        tables = (quality_run, quality_result)
        runs, rows = (connection.scalar(select(func.count()).select_from(table)) for table in tables)
    return runs or 0, rows or 0


def test_places_and_statistics_are_assessed_from_what_the_runs_left(context: Context) -> None:
    assert refresh_quality(context, now=NOW).sources == 2
    shops = results(context, "tat_shops")
    assert shops["place_contact"] == (0, 2)
    assert shops["name_th_script"] == (1, 2)
    assert shops["point_readable"] == (2, 3)
    assert shops["delivery_size"] == (0, 1)
    assert results(context, "mots_arrivals_monthly")["figure_on_time"] == (10, 12)


def test_running_twice_changes_nothing_and_the_next_day_adds_one_point(context: Context) -> None:
    assert refresh_quality(context, now=NOW).new == 2
    before = counts(context)
    assert refresh_quality(context, now=NOW + timedelta(hours=1)).sources == 0
    assert refresh_quality(context, now=NOW, force=True).new == 0
    assert counts(context) == before
    assert refresh_quality(context, now=NOW + timedelta(days=1)).new == 2
    assert counts(context) == (4, 2 * before[1])


def test_what_was_mended_raises_the_score_and_the_history_keeps_both(context: Context) -> None:
    refresh_quality(context, now=NOW)
    deliver(context, "+6622260335")
    assert refresh_quality(context, now=NOW + timedelta(hours=2)).new == 1
    with reading(context.database) as connection:
        kept = history(connection, date(2026, 5, 20), source="tat_shops")
    found = [{item.rule: item.passed for item in one.results}["place_contact"] for one in kept]
    assert found == [0, 1]


def test_new_places_leave_the_scores_of_figures_as_they_stand(context: Context) -> None:
    assert refresh_quality(context, now=NOW).sources == 2
    figures = results(context, "mots_arrivals_monthly")
    deliver(context, "+6622260335")
    assert refresh_quality(context, now=NOW).sources == 1
    assert results(context, "mots_arrivals_monthly") == figures
    with reading(context.database) as connection:
        known = facts_from_json(repository.get_state(connection, DATASETS))
    assert sorted(known) == ["mots_arrivals_monthly", "tat_shops"]
    assert refresh_quality(context, now=NOW).sources == 0


def test_the_same_findings_after_others_on_one_day_are_the_newest_again(context: Context) -> None:
    for phone in (None, "+6622260335", None):
        deliver(context, phone)
        refresh_quality(context, now=NOW)
    assert results(context, "tat_shops")["place_contact"] == (0, 2)


def test_the_rows_that_fail_are_reachable_page_by_page_and_old_ones_are_removed(context: Context) -> None:
    refresh_quality(context, now=NOW)
    folder = context.settings.warehouse
    with reading(context.database) as connection:
        shops = latest(connection)["tat_shops"]
    page = failing_rows(folder, "tat_shops", shops.fingerprint, "place_contact", offset=1, limit=1)
    assert (page.total, page.rows.rows()) == (2, [("place_contact", "tat_shops:2", "Shop", "–")])
    assert failing(context, "tat_shops", "point_readable", 5)[1] == [["point_readable", "3", "ร้านสาม", "point_missing"]]
    deliver(context, "+6622260335")
    refresh_quality(context, now=NOW)
    assert len(list((folder / "quality").glob("tat_shops-*.parquet"))) == 1
    with pytest.raises(NotFound, match="Run `tic quality run`"):
        failing_rows(folder, "tat_shops", shops.fingerprint, "place_contact")


def test_a_file_that_was_lost_comes_back_with_the_next_run(context: Context) -> None:
    refresh_quality(context, now=NOW)
    for path in (context.settings.warehouse / "quality").iterdir():
        path.unlink()
    refresh_quality(context, now=NOW, force=True)
    assert failing(context, "tat_shops", "place_contact", 5)[1][0][1] == "tat_shops:1"


def test_the_scores_are_shown_by_source_and_by_rule(context: Context) -> None:
    refresh_quality(context, now=NOW)
    columns, rows = score_rows(context, None)
    assert columns[:3] == ["source", "overall", "completeness"]
    assert [row[0] for row in rows] == ["tat_shops", "mots_arrivals_monthly"]
    _, rules = score_rows(context, "tat_shops")
    gains = [float(row[4]) for row in rules]
    assert gains == sorted(gains, reverse=True)


@pytest.mark.parametrize(
    ("source", "rule", "sentence"),
    [
        ("nobody", "place_once", "There is no source nobody"),
        ("tat_hotels", "place_once", "tat_hotels has not been assessed yet"),
        ("tat_shops", "nothing", "There is no rule nothing"),
    ],
)
def test_a_wrong_name_is_answered_with_what_there_is(context: Context, source: str, rule: str, sentence: str) -> None:
    refresh_quality(context, now=NOW)
    with pytest.raises(NotFound, match=sentence):
        failing(context, source, rule, 5)


def test_an_empty_directory_has_nothing_to_assess(settings: Settings) -> None:
    context = Context(settings, Silent())
    migrate(context.database)
    assert refresh_quality(context, now=NOW).sources == 0
    with pytest.raises(NotFound, match="Nothing has been assessed yet"):
        score_rows(context, None)
    context.close()


KILLED = """
import os, signal, sys
from tic.catalogue import store
from tic.core.settings import get_settings
from tic.jobs import quality
from tic.jobs.context import job_context

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(quality, sys.argv[1], die)
with job_context(get_settings()) as context:
    quality.refresh_quality(context, force=True)
"""


@pytest.mark.parametrize("moment", ["write_failing", "keep", "remove_outdated"])
def test_a_run_that_is_killed_is_completed_by_the_next_one(context: Context, moment: str) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, moment], env=dict(os.environ), check=False)
    assert killed.returncode == -signal.SIGKILL
    refresh_quality(context)
    assert counts(context)[0] == 2
    assert failing(context, "tat_shops", "place_contact", 5)[1][0][1] == "tat_shops:1"


def test_a_run_of_warnings_is_no_reason_to_assess_again(context: Context) -> None:
    assert refresh_quality(context, now=NOW).sources
    with writing(context.database) as connection:
        run = repository.start_run(connection, "tmd_cap", NOW)
        repository.end_run(connection, run, now=NOW, state="done")
    assert refresh_quality(context, now=NOW).sources == 0
