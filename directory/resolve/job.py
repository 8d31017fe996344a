"""Bringing listings up to date with the records: all of them, or only where something has changed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, func, select

from directory import tables
from directory.judgements import load_judgements
from directory.records import dirty_stamps, has_dirty, load_records
from directory.resolve.task import VERSION_STATE, Task
from directory.resolve.version import resolver_version
from directory.runs import get_state
from tic.core.database import reading
from tic.core.progress import Reporter
from tic.core.workers import here, worker_processes

_SHARE_FOR_ALL: Final = 5
_FEWEST_FOR_ALL: Final = 500
"""When more than a fifth of all records have to be looked at, looking at everything is the shorter way."""
_MANY: Final = 20_000
"""From so many records on they are compared in processes beside this one, which take two seconds to begin."""


@dataclass(frozen=True, slots=True)
class ResolveReport:
    """What a run did; records = records looked at, clusters among them; all zero when nothing had changed."""

    records: int = 0
    clusters: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0
    wall_s: float = 0.0


def resolve_all(engine: Engine, trust: Mapping[str, str], reporter: Reporter, now: datetime) -> ResolveReport:
    """Merge the records into listings where anything has changed since the last run; the caller holds the lock.

    trust: source name -> operator, official, open or private. Everything is saved in one transaction: a run that is
    killed leaves the state before it, and what sources or people say meanwhile stays for the next run. `now`: aware.
    """
    started = time.monotonic()
    version = resolver_version(trust)
    with reading(engine) as connection:
        is_current = get_state(connection, VERSION_STATE) == version
        if is_current and not has_dirty(connection):
            return ResolveReport()
    # Imported late: a run without news shall not load what comparing needs.
    from directory.resolve.asking import told_pairs
    from directory.resolve.clusters import clusters_of, score_all
    from directory.resolve.prepare import prepare
    from directory.resolve.save import save

    with reading(engine) as connection, reporter.step("Changed records", unit="records") as step:
        task = look(connection, version, is_current=is_current)
        step.advance(task.stamps.height)
    with reporter.step("Comparing", total=task.records.height, unit="records") as step:
        with worker_processes() if task.records.height >= _MANY else nullcontext(here) as mapper:
            scored = task.scored or score_all(prepare(task.records, mapper), mapper)
        clusters, pairs = clusters_of(scored, task.judgements), told_pairs(scored)
        # Merging needs the memory of comparing.
        del scored
        task = replace(task, scored=None)
        step.advance(task.records.height)
    with reporter.step("Merging", total=len(clusters), unit="places") as step:
        changes = save(engine, task, pairs, clusters, trust, now)
        step.advance(len(clusters))
    return ResolveReport(
        task.records.height,
        len(clusters),
        changes.new,
        changes.changed,
        changes.removed,
        time.monotonic() - started,
    )


def look(connection: Connection, version: str, *, is_current: bool) -> Task:
    """Read what a run has to work on: the neighbourhood of the changes where listings are current but for these.

    version: what `resolver_version` gives; not current: the listings were made by another, or there are none yet.
    """
    stamps, judgements = dirty_stamps(connection), load_judgements(connection)
    if is_current:
        from directory.resolve.neighbourhood import neighbourhood

        everything = connection.scalar(select(func.count()).where(tables.record.c.gone_at.is_(None))) or 0
        most = max(_FEWEST_FOR_ALL, everything // _SHARE_FOR_ALL)
        found = neighbourhood(connection, stamps, judgements, most=most) if stamps.height <= most else None
        if found is not None:
            records, scored = found
            scope = frozenset([*records["listing_id"].drop_nulls(), *stamps["listing_id"].drop_nulls()])
            return Task(records, scored, judgements, stamps, scope, version)
    return Task(load_records(connection), None, judgements, stamps, None, version)
