"""What harvesting leaves behind: runs of sources, snapshots, quarantined rows, and small facts for the next job."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from directory import tables
from directory.sql import ROWS_PER_WRITE, chunks, insert_rows

RunState = Literal["running", "done", "unchanged", "failed", "interrupted"]
_LONGEST_RUN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class SourceRun:
    """One run of a source; counts of rows, times in UTC. `interrupted`: its process died before the end."""

    id: int
    source: str
    started_at: datetime
    ended_at: datetime | None
    state: RunState
    sha256: str | None
    fetched: int
    accepted: int
    quarantined: int
    new: int
    changed: int
    gone: int
    parser_version: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A rejected row: reason codes, and the row as the source stated it. `source` and `at` are set when read."""

    row_key: str
    reasons: tuple[str, ...]
    body: dict[str, Any]
    source: str = ""
    at: datetime | None = None


def start_run(connection: Connection, source: str, now: datetime) -> int:
    """Note that a run has begun; returns its id. A run of the source still open is closed as interrupted."""
    table = tables.source_run
    connection.execute(
        update(table)
        .where(table.c.source == source, table.c.state == "running")
        .values(state="interrupted", ended_at=now, message=None)
    )
    row = {"source": source, "started_at": now, "state": "running", "message": _process()}
    return int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())


def end_run(
    connection: Connection,
    run_id: int,
    *,
    now: datetime,
    state: Literal["done", "unchanged", "failed"],
    sha256: str | None = None,
    fetched: int = 0,
    accepted: int = 0,
    quarantined: int = 0,
    new: int = 0,
    changed: int = 0,
    gone: int = 0,
    parser_version: str | None = None,
    message: str | None = None,
) -> None:
    """Note how a run ended: hash of its snapshot, counts of rows, version of the parser, message for people."""
    values = {
        "ended_at": now,
        "state": state,
        "sha256": sha256,
        "fetched": fetched,
        "accepted": accepted,
        "quarantined": quarantined,
        "new": new,
        "changed": changed,
        "gone": gone,
        "parser_version": parser_version,
        "message": message,
    }
    connection.execute(update(tables.source_run).where(tables.source_run.c.id == run_id).values(**values))


def latest_runs(connection: Connection, *, now: datetime | None = None) -> list[SourceRun]:
    """The newest run of each source, by source name.

    An open run whose process is gone from this machine, or that began more than six hours ago, is `interrupted`.
    """
    table = tables.source_run
    newest = select(func.max(table.c.id)).group_by(table.c.source)
    rows = connection.execute(select(table).where(table.c.id.in_(newest)).order_by(table.c.source))
    return [_run(row, now or datetime.now(UTC)) for row in rows]


def last_done_run(connection: Connection, source: str) -> SourceRun | None:
    """The newest run of a source that ended `done`: what its present records come from."""
    table = tables.source_run
    statement = select(table).where(table.c.source == source, table.c.state == "done")
    row = connection.execute(statement.order_by(table.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _run(row, datetime.now(UTC))


def _run(row: Row[Any], now: datetime) -> SourceRun:
    values = dict(row._mapping)
    if values["state"] == "running":
        if now - values["started_at"] > _LONGEST_RUN or not _is_alive(values["message"]):
            values["state"] = "interrupted"
        values["message"] = None
    return SourceRun(**values)


def _process() -> str:
    return f"{os.getpid()}@{socket.gethostname()}"


def _is_alive(process: str | None) -> bool:
    """Whether the process of a run may still be at work; that of another machine is given the benefit of the doubt."""
    number, _, host = (process or "").partition("@")
    if not number.isdigit() or host != socket.gethostname():
        return bool(number)
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def replace_quarantine(
    connection: Connection, source: str, rows: Iterable[QuarantinedRow], *, now: datetime | None = None
) -> int:
    """Make these the rejected rows of a source; returns their count. A row rejected as before keeps its time.

    Rows that share a key (a feed that repeats an id) are told apart as `key`, `key#2`, `key#3`.
    """
    table = tables.quarantine
    wanted = _by_key(rows)
    statement = select(table.c.id, table.c.row_key, table.c.reasons, table.c.body).where(table.c.source == source)
    outdated: list[int] = []
    for row in connection.execute(statement):
        same = wanted.get(row.row_key)
        if same is not None and same == (row.reasons, row.body):
            del wanted[row.row_key]
        else:
            outdated.append(row.id)
    kept = {*wanted}
    for part in chunks(outdated):
        connection.execute(delete(table).where(table.c.id.in_(part)))
    at = now or datetime.now(UTC)
    for names in chunks(sorted(kept), ROWS_PER_WRITE):
        values = [
            {"source": source, "row_key": name, "reasons": wanted[name][0], "body": wanted[name][1], "at": at}
            for name in names
        ]
        connection.execute(insert(table), values)
    total = connection.scalar(select(func.count()).select_from(table).where(table.c.source == source))
    return total or 0


def _by_key(rows: Iterable[QuarantinedRow]) -> dict[str, tuple[list[str], dict[str, Any]]]:
    wanted: dict[str, tuple[list[str], dict[str, Any]]] = {}
    for row in rows:
        name, repeat = row.row_key, 2
        while name in wanted:
            name, repeat = f"{row.row_key}#{repeat}", repeat + 1
        # Dates and the like become text now, so that the same row compares equal when it comes again.
        body = json.loads(json.dumps(row.body, ensure_ascii=False, default=str))
        wanted[name] = (list(row.reasons), body)
    return wanted


def list_quarantine(connection: Connection, source: str | None = None, limit: int = 100) -> list[QuarantinedRow]:
    """Rejected rows of one source or of all, ordered by source and key."""
    table = tables.quarantine
    statement = select(table).order_by(table.c.source, table.c.row_key).limit(limit)
    if source is not None:
        statement = statement.where(table.c.source == source)
    rows = connection.execute(statement)
    return [QuarantinedRow(row.row_key, tuple(row.reasons), row.body, row.source, row.at) for row in rows]


def remember_snapshot(
    connection: Connection, source: str, sha256: str, *, size_bytes: int, fetched_from: str, now: datetime
) -> bool:
    """Note the raw bytes a source gave; returns whether they are new. The first time they were seen is kept."""
    table = tables.snapshot
    known = select(table.c.sha256).where(table.c.source == source, table.c.sha256 == sha256)
    is_new = connection.scalar(known) is None
    row = {
        "source": source,
        "sha256": sha256,
        "size_bytes": size_bytes,
        "fetched_from": fetched_from,
        "fetched_at": now,
    }
    insert_rows(connection, table, [row])
    return is_new


def get_state(connection: Connection, name: str) -> str | None:
    """The value a job left under this name, or None."""
    return connection.scalar(select(tables.state.c.value).where(tables.state.c.name == name))


def set_state(connection: Connection, name: str, value: str, *, now: datetime | None = None) -> None:
    """Leave a value under a name for the next job."""
    row = {"name": name, "value": value, "at": now or datetime.now(UTC)}
    insert_rows(connection, tables.state, [row], update=("value", "at"))
