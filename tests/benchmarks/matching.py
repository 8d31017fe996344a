"""How well the matcher does on labelled pairs: `python tests/benchmarks/matching.py ../shared/data` prints JSON.

`shipped`: the model of the product, its threshold for each data set chosen on that set's valid split.
`own`: a model learned on the data set's train split alone, with calibration and threshold from its valid split.
`resolved`: pairs that stand in one cluster after rules and clustering, with the product's own threshold.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from matching_pairs import GEOER_CITIES, LabelledPairs, geoer, halves, overture, tat_languages

from directory.judgements import JUDGEMENT_SCHEMA
from directory.resolve.clusters import clusters_of, score_all
from directory.resolve.model import Model, default_model
from directory.resolve.train import best_threshold, f1, fit

FOLDS = 5
OWN = {"max_iter": 300, "learning_rate": 0.05, "max_leaf_nodes": 15, "min_samples_leaf": 10}


def measure(folder: Path) -> dict[str, Any]:
    """F1, precision and recall per data set, on test splits."""
    started = time.monotonic()
    shipped: dict[str, Any] = {}
    own: dict[str, Any] = {}
    resolved: dict[str, Any] = {}
    for city in GEOER_CITIES:
        train, valid, test = (geoer(folder, f"osm_fsq_{city}_{split}") for split in ("train", "valid", "test"))
        shipped[f"osm_fsq_{city}"] = _with_own_threshold(default_model(), valid, test)
        own[f"osm_fsq_{city}"] = _learned(train, valid, test)
    bilingual = {
        "tat_th_en": tat_languages(folder),
        "tat_th_en_jittered": tat_languages(folder, jittered=True),
        "starter_halves": halves(folder, "starter_places"),
    }
    for name, sides in bilingual.items():
        shipped[name] = _with_own_threshold(default_model(), sides["valid"], sides["test"])
        shipped[name]["pair_completeness"] = _completeness(sides["test"])
        resolved[name] = _resolved(sides["test"])
    own["overture_cross_validated"] = _cross_validated(overture(folder))
    cities = [f"osm_fsq_{city}" for city in GEOER_CITIES]
    return {
        "shipped": shipped,
        "own": own,
        "resolved": resolved,
        "mean_f1_osm_fsq": {
            "shipped": round(float(np.mean([shipped[city]["f1"] for city in cities])), 4),
            "own": round(float(np.mean([own[city]["f1"] for city in cities])), 4),
        },
        "wall_s": round(time.monotonic() - started, 1),
    }


def _with_own_threshold(model: Model, valid: LabelledPairs, test: LabelledPairs) -> dict[str, float]:
    threshold = best_threshold(valid.labels, model.probabilities(valid.matrix))
    chosen = _scores(test, model.probabilities(test.matrix) >= threshold)
    fixed = _scores(test, model.probabilities(test.matrix) >= model.threshold)
    return {**chosen, "threshold": round(threshold, 2), "f1_at_shipped_threshold": fixed["f1"]}


def _learned(train: LabelledPairs, valid: LabelledPairs, test: LabelledPairs) -> dict[str, float]:
    model = fit(train.matrix, train.labels, valid_matrix=valid.matrix, valid_labels=valid.labels, settings=OWN)
    return _scores(test, model.probabilities(test.matrix) >= model.threshold)


def _cross_validated(pairs: LabelledPairs) -> dict[str, float]:
    """Each fifth judged by a model of the other four, of which one chooses the threshold."""
    fold = np.random.default_rng(0).integers(0, FOLDS, len(pairs.labels))
    taken = np.zeros(len(pairs.labels), dtype=bool)
    for number in range(FOLDS):
        valid = pairs.take(fold == (number + 1) % FOLDS)
        train = pairs.take((fold != number) & (fold != (number + 1) % FOLDS))
        model = fit(train.matrix, train.labels, valid_matrix=valid.matrix, valid_labels=valid.labels, settings=OWN)
        taken[fold == number] = model.probabilities(pairs.matrix[fold == number]) >= model.threshold
    return _scores(pairs, taken)


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


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), indent=2))
