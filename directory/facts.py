"""Facts of a listing that a search filters by: price band, certification, access; as codes, with their names."""

from __future__ import annotations

import re
from typing import Final

from directory.hours import hours_term_of
from directory.listing import Listing
from tic.core.geo import Point
from tic.core.i18n import Language, translator

PRICE_BANDS: Final[dict[str, tuple[float, float]]] = {
    "free": (0.0, 0.0),
    "under_300": (0.0, 300.0),
    "300_1000": (300.0, 1000.0),
    "1000_3000": (1000.0, 3000.0),
    "over_3000": (3000.0, float("inf")),
}
"""Code -> from (inclusive) and to (exclusive) in baht per night or visit; `free` is exactly 0 and goes first."""

CERTIFICATIONS: Final = ("sha", "sha_plus", "sha_extra_plus")
"""Codes of the Tourism Authority of Thailand's Safety and Health Administration, each level above the one before."""

ACCESS: Final = ("wheelchair", "wheelchair_limited")
"""`wheelchair`: all of it can be reached; `wheelchair_limited`: at least parts of it."""

MAX_TERM_BYTES: Final = 1024
_SHA: Final = re.compile(r"sha\s*(?P<extra>extra)?\s*(?P<plus>\+|plus)?")
_LONGEST_SLUG: Final = 60


def price_band(listing: Listing) -> str | None:
    """The code of the band that the price is in; None without a price."""
    price = listing.price_thb
    if price is None or not price >= 0:
        return None
    return "free" if price == 0 else next(code for code, (low, high) in PRICE_BANDS.items() if low <= price < high)


def certification_codes(listing: Listing) -> tuple[str, ...]:
    """SHA of its level and all levels below; another certificate as a slug of its name; none without any."""
    text = " ".join((listing.certification or "").casefold().split())
    if not text:
        return ()
    sha = _SHA.fullmatch(text)
    if sha:
        return CERTIFICATIONS[: 3 if sha["extra"] else 2 if sha["plus"] else 1]
    slug = re.sub(r"[^\w]+", "_", text).strip("_")[:_LONGEST_SLUG]
    return (slug,) if slug else ()


def access_codes(listing: Listing) -> tuple[str, ...]:
    """What is known about how a place is reached; a fully accessible one also counts as a limited one."""
    return {"yes": ACCESS, "limited": ACCESS[1:]}.get(listing.wheelchair or "", ())


def hours_term(listing: Listing) -> str | None:
    """The opening hours as one term of an index, at most MAX_TERM_BYTES of UTF-8, for directory.hours.open_terms.

    None when there are none, they cannot be read, or are too long. What follows the sun carries its place with it.
    """
    if not listing.opening_hours:
        return None
    term = hours_term_of(listing.opening_hours, Point(listing.lat, listing.lon))
    return term if term and len(term.encode()) <= MAX_TERM_BYTES else None


def price_name(code: str, language: Language) -> str:
    """A price band for people."""
    _ = translator(language)
    names = {
        "free": _("Free of charge"),
        "under_300": _("Under 300 baht"),
        "300_1000": _("300 to 1,000 baht"),
        "1000_3000": _("1,000 to 3,000 baht"),
        "over_3000": _("3,000 baht and more"),
    }
    return names.get(code, code)


def certification_name(code: str, language: Language) -> str:
    """A certification for people; another certificate's slug as words."""
    _ = translator(language)
    names = {
        "sha": _("SHA hygiene certificate"),
        "sha_plus": _("SHA Plus or higher"),
        "sha_extra_plus": "SHA Extra Plus",
    }
    return names.get(code, code.replace("_", " "))


def access_name(code: str, language: Language) -> str:
    """An access code for people."""
    _ = translator(language)
    names = {
        "wheelchair": _("Wheelchair accessible"),
        "wheelchair_limited": _("Wheelchair: at least partly accessible"),
    }
    return names.get(code, code)


def wheelchair_name(value: str, language: Language) -> str:
    """A value of the field `wheelchair` for people."""
    _ = translator(language)
    names = {"yes": _("Accessible"), "limited": _("Partly accessible"), "no": _("Not accessible")}
    return names.get(value, value)
