"""The feeds of the Tourism Authority of Thailand (TAT Data API v5): one row a place, one feed a kind and language."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.tabular import ROW_NUMBER, ragged_rows, read_table

COLUMNS: Final = (
    "place_id",
    "place_name",
    "latitude",
    "longitude",
    "category_code",
    "sha_cate_description",
    "address",
    "sub_district",
    "district",
    "province",
    "postcode",
    "tags",
    "update_date",
)
IGNORED: Final = (
    "category_description",
    "sha_name",
    "sha_type_code",
    "sha_type_description",
    "sha_cate_id",
    "thumbnail_url",
    "destination",
    "distance",
)
"""What another column says too, pictures, and a distance that is always 0."""

_TAG: Final = r"'([^']*)'"
_ZONE: Final = "Asia/Bangkok"


def parse(path: Path, source: Source) -> Parsed:
    """Stated places. `place_id` is shared by the Thai and the English feed and becomes the link between them."""
    table = read_table(path, source, COLUMNS, ignored=IGNORED)
    frame = table.frame.select(
        pl.col("place_id").str.strip_chars().alias("source_id"),
        pl.col("place_name").alias(f"name_{source.language or 'th'}"),
        # Only the coordinates write N/A; other empty cells are empty.
        _not_na("latitude").alias("lat"),
        _not_na("longitude").alias("lon"),
        pl.concat_list(pl.format("tat:{}", "category_code")).alias("kinds"),
        pl.col("sha_cate_description").alias("certification"),
        pl.col("address").alias("street"),
        pl.col("sub_district").alias("subdistrict"),
        "district",
        "province",
        "postcode",
        _not_na("tags").str.extract_all(_TAG).list.eval(pl.element().str.strip_chars("'")).alias("tags"),
        pl.col("place_id").str.strip_chars().alias("link_id"),
        _instant("update_date").alias("updated_at"),
        ROW_NUMBER,
        ragged_rows(table).alias(PROBLEMS),
    )
    return Parsed(frame, table.leftover)


def _not_na(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "N/A").then(pl.col(column))


def _instant(column: str) -> pl.Expr:
    """A time without a zone, which is Bangkok's; null where the cell holds none."""
    local = pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    return local.dt.replace_time_zone(_ZONE).dt.convert_time_zone("UTC")
