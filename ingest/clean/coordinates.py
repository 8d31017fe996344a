"""Coordinates: read, swapped back, and judged as points on the earth."""

from __future__ import annotations

from typing import Final

import polars as pl

from ingest.quarantine import NOTES, PROBLEMS, flag
from ingest.source import Source
from tic.core.geo import THAILAND_BBOX

SWAPPED: Final = "lat_lon_swapped"
"""The note of a record whose latitude and longitude were exchanged. The step on areas then judges the new point."""

_WEST, _SOUTH, _EAST, _NORTH = THAILAND_BBOX
_ZERO: Final = 0.001


def read_coordinates(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`lat` and `lon` as degrees; reasons point_missing, point_unreadable, point_zero, point_absurd, point_abroad.

    A point is swapped back where only the other order lies in the rectangle around Thailand.
    """
    stated = pl.col("lat").is_null() | pl.col("lon").is_null()
    frame = frame.with_columns(flag(PROBLEMS, {"point_missing": stated}))
    frame = frame.with_columns(_degrees("lat"), _degrees("lon"))
    lat, lon = pl.col("lat"), pl.col("lon")
    swap = ~_in_thailand(lat, lon) & _in_thailand(lon, lat)
    frame = frame.with_columns(
        flag(PROBLEMS, {"point_unreadable": ~stated_problem("point_missing") & (lat.is_null() | lon.is_null())}),
        flag(NOTES, {SWAPPED: swap}),
        lat=pl.when(swap).then(lon).otherwise(lat),
        lon=pl.when(swap).then(lat).otherwise(lon),
    )
    zero = (lat.abs() < _ZERO) & (lon.abs() < _ZERO)
    absurd = (lat.abs() > 90) | (lon.abs() > 180)
    tests = {
        "point_zero": zero,
        "point_absurd": absurd,
        "point_abroad": ~zero & ~absurd & ~_in_thailand(lat, lon),
    }
    return frame.with_columns(flag(PROBLEMS, tests))


def stated_problem(code: str) -> pl.Expr:
    """Whether a row has already been given a reason code."""
    return pl.col(PROBLEMS).list.contains(code)


def _degrees(name: str) -> pl.Expr:
    """A number with a decimal point, or with one comma for it; infinite and not-a-number are no number."""
    text = pl.col(name).str.replace(r"^(-?\d+),(\d+)$", "${1}.${2}")
    value = text.str.strip_chars("°").cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value).alias(name)


def _in_thailand(lat: pl.Expr, lon: pl.Expr) -> pl.Expr:
    return lat.is_between(_SOUTH, _NORTH) & lon.is_between(_WEST, _EAST)
