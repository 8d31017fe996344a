"""What a person does to a trip, as the browser tells it, and what becomes of the trip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from directory import trip as trips
from directory.trip import MAX_DAYS, MAX_STOPS, Found, Trip, read_trip
from tic.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what (a key of CHANGES), of which stop of which day (from 0), and where to or what text."""

    op: str
    day: int = 0
    place: int = 0
    id: str = ""
    to: int = 0
    text: str = ""


def change_of(value: Any) -> Change | None:
    """The change that a browser sent as an object; None when it is none."""
    if not isinstance(value, dict) or value.get("op") not in {*CHANGES, "undo"}:
        return None
    numbers = {name: value.get(name, 0) for name in ("day", "place", "to")}
    if not all(type(number) is int and 0 <= number <= max(MAX_STOPS, MAX_DAYS) for number in numbers.values()):
        return None
    return Change(op=value["op"], id=str(value.get("id", "")), text=str(value.get("text", "")), **numbers)


def changed(found: Found, change: Change) -> Trip:
    """The trip after a change. Raises BadInput when it does not fit the trip, in a sentence."""
    return CHANGES[change.op](found, _located(found.trip, change))


def _located(trip: Trip, change: Change) -> Change:
    """The change at the place where its stop is now: a second press may come before the first one is shown."""
    if not change.id:
        return change
    places = [
        (day, place) for day, stops in enumerate(trip.days) for place, key in enumerate(stops) if key == change.id
    ]
    if not places or (change.day, change.place) in places:
        return change
    day, place = min(places, key=lambda at: (abs(at[0] - change.day), abs(at[1] - change.place)))
    return replace(change, day=day, place=place)


def _first(found: Found, change: Change) -> Trip:
    read, problems = read_trip("", change.text)
    if problems:
        raise problems[0]
    return replace(found.trip, first=read.first)


def _spread(found: Found, change: Change) -> Trip:
    if not found.trip.ids:
        raise BadInput("This trip has no places yet.")
    return trips.spread(found.trip, change.to, found.points)


CHANGES: Final[Mapping[str, Callable[[Found, Change], Trip]]] = {
    "up": lambda found, change: trips.move_stop(found.trip, change.day, change.place, -1),
    "down": lambda found, change: trips.move_stop(found.trip, change.day, change.place, 1),
    "day": lambda found, change: trips.stop_to_day(found.trip, change.day, change.place, change.to),
    "remove": lambda found, change: trips.remove_stop(found.trip, change.day, change.place),
    "more": lambda found, _change: trips.add_day(found.trip),
    "less": lambda found, change: trips.remove_day(found.trip, change.day),
    "clear": lambda found, _change: Trip(),
    "order": lambda found, change: trips.order_day(found.trip, change.day, found.points),
    "order_first": lambda found, change: trips.order_day(found.trip, change.day, found.points, from_first=True),
    "spread": _spread,
    "first": _first,
}
"""What the buttons of the page do. `undo` is the page's own: it alone knows what was before."""
