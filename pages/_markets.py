"""Regions of residence of international visitors, in the reader's language."""

from __future__ import annotations

from tic.core.i18n import Language, translator


def market_names(language: Language) -> dict[str, str]:
    """Code -> name, the total first, in the order of the Ministry of Tourism and Sports."""
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
