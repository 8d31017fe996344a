"""Places that their source no longer states: kept for a few runs, then retired.

Publishers' feeds lose rows for a day and get them back. What is retired too early breaks links and loses its place in
the results; so a missing place waits, and is retired when it has been missing from more runs in a row than its
source's `grace_runs`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl
from sqlalchemy import Connection

from directory import repository
from directory.records import count_living, gone_keys, living_keys
from ingest.source import Source

_STATE: Final = "missing:"


@dataclass(frozen=True, slots=True)
class Missing:
    """How many places were retired, and how many are missing and wait."""

    gone: int
    waiting: int

    @property
    def told(self) -> str | None:
        """A sentence about those that wait; None when none does."""
        return f"Missing from the file, kept for now: {self.waiting:,}." if self.waiting else None


def alive(connection: Connection, source: Source, stated: pl.Series) -> pl.Series:
    """The keys of the living records of a source, given those that its last run and this one stated.

    Records live because they are stated or wait here. So a million keys need not be read from the database where so
    many are alive as are known; else they are.
    """
    waiting = pl.Series(list(_waiting(connection, source)), dtype=pl.String)
    gone = pl.Series(gone_keys(connection, source.name), dtype=pl.String)
    known = pl.concat([stated, waiting]).unique()
    living = known.filter(~known.is_in(gone.implode()))
    if living.len() == count_living(connection, source.name):
        return living
    return pl.Series(sorted(living_keys(connection, source.name)), dtype=pl.String)


def retire_missing(
    connection: Connection, source: Source, stated: pl.Series, now: datetime, before: pl.Series | None = None
) -> Missing:
    """Count a run for each living record that is not among the keys `stated`, and retire those whose time is up.

    before: the keys that the last run stated, where they are known; it only saves time.
    """
    living = alive(connection, source, stated if before is None else pl.concat([stated, before]))
    missing = living.filter(~living.is_in(stated.implode()))
    return _count(connection, source, missing.sort().to_list(), now)


def missing_again(connection: Connection, source: Source, now: datetime) -> Missing:
    """As `retire_missing` for a run whose file has not changed: what was missing still is."""
    waiting = _waiting(connection, source)
    return _count(connection, source, sorted(waiting), now) if waiting else Missing(0, 0)


def _count(connection: Connection, source: Source, missing: list[str], now: datetime) -> Missing:
    before = _waiting(connection, source)
    runs = {key: before.get(key, 0) + 1 for key in missing}
    gone = [key for key, count in runs.items() if count > source.grace_runs]
    repository.retire_records(connection, gone, now=now)
    waiting = {key: count for key, count in runs.items() if count <= source.grace_runs}
    if waiting != before:
        repository.set_state(connection, _STATE + source.name, json.dumps(waiting), now=now)
    return Missing(len(gone), len(waiting))


def _waiting(connection: Connection, source: Source) -> dict[str, int]:
    text = repository.get_state(connection, _STATE + source.name)
    found: dict[str, int] = json.loads(text) if text else {}
    return found
