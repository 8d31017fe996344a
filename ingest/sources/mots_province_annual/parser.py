"""Yearly visitors, guests, receipts and occupancy by province, this year (preliminary) beside the last."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from ingest.parsers import Parsed
from ingest.source import Source
from ingest.statistics import PROVINCE_MEASURES, month_start
from ingest.tabular import FIELD_COUNT, ROW_NUMBER, read_table
from tic.core.areas import find_province

MEASURES: Final = {
    "occ": PROVINCE_MEASURES["occupancy"],
    "guests": PROVINCE_MEASURES["guests"],
    "visitors": PROVINCE_MEASURES["visitors"],
    "thai": PROVINCE_MEASURES["thai visitors"],
    "foreign": PROVINCE_MEASURES["foreign visitors"],
    "rev_mb": PROVINCE_MEASURES["receipts"],
    "rev_thai_mb": PROVINCE_MEASURES["thai receipts"],
    "rev_foreign_mb": PROVINCE_MEASURES["foreign receipts"],
}
"""Beginning of a column -> measure; the column ends in its year, and p when preliminary."""

_PARTS: Final = re.compile(r"(.+)_(\d{4})(p?)")


def parse(path: Path, source: Source) -> Parsed:
    """Eight figures a province and year. A column that is no measure with a year is left over."""
    province = "province_th"
    table = read_table(path, source, (province,), delimiter="|")
    columns = [name for name in table.frame.columns if name not in {province, ROW_NUMBER, FIELD_COUNT}]
    measures = _measures(columns)
    names = table.frame[province].drop_nulls().unique()
    codes = pl.Series([find_province(name) for name in names], dtype=pl.String)
    known = measures["column"].to_list()
    long = table.frame.unpivot(known, index=[province], variable_name="column", value_name="stated")
    frame = long.join(measures, on="column", maintain_order="left").select(
        "indicator",
        "unit",
        "market",
        "stated",
        "factor",
        "status",
        area=pl.col(province).replace_strict(names, codes, default=None, return_dtype=pl.String),
        frequency=pl.lit("Y"),
        period=month_start(pl.col("year"), pl.lit("1")),
        source=pl.lit(source.name),
        as_of=pl.lit(source.as_of),
        origin=pl.format("{} {}", province, "column"),
    )
    return Parsed(frame, tuple(name for name in table.leftover if name not in known))


def _measures(columns: list[str]) -> pl.DataFrame:
    """One row a column that holds figures: what they measure, the year, and whether it is preliminary."""
    rows = []
    for column in columns:
        parts = _PARTS.fullmatch(column)
        if parts and parts[1] in MEASURES:
            rows.append((column, *MEASURES[parts[1]], parts[2], "preliminary" if parts[3] else "final"))
    return pl.DataFrame(
        rows, schema=["column", "indicator", "unit", "market", "factor", "year", "status"], orient="row"
    )
