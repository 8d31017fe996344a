"""Databases for one test each. The tables are made once and copied: migrations take longer than most tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from directory.migrate import migrate
from tic.core.database import open_database

_TEMPLATE = "migrated_test"


def recreate(server: str, name: str, *, template: str = "template1") -> str:
    """Make a database anew on a PostgreSQL server as a copy of another, by default an empty one; its address."""
    address = make_url(server)
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


def copy_file(source: Path, folder: Path) -> str:
    """Copy an SQLite file as `directory.sqlite` into a folder, where the product looks for it; its address."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{shutil.copyfile(source, folder / 'directory.sqlite')}"


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements that are sent to a database until the block ends: what a step asks for, on any machine."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and no row, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "directory.sqlite"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: str) -> str:
    """The name of a database with all tables and no row on the PostgreSQL server, to be copied."""
    _make_tables(recreate(postgres_server, _TEMPLATE))
    return _TEMPLATE


def _make_tables(address: str) -> None:
    engine = open_database(address)
    migrate(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with all tables and no row, on each of the supported engines."""
    if request.param == "sqlite":
        address = copy_file(request.getfixturevalue("migrated_file"), tmp_path)
    else:
        template = request.getfixturevalue("migrated_template")
        address = recreate(request.getfixturevalue("postgres_server"), "one_test", template=template)
    engine = open_database(address)
    yield engine
    engine.dispose()
