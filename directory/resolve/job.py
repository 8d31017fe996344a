"""Bringing listings up to date with the records: all of them, or only where something has changed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
from sqlalchemy import Connection, Engine, func, select

from directory import tables
from directory.judgements import load_judgements
from directory.records import dirty_stamps, has_dirty, load_records
from directory.resolve.task import VERSION_STATE, Task
from directory.resolve.version import resolver_version
from directory.runs import get_state
from tic.core.database import reading
from tic.core.progress import Reporter
from tic.core.workers import Mapper, here, worker_processes

if TYPE_CHECKING:
    from directory.resolve.surroundings import Surroundings

_SHARE_FOR_ALL: Final = 5
_FEWEST_FOR_ALL: Final = 500
"""When more than a fifth of all records have to be looked at, looking at everything is the shorter way."""
_FEW: Final = 200
"""Changes up to which the database is asked for what lies around them."""
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


def resolve_all(
    engine: Engine, trust: Mapping[str, str], reporter: Reporter, now: datetime, keep_in: Path | None = None
) -> ResolveReport:
    """Merge the records into listings where anything has changed since the last run; the caller holds the lock.

    trust: source name -> operator, official, open or private. Everything is saved in one transaction: a run that is
    killed leaves the state before it, and what sources or people say meanwhile stays for the next run. `now`: aware.
    keep_in: folder for what makes the next run shorter (`kept`); None: nothing is kept.
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
    from directory.resolve.kept import forget_others, save_prepared
    from directory.resolve.prepare import prepare
    from directory.resolve.save import save

    with reading(engine) as connection, reporter.step("Changed records", unit="records") as step:
        task = look(connection, version, is_current=is_current, keep_in=keep_in)
        step.advance(task.stamps.height)
    with reporter.step("Comparing", total=task.records.height, unit="records") as step:
        with _mapper(task) as mapper:
            scored = task.scored or score_all(prepare(task.records, mapper), mapper)
        clusters, pairs = clusters_of(scored, task.judgements), told_pairs(scored)
        everything = scored.prepared if task.scope is None else task.everything
        kept = save_prepared(keep_in, everything) if keep_in is not None and everything is not None else None
        # Merging needs the memory of comparing.
        del scored, everything
        task = replace(task, scored=None, everything=None, kept=kept)
        step.advance(task.records.height)
    with reporter.step("Merging", total=len(clusters), unit="places") as step:
        with _mapper(task) as mapper:
            changes = save(engine, task, pairs, clusters, trust, now, mapper)
        if keep_in is not None and kept is not None:
            forget_others(keep_in, kept)
        step.advance(len(clusters))
    return ResolveReport(
        task.records.height,
        len(clusters),
        changes.new,
        changes.changed,
        changes.removed,
        time.monotonic() - started,
    )


def _mapper(task: Task) -> AbstractContextManager[Mapper]:
    return worker_processes() if task.records.height >= _MANY else nullcontext(here)


def look(connection: Connection, version: str, *, is_current: bool, keep_in: Path | None = None) -> Task:
    """Read what a run has to work on: the neighbourhood of the changes where listings are current but for these.

    version: what `resolver_version` gives; not current: the listings were made by another, or there are none yet.
    """
    stamps, judgements = dirty_stamps(connection), load_judgements(connection)
    if is_current:
        from directory.resolve.neighbourhood import neighbourhood

        living = connection.scalar(select(func.count()).where(tables.record.c.gone_at.is_(None))) or 0
        most = max(_FEWEST_FOR_ALL, living // _SHARE_FOR_ALL)
        if stamps.height <= most:
            around = _around(connection, stamps, keep_in)
            found = neighbourhood(connection, stamps, judgements, around, most=most)
            if found is not None:
                records, scored = found
                scope = frozenset([*records["listing_id"].drop_nulls(), *stamps["listing_id"].drop_nulls()])
                return Task(records, scored, judgements, stamps, scope, version, around.to_keep)
    return Task(load_records(connection), None, judgements, stamps, None, version)


def _around(connection: Connection, stamps: pl.DataFrame, keep_in: Path | None) -> Surroundings:
    """Of many changes what an earlier run has kept, where it has; reading it takes longer than looking around a few."""
    from directory.resolve.kept import kept_of, load_prepared
    from directory.resolve.surroundings import Remembered, Stored

    kept = kept_of(connection) if keep_in is not None and stamps.height > _FEW else None
    earlier = load_prepared(keep_in, kept) if keep_in is not None and kept is not None else None
    if kept is None or earlier is None:
        return Stored(connection)
    return Remembered(connection, earlier, {*kept.since, *stamps["key"]})
