"""What results are counted by, in two columns: where a place is, and what it is.

An engine that counts column by column is several times as fast on two as on the seven facets; a value of a column holds
all values that a place has of the column's facets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from directory.search.base import Document

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "where": ("province", "district"),
    "what": ("category", "source", "price", "certification", "access"),
}
"""Column -> the facets in it."""
_BETWEEN: Final = "\x1f"
_IS: Final = "\x1e"
_KEPT: Final = 32_768


def columns_of(document: Document) -> dict[str, str]:
    """The value of each column for a document."""
    return {
        column: _BETWEEN.join(f"{name}{_IS}{value}" for name in names for value in _values(document, name))
        for column, names in COLUMNS.items()
    }


def _values(document: Document, name: str) -> Sequence[str]:
    value = document.get(name) or ()
    return (value,) if isinstance(value, str) else value


def columns_with(facets: Iterable[str]) -> dict[str, list[str]]:
    """The columns that hold the facets, each with those of them that it holds."""
    wanted = list(facets)
    held = {column: [name for name in wanted if name in names] for column, names in COLUMNS.items()}
    return {column: names for column, names in held.items() if names}


def code_of(value: str) -> int:
    """A number of 64 bits that stands for a value of a column, as compact as an engine can read it."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "big")


def expand(counts: Mapping[str, int], names: Collection[str]) -> dict[str, dict[str, int]]:
    """Counts of a column's values -> facet -> value -> count, for the facets of these names."""
    facets: dict[str, dict[str, int]] = {name: {} for name in names}
    for combined, count in counts.items():
        for name, value in _parts(combined):
            if name in facets:
                facets[name][value] = facets[name].get(value, 0) + count
    return facets


@lru_cache(maxsize=_KEPT)
def _parts(combined: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition(_IS) for part in combined.split(_BETWEEN) if part)
    return tuple((name, value) for name, _, value in pairs)
