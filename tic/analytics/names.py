"""Names of markets and units in the reader's language."""

from __future__ import annotations

from tic.core.i18n import Language, translator


def market_names(language: Language) -> dict[str, str]:
    """Region of residence -> name, the total first, in the order of the Ministry of Tourism and Sports."""
    _ = translator(language)
    return {
        "all": _("All markets"),
        "europe": _("Europe"),
        "asia_pacific": _("Asia and the Pacific"),
        "americas": _("The Americas"),
        "middle_east": _("Middle East"),
        "africa": _("Africa"),
        "other": _("Other"),
    }


def unit_name(unit: str, language: Language) -> str:
    """A unit in words; one that has none is told as it is."""
    _ = translator(language)
    names = {
        "persons": _("persons"),
        "THB": _("baht"),
        "percent": _("percent"),
        "THB per night": _("baht per night"),
    }
    return names.get(unit, unit)
