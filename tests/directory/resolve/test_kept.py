from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from directory import repository
from directory.resolve import job, kept, surroundings
from directory.resolve.job import ResolveReport, resolve_all
from directory.resolve.kept import Kept, announce, forget_others, kept_of, load_prepared, save_prepared
from directory.resolve.prepare import Prepared, prepare
from tic.core.database import reading, writing
from tic.core.progress import Silent

Make = Callable[..., Any]
FRAMES = ("places", "names", "identifiers", "tokens")


@pytest.fixture
def prepared(record: Make, frame_of: Make) -> Prepared:
    return prepare(frame_of(record("osm:1", name_en="Wat Pho", phone="+6622260335"), record("osm:2", name_th="วัดอรุณ")))


def test_what_was_kept_comes_back_as_it_was(tmp_path: Path, prepared: Prepared) -> None:
    found = load_prepared(tmp_path, save_prepared(tmp_path, prepared))
    assert found is not None
    assert all(getattr(found, name).equals(getattr(prepared, name)) for name in FRAMES)


@pytest.mark.parametrize("name", FRAMES)
def test_a_file_cut_in_half_is_as_none(tmp_path: Path, prepared: Prepared, name: str) -> None:
    written = save_prepared(tmp_path, prepared)
    path = tmp_path / written.token / f"{name}.arrow"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert load_prepared(tmp_path, written) is None


@pytest.mark.parametrize("name", FRAMES)
def test_files_with_the_columns_of_another_version_are_as_none(tmp_path: Path, prepared: Prepared, name: str) -> None:
    frame: pl.DataFrame = getattr(prepared, name)
    for other in (frame.select(reversed(frame.columns)), frame.drop("row")):
        written = save_prepared(tmp_path, replace(prepared, **{name: other}))
        assert load_prepared(tmp_path, written) is None


def test_files_of_another_machine_are_as_none(tmp_path: Path) -> None:
    assert load_prepared(tmp_path, Kept("elsewhere")) is None


def test_only_the_newest_files_stay(tmp_path: Path, prepared: Prepared) -> None:
    save_prepared(tmp_path, prepared)
    newest = save_prepared(tmp_path, prepared)
    forget_others(tmp_path, newest)
    assert [path.name for path in tmp_path.iterdir()] == [newest.token]


def test_runs_that_did_not_write_files_say_what_they_looked_at(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        assert kept_of(connection) is None
        announce(connection, None, ["osm:1"], now)
        assert kept_of(connection) is None
        announce(connection, Kept("files"), ["osm:1"], now)
        assert kept_of(connection) == Kept("files")
        announce(connection, None, ["osm:3", "osm:2"], now)
        announce(connection, None, ["osm:2", "osm:1"], now)
    with reading(database) as connection:
        assert kept_of(connection) == Kept("files", since=("osm:1", "osm:2", "osm:3"))


def test_files_are_given_up_when_too_much_has_changed(
    database: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_MOST_SINCE", 2)
    with writing(database) as connection:
        announce(connection, Kept("files"), [], now)
        announce(connection, None, ["osm:1", "osm:2", "osm:3"], now)
        assert kept_of(connection) is None


def test_a_run_over_everything_that_writes_no_files_gives_up_those_of_before(
    database: Engine, record: Make, say: Make, now: datetime, tmp_path: Path
) -> None:
    say(record("osm:1", name_en="Wat Pho"))
    resolve_all(database, {"osm": "open"}, Silent(), now, tmp_path)
    with reading(database) as connection:
        assert kept_of(connection) is not None
    resolve_all(database, {"osm": "official"}, Silent(), now)
    with reading(database) as connection:
        assert kept_of(connection) is None


def test_files_of_another_version_of_the_library_are_not_used(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        announce(connection, Kept("files", library="0.1"), [], now)
        assert kept_of(connection) is None


def test_a_run_looks_around_in_the_files_and_one_without_them_in_the_database(
    database: Engine,
    record: Make,
    frame_of: Make,
    east: Make,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "_FEW", 0)

    def say(name: str) -> ResolveReport:
        rows = [record(f"osm:{number}", name_en=f"{name} {number}", lon=east(5000 * number)) for number in range(3)]
        changed = frame_of(*rows[:1], *(() if name == "Wat Arun" else rows[1:]))
        with writing(database) as connection:
            repository.upsert_records(connection, changed, source="osm", now=now, complete=False)
        return resolve_all(database, {"osm": "open"}, Silent(), now, tmp_path)

    assert say("Wat Pho").new == 3
    asked: list[str] = []
    for way in (surroundings.Remembered, surroundings.Stored):
        plain = way.pairs
        monkeypatch.setattr(way, "pairs", lambda *a, plain=plain, way=way: (asked.append(way.__name__), plain(*a))[1])
    assert say("Wat Arun").changed == 1
    assert asked == ["Remembered"]
    for path in tmp_path.rglob("*.arrow"):
        path.unlink()
    assert say("Wat Po").changed == 3
    assert asked == ["Remembered", "Stored"]
