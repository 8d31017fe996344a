"""Which pairs of records a person should be asked about: pure functions from chances to questions.

A pair is doubtful when its calibrated chance lies from DOUBTFUL_FROM to below DOUBTFUL_TO, where the matcher alone
would be wrong more than once in ten times. Records that are surely one place (chances from DOUBTFUL_TO on, inside one
cluster, or a person's word) count as one part, and of all doubtful pairs between two parts only the most doubtful is
asked: one answer settles the others. What people have judged between two parts, unsure included, is not asked again.
At most MOST_QUESTIONS are kept, those first that are most doubtful and best known: priority = doubt (1 at an even
chance, 0 at the ends of the band) + prominence (0 to 1) of the better known of the two places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from directory.judgements import MATCHER
from directory.resolve.blocking import with_distance
from directory.resolve.comparison import FEATURES, features
from directory.resolve.prepare import prepare
from directory.resolve.resolver import connected_parts

DOUBTFUL_FROM: Final = 0.1
DOUBTFUL_TO: Final = 0.9
MOST_QUESTIONS: Final = 2000
KEYED: Final = {"left_key": pl.String, "right_key": pl.String, "chance": pl.Float64}
"""Pairs by the keys of their records, the smaller first."""
_DIGITS: Final = 3
_EVEN: Final = 0.5


def in_doubt(chance: str = "chance") -> pl.Expr:
    """Whether a chance lies in the doubtful band."""
    return pl.col(chance).is_between(DOUBTFUL_FROM, DOUBTFUL_TO, closed="left")


def keyed(pairs: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """Pairs (left, right: rows; chance) that are at least doubtful, by the keys of their records."""
    told = pairs.filter(pl.col("chance") >= DOUBTFUL_FROM)
    return told.select(
        left_key=keys.gather(told["left"]), right_key=keys.gather(told["right"]), chance=pl.col("chance")
    )


def questions(
    pairs: pl.DataFrame, clusters: Iterable[list[str]], judgements: pl.DataFrame, outside: Mapping[str, str]
) -> pl.DataFrame:
    """The pairs to ask about with their doubt (0 to 1): KEYED + doubt, one for each two parts, ordered by the keys.

    pairs: KEYED. clusters: of record keys. judgements: JUDGEMENT_SCHEMA. outside: the listing of each record that is
    named but in no cluster, because this run does not look at it; such a listing counts as one part.
    """
    doubtful = pairs.filter(in_doubt())
    if doubtful.is_empty():
        return doubtful.with_columns(doubt=pl.lit(0.0))
    judged = judgements.filter(pl.col("decided_by") != MATCHER)
    named = {*doubtful["left_key"], *doubtful["right_key"], *judged["left_key"], *judged["right_key"]}
    parts = {**_parts(pairs, judged, [keys for keys in clusters if not named.isdisjoint(keys)]), **outside}
    asked = _between(doubtful, parts)
    return (
        asked.join(_between(judged, parts).select("one", "other"), on=["one", "other"], how="anti")
        .filter(pl.col("one") != pl.col("other"))
        .with_columns(doubt=1 - (pl.col("chance") - _EVEN).abs() / (DOUBTFUL_TO - _EVEN))
        .sort("doubt", "left_key", "right_key", descending=[True, False, False])
        .unique(["one", "other"], keep="first", maintain_order=True)
        .select(*KEYED, "doubt")
        .sort("left_key", "right_key")
    )


def _parts(pairs: pl.DataFrame, judged: pl.DataFrame, clusters: list[list[str]]) -> dict[str, str]:
    """Record -> a record that stands for all that are surely one place with it."""
    home = {key: keys[0] for keys in clusters for key in keys}
    names = sorted(home)
    number = {key: position for position, key in enumerate(names)}
    sure = pairs.filter(pl.col("chance") >= DOUBTFUL_TO).select("left_key", "right_key")
    said = judged.filter(pl.col("verdict") == "same").select("left_key", "right_key")
    edges = [
        (number[left], number[right])
        for left, right in pl.concat([sure, said]).iter_rows()
        if left in home and home[left] == home.get(right)
    ]
    graph = pl.DataFrame(edges, schema={"left": pl.UInt32, "right": pl.UInt32}, orient="row")
    first = connected_parts(graph).select("row", pl.col("row").min().over("part").alias("first"))
    return {**dict(zip(names, names, strict=True)), **{names[row]: names[one] for row, one in first.iter_rows()}}


def _between(pairs: pl.DataFrame, parts: Mapping[str, str]) -> pl.DataFrame:
    """The pairs with the two parts that they lie between, in order; those of an unknown record are left out."""
    part = pl.DataFrame(list(parts.items()), schema={"key": pl.String, "part": pl.String}, orient="row")
    return (
        pairs.join(part.rename({"key": "left_key", "part": "left_part"}), on="left_key")
        .join(part.rename({"key": "right_key", "part": "right_part"}), on="right_key")
        .with_columns(
            one=pl.min_horizontal("left_part", "right_part"), other=pl.max_horizontal("left_part", "right_part")
        )
    )


def evidence_of(records: pl.DataFrame, pairs: pl.DataFrame) -> list[dict[str, float]]:
    """What speaks for and against each pair (left_key, right_key), in their order: feature -> value, where known.

    records: RECORD_SCHEMA, all that the pairs name. Features are those of `comparison.FEATURES` (0 to 1, but
    `category`: see `kinds.agreement`), and instead of the distances `distance_m` in metres.
    """
    prepared = prepare(records)
    rows = prepared.places.select("key", "row")
    numbered = (
        pairs.select("left_key", "right_key")
        .join(rows.rename({"key": "left_key", "row": "left"}), on="left_key", maintain_order="left")
        .join(rows.rename({"key": "right_key", "row": "right"}), on="right_key", maintain_order="left")
        .select("left", "right")
    )
    placed = with_distance(numbered, prepared.places)
    told = [name for name in FEATURES if not name.startswith("distance")]
    matrix = pl.DataFrame(features(prepared, placed), schema=list(FEATURES)).select(told)
    values = matrix.with_columns(placed["distance_m"].round(0)).fill_nan(None)
    return [
        {name: round(value, _DIGITS) for name, value in row.items() if value is not None}
        for row in values.iter_rows(named=True)
    ]
