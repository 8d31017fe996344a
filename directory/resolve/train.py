"""Learning the matcher from labelled pairs: gradient boosting by scikit-learn, kept as plain numbers.

`python tests/benchmarks/train_matcher.py` reads labelled pairs, calls this and writes model.json.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from directory.resolve.comparison import FEATURES, Floats
from directory.resolve.model import Model

_MORE_IS_LIKELIER: Final = frozenset(FEATURES) - {"distance", "distance_by_extent", "name_length", "name_scripts"}
_NOT_LEARNED: Final = frozenset({"name_main"})
"""Labelled pairs have no aliases; what these are worth is a rule of the matcher."""
_LESS_IS_LIKELIER: Final = frozenset({"distance", "distance_by_extent"})
_SETTINGS: Final[dict[str, Any]] = {
    "max_iter": 300,
    "learning_rate": 0.06,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 20,
    "l2_regularization": 1.0,
    "early_stopping": False,
    "random_state": 0,
}


def fit(
    matrix: Floats,
    labels: npt.NDArray[np.bool_],
    *,
    weights: Floats | None = None,
    valid_matrix: Floats,
    valid_labels: npt.NDArray[np.bool_],
    valid_weights: Floats | None = None,
    settings: dict[str, Any] | None = None,
) -> Model:
    """A model of pairs (rows of `comparison.features`, True for one place), calibrated and with its threshold chosen
    on the valid pairs, of which the trees have seen nothing. settings: of HistGradientBoostingClassifier.

    A more alike name, a smaller distance never makes a pair less likely: what was learned on other places then still
    makes sense on values never seen.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    told: npt.NDArray[np.bool_] = ~np.all(np.isnan(matrix), axis=0)
    chosen = [number for number, name in enumerate(FEATURES) if told[number] and name not in _NOT_LEARNED]
    directions = [
        1 if FEATURES[number] in _MORE_IS_LIKELIER else -1 if FEATURES[number] in _LESS_IS_LIKELIER else 0
        for number in chosen
    ]
    make_boosting: Any = HistGradientBoostingClassifier
    make_calibration: Any = LogisticRegression
    boosting = make_boosting(monotonic_cst=directions, **{**_SETTINGS, **(settings or {})})
    boosting.fit(matrix[:, chosen], labels, sample_weight=weights)
    trees = _trees(boosting, tuple(FEATURES[number] for number in chosen))
    logits = trees.logits(valid_matrix)
    difference = np.abs(logits - boosting.decision_function(valid_matrix[:, chosen])).max()
    if difference > 1e-3:
        raise AssertionError(f"the exported trees differ from the trained ones by {difference}")
    platt = make_calibration(C=1e6).fit(logits[:, None], valid_labels, sample_weight=valid_weights)
    scale, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    calibrated = replace(trees, scale=round(scale, 6), shift=round(shift, 6))
    threshold = best_threshold(valid_labels, calibrated.probabilities(valid_matrix), valid_weights)
    return replace(calibrated, threshold=round(threshold, 2))


def _trees(boosting: Any, features: tuple[str, ...]) -> Model:
    # The library has no public way to read its trees; the check in `fit` would notice a change of theirs.
    trees = [stage[0].nodes for stage in boosting._predictors]
    most = max(len(nodes) for nodes in trees)
    table: dict[str, Any] = {
        name: np.zeros((len(trees), most), dtype=kind)
        for name, kind in (
            ("feature", np.int16),
            ("limit", np.float32),
            ("missing_left", np.bool_),
            ("left", np.int16),
            ("right", np.int16),
            ("value", np.float32),
        )
    }
    for tree, nodes in enumerate(trees):
        count = len(nodes)
        leaf, here = nodes["is_leaf"].astype(bool), np.arange(count)
        table["feature"][tree, :count] = np.where(leaf, 0, nodes["feature_idx"])
        table["limit"][tree, :count] = np.where(leaf, 0, nodes["num_threshold"])
        table["missing_left"][tree, :count] = nodes["missing_go_to_left"]
        table["left"][tree, :count] = np.where(leaf, here, nodes["left"])
        table["right"][tree, :count] = np.where(leaf, here, nodes["right"])
        table["value"][tree, :count] = np.where(leaf, nodes["value"], 0)
    depth = max(int(nodes["depth"].max()) for nodes in trees)
    start = float(boosting._baseline_prediction.ravel()[0])
    return Model(features=features, depth=depth, start=start, **table)


def best_threshold(labels: npt.NDArray[np.bool_], chances: Floats, weights: Floats | None = None) -> float:
    """The probability from which on taking pairs for one place gives the best F1 on them (0.05 to 0.95)."""
    weighted = np.ones(len(labels)) if weights is None else weights
    candidates = np.arange(0.05, 0.951, 0.01)
    return float(max(candidates, key=lambda limit: f1(labels, chances >= limit, weighted)))


def f1(labels: npt.NDArray[np.bool_], taken: npt.NDArray[np.bool_], weights: npt.NDArray[Any] | None = None) -> float:
    """Harmonic mean of precision and recall of the pairs taken; 0 when none is right."""
    weighted = np.ones(len(labels)) if weights is None else weights
    right = float(weighted[labels & taken].sum())
    return 2 * right / float(weighted[labels].sum() + weighted[taken].sum()) if right else 0.0
