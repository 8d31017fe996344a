"""What the other places of the files say of a pair: how common its words are, and whether there is a better one.

The places of all files that are given count, as every record of the directory does in the product; labels never do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matching_files import Pair, Place
from matching_text import address_features, name_features, take_apart

_EARTH_M: Final = 6_371_000.0
_NEIGHBOURS: Final = 200
_FADES_M: Final = 1500.0
"""Metres over which a name as alike as the pair's loses two thirds of its weight as a rival."""
_NEAR_M: Final = 2000.0
_ALIKE: Final = 0.5
_NOBODY: Final = 12.0
"""log(1 + metres) to the next place with a name as alike, where there is none among the neighbours."""
Numbers = npt.NDArray[np.float64]


class _Side:
    """The places of one publisher: n-grams of their names (sparse rows of unit length), a tree of points."""

    def __init__(self, places: list[Place], vectorizer: Any) -> None:
        from sklearn.neighbors import BallTree

        self.places = places
        self.rows = {place: row for row, place in enumerate(places)}
        self.grams = vectorizer.transform([take_apart(place).plain for place in places])
        self.points = np.radians([(place.lat, place.lon) for place in places])
        make_tree: Any = BallTree
        self.tree = make_tree(self.points, metric="haversine")

    def nearest(self, points: Numbers) -> tuple[Numbers, npt.NDArray[np.intp]]:
        """Metres to the next places of this side, near ones first, and their rows."""
        radians, rows = self.tree.query(points, k=min(_NEIGHBOURS, len(self.places)), sort_results=True)
        return radians * _EARTH_M, rows


class Surroundings:
    """All places of some files, to compare their pairs among."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        sides = [sorted({pair[number] for pair in pairs}) for number in (0, 1)]
        plain = [take_apart(place).plain for side in sides for place in side]
        words = Counter(word for side in sides for place in side for word in set(take_apart(place).words))
        self._weights = {word: float(np.log((1 + len(plain)) / (1 + count))) for word, count in words.items()}
        self._named = Counter(plain)
        make_vectorizer: Any = TfidfVectorizer
        # The word added is one of every vocabulary: names may all be without a letter or digit.
        vectorizer = make_vectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit([*plain, "name"])
        self._left, self._right = (_Side(side, vectorizer) for side in sides)
        self._among_right = self._right.nearest(self._left.points)
        self._among_left = self._left.nearest(self._right.points)
        self._pairs_left, self._pairs_right = (Counter(pair[number] for pair in pairs) for number in (0, 1))

    def features(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float32]:
        """A row for each pair, of places that are all known here; NaN where they say nothing."""
        return np.array([list(self._features(pair).values()) for pair in pairs], dtype=np.float32)

    def _features(self, pair: Pair) -> dict[str, float]:
        left, right = take_apart(pair.left), take_apart(pair.right)
        metres = metres_between(pair.left, pair.right)
        row_left, row_right = self._left.rows[pair.left], self._right.rows[pair.right]
        grams_left, grams_right = self._left.grams[row_left], self._right.grams[row_right]
        likeness = float(grams_left.multiply(grams_right).sum())
        return {
            **name_features(left, right, self._weights),
            **address_features(left, right),
            "distance": float(np.log1p(metres)),
            "grams": likeness,
            "named_left": self._named[left.plain],
            "named_right": self._named[right.plain],
            "pairs_left": self._pairs_left[pair.left],
            "pairs_right": self._pairs_right[pair.right],
            **_rivals("left", self._among_right, row_left, row_right, self._right.grams, grams_left, likeness, metres),
            **_rivals("right", self._among_left, row_right, row_left, self._left.grams, grams_right, likeness, metres),
        }


def metres_between(one: Place, other: Place) -> float:
    """Metres between two places, on a sphere, by the haversine formula."""
    lat, lon, other_lat, other_lon = np.radians([one.lat, one.lon, other.lat, other.lon])
    chord = np.sin((other_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(other_lat) * np.sin((other_lon - lon) / 2) ** 2
    return float(2 * _EARTH_M * np.arcsin(np.sqrt(min(1.0, chord))))


def _rivals(
    side: str,
    nearest: tuple[Numbers, npt.NDArray[np.intp]],
    own: int,
    partner: int,
    grams: Any,
    own_grams: Any,
    likeness: float,
    metres: float,
) -> dict[str, float]:
    """How the partner of a place stands among all places of its side that are near: closer ones, more alike ones."""
    away, rows = nearest[0][own], nearest[1][own]
    alike = (grams[rows] @ own_grams.T).toarray().ravel()
    others = rows != partner
    near = others & (away < _NEAR_M)
    worth, own_worth = alike * np.exp(-away / _FADES_M), likeness * np.exp(-metres / _FADES_M)
    as_alike = away[others & (alike >= likeness - 1e-6)]
    return {
        f"closer_{side}": float(np.log1p((away < metres - 0.5).sum())),
        f"density_{side}": float(np.log1p(away[min(10, len(away) - 1)])),
        f"margin_{side}": float(own_worth - worth[others].max(initial=0.0)),
        f"rank_{side}": float(np.log1p((worth[others] > own_worth).sum())),
        f"likeness_margin_{side}": float(likeness - alike[near].max(initial=0.0)),
        f"alike_near_{side}": float(np.log1p((alike[near] > _ALIKE).sum())),
        f"as_alike_at_{side}": float(np.log1p(as_alike.min())) if len(as_alike) else _NOBODY,
    }
