"""From publishers' files to Records in the system of record and Observations in the warehouse, source by source."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
from sqlalchemy import Connection, Engine

from directory import repository
from directory.repository import QuarantinedRow, SourceRun
from ingest import snapshot as snapshots
from ingest import unchanged
from ingest.assertions import check_count
from ingest.fetch import look_around
from ingest.fixes import Fix, load_fixes, version_of
from ingest.grace import alive, missing_again, retire_missing
from ingest.hazards import clean_hazards, store_hazards
from ingest.kept import Kept, Supply, manifest_of, save_manifest
from ingest.parsers import Parsed, load_parser, parser_version
from ingest.places import clean_places
from ingest.snapshot import Snapshot
from ingest.source import Source, get_source
from ingest.statistics import clean_statistics
from tic.analytics import warehouse
from tic.analytics.observation import KEY
from tic.core.database import reading, writing
from tic.core.errors import JobRunning, NotFound, ServiceUnavailable, SourceUnreadable, StorageFailed, TicError
from tic.core.locks import job_lock
from tic.core.progress import Reporter, Step
from tic.core.settings import Settings

_UNITS: Final = {"places": "records", "statistics": "figures", "alerts": "messages"}
State = Literal["done", "unchanged", "failed", "skipped"]
_log = logging.getLogger(__name__)
_STOPS_EVERYTHING: Final = (StorageFailed, ServiceUnavailable)
"""What is wrong with our own disk or database is wrong for every source."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What came of one source; counts of rows, seconds.

    state: unchanged when file and code are those of the last run that was done, skipped when there is no file for
    it, failed when the file cannot be used; nothing is changed then. by_reason: reason code of the quarantine -> rows.
    message: one sentence for people; problem: what went wrong, to be told in another language.
    """

    source: str
    state: State
    fetched: int = 0
    accepted: int = 0
    quarantined: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    wall_s: float = 0.0
    by_reason: dict[str, int] = field(default_factory=dict)
    message: str | None = None
    problem: TicError | None = None


@dataclass(frozen=True)
class _Work:
    """What all runs work with."""

    engine: Engine
    settings: Settings
    supply: Supply

    @property
    def is_replay(self) -> bool:
        """Whether what is read was read before: it says nothing new about what its publisher no longer states."""
        return isinstance(self.supply, Kept) and self.supply.replay


@dataclass(frozen=True)
class _Run:
    """One source under way: its bytes, the rows a person has fixed, and the version of the code that reads them."""

    source: Source
    started: float
    seen: Snapshot
    version: str
    fixes: tuple[Fix, ...]

    def report(self, state: State, **values: Any) -> RunReport:
        return RunReport(self.source.name, state, wall_s=time.monotonic() - self.started, **values)


@dataclass(frozen=True)
class _Content:
    """What a file brings, read and judged: rows in it, the frame to store, rejected rows, notes, what to tell.

    accepted: of places every row that was accepted (unchanged.KNOWN_SCHEMA), also those that need not be stored again.
    """

    fetched: int
    frame: pl.DataFrame
    accepted: pl.DataFrame
    rejected: list[QuarantinedRow]
    notes: dict[str, list[str]]
    message: str | None

    @property
    def by_reason(self) -> dict[str, int]:
        return dict(sorted(Counter(reason for row in self.rejected for reason in row.reasons).items()))


def ingest_all(
    engine: Engine,
    settings: Settings,
    names: Sequence[str],
    folder: Path | None,
    reporter: Reporter,
    supply: Supply | None = None,
) -> list[RunReport]:
    """Read sources by name, from `supply`, the files below `folder`, or what ships with the product.

    Safe to kill and to run again: a source is stored in one transaction, and one whose file and code have not
    changed is passed over. A source that fails is reported, and the others go on. Raises NotFound for an unknown
    name, StorageFailed for a full or forbidden disk, ServiceUnavailable when the database is away.
    """
    return ingest_sources(engine, settings, [get_source(name) for name in names], folder, reporter, supply)


def ingest_sources(
    engine: Engine,
    settings: Settings,
    sources: Sequence[Source],
    folder: Path | None,
    reporter: Reporter,
    supply: Supply | None = None,
) -> list[RunReport]:
    """As `ingest_all`, for sources that need not be among the known ones."""
    work = _Work(engine, settings, supply or look_around(folder))
    reports = []
    for source in sources:
        unit = _UNITS.get(source.kind, "rows")
        with reporter.step(f"Read {source.name}", unit=unit) as step:
            report = _ingest_alone(work, source, step)
            step.note(_summary(report))
            reports.append(report)
    return reports


def _ingest_alone(work: _Work, source: Source, step: Step) -> RunReport:
    """One source under its lock; one that another process fetches or reads at the moment is passed over."""
    try:
        with job_lock(work.settings.lock_dir, f"source-{source.name}"):
            return _ingest(work, source, step)
    except JobRunning as error:
        return RunReport(source.name, "skipped", message=str(error), problem=error)


def _ingest(work: _Work, source: Source, step: Step) -> RunReport:
    started = time.monotonic()
    run_id = None
    try:
        try:
            files = work.supply.files_of(source)
        except NotFound as error:
            return RunReport(source.name, "skipped", message=str(error), problem=error)
        seen = snapshots.look_at(files, work.supply.address_of(source))
        with reading(work.engine) as connection:
            fixes = load_fixes(connection, source.name)
        run = _Run(source, started, seen, parser_version(source) + version_of(fixes), fixes)
        last = _last_run(work, run)
        if last is not None:
            return _unchanged(work, run, last)
        with writing(work.engine) as connection:
            run_id = repository.start_run(connection, source.name, _now())
        known = _known_rows(work, run)
        content = _read(run, snapshots.keep(run.seen, work.settings.snapshot_dir), known)
        step.advance(content.fetched)
        report = _store(work, run, run_id, content, None if known is None else known["key"])
        if source.kind == "places":
            stamp = unchanged.stamp_of(run_id, seen.sha256, run.version)
            unchanged.save_rows(work.settings.rows_dir, source.name, stamp, content.accepted)
        return report
    except _STOPS_EVERYTHING:
        raise
    except TicError as error:
        _note_failure(work, source, run_id, error)
        seconds = time.monotonic() - started
        return RunReport(source.name, "failed", wall_s=seconds, message=str(error), problem=error)


def _last_run(work: _Work, run: _Run) -> SourceRun | None:
    """The last run that was done, when it had the same bytes and the same code and what it left is still there."""
    name = run.source.name
    with reading(work.engine) as connection:
        last = repository.last_done_run(connection, name)
    if last is None or (last.sha256, last.parser_version) != (run.seen.sha256, run.version):
        return None
    if run.source.kind == "statistics" and not warehouse.has_observations(work.settings.warehouse, name):
        return None
    return last


def _known_rows(work: _Work, run: _Run) -> pl.DataFrame | None:
    """What the last run made of the rows of a source of places that live, where the same code made it."""
    name = run.source.name
    with reading(work.engine) as connection:
        last = repository.last_done_run(connection, name)
        if run.source.kind != "places" or last is None or last.sha256 is None or last.parser_version != run.version:
            return None
        stamp = unchanged.stamp_of(last.id, last.sha256, run.version)
        rows = unchanged.load_rows(work.settings.rows_dir, name, stamp)
        if rows is None:
            return None
        return rows.filter(pl.col("key").is_in(alive(connection, run.source, rows["key"]).implode()))


def _read(run: _Run, files: Sequence[Path], known: pl.DataFrame | None) -> _Content:
    """Parse, clean and judge. Raises SourceUnreadable also for what no parser foresaw."""
    source = run.source
    parser = load_parser(source)
    with _understood(source, files):
        parsed = [parser(path, source) for path in files]
        leftover = tuple(dict.fromkeys(name for part in parsed for name in part.leftover))
        whole = Parsed(pl.concat([part.frame for part in parsed]), leftover)
        if source.kind == "places":
            places = clean_places(whole, source, run.fixes, known)
            frame, rejected, notes, stale = places.records, places.rejected, places.notes, places.stale
            accepted = places.accepted
        elif source.kind == "statistics":
            figures = clean_statistics(whole, source, run.fixes)
            frame, rejected, notes, stale = figures.observations, figures.rejected, {}, figures.stale
            accepted = frame
        else:
            judged = clean_hazards(whole, source)
            frame, rejected, notes, stale = judged.frame, judged.rejected, {}, ()
            accepted = frame
    # A day without a warning is no mistake of the publisher.
    warning = None if source.kind == "alerts" else check_count(accepted.height, source)
    told = _message(warning, whole.leftover, notes, stale)
    return _Content(whole.frame.height, frame, accepted, rejected, notes, told)


@contextmanager
def _understood(source: Source, files: Sequence[Path]) -> Iterator[None]:
    """A publisher may send anything: what a parser stumbles over is a file that cannot be read, told in one line."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        _log.debug("%s: the parser stumbled", source.name, exc_info=True)
        raise SourceUnreadable(
            "{file} is not what {source} usually sends ({reason}). Compare it with an earlier one.",
            file=", ".join(path.name for path in files),
            source=source.name,
            reason=" ".join(f"{type(error).__name__}: {error}".split())[:200],
        ) from error


def _store(work: _Work, run: _Run, run_id: int, content: _Content, before: pl.Series | None) -> RunReport:
    """Figures first, into a file that is replaced at once; the run is `done` only when all else is committed too.

    A run killed in between is read again by the next one, which finds the figures there and changes nothing.
    before: keys that the last run stated, where they are known.
    """
    source, counts = run.source, {"fetched": content.fetched, "accepted": content.accepted.height}
    message = content.message
    if source.kind == "statistics":
        counts |= _store_figures(work.settings.warehouse, source, content.frame)
    with writing(work.engine) as connection:
        now = _now()
        if source.kind == "places":
            changes = repository.upsert_records(connection, content.frame, source=source.name, now=now, complete=False)
            missing = retire_missing(connection, source, content.accepted["key"], now, before)
            counts |= {"new": changes.new, "changed": changes.changed, "gone": missing.gone}
            message = " ".join(filter(None, (message, missing.told))) or None
        elif source.kind != "statistics":
            counts |= store_hazards(connection, source, content.frame, now)
        counts["quarantined"] = repository.replace_quarantine(connection, source.name, content.rejected, now=now)
        _remember(connection, run, content, now)
        repository.end_run(
            connection,
            run_id,
            now=now,
            state="done",
            sha256=run.seen.sha256,
            parser_version=run.version,
            message=message,
            **counts,
        )
    return run.report("done", by_reason=content.by_reason, message=message, **counts)


def _store_figures(folder: Path, source: Source, frame: pl.DataFrame) -> dict[str, int]:
    if source.accumulates and warehouse.has_observations(folder, source.name):
        earlier = warehouse.scan_observations(folder).filter(pl.col("source") == source.name).collect()
        frame = pl.concat([frame, earlier.join(frame, on=list(KEY), how="anti").select(frame.columns)])
    changes = warehouse.observation_changes(folder, source.name, frame)
    warehouse.write_observations(folder, source.name, frame)
    return {"new": changes.new, "changed": changes.changed, "gone": changes.gone}


def _remember(connection: Connection, run: _Run, content: _Content, now: datetime) -> None:
    """The snapshot, and which records were put right or lost a field, by which rule, for whoever asks later."""
    name, seen = run.source.name, run.seen
    repository.remember_snapshot(
        connection, name, seen.sha256, size_bytes=seen.size_bytes, fetched_from=seen.fetched_from, now=now
    )
    if seen.address is None and not run.source.ships_with_product:
        save_manifest(connection, name, manifest_of(seen.origins, seen.hashes))
    notes = json.dumps(content.notes, ensure_ascii=False)
    repository.set_state(connection, f"ingest_notes:{name}", notes, now=now)


def _unchanged(work: _Work, run: _Run, last: SourceRun) -> RunReport:
    counts = {"fetched": last.fetched, "accepted": last.accepted, "quarantined": last.quarantined}
    with writing(work.engine) as connection:
        run_id = repository.start_run(connection, run.source.name, _now())
        if run.source.kind == "places" and not work.is_replay:
            counts["gone"] = missing_again(connection, run.source, _now()).gone
        repository.end_run(
            connection,
            run_id,
            now=_now(),
            state="unchanged",
            sha256=last.sha256,
            parser_version=last.parser_version,
            message=last.message,
            **counts,
        )
    return run.report("unchanged", message=last.message, **counts)


def _note_failure(work: _Work, source: Source, run_id: int | None, error: TicError) -> None:
    with writing(work.engine) as connection:
        if run_id is None:
            run_id = repository.start_run(connection, source.name, _now())
        repository.end_run(connection, run_id, now=_now(), state="failed", message=str(error))


def _message(
    warning: str | None, leftover: Sequence[str], notes: dict[str, list[str]], stale: Sequence[str]
) -> str | None:
    parts = [warning] if warning else []
    if leftover:
        parts.append(f"Not read, new in the file: {', '.join(leftover)}.")
    if notes:
        parts.append(f"Noted: {', '.join(f'{note} {len(keys)}' for note, keys in notes.items())}.")
    if stale:
        parts.append(f"Fixed by hand, but changed by the publisher since: {', '.join(stale)}.")
    return " ".join(parts) or None


def _summary(report: RunReport) -> str:
    if report.state in {"failed", "skipped"}:
        return f"{report.state}: {report.message}"
    if report.state == "unchanged":
        return f"unchanged, {report.accepted:,} as before"
    return (
        f"{report.accepted:,} accepted, {report.quarantined:,} quarantined; "
        f"{report.new:,} new, {report.changed:,} changed, {report.gone:,} gone"
    )


def _now() -> datetime:
    return datetime.now(UTC)
