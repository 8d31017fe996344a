"""Tables of agencies that analysts hand in, with the description that maps their columns.

A page keeps file and description (`waiting`); a job looks at them (`seen`, or `refused`); the analyst wants what was
seen (`wanted`); the job joins it to the warehouse (`joined`).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, Final, Literal

import yaml
from sqlalchemy import Connection, delete, insert, select, update

from directory.audit import log
from directory.tables import upload as table
from tic.core.errors import BadInput, Conflict, NotFound

State = Literal["waiting", "seen", "refused", "wanted", "joined"]
MOST_BYTES: Final = 10 * 1024 * 1024
ENDINGS: Final = ("csv", "xlsx")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,50}")
_PREFIX: Final = "own_"


@dataclass(frozen=True, slots=True)
class Described:
    """What an analyst says of a table of one series of figures.

    name: a short code. value, year, month: headings of columns; month empty for yearly figures. area: a heading, or a
    code such as TH-83 for all rows. factor: what one of the table's units is in the unit of the indicator.
    """

    name: str
    title_th: str
    title_en: str
    publisher_th: str
    publisher_en: str
    licence: str
    homepage: str
    as_of: date
    indicator: str
    market: str
    value: str
    year: str
    month: str
    area: str
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A table as handed in, without its content. result: see tic.jobs.uploads; changed_at in UTC."""

    id: str
    account_id: str
    source: str
    file_name: str
    description: str
    state: State
    result: dict[str, Any]
    changed_at: datetime


def describe(told: Described, file_name: str) -> str:
    """The description as the source.yml of a source. Raises BadInput for what is missing or cannot be."""
    if not _NAME.fullmatch(told.name):
        raise BadInput("The short name may hold small letters, digits and _, and begins with a letter.")
    needed = (told.title_th, told.title_en, told.publisher_th, told.publisher_en, told.licence, told.homepage)
    columns = (told.value, told.year, told.area)
    if not all(text.strip() for text in (*needed, *columns)):
        raise BadInput("Fill in every field; only the column of the month may stay empty.")
    figures: dict[str, Any] = {"value": told.value.strip(), "year": told.year.strip(), "area": told.area.strip()}
    if told.month.strip():
        figures |= {"month": told.month.strip(), "frequency": "M"}
    figures["series"] = [{"indicator": told.indicator, "market": told.market, "factor": told.factor}]
    texts = ("title_th", "title_en", "publisher_th", "publisher_en", "homepage", "licence")
    values = {
        "kind": "statistics",
        **{name: getattr(told, name).strip() for name in texts},
        "attribution": told.publisher_en.strip(),
        "trust": "official",
        "coverage": "TH",
        "schedule": "never",
        "file": f"{_PREFIX}{told.name}{PurePath(file_name).suffix.lower()}",
        "expect": {"least": 1, "most": 1_000_000},
        "as_of": told.as_of,
        "figures": figures,
    }
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False)


def hand_in(
    connection: Connection, account_id: str, told: Described, file_name: str, content: bytes, now: datetime
) -> str:
    """Keep a table with its description; returns its id. The caller has checked the role. Raises BadInput."""
    if not content or len(content) > MOST_BYTES:
        raise BadInput("Choose a file of at most {most} MB that is not empty.", most=MOST_BYTES // 2**20)
    if PurePath(file_name).suffix.lower().removeprefix(".") not in ENDINGS:
        raise BadInput("Choose a CSV or Excel file (.csv or .xlsx).")
    made = "u" + secrets.token_hex(8)
    values = {
        "id": made,
        "account_id": account_id,
        "source": f"{_PREFIX}{told.name}",
        "file_name": PurePath(file_name).name,
        "description": describe(told, file_name),
        "content": content,
        "state": "waiting",
        "result": {},
        "changed_at": now,
    }
    connection.execute(insert(table).values(**values))
    log(connection, account_id, "hand in table", f"upload:{made}", now=now)
    return made


def uploads(connection: Connection, *, account_id: str | None = None, states: tuple[State, ...] = ()) -> list[Upload]:
    """Tables handed in, the newest first."""
    chosen = select(*(column for column in table.c if column.name != "content"))
    if account_id is not None:
        chosen = chosen.where(table.c.account_id == account_id)
    if states:
        chosen = chosen.where(table.c.state.in_(states))
    return [
        Upload(**row._mapping) for row in connection.execute(chosen.order_by(table.c.changed_at.desc(), table.c.id))
    ]


def content_of(connection: Connection, upload_id: str) -> bytes:
    """The file as handed in. Raises NotFound."""
    found = connection.scalar(select(table.c.content).where(table.c.id == upload_id))
    if found is None:
        raise NotFound("There is no such table; it may have been deleted.")
    return bytes(found)


def move(
    connection: Connection,
    upload_id: str,
    before: State,
    after: State,
    now: datetime,
    *,
    result: dict[str, Any] | None = None,
    account_id: str | None = None,
) -> None:
    """Take a table from one state to the next. Raises Conflict when it is in another state or of another account."""
    chosen = (table.c.id == upload_id) & (table.c.state == before)
    if account_id is not None:
        chosen &= table.c.account_id == account_id
    values: dict[str, Any] = {"state": after, "changed_at": now, **({} if result is None else {"result": result})}
    if not connection.execute(update(table).where(chosen).values(**values)).rowcount:
        raise Conflict("This table has changed in the meantime. Open the page anew.")


def discard(connection: Connection, account_id: str, upload_id: str) -> None:
    """Delete a table that has not been joined. Raises NotFound unless it is the account's own."""
    chosen = (table.c.id == upload_id) & (table.c.account_id == account_id) & (table.c.state != "joined")
    if not connection.execute(delete(table).where(chosen)).rowcount:
        raise NotFound("There is no such table; it may have been deleted.")
