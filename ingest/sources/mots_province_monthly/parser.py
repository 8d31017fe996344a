"""Monthly visitors, guests, receipts and occupancy by province of the Ministry of Tourism and Sports."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from ingest.parsers import Parsed
from ingest.source import Source
from ingest.statistics import PROVINCE_MEASURES, month_start
from ingest.tabular import read_table
from tic.core.areas import find_province

MEASURES: Final = {
    "occupancy_rate": PROVINCE_MEASURES["occupancy"],
    "no_tourist_occupied": PROVINCE_MEASURES["guests"],
    "no_tourist_all": PROVINCE_MEASURES["visitors"],
    "no_tourist_thai": PROVINCE_MEASURES["thai visitors"],
    "no_tourist_foreign": PROVINCE_MEASURES["foreign visitors"],
    "net_profit_all": PROVINCE_MEASURES["receipts"],
    "net_profit_thai": PROVINCE_MEASURES["thai receipts"],
    "net_profit_foreign": PROVINCE_MEASURES["foreign receipts"],
}
"""Column -> measure. The columns named net_profit hold receipts in million baht."""


def parse(path: Path, source: Source) -> Parsed:
    """Eight figures a province and month."""
    keys = ("province_eng", "year", "month")
    table = read_table(path, source, (*keys, *MEASURES), ignored=("region_eng",))
    names = table.frame["province_eng"].drop_nulls().unique()
    codes = pl.Series([find_province(name) for name in names], dtype=pl.String)
    measures = pl.DataFrame(
        [(column, *measure) for column, measure in MEASURES.items()],
        schema=["column", "indicator", "unit", "market", "factor"],
        orient="row",
    )
    long = table.frame.unpivot(list(MEASURES), index=list(keys), variable_name="column", value_name="stated")
    frame = long.join(measures, on="column", maintain_order="left").select(
        "indicator",
        "unit",
        "market",
        "stated",
        "factor",
        area=pl.col("province_eng").replace_strict(names, codes, default=None, return_dtype=pl.String),
        frequency=pl.lit("M"),
        period=month_start(pl.col("year"), pl.col("month")),
        status=pl.lit("final"),
        source=pl.lit(source.name),
        as_of=pl.lit(source.as_of),
        origin=pl.format("{} {}-{} {}", "province_eng", "year", "month", "column"),
    )
    return Parsed(frame, table.leftover)
