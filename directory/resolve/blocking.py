"""Which pairs of records are worth comparing: close by and alike in name, or sharing an identifier.

Every rule gives pairs by a join of two frames on a cell or value, never by a loop over pairs; cells are only an index,
the limits in metres decide. Blocks larger than their cap are left out: what everybody shares tells nothing.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

import h3.api.basic_int as h3
import numpy as np
import numpy.typing as npt
import polars as pl

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
SHORTEST_TOKEN: Final = 2
_STEM: Final = 3
"""Consonants at the beginning and the end of a name that make a token: words are cut differently in each script."""
PAIR_SCHEMA: Final = {"left": pl.UInt32, "right": pl.UInt32, "distance_m": pl.Float32}
"""left < right: rows of `Prepared.places`; distance_m: null where one has no point."""


def candidate_pairs(
    prepared: Prepared, touching: pl.Series | None = None, owned: pl.Series | None = None
) -> pl.DataFrame:
    """Pairs to compare, each once, as a frame of PAIR_SCHEMA ordered by left and right.

    touching: rows of which at least one must be in each pair (None: all pairs). owned: rows of which the left one must
    be one (None: any). Records of one source are paired only when they share a name as it sounds, a private rental and
    another place likewise.
    """
    places = prepared.places.select("row", "source", "link_id", "family", "category", "reach", "private", *_POINT)
    own = places.select("row", own=True if owned is None else pl.col("row").is_in(owned.implode()))
    tokens = _tokens(prepared).join(own, on="row")
    full_names = tokens.filter("full")
    parts = tokens.join(places.filter(~pl.col("private")).select("row"), on="row", how="semi")
    found = [
        _same_identifier(prepared).join(own.filter("own").select(left="row"), on="left", how="semi"),
        _near(places.join(own, on="row")),
        _same_token(places, full_names, "local", LOCAL_M, reach=0),
        _same_token(places, parts, "local", LOCAL_M, reach=0),
        _same_token(places, parts, "wide", WIDE_M, reach=1),
        _same_token(places, parts, "vast", VAST_M, reach=2),
    ]
    pairs = pl.concat(found).unique()
    if touching is not None:
        asked = touching.implode()
        pairs = pairs.filter(pl.col("left").is_in(asked) | pl.col("right").is_in(asked))
    return _allowed(pairs, places, full_names)


_POINT = ("lat", "lon", "near", "local", "wide", "vast")


def _tokens(prepared: Prepared) -> pl.DataFrame:
    """row, token, full: words as they sound, the first and last consonants of a name, and `=` with the whole of it.

    Tokens are numbers, the same for the same text; full: whether it is the whole name.
    """
    names = prepared.names.select("row", "core", "sound", "consonants")
    consonants = pl.col("consonants")
    long_enough = consonants.str.len_chars() >= _STEM
    return (
        pl.concat(
            [
                names.select("row", token=pl.col("core").str.split(" ")).explode("token"),
                names.filter(long_enough).select("row", token=pl.concat_str(pl.lit("<"), consonants.str.head(_STEM))),
                names.filter(long_enough).select("row", token=pl.concat_str(pl.lit(">"), consonants.str.tail(_STEM))),
                names.select("row", token=pl.concat_str(pl.lit("="), pl.col("sound"))),
            ]
        )
        .filter(pl.col("token").str.len_chars() >= SHORTEST_TOKEN)
        .unique()
        .select("row", pl.col("token").rank("dense"), full=pl.col("token").str.starts_with("="))
    )


def _same_identifier(prepared: Prepared) -> pl.DataFrame:
    shared = prepared.identifiers.filter(
        (pl.len().over("identifier") > 1) & (pl.len().over("identifier") <= IDENTIFIER_BLOCK)
    )
    return _ordered(shared.join(shared, on="identifier", suffix="_right"))


def _near(places: pl.DataFrame) -> pl.DataFrame:
    """Pairs of points within NEAR_M whose categories do not exclude each other, whatever they are called."""
    here = places.filter(~pl.col("private")).select("row", "near", "own").drop_nulls().with_columns(token=0)
    pairs = with_distance(_around(here, "near", least=1, most=NEAR_BLOCK), places)
    return pairs.filter((pl.col("distance_m") <= NEAR_M) & _may_agree(pairs, places)).select("left", "right")


def _same_token(places: pl.DataFrame, tokens: pl.DataFrame, level: str, limit_m: float, *, reach: int) -> pl.DataFrame:
    """Pairs of places of at least this reach within `limit_m` that share a token."""
    far = places.filter((pl.col("reach") >= reach) & pl.col(level).is_not_null())
    here = tokens.select("row", "token", "own").join(far.select("row", level), on="row")
    pairs = _around(here, level, least=2, most=TOKEN_BLOCK).unique()
    return with_distance(pairs, places).filter(pl.col("distance_m") <= limit_m).select("left", "right")


def _around(here: pl.DataFrame, level: str, *, least: int, most: int) -> pl.DataFrame:
    """Pairs of rows with one token in one cell or in neighbouring ones; the left of each is `own`.

    here: row, token, own and the cell `level`. Blocks, what shares a token around a cell, of other sizes are left out.
    """
    disks = _disks(here[level].unique())
    counts = here.group_by(level, "token").agg(pl.len())
    sizes = counts.join(disks, on=level).group_by(pl.col("around").alias(level), "token").agg(pl.col("len").sum())
    blocks = sizes.filter(pl.col("len").is_between(least, most)).select(level, "token")
    left = here.filter("own").select("row", "token", level).join(blocks, on=[level, "token"])
    right = here.select("row", "token", pl.col(level).alias("around"))
    return _ordered(left.join(disks, on=level).join(right, on=["around", "token"], suffix="_right"))


def _disks(cells: pl.Series) -> pl.DataFrame:
    """Each cell with itself and the six around it: the column of its own name, around."""
    disks = [h3.grid_disk(cell, 1) for cell in cells]
    around = np.fromiter(chain.from_iterable(disks), dtype=np.uint64)
    sizes = np.fromiter(map(len, disks), dtype=np.int64, count=len(disks))
    return pl.DataFrame({cells.name: cells.to_numpy().repeat(sizes), "around": around})


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
