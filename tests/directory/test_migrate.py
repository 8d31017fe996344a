from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from directory import tables
from directory.migrate import current_revision, migrate
from tic.catalogue import tables as catalogue
from tic.core.database import open_database, reading, writing
from tic.core.errors import Conflict
from tic.hazards import tables as hazards

HEAD = ScriptDirectory(str(files("directory") / "migrations")).get_current_head()


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(database: Engine) -> None:
    with reading(database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        rooms = [tables.metadata, catalogue.metadata, hazards.metadata]
        assert compare_metadata(context, rooms) == []
        declared = {name for room in rooms for name in room.tables}
        assert set(inspect(connection).get_table_names()) == {*declared, "alembic_version"}


def test_a_second_migration_changes_nothing(database: Engine) -> None:
    revision = current_revision(database)
    migrate(database)
    assert current_revision(database) == revision == HEAD


def test_an_empty_database_has_no_revision(empty_database: Engine) -> None:
    assert current_revision(empty_database) is None


def test_processes_that_start_at_once_take_turns(empty_database: Engine) -> None:
    url = empty_database.url.render_as_string(hide_password=False)
    code = (
        "import sys; from directory.migrate import migrate, current_revision;"
        "from tic.core.database import open_database; engine = open_database(sys.argv[1]);"
        "migrate(engine); print(current_revision(engine))"
    )

    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(start, range(3)))
    assert [(run.returncode, run.stdout.strip(), run.stderr) for run in runs] == [(0, HEAD, "")] * 3


def test_a_database_of_a_newer_version_is_left_alone(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="revision 9999, which this version does not know"):
        migrate(database)


def test_tables_that_no_migration_made_are_not_touched(empty_database: Engine) -> None:
    with writing(empty_database) as connection:
        connection.execute(text("CREATE TABLE listing (id VARCHAR PRIMARY KEY)"))
    with pytest.raises(Conflict, match="tables of the directory that no migration made"):
        migrate(empty_database)
    with reading(empty_database) as connection:
        assert inspect(connection).get_table_names() == ["listing"]


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_database: Engine) -> None:
    with writing(empty_database) as connection:
        connection.execute(text("CREATE TABLE other (id INTEGER)"))
        connection.execute(text("CREATE INDEX ix_submission_state ON other (id)"))
    with pytest.raises(Exception, match="ix_submission_state"):
        migrate(empty_database)
    with reading(empty_database) as connection:
        assert inspect(connection).get_table_names() == ["other"]


def test_the_migrations_are_found_from_any_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = open_database(f"sqlite:///{tmp_path / 'a b%c.sqlite'}")
    migrate(engine)
    assert current_revision(engine) == HEAD
    engine.dispose()
