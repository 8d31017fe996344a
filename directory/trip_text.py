"""A trip in words, the same on its page and in its files: days, hours of a day, who published the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from directory.listing import Listing
from directory.sources import SourceInfo
from directory.trip import Stop, TripDay
from tic.core.i18n import Language, format_date, format_number, translator


def day_title(number: int, day: TripDay, language: Language) -> str:
    """`Day 1 · Saturday 5 Dec 2026`."""
    _ = translator(language)
    when = f"{format_date(day.date, language, style='EEEE')} {format_date(day.date, language)}"
    return f"{_('Day {number}', number=number)} · {when}"


def hours_line(stop: Stop, language: Language) -> str:
    """When a place is open on the day it is visited, or that it is closed or that its hours are not known."""
    _ = translator(language)
    if stop.hours is None:
        return _("Opening hours not known")
    if stop.closed:
        return _("Closed on this day")
    spans = ", ".join(
        f"{span.opens}–{span.closes}{f' ({span.comment})' if span.comment else ''}" for span in stop.hours.spans
    )
    if not all(span.certain for span in stop.hours.spans):
        return _("Perhaps open {hours}; ask the place", hours=spans)
    return _("Open {hours}", hours=spans)


def distance_text(km: float, language: Language) -> str:
    """Kilometres with one decimal, as the crow flies."""
    return translator(language)("{distance} km", distance=format_number(km, language, decimals=1))


def credit_lines(listings: Iterable[Listing], known: Mapping[str, SourceInfo], language: Language) -> list[str]:
    """Publisher, attribution and licence of each source of the listings, a line each."""
    names = dict.fromkeys(name for listing in listings for name in listing.sources)
    sources = [known[name] for name in names if name in known]
    return [f"{item.publisher(language)} · {item.attribution} · {item.licence}" for item in sources]
