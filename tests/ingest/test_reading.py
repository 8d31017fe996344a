"""Large files of several sources are read in other processes, and leave the same as if they were read one by one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from directory import repository, tables
from directory.migrate import migrate
from ingest import pipeline, reading
from ingest.pipeline import RunReport, ingest_sources
from ingest.source import Source
from tic.core.database import open_database
from tic.core.database import reading as reading_database
from tic.core.errors import SourceUnreadable
from tic.core.locks import job_lock
from tic.core.progress import Silent
from tic.core.settings import Settings

NAMES = ("tat_shops", "tat_restaurants", "tat_hotels")
KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from ingest import pipeline
from ingest.source import Expectation, get_source
from tic.core.database import open_database
from tic.core.progress import Silent
from tic.core.settings import get_settings

pipeline._LARGE_BYTES = pipeline._MANY_BYTES = 1
pipeline._cores = lambda: 2
stored = []
first = pipeline._store

def store(*arguments):
    if len(stored) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    stored.append(1)
    return first(*arguments)

pipeline._store = store
if __name__ == "__main__":
    names = sys.argv[3:]
    sources = [replace(get_source(name), expect=Expectation(1, 99), corrections=()) for name in names]
    engine = open_database(get_settings().database)
    pipeline.ingest_sources(engine, get_settings(), sources, Path(sys.argv[1]), Silent())
"""


class Office:
    """A data folder of its own; patient: it reads one file after the other."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, *, patient: bool = False) -> None:
        self.settings, self.patch, self.patient = Settings(data_dir=folder), patch, patient
        self.database = open_database(self.settings.database)
        migrate(self.database)
        self.apart: list[int] = []

    def run(self, sources: Sequence[Source], folder: Path) -> list[RunReport]:
        with self.patch.context() as patch:
            patch.setattr(pipeline, "_cores", lambda: 1 if self.patient else 2)
            patch.setattr(pipeline, "_LARGE_BYTES", 1)
            patch.setattr(pipeline, "_MANY_BYTES", 1)
            first = pipeline.worker_processes
            patch.setattr(pipeline, "worker_processes", lambda count: (self.apart.append(count), first(count))[1])
            return ingest_sources(self.database, self.settings, sources, folder, Silent())

    def left(self) -> tuple[Any, ...]:
        record = tables.record.c
        with reading_database(self.database) as connection:
            rows = connection.execute(select(record.key, record.content_hash, record.gone_at.is_(None))).all()
            refused = [(row.source, row.row_key, row.reasons) for row in repository.list_quarantine(connection)]
            notes = [repository.get_state(connection, f"ingest_notes:{name}") for name in NAMES]
        return sorted(rows), refused, notes


@pytest.fixture
def feeds(small_source: Callable[..., Source]) -> list[Source]:
    return [small_source(name, grace_runs=0) for name in NAMES]


@pytest.fixture
def folder(feeds: list[Source], write_tat: Callable[..., Path]) -> Path:
    return write(feeds, write_tat, changed=False)


def write(feeds: list[Source], write_tat: Callable[..., Path], *, changed: bool) -> Path:
    for number, source in enumerate(feeds):
        name = "ร้านใหม่" if changed and number != 1 else f"ร้าน {number}"
        rows = [(f"P{number}{row}", f"{name} {row}", "16.44", "102.83") for row in range(5 - changed)]
        written = write_tat(*rows, ("Q", "ไม่มีที่", "N/A", "N/A"), ("R", "กลับด้าน", "102.83", "16.44"), name=source.file)
    return written


COUNTS = ("source", "state", "fetched", "accepted", "quarantined", "new", "changed", "gone", "by_reason", "message")


def counts(reports: Sequence[RunReport]) -> list[list[Any]]:
    return [[getattr(report, name) for name in COUNTS] for report in reports]


def test_several_files_are_read_at_once_and_leave_the_same(
    tmp_path: Path,
    feeds: list[Source],
    folder: Path,
    write_tat: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = Office(tmp_path / "quick", monkeypatch)
    patient = Office(tmp_path / "patient", monkeypatch, patient=True)
    assert counts(quick.run(feeds, folder)) == counts(patient.run(feeds, folder))
    write(feeds, write_tat, changed=True)
    again = quick.run(feeds, folder)
    assert counts(again) == counts(patient.run(feeds, folder))
    assert [(report.changed, report.gone) for report in again] == [(4, 1), (0, 1), (4, 1)]
    assert quick.left() == patient.left()
    assert (quick.apart, patient.apart) == ([2, 2], [])
    assert not list(quick.settings.rows_dir.glob("*.arrow"))
    assert [report.state for report in quick.run(feeds, folder)] == ["unchanged"] * 3
    assert quick.apart == [2, 2]


def test_a_file_that_cannot_be_used_fails_alone(
    tmp_path: Path, feeds: list[Source], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / feeds[1].file).write_text("<html><body>503</body></html>", encoding="utf-8")
    office = Office(tmp_path / "office", monkeypatch)
    first, second, third = office.run(feeds, folder)
    assert (first.state, second.state, third.state) == ("done", "failed", "done")
    assert isinstance(second.problem, SourceUnreadable)
    assert "is a web page, not data" in (second.message or "")
    assert office.apart == [2]


def test_a_source_that_another_process_reads_is_passed_over(
    tmp_path: Path, feeds: list[Source], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path / "office", monkeypatch)
    with job_lock(office.settings.lock_dir, f"source-{feeds[0].name}"):
        assert [report.state for report in office.run(feeds, folder)] == ["skipped", "done", "done"]


@pytest.mark.parametrize("stored", [0, 1, 2])
def test_a_run_that_is_killed_while_others_read_is_completed_by_the_next(
    stored: int, tmp_path: Path, feeds: list[Source], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path / "office", monkeypatch)
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    environment = {**os.environ, "TIC_DATA_DIR": str(tmp_path / "office"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script), str(folder), str(stored), *NAMES]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    states = [report.state for report in office.run(feeds, folder)]
    assert states[stored:] == ["done"] * (3 - stored)
    whole = Office(tmp_path / "whole", monkeypatch, patient=True)
    whole.run(feeds, folder)
    assert office.left() == whole.left()
    assert not list(office.settings.rows_dir.glob("*.arrow"))


def test_little_is_read_in_the_same_process(
    tmp_path: Path, feeds: list[Source], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "read_to_files", None)
    office = Settings(data_dir=tmp_path / "office")
    database = open_database(office.database)
    migrate(database)
    assert [report.state for report in ingest_sources(database, office, feeds, folder, Silent())] == ["done"] * 3
