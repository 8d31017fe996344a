"""Which pairs of records are worth comparing: close by and alike in name, or sharing an identifier.

Every rule gives pairs by a join of two frames on a cell or value, never by a loop over pairs; cells are only an index,
the limits in metres decide. Blocks larger than their cap are left out: what everybody shares tells nothing.
"""

from __future__ import annotations

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


def candidate_pairs(prepared: Prepared, touching: pl.Series | None = None) -> pl.DataFrame:
    """Pairs to compare, each once, as a frame of PAIR_SCHEMA ordered by left and right.

    touching: rows of which at least one must be in each pair (None: all pairs). Records of one source are paired
    only when they share a name as it sounds, a private rental and another place likewise.
    """
    places = prepared.places.select("row", "source", "link_id", "family", "category", "reach", "private", *_POINT)
    tokens = _tokens(prepared)
    full_names = tokens.filter(pl.col("token").str.starts_with("="))
    parts = tokens.join(places.filter(~pl.col("private")).select("row"), on="row", how="semi")
    found = [
        _same_identifier(prepared),
        _near(places),
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
    """row, token: words as they sound, the first and last consonants of a name, and `=` with the whole of it."""
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
    )


def _same_identifier(prepared: Prepared) -> pl.DataFrame:
    shared = prepared.identifiers.filter(
        (pl.len().over("identifier") > 1) & (pl.len().over("identifier") <= IDENTIFIER_BLOCK)
    )
    return _ordered(shared.join(shared, on="identifier", suffix="_right"))


def _near(places: pl.DataFrame) -> pl.DataFrame:
    """Pairs of points within NEAR_M whose categories do not exclude each other, whatever they are called."""
    here = places.filter(~pl.col("private")).select("row", "near").drop_nulls()
    around = _rings(here, "near").filter(pl.len().over("near") <= NEAR_BLOCK)
    pairs = with_distance(_ordered(here.join(around, on="near", suffix="_right")), places)
    return pairs.filter((pl.col("distance_m") <= NEAR_M) & _may_agree(pairs, places)).select("left", "right")


def _same_token(places: pl.DataFrame, tokens: pl.DataFrame, level: str, limit_m: float, *, reach: int) -> pl.DataFrame:
    """Pairs of places of at least this reach within `limit_m` that share a token."""
    far = places.filter((pl.col("reach") >= reach) & pl.col(level).is_not_null())
    here = tokens.join(far.select("row", level), on="row")
    size = pl.len().over(level, "token")
    around = _rings(here, level).filter((size <= TOKEN_BLOCK) & (size > 1))
    pairs = _ordered(here.join(around, on=[level, "token"], suffix="_right")).unique()
    return with_distance(pairs, places).filter(pl.col("distance_m") <= limit_m).select("left", "right")


def _rings(frame: pl.DataFrame, level: str) -> pl.DataFrame:
    """Each row seven times: under its own cell and the six around it."""
    cells = frame[level].unique()
    disks = pl.DataFrame({level: cells, "around": [h3.grid_disk(cell, 1) for cell in cells]}).with_columns(
        pl.col("around").cast(pl.List(pl.UInt64))
    )
    return frame.join(disks, on=level).drop(level).explode("around").rename({"around": level})


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
