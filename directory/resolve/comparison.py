"""Features of a pair of records: how alike two places are in name, place, kind and contact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from directory.resolve.kinds import agreement
from directory.resolve.prepare import Prepared
from directory.resolve.rarity import word_weights

Floats = npt.NDArray[np.float32]

FEATURES: Final = (
    "name_text",
    "name_start",
    "name_key",
    "name_sound",
    "name_consonants",
    "name_words",
    "name_part",
    "name_head",
    "name_whole",
    "name_rare",
    "name_main",
    "name_length",
    "name_scripts",
    "kinds",
    "numbers",
    "branch",
    "distance",
    "distance_by_extent",
    "category",
    "phone",
    "site",
    "host",
    "postcode",
    "house",
    "address",
)
"""Columns of the matrix of `features`, in order; NaN where a record says nothing about it.

name_text, name_start: likeness (0 to 1) of the names as written, where both are in one script. name_key: of how they
sound; name_sound, name_consonants: of how they sound without the words for a kind of place; name_words: of their words
in any order; name_part: of the shorter name with the best part of the longer; each for the best of all pairs of names.
name_head: of the first parts of the names; name_whole: of the first part of one with the whole of the other, the lesser
of both ways.
name_rare: words that both share by all their words, by weight (`rarity`), for the pair of names that sounds most
alike; name_length: letters of the shorter of that pair. name_main: how alike the Thai or English names sound, aliases
left out. name_scripts: 1 when a pair of names is in one script. kinds: kinds of place that both say, by all they say;
numbers, branch: 1 when both say the same, 0 when different ones; 0.3 when only one says any. distance: log(1 + metres);
distance_by_extent: log(1 + metres / what such places extend); category: `kinds.agreement`. phone, site, host,
postcode, house: 1 when equal, 0 when not. address: likeness of the addresses in one script.
"""

TOLD_BY_ONE: Final = 0.3
_PAIRS_AT_ONCE: Final = 500_000


def features(prepared: Prepared, pairs: pl.DataFrame) -> Floats:
    """The matrix (pairs x FEATURES) of pairs given as a frame of `blocking.PAIR_SCHEMA`."""
    parts = [_features(prepared, part) for part in pairs.iter_slices(_PAIRS_AT_ONCE)]
    return np.concatenate(parts) if parts else np.empty((0, len(FEATURES)), dtype=np.float32)


def _features(prepared: Prepared, pairs: pl.DataFrame) -> Floats:
    names = _name_features(prepared.names, pairs)
    left = prepared.places[pairs["left"].to_list()]
    right = prepared.places[pairs["right"].to_list()]
    columns = {**names, **_place_features(left, right, pairs["distance_m"])}
    return np.column_stack([columns[name] for name in FEATURES]).astype(np.float32)


def _name_features(names: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, Any]:
    numbered = pairs.select("left", "right").with_row_index("pair")
    rows = pl.concat([pairs["left"], pairs["right"]]).unique()
    named = names.join(rows.alias("row").to_frame(), on="row", how="semi").with_row_index("name")
    both = numbered.join(named, left_on="left", right_on="row").join(
        named, left_on="right", right_on="row", suffix="_right"
    )
    likeness = both.select(
        "pair",
        "name",
        "name_right",
        main=pl.col("main") & pl.col("main_right"),
        same_script=pl.col("thai") == pl.col("thai_right"),
        text=_likeness(both, "text", fuzz.ratio),
        joined=_likeness(both, "joined", fuzz.ratio),
        key=_likeness(both, "key", fuzz.ratio),
        start=_likeness(both, "text", JaroWinkler.normalized_similarity, scale=1.0),
        sound=_likeness(both, "sound", fuzz.ratio),
        consonants=_likeness(both, "consonants", fuzz.ratio),
        words=_likeness(both, "core", fuzz.token_set_ratio),
        part=_likeness(both, "sound", fuzz.partial_ratio),
        head=_likeness(both, "head", fuzz.ratio),
        whole=pl.min_horizontal(_crossed(both, "head", "sound"), _crossed(both, "sound", "head")),
        length=pl.min_horizontal(pl.col("sound").str.len_chars(), pl.col("sound_right").str.len_chars()),
    )
    in_one_script = pl.col("same_script")
    best = likeness.group_by("pair").agg(
        name_text=pl.max_horizontal("text", "joined").filter(in_one_script).max(),
        name_key=pl.col("key").max(),
        name_start=pl.col("start").filter(in_one_script).max(),
        name_sound=pl.col("sound").max(),
        name_consonants=pl.col("consonants").max(),
        name_words=pl.col("words").max(),
        name_part=pl.col("part").max(),
        name_head=pl.col("head").max(),
        name_whole=pl.col("whole").max(),
        name_main=pl.max_horizontal("key", "sound").filter("main").max(),
        name_length=pl.col("length").get(pl.col("sound").arg_max()).cast(pl.Float32),
        name=pl.col("name").get(pl.col("sound").arg_max()),
        name_right=pl.col("name_right").get(pl.col("sound").arg_max()),
        name_scripts=in_one_script.any().cast(pl.Float32),
    )
    best = best.join(_shared_rarity(named, best), on="pair", how="left").drop("name", "name_right")
    told = _told(names)
    left = numbered.join(told, left_on="left", right_on="row", how="left", maintain_order="left")
    right = numbered.join(told, left_on="right", right_on="row", how="left", maintain_order="left")
    columns = numbered.select("pair").join(best, on="pair", how="left", maintain_order="left").drop("pair")
    return {
        **{name: column.to_numpy() for name, column in columns.to_dict().items()},
        "kinds": _same_kinds(left["kinds"], right["kinds"]),
        "numbers": _told_alike(left["numbers"], right["numbers"]),
        "branch": _told_alike(left["branch"], right["branch"]),
    }


def _shared_rarity(named: pl.DataFrame, best: pl.DataFrame) -> pl.DataFrame:
    """pair, name_rare: weight of the words that both names have by that of all words of both."""
    words = word_weights(named)
    totals = words.group_by("name").agg(pl.col("weight").sum())
    pairs = best.select("pair", "name", "name_right")
    shared = (
        pairs.join(words, on="name")
        .join(words.rename({"name": "name_right"}).drop("weight"), on=["name_right", "word"])
        .group_by("pair")
        .agg(pl.col("weight").sum().alias("shared"))
    )
    return (
        pairs.join(totals, on="name")
        .join(totals.rename({"name": "name_right", "weight": "weight_right"}), on="name_right")
        .join(shared, on="pair", how="left")
        .with_columns(pl.col("shared").fill_null(0.0))
        .select("pair", name_rare=pl.col("shared") / (pl.col("weight") + pl.col("weight_right") - pl.col("shared")))
    )


def _crossed(both: pl.DataFrame, left: str, right: str) -> pl.Series:
    one, other = both[left].to_list(), both[f"{right}_right"].to_list()
    return pl.Series(left, cpdist(one, other, scorer=fuzz.ratio, dtype=np.float32, workers=-1) / np.float32(100))


def _likeness(both: pl.DataFrame, column: str, scorer: Callable[..., float], *, scale: float = 100.0) -> pl.Series:
    left, right = both[column].to_list(), both[f"{column}_right"].to_list()
    return pl.Series(column, cpdist(left, right, scorer=scorer, dtype=np.float32, workers=-1) / np.float32(scale))


def _told(names: pl.DataFrame) -> pl.DataFrame:
    """Per record, what its names tell: row, kinds (of its main names, where it has any), numbers, branch."""
    telling = pl.col("main") | ~pl.col("main").any()
    return names.group_by("row").agg(
        pl.col("kinds").filter(telling).bitwise_or(),
        pl.col("numbers").drop_nulls().sort().first(),
        pl.col("branch").drop_nulls().sort().first(),
    )


def _same_kinds(left: pl.Series, right: pl.Series) -> Floats:
    one, other = left.fill_null(0).to_numpy(), right.fill_null(0).to_numpy()
    both, any_of_both = np.bitwise_count(one & other), np.bitwise_count(one | other)
    told_by_one = (one == 0) != (other == 0)
    alike = np.where(told_by_one, TOLD_BY_ONE, both / np.maximum(any_of_both, 1))
    return np.where(any_of_both == 0, np.nan, alike).astype(np.float32)


def _told_alike(left: pl.Series, right: pl.Series) -> Floats:
    """1 equal, 0 different, TOLD_BY_ONE told by one only, NaN by none."""
    frame = pl.DataFrame({"one": left, "other": right})
    told = pl.sum_horizontal(pl.all().is_not_null())
    alike = (
        pl.when(told == 2)
        .then((pl.col("one") == pl.col("other")).cast(pl.Float32))
        .when(told == 1)
        .then(pl.lit(TOLD_BY_ONE, dtype=pl.Float32))
    )
    return frame.select(alike.alias("alike"))["alike"].to_numpy()


def _place_features(left: pl.DataFrame, right: pl.DataFrame, distance_m: pl.Series) -> dict[str, Any]:
    metres = distance_m.to_numpy()
    extent = np.fmax(left["extent_m"].to_numpy(), right["extent_m"].to_numpy())
    return {
        "distance": np.log1p(metres),
        "distance_by_extent": np.log1p(metres / extent),
        "category": agreement()[left["category"].to_numpy(), right["category"].to_numpy()],
        **{name: _equal(left[name], right[name]) for name in ("phone", "site", "host", "postcode", "house")},
        "address": np.fmax(
            _address_likeness(left["address_th"], right["address_th"]),
            _address_likeness(left["address_en"], right["address_en"]),
        ),
    }


def _equal(left: pl.Series, right: pl.Series) -> Floats:
    return (left == right).cast(pl.Float32).to_numpy()


def _address_likeness(left: pl.Series, right: pl.Series) -> Floats:
    known = (left.is_not_null() & right.is_not_null()).to_numpy()
    result = np.full(len(left), np.nan, dtype=np.float32)
    one, other = left.filter(pl.Series(known)).to_list(), right.filter(pl.Series(known)).to_list()
    if one:
        result[known] = cpdist(one, other, scorer=fuzz.token_sort_ratio, dtype=np.float32) / 100
    return result
