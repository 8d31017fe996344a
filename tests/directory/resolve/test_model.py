from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from directory.resolve.comparison import FEATURES
from directory.resolve.model import MODEL_FILE, Model, default_model, load_model, model_to_json
from directory.resolve.train import best_threshold, f1, fit

NAME, DISTANCE = FEATURES.index("name_sound"), FEATURES.index("distance")


def random_pairs(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that are one place when their names are alike and they are near; a tenth of the distances is missing."""
    random = np.random.default_rng(seed)
    matrix = np.full((count, len(FEATURES)), np.nan, dtype=np.float32)
    matrix[:, NAME] = random.random(count)
    matrix[:, DISTANCE] = random.uniform(0, 8, count)
    labels = (matrix[:, NAME] > 0.7) & (matrix[:, DISTANCE] < 6)
    matrix[random.random(count) < 0.1, DISTANCE] = np.nan
    return matrix, labels


def one_split() -> Model:
    """One tree: 2.0 where names sound more alike than 0.5, else -2.0; a missing name goes left."""
    return Model(
        features=("name_sound",),
        feature=np.array([[0, 0, 0]], dtype=np.int16),
        limit=np.array([[0.5, 0, 0]], dtype=np.float32),
        missing_left=np.array([[True, False, False]]),
        left=np.array([[1, 1, 2]], dtype=np.int16),
        right=np.array([[2, 1, 2]], dtype=np.int16),
        value=np.array([[0, -2, 2]], dtype=np.float32),
        depth=1,
        start=0.5,
        scale=2.0,
        shift=-1.0,
        threshold=0.4,
    )


def names(*values: float) -> np.ndarray:
    matrix = np.full((len(values), len(FEATURES)), np.nan, dtype=np.float32)
    matrix[:, NAME] = values
    return matrix


def test_a_tree_sends_each_pair_to_its_leaf() -> None:
    model = one_split()
    assert model.logits(names(0.5, 0.51, np.nan)).tolist() == [-1.5, 2.5, -1.5]
    assert model.probabilities(names(0.51))[0] == pytest.approx(1 / (1 + np.exp(-4.0)))
    assert model.probabilities(names()).shape == (0,)


def test_a_stored_model_is_the_same_model(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(model_to_json(one_split()), encoding="utf-8")
    again = load_model(path)
    assert model_to_json(again) == model_to_json(one_split())
    assert again.probabilities(names(0.2, 0.9)).tolist() == one_split().probabilities(names(0.2, 0.9)).tolist()


def test_the_stored_trees_answer_as_those_that_were_trained() -> None:
    """`fit` itself compares every valid pair with scikit-learn and raises where they differ."""
    train, valid = random_pairs(2000, 1), random_pairs(1000, 2)
    model = fit(*train, valid_matrix=valid[0], valid_labels=valid[1], settings={"max_iter": 60})
    assert model.features == ("name_sound", "distance")
    matrix, labels = random_pairs(1000, 3)
    chances = model.probabilities(matrix)
    assert f1(labels, chances >= model.threshold) > 0.9
    likely = chances > 0.9
    assert labels[likely].mean() > 0.9


def test_a_model_learned_twice_is_the_same() -> None:
    train, valid = random_pairs(500, 1), random_pairs(200, 2)
    models = [fit(*train, valid_matrix=valid[0], valid_labels=valid[1], settings={"max_iter": 20}) for _ in range(2)]
    assert model_to_json(models[0]) == model_to_json(models[1])


@pytest.mark.parametrize(("feature", "direction"), [("name_sound", 1), ("distance", -1), ("category", 1), ("phone", 1)])
def test_the_model_of_the_product_never_reverses_evidence(feature: str, direction: int) -> None:
    random = np.random.default_rng(5)
    matrix = random.random((300, len(FEATURES))).astype(np.float32)
    matrix[:, DISTANCE] *= 8
    matrix[:, FEATURES.index("category")] *= 3
    before = default_model().logits(matrix)
    matrix[:, FEATURES.index(feature)] += np.float32(1)
    change = (default_model().logits(matrix) - before) * direction
    assert change.min() >= -1e-5
    assert change.max() > 0


def test_the_model_of_the_product_is_plain_numbers() -> None:
    stored = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    assert set(stored) == {"features", "depth", "start", "scale", "shift", "threshold", "trees"}
    assert set(stored["features"]) <= set(FEATURES)
    assert all(isinstance(number, int | float) for tree in stored["trees"] for part in tree.values() for number in part)


def test_the_best_threshold_is_the_one_with_the_best_f1() -> None:
    labels = np.array([True, True, False, False])
    chances = np.array([0.9, 0.6, 0.5, 0.1], dtype=np.float32)
    assert best_threshold(labels, chances) == pytest.approx(0.51, abs=0.011)
    assert f1(labels, chances >= 0.55) == 1.0
    assert f1(labels, chances >= 0.45) == pytest.approx(0.8)
    assert f1(labels, chances >= 0.95) == 0.0
