"""What an engine is asked for, in no engine's own words, and what it gives back.

Scores are constants times the weight stored with a document, so that every engine puts the same documents first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from directory.search.base import SearchQuery
from tic.core.geo import Point


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with exactly this value."""

    field_name: str
    value: str
    score: float


@dataclass(frozen=True, slots=True)
class Prefix:
    """Documents with a value that begins so."""

    field_name: str
    value: str
    score: float


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Documents with a value at most `edits` insertions, deletions, substitutions or transpositions away."""

    field_name: str
    value: str
    edits: int
    score: float


@dataclass(frozen=True, slots=True)
class Best:
    """Any of the clauses; the best one counts."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of the required clauses; they add up, with those of the optional ones that fit."""

    required: tuple[Clause, ...]
    optional: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least so many of the clauses; those that fit add up."""

    clauses: tuple[Clause, ...]
    at_least: int = 1


Clause = Term | Prefix | Fuzzy | Best | Every | Some
Order = Literal["score", "distance", "by_rank", "by_name_th", "by_name_en", "by_newest"]
"""`by_...` are stored values that differ for hardly any two documents, ascending."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Documents at most `radius_km` from a point, along the great circle."""

    centre: Point
    radius_km: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One request to an engine.

    clause: None for all documents; filters: field -> values, any of which fits; near: where distance is measured
    from when the order is `distance`; facets: fields whose values are counted without the filter on that field;
    counted: whether the total is wanted; pin: the state of the index to look in, None for the present one; after: the
    place of the last row before the page in a pinned state, instead of the offset where the engine gave one.
    """

    clause: Clause | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    circle: Circle | None = None
    bbox: tuple[float, float, float, float] | None = None
    order: Order = "by_rank"
    near: Point | None = None
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    counted: bool = True
    pin: str | None = None
    after: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One document found: what is shown of it, and the engine's score (0 in another order)."""

    shown: dict[str, Any]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """An engine's answer; facets: field -> value -> count; after: the place of the last row, if the engine has such."""

    total: int
    rows: tuple[Row, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    after: tuple[Any, ...] = ()


def plan_of(query: SearchQuery) -> Plan:
    """The filters, the order and the page of a query, without its text."""
    filters = (
        ("category", query.categories),
        ("province", query.provinces),
        ("district", query.districts),
        ("source", query.sources),
        ("price", query.prices),
        ("certification", query.certifications),
        ("access", query.access),
    )
    orders: dict[str, Order] = {
        "relevance": "by_rank",
        "distance": "distance",
        "newest": "by_newest",
        "name": "by_name_en" if query.language == "en" else "by_name_th",
    }
    return Plan(
        filters=tuple((name, values) for name, values in filters if values),
        circle=Circle(query.near, query.radius_km) if query.near and query.radius_km is not None else None,
        bbox=query.bbox,
        order=orders[query.sort],
        near=query.near,
        offset=(query.page - 1) * query.size,
        limit=query.size,
        facets=query.facets,
    )
