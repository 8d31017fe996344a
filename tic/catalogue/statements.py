"""What officers state about their datasets: metadata and answers, each kept with who and when, none overwritten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select

from tic.catalogue.readiness import ANSWERS, readiness_book
from tic.catalogue.tables import dataset_statement
from tic.core.errors import BadInput

LONGEST: Final = 2000
_EMAIL: Final = re.compile(r"[^\s@,;]+@[^\s@,;.]+(\.[^\s@,;.]+)+")
_WEBSITE: Final = re.compile(r"https?://[^\s/?#@]+\.[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """The newest statement of a field; an empty value takes an earlier one back. `at` in UTC.

    account_id: None once the person has deleted the account.
    """

    field: str
    value: str
    account_id: str | None
    at: datetime


def stated(connection: Connection, source: str) -> dict[str, Statement]:
    """The newest statement of each field of a dataset, taken-back ones left out."""
    return _by_source(connection, source).get(source, {})


def all_stated(connection: Connection) -> dict[str, dict[str, Statement]]:
    """The newest statements of all datasets, by name and field."""
    return _by_source(connection, None)


def newest_statement(connection: Connection) -> int:
    """The id of the newest statement of all, 0 before the first: the version of everything here."""
    return connection.scalar(select(func.max(dataset_statement.c.id))) or 0


def _by_source(connection: Connection, source: str | None) -> dict[str, dict[str, Statement]]:
    table = dataset_statement.c
    newest = select(func.max(table.id)).group_by(table.source, table.field)
    chosen = select(dataset_statement).where(table.id.in_(newest), table.value != "")
    if source is not None:
        chosen = chosen.where(table.source == source)
    found: dict[str, dict[str, Statement]] = {}
    for row in connection.execute(chosen.order_by(table.id)):
        found.setdefault(row.source, {})[row.field] = Statement(row.field, row.value, row.account_id, row.at)
    return found


def state(
    connection: Connection, source: str, values: Mapping[str, str], *, account_id: str, now: datetime
) -> tuple[str, ...]:
    """Add what differs from what was stated before; returns those fields. The caller has checked the role.

    Raises BadInput for a value that cannot be right, before anything is written; KeyError for an unknown field.
    """
    before = {field: item.value for field, item in stated(connection, source).items()}
    wanted = {field: value.strip() for field, value in values.items()}
    changed = {field: value for field, value in wanted.items() if value != before.get(field, "")}
    for field, value in changed.items():
        _check(field, value)
    rows = [
        {"source": source, "field": field, "value": value, "account_id": account_id, "at": now}
        for field, value in changed.items()
    ]
    if rows:
        connection.execute(insert(dataset_statement), rows)
    return tuple(changed)


def _check(field: str, value: str) -> None:
    book = readiness_book()
    choices = ANSWERS if field in book.question_codes else book.field(field).choices
    if not value:
        return
    if len(value) > LONGEST:
        raise BadInput("A text is longer than {most} characters. Shorten it.", most=LONGEST)
    if choices and value not in choices:
        raise BadInput("{value} is not one of the answers. Choose one of the list.", value=value)
    if field == "contact_email" and not _EMAIL.fullmatch(value):
        raise BadInput("{value} is no e-mail address. Write it as name@agency.go.th.", value=value)
    if field == "download_url" and not _WEBSITE.fullmatch(value):
        raise BadInput("{value} is no web address. Write it whole, starting with https://.", value=value)
    if field == "issued" and not _is_date(value):
        raise BadInput("{value} is no date. Write year-month-day of the Common Era, e.g. 2024-05-30.", value=value)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).year >= 1900
    except ValueError:
        return False
