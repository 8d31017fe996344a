"""Connections to the system of record: SQLite in WAL mode by default, PostgreSQL in production."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from tic.core.errors import ServiceUnavailable, StorageFailed
from tic.core.files import make_folder

_BUSY_TIMEOUT_MS = 30_000


def open_database(url: str) -> Engine:
    """Engine for an SQLAlchemy address; connects late. The folder of an SQLite file is made when absent.

    Raises StorageFailed when that folder cannot be made.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=10)
    if address.database and address.database != ":memory:":
        from pathlib import Path

        make_folder(Path(address.database).parent)
    engine = create_engine(address, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction handling starts writes late and lets two writers deadlock on upgrade.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately(connection: Connection) -> None:
    writes = connection.get_execution_options().get("tic_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading one consistent state."""
    with _translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: everything inside is committed together, or nothing is.

    Raises StorageFailed when the disk is full or read-only, ServiceUnavailable when the server is away.
    """
    with (
        _translated(),
        engine.connect().execution_options(tic_writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        text = str(error.orig).lower()
        if any(word in text for word in ("full", "readonly", "read-only", "disk i/o", "unable to open", "no space")):
            raise StorageFailed(
                "The database cannot be written ({reason}). Free disk space or correct the permissions "
                "of its folder, then run the command again; nothing confirmed was lost.",
                reason=str(error.orig),
            ) from error
        if "no such table" in text:
            raise ServiceUnavailable(
                "The database has not been set up yet. Run `tic up` or `tic migrate` first."
            ) from error
        if "locked" in text:
            raise ServiceUnavailable(
                "The database is busy with another job. Wait for it to finish, then try again."
            ) from error
        raise ServiceUnavailable(
            "The database does not answer ({reason}). Check that it runs and that TIC_DATABASE_URL is right.",
            reason=str(error.orig).strip().splitlines()[0] if error.orig else "unknown",
        ) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise ServiceUnavailable("The connection to the database broke. Try again when it is back.") from error
        if "relation" in str(error.orig) and "does not exist" in str(error.orig):
            raise ServiceUnavailable(
                "The database has not been set up yet. Run `tic up` or `tic migrate` first."
            ) from error
        raise
