"""A trip: stops by day on a board and a map, hours on the very day, distances, and files for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

import streamlit as st

from directory.labels import retirement
from directory.trip import Found, TripDay, find_stops, plan_days, read_trip
from pages import _url
from pages._maps import trip_map
from pages._resources import database_reading
from pages._saved import saved_places
from pages._session import language, show_error, site_link, translate
from pages._text import plain
from pages._trip import day_rows, trip_board
from pages._trip_change import Change, changed
from pages._widgets import choose
from tic.core.errors import BadInput
from tic.core.i18n import BANGKOK, format_date

_ = translate()
_UNDO = "trip-undo"


def look_up() -> tuple[Found, tuple[BadInput, ...]]:
    """The trip of the address with its places, and what of the address cannot be used."""
    trip, problems = read_trip(_url.get("days"), _url.get("from"))
    with database_reading() as connection:
        return find_stops(connection, trip), problems


def change_trip(change: Change) -> None:
    """Put the changed trip into the address; what it was before is kept for one undoing."""
    if change.op == "undo":
        before = st.session_state.pop(_UNDO, {}).get("before")
        if before is not None:
            put_trip(before, show="")
        return
    found, _problems = look_up()
    try:
        trip = changed(found, change)
    except BadInput as error:
        show_error(error)
        return
    after = trip.params()
    put_trip(after)
    if change.op in {"remove", "clear", "less", "spread", "order", "order_first"}:
        st.session_state[_UNDO] = {"before": found.trip.params(), "after": after.get("days", ""), "op": change.op}


def put_trip(params: Mapping[str, str], **more: str) -> None:
    """The parameters of a trip into the address, and others in the same write."""
    _url.put(**{"days": "", "from": "", **params, **more})


def open_stored(days: str, first: str) -> None:
    """The trip that this browser has kept."""
    put_trip({"days": days, "from": first})


def undo_text() -> str:
    """What can be undone, while the trip is still as that change has left it."""
    last = st.session_state.get(_UNDO)
    if not last or last["after"] != _url.get("days") or last["before"].get("days", "") == last["after"]:
        return ""
    words = {"remove": _("A stop was removed."), "clear": _("The trip was emptied."), "less": _("A day was removed.")}
    return words.get(last["op"], _("The stops were put in another order."))


def show_problems(found: Found, problems: tuple[BadInput, ...]) -> None:
    """What of the address cannot be used, and what became of places that are no longer listed."""
    for problem in problems:
        show_error(problem)
    if found.merged:
        st.info(_("A place of this trip was listed twice; the link now leads to the one that stays."))
    for key, redirect in found.missing.items():
        if redirect:
            since = _("Since {date}", date=format_date(redirect.at, language()))
            st.warning(
                f"{_('A place of this trip is no longer listed.')} {retirement(redirect.reason, language())} {since}"
            )
        else:
            st.warning(_("There is no place with the id {key}, so it is left out.", key=plain(key)))


def show_way(found: Found) -> None:
    """The way to the map on a phone, or what to do with an empty trip."""
    if found.trip.ids:
        st.html(f'<a class="tic-button tic-jump" href="#map">{_("To the map")}</a>')
        return
    st.info(_("No places yet. Search for places and press Trip beside them, or add saved ones below."))
    st.page_link("find_places.py", label=_("Find a place"), icon=":material/search:")


def show_files(found: Found, days: tuple[TripDay, ...]) -> None:
    """Links to the files of exactly what is shown."""
    if not found.trip.ids:
        return
    shown = replace(found.trip, first=days[0].date)
    query = urlencode({**shown.params(), "lang": language()})
    st.markdown(_("Take the trip with you, with the sources and licences of its places:"))
    with st.container(horizontal=True):
        for suffix, label in (("gpx", _("GPX for maps")), ("ics", _("Calendar (iCalendar)")), ("geojson", "GeoJSON")):
            site_link(label, f"/trip.{suffix}?{query}")


def show_map(days: tuple[TripDay, ...]) -> None:
    """All days or one on the map; the board beside it says the same in words."""
    names = {"all": _("all days"), **{str(n): _("Day {number}", number=n) for n in range(1, len(days) + 1)}}
    st.subheader(_("Map"), anchor="map")
    shown = choose(_("On the map"), "show", names, "all")
    first = 0 if shown == "all" else int(shown) - 1
    chosen = days if shown == "all" else days[first : first + 1]
    st.pydeck_chart(
        trip_map([day_rows(day) for day in chosen], language=language(), first=first),
        height=500,
        key="map",
        alt=_("Map of the trip. The list holds the same stops in the same order, with the distances between them."),
    )


st.title(_("My trip"), anchor=False)
found, problems = look_up()
days = plan_days(found, found.trip.first or datetime.now(BANGKOK).date(), language())
# What comes and goes above the board stands in a container, or the browser would make the board anew with each of them.
with st.container():
    show_problems(found, problems)
    show_way(found)
plan, chart = st.columns(2)
with plan:
    trip_board(
        found, days, key="board", asked=_url.get("days"), undo=undo_text(), on_change=change_trip, on_stored=open_stored
    )
    with st.container():
        show_files(found, days)
    saved_places(key="saved", on_trip=True)
with chart, st.container(key="results-map"):
    show_map(days)
