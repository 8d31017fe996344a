from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select

from directory import repository, tables
from directory.repository import QuarantinedRow
from tic.core.database import reading, writing


def latest(database: Engine, now: datetime | None = None) -> dict[str, repository.SourceRun]:
    with reading(database) as connection:
        return {run.source: run for run in repository.latest_runs(connection, now=now)}


def test_a_run_is_kept_with_its_counts(database: Engine) -> None:
    now = datetime.now(UTC)
    with writing(database) as connection:
        run_id = repository.start_run(connection, "tat", now)
    assert (latest(database)["tat"].state, latest(database)["tat"].message) == ("running", None)
    with writing(database) as connection:
        repository.end_run(
            connection,
            run_id,
            now=now + timedelta(seconds=9),
            state="done",
            sha256="ab",
            fetched=5,
            accepted=4,
            quarantined=1,
            new=3,
            changed=1,
            gone=2,
            parser_version="v1",
            message="above the maximum",
        )
    run = latest(database)["tat"]
    assert run.started_at == now
    assert run.ended_at == now + timedelta(seconds=9)
    assert (run.state, run.sha256, run.parser_version, run.message) == ("done", "ab", "v1", "above the maximum")
    assert (run.fetched, run.accepted, run.quarantined, run.new, run.changed, run.gone) == (5, 4, 1, 3, 1, 2)


def test_the_last_done_run_is_found_behind_a_failed_one(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        assert repository.last_done_run(connection, "tat") is None
        repository.end_run(connection, repository.start_run(connection, "tat", now), now=now, state="done", sha256="ab")
        repository.end_run(connection, repository.start_run(connection, "tat", now), now=now, state="failed")
        done = repository.last_done_run(connection, "tat")
    assert done is not None
    assert done.sha256 == "ab"
    assert latest(database)["tat"].state == "failed"


def test_a_run_whose_process_was_killed_is_interrupted_and_the_next_replaces_it(database: Engine) -> None:
    url = database.url.render_as_string(hide_password=False)
    code = (
        "import sys, os, signal; from datetime import datetime, UTC; from directory import repository;"
        "from tic.core.database import open_database, writing; engine = open_database(sys.argv[1]);\n"
        "with writing(engine) as c: repository.start_run(c, 'tat', datetime.now(UTC))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, url], check=False).returncode == -9
    assert latest(database)["tat"].state == "interrupted"
    with writing(database) as connection:
        repository.start_run(connection, "tat", datetime.now(UTC))
        states = connection.execute(select(tables.source_run.c.state).order_by(tables.source_run.c.id)).scalars().all()
    assert states == ["interrupted", "running"]
    assert latest(database)["tat"].state == "running"


def test_a_run_that_has_been_open_for_half_a_day_is_interrupted(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        repository.start_run(connection, "tat", now)
    assert latest(database, now + timedelta(hours=5))["tat"].state == "running"
    assert latest(database, now + timedelta(hours=12))["tat"].state == "interrupted"


def quarantined(database: Engine, source: str | None = None) -> list[tuple[str, tuple[str, ...], object]]:
    with reading(database) as connection:
        return [(row.row_key, row.reasons, row.body) for row in repository.list_quarantine(connection, source)]


def test_the_quarantine_of_a_source_is_replaced_as_a_whole(database: Engine, now: datetime) -> None:
    bad = QuarantinedRow("1", ("coordinates_abroad",), {"name": "วัด", "lat": "0"})
    with writing(database) as connection:
        assert (
            repository.replace_quarantine(connection, "tat", [bad, QuarantinedRow("2", ("no_name",), {})], now=now) == 2
        )
        assert repository.replace_quarantine(connection, "osm", [bad], now=now) == 1
        assert repository.replace_quarantine(connection, "tat", [bad], now=now + timedelta(days=1)) == 1
    assert quarantined(database, "tat") == [("1", ("coordinates_abroad",), {"name": "วัด", "lat": "0"})]
    assert len(quarantined(database)) == 2
    with reading(database) as connection:
        assert repository.list_quarantine(connection, "tat")[0].at == now
        assert len(repository.list_quarantine(connection, limit=1)) == 1


def test_rows_that_repeat_a_key_are_all_kept(database: Engine, now: datetime) -> None:
    repeated = [QuarantinedRow("1", ("duplicate_key",), {"row": number, "at": now}) for number in (1, 2, 3)]
    for _ in range(2):
        with writing(database) as connection:
            assert repository.replace_quarantine(connection, "tat", repeated, now=now) == 3
    assert [row[0] for row in quarantined(database)] == ["1", "1#2", "1#3"]


def test_the_same_bytes_are_one_snapshot(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        seen = [
            repository.remember_snapshot(
                connection, "tat", "ab", size_bytes=10, fetched_from=origin, now=now + timedelta(days=day)
            )
            for day, origin in enumerate(("first.csv", "second.csv"))
        ]
        row = connection.execute(select(tables.snapshot)).one()
    assert seen == [True, False]
    assert (row.fetched_from, row.fetched_at, row.size_bytes) == ("first.csv", now, 10)


def test_a_job_finds_what_it_left_for_the_next(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        assert repository.get_state(connection, "index_position:embedded") is None
        repository.set_state(connection, "index_position:embedded", "41")
        repository.set_state(connection, "index_position:embedded", "42", now=now)
        assert repository.get_state(connection, "index_position:embedded") == "42"
