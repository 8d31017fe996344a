"""What results are counted by, in two columns: where a place is, and what it is.

An engine that counts column by column is several times as fast on two as on the seven facets; a value of a column holds
all values that a place has of the column's facets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np

from directory.search.base import Document

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "where": ("province", "district"),
    "what": ("category", "source", "price", "certification", "access"),
}
"""Column -> the facets in it."""
_BETWEEN: Final = "\x1f"
_IS: Final = "\x1e"


def columns_of(document: Document) -> dict[str, str]:
    """The value of each column for a document."""
    return {
        column: _value(names, tuple([_values(document.get(name)) for name in names]))
        for column, names in COLUMNS.items()
    }


def _values(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


@lru_cache(maxsize=65_536)
def _value(names: tuple[str, ...], values: tuple[tuple[str, ...], ...]) -> str:
    return _BETWEEN.join(f"{name}{_IS}{value}" for name, held in zip(names, values, strict=True) for value in held)


def columns_with(facets: Iterable[str]) -> dict[str, list[str]]:
    """The columns that hold the facets, each with those of them that it holds."""
    wanted = list(facets)
    held = {column: [name for name in wanted if name in names] for column, names in COLUMNS.items()}
    return {column: names for column, names in held.items() if names}


@lru_cache(maxsize=65_536)
def code_of(value: str) -> int:
    """A number of 64 bits that stands for a value of a column, as compact as an engine can read it."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "big")


class ColumnValues:
    """The values of a column that an index has, to turn their counts into counts of facets."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = tuple(values)
        self._at = {value: position for position, value in enumerate(self._values)}
        self._at_code = {code_of(value): position for value, position in self._at.items()}
        stated: dict[tuple[str, str], int] = {}
        pairs = [
            (position, stated.setdefault((name, single), len(stated)))
            for value, position in self._at.items()
            for name, _, single in (part.partition(_IS) for part in value.split(_BETWEEN) if part)
        ]
        self._stated = tuple(stated)
        self._holder, self._held = np.array(pairs, dtype=np.int64).reshape(-1, 2).T

    def count(self, counts: Mapping[str, int], names: Collection[str]) -> dict[str, dict[str, int]]:
        """Facet -> value -> count, for the facets of these names, of counts of the column's values."""
        return self._expand([(self._at[value], count) for value, count in counts.items()], names)

    def count_codes(self, counts: Mapping[int, int], names: Collection[str]) -> dict[str, dict[str, int]]:
        """The same of counts of the values' codes."""
        return self._expand([(self._at_code[code], count) for code, count in counts.items()], names)

    def _expand(self, counts: Sequence[tuple[int, int]], names: Collection[str]) -> dict[str, dict[str, int]]:
        of_value = np.zeros(len(self._values), dtype=np.int64)
        for position, count in counts:
            of_value[position] = count
        sums = np.bincount(self._held, weights=of_value[self._holder], minlength=len(self._stated))
        facets: dict[str, dict[str, int]] = {name: {} for name in names}
        for (name, single), total in zip(self._stated, sums.tolist(), strict=True):
            if total and name in facets:
                facets[name][single] = int(total)
        return facets
