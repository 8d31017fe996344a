"""Feeds that must be fresh, such as warnings: when each was read last, and whether the last try failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from directory.runs import latest_runs
from directory.sources import SourceInfo, load_sources
from directory.tables import source_run


@dataclass(frozen=True, slots=True)
class Feed:
    """A source with the moment it was last read whole (UTC, None: never) and, where the newest try failed, of that."""

    source: SourceInfo
    read_at: datetime | None
    failed_at: datetime | None = None


def feeds(connection: Connection, kind: str) -> list[Feed]:
    """The feeds of a kind of source, by name."""
    newest = {run.source: run for run in latest_runs(connection)}
    found = []
    for name, source in sorted(load_sources(connection).items()):
        if source.kind == kind:
            run = newest.get(name)
            failed_at = run.started_at if run and run.state in {"failed", "interrupted"} else None
            found.append(Feed(source, _last_read(connection, name), failed_at))
    return found


def _last_read(connection: Connection, name: str) -> datetime | None:
    """A run that found nothing new has read the feed, too."""
    run = source_run.c
    chosen = select(run.ended_at).where(run.source == name, run.state.in_(("done", "unchanged")))
    moment: datetime | None = connection.scalar(chosen.order_by(run.id.desc()).limit(1))
    return moment


def age_minutes(feed: Feed, now: datetime | None = None) -> float | None:
    """Minutes since a feed was read; None when it never was. `now`: aware."""
    return None if feed.read_at is None else ((now or datetime.now(UTC)) - feed.read_at).total_seconds() / 60
