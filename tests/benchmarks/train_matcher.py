"""Learn the matcher that ships with the product: `python tests/benchmarks/train_matcher.py ../shared/data`.

Writes directory/resolve/word_rarity.json and model.json (learned numbers only), from the train splits; calibration and
threshold come from the valid splits. No test split is read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
from matching_pairs import GEOER_CITIES, LabelledPairs, geoer, halves, overture, strangers, tat_languages

from directory.resolve.model import model_to_json
from directory.resolve.rarity import learn_rarity, word_rarity
from directory.resolve.train import fit

ROOM = Path(__file__).resolve().parents[2] / "directory" / "resolve"
WEIGHTS = {"geoer": 1.0, "tat": 2.0, "tat_jittered": 2.0, "halves": 2.0, "overture": 2.0, "strangers": 1.5}
VALID_SHARE = 5


def learn(folder: Path) -> None:
    """Read the labelled pairs below `folder` and write both files."""
    prepared = [part.prepared.names for _, part in _sets(folder)[0]]
    cores = pl.concat(names.unique("row", keep="first", maintain_order=True)["core"] for names in prepared)
    rarity = json.dumps(learn_rarity(cores), separators=(",", ":"))
    (ROOM / "word_rarity.json").write_text(rarity + "\n", encoding="utf-8")
    word_rarity.cache_clear()
    train, valid = _sets(folder)
    model = fit(
        np.concatenate([part.matrix for _, part in train]),
        np.concatenate([part.labels for _, part in train]),
        weights=_weights(train),
        valid_matrix=np.concatenate([part.matrix for _, part in valid]),
        valid_labels=np.concatenate([part.labels for _, part in valid]),
        valid_weights=_weights(valid),
    )
    (ROOM / "model.json").write_text(model_to_json(model), encoding="utf-8")
    print(json.dumps({"pairs": sum(len(part.labels) for _, part in train), "threshold": model.threshold}))


def _sets(folder: Path) -> tuple[list[tuple[str, LabelledPairs]], list[tuple[str, LabelledPairs]]]:
    train = [("geoer", geoer(folder, f"osm_fsq_{city}_train")) for city in GEOER_CITIES]
    valid = [("geoer", geoer(folder, f"osm_fsq_{city}_valid")) for city in GEOER_CITIES]
    for name, jittered in (("tat", False), ("tat_jittered", True)):
        sides = tat_languages(folder, jittered=jittered)
        train.append((name, sides["train"]))
        valid.append((name, sides["valid"]))
    for source in ("starter_places", "osm_bangkok"):
        for left, right in (("th", "en"), ("both", "th"), ("both", "en")):
            sides = halves(folder, source, left=left, right=right)
            train.append(("halves", sides["train"]))
            valid.append(("halves", sides["valid"]))
    for name, pairs in (("overture", overture(folder)), ("strangers", strangers(folder))):
        held_back = np.arange(len(pairs.labels)) % VALID_SHARE == 0
        train.append((name, pairs.take(~held_back)))
        valid.append((name, pairs.take(held_back)))
    return train, valid


def _weights(parts: list[tuple[str, LabelledPairs]]) -> np.ndarray:
    return np.concatenate([np.full(len(part.labels), WEIGHTS[name], dtype=np.float32) for name, part in parts])


if __name__ == "__main__":
    learn(Path(sys.argv[1]))
