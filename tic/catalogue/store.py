"""Assessments kept: results in SQL as a history, the rows that fail now in Parquet, one file per source.

    <folder>/quality/<source>-<fingerprint>.parquet

The file is there before the assessment that names it, so that a job killed in between leaves nothing half done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, func, insert, select

from tic.catalogue.assess import Assessment, Result
from tic.catalogue.tables import quality_result, quality_run
from tic.core.errors import NotFound
from tic.core.files import make_folder, replacing, storage_errors
from tic.core.i18n import BANGKOK

TREND_DAYS: Final = 730


@dataclass(frozen=True, slots=True)
class KeptAssessment:
    """An assessment as it was kept; `at` in UTC."""

    id: int
    source: str
    at: datetime
    fingerprint: str
    results: tuple[Result, ...]


def write_failing(folder: Path, assessment: Assessment) -> None:
    """Write the failing rows of an assessment unless they are there. Raises StorageFailed."""
    path = _file(folder, assessment.source, assessment.fingerprint)
    if path.is_file():
        return
    make_folder(path.parent)
    with replacing(path) as temporary:
        assessment.failing.write_parquet(temporary)


def remove_outdated(folder: Path, source: str, fingerprint: str) -> None:
    """Remove the failing rows of earlier assessments of a source."""
    current = _file(folder, source, fingerprint)
    for path in sorted(current.parent.glob(f"{source}-*.parquet")):
        # Another source's name may go on after a hyphen; a fingerprint holds none.
        if path != current and path.stem.rpartition("-")[0] == source:
            with storage_errors(path):
                path.unlink(missing_ok=True)


def keep(connection: Connection, assessment: Assessment, source_run_id: int | None, now: datetime) -> bool:
    """Add an assessment to the history; False when the newest one is of that day and the same. `now`: aware."""
    day = now.astimezone(BANGKOK).date().isoformat()
    run = quality_run.c
    newest = select(run.day, run.fingerprint).where(run.source == assessment.source).order_by(run.id.desc()).limit(1)
    if connection.execute(newest).one_or_none() == (day, assessment.fingerprint):
        return False
    values = {
        "source": assessment.source,
        "day": day,
        "fingerprint": assessment.fingerprint,
        "source_run_id": source_run_id,
        "at": now,
    }
    number = connection.execute(insert(quality_run).values(**values).returning(run.id)).scalar_one()
    rows = [
        {"quality_run_id": number, "rule": item.rule, "passed": item.passed, "looked_at": item.looked_at}
        for item in assessment.results
    ]
    if rows:
        connection.execute(insert(quality_result), rows)
    return True


def latest(connection: Connection) -> dict[str, KeptAssessment]:
    """The newest assessment of each source, by the source's name."""
    newest = select(func.max(quality_run.c.id)).group_by(quality_run.c.source)
    return {item.source: item for item in _read(connection, quality_run.c.id.in_(newest))}


def history(
    connection: Connection, today: date, *, source: str | None = None, days: int = TREND_DAYS
) -> list[KeptAssessment]:
    """The assessments of the last days, of one source or of all, oldest first."""
    chosen = quality_run.c.day >= (today - timedelta(days=days)).isoformat()
    return _read(connection, chosen if source is None else chosen & (quality_run.c.source == source))


def newest_id(connection: Connection) -> int:
    """The id of the newest assessment of all, 0 before the first: the version of everything here."""
    return connection.scalar(select(func.max(quality_run.c.id))) or 0


def _read(connection: Connection, chosen: ColumnElement[bool]) -> list[KeptAssessment]:
    results: dict[int, list[Result]] = {}
    joined = quality_result.join(quality_run, quality_run.c.id == quality_result.c.quality_run_id)
    rows = select(quality_result).select_from(joined).where(chosen).order_by(quality_result.c.rule)
    for row in connection.execute(rows):
        results.setdefault(row.quality_run_id, []).append(Result(row.rule, row.passed, row.looked_at))
    runs = connection.execute(select(quality_run).where(chosen).order_by(quality_run.c.id))
    return [KeptAssessment(row.id, row.source, row.at, row.fingerprint, tuple(results.get(row.id, ()))) for row in runs]


@dataclass(frozen=True)
class FailingPage:
    """Some of the rows that fail a rule: a frame of FAILING, and how many there are in all."""

    rows: pl.DataFrame
    total: int


def failing_rows(
    folder: Path, source: str, fingerprint: str, rule: str | None, *, offset: int = 0, limit: int | None = None
) -> FailingPage:
    """The rows of an assessment that fail a rule (None: any), by rule and id; without `limit` all from `offset` on.

    Raises NotFound when the job is renewing them at this moment or they were removed.
    """
    path = _file(folder, source, fingerprint)
    if not path.is_file():
        raise NotFound("The failing rows of {source} are not there. Run `tic quality run`.", source=source)
    rows = pl.read_parquet(path)
    if rule is not None:
        rows = rows.filter(pl.col("rule") == rule)
    return FailingPage(rows.slice(offset, limit), rows.height)


def _file(folder: Path, source: str, fingerprint: str) -> Path:
    return folder / "quality" / f"{source}-{fingerprint[:16]}.parquet"
