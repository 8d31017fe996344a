"""The board of a trip: its days and stops as the browser draws them, and what a person does there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import streamlit as st

from directory.trip import Found, Stop, TripDay
from directory.trip_text import day_title, distance_text, hours_line
from pages._maps import day_color
from pages._session import language, translate
from pages._trip_change import Change, change_of
from pages._widgets import category_name
from tic.core.areas import area_name

_ASSETS: Final = files("pages") / "assets"


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "tic_trip_board",
        html=(_ASSETS / "trip.html").read_text(encoding="utf-8"),
        css=(_ASSETS / "trip.css").read_text(encoding="utf-8"),
        js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("memory.js", "trip.js")),
    )


def trip_board(
    found: Found,
    days: Sequence[TripDay],
    *,
    key: str,
    asked: str,
    undo: str,
    on_change: Callable[[Change], None],
    on_stored: Callable[[str, str], None],
) -> None:
    """Show the days; `asked` is `days` of the address as it came, `undo` what can be undone, in words.

    `on_change` gets what a person did; `on_stored` the days and first date of the trip that the browser has kept, when
    the address has none or the person wants that one.
    """

    def told() -> None:
        change = change_of(st.session_state[key].get("change"))
        if change:
            on_change(change)

    def stored() -> None:
        value = st.session_state[key].get("stored")
        if isinstance(value, dict):
            on_stored(str(value.get("days", "")), str(value.get("from", "")))

    data = {
        "trip": {"days": "", "from": "", **found.trip.params()},
        "first": days[0].date.isoformat(),
        "days": board_days(days),
        "asked": asked,
        "given": bool(asked),
        "undo": undo,
        "language": language(),
        "words": _words(),
    }
    _component()(key=key, data=data, on_change_change=told, on_stored_change=stored)


def board_days(days: Sequence[TripDay]) -> list[dict[str, Any]]:
    """The days in the reader's language, their stops numbered as on the map; each stop has a key of its own."""
    _ = translate()
    seen: dict[str, int] = {}
    shown = []
    for index, day in enumerate(days):
        stops = []
        for number, stop in enumerate(day.stops, 1):
            seen[stop.listing.id] = seen.get(stop.listing.id, 0) + 1
            stops.append({**_stop(stop, number), "key": f"{stop.listing.id}-{seen[stop.listing.id]}"})
        shown.append(
            {
                "name": _("Day {number}", number=index + 1),
                "title": day_title(index + 1, day, language()),
                "holiday": _("Public holiday: {name}", name=day.holiday) if day.holiday else "",
                "sum": _sum(day),
                "color": f"rgb({','.join(map(str, day_color(index)[:3]))})",
                "stops": stops,
            }
        )
    return shown


def day_rows(day: TripDay) -> list[dict[str, Any]]:
    """The stops of a day as rows for the map."""
    listings = [stop.listing for stop in day.stops]
    return [
        {
            "id": listing.id,
            "name": listing.name(language()),
            "kind": category_name(listing.category),
            "label": str(number),
            "lat": listing.lat,
            "lon": listing.lon,
        }
        for number, listing in enumerate(listings, 1)
    ]


def _sum(day: TripDay) -> str:
    _ = translate()
    if not day.stops:
        return _("Nothing planned on this day yet.")
    if len(day.stops) == 1:
        return _("1 stop")
    return _("{count} stops, {distance} as the crow flies", count=len(day.stops), distance=_km(day.km))


def _km(km: float) -> str:
    return distance_text(km, language())


def _stop(stop: Stop, number: int) -> dict[str, Any]:
    listing = stop.listing
    where = [area_name(listing.province_code, language())] if listing.province_code else []
    return {
        "id": listing.id,
        "number": str(number),
        "name": listing.name(language()),
        "kind": " · ".join([category_name(listing.category), *where]),
        "hours": hours_line(stop, language()),
        "state": "closed" if stop.closed else "open" if stop.hours else "unknown",
        "leg": "" if stop.leg_km is None else f"↓ {_km(stop.leg_km)}",
    }


def _words() -> dict[str, str]:
    _ = translate()
    return {
        "title": _("My trip"),
        "foreign": _("This link holds another trip than the one kept in this browser."),
        "use": _("Keep this one"),
        "mine": _("Open mine"),
        "when": _("First day"),
        "count": _("Number of days"),
        "spread": _("Spread over the days"),
        "more": _("Add a day"),
        "share": _("Share the link"),
        "copied": _("The link is copied."),
        "link": _("Copy this link:"),
        "clear": _("Empty the trip"),
        "undo": _("Undo"),
        "order": _("Order by distance"),
        "orderFirst": _("Order by distance from the first stop"),
        "dropDay": _("Remove this day"),
        "up": _("Earlier in the day"),
        "down": _("Later in the day"),
        "toDay": _("Day"),
        "remove": _("Remove"),
    }
