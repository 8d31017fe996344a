"""A database with two analysts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from databases import copy_file
from directory import accounts, tables
from tic.core.database import open_database, writing

NOW = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Iterator[Engine]:
    """A database brought up to date."""
    engine = open_database(copy_file(migrated_file, tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def analysts(database: Engine) -> tuple[str, str]:
    """The ids of two analysts, the first with Thai as language, the second with English."""
    with writing(database) as connection:
        for name in ("one", "two"):
            accounts.add_account(connection, f"{name}@example.org", "analyst")
        account = tables.account
        connection.execute(account.update().where(account.c.email == "two@example.org").values(language="en"))
        one, two = connection.execute(select(account.c.id).order_by(account.c.email)).scalars()
        return one, two
