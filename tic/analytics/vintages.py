"""Vintages: every value that a figure has ever had, from the day it became known until another took its place.

    <folder>/vintages/<source>.parquet     the columns of an Observation, known_on, until (null: still in force)

A figure becomes known on the day its publisher states (`as_of`). Where a later file changes it without a later day, the
day on which the file was read counts. What was read before this history began counts from its `as_of`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl

from tic.analytics.observation import KEY, OBSERVATION_SCHEMA

VINTAGE_SCHEMA: Final[dict[str, Any]] = {**OBSERVATION_SCHEMA, "known_on": pl.Date, "until": pl.Date}
_STATED: Final = ("value", "unit", "status")
"""What makes a statement another one; a file that states the same figures as of a later day revises nothing."""


def first_vintages(frame: pl.DataFrame, today: date) -> pl.DataFrame:
    """Observations of which nothing earlier is kept, as vintages in force."""
    known = pl.coalesce("as_of", pl.lit(today))
    return frame.with_columns(known_on=known, until=pl.lit(None, pl.Date)).select(list(VINTAGE_SCHEMA))


def next_vintages(kept: pl.DataFrame, frame: pl.DataFrame, today: date) -> pl.DataFrame:
    """The vintages `kept` of a source after it states `frame`, all of its Observations.

    The same frame twice changes nothing.
    """
    in_force, past = kept.filter(pl.col("until").is_null()), kept.filter(pl.col("until").is_not_null())
    keys = list(KEY)
    same = in_force.join(frame, on=[*keys, *_STATED], how="semi", nulls_equal=True)
    replaced = in_force.join(frame, on=[*keys, *_STATED], how="anti", nulls_equal=True)
    stated = frame.join(in_force, on=[*keys, *_STATED], how="anti", nulls_equal=True)
    if replaced.is_empty() and stated.is_empty():
        return kept
    earlier = kept.group_by(keys).agg(earlier=pl.max_horizontal(pl.col("known_on").max(), pl.col("until").max()))
    read = pl.max_horizontal(pl.lit(today), "earlier")
    new = stated.join(earlier, on=keys, how="left").with_columns(
        known_on=pl.when(pl.col("earlier").is_null() | (pl.col("as_of") > pl.col("earlier")))
        .then(pl.coalesce("as_of", pl.lit(today)))
        .otherwise(read),
        until=pl.lit(None, pl.Date),
    )
    ends = replaced.join(new.select(*keys, end="known_on"), on=keys, how="left").with_columns(
        until=pl.coalesce("end", pl.max_horizontal(pl.lit(today), "known_on"))
    )
    columns = list(VINTAGE_SCHEMA)
    parts = [part.select(columns) for part in (past, same, ends, new)]
    return pl.concat(parts).sort(*keys, "known_on")


def known_on(vintages: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The Observations as they stood on a day; as_of is the day on which each became known."""
    stood = (pl.col("known_on") <= day) & (pl.col("until").is_null() | (pl.col("until") > day))
    return vintages.filter(stood).with_columns(as_of="known_on").select(list(OBSERVATION_SCHEMA))


def revisions(vintages: pl.LazyFrame, indicator: str, *, area: str, market: str, source: str) -> pl.DataFrame:
    """Every change of the value of a monthly figure: period, known_on, before, after, change_pct; in this order.

    A change of the status alone, from preliminary to final, is no revision.
    """
    series = vintages.filter(
        (pl.col("indicator") == indicator)
        & (pl.col("area") == area)
        & (pl.col("market") == market)
        & (pl.col("frequency") == "M")
        & (pl.col("source") == source)
    )
    before = pl.col("value").shift(1).over("period", order_by="known_on")
    change = pl.when(pl.col("before") != 0).then((pl.col("after") - pl.col("before")) / pl.col("before") * 100)
    return (
        series.with_columns(before=before, after="value")
        .filter(pl.col("before").is_not_null() & (pl.col("before") != pl.col("after")))
        .with_columns(change_pct=change)
        .select("period", "known_on", "before", "after", "change_pct")
        .sort("period", "known_on")
        .collect()
    )
