"""Release calendar: which figures are due, which are late, and which no longer come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import streamlit as st

from pages._downloads import about, download_table
from pages._resources import calendar_of, data_version, quality_version
from pages._session import language, translate
from pages._widgets import data_table, month_name, source_title
from tic.core.i18n import BANGKOK, format_date

_ = translate()
STATES = {
    "stopped": _("stopped"),
    "late": _("late"),
    "due": _("due soon"),
    "on_time": _("on time"),
    "final": _("complete, no more issues"),
}
SCHEDULES = {
    "daily": _("every day"),
    "weekly": _("every week"),
    "monthly": _("every month"),
    "quarterly": _("every quarter"),
    "yearly": _("every year"),
}


def period_name(first: date, frequency: str) -> str:
    """A year, a day, or a month (of a quarter the first) in the reader's language."""
    if frequency in {"Y", "D"}:
        return format_date(first, language(), style="y" if frequency == "Y" else "d MMM y")
    return month_name(first)


st.title(_("Release calendar"), anchor=False)
version = data_version()
calendar = calendar_of(version, quality_version(), datetime.now(BANGKOK).date())
if calendar.is_empty():
    st.info(_("There are no figures yet. Run `tic up`, or `tic ingest run`, to read them."))
    st.stop()
counts = dict(calendar["state"].value_counts().iter_rows())
for column, (state, label) in zip(st.columns(len(STATES)), STATES.items(), strict=True):
    column.metric(label, counts.get(state, 0), border=True)
titles = [source_title(name) for name in calendar["source"]]
shown = calendar.with_columns(
    title=pl.Series(titles, dtype=pl.String),
    last=pl.Series([period_name(*row) for row in calendar.select("last_period", "frequency").rows()], dtype=pl.String),
    state=pl.col("state").replace_strict(STATES),
    schedule=pl.col("schedule").replace(SCHEDULES).replace({"never": "–", "release": "–"}),
)
columns: dict[str, Any] = {
    "title": _("Source"),
    "state": _("Status"),
    "days_late": st.column_config.NumberColumn(_("Days late"), format="localized"),
    "due_on": st.column_config.DateColumn(_("Next issue expected")),
    "last": _("Newest period"),
    "as_of": st.column_config.DateColumn(_("Stated on")),
    "schedule": _("Published"),
}
data_table(shown, columns, alt=_("Sources by when they are due"))
st.caption(
    _(
        "An issue is expected one interval after the last, with the delay that the last one had. Stopped: two issues "
        "and half a year late."
    )
)
download_table(
    calendar.with_columns(title=pl.Series(titles, dtype=pl.String)),
    "release-calendar",
    note=about(_("Release calendar"), calendar["source"]),
)
