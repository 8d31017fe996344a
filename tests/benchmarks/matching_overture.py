"""Overture's labelled pairs in more detail: what the product compares of them, and names, addresses, sites, categories.

They have no coordinates and no splits: five-fold cross-validation, in which a fold's threshold is chosen on the rest.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import polars as pl
from matching_files import Place
from matching_learner import FOLDS, Labels, Matrix, Scores, best_threshold, chances, held_out_chances, scores
from matching_pairs import overture
from matching_text import Written, address_features, name_features, take_apart, words_of
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from directory.resolve.prepare import PHONE_DIGITS

_NOWHERE: Final = 0.0


class _Side(NamedTuple):
    written: Written
    locality: str
    region: str
    phones: frozenset[str]
    sites: tuple[str, ...]
    socials: tuple[str, ...]
    kinds: frozenset[str]
    kind: str
    brand: str


def measure_overture(folder: Path) -> Scores:
    """Each fifth judged by a model of the other four, of which the threshold comes, too; threshold: their mean."""
    from sklearn.model_selection import StratifiedKFold

    started = time.monotonic()
    matrix, labels = overture_features(folder)
    taken, limits = np.zeros(len(labels), dtype=bool), []
    make_folds: Any = StratifiedKFold
    for inside, outside in make_folds(FOLDS, shuffle=True, random_state=1).split(matrix, labels):
        limits.append(best_threshold(labels[inside], held_out_chances(matrix[inside], labels[inside])))
        taken[outside] = chances(matrix[inside], labels[inside], matrix[outside]) >= limits[-1]
    return scores(labels, taken, float(np.mean(limits)), time.monotonic() - started)


def overture_features(folder: Path) -> tuple[Matrix, Labels]:
    """A row for each labelled pair, and whether it is one place."""
    frame = pl.read_parquet(folder / "matching" / "overture_pairs.parquet")
    pairs = [(_side(row, ""), _side(row, "base_")) for row in frame.iter_rows(named=True)]
    words = _weights([set(side.written.words) for pair in pairs for side in pair])
    kinds = _weights([set(side.kinds) for pair in pairs for side in pair])
    rows = [list(_features(left, right, words, kinds).values()) for left, right in pairs]
    known = overture(folder)
    return np.hstack([known.matrix, np.array(rows, dtype=np.float32)]), known.labels


def _weights(texts: list[set[str]]) -> dict[str, float]:
    counts = Counter(word for text in texts for word in text)
    return {word: float(np.log((1 + len(texts)) / (1 + count))) for word, count in counts.items()}


def _side(row: Mapping[str, Any], prefix: str) -> _Side:
    def listed(name: str) -> list[Any]:
        return [value for value in json.loads(row[f"{prefix}{name}"] or "[]") if value]

    def told(name: str) -> dict[str, Any]:
        return json.loads(row[f"{prefix}{name}"] or "{}") or {}

    address, kinds = (listed("addresses") or [{}])[0], told("categories")
    kind = (kinds.get("primary") or "").replace("_", " ")
    others = " ".join(kinds.get("alternate") or ()).replace("_", " ")
    place = Place(
        told("names")["primary"], _NOWHERE, _NOWHERE, address.get("freeform") or "", address.get("postcode") or ""
    )
    return _Side(
        take_apart(place),
        " ".join(words_of(address.get("locality") or "")),
        " ".join(words_of(address.get("region") or "")),
        frozenset(re.sub(r"\D", "", phone)[-PHONE_DIGITS:] for phone in listed("phones")),
        tuple(_site(site) for site in listed("websites")),
        tuple(_site(site) for site in listed("socials")),
        frozenset(words_of(f"{kind} {others}")),
        " ".join(words_of(kind.split(">")[-1])),
        default_process((told("brand").get("names") or {}).get("primary") or ""),
    )


def _site(address: str) -> str:
    """Host and path, without what hosts have in common."""
    parts = urlsplit(address.lower() if "//" in address else f"//{address.lower()}")
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"


def _features(left: _Side, right: _Side, words: Mapping[str, float], kinds: Mapping[str, float]) -> dict[str, float]:
    hosts = [[site.split("/")[0] for site in side.sites] for side in (left, right)]
    return {
        **name_features(left.written, right.written, words),
        **address_features(left.written, right.written),
        "locality": _best([left.locality], [right.locality]),
        "region": _best([left.region], [right.region]),
        "phone": float(bool(left.phones & right.phones)) if left.phones and right.phones else np.nan,
        "phone_begins": max((_begin(one, other) for one in left.phones for other in right.phones), default=np.nan),
        "host": _best(*hosts),
        "site": _best(left.sites, right.sites),
        "social": _best(left.socials, right.socials),
        "name_in_host_left": _in_hosts(right.written.joined, hosts[0]),
        "name_in_host_right": _in_hosts(left.written.joined, hosts[1]),
        "kinds": _shared(left.kinds, right.kinds, kinds),
        "kind": fuzz.token_set_ratio(left.kind, right.kind) if left.kind and right.kind else np.nan,
        "brand": _best([left.brand], [right.brand]),
        "brand_left": float(bool(left.brand)),
        "brand_right": float(bool(right.brand)),
    }


def _best(left: Any, right: Any) -> float:
    """Likeness of the most alike two texts; NaN where one side has none."""
    return max((fuzz.ratio(one, other) for one in left for other in right if one and other), default=np.nan)


def _begin(one: str, other: str) -> float:
    return float(sum(1 for _ in takewhile(lambda digits: digits[0] == digits[1], zip(one, other, strict=False))))


def _in_hosts(name: str, hosts: list[str]) -> float:
    return max((fuzz.partial_ratio(host.split(".")[0], name) for host in hosts), default=np.nan)


def _shared(left: frozenset[str], right: frozenset[str], weights: Mapping[str, float]) -> float:
    if not left or not right:
        return np.nan
    least = min(sum(weights[word] for word in side) for side in (left, right))
    return sum(weights[word] for word in left & right) / max(least, 1e-9)
