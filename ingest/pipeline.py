"""From publishers' files to Records in the system of record and Observations in the warehouse, source by source."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
from sqlalchemy import Connection, Engine

from directory import repository
from directory.repository import SourceRun
from ingest import snapshot as snapshots
from ingest import unchanged
from ingest.fetch import look_around
from ingest.fixes import load_fixes, version_of
from ingest.grace import alive, missing_again, retire_missing
from ingest.hazards import store_hazards
from ingest.kept import Kept, Supply, manifest_of, save_manifest
from ingest.parsers import parser_version
from ingest.reading import Content, Known, Reading, read, read_to_files, take
from ingest.snapshot import Snapshot
from ingest.source import Source, get_source
from tic.analytics import warehouse
from tic.analytics.observation import KEY
from tic.core.database import reading, writing
from tic.core.errors import JobRunning, NotFound, ServiceUnavailable, StorageFailed, TicError
from tic.core.files import make_folder
from tic.core.locks import job_lock
from tic.core.progress import Reporter, Step
from tic.core.settings import Settings
from tic.core.workers import worker_processes

_UNITS: Final = {"places": "records", "statistics": "figures", "alerts": "messages"}
State = Literal["done", "unchanged", "failed", "skipped"]
_STOPS_EVERYTHING: Final = (StorageFailed, ServiceUnavailable)
"""What is wrong with our own disk or database is wrong for every source."""
_LARGE_BYTES: Final = 4 << 20
_MANY_BYTES: Final = 24 << 20
"""Of the files of a source, and of all such sources together: about 100,000 places."""


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
    """One source under way: its bytes, the version of the code that reads them, what there is to read.

    before: keys of records that the last run stated, where they are known.
    """

    id: int
    source: Source
    started: float
    seen: Snapshot
    version: str
    task: Reading
    before: pl.Series | None = None

    def report(self, state: State, **values: Any) -> RunReport:
        return RunReport(self.source.name, state, wall_s=time.monotonic() - self.started, **values)


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
    with _read_apart(work, sources) as apart:
        for source in sources:
            unit = _UNITS.get(source.kind, "rows")
            with reporter.step(f"Read {source.name}", unit=unit) as step:
                report = apart[source.name](step) if source.name in apart else _ingest_alone(work, source, step)
                step.note(_summary(report))
                reports.append(report)
    return reports


_Finish = Callable[[Step], RunReport]
"""What is left to do for a source that is read in another process."""


@contextmanager
def _read_apart(work: _Work, sources: Sequence[Source]) -> Iterator[Mapping[str, _Finish]]:
    """Begin to read the large files of several sources at once, each source under its lock until the block ends.

    Empty where that is not worth while: a process takes a second to begin.
    """
    with ExitStack() as held:
        begun = {source.name: _begin_locked(work, source, held) for source in _large(work, sources)}
        runs = [run for run in begun.values() if isinstance(run, _Run)]
        yield {name: partial(_as_it_is, run) for name, run in begun.items() if isinstance(run, RunReport)} | {
            run.source.name: partial(_finish, work, run, content)
            for run, content in zip(runs, _brought(work, runs, held), strict=True)
        }


def _brought(work: _Work, runs: Sequence[_Run], held: ExitStack) -> list[Callable[[], Content]]:
    """Where the content of each run comes from: it is there when it is asked for, in their order."""
    if len(runs) < 2:
        return [partial(read, run.task) for run in runs]
    folder = make_folder(work.settings.rows_dir)
    mapper = held.enter_context(worker_processes(min(len(runs), _cores())))
    results = mapper(partial(read_to_files, folder), [run.task for run in runs])

    def content(run: _Run) -> Content:
        result = next(results)
        if isinstance(result, TicError):
            raise result
        return take(folder, run.source, result)

    return [partial(content, run) for run in runs]


def _as_it_is(report: RunReport, step: Step) -> RunReport:
    return report


def _large(work: _Work, sources: Sequence[Source]) -> list[Source]:
    """Sources of places with large files, where there are several and cores for them."""
    sizes = {source.name: _size(work, source) for source in sources if source.kind == "places"}
    large = [source for source in sources if sizes.get(source.name, 0) >= _LARGE_BYTES]
    is_worth_it = len(large) > 1 and _cores() > 1 and sum(sizes[source.name] for source in large) >= _MANY_BYTES
    return large if is_worth_it else []


def _size(work: _Work, source: Source) -> int:
    """Bytes of the files of a source; 0 where there are none that can be read, which its own run tells.

    A file whose rows are known from before counts a quarter: those that are as they were are not cleaned again.
    """
    try:
        size = sum(path.stat().st_size for path in work.supply.files_of(source))
    except (TicError, OSError):
        return 0
    return size // 4 if any(work.settings.rows_dir.glob(f"{source.name}.*.parquet")) else size


def _begin_locked(work: _Work, source: Source, held: ExitStack) -> _Run | RunReport:
    try:
        held.enter_context(job_lock(work.settings.lock_dir, f"source-{source.name}"))
        return _begin(work, source)
    except JobRunning as error:
        return RunReport(source.name, "skipped", message=str(error), problem=error)


def _ingest_alone(work: _Work, source: Source, step: Step) -> RunReport:
    """One source under its lock; one that another process fetches or reads at the moment is passed over."""
    with ExitStack() as held:
        run = _begin_locked(work, source, held)
        return run if isinstance(run, RunReport) else _finish(work, run, partial(read, run.task), step)


def _begin(work: _Work, source: Source) -> _Run | RunReport:
    """Look at a source's files and keep them; a report where there is nothing to read or they cannot be used."""
    started, run_id = time.monotonic(), None
    try:
        try:
            files = work.supply.files_of(source)
        except NotFound as error:
            return RunReport(source.name, "skipped", message=str(error), problem=error)
        seen = snapshots.look_at(files, work.supply.address_of(source))
        with reading(work.engine) as connection:
            fixes = load_fixes(connection, source.name)
        version = parser_version(source) + version_of(fixes)
        last = _last_run(work, source, seen, version)
        if last is not None:
            return _unchanged(work, source, started, last)
        with writing(work.engine) as connection:
            run_id = repository.start_run(connection, source.name, _now())
        known, before = _known(work, source, version)
        kept = tuple(snapshots.keep(seen, work.settings.snapshot_dir))
        return _Run(run_id, source, started, seen, version, Reading(source, kept, fixes, known), before)
    except _STOPS_EVERYTHING:
        raise
    except TicError as error:
        return _failed(work, source, started, run_id, error)


def _finish(work: _Work, run: _Run, brought: Callable[[], Content], step: Step) -> RunReport:
    """Store what was read, or say why it could not be."""
    try:
        content = brought()
        step.advance(content.fetched)
        report = _store(work, run, content)
    except _STOPS_EVERYTHING:
        raise
    except TicError as error:
        return _failed(work, run.source, run.started, run.id, error)
    if run.source.kind == "places":
        stamp = unchanged.stamp_of(run.id, run.seen.sha256, run.version)
        unchanged.save_rows(work.settings.rows_dir, run.source.name, stamp, content.accepted)
    return report


def _last_run(work: _Work, source: Source, seen: Snapshot, version: str) -> SourceRun | None:
    """The last run that was done, when it had the same bytes and the same code and what it left is still there."""
    with reading(work.engine) as connection:
        last = repository.last_done_run(connection, source.name)
    if last is None or (last.sha256, last.parser_version) != (seen.sha256, version):
        return None
    if source.kind == "statistics" and not warehouse.has_observations(work.settings.warehouse, source.name):
        return None
    return last


def _known(work: _Work, source: Source, version: str) -> tuple[Known | None, pl.Series | None]:
    """What the last run made of the rows of a source of places, where the same code made it, and keys it stated."""
    with reading(work.engine) as connection:
        last = repository.last_done_run(connection, source.name)
        if source.kind != "places" or last is None or last.sha256 is None or last.parser_version != version:
            return None, None
        folder, stamp = work.settings.rows_dir, unchanged.stamp_of(last.id, last.sha256, version)
        keys = unchanged.load_keys(folder, source.name, stamp)
        if keys is None:
            return None, None
        gone = keys.filter(~keys.is_in(alive(connection, source, keys).implode()))
    return Known(folder, stamp, tuple(gone)), keys


def _store(work: _Work, run: _Run, content: Content) -> RunReport:
    """Figures first, into a file that is replaced at once; the run is `done` only when all else is committed too.

    A run killed in between is read again by the next one, which finds the figures there and changes nothing.
    """
    source, counts = run.source, {"fetched": content.fetched, "accepted": content.accepted.height}
    message = content.message
    if source.kind == "statistics":
        counts |= _store_figures(work.settings.warehouse, source, content.frame)
    with writing(work.engine) as connection:
        now = _now()
        if source.kind == "places":
            changes = repository.upsert_records(connection, content.frame, source=source.name, now=now, complete=False)
            missing = retire_missing(connection, source, content.accepted["key"], now, run.before)
            counts |= {"new": changes.new, "changed": changes.changed, "gone": missing.gone}
            message = " ".join(filter(None, (message, missing.told))) or None
        elif source.kind != "statistics":
            counts |= store_hazards(connection, source, content.frame, now)
        counts["quarantined"] = repository.replace_quarantine(connection, source.name, content.rejected, now=now)
        _remember(connection, run, content, now)
        repository.end_run(
            connection,
            run.id,
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


def _remember(connection: Connection, run: _Run, content: Content, now: datetime) -> None:
    """The snapshot, and which records were put right or lost a field, by which rule, for whoever asks later."""
    name, seen = run.source.name, run.seen
    repository.remember_snapshot(
        connection, name, seen.sha256, size_bytes=seen.size_bytes, fetched_from=seen.fetched_from, now=now
    )
    if seen.address is None and not run.source.ships_with_product:
        save_manifest(connection, name, manifest_of(seen.origins, seen.hashes))
    notes = json.dumps(content.notes, ensure_ascii=False)
    repository.set_state(connection, f"ingest_notes:{name}", notes, now=now)


def _unchanged(work: _Work, source: Source, started: float, last: SourceRun) -> RunReport:
    counts: dict[str, Any] = {"fetched": last.fetched, "accepted": last.accepted, "quarantined": last.quarantined}
    with writing(work.engine) as connection:
        run_id = repository.start_run(connection, source.name, _now())
        if source.kind == "places" and not work.is_replay:
            counts["gone"] = missing_again(connection, source, _now()).gone
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
    seconds = time.monotonic() - started
    return RunReport(source.name, "unchanged", wall_s=seconds, message=last.message, **counts)


def _failed(work: _Work, source: Source, started: float, run_id: int | None, error: TicError) -> RunReport:
    with writing(work.engine) as connection:
        if run_id is None:
            run_id = repository.start_run(connection, source.name, _now())
        repository.end_run(connection, run_id, now=_now(), state="failed", message=str(error))
    seconds = time.monotonic() - started
    return RunReport(source.name, "failed", wall_s=seconds, message=str(error), problem=error)


def _summary(report: RunReport) -> str:
    if report.state in {"failed", "skipped"}:
        return f"{report.state}: {report.message}"
    if report.state == "unchanged":
        return f"unchanged, {report.accepted:,} as before"
    return (
        f"{report.accepted:,} accepted, {report.quarantined:,} quarantined; "
        f"{report.new:,} new, {report.changed:,} changed, {report.gone:,} gone"
    )


def _cores() -> int:
    return os.cpu_count() or 1


def _now() -> datetime:
    return datetime.now(UTC)
