"""Warnings beside places: a band for a place or a page of results, a mark in a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import streamlit as st

from directory.listing import Listing
from directory.search.base import Hit
from pages._resources import active_alerts
from pages._session import language
from tic.core.areas import provinces
from tic.core.geo import Point
from tic.core.i18n import Language, translator
from tic.hazards.store import ActiveAlert, concerning
from tic.hazards.words import told

MOST_BANDS: Final = 3


def warnings_at(place: Hit | Listing, active: Iterable[ActiveAlert]) -> tuple[ActiveAlert, ...]:
    """Those of the warnings in force that concern a place."""
    return concerning(active, Point(place.lat, place.lon), place.province_code)


def show_warnings(active: Sequence[ActiveAlert]) -> None:
    """A band for each of the worst warnings; nothing without any."""
    if active:
        st.html(bands_html(active, language()))


def show_warnings_of(hits: Iterable[Hit]) -> None:
    """The bands of a page of results: warnings that concern any of them, each with how many."""
    active = active_alerts()
    counted = Counter(item.id for hit in hits for item in warnings_at(hit, active))
    found = [item for item in active if counted[item.id]]
    if found:
        st.html(bands_html(found, language(), counts=[counted[item.id] for item in found]))


def show_warnings_in(province: str) -> None:
    """The bands of a province."""
    show_warnings([item for item in active_alerts() if province in item.areas])


def bands_html(active: Sequence[ActiveAlert], language: Language, *, counts: Sequence[int] = ()) -> str:
    """Bands of the first few warnings, all with the way to the page of warnings. All text is escaped."""
    _ = translator(language)
    parts = []
    for number, item in enumerate(active[:MOST_BANDS]):
        words = told(item, language)
        kind = "tic-warning tic-severe" if words.is_severe else "tic-warning"
        facts = [words.severity, words.until]
        if counts:
            facts.append(_("concerns {count} of the places below", count=counts[number]))
        title = f'<strong lang="{escape(words.text_language)}">⚠ {escape(words.title)}</strong>'
        way = f'<a href="/hazards?lang={language}">{escape(_("All warnings"))}</a>'
        parts.append(f'<p class="{kind}" role="note">{title} <span>{escape(" · ".join(facts))}</span> {way}</p>')
    if len(active) > MOST_BANDS:
        more = _("{count} more warnings hold here.", count=len(active) - MOST_BANDS)
        parts.append(f'<p class="tic-warning"><a href="/hazards?lang={language}">{escape(more)}</a></p>')
    return "".join(parts)


def mark_html(active: Sequence[ActiveAlert], language: Language) -> str:
    """A small mark with the worst warning for a place in a list; empty without any."""
    if not active:
        return ""
    words = told(active[0], language)
    kind = "tic-mark-warning tic-severe" if words.is_severe else "tic-mark-warning"
    return f'<span class="{kind}" lang="{escape(words.text_language)}">⚠ {escape(words.title)}</span>'


def province_count(active: Iterable[ActiveAlert]) -> int:
    """How many provinces any of the warnings concerns."""
    return len({code for item in active for code in item.areas if code in provinces()})
