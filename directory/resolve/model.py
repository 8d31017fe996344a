"""A stored model: boosted decision trees as plain numbers, evaluated with NumPy alone.

The file holds learned numbers only and is read the same by every version; scikit-learn is needed to train, not to run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from directory.resolve.comparison import FEATURES, Floats

MODEL_FILE: Final = files("directory.resolve") / "model.json"
_ROWS_AT_ONCE: Final = 8192


class _Nodes(NamedTuple):
    """first: number of each tree's root; of each node: column of its feature, limit, right and left child in turn."""

    first: npt.NDArray[np.intp]
    column: npt.NDArray[np.intp]
    limit: npt.NDArray[np.float32]
    children: npt.NDArray[np.intp]


@dataclass(frozen=True)
class Model:
    """Trees as arrays of shape (trees, nodes): a row goes left where its feature is at most the threshold.

    features: names of the columns used, of `comparison.FEATURES`; missing_left: where a NaN goes; a leaf is its own
    left and right child. scale, shift: calibration of the sum of leaf values (Platt 1999); threshold: the
    probability from which on a pair is taken for one place.
    """

    features: tuple[str, ...]
    feature: npt.NDArray[np.int16]
    limit: npt.NDArray[np.float32]
    missing_left: npt.NDArray[np.bool_]
    left: npt.NDArray[np.int16]
    right: npt.NDArray[np.int16]
    value: npt.NDArray[np.float32]
    depth: int
    start: float
    scale: float = 1.0
    shift: float = 0.0
    threshold: float = 0.5

    def logits(self, matrix: Floats) -> Floats:
        """Uncalibrated log-odds of each row of a matrix (rows x comparison.FEATURES)."""
        chosen = matrix[:, [FEATURES.index(name) for name in self.features]]
        parts = [self._sum(chosen[at : at + _ROWS_AT_ONCE]) for at in range(0, len(chosen), _ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)

    @cached_property
    def _nodes(self) -> _Nodes:
        """All nodes in one row, so that one look-up each tells column, limit and children."""
        trees, size = self.feature.shape
        first = (np.arange(trees) * size)[:, None]
        # A missing value is looked up where it lies below every limit, or left as what is never below one.
        column = np.where(self.missing_left, self.feature, self.feature + len(self.features))
        children = np.stack([self.right + first, self.left + first], axis=-1)
        return _Nodes(first[:, 0], column.ravel().astype(np.intp), self.limit.ravel(), children.ravel())

    def _sum(self, rows: Floats) -> Floats:
        nodes = self._nodes
        lowest = np.where(np.isnan(rows), np.float32(-np.inf), rows)
        both = np.concatenate([lowest, rows], axis=1)
        values, width = both.ravel(), both.shape[1]
        start = (np.arange(len(rows)) * width)[:, None]
        node = np.broadcast_to(nodes.first, (len(rows), len(nodes.first)))
        for _ in range(self.depth):
            goes_left = values.take(start + nodes.column.take(node)) <= nodes.limit.take(node)
            node = nodes.children.take(2 * node + goes_left)
        total: Floats = self.start + self.value.ravel().take(node).sum(axis=1)
        return total

    def probabilities(self, matrix: Floats) -> Floats:
        """Calibrated probability (0 to 1) that the two records of each row are one place."""
        chances: Floats = 1 / (1 + np.exp(-(self.scale * self.logits(matrix) + self.shift)))
        return chances


def model_to_json(model: Model) -> str:
    """The model as a JSON document, one tree a line."""
    trees = [
        {
            "feature": model.feature[tree].tolist(),
            "limit": [round(float(number), 6) for number in model.limit[tree]],
            "missing_left": model.missing_left[tree].astype(int).tolist(),
            "left": model.left[tree].tolist(),
            "right": model.right[tree].tolist(),
            "value": [round(float(number), 5) for number in model.value[tree]],
        }
        for tree in range(len(model.feature))
    ]
    head = {name: getattr(model, name) for name in ("features", "depth", "start", "scale", "shift", "threshold")}
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    return json.dumps(head)[:-1] + f', "trees": [\n{lines}\n]}}\n'


def model_from_json(text: str) -> Model:
    """The model of a JSON document as `model_to_json` writes it."""
    stored: dict[str, Any] = json.loads(text)
    trees = stored.pop("trees")
    kinds = {
        "feature": np.int16,
        "limit": np.float32,
        "missing_left": np.bool_,
        "left": np.int16,
        "right": np.int16,
        "value": np.float32,
    }
    arrays: dict[str, Any] = {
        name: np.array([tree[name] for tree in trees], dtype=kind) for name, kind in kinds.items()
    }
    return Model(**{**stored, "features": tuple(stored["features"]), **arrays})


def load_model(path: Path) -> Model:
    """The model of a file."""
    return model_from_json(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def default_model() -> Model:
    """The model that comes with the product."""
    return model_from_json(MODEL_FILE.read_text(encoding="utf-8"))
