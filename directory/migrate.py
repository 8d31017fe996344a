"""Bring the tables of the system of record up to date."""

from __future__ import annotations

from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from directory import tables
from tic.core.database import reading, writing
from tic.core.errors import Conflict

_ADVISORY_LOCK = 0x7469_6301
"""Any number that nothing else in the database locks."""


def migrate(engine: Engine) -> None:
    """Run the migrations that are still missing, in one transaction; returns at once when there are none.

    Processes that start together take turns. Raises Conflict when a newer version of the product has changed the
    database, or when it holds tables that no migration made; ServiceUnavailable and StorageFailed as `writing`.
    """
    with reading(engine) as connection:
        if _revision(connection) == _head():
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        revision = _revision(connection)
        _refuse_unknown(connection, revision)
        if revision != _head():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def current_revision(engine: Engine) -> str | None:
    """Revision the database is at; None when it is empty."""
    with reading(engine) as connection:
        return _revision(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "directory:migrations")
    return config


@lru_cache(maxsize=1)
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _head() -> str | None:
    return _scripts().get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_unknown(connection: Connection, revision: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise Conflict(
            "The database is at revision {revision}, which this version does not know. "
            "Install the version that made it, or a newer one.",
            revision=revision,
        )
    if revision is None and set(inspect(connection).get_table_names()) & set(tables.metadata.tables):
        raise Conflict(
            "The database holds tables of the directory that no migration made. "
            "Name an empty database in TIC_DATABASE_URL, or restore it from a backup."
        )
