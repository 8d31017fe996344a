"""Opening hours for people and for machines: the days of a week, whether it is open now, and the regular week.

Expressions are those of OpenStreetMap (https://wiki.openstreetmap.org/wiki/Key:opening_hours). Times are those of
Asia/Bangkok. Rules for public holidays follow the Thai calendar (directory.public_holidays).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from opening_hours import OpeningHours, State, validate

from directory.public_holidays import with_dates
from tic.core.geo import Point
from tic.core.i18n import BANGKOK

_DAY: Final = timedelta(days=1)
_WEEKS_LOOKED_AT: Final = 53
_BANGKOK_POINT: Final = Point(13.75, 100.5)
"""Sunrise and sunset of an expression without a place."""
_SUN: Final = re.compile(r"sunrise|sunset|dawn|dusk", re.IGNORECASE)
_TERM_PLACE: Final = re.compile(r"@(-?\d+\.\d),(-?\d+\.\d)$")
_DAYS_KEPT: Final = 2
_MOST_TERMS: Final = 50_000
_changes: Final[dict[str, _Changes]] = {}
"""Changes of the terms seen; a cache only, so that a race between threads costs a second calculation at most."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` to `closes`, `HH:MM`; `24:00` is midnight, an earlier `closes` is on the next day.

    `comment` is what the source says about it; `certain` is False where the expression says `unknown`.
    """

    opens: str
    closes: str
    comment: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """A day with the spans that begin on it; closed when there are none."""

    date: date
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class OpenState:
    """Open (None: not known) at a moment, and until when that holds; None when it does for more than a week."""

    is_open: bool | None
    until: datetime | None


@lru_cache(maxsize=4096)
def _parsed(expression: str, point: Point, year: int) -> OpeningHours | None:
    """The expression at a place with the public holidays around a year."""
    if not validate(expression):
        return None
    dated = with_dates(expression, (year - 1, year, year + 1))
    return OpeningHours(dated, timezone=BANGKOK, coords=(point.lat, point.lon))


def can_be_read(expression: str) -> bool:
    """Whether the expression follows the syntax."""
    return bool(validate(expression))


def week_from(expression: str, start: date, *, point: Point = _BANGKOK_POINT, days: int = 7) -> tuple[Day, ...]:
    """The days from `start` on, or none when the expression cannot be read."""
    parsed = _parsed(expression, point, start.year)
    if parsed is None:
        return ()
    return _days(parsed, start, days)


def _days(parsed: OpeningHours, start: date, days: int) -> tuple[Day, ...]:
    spans: dict[date, list[Span]] = {start + index * _DAY: [] for index in range(days)}
    for opens, closes, comment, certain in _open_intervals(parsed, start - _DAY, days + 1):
        if opens.date() in spans:
            spans[opens.date()].append(Span(_clock(opens), _clock(closes, ends=True), comment, certain))
    return tuple(Day(when, tuple(found)) for when, found in spans.items())


def _open_intervals(parsed: OpeningHours, start: date, days: int) -> Iterator[tuple[datetime, datetime, str, bool]]:
    """Open intervals in order; what lasts a day or longer is cut at midnight."""
    first = datetime.combine(start, time(), BANGKOK)
    for opens, closes, state, comment in parsed.intervals(first, first + (days + 1) * _DAY):
        if state == State.CLOSED:
            continue
        certain = state == State.OPEN
        while closes - opens >= _DAY:
            midnight = datetime.combine(opens.date() + _DAY, time(), BANGKOK)
            yield opens, midnight, comment, certain
            opens = midnight  # noqa: PLW2901  (the rest of the same interval)
        if closes > opens:
            yield opens, closes, comment, certain


def _clock(moment: datetime, *, ends: bool = False) -> str:
    text = f"{moment:%H:%M}"
    return "24:00" if ends and text == "00:00" else text


def state_at(expression: str, moment: datetime, *, point: Point = _BANGKOK_POINT) -> OpenState | None:
    """Whether it is open at an aware moment, and until when; None when the expression cannot be read."""
    local = moment.astimezone(BANGKOK)
    parsed = _parsed(expression, point, local.year)
    if parsed is None:
        return None
    begins, until, state, _comment = next(iter(parsed.intervals(local, local + 8 * _DAY)))
    is_open = None if state == State.UNKNOWN else state == State.OPEN
    return OpenState(is_open, until if until - begins < 7 * _DAY else None)


def regular_week(expression: str) -> dict[int, tuple[Span, ...]] | None:
    """The spans per weekday (0: Monday) when every week of a year is the same, otherwise None.

    None also for what is not certain, and for what follows the sun, which differs from day to day. What is different
    on public holidays does not count.
    """
    if not validate(expression):
        return None
    start = date(2024, 1, 1)  # A Monday of a leap year.
    point = (_BANGKOK_POINT.lat, _BANGKOK_POINT.lon)
    days = _days(OpeningHours(expression, timezone=BANGKOK, coords=point), start, 7 * _WEEKS_LOOKED_AT)
    week = {day.date.weekday(): day.spans for day in days[:7]}
    for day in days:
        if day.spans != week[day.date.weekday()] or not all(span.certain for span in day.spans):
            return None
    return week


def hours_term_of(expression: str, point: Point) -> str | None:
    """An expression as one term of an index, or None when it cannot be read.

    What follows the sun ends with `@lat,lon` to a tenth of a degree, half a minute of the sun's way.
    """
    if not validate(expression):
        return None
    return f"{expression}@{point.lat:.1f},{point.lon:.1f}" if _SUN.search(expression) else expression


def open_terms(terms: Collection[str], moment: datetime) -> tuple[str, ...]:
    """The terms of `hours_term_of` that are open for certain at an aware moment, in the order given.

    The changes of each term are kept for the days after the first moment that is asked for, so that the next
    question is a look-up. A term that cannot be read is not open.
    """
    if moment.tzinfo is None:
        raise ValueError("open_terms needs an aware moment")
    at = moment.timestamp()
    return tuple(term for term in terms if _is_open(term, moment, at))


@dataclass(frozen=True, slots=True)
class _Changes:
    """When a term opens and closes in turn, within [begins, ends); POSIX seconds."""

    begins: float
    ends: float
    moments: tuple[float, ...]


def _is_open(term: str, moment: datetime, at: float) -> bool:
    known = _changes.get(term)
    if known is None or not known.begins <= at < known.ends:
        if len(_changes) >= _MOST_TERMS:
            _changes.clear()
        known = _changes[term] = _changes_of(term, moment)
    return bisect_right(known.moments, at) % 2 == 1


def _changes_of(term: str, moment: datetime) -> _Changes:
    first = datetime.combine(moment.astimezone(BANGKOK).date(), time(), BANGKOK)
    last = first + _DAYS_KEPT * _DAY
    place = _TERM_PLACE.search(term)
    expression = term[: place.start()] if place else term
    point = Point(float(place[1]), float(place[2])) if place else _BANGKOK_POINT
    parsed = _parsed(expression, point, first.year)
    moments: list[float] = []
    for opens, closes, state, _comment in parsed.intervals(first, last) if parsed else ():
        if state != State.OPEN:
            continue
        if moments and moments[-1] == opens.timestamp():
            moments[-1] = closes.timestamp()
        else:
            moments += (opens.timestamp(), closes.timestamp())
    return _Changes(first.timestamp(), last.timestamp(), tuple(moments))
