"""What is the same in both engines: a query becomes plans, an engine answers them, the answer is put in order."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from directory.categories import categories
from directory.search.analysis import analyse
from directory.search.base import FacetCount, Hit, SearchQuery, SearchResults, Suggestion
from directory.search.clauses import search_levels, suggest_levels
from directory.search.normalise import normalise
from directory.search.plan import Circle, Clause, Found, Plan, Row, plan_of
from directory.search.ranking import WINDOW, rank
from directory.search.suggesting import suggestions_of
from tic.core.geo import Point, distance_km

_NEARBY_KM: Final = 30.0


class PlannedSearch(ABC):
    """The reading half of a SearchEngine; an engine answers plans and finds the document of an id."""

    @abstractmethod
    def _run(self, plan: Plan) -> Found:
        """The engine's answer to one plan. Raises IndexNotReady, ServiceUnavailable, StorageFailed."""

    @abstractmethod
    def _shown(self, listing_id: str) -> dict[str, Any] | None:
        """What is shown of one document, or None when there is none of that id."""

    def search(self, query: SearchQuery) -> SearchResults:
        """One page of results with facets."""
        started = time.perf_counter()
        found, rows = self._find(query)
        hits = tuple(_hit(row, query.near) for row in rows)
        facets = {name: _counts(found.facets.get(name, {})) for name in query.facets}
        return SearchResults(found.total, hits, facets, took_ms=(time.perf_counter() - started) * 1000)

    def _find(self, query: SearchQuery) -> tuple[Found, Iterable[Row]]:
        """The answer, and the rows of the page in their order."""
        plan, text = plan_of(query), analyse(query.text)
        if not normalise(query.text):
            found = self._run(plan)
            return found, found.rows
        levels = search_levels(text) if text.words else ()
        if query.sort == "relevance":
            plan = replace(plan, order="score")
        if query.sort != "relevance" or plan.offset >= WINDOW:
            found = self._first_level(plan, levels)
            return found, found.rows
        end = plan.offset + plan.limit
        found = self._first_level(replace(plan, offset=0, limit=max(WINDOW, end)), levels)
        best = [replace(item.row, score=item.score) for item in rank(text, found.rows[:WINDOW], query.near)]
        return found, (*best, *found.rows[WINDOW:])[plan.offset : end]

    def _first_level(self, plan: Plan, levels: Iterable[Clause]) -> Found:
        """The answer to the strictest level that finds anything."""
        found = Found(total=0)
        for clause in levels:
            found = self._run(replace(plan, clause=clause))
            if found.total:
                break
        return found

    def suggest(
        self, text: str, *, language: str = "th", limit: int = 8, near: Point | None = None
    ) -> list[Suggestion]:
        """Places whose name in either language begins with, or contains a word beginning with, the text."""
        analysed = analyse(text)
        if not analysed.words or limit < 1:
            return []
        plan = Plan(order="score", limit=max(WINDOW, limit), counted=False)
        rows: dict[str, Row] = {}
        for clause in suggest_levels(analysed):
            for row in self._run(replace(plan, clause=clause)).rows:
                rows.setdefault(row.shown["id"], row)
            if len(rows) >= limit:
                break
        return suggestions_of(analysed, list(rows.values()), language=language, limit=limit, near=near)

    def similar(self, listing_id: str, *, limit: int = 6) -> list[Hit]:
        """Listings of the same kind nearby, nearest first; those of kindred kinds fill up. None for an unknown id."""
        shown = self._shown(listing_id)
        if shown is None or limit < 1:
            return []
        here = Point(shown["lat"], shown["lon"])
        hits: dict[str, Hit] = {}
        for category, circle in _kin(shown["category"], here):
            filters = (("category", (category,)),)
            plan = Plan(filters=filters, circle=circle, order="distance", near=here, limit=limit + 1, counted=False)
            for row in self._run(plan).rows:
                if row.shown["id"] != listing_id:
                    hits.setdefault(row.shown["id"], _hit(row, here))
            if len(hits) >= limit:
                break
        return list(hits.values())[:limit]


def _kin(category: str, here: Point) -> Iterator[tuple[str, Circle | None]]:
    """Where kindred places are looked for: the same kind nearby, kinds of the same parent nearby, the same anywhere."""
    known = categories().get(category)
    yield category, Circle(here, _NEARBY_KM)
    if known and known.parent:
        yield known.parent, Circle(here, _NEARBY_KM)
    yield category, None


def _hit(row: Row, near: Point | None) -> Hit:
    shown = row.shown
    return Hit(
        id=shown["id"],
        score=row.score,
        name_th=shown["name_th"],
        name_en=shown["name_en"],
        category=shown["category"],
        lat=shown["lat"],
        lon=shown["lon"],
        province_code=shown["province"],
        district_code=shown["district"],
        sources=tuple(shown["sources"]),
        distance_km=None if near is None else distance_km(near, Point(shown["lat"], shown["lon"])),
    )


def _counts(counts: Any) -> tuple[FacetCount, ...]:
    """Most frequent value first, equal ones by name."""
    return tuple(
        FacetCount(value, count) for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
