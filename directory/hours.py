"""Opening hours for people and for machines: the days of a week, whether it is open now, and the regular week.

Expressions are those of OpenStreetMap (https://wiki.openstreetmap.org/wiki/Key:opening_hours). Times are those of
Asia/Bangkok. Rules for public holidays are read but never apply: the library has no Thai calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from opening_hours import OpeningHours, State, validate

from tic.core.geo import Point
from tic.core.i18n import BANGKOK

_DAY: Final = timedelta(days=1)
_WEEKS_LOOKED_AT: Final = 53
_BANGKOK_POINT: Final = Point(13.75, 100.5)
"""Sunrise and sunset of an expression without a place."""


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
def _parsed(expression: str, point: Point) -> OpeningHours | None:
    if not validate(expression):
        return None
    return OpeningHours(expression, timezone=BANGKOK, coords=(point.lat, point.lon))


def can_be_read(expression: str) -> bool:
    """Whether the expression follows the syntax."""
    return _parsed(expression, _BANGKOK_POINT) is not None


def week_from(expression: str, start: date, *, point: Point = _BANGKOK_POINT, days: int = 7) -> tuple[Day, ...]:
    """The days from `start` on, or none when the expression cannot be read."""
    parsed = _parsed(expression, point)
    if parsed is None:
        return ()
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
    parsed = _parsed(expression, point)
    if parsed is None:
        return None
    local = moment.astimezone(BANGKOK)
    begins, until, state, _comment = next(iter(parsed.intervals(local, local + 8 * _DAY)))
    is_open = None if state == State.UNKNOWN else state == State.OPEN
    return OpenState(is_open, until if until - begins < 7 * _DAY else None)


def regular_week(expression: str) -> dict[int, tuple[Span, ...]] | None:
    """The spans per weekday (0: Monday) when every week of a year is the same, otherwise None.

    None also for what is not certain, and for what follows the sun, which differs from day to day.
    """
    start = date(2024, 1, 1)  # A Monday of a leap year.
    days = week_from(expression, start, days=7 * _WEEKS_LOOKED_AT)
    if not days:
        return None
    week = {day.date.weekday(): day.spans for day in days[:7]}
    for day in days:
        if day.spans != week[day.date.weekday()] or not all(span.certain for span in day.spans):
            return None
    return week
