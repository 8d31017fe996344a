"""A listing in schema.org's vocabulary as JSON-LD (https://schema.org/Place and its subtypes)."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlsplit

from markupsafe import Markup

from directory.categories import categories
from directory.hours import Span, regular_week
from directory.listing import Listing
from tic.core.areas import area_name

_EVENTS: Final = {"Event", "Festival"}
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def web_address(text: str | None) -> str | None:
    """The address when a browser may be sent there (http or https with a host), otherwise None."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def json_ld(listing: Listing, address: str) -> dict[str, Any]:
    """A listing as JSON-LD. `address` is that of the site. An event has its place as `location`."""
    kind = categories().get(listing.category)
    schema_type = kind.schema_org if kind else "Place"
    place = {
        "geo": {"@type": "GeoCoordinates", "latitude": listing.lat, "longitude": listing.lon},
        "address": _known(
            {
                "@type": "PostalAddress",
                "streetAddress": listing.address("en"),
                "addressLocality": area_name(listing.district_code, "en") if listing.district_code else None,
                "addressRegion": area_name(listing.province_code, "en") if listing.province_code else None,
                "postalCode": listing.postcode,
                "addressCountry": "TH",
            }
        ),
    }
    name = listing.name("en")
    others = dict.fromkeys(
        other for other in (listing.name_th, listing.name_en, *listing.names.values(), *listing.aliases) if other
    )
    where = {"location": {"@type": "Place", "name": name, **place}} if schema_type in _EVENTS else place
    return _known(
        {
            "@context": "https://schema.org",
            "@type": schema_type,
            "@id": f"{address}/place/{listing.id}",
            "url": f"{address}/place/{listing.id}",
            "name": name,
            "alternateName": [other for other in others if other != name],
            **where,
            "telephone": listing.phone,
            "email": listing.email,
            "sameAs": _same_as(listing),
            "openingHoursSpecification": []
            if schema_type in _EVENTS or listing.status == "closed"
            else _opening_hours(listing.opening_hours),
        }
    )


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _same_as(listing: Listing) -> list[str]:
    wikidata = f"https://www.wikidata.org/wiki/{listing.wikidata}" if listing.wikidata else None
    return [link for link in (web_address(listing.website), wikidata) if link]


def _opening_hours(expression: str | None) -> list[dict[str, Any]]:
    """One specification per set of hours; none when the weeks differ or the expression cannot be read."""
    week = regular_week(expression) if expression else None
    days_by_span: dict[Span, list[str]] = {}
    for weekday, spans in sorted((week or {}).items()):
        for span in spans:
            days_by_span.setdefault(Span(span.opens, span.closes), []).append(_DAYS[weekday])
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": days,
            "opens": span.opens,
            # schema.org has no 24:00; search engines read 23:59 as the end of the day.
            "closes": "23:59" if span.closes == "24:00" else span.closes,
        }
        for span, days in days_by_span.items()
    ]


def script_safe(document: dict[str, Any]) -> Markup:
    """JSON that may stand inside a script element: no character that could end it."""
    text = json.dumps(document, ensure_ascii=False)
    escapes = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))
    for character, escape in escapes:
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704  (every character that could leave the element is escaped above)
