"""A stored model: boosted decision trees as plain numbers, evaluated with NumPy alone.

The file holds learned numbers only and is read the same by every version; scikit-learn is needed to train, not to run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from directory.resolve.comparison import FEATURES, Floats

MODEL_FILE: Final = files("directory.resolve") / "model.json"
_ROWS_AT_ONCE: Final = 8192


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

    def _sum(self, rows: Floats) -> Floats:
        trees = np.arange(len(self.feature))
        numbers = np.arange(len(rows))[:, None]
        node = np.zeros((len(rows), len(trees)), dtype=np.int16)
        for _ in range(self.depth):
            values = rows[numbers, self.feature[trees, node]]
            goes_left = np.where(np.isnan(values), self.missing_left[trees, node], values <= self.limit[trees, node])
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        total: Floats = self.start + self.value[trees, node].sum(axis=1)
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
