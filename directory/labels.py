"""What is stored as a reader sees it: names of fields, states and types of source, retirements, an address."""

from __future__ import annotations

from datetime import date

from directory.listing import Listing
from tic.core.i18n import Language, format_date, format_month, translator


def field_name(field: str, language: Language) -> str:
    """A field of a listing or of the form."""
    _ = translator(language)
    names = {
        "name_th": _("Thai name"),
        "name_en": _("English name"),
        "names": _("Names in other languages"),
        "aliases": _("Other names"),
        "category": _("Category"),
        "coordinates": _("Coordinates"),
        "lat": _("Latitude"),
        "lon": _("Longitude"),
        "province_code": _("Province"),
        "district_code": _("District"),
        "address_th": _("Address (Thai)"),
        "address_en": _("Address (English)"),
        "postcode": _("Postcode"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "website": _("Website"),
        "opening_hours": _("Opening hours"),
        "certification": _("Certification"),
        "wheelchair": _("Wheelchair access"),
        "licence_no": _("Licence number"),
        "wikidata": _("Wikidata"),
        "price_thb": _("Price (baht)"),
        "reviews": _("Reviews"),
        "status": _("Open or closed"),
    }
    return names.get(field, field)


def state_name(state: str, language: Language) -> str:
    """A state of a submission."""
    _ = translator(language)
    names = {
        "draft": _("draft"),
        "pending": _("waiting for review"),
        "approved": _("approved"),
        "rejected": _("rejected"),
        "withdrawn": _("withdrawn"),
    }
    return names.get(state, state)


def status_name(status: str, language: Language) -> str:
    """Whether a place is in business, as a word."""
    _ = translator(language)
    names = {"open": _("in business"), "closed": _("closed for good or for long"), "unknown": _("not known")}
    return names.get(status, status)


def closing_line(listing: Listing, source: str, language: Language) -> str:
    """That a place is closed, since when, who says so in which words and when; empty for one that is not.

    source: its title in the reader's language.
    """
    if listing.status != "closed":
        return ""
    _ = translator(language)
    since = _("Closed for good or for long.")
    if listing.status_on:
        since = _("Closed since {date}.", date=day_name(listing.status_on, language))
    said = f" ({listing.status_said})" if listing.status_said else ""
    told = _("Said by {source}{words}", source=source, words=said)
    as_of = f", {day_name(listing.status_as_of, language)}" if listing.status_as_of else ""
    return f"{since} {told}{as_of}"


def day_name(text: str, language: Language) -> str:
    """A day, month or year of ISO 8601 as far as it is told; another text as it stands."""
    year, month, day = (*text.split("-"), "", "")[:3]
    try:
        if day:
            return format_date(date.fromisoformat(text), language)
        if month:
            return format_month(date(int(year), int(month), 1), language)
        return format_date(date(int(year), 1, 1), language, style="y")
    except ValueError:
        return text


def trust_name(trust: str, language: Language) -> str:
    """A type of source."""
    _ = translator(language)
    names = {
        "official": _("Government agencies"),
        "operator": _("Operators of the places"),
        "open": _("Open data"),
        "private": _("Private platforms"),
    }
    return names.get(trust, trust)


def retirement(reason: str, language: Language) -> str:
    """Why a place is no longer listed, as a sentence."""
    _ = translator(language)
    sentences = {
        "closed": _("It has closed."),
        "withdrawn": _("Its source has withdrawn it."),
        "merged": _("It was the same as another place, which is no longer listed either."),
        "split": _("It was several places, which are listed separately now."),
    }
    return sentences.get(reason, _("Its source has withdrawn it."))


def address_line(listing: Listing, language: Language) -> str:
    """The address in the reader's language with its postcode, which many sources have written into it already."""
    address, postcode = listing.address(language) or "", listing.postcode or ""
    return address if postcode in address else f"{address} {postcode}".strip()
