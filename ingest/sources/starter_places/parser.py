"""The product's own hand-kept list of well-known places."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from ingest.parsers import Parsed
from ingest.source import Source
from ingest.tabular import ROW_NUMBER, read_table
from tic.core.areas import provinces

COLUMNS: Final = (
    "id",
    "name_th",
    "name_en",
    "aliases",
    "category",
    "province_code",
    "lat",
    "lon",
    "website",
    "phone",
    "opening_hours",
)


def parse(path: Path, source: Source) -> Parsed:
    """Stated places; the code of the province stands for its name."""
    table = read_table(path, source, COLUMNS)
    names = {code: province.name_th for code, province in provinces().items()}
    frame = table.frame.select(
        pl.col("id").alias("source_id"),
        "name_th",
        "name_en",
        pl.col("aliases").str.split("|"),
        "category",
        pl.col("province_code").replace_strict(names, default=None, return_dtype=pl.String).alias("province"),
        "lat",
        "lon",
        "website",
        "phone",
        "opening_hours",
        ROW_NUMBER,
    )
    return Parsed(frame, table.leftover)
