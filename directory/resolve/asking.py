"""Keeping the questions that a run leaves for people, in the transaction that saves its listings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import Connection, delete, insert, select, tuple_

from directory import tables
from directory.judgements import MATCHER
from directory.listings import get_listings
from directory.records import load_records
from directory.resolve.questions import MOST_QUESTIONS, evidence_of, keyed, questions
from directory.resolve.task import Task
from directory.search.documents import prominence_of
from directory.sources import load_sources
from directory.sql import chunks

if TYPE_CHECKING:
    from directory.resolve.clusters import Scored


def told_pairs(scored: Scored) -> pl.DataFrame:
    """The pairs of a run that are at least doubtful, in the columns KEYED; they need little memory."""
    return pl.concat([keyed(scored.pairs, scored.prepared.places["key"]), scored.border])


def save_questions(
    connection: Connection,
    task: Task,
    pairs: pl.DataFrame,
    clusters: list[list[str]],
    assignments: Mapping[str, str],
    now: datetime,
) -> None:
    """Replace the questions about the records of a run by those that its chances leave open.

    pairs: what `told_pairs` gives. assignments: record key -> listing id, as this run has saved them.
    """
    _forget(connection, task)
    outside = _outside(connection, task, pairs)
    asked = questions(pairs, clusters, task.judgements, outside)
    if asked.is_empty():
        return
    homes = {**outside, **assignments}
    asked = _first(asked, _prominences(connection, asked, homes))
    evidence = evidence_of(_records(connection, task, asked), asked)
    rows = [
        {"left_key": left, "right_key": right, "score": chance, "priority": priority, "evidence": told, "at": now}
        for (left, right, chance, priority), told in zip(asked.iter_rows(), evidence, strict=True)
    ]
    connection.execute(insert(tables.doubtful_pair), rows)
    _trim(connection)


def _forget(connection: Connection, task: Task) -> None:
    table = tables.doubtful_pair
    if task.scope is None:
        connection.execute(delete(table))
        return
    for part in chunks({*task.records["key"], *task.stamps["key"]}):
        connection.execute(delete(table).where(table.c.left_key.in_(part) | table.c.right_key.in_(part)))


def _outside(connection: Connection, task: Task, pairs: pl.DataFrame) -> dict[str, str]:
    """The listings of the records that pairs and judgements name and this run does not look at."""
    if task.scope is None:
        return {}
    inside = set(task.records["key"])
    judged = task.judgements.filter(
        (pl.col("decided_by") != MATCHER) & (pl.col("left_key").is_in(inside) | pl.col("right_key").is_in(inside))
    )
    named = {*pairs["left_key"], *pairs["right_key"], *judged["left_key"], *judged["right_key"]} - inside
    record = tables.record.c
    found: dict[str, str] = {}
    for part in chunks(sorted(named)):
        statement = select(record.key, record.listing_id).where(record.key.in_(part), record.listing_id.is_not(None))
        found.update((key, listing_id) for key, listing_id in connection.execute(statement))
    return found


def _prominences(connection: Connection, asked: pl.DataFrame, homes: Mapping[str, str]) -> dict[str, float]:
    """Record -> how well known the place is that it belongs to, 0 to 1."""
    named = {key: homes[key] for key in {*asked["left_key"], *asked["right_key"]} if key in homes}
    known = get_listings(connection, sorted(set(named.values())))
    sources = load_sources(connection)
    return {key: prominence_of(known[listing_id], sources) for key, listing_id in named.items() if listing_id in known}


def _first(asked: pl.DataFrame, prominence: Mapping[str, float]) -> pl.DataFrame:
    """The questions that come first, at most MOST_QUESTIONS: left_key, right_key, chance, priority."""
    known = [max(prominence.get(left, 0.0), prominence.get(right, 0.0)) for left, right, *_ in asked.iter_rows()]
    return (
        asked.with_columns(priority=pl.col("doubt") + pl.Series(known, dtype=pl.Float64))
        .sort("priority", "left_key", "right_key", descending=[True, False, False])
        .head(MOST_QUESTIONS)
        .select("left_key", "right_key", "chance", "priority")
    )


def _records(connection: Connection, task: Task, asked: pl.DataFrame) -> pl.DataFrame:
    """The records of the questions, also those that this run does not look at."""
    named = {*asked["left_key"], *asked["right_key"]}
    inside = task.records.filter(pl.col("key").is_in(named))
    elsewhere = named - set(inside["key"])
    return pl.concat([inside, load_records(connection, keys=elsewhere)]) if elsewhere else inside


def _trim(connection: Connection) -> None:
    """Drop the questions that come last, where earlier runs have left so many that there are too many together."""
    table = tables.doubtful_pair
    order = (table.c.priority.desc(), table.c.left_key, table.c.right_key)
    beyond = connection.execute(
        select(table.c.left_key, table.c.right_key).order_by(*order).offset(MOST_QUESTIONS)
    ).all()
    for part in chunks([tuple(row) for row in beyond], 1000):
        connection.execute(delete(table).where(tuple_(table.c.left_key, table.c.right_key).in_(part)))
