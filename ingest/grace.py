"""Places that their source no longer states: kept for a few runs, then retired.

Publishers' feeds lose rows for a day and get them back. What is retired too early breaks links and loses its place in
the results; so a missing place waits, and is retired when it has been missing from more runs in a row than its
source's `grace_runs`.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from directory import repository
from directory.records import living_keys
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


def retire_missing(connection: Connection, source: Source, stated: Collection[str], now: datetime) -> Missing:
    """Count a run for each living record that is not among the keys `stated`, and retire those whose time is up."""
    return _count(connection, source, sorted(living_keys(connection, source.name) - set(stated)), now)


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
