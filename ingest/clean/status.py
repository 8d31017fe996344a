"""Whether a place is in business: the words of the sources as open or closed, since when, and what they said."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from ingest.clean.contacts import read_distinct
from ingest.dates import read_day
from ingest.source import Source

_OPEN: Final = frozenset({"open", "operational", "active", "เปิด", "เปิดให้บริการ", "เปิดดำเนินการ"})
_CLOSED: Final = frozenset(
    {
        "closed",
        "permanently_closed",
        "closed_permanently",
        "temporarily_closed",
        "closed_temporarily",
        "out_of_business",
        "ปิด",
        "ปิดถาวร",
        "ปิดชั่วคราว",
        "ปิดกิจการ",
        "ปิดให้บริการ",
        "เลิกกิจการ",
    }
)
_NEVER_OPEN: Final = _CLOSED | {"off"}
"""What stands for opening hours where a place is closed altogether."""
_PART_OF_A_DATE: Final = re.compile(r"\d{4}(-\d{2})?")


def read_status(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`status` as open or closed, `status_on` as a day, month or year in ISO 8601, `status_said` with a status only.

    Another word is left out and noted `status_unreadable`. Opening hours that say that a place never opens close it.
    """
    never = _folded(pl.col("opening_hours")).is_in(sorted(_NEVER_OPEN)).fill_null(value=False)
    said = pl.when(never).then(pl.format("opening_hours={}", "opening_hours"))
    frame = frame.with_columns(
        status=pl.when(never).then(pl.lit("closed")).otherwise("status"),
        status_said=pl.coalesce("status_said", said, pl.format("status={}", "status")),
        opening_hours=pl.when(~never).then("opening_hours"),
    )
    frame = read_distinct(frame, "status", to_status)
    days = {text: to_day(text) for text in frame["status_on"].drop_nulls().unique()}
    day = pl.col("status_on").replace_strict(days, default=None, return_dtype=pl.String) if days else pl.lit(None)
    known = pl.col("status").is_not_null()
    return frame.with_columns(
        status_on=pl.when(known).then(day).cast(pl.String), status_said=pl.when(known).then("status_said")
    )


def _folded(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase().str.replace_all(r"[\s\-]+", "_")


def to_status(text: str) -> str | None:
    """open, closed, or None when it says something else."""
    word = re.sub(r"[\s\-]+", "_", text.strip().lower())
    return "open" if word in _OPEN else "closed" if word in _CLOSED else None


def to_day(text: str) -> str | None:
    """A day as YYYY-MM-DD, a month or a year as it stands; None when it is none."""
    if _PART_OF_A_DATE.fullmatch(text.strip()):
        return text.strip()
    day = read_day(text)
    return day.isoformat() if day else None
