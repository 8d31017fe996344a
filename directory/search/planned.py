"""What is the same in both engines: a query becomes plans, an engine answers them, the answer is put in order."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from directory.categories import categories
from directory.hours import open_terms
from directory.search.analysis import Analysed
from directory.search.answering import Answer, Answering
from directory.search.base import FacetCount, Hit, SearchQuery, SearchResults, Suggestion
from directory.search.clauses import suggest_levels
from directory.search.cursor import FIRST, Cursor, read_cursor, search_mark, write_cursor
from directory.search.highlighting import best_name
from directory.search.known_names import known_completions
from directory.search.plan import Circle, Found, Plan, Row
from directory.search.ranking import WINDOW
from directory.search.suggesting import Completion, analyse_typed, complete, suggestions_of
from tic.core.geo import Point, distance_km

_NEARBY_KM: Final = 30.0
_SHARE_OF_KNOWN: Final = 4
"""Of the suggestions at most every fourth is an area, and every fourth a category; the others are places."""
_ROOM_FOR_CLOSED: Final = 10
"""Further places that are looked at beside those wanted: the place itself, and those that are closed."""
_HOURS_KNOWN_S: Final = 60.0
"""For so long new opening hours of an edited listing may be missing from what is open."""
_ALL_WORDS: Final = 1
"""The level of suggestions that looks for words of any place."""
_NEVER: Final = "-"
"""No opening hours: what is asked for when none are open at the moment."""


class PlannedSearch(ABC):
    """The reading half of a SearchEngine; an engine answers plans and finds the document of an id."""

    @abstractmethod
    def _run(self, plan: Plan) -> Found:
        """The engine's answer to one plan. Raises IndexNotReady, ServiceUnavailable, StorageFailed."""

    @abstractmethod
    def version(self) -> str | None:
        """Version name of the index served, None before the first build."""

    @abstractmethod
    def _shown(self, listing_id: str) -> dict[str, Any] | None:
        """What is shown of one document, or None when there is none of that id."""

    @abstractmethod
    def _pin(self) -> str:
        """Keep the present state of the index for plans that name it, for KEPT_S after the last of them."""

    @abstractmethod
    def _unpin(self, pin: str) -> None:
        """Let go of a state that was kept."""

    _hours: tuple[float, str | None, tuple[str, ...]] | None = None

    def search(self, query: SearchQuery) -> SearchResults:
        """One page of results with facets."""
        started = time.perf_counter()
        cursor = None
        if query.cursor is not None:
            cursor = self._first(query) if query.cursor == FIRST else read_cursor(query)
            query = cursor.query(query)
        open_then = (("hours", self._open_at(query.open_at)),) if query.open_at else ()
        answer = Answering(self._run, query, open_then, cursor).answer()
        return SearchResults(
            total=answer.found.total,
            hits=tuple(_hit(row, answer.near, answer.text) for row in answer.rows),
            facets={name: _counts(answer.found.facets.get(name, {})) for name in query.facets},
            took_ms=(time.perf_counter() - started) * 1000,
            understood=answer.understood,
            did_you_mean=answer.did_you_mean,
            nothing=answer.nothing,
            nearest=tuple(_hit(row, answer.near) for row in answer.nearest),
            next_cursor=self._next(cursor, answer) if cursor else None,
        )

    def _first(self, query: SearchQuery) -> Cursor:
        moment = query.open_at.isoformat() if query.open_at else None
        return Cursor(self._pin(), search_mark(query), open_at=moment)

    def _next(self, cursor: Cursor, answer: Answer) -> str | None:
        beyond = cursor.offset + len(answer.rows)
        if answer.rows and beyond < answer.found.total:
            return write_cursor(replace(cursor, offset=beyond, after=answer.found.after))
        # Somebody whose connection broke may ask for the last of several pages again.
        if cursor.offset == 0:
            self._unpin(cursor.pin)
        return None

    def _open_at(self, moment: datetime) -> tuple[str, ...]:
        """The opening hours of the directory that are open at the moment."""
        version, now = self.version(), time.monotonic()
        if self._hours is None or self._hours[1] != version or now - self._hours[0] > _HOURS_KNOWN_S:
            found = self._run(Plan(limit=1, facets=("hours",), counted=False))
            self._hours = now, version, tuple(sorted(found.facets["hours"]))
        return open_terms(self._hours[2], moment) or (_NEVER,)

    def suggest(
        self, text: str, *, language: str = "th", limit: int = 8, near: Point | None = None
    ) -> list[Suggestion]:
        """Areas, then categories, then places with a name that begins with the text or has a word that does."""
        analysed = analyse_typed(text)
        if not analysed.words or limit < 1:
            return []
        plan = Plan(order="score", limit=max(WINDOW, limit), counted=False)
        found: dict[str, Completion] = {}
        for level, clause in enumerate(suggest_levels(analysed)):
            # Well-known places that have such a word leave the others nothing but names that begin so.
            begins = sum(item.begins for item in found.values())
            if begins >= limit or (level == _ALL_WORDS and len(found) >= limit):
                continue
            for row in self._run(replace(plan, clause=clause)).rows:
                found.setdefault(row.shown["id"], complete(analysed, row, language))
        known = known_completions(analysed, most=limit // _SHARE_OF_KNOWN, near=near)
        places = suggestions_of(list(found.values()), limit=limit - len(known), near=near)
        return [*known, *places]

    def similar(self, listing_id: str, *, limit: int = 6) -> list[Hit]:
        """Listings of the same kind nearby, nearest first; those of kindred kinds fill up. None for an unknown id."""
        shown = self._shown(listing_id)
        if shown is None or limit < 1:
            return []
        here = Point(shown["lat"], shown["lon"])
        hits: dict[str, Hit] = {}
        for category, circle in _kin(shown["category"], here):
            filters = (("category", (category,)),)
            plan = Plan(
                filters=filters,
                circle=circle,
                order="distance",
                near=here,
                limit=limit + _ROOM_FOR_CLOSED,
                counted=False,
            )
            for row in self._run(plan).rows:
                if row.shown["id"] != listing_id and not row.shown.get("closed"):
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


def _hit(row: Row, near: Point | None, text: Analysed | None = None) -> Hit:
    shown = row.shown
    matched, marks = best_name(text, shown["forms"]) if text else (None, ())
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
        matched=matched,
        marks=marks,
        closed=bool(shown.get("closed")),
    )


def _counts(counts: Any) -> tuple[FacetCount, ...]:
    """Most frequent value first, equal ones by name."""
    by_name = sorted(counts.items())
    return tuple(FacetCount(value, count) for value, count in sorted(by_name, key=itemgetter(1), reverse=True))
