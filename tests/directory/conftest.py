"""One empty, migrated system of record per test, on each database that is supported."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, insert

from databases import recreate
from directory import tables
from directory.accounts import ROLES, Account, get_account
from directory.listing import RECORD_SCHEMA
from directory.repository import upsert_records
from quick_hashes import quick_hashes
from tic.core.database import open_database, writing
from tic.core.errors import TicError


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'directory.sqlite'}"
    else:
        url = recreate(request.getfixturevalue("postgres_server"), "records_room_test")
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(migrated_database: Engine) -> Engine:
    """A database with all tables and no row."""
    return migrated_database


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 5, 1, 3, 30, tzinfo=UTC)


@pytest.fixture
def three_records(database: Engine, now: datetime) -> tuple[str, ...]:
    """Keys of three stored records of two sources."""
    for source, ids in (("osm", ("1",)), ("tat", ("1", "2"))):
        rows = [
            {"key": f"{source}:{name}", "source": source, "source_id": name, "name_en": name, "lat": 13.7, "lon": 100.5}
            for name in ids
        ]
        with writing(database) as connection:
            upsert_records(connection, pl.DataFrame(rows, schema=RECORD_SCHEMA), source=source, now=now)
    return ("osm:1", "tat:1", "tat:2")


@pytest.fixture
def people(database: Engine, now: datetime) -> dict[str, Account]:
    """One account of each role, and `second <role>` of operators, reviewers and administrators; nobody can sign in."""
    names = [*ROLES, "second operator", "second reviewer", "second administrator"]
    rows = [
        {
            "id": f"a-{name.replace(' ', '-')}",
            "email": f"{name.replace(' ', '.')}@example.com",
            "display_name": name.title(),
            "password_hash": "no hash of any password",
            "role": name.rpartition(" ")[2],
            "created_at": now,
        }
        for name in names
    ]
    with writing(database) as connection:
        connection.execute(insert(tables.account), rows)
        return {name: get_account(connection, row["id"]) for name, row in zip(names, rows, strict=True)}


@pytest.fixture(name="quick_hashes")
def _quick_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def at_once() -> Callable[..., list[object]]:
    """Run calls in threads that begin together; gives what each returned or raised, in order."""

    def run(*calls: Callable[[], object]) -> list[object]:
        start = threading.Barrier(len(calls))

        def one(call: Callable[[], object]) -> object:
            start.wait(10)
            try:
                return call()
            except TicError as error:
                return error

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run
