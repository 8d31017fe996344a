"""Names that may have been meant by a text that finds nothing as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from directory.search.analysis import Analysed
from directory.search.normalise import is_thai, normalise
from directory.search.plan import Clause, Prefix, Row

MOST_NAMES: Final = 3
_LEAST_LIKENESS: Final = 0.55
_SHORTEST: Final = 4
_SHARE_KEPT: Final = 0.5


def beginning_of(text: Analysed) -> Clause | None:
    """Names that begin as the text does, for one with more errors than a search forgives; None for a short one."""
    if len(text.key) < _SHORTEST:
        return None
    return Prefix("name_keys", text.key[: max(_SHORTEST - 1, round(len(text.key) * _SHARE_KEPT))], 1.0)


def names_meant(text: Analysed, rows: Sequence[Row]) -> tuple[str, ...]:
    """The names of the rows that sound most like the text, in its letters where there are such; none very unlike it."""
    best: dict[str, float] = {}
    for row in rows:
        likely = [
            (is_thai(words) != is_thai(text.joined), -likeness, name)
            for name, words, keys, _core in row.shown["forms"]
            if (likeness := _likeness(text, keys.replace(" ", ""))) >= _LEAST_LIKENESS
        ]
        if likely:
            _, likeness, name = min(likely)
            best[name] = max(best.get(name, 0.0), -likeness)
    typed = normalise(text.joined)
    ordered = sorted(best, key=lambda name: (-best[name], name))
    return tuple(name for name in ordered if normalise(name).replace(" ", "") != typed)[:MOST_NAMES]


def _likeness(text: Analysed, key: str) -> float:
    return float(DamerauLevenshtein.normalized_similarity(text.key, key, score_cutoff=_LEAST_LIKENESS))
