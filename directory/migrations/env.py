"""Alembic's entry: migrates the connection that directory.migrate hands over, or the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from directory.tables import metadata
from tic.core.database import open_database, writing
from tic.core.errors import BadInput
from tic.core.settings import get_settings


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise BadInput("Migrations run against a database, not as a script. Leave out --sql.")

given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with writing(open_database(get_settings().database)) as opened:
        _run(opened)
