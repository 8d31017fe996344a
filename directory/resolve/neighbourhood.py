"""The records that a change can touch: those it is like, those it was one place with, and so on until none is new."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, select

from directory import tables
from directory.judgements import MATCHER
from directory.records import load_records
from directory.resolve.clusters import Scored
from directory.resolve.model import default_model
from directory.resolve.prepare import Prepared
from directory.resolve.questions import KEYED, in_doubt
from directory.resolve.surroundings import Surroundings
from directory.sql import chunks


def neighbourhood(
    connection: Connection, stamps: pl.DataFrame, judgements: pl.DataFrame, around: Surroundings, *, most: int
) -> tuple[pl.DataFrame, Scored] | None:
    """Records (RECORD_SCHEMA + listing_id) that have to be clustered anew after changes, and their pairs.

    stamps: the changed records (`records.dirty_stamps`). The answer is closed: no record of it shares a listing or a
    likely pair with one outside, so that clustering it alone gives what clustering everything would. (One exception:
    a change that makes a block pass its cap, see `blocking`, also changes pairs far from it.) None when it would hold
    more than `most` records.
    """
    inside: set[str] = set()
    frontier = _with_old_company(connection, set(stamps["key"]), set(stamps["listing_id"].drop_nulls()))
    found = [pl.DataFrame(schema=KEYED)]
    while frontier:
        frontier = around.living(frontier)
        inside |= frontier
        if len(inside) > most:
            return None
        pairs = around.pairs(frontier, inside)
        found.append(pairs)
        likely = pairs.filter(pl.col("chance") >= default_model().threshold)
        linked = {*likely["left_key"], *likely["right_key"], *_judged_with(judgements, frontier)}
        frontier = _with_old_company(connection, linked - inside, set()) - inside
    records, prepared = load_records(connection, keys=inside), around.prepared(inside)
    pairs = pl.concat(found).unique(["left_key", "right_key"])
    reaches_out = pl.col("left_key").is_in(inside) != pl.col("right_key").is_in(inside)
    return records, Scored(prepared, _numbered(pairs, prepared), pairs.filter(in_doubt() & reaches_out))


def _with_old_company(connection: Connection, keys: set[str], listing_ids: set[str]) -> set[str]:
    """The keys, and those of all records that are in a listing with one of them."""
    record = tables.record.c
    listing_ids = set(listing_ids)
    for part in chunks(sorted(keys)):
        found = select(record.listing_id).where(record.key.in_(part), record.listing_id.is_not(None))
        listing_ids.update(connection.execute(found).scalars())
    company = set(keys)
    for part in chunks(sorted(listing_ids)):
        company.update(connection.execute(select(record.key).where(record.listing_id.in_(part))).scalars())
    return company


def _judged_with(judgements: pl.DataFrame, keys: set[str]) -> set[str]:
    """The other record of every pair that a person has called one place."""
    same = judgements.filter((pl.col("decided_by") != MATCHER) & (pl.col("verdict") == "same"))
    touched = same.filter(pl.col("left_key").is_in(keys) | pl.col("right_key").is_in(keys))
    return {*touched["left_key"], *touched["right_key"]}


def _numbered(pairs: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """The pairs whose records are both there, by their rows."""
    rows = prepared.places.select("key", "row")
    return (
        pairs.join(rows.rename({"key": "left_key", "row": "left"}), on="left_key")
        .join(rows.rename({"key": "right_key", "row": "right"}), on="right_key")
        .select("left", "right", "chance")
        .sort("left", "right")
    )
