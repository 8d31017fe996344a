"""A feed of official statistics: the frame that parsers give, and how it becomes Observations and rejected rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import polars as pl

from directory.repository import QuarantinedRow
from ingest.corrections import correct
from ingest.fixes import Fix, apply_fixes
from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS, flag, listed, reject_repeated, rejected_rows
from ingest.source import Source
from ingest.tabular import ROW_NUMBER
from tic.analytics.observation import INDICATORS, KEY, OBSERVATION_SCHEMA
from tic.core.areas import COUNTRY, REGIONS, provinces

FIGURE_SCHEMA: Final[dict[str, Any]] = {
    **OBSERVATION_SCHEMA,
    "stated": pl.String,
    "factor": pl.Float64,
    "origin": pl.String,
    PROBLEMS: pl.List(pl.String),
}
"""Columns of a frame of figures as a source states them.

stated: the cell as published, factor: what one of its units is in `unit`; or `value` where the file holds numbers.
origin: where in the file the figure stood. problems: reason codes that the parser has already found.
"""

MILLION: Final = 1_000_000.0
Measure = tuple[str, str, str, float]
"""indicator, unit, market, and the factor from a published figure to `unit`."""
PROVINCE_MEASURES: Final[dict[str, Measure]] = {
    "occupancy": ("occupancy_pct", "percent", "all", 1.0),
    "guests": ("guests", "persons", "all", 1.0),
    "visitors": ("visitors", "persons", "all", 1.0),
    "thai visitors": ("visitors", "persons", "thai", 1.0),
    "foreign visitors": ("visitors", "persons", "foreign", 1.0),
    "receipts": ("receipts_thb", "THB", "all", MILLION),
    "thai receipts": ("receipts_thb", "THB", "thai", MILLION),
    "foreign receipts": ("receipts_thb", "THB", "foreign", MILLION),
}
"""What the Ministry of Tourism and Sports publishes by province, in whatever table; receipts in million baht."""

BUDDHIST_ERA_OFFSET: Final = 543
THAI_MONTHS: Final = {
    "ม.ค.": 1,
    "ก.พ.": 2,
    "มี.ค.": 3,
    "เม.ย.": 4,
    "พ.ค.": 5,
    "มิ.ย.": 6,
    "ก.ค.": 7,
    "ส.ค.": 8,
    "ก.ย.": 9,
    "ต.ค.": 10,
    "พ.ย.": 11,
    "ธ.ค.": 12,
}
"""Abbreviated Thai months; some sheets leave out the dots."""

_FORECAST_DAYS: Final = 31
"""How far ahead a publisher's own forecast may reach."""
_EARLIEST: Final = date(1960, 1, 1)
_NO_FIGURE: Final = ("", "-", "n.a.", "na", "n/a", "รอประมวลผล")
_BANK_REGION: Final = "BOT:"


@dataclass(frozen=True)
class Figures:
    """What a feed of statistics brings: a frame of OBSERVATION_SCHEMA, each key once, and rows for the quarantine.

    stale: rows whose fix no longer fits.
    """

    observations: pl.DataFrame
    rejected: list[QuarantinedRow]
    stale: tuple[str, ...] = ()


def thai_month(text: str) -> int | None:
    """Number of the Thai month that a title begins with, with or without dots; None when there is none."""
    plain = text.replace(".", "").replace(" ", "")
    for name, number in THAI_MONTHS.items():
        if plain.startswith(name.replace(".", "")):
            return number
    return None


def common_year(year: int) -> int:
    """A year of the Common Era from one of either era: 2565 -> 2022; two digits are Buddhist (65 -> 2022)."""
    if year < 100:
        year += 2500
    return year - BUDDHIST_ERA_OFFSET if year > 2400 else year


def month_start(year: pl.Expr, month: pl.Expr) -> pl.Expr:
    """First day of a month from texts of year and month; null where they are none."""
    parts = [part.str.strip_chars().str.zfill(2) for part in (year, month)]
    return pl.concat_str(*parts, pl.lit("01"), separator="-").str.to_date("%Y-%m-%d", strict=False)


def figure_frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows (missing keys are null) as a frame of FIGURE_SCHEMA."""
    complete = [tuple(row.get(name) for name in FIGURE_SCHEMA) for row in rows]
    return pl.DataFrame(complete, schema=FIGURE_SCHEMA, orient="row")


def clean_statistics(parsed: Parsed, source: Source, fixes: Sequence[Fix] = ()) -> Figures:
    """Read, correct and judge the figures of one file, with the rows that a person has fixed.

    Raises SourceUnreadable for a correction that finds nothing.
    """
    frame = parsed.frame.select(
        (pl.col(name) if name in parsed.frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in FIGURE_SCHEMA.items()
    ).with_columns(listed(PROBLEMS))
    frame, stale = apply_fixes(frame, fixes, pl.col("origin"))
    frame = _judge(correct(_read_values(frame), source)).with_row_index(ROW_NUMBER, offset=1)
    rejected = frame.filter(pl.col(PROBLEMS).list.len() > 0)
    body = [name for name in FIGURE_SCHEMA if name not in {"factor", PROBLEMS}]
    return Figures(
        frame.filter(pl.col(PROBLEMS).list.len() == 0).select(list(OBSERVATION_SCHEMA)),
        rejected_rows(rejected, row_key="origin", body=body),
        tuple(stale),
    )


def _read_values(frame: pl.DataFrame) -> pl.DataFrame:
    """`value` from the stated cell: thousands commas and blanks allowed. An empty cell states nothing."""
    plain = pl.col("stated").str.replace_all(r"[,\s]", "")
    cell = pl.when(~plain.str.to_lowercase().is_in(_NO_FIGURE)).then(plain)
    value = (cell.cast(pl.Float64, strict=False) * pl.col("factor").fill_null(1.0)).round(2)
    is_missing = cell.is_null() & pl.col("value").is_null()
    return frame.with_columns(value=pl.coalesce("value", value), is_missing=is_missing)


def _judge(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the reason codes of every test that a figure fails."""
    today = datetime.now(UTC).date()
    soon = today + timedelta(days=_FORECAST_DAYS)
    value, unit, area = pl.col("value"), pl.col("unit"), pl.col("area")
    missing = pl.col("is_missing")
    areas = [COUNTRY, *REGIONS, *provinces()]
    tests = {
        "figure_missing": missing,
        "figure_unreadable": ~missing & (value.is_null() | ~value.is_finite()),
        "figure_negative": value < 0,
        "percent_beyond_100": (unit == "percent") & (value > 100),
        "period_missing": pl.col("period").is_null() | (pl.col("period") < _EARLIEST),
        "period_in_future": pl.col("period") > pl.when(pl.col("status") == "forecast").then(soon).otherwise(today),
        "area_unknown": ~(area.is_in(areas) | area.str.starts_with(_BANK_REGION)).fill_null(value=False),
        "indicator_unknown": ~pl.col("indicator").is_in(list(INDICATORS)).fill_null(value=False),
    }
    # A row that the parser or a correction has already judged is not judged again for what it lacks.
    unjudged = pl.col(PROBLEMS).list.len() == 0
    frame = frame.with_columns(flag(PROBLEMS, {code: test & unjudged for code, test in tests.items()}))
    return reject_repeated(frame, KEY)
