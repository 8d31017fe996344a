"""What the category of a place says about matching: how far its points may be apart, and which categories agree."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from directory.categories import categories
from directory.resolve.names import kind_names

Reach = Literal["local", "wide", "vast"]
_REACH: Final[dict[Reach, int]] = {"local": 0, "wide": 1, "vast": 2}
PRIVATE_RENTAL: Final = "private_rental"
NEVER, DOUBTFUL, RELATED, SAME = 0.0, 1.0, 2.0, 3.0
"""How well two categories agree; NaN where one of them says nothing (`other`, `service`)."""

_SAYS_NOTHING = frozenset({"other", "service"})
_VAST = frozenset({"national_park", "wildlife", "island", "mountain", "lake", "reservoir", "river"})
_WIDE_PARENTS = frozenset({"attraction", "nature", "market", "transport", "event"})
_WIDE = frozenset(
    {"golf", "mall", "hospital", "campsite", "bridge", "bay", "cape", "canal", "street", "fort", "castle"}
)
_EXTENT_M: Final[dict[str, float]] = {
    "national_park": 5000.0,
    "wildlife": 5000.0,
    "island": 3000.0,
    "mountain": 2000.0,
    "lake": 2000.0,
    "airport": 1000.0,
    "beach": 600.0,
    "golf": 500.0,
    "waterfall": 500.0,
    "community": 500.0,
    "historic": 300.0,
    "park": 300.0,
    "palace": 200.0,
    "temple": 150.0,
    "mall": 150.0,
    "hospital": 150.0,
    "resort": 150.0,
    "private_rental": 150.0,
}
_EXTENT_BY_PARENT_M: Final[dict[str, float]] = {
    "nature": 400.0,
    "attraction": 150.0,
    "market": 150.0,
    "transport": 150.0,
    "event": 300.0,
    "accommodation": 80.0,
}
_DEFAULT_EXTENT_M: Final = 50.0
_SIGHTS: Final = frozenset({"attraction", "nature", "transport", "event"})
_CHAINS: Final = frozenset({"food", "shopping", "service"})
_AKIN: Final = (
    "temple worship historic landmark",
    "palace historic museum landmark",
    "museum art historic landmark",
    "park zoo theme_park landmark farm",
    "viewpoint mountain landmark",
    "community historic local_market farm homestay",
    "island beach national_park viewpoint",
    "national_park wildlife waterfall cave mountain viewpoint campsite park hot_spring",
    "lake viewpoint park landmark",
    "cave temple",
    "local_market night_market floating_market mall shop souvenir fast_food",
    "mall shop souvenir cinema",
    "souvenir shop community art farm",
    "bar nightlife restaurant cafe",
    "bakery cafe",
    "bakery shop souvenir",
    "spa resort hotel",
    "homestay resort guesthouse hotel campsite farm",
    "golf resort sport",
    "pier landmark station bus_terminal",
    "festival event",
)
"""Categories that two sources give one place; members of each line are akin to one another."""
_LOOSE_PARENTS: Final = frozenset({"food", "accommodation", "shopping", "market", "event"})
"""Parents whose children are hardly kept apart by anybody."""
_SIGHT_PARENTS: Final = frozenset({"attraction", "nature", "market", "event", "transport", "activity"})
"""Parents of which one publisher's child may be another's child of another parent."""


def _parent(code: str) -> str:
    return categories()[code].parent or code


@lru_cache(maxsize=1)
def category_codes() -> tuple[str, ...]:
    """All codes, in the order of rows and columns of `agreement`."""
    return tuple(categories())


@lru_cache(maxsize=1)
def agreement() -> npt.NDArray[np.float32]:
    """How well each two categories agree, as a symmetric table over `category_codes`."""
    codes = category_codes()
    return np.array([[_agree(one, other) for other in codes] for one in codes], dtype=np.float32)


def _agree(one: str, other: str) -> float:
    parents = {_parent(one), _parent(other)}
    if one in _SAYS_NOTHING or other in _SAYS_NOTHING:
        return float("nan")
    if one == other:
        return SAME
    if PRIVATE_RENTAL in (one, other):
        return DOUBTFUL if len(parents) == 1 else NEVER
    is_parent = one == _parent(other) or other == _parent(one)
    is_akin = any({one, other} <= set(line.split()) for line in _AKIN)
    if is_parent or is_akin or (len(parents) == 1 and parents <= _LOOSE_PARENTS):
        return RELATED
    return DOUBTFUL if len(parents) == 1 or parents <= _SIGHT_PARENTS else NEVER


def category_numbers(categories_: pl.Series) -> pl.Series:
    """Positions of category codes in `category_codes`; unknown and missing ones count as `other`."""
    numbers = {code: position for position, code in enumerate(category_codes())}
    return categories_.replace_strict(numbers, default=numbers["other"], return_dtype=pl.Int32)


@lru_cache(maxsize=1)
def category_table() -> pl.DataFrame:
    """What each category says, by its number `category`.

    reach: how widely candidates are looked for (0 local, 1 wide, 2 vast). is_open: the name may say more of the reach.
    extent_m: metres by which points of one place commonly differ between sources. sight: places have names of their
    own, which no chain shares. chain: they commonly belong to one, with another of its shops across the street.
    """
    codes = category_codes()
    reach = [_REACH[reach_of(code)] for code in codes]
    return pl.DataFrame(
        {
            "category": range(len(codes)),
            "reach": reach,
            "is_open": [number > 0 or code in _SAYS_NOTHING for code, number in zip(codes, reach, strict=True)],
            "extent_m": [extent_m(code) for code in codes],
            "sight": [_parent(code) in _SIGHTS for code in codes],
            "chain": [_parent(code) in _CHAINS for code in codes],
        },
        schema_overrides={"category": pl.Int32, "reach": pl.Int8, "extent_m": pl.Float32},
    )


def reach_of(code: str) -> Reach:
    """How widely candidates for a place of this category, or kind of place named in its name, are looked for."""
    if code in _VAST:
        return "vast"
    known = categories()
    if code in _WIDE or (code in known and _parent(code) in _WIDE_PARENTS):
        return "wide"
    return "local"


def extent_m(code: str) -> float:
    """Metres by which points of one place of this category commonly differ between sources."""
    return _EXTENT_M.get(code) or _EXTENT_BY_PARENT_M.get(_parent(code), _DEFAULT_EXTENT_M)


@lru_cache(maxsize=1)
def vast_kinds() -> int:
    """Bit set of the kinds of place that are vast, as `names.NAME_SCHEMA.kinds` holds them."""
    return sum(1 << bit for bit, name in enumerate(kind_names()) if reach_of(name) == "vast")


@lru_cache(maxsize=1)
def wide_kinds() -> int:
    """Bit set of the kinds of place that are wide."""
    return sum(1 << bit for bit, name in enumerate(kind_names()) if reach_of(name) == "wide")
