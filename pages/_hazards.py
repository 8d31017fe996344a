"""What the page of warnings shows: pure builders of its tables, and where the nearest depots are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import urlencode

from directory.sources import SourceInfo
from pages._hazard_map import COLORS
from pages._text import link
from tic.catalogue.markup import table
from tic.core.areas import provinces
from tic.core.geo import Point
from tic.core.i18n import Language, format_date, format_number, translator
from tic.hazards.stock import Depot, Stock, nearest_depots
from tic.hazards.store import ActiveAlert
from tic.hazards.words import told

MOST_DEPOTS: Final = 12


def places_address(item: ActiveAlert, language: Language) -> str:
    """The search for the places that a warning concerns: its provinces, else the rectangle around its shape."""
    if item.extent.provinces:
        return f"/?{urlencode({'province': ','.join(sorted(item.extent.provinces)), 'lang': language})}"
    if item.extent.shape is None:
        return ""
    bounds = ",".join(f"{value:.4f}" for value in item.extent.shape.bounds)
    return f"/?{urlencode({'bbox': bounds, 'lang': language})}"


def warnings_table(
    active: Iterable[ActiveAlert], known: Mapping[str, SourceInfo], counts: Mapping[str, int], language: Language
) -> str:
    """The warnings as a table; what its sender advises opens below each. counts: places concerned, by id."""
    _ = translator(language)
    rows = []
    for item in active:
        words, source = told(item, language), known.get(item.source)
        places = places_address(item, language)
        count = counts.get(item.id)
        most = "" if item.extent.provinces else "≤ "
        number = _("Places there") if count is None else f"{most}{format_number(count, language)}"
        rows.append(
            [
                _warning_cell(item, language),
                f"{_swatch(item)} {escape(words.severity)}",
                escape(words.urgency),
                escape(words.certainty),
                escape(words.begins),
                escape(words.ends),
                f'<a href="{escape(places, quote=True)}">{escape(number)}</a>' if places else "–",
                link(source.homepage, source.publisher(language)) if source else escape(item.source),
            ]
        )
    header = [
        _("Warning"),
        _("Severity"),
        _("Urgency"),
        _("Certainty"),
        _("Begins"),
        _("Ends"),
        _("Places there"),
        _("Source"),
    ]
    return table(_("Warnings in force (times of Thailand)"), header, rows)


def _warning_cell(item: ActiveAlert, language: Language) -> str:
    _ = translator(language)
    words = told(item, language)
    texts = [text for text in (words.description, words.instruction) if text]
    body = "".join(f"<p>{escape(text)}</p>" for text in texts)
    if words.web:
        body += f"<p>{link(words.web, words.web)}</p>"
    more = f"<details><summary>{escape(_('What to know and do'))}</summary>{body}</details>" if body else ""
    heading = f'<strong lang="{escape(words.text_language)}">{escape(words.title)}</strong>'
    return f'{heading}<small>{escape(words.areas)}</small><div lang="{escape(words.text_language)}">{more}</div>'


def _swatch(item: ActiveAlert) -> str:
    red, green, blue = COLORS[item.alert.severity]
    return f'<i class="tic-swatch" aria-hidden="true" style="background:rgb({red},{green},{blue})"></i>'


def depots_near(active: Sequence[ActiveAlert], stocks: Sequence[Stock]) -> list[Depot]:
    """The depots with stock that are nearest to the areas of the warnings; without warnings none."""
    return nearest_depots(stocks, middles(active), MOST_DEPOTS)


def middles(active: Iterable[ActiveAlert]) -> list[Point]:
    """A point in each shape and in each named province of the warnings."""
    found = []
    for item in active:
        if item.extent.shape is not None:
            middle = item.extent.shape.representative_point()
            found.append(Point(middle.y, middle.x))
        found += [Point(provinces()[code].lat, provinces()[code].lon) for code in sorted(item.extent.provinces)]
    return found


def depots_table(depots: Iterable[Depot], known: Mapping[str, SourceInfo], language: Language) -> str:
    """Depots with what they hold, the nearest first: distance, goods, day of the count, source."""
    _ = translator(language)
    rows = []
    for depot in depots:
        first = depot.stocks[0]
        goods = "<br>".join(
            escape(f"{item.item}: {format_number(item.quantity, language)} {item.unit}") for item in depot.stocks
        )
        days = {item.as_of for item in depot.stocks}
        source = known.get(first.source)
        near = _("{distance:.0f} km", distance=depot.distance_km)
        phone = f"<small>{link(f'tel:{first.phone}', first.phone)}</small>" if first.phone else ""
        rows.append(
            [
                f"{escape(first.depot)}{phone}",
                escape(near if first.is_exact else _("about {distance}, only its province is known", distance=near)),
                goods,
                escape(format_date(min(days), language)),
                escape(source.publisher(language) if source else first.source),
            ]
        )
    header = [_("Depot"), _("Distance"), _("In stock"), _("As of"), _("Source")]
    return table(_("Relief goods near the areas of the warnings"), header, rows)
