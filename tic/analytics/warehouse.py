"""The warehouse: tidy Observations and Forecasts in Parquet, scanned lazily with Polars.

    <folder>/observations/<layer>/<source>.parquet     layer `feed` (read from a publisher) or `starter` (shipped)
    <folder>/vintages/<source>.parquet                 every value that its figures have had (tic.analytics.vintages)
    <folder>/forecasts/<run>/<name>.parquet            the tables of a run of the forecast job
    <folder>/forecasts/current                         name of the run that readers see
    <folder>/forecast_archive/                         every forecast ever made, see tic.analytics.forecast_archive

A file is replaced at once, so a reader sees the old or the new figures. A feed's file takes the place of the
starter's file of the same source. The tables of a forecast run appear together, with the file `current`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

import polars as pl

from tic.analytics import vintages
from tic.analytics.observation import KEY, OBSERVATION_SCHEMA
from tic.core.errors import NotFound, StorageFailed
from tic.core.files import replacing, storage_errors, write_bytes
from tic.core.i18n import BANGKOK

Layer = Literal["feed", "starter"]
STARTER: Final = "starter"
_FORECAST_ROW_GROUP: Final = 16_384
"""Groups of rows this small let a reader of one series of many pass over the others."""
_OS_ERROR: Final = re.compile(r"\(os error (\d+)\)")


def write_observations(folder: Path, source: str, frame: pl.DataFrame, *, today: date | None = None) -> bool:
    """Store all figures of a feed; `starter_statistics` is split by the feed each row names.

    What they replace is kept as a vintage. today: the day on which they are read, in Asia/Bangkok; default: this one.

    Returns whether anything differed from what was stored. Raises StorageFailed; ValueError when a key repeats
    or the columns are not those of OBSERVATION_SCHEMA.
    """
    missing = [name for name in OBSERVATION_SCHEMA if name not in frame.columns]
    if missing:
        raise ValueError(f"{source}: the observations lack the columns {', '.join(missing)}")
    tidy = frame.select(pl.col(name).cast(kind) for name, kind in OBSERVATION_SCHEMA.items()).sort(KEY)
    # Equal keys stand beside each other now.
    if tidy.select((pl.struct(KEY) == pl.struct(KEY).shift()).any()).item():
        raise ValueError(f"{source}: an observation key repeats")
    day = today or datetime.now(BANGKOK).date()
    if not source.startswith(STARTER):
        # The vintages first: a process that is killed between the two does the same again.
        _keep_vintages(folder, source, tidy, day)
        return _write(folder / "observations" / "feed" / f"{source}.parquet", tidy)
    root = folder / "observations" / STARTER
    parts = {root / f"{name}.parquet": part for (name,), part in tidy.partition_by("source", as_dict=True).items()}
    outdated = sorted(set(root.glob("*.parquet")) - parts.keys())
    none = tidy.clear()
    for path in (*parts, *outdated):
        if not has_observations(folder, path.stem):
            _keep_vintages(folder, path.stem, parts.get(path, none), day)
    changed = [_write(path, part) for path, part in parts.items()]
    for path in outdated:
        with storage_errors(path):
            path.unlink(missing_ok=True)
    return any(changed) or bool(outdated)


def _keep_vintages(folder: Path, source: str, frame: pl.DataFrame, day: date) -> None:
    """Bring the vintages of a source to what it states now. Raises StorageFailed when they are broken: nothing else
    holds them, so that they are not begun anew by themselves."""
    path = folder / "vintages" / f"{source}.parquet"
    stored = [found for found in observation_files(folder) if found.stem == source]
    if path.exists():
        kept = _read(path)
    elif stored:
        kept = vintages.first_vintages(_read_if_whole(stored[0]), day)
    else:
        _write(path, vintages.first_vintages(frame, day))
        return
    _write(path, vintages.next_vintages(kept, frame, day))


def scan_vintages(folder: Path) -> pl.LazyFrame:
    """All vintages (VINTAGE_SCHEMA), lazily; what was stored before they were kept counts from its `as_of`."""
    kept = sorted((folder / "vintages").glob("*.parquet"))
    names = {path.stem for path in kept}
    first = date(1900, 1, 1)
    older = [
        pl.scan_parquet(path).with_columns(known_on=pl.col("as_of").fill_null(first), until=pl.lit(None, pl.Date))
        for path in observation_files(folder)
        if path.stem not in names
    ]
    for path in kept:
        with _broken_file(path):
            pl.read_parquet_schema(path)
    scans = [*older, *(pl.scan_parquet(path) for path in kept)]
    return pl.concat(scans) if scans else pl.LazyFrame(schema=vintages.VINTAGE_SCHEMA)


@dataclass(frozen=True, slots=True)
class ObservationChanges:
    """How figures differ from those stored of the same feed: keys that are new, state something else, are gone."""

    new: int
    changed: int
    gone: int


def observation_changes(folder: Path, source: str, frame: pl.DataFrame) -> ObservationChanges:
    """What `write_observations` with the same arguments would change; a stored file that is broken counts as none."""
    frame = frame.select(pl.col(name).cast(kind) for name, kind in OBSERVATION_SCHEMA.items())
    stored = pl.concat([frame.clear(), *(_read_if_whole(path) for path in _stored_files(folder, source))])
    common = frame.join(stored, on=list(KEY), how="semi").height
    same = frame.join(stored, on=list(OBSERVATION_SCHEMA), how="semi", nulls_equal=True).height
    return ObservationChanges(new=frame.height - common, changed=common - same, gone=stored.height - common)


def has_observations(folder: Path, source: str) -> bool:
    """Whether figures of a feed are stored."""
    return bool(_stored_files(folder, source))


def _stored_files(folder: Path, source: str) -> list[Path]:
    is_starter = source.startswith(STARTER)
    root = folder / "observations" / (STARTER if is_starter else "feed")
    return sorted(root.glob("*.parquet" if is_starter else f"{source}.parquet"))


def _read_if_whole(path: Path) -> pl.DataFrame:
    try:
        return _read(path)
    except StorageFailed:
        return pl.DataFrame(schema=OBSERVATION_SCHEMA)


def _write(path: Path, frame: pl.DataFrame) -> bool:
    if path.exists() and _is_stored(path, frame):
        return False
    write_parquet(path, frame)
    return True


def _is_stored(path: Path, frame: pl.DataFrame) -> bool:
    try:
        return _read(path).equals(frame)
    except StorageFailed:
        # A broken file is mended by writing it anew.
        return False


def write_parquet(path: Path, frame: pl.DataFrame, *, row_group_size: int | None = None) -> None:
    """Store a frame at once. Raises StorageFailed."""
    with replacing(path) as temporary, storage_errors(path):
        try:
            frame.write_parquet(temporary, compression="zstd", statistics=True, row_group_size=row_group_size)
        except (pl.exceptions.PolarsError, OSError) as error:
            # Polars tells the operating system's refusal in words only, and a full disk as an error of its own.
            told = _OS_ERROR.search(str(error))
            if told is None:
                raise
            raise OSError(int(told[1]), os.strerror(int(told[1]))) from error


def _read(path: Path) -> pl.DataFrame:
    with _broken_file(path):
        return pl.read_parquet(path)


@contextmanager
def _broken_file(path: Path) -> Iterator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StorageFailed(
            "The warehouse file {file} is broken. Delete it and run `tic ingest run` for its source again.",
            file=str(path),
        ) from error


def observation_files(folder: Path) -> list[Path]:
    """The files that are in force: a feed's, else the starter's of the same source; in order of name."""
    root = folder / "observations"
    chosen = {path.name: path for path in sorted(root.glob("starter/*.parquet"))}
    chosen.update({path.name: path for path in sorted(root.glob("feed/*.parquet"))})
    return [chosen[name] for name in sorted(chosen)]


def scan_observations(folder: Path, *, known_on: date | None = None) -> pl.LazyFrame:
    """All Observations in force, lazily, or as they stood on a day; empty with the right columns before the first.

    Raises StorageFailed naming a file that is broken, as far as its footer tells; nothing else is read here.
    """
    if known_on is not None:
        return vintages.known_on(scan_vintages(folder), known_on)
    files = observation_files(folder)
    if not files:
        return pl.LazyFrame(schema=OBSERVATION_SCHEMA)
    for path in files:
        with _broken_file(path):
            pl.read_parquet_schema(path)
    return pl.scan_parquet(files)


def data_version(folder: Path) -> str:
    """A short name of the figures in force; it changes when, and only when, a file does."""
    digest = hashlib.sha256()
    for path in observation_files(folder):
        stat = path.stat()
        digest.update(f"{path.parent.name}/{path.name}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


def write_forecasts(folder: Path, run: str, tables: Mapping[str, pl.DataFrame]) -> None:
    """Store the tables of a forecast run (`forecasts`, `accuracy`, `backtest`, ...) and show them to readers at once.

    run: a name that no run before had. A process that is killed leaves the run before in force. That run's files stay
    until the next, for who has just begun to read them. Raises StorageFailed.
    """
    root = folder / "forecasts"
    for name, frame in tables.items():
        write_parquet(root / run / f"{name}.parquet", frame, row_group_size=_FORECAST_ROW_GROUP)
    kept = {run, _current_run(root)}
    write_bytes(root / "current", run.encode())
    for outdated in (path for path in root.iterdir() if path.is_dir() and path.name not in kept):
        with storage_errors(outdated):
            shutil.rmtree(outdated)


def _current_run(root: Path) -> str | None:
    try:
        return (root / "current").read_text()
    except FileNotFoundError:
        return None


def forecast_run(folder: Path) -> str:
    """Name of the forecast run that readers see; empty before the first."""
    return _current_run(folder / "forecasts") or ""


def read_forecasts(folder: Path, name: str, *, unique_id: str | None = None) -> pl.DataFrame:
    """A table of the last complete forecast run, or the rows of one series of it.

    Raises NotFound before the first run, StorageFailed when it is broken.
    """
    root = folder / "forecasts"
    run = _current_run(root)
    if run is None:
        raise NotFound("There are no forecasts yet. Run `tic forecast run`, or `tic up`, which does it too.")
    try:
        table = pl.scan_parquet(root / run / f"{name}.parquet")
        return (table if unique_id is None else table.filter(pl.col("unique_id") == unique_id)).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StorageFailed(
            "The forecasts in {folder} are broken. Run `tic forecast run`, which fits them again.", folder=str(root)
        ) from error
