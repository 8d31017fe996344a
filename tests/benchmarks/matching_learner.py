"""A matcher learned from labelled files alone: what the product compares, and what `matching_context` adds to it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matching_context import Surroundings
from matching_files import Pair, read_pairs
from matching_pairs import geoer_pairs

from tic.core.errors import BadInput

SEEDS: Final = (0, 1)
FOLDS: Final = 5
FEWEST: Final = 10
"""True pairs, and false ones, that can be learned from."""
BOOSTING: Final[dict[str, Any]] = {
    "max_iter": 250,
    "learning_rate": 0.05,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 15,
    "l2_regularization": 3.0,
    "max_features": 0.3,
    "early_stopping": False,
}
FOREST: Final[dict[str, Any]] = {"n_estimators": 200, "min_samples_leaf": 2, "max_features": 0.4, "n_jobs": 2}
FOREST_SHARE: Final = 0.4
Matrix = npt.NDArray[np.float32]
Labels = npt.NDArray[np.bool_]
Chances = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """How the pairs taken for one place agree with the labels; seconds: of reading, learning and scoring."""

    f1: float
    precision: float
    recall: float
    threshold: float
    pairs: int
    seconds: float


def measure_files(train: Path, valid: Path, test: Path) -> Scores:
    """Learn from two files, score the third.

    Train and valid choose everything: the threshold is the one with the best F1 of chances that each fifth of them
    gets from the rest; the model then learns from both. Of the test file only the places are known before.

    Raises BadInput for a file that cannot be read or learned from.
    """
    started = time.monotonic()
    known, tested = [*read_pairs(train), *read_pairs(valid)], read_pairs(test)
    labels = np.array([pair.same for pair in known])
    if min(labels.sum(), (~labels).sum()) < FEWEST:
        raise BadInput("To learn, {train} and {valid} must hold at least {least} pairs of each label.",
                       train=train, valid=valid, least=FEWEST)  # fmt: skip
    matrix = features([*known, *tested])
    threshold = best_threshold(labels, held_out_chances(matrix[: len(known)], labels))
    taken = chances(matrix[: len(known)], labels, matrix[len(known) :]) >= threshold
    return scores(np.array([pair.same for pair in tested]), taken, threshold, time.monotonic() - started)


def features(pairs: Sequence[Pair]) -> Matrix:
    """A row for each pair; what the product compares first."""
    return np.hstack([geoer_pairs(list(pairs)).matrix, Surroundings(pairs).features(pairs)])


def held_out_chances(matrix: Matrix, labels: Labels) -> Chances:
    """The chance of each pair by a model that has not seen it."""
    from sklearn.model_selection import StratifiedKFold

    make_folds: Any = StratifiedKFold
    result = np.zeros(len(labels))
    for inside, outside in make_folds(FOLDS, shuffle=True, random_state=0).split(matrix, labels):
        result[outside] = chances(matrix[inside], labels[inside], matrix[outside])
    return result


def chances(matrix: Matrix, labels: Labels, asked: Matrix) -> Chances:
    """The chance (0 to 1) that each row of `asked` is one place: of boosted trees (each seed) and a forest."""
    from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    # A column that says one thing only cannot be split by.
    telling = [len(np.unique(column[~np.isnan(column)])) > 1 for column in matrix.T]
    matrix, asked = matrix[:, telling], asked[:, telling]
    make_boosting: Any = HistGradientBoostingClassifier
    make_forest: Any = ExtraTreesClassifier
    # The trees are small: threads cost more than they bring.
    with threadpool_limits(1):
        boosted = [make_boosting(random_state=seed, **BOOSTING).fit(matrix, labels) for seed in SEEDS]
        found = np.mean([model.predict_proba(asked)[:, 1] for model in boosted], axis=0)
    forest = make_forest(random_state=SEEDS[0], **FOREST).fit(_filled(matrix), labels)
    result: Chances = (1 - FOREST_SHARE) * found + FOREST_SHARE * forest.predict_proba(_filled(asked))[:, 1]
    return result


def _filled(matrix: Matrix) -> Matrix:
    """What is not stated as less than everything stated: a forest then splits it off."""
    return np.nan_to_num(matrix, nan=-1.0)


def best_threshold(labels: Labels, found: Chances) -> float:
    """The middle between the last chance to take and the first to leave, where F1 is best."""
    order = np.argsort(-found, kind="stable")
    right = np.cumsum(labels[order])
    best = int(np.argmax(2 * right / (np.arange(1, len(labels) + 1) + labels.sum())))
    after = found[order[min(best + 1, len(order) - 1)]]
    return float((found[order[best]] + after) / 2)


def scores(labels: Labels, taken: Labels, threshold: float, seconds: float) -> Scores:
    """F1, precision and recall; 0 where nothing is taken or true."""
    right, both = int((labels & taken).sum()), int(labels.sum() + taken.sum())
    shares = (2 * right / max(both, 1), right / max(int(taken.sum()), 1), right / max(int(labels.sum()), 1), threshold)
    return Scores(*(round(share, 4) for share in shares), pairs=len(labels), seconds=round(seconds, 1))
