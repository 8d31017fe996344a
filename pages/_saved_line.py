"""A result with what helps to choose: warnings, open now or not, its certificate, and the buttons to save it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

import streamlit as st

from directory import hours, repository
from directory.facts import certification_codes, certification_name
from directory.listing import Listing
from directory.search.base import Hit
from pages._places import open_state_html
from pages._resources import active_alerts, database_reading
from pages._saved import mark_buttons
from pages._session import language
from pages._warnings import mark_html, warnings_at
from pages._widgets import place_line
from tic.core.geo import Point
from tic.core.i18n import BANGKOK, Language, translator


def hit_lines(hits: Iterable[Hit], *, prefix: str, first: int | None = None) -> None:
    """Results as a list, numbered from `first` on; each has the key `prefix-id`."""
    shown = list(hits)
    with database_reading() as connection:
        listings = repository.get_listings(connection, [hit.id for hit in shown])
    now, active = datetime.now(UTC), active_alerts()
    for index, hit in enumerate(shown):
        with st.container(key=f"{prefix}-{hit.id}", gap=None):
            place_line(hit, key=f"line-{prefix}-{hit.id}", number=None if first is None else first + index)
            state = state_html(listings[hit.id], language(), now=now) if hit.id in listings else ""
            warning = mark_html(warnings_at(hit, active), language())
            st.html(f'<div class="tic-line">{warning}{state}<span class="tic-marks">{mark_buttons(hit)}</span></div>')


def state_html(listing: Listing, language: Language, *, now: datetime) -> str:
    """Closed for good, else `Open until 18:00` or `Closed, opens 09:00`; the certificate; only what is known."""
    _ = translator(language)
    parts = []
    if listing.status == "closed":
        parts.append(f'<span class="tic-closed">{escape(_("Closed for good or for long"))}</span>')
    elif listing.opening_hours:
        moment = now.astimezone(BANGKOK)
        found = hours.state_at(listing.opening_hours, moment, point=Point(listing.lat, listing.lon))
        if found and found.is_open is not None:
            parts.append(open_state_html(found, moment, language))
    codes = certification_codes(listing)
    if codes:
        parts.append(f'<span class="tic-certificate">{escape(certification_name(codes[-1], language))}</span>')
    return "".join(parts)
