"""What the model of the product does on labelled pairs; `tic bench match` prints it beside models of each set alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from matching_pairs import GEOER_CITIES, LabelledPairs, geoer, halves, tat_languages

from directory.judgements import JUDGEMENT_SCHEMA
from directory.resolve.clusters import clusters_of, score_all
from directory.resolve.model import Model, default_model
from directory.resolve.train import best_threshold, f1


def measure_shipped(folder: Path) -> dict[str, Any]:
    """What the product's own model does on the test splits, by name of the labelled set.

    shipped_f1, shipped_threshold: the threshold of each set chosen on its valid split; pair_completeness: true pairs
    that blocking brings; resolved_f1: pairs that stand in one cluster.
    """
    shipped = {
        f"osm_fsq_{city}": _with_own_threshold(
            default_model(), *(geoer(folder, f"osm_fsq_{city}_{split}") for split in ("valid", "test"))
        )
        for city in GEOER_CITIES
    }
    mean = round(float(np.mean([scores["f1"] for scores in shipped.values()])), 4)
    completeness, resolved = {}, {}
    for name, sides in _bilingual(folder).items():
        shipped[name] = _with_own_threshold(default_model(), sides["valid"], sides["test"])
        completeness[name] = _completeness(sides["test"])
        resolved[name] = _resolved(sides["test"])["f1"]
    return {
        "shipped_f1": {name: scores["f1"] for name, scores in shipped.items()},
        "shipped_mean_f1": mean,
        "shipped_threshold": {name: scores["threshold"] for name, scores in shipped.items()},
        "pair_completeness": completeness,
        "resolved_f1": resolved,
    }


def _bilingual(folder: Path) -> dict[str, dict[str, LabelledPairs]]:
    return {
        "tat_th_en": tat_languages(folder),
        "tat_th_en_jittered": tat_languages(folder, jittered=True),
        "starter_halves": halves(folder, "starter_places"),
    }


def _with_own_threshold(model: Model, valid: LabelledPairs, test: LabelledPairs) -> dict[str, float]:
    threshold = best_threshold(valid.labels, model.probabilities(valid.matrix))
    chosen = _scores(test, model.probabilities(test.matrix) >= threshold)
    fixed = _scores(test, model.probabilities(test.matrix) >= model.threshold)
    return {**chosen, "threshold": round(threshold, 2), "f1_at_shipped_threshold": fixed["f1"]}


def _resolved(pairs: LabelledPairs) -> dict[str, float]:
    nobody = pl.DataFrame(schema=JUDGEMENT_SCHEMA)
    clusters = clusters_of(score_all(pairs.prepared), nobody)
    home = {key: number for number, keys in enumerate(clusters) for key in keys}
    numbers = pl.Series([home[key] for key in pairs.prepared.places["key"]])
    together = numbers.gather(pairs.pairs["left"]) == numbers.gather(pairs.pairs["right"])
    return _scores(pairs, together.to_numpy())


def _scores(pairs: LabelledPairs, taken: np.ndarray) -> dict[str, float]:
    """A true pair that blocking missed counts as not found."""
    right = int((pairs.labels & taken).sum())
    true = int(pairs.labels.sum()) + pairs.missed
    precision, recall = right / max(int(taken.sum()), 1), right / true
    score = f1(pairs.labels, taken) if not pairs.missed else 2 * precision * recall / (precision + recall)
    return {"f1": round(score, 4), "precision": round(precision, 4), "recall": round(recall, 4), "true_pairs": true}


def _completeness(pairs: LabelledPairs) -> float:
    found = int(pairs.labels.sum())
    return round(found / (found + pairs.missed), 4)
