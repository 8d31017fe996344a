"""splink on the same labelled pairs, beside our matcher: `tic bench match` prints it as `splink`.

Used as its documentation recommends (Linacre et al. 2022, Int. J. Population Data Science 7(3)): the model of Fellegi
and Sunter on DuckDB; names by Jaro-Winkler with term frequencies, points by distance, addresses by Jaro-Winkler, the
rest exact; the chances of each level by expectation maximisation, without labels. A blocking rule on the number of a
pair has it score exactly the pairs that our matcher scores. What is chosen by the labels of train and valid (of the
other folds, for Overture's): the threshold, and whether u, the chances of each level among pairs that are no match,
stays as sampled from random pairs or is estimated with the others. Of the test pairs only the places are known before.
"""

from __future__ import annotations

import json
import logging
import re
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import polars as pl
from matching_files import Place, read_pairs
from matching_learner import FOLDS, Chances, Labels, Scores, best_threshold, scores
from rapidfuzz.utils import default_process

from directory.resolve.prepare import PHONE_DIGITS

NAME_LEVELS: Final = (0.97, 0.92, 0.88, 0.8, 0.7)
ADDRESS_LEVELS: Final = (0.92, 0.8, 0.7)
KM_LEVELS: Final = (0.01, 0.03, 0.1, 0.3, 1.0)
_RULE: Final = "l.pair = r.pair"
_SAMPLED_PAIRS: Final = 1e6
_SEED: Final = 1
_SCHEMA: Final = {
    "name": pl.String,
    "address": pl.String,
    "postcode": pl.String,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "phone": pl.String,
    "host": pl.String,
}
Row = dict[str, Any]


def is_installed() -> bool:
    """Whether splink is there: the test extra brings it."""
    return find_spec("splink") is not None


def told(found: Scores) -> dict[str, float]:
    """What `tic bench match` prints of it; wall_s: of reading, learning and scoring, in seconds."""
    return {"f1": found.f1, "precision": found.precision, "recall": found.recall, "wall_s": found.seconds}


def splink_on_files(train: Path, valid: Path, test: Path) -> Scores:
    """Like `matching_learner.measure_files`, with splink."""
    started = time.monotonic()
    known, tested = [*read_pairs(train), *read_pairs(valid)], read_pairs(test)
    pairs = [*known, *tested]
    sides = [[_place(pair.left) for pair in pairs], [_place(pair.right) for pair in pairs]]
    labels = np.array([pair.same for pair in known])
    best = _best_variant(_weights(sides, _of_places()), labels, np.arange(len(known)))
    taken = best[len(known) :] >= (limit := best_threshold(labels, best[: len(known)]))
    return scores(np.array([pair.same for pair in tested]), taken, limit, time.monotonic() - started)


def splink_on_overture(folder: Path) -> Scores:
    """Like `matching_overture.measure_overture`, with splink; the pairs have no coordinates."""
    from sklearn.model_selection import StratifiedKFold

    started = time.monotonic()
    frame = pl.read_parquet(folder / "matching" / "overture_pairs.parquet")
    rows = list(frame.iter_rows(named=True))
    labels = np.array([row["label"] == 1.0 for row in rows])
    variants = _weights([[_overture(row, prefix) for row in rows] for prefix in ("", "base_")], _of_overture())
    taken, limits = np.zeros(len(labels), dtype=bool), []
    make_folds: Any = StratifiedKFold
    for inside, outside in make_folds(FOLDS, shuffle=True, random_state=1).split(labels, labels):
        best = _best_variant(variants, labels[inside], inside)
        limits.append(best_threshold(labels[inside], best[inside]))
        taken[outside] = best[outside] >= limits[-1]
    return scores(labels, taken, float(np.mean(limits)), time.monotonic() - started)


def _best_variant(variants: Sequence[Chances], labels: Labels, inside: np.ndarray) -> Chances:
    """The match weights that agree best with the labels of the pairs `inside`, each at its best threshold."""

    def agreement(weights: Chances) -> float:
        own = weights[inside]
        return scores(labels, own >= best_threshold(labels, own), 0.0, 0.0).f1

    return max(variants, key=agreement)


def _place(place: Place) -> Row:
    return {
        "name": default_process(place.name) or None,
        "address": default_process(place.address) or None,
        "postcode": re.sub(r"\W", "", place.postcode.lower()) or None,
        "lat": place.lat,
        "lon": place.lon,
    }


def _overture(row: Row, prefix: str) -> Row:
    def first(name: str) -> Any:
        return next((value for value in json.loads(row[f"{prefix}{name}"] or "[]") if value), None)

    address, site = first("addresses") or {}, first("websites") or ""
    host = urlsplit(site.lower() if "//" in site else f"//{site.lower()}").netloc.removeprefix("www.")
    return {
        "name": default_process(json.loads(row[f"{prefix}names"])["primary"]) or None,
        "address": default_process(address.get("freeform") or "") or None,
        "postcode": (address.get("postcode") or "").split("-")[0].lower() or None,
        "phone": re.sub(r"\D", "", first("phones") or "")[-PHONE_DIGITS:] or None,
        "host": host or None,
    }


def _of_places() -> Callable[[], list[Any]]:
    def comparisons() -> list[Any]:
        import splink.comparison_library as compare

        return [*_of_texts(), compare.DistanceInKMAtThresholds("lat", "lon", list(KM_LEVELS))]

    return comparisons


def _of_overture() -> Callable[[], list[Any]]:
    def comparisons() -> list[Any]:
        import splink.comparison_library as compare

        return [*_of_texts(), compare.ExactMatch("phone"), compare.ExactMatch("host")]

    return comparisons


def _of_texts() -> list[Any]:
    import splink.comparison_library as compare

    names = compare.JaroWinklerAtThresholds("name", list(NAME_LEVELS))
    return [
        names.configure(term_frequency_adjustments=True),
        compare.JaroWinklerAtThresholds("address", list(ADDRESS_LEVELS)),
        compare.ExactMatch("postcode"),
    ]


def _weights(sides: Sequence[Sequence[Row]], comparisons: Callable[[], list[Any]]) -> list[Chances]:
    """Match weights (log2 odds) of all pairs, by each way of finding u."""
    frames = [
        pl.DataFrame(list(side), schema=_SCHEMA).with_row_index("pair").with_columns(unique_id=pl.col("pair"))
        for side in sides
    ]
    return [_weigh(frames, comparisons(), fix_u=fix_u) for fix_u in (True, False)]


def _weigh(frames: Sequence[pl.DataFrame], comparisons: list[Any], *, fix_u: bool) -> Chances:
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[_RULE],
        additional_columns_to_retain=["pair"],
        retain_intermediate_calculation_columns=False,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [frame.to_arrow() for frame in frames]
        linker = Linker(tables, settings, DuckDBAPI(), set_up_basic_logging=False, input_table_aliases=["a", "b"])
        linker.table_management.register_term_frequency_lookup(_frequencies(frames).to_arrow(), "name")
        linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
        linker.training.estimate_parameters_using_expectation_maximisation(
            _RULE, fix_u_probabilities=fix_u, populate_probability_two_random_records_match_from_trained_values=True
        )
        found = linker.inference.predict().as_duckdbpyrelation().pl()
    return found.sort("pair_l")["match_weight"].to_numpy()


def _frequencies(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """How frequent each name is among the places; one that stands in many pairs counts once."""
    stated = [name for name in _SCHEMA if name in frames[0].columns]
    places = pl.concat([frame.select(stated).unique() for frame in frames])
    counts = places["name"].drop_nulls().value_counts()
    return counts.select("name", tf_name=pl.col("count") / pl.col("count").sum())
