"""Events: dated notes on what moved the figures, drawn on charts and offered to scenarios.

Some ship with the product (events.yml). Analysts add their own, and put another in the place of one that ships.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, get_args

import polars as pl
import yaml
from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from directory.audit import log
from directory.sql import insert_rows
from directory.tables import event as table
from tic.core.areas import COUNTRY, provinces
from tic.core.errors import BadInput
from tic.core.i18n import Language

Kind = Literal["closure", "opening", "visa", "disaster", "method", "holiday"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
DRAWN: Final = frozenset(KINDS) - {"holiday"}
"""Kinds that are drawn on charts of months: a holiday comes every year and would hide the others."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Event:
    """A note from the day `first` to the day `last`, both included. area: `TH` or a province; source: who said so."""

    id: str
    kind: Kind
    first: date
    last: date
    area: str
    title_th: str
    title_en: str
    source: str

    def title(self, language: Language) -> str:
        """The title in the reader's language."""
        return self.title_th if language == "th" else self.title_en


_ADAPTER: Final = TypeAdapter(tuple[Event, ...])


@lru_cache(maxsize=1)
def shipped_events() -> tuple[Event, ...]:
    """The events that ship with the product."""
    text = (files("tic.desk") / "events.yml").read_text(encoding="utf-8")
    return _ADAPTER.validate_python(yaml.safe_load(text))


def events(connection: Connection) -> tuple[Event, ...]:
    """All events in force, by their first day."""
    found = {item.id: item for item in shipped_events()}
    for row in connection.execute(select(table)):
        found.pop(row.id, None)
        if not row.removed:
            found[row.id] = Event(
                row.id, row.kind, row.first, row.last, row.area, row.title_th, row.title_en, row.source
            )
    return tuple(sorted(found.values(), key=lambda item: (item.first, item.id)))


def concerning(found: Sequence[Event], area: str) -> tuple[Event, ...]:
    """The events that are drawn on a chart of an area: its own and those of the whole country."""
    return tuple(item for item in found if item.kind in DRAWN and item.area in {COUNTRY, area})


def save_event(connection: Connection, item: Event, *, account_id: str, now: datetime) -> Event:
    """Keep an event, a new one when its id is empty; returns it as kept. The caller has checked the role.

    Raises BadInput when its days, its area or its words cannot be.
    """
    kept = _checked(replace(item, id=item.id or "e" + secrets.token_hex(8)))
    _write(connection, kept, account_id, now, removed=False)
    log(connection, account_id, "save event", f"event:{kept.id}", now=now)
    return kept


def remove_event(connection: Connection, item: Event, *, account_id: str, now: datetime) -> None:
    """Take an event away, also one that ships with the product; who did it stays in the record."""
    _write(connection, item, account_id, now, removed=True)
    log(connection, account_id, "remove event", f"event:{item.id}", now=now)


def _write(connection: Connection, item: Event, account_id: str, now: datetime, *, removed: bool) -> None:
    values = {**asdict(item), "removed": removed, "account_id": account_id, "changed_at": now}
    insert_rows(connection, table, [values], update=[name for name in values if name != "id"])


def _checked(item: Event) -> Event:
    if item.last < item.first:
        raise BadInput("An event cannot end before it begins.")
    if item.kind not in KINDS or (item.area != COUNTRY and item.area not in provinces()):
        raise BadInput("Choose a kind and an area of the lists.")
    texts = [" ".join(text.split()) for text in (item.title_th, item.title_en, item.source)]
    if not all(texts):
        raise BadInput("Enter the title in Thai and in English, and who said so.")
    if any(len(text) > _LONGEST for text in texts):
        raise BadInput("A text is longer than {most} characters. Shorten it.", most=_LONGEST)
    return replace(item, title_th=texts[0], title_en=texts[1], source=texts[2])


def marks(found: Sequence[Event], language: Language) -> pl.DataFrame:
    """Events as marks of a chart by month: number (from 1), period (first of the month), label."""
    rows = [(number, item.first.replace(day=1), item.title(language)) for number, item in enumerate(found, 1)]
    return pl.DataFrame(rows, schema={"number": pl.Int64, "period": pl.Date, "label": pl.String}, orient="row")
