"""A notice in words, for the page, the feed and the mail."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from tic.analytics.names import market_names
from tic.analytics.observation import INDICATORS
from tic.core.areas import COUNTRY, area_name, provinces
from tic.core.i18n import Language, format_date, format_month, format_number, translator


def series_name(facts: dict[str, Any], language: Language) -> str:
    """Indicator, area and market of a watch, e.g. `Visitors, Phuket, foreign`."""
    _ = translator(language)
    indicator, area, market = facts["indicator"], facts["area"], facts["market"]
    name = INDICATORS[indicator].name(language) if indicator in INDICATORS else indicator
    place = area_name(area, language) if area == COUNTRY or area in provinces() else area
    names = {**market_names(language), "thai": _("Thai"), "foreign": _("Foreign")}
    words = [name, place, *([] if market == "all" else [names.get(market, market)])]
    return ", ".join(words)


def notice_line(facts: dict[str, Any], language: Language) -> str:
    """What happened, as one sentence."""
    _ = translator(language)
    month = format_month(date.fromisoformat(facts["period"]), language)
    series = series_name(facts, language)
    if facts["kind"] == "revision":
        return _(
            "{series}: {month} was changed from {before} to {after} ({change:+.1f} %) on {date}.",
            series=series,
            month=month,
            before=_number(facts, "before", language),
            after=_number(facts, "after", language),
            change=facts["change_pct"] or 0.0,
            date=format_date(date.fromisoformat(facts["known_on"]), language),
        )
    value = _number(facts, "value", language)
    if facts["kind"] == "fresh":
        return _("{series}: {month} has come, {value}.", series=series, month=month, value=value)
    limit = _number(facts, "threshold", language)
    if facts["kind"] == "above":
        return _("{series}: {month} is above {limit}, {value}.", series=series, month=month, limit=limit, value=value)
    return _("{series}: {month} is below {limit}, {value}.", series=series, month=month, limit=limit, value=value)


def _number(facts: dict[str, Any], name: str, language: Language) -> str:
    indicator = INDICATORS.get(facts["indicator"])
    decimals = 0 if indicator is None or indicator.additive else 1
    return format_number(facts[name], language, decimals=decimals)


def series_link(facts: dict[str, Any], address: str, language: Language) -> str:
    """The address of a view of the series."""
    names = {"indicator": "indicator", "areas": "area", "markets": "market"}
    params = {name: facts[key] for name, key in names.items()}
    return f"{address}/explorer?{urlencode({**params, 'lang': language})}"
