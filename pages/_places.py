"""A listing for people: its facts, its opening hours, and where each field came from."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import phonenumbers

from directory import hours
from directory.facts import wheelchair_name
from directory.labels import address_line, field_name
from directory.listing import Listing
from directory.sources import SourceInfo
from pages._text import fact_list, link, table
from tic.core.geo import Point
from tic.core.i18n import BANGKOK, Language, format_date, format_number, translator


def facts_html(listing: Listing, language: Language) -> str:
    """Contact and the like as a description list; a line is left out when it is not known."""
    _ = translator(language)
    price = "" if listing.price_thb is None else format_number(listing.price_thb, language)
    point = f"{listing.lat:.5f}, {listing.lon:.5f}"
    return fact_list(
        [
            (_("Address"), escape(address_line(listing, language))),
            (_("Phone"), link(f"tel:{listing.phone}", phone_text(listing.phone)) if listing.phone else ""),
            (_("E-mail"), link(f"mailto:{listing.email}", listing.email) if listing.email else ""),
            (_("Website"), link(listing.website, listing.website) if listing.website else ""),
            (_("Opening hours"), opening_line(listing, language)),
            (_("Certification"), escape(listing.certification or "")),
            (
                _("Wheelchair access"),
                escape(wheelchair_name(listing.wheelchair, language) if listing.wheelchair else ""),
            ),
            (_("Licence number"), escape(listing.licence_no or "")),
            (_("Price (baht)"), escape(price)),
            (_("Other names"), escape(", ".join((*listing.names.values(), *listing.aliases)))),
            (_("Coordinates"), escape(point)),
        ]
    )


def phone_text(number: str) -> str:
    """A number as people in Thailand write it, the country code for foreign ones; as given when it is no number."""
    try:
        parsed = phonenumbers.parse(number, "TH")
    except phonenumbers.NumberParseException:
        return number
    domestic = parsed.country_code == 66
    form = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(parsed, form.NATIONAL if domestic else form.INTERNATIONAL))


def opening_line(listing: Listing, language: Language, *, now: datetime | None = None) -> str:
    """Whether it is open now and until when, as HTML; the text of the source when it cannot be read."""
    if not listing.opening_hours or listing.status == "closed":
        return ""
    moment = (now or datetime.now(UTC)).astimezone(BANGKOK)
    found = hours.state_at(listing.opening_hours, moment, point=Point(listing.lat, listing.lon))
    if found is None:
        return escape(listing.opening_hours)
    return open_state_html(found, moment, language)


def open_state_html(found: hours.OpenState, now: datetime, language: Language) -> str:
    """`Open now, until 17:00` or the like; the day is named when it is another one."""
    _ = translator(language)
    if found.is_open is None:
        return escape(_("Not certain; ask the place."))
    when = ""
    if found.until:
        same_day = found.until.date() == now.date()
        when = (
            f"{found.until:%H:%M}"
            if same_day
            else f"{format_date(found.until, language, style='EEEE')} {found.until:%H:%M}"
        )
    if found.is_open:
        text = _("Open now, until {time}", time=when) if when else _("Always open")
    else:
        text = _("Closed now, opens {time}", time=when) if when else _("Closed")
    kind = "open" if found.is_open else "closed"
    return f'<span class="tic-{kind}">{escape(text)}</span>'


def week_html(expression: str, language: Language, *, point: Point | None = None, now: datetime | None = None) -> str:
    """The next seven days with their hours as a table, today first; empty when the expression cannot be read."""
    _ = translator(language)
    today = (now or datetime.now(UTC)).astimezone(BANGKOK).date()
    days = hours.week_from(expression, today, point=point) if point else hours.week_from(expression, today)
    rows = []
    for day in days:
        spans = [f"{span.opens}–{span.closes}{f' ({span.comment})' if span.comment else ''}" for span in day.spans]
        name = format_date(day.date, language, style="EEEE")
        rows.append((f"{name} ({_('today')})" if day.date == today else name, ", ".join(spans) or _("closed")))
    return table(_("Opening hours"), (), rows) if rows else ""


def provenance_html(listing: Listing, known: dict[str, SourceInfo], language: Language) -> str:
    """Field, source and record of each field as a table."""
    _ = translator(language)
    rows = []
    for field, key in listing.provenance.items():
        source = known.get(key.split(":", 1)[0])
        rows.append((field_name(field, language), source.title(language) if source else key.split(":", 1)[0], key))
    return table(_("Source of each field"), (_("Field"), _("Source"), _("Record")), rows) if rows else ""


def terms_html(names: tuple[str, ...], known: dict[str, SourceInfo], language: Language) -> str:
    """Who publishes the sources, and on what terms, as a list."""
    lines = []
    for name in names:
        source = known.get(name)
        if source:
            title = link(source.homepage, source.title(language)) if source.homepage else escape(source.title(language))
            terms = escape(f"{source.publisher(language)} · {source.attribution} · {source.licence}")
            lines.append(f"<li>{title}: {terms}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""
