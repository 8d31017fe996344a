"""Scenarios that an analyst keeps by name; the scenario itself is the parameter of an address, which shares it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from directory.tables import saved_scenario as table
from tic.core.errors import BadInput, Conflict, NotFound

_LONGEST_NAME: Final = 100
_LONGEST_BODY: Final = 4000
MOST_SAVED: Final = 200


@dataclass(frozen=True, slots=True)
class SavedScenario:
    """A scenario with its name; body: see tic.analytics.scenarios.write_scenario. changed_at in UTC."""

    id: str
    name: str
    body: str
    changed_at: datetime


def saved_scenarios(connection: Connection, account_id: str) -> list[SavedScenario]:
    """What an account has kept, by name."""
    rows = connection.execute(select(table).where(table.c.account_id == account_id).order_by(table.c.name))
    return [SavedScenario(row.id, row.name, row.body, row.changed_at) for row in rows]


def save_scenario(connection: Connection, account_id: str, name: str, body: str, now: datetime) -> SavedScenario:
    """Keep a scenario under a name that the account has not used yet. Raises BadInput, Conflict."""
    if not body or len(body) > _LONGEST_BODY:
        raise BadInput("Add a change first; an unchanged forecast is no scenario.")
    if len(saved_scenarios(connection, account_id)) >= MOST_SAVED:
        raise BadInput("At most {most} scenarios can be kept. Delete some first.", most=MOST_SAVED)
    kept = SavedScenario("s" + secrets.token_hex(8), _checked(name), body, now)
    values = {"id": kept.id, "account_id": account_id, "name": kept.name, "body": body, "changed_at": now}
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**values))
    except IntegrityError as error:
        raise _taken(kept.name) from error
    return kept


def rename_scenario(connection: Connection, account_id: str, scenario_id: str, name: str, now: datetime) -> None:
    """Give a kept scenario another name. Raises NotFound unless it is the account's own, BadInput, Conflict."""
    chosen, told = _own(account_id, scenario_id), _checked(name)
    try:
        with connection.begin_nested():
            done = connection.execute(update(table).where(*chosen).values(name=told, changed_at=now))
    except IntegrityError as error:
        raise _taken(told) from error
    if not done.rowcount:
        raise _missing()


def delete_scenario(connection: Connection, account_id: str, scenario_id: str) -> None:
    """Take a kept scenario away. Raises NotFound unless it is the account's own."""
    if not connection.execute(delete(table).where(*_own(account_id, scenario_id))).rowcount:
        raise _missing()


def _own(account_id: str, scenario_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.id == scenario_id, table.c.account_id == account_id


def _checked(name: str) -> str:
    told = " ".join(name.split())
    if not told or len(told) > _LONGEST_NAME:
        raise BadInput("Give the scenario a name of at most {most} characters.", most=_LONGEST_NAME)
    return told


def _taken(name: str) -> Conflict:
    return Conflict("You have a scenario of the name {name} already. Choose another.", name=name)


def _missing() -> NotFound:
    return NotFound("There is no such scenario among yours; it may have been deleted.")
