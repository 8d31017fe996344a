"""Connections to the system of record: SQLite in WAL mode by default, PostgreSQL in production."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tic.core.errors import BadInput, ServiceUnavailable, StorageFailed, TicError
from tic.core.files import make_folder

_BUSY_TIMEOUT_MS = 30_000
_BUSY_PAUSE_S: Final = 0.02
_STORAGE: Final = frozenset({"SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "53100", "25006"})
"""The database cannot be written: SQLite's codes, PostgreSQL's SQLSTATEs (disk full, read only)."""
_BROKEN: Final = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"})
_BUSY: Final = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03"})
_NOT_MIGRATED: Final = frozenset({"42P01", "42703"})
"""PostgreSQL's undefined table and undefined column; SQLite tells both in words only."""


def open_database(url: str) -> Engine:
    """Engine for an SQLAlchemy address; connects late. The folder of an SQLite file is made when absent.

    Raises StorageFailed when that folder cannot be made.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=10)
    if address.database and not address.database.startswith((":memory:", "file:")):
        make_folder(Path(address.database).parent)
    engine = create_engine(address, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction handling starts writes late and lets two writers deadlock on upgrade.
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in (
        # NORMAL would be faster by a fifth of a millisecond, and lose confirmed writes in a power failure.
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Keep a log beside the file. SQLite itself does not wait when two open a new file and change its mode at once."""
    ends = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= ends:
                raise
            time.sleep(_BUSY_PAUSE_S)


def _begin_immediately(connection: Connection) -> None:
    writes = connection.get_execution_options().get("tic_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading one consistent state, whatever others write meanwhile. Raises as `writing`."""
    # SQLite reads a snapshot anyway; PostgreSQL would by default show each statement a newer state.
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with _translated(), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: everything inside is committed together, or nothing is.

    Raises StorageFailed when the disk is full or read-only or the file is broken, ServiceUnavailable when the server
    is away, busy or not migrated, BadInput for text that no database can store.
    """
    with _translated(), engine.connect().execution_options(tic_writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise _busy() from error
    except DBAPIError as error:
        known = _readable(error)
        if known is None:
            raise
        raise known from error


def _readable(error: DBAPIError) -> TicError | None:
    """The error as a sentence for people; None for what only a mistake of ours can cause."""
    code, words = _code(error), str(error.orig).strip() or "no reason given"
    reason = words.splitlines()[0]
    if code in _STORAGE | _BROKEN:
        return _storage_failed(code, reason)
    if code in _BUSY:
        return _busy()
    if code in _NOT_MIGRATED or words.startswith(("no such table", "no such column")):
        return ServiceUnavailable("The database has not been set up yet. Run `tic up` or `tic migrate` first.")
    if isinstance(error, DataError) and "NUL" in words:
        return BadInput("The text holds a character that cannot be stored (NUL). Remove it and send the text again.")
    return _unreachable(error, reason)


def _storage_failed(code: str | None, reason: str) -> StorageFailed:
    if code in _BROKEN:
        return StorageFailed(
            "The database file is broken ({reason}). Put a backup in its place, or move it away and run `tic up`.",
            reason=reason,
        )
    return StorageFailed(
        "The database cannot be written ({reason}). Free disk space or correct the permissions "
        "of its folder, then run the command again; nothing confirmed was lost.",
        reason=reason,
    )


def _unreachable(error: DBAPIError, reason: str) -> ServiceUnavailable | None:
    if error.connection_invalidated:
        return ServiceUnavailable("The connection to the database broke. Try again when it is back.")
    if isinstance(error, OperationalError):
        return ServiceUnavailable(
            "The database does not answer ({reason}). Check that it runs and that TIC_DATABASE_URL is right.",
            reason=reason,
        )
    return None


def _busy() -> ServiceUnavailable:
    return ServiceUnavailable("The database is busy with another job. Wait for it to finish, then try again.")


def _code(error: DBAPIError) -> str | None:
    """SQLite's primary code by name (SQLITE_FULL), or PostgreSQL's SQLSTATE; None when there is neither."""
    name: str | None = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        # Extended codes (SQLITE_IOERR_WRITE) begin with the name of their primary code.
        return "_".join(name.split("_")[:2])
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state
