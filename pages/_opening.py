"""The filter on opening hours: open now, or at a chosen day and time in Thailand."""

from __future__ import annotations

from datetime import datetime, time

import streamlit as st

from pages import _url
from pages._session import language, translate
from tic.core.i18n import BANGKOK, format_date

NOW = "now"


def opening_filter() -> None:
    """A list with `Open now` and a day and time to choose; the choice goes into the address as `open`."""
    _ = translate()
    asked = _url.get("open")
    with st.popover(_("Open"), key="facet-open"):
        st.button(
            _("Open now"),
            key="open-now",
            type="primary" if asked == NOW else "tertiary",
            on_click=_url.put,
            kwargs={"open": "" if asked == NOW else NOW},
        )
        now = datetime.now(BANGKOK)
        chosen = moment_of(asked) or now.replace(minute=0, second=0, microsecond=0)
        # The calendar ends ten years from now and fails for what lies beyond.
        chosen = chosen if abs(chosen.year - now.year) < 10 else now
        st.session_state["open-day"], st.session_state["open-time"] = chosen.date(), chosen.time()
        st.date_input(_("Day"), key="open-day", on_change=_copy_moment)
        st.time_input(_("Time (Thailand)"), key="open-time", step=1800, on_change=_copy_moment)
        st.caption(_("Places whose opening hours are not known are left out."))


def _copy_moment() -> None:
    day, hour = st.session_state["open-day"], st.session_state["open-time"]
    _url.put(open=f"{day}T{hour:%H:%M}" if day and isinstance(hour, time) else "")


def moment_of(asked: str) -> datetime | None:
    """The day and time of an address in Thailand's time; None for `now`, none, or what cannot be read."""
    try:
        moment = datetime.fromisoformat(asked)
    except ValueError:
        return None
    return moment.replace(tzinfo=BANGKOK) if moment.tzinfo is None else moment.astimezone(BANGKOK)


def opening_name(asked: str) -> str:
    """The filter in words."""
    _ = translate()
    moment = moment_of(asked)
    if moment is None:
        return _("Open now")
    return _("Open on {date} at {time}", date=format_date(moment.date(), language()), time=f"{moment:%H:%M}")
