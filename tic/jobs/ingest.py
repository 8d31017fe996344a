"""`tic ingest run`, `status` and `quarantine`: the tables they print."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from directory import repository
from directory.migrate import migrate
from directory.resolve.job import ResolveReport
from directory.search.base import BuildReport
from ingest.fetch import look_around
from ingest.pipeline import RunReport
from ingest.source import STARTER_SOURCES, get_source, sources
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


def ingest_and_publish(context: Context, names: Sequence[str] | None, folder: Path | None) -> IngestReport:
    """Read the named sources (default: all, from `folder`; without a folder what ships with the product).

    Raises NotFound for an unknown source, BadInput for a folder that is not there or holds no publisher's file.
    """
    if folder is not None and not folder.is_dir():
        raise BadInput(
            "{folder} is not a folder. Name the folder that holds the publishers' files.", folder=str(folder)
        )
    chosen = [get_source(name).name for name in dict.fromkeys(names)] if names else _all_sources(folder)
    if folder is not None and not names:
        _check_folder(folder, chosen)
    migrate(context.database)
    report = refresh_places(context, chosen, folder)
    return IngestReport(report.runs, report.resolved, report.index, named=bool(names))


def _check_folder(folder: Path, names: Sequence[str]) -> None:
    shelf = look_around(folder)
    if not any(shelf.has(get_source(name)) for name in names):
        raise BadInput(
            "{folder} holds none of the publishers' files (such as {file}). Name the folder that does.",
            folder=str(folder),
            file=get_source(names[0]).file,
        )


def _all_sources(folder: Path | None) -> list[str]:
    if folder is None:
        return list(STARTER_SOURCES)
    return [name for name in sources() if name not in STARTER_SOURCES]


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
    columns = ["source", "state", *_COUNTS, "when", "seconds", "message"]
    rows: list[list[Any]] = []
    for name in sources():
        run = runs.get(name)
        if run is None:
            rows.append([name, "never run", *[None] * (len(columns) - 2)])
            continue
        seconds = None if run.ended_at is None else f"{(run.ended_at - run.started_at).total_seconds():.1f}"
        when = run.started_at.astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M")
        rows.append([name, run.state, *(getattr(run, count) for count in _COUNTS), when, seconds, run.message])
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
