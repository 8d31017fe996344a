"""Sources to search index and scores: ingest, resolve, index, assess, each skipped when nothing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from directory.resolve.job import ResolveReport, resolve_all
from directory.search.base import BuildReport
from directory.search.indexer import ensure_index
from directory.sources import SourceInfo, save_sources
from ingest.kept import Supply
from ingest.pipeline import RunReport, ingest_all
from ingest.source import sources
from tic.core.database import writing
from tic.core.locks import job_lock
from tic.jobs.context import Context
from tic.jobs.quality import refresh_quality

_PUBLISHING_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class PlacesReport:
    """What came of one run: a report per source, of resolving, and of the index (None: nothing to rebuild)."""

    runs: tuple[RunReport, ...]
    resolved: ResolveReport
    index: BuildReport | None


def source_trust() -> dict[str, str]:
    """Source name -> operator, official, open or private."""
    return {name: source.trust for name, source in sources().items()}


def source_infos() -> list[SourceInfo]:
    """What people are told about each source."""
    told = fields(SourceInfo)
    return [SourceInfo(**{item.name: getattr(source, item.name) for item in told}) for source in sources().values()]


def refresh_places(
    context: Context, names: Sequence[str], folder: Path | None, supply: Supply | None = None
) -> PlacesReport:
    """Read the named sources (from `supply`, from `folder`, or what ships with it), merge them, renew index and scores.

    Raises JobRunning when another process does the same.
    """
    # The publisher of a running server holds the lock for a moment after an approval.
    with job_lock(context.settings.lock_dir, "directory", wait_s=_PUBLISHING_S):
        with writing(context.database) as connection:
            save_sources(connection, source_infos())
        runs = ingest_all(context.database, context.settings, names, folder, context.reporter, supply)
        resolved, index = merge_and_index(context)
        refresh_quality(context)
    return PlacesReport(tuple(runs), resolved, index)


def merge_and_index(context: Context) -> tuple[ResolveReport, BuildReport | None]:
    """Resolve what changed and bring the index up to date; the caller holds the directory lock."""
    resolved = resolve_all(
        context.database, source_trust(), context.reporter, datetime.now(UTC), context.settings.prepared_dir
    )
    return resolved, ensure_index(context.database, context.search, context.reporter)
