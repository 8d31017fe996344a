"""Records as the matcher sees them: names taken apart, cells, identifiers; computed once for any number of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import polars_h3

from directory.listing import RECORD_SCHEMA
from directory.resolve.kinds import PRIVATE_RENTAL, category_numbers, category_table, vast_kinds, wide_kinds
from directory.resolve.names import NAMED_BY, name_forms
from directory.resolve.tokens import tokens_of
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


Rows = npt.NDArray[np.int64]
_CELLS: Final = {
    name: polars_h3.latlng_to_cell("lat", "lon", level, return_dtype=pl.UInt64)
    for name, level in {"near": NEAR_CELL, "local": LOCAL_CELL, "wide": WIDE_CELL, "vast": VAST_CELL}.items()
}
_BELONGING: Final = ("names", "identifiers", "tokens")


@dataclass(frozen=True)
class Prepared:
    """places: one row per record, in the order of `key`; names: NAME_SCHEMA; identifiers: row, identifier; tokens:
    TOKEN_SCHEMA; these three in the order of `row`.

    Columns of places are PLACE_COLUMNS. family: letters that link_id begins with; category: its number in
    `kinds.category_codes`, with what `kinds.category_table` says of it; near, local, wide, vast: H3 cells, null without
    a point; phone: last digits; site: host and path; house: first number of the address.
    """

    places: pl.DataFrame
    names: pl.DataFrame
    identifiers: pl.DataFrame
    tokens: pl.DataFrame

    def part(self, rows: pl.Series) -> Prepared:
        """The records of some rows (each once, in order), numbered anew from 0; takes as long as they are many."""
        places = self.places[rows].with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
        return Prepared(places, *(self._of(name, rows.to_numpy()) for name in _BELONGING))

    def _of(self, name: str, rows: Rows) -> pl.DataFrame:
        frame: pl.DataFrame = getattr(self, name)
        begins = self._begins[name]
        sizes = begins[rows + 1] - begins[rows]
        skipped = begins[rows] - (np.cumsum(sizes) - sizes)
        chosen: pl.DataFrame = frame[skipped.repeat(sizes) + np.arange(sizes.sum())]
        return chosen.with_columns(pl.Series("row", np.arange(len(rows)).repeat(sizes), dtype=pl.UInt32))

    @cached_property
    def _begins(self) -> dict[str, Rows]:
        """Where what belongs to each record begins in each frame, and where the last of it ends."""
        count = self.places.height
        sizes = {name: np.bincount(getattr(self, name)["row"].to_numpy(), minlength=count) for name in _BELONGING}
        return {name: np.concatenate(([0], np.cumsum(size))) for name, size in sizes.items()}

    def numbered(self) -> Prepared:
        """The records of `places` alone, each under its position there instead of the number it bears."""
        numbers = self.places.select("row").with_row_index("new")
        places = self.places.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
        belonging = (
            getattr(self, name).join(numbers, on="row").with_columns(row="new").drop("new").sort("row")
            for name in _BELONGING
        )
        return Prepared(places, *belonging)


def prepare(records: pl.DataFrame, mapper: Mapper = here) -> Prepared:
    """Prepare a frame of RECORD_SCHEMA (more columns are ignored); `mapper` takes names apart, batch by batch."""
    records = records.select(*RECORD_SCHEMA).sort("key")
    names, tokens = _all_names(records, mapper)
    places = _places(records, names)
    identifiers = identifiers_of(records).join(places.select("key", "row"), on="key").drop("key")
    return Prepared(places, names, identifiers.select("row", "identifier").sort("row", "identifier"), tokens)


def _all_names(records: pl.DataFrame, mapper: Mapper) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Frames of NAME_SCHEMA and TOKEN_SCHEMA."""
    batches = records.select(NAMED_BY).iter_slices(_RECORDS_AT_ONCE)
    parts = [
        tuple(frame.with_columns(pl.col("row") + number * _RECORDS_AT_ONCE) for frame in frames)
        for number, frames in enumerate(mapper(_taken_apart, batches))
    ]
    if not parts:
        return _taken_apart(records)
    names, tokens = (pl.concat(frames).rechunk() for frames in zip(*parts, strict=True))
    return names, tokens


def _taken_apart(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    names = name_forms(records)
    return names, tokens_of(names)


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
            **_CELLS,
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
