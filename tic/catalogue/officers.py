"""Who speaks for which agency, and what the catalogue keeps about a person.

An agency is named as the English publisher of its datasets; one that publishes none may ask for those of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from tic.catalogue.tables import agency_officer, dataset_statement, linkage_request, linkage_step
from tic.core.errors import BadInput

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who may work with requests. agency: None where an administrator belongs to none."""

    account_id: str
    agency: str | None
    is_administrator: bool = False

    def speaks_for(self, agency: str) -> bool:
        """Whether the officer may act for an agency; administrators decide for every one."""
        return self.is_administrator or (self.agency is not None and self.agency == agency)


def agency_of(connection: Connection, account_id: str) -> str | None:
    """The agency that an account speaks for."""
    found: str | None = connection.scalar(
        select(agency_officer.c.agency).where(agency_officer.c.account_id == account_id)
    )
    return found


def set_agency(connection: Connection, account_id: str, agency: str, now: datetime) -> None:
    """Let an account speak for an agency, and for no other; an empty name takes that back. Raises BadInput."""
    name = " ".join(agency.split())
    if len(name) > _LONGEST:
        raise BadInput("A text is longer than {most} characters. Shorten it.", most=_LONGEST)
    connection.execute(delete(agency_officer).where(agency_officer.c.account_id == account_id))
    if name:
        connection.execute(insert(agency_officer).values(account_id=account_id, agency=name, since=now))


def personal_data(connection: Connection, account_id: str) -> dict[str, Any]:
    """What the catalogue keeps about a person, ready for JSON; times are ISO 8601 in UTC."""
    statements, requests, steps = dataset_statement.c, linkage_request.c, linkage_step.c
    stated = select(statements.source, statements.field, statements.value, statements.at)
    drawn = select(requests.id, requests.dataset, requests.purpose, requests.contact, requests.created_at)
    taken = select(steps.request_id, steps.step, steps.at)
    return {
        "agency": agency_of(connection, account_id),
        "statements": _plain(connection, stated.where(statements.account_id == account_id)),
        "requests": _plain(connection, drawn.where(requests.account_id == account_id)),
        "steps": _plain(connection, taken.where(steps.account_id == account_id)),
    }


def _plain(connection: Connection, rows: Any) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in connection.execute(rows)
    ]


def forget(connection: Connection, account_id: str) -> None:
    """Take a person out of everything here: what was stated, asked and decided stays, without who did it.

    The contact in a request goes as well. To be called in the transaction that deletes the account.
    """
    connection.execute(delete(agency_officer).where(agency_officer.c.account_id == account_id))
    connection.execute(
        update(linkage_request).where(linkage_request.c.account_id == account_id).values(account_id=None, contact="")
    )
    for table in (dataset_statement, linkage_step):
        connection.execute(update(table).where(table.c.account_id == account_id).values(account_id=None))
