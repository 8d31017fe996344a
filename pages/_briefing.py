"""A dated briefing about the area of a page, one click away; it is made when a button is pressed."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from pages._resources import forecast_table, known_events, known_sources, observations
from pages._session import language, translate
from tic.core.errors import NotFound
from tic.core.i18n import BANGKOK, Language
from tic.reports.briefing import build_briefing
from tic.reports.document import Briefing
from tic.reports.html import as_html
from tic.reports.pdf import as_pdf
from tic.reports.subject import Evidence


def briefing_buttons(area: str, version: str) -> None:
    """Two buttons, for a PDF and an HTML file in the reader's language."""
    _ = translate()
    told, day = language(), datetime.now(BANGKOK).date()

    def briefing() -> Briefing:
        return _briefing(area, version, told)

    ways = {
        "pdf": (_("Briefing (PDF)"), "application/pdf", lambda: as_pdf(briefing())),
        "html": (_("Briefing (HTML)"), "text/html", lambda: as_html(briefing()).encode()),
    }
    with st.container(horizontal=True):
        for ending, (label, kind, write) in ways.items():
            st.download_button(
                label,
                data=write,
                file_name=f"briefing-{area}-{day.isoformat()}.{ending}",
                mime=kind,
                icon=":material/description:",
                key=f"briefing-{area}-{ending}",
                on_click="ignore",
            )


def _briefing(area: str, version: str, told: Language) -> Briefing:
    try:
        forecasts = forecast_table(version, "forecasts")
    except NotFound:
        # A briefing without a forecast says that there is none.
        forecasts = None
    evidence = Evidence(observations(version), forecasts, known_sources(), version, known_events())
    return build_briefing(evidence, area, told, datetime.now(BANGKOK).date())
