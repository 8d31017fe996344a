"""Reading a source: from its files to what is to be stored, in this process or in another one.

Reading needs no database. So the large files of several sources are read at the same time in worker processes; what
they bring comes back in files that Polars reads at once, and is stored by the process that started them, in order.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from directory.repository import QuarantinedRow
from ingest import unchanged
from ingest.assertions import check_count
from ingest.fixes import Fix
from ingest.hazards import clean_hazards
from ingest.parsers import Parsed, load_parser
from ingest.places import clean_places
from ingest.source import Source
from ingest.statistics import clean_statistics
from tic.core.errors import SourceUnreadable, TicError
from tic.core.files import replacing, storage_errors

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What the last run of a source left of its rows: where it is kept, and which of their records live no longer."""

    folder: Path
    stamp: str
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What there is to read: the files of a source, the rows that a person has fixed, what is known from before."""

    source: Source
    files: tuple[Path, ...]
    fixes: tuple[Fix, ...] = ()
    known: Known | None = None


@dataclass(frozen=True)
class Content:
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
        """Reason code -> rejected rows."""
        return dict(sorted(Counter(reason for row in self.rejected for reason in row.reasons).items()))


def read(task: Reading) -> Content:
    """Parse, clean and judge. Raises SourceUnreadable also for what no parser foresaw."""
    source = task.source
    parser = load_parser(source)
    with _understood(source, task.files):
        parsed = [parser(path, source) for path in task.files]
        leftover = tuple(dict.fromkeys(name for part in parsed for name in part.leftover))
        whole = Parsed(pl.concat([part.frame for part in parsed]), leftover)
        if source.kind == "places":
            places = clean_places(whole, source, task.fixes, _known_rows(task))
            frame, rejected, notes, stale = places.records, places.rejected, places.notes, places.stale
            accepted = places.accepted
        elif source.kind == "statistics":
            figures = clean_statistics(whole, source, task.fixes)
            frame, rejected, notes, stale = figures.observations, figures.rejected, {}, figures.stale
            accepted = frame
        else:
            judged = clean_hazards(whole, source)
            frame, rejected, notes, stale = judged.frame, judged.rejected, {}, ()
            accepted = frame
    # A day without a warning is no mistake of the publisher.
    warning = None if source.kind == "alerts" else check_count(accepted.height, source)
    told = _message(warning, whole.leftover, notes, stale)
    return Content(whole.frame.height, frame, accepted, rejected, notes, told)


def read_to_files(folder: Path, task: Reading) -> Content | TicError:
    """As `read`, for a worker process: the frames are left in files below `folder`, for `take`; an error is a result.

    Raises StorageFailed when they cannot be written.
    """
    try:
        content = read(task)
    except TicError as error:
        return error
    for name, frame in (("frame", content.frame), ("accepted", content.accepted)):
        with replacing(_path(folder, task.source, name)) as temporary:
            frame.write_ipc(temporary)
    return replace(content, frame=content.frame.clear(), accepted=content.accepted.clear())


def take(folder: Path, source: Source, content: Content) -> Content:
    """The whole of what `read_to_files` brought; its files are gone then."""
    frame, accepted = (_taken(_path(folder, source, name)) for name in ("frame", "accepted"))
    return replace(content, frame=frame, accepted=accepted)


def _taken(path: Path) -> pl.DataFrame:
    with storage_errors(path):
        # From the bytes: what is mapped from a file would be gone with it.
        frame = pl.read_ipc(path.read_bytes())
        path.unlink()
    return frame


def _path(folder: Path, source: Source, name: str) -> Path:
    """Named by the source, which one process at a time reads: what a killed one has left is written over."""
    return folder / f"{source.name}.{name}.arrow"


def _known_rows(task: Reading) -> pl.DataFrame | None:
    known = task.known
    rows = unchanged.load_rows(known.folder, task.source.name, known.stamp) if known else None
    if rows is None or known is None or not known.gone:
        return rows
    return rows.filter(~pl.col("key").is_in(known.gone))


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
