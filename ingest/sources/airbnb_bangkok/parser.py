"""Rooms and flats that private persons let, as collected by Inside Airbnb; points are blurred by up to 150 m."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.tabular import ROW_NUMBER, ragged_rows, read_table

COLUMNS: Final = ("id", "name", "neighbourhood", "latitude", "longitude", "price", "number_of_reviews")
IGNORED: Final = (
    "room_type",
    "minimum_nights",
    "last_review",
    "reviews_per_month",
    "calculated_host_listings_count",
    "availability_365",
    "number_of_reviews_ltm",
)
CITY: Final = "Bangkok"
HIGHEST_PRICE_THB: Final = 100_000.0
"""A night above this is a stand-in for `not for rent now` (1,000,000 and the like), seen in 30 of 15,854 rows."""


def parse(path: Path, source: Source) -> Parsed:
    """Stated places; the neighbourhood is a district of Bangkok. A price of 0 or beyond belief is no price."""
    table = read_table(path, source, COLUMNS, ignored=IGNORED)
    price = pl.col("price").cast(pl.Float64, strict=False)
    frame = table.frame.select(
        pl.col("id").str.strip_chars().alias("source_id"),
        "name",
        pl.col("latitude").alias("lat"),
        pl.col("longitude").alias("lon"),
        pl.lit(CITY).alias("province"),
        pl.col("neighbourhood").alias("district"),
        pl.lit(["airbnb:listing"]).alias("kinds"),
        pl.when(price.is_between(0, HIGHEST_PRICE_THB, closed="right")).then(price).alias("price_thb"),
        pl.col("number_of_reviews").cast(pl.Int64, strict=False).alias("reviews"),
        ROW_NUMBER,
        ragged_rows(table).alias(PROBLEMS),
    )
    return Parsed(frame, table.leftover)
