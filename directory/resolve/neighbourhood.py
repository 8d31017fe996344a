"""The records that a change can touch: those it is like, those it was one place with, and so on until none is new."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import h3.api.basic_int as h3
import numpy as np
import polars as pl
import shapely
from sqlalchemy import Connection, select

from directory import tables
from directory.judgements import MATCHER
from directory.records import CELL_RESOLUTION, load_records
from directory.resolve.blocking import IDENTIFIER_BLOCK, candidate_pairs, distances_m
from directory.resolve.clusters import Scored
from directory.resolve.kinds import category_numbers, category_table
from directory.resolve.matcher import score
from directory.resolve.model import default_model
from directory.resolve.prepare import LOCAL_M, VAST_M, WIDE_M, Prepared, identifiers_of, prepare
from directory.sql import chunks
from tic.core.geo import EARTH_RADIUS_KM

_REACH_M: Final = (LOCAL_M, WIDE_M, VAST_M)
RINGS: Final = (1, 2, 6)
"""Rings of cells of CELL_RESOLUTION that hold every point within _REACH_M of a point of the middle cell."""
_MARGIN: Final = 1.01
"""By which the box around a circle is larger, for the sake of rounding."""
_POLE: Final = 89.0
_PAIRS: Final = {"left_key": pl.String, "right_key": pl.String, "chance": pl.Float64}


@dataclass
class _Around:
    """Records read so far, and which cells are among them in full."""

    connection: Connection
    records: pl.DataFrame
    cells: set[int] = field(default_factory=set)

    def add_keys(self, keys: set[str]) -> None:
        missing = keys - set(self.records["key"])
        if missing:
            self._add(load_records(self.connection, keys=missing))

    def add_cells(self, cells: set[int]) -> None:
        missing = cells - self.cells
        if missing:
            self.cells |= missing
            self._add(load_records(self.connection, cells=missing))

    def _add(self, found: pl.DataFrame) -> None:
        self.records = pl.concat([self.records, found]).unique("key", keep="first", maintain_order=True)

    def take(self, keys: set[str]) -> pl.DataFrame:
        return self.records.filter(pl.col("key").is_in(keys))


def neighbourhood(
    connection: Connection, stamps: pl.DataFrame, judgements: pl.DataFrame, *, most: int
) -> tuple[pl.DataFrame, Scored] | None:
    """Records (RECORD_SCHEMA + listing_id) that have to be clustered anew after changes, and their pairs.

    stamps: the changed records (`records.dirty_stamps`). The answer is closed: no record of it shares a listing or a
    likely pair with one outside, so that clustering it alone gives what clustering everything would. (One exception:
    a change that makes a block pass its cap, see `blocking`, also changes pairs far from it.) None when it would hold
    more than `most` records.
    """
    around = _Around(connection, load_records(connection, keys=[]))
    inside: set[str] = set()
    frontier = _with_old_company(connection, set(stamps["key"]), set(stamps["listing_id"].drop_nulls()))
    found = [pl.DataFrame(schema=_PAIRS)]
    while frontier:
        around.add_keys(frontier)
        frontier &= set(around.records["key"])
        inside |= frontier
        if len(inside) > most:
            return None
        pairs = _pairs_of(around, inside, frontier)
        found.append(pairs)
        likely = pairs.filter(pl.col("chance") >= default_model().threshold)
        linked = {*likely["left_key"], *likely["right_key"], *_judged_with(judgements, frontier)}
        frontier = _with_old_company(connection, linked - inside, set()) - inside
    records = around.take(inside)
    prepared = prepare(records)
    return records, Scored(prepared, _numbered(pl.concat(found), prepared))


def _with_old_company(connection: Connection, keys: set[str], listing_ids: set[str]) -> set[str]:
    """The keys, and those of all records that are in a listing with one of them."""
    record = tables.record.c
    listing_ids = set(listing_ids)
    for part in chunks(sorted(keys)):
        found = select(record.listing_id).where(record.key.in_(part), record.listing_id.is_not(None))
        listing_ids.update(connection.execute(found).scalars())
    company = set(keys)
    for part in chunks(sorted(listing_ids)):
        company.update(connection.execute(select(record.key).where(record.listing_id.in_(part))).scalars())
    return company


def _judged_with(judgements: pl.DataFrame, keys: set[str]) -> set[str]:
    """The other record of every pair that a person has called one place."""
    same = judgements.filter((pl.col("decided_by") != MATCHER) & (pl.col("verdict") == "same"))
    touched = same.filter(pl.col("left_key").is_in(keys) | pl.col("right_key").is_in(keys))
    return {*touched["left_key"], *touched["right_key"]}


def _pairs_of(around: _Around, inside: set[str], frontier: set[str]) -> pl.DataFrame:
    """Every candidate pair with a record of the frontier: left_key, right_key, chance."""
    centre = prepare(around.take(frontier)).places
    around.add_cells(_cells_around(centre))
    shared, common = _sharing_identifiers(around, inside, frontier)
    around.add_keys(shared)
    chosen = around.take(frontier | shared | _near(around.records, centre))
    prepared = prepare(chosen)
    known = prepared.identifiers.filter(~pl.col("identifier").is_in(common))
    prepared = Prepared(prepared.places, prepared.names, known)
    keys = prepared.places["key"]
    rows = prepared.places.filter(pl.col("key").is_in(frontier))["row"]
    scored = score(prepared, candidate_pairs(prepared, touching=rows))
    return scored.select(
        left_key=keys.gather(scored["left"]), right_key=keys.gather(scored["right"]), chance=pl.col("chance")
    )


def _cells_around(centre: pl.DataFrame) -> set[int]:
    cells: set[int] = set()
    for lat, lon, reach in centre.drop_nulls(["lat", "lon"]).select("lat", "lon", "reach").iter_rows():
        cells.update(h3.grid_disk(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION), RINGS[reach]))
    return cells


def _sharing_identifiers(around: _Around, inside: set[str], frontier: set[str]) -> tuple[set[str], list[str]]:
    """Keys of the records that share an identifier with the frontier, and identifiers that too many share to tell.

    What the table says of the records inside may be older than they are.
    """
    own = identifiers_of(around.take(inside))
    asked = own.filter(pl.col("key").is_in(frontier))["identifier"].unique().sort()
    table = tables.record_identifier.c
    stored: list[tuple[str, str]] = []
    for part in chunks(asked):
        found = select(table.record_key, table.identifier).where(table.identifier.in_(part))
        stored += [(key, identifier) for key, identifier in around.connection.execute(found) if key not in inside]
    schema = {"key": pl.String, "identifier": pl.String}
    sharing = pl.concat(
        [own.filter(pl.col("identifier").is_in(asked.implode())), pl.DataFrame(stored, schema, orient="row")]
    )
    is_common = pl.len().over("identifier") > IDENTIFIER_BLOCK
    return set(sharing.filter(~is_common)["key"]), sharing.filter(is_common)["identifier"].unique().to_list()


def _near(records: pl.DataFrame, centre: pl.DataFrame) -> set[str]:
    """Keys of the records that are near enough to a record of the centre to make a pair with it."""
    placed = records.drop_nulls(["lat", "lon"])
    open_numbers = category_table().filter("is_open")["category"]
    wide = category_numbers(placed["category"]).is_in(open_numbers.implode()).to_numpy()
    lat, lon = placed["lat"].to_numpy(), placed["lon"].to_numpy()
    own = centre.drop_nulls(["lat", "lon"])
    own_lat, own_lon = own["lat"].to_numpy(), own["lon"].to_numpy()
    reach_m = np.array(_REACH_M)[own["reach"].to_numpy()]
    height = np.degrees(reach_m / (EARTH_RADIUS_KM * 1000)) * _MARGIN
    width = height / np.cos(np.radians(np.minimum(np.abs(own_lat) + height, _POLE)))
    boxes = shapely.box(own_lon - width, own_lat - height, own_lon + width, own_lat + height)
    which, found = shapely.STRtree(np.asarray(shapely.points(lon, lat), dtype=object)).query(boxes)
    metres = distances_m(lat[found], lon[found], own_lat[which], own_lon[which])
    near = found[(metres <= LOCAL_M) | (wide[found] & (metres <= reach_m[which]))]
    return set(placed["key"].gather(np.unique(near)))


def _numbered(pairs: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """The pairs whose records are both there, by their rows."""
    rows = prepared.places.select("key", "row")
    return (
        pairs.unique(["left_key", "right_key"])
        .join(rows.rename({"key": "left_key", "row": "left"}), on="left_key")
        .join(rows.rename({"key": "right_key", "row": "right"}), on="right_key")
        .select("left", "right", "chance")
        .sort("left", "right")
    )
