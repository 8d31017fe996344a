"""`/place/<id>`: the listing as plain HTML with schema.org JSON-LD, for search engines, links and printing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory import repository
from directory.categories import categories
from directory.hours import week_from
from directory.labels import address_line, closing_line, field_name, retirement, trust_name
from directory.listing import Listing
from directory.search.base import Hit
from directory.services import Services
from directory.sources import SourceInfo, load_sources
from tic.core.areas import area_name
from tic.core.database import reading
from tic.core.errors import NotFound, ServiceUnavailable
from tic.core.geo import Point
from tic.core.i18n import BANGKOK, Language, format_date, translator
from tic.hazards.store import ActiveAlert, active_alerts, concerning
from tic.hazards.words import told
from tic.web.pages import asked_language, language_of, public, render
from tic.web.structured import json_ld, script_safe, web_address

_NEARBY = 6
_MOST_WARNINGS = 3
_log = logging.getLogger(__name__)


class PlacePages:
    """Public pages of listings."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.settings = services.settings

    def place(self, request: Request) -> Response:
        """The page of one listing; a retired id leads to its successor or says why there is none."""
        listing_id = request.path_params["id"]
        with reading(self.services.database) as connection:
            listing = repository.get_listing(connection, listing_id)
            redirect = None if listing else repository.get_redirect(connection, listing_id)
            sources = load_sources(connection)
            area = listing.province_code if listing else None
            active = active_alerts(connection, datetime.now(UTC), area=area) if listing else ()
        if redirect and redirect.new_id:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/place/{redirect.new_id}{query}", status_code=301)
        if redirect:
            told = retirement(redirect.reason, language_of(request, self.settings))
            return render(request, self.settings, "gone.html", status=410, reason=told, at=redirect.at)
        if listing is None:
            raise NotFound("There is no place with the id {id}. Search for it by name instead.", id=listing_id[:40])
        here = concerning(active, Point(listing.lat, listing.lon), listing.province_code)
        return public(self._page(request, listing, sources, here))

    def _page(
        self, request: Request, listing: Listing, sources: dict[str, SourceInfo], active: Sequence[ActiveAlert]
    ) -> Response:
        language = language_of(request, self.settings)
        kind = categories().get(listing.category)
        here = f"{self.settings.address}/place/{listing.id}"
        asked = asked_language(request)
        name, other_name = listing.name(language), listing.name("en" if language == "th" else "th")
        where = [area_name(code, language) for code in (listing.district_code, listing.province_code) if code]
        return render(
            request,
            self.settings,
            "place.html",
            listing=listing,
            name=name,
            other_name=other_name if other_name != name else "",
            summary=" · ".join([kind.name(language) if kind else listing.category, *where]),
            here=here,
            canonical=f"{here}?lang={asked}" if asked else here,
            address_line=address_line(listing, language),
            closing=closing_line(listing, source_of_status(listing, sources, language), language),
            website=web_address(listing.website),
            week=opening_week(listing, language),
            fields=provenance_rows(listing, sources, language),
            sources=[sources[name] for name in listing.sources if name in sources],
            nearby=self._nearby(listing),
            warnings=[told(item, language) for item in active[:_MOST_WARNINGS]],
            json_ld=script_safe(json_ld(listing, self.settings.address)),
        )

    def _nearby(self, listing: Listing) -> list[Hit]:
        try:
            return self.services.search.similar(listing.id, limit=_NEARBY)
        except ServiceUnavailable:
            # The page is about one place; without a search engine it lacks only the list of others.
            _log.warning("no places nearby: the search engine does not answer", extra={"listing": listing.id})
            return []


def source_of_status(listing: Listing, sources: dict[str, SourceInfo], language: Language) -> str:
    """Title of the source that says whether a place is in business."""
    name = listing.provenance.get("status", "").split(":", 1)[0]
    return sources[name].title(language) if name in sources else trust_name(name, language)


def opening_week(listing: Listing, language: Language) -> list[tuple[str, str]]:
    """Day and hours from today on, seven; empty when the place is closed, or its hours not known or not readable."""
    if listing.status == "closed":
        return []
    today = datetime.now(UTC).astimezone(BANGKOK).date()
    days = week_from(listing.opening_hours or "", today, point=Point(listing.lat, listing.lon))
    _ = translator(language)
    return [
        (
            format_date(day.date, language, style="EEEE"),
            ", ".join(f"{span.opens}–{span.closes}{f' ({span.comment})' if span.comment else ''}" for span in day.spans)
            or _("closed"),
        )
        for day in days
    ]


def provenance_rows(listing: Listing, sources: dict[str, SourceInfo], language: Language) -> list[dict[str, Any]]:
    """Field and source of each field of a listing, in the reader's language."""
    rows = []
    for field, key in listing.provenance.items():
        source = key.split(":", 1)[0]
        title = sources[source].title(language) if source in sources else source
        rows.append({"field": field_name(field, language), "source": title})
    return rows
