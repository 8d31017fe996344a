"""Rows of a feed that are as they were: what the last run made of them stands, and they are not cleaned again.

Beside the snapshots lies a file per source with the hash, key and notes of each row that its last run accepted. It only
saves time: where it is missing, or belongs to another run, version or database, every row is cleaned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import polars as pl

from ingest.quarantine import NOTES
from tic.core.files import replacing

HASH: Final = "row_hash"
KNOWN_SCHEMA: Final[dict[str, Any]] = {HASH: pl.UInt64, "key": pl.String, NOTES: pl.List(pl.String)}
"""One row of a feed that was accepted: hash of what it states, key of its record, what was noted of it."""


def stamp_of(run_id: int, sha256: str, version: str) -> str:
    """What the rows of a run are kept under; hashes of rows are those of one version of the library only."""
    return hashlib.sha256(f"{run_id} {sha256} {version} {pl.__version__}".encode()).hexdigest()[:16]


def save_rows(folder: Path, source: str, stamp: str, rows: pl.DataFrame) -> None:
    """Keep the rows (KNOWN_SCHEMA) that a run accepted, instead of those of earlier runs. Raises StorageFailed."""
    path = _path(folder, source, stamp)
    with replacing(path) as temporary:
        rows.select(*KNOWN_SCHEMA).write_parquet(temporary)
    for other in folder.glob(f"{source}.*.parquet"):
        if other != path:
            other.unlink(missing_ok=True)


def load_rows(folder: Path, source: str, stamp: str) -> pl.DataFrame | None:
    """The rows (KNOWN_SCHEMA) kept under a stamp; None where there are none."""
    path = _path(folder, source, stamp)
    with suppress(OSError, pl.exceptions.PolarsError):
        return pl.read_parquet(path).cast(KNOWN_SCHEMA)  # type: ignore[arg-type]
    return None


def load_keys(folder: Path, source: str, stamp: str) -> pl.Series | None:
    """The keys of these rows alone."""
    with suppress(OSError, pl.exceptions.PolarsError):
        return pl.read_parquet(_path(folder, source, stamp), columns=["key"])["key"].cast(pl.String)
    return None


def _path(folder: Path, source: str, stamp: str) -> Path:
    return folder / f"{source}.{stamp}.parquet"


def with_hashes(stated: pl.DataFrame, leave_out: Collection[str]) -> pl.DataFrame:
    """The frame with a hash of each row, of all columns but those that say where it stood."""
    return stated.with_columns(stated.drop(leave_out).hash_rows().alias(HASH))


def unchanged_rows(stated: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """at, HASH, key, notes of the rows that are as they were. A row that is there twice is looked at again."""
    once = stated.select("at", HASH).filter(pl.col(HASH).is_unique())
    return once.join(known.filter(pl.col(HASH).is_unique()), on=HASH, maintain_order="left")
