"""A migrated system of record on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from directory.migrate import migrate
from tic.core.database import open_database

_NAME = "hazards_test"


@pytest.fixture(params=["sqlite", "postgresql"])
def hazard_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'hazards.sqlite'}"
    else:
        server = make_url(request.getfixturevalue("postgres_server"))
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {_NAME}"))
        admin.dispose()
        address = server.set(database=_NAME).render_as_string(hide_password=False)
    engine = open_database(address)
    migrate(engine)
    yield engine
    engine.dispose()
