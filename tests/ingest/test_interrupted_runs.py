"""Runs that are killed, and disks that are full: the next run completes, nothing twice, nothing lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, text

from directory import repository
from ingest.pipeline import RunReport
from ingest.source import Source
from tic.analytics.warehouse import scan_observations
from tic.core.database import reading
from tic.core.errors import StorageFailed
from tic.core.settings import Settings

KILLED_AT = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from sqlalchemy import event
from ingest import pipeline, reading, snapshot
from ingest.source import Expectation, get_source
from tic.analytics import warehouse
from tic.core.database import open_database
from tic.core.progress import Silent
from tic.core.settings import get_settings

moment, folder = sys.argv[1], Path(sys.argv[2])

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def wrapped(*arguments, **named):
        function(*arguments, **named)
        die()
    return wrapped

engine = open_database(get_settings().database)
commits = []
if moment == "snapshot":
    snapshot.keep = after(snapshot.keep)
elif moment == "parsed":
    reading.check_count = after(reading.check_count)
elif moment == "figures":
    warehouse.write_observations = after(warehouse.write_observations)
else:
    # The first commit notes that the run has begun, the second is that of everything the run brings.
    event.listen(engine, "commit", lambda _: (commits.append(1), len(commits) == int(moment) and die()))
sources = [replace(get_source(name), expect=Expectation(1, 9)) for name in ("tat_shops", "mots_arrivals_monthly")]
pipeline.ingest_sources(engine, get_settings(), sources, folder, Silent())
"""

RunSources = Callable[..., list[RunReport]]
MONTHS = "year,month,arrivals,source_title,source_published\n2013,1,2318447,t,2017-12-04\n"


@pytest.fixture
def two_feeds(write_tat: Callable[..., Path]) -> Path:
    """A feed of two shops, one of them bad, and one of a month."""
    folder = write_tat(("P1", "ร้านหนึ่ง", "16.44", "102.83"), ("P2", "ร้านสอง", "N/A", "N/A"))
    (folder / "mots_arrivals_monthly.csv").write_text(MONTHS, encoding="utf-8")
    return folder


@pytest.mark.parametrize("moment", ["1", "snapshot", "parsed", "2", "3", "figures", "4"])
def test_a_run_that_is_killed_at_any_moment_is_completed_by_the_next(
    moment: str,
    two_feeds: Path,
    run_sources: RunSources,
    small_source: Callable[..., Source],
    record_database: Engine,
    settings: Settings,
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_AT, moment, str(two_feeds)], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    sources = [small_source("tat_shops"), small_source("mots_arrivals_monthly")]
    assert [report.state in {"done", "unchanged"} for report in run_sources(sources, two_feeds)] == [True, True]
    with reading(record_database) as connection:
        assert repository.load_records(connection)["key"].to_list() == ["tat_shops:P1"]
        assert [row.row_key for row in repository.list_quarantine(connection)] == ["P2"]
        states = connection.execute(text("SELECT state, count(*) FROM source_run GROUP BY state")).all()
    assert scan_observations(settings.warehouse).select(pl.len()).collect().item() == 1
    assert "running" not in dict(tuple(row) for row in states)
    assert [report.state for report in run_sources(sources, two_feeds)] == ["unchanged", "unchanged"]
    assert not [path for path in settings.snapshot_dir.rglob("*.csv") if path.stat().st_size == 0]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kilobytes."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can only be mounted as root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_stops_the_run_with_one_sentence_and_loses_nothing(
    tiny_disk: Path,
    two_feeds: Path,
    run_sources: RunSources,
    small_source: Callable[..., Source],
    settings: Settings,
    record_database: Engine,
) -> None:
    sources = [small_source("tat_shops"), small_source("mots_arrivals_monthly")]
    run_sources(sources, two_feeds)
    (two_feeds / "mots_arrivals_monthly.csv").write_text(MONTHS + "2013,2,2367257,t,2017-12-04\n", encoding="utf-8")
    shutil.move(settings.snapshot_dir, tiny_disk / "snapshots")
    settings.snapshot_dir.symlink_to(tiny_disk / "snapshots")
    (tiny_disk / "ballast").write_bytes(b"x" * _free_bytes(tiny_disk))
    with pytest.raises(StorageFailed, match=r"The disk is full, .*mots_arrivals_monthly\.csv could not be written"):
        run_sources(sources, two_feeds)
    with reading(record_database) as connection:
        assert repository.load_records(connection)["key"].to_list() == ["tat_shops:P1"]
    assert scan_observations(settings.warehouse).collect()["value"].to_list() == [2318447.0]
    (tiny_disk / "ballast").unlink()
    done = run_sources(sources, two_feeds)
    assert [(report.state, report.new) for report in done] == [("unchanged", 0), ("done", 1)]


def _free_bytes(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def test_a_folder_that_may_not_be_written_stops_the_run(
    two_feeds: Path, run_sources: RunSources, small_source: Callable[..., Source], settings: Settings
) -> None:
    settings.snapshot_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.snapshot_dir.write_text("a file in the way")
    with pytest.raises(StorageFailed, match="TIC_DATA_DIR"):
        run_sources([replace(small_source("tat_shops"))], two_feeds)
