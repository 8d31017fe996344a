"""Rows that are as they were are not cleaned again, and nobody can tell from what a run leaves behind."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from directory import repository, tables
from directory.migrate import migrate
from directory.records import retire_records
from ingest import places
from ingest.pipeline import RunReport, ingest_sources
from ingest.source import Source
from tic.core.database import open_database, reading, writing
from tic.core.progress import Silent
from tic.core.settings import Settings

WriteTat = Callable[..., Path]
Row = tuple[str, str, str, str]


class Installation:
    """A data folder of its own; forgetful: it keeps nothing of the rows of a run."""

    def __init__(self, folder: Path, *, forgetful: bool = False) -> None:
        self.settings, self.forgetful = Settings(data_dir=folder), forgetful
        self.database = open_database(self.settings.database)
        migrate(self.database)

    def run(self, source: Source, folder: Path) -> RunReport:
        if self.forgetful:
            shutil.rmtree(self.settings.rows_dir, ignore_errors=True)
        return ingest_sources(self.database, self.settings, [source], folder, Silent())[0]

    def left(self) -> tuple[Any, ...]:
        """All that runs leave behind but the moments of it."""
        record = tables.record.c
        columns = (record.key, record.content_hash, record.cell, record.gone_at.is_(None))
        with reading(self.database) as connection:
            notes = repository.get_state(connection, "ingest_notes:tat_shops")
            rows = connection.execute(select(*columns).order_by(record.key)).all()
            refused = [
                (row.row_key, row.reasons, row.body) for row in repository.list_quarantine(connection, "tat_shops")
            ]
        return rows, refused, notes


@pytest.fixture
def shops(small_source: Callable[..., Source]) -> Source:
    return small_source("tat_shops", grace_runs=0)


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each run has cleaned."""
    counts: list[int] = []
    first = places.STEPS[0]

    def counting(frame: Any, source: Source) -> Any:
        counts.append(frame.height)
        return first(frame, source)

    monkeypatch.setattr(places, "STEPS", (counting, *places.STEPS[1:]))
    return counts


def shop(number: int, name: str = "ร้านหนึ่ง", lat: str = "16.44", lon: str = "102.83") -> Row:
    return f"P{number}", f"{name} {number}", lat, lon


def test_only_rows_that_differ_are_cleaned(
    tmp_path: Path, shops: Source, write_tat: WriteTat, cleaned: list[int]
) -> None:
    office = Installation(tmp_path / "data")
    office.run(shops, write_tat(*(shop(number) for number in range(10))))
    report = office.run(shops, write_tat(shop(0, "ร้านใหม่"), *(shop(number) for number in range(1, 11))))
    assert cleaned == [10, 2]
    assert (report.fetched, report.accepted, report.new, report.changed, report.gone) == (11, 11, 1, 1, 0)
    again = office.run(shops, write_tat(*(shop(number) for number in range(10))))
    assert cleaned == [10, 2, 1]
    assert (again.accepted, again.changed, again.gone) == (10, 1, 1)


def test_rejected_rows_are_judged_at_every_run(
    tmp_path: Path, shops: Source, write_tat: WriteTat, cleaned: list[int]
) -> None:
    office = Installation(tmp_path / "data")
    office.run(shops, write_tat(shop(1), shop(2, lat="N/A")))
    report = office.run(shops, write_tat(shop(1), shop(2, lat="N/A"), shop(3)))
    assert cleaned == [2, 2]
    assert (report.quarantined, report.by_reason) == (1, {"point_missing": 1})


def test_a_record_that_was_retired_meanwhile_comes_back(tmp_path: Path, shops: Source, write_tat: WriteTat) -> None:
    office = Installation(tmp_path / "data")
    office.run(shops, write_tat(shop(1), shop(2)))
    with writing(office.database) as connection:
        retire_records(connection, ["tat_shops:P1"], now=repository.latest_runs(connection)[0].started_at)
    report = office.run(shops, write_tat(shop(1), shop(2), shop(3)))
    assert (report.new, report.changed) == (1, 1)
    assert [row[3] for row in office.left()[0]] == [True, True, True]


def test_what_is_kept_of_another_database_or_is_broken_is_not_believed(
    tmp_path: Path, shops: Source, write_tat: WriteTat, cleaned: list[int]
) -> None:
    office = Installation(tmp_path / "data")
    office.run(shops, write_tat(shop(1), shop(2)))
    with writing(office.database) as connection:
        connection.execute(tables.record.delete())
    office.run(shops, write_tat(shop(1), shop(2), shop(3)))
    for path in office.settings.rows_dir.iterdir():
        path.write_bytes(b"no parquet")
    office.run(shops, write_tat(shop(1), shop(2)))
    assert cleaned == [2, 3, 2]
    assert [row[0] for row in office.left()[0] if row[3]] == ["tat_shops:P1", "tat_shops:P2"]


@pytest.mark.parametrize("seed", range(3))
def test_runs_that_remember_leave_the_same_as_runs_that_do_not(
    seed: int, tmp_path: Path, shops: Source, write_tat: WriteTat
) -> None:
    """Rows come, change, go, come back, repeat their id, lose their point, over twelve files."""
    draw = random.Random(seed)
    remembers, forgets = Installation(tmp_path / "one"), Installation(tmp_path / "two", forgetful=True)
    for _ in range(12):
        rows = [
            shop(
                draw.randrange(14),
                draw.choice(("ร้านหนึ่ง", "ร้านสอง", "Tom &amp; Co")),
                draw.choice(("16.44", "16.44", "16.45", "102.83", "N/A")),
                draw.choice(("102.83", "102.83", "102.83", "16.44")),
            )
            for _ in range(draw.randrange(3, 15))
        ]
        folder = write_tat(*rows)
        one, other = remembers.run(shops, folder), forgets.run(shops, folder)
        counts = ("state", "fetched", "accepted", "quarantined", "new", "changed", "gone", "by_reason", "message")
        assert [getattr(one, name) for name in counts] == [getattr(other, name) for name in counts]
        assert remembers.left() == forgets.left()
