"""What officers state: kept with who and when, checked before it is written, never overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from directory.migrate import migrate
from tic.catalogue import statements
from tic.catalogue.tables import dataset_statement
from tic.core.database import open_database, writing
from tic.core.errors import BadInput
from tic.core.settings import Settings

NOW = datetime(2026, 5, 20, 3, tzinfo=UTC)


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    engine = open_database(settings.database)
    migrate(engine)
    with writing(engine) as opened:
        yield opened
    engine.dispose()


def rows(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(dataset_statement)) or 0


def test_only_what_differs_is_added_and_the_newest_holds(connection: Connection) -> None:
    first = {"contact_name": "Statistics desk ", "steward": "yes", "keywords": ""}
    assert statements.state(connection, "mots", first, account_id="a", now=NOW) == ("contact_name", "steward")
    assert statements.state(connection, "mots", first, account_id="b", now=NOW) == ()
    later = NOW + timedelta(days=1)
    assert statements.state(connection, "mots", {"steward": "no"}, account_id="b", now=later) == ("steward",)
    found = statements.stated(connection, "mots")
    assert found["contact_name"].value == "Statistics desk"
    assert (found["steward"].value, found["steward"].account_id, found["steward"].at) == ("no", "b", later)
    assert rows(connection) == 3


def test_an_emptied_field_is_taken_back_and_its_history_stays(connection: Connection) -> None:
    statements.state(connection, "mots", {"theme": "tourism"}, account_id="a", now=NOW)
    statements.state(connection, "mots", {"theme": ""}, account_id="a", now=NOW)
    assert statements.stated(connection, "mots") == {}
    assert rows(connection) == 2


def test_each_dataset_has_statements_of_its_own(connection: Connection) -> None:
    statements.state(connection, "mots", {"theme": "tourism"}, account_id="a", now=NOW)
    statements.state(connection, "bot", {"theme": "finance"}, account_id="a", now=NOW)
    found = statements.all_stated(connection)
    assert {name: item["theme"].value for name, item in found.items()} == {"mots": "tourism", "bot": "finance"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("contact_email", "statistics at mots", "is no e-mail address"),
        ("download_url", "javascript:alert(1)", "is no web address"),
        ("issued", "30/05/2567", "is no date"),
        ("steward", "perhaps", "is not one of the answers"),
        ("governance", "open", "is not one of the answers"),
        ("description", "x" * 2001, "longer than 2000"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(
    connection: Connection, field: str, value: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        statements.state(connection, "mots", {"theme": "tourism", field: value}, account_id="a", now=NOW)
    assert rows(connection) == 0
