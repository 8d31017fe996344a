"""What the rules look at: everything known about one source, as Polars frames. A job gathers it, a rule only reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

VERDICTS: Final[dict[str, Any]] = {"row": pl.String, "passed": pl.Boolean, "label": pl.String, "detail": pl.String}
"""What a rule gives: one row per thing it looked at. row: its id (key of a record, a figure, a run); label: its name
for people; detail: the value in question."""

READ: Final = (
    *("key", "source", "name_th", "name_en", "category", "lat", "lon", "province_code", "address_th", "address_en"),
    *("postcode", "phone", "email", "website", "opening_hours", "updated_at"),
)
"""What the rules read of a record; listing_id and `group`, the top category, beside it."""

COMPARED: Final = ("listing_id", "source", "lat", "lon", "province_code", "group")
"""What is compared of the records that share a listing with those of another source."""

QUARANTINE: Final[dict[str, Any]] = {"row_key": pl.String, "reasons": pl.List(pl.String), "label": pl.String}
RUNS: Final[dict[str, Any]] = {
    "id": pl.Int64,
    "ended_at": pl.Datetime("us", "UTC"),
    "state": pl.String,
    "fetched": pl.Int64,
    "accepted": pl.Int64,
    "changed": pl.Int64,
    "gone": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a source says of itself. schedule: how often it is renewed; expected rows: from `least` to `most`."""

    name: str
    kind: str
    title_th: str
    title_en: str
    publisher_th: str
    publisher_en: str
    schedule: str
    least: int
    most: int
    language: str | None = None
    as_of: date | None = None


@dataclass(frozen=True)
class Evidence:
    """One source under examination.

    rows: records (READ, by key) or observations (OBSERVATION_SCHEMA).
    others: of the other sources, COMPARED of records, all columns of observations. notes: what was put right or left
    out, as `key` of a record and the list `notes` of codes. quarantined, runs: frames of QUARANTINE and RUNS, runs
    oldest first. today: the day of the examination in Asia/Bangkok.
    """

    source: SourceFacts
    rows: pl.DataFrame
    others: pl.DataFrame
    notes: pl.DataFrame
    quarantined: pl.DataFrame
    runs: pl.DataFrame
    today: date


def verdicts(frame: pl.DataFrame, *, row: pl.Expr, passed: pl.Expr, label: pl.Expr, detail: pl.Expr) -> pl.DataFrame:
    """Verdicts over the rows of a frame; a test that gives null has not been passed."""
    # polars 2.1 panics in `pl.format` on some frames that are the slice of another; one that owns its rows is safe.
    return frame.rechunk().select(
        row=row.cast(pl.String),
        passed=passed.fill_null(value=False),
        label=label.cast(pl.String),
        detail=detail.cast(pl.String),
    )


def nothing() -> pl.DataFrame:
    """The verdicts of a rule that has nothing to look at."""
    return pl.DataFrame(schema=VERDICTS)
