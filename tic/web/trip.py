"""A trip as files for other programs: `/trip.gpx`, `/trip.geojson`, `/trip.ics`, with the parameters of its page.

A file holds exactly the stops of the page. An address that names anything else is refused in one sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint, GPXWaypoint
from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response

from directory.categories import categories
from directory.labels import address_line
from directory.listing import Listing
from directory.services import Services
from directory.sources import SourceInfo, load_sources
from directory.trip import Stop, Trip, TripDay, find_stops, plan_days, read_trip
from directory.trip_text import credit_lines, day_title, hours_line
from tic.core.database import reading
from tic.core.errors import BadInput, NotFound
from tic.core.i18n import BANGKOK, Language, translator
from tic.web.pages import language_of, public


@dataclass(frozen=True, slots=True)
class TripFile:
    """What a file is made of: the planned days, the listings' sources, the reader's language, the site's address."""

    trip: Trip
    days: tuple[TripDay, ...]
    sources: dict[str, SourceInfo]
    language: Language
    address: str

    @property
    def title(self) -> str:
        """The name of the trip."""
        return translator(self.language)("Trip from {date}", date=self.days[0].date.isoformat())

    @property
    def credits(self) -> list[str]:
        """Who published the facts, on what terms."""
        listings = [stop.listing for day in self.days for stop in day.stops]
        return credit_lines(listings, self.sources, self.language)

    @property
    def page(self) -> str:
        """Address of the page of this trip, in its language."""
        return f"{self.address}/trip?{urlencode({**self.trip.params(), 'lang': self.language})}"

    def place(self, listing: Listing) -> str:
        """Address of the plain page of a place."""
        return f"{self.address}/place/{listing.id}"

    def name(self, listing: Listing) -> str:
        """The name in the reader's language, without characters that no XML may hold."""
        return _printable(listing.name(self.language))

    def notes(self, stop: Stop) -> str:
        """Kind, hours on the day, phone, and the publishers, a line each."""
        kind = categories().get(stop.listing.category)
        lines = [
            kind.name(self.language) if kind else stop.listing.category,
            hours_line(stop, self.language),
            stop.listing.phone or "",
            *credit_lines([stop.listing], self.sources, self.language),
        ]
        return "\n".join(_printable(line) for line in lines if line)


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text))


class TripFiles:
    """The files of trips; nothing about a trip or who asks for it is kept."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.settings = services.settings

    def gpx(self, request: Request) -> Response:
        """Way points and a route per day (GPX 1.1)."""
        return self._answer(request, "gpx", "application/gpx+xml", gpx_of)

    def geojson(self, request: Request) -> Response:
        """Stops as points and each day as a line (RFC 7946)."""
        return self._answer(request, "geojson", "application/geo+json", geojson_of)

    def ics(self, request: Request) -> Response:
        """An all-day event per stop (RFC 5545)."""
        return self._answer(request, "ics", "text/calendar; charset=utf-8", ics_of)

    def _answer(self, request: Request, suffix: str, kind: str, write: Callable[[TripFile], bytes]) -> Response:
        file = self._file(request)
        name = f"trip-{file.days[0].date.isoformat()}.{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Language": file.language}
        return public(Response(write(file), media_type=kind, headers=headers))

    def _file(self, request: Request) -> TripFile:
        trip, problems = read_trip(request.query_params.get("days", ""), request.query_params.get("from", ""))
        if problems:
            raise problems[0]
        if not trip.ids:
            raise BadInput("This trip has no places yet. Add some on its page, then take the file from there.")
        with reading(self.services.database) as connection:
            found = find_stops(connection, trip)
            sources = load_sources(connection)
        if found.missing:
            raise NotFound(
                "The trip names a place that is not listed: {id}. Open the trip's page, which says why, and take the "
                "file from there.",
                id=next(iter(found.missing)),
            )
        language = language_of(request, self.settings)
        days = plan_days(found, trip.first or datetime.now(BANGKOK).date(), language)
        return TripFile(found.trip, days, sources, language, self.settings.address)


def gpx_of(file: TripFile) -> bytes:
    """The trip as GPX 1.1: a way point per place, a route per day with its stops in order."""
    gpx = GPX()
    gpx.creator = file.address
    gpx.name = file.title
    gpx.description = "\n".join(file.credits)
    # The library escapes every text but the addresses of links.
    gpx.link = escape(file.page)
    # A place that is visited twice is one way point, with the hours of its first day.
    places: dict[str, Stop] = {}
    for stop in (stop for day in file.days for stop in day.stops):
        places.setdefault(stop.listing.id, stop)
    gpx.waypoints = [_way_point(file, stop) for stop in places.values()]
    for number, day in enumerate(file.days, 1):
        route = GPXRoute(name=day_title(number, day, file.language), number=number)
        route.points = [
            GPXRoutePoint(stop.listing.lat, stop.listing.lon, name=file.name(stop.listing)) for stop in day.stops
        ]
        if route.points:
            gpx.routes.append(route)
    return gpx.to_xml(version="1.1").encode()


def _way_point(file: TripFile, stop: Stop) -> GPXWaypoint:
    listing = stop.listing
    point = GPXWaypoint(
        listing.lat, listing.lon, name=file.name(listing), description=file.notes(stop), type=listing.category
    )
    point.link = escape(file.place(listing))  # type: ignore[assignment]  # the library declares None only
    return point


def geojson_of(file: TripFile) -> bytes:
    """The trip as a FeatureCollection; `title` and `sources` are foreign members (RFC 7946, section 6.1)."""
    features: list[dict[str, Any]] = []
    for number, day in enumerate(file.days, 1):
        spots = [[stop.listing.lon, stop.listing.lat] for stop in day.stops]
        shared = {"day": number, "date": day.date.isoformat()}
        features += [
            _feature("Point", spot, {**shared, "stop": index, **_properties(file, stop)})
            for index, (spot, stop) in enumerate(zip(spots, day.stops, strict=True), 1)
        ]
        if len(spots) > 1:
            line = {"name": day_title(number, day, file.language), "distance_km": round(day.km, 3)}
            features.append(_feature("LineString", spots, {**shared, **line}))
    whole = {"type": "FeatureCollection", "title": file.title, "sources": file.credits, "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


def _properties(file: TripFile, stop: Stop) -> dict[str, Any]:
    listing = stop.listing
    return {
        "id": listing.id,
        "name": file.name(listing),
        "name_th": listing.name_th,
        "name_en": listing.name_en,
        "category": listing.category,
        "hours": hours_line(stop, file.language),
        "leg_km": None if stop.leg_km is None else round(stop.leg_km, 3),
        "url": file.place(listing),
        "sources": credit_lines([listing], file.sources, file.language),
    }


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def ics_of(file: TripFile) -> bytes:
    """The trip as a calendar: an all-day event per stop, for a plan has dates and an order, but no times of day.

    The UID of an event follows from place, date and how often the place comes on that date, so that a file that is
    read again replaces its events.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{urlsplit(file.address).netloc}//Thailand Tourism Directory//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", file.title)
    calendar.add("x-wr-timezone", str(BANGKOK))
    now = datetime.now(UTC)
    for day in file.days:
        seen: list[str] = []
        for number, stop in enumerate(day.stops, 1):
            seen.append(stop.listing.id)
            calendar.add_component(_event(file, day, stop, number, seen.count(stop.listing.id), now))
    return bytes(calendar.to_ical())


def _event(file: TripFile, day: TripDay, stop: Stop, number: int, time: int, now: datetime) -> Event:
    listing = stop.listing
    event = Event()
    event.add("uid", f"{listing.id}-{day.date:%Y%m%d}-{time}@{urlsplit(file.address).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", day.date)
    event.add("dtend", day.date + timedelta(days=1))
    event.add("summary", f"{number}. {file.name(listing)}")
    event.add("location", _printable(address_line(listing, file.language)) or file.name(listing))
    event.add("geo", (listing.lat, listing.lon))
    event.add("url", file.place(listing))
    event.add("description", file.notes(stop))
    event.add("transp", "TRANSPARENT")
    return event
