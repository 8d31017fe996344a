"""From a query to its answer, in steps that stop at the first that finds: what the text asks for, the text as a name,
the text as typed on another keyboard, the text leniently; then what can be said when nothing is found.

Every step is decided by what the whole query finds, never by one page of it, so that pages continue one another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from directory.search.analysis import Analysed, analyse
from directory.search.base import Nothing, SearchQuery, Understood
from directory.search.clauses import AREA, BEGINNING, EXACT, SAME_SOUND, WORD, search_levels
from directory.search.cursor import Cursor
from directory.search.intent import Intent, area_point, intent_of
from directory.search.keyboard import is_no_thai, other_keyboard
from directory.search.normalise import normalise
from directory.search.plan import Best, Circle, Clause, Every, Found, Plan, Row, Some, Term, plan_of
from directory.search.ranking import WINDOW, rank
from directory.search.spelling import beginning_of, names_meant
from tic.core.areas import area_name
from tic.core.geo import Point, distance_km

Run = Callable[[Plan], Found]

NEAR_KM: Final = 15.0
"""How far from a place is near it; further away only when nothing is nearer."""
HALF_NEAR_KM: Final = 2.0
STANDING: Final = 0.5
"""Near a place the closest come first, half as good at so many kilometres, and well-known ones gain so much."""
WHOLE_NAME: Final = 1000.0
POOR: Final = 0.8
MARGIN: Final = 0.1
"""When all words are found, but the best name agrees with the text less than POOR, the text may have an error: names
that have its words nearly are the answer when the best of them agrees so much more."""
NEAREST: Final = 5
_ADDED: Final = (re.compile(r"\([^)]*\)?|\[[^\]]*\]?"), re.compile(r"[(\[,].*", re.DOTALL))
_AREA_FILTERS: Final = frozenset({"province", "district"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of the page in order, with the point that distances are measured from, and what is said about them.

    agreement: how far the best name agrees with the text (see `ranking`), None where the page does not tell.
    """

    found: Found
    rows: tuple[Row, ...] = ()
    text: Analysed | None = None
    near: Point | None = None
    understood: Understood | None = None
    did_you_mean: tuple[str, ...] = ()
    nothing: Nothing | None = None
    nearest: tuple[Row, ...] = ()
    agreement: float | None = None


class Answering:
    """One query answered; `more_filters` are filters of the plan beside those of the query, `cursor` is where it is."""

    def __init__(
        self,
        run: Run,
        query: SearchQuery,
        more_filters: Sequence[tuple[str, tuple[str, ...]]] = (),
        cursor: Cursor | None = None,
    ) -> None:
        self._run = run
        self._query = query
        plan = plan_of(query)
        self._plan = replace(plan, filters=(*plan.filters, *more_filters))
        if cursor is not None:
            self._run = lambda plan: run(replace(plan, pin=cursor.pin))
            self._plan = replace(self._plan, offset=cursor.offset, after=cursor.after)
        self._text = analyse(query.text)

    def answer(self) -> Answer:
        """The answer of the first step that finds anything, or what is known about why there is none."""
        if not normalise(self._query.text):
            found = self._run(self._plan)
            return Answer(found, found.rows, near=self._query.near) if found.total else self._nothing(None)
        intent = self._intent(self._query.text) if self._text.words else None
        for step in self._steps(intent):
            if step is not None and step.found.total:
                return step
        return self._nothing(intent)

    def _steps(self, intent: Intent | None) -> Iterator[Answer | None]:
        is_wrong_keyboard = is_no_thai(self._query.text)
        if is_wrong_keyboard:
            yield self._typed_otherwise()
        if self._text.words:
            yield self._meant(intent) if intent else None
        # `A zoo in Tak` that is not there: names somewhat like these words are no answer to that.
        if intent is not None and intent.categories and intent.is_explicit:
            return
        if self._text.words:
            yield self._named(self._text, strict=True)
        if not is_wrong_keyboard:
            yield self._typed_otherwise()
        for text in self._shortened():
            yield self._named(text, strict=True)
        if self._text.words and (intent is None or not intent.categories):
            yield self._named(self._text, strict=False)

    def _intent(self, text: str) -> Intent | None:
        return None if self._query.literal else intent_of(text)

    def _shortened(self) -> Iterator[Analysed]:
        """The text without what stands in brackets, and what stands before the brackets or the first comma."""
        texts = (variant.strip() for pattern in _ADDED for variant in (pattern.sub(" ", self._query.text),))
        for text in dict.fromkeys(texts):
            if text and text != self._query.text.strip():
                yield analyse(text)

    def _typed_otherwise(self) -> Answer | None:
        other = other_keyboard(self._query.text)
        if other is None:
            return None
        text, intent = analyse(other), self._intent(other)
        for step in (self._meant(intent) if intent else None, self._named(text, strict=True)):
            if step is not None and step.found.total:
                return replace(step, understood=replace(step.understood or Understood(name=other), instead=other))
        return None

    def _named(self, text: Analysed, *, strict: bool) -> Answer | None:
        """Places of such a name."""
        if not text.words:
            return None
        strictly, *leniently = search_levels(text)
        if strict:
            answer = self._by_relevance(strictly, text)
            return self._better(text, answer, strictly, leniently[0]) if answer.found.total else None
        for clause in leniently:
            answer = self._by_relevance(clause, text)
            if answer.found.total:
                return replace(answer, did_you_mean=names_meant(text, answer.rows[:WINDOW]))
        return None

    def _better(self, text: Analysed, answer: Answer, strictly: Clause, leniently: Clause) -> Answer:
        """The answer, or that with names that have the words of the text nearly when they agree much better."""
        found = self._agreement(text, strictly) if answer.agreement is None else answer.agreement
        if found >= POOR or self._agreement(text, leniently) < found + MARGIN:
            return answer
        better = self._by_relevance(leniently, text)
        return replace(better, did_you_mean=names_meant(text, better.rows[:WINDOW]))

    def _agreement(self, text: Analysed, clause: Clause) -> float:
        """Of the best place, the same for every page of the query; 0 when there is none."""
        first = replace(self._plan, clause=clause, offset=0, after=(), limit=WINDOW)
        plan = replace(first, order="score", facets=(), counted=False)
        return max((item.agreement for item in rank(text, self._run(plan).rows, None)), default=0.0)

    def _by_relevance(self, clause: Clause, text: Analysed, understood: Understood | None = None) -> Answer:
        plan = replace(self._plan, clause=clause)
        if self._query.sort != "relevance":
            found = self._run(plan)
            return Answer(found, found.rows, text, self._query.near, understood)

        agreements: list[float] = []

        def order(rows: Sequence[Row]) -> Iterable[Row]:
            ranked = rank(text, rows, self._query.near)
            agreements.extend(item.agreement for item in ranked)
            return (replace(item.row, score=item.score) for item in ranked)

        found, rows = self._page(replace(plan, order="score"), order)
        return Answer(found, rows, text, self._query.near, understood, agreement=max(agreements, default=None))

    def _page(self, plan: Plan, order: Callable[[Sequence[Row]], Iterable[Row]]) -> tuple[Found, tuple[Row, ...]]:
        """The page of the plan whose first WINDOW rows are put in a finer order."""
        if plan.offset >= WINDOW:
            found = self._run(plan)
            return found, found.rows
        end = plan.offset + plan.limit
        found = self._run(replace(plan, offset=0, after=(), limit=max(WINDOW, end)))
        return found, (*order(found.rows[:WINDOW]), *found.rows[WINDOW:])[plan.offset : end]

    def _meant(self, intent: Intent) -> Answer | None:
        """The places that the text asks for."""
        if intent.anchor or intent.point or intent.is_here:
            return self._near(intent)
        content = analyse(intent.content)
        return self._by_relevance(meant_clause(intent, content, self._text), content, _understood(intent))

    def _near(self, intent: Intent) -> Answer | None:
        point, name = intent.point, area_name(intent.point_area, self._query.language) if intent.point_area else None
        if intent.is_here:
            point = self._query.near
        elif intent.anchor:
            place = self._anchor(intent)
            if place is None:
                return None
            point, name = _point(place), _name(place, self._query.language)
        if point is None:
            # Nobody said where here is: what is asked for, anywhere.
            return self._meant(replace(intent, is_here=False)) if intent.categories else None
        text = analyse(intent.name)
        required = (*asked_clauses(intent), *([next(search_levels(text))] if text.words else ()))
        clause = Every(required) if required else None
        understood = replace(_understood(intent), near=point, near_name=name)
        for circle in (self._plan.circle or Circle(point, NEAR_KM), self._plan.circle):
            answer = self._around(replace(self._plan, clause=clause, circle=circle), point)
            if answer.found.total:
                return replace(answer, text=text if text.words else None, understood=understood)
        return None

    def _around(self, plan: Plan, point: Point) -> Answer:
        if self._query.sort != "relevance":
            found = self._run(plan)
            return Answer(found, found.rows, near=self._query.near or point)

        def order(rows: Sequence[Row]) -> Iterable[Row]:
            return sorted(rows, key=lambda row: (-_closeness(row, point), row.shown["id"]))

        found, rows = self._page(replace(plan, order="distance", near=point), order)
        return Answer(found, rows, near=point)

    def _anchor(self, intent: Intent) -> Row | None:
        """The place to be near to; None when there is none, or when the whole text is the name of a place."""
        text = analyse(intent.anchor)
        if not text.words:
            return None
        areas = tuple(asked_clauses(replace(intent, categories=())))
        whole = Term("names", self._text.joined, WHOLE_NAME)
        for level, _ in zip(search_levels(text), range(2), strict=False):
            clause: Clause = Every((level, *areas)) if areas else level
            plan = Plan(clause=Best((whole, clause)), order="score", limit=WINDOW, counted=False)
            rows = self._run(plan).rows
            if any(_is_called(row, self._text.joined) for row in rows):
                return None
            if rows:
                return rank(text, rows, self._query.near)[0].row
        return None

    def _nothing(self, intent: Intent | None) -> Answer:
        """Why nothing is found, and the best places without the filters."""
        areas = tuple((name, values) for name, values in self._plan.filters if name in _AREA_FILTERS)
        limits = Plan(filters=areas, circle=self._plan.circle, bbox=self._plan.bbox, limit=1)
        asked = tuple(asked_clauses(replace(intent, categories=()))) if intent else ()
        if asked:
            limits = replace(limits, clause=asked[0])
        is_limited = bool(areas or asked or limits.circle or limits.bbox)
        nothing: Nothing = "no_source" if is_limited and not self._run(limits).total else "no_match"
        nearest = self._elsewhere(intent)
        meant = names_meant(self._text, nearest) if self._text.words and intent is None else ()
        if self._text.words and not meant and intent is None and (clause := beginning_of(self._text)) is not None:
            rows = self._run(Plan(clause=clause, order="score", limit=WINDOW, counted=False)).rows
            meant = names_meant(self._text, rows)
        return Answer(
            Found(0), (), near=self._query.near, understood=_understood(intent) if intent else None,
            did_you_mean=meant, nothing=nothing, nearest=nearest[:NEAREST],
        )  # fmt: skip

    def _elsewhere(self, intent: Intent | None) -> tuple[Row, ...]:
        plan = Plan(limit=WINDOW, counted=False)
        centre = _centre(self._plan, intent)
        if intent is not None and intent.categories:
            plan = replace(plan, clause=Best(tuple(asked_clauses(replace(intent, provinces=(), districts=())))))
        elif self._text.words:
            return self._like(replace(plan, order="score"))
        elif not self._plan.filters and centre is None:
            return ()
        else:
            plan = replace(plan, filters=tuple(item for item in self._plan.filters if item[0] not in _AREA_FILTERS))
        rows = self._run(replace(plan, order="distance", near=centre, limit=NEAREST) if centre else plan).rows
        return rows or self._run(Plan(order="distance", near=centre, limit=NEAREST)).rows if centre else rows

    def _like(self, plan: Plan) -> tuple[Row, ...]:
        if not (self._plan.filters or self._plan.circle or self._plan.bbox):
            return ()
        for clause in search_levels(self._text):
            rows = self._run(replace(plan, clause=clause)).rows
            if rows:
                return tuple(item.row for item in rank(self._text, rows, self._query.near))
        return ()


def meant_clause(intent: Intent, content: Analysed, whole: Analysed) -> Clause:
    """Places of the kinds in the areas; also those with a name that is the text, or that has all of its words."""
    share = BEGINNING / max(len(content.words), 1)
    names = [Term("names", whole.joined, EXACT), Term("names", content.joined, SAME_SOUND)]
    literal: Iterator[Clause] = (Term("words", word.text, share) for word in content.words)
    if intent.categories:
        # An area alone is named as it is written: Ko Lat only sounds like Korat.
        names.append(Term("name_keys", whole.key, SAME_SOUND))
        literal = (Best((Term("words", word.text, share), Term("keys", word.key, share))) for word in content.words)
    meant = Every(tuple(asked_clauses(intent)))
    # A kind alone is no name: a flat `near the hospital` is no hospital.
    is_kind = intent.categories and not (intent.provinces or intent.districts)
    return Some((*names, meant) if is_kind else (*names, Every(tuple(literal)), meant))


def asked_clauses(intent: Intent) -> Iterator[Clause]:
    """What a place has to be: of one of the kinds, in one of the areas."""
    if intent.categories:
        yield Best(tuple(Term("of_kind", code, WORD) for code in intent.categories))
    areas = [Term("province", code, AREA) for code in intent.provinces]
    areas += [Term("district", code, AREA) for code in intent.districts]
    if areas:
        yield Best(tuple(areas))


def _understood(intent: Intent) -> Understood:
    return Understood(
        name=intent.name, categories=intent.categories, provinces=intent.provinces, districts=intent.districts
    )


def _closeness(row: Row, point: Point) -> float:
    return 1 / (1 + distance_km(point, _point(row)) / HALF_NEAR_KM) + STANDING * float(row.shown["prominence"])


def _is_called(row: Row, joined: str) -> bool:
    return any(words.replace(" ", "") == joined for _, words, _, _ in row.shown["forms"])


def _point(row: Row) -> Point:
    return Point(row.shown["lat"], row.shown["lon"])


def _name(row: Row, language: str) -> str:
    first, second = ("name_th", "name_en") if language == "th" else ("name_en", "name_th")
    return str(row.shown[first] or row.shown[second] or row.shown["id"])


def _centre(plan: Plan, intent: Intent | None) -> Point | None:
    """The middle of where was looked."""
    if plan.circle is not None:
        return plan.circle.centre
    if plan.bbox is not None:
        west, south, east, north = plan.bbox
        return Point((south + north) / 2, (west + east) / 2)
    codes = [code for name, values in plan.filters if name in _AREA_FILTERS for code in values]
    if intent is not None:
        codes += [*intent.provinces, *intent.districts]
    return next((point for code in codes if (point := area_point(code))), None)
