"""Records as the matcher sees them: names taken apart, cells, identifiers; computed once for any number of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import h3.api.basic_int as h3
import polars as pl

from directory.listing import RECORD_SCHEMA
from directory.resolve.kinds import PRIVATE_RENTAL, category_numbers, category_table, vast_kinds, wide_kinds
from directory.resolve.names import NAMED_BY, name_forms
from tic.core.workers import Mapper, here

NEAR_CELL, LOCAL_CELL, WIDE_CELL, VAST_CELL = 10, 8, 6, 5
"""H3 resolutions at which candidates are looked for; a disk of one ring reaches at least as far as the limits below."""
NEAR_M, LOCAL_M, WIDE_M, VAST_M = 75.0, 500.0, 3000.0, 9000.0
"""Metres that two points of a pair may be apart, by the reach of the places."""

PLACE_COLUMNS: Final = (
    *("row", "key", "source", "link_id", "family", "category", "reach", "extent_m", "sight", "chain", "private"),
    *("lat", "lon", "near", "local", "wide", "vast", "phone", "host", "site", "postcode", "house"),
    *("address_th", "address_en", "wikidata", "licence_no"),
)
PHONE_DIGITS: Final = 8
_RECORDS_AT_ONCE: Final = 10_000
_PLATFORMS: Final = r"(^|\.)(facebook|instagram|twitter|line|google|youtube|tripadvisor|linktr|wikipedia)\."
_SITE = r"^(?:https?://)?(?:www\.)?([^/?#:]+)(?::\d+)?(/[^?#]*)?"


@dataclass(frozen=True)
class Prepared:
    """places: one row per record, in the order of `key`; names: NAME_SCHEMA; identifiers: row, identifier.

    Columns of places are PLACE_COLUMNS. family: letters that link_id begins with; category: its number in
    `kinds.category_codes`, with what `kinds.category_table` says of it; near, local, wide, vast: H3 cells, null without
    a point; phone: last digits; site: host and path; house: first number of the address.
    """

    places: pl.DataFrame
    names: pl.DataFrame
    identifiers: pl.DataFrame


def prepare(records: pl.DataFrame, mapper: Mapper = here) -> Prepared:
    """Prepare a frame of RECORD_SCHEMA (more columns are ignored); `mapper` takes names apart, batch by batch."""
    records = records.select(*RECORD_SCHEMA).sort("key")
    names = _all_names(records, mapper)
    places = _places(records, names)
    return Prepared(places, names, identifiers_of(records).join(places.select("key", "row"), on="key").drop("key"))


def _all_names(records: pl.DataFrame, mapper: Mapper) -> pl.DataFrame:
    batches = records.select(NAMED_BY).iter_slices(_RECORDS_AT_ONCE)
    starts = range(0, max(records.height, 1), _RECORDS_AT_ONCE)
    parts = [
        names.with_columns(pl.col("row") + start)
        for start, names in zip(starts, mapper(name_forms, batches), strict=False)
    ]
    return pl.concat(parts).rechunk() if parts else name_forms(records)


def _places(records: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    kinds = names.group_by("row").agg(pl.col("kinds").bitwise_or())
    named_vast, named_wide = ((pl.col("kinds") & bits) > 0 for bits in (vast_kinds(), wide_kinds()))
    by_name = pl.when(named_vast).then(2).when(named_wide).then(1).otherwise(0).cast(pl.Int8)
    return (
        records.with_row_index("row")
        .with_columns(category_numbers(records["category"]), private=pl.col("category") == PRIVATE_RENTAL)
        .join(category_table(), on="category", how="left", maintain_order="left")
        .join(kinds, on="row", how="left", maintain_order="left")
        .with_columns(
            # A hotel called "Lake View" is no lake: a name tells only of places whose category leaves it open.
            reach=pl.when("is_open").then(pl.max_horizontal("reach", by_name)).otherwise("reach"),
            **_site_columns(),
            **_cells(records),
            phone=pl.col("phone").str.replace_all(r"\D", "").str.tail(PHONE_DIGITS),
            family=pl.col("link_id").str.extract(r"^([A-Za-z_]+)"),
            house=pl.coalesce("address_th", "address_en").str.extract(r"(\d+(?:/\d+)?)"),
            address_th=pl.col("address_th").str.to_lowercase(),
            address_en=pl.col("address_en").str.to_lowercase(),
        )
        .select(PLACE_COLUMNS)
    )


def _site_columns() -> dict[str, pl.Expr]:
    lower = pl.col("website").str.to_lowercase()
    host, path = lower.str.extract(_SITE, 1), lower.str.extract(_SITE, 2).fill_null("").str.strip_chars_end("/")
    # On a platform only the path says whose page it is.
    bare = host.str.contains(_PLATFORMS) & (path == "")
    return {"host": host, "site": pl.when(~bare).then(pl.concat_str(host, path))}


def _cells(records: pl.DataFrame) -> dict[str, pl.Series]:
    points = list(zip(records["lat"], records["lon"], strict=True))
    levels = {"near": NEAR_CELL, "local": LOCAL_CELL, "wide": WIDE_CELL, "vast": VAST_CELL}
    return {
        name: pl.Series(
            name,
            [None if lat is None or lon is None else h3.latlng_to_cell(lat, lon, level) for lat, lon in points],
            dtype=pl.UInt64,
        )
        for name, level in levels.items()
    }


def identifiers_of(records: pl.DataFrame) -> pl.DataFrame:
    """What records may share beside their place: key, identifier (`phone:...`, `site:...`, `link:...`, ...)."""
    values = {
        "phone": pl.col("phone"),
        "site": _site_columns()["site"],
        "link": pl.col("link_id"),
        "wikidata": pl.col("wikidata"),
        "licence": pl.col("licence_no"),
    }
    return pl.concat(
        records.select("key", identifier=pl.concat_str(pl.lit(f"{kind}:"), value)).drop_nulls()
        for kind, value in values.items()
    )
