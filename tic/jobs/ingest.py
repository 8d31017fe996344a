"""`tic ingest run`, `status` and `quarantine`: the tables they print."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from directory import repository
from directory.migrate import migrate
from directory.resolve.job import ResolveReport
from directory.search.base import BuildReport
from ingest.fetch import look_around
from ingest.harvest import FetchReport, fetch_sources, missing_keys
from ingest.kept import Kept
from ingest.pipeline import RunReport
from ingest.source import STARTER_SOURCES, Source, get_source, sources
from tic.core.database import reading
from tic.core.errors import BadInput
from tic.core.i18n import BANGKOK, Language, tell
from tic.jobs.context import Context
from tic.jobs.places import refresh_places

_COUNTS = ("fetched", "accepted", "quarantined", "new", "changed", "gone")


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one `tic ingest run` did; `named`: a person asked for these sources and no others."""

    runs: tuple[RunReport, ...]
    resolved: ResolveReport
    index: BuildReport | None
    named: bool = False

    def failures(self, language: Language = "en") -> tuple[str, ...]:
        """One sentence per source that could not be read; a source that was asked for and has no file is one."""
        return failures_of(self.runs, {"failed", "skipped"} if self.named else {"failed"}, language)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        values = asdict(self)
        for run in values["runs"]:
            del run["problem"]
        return values | {"failures": list(self.failures())}

    def summary(self) -> str:
        """For people: what changed, or that nothing did."""
        changed = sum(run.new + run.changed + run.gone for run in self.runs)
        resolved = self.resolved
        if not changed and not resolved.records and not self.index:
            return "Nothing has changed since the last run."
        return (
            f"{changed:,} records and figures changed; {resolved.records:,} records were looked at: "
            f"{resolved.new:,} places new, {resolved.changed:,} changed, {resolved.removed:,} removed."
        )


def failures_of(runs: Sequence[RunReport], states: Collection[str], language: Language) -> tuple[str, ...]:
    """One sentence for each run in one of these states, with the name of its source."""
    told = ((run.source, tell(run.problem, language)) for run in runs if run.state in states and run.problem)
    return tuple(text if text.startswith(f"{source} ") else f"{source}: {text}" for source, text in told)


def ingest_and_publish(
    context: Context, names: Sequence[str] | None, folder: Path | None, *, replay: bool = False
) -> IngestReport:
    """Read the named sources from `folder`; without one, fetch those that can be fetched and read them.

    Without names: all of the folder, or what ships with the product and what TIC_FETCH_SOURCES names. `replay` reads
    what is kept of the last time again and asks nobody. Fetching holds no lock of the directory: a slow publisher
    keeps no approval waiting. Raises NotFound for an unknown source, BadInput for a folder that is not there or holds
    no publisher's file.
    """
    if replay and folder is not None:
        raise BadInput("A replay reads what is kept; it takes no folder. Leave out --from or --replay.")
    if folder is not None and not folder.is_dir():
        raise BadInput(
            "{folder} is not a folder. Name the folder that holds the publishers' files.", folder=str(folder)
        )
    chosen = [get_source(name).name for name in dict.fromkeys(names)] if names else _all_sources(context, folder)
    if folder is not None and not names:
        _check_folder(folder, chosen)
    migrate(context.database)
    kept = Kept(context.database, context.settings.snapshot_dir, replay)
    if replay and not names:
        chosen = [name for name, source in sources().items() if source.ships_with_product or kept.has(source)]
    missed = _fetch(context, chosen) if folder is None and not replay else []
    ready = [name for name in chosen if name not in {run.source for run in missed}]
    report = refresh_places(context, ready, folder, None if folder else kept)
    return IngestReport((*missed, *report.runs), report.resolved, report.index, named=bool(names))


def _fetch(context: Context, names: Sequence[str]) -> list[RunReport]:
    """Fetch those of the sources that can be fetched; a report for each of which there is nothing to read."""
    wanted = [source for source in map(get_source, names) if source.fetch]
    reports = fetch_sources(context.database, context.settings, wanted, context.reporter)
    return [_not_fetched(report) for report in reports if report.problem]


def _not_fetched(report: FetchReport) -> RunReport:
    state: Literal["failed", "skipped"] = "failed" if report.state == "failed" else "skipped"
    return RunReport(report.source, state, wall_s=report.wall_s, message=str(report.problem), problem=report.problem)


def _check_folder(folder: Path, names: Sequence[str]) -> None:
    shelf = look_around(folder)
    if not any(shelf.has(get_source(name)) for name in names):
        raise BadInput(
            "{folder} holds none of the publishers' files (such as {file}). Name the folder that does.",
            folder=str(folder),
            file=get_source(names[0]).file,
        )


def _all_sources(context: Context, folder: Path | None) -> list[str]:
    if folder is None:
        return [*STARTER_SOURCES, *(source.name for source in sources().values() if _is_on(context, source))]
    return [name for name in sources() if name not in STARTER_SOURCES]


def _is_on(context: Context, source: Source) -> bool:
    """Whether a plain `tic ingest run` fetches a source. Raises NotFound for an unknown name in the setting."""
    wanted = [name.strip() for name in context.settings.fetch_sources.split(",") if name.strip()]
    if wanted == ["all"]:
        return source.fetch is not None
    return source.fetch is not None and source.name in {get_source(name).name for name in wanted}


def _fetching(context: Context, source: Source) -> str | None:
    """`on`, `off` or `no key` of a source that can be fetched."""
    if source.fetch is None:
        return None
    if missing_keys(source, context.settings):
        return "no key"
    return "on" if _is_on(context, source) else "off"


def run_rows(report: IngestReport) -> tuple[list[str], list[list[Any]]]:
    """One row per source: what came of it; reasons of quarantine with their counts; what else to know."""
    columns = ["source", "result", *_COUNTS, "seconds", "reasons", "message"]
    rows = [
        [
            run.source,
            run.state,
            *(getattr(run, name) for name in _COUNTS),
            f"{run.wall_s:.1f}",
            ", ".join(f"{reason} {count}" for reason, count in sorted(run.by_reason.items())) or None,
            run.message,
        ]
        for run in report.runs
    ]
    return columns, rows


def status_rows(context: Context) -> tuple[list[str], list[list[Any]]]:
    """One row per known source with its last run; times in Asia/Bangkok."""
    with reading(context.database) as connection:
        runs = {run.source: run for run in repository.latest_runs(connection)}
    columns = ["source", "fetching", "state", *_COUNTS, "when", "seconds", "message"]
    rows: list[list[Any]] = []
    for name, source in sources().items():
        run, fetching = runs.get(name), _fetching(context, source)
        if run is None:
            rows.append([name, fetching, "never run", *[None] * (len(columns) - 3)])
            continue
        seconds = None if run.ended_at is None else f"{(run.ended_at - run.started_at).total_seconds():.1f}"
        when = run.started_at.astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M")
        counts = (getattr(run, count) for count in _COUNTS)
        rows.append([name, fetching, run.state, *counts, when, seconds, run.message])
    return columns, rows


def quarantine_rows(context: Context, source: str | None, limit: int) -> tuple[list[str], list[list[Any]]]:
    """Rejected rows with their reasons, as their source stated them. Raises NotFound for an unknown source."""
    if source is not None:
        get_source(source)
    with reading(context.database) as connection:
        found = repository.list_quarantine(connection, source, limit)
    columns = ["source", "row", "reasons", "name", "lat", "lon", "figure"]
    rows = [
        [
            item.source,
            item.row_key,
            ", ".join(item.reasons),
            next((item.body[name] for name in ("name_th", "name_en", "name", "origin") if item.body.get(name)), None),
            item.body.get("lat"),
            item.body.get("lon"),
            item.body.get("stated"),
        ]
        for item in found
    ]
    return columns, rows
