"""Transactions on both databases, and what their failures are called."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from databases import recreate
from tic.core.database import open_database, reading, writing
from tic.core.errors import BadInput, ServiceUnavailable, StorageFailed, TicError
from tic.core.i18n import tell


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with one table `note` and no row."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'folder' / 'notes.sqlite'}"
    else:
        address = recreate(request.getfixturevalue("postgres_server"), "core_room_test")
    opened = open_database(address)
    with writing(opened) as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)"))
    yield opened
    opened.dispose()


def add(engine: Engine, number: int, words: str = "x") -> None:
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO note VALUES (:id, :words)"), {"id": number, "words": words})


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM note")).scalar_one())


def told(act: Callable[[], object], kind: type[TicError], complaint: str) -> None:
    """The act fails with one sentence, which exists in Thai too."""
    with pytest.raises(kind, match=complaint) as failed:
        act()
    assert tell(failed.value, "th") != str(failed.value)
    assert "\n" not in str(failed.value)


def test_what_is_written_together_is_kept_together_or_not_at_all(engine: Engine) -> None:
    def fail_half_way() -> None:
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO note VALUES (1, 'x')"))
            raise RuntimeError

    with suppress(RuntimeError):
        fail_half_way()
    assert count(engine) == 0
    add(engine, 1)
    assert count(engine) == 1


def test_a_reader_sees_one_state_while_others_write(engine: Engine) -> None:
    with reading(engine) as connection:
        statement = text("SELECT count(*) FROM note")
        assert connection.execute(statement).scalar_one() == 0
        add(engine, 1)
        assert connection.execute(statement).scalar_one() == 0
    assert count(engine) == 1


def test_a_connection_that_has_read_may_write_again(engine: Engine) -> None:
    for number in range(20):
        count(engine)
        add(engine, number)
    assert count(engine) == 20


def test_writers_take_turns_and_lose_nothing(engine: Engine) -> None:
    add(engine, 1, "0")

    def increase() -> None:
        for _ in range(10):
            with writing(engine) as connection:
                lock = "" if engine.dialect.name == "sqlite" else " FOR UPDATE"
                value = int(connection.execute(text(f"SELECT words FROM note WHERE id = 1{lock}")).scalar_one())
                connection.execute(text("UPDATE note SET words = :words"), {"words": str(value + 1)})

    threads = [threading.Thread(target=increase) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        assert connection.execute(text("SELECT words FROM note")).scalar_one() == "40"


@pytest.mark.parametrize("statement", ["SELECT * FROM listing", "SELECT colour FROM note"])
def test_a_database_that_lacks_tables_or_columns_asks_to_be_migrated(engine: Engine, statement: str) -> None:
    def ask() -> None:
        with reading(engine) as connection:
            connection.execute(text(statement))

    told(ask, ServiceUnavailable, "not been set up yet. Run `tic up` or `tic migrate`")


def test_a_mistake_of_ours_is_not_dressed_up(engine: Engine) -> None:
    add(engine, 1)
    with pytest.raises(IntegrityError):
        add(engine, 1)


def test_text_that_postgresql_cannot_store_is_refused_in_one_sentence(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        add(engine, 1, "a\x00b")
        assert count(engine) == 1
    else:
        told(lambda: add(engine, 1, "a\x00b"), BadInput, "cannot be stored")


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "notes.sqlite"
    engine = open_database(f"sqlite:///{path}")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)"))
    engine.dispose()
    return path


def test_a_full_disk_is_told_and_what_was_confirmed_stays(sqlite_file: Path) -> None:
    engine = open_database(f"sqlite:///{sqlite_file}")
    add(engine, 1)

    def fill() -> None:
        with writing(engine) as connection:
            # The database's own limit fails with the error of a full disk.
            connection.execute(text("PRAGMA max_page_count = 4"))
            connection.execute(text("INSERT INTO note VALUES (2, :words)"), {"words": "x" * 100_000})

    told(fill, StorageFailed, r"cannot be written \(database or disk is full\)")
    engine.dispose()
    engine = open_database(f"sqlite:///{sqlite_file}")
    assert count(engine) == 1
    engine.dispose()


def test_a_database_that_may_only_be_read_is_told(sqlite_file: Path) -> None:
    engine = open_database(f"sqlite:///file:{sqlite_file}?mode=ro&uri=true")
    told(lambda: add(engine, 1), StorageFailed, "readonly database")
    engine.dispose()


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite").mkdir()
    engine = open_database(f"sqlite:///{tmp_path / 'notes.sqlite'}")
    told(lambda: add(engine, 1), StorageFailed, "unable to open database file")
    engine.dispose()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite").write_bytes(b"something else" * 1000)
    engine = open_database(f"sqlite:///{tmp_path / 'notes.sqlite'}")
    told(lambda: add(engine, 1), StorageFailed, "The database file is broken")
    engine.dispose()


def test_a_database_that_another_job_holds_for_long_is_busy(sqlite_file: Path) -> None:
    holder = sqlite3.connect(sqlite_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    engine = open_database(f"sqlite:///{sqlite_file}")

    def write_without_patience() -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")
        add(engine, 1)

    told(write_without_patience, ServiceUnavailable, "busy with another job")
    holder.close()
    add(engine, 1)
    engine.dispose()


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def open_and_read(address: str, start: threading.Barrier) -> None:
        start.wait()
        opened = open_database(address)
        try:
            with reading(opened) as connection:
                connection.execute(text("SELECT 1"))
        except TicError as error:
            failures.append(error)
        opened.dispose()

    for number in range(20):
        start = threading.Barrier(8)
        address = f"sqlite:///{tmp_path / f'{number}.sqlite'}"
        threads = [threading.Thread(target=open_and_read, args=(address, start)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_server_that_is_away_is_told_without_the_password() -> None:
    engine = open_database("postgresql+psycopg://tic:secret@127.0.0.1:1/tic")
    with pytest.raises(ServiceUnavailable, match="does not answer") as failed:
        count(engine)
    assert "secret" not in str(failed.value)


def test_a_connection_that_breaks_is_told_and_the_next_works(postgres_server: str) -> None:
    engine = open_database(postgres_server)
    admin = open_database(postgres_server)

    def be_cut_off() -> None:
        with writing(engine) as connection:
            process = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with writing(admin) as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": process})
            connection.execute(text("SELECT 1"))

    told(be_cut_off, ServiceUnavailable, "The connection to the database broke")
    with reading(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    for opened in (engine, admin):
        opened.dispose()


def test_two_writers_in_each_others_way_are_told_to_try_again(postgres_server: str) -> None:
    engine = open_database(postgres_server)
    meet = threading.Barrier(2)
    failures: list[TicError] = []

    def lock(first: int, second: int) -> None:
        try:
            with writing(engine) as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": first})
                meet.wait(10)
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": second})
        except TicError as error:
            failures.append(error)

    threads = [threading.Thread(target=lock, args=keys) for keys in ((901, 902), (902, 901))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in failures] == [ServiceUnavailable]
    assert "busy" in str(failures[0])
    engine.dispose()


def test_all_connections_in_use_is_busy_too(sqlite_file: Path) -> None:
    engine = create_engine(f"sqlite:///{sqlite_file}", pool_size=1, max_overflow=0, pool_timeout=0.05)
    with reading(engine):
        told(lambda: count(engine), ServiceUnavailable, "busy with another job")
    engine.dispose()
