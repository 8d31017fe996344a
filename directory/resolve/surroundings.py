"""What lies around changed records: the pairs they may make with the others, from the database or from kept files."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

import h3.api.basic_int as h3
import numpy as np
import polars as pl
import shapely
from sqlalchemy import Connection, select

from directory import tables
from directory.records import CELL_RESOLUTION, load_records
from directory.resolve.blocking import IDENTIFIER_BLOCK, candidate_pairs, distances_m
from directory.resolve.kinds import category_numbers, category_table
from directory.resolve.matcher import score
from directory.resolve.prepare import LOCAL_M, VAST_M, WIDE_M, Prepared, identifiers_of, prepare
from directory.sql import chunks
from tic.core.geo import EARTH_RADIUS_KM

_REACH_M: Final = (LOCAL_M, WIDE_M, VAST_M)
RINGS: Final = (1, 2, 6)
"""Rings of cells of CELL_RESOLUTION that hold every point within _REACH_M of a point of the middle cell."""
_MARGIN: Final = 1.01
"""By which the box around a circle is larger, for the sake of rounding."""
_POLE: Final = 89.0
_WORN_FROM: Final = 50
"""Of kept files one record in so many may have changed before they are written anew."""


class Surroundings(Protocol):
    """Where the records are found that changed ones may be one place with.

    to_keep: all living records, where it is worth while to keep them for the next run.
    """

    to_keep: Prepared | None

    def living(self, keys: set[str]) -> set[str]:
        """Those of the keys whose records a source states."""

    def pairs(self, frontier: set[str], inside: set[str]) -> pl.DataFrame:
        """Every candidate pair with a record of the frontier: KEYED. inside: the frontier and those before."""

    def prepared(self, keys: set[str]) -> Prepared:
        """Living records, prepared."""


class Remembered:
    """In memory: all records as an earlier run has prepared them, those that have changed since prepared anew."""

    def __init__(self, connection: Connection, earlier: Prepared, changed: set[str]) -> None:
        self._prepared = _renewed(earlier, prepare(load_records(connection, keys=changed)), changed)
        is_worn = len(changed) * _WORN_FROM > earlier.places.height
        self.to_keep: Prepared | None = self._prepared if is_worn else None

    def living(self, keys: set[str]) -> set[str]:
        return set(self._prepared.places.filter(_is_of(keys))["key"])

    def pairs(self, frontier: set[str], inside: set[str]) -> pl.DataFrame:
        return _keyed(self._prepared, self._prepared.places.filter(_is_of(frontier))["row"])

    def prepared(self, keys: set[str]) -> Prepared:
        return self._prepared.part(self._prepared.places.filter(_is_of(keys))["row"])


def _renewed(earlier: Prepared, fresh: Prepared, changed: set[str]) -> Prepared:
    """All records in the order of their keys: the fresh ones, and of the earlier ones those that have not changed."""
    beyond = pl.col("row") + earlier.places.height
    places = pl.concat([earlier.places.filter(~_is_of(changed)), fresh.places.with_columns(beyond)])
    names, identifiers, tokens = (
        pl.concat([old, new.with_columns(beyond)])
        for old, new in (
            (earlier.names, fresh.names),
            (earlier.identifiers, fresh.identifiers),
            (earlier.tokens, fresh.tokens),
        )
    )
    return Prepared(places.sort("key"), names, identifiers, tokens).numbered()


def _is_of(keys: set[str]) -> pl.Expr:
    return pl.col("key").is_in(pl.Series(sorted(keys), dtype=pl.String).implode())


def _keyed(prepared: Prepared, rows: pl.Series) -> pl.DataFrame:
    """The candidate pairs of some rows with their chances, as a frame of KEYED."""
    keys = prepared.places["key"]
    scored = score(prepared, candidate_pairs(prepared, touching=rows))
    return scored.select(
        left_key=keys.gather(scored["left"]), right_key=keys.gather(scored["right"]), chance=pl.col("chance")
    )


class Stored:
    """In the database: what is around is read cell by cell, and prepared for each answer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._records = load_records(connection, keys=[])
        self._cells: set[int] = set()
        self.to_keep: Prepared | None = None

    def living(self, keys: set[str]) -> set[str]:
        self._add_keys(keys)
        return keys & set(self._records["key"])

    def pairs(self, frontier: set[str], inside: set[str]) -> pl.DataFrame:
        centre = prepare(self._take(frontier)).places
        self._add_cells(_cells_around(centre))
        shared, common = self._sharing_identifiers(inside, frontier)
        self._add_keys(shared)
        prepared = prepare(self._take(frontier | shared | _near(self._records, centre)))
        telling = prepared.identifiers.filter(~pl.col("identifier").is_in(common))
        rows = prepared.places.filter(_is_of(frontier))["row"]
        return _keyed(replace(prepared, identifiers=telling), rows)

    def prepared(self, keys: set[str]) -> Prepared:
        return prepare(self._take(keys))

    def _add_keys(self, keys: set[str]) -> None:
        missing = keys - set(self._records["key"])
        if missing:
            self._add(load_records(self._connection, keys=missing))

    def _add_cells(self, cells: set[int]) -> None:
        missing = cells - self._cells
        if missing:
            self._cells |= missing
            self._add(load_records(self._connection, cells=missing))

    def _add(self, found: pl.DataFrame) -> None:
        self._records = pl.concat([self._records, found]).unique("key", keep="first", maintain_order=True)

    def _take(self, keys: set[str]) -> pl.DataFrame:
        return self._records.filter(_is_of(keys))

    def _sharing_identifiers(self, inside: set[str], frontier: set[str]) -> tuple[set[str], list[str]]:
        """Keys of the records that share an identifier with the frontier, and identifiers that too many share to tell.

        What the table says of the records inside may be older than they are.
        """
        own = identifiers_of(self._take(inside))
        asked = own.filter(_is_of(frontier))["identifier"].unique().sort()
        table = tables.record_identifier.c
        stored: list[tuple[str, str]] = []
        for part in chunks(asked):
            found = select(table.record_key, table.identifier).where(table.identifier.in_(part))
            stored += [(key, name) for key, name in self._connection.execute(found) if key not in inside]
        schema = {"key": pl.String, "identifier": pl.String}
        sharing = pl.concat(
            [own.filter(pl.col("identifier").is_in(asked.implode())), pl.DataFrame(stored, schema, orient="row")]
        )
        is_common = pl.len().over("identifier") > IDENTIFIER_BLOCK
        return set(sharing.filter(~is_common)["key"]), sharing.filter(is_common)["identifier"].unique().to_list()


def _cells_around(centre: pl.DataFrame) -> set[int]:
    cells: set[int] = set()
    for lat, lon, reach in centre.drop_nulls(["lat", "lon"]).select("lat", "lon", "reach").iter_rows():
        cells.update(h3.grid_disk(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION), RINGS[reach]))
    return cells


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
