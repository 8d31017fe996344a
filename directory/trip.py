"""A trip: places in order, day by day, from a first date. It lives in an address, so that a link shares it.

The address has `days`, the ids of listings with a comma between stops and a tilde between days, and `from`, the first
date (ISO 8601). No account and no table is needed: what is not in the address is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import Connection

from directory import hours, repository
from directory.listing import Listing, Redirect
from directory.public_holidays import holiday_name
from directory.trip_order import cut_into_days, path_km, shortest_path
from tic.core.errors import BadInput
from tic.core.geo import Point, distance_km
from tic.core.i18n import Language

MAX_STOPS: Final = 60
MAX_DAYS: Final = 30
_DAY: Final = timedelta(days=1)
_YEARS: Final = range(2000, 2100)
_ID: Final = re.compile(r"[\w-]{1,64}")
_MOST_TEXT: Final = 65 * (MAX_STOPS + MAX_DAYS) * 2
_MOST_PROBLEMS: Final = 3


@dataclass(frozen=True, slots=True)
class Trip:
    """Ids of listings per day, in order; a day may be empty. `first`: its first date, None when not chosen yet."""

    days: tuple[tuple[str, ...], ...] = ((),)
    first: date | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """All stops in order."""
        return tuple(stop for day in self.days for stop in day)

    def params(self) -> dict[str, str]:
        """The trip as parameters of an address; empty ones are left out."""
        days = "~".join(",".join(day) for day in self.days)
        values = {"days": days, "from": self.first.isoformat() if self.first else ""}
        return {name: value for name, value in values.items() if value}


def read_trip(days: str, first: str) -> tuple[Trip, tuple[BadInput, ...]]:
    """The trip of an address, and what of it could not be used, a sentence each; never fails."""
    problems: list[BadInput] = []
    parts = days[:_MOST_TEXT].split("~")
    if len(parts) > MAX_DAYS:
        problems.append(BadInput("A trip has at most {most} days. The days after them are left out.", most=MAX_DAYS))
    stops = [[stop for text in part.split(",") if (stop := text.strip())] for part in parts[:MAX_DAYS]]
    bad = [stop for day in stops for stop in day if not _ID.fullmatch(stop)]
    problems += [
        BadInput("This is no id of a place, so it is left out: {id}.", id=stop[:40]) for stop in bad[:_MOST_PROBLEMS]
    ]
    good = [[stop for stop in day if _ID.fullmatch(stop)] for day in stops]
    if sum(map(len, good)) > MAX_STOPS:
        problems.append(BadInput("A trip has at most {most} places. Those after them are left out.", most=MAX_STOPS))
    room = [max(MAX_STOPS - sum(map(len, good[:index])), 0) for index in range(len(good))]
    found = tuple(tuple(day[:most]) for day, most in zip(good, room, strict=True))
    when, wrong = _read_date(first)
    return Trip(found, when), (*problems, *wrong)


def _read_date(text: str) -> tuple[date | None, tuple[BadInput, ...]]:
    if not text:
        return None, ()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        told = BadInput("The first day cannot be read: {value}. Write it like 2026-12-05.", value=text[:40])
        return None, (told,)
    return found, ()


def add_stop(trip: Trip, listing_id: str, day: int | None = None) -> Trip:
    """The place at the end of a day, by default the last. Raises BadInput when there is no room for it."""
    if len(trip.ids) >= MAX_STOPS:
        raise BadInput(
            "This trip has {most} places already, and no more fit. Take one out, or plan a second trip.", most=MAX_STOPS
        )
    index = _day_index(trip, len(trip.days) - 1 if day is None else day)
    return _with_days(trip, {index: (*trip.days[index], listing_id)})


def remove_stop(trip: Trip, day: int, place: int) -> Trip:
    """Without one stop. Raises BadInput when there is none in that place."""
    stops = _stops(trip, day, place)
    return _with_days(trip, {day: (*stops[:place], *stops[place + 1 :])})


def move_stop(trip: Trip, day: int, place: int, step: int) -> Trip:
    """One stop earlier (-1) or later (+1) in its day; as it is at the ends of the day."""
    stops = list(_stops(trip, day, place))
    target = place + step
    if 0 <= target < len(stops):
        stops[place], stops[target] = stops[target], stops[place]
    return _with_days(trip, {day: tuple(stops)})


def stop_to_day(trip: Trip, day: int, place: int, target: int) -> Trip:
    """One stop to the end of another day."""
    stops = _stops(trip, day, place)
    index = _day_index(trip, target)
    if index == day:
        return trip
    rest = (*stops[:place], *stops[place + 1 :])
    return _with_days(trip, {day: rest, index: (*trip.days[index], stops[place])})


def add_day(trip: Trip) -> Trip:
    """With an empty day at the end. Raises BadInput when there are as many as may be."""
    if len(trip.days) >= MAX_DAYS:
        raise BadInput("A trip has from 1 to {most} days.", most=MAX_DAYS)
    return replace(trip, days=(*trip.days, ()))


def remove_day(trip: Trip, day: int) -> Trip:
    """Without a day; its stops go to the end of the day before, of the first day to the front of the next."""
    index = _day_index(trip, day)
    days = list(trip.days)
    stops = days.pop(index)
    if not days:
        return replace(trip, days=(stops,))
    if index:
        days[index - 1] = (*days[index - 1], *stops)
    else:
        days[0] = (*stops, *days[0])
    return replace(trip, days=tuple(days))


def order_day(trip: Trip, day: int, points: Mapping[str, Point], *, from_first: bool = False) -> Trip:
    """The stops of a day in the order of the shortest way through them, of which the first may be kept."""
    stops = trip.days[_day_index(trip, day)]
    order = shortest_path([points[stop] for stop in stops], from_first=from_first)
    return _with_days(trip, {day: tuple(stops[position] for position in order)})


def spread(trip: Trip, days: int, points: Mapping[str, Point]) -> Trip:
    """All stops on so many days: the shortest way through them, cut where its legs are long. Raises BadInput."""
    if not 1 <= days <= MAX_DAYS:
        raise BadInput("A trip has from 1 to {most} days.", most=MAX_DAYS)
    stops = [trip.ids[position] for position in shortest_path([points[stop] for stop in trip.ids])]
    sizes = cut_into_days([points[stop] for stop in stops], days)
    ends = [sum(sizes[: index + 1]) for index in range(days)]
    cut = tuple(tuple(stops[end - size : end]) for end, size in zip(ends, sizes, strict=True))
    return replace(trip, days=cut)


def _with_days(trip: Trip, changed: Mapping[int, tuple[str, ...]]) -> Trip:
    return replace(trip, days=tuple(changed.get(index, day) for index, day in enumerate(trip.days)))


def _day_index(trip: Trip, day: int) -> int:
    if not 0 <= day < len(trip.days):
        raise BadInput("This trip has no day {day}.", day=day + 1)
    return day


def _stops(trip: Trip, day: int, place: int) -> tuple[str, ...]:
    stops = trip.days[_day_index(trip, day)]
    if not 0 <= place < len(stops):
        raise BadInput("This trip has changed meanwhile. Look at it again.")
    return stops


@dataclass(frozen=True, slots=True)
class Found:
    """A trip whose stops all exist: merged ones replaced by their successors, the others left out and named.

    `listings` are by id; `merged` are the ids that led elsewhere; `missing` says per id what became of the place, None
    when there never was one.
    """

    trip: Trip
    listings: dict[str, Listing]
    merged: tuple[str, ...] = ()
    missing: dict[str, Redirect | None] = field(default_factory=dict)

    @property
    def points(self) -> dict[str, Point]:
        """Where the stops are, by id."""
        return {key: Point(listing.lat, listing.lon) for key, listing in self.listings.items()}


def find_stops(connection: Connection, trip: Trip) -> Found:
    """Look the stops of a trip up; of stops of a day that have become one place, the first is kept."""
    listings = repository.get_listings(connection, trip.ids)
    unknown = [key for key in dict.fromkeys(trip.ids) if key not in listings]
    redirects = {key: repository.get_redirect(connection, key) for key in unknown}
    leads = {key: told.new_id for key, told in redirects.items() if told and told.new_id}
    listings |= repository.get_listings(connection, leads.values())
    merged = tuple(key for key, successor in leads.items() if successor in listings)
    days = tuple(_resolved(day, leads, listings) for day in trip.days)
    missing = {key: told for key, told in redirects.items() if key not in merged}
    return Found(replace(trip, days=days), listings, merged, missing)


def _resolved(day: Iterable[str], leads: Mapping[str, str], listings: Mapping[str, Listing]) -> tuple[str, ...]:
    stops: list[str] = []
    for key in day:
        current = leads.get(key, key)
        if current in listings and not (key in leads and current in stops):
            stops.append(current)
    return tuple(stops)


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on its day. `leg_km`: from the stop before it, None for the first; great-circle kilometres.

    `hours` are those that begin on that date, with the Thai public holidays; None when they are not known.
    """

    listing: Listing
    leg_km: float | None
    hours: hours.Day | None

    @property
    def closed(self) -> bool:
        """Whether it is known to be closed all day."""
        return self.hours is not None and not self.hours.spans


@dataclass(frozen=True, slots=True)
class TripDay:
    """A day with its date, the public holiday that it is, its stops and the kilometres between them."""

    date: date
    holiday: str | None
    stops: tuple[Stop, ...]
    km: float


def plan_days(found: Found, first: date, language: Language) -> tuple[TripDay, ...]:
    """The days of a trip that begins on `first`; the holiday is named in the language."""
    return tuple(_planned(found, day, first + index * _DAY, language) for index, day in enumerate(found.trip.days))


def _planned(found: Found, day: tuple[str, ...], when: date, language: Language) -> TripDay:
    points = [found.points[key] for key in day]
    legs = [None, *(distance_km(one, other) for one, other in pairwise(points))]
    stops = tuple(
        Stop(found.listings[key], leg, hours_on(found.listings[key], when))
        for key, leg in zip(day, legs[: len(day)], strict=True)
    )
    return TripDay(when, holiday_name(when, language), stops, path_km(points))


def hours_on(listing: Listing, when: date) -> hours.Day | None:
    """The hours of a place that begin on a date; None when they are not known or cannot be read."""
    if not listing.opening_hours:
        return None
    days = hours.week_from(listing.opening_hours, when, point=Point(listing.lat, listing.lon), days=1)
    return days[0] if days else None
