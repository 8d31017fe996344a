"""Records to clusters: prepare, block, compare, cluster. Nothing here reads or writes a database."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from directory.judgements import MATCHER
from directory.resolve.blocking import with_distance
from directory.resolve.matcher import score
from directory.resolve.model import default_model
from directory.resolve.prepare import Prepared
from directory.resolve.questions import KEYED
from directory.resolve.regions import SCORED_SCHEMA, regions, score_region
from directory.resolve.resolver import Judged, cluster, missing_pairs
from tic.core.workers import Mapper, here


@dataclass(frozen=True)
class Scored:
    """prepared: the records. pairs: left, right (rows of them), chance: every candidate pair among them.

    border: doubtful pairs of one of the records and one that is not among them, as a frame of `questions.KEYED`.
    """

    prepared: Prepared
    pairs: pl.DataFrame
    border: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=KEYED))


def score_all(prepared: Prepared, mapper: Mapper = here) -> Scored:
    """The chances of all candidate pairs; `mapper` compares the parts of the country."""
    parts = list(mapper(score_region, regions(prepared)))
    pairs = pl.concat(parts) if parts else pl.DataFrame(schema=SCORED_SCHEMA)
    return Scored(prepared, pairs.sort("left", "right"))


def clusters_of(scored: Scored, judgements: pl.DataFrame) -> list[list[str]]:
    """Clusters as lists of record keys in order, ordered by their first key; every record is in exactly one.

    judgements: as `repository.load_judgements` gives them; those of the matcher are left out.
    """
    prepared, threshold = scored.prepared, default_model().threshold
    judged = judged_rows(prepared, judgements)
    missing = with_distance(missing_pairs(scored.pairs, threshold, judged), prepared.places)
    pairs = pl.concat([scored.pairs, score(prepared, missing)]) if missing.height else scored.pairs
    home = cluster(pairs, threshold, prepared.places, judged)
    numbers = np.arange(prepared.places.height)
    numbers[list(home)] = list(home.values())
    keys = prepared.places.select("key", home=pl.Series(numbers))
    return keys.group_by("home", maintain_order=True).agg("key")["key"].to_list()


def judged_rows(prepared: Prepared, judgements: pl.DataFrame) -> Judged:
    """What people have judged, of pairs of records that are both there."""
    rows = prepared.places.select("key", "row")
    pairs = (
        judgements.filter((pl.col("decided_by") != MATCHER) & pl.col("verdict").is_in(["same", "different"]))
        .join(rows.rename({"key": "left_key", "row": "left"}), on="left_key")
        .join(rows.rename({"key": "right_key", "row": "right"}), on="right_key")
    )
    by_verdict = {
        verdict: frozenset((min(left, right), max(left, right)) for left, right in chosen.iter_rows())
        for verdict in ("same", "different")
        for chosen in (pairs.filter(pl.col("verdict") == verdict).select("left", "right"),)
    }
    return Judged(by_verdict["same"], by_verdict["different"])
