"""Listings in the system of record, the redirects of retired ids, and the change table (outbox)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import polars as pl
from sqlalchemy import Connection, delete, func, select

from directory import tables
from directory.history import Body, Event, changes_of, moves_of, note_events, retirements_of, stored_bodies
from directory.listing import Listing, Redirect
from directory.records import assign_records, content_hash
from directory.sql import ROWS_PER_WRITE, chunks, insert_frame, insert_rows, serialise_writers, texts_of

Operation = Literal["upsert", "delete"]
_ASK_BY_KEY_LIMIT = 20_000
_LISTINGS_PER_WRITE = 10_000
"""Listings encoded and written at a time, so that a million of them need no more memory than these."""


@dataclass(frozen=True, slots=True)
class ListingChanges:
    """Counts of one save."""

    new: int
    changed: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """A listing as it is stored: its JSON, which does not depend on the order in which its mappings were filled."""

    id: str
    body: str
    content_hash: str

    @classmethod
    def of(cls, listing: Listing) -> Encoded:
        """Encode a listing; pure, so that other processes can."""
        values = listing.model_dump(mode="json", exclude_none=True)
        body = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return cls(listing.id, body, content_hash(body))


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change table: `seq` grows with every commit, without saying what exactly changed."""

    seq: int
    listing_id: str
    operation: Operation
    at: datetime


def save_listings(
    connection: Connection,
    listings: Iterable[Listing | Encoded],
    assignments: Mapping[str, str],
    redirects: Iterable[Redirect],
    *,
    now: datetime,
    scope: Collection[str] | None,
) -> ListingChanges:
    """Store merged listings, which records they are made of, and a change row for each that differs from before.

    assignments: record key -> listing id. Listings of `scope` (None: all) that are not given are removed; each
    leaves the redirect given for it, or one that leads nowhere: `closed` when it had closed, else `withdrawn`. The
    same call again writes nothing. What changed goes into the history of each listing. Everything happens in the
    caller's transaction.
    """
    serialise_writers(connection, tables.listing_change)
    hashes = _known_hashes(connection, scope)
    moves = _assign(connection, assignments)
    written = _Written(moved={key for key, _, _ in moves})
    for part in chunks(listings, _LISTINGS_PER_WRITE):
        known = hashes if scope is None else _known_hashes(connection, [listing.id for listing in part])
        _save_part(connection, part, known, written, now)
    removed = sorted(hashes.keys() - written.alive)
    before = stored_bodies(connection, removed)
    for gone in chunks(removed):
        connection.execute(delete(tables.listing).where(tables.listing.c.id.in_(gone)))
    retired, returned = _save_redirects(
        connection,
        [_with_reason(item, before) for item in redirects],
        alive=written.alive,
        revived=written.new,
        removed={listing_id: before[listing_id].get("status") == "closed" for listing_id in removed},
        now=now,
    )
    # That a place was merged says already where its records have gone.
    merged = {(item.old_id, item.new_id) for item in retired}
    moved = [
        item for item in moves_of(moves, now) if item.kind == "took" or (item.listing_id, item.other_id) not in merged
    ]
    note_events(connection, [*written.events, *moved, *retirements_of(retired, returned, now)])
    _note_changes(connection, [*written.new, *written.changed], removed, now)
    new, changed = len(written.new), len(written.changed)
    return ListingChanges(new, changed, len(removed), len(written.alive) - new - changed)


@dataclass(frozen=True, slots=True)
class _Written:
    """What has been written so far, and what is to be told of it; moved: records that go to another listing."""

    moved: set[str]
    alive: set[str] = field(default_factory=set)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def _save_part(
    connection: Connection,
    listings: Iterable[Listing | Encoded],
    known: Mapping[str, str],
    written: _Written,
    now: datetime,
) -> None:
    """Write those that differ from the hashes that are known."""
    encoded = (item if isinstance(item, Encoded) else Encoded.of(item) for item in listings)
    given = {item.id: item for item in encoded}
    written.alive.update(given)
    new = [item for item in given.values() if item.id not in known]
    changed = [item for item in given.values() if item.id in known and known[item.id] != item.content_hash]
    before = stored_bodies(connection, [item.id for item in changed])
    after = {item.id: json.loads(item.body) for item in changed}
    written.events.extend(changes_of(before, after, written.moved, now))
    columns = ("id", "body", "content_hash")
    rows = pl.DataFrame([(item.id, item.body, item.content_hash) for item in (*new, *changed)], columns, orient="row")
    update = ("content_hash", "body", "changed_at")
    insert_frame(connection, tables.listing, rows, {"changed_at": now}, update=update)
    written.new.extend(item.id for item in new)
    written.changed.extend(item.id for item in changed)


def _with_reason(redirect: Redirect, before: Mapping[str, Body]) -> Redirect:
    """A place that no source states any more, after the last of them had said that it closed, has closed."""
    had_closed = before.get(redirect.old_id, {}).get("status") == "closed"
    return redirect.model_copy(update={"reason": "closed"}) if redirect.new_id is None and had_closed else redirect


def _known_hashes(connection: Connection, ids: Collection[str] | None) -> dict[str, str]:
    listing = tables.listing.c
    statement = select(listing.id, listing.content_hash)
    if ids is None:
        return {key: value for key, value in connection.execute(statement)}  # noqa: C416  (Row is no pair to mypy)
    found: dict[str, str] = {}
    for part in chunks(sorted(ids)):
        found.update((key, value) for key, value in connection.execute(statement.where(listing.id.in_(part))))
    return found


def _save_redirects(
    connection: Connection,
    redirects: Iterable[Redirect],
    *,
    alive: Collection[str],
    revived: Collection[str],
    removed: Mapping[str, bool],
    now: datetime,
) -> tuple[list[Redirect], list[str]]:
    """The redirects that are new or lead elsewhere now, and the ids that are no longer retired.

    removed: id -> whether the place had closed.
    """
    table = tables.listing_redirect
    if len(revived) > _ASK_BY_KEY_LIMIT:
        # A whole directory is new: nearly none of its ids was ever retired.
        revived = set(revived).intersection(connection.scalars(select(table.c.old_id)))
    returned: list[str] = []
    for part in chunks(revived):
        gone = delete(table).where(table.c.old_id.in_(part)).returning(table.c.old_id)
        returned += connection.scalars(gone)
    wanted = {
        old_id: Redirect(old_id=old_id, new_id=None, reason="closed" if was_closed else "withdrawn", at=now)
        for old_id, was_closed in removed.items()
    } | {redirect.old_id: redirect for redirect in redirects if redirect.old_id not in alive}
    known: dict[str, tuple[str | None, str]] = {}
    for part in chunks(wanted):
        found = connection.execute(
            select(table.c.old_id, table.c.new_id, table.c.reason).where(table.c.old_id.in_(part))
        )
        known.update((row.old_id, (row.new_id, row.reason)) for row in found)
    new = [item for key, item in wanted.items() if known.get(key) != (item.new_id, item.reason)]
    insert_rows(connection, table, [item.model_dump() for item in new], update=("new_id", "reason", "at"))
    return new, sorted(returned)


def _assign(connection: Connection, assignments: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The records that go from one listing to another: key, listing it leaves, new listing."""
    record = tables.record.c
    statement = select(record.key, record.listing_id)
    # Of many a join in memory beats a query.
    asked = (
        [statement]
        if len(assignments) > _ASK_BY_KEY_LIMIT
        else [statement.where(record.key.in_(part)) for part in chunks(assignments)]
    )
    names = ("key", "listing_id")
    found = [part for one in asked for part in texts_of(connection, one, names)]
    known = pl.concat([pl.DataFrame(schema=dict.fromkeys(names, pl.String)), *found])
    given = pl.DataFrame(
        {"key": list(assignments), "to": list(assignments.values())}, dict.fromkeys(("key", "to"), pl.String)
    )
    moved = given.join(known, on="key", maintain_order="left").filter(pl.col("listing_id").ne_missing(pl.col("to")))
    assign_records(connection, moved.select("key", "to").rows())
    return moved.drop_nulls("listing_id").select("key", "listing_id", "to").rows()


def _note_changes(connection: Connection, upserted: Collection[str], removed: Collection[str], now: datetime) -> None:
    for operation, ids in (("upsert", upserted), ("delete", removed)):
        frame = pl.DataFrame({"listing_id": list(ids)}, {"listing_id": pl.String})
        for part in frame.iter_slices(ROWS_PER_WRITE):
            insert_frame(connection, tables.listing_change, part, {"operation": operation, "at": now})


def get_listing(connection: Connection, listing_id: str) -> Listing | None:
    """The listing with this id, or None."""
    body = connection.scalar(select(tables.listing.c.body).where(tables.listing.c.id == listing_id))
    return None if body is None else Listing.model_validate_json(body)


def get_listings(connection: Connection, ids: Iterable[str]) -> dict[str, Listing]:
    """The listings of these ids that exist, by id, in the order asked for."""
    asked = list(dict.fromkeys(ids))
    listing = tables.listing.c
    found: dict[str, str] = {}
    for part in chunks(asked):
        rows = connection.execute(select(listing.id, listing.body).where(listing.id.in_(part)))
        found.update((key, body) for key, body in rows)
    return {key: Listing.model_validate_json(found[key]) for key in asked if key in found}


def iter_listings(connection: Connection, chunk: int = 2000) -> Iterator[Listing]:
    """All listings, ordered by id, `chunk` of them in memory at a time."""
    for bodies in iter_bodies(connection, chunk):
        yield from map(Listing.model_validate_json, bodies)


def iter_bodies(connection: Connection, chunk: int = 2000) -> Iterator[list[str]]:
    """The JSON of all listings, ordered by id, in lists of at most `chunk`."""
    listing = tables.listing.c
    last = ""
    while True:
        statement = select(listing.id, listing.body).where(listing.id > last).order_by(listing.id).limit(chunk)
        rows = connection.execute(statement).all()
        if not rows:
            return
        yield [body for _, body in rows]
        last = rows[-1].id


def count_listings(connection: Connection) -> int:
    """How many listings there are."""
    return connection.scalar(select(func.count()).select_from(tables.listing)) or 0


def get_redirect(connection: Connection, listing_id: str) -> Redirect | None:
    """Where a retired id leads in the end (a chain of merges is followed), or None when it was never retired.

    `new_id` is None when the last id of the chain was retired without a successor.
    """
    table = tables.listing_redirect
    seen: set[str] = set()
    current: str | None = listing_id
    answer: Redirect | None = None
    while current is not None and current not in seen:
        seen.add(current)
        row = connection.execute(select(table).where(table.c.old_id == current)).one_or_none()
        if row is None:
            return answer
        answer = Redirect(old_id=listing_id, new_id=row.new_id, reason=row.reason, at=row.at)
        current = row.new_id
    return answer if current is None or answer is None else answer.model_copy(update={"new_id": None})


def changes_since(connection: Connection, seq: int, limit: int = 1000) -> list[Change]:
    """The changes after position `seq`, oldest first, at most `limit`."""
    table = tables.listing_change
    rows = connection.execute(select(table).where(table.c.seq > seq).order_by(table.c.seq).limit(limit))
    return [Change(row.seq, row.listing_id, row.operation, row.at) for row in rows]


def last_change(connection: Connection) -> int:
    """Position of the newest change, 0 when there has been none."""
    return connection.scalar(select(func.max(tables.listing_change.c.seq))) or 0
