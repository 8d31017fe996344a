"""The history of a listing: what changed when, by which source, what it was merged with or parted from.

`save_listings` writes these rows in the transaction of the change itself. The beginning of a listing is not among
them, it is when its records were first seen: so the first run over a million places writes none. Of each listing the
newest MOST_EVENTS rows are kept, of each value MOST_LETTERS letters; e-mail addresses are not kept here at all, and
numbers of reviews, which change daily, make no history.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, delete, func, insert, select

from directory import tables
from directory.listing import FIELDS, Redirect
from directory.sql import ROWS_PER_WRITE, chunks

EventKind = Literal["field", "record came", "record went", "took", "gave", "retired", "returned"]
MOST_EVENTS: Final = 200
MOST_LETTERS: Final = 500
_POINT: Final = ("lat", "lon")
_FOLLOWED: Final = (*(name for name in FIELDS if name not in {*_POINT, "reviews"}), "coordinates", "status")
_UNSAID: Final = frozenset({"email"})
Body = Mapping[str, Any]
"""A listing as it is stored: fields that it has -> values."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a listing; times in UTC.

    field: `field` of the listing from `old` to `new` as text (None: no value, or not kept); `record came` and
    `record went`: `record_key`; took, gave: records from or to the listing `other_id`; retired: for the reason in
    `new`, with its successor as `other_id`. source, record_key: what the new value comes from, run_id: the newest
    run of that source at the time that read something new or retired records.
    """

    listing_id: str
    at: datetime
    kind: EventKind
    field: str | None = None
    old: str | None = None
    new: str | None = None
    source: str | None = None
    record_key: str | None = None
    run_id: int | None = None
    other_id: str | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """When a record of a listing was first seen, and since when no source states it any more (None: it does)."""

    record_key: str
    source: str
    first_seen_at: datetime
    gone_at: datetime | None


def stored_bodies(connection: Connection, ids: Iterable[str]) -> dict[str, Body]:
    """Listings as they are stored, by id."""
    listing = tables.listing.c
    found: dict[str, Body] = {}
    for part in chunks(ids):
        rows = connection.execute(select(listing.id, listing.body).where(listing.id.in_(part)))
        found.update((key, json.loads(body)) for key, body in rows)
    return found


def changes_of(
    before: Mapping[str, Body], after: Mapping[str, Body], moved: Collection[str], now: datetime
) -> list[Event]:
    """The events of listings that were there and still are: their fields, and records that came or went.

    moved: keys of records that have gone from one listing to another, which are told as such.
    """
    return [
        event
        for listing_id, new in after.items()
        if (old := before.get(listing_id)) is not None
        for event in (*_fields(listing_id, old, new, now), *_records(listing_id, old, new, moved, now))
    ]


def _fields(listing_id: str, before: Body, after: Body, now: datetime) -> Iterable[Event]:
    for name in _FOLLOWED:
        old, new = _text(before, name), _text(after, name)
        if old != new:
            told = (None, None) if name in _UNSAID else (old and old[:MOST_LETTERS], new and new[:MOST_LETTERS])
            column = "lat" if name == "coordinates" else name
            key = after.get("provenance", {}).get(column) or before.get("provenance", {}).get(column)
            yield Event(listing_id, now, "field", name, *told, source=_source(key), record_key=key)


def _text(body: Body, name: str) -> str | None:
    if name == "coordinates":
        return f"{body['lat']:.5f}, {body['lon']:.5f}"
    value = body.get(name)
    if not value:
        return None
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return ", ".join(str(one) for one in values)


def _records(listing_id: str, before: Body, after: Body, moved: Collection[str], now: datetime) -> Iterable[Event]:
    old, new = set(before.get("record_keys", ())), set(after.get("record_keys", ()))
    for kind, keys in (("record came", new - old), ("record went", old - new)):
        for key in sorted(keys - set(moved)):
            yield Event(listing_id, now, kind, source=_source(key), record_key=key)  # type: ignore[arg-type]


def moves_of(moves: Iterable[tuple[str, str, str]], now: datetime) -> list[Event]:
    """The events of records that have gone from one listing to another: (record key, listing it left, its new one)."""
    pairs = sorted({(old, new) for _, old, new in moves})
    return [
        event
        for old, new in pairs
        for event in (Event(old, now, "gave", other_id=new), Event(new, now, "took", other_id=old))
    ]


def retirements_of(redirects: Iterable[Redirect], returned: Iterable[str], now: datetime) -> list[Event]:
    """The events of ids that are retired, and of those that were and are back."""
    gone = [Event(item.old_id, now, "retired", new=item.reason, other_id=item.new_id) for item in redirects]
    return gone + [Event(listing_id, now, "returned") for listing_id in returned]


def note_events(connection: Connection, events: list[Event]) -> None:
    """Keep events, in the transaction of the change that they tell of."""
    if not events:
        return
    runs = _last_deliveries(connection)
    rows = [
        {name: getattr(event, name) for name in Event.__slots__} | {"run_id": runs.get(event.source or "")}
        for event in events
    ]
    for part in chunks(rows, ROWS_PER_WRITE):
        connection.execute(insert(tables.listing_event), part)
    _forget_oldest(connection, {event.listing_id for event in events})


def _last_deliveries(connection: Connection) -> dict[str, int]:
    """The newest run of each source that read something new or retired records: one that found the file as it was,
    or failed, changes no listing."""
    run = tables.source_run.c
    delivered = (run.state == "done") | (run.gone > 0)
    rows = connection.execute(select(run.source, func.max(run.id)).where(delivered).group_by(run.source))
    return {source: number for source, number in rows}  # noqa: C416  (Row is no pair to mypy)


def _forget_oldest(connection: Connection, listing_ids: Collection[str]) -> None:
    event = tables.listing_event.c
    for part in chunks(sorted(listing_ids)):
        of_these = select(event.listing_id).where(event.listing_id.in_(part)).group_by(event.listing_id)
        for listing_id in connection.scalars(of_these.having(func.count() > MOST_EVENTS)).all():
            own = select(event.id).where(event.listing_id == listing_id).order_by(event.id.desc())
            last = connection.scalar(own.offset(MOST_EVENTS).limit(1))
            connection.execute(
                delete(tables.listing_event).where(event.listing_id == listing_id, event.id <= (last or 0))
            )


def _source(key: str | None) -> str | None:
    return key.split(":", 1)[0] if key else None


def history_of(connection: Connection, listing_id: str) -> list[Event]:
    """The kept events of a listing, or of a retired id, newest first."""
    table = tables.listing_event
    rows = connection.execute(select(table).where(table.c.listing_id == listing_id).order_by(table.c.id.desc()))
    return [Event(**{name: getattr(row, name) for name in Event.__slots__}) for row in rows]


def beginnings_of(connection: Connection, listing_id: str) -> list[Beginning]:
    """The records that are, or were to their end, part of a listing, the first seen first."""
    record = tables.record.c
    statement = (
        select(record.key, record.source, record.first_seen_at, record.gone_at)
        .where(record.listing_id == listing_id)
        .order_by(record.first_seen_at, record.key)
    )
    return [Beginning(*row) for row in connection.execute(statement)]


def by_moment(events: Iterable[Event]) -> dict[datetime, list[Event]]:
    """Events by the moment that they have in common, in their order."""
    grouped: dict[datetime, list[Event]] = defaultdict(list)
    for event in events:
        grouped[event.at].append(event)
    return dict(grouped)
