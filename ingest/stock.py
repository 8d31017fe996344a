"""The parser of files of relief goods: rows of depots and items, read by the mapping in source.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from ingest.clean.contacts import to_e164
from ingest.clean.texts import tidy
from ingest.dates import read_day
from ingest.hazards import STOCK_SCHEMA
from ingest.mapped import read_stated, with_points
from ingest.mapping import StockMapping
from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.tabular import ROW_NUMBER
from tic.core.areas import find_province
from tic.core.errors import BadInput

STOCK_FIELDS: Final = ("depot", "item", "quantity", "unit", "province", "as_of", "phone")
_NEEDED: Final = ("depot", "item", "quantity", "unit")


def parse(path: Path, source: Source) -> Parsed:
    """Stated stock. Raises SourceUnreadable when the file lacks a column, BadInput for a mapping that cannot work."""
    mapping = source.stock
    if mapping is None:
        raise BadInput("source.yml of {source} maps no relief goods.", source=source.name)
    _check(mapping, source)
    point = mapping.point
    stated = (point.lat, point.lon, point.easting, point.northing) if point else ()
    zone = [point.zone] if point and point.form == "utm" and not point.zone.isdigit() else []
    columns = list(dict.fromkeys([*mapping.columns.values(), *filter(None, stated), *zone]))
    table = read_stated(path, source, columns, mapping.ignored)
    return Parsed(_stocks(table.frame, mapping, source), table.leftover)


def _check(mapping: StockMapping, source: Source) -> None:
    known = {*mapping.columns, *mapping.fixed}
    wrong = sorted(known - set(STOCK_FIELDS)) or sorted(set(_NEEDED) - known)
    if not wrong and mapping.point is None and "province" not in known:
        wrong = ["province"]
    if wrong:
        raise BadInput(
            "The mapping of {source} lacks or does not know: {fields}. It needs depot, item, quantity, unit and a "
            "point or province; it may have as_of and phone.",
            source=source.name,
            fields=", ".join(wrong),
        )


def _stocks(frame: pl.DataFrame, mapping: StockMapping, source: Source) -> pl.DataFrame:
    told = {name: tidy(pl.col(column)) for name, column in mapping.columns.items()}
    told |= {name: pl.lit(value) for name, value in mapping.fixed.items()}
    empty = pl.lit(None, dtype=pl.String)
    texts = frame.select(*(told.get(name, empty).alias(name) for name in STOCK_FIELDS), ROW_NUMBER, PROBLEMS)
    days = [read_day(text, mapping.calendar) if text else source.as_of for text in texts["as_of"]]
    provinces = [find_province(text) if text else None for text in texts["province"]]
    phones = [to_e164(text) if text else None for text in texts["phone"]]
    made = with_points(texts, frame, mapping.point).with_columns(
        pl.Series("as_of", days, dtype=pl.Date),
        pl.Series("province_code", provinces, dtype=pl.String),
        pl.Series("phone", phones, dtype=pl.String),
        pl.col("quantity").alias("stated"),
        pl.format("{} / {}", pl.col("depot").fill_null("?"), pl.col("item").fill_null("?")).alias("row_key"),
    )
    return made.select(
        (pl.col(name) if name in made.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in STOCK_SCHEMA.items()
    )
