"""Past forecasts, kept as they were made, so that they can be held against the truth when it arrives.

    <warehouse>/forecast_archive/rows/<sha256>.parquet   forecasts of one group from one cutoff
    <warehouse>/forecast_archive/ledger.jsonl            a line for each file, in the order they were made

A file is named by the SHA-256 of what it says, and each line of the ledger holds the SHA-256 of the line before: a file
or a line that is changed, added in between or taken out is noticed. The SHA-256 of the last line is the seal: whoever
has noted it can tell later that nothing before it has been rewritten. Nothing here is ever written twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from tic.analytics.warehouse import write_parquet
from tic.core.files import write_bytes
from tic.core.i18n import BANGKOK

_ROWS: Final = "rows"
_LEDGER: Final = "ledger.jsonl"
_ORDER: Final = ["unique_id", "model", "ds"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. at: when the forecasts were made (UTC). previous: SHA-256 of the line before, if any."""

    at: str
    group: str
    cutoff: str
    data_version: str
    rows: int
    sha256: str
    previous: str


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a check of the archive found.

    entries: lines of the ledger that hold together with their files. broken: names of files that are missing or say
    something else than they did, and `ledger` where a line does not follow from the one before; what comes after such
    a line counts as broken, too. seal: SHA-256 of the last line, None of an empty archive.
    """

    entries: tuple[Entry, ...]
    broken: tuple[str, ...]
    seal: str | None


def keep(folder: Path, rows: pl.DataFrame, *, group: str, data_version: str, at: datetime) -> int:
    """Keep the forecasts of a group, one file for each cutoff; returns how many were not kept already.

    rows: unique_id, ds, model, cutoff and figures. data_version names the figures and the models: what they told once
    is not kept twice, and neither is what another version told in the very same words. A process that is killed leaves
    a whole archive, to which the next run adds what is missing. Raises StorageFailed.
    """
    root = folder / "forecast_archive"
    entries = _entries(root)
    known = {entry.sha256 for entry in entries}
    told = {entry.cutoff for entry in entries if (entry.group, entry.data_version) == (group, data_version)}
    added = 0
    for (cutoff,), part in sorted(rows.partition_by("cutoff", as_dict=True).items(), key=lambda item: str(item[0])):
        tidy = part.sort(_ORDER)
        digest = _digest(tidy)
        if digest in known or str(cutoff) in told:
            continue
        write_parquet(root / _ROWS / f"{digest}.parquet", tidy)
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        _append(root, moment, group, str(cutoff), data_version, tidy.height, digest)
        added += 1
    return added


def check(folder: Path) -> Integrity:
    """Read the whole archive and compare it with its hashes."""
    root = folder / "forecast_archive"
    whole: list[Entry] = []
    broken: list[str] = []
    seal = ""
    for line in _lines(root):
        entry = _entry(line)
        if entry is None or entry.previous != seal:
            broken.append("ledger")
            break
        seal = hashlib.sha256(line).hexdigest()
        if _is_intact(root / _ROWS / f"{entry.sha256}.parquet", entry.sha256):
            whole.append(entry)
        else:
            broken.append(entry.sha256)
    return Integrity(tuple(whole), tuple(broken), seal or None)


def kept_forecasts(folder: Path, integrity: Integrity) -> pl.DataFrame:
    """The forecasts of a checked archive with `made_at`; of two for one series, model, cutoff and period the first.

    Those that tell up to when another series was known (`known_to`) count once for each such month.
    Empty, with the key's columns only, before anything was kept.
    """
    root = folder / "forecast_archive" / _ROWS
    made = [
        pl.read_parquet(root / f"{entry.sha256}.parquet").with_columns(
            made_at=pl.lit(datetime.fromisoformat(entry.at)), data_version=pl.lit(entry.data_version)
        )
        for entry in integrity.entries
    ]
    key = ["unique_id", "model", "cutoff", "ds"]
    if not made:
        return pl.DataFrame(schema={"unique_id": pl.String, "model": pl.String, "cutoff": pl.Date, "ds": pl.Date})
    told = pl.concat(made, how="diagonal_relaxed")
    known = ["known_to"] if "known_to" in told.columns else []
    return told.unique([*key, *known], keep="first", maintain_order=True)


def stood_on(folder: Path, integrity: Integrity, unique_id: str, day: date) -> pl.DataFrame:
    """The forecasts of a series that stood on a day (Asia/Bangkok) in a checked archive: those that the last run until
    then kept of it, with data_version and fitted_at (UTC); without rows or columns when none was kept."""
    for entry in reversed(integrity.entries):
        if made_on(entry) > day:
            continue
        path = folder / "forecast_archive" / _ROWS / f"{entry.sha256}.parquet"
        rows = pl.scan_parquet(path).filter(pl.col("unique_id") == unique_id).collect()
        if rows.height:
            moment = datetime.fromisoformat(entry.at)
            return rows.with_columns(data_version=pl.lit(entry.data_version), fitted_at=pl.lit(moment))
    return pl.DataFrame()


def made_on(entry: Entry) -> date:
    """The day in Asia/Bangkok on which forecasts were made."""
    return datetime.fromisoformat(entry.at).astimezone(BANGKOK).date()


def _digest(rows: pl.DataFrame) -> str:
    """SHA-256 of the figures, whatever a library makes of them in a file."""
    return hashlib.sha256(rows.write_csv().encode()).hexdigest()


def _is_intact(path: Path, digest: str) -> bool:
    try:
        return _digest(pl.read_parquet(path)) == digest
    except (pl.exceptions.PolarsError, OSError):
        return False


def _lines(root: Path) -> Iterator[bytes]:
    path = root / _LEDGER
    if path.exists():
        yield from path.read_bytes().splitlines()


def _entry(line: bytes) -> Entry | None:
    try:
        told: dict[str, Any] = json.loads(line)
        date.fromisoformat(told["cutoff"])
        datetime.fromisoformat(told["at"])
        return Entry(**told)
    except (ValueError, KeyError, TypeError):
        return None


def _entries(root: Path) -> list[Entry]:
    return [entry for entry in map(_entry, _lines(root)) if entry is not None]


def _append(root: Path, at: str, group: str, cutoff: str, data_version: str, rows: int, digest: str) -> None:
    before = list(_lines(root))
    previous = hashlib.sha256(before[-1]).hexdigest() if before else ""
    entry = Entry(at, group, cutoff, data_version, rows, digest, previous)
    line = json.dumps(asdict(entry), sort_keys=True).encode()
    write_bytes(root / _LEDGER, b"\n".join([*before, line]) + b"\n")
