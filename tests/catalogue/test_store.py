"""The history of assessments on each database that is supported."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import Engine

from tic.catalogue import statements
from tic.catalogue.assess import FAILING, Assessment, Result
from tic.catalogue.store import history, keep, latest, newest_id
from tic.core.database import reading, writing

NOW = datetime(2026, 5, 20, 3, tzinfo=UTC)


@pytest.fixture
def database(migrated_database: Engine) -> Engine:
    """A database with all tables and no row."""
    return migrated_database


def assessment(passed: int, source: str = "tat") -> Assessment:
    return Assessment(source, (Result("id_once", passed, 10),), pl.DataFrame(schema=FAILING))


def test_assessments_are_added_read_back_and_never_repeated(database: Engine) -> None:
    with writing(database) as connection:
        assert newest_id(connection) == 0
        assert keep(connection, assessment(5), 1, NOW)
        assert not keep(connection, assessment(5), 1, NOW + timedelta(hours=1))
        assert keep(connection, assessment(6), 2, NOW + timedelta(hours=2))
        assert keep(connection, assessment(6, "osm"), None, NOW)
    with reading(database) as connection:
        newest = latest(connection)
        course = [item.results[0].passed for item in history(connection, date(2026, 5, 20), source="tat")]
        everything = history(connection, date(2026, 5, 20), days=1)
        assert history(connection, date(2026, 6, 20), days=1) == []
    assert {name: item.results for name, item in newest.items()} == {
        "tat": (Result("id_once", 6, 10),),
        "osm": (Result("id_once", 6, 10),),
    }
    assert newest["tat"].at == NOW + timedelta(hours=2)
    assert course == [5, 6]
    assert len(everything) == 3


def test_what_officers_state_is_read_back(database: Engine) -> None:
    with writing(database) as connection:
        statements.state(connection, "tat", {"steward": "yes"}, account_id="a", now=NOW)
        statements.state(connection, "tat", {"steward": "no"}, account_id="b", now=NOW)
    with reading(database) as connection:
        found = statements.stated(connection, "tat")["steward"]
    assert (found.value, found.account_id, found.at) == ("no", "b", NOW)
