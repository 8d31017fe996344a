"""Saving what a run of the resolver came to, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Final

import numpy as np
import polars as pl
from sqlalchemy import Connection, Engine, delete, select

from directory import tables
from directory.judgements import load_judgements
from directory.listings import Encoded, ListingChanges, get_listing, get_redirect, save_listings
from directory.records import clear_dirty, mark_dirty
from directory.resolve.asking import save_questions
from directory.resolve.identity import identify
from directory.resolve.kept import announce
from directory.resolve.merge import merge
from directory.resolve.prepare import identifiers_of
from directory.resolve.task import VERSION_STATE, Task
from directory.runs import set_state
from directory.sql import ROWS_PER_WRITE, chunks, insert_frame
from tic.core.database import writing
from tic.core.workers import Mapper, here

_LISTINGS_AT_ONCE: Final = 10_000


def save(
    engine: Engine,
    task: Task,
    pairs: pl.DataFrame,
    clusters: list[list[str]],
    trust: Mapping[str, str],
    now: datetime,
    mapper: Mapper = here,
) -> ListingChanges:
    """Merge clusters of record keys and store the listings, where retired ids lead, and that the changes are seen.

    pairs: those at least doubtful (`asking.told_pairs`), which leave questions for people.
    mapper: merges them, part by part.
    """
    places = _placeable(task.records, clusters)
    known = dict(task.records.select("key", "listing_id").drop_nulls().iter_rows())
    with writing(engine) as connection:
        taken = TakenIds(connection, task.scope)
        identities = identify(places, known, taken, now, taken.returns)
        assignments = {key: one for one, keys in zip(identities.ids, places, strict=True) for key in keys}
        listings = _merged(task.records, identities.ids, places, trust, mapper)
        changes = save_listings(
            connection, listings, assignments, identities.retired.values(), now=now, scope=task.scope
        )
        save_questions(connection, task, pairs, clusters, assignments, now)
        _save_identifiers(connection, task)
        _mark_done(connection, task)
        announce(connection, task.kept, None if task.scope is None else task.stamps["key"].to_list(), now)
        set_state(connection, VERSION_STATE, task.version, now=now)
    return changes


def _merged(
    records: pl.DataFrame, ids: list[str], places: list[list[str]], trust: Mapping[str, str], mapper: Mapper
) -> Iterator[Encoded]:
    """The listings of these ids and clusters, some thousand of them in memory at a time."""
    sizes = np.fromiter(map(len, places), dtype=np.int64, count=len(places))
    numbered = pl.DataFrame(
        {
            "key": pl.Series(list(chain.from_iterable(places)), dtype=pl.String),
            "place": np.arange(len(places)).repeat(sizes),
            "listing_id": pl.Series(ids, dtype=pl.String).gather(np.arange(len(places)).repeat(sizes)),
        }
    )
    rows = records.select("key").with_row_index("at").join(numbered, on="key").sort("place", "at")
    parts = rows.with_columns(pl.col("place") // _LISTINGS_AT_ONCE).partition_by("place", maintain_order=True)
    plain = records.drop("listing_id")
    batches = (plain[part["at"]].with_columns(part["listing_id"]) for part in parts)
    for listings in mapper(partial(encoded_listings, trust=trust), batches):
        yield from listings


def encoded_listings(records: pl.DataFrame, trust: Mapping[str, str]) -> list[Encoded]:
    """The listings of records (RECORD_SCHEMA + listing_id) as they are stored; see `merge`."""
    return [Encoded.of(listing) for listing in merge(records, trust).values()]


def _placeable(records: pl.DataFrame, clusters: list[list[str]]) -> list[list[str]]:
    """The clusters that a listing can be made of: with a name and a point."""
    named = records.filter(pl.any_horizontal(pl.col("name_th", "name_en", "names").is_not_null()))
    placed = records.filter(pl.all_horizontal(pl.col("lat", "lon").is_not_null()))
    names, points = set(named["key"]), set(placed["key"])
    return [keys for keys in clusters if not names.isdisjoint(keys) and not points.isdisjoint(keys)]


class TakenIds:
    """Whether an id belongs to another place: to a listing that this run does not look at, or to one that was retired.

    A retired id returns only where it had been merged into the listing that its record leaves again.
    """

    def __init__(self, connection: Connection, scope: frozenset[str] | None) -> None:
        self._connection = connection
        self._scope = scope
        self._retired = set(connection.execute(select(tables.listing_redirect.c.old_id)).scalars())

    def __call__(self, listing_id: str, leaving: str | None) -> bool:
        if listing_id in self._retired:
            return leaving is None or not self.returns(listing_id, leaving)
        if self._scope is None or listing_id in self._scope:
            return False
        return get_listing(self._connection, listing_id) is not None

    def returns(self, listing_id: str, leaving: str) -> bool:
        """Whether a retired id had been merged into the listing that is left."""
        redirect = get_redirect(self._connection, listing_id) if listing_id in self._retired else None
        return redirect is not None and redirect.new_id == leaving


def _save_identifiers(connection: Connection, task: Task) -> None:
    """What the records share with others, for the next run to find these by."""
    table = tables.record_identifier
    if task.scope is None:
        connection.execute(delete(table))
    else:
        for part in chunks([*task.records["key"], *task.stamps["key"]]):
            connection.execute(delete(table).where(table.c.record_key.in_(part)))
    for rows in identifiers_of(task.records).rename({"key": "record_key"}).iter_slices(ROWS_PER_WRITE):
        insert_frame(connection, table, rows, {})


def _mark_done(connection: Connection, task: Task) -> None:
    """No record that was looked at is dirty any more, unless a source or a person has said something since."""
    clear_dirty(connection, task.stamps)
    same = ["left_key", "right_key", "verdict", "decided_by"]
    # Read after the rows above are held: a judgement that is made now waits, and marks its records when it goes on.
    present = load_judgements(connection)
    newer = present.join(task.judgements, on=same, how="anti", nulls_equal=True)
    taken_back = task.judgements.join(present, on=same, how="anti", nulls_equal=True)
    mark_dirty(
        connection, {key for told in (newer, taken_back) for pair in ("left_key", "right_key") for key in told[pair]}
    )
