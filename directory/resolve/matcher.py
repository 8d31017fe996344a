"""How likely two records are one place: the learned model, and the rules that no model may break."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from directory.resolve.comparison import FEATURES, TOLD_BY_ONE, Floats, features
from directory.resolve.kinds import DOUBTFUL, NEVER, RELATED, SAME
from directory.resolve.model import Model, default_model
from directory.resolve.prepare import VAST_M, Prepared

Flags = npt.NDArray[np.bool_]

ONE_SOURCE_M: Final = 40.0
ONE_CHAIN_M: Final = 25.0
"""Metres within which two records of one source with the same name are taken for one place stated twice; less for
shops and restaurants, of which a chain may have one on either side of a street."""
PRIVATE_M: Final = 300.0
"""Metres by which a publisher moves the points of private homes, and twice that."""
NEAR_CERTAIN: Final = 0.98
_SHARED_ID: Final = 0.999
_SHARED_ITEM: Final = 0.97
_SHARED_LICENCE: Final = 0.95
_SAME_SIGHT: Final = 0.97
_LIKE_SIGHT: Final = 0.9
_SIGHT_M: Final = 1000.0
_SIGHT_EXTENTS: Final = 2.0
"""Sights of one kind and name within a kilometre, or twice what such sights extend: there are no chains of them."""
_LICENCE_M: Final = 1000.0
_UNLIKELY: Final = 0.3
_SECOND_CHOICE: Final = 0.85
_MAIN_NAMES_ALIKE: Final = 0.75
"""An alias is often the name of what stands beside or inside, a park that of its waterfall: where there is also a place
whose name and kind agree, that one comes first."""
_EQUAL: Final = 0.999


def score(prepared: Prepared, pairs: pl.DataFrame, model: Model | None = None) -> pl.DataFrame:
    """The chance (0 to 1, four digits) that the two records of each pair are one place: left, right, chance.

    pairs: a frame of `blocking.PAIR_SCHEMA`.
    """
    matrix = features(prepared, pairs)
    learned = (model or default_model()).probabilities(matrix)
    chances = _ruled(matrix, learned, pairs["distance_m"].to_numpy(), _told(prepared, pairs))
    return pairs.select("left", "right", chance=pl.Series(np.round(chances.astype(np.float64), 4), dtype=pl.Float64))


def _told(prepared: Prepared, pairs: pl.DataFrame) -> pl.DataFrame:
    """What the records of each pair say of each other beside what the model sees."""
    columns = ("source", "family", "link_id", "private", "wikidata", "licence_no", "sight", "chain", "extent_m")
    left = prepared.places.select(columns)[pairs["left"].to_list()]
    right = prepared.places.select(pl.col(columns).name.suffix("_right"))[pairs["right"].to_list()]

    def same(name: str) -> pl.Expr:
        return (pl.col(name) == pl.col(f"{name}_right")).fill_null(value=False)

    both_named = pl.col("link_id").is_not_null() & pl.col("link_id_right").is_not_null()
    return pl.concat([left, right], how="horizontal").select(
        strict=same("source") | (same("family") & both_named & ~same("link_id")),
        linked=same("link_id"),
        sights=pl.col("sight") & pl.col("sight_right"),
        chains=pl.col("chain") & pl.col("chain_right"),
        extent_m=pl.max_horizontal("extent_m", "extent_m_right"),
        private=pl.col("private") | pl.col("private_right"),
        one_item=same("wikidata"),
        two_items=(pl.col("wikidata") != pl.col("wikidata_right")).fill_null(value=False),
        one_licence=same("licence_no"),
    )


def _ruled(matrix: Floats, learned: Floats, metres: Floats, told: pl.DataFrame) -> Floats:
    """What the model has learned, bounded by what is known of categories, identifiers, sources and private homes."""
    column = {name: matrix[:, number] for number, name in enumerate(FEATURES)}
    flag = {name: told[name].to_numpy() for name in told.columns}
    equal_names, excluded = column["name_text"] >= _EQUAL, column["category"] <= NEVER
    chances = _by_name_and_kind(column, flag, learned, metres, equal_names)
    chances = np.where(flag["one_licence"] & (metres <= _LICENCE_M), np.fmax(chances, _SHARED_LICENCE), chances)
    chances = np.where(flag["one_item"] & (metres <= VAST_M), np.fmax(chances, _SHARED_ITEM), chances)
    certain = equal_names & (metres <= PRIVATE_M) & (chances >= NEAR_CERTAIN) & ~excluded
    chances = np.where(flag["private"] & ~certain, 0.0, chances)
    apart_m = np.where(flag["chains"], ONE_CHAIN_M, ONE_SOURCE_M)
    twice = equal_names & (metres <= apart_m) & ~excluded & ~flag["private"]
    chances = np.where(flag["strict"], np.where(twice, np.fmax(chances, NEAR_CERTAIN), 0.0), chances)
    return np.where(flag["linked"] & ~(metres > VAST_M), _SHARED_ID, chances)


def _by_name_and_kind(
    column: dict[str, Floats], flag: dict[str, Flags], chances: Floats, metres: Floats, equal_names: Flags
) -> Floats:
    category, kinds = column["category"], column["kinds"]
    sights = equal_names & flag["sights"] & (metres <= np.fmax(_SIGHT_M, _SIGHT_EXTENTS * flag["extent_m"]))
    chances = np.where(sights & (category >= RELATED), np.fmax(chances, _LIKE_SIGHT), chances)
    chances = np.where(sights & (category >= SAME), np.fmax(chances, _SAME_SIGHT), chances)
    other_kinds = (kinds < 1) & ~np.isclose(kinds, TOLD_BY_ONE)
    for speaks_against in (
        (category <= NEVER) & ~equal_names,
        (category <= DOUBTFUL) & other_kinds,
        column["branch"] == 0,
        flag["two_items"],
    ):
        chances = np.where(speaks_against, chances * _UNLIKELY, chances)
    for is_second_choice in (column["name_main"] < _MAIN_NAMES_ALIKE, (category < SAME) & other_kinds):
        chances = np.where(is_second_choice, np.fmin(chances, _SECOND_CHOICE), chances)
    return chances
