"""Fetching sources from their publishers: only those that are wanted, each under its own lock, bytes kept by hash.

Nothing here reads what it fetches beyond what is needed to find the next part; reading is the pipeline's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final, Literal

from sqlalchemy import Engine

from directory import repository
from ingest.begun import Begun
from ingest.fetchers import FETCHERS
from ingest.fetching import Fetch
from ingest.kept import Manifest, load_manifest, save_manifest
from ingest.snapshot import keep_bytes, kept_path
from ingest.source import Source
from ingest.visit import Part, Visit
from tic.core.database import reading, writing
from tic.core.errors import (
    BadInput,
    JobRunning,
    NotAllowed,
    NotFound,
    ServiceUnavailable,
    SiteUnavailable,
    StorageFailed,
    TicError,
)
from tic.core.http import Client, Limits, shown
from tic.core.locks import job_lock
from tic.core.progress import Reporter, Step
from tic.core.settings import Settings

State = Literal["fetched", "unchanged", "not configured", "busy", "failed"]
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What came of fetching one source; seconds. problem: why there is nothing to read, to be told to a person."""

    source: str
    state: State
    files: int = 0
    size_bytes: int = 0
    wall_s: float = 0.0
    problem: TicError | None = None


@dataclass(frozen=True)
class _Work:
    """What all fetches of a run work with. pace: host -> when it may be asked again, also by the next source."""

    engine: Engine
    settings: Settings
    limits: Limits | None
    pace: dict[str, float]


def fetch_sources(
    engine: Engine, settings: Settings, sources: Sequence[Source], reporter: Reporter, *, limits: Limits | None = None
) -> list[FetchReport]:
    """Fetch sources one after the other; one that fails is reported and the others go on.

    Safe to kill and to run again: what is kept of a source changes at once when all of it has come, and what had come
    when a fetch was killed or its site went away is not asked for again.
    Raises StorageFailed for a full or forbidden disk, ServiceUnavailable when the database is away.
    """
    work = _Work(engine, settings, limits, {})
    reports = []
    for source in sources:
        with reporter.step(f"Fetch {source.name}", unit="parts") as step:
            report = _fetch(work, source, step)
            step.note(str(report.problem or f"{report.state}, {report.size_bytes:,} bytes"))
            reports.append(report)
    return reports


def missing_keys(source: Source, settings: Settings) -> list[str]:
    """Names of the keys that a source needs and TIC_SOURCE_KEYS does not hold."""
    keys = source.fetch.keys if source.fetch else ()
    return [key.name for key in keys if key.name not in settings.keys_of_sources]


def _fetch(work: _Work, source: Source, step: Step) -> FetchReport:
    started = time.monotonic()
    try:
        return _fetch_locked(work, source, step)
    except JobRunning as error:
        return FetchReport(source.name, "busy", problem=error)
    except TicError as error:
        if isinstance(error, (StorageFailed, ServiceUnavailable)) and not isinstance(error, SiteUnavailable):
            raise
        _note_failure(work.engine, source, error)
        return FetchReport(source.name, "failed", wall_s=time.monotonic() - started, problem=error)


def _fetch_locked(work: _Work, source: Source, step: Step) -> FetchReport:
    started, settings = time.monotonic(), work.settings
    fetch = source.fetch
    if fetch is None:
        raise NotFound("source.yml of {source} does not say where to fetch it from.", source=source.name)
    lacking = missing_keys(source, settings)
    if lacking:
        problem = NotFound(
            "{source} is not configured: TIC_SOURCE_KEYS lacks the key {keys}.",
            source=source.name,
            keys=", ".join(lacking),
        )
        return FetchReport(source.name, "not configured", problem=problem)
    with job_lock(settings.lock_dir, f"source-{source.name}"):
        begun = Begun(settings.data_dir / "fetching" / source.name)
        earlier = _earlier(work, source)
        with closing(_client(work, fetch)) as client:
            visit = Visit(client, source, fetch, settings.keys_of_sources, earlier, begun, settings.snapshot_dir)
            parts = _kept(visit, settings, step)
        if not parts:
            return FetchReport(source.name, "unchanged", wall_s=time.monotonic() - started)
        manifest = _manifest(fetch, [part for part, _ in parts], [digest for _, digest in parts])
        with writing(work.engine) as connection:
            save_manifest(connection, source.name, manifest)
        begun.forget()
    size = sum(part.size_bytes for part, _ in parts)
    state: State = "unchanged" if earlier is not None and earlier.files == manifest.files else "fetched"
    return FetchReport(source.name, state, len(parts), size, time.monotonic() - started)


def _earlier(work: _Work, source: Source) -> Manifest | None:
    """What came the last time, as long as it is still there: a publisher does not send again what has not changed."""
    with reading(work.engine) as connection:
        found = load_manifest(connection, source.name)
    if found is None:
        return None
    folder = work.settings.snapshot_dir
    is_there = all(kept_path(folder, digest, name).is_file() for name, digest in found.files)
    return found if is_there else None


def _kept(visit: Visit, settings: Settings, step: Step) -> list[tuple[Part, str]]:
    """Each part, kept as it comes, with its hash; the content itself is let go of at once."""
    found = []
    try:
        for part in FETCHERS[visit.fetch.kind](visit):
            digest = keep_bytes(part.content, part.name, settings.snapshot_dir)
            found.append((part.without_content(), digest))
            step.advance()
    except (BadInput, NotAllowed):
        # The publisher's mistake would be read from the kept answers again, even when it has been put right.
        visit.begun.forget()
        raise
    return found


def _manifest(fetch: Fetch, parts: Sequence[Part], hashes: Sequence[str]) -> Manifest:
    files = tuple((part.name, digest) for part, digest in zip(parts, hashes, strict=True))
    only = parts[0] if len(parts) == 1 else None
    return Manifest(
        files,
        address=shown(fetch.url),
        etag=only.etag if only else None,
        last_modified=only.last_modified if only else None,
        at=datetime.now(UTC).isoformat(),
    )


def _client(work: _Work, fetch: Fetch) -> Client:
    agent = f"tic/{version('tourism-intelligence-center')} (+{work.settings.address})"
    # The server may be silent before it answers and then need as long again to send.
    patient = Limits(pause_s=fetch.pause_s, read_s=fetch.wait_s, total_s=600 + 2 * fetch.wait_s)
    hosts = work.settings.private_host_names
    return Client(agent, private_hosts=hosts, limits=work.limits or patient, pace=work.pace)


def _note_failure(engine: Engine, source: Source, error: TicError) -> None:
    now = datetime.now(UTC)
    with writing(engine) as connection:
        run_id = repository.start_run(connection, source.name, now)
        repository.end_run(connection, run_id, now=datetime.now(UTC), state="failed", message=str(error))
