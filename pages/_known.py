"""`?known=2026-05-01`: every figure of a page as it stood on a day, without what was stated or revised later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import streamlit as st

from pages import _url
from pages._resources import PARAMETER, data_version, first_known, view_day
from pages._session import language, translate
from tic.core.i18n import BANGKOK, format_date

PAGES: Final = frozenset(
    {"overview", "provinces", "province", "markets", "seasonality", "explorer", "forecast", "scenarios"}
)
"""Pages of figures. Forecasts of a day, and the scenarios that rest on them, are those that were kept by then."""


def show_known(url_path: str) -> None:
    """The choice of a day above a page that has one, and what is shown when one is chosen; other pages lose it."""
    _ = translate()
    if url_path not in PAGES:
        if _url.get(PARAMETER):
            _url.clear(PARAMETER)
        return
    asked, day = _url.get(PARAMETER), view_day()
    if asked and day is None:
        st.error(_("{value} is no day that can be shown. Write it like 2026-05-01.", value=asked[:40]))
    with st.popover(_("As known on …"), icon=":material/history:"):
        st.date_input(
            _("Show all figures as they stood on"),
            max_value=datetime.now(BANGKOK).date(),
            format="YYYY-MM-DD",
            key=_url.follow(PARAMETER, day),
            on_change=_url.copy_widget,
            args=(PARAMETER,),
        )
        st.caption(_("What was stated or revised later is left out, here and in downloads."))
    if day is not None:
        show_day(day)


def show_day(day: date) -> None:
    """What it means that a day is chosen, and the way back."""
    _ = translate()
    st.info(_("As known on {date}: later figures and revisions are left out.", date=format_date(day, language())))
    first = first_known(data_version().partition("@")[0])
    if first is not None and day < first:
        st.warning(_("No statement is kept from before {date}.", date=format_date(first, language())))
    st.button(_("Show the newest figures"), on_click=_url.clear, args=(PARAMETER,))
