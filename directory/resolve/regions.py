"""Comparing region by region: the records cut into parts that lie together, each with all that its pairs can depend on.

A part is a small set of frames, and comparing it a pure function of them: in this process, in several, or on several
machines. All parts together give the pairs that the whole would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from directory.resolve.blocking import IDENTIFIER_BLOCK, candidate_pairs, disks_of
from directory.resolve.matcher import score
from directory.resolve.prepare import Prepared

RECORDS_PER_REGION: Final = 15_000
SCORED_SCHEMA: Final = {"left": pl.UInt32, "right": pl.UInt32, "chance": pl.Float64}
_REACH_OF: Final = {"near": 0, "local": 0, "wide": 1, "vast": 2}
"""Level of cells -> least reach of the places that look for candidates in them."""


@dataclass(frozen=True)
class Region:
    """prepared: the records of a part and those around them, numbered anew; rows: their numbers in the whole.

    owned: those of the part, by their new numbers.
    """

    prepared: Prepared
    rows: pl.Series
    owned: pl.Series


def score_region(region: Region) -> pl.DataFrame:
    """A frame of SCORED_SCHEMA: the candidate pairs whose left record the part owns, by their rows in the whole."""
    pairs = score(region.prepared, candidate_pairs(region.prepared, owned=region.owned))
    numbers = {name: region.rows.gather(pairs[name]).alias(name) for name in ("left", "right")}
    return pairs.with_columns(**numbers).cast(SCORED_SCHEMA)  # type: ignore[arg-type]


def regions(prepared: Prepared, *, most: int = RECORDS_PER_REGION) -> Iterator[Region]:
    """The parts of the whole, at most `most` owned records each, neighbours together."""
    places = prepared.places
    is_telling = pl.len().over("identifier").is_between(2, IDENTIFIER_BLOCK)
    telling = replace(prepared, identifiers=prepared.identifiers.filter(is_telling))
    order = places.sort("local", "row")["row"]
    for start in range(0, len(order), most):
        yield _region(telling, order.slice(start, most))


def _region(prepared: Prepared, owned: pl.Series) -> Region:
    places, shared = prepared.places, prepared.identifiers
    own = places[owned]
    around = [owned, *(_around(places, own, level) for level in _REACH_OF)]
    linked = shared.filter(pl.col("row").is_in(owned.implode())).select("identifier").unique()
    holders = shared.join(linked, on="identifier", how="semi")["row"]
    rows = pl.concat([*around, holders]).unique().sort()
    part = prepared.part(rows)
    identifiers = part.identifiers.join(linked, on="identifier", how="semi", maintain_order="left")
    return Region(replace(part, identifiers=identifiers), rows, rows.search_sorted(owned).sort())


def _around(places: pl.DataFrame, own: pl.DataFrame, level: str) -> pl.Series:
    """Rows of the places that may be in a block around a cell of the region's own."""
    reach = pl.col("reach") >= _REACH_OF[level]
    cells = own.filter(reach)[level].drop_nulls().unique()
    near = disks_of(cells).select(pl.col("around").alias(level)).unique()
    return places.filter(reach).join(near, on=level, how="semi")["row"]
