"""Monthly international arrivals of the Ministry of Tourism and Sports."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from ingest.parsers import Parsed
from ingest.source import Source
from ingest.statistics import month_start
from ingest.tabular import read_table

COLUMNS: Final = ("year", "month", "arrivals", "source_title", "source_published")
IGNORED: Final = (
    "date",
    "source_article_id",
    "source_year_month_count",
    "source_page_url",
    "source_file_url",
    "source_local_file",
    "source_sha256",
    "parse_note",
    "mom_pct",
    "yoy_pct",
    "month_name",
)


def parse(path: Path, source: Source) -> Parsed:
    """One figure a month, whole country, all markets; a title saying 2026P or เบื้องต้น marks it preliminary."""
    table = read_table(path, source, COLUMNS, ignored=IGNORED)
    title = pl.col("source_title").str.replace_all(" ", "", literal=True)
    preliminary = title.str.contains("เบื้องต้น", literal=True) | title.str.contains(
        pl.format("{}P", "year"), literal=True
    )
    frame = table.frame.select(
        indicator=pl.lit("arrivals"),
        unit=pl.lit("persons"),
        area=pl.lit("TH"),
        market=pl.lit("all"),
        frequency=pl.lit("M"),
        period=month_start(pl.col("year"), pl.col("month")),
        stated="arrivals",
        status=pl.when(preliminary).then(pl.lit("preliminary")).otherwise(pl.lit("final")),
        source=pl.lit(source.name),
        as_of=pl.col("source_published").str.head(10).str.to_date("%Y-%m-%d", strict=False),
        origin=pl.format("{}-{}", "year", "month"),
    )
    return Parsed(frame, table.leftover)
