"""Which pairs of records are worth comparing: close by and alike in name, or sharing an identifier.

Every rule gives pairs by a join of two frames on a cell or value, never by a loop over pairs; cells are only an index,
the limits in metres decide. Blocks larger than their cap are left out: what everybody shares tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import polars_h3

from directory.resolve.kinds import NEVER, agreement
from directory.resolve.prepare import LOCAL_M, NEAR_M, VAST_M, WIDE_M, Prepared
from tic.core.geo import EARTH_RADIUS_KM

Degrees = npt.NDArray[np.float64]
TOKEN_BLOCK: Final = 250
"""Records with one token around one cell."""
NEAR_BLOCK: Final = 400
"""Records around one of the smallest cells."""
IDENTIFIER_BLOCK: Final = 12
"""Records with one phone number, site or other identifier: more of them is a chain's head office."""
PAIR_SCHEMA: Final = {"left": pl.UInt32, "right": pl.UInt32, "distance_m": pl.Float32}
"""left < right: rows of `Prepared.places`; distance_m: null where one has no point."""


def candidate_pairs(
    prepared: Prepared, touching: pl.Series | None = None, owned: pl.Series | None = None
) -> pl.DataFrame:
    """Pairs to compare, each once, as a frame of PAIR_SCHEMA ordered by left and right.

    touching: rows of which at least one must be in each pair (None: all pairs); the pairs looked at grow with them, not
    with the records, of which each is only asked whether it is near. owned: rows of which the left one must be one
    (None: any). Records of one source are paired only when they share a name as it sounds, a private rental and another
    place likewise. Not both `touching` and `owned`.
    """
    places = prepared.places.select("row", "source", "link_id", "family", "category", "reach", "private", *_POINT)
    tokens, identifiers = prepared.tokens, prepared.identifiers
    if touching is not None:
        tokens = tokens.join(_of_rows(tokens, touching, "token"), on="token", how="semi")
        identifiers = identifiers.join(_of_rows(identifiers, touching, "identifier"), on="identifier", how="semi")
    chosen = touching if owned is None else owned
    marks = places.select("row", chosen=True if chosen is None else pl.col("row").is_in(chosen.implode()))
    tokens = tokens.join(marks, on="row")
    full_names = tokens.filter("full")
    parts = tokens.join(places.filter(~pl.col("private")).select("row"), on="row", how="semi")
    around = _around if touching is None else _around_touched
    found = [
        _same_identifier(identifiers.join(marks, on="row"), either=touching is not None),
        _near(places.join(marks, on="row"), around),
        _same_token(places, full_names, "local", LOCAL_M, 0, around),
        _same_token(places, parts, "local", LOCAL_M, 0, around),
        _same_token(places, parts, "wide", WIDE_M, 1, around),
        _same_token(places, parts, "vast", VAST_M, 2, around),
    ]
    return _allowed(pl.concat(found).unique(), places, full_names)


def _of_rows(frame: pl.DataFrame, rows: pl.Series, column: str) -> pl.DataFrame:
    return frame.filter(pl.col("row").is_in(rows.implode())).select(column).unique()


_POINT: Final = ("lat", "lon", "near", "local", "wide", "vast")
_ALL: Final = pl.lit(0, dtype=pl.UInt64)
"""The token of what is looked for whatever it is called."""
_Finder = Callable[[pl.DataFrame, str, int, int], pl.DataFrame]


def _same_identifier(identifiers: pl.DataFrame, *, either: bool) -> pl.DataFrame:
    """Pairs with an identifier in common, of which the left row is `chosen`, or either."""
    is_telling = pl.len().over("identifier").is_between(2, IDENTIFIER_BLOCK)
    shared = identifiers.filter(is_telling)
    pairs = shared.join(shared, on="identifier", suffix="_right")
    return _ordered(pairs.filter(pl.col("chosen") | (pl.col("chosen_right") & either)))


def _near(places: pl.DataFrame, around: _Finder) -> pl.DataFrame:
    """Pairs of points within NEAR_M whose categories do not exclude each other, whatever they are called."""
    here = places.filter(~pl.col("private")).select("row", "near", "chosen").drop_nulls().with_columns(token=_ALL)
    pairs = with_distance(around(here, "near", 1, NEAR_BLOCK), places)
    return pairs.filter((pl.col("distance_m") <= NEAR_M) & _may_agree(pairs, places)).select("left", "right")


def _same_token(
    places: pl.DataFrame, tokens: pl.DataFrame, level: str, limit_m: float, reach: int, around: _Finder
) -> pl.DataFrame:
    """Pairs of places of at least this reach within `limit_m` that share a token."""
    far = places.filter((pl.col("reach") >= reach) & pl.col(level).is_not_null())
    here = tokens.select("row", "token", "chosen").join(far.select("row", level), on="row")
    pairs = around(here, level, 2, TOKEN_BLOCK).unique()
    return with_distance(pairs, places).filter(pl.col("distance_m") <= limit_m).select("left", "right")


def _around(here: pl.DataFrame, level: str, least: int, most: int) -> pl.DataFrame:
    """Pairs of rows with one token in one cell or in neighbouring ones; the left of each is `chosen`.

    here: row, token, chosen and the cell `level`. Blocks, what shares a token around a cell, of other sizes than from
    `least` to `most` are left out.
    """
    disks = disks_of(here[level].unique())
    blocks = _blocks(here, level, disks, least, most)
    left = here.filter("chosen").select("row", "token", level).join(blocks, on=[level, "token"])
    right = here.select("row", "token", pl.col(level).alias("around"))
    return _ordered(left.join(disks, on=level).join(right, on=["around", "token"], suffix="_right"))


def _around_touched(here: pl.DataFrame, level: str, least: int, most: int) -> pl.DataFrame:
    """Those of the pairs of `_around` of which either row is `chosen`, from these outwards."""
    chosen = here.filter("chosen").select("row", "token", level)
    # The block of a pair is that around its left row: of a row that is chosen, or of one in the next cell.
    own_disks = disks_of(chosen[level].unique())
    disks = disks_of(own_disks["around"].unique().alias(level))
    here = here.join(disks.select(pl.col("around").alias(level)), on=level, how="semi")
    blocks = _blocks(here, level, disks, least, most)
    right = here.select("row", "token", pl.col(level).alias("around"))
    reached = chosen.join(own_disks, on=level)
    own_block = reached.join(blocks, on=[level, "token"])
    its_block = reached.join(blocks.rename({level: "around"}), on=["around", "token"])
    after = own_block.join(right, on=["around", "token"], suffix="_right")
    before = its_block.join(right, on=["around", "token"], suffix="_right")
    swapped = before.select(row="row_right", row_right="row")
    return pl.concat([_ordered(after), _ordered(swapped)]).unique()


def _blocks(here: pl.DataFrame, level: str, disks: pl.DataFrame, least: int, most: int) -> pl.DataFrame:
    """The cells and tokens around which so many rows share the token; disks: of the cells that are asked about."""
    counts = here.group_by(pl.col(level).alias("around"), "token").agg(pl.len())
    sizes = disks.join(counts, on="around").group_by(level, "token").agg(pl.col("len").sum())
    return sizes.filter(pl.col("len").is_between(least, most)).select(level, "token")


def disks_of(cells: pl.Series) -> pl.DataFrame:
    """Each cell with itself and the six around it, nulls left out: the column of its own name, around."""
    return (
        cells.drop_nulls()
        .to_frame()
        .with_columns(around=polars_h3.grid_disk(cells.name, 1))
        .explode("around", empty_as_null=False)
    )


def _ordered(joined: pl.DataFrame) -> pl.DataFrame:
    return joined.filter(pl.col("row") < pl.col("row_right")).select(left="row", right="row_right")


def with_distance(pairs: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Pairs (left, right: rows of `Prepared.places`) with the metres between their points; null where one has none."""
    lat, lon = places["lat"].to_numpy(), places["lon"].to_numpy()
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    metres = distances_m(lat[left], lon[left], lat[right], lon[right])
    return pairs.with_columns(pl.Series("distance_m", metres, dtype=pl.Float32).fill_nan(None))


def distances_m(lat: Degrees, lon: Degrees, other_lat: Degrees, other_lon: Degrees) -> Degrees:
    """Great-circle distances in metres between points in degrees (haversine); NaN where one is NaN."""
    lat, lon, other_lat, other_lon = (np.radians(values) for values in (lat, lon, other_lat, other_lon))
    half = np.sin((other_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(other_lat) * np.sin((other_lon - lon) / 2) ** 2
    metres: Degrees = 2 * EARTH_RADIUS_KM * 1000 * np.arcsin(np.sqrt(half))
    return metres


def _may_agree(pairs: pl.DataFrame, places: pl.DataFrame) -> pl.Series:
    category = places["category"].to_numpy()
    levels = agreement()[category[pairs["left"].to_numpy()], category[pairs["right"].to_numpy()]]
    return pl.Series(~(levels <= NEVER))


def _allowed(pairs: pl.DataFrame, places: pl.DataFrame, full_names: pl.DataFrame) -> pl.DataFrame:
    """Without the pairs that would need equal names and have none, and without two offers of one private source."""
    known = places.select("row", "source", "link_id", "family", "private")
    joined = pairs.join(known, left_on="left", right_on="row").join(
        known, left_on="right", right_on="row", suffix="_right"
    )
    same_source = pl.col("source") == pl.col("source_right")
    same_feed = (pl.col("family") == pl.col("family_right")) & (pl.col("link_id") != pl.col("link_id_right"))
    is_strict = same_source | same_feed.fill_null(value=False) | pl.col("private") | pl.col("private_right")
    strict = joined.filter(is_strict)
    two_offers = same_source & pl.col("private") & pl.col("private_right")
    alike = (
        strict.filter(~two_offers)
        .select("left", "right")
        .join(full_names.rename({"row": "left"}), on="left")
        .join(full_names.rename({"row": "right"}), on=["right", "token"])
        .select("left", "right")
        .unique()
    )
    kept = pl.concat([joined.filter(~is_strict).select("left", "right"), alike])
    return with_distance(kept, places).sort("left", "right").cast(PAIR_SCHEMA)  # type: ignore[arg-type]
