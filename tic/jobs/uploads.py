"""`tic uploads run`: look at the tables that analysts have handed in, and join those they want to the warehouse."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from directory.sources import save_sources
from ingest.parsers import load_parser
from ingest.pipeline import ingest_sources
from ingest.source import Source, parse_source, sources
from ingest.statistics import Figures, clean_statistics
from tic.analytics.warehouse import observation_changes
from tic.core.database import reading, writing
from tic.core.errors import BadInput, SourceUnreadable, TicError
from tic.core.files import write_bytes
from tic.core.locks import job_lock
from tic.desk.uploads import Upload, content_of, move, uploads
from tic.jobs.context import Context
from tic.jobs.places import source_infos

_SHOWN: Final = 200
"""Rows of each kind that a preview holds."""


@dataclass(frozen=True, slots=True)
class UploadReport:
    """Tables looked at (refused ones among them) and tables joined."""

    seen: int
    refused: int
    joined: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def summary(self) -> str:
        """For people."""
        return f"{self.seen:,} tables looked at, {self.refused:,} of them refused; {self.joined:,} joined."


def run_uploads(context: Context) -> UploadReport:
    """Look at what waits and join what is wanted. Safe to kill and to run again: a table goes on from its state.

    Raises JobRunning, StorageFailed, ServiceUnavailable.
    """
    with job_lock(context.settings.lock_dir, "uploads"):
        with reading(context.database) as connection:
            waiting, wanted = (uploads(connection, states=(state,)) for state in ("waiting", "wanted"))
        refused = sum(not _look(context, item) for item in waiting)
        joined = sum(_join(context, item) for item in wanted)
    return UploadReport(len(waiting), refused, joined)


def _look(context: Context, item: Upload) -> bool:
    """Preview and validate; False when it cannot be read at all."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            source = _source(context, item)
            figures, leftover = _figures(source, _write(context, item, source, Path(folder)))
        result, after = _told(context, source, figures, leftover), "seen"
    except BadInput as error:
        result, after = _problem(error), "refused"
    with writing(context.database) as connection:
        move(connection, item.id, "waiting", after, datetime.now(UTC), result=result)  # type: ignore[arg-type]
    return after == "seen"


def _source(context: Context, item: Upload) -> Source:
    """The source that a table describes. Raises BadInput when its name is that of one which was not handed in."""
    if item.source in sources() and not _description(context, item).exists():
        raise BadInput("There is a source of the name {name} already. Choose another.", name=item.source)
    return parse_source(item.source, item.description)


def _description(context: Context, item: Upload) -> Path:
    return context.settings.upload_dir / f"{item.source}.yml"


def _write(context: Context, item: Upload, source: Source, folder: Path) -> Path:
    with reading(context.database) as connection:
        content = content_of(connection, item.id)
    path = folder / source.file
    path.write_bytes(content)
    return path


def _figures(source: Source, path: Path) -> tuple[Figures, tuple[str, ...]]:
    try:
        parsed = load_parser(source)(path, source)
        return clean_statistics(parsed, source), parsed.leftover
    except (ArithmeticError, LookupError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise SourceUnreadable(
            "{file} cannot be read as a table ({reason}). Check it against its description.",
            file=path.name,
            reason=" ".join(f"{type(error).__name__}: {error}".split())[:200],
        ) from error


def _told(context: Context, source: Source, figures: Figures, leftover: tuple[str, ...]) -> dict[str, Any]:
    """What was found: accepted, rejected (counts), changes against the warehouse, columns that are not read, the
    first good rows, and the first rejected ones with their reasons."""
    good = figures.observations
    changes = observation_changes(context.settings.warehouse, source.name, good)
    first = good.head(_SHOWN).with_columns(pl.col("period", "as_of").cast(pl.String))
    return {
        "accepted": good.height,
        "rejected": len(figures.rejected),
        "changes": asdict(changes),
        "leftover": list(leftover),
        "first": first.select("indicator", "area", "market", "period", "value", "unit").to_dicts(),
        "reasons": [
            {"row": row.row_key, "stated": row.body.get("stated"), "reasons": list(row.reasons)}
            for row in figures.rejected[:_SHOWN]
        ],
    }


def _problem(error: TicError) -> dict[str, Any]:
    return {"message": error.message, "params": {key: str(value) for key, value in error.params.items()}}


def _join(context: Context, item: Upload) -> bool:
    """Read the file as any source's and describe the source for good; False when it cannot be read after all."""
    try:
        problem = _ingest(context, item, _source(context, item))
    except BadInput as error:
        problem = error
    with writing(context.database) as connection:
        if problem is not None:
            move(connection, item.id, "wanted", "refused", datetime.now(UTC), result=_problem(problem))
            return False
        save_sources(connection, source_infos())
        move(connection, item.id, "wanted", "joined", datetime.now(UTC))
    return True


def _ingest(context: Context, item: Upload, source: Source) -> TicError | None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(context, item, source, folder)
        (report,) = ingest_sources(context.database, context.settings, [source], folder, context.reporter)
    if report.problem is None:
        write_bytes(_description(context, item), item.description.encode())
    return report.problem
