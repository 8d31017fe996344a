"""Feeds of hazard messages and of relief goods: the frames that parsers give, and how they are judged and stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

from directory.repository import QuarantinedRow
from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS, flag, listed, reject_repeated, rejected_rows
from ingest.source import Source
from ingest.tabular import ROW_NUMBER
from tic.core.areas import province_at, provinces
from tic.core.geo import Point, in_thailand_bbox
from tic.hazards.stock import Stock, replace_stocks
from tic.hazards.store import alert_from_json, save_alerts

ALERT_SCHEMA: Final[dict[str, Any]] = {
    "origin": pl.String,
    "body": pl.String,
    "sha256": pl.String,
    "reason": pl.String,
    ROW_NUMBER: pl.Int64,
    PROBLEMS: pl.List(pl.String),
}
"""Columns of a frame of hazard messages. origin: name of the file; body: JSON of an Alert; sha256: of the file;
reason: why it cannot be read."""

STOCK_SCHEMA: Final[dict[str, Any]] = {
    "row_key": pl.String,
    "depot": pl.String,
    "item": pl.String,
    "stated": pl.String,
    "unit": pl.String,
    "as_of": pl.Date,
    "lat": pl.String,
    "lon": pl.String,
    "province_code": pl.String,
    "phone": pl.String,
    ROW_NUMBER: pl.Int64,
    PROBLEMS: pl.List(pl.String),
}
"""Columns of a frame of relief goods. stated: the quantity as published; lat, lon: decimal degrees as text."""
_SHORE_RINGS: Final = 3
_MARKUP: Final = r"<\s*/?\s*[a-zA-Z!]"


@dataclass(frozen=True)
class Judged:
    """Rows to store, and rows for the quarantine."""

    frame: pl.DataFrame
    rejected: list[QuarantinedRow]


def clean_hazards(parsed: Parsed, source: Source) -> Judged:
    """Judge the rows of a source of alerts or of stock."""
    if source.kind == "alerts":
        return _judged(parsed.frame.with_columns(listed(PROBLEMS)), "origin", ["origin", "reason"])
    frame = _judge_stock(parsed.frame.with_columns(listed(PROBLEMS)))
    return _judged(frame, "row_key", [name for name in STOCK_SCHEMA if name not in {ROW_NUMBER, PROBLEMS}])


def _judged(frame: pl.DataFrame, row_key: str, body: Sequence[str]) -> Judged:
    is_good = pl.col(PROBLEMS).list.len() == 0
    return Judged(frame.filter(is_good), rejected_rows(frame.filter(~is_good), row_key=row_key, body=body))


def store_hazards(connection: Connection, source: Source, frame: pl.DataFrame, now: datetime) -> dict[str, int]:
    """Store what was accepted, in the caller's transaction; counts of what is new, changed and gone."""
    if source.kind == "alerts":
        messages = [(alert_from_json(body), digest) for body, digest in frame.select("body", "sha256").iter_rows()]
        saved = save_alerts(connection, source.name, messages, now)
        return {"new": saved.new, "changed": saved.ended, "gone": 0}
    rows = frame.select(item.name for item in fields(Stock) if item.name != "source").to_dicts()
    return replace_stocks(connection, source.name, rows)._asdict()


def _judge_stock(frame: pl.DataFrame) -> pl.DataFrame:
    """Quantities and points as numbers, and the reason codes of every test that a row fails."""
    stated = pl.col("stated").str.replace_all(r"[,\s]", "")
    quantity = stated.cast(pl.Float64, strict=False)
    has_point = pl.col("lat").is_not_null() | pl.col("lon").is_not_null()
    degrees = frame.select(has_point.alias("has_point"), *(_degrees(name) for name in ("lat", "lon")), "province_code")
    placed = [_placed(*row) for row in degrees.iter_rows()]
    where = pl.DataFrame(placed, schema=_PLACED, orient="row")
    frame = frame.drop("lat", "lon", "province_code").with_columns(quantity=quantity).hstack(where)
    today = datetime.now(UTC).date()
    tests = {
        "no_name": pl.col("depot").is_null() | pl.col("item").is_null(),
        "markup": pl.any_horizontal(pl.col("depot", "item", "unit").str.contains(_MARKUP)),
        "unit_missing": pl.col("unit").is_null(),
        "figure_missing": pl.col("stated").is_null(),
        "figure_unreadable": pl.col("stated").is_not_null() & (quantity.is_null() | ~quantity.is_finite()),
        "figure_negative": quantity < 0,
        "date_missing": pl.col("as_of").is_null(),
        "period_in_future": pl.col("as_of") > today,
        "point_abroad": pl.col("place_problem") == "point_abroad",
        "point_unreadable": pl.col("place_problem") == "point_unreadable",
        "area_unknown": pl.col("place_problem") == "area_unknown",
    }
    unjudged = pl.col(PROBLEMS).list.len() == 0
    frame = frame.with_columns(flag(PROBLEMS, {code: test & unjudged for code, test in tests.items()}))
    return reject_repeated(frame, ["row_key"])


_PLACED: Final[dict[str, Any]] = {
    "lat": pl.Float64,
    "lon": pl.Float64,
    "province_code": pl.String,
    "is_exact": pl.Boolean,
    "place_problem": pl.String,
}


def _degrees(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64, strict=False)


def _placed(
    has_point: bool, lat: float | None, lon: float | None, province: str | None
) -> tuple[float | None, float | None, str | None, bool | None, str | None]:
    """Where a depot is: its point, or the middle of its province where no point is stated."""
    if has_point:
        if lat is None or lon is None:
            return None, None, province, None, "point_unreadable"
        here = province_at(Point(lat, lon), tolerance_rings=_SHORE_RINGS) if in_thailand_bbox(lat, lon) else None
        return (lat, lon, here, True, None) if here else (lat, lon, province, None, "point_abroad")
    known = provinces().get(province or "")
    return (known.lat, known.lon, known.code, False, None) if known else (None, None, province, None, "area_unknown")
