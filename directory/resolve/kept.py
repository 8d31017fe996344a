"""What the last run made of all records, kept in files for the next one: taking a million names apart takes minutes.

The files only save time. The database says to which of them the records agree, and which records a run has looked at
since that did not use them; where they are missing, belong to another version, or lie on another machine, the next run
reads from the database what it needs.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Connection

from directory.resolve.names import NAME_SCHEMA
from directory.resolve.prepare import PLACE_COLUMNS, Prepared
from directory.resolve.tokens import TOKEN_SCHEMA
from directory.runs import get_state, set_state
from tic.core.files import make_folder, storage_errors

_STATE: Final = "resolve:prepared"
_FRAMES: Final = {
    "places": PLACE_COLUMNS,
    "names": tuple(NAME_SCHEMA),
    "identifiers": ("row", "identifier"),
    "tokens": tuple(TOKEN_SCHEMA),
}
"""Frame of `Prepared` -> its columns in this version."""
_MOST_SINCE: Final = 50_000
"""Records looked at since, from which on the files are given up: most of what they hold would be old."""


@dataclass(frozen=True)
class Kept:
    """token: name of the files. library: version of Polars, by which tokens of names are hashed. since: keys."""

    token: str
    library: str = pl.__version__
    since: tuple[str, ...] = ()


def kept_of(connection: Connection) -> Kept | None:
    """What the database says about the files; None where there are none that this version can use."""
    told = get_state(connection, _STATE)
    if not told:
        return None
    kept = Kept(**json.loads(told))
    return Kept(kept.token, kept.library, tuple(kept.since)) if kept.library == pl.__version__ else None


def save_prepared(folder: Path, prepared: Prepared) -> Kept:
    """Write the files beside those that are there, to be announced by `announce`. Raises StorageFailed."""
    kept = Kept(uuid.uuid4().hex)
    target = make_folder(folder / kept.token)
    with storage_errors(target):
        for name in _FRAMES:
            frame: pl.DataFrame = getattr(prepared, name)
            frame.write_ipc(target / f"{name}.arrow", compression="lz4")
    return kept


def load_prepared(folder: Path, kept: Kept) -> Prepared | None:
    """The records as they were kept; None where the files are not there, cannot be read or have other columns."""
    with suppress(OSError, pl.exceptions.PolarsError):
        frames = {name: pl.read_ipc(folder / kept.token / f"{name}.arrow") for name in _FRAMES}
        if all(tuple(frames[name].columns) == columns for name, columns in _FRAMES.items()):
            return Prepared(**frames)
    return None


def announce(connection: Connection, kept: Kept | None, looked_at: Collection[str] | None, now: datetime) -> None:
    """Say in the transaction of a run what the next one can use: the files it wrote, or those of before.

    looked_at: keys of the records that the run found changed; None: it looked at all of them, perhaps by other rules,
    so that files of before are of no use.
    """
    if kept is None and looked_at is not None:
        before = kept_of(connection)
        since = () if before is None else tuple(sorted({*before.since, *looked_at}))
        kept = None if before is None or len(since) > _MOST_SINCE else Kept(before.token, before.library, since)
    set_state(connection, _STATE, json.dumps(asdict(kept)) if kept else "", now=now)


def forget_others(folder: Path, kept: Kept) -> None:
    """Remove the files that are no longer announced."""
    for other in folder.iterdir():
        if other.name != kept.token:
            shutil.rmtree(other, ignore_errors=True)
